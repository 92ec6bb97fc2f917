"""Who devices are: registering, credentials, trust and alarms."""

import server as support
from api_case import GIVEN, SERVER, Api

PAIR = {'username': 'box-1', 'password': 'hunter two'}


class Identified(Api):
    def identity(self):
        Api.count = getattr(Api, 'count', 0) + 1
        return {'oui': '00259E', 'product_class': 'HG8245', 'serial': f'REG{Api.count:06}'}

    def register(self, expect=201, **more):
        return self.call('POST', '/api/v1/devices', {**self.identity(), **more}, expect=expect)

    @staticmethod
    def columns(device, *names):
        row = SERVER.sql(f"SELECT row_to_json(c) FROM (SELECT {', '.join(names)} FROM device_credential "
                         f"WHERE device_id = {support.number_of(device)}) c")
        return support.json.loads(row[0]) if row else None

    @staticmethod
    def enrolled(device, state):
        SERVER.sql(f"UPDATE device_hot SET enrolment = {['new', 'quarantined', 'bound'].index(state)} "
                   f"WHERE device_id = {support.number_of(device)}")


class Registering(Identified):
    def test_a_device_is_there_before_it_comes(self):
        answer = self.register()
        device = answer.json
        self.assertEqual(answer.headers['location'], f'/api/v1/devices/{device["id"]}')
        self.assertEqual((device['first_contact'], device['last_contact'], device['online']), (None, None, False))
        self.assertEqual((device['enrolment'], device['auth']), ('new', None))
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device["id"]}').json, device)
        self.assertEqual(self.call('GET', f'/api/v1/devices?serial={device["serial"]}').json['data'], [device])

    def test_with_the_credential_that_it_has(self):
        name = f'own-{self.identity()["serial"]}'
        device = self.register(username=name, password='secret-words', call_username='acs').json
        self.assertEqual(device['auth']['username'], name)
        self.assertNotIn('secret-words', str(device))
        row = self.columns(device['id'], 'secret', 'call_username', 'call_secret')
        self.assertNotIn('secret-words', str(row))
        self.assertEqual((row['call_username'], row['call_secret']), ('acs', None))

    def test_twice_is_once(self):
        body = self.identity()
        self.call('POST', '/api/v1/devices', body, expect=201)
        self.refused('POST', '/api/v1/devices', body, status=409, code='exists')
        other = self.identity()
        first = self.call('POST', '/api/v1/devices', other, expect=201, headers={'Idempotency-Key': other['serial']})
        again = self.call('POST', '/api/v1/devices', other, expect=201, headers={'Idempotency-Key': other['serial']})
        self.assertEqual(first.body, again.body)

    def test_a_refused_one_is_not_half_there(self):
        taken = self.register(username='taken', password='x').json
        body = {**self.identity(), 'username': 'taken', 'password': 'y'}
        self.refused('POST', '/api/v1/devices', body, status=409, code='exists')
        self.assertEqual(self.call('GET', f'/api/v1/devices?serial={body["serial"]}').json['data'], [])
        self.assertEqual(taken['auth']['username'], 'taken')

    def test_what_is_wrong_is_named(self):
        rows = (
            ({'oui': '12345'}, {'/oui': 'pattern'}),
            ({'serial': ''}, {'/serial': 'length'}),
            ({'product_class': 'x' * 65}, {'/product_class': 'length'}),
            ({'username': 'a'}, {'/password': 'required'}),
            ({'password': 'a'}, {'/username': 'required'}),
            ({'username': 'a:b', 'password': 'c'}, {'/username': 'pattern'}),
            ({'username': 'a', 'password': 'b\r\nX: y'}, {'/password': 'pattern'}),
            ({'username': 'a', 'password': 'ç' * 256}, {'/password': 'length'}),
            ({'username': 'a', 'password': 'b' * 257}, {'/password': 'length'}),
            ({'imei': '1'}, {'/imei': 'unknown'}),
        )
        for wrong, errors in rows:
            with self.subTest(wrong):
                self.assertEqual(self.refused('POST', '/api/v1/devices', {**self.identity(), **wrong}), errors)

    def test_bodies_that_are_none(self):
        self.refused('POST', '/api/v1/devices', b'x' * (256 * 1024 + 1), status=413)
        self.refused('POST', '/api/v1/devices', b'{}', status=415, headers={'Content-Type': 'text/plain'})

    def test_a_server_that_asks_nobody_keeps_no_passwords(self):
        server = support.start(with_keys=False)
        device = server.add_device('OPEN-1')
        for method, target, body in (('PUT', f'/api/v1/devices/{device}/credential', PAIR),
                                     ('POST', '/api/v1/devices', {**self.identity(), **PAIR}),
                                     ('POST', f'/api/v1/devices/{device}/actions', {'type': 'credentials.rotate'})):
            answer = server.request(method, target, body)
            self.assertEqual((answer.status, answer.json['code']), (501, 'secrets_off'))
        self.assertEqual(server.request('POST', '/api/v1/devices', self.identity()).status, 201)
        self.assertEqual(server.stop(), 0)
        GIVEN.update({('credential_set', 501), ('device_register', 501), ('action_create', 501)})


class Credentials(Identified):
    def put(self, device, body, **options):
        return self.call('PUT', f'/api/v1/devices/{device}/credential', body, **options)

    def test_it_replaces_what_was_there_and_what_was_under_way(self):
        device = self.device()
        self.enrolled(device, 'quarantined')
        shown = self.put(device, {'username': 'first', 'password': 'one', 'call_username': 'acs', 'call_password': 'ring'},
                         expect=200).json
        self.assertEqual((shown['auth']['username'], shown['auth']['own'], shown['enrolment']), ('first', True, 'new'))
        before = self.columns(device, 'secret', 'call_username', 'call_secret')
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'credentials.rotate'}, expect=202)
        self.assertIsNotNone(self.columns(device, 'next_secret')['next_secret'])
        self.put(device, {'username': 'second', 'password': 'two'}, expect=200)
        after = self.columns(device, 'secret', 'call_username', 'call_secret', 'next_secret', 'next_call_secret')
        self.assertNotEqual(after['secret'], before['secret'])
        self.assertIsNotNone(after['next_call_secret'], 'the device may have taken the pair for calls and kept its own')
        self.put(device, {'username': 'second', 'password': 'two', 'call_password': 'three'}, expect=200)
        self.assertIsNone(self.columns(device, 'next_call_secret')['next_call_secret'])
        self.assertEqual((after['call_username'], after['call_secret'], after['next_secret']), ('acs', before['call_secret'], None))

    def test_a_name_belongs_to_one_device(self):
        one, two = self.device(), self.device()
        self.put(one, {'username': 'mine', 'password': 'x'}, expect=200)
        self.put(one, {'username': 'mine', 'password': 'y'}, expect=200)
        self.refused('PUT', f'/api/v1/devices/{two}/credential', {'username': 'mine', 'password': 'x'}, status=409, code='exists')

    def test_what_is_refused(self):
        target = f'/api/v1/devices/{self.device()}/credential'
        self.assertEqual(self.refused('PUT', target, {'username': 'a'}), {'/password': 'required'})
        self.refused('PUT', target, b'{', status=400)
        self.refused('PUT', target, b'x' * (256 * 1024 + 1), status=413)
        self.refused('PUT', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        self.refused('PUT', '/api/v1/devices/dev_zzz/credential', PAIR, status=404)
        self.refused('PUT', f'/api/v1/devices/{support.device_id(1 << 40)}/credential', PAIR, status=404)
        self.assertIn('devices.enrol', self.call('PUT', target, PAIR, token='agent', expect=403).json['detail'])

    def test_a_rotation_needs_a_right_and_is_one_at_a_time(self):
        device = self.device()
        target = f'/api/v1/devices/{device}/actions'
        self.assertIn('devices.enrol', self.call('POST', target, {'type': 'credentials.rotate'}, token='agent', expect=403).json['detail'])
        self.call('POST', target + '?dry_run=true', {'type': 'credentials.rotate'}, expect=200)
        self.assertIsNone(self.columns(device, 'next_secret'))
        action = self.call('POST', target, {'type': 'credentials.rotate'}, expect=202).json
        row = self.columns(device, 'username', 'secret', 'next_secret', 'next_call_secret')
        self.assertEqual(row['username'], f'00259E-HG8245-SN{Api.count:06}')
        self.assertIsNone(row['secret'])
        self.refused('POST', target, {'type': 'credentials.rotate'}, status=409, code='rotating')
        self.call('POST', f'/api/v1/actions/{action["id"]}/cancel', {}, expect=200)
        self.call('POST', target, {'type': 'credentials.rotate'}, expect=202)
        self.assertEqual(self.columns(device, 'next_secret')['next_secret'], row['next_secret'], 'the device may have it already')


class Trust(Identified):
    def put(self, device, enrolment, **options):
        return self.call('PUT', f'/api/v1/devices/{device}/enrolment', {'enrolment': enrolment, 'reason': 'chamado 1'}, **options)

    def test_only_who_has_proved_a_credential_of_its_own_is_bound(self):
        device = self.device()
        self.assertEqual(self.put(device, 'bound', expect=409).json['code'], 'no_credential')
        self.call('PUT', f'/api/v1/devices/{device}/credential', {'username': f'own-{device}', 'password': 'x'}, expect=200)
        self.assertEqual(self.put(device, 'bound', expect=200).json['enrolment'], 'bound')
        self.assertEqual(self.put(device, 'bound', expect=200).json['enrolment'], 'bound')
        self.assertEqual(self.put(device, 'quarantined', expect=200).json['enrolment'], 'quarantined')
        self.assertEqual(self.put(device, 'new', expect=200).json['enrolment'], 'new')

    def test_one_that_came_back_from_the_factory_must_have_used_its_new_one(self):
        device = self.device()
        self.call('PUT', f'/api/v1/devices/{device}/credential', {'username': f'own-{device}', 'password': 'x'}, expect=200)
        self.enrolled(device, 'quarantined')
        number = support.number_of(device)
        SERVER.sql(f"UPDATE device_credential SET fell_back_at = now(), next_secret = 'new' WHERE device_id = {number}")
        self.assertEqual(self.put(device, 'bound', expect=409).json['code'], 'no_credential')
        SERVER.sql(f'UPDATE device_credential SET used_next_at = now() WHERE device_id = {number}')
        shown = self.put(device, 'bound', expect=200).json
        self.assertEqual((shown['auth']['fell_back'], shown['auth']['rotating']), (False, False))
        self.assertEqual(self.columns(device, 'secret')['secret'], 'new')

    def test_what_is_refused(self):
        target = f'/api/v1/devices/{self.device()}/enrolment'
        self.assertEqual(self.refused('PUT', target, {'enrolment': 'trusted'}), {'/enrolment': 'choice'})
        self.refused('PUT', target, b'', status=400)
        self.refused('PUT', target, b'x' * (256 * 1024 + 1), status=413)
        self.refused('PUT', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        self.refused('PUT', f'/api/v1/devices/{support.device_id(1 << 40)}/enrolment', {'enrolment': 'new'}, status=404)
        self.put(self.device(), 'new', token='agent', expect=403)


class Alarms(Identified):
    def ids(self, query):
        return [row['id'] for row in self.call('GET', f'/api/v1/alarms?{query}', expect=200).json['data']]

    def test_they_are_listed_newest_first_for_both_sides_and_cleared(self):
        thief, victim = self.device(), self.device()
        alarm = self.alarm(thief, victim)
        self.assertEqual(self.ids('limit=1'), [alarm])
        for device in (thief, victim):
            self.assertEqual(self.ids(f'device={device}'), [alarm])
        row = self.call('GET', f'/api/v1/alarms?device={thief}').json['data'][0]
        self.assertEqual((row['device'], row['about'], row['kind'], row['count'], row['source_address']),
                         (thief, victim, 'identity_conflict', 1, '192.0.2.7'))
        cleared = self.call('POST', f'/api/v1/alarms/{alarm}/clear', expect=200).json
        self.assertEqual(cleared['cleared_by'], 'all')
        self.assertEqual(self.call('POST', f'/api/v1/alarms/{alarm}/clear', expect=200).json, cleared)
        self.assertEqual(self.ids(f'device={thief}'), [])
        self.assertEqual(self.ids(f'device={thief}&open=false'), [alarm])

    def test_pages(self):
        victim = self.device()
        made = [self.alarm(self.device(), victim) for _ in range(5)]
        seen, after = [], ''
        while after is not None:
            page = self.call('GET', f'/api/v1/alarms?device={victim}&limit=2{after}', expect=200).json
            seen += [row['id'] for row in page['data']]
            after = f'&after={page["next"]}' if page['next'] else None
        self.assertEqual(seen, made[::-1])

    def test_what_is_refused(self):
        self.assertEqual(self.refused('GET', '/api/v1/alarms?device=x'), {'device': 'format'})
        self.assertEqual(self.refused('GET', '/api/v1/alarms?after=x'), {'after': 'format'})
        for alarm in ('x', support.number_id('alm_', 1 << 40)):
            self.refused('POST', f'/api/v1/alarms/{alarm}/clear', status=404)
        self.call('POST', f'/api/v1/alarms/{self.alarm(self.device())}/clear', token='reader', expect=403)
