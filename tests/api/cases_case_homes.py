"""Whose home a case is of: found by its device or by its subscriber, kept with the subscriber when the device changes hands."""

import json

from api_case import SERVER, Api
from cases_verdicts import know


class CaseHomes(Api):
    def setUp(self):
        self.agent = SERVER.ask(f'agent {self.id().split(".")[-1][:60]}')

    def subscriber(self, **members):
        return self.call('POST', '/api/v1/subscribers', {'name': 'Maria das Dores', **members}, expect=201).json['id']

    def bind(self, subscriber, device, **members):
        self.call('POST', f'/api/v1/subscribers/{subscriber}/devices', {'device': device, **members}, expect=200)

    def open(self, expect=201, token=None, **home):
        return self.call('POST', '/api/v1/cases', {'found_by': 'name', **home}, expect=expect, token=token or self.agent).json

    def show(self, case):
        return self.call('GET', f"/api/v1/cases/{case['id']}", expect=200).json

    def close(self, case, **more):
        return self.call('POST', f"/api/v1/cases/{case['id']}/close", {'outcome': 'solved', 'reason': 'other', **more}, expect=200).json

    def listed(self, token=None, **query):
        text = '&'.join(f'{name}={value}' for name, value in {'state': 'any', **query}.items())
        return [row['id'] for row in self.call('GET', f'/api/v1/cases?{text}', expect=200, token=token or self.agent).json['data']]

    def home(self):
        subscriber, device = self.subscriber(), self.device()
        self.bind(subscriber, device)
        return subscriber, device

    def test_a_device_finds_its_subscriber_and_a_subscriber_his_device(self):
        subscriber, device = self.subscriber(external_id='crm-case-1', contract={'number': 'C 1'}), self.device()
        self.bind(subscriber, device)
        case = self.open(device=device)
        self.assertEqual((case['device'], case['subscriber']),
                         (device, {'id': subscriber, 'external_id': 'crm-case-1', 'name': 'Maria das Dores', 'contract': 'C 1'}))
        self.assertEqual(self.open(subscriber=subscriber, expect=200)['id'], case['id'])
        self.assertEqual(self.open(subscriber=subscriber, device=device, expect=200)['id'], case['id'])
        other = self.open(subscriber=subscriber, token='all')
        self.assertEqual((other['device'], other['serial']), (device, case['serial']))
        self.assertEqual(self.listed(subscriber=subscriber), [other['id'], case['id']])
        self.assertEqual(self.listed(device=device), [other['id'], case['id']])
        self.assertEqual(self.listed(subscriber=self.subscriber()), [])
        self.assertIsNone(self.open(device=self.device())['subscriber'])

    def test_one_who_has_no_device_has_cases_from_the_first_to_the_last_step(self):
        subscriber = self.subscriber(document='529.982.247-25', phones=['(11) 98765-4321'], contract={'number': '48213', 'plan': 'Fibra 500'})
        case = self.open(subscriber=subscriber)
        self.assertEqual((case['device'], case['serial'], case['verdict'], case['suggested']['reason']), (None, None, None, None))
        self.assertEqual([entry['kind'] for entry in case['entries']], ['opened'])
        self.assertEqual(self.open(subscriber=subscriber, expect=200)['id'], case['id'])
        path = f"/api/v1/cases/{case['id']}"
        self.call('POST', path + '/notes', {'text': 'instalação atrasada'}, expect=201, token=self.agent)
        escalated = self.call('POST', path + '/escalate', {'queue': 'N2'}, expect=200, token=self.agent).json
        self.assertEqual((escalated['state'], escalated['summary']), ('escalated', 'instalação atrasada'))
        bundle = self.call('GET', path + '/handoff', expect=200).json
        self.assertEqual((bundle['device'], bundle['verdict'], bundle['facts'], bundle['sessions'], bundle['history']), (None, None, [], [], []))
        self.assertEqual([bundle['subscriber'][name] for name in ('name', 'document', 'phones', 'contract', 'plan')],
                         ['Maria das Dores', '•••.•••.247-••', '(11) 9••••-4321', '48213', 'Fibra 500'])
        page = self.call('GET', path + '/handoff', expect=200, headers={'Accept': 'text/html'}).body.decode()
        self.assertIn('<h2>Customer</h2>', page)
        self.assertNotIn('<h2>Device</h2>', page)
        for secret in ('52998224725', '529.982', '987654321', '98765'):
            self.assertNotIn(secret, json.dumps(bundle, ensure_ascii=False) + page)
        closed = self.close(case)
        self.assertEqual([entry['kind'] for entry in closed['entries']], ['opened', 'note', 'escalated', 'closed'])
        self.assertIn(case['id'], self.listed(subscriber=subscriber))

    def test_the_bundle_of_a_home_with_a_device_has_both(self):
        subscriber, device = self.home()
        case = self.open(device=device)
        self.call('POST', f"/api/v1/cases/{case['id']}/escalate", {'queue': 'N2'}, expect=200, token=self.agent)
        bundle = self.call('GET', f"/api/v1/cases/{case['id']}/handoff", expect=200).json
        self.assertEqual((bundle['subscriber']['id'], bundle['device']['id']), (subscriber, device))

    def test_the_history_stays_with_the_subscriber_when_the_device_is_exchanged(self):
        subscriber, old = self.home()
        new = self.device()
        before = self.open(device=old)
        self.close(before)
        case = self.open(device=old)
        self.bind(subscriber, new, replaces=old)
        shown = self.show(case)
        self.assertEqual((shown['device'], self.show(before)['device']), (new, old))
        moved = [entry for entry in shown['entries'] if entry['kind'] == 'changed']
        self.assertEqual([(entry['data'], entry['by']) for entry in moved], [({'device': new, 'before': old}, 'all')])
        self.assertEqual(self.open(device=new, expect=200)['id'], case['id'])
        self.assertEqual(self.listed(device=new), [case['id'], before['id']])
        self.assertEqual(self.listed(subscriber=subscriber), [case['id'], before['id']])
        self.assertEqual(shown['repeat']['count'], 2)
        # what he does to the new one is logged under it, and may be by name
        self.assertEqual(self.reboot(new, token=self.agent).json['case'], case['id'])
        self.assertEqual(self.call('POST', f'/api/v1/devices/{new}/actions', {'type': 'refresh', 'case': case['id']}, expect=202, token=self.agent).json['case'], case['id'])

        # whoever gets the old device has none of it
        other = self.subscriber(name='Rui')
        self.bind(other, old)
        self.assertEqual(self.listed(device=old), [])
        fresh = self.open(device=old)
        self.assertEqual((fresh['subscriber']['id'], fresh['repeat']['count']), (other, 1))
        self.assertEqual(self.reboot(old, token=self.agent).json['case'], fresh['id'])
        self.assertEqual(list(self.refused('POST', f'/api/v1/devices/{old}/actions', {'type': 'refresh', 'case': case['id']}, token=self.agent)), ['/case'])

    def test_a_device_that_is_bound_meanwhile_brings_its_case_along(self):
        device, subscriber = self.device(), self.subscriber()
        case = self.open(device=device)
        self.bind(subscriber, device)
        shown = self.show(case)
        self.assertEqual((shown['subscriber']['id'], shown['entries'][-1]['data']), (subscriber, {'subscriber': subscriber}))
        self.assertEqual(self.open(subscriber=subscriber, expect=200)['id'], case['id'])
        # two of one agent do not become one: the second stays with its device, and the binding is made all the same
        second, waiting = self.device(), self.open(subscriber=self.subscriber())
        apart = self.open(device=second)
        self.bind(waiting['subscriber']['id'], second)
        self.assertEqual((self.show(apart)['subscriber'], self.show(waiting)['device']), (None, second))
        self.assertEqual(self.open(device=second, expect=200)['id'], waiting['id'])

    def test_a_subscriber_without_a_device_gets_one_and_his_case_has_it(self):
        subscriber, device = self.subscriber(), self.device()
        case = self.open(subscriber=subscriber)
        self.bind(subscriber, device)
        self.assertEqual(self.show(case)['device'], device)
        know(device, **{'wan.optical.rx_dbm': -27.6, 'wan.link': 'Up', 'wan.status': 'Connected'})
        self.assertEqual(self.close(case)['entries'][-2]['data']['code'], 'optical_bad')

    def test_contacts_count_by_subscriber(self):
        subscriber = self.subscriber()
        first = self.open(subscriber=subscriber)
        self.close(first)
        device = self.device()
        self.bind(subscriber, device)
        self.close(self.open(device=device))
        self.assertEqual(self.open(device=device)['repeat'], {'count': 3, 'days': 7, 'alarm': True})
        numbers = self.call('GET', '/api/v1/cases/kpis', expect=200).json['repeat']
        self.assertGreaterEqual(numbers['repeats'], 2)

    def test_a_case_outlives_its_subscriber(self):
        subscriber = self.subscriber()
        case = self.open(subscriber=subscriber)
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}', expect=204)
        shown = self.show(case)
        self.assertEqual((shown['protocol'], shown['subscriber'], shown['device']), (case['protocol'], None, None))
        self.close(case)
        self.assertEqual(self.listed(subscriber=subscriber), [case['id']])

    def test_webhooks_are_told_who_it_is_and_no_more(self):
        webhook = self.call('POST', '/api/v1/webhooks', {'name': 'crm', 'url': 'https://crm.example/', 'events': ['case.opened']}, expect=201).json['id']
        subscriber = self.subscriber(document='529.982.247-25', phones=['(11) 98765-4321'])
        self.open(subscriber=subscriber)
        row = self.call('GET', f'/api/v1/webhooks/{webhook}/deliveries', expect=200).json['data'][0]
        self.assertEqual((row['data']['device'], row['data']['subscriber']['id'], row['data']['subscriber']['document']), (None, subscriber, '•••.•••.247-••'))
        self.assertNotIn('52998224725', json.dumps(row))
        self.call('DELETE', f'/api/v1/webhooks/{webhook}', expect=204)

    def test_the_trail_knows_whose_it_was(self):
        subscriber = self.subscriber()
        case = self.open(subscriber=subscriber)
        rows = self.call('GET', f"/api/v1/audit?case={case['id']}", expect=200).json['data']
        self.assertEqual([(row['action'], row['subscribers']) for row in rows if row['action'] == 'case_create'], [('case_create', [subscriber])])

    def test_what_is_wrong_is_refused(self):
        subscriber, device = self.home()
        for body, said in (({}, {'/device': 'required'}), ({'device': 'x'}, {'/device': 'format'}), ({'subscriber': device}, {'/subscriber': 'format'}),
                           ({'subscriber': subscriber, 'device': self.device()}, {'/device': 'choice'})):
            self.assertEqual(self.refused('POST', '/api/v1/cases', {'found_by': 'name', **body}), said)
        for body in ({'subscriber': 'sub_000000zzzzzzz'}, {'device': 'dev_000000zzzzzzz'}):
            self.open(expect=404, **body)
        self.assertEqual(self.refused('GET', f'/api/v1/cases?subscriber={device}'), {'subscriber': 'format'})
