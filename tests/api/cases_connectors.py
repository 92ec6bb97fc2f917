"""Connectors as they are made, changed and shown; that cases become tickets is told by tests/e2e/test_tickets.py."""

import server as support
from api_case import GIVEN, SERVER, Api

PATH = '/api/v1/connectors'
GOOD = {'kind': 'rt', 'name': 'RT', 'url': 'https://rt.example', 'login': 'farol', 'secret': 'canaria-do-rt',
        'queues': [{'queue': '*', 'to': 'General'}, {'queue': 'N2', 'to': 'Redes'}]}


class Connectors(Api):
    def make(self, **fields):
        return self.call('POST', PATH, {**GOOD, **fields}, expect=201).json

    def tearDown(self):
        SERVER.sql('DELETE FROM outlet')

    def escalated(self, queue='N2'):
        case = self.call('POST', '/api/v1/cases', {'device': self.device(), 'found_by': 'list'}, expect=201).json['id']
        return self.call('POST', f'/api/v1/cases/{case}/escalate', {'queue': queue}, expect=200).json

    def test_from_its_making_to_its_end(self):
        made = self.make()
        self.assertEqual((made['kind'], made['url'], made['login'], made['queues'], made['language'], made['done'], made['enabled'], made['waiting']),
                         ('rt', GOOD['url'], 'farol', GOOD['queues'], 'pt-BR', None, True, 0))
        self.assertNotIn('canaria', str(made))
        path = f"{PATH}/{made['id']}"
        self.assertEqual(self.call('GET', path, expect=200).json, made)
        self.assertIn(made, self.call('GET', PATH, expect=200).json['data'])
        row = f"SELECT row_to_json(o)::text FROM outlet o WHERE id = {support.number_of(made['id'])}"
        before = SERVER.sql(row)[0]
        self.assertNotIn('canaria', before)
        changed = self.call('PATCH', path, {'name': 'other', 'enabled': False, 'login': None, 'language': 'en', 'done': ['fechado'], 'secret': '1-14-abc'}, expect=200).json
        self.assertEqual((changed['name'], changed['enabled'], changed['login'], changed['language'], changed['done'], changed['queues']),
                         ('other', False, None, 'en', ['fechado'], GOOD['queues']))
        self.assertNotEqual(SERVER.sql(row)[0], before)
        self.assertEqual(self.call('PATCH', path, {'queues': [{'queue': 'Campo', 'to': 'Field'}]}, expect=200).json['queues'], [{'queue': 'Campo', 'to': 'Field'}])
        self.assertEqual(SERVER.sql("SELECT count(*) FROM audit_entry WHERE row_to_json(audit_entry)::text LIKE '%canaria%'")[0], '0')
        self.call('DELETE', path, expect=204)
        self.call('GET', path, expect=404)

    def test_a_ticket_waits_for_each_escalated_case_of_its_queues_and_is_shown_in_it(self):
        every, some = self.make(), self.make(queues=[{'queue': 'Campo', 'to': 'Field'}])
        off = self.make()
        self.call('PATCH', f"{PATH}/{off['id']}", {'enabled': False}, expect=200)
        case = self.escalated()
        self.assertEqual([(ticket['connector'], ticket['name'], ticket['system'], ticket['number'], ticket['trouble']) for ticket in case['tickets']],
                         [(every['id'], 'RT', 'rt', None, None)])
        self.assertEqual([ticket['connector'] for ticket in self.escalated('Campo')['tickets']], [every['id'], some['id']])
        self.call('POST', f"/api/v1/cases/{case['id']}/return", {'advice': 'x'}, expect=200)
        path = f"{PATH}/{every['id']}"
        rows = self.call('GET', path + '/deliveries?state=waiting', expect=200).json['data']
        self.assertEqual([row['type'] for row in rows], ['case.returned', 'case.escalated', 'case.escalated'])
        self.assertEqual(self.call('GET', path, expect=200).json['waiting'], 3)
        SERVER.sql(f"UPDATE outbox_delivery SET state = 'failed' WHERE outlet_id = {support.number_of(every['id'])}")
        self.assertEqual(self.call('GET', path, expect=200).json['failed'], 3)
        self.assertEqual(self.call('POST', path + '/redeliver', {'delivery': rows[0]['id']}, expect=200).json, {'again': 1})
        self.assertEqual(self.call('POST', path + '/redeliver', expect=200).json, {'again': 2})
        self.call('POST', '/api/v1/cases', {'device': self.device(), 'found_by': 'list'}, expect=201)
        self.assertEqual(self.call('GET', path, expect=200).json['waiting'], 3)  # a case that is only opened is no ticket

    def test_of_one_case_what_waits_holds_up_what_came_later(self):
        connector = support.number_of(self.make()['id'])
        case, other = self.escalated(), self.escalated()
        self.call('POST', f"/api/v1/cases/{case['id']}/return", {'advice': 'x'}, expect=200)
        due = f"SELECT string_agg(type || (data ->> 'case'), ' ' ORDER BY id) FROM outbox_due WHERE outlet_id = {connector}"
        self.assertEqual(SERVER.sql(due)[0], f"case.escalated{case['id']} case.escalated{other['id']}")
        SERVER.sql(f"UPDATE outbox_delivery SET next_at = now() + interval '1 h' WHERE id = (SELECT min(id) FROM outbox_delivery WHERE outlet_id = {connector})")
        self.assertEqual(SERVER.sql(due)[0], f"case.escalated{other['id']}")
        SERVER.sql(f"UPDATE outbox_delivery SET state = 'delivered' WHERE id = (SELECT min(id) FROM outbox_delivery WHERE outlet_id = {connector})")
        self.assertEqual(SERVER.sql(due)[0], f"case.escalated{other['id']} case.returned{case['id']}")

    def test_pages(self):
        made = [self.make()['id'] for _ in range(3)]
        page = self.call('GET', PATH + '?limit=2', expect=200).json
        self.assertEqual(([row['id'] for row in page['data']], page['next']), (made[:2], made[1]))
        self.assertEqual([row['id'] for row in self.call('GET', f'{PATH}?limit=2&after={made[1]}', expect=200).json['data']], made[2:])

    def test_what_is_wrong_is_refused(self):
        for wrong, place in (({'url': 'ftp://x/'}, '/url'), ({'url': 'https://user:pass@x/'}, '/url'), ({'kind': 'x'}, '/kind'), ({'secret': 'a b'}, '/secret'),
                             ({'secret': 'a\r\nX-Y: z'}, '/secret'), ({'login': 'a:b'}, '/login'), ({'queues': []}, '/queues'), ({'language': 'fr'}, '/language'),
                             ({'queues': [{'queue': 'N2', 'to': ''}]}, '/queues/0/to'), ({'queues': [GOOD['queues'][0]] * 2}, '/queues/1/queue')):
            self.assertEqual(list(self.refused('POST', PATH, {**GOOD, **wrong})), [place], wrong)
        path = f"{PATH}/{self.make()['id']}"
        self.assertEqual(list(self.refused('PATCH', path, {'url': 'file:///etc/passwd'})), ['/url'])
        self.assertEqual(self.refused('GET', PATH + '?after=x'), {'after': 'format'})
        self.assertEqual(self.refused('GET', path + '/deliveries?after=x'), {'after': 'format'})
        self.assertEqual(self.refused('POST', path + '/redeliver', {'delivery': 'x'}), {'/delivery': 'format'})
        self.assertEqual(self.refused('POST', path + '/redeliver', {'delivery': 'dlv_0000000000001'}), {'/delivery': 'choice'})
        for method, target in (('POST', PATH), ('PATCH', path), ('POST', path + '/redeliver')):
            self.call(method, target, b'{}', expect=415, headers={'Content-Type': 'text/plain'})
            self.call(method, target, b'{', expect=400)
            self.call(method, target, b' ' * 262145, expect=413)
        for method, what, body in (('GET', '', None), ('PATCH', '', {}), ('DELETE', '', None), ('GET', '/deliveries', None), ('POST', '/redeliver', {})):
            for name in ('con_000000zzzzzzz', 'x'):
                self.call(method, f'{PATH}/{name}{what}', body, expect=404)
            self.call(method, path + what, body, expect=403, token='agent')
        hook = self.call('POST', '/api/v1/webhooks', {'name': 'x', 'url': 'https://x/', 'events': ['*']}, expect=201).json['id']
        self.call('GET', f"{PATH}/{hook.replace('whk_', 'con_')}", expect=404)

    def test_e_mail(self):
        letter = {'kind': 'mail', 'name': 'Correio', 'url': 'smtp://mail.example:587', 'from': 'farol@isp.example', 'queues': [{'queue': '*', 'to': 'a@x, b@y'}]}
        made = self.call('POST', PATH, letter, expect=201).json
        self.assertEqual((made['kind'], made['from'], made['login'], made['queues']), ('mail', 'farol@isp.example', None, letter['queues']))
        path = f"{PATH}/{made['id']}"
        self.assertEqual([ticket['system'] for ticket in self.escalated()['tickets']], ['mail'])
        self.assertEqual(self.call('PATCH', path, {'from': 'other@isp.example', 'login': 'farol', 'secret': 'x'}, expect=200).json['from'], 'other@isp.example')
        for wrong, place in (({'url': 'https://mail.example'}, '/url'), ({'from': 'x'}, '/from'), ({'from': 'a@b\r\nBcc: c@d'}, '/from'),
                             ({'queues': [{'queue': '*', 'to': 'Geral'}]}, '/queues/0/to'), ({'secret': 'x'}, '/login'), ({'login': 'x'}, '/secret')):
            self.assertEqual(list(self.refused('POST', PATH, {**letter, **wrong})), [place], wrong)
        self.assertEqual(list(self.refused('POST', PATH, {key: value for key, value in letter.items() if key != 'from'})), ['/from'])
        self.assertEqual(list(self.refused('POST', PATH, {**GOOD, 'from': 'farol@isp.example'})), ['/from'])
        self.assertEqual(list(self.refused('POST', PATH, {key: value for key, value in GOOD.items() if key != 'secret'})), ['/secret'])
        for wrong, place in (({'url': 'https://x/'}, '/url'), ({'queues': [{'queue': 'N2', 'to': 'x'}]}, '/queues/0/to'), ({'from': 'x'}, '/from')):
            self.assertEqual(list(self.refused('PATCH', path, wrong)), [place], wrong)

    def test_a_server_without_keys_has_no_connectors(self):
        server = support.start(with_keys=False)
        server.sql("INSERT INTO outlet (id, kind, name, url, events, secret, created_by, settings) VALUES (1, 'rt', 'x', 'https://x/', '{*}', '', 'x', '{\"queues\": {\"*\": \"x\"}}')")
        for method, target, body in (('POST', PATH, GOOD), ('PATCH', PATH + '/con_0000000000001', {'secret': 'x'})):
            answer = server.request(method, target, body)
            self.assertEqual((answer.status, answer.json['code']), (501, 'secrets_off'))
        self.assertEqual(server.stop(), 0)
        GIVEN.update({('connector_create', 501), ('connector_patch', 501)})
