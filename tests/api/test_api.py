#!/usr/bin/env python3
"""Every route, every answer against the document, every documented error; tokens, lists, actions."""

import concurrent.futures
import json
import os
import re
import time
import unittest

import server as support
import yaml
from description import Description

SOURCE = os.environ['FAROL_API_SOURCE']
GIVEN = set()  # (operationId, status) of every answer


def setUpModule():
    global SERVER, DOCUMENT, DESCRIPTION  # pylint: disable=global-variable-undefined
    SERVER = support.start()
    DOCUMENT = SERVER.request('GET', '/api/v1/openapi.json', token=None).json
    DESCRIPTION = Description(DOCUMENT)


def tearDownModule():
    status = SERVER.stop()
    if status != 0:
        raise AssertionError(f'api_server ended with {status}')


class Api(unittest.TestCase):
    def call(self, method, target, body=None, expect=None, **options):
        """The answer, once it has been found to be as described."""
        answer = SERVER.request(method, target, body, **options)
        operation = DESCRIPTION.find(method, target)
        if expect is not None:
            self.assertEqual(answer.status, expect, answer.body)
        self.assertEqual(answer.headers['cache-control'], 'no-store')
        self.assertEqual(answer.headers['x-content-type-options'], 'nosniff')
        self.assertRegex(answer.headers['x-request-id'], '^[A-Za-z0-9._-]+$')
        if operation is not None and method != 'HEAD':
            GIVEN.add((operation['operationId'], answer.status))
            self.check_answer(operation, answer)
        elif method != 'HEAD':
            self.check_problem(answer)
        return answer

    def check_answer(self, operation, answer):
        response = DESCRIPTION.response(operation, answer.status)
        content = response.get('content')
        if content is None:
            self.assertEqual(answer.body, b'')
            return
        kind = answer.headers['content-type'].split(';')[0]
        self.assertIn(kind, content)
        if kind.endswith('json'):
            errors = DESCRIPTION.errors(content[kind]['schema'], answer.json)
            self.assertEqual(errors, [], answer.body)
        if kind == 'application/problem+json':
            self.check_problem(answer)

    def check_problem(self, answer):
        self.assertEqual(answer.headers['content-type'], 'application/problem+json')
        problem = answer.json
        self.assertEqual(DESCRIPTION.errors(DOCUMENT['components']['schemas']['Problem'], problem), [])
        self.assertEqual(problem['status'], answer.status)
        self.assertEqual(problem['instance'], answer.headers['x-request-id'])
        kind = SERVER.request('GET', problem['type'], token=None)
        self.assertEqual((kind.status, kind.json['code'], kind.json['status']), (200, problem['code'], answer.status))

    def refused(self, method, target, body=None, status=422, code=None, **options):
        """The problem's errors, as {place: code}."""
        problem = self.call(method, target, body, expect=status, **options).json
        if code is not None:
            self.assertEqual(problem['code'], code)
        return {error.get('pointer', error.get('parameter')): error['code'] for error in problem.get('errors', [])}

    @staticmethod
    def device(**options):
        Api.count = getattr(Api, 'count', 0) + 1
        return SERVER.add_device(f'SN{Api.count:06}', **options)

    def reboot(self, device, expect=202, **options):
        return self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=expect, **options)


def fill(path, device='dev_0000000000001', action='act_1'):
    return path.format(device=device, action=action, serial='none', code='not_found')


def required_query(operation):
    return '?topics=device:dev_0000000000001' if operation['operationId'] == 'stream_open' else ''


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
        for path in ('/', '/api', '/api/v1', '/api/v1/', '/api/v1/nothing', '/api/v1/devices/', '/api/v2/devices', '/api/v1//me',
                     '/api/v1/devices/%zz', '/api/v1/devices/%00', '/api/v1/devices/../me'):
            self.refused('GET', path, status=404, code='not_found')

    def test_a_known_path_with_another_method_says_which(self):
        answer = SERVER.request('DELETE', '/api/v1/devices')
        self.assertEqual((answer.status, answer.headers['allow']), (405, 'GET, HEAD'))
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
        return self.call(method, target, b'{}' if method == 'POST' else None, token=token).status

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
                answer = self.call(method, target + '&nonsense=1', {} if method == 'POST' else None, expect=422)
                self.assertIn({'parameter': 'nonsense', 'code': 'unknown', 'detail': 'is not known here'},
                              answer.json['errors'])

    def test_a_query_that_cannot_be_read_is_malformed_everywhere(self):
        for method, target, operation in self.guarded():
            for query in ('a=%', 'a=1&a=2', 'a=%ff', 'a=%00'):
                with self.subTest(route=operation['operationId'], query=query):
                    self.refused(method, f'{target}&{query}', {} if method == 'POST' else None, status=400, code='malformed')

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


class Lists(Api):
    def pages(self, target):
        """All rows, page after page by the Link header; every page is checked."""
        rows = []
        while target is not None:
            answer = self.call('GET', target, expect=200)
            rows.append(answer.json['data'])
            link = answer.headers.get('link')
            self.assertEqual(link is None, answer.json['next'] is None)
            target = re.fullmatch('<(.*)>; rel="next"', link)[1] if link else None
        return rows

    def test_devices_come_page_by_page_in_both_directions(self):
        wanted = [SERVER.add_device(f'PAGE{n}') for n in range(7)]
        for sort, order in (('id', wanted), ('-id', wanted[::-1])):
            pages = self.pages(f'/api/v1/devices?serial=page&limit=3&sort={sort}&fields=id')
            self.assertEqual([len(page) for page in pages], [3, 3, 1])
            self.assertEqual([row['id'] for page in pages for row in page], order)

    def test_filters_and_totals(self):
        SERVER.add_device('FILTER1', contact="now() - interval '2 days'")
        SERVER.add_device('FILTER2')
        day = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() - 86400))
        rows = (('serial=ilter', 2), ('serial=FILTER1', 1), ('serial=%25', 0), ('model=HG8245&serial=filter', 2),
                ('product_class=HG8245&serial=filter', 2), ('model=none', 0), ('oui=00259E&serial=filter', 2),
                ('software_version=V1&serial=filter', 2), (f'last_contact_before={day}&serial=filter', 1),
                (f'last_contact_after={day}&serial=filter', 1))
        for query, count in rows:
            for how in ('exact', 'estimate'):
                page = self.call('GET', f'/api/v1/devices?{query}&count={how}', expect=200).json
                self.assertEqual((len(page['data']), page['total']), (count, {'value': count, 'kind': 'exact'}), query)
        self.assertNotIn('total', self.call('GET', '/api/v1/devices').json)
        found = self.call('GET', '/api/v1/devices?serial=FILTER2').json['data'][0]['id']
        self.assertEqual(len(self.call('GET', f'/api/v1/devices?id={found}').json['data']), 1)

    def test_only_the_fields_that_are_asked_for(self):
        SERVER.add_device('FIELDS')
        row = self.call('GET', '/api/v1/devices?serial=FIELDS&fields=serial,online,id').json['data'][0]
        self.assertEqual(list(row), ['serial', 'online', 'id'])

    def test_what_cannot_be_asked_for(self):
        rows = (('limit=0', 'limit'), ('limit=201', 'limit'), ('limit=x', 'limit'), ('sort=serial', 'sort'), ('fields=', 'fields'),
                ('fields=id,nothing', 'fields'), ('count=yes', 'count'), ('after=x', 'after'), ('after=dev_x', 'after'),
                ('id=x', 'id'), ('oui=xyz', 'oui'), ('last_contact_before=today', 'last_contact_before'), ('serial=', 'serial'),
                ('model=a&product_class=b', 'model'))
        for query, parameter in rows:
            with self.subTest(query=query):
                self.assertIn(parameter, self.refused('GET', '/api/v1/devices?' + query))

    def test_a_serial_number_leads_to_its_device(self):
        device = SERVER.add_device('LEAD 1/2')
        answer = self.call('GET', '/api/v1/devices/by/serial/LEAD%201%2F2', expect=303)
        self.assertEqual(answer.headers['location'], f'/api/v1/devices/{device}')
        self.assertEqual(self.call('GET', answer.headers['location'], expect=200).json['serial'], 'LEAD 1/2')
        self.refused('GET', '/api/v1/devices/by/serial/NONE', status=404)
        SERVER.sql("INSERT INTO device (oui, product_class, serial, manufacturer) VALUES ('A', 'B', 'LEAD 1/2', '')")
        self.refused('GET', '/api/v1/devices/by/serial/LEAD%201%2F2', status=409, code='ambiguous')

    def test_devices_that_are_not_there(self):
        for bad in ('dev_zzzzzzzzzzzzz', 'dev_0000009999999', 'dev_', 'act_1', '1', 'dev_00000000000O1', "dev_'"):
            for path in ('', '/parameters', '/sessions', '/events', '/actions'):
                self.refused('GET', f'/api/v1/devices/{bad}{path}', status=404)
            self.refused('POST', f'/api/v1/devices/{bad}/actions', {'type': 'reboot'}, status=404)

    def test_parameters_with_their_age_and_without_secrets(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO device_page (device_id, page, names_hash, content_hash, doc, writable) VALUES ({number},"
                   " 'Device.WiFi.', 0, 0, '{\"SSID\": \"scasa\", \"KeyPassphrase\": \"ssegredo!\","
                   " \"Channel\": \"u6\"}', '{\"SSID\": true}')")
        SERVER.sql(f"INSERT INTO device_read VALUES ({number}, jsonb_build_object('Device.WiFi.',"
                   " jsonb_build_object('', floor(extract(epoch FROM now()) - 100))))")
        answer = self.call('GET', f'/api/v1/devices/{device}/parameters', expect=200)
        self.assertNotIn(b'segredo', answer.body)
        rows = {row['name']: row for row in answer.json['data']}
        self.assertEqual(rows['Device.WiFi.KeyPassphrase']['value'], None)
        self.assertTrue(rows['Device.WiFi.KeyPassphrase']['secret'])
        self.assertEqual((rows['Device.WiFi.SSID']['value'], rows['Device.WiFi.SSID']['writable']), ('casa', True))
        self.assertEqual(rows['Device.WiFi.Channel']['writable'], None)
        self.assertIn(rows['Device.WiFi.SSID']['age_s'], range(99, 160))
        pages = self.pages(f'/api/v1/devices/{device}/parameters?limit=1')
        self.assertEqual([page[0]['name'] for page in pages], sorted(rows))
        for path, count in (('Device.WiFi.', 3), ('Device.WiFi.SSID', 1), ('Device.WiFi', 0), ('Device.', 3), ('X.', 0)):
            self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/parameters?path={path}').json['data']), count)
        self.refused('GET', f'/api/v1/devices/{device}/parameters?limit=1001')

    def test_history(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO device_session SELECT {number}, n, now(), now(), 'completed', NULL, n, 2"
                   " FROM generate_series(1, 5) n")
        SERVER.sql(f"INSERT INTO device_event SELECT {number}, n, p, now(), '1 BOOT', '' FROM generate_series(1, 3) n,"
                   " generate_series(0, 1) p")
        pages = self.pages(f'/api/v1/devices/{device}/sessions?limit=2')
        self.assertEqual([row['requests'] for page in pages for row in page], [5, 4, 3, 2, 1])
        self.assertEqual(pages[1][0]['events'], ['1 BOOT', '1 BOOT'])
        pages = self.pages(f'/api/v1/devices/{device}/events?limit=4')
        self.assertEqual([len(page) for page in pages], [4, 2])
        for path, cursors in (('sessions', ('x', '0', '-1')), ('events', ('x', '1', '1.x', '1.-1', '1.99999'))):
            for cursor in cursors:
                self.assertEqual(self.refused('GET', f'/api/v1/devices/{device}/{path}?after={cursor}'), {'after': 'format'})

    def test_actions_of_a_device(self):
        device = self.device()
        ids = [self.reboot(device).json['id'] for _ in range(5)]
        SERVER.move(ids[0], 'failed')
        pages = self.pages(f'/api/v1/devices/{device}/actions?limit=2')
        self.assertEqual([row['id'] for page in pages for row in page], ids[::-1])
        for state, count in (('open', 4), ('ended', 1), ('queued', 4), ('failed', 1), ('running', 0)):
            self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions?state={state}').json['data']), count)
        self.assertEqual(self.refused('GET', f'/api/v1/devices/{device}/actions?state=done'), {'state': 'choice'})


class Actions(Api):
    def test_an_action_is_accepted_and_can_be_found(self):
        device = self.device()
        answer = self.call('POST', f'/api/v1/devices/{device}/actions',
                           {'type': 'reboot', 'params': {}, 'expires_in': 'PT1H', 'reason': 'slow', 'on_offline': 'queue'},
                           expect=202)
        action = answer.json
        self.assertEqual(answer.headers['location'], f"/api/v1/actions/{action['id']}")
        self.assertEqual((action['state'], action['device'], action['reason'], action['created_by'], action['cancellable']),
                         ('queued', device, 'slow', 'all', True))
        self.assertRegex(action['id'], '^act_[0-9a-z]{22}$')
        self.assertEqual(self.call('GET', answer.headers['location'], expect=200).json, action)
        self.assertEqual(action['links']['cancel'], f"/api/v1/actions/{action['id']}/cancel")
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}').json['open_actions'], 1)
        seconds = SERVER.sql(f"SELECT round(extract(epoch FROM expires_at - created_at)) FROM action WHERE id = '{action['id']}'")
        self.assertEqual(seconds, ['3600'])

    def test_every_type_is_accepted(self):
        device = self.device()
        for body in ({'type': 'refresh'}, {'type': 'refresh', 'params': {'path': 'Device.WiFi.'}}, {'type': 'reboot'},
                     {'type': 'params.get', 'params': {'names': ['Device.WiFi.', 'Device.DeviceInfo.UpTime']}},
                     {'type': 'params.set', 'params': {'values': [{'name': 'Device.X', 'value': 'é', 'type': 'string'}]}}):
            action = self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=202).json
            self.assertEqual(action['params'], body.get('params', {}))

    def test_a_dry_run_changes_nothing(self):
        device = self.device()
        preview = self.call('POST', f'/api/v1/devices/{device}/actions?dry_run=true', {'type': 'reboot'}, expect=200,
                            headers={'Idempotency-Key': 'dry', 'Accept-Language': 'pt-BR'}).json
        self.assertEqual((preview['label'], preview['online']), ('Reiniciar o roteador', True))
        self.assertIn('internet', preview['warning'])
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}/actions').json['data'], [])
        action = self.reboot(device).json['id']
        self.call('POST', f'/api/v1/actions/{action}/cancel?dry_run=true', {}, expect=200)
        self.assertEqual(self.call('GET', f'/api/v1/actions/{action}').json['state'], 'queued')
        SERVER.move(action, 'verifying')
        self.refused('POST', f'/api/v1/actions/{action}/cancel?dry_run=true', {}, status=409, code='not_cancellable')

    def test_a_device_that_is_away(self):
        device = self.device(contact="now() - interval '1 hour'")
        body = {'type': 'reboot', 'on_offline': 'fail'}
        answer = self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=409)
        self.assertEqual(answer.json['code'], 'device_offline')
        self.assertRegex(answer.json['detail'], r'due \d{4}-')
        action = self.reboot(device).json
        SERVER.sql(f"UPDATE action SET state = 'waking', next_wake_at = NULL, wake_tries = 2, wake_detail = 'unreachable'"
                   f" WHERE id = '{action['id']}'")
        wake = self.call('GET', f"/api/v1/actions/{action['id']}").json['wake']
        self.assertEqual((wake['tries'], wake['code'], wake['next_try']), (2, 'unreachable', None))
        self.assertRegex(wake['detail'], r'^Waits for the next contact of the device, due \d{4}-')
        SERVER.sql("UPDATE device_hot SET period_s = NULL")
        wake = self.call('GET', f"/api/v1/actions/{action['id']}").json['wake']
        self.assertIn('nobody knows when', wake['detail'])

    def test_the_queue_of_a_device_has_an_end(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO action (device_id, id, kind, created_by, expires_at) SELECT {number}, 'act_full' || n, 'reboot',"
                   " 'x', now() + interval '1 hour' FROM generate_series(1, 99) n")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(SERVER.request, 'POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'})
                    for _ in range(8)]
        self.assertEqual(sorted(run.result().status for run in runs), [202] + [409] * 7)
        self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, status=409, code='too_many_actions')

    def test_cancelling(self):
        device = self.device()
        action = self.reboot(device).json['id']
        answer = self.call('POST', f'/api/v1/actions/{action}/cancel', {'reason': 'wrong home'}, expect=200).json
        self.assertEqual((answer['state'], answer['cancellable'], answer['links']['cancel']), ('cancelled', False, None))
        self.assertEqual(answer['failure'], {'code': 'cancelled', 'detail': 'wrong home', 'by': 'all'})
        self.call('POST', f'/api/v1/actions/{action}/cancel', expect=200)  # again, and without a body
        self.refused('POST', '/api/v1/actions/act_none/cancel', {}, status=404)
        self.assertEqual(self.refused('POST', f'/api/v1/actions/{action}/cancel', {'why': 1}), {'/why': 'unknown'})

    def test_what_may_have_reached_the_device_is_not_cancelled(self):
        device = self.device()
        for state, more in (('running', ", intent = 'Reboot', intent_at = now()"), ('verifying', ''), ('succeeded', ''),
                            ('failed', ''), ('expired', '')):
            action = self.reboot(device).json['id']
            SERVER.move(action, state, more)
            self.assertFalse(self.call('GET', f'/api/v1/actions/{action}').json['cancellable'])
            self.refused('POST', f'/api/v1/actions/{action}/cancel', {}, status=409, code='not_cancellable')

    def test_a_cancel_and_a_worker_never_both_win(self):
        device = self.device()
        wins = {'cancel': 0, 'worker': 0}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in range(30):
                action = self.reboot(device).json['id']
                worker = pool.submit(SERVER.sql, "WITH a AS (UPDATE action SET state = 'running', intent = 'Reboot', intent_at ="
                                     f" now(), revision = 1, next_wake_at = NULL WHERE id = '{action}' AND revision = 0 RETURNING 1)"
                                     ' SELECT count(*) FROM a')
                cancel = pool.submit(SERVER.request, 'POST', f'/api/v1/actions/{action}/cancel', {})
                sent, status = worker.result() == ['1'], cancel.result().status
                self.assertEqual(status, 409 if sent else 200)
                wins['worker' if sent else 'cancel'] += 1
                SERVER.sql(f"UPDATE action SET state = 'failed', ended_at = now(), intent = NULL, intent_at = NULL"
                           f" WHERE id = '{action}' AND ended_at IS NULL")
        self.assertEqual(sum(wins.values()), 30)

    def test_the_events_of_an_action_as_a_list(self):
        action = self.reboot(self.device()).json['id']
        for state in ('session', 'running', 'verifying', 'succeeded'):
            SERVER.move(action, state)
        events = self.call('GET', f'/api/v1/actions/{action}/events', headers={'Accept': 'application/json'}, expect=200).json
        self.assertEqual([event['state'] for event in events['data']],
                         ['queued', 'session', 'running', 'verifying', 'succeeded'])
        self.refused('GET', '/api/v1/actions/act_none/events', status=404)

    def test_the_server_hears_of_what_is_queued_and_cancelled(self):
        before = int(SERVER.ask('queued'))
        action = self.reboot(self.device()).json['id']
        self.call('POST', f'/api/v1/actions/{action}/cancel', {})
        deadline = time.monotonic() + 5
        while int(SERVER.ask('queued')) < before + 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(int(SERVER.ask('queued')), before + 2)


class Repeating(Api):
    def post(self, device, key, body=None, expect=None):
        return self.call('POST', f'/api/v1/devices/{device}/actions', body or {'type': 'reboot'}, expect=expect,
                         headers={'Idempotency-Key': key})

    def test_the_first_answer_is_given_again(self):
        device = self.device()
        first = self.post(device, 'again', expect=202)
        SERVER.move(first.json['id'], 'running')
        second = self.post(device, 'again', expect=202)
        self.assertEqual(first.body, second.body)
        self.assertEqual(first.headers['location'], second.headers['location'])
        self.assertNotIn('idempotency-replayed', first.headers)
        self.assertEqual(second.headers['idempotency-replayed'], 'true')
        self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions').json['data']), 1)

    def test_another_request_under_the_key_is_refused(self):
        device = self.device()
        self.post(device, 'other', expect=202)
        self.assertEqual(self.post(device, 'other', {'type': 'refresh'}, expect=422).json['code'], 'idempotency_mismatch')
        self.assertEqual(self.post(self.device(), 'other', expect=422).json['code'], 'idempotency_mismatch')

    def test_keys_of_different_tokens_do_not_meet(self):
        device = self.device()
        first = self.post(device, 'mine').json['id']
        second = SERVER.request('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, token='agent',
                                headers={'Idempotency-Key': 'mine'})
        self.assertNotEqual(first, second.json['id'])

    def test_a_refusal_is_not_kept(self):
        device = self.device()
        self.post(device, 'mistake', {'type': 'reboot', 'x': 1}, expect=422)
        self.post(device, 'mistake', expect=202)

    def test_a_key_that_is_none(self):
        for key in ('', 'x' * 65, 'a b', 'ação'.encode().decode('latin-1')):
            answer = SERVER.request('POST', f'/api/v1/devices/{self.device()}/actions', {'type': 'reboot'},
                                    headers={'Idempotency-Key': key})
            self.assertEqual(answer.status, 400, key)

    def test_cancelling_under_a_key(self):
        action = self.reboot(self.device()).json['id']
        first = self.call('POST', f'/api/v1/actions/{action}/cancel', {}, headers={'Idempotency-Key': 'cancel'}, expect=200)
        again = self.call('POST', f'/api/v1/actions/{action}/cancel', {}, headers={'Idempotency-Key': 'cancel'}, expect=200)
        self.assertEqual(first.body, again.body)

    def test_many_at_once_make_one(self):
        device = self.device()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = [pool.submit(self.post, device, 'crowd') for _ in range(24)]
            answers = [run.result() for run in runs]
        accepted = [answer for answer in answers if answer.status == 202]
        self.assertEqual({answer.json['id'] for answer in accepted}, {accepted[0].json['id']})
        self.assertLessEqual({answer.status for answer in answers}, {202, 409})
        self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions').json['data']), 1)

    def test_while_the_first_runs_the_second_is_told_so(self):
        device = self.device()
        token = SERVER.sql("SELECT id FROM api_token WHERE name = 'all'")[0]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            holder = pool.submit(SERVER.sql, f"BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('{token} held', 1));"
                                 ' SELECT pg_sleep(1.5); COMMIT')
            time.sleep(0.7)
            answer = self.post(device, 'held', expect=409)
            holder.result()
        self.assertEqual((answer.json['code'], answer.headers['retry-after']), ('idempotency_in_progress', '1'))
        self.post(device, 'held', expect=202)


class Waiting(Api):
    def wait(self, target, seconds, method='POST', body=None):
        start = time.monotonic()
        answer = self.call(method, target, body, headers={'Prefer': f'wait={seconds}'})
        return answer, time.monotonic() - start

    def end_soon(self, device, pool):
        """Ends the newest action of the device as soon as it is there."""
        def work():
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                found = self.call('GET', f'/api/v1/devices/{device}/actions?state=open').json['data']
                if found:
                    SERVER.move(found[0]['id'], 'succeeded', ", evidence = '{\"event\": \"M Reboot\"}'")
                    return
                time.sleep(0.05)
        return pool.submit(work)

    def test_an_action_that_ends_in_time_is_answered_with_its_end(self):
        device = self.device()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            worker = self.end_soon(device, pool)
            answer, took = self.wait(f'/api/v1/devices/{device}/actions', 30, body={'type': 'reboot'})
            worker.result()
        self.assertEqual((answer.status, answer.json['state']), (200, 'succeeded'))
        self.assertEqual(answer.json['evidence'], {'event': 'M Reboot'})
        self.assertEqual(answer.headers['preference-applied'], 'wait=30')
        self.assertLess(took, 10)

    def test_one_that_does_not_is_answered_when_the_time_is_over(self):
        answer, took = self.wait(f'/api/v1/devices/{self.device()}/actions', 1, body={'type': 'reboot'})
        self.assertEqual((answer.status, answer.json['state']), (202, 'queued'))
        self.assertTrue(0.9 < took < 5, took)

    def test_showing_can_wait_as_well(self):
        device = self.device()
        action = self.reboot(device).json['id']
        answer, took = self.wait(f'/api/v1/actions/{action}', 1, method='GET')
        self.assertEqual((answer.status, answer.json['state']), (200, 'queued'))
        self.assertGreater(took, 0.9)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            self.end_soon(device, pool)
            answer, took = self.wait(f'/api/v1/actions/{action}', 30, method='GET')
        self.assertEqual((answer.status, answer.json['state']), (200, 'succeeded'))
        answer, took = self.wait(f'/api/v1/actions/{action}', 30, method='GET')  # it has ended already
        self.assertLess(took, 2)

    def test_those_who_wait_hold_no_thread(self):
        """Many more than there are threads wait; the others are served meanwhile, and all are answered at the end."""
        device = self.device()
        action = self.reboot(device).json['id']
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            runs = [pool.submit(self.wait, f'/api/v1/actions/{action}', 30, 'GET') for _ in range(40)]
            time.sleep(0.5)
            start = time.monotonic()
            for _ in range(10):
                self.call('GET', '/api/v1/me', expect=200)
            self.assertLess(time.monotonic() - start, 5)
            SERVER.move(action, 'failed')
            self.assertEqual({run.result()[0].json['state'] for run in runs}, {'failed'})

    def test_what_is_no_wish_to_wait(self):
        device = self.device()
        for prefer in ('wait', 'wait=', 'wait=x', 'await=9', 'respond-async', 'wait=0'):
            start = time.monotonic()
            self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, headers={'Prefer': prefer}, expect=202)
            self.assertLess(time.monotonic() - start, 2)

    def test_a_kept_answer_does_not_wait(self):
        device = self.device()
        for _ in range(2):
            answer = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=202,
                               headers={'Prefer': 'wait=1', 'Idempotency-Key': 'patient'})
        self.assertEqual(answer.headers['idempotency-replayed'], 'true')

    def test_the_loss_of_the_listening_connection_is_survived(self):
        device = self.device()
        action = self.reboot(device).json['id']
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            run = pool.submit(self.wait, f'/api/v1/actions/{action}', 30, 'GET')
            time.sleep(0.5)
            SERVER.sql("BEGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'farol listen'"
                       f" AND datname = current_database(); UPDATE action SET state = 'failed', ended_at = now(),"
                       f" next_wake_at = NULL WHERE id = '{action}'; COMMIT")
            answer, took = run.result()
        self.assertEqual(answer.json['state'], 'failed')
        self.assertLess(took, 15)


class Streams(Api):
    def follow(self, target, last=None):
        stream = SERVER.stream(target, headers={} if last is None else {'Last-Event-ID': last})
        self.addCleanup(stream.close)
        operation = DESCRIPTION.find('GET', target)
        GIVEN.add((operation['operationId'], stream.status))
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.headers['content-type'].split(';')[0], 'text/event-stream')
        self.assertEqual((stream.headers['cache-control'], stream.headers['x-accel-buffering']), ('no-store', 'no'))
        self.assertEqual(stream.next(), {'retry': '3000'})
        return stream

    @staticmethod
    def until(stream, state):
        """The events up to the first of this state."""
        events = []
        while not events or events[-1]['data']['state'] != state:
            events.append(stream.next_event())
        return events

    def check_event(self, event, state):
        schema = DOCUMENT['components']['schemas']['ActionEvent']
        self.assertEqual(DESCRIPTION.errors(schema, event['data']), [])
        self.assertEqual(event['data']['state'], state)
        self.assertEqual(event['event'], f'action.{state}' if state in support.ENDED else 'action.progress')
        self.assertEqual(event['id'].split('-')[0], str(event['data']['id']))

    def test_an_action_is_followed_to_its_end(self):
        action = self.reboot(self.device()).json['id']
        SERVER.move(action, 'waking')
        stream = self.follow(f'/api/v1/actions/{action}/events')
        self.check_event(stream.next_event(), 'queued')
        self.check_event(stream.next_event(), 'waking')
        for state in ('session', 'running', 'verifying', 'succeeded'):
            SERVER.move(action, state)
            self.check_event(stream.next_event(), state)
        self.assertIsNone(stream.next_event())

    def test_an_ended_action_is_told_and_closed(self):
        action = self.reboot(self.device()).json['id']
        SERVER.move(action, 'failed')
        stream = self.follow(f'/api/v1/actions/{action}/events')
        self.check_event(stream.next_event(), 'queued')
        self.check_event(stream.next_event(), 'failed')
        self.assertIsNone(stream.next_event())

    def test_after_a_break_it_goes_on_where_it_was(self):
        action = self.reboot(self.device()).json['id']
        stream = self.follow(f'/api/v1/actions/{action}/events')
        last = stream.next_event()['id']
        stream.close()
        SERVER.move(action, 'session')
        SERVER.move(action, 'running')
        stream = self.follow(f'/api/v1/actions/{action}/events', last=last)
        self.check_event(stream.next_event(), 'session')
        self.check_event(stream.next_event(), 'running')
        self.assertTrue(stream.is_silent(0.5))

    def test_topics_tell_of_devices_and_actions(self):
        first, second, third = self.device(), self.device(), self.device()
        action = self.reboot(third).json['id']
        stream = self.follow(f'/api/v1/stream?topics=device:{first},device:{second},action:{action},device:{first}')
        made = [self.reboot(device).json['id'] for device in (first, second, third)]
        SERVER.move(action, 'session')
        seen = [(event['data']['action'], event['data']['state']) for event in self.until(stream, 'session')]
        self.assertEqual([event for event in seen if event != (action, 'queued')],  # that may come just in time
                         [(made[0], 'queued'), (made[1], 'queued'), (action, 'session')])
        self.assertTrue(stream.is_silent(0.5))

    def test_two_topics_tell_an_event_once(self):
        device = self.device()
        action = self.reboot(device).json['id']
        stream = self.follow(f'/api/v1/stream?topics=device:{device},action:{action}')
        SERVER.move(action, 'session')
        states = [event['data']['state'] for event in self.until(stream, 'session')]
        self.assertIn(states, (['session'], ['queued', 'session']))
        self.assertTrue(stream.is_silent(0.5))

    def test_a_stream_goes_on_after_a_break_and_loses_nothing(self):
        device = self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        action = self.reboot(device).json['id']
        first = stream.next_event()
        stream.close()
        SERVER.move(action, 'session')
        stream = self.follow(f'/api/v1/stream?topics=device:{device}', last=first['id'])
        seen = [event['data']['state'] for event in self.until(stream, 'session')]
        self.assertIn(seen, (['session'], ['queued', 'session']))  # what came just before the break may come again

    def test_too_much_missed_is_a_reset(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO action_event (device_id, action_id, state) SELECT {number}, 'act_x', 'running'"
                   ' FROM generate_series(1, 1001)')
        stream = self.follow(f'/api/v1/stream?topics=device:{device}', last='1-1')
        self.assertEqual(stream.next_event()['event'], 'reset')
        self.reboot(device)
        self.check_event(stream.next_event(), 'queued')  # and it goes on

    def test_what_nobody_heard_is_told_when_we_listen_again(self):
        device = self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        SERVER.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'farol listen'"
                   ' AND datname = current_database()')
        action = self.reboot(device).json['id']
        event = stream.next_event()
        self.assertEqual((event['data']['action'], event['data']['state']), (action, 'queued'))

    def test_a_burst_comes_whole_and_in_order(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        SERVER.sql(f"INSERT INTO action_event (device_id, action_id, state) SELECT {number}, 'act_' || n, 'running'"
                   ' FROM generate_series(1, 300) n')
        self.assertEqual([stream.next_event()['data']['action'] for _ in range(300)], [f'act_{n}' for n in range(1, 301)])

    def test_topics_that_are_none(self):
        rows = ('topics=', '', 'topics=device:', 'topics=device:dev_x,', 'topics=fleet', 'topics=device:act_1', 'topics=device:dev_x',
                'topics=' + ','.join(['action:act_1'] * 51))
        for query in rows:
            with self.subTest(query=query):
                self.assertIn('topics', self.refused('GET', '/api/v1/stream?' + query))

    def test_an_id_that_is_none_of_ours_is_as_none(self):
        device = self.device()
        for last in ('', 'x', '1', '-', '99999999999999999999-1'):
            stream = self.follow(f'/api/v1/stream?topics=device:{device}', last=last)
            stream.close()

    def test_many_streams_at_once(self):
        device = self.device()
        streams = [self.follow(f'/api/v1/stream?topics=device:{device}') for _ in range(50)]
        self.reboot(device)
        for stream in streams:
            self.check_event(stream.next_event(), 'queued')

    def test_a_sign_of_life_comes_and_a_revoked_token_hears_no_more(self):
        token = SERVER.ask('token listener')
        target = f'/api/v1/stream?topics=device:{self.device()}'
        with SERVER.stream(target) as kept, SERVER.stream(target, token=token) as revoked:
            self.assertEqual((kept.next(), revoked.next()), ({'retry': '3000'}, {'retry': '3000'}))
            SERVER.sql("UPDATE api_token SET revoked_at = now() WHERE name = 'listener'")
            self.assertEqual(kept.next(), {'comment': 'hb'})
            self.assertIsNone(revoked.next())


class Health(Api):
    def test_alive_and_ready(self):
        self.assertEqual(self.call('GET', '/healthz', token=None, expect=200).json, {'alive': True, 'version': 'test'})
        ready = self.call('GET', '/readyz', token=None, expect=200).json
        self.assertEqual({check['name']: check['ok'] for check in ready['checks']}, {'database': True, 'cwmp': True})

    def test_not_alive(self):
        SERVER.tell('alive 0')
        self.addCleanup(SERVER.tell, 'alive 1')
        self.wait_for('/healthz', 503)

    def test_not_ready(self):
        SERVER.tell('ready 0')
        self.addCleanup(SERVER.tell, 'ready 1')
        ready = self.wait_for('/readyz', 503)
        self.assertIn({'name': 'cwmp', 'ok': False, 'detail': 'no worker'}, ready['checks'])

    def wait_for(self, path, status):
        deadline = time.monotonic() + 5
        while SERVER.request('GET', path, token=None).status != status and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.call('GET', path, token=None, expect=status).json

    def test_another_schema_is_not_ready(self):
        SERVER.sql("INSERT INTO migration VALUES (9999, 'future', '')")
        self.addCleanup(SERVER.sql, 'DELETE FROM migration WHERE number = 9999')
        checks = self.wait_for('/readyz', 503)['checks']
        self.assertIn('9999', next(check['detail'] for check in checks if check['name'] == 'database'))

    def test_metrics(self):
        answer = self.call('GET', '/metrics', token=None, expect=200)
        self.assertTrue(answer.headers['content-type'].startswith('text/plain; version=0.0.4'))
        self.assertRegex(answer.body.decode(), r'(?m)^acs_api_requests_total [1-9]')


class WithoutADatabase(Api):
    """Last but one: every route says 503 and changes nothing, and all is well once it is back."""

    def setUp(self):
        SERVER.sql(f'ALTER DATABASE {SERVER.database} ALLOW_CONNECTIONS false', database='postgres')
        SERVER.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{SERVER.database}'",
                   database='postgres')

    def test_every_route_is_unavailable_and_comes_back(self):
        for method, path, operation in DESCRIPTION.operations():
            if operation['x-capability'] == 'public':
                continue
            with self.subTest(route=f'{method} {path}'):
                answer = self.call(method, fill(path) + required_query(operation), b'{}' if method == 'POST' else None, expect=503)
                self.assertEqual((answer.json['code'], answer.headers['retry-after']), ('unavailable', '1'))
        self.assertFalse(self.call('GET', '/readyz', token=None, expect=503).json['ready'])
        self.call('GET', '/healthz', token=None, expect=200)
        SERVER.sql(f'ALTER DATABASE {SERVER.database} ALLOW_CONNECTIONS true', database='postgres')
        deadline = time.monotonic() + 20
        while SERVER.request('GET', '/readyz', token=None).status != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        device = self.device()
        with SERVER.stream(f'/api/v1/stream?topics=device:{device}') as stream:
            self.reboot(device)
            self.assertEqual(stream.next_event()['data']['state'], 'queued')


class ZTheEnd(Api):
    def test_every_documented_answer_was_given(self):
        described = {(operation['operationId'], int(status)) for _, _, operation in DESCRIPTION.operations()
                     for status in operation['responses']}
        self.assertEqual(sorted(described - GIVEN), [])


if __name__ == '__main__':
    unittest.main()
