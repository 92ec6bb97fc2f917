"""Webhooks as they are made, changed and shown; that they are sent is told by tests/e2e/test_webhooks.py."""

import server as support
from api_case import GIVEN, SERVER, Api

PATH = '/api/v1/webhooks'


class Webhooks(Api):
    def make(self, **fields):
        return self.call('POST', PATH, {'name': 'crm', 'url': 'https://crm.example/in', 'events': ['case.opened'], **fields}, expect=201).json

    def tearDown(self):
        SERVER.sql('DELETE FROM outlet')

    def test_from_its_making_to_its_end(self):
        made = self.make(events=['case.*', 'action.failed'])
        self.assertRegex(made['secret'], '^whsec_[A-Za-z0-9+/]{32}$')
        self.assertEqual((made['events'], made['enabled'], made['created_by'], made['waiting']), (['case.*', 'action.failed'], True, 'all', 0))
        path = f"{PATH}/{made['id']}"
        shown = self.call('GET', path, expect=200).json
        self.assertEqual({**made, 'secret': None}, {**shown, 'secret': None})
        self.assertNotIn('secret', shown)
        self.assertIn(made['id'], [row['id'] for row in self.call('GET', PATH, expect=200).json['data']])
        self.assertNotIn(made['secret'], SERVER.sql(f"SELECT row_to_json(w)::text FROM outlet w WHERE id = {support.number_of(made['id'])}")[0])
        changed = self.call('PATCH', path, {'name': 'other', 'enabled': False}, expect=200).json
        self.assertEqual((changed['name'], changed['url'], changed['enabled']), ('other', made['url'], False))
        self.assertEqual(self.call('PATCH', path, {'events': ['*']}, expect=200).json['events'], ['*'])
        rotated = self.call('POST', path + '/rotate', expect=200).json
        self.assertNotEqual(rotated['secret'], made['secret'])
        self.assertIsNotNone(rotated['old_secret_until'])
        self.call('DELETE', path, expect=204)
        self.call('GET', path, expect=404)

    def test_only_what_is_wanted_waits_and_it_is_sent_again(self):
        hook, other = self.make(), self.make(events=['incident.*'])
        off = self.make()
        self.call('PATCH', f"{PATH}/{off['id']}", {'enabled': False}, expect=200)
        case = self.call('POST', '/api/v1/cases', {'device': self.device(), 'found_by': 'list'}, expect=201).json
        self.call('POST', f"/api/v1/cases/{case['id']}/close", {'outcome': 'solved', 'reason': 'other'}, expect=200)
        path = f"{PATH}/{hook['id']}"
        rows = self.call('GET', path + '/deliveries', expect=200).json['data']
        self.assertEqual([(row['type'], row['data']['case'], row['state'], row['tries']) for row in rows], [('case.opened', case['id'], 'waiting', 0)])
        self.assertEqual(self.call('GET', path, expect=200).json['waiting'], 1)
        for empty in (other, off):
            self.assertEqual(self.call('GET', f"{PATH}/{empty['id']}/deliveries", expect=200).json['data'], [])
        self.assertEqual(self.call('GET', path + '/deliveries?state=failed', expect=200).json['data'], [])
        SERVER.sql(f"UPDATE outbox_delivery SET state = 'failed', tries = 8 WHERE id = {support.number_of(rows[0]['id'])}")
        self.assertEqual(self.call('POST', path + '/redeliver', expect=200).json, {'again': 1})
        self.assertEqual(self.call('POST', path + '/redeliver', {}, expect=200).json, {'again': 0})
        self.assertEqual(self.call('POST', path + '/redeliver', {'delivery': rows[0]['id']}, expect=200).json, {'again': 1})
        row = self.call('GET', path + '/deliveries', expect=200).json['data'][0]
        self.assertEqual((row['state'], row['tries'], row['event']), ('waiting', 0, rows[0]['event']))
        self.assertEqual(self.refused('POST', f"{PATH}/{other['id']}/redeliver", {'delivery': rows[0]['id']}), {'/delivery': 'choice'})

    def test_an_effect_that_is_rolled_back_tells_nobody(self):
        hook = self.make()
        device = support.number_of(self.device())
        insert = f"INSERT INTO desk_case (device_id, protocol, actor_id, agent, found_by) VALUES ({device}, 'roll-back', 77, 'x', 'list')"
        SERVER.sql(f'BEGIN; {insert}; ROLLBACK')
        self.assertEqual(self.call('GET', f"{PATH}/{hook['id']}", expect=200).json['waiting'], 0)

    def test_ends_of_actions_are_told_without_their_arguments(self):
        hook = self.make(events=['action.*'])
        device = self.device()
        action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'wifi.set_password', 'params': {'password': 'canaria-secreta-1'}}, expect=202).json
        SERVER.move(action['id'], 'running')
        SERVER.move(action['id'], 'failed', """, failure = '{"code": "x", "detail": "why"}'""")
        row = self.call('GET', f"{PATH}/{hook['id']}/deliveries", expect=200).json['data'][0]
        self.assertEqual((row['type'], row['data']['action'], row['data']['failure'], row['data']['device']),
                         ('action.failed', action['id'], {'code': 'x', 'detail': 'why'}, device))
        self.assertNotIn('canaria', str(row))
        self.assertNotIn('params', row['data'])

    def test_pages(self):
        hooks = [self.make()['id'] for _ in range(3)]
        page = self.call('GET', PATH + '?limit=2', expect=200).json
        self.assertEqual(([row['id'] for row in page['data']], page['next']), (hooks[:2], hooks[1]))
        self.assertEqual([row['id'] for row in self.call('GET', f'{PATH}?limit=2&after={hooks[1]}', expect=200).json['data']], hooks[2:])
        for _ in range(3):
            self.call('POST', '/api/v1/cases', {'device': self.device(), 'found_by': 'list'}, expect=201)
        path = f'{PATH}/{hooks[0]}/deliveries'
        page = self.call('GET', path + '?limit=2', expect=200).json
        self.assertEqual(len(page['data']), 2)
        self.assertEqual(len(self.call('GET', f"{path}?limit=2&after={page['next']}", expect=200).json['data']), 1)

    def test_what_is_wrong_is_refused(self):
        good = {'name': 'crm', 'url': 'https://crm.example/in', 'events': ['*']}
        for wrong, place in (({'url': 'ftp://x/'}, '/url'), ({'url': 'https://user:pass@x/'}, '/url'), ({'url': 'javascript:alert(1)'}, '/url'),
                             ({'url': 'https://x/\n'}, '/url'), ({'events': ['x']}, '/events/0'), ({'events': []}, '/events'), ({'name': ''}, '/name')):
            self.assertEqual(list(self.refused('POST', PATH, {**good, **wrong})), [place], wrong)
        path = f"{PATH}/{self.make()['id']}"
        self.assertEqual(list(self.refused('PATCH', path, {'url': 'file:///etc/passwd'})), ['/url'])
        self.assertEqual(self.refused('GET', PATH + '?after=x'), {'after': 'format'})
        self.assertEqual(self.refused('GET', path + '/deliveries?after=x'), {'after': 'format'})
        self.refused('GET', path + '/deliveries?state=x')
        self.assertEqual(self.refused('POST', path + '/redeliver', {'delivery': 'x'}), {'/delivery': 'format'})
        for method, target in (('POST', PATH), ('PATCH', path), ('POST', path + '/redeliver')):
            self.call(method, target, b'{}', expect=415, headers={'Content-Type': 'text/plain'})
            self.call(method, target, b'{', expect=400)
            self.call(method, target, b' ' * 262145, expect=413)
        for method, what, body in (('GET', '', None), ('PATCH', '', {}), ('DELETE', '', None), ('POST', '/rotate', None), ('GET', '/deliveries', None),
                                   ('POST', '/redeliver', {})):
            for name in ('whk_000000zzzzzzz', 'x'):
                self.call(method, f'{PATH}/{name}{what}', body, expect=404)
            self.call(method, path + what, body, expect=403, token='agent')

    def test_a_server_without_keys_has_no_webhooks(self):
        server = support.start(with_keys=False)
        server.sql("INSERT INTO outlet (id, kind, name, url, events, secret, created_by) VALUES (1, 'webhook', 'x', 'https://x/', '{*}', '', 'x')")
        for target, body in ((PATH, {'name': 'x', 'url': 'https://x/', 'events': ['*']}), (PATH + '/whk_0000000000001/rotate', None)):
            answer = server.request('POST', target, body)
            self.assertEqual((answer.status, answer.json['code']), (501, 'secrets_off'))
        self.assertEqual(server.stop(), 0)
        GIVEN.update({('webhook_create', 501), ('webhook_rotate', 501)})
