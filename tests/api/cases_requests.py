"""Paths, tokens and bodies: what is let through, and what is refused and how."""

import concurrent.futures
import os
import re

import yaml
from api_case import DESCRIPTION, DOCUMENT, GIVEN, SERVER, SOURCE, Api, empty_body, fill, required_query


class TheDocument(Api):
    def test_it_is_served_as_it_was_written(self):
        with open(os.path.join(SOURCE, 'openapi.yaml'), encoding='utf-8') as file:
            written = yaml.safe_load(file)
        self.assertEqual(list(DOCUMENT['paths']), list(written['paths']))
        self.assertEqual(DOCUMENT['components']['schemas'], written['components']['schemas'])
        self.call('GET', '/api/v1/openapi.json', expect=200, token=None)

    def test_every_problem_is_explained_in_both_languages(self):
        with open(os.path.join(SOURCE, 'problem.def'), encoding='utf-8') as file:
            codes = re.findall(r'^PROBLEM\(\w+,\s+\d+, "(\w+)"', file.read(), re.MULTILINE)
        self.assertGreater(len(codes), 10)
        for code in codes:
            english = self.call('GET', f'/api/v1/problems/{code}', expect=200, token=None).json
            portuguese = self.call('GET', f'/api/v1/problems/{code}', token=None,
                                   headers={'Accept-Language': 'pt-BR'}).json
            self.assertNotEqual(english['title'], portuguese['title'])
        self.refused('GET', '/api/v1/problems/none', status=404, token=None)


class Paths(Api):
    def test_an_unknown_path(self):
        for path in ('/api', '/api/v1', '/api/v1/', '/api/v1/nothing', '/api/v1/devices/', '/api/v2/devices', '/api/v1//me',
                     '/api/v1/devices/%zz', '/api/v1/devices/%00', '/api/v1/devices/../me'):
            self.refused('GET', path, status=404, code='not_found')

    def test_a_known_path_with_another_method_says_which(self):
        answer = SERVER.request('DELETE', '/api/v1/devices')
        self.assertEqual((answer.status, answer.headers['allow']), (405, 'GET, HEAD, POST'))
        answer = SERVER.request('PUT', '/api/v1/devices/dev_1/actions', {})
        self.assertEqual(answer.status, 405)
        self.assertEqual(sorted(answer.headers['allow'].split(', ')), ['GET', 'HEAD', 'POST'])
        self.assertEqual(answer.json['code'], 'method_not_allowed')

    def test_head_is_get_without_the_body(self):
        answer = self.call('HEAD', '/api/v1/devices', expect=200)
        self.assertEqual(answer.body, b'')
        self.assertGreater(int(answer.headers['content-length']), 2)

    def test_a_request_keeps_the_id_that_it_brings(self):
        answer = self.call('GET', '/api/v1/me', headers={'X-Request-Id': 'abc-1.2_3'})
        self.assertEqual(answer.headers['x-request-id'], 'abc-1.2_3')
        for bad in ('', 'a b', 'x' * 65, 'a"b', 'ação'.encode().decode('latin-1')):
            answer = self.call('GET', '/api/v1/me', headers={'X-Request-Id': bad})
            self.assertRegex(answer.headers['x-request-id'], '^req_')

    def test_a_problem_speaks_the_callers_language(self):
        for accept, title in (('pt-BR', 'Não existe'), ('en', 'Not found'), (None, 'Não existe')):
            answer = self.call('GET', '/api/v1/actions/act_none', headers={'Accept-Language': accept})
            self.assertEqual(answer.json['title'], title)


class Tokens(Api):
    HOLDS = {'all': None, 'reader': {'me.read', 'devices.read', 'actions.read'},
             'agent': {'me.read', 'devices.read', 'actions.read', 'actions.run'}, 'nobody': {'me.read'}}

    def test_every_route_with_every_kind_of_token(self):
        """The matrix: 401 without a token that counts, 403 without the capability, else neither."""
        SERVER.tokens['revoked'] = SERVER.ask('token revoked')
        SERVER.sql("UPDATE api_token SET revoked_at = now() WHERE name = 'revoked'")
        real = SERVER.tokens['all']
        cases = {'none': None, 'expired': 'expired', 'revoked': 'revoked', 'empty': '', 'short': 'acs_test', 'changed':
                 real[:20] + ('A' if real[20] != 'A' else 'B') + real[21:], 'longer': real + 'x', **{role: role for role in self.HOLDS}}
        for method, path, operation in DESCRIPTION.operations():
            capability = operation['x-capability']
            for case, token in cases.items():
                with self.subTest(route=f'{method} {path}', token=case):
                    status = self.try_route(method, path, operation, token)
                    holds = self.HOLDS.get(case, set())
                    if capability == 'public':
                        self.assertNotIn(status, (401, 403))
                    elif case not in self.HOLDS:
                        self.assertEqual(status, 401)
                    elif holds is not None and capability not in holds:
                        self.assertEqual(status, 403)
                    else:
                        self.assertNotIn(status, (401, 403))

    def try_route(self, method, path, operation, token):
        target = fill(path) + required_query(operation)
        if operation['operationId'] in ('stream_open', 'action_events'):
            with SERVER.stream(target, token='' if token is None else token) as stream:
                GIVEN.add((operation['operationId'], stream.status))
                return stream.status
        return self.call(method, target, empty_body(method), token=token).status

    def test_what_is_refused_says_what_is_missing(self):
        answer = self.call('GET', '/api/v1/me', token=None, expect=401)
        self.assertTrue(answer.headers['www-authenticate'].startswith('Bearer'))
        answer = self.call('GET', '/api/v1/devices', token='nobody', expect=403)
        self.assertIn('devices.read', answer.json['detail'])

    def test_another_scheme_is_no_token(self):
        for header in ('Basic YTpi', SERVER.tokens['all'], 'Bearer', 'bearer', 'Bearer  ', 'Digest x'):
            self.call('GET', '/api/v1/me', token=None, headers={'Authorization': header}, expect=401)
        self.call('GET', '/api/v1/me', token=None, headers={'Authorization': 'bearer ' + SERVER.tokens['all']}, expect=200)

    def test_single_parameters_need_a_right_of_their_own(self):
        device = self.device()
        for body in ({'type': 'params.get', 'params': {'names': ['Device.X']}},
                     {'type': 'params.set', 'params': {'values': [{'name': 'Device.X', 'value': '1'}]}}):
            answer = self.call('POST', f'/api/v1/devices/{device}/actions', body, token='agent', expect=403)
            self.assertIn('parameters.raw', answer.json['detail'])
            self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=202)

    def test_what_leads_into_a_home_needs_a_right_of_its_own(self):
        device = self.device()
        for body in ({'type': 'port_forward.add', 'params': {'protocol': 'tcp', 'external_port': 80, 'internal_client': '192.168.1.2'}},
                     {'type': 'port_forward.remove', 'params': {'number': 1}}):
            answer = self.call('POST', f'/api/v1/devices/{device}/actions', body, token='agent', expect=403)
            self.assertIn('homes.configure', answer.json['detail'])
            self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=202)
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'port_forward.list'}, token='agent', expect=202)

    def test_who_am_i(self):
        me = self.call('GET', '/api/v1/me', token='agent', expect=200).json
        self.assertEqual(me['name'], 'agent')
        self.assertEqual(set(me['capabilities']), self.HOLDS['agent'])
        self.assertIsNotNone(me['expires_at'])
        self.assertEqual(self.call('GET', '/api/v1/me', token='reader').json['expires_at'], None)

    def test_use_is_noted(self):
        SERVER.sql("UPDATE api_token SET last_used_at = NULL WHERE name = 'reader'")
        self.call('GET', '/api/v1/me', token='reader')
        self.assertIsNotNone(self.call('GET', '/api/v1/me', token='reader').json['last_used_at'])

    def test_nothing_happens_after_a_revocation(self):
        """Ten times: requests run while their token is revoked; none that began to act later was let in."""
        device = self.device()
        for round_ in range(10):
            token = SERVER.ask(f'token hasty{round_}')
            SERVER.sql('UPDATE action SET state = \'cancelled\', ended_at = now(), next_wake_at = NULL WHERE ended_at IS NULL')
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                runs = [pool.submit(SERVER.request, 'POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, token)
                        for _ in range(12)]
                SERVER.sql(f"UPDATE api_token SET revoked_at = now() WHERE name = 'hasty{round_}'")
                revoked = SERVER.sql('SELECT clock_timestamp()')[0]
                statuses = {run.result().status for run in runs}
            self.assertLessEqual(statuses, {202, 401})
            late = SERVER.sql(f"SELECT count(*) FROM action WHERE created_by = 'hasty{round_}' AND created_at > '{revoked}'")
            self.assertEqual(late, ['0'])
            self.assertEqual(SERVER.request('GET', '/api/v1/me', token=token).status, 401)


class Requests(Api):
    def guarded(self):
        """(method, target with a query, operation) of every route that needs a token, for things that are there."""
        device = self.device()
        action = self.reboot(device).json['id']
        for method, path, operation in DESCRIPTION.operations():
            if operation['x-capability'] != 'public':
                yield method, fill(path, device, action) + (required_query(operation) or '?'), operation

    def test_unknown_query_parameters_are_refused_everywhere(self):
        for method, target, operation in self.guarded():
            with self.subTest(route=operation['operationId']):
                answer = self.call(method, target + '&nonsense=1', empty_body(method), expect=422)
                self.assertIn({'parameter': 'nonsense', 'code': 'unknown', 'detail': 'is not known here'},
                              answer.json['errors'])

    def test_a_query_that_cannot_be_read_is_malformed_everywhere(self):
        for method, target, operation in self.guarded():
            for query in ('a=%', 'a=1&a=2', 'a=%ff', 'a=%00'):
                with self.subTest(route=operation['operationId'], query=query):
                    self.refused(method, f'{target}&{query}', empty_body(method), status=400, code='malformed')

    def test_every_wrong_body_names_the_place(self):
        device = self.device()
        target = f'/api/v1/devices/{device}/actions'
        rows = (
            ([], {'': 'type'}),
            ({}, {'/type': 'required'}),
            ({'type': 7}, {'/type': 'type'}),
            ({'type': 'explode'}, {'/type': 'choice'}),
            ({'type': 'reboot', 'typo': 1}, {'/typo': 'unknown'}),
            ({'type': 'reboot', 'a/b~c': 1}, {'/a~1b~0c': 'unknown'}),
            ({'type': 'reboot', 'params': []}, {'/params': 'type'}),
            ({'type': 'reboot', 'params': {'now': True}}, {'/params': 'invalid'}),
            ({'type': 'reboot', 'expires_in': '15m'}, {'/expires_in': 'format'}),
            ({'type': 'reboot', 'expires_in': 'PT9S'}, {'/expires_in': 'range'}),
            ({'type': 'reboot', 'expires_in': 'P31D'}, {'/expires_in': 'range'}),
            ({'type': 'reboot', 'on_offline': 'maybe'}, {'/on_offline': 'choice'}),
            ({'type': 'reboot', 'reason': ''}, {'/reason': 'length'}),
            ({'type': 'reboot', 'reason': 'x' * 501}, {'/reason': 'length'}),
            ({'type': 'params.get'}, {'/params/names': 'invalid'}),
            ({'type': 'params.get', 'params': {'names': []}}, {'/params/names': 'invalid'}),
            ({'type': 'params.get', 'params': {'names': ['Device.X', 'not a name']}}, {'/params/names/1': 'invalid'}),
            ({'type': 'params.get', 'params': {'paths': []}}, {'/params/paths': 'invalid'}),
            ({'type': 'params.set', 'params': {'values': [{'name': 'Device.X'}]}}, {'/params/values/0/value': 'invalid'}),
            ({'type': 'params.set', 'params': {'values': [{'name': 'Device.X', 'value': '1', 'type': 'real'}]}},
             {'/params/values/0/type': 'invalid'}),
            ({'type': 'refresh', 'params': {'path': 'Device.X'}}, {'/params/path': 'invalid'}),
        )
        for body, errors in rows:
            with self.subTest(body=body):
                self.assertEqual(self.refused('POST', target, body), errors)
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM action_shown JOIN device_shown d ON d.id = device_id"
                                    f" WHERE serial = 'SN{Api.count:06}'"), ['0'])

    def test_several_things_wrong_are_all_told(self):
        errors = self.refused('POST', f'/api/v1/devices/{self.device()}/actions', {'reason': 1, 'x': 2, 'expires_in': 'x'})
        self.assertEqual(errors, {'/type': 'required', '/reason': 'type', '/x': 'unknown', '/expires_in': 'format'})

    def test_what_is_no_json(self):
        target = f'/api/v1/devices/{self.device()}/actions'
        self.refused('POST', '/api/v1/actions/act_1/cancel', b'{', status=400, code='malformed')
        for body in (b'', b'{', b'nonsense', b'{"type":"reboot"} x', b'{"type":"reboot","type":"refresh"}', b'\xff\xfe',
                     b'{"type":"\xff"}', b'[' * 10000, b'{"type":"a\\u0000b"}'):
            with self.subTest(body=body[:20]):
                self.refused('POST', target, body, status=400, code='malformed')

    def test_another_media_type_is_refused(self):
        for kind in ('text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', None):
            for target in (f'/api/v1/devices/{self.device()}/actions', '/api/v1/actions/act_1/cancel'):
                self.refused('POST', target, b'{"type":"reboot"}', status=415, headers={'Content-Type': kind})
        self.reboot(self.device(), headers={'Content-Type': 'Application/JSON; charset=utf-8'})

    def test_a_body_that_is_too_large(self):
        body = b'{"type":"reboot","reason":"' + b'x' * (256 * 1024) + b'"}'
        for target in (f'/api/v1/devices/{self.device()}/actions', '/api/v1/actions/act_1/cancel'):
            self.refused('POST', target, body[:256 * 1024 + 1], status=413, code='too_large')

    def test_hostile_texts_stay_texts(self):
        device = self.device()
        for text in ("'; DROP TABLE action; --", '$1', '%s%n', '<script>', '{{7*7}}', '\u202e\u0007', 'ação 😀', '\\', '"'):
            action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot', 'reason': text}, expect=202).json
            self.assertEqual(self.call('GET', f"/api/v1/actions/{action['id']}").json['reason'], text)
            self.call('POST', f"/api/v1/actions/{action['id']}/cancel", {'reason': text}, expect=200)
