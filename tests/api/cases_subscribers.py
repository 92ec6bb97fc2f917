"""Subscribers, and whose devices are whose."""

import server as support
from api_case import SERVER, Api

WHOLE = {'external_id': 'crm-1', 'name': 'Maria das Dores Teixeira', 'document': '529.982.247-25', 'phones': ['(11) 98765-4321', '+551932345678'],
         'address': {'street': 'Rua das Flores', 'number': '12', 'complement': 'casa 2', 'district': 'Centro', 'city': 'Campinas', 'state': 'SP',
                     'postal_code': '13010-000'},
         'contract': {'number': '48213', 'plan': 'Fibra 500', 'down_mbps': 500, 'up_mbps': 250.5, 'status': 'active'}, 'login': 'maria.dores',
         'attributes': {'olt': 'OLT-1', 'pon': '1/3', 'cto': 'CTO-08', 'city': 'Campinas', 'technology': 'gpon', 'splitter': '2.4'},
         'tags': ['vip'], 'notes': 'cachorro bravo\nportão azul'}


class People(Api):
    def add(self, expect=201, **members):
        return self.call('POST', '/api/v1/subscribers', {'name': 'Rui', **members}, expect=expect)

    def new(self, **members):
        return self.add(**members).json['id']

    def show(self, subscriber):
        return self.call('GET', f'/api/v1/subscribers/{subscriber}', expect=200).json

    def patch(self, subscriber, members, expect=200, **options):
        return self.call('PATCH', f'/api/v1/subscribers/{subscriber}', members, expect=expect, **options)

    def bind(self, subscriber, device, expect=200, **members):
        return self.call('POST', f'/api/v1/subscribers/{subscriber}/devices', {'device': device, **members}, expect=expect)


class Subscribers(People):
    def test_what_was_said_is_shown_and_what_is_personal_in_part(self):
        answer = self.call('POST', '/api/v1/subscribers', WHOLE, expect=201, headers={'Idempotency-Key': 'sub-1'})
        again = self.call('POST', '/api/v1/subscribers', WHOLE, expect=201, headers={'Idempotency-Key': 'sub-1'})
        self.assertEqual(answer.json, again.json)
        subscriber = self.call('GET', answer.headers['location'], expect=200)
        self.assertEqual((subscriber.json, subscriber.headers['etag']), (answer.json, '"1"'))
        shown = subscriber.json
        for name in ('external_id', 'name', 'login', 'tags', 'notes', 'address', 'attributes', 'contract'):
            self.assertEqual(shown[name], WHOLE[name], name)
        self.assertEqual(shown['document_masked'], '•••.•••.247-••')
        self.assertEqual(shown['phones'], [{'masked': '(11) 9••••-4321', 'kind': 'mobile'}, {'masked': '(19) ••••-5678', 'kind': 'fixed'}])
        self.assertEqual((shown['devices'], shown['candidates'], shown['revision'], shown['changed_by']), ([], [], 1, 'all'))
        page = self.call('GET', '/api/v1/subscribers?external_id=crm-1', expect=200)
        self.assertEqual(page.json['data'], [shown])
        for body in (subscriber.body, page.body):
            for secret in (b'52998224725', b'529.982', b'98765', b'3234'):
                self.assertNotIn(secret, body)
        self.assertEqual(self.refused('POST', '/api/v1/subscribers', {'name': 'Other', 'external_id': 'crm-1'}, status=409, code='exists'), {})
        self.refused('PATCH', f'/api/v1/subscribers/{self.new()}', {'external_id': 'crm-1'}, status=409, code='exists')

    def test_a_patch_merges_at_every_level(self):
        subscriber = self.new(address={'street': 'Rua A', 'number': '1'}, contract={'plan': 'P', 'down_mbps': 100}, attributes={'olt': 'O', 'zone': 'b'},
                              phones=['11987654321'], tags=['vip', 'lento'])
        shown = self.patch(subscriber, {'address': {'number': None, 'city': 'Itu'}, 'contract': {'down_mbps': None, 'up_mbps': 50},
                                        'attributes': {'olt': None, 'cto': 'C'}, 'tags': []},
                           headers={'Content-Type': 'application/merge-patch+json'}).json
        self.assertEqual(shown['address'], {'street': 'Rua A', 'city': 'Itu'})
        self.assertEqual(shown['contract'], {'number': None, 'plan': 'P', 'down_mbps': None, 'up_mbps': 50, 'status': None})
        self.assertEqual((shown['attributes'], shown['tags'], len(shown['phones']), shown['revision']), ({'zone': 'b', 'cto': 'C'}, [], 1, 2))
        shown = self.patch(subscriber, {'address': None, 'contract': None, 'attributes': None, 'phones': [], 'notes': None}).json
        self.assertEqual((shown['address'], shown['contract']['plan'], shown['attributes'], shown['phones']), ({}, None, {}, []))
        self.assertEqual(self.patch(subscriber, {'tags': []}).json['revision'], 3)

    def test_what_somebody_has_changed_since_is_not_overwritten(self):
        subscriber = self.new()
        tag = self.patch(subscriber, {'name': 'Rui A'}, headers={'If-Match': '"1"'}).headers['etag']
        self.assertEqual(tag, '"2"')
        self.refused('PATCH', f'/api/v1/subscribers/{subscriber}', {'name': 'Rui B'}, status=412, code='precondition_failed', headers={'If-Match': '"1"'})
        self.patch(subscriber, {'name': 'Rui B'}, headers={'If-Match': '*'})
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}', expect=412, headers={'If-Match': tag})
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}', expect=204, headers={'If-Match': '"3"'})
        for method, path in (('GET', ''), ('DELETE', ''), ('GET', '/devices')):
            self.call(method, f'/api/v1/subscribers/{subscriber}{path}', expect=404)
        self.patch(subscriber, {'name': 'X'}, expect=404)
        self.call('GET', '/api/v1/subscribers/dev_0000000000001', expect=404)

    def test_what_is_wrong_is_refused_where_it_is(self):
        rows = (({}, {'/name': 'required'}), ({'name': ''}, {'/name': 'length'}), ({'name': 'a\tb'}, {'/name': 'pattern'}), ({'name': None}, {'/name': 'type'}),
                ({'document': '529.982.247-24'}, {'/document': 'check_digits'}), ({'document': '1234'}, {'/document': 'format'}),
                ({'document': '111.111.111-11'}, {'/document': 'check_digits'}),
                ({'phones': ['11987654321', '98765-4321']}, {'/phones/1': 'format'}), ({'phones': ['x'] * 9}, {'/phones': 'count'}),
                ({'address': {'planet': 'x'}}, {'/address/planet': 'unknown'}), ({'address': {'state': 'sp'}}, {'/address/state': 'pattern'}),
                ({'contract': {'status': 'dead'}}, {'/contract/status': 'choice'}), ({'contract': {'down_mbps': -1}}, {'/contract/down_mbps': 'range'}),
                ({'attributes': {'olt': ''}}, {'/attributes/olt': 'length'}), ({'attributes': {'Zone': 'x'}}, {'/attributes/Zone': 'pattern'}),
                ({'attributes': {'zone': 7}}, {'/attributes/zone': 'type'}), ({'attributes': {'zone': 'x' * 201}}, {'/attributes/zone': 'type'}),
                ({'attributes': {f'a{n}': 'x' for n in range(33)}}, {'/attributes': 'count'}),
                ({'tags': ['a b']}, {'/tags/0': 'pattern'}), ({'password': 'x'}, {'/password': 'unknown'}))
        for members, wrong in rows:
            with self.subTest(members=members):
                body = members if members == {} else {'name': 'Rui', **members}
                self.assertEqual(self.refused('POST', '/api/v1/subscribers', body), wrong)
        self.call('POST', '/api/v1/subscribers', {'name': 'x'}, expect=415, headers={'Content-Type': 'text/plain'})
        self.call('POST', '/api/v1/subscribers', b' ' * 262145, expect=413)
        self.patch(self.new(), {}, expect=415, headers={'Content-Type': 'text/plain'})
        self.call('PATCH', f'/api/v1/subscribers/{self.new()}', b' ' * 262145, expect=413)

    def test_what_a_name_holds_stays_text(self):
        """Of T13 and T18: nothing of it is SQL, a formula, HTML or a line of the log."""
        for name in ("'; DROP TABLE subscriber; --", '=cmd|calc!A1', '<script>alert(1)</script>', '%_\\', '$1', '{"a":1}', '٣ 名 ß', '\u202e' 'abc'):
            with self.subTest(name=name):
                subscriber = self.new(name=name, attributes={'zone': name[:200]}, login=name, notes=name)
                shown = self.show(subscriber)
                self.assertEqual((shown['name'], shown['attributes']['zone'], shown['login'], shown['notes']), (name,) * 4)

    def test_the_list_goes_page_by_page(self):
        first = self.new(name='P0')
        wanted = [first] + [self.new(name=f'P{n}') for n in range(1, 5)]
        page = self.call('GET', f'/api/v1/subscribers?limit=2&after={support.number_id("sub_", support.number_of(first) - 1)}', expect=200)
        found = [row['id'] for row in page.json['data']]
        while page.json['next']:
            page = self.call('GET', f"/api/v1/subscribers?limit=2&after={page.json['next']}", expect=200)
            found += [row['id'] for row in page.json['data']]
        self.assertEqual(found[:5], wanted)
        self.assertEqual(self.refused('GET', '/api/v1/subscribers?after=x'), {'after': 'format'})

    def test_what_is_masked_is_revealed_to_who_may_and_noted(self):
        subscriber = self.new(document='529.982.247-25', phones=['11987654321'])
        path = f'/api/v1/subscribers/{subscriber}/reveal'
        self.assertEqual(self.call('POST', path, {'field': 'document', 'reason': 'confere'}, expect=200).json, {'document': '52998224725'})
        self.assertEqual(self.call('POST', path, {'field': 'phones'}, expect=200).json, {'phones': ['+5511987654321']})
        self.assertEqual(self.call('POST', f'/api/v1/subscribers/{self.new()}/reveal', {'field': 'document'}, expect=200).json, {'document': None})
        self.assertEqual(SERVER.sql(f"SELECT concat_ws(' ', field, by, reason) FROM subscriber_reveal WHERE subscriber_id = {support.number_of(subscriber)}"
                                    ' ORDER BY id'), ['document all confere', 'phones all'])
        self.assertEqual(self.refused('POST', path, {'field': 'name'}), {'/field': 'choice'})
        self.call('POST', path, {'field': 'document'}, expect=403, token='reader')
        self.call('POST', path, {'field': 'document'}, expect=415, headers={'Content-Type': 'text/plain'})
        self.call('POST', path, b' ' * 262145, expect=413)
        self.call('POST', '/api/v1/subscribers/sub_0000000000000/reveal', {'field': 'document'}, expect=404)
        self.assertEqual(len(SERVER.sql(f'SELECT 1 FROM subscriber_reveal WHERE subscriber_id = {support.number_of(subscriber)}')), 2)


class Bindings(People):
    def place(self, device):
        return self.call('GET', f'/api/v1/devices/{device}', expect=200).json['place']

    def test_the_place_of_a_device_is_its_subscribers(self):
        device, subscriber = self.device(), self.new(attributes={'cto': 'C1', 'technology': 'xgspon'}, contract={'down_mbps': 500})
        shown = self.bind(subscriber, device).json
        self.assertEqual([row['id'] for row in shown['devices']], [device])
        self.assertEqual((self.place(device)['cto'], self.place(device)['plan_down_mbps']), ('C1', 500))
        self.patch(subscriber, {'attributes': {'cto': 'C2'}})
        self.assertEqual(self.place(device)['cto'], 'C2')
        self.refused('PATCH', f'/api/v1/devices/{device}', {'place': {'cto': 'C3'}}, status=409, code='place_of_subscriber')
        self.assertEqual(self.place(device)['cto'], 'C2')
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}', expect=409)
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}/devices/{device}', expect=200)
        self.assertIsNone(self.place(device))
        self.call('DELETE', f'/api/v1/subscribers/{subscriber}/devices/{device}', expect=404)

    def test_a_swap_keeps_the_old_one_in_the_history(self):
        old, new, subscriber = self.device(), self.device(), self.new()
        self.bind(subscriber, old)
        self.bind(subscriber, new, replaces=old)
        rows = self.call('GET', f'/api/v1/subscribers/{subscriber}/devices', expect=200).json['data']
        self.assertEqual([(row['id'], row['until'] is None, row['unbound_by']) for row in rows], [(new, True, None), (old, False, 'all')])

    def test_the_device_of_another_is_taken_only_on_purpose(self):
        device, first, second = self.device(), self.new(name='Ana'), self.new(name='Rui')
        self.bind(first, device)
        self.bind(first, device)
        problem = self.bind(second, device, expect=409).json
        self.assertEqual((problem['code'], problem['detail']), ('device_taken', f'{first} Ana'))
        self.assertEqual(self.bind(second, device, take=True).json['devices'][0]['id'], device)
        self.assertEqual(self.show(first)['devices'], [])
        self.bind(second, 'dev_0000000000000', expect=404)
        self.assertEqual(self.refused('POST', f'/api/v1/subscribers/{second}/devices', {'device': 'x'}), {'/device': 'format'})
        self.assertEqual(self.refused('POST', f'/api/v1/subscribers/{second}/devices', {'device': device, 'replaces': 'x'}), {'/replaces': 'format'})
        self.call('POST', f'/api/v1/subscribers/{second}/devices', {'device': device}, expect=415, headers={'Content-Type': 'text/plain'})
        self.call('POST', f'/api/v1/subscribers/{second}/devices', b' ' * 262145, expect=413)
        for path in (f'/api/v1/subscribers/{second}/devices/x', '/api/v1/subscribers/x/devices/x'):
            self.call('DELETE', path, expect=404)
        self.call('GET', '/api/v1/subscribers/x/devices', expect=404)

    def test_who_seems_to_have_a_device_is_offered_it(self):
        device, subscriber = self.device(), self.new(login='offered.login')
        SERVER.sql(f"""INSERT INTO device_fact VALUES ({support.number_of(device)}, '{{"wan.ppp.username": ["Offered.Login", 1]}}')""")
        rows = self.call('GET', '/api/v1/subscribers/candidates', expect=200).json['data']
        self.assertEqual([(row['device'], row['how']) for row in rows if row['subscriber'] == subscriber], [(device, 'login')])
        self.assertEqual([(row['id'], row['how']) for row in self.show(subscriber)['candidates']], [(device, 'login')])
        self.bind(subscriber, device)
        self.assertEqual(self.show(subscriber)['candidates'], [])
        self.assertEqual(self.refused('GET', '/api/v1/subscribers/candidates?after=x'), {'after': 'format'})

    def test_a_device_that_was_announced_is_bound_when_it_comes(self):
        subscriber = self.new(serial='ANNOUNCED-1', attributes={'cto': 'C9'})
        device = SERVER.add_device('ANNOUNCED-1')
        self.assertEqual([row['id'] for row in self.show(subscriber)['devices']], [device])
        self.assertEqual(self.place(device)['cto'], 'C9')
