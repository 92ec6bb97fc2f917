"""How the installation is, and who may know."""

from api_case import SERVER, Api
from cases_overview import FIGURES, keep
from cases_scope import scoped
from people import Browser, new_user

PATH = '/api/v1/system'


class System(Api):
    def show(self):
        return self.call('GET', PATH, expect=200).json

    def test_what_is_well_says_so(self):
        SERVER.sql('TRUNCATE fleet_minute')
        keep('', FIGURES)
        system = self.show()
        self.assertEqual(system['version'], SERVER.request('GET', '/healthz', token=None).json['version'])
        self.assertEqual((system['schema']['state'], system['schema']['number']), ('ok', system['schema']['needed']))
        self.assertEqual(system['sessions'], {'state': 'ok', 'open': 0, 'per_second': None})
        self.assertEqual(str(system['actions']['waiting'] + system['actions']['running']), SERVER.sql('SELECT count(*) FROM action WHERE ended_at IS NULL')[0])
        self.assertGreater(system['database']['bytes'], 1000000)
        self.assertEqual((system['figures']['state'], system['log']), ('ok', {'state': 'ok', 'lines_lost': 0}))
        self.assertGreater(system['audit']['unsigned'], 0, 'nobody signs here')
        SERVER.sql("INSERT INTO fleet_minute VALUES (date_trunc('minute', now()) - interval '1 min', 90), (date_trunc('minute', now()), 90)")
        self.assertEqual(self.show()['sessions']['per_second'], 1.5)

    def test_what_is_not_well_says_so(self):
        keep('', FIGURES, age_s=660)
        self.assertEqual(self.show()['figures']['state'], 'warn')
        SERVER.sql('UPDATE fleet_view SET shown = NULL, shown_at = NULL')
        self.assertEqual(self.show()['figures'], {'state': 'warn', 'at': None})
        made = self.call('POST', '/api/v1/webhooks', {'name': 'system', 'url': 'https://hooks.example/x', 'events': ['*']}, expect=201).json['id']
        SERVER.sql("UPDATE outlet SET failing_since = now() WHERE name = 'system'")
        outbox = self.show()['outbox']
        self.assertEqual((outbox['state'], outbox['failing']), ('warn', 1))
        SERVER.sql("UPDATE outlet SET enabled = false WHERE name = 'system'")
        self.assertEqual(self.show()['outbox']['failing'], 0, 'nobody is sent to it')
        SERVER.sql("INSERT INTO outbox_event (type, data) VALUES ('test', '{}'); INSERT INTO outbox_delivery (event_id, outlet_id, next_at)"
                   " SELECT e.id, o.id, now() - interval '11 min' FROM outlet o, (SELECT max(id) AS id FROM outbox_event) e WHERE o.name = 'system'")
        outbox = self.show()['outbox']
        self.assertEqual(outbox['state'], 'bad')
        self.assertGreater(outbox['waiting'], 0)
        self.call('DELETE', f'/api/v1/webhooks/{made}', expect=204)
        self.assertEqual(self.show()['outbox']['state'], 'ok')

    def test_it_is_for_those_who_look_after_the_whole(self):
        for role, status in (('admin', 200), ('engineering', 200), ('auditor', 200), ('supervisor', 403), ('l1', 403)):
            self.call('GET', PATH, expect=status, **Browser().sign_in(new_user(role)).options())
        _, browser = scoped('engineering')
        self.call('GET', PATH, expect=403, **browser.options())
