"""The audit trail: what leaves a row, what is in it, and what is never in it."""

import concurrent.futures
import json
import re

from api_case import DESCRIPTION, SERVER, Api, fill, required_query
from chain import Chain

CANARY = 'Kq4canary9Zw'
SOUNDS_SECRET = re.compile(r'password|passphrase|secret|token|^(key|code|pin|old|new)$')
HOSTILE = ('a\r\nGET /fake HTTP/1.1', '\x1b[2Jcleared', '=cmd|calc', '+1+1', '@SUM(A1)', '-2+3', '\t=1', '"quoted"', "'; DROP TABLE audit_entry; --",
           '<script>alert(1)</script>', '%s%n%x', '\u202egnp.exe', 'ação ✓ 🦊', '\\u0000', '\x7f\x01\x02', '{"a":"b"}', 'x' * 490)


def rows(where='true'):
    """Rows of the trail, oldest first."""
    return [json.loads(line) for line in SERVER.sql(f'SELECT row_to_json(e) FROM audit_entry e WHERE {where} ORDER BY seq')]


def head():
    return int(SERVER.sql('SELECT coalesce(max(seq), 0) FROM audit_entry')[0])


class Audit(Api):
    def setUp(self):
        self.before = head()

    def new(self, where='true'):
        return rows(f'seq > {self.before} AND {where}')

    def only(self, where='true'):
        found = self.new(where)
        self.assertEqual(len(found), 1, found)
        return found[0]

    # ---- changes

    def test_a_change_leaves_one_row_with_all_that_can_be_asked_for(self):
        device = self.device()
        answer = self.call('POST', f'/api/v1/devices/{device}/actions?dry_run=false', {'type': 'reboot', 'reason': 'chamado 7'}, expect=202,
                           headers={'X-Request-Id': 'req-of-the-test'})
        row = self.only()
        self.assertEqual({name: row[name] for name in ('actor_kind', 'actor', 'session', 'source', 'request', 'action', 'decision', 'object', 'reason', 'query',
                                                       'before', 'after', 'device_ids', 'subscriber_id', 'case_id')},
                         {'actor_kind': 'token', 'actor': 'all', 'session': None, 'source': '127.0.0.1', 'request': 'req-of-the-test',
                          'action': 'action_create', 'decision': 'allowed', 'object': answer.json['id'], 'reason': 'chamado 7', 'query': 'dry_run=false',
                          'before': None, 'after': {'type': 'reboot', 'reason': 'chamado 7'}, 'device_ids': None, 'subscriber_id': None, 'case_id': None})
        self.assertEqual([str(row['device_id'])], SERVER.sql('SELECT max(id) FROM device'))
        self.assertEqual([str(row['actor_id'])], SERVER.sql("SELECT id FROM api_token WHERE name = 'all'"))
        self.assertEqual(SERVER.sql(f"SELECT at BETWEEN now() - interval '5 s' AND now() FROM audit_entry WHERE seq = {row['seq']}"), ['t'])

    def test_what_is_typed_as_a_login_is_not_kept_but_whose_it_is(self):
        user = self.call('POST', '/api/v1/users', {'login': 'tried', 'name': 'Tried', 'role': 'l1'}, expect=201).json['id']
        self.before = head()
        for login, whose in (('tried', user), (CANARY, None)):
            self.call('POST', '/api/v1/session', {'login': login, 'password': CANARY}, expect=401, token=None)
            row = self.new("action = 'session_open'")[-1]
            self.assertEqual((row['object'], row['after'], row['decision'], row['actor_kind']), (whose, {'login': None, 'password': None}, 'denied', 'nobody'))
        self.assertNotIn(CANARY, json.dumps(self.new()))

    def test_without_its_row_there_is_no_effect(self):
        device = self.device()
        SERVER.sql("CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;"
                   " CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_audit()")
        try:
            for method, path, body in (('POST', f'/devices/{device}/actions', {'type': 'reboot'}),
                                       ('PATCH', f'/devices/{device}', {'place': {'city': 'Nowhere'}}),
                                       ('PUT', f'/devices/{device}/enrolment', {'enrolment': 'quarantined'}),
                                       ('POST', '/devices', {'oui': '00259E', 'product_class': 'X', 'serial': 'NO AUDIT'})):
                answer = SERVER.request(method, '/api/v1' + path, body)
                self.assertEqual((answer.status, answer.json['code']), (500, 'internal'), path)
            answer = SERVER.request('GET', f'/api/v1/devices/{device}')  # and nothing is shown
            self.assertEqual((answer.status, 'serial' in answer.json), (500, False))
        finally:
            SERVER.sql('DROP TRIGGER refuse ON audit_entry; DROP FUNCTION refuse_audit()')
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        self.assertEqual(SERVER.sql(f'SELECT count(*) FROM action WHERE device_id = {number}'), ['0'])
        self.assertEqual(SERVER.sql("SELECT count(*) FROM device WHERE serial = 'NO AUDIT'"), ['0'])
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}', expect=200).json['place'], None)
        self.assertEqual(self.new("action <> 'device_show'"), [])

    def test_an_answer_that_is_given_again_leaves_no_second_row(self):
        device = self.device()
        for replayed in (None, 'true'):
            answer = self.reboot(device, headers={'Idempotency-Key': 'audited'})
            self.assertEqual(answer.headers.get('idempotency-replayed'), replayed)
        self.only()

    def test_a_change_that_was_refused(self):
        device = self.device()
        self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot', 'passwd': CANARY})
        row = self.only()
        self.assertEqual((row['decision'], row['reason'], row['after'], row['action']), ('failed', 'invalid', None, 'action_create'))
        self.refused('POST', '/api/v1/actions/act_1/cancel', {'reason': 'as it is'}, status=404)
        row = self.new()[-1]
        self.assertEqual((row['decision'], row['reason'], row['object'], row['after']), ('failed', 'not_found', 'act_1', {'reason': 'as it is'}))

    def test_who_lacks_the_right_is_noted_once_a_minute(self):
        device = self.device()
        for _ in range(50):
            self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, status=403, token='reader')
            self.refused('GET', f'/api/v1/devices/{device}', status=403, token='nobody')
        for action, actor in (('action_create', 'reader'), ('device_show', 'nobody')):
            found = self.new(f"action = '{action}'")
            self.assertIn(len(found), (1, 2))  # two, if a minute ended in between
            self.assertEqual((found[0]['decision'], found[0]['reason'], found[0]['actor']), ('denied', 'forbidden', actor))

    def test_who_is_not_known_cannot_fill_the_trail(self):
        for token in (None, 'expired', 'acs_test_wrong'):
            self.refused('GET', '/api/v1/devices', status=401, token=token)
        self.assertEqual(self.new(), [])

    # ---- looks

    def test_a_look_leaves_a_row_and_the_same_one_within_the_minute_none(self):
        one, two = self.device(), self.device()
        for _ in range(10):
            for device, token in ((one, 'all'), (two, 'all'), (one, 'reader')):
                self.call('GET', f'/api/v1/devices/{device}', expect=200, token=token)
        found = [(row['device_id'], row['actor']) for row in self.new()]
        self.assertEqual(len(set(found)), 3)
        self.assertLessEqual(len(found), 6)

    def test_a_list_names_every_home_that_it_showed(self):
        homes = sorted(int(SERVER.sql(f"SELECT id FROM device WHERE serial = '{serial}'")[0])
                       for serial in ('LOOK1', 'LOOK2', 'LOOK3') if SERVER.add_device(serial))
        self.call('GET', '/api/v1/devices?serial=look&limit=2', expect=200)
        row = self.only("query LIKE '%look%'")
        self.assertEqual((row['action'], row['device_id'], row['device_ids'], row['query']), ('device_list', None, homes[:2], 'serial=look&limit=2'))
        self.call('GET', '/api/v1/devices?serial=LOOK3', expect=200)
        self.assertEqual(self.only("query = 'serial=LOOK3'")['device_id'], homes[2])

    def test_what_is_not_below_a_device_is_about_its_device_too(self):
        device = self.device()
        number = int(SERVER.sql('SELECT max(id) FROM device')[0])
        action = self.reboot(device).json['id']
        self.alarm(device)
        for path in (f'/actions/{action}', f'/actions/{action}/events', f'/alarms?device={device}', f'/stream?topics=device:{device}'):
            self.before = head()
            if 'stream' in path:
                with SERVER.stream('/api/v1' + path) as stream:
                    self.assertEqual(stream.status, 200)
            else:
                self.call('GET', '/api/v1' + path, expect=200, headers={'Accept': 'application/json'})
            self.assertEqual(self.only()['device_id'], number, path)

    # ---- secrets

    def fields(self, schema, path=()):
        """(path, schema) of every member of a body."""
        schema = DESCRIPTION.resolve(schema)
        if path:
            yield path, schema
        for name, inner in schema.get('properties', {}).items():
            yield from self.fields(inner, (*path, name))
        if 'items' in schema:
            yield from self.fields(schema['items'], (*path, 0))

    def body(self, schema):
        """One with every member, a canary in all that is or sounds secret."""
        schema = DESCRIPTION.resolve(schema)
        kind = schema.get('type')
        kind = kind if isinstance(kind, str) else (kind or ['string'])[0]
        if kind == 'object':
            return {name: CANARY if SOUNDS_SECRET.search(name) else self.body(inner)
                    for name, inner in schema.get('properties', {}).items()} or {'password': CANARY, 'value': CANARY}
        if kind == 'array':
            return [self.body(schema['items'])]
        return {'integer': 1, 'number': 1, 'boolean': True}.get(kind, schema.get('enum', ['x'])[0])

    def test_no_secret_of_any_route_gets_into_the_trail(self):
        device = self.device()
        tried = 0
        for method, path, operation in DESCRIPTION.operations():
            content = operation.get('requestBody', {}).get('content', {}).get('application/json')
            if content is None:
                continue
            whole = self.body(content['schema'])
            for body in (whole, {**whole, 'unknown': CANARY}, *({name: whole[name]} for name in whole)):
                SERVER.request(method, fill(path, device) + required_query(operation), body)
                tried += 1
        self.assertGreater(tried, 30)
        self.no_canary()

    def test_no_secret_of_any_kind_of_action_gets_into_the_trail(self):
        device = self.device()
        kinds = DESCRIPTION.document['components']['schemas']['ActionType']['enum']
        secret = {name: CANARY for name in ('password', 'passphrase', 'value', 'new_password', 'username_secret')}
        for kind in kinds:
            for params in ({**secret}, {'values': [{'name': 'Device.WiFi.AccessPoint.1.Security.KeyPassphrase', 'value': CANARY}]},
                           {'method': 'SetParameterValues', 'args': {'ParameterList': [{'Name': 'Device.A.Password', 'Value': CANARY}]}},
                           {'password': CANARY + '-42', 'bands': ['2.4']}, {'username': 'joao', 'password': CANARY}):
                SERVER.request('POST', f'/api/v1/devices/{device}/actions', {'type': kind, 'params': params})
                SERVER.request('POST', f'/api/v1/devices/{device}/actions?dry_run=true', {'type': kind, 'params': params})
        accepted = self.new("decision = 'allowed'")
        self.assertTrue(any(row['after'].get('params', {}).get('password', '') is None for row in accepted), 'a password was accepted, and is null')
        self.no_canary()

    def no_canary(self):
        found = [row for row in self.new() if CANARY in json.dumps(row)]
        self.assertEqual(found, [])
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM audit_entry e WHERE e::text LIKE '%{CANARY}%'"), ['0'])

    def test_a_value_that_is_no_secret_is_kept(self):
        device = self.device()
        values = [{'name': 'Device.WiFi.SSID.1.SSID', 'value': 'casa'}]
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'params.set', 'params': {'values': values}}, expect=202)
        self.assertEqual(self.only()['after'], {'type': 'params.set', 'params': {'values': values}})

    # ---- hostile

    def test_hostile_texts_are_kept_as_they_are_and_break_nothing(self):
        device = self.device()
        for text in HOSTILE:
            self.before = head()
            answer = SERVER.request('POST', f'/api/v1/devices/{device}/actions?dry_run=true', {'type': 'reboot', 'reason': text})
            self.assertEqual(answer.status, 200, text)
            self.assertEqual((self.only()['reason'], self.only()['after']['reason']), (text, text))
            SERVER.request('GET', '/api/v1/devices/by/serial/' + ''.join(f'%{byte:02x}' for byte in text.encode()))
            self.assertEqual(self.new()[-1]['object'], text)
        for body in (b'{"type":"reboot","reason":"\\u0000"}', b'{"type":"reboot","reason":"\xff"}'):
            self.before, device = head(), self.device()
            self.refused('POST', f'/api/v1/devices/{device}/actions', body, status=400)
            self.assertEqual((self.only()['decision'], self.only()['after']), ('failed', None))

    # ---- the table and the chain

    def test_rows_can_be_neither_changed_nor_taken_out(self):
        self.reboot(self.device())
        for statement in ("UPDATE audit_entry SET actor = 'x'", 'UPDATE audit_entry SET after = NULL, salt = NULL', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'):
            with self.assertRaisesRegex(Exception, 'never changed'):
                SERVER.sql(statement)

    def test_writers_at_once_make_one_chain_without_a_gap(self):
        devices = [self.device() for _ in range(8)]

        def write(device):
            return [SERVER.request('PATCH', f'/api/v1/devices/{device}', {'place': {'city': f'{device} {n}'}}).status for n in range(25)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual({status for statuses in pool.map(write, devices) for status in statuses}, {200})
        self.assertEqual(len(self.new("action = 'device_patch'")), 200)
        self.check_chain()

    def test_the_chain_is_what_is_documented(self):
        """Computed anew by another program from the key file and the table alone."""
        self.check_chain()

    def check_chain(self):
        chain = Chain(SERVER)
        self.assertGreater(chain.check(), 0)
