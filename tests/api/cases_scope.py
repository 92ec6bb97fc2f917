"""People and tokens that are held to a part of the fleet: other homes are not there, for whatever they ask."""

import urllib.parse

from api_case import DESCRIPTION, SERVER, Api, empty_body, fill, required_query
from authorization import MAY
from people import Browser, first_user, new_user, user_id
from server import number_of

TOWN, ELSEWHERE = 'Vila Escopo', 'Outra Vila'
HERE = f'city:"{TOWN}"'
NAMES_A_HOME = ('{device}', '{subscriber}', '{action}', '{alarm}', '{case}', '{run}', '{verdict}', '{serial}')

# What shows homes without naming one in its path, and what is asked of each. {me}: who asks; {device}: of the home that is inside.
LISTS = {
    'device_list': ('/devices?limit=200', '/devices?limit=200&q=city:*'),
    'device_export': ('/devices/export?format=csv', '/devices/export?format=ndjson&q=city:*'),
    'incident_list': ('/incidents?limit=200', '/incidents?limit=200&open=false'),
    'alarm_list': ('/alarms?limit=200', '/alarms?limit=200&open=false'),
    'search': ('/search?q=escopada', '/search?q=11988887777'),
    'subscriber_list': ('/subscribers?limit=200',),
    'candidate_list': (),  # nobody has them: test_lists_and_the_search_are_narrowed
    'file_list': ('/files?limit=200',),
    'file_show': (),  # test_a_foreign_home_is_not_there_in_queries_and_bodies_either, as are topics of a stream
    'stream_open': (),
    'run_list': ('/playbook-runs?limit=200',),
    'case_list': ('/cases?limit=200&state=any', '/cases?limit=200&state=escalated&queue=N2'),
    'audit_list': ('/audit?limit=200',),
    'audit_seen': ('/audit/seen?from=2026-01-01T00:00:00Z&limit=200&actor={me}',),
}
# Of the whole installation: nobody has these who is held to a part.
WHOLE = ('campaign_targets', 'campaign_repeat_failures', 'export_file', 'import_error_list', 'file_content', 'audit_export', 'delivery_list', 'connector_deliveries')


def scoped(role, scope=HERE):
    """(login, browser) of somebody new who is held to it."""
    login = new_user(role)
    SERVER.sql(f"UPDATE app_user SET scope = '{scope}' WHERE login = '{login}'")
    return login, Browser().sign_in(login)


class Home:
    """A subscriber with a device, and everything that is about it."""

    def __init__(self, api, city, name):
        self.device = api.device()
        answer = api.call('POST', '/api/v1/subscribers', {'name': name, 'attributes': {'city': city}, 'login': f'login-{self.device}', 'phones': ['11988887777']}, expect=201)
        self.subscriber = answer.json['id']
        api.call('POST', f'/api/v1/subscribers/{self.subscriber}/devices', {'device': self.device}, expect=200)
        self.action = api.call('POST', f'/api/v1/devices/{self.device}/actions', {'type': 'refresh'}, expect=202).json['id']
        self.alarm = api.alarm(self.device)
        self.config = f'fil_{self.device[4:]}000000000'
        SERVER.sql(f"INSERT INTO file (id, name, kind, size, sha256, device_id, action_id, created_by) VALUES ('{self.config}', 'c', 'config', 1,"
                   f" sha256('x'), {number_of(self.device)}, '{self.action}', 'x')")
        self.case = api.call('POST', '/api/v1/cases', {'device': self.device, 'found_by': 'serial'}, expect=201).json['id']
        self.run = api.call('POST', '/api/v1/playbook-runs', {'device': self.device, 'playbook': 'sem-internet-fibra'}, expect=201).json['id']
        self.verdict = api.call('POST', f'/api/v1/devices/{self.device}/verdict', {}, expect=201).json['id']

    def fill(self, path):
        return path.format(device=self.device, subscriber=self.subscriber, action=self.action, alarm=self.alarm, case=self.case, run=self.run,
                           verdict=self.verdict, secret='wifi.2g.passphrase', serial=SERVER.sql(f'SELECT serial FROM device WHERE id = {number_of(self.device)}')[0])


class Scope(Api):
    homes = None

    def setUp(self):
        if Scope.homes is None:
            Scope.homes = Home(self, TOWN, 'Dentro Escopada'), Home(self, ELSEWHERE, 'Fora Escopada')
        self.inside, self.outside = Scope.homes

    def test_it_is_given_shown_changed_and_taken_away(self):
        admin = first_user().options()
        login = f'held{self.inside.device[-4:]}'
        made = self.call('POST', '/api/v1/users', {'login': login, 'name': 'H', 'role': 'l1', 'scope': HERE}, expect=201, **admin).json
        self.assertEqual(made['scope'], HERE)
        SERVER.sql(f"UPDATE app_user SET password = (SELECT password FROM app_user WHERE login = 'root') WHERE login = '{login}'")
        browser = Browser().sign_in(login)
        self.assertEqual(self.call('GET', '/api/v1/me', expect=200, **browser.options()).json['scope'], HERE)
        target = f'/api/v1/devices/{self.outside.device}'
        self.call('GET', target, expect=404, **browser.options())
        self.call('PATCH', f"/api/v1/users/{made['id']}", {'scope': f'city:"{ELSEWHERE}"'}, expect=200, **admin)
        self.call('GET', target, expect=200, **browser.options())
        self.call('GET', f'/api/v1/devices/{self.inside.device}', expect=404, **browser.options())
        self.assertEqual(self.call('PATCH', f"/api/v1/users/{made['id']}", {'name': 'I'}, expect=200, **admin).json['scope'], f'city:"{ELSEWHERE}"')
        self.assertIsNone(self.call('PATCH', f"/api/v1/users/{made['id']}", {'scope': None}, expect=200, **admin).json['scope'])
        self.call('GET', f'/api/v1/devices/{self.inside.device}', expect=200, **browser.options())

    def test_figures_are_those_of_its_homes(self):
        _, held = scoped('supervisor')
        _, nowhere = scoped('supervisor', 'city:"Vila de Ninguém"')
        for path, count in (('/cases/kpis', 'cases'), ('/playbooks/sem-internet-fibra/statistics', 'runs')):
            all_of_them = self.call('GET', '/api/v1' + path, expect=200).json[count]
            self.assertGreaterEqual(all_of_them, 2, path)
            self.assertEqual(self.call('GET', '/api/v1' + path, expect=200, **held.options()).json[count], 1, path)
            self.assertEqual(self.call('GET', '/api/v1' + path, expect=200, **nowhere.options()).json[count], 0, path)

    def test_a_token_is_held_to_it_too(self):
        token = self.call('POST', '/api/v1/tokens', {'name': 'n', 'role': 'l2', 'scope': HERE}, expect=201, **first_user().options()).json
        self.assertEqual(token['scope'], HERE)
        self.assertEqual(self.call('GET', '/api/v1/me', token=token['token'], expect=200).json['scope'], HERE)
        self.call('GET', f'/api/v1/devices/{self.inside.device}', token=token['token'], expect=200)
        self.call('GET', f'/api/v1/devices/{self.outside.device}', token=token['token'], expect=404)

    def test_what_is_no_filter_is_refused_with_its_column(self):
        for method, path, body in (('POST', '/api/v1/users', {'login': 'never', 'name': 'N', 'role': 'l1'}),
                                   ('POST', '/api/v1/tokens', {'name': 'n', 'role': 'l1'}),
                                   ('PATCH', f'/api/v1/users/{user_id(new_user("l1"))}', {})):
            for scope, column in (('city:', 6), ('nothing:x', 1), ('city:a (', 9), ('param:Device.X=1', 1)):
                answer = self.call(method, path, {**body, 'scope': scope}, expect=422, **first_user().options())
                self.assertEqual([(error['pointer'], error['column']) for error in answer.json['errors']], [('/scope', column)], (scope, answer.json))
            for scope in ('', 'x' * 501, 7, ['city:a']):
                self.assertEqual(self.refused(method, path, {**body, 'scope': scope}, **first_user().options()).keys(), {'/scope'})

    def test_one_that_cannot_be_read_any_more_has_no_homes_in_it(self):
        login, browser = scoped('l1')
        SERVER.sql(f"UPDATE app_user SET scope = 'gone:x' WHERE login = '{login}'")
        self.call('GET', '/api/v1/me', expect=200, **browser.options())
        self.call('GET', f'/api/v1/devices/{self.inside.device}', expect=404, **browser.options())
        for path in ('/devices', '/devices?q=city:*', '/subscribers', '/cases?state=any'):
            self.assertEqual(self.call('GET', '/api/v1' + path, expect=200, **browser.options()).json['data'], [])

    def test_rights_over_the_whole_installation_are_nobodys_who_has_one(self):
        for role, lost in (('admin', {'users.manage', 'settings.manage', 'webhooks.manage'}), ('engineering', {'files.write', 'files.content', 'playbooks.write'}),
                           ('supervisor', {'incidents.edit'}), ('l1', set())):
            _, browser = scoped(role)
            capabilities = set(self.call('GET', '/api/v1/me', expect=200, **browser.options()).json['capabilities'])
            roles = {row['name']: set(row['capabilities']) for row in self.call('GET', '/api/v1/roles', expect=200).json['data']}
            self.assertLessEqual(lost, roles[role])
            self.assertEqual(capabilities & lost, set())
            self.assertIn('devices.read', capabilities)
        _, browser = scoped('admin')
        self.call('GET', '/api/v1/users', expect=403, **browser.options())

    def test_every_route_about_a_home_answers_as_if_there_were_none(self):
        """The cells "wrong scope": the same answer, to the letter, as for a home that there is not."""
        nowhere = self.nowhere()
        browsers = {role: scoped(role)[1] for role in ('l2', 'supervisor', 'engineering', 'auditor')}
        tried = 0
        for method, path, operation in DESCRIPTION.operations():
            name = operation['operationId']
            if not any(part in path for part in NAMES_A_HOME):
                continue
            for role, browser in browsers.items():
                if role not in MAY[name].split():
                    continue
                body = self.body_of(name, method)
                with self.subTest(route=f'{method} {path}', role=role):
                    answers = [browser.request(method, home.fill(path) + required_query(operation), body) for home in (self.outside, nowhere)]
                    seen = [(answer.status, {key: value for key, value in answer.json.items() if key != 'instance'}) for answer in answers]
                    self.assertEqual((seen[0][0], seen[0][1]['code']), (404, 'not_found'), seen[0])
                    self.assertEqual(*seen)
                    tried += 1
        self.assertGreater(tried, 90)
        print(f'{tried} cells of a wrong scope: 404 not_found each')

    def nowhere(self):
        nowhere = Home.__new__(Home)
        nowhere.device, nowhere.subscriber = 'dev_0000000000zzz', 'sub_0000000000zzz'
        nowhere.action, nowhere.run = self.outside.action[:-3] + 'zzz', self.outside.run[:-3] + 'zzz'
        nowhere.alarm, nowhere.case, nowhere.verdict = 'alm_0000000000zzz', 'cas_0000000000zzz', 'ver_0000000000zzz'
        nowhere.fill = lambda path: path.format(**{name: getattr(nowhere, name) for name in ('device', 'subscriber', 'action', 'run', 'alarm', 'case', 'verdict')},
                                                secret='wifi.2g.passphrase', serial='none-like-that')
        return nowhere

    def body_of(self, operation, method):
        """Well-formed, so that only the home is wrong."""
        return {
            'credential_set': {'username': 'u', 'password': 'p' * 12}, 'enrolment_set': {'enrolment': 'bound'}, 'action_create': {'type': 'reboot'},
            'secret_reveal': {'reason': 'x'}, 'passphrase_weigh': {'password': 'abcdefgh12'}, 'subscriber_reveal': {'field': 'phones'},
            'binding_make': {'device': self.inside.device}, 'run_answer': {'answer': 'sim', 'step': 'x'}, 'case_note': {'text': 'x'},
            'case_close': {'outcome': 'solved', 'reason': 'other', 'fix': 'other'}, 'case_escalate': {'queue': 'N2'}, 'case_return': {'advice': 'x'},
            'case_visit': {'queue': 'Campo'},
        }.get(operation, empty_body(method))

    def test_what_is_inside_is_there(self):
        _, browser = scoped('l2')
        for path in ('/devices/{device}', '/devices/{device}/facts', '/devices/{device}/actions', '/devices/{device}/parameters', '/subscribers/{subscriber}',
                     '/subscribers/{subscriber}/devices', '/actions/{action}', '/playbook-runs/{run}', '/cases/{case}'):
            with self.subTest(path=path):
                self.assertEqual(browser.request('GET', '/api/v1' + self.inside.fill(path)).status, 200)
        answer = browser.request('GET', '/api/v1' + self.inside.fill('/devices/by/serial/{serial}'))
        self.assertEqual((answer.status, answer.headers['location']), (303, f'/api/v1/devices/{self.inside.device}'))
        self.call('POST', f'/api/v1/devices/{self.inside.device}/actions', {'type': 'params.get', 'params': {'names': ['Device.X']}}, expect=202, **browser.options())

    def test_lists_and_the_search_are_narrowed(self):
        _, browser = scoped('l2')
        foreign = (self.outside.device, self.outside.subscriber, self.outside.case, self.outside.run, self.outside.alarm, self.outside.config)
        for path, mine in (('/devices?limit=200', self.inside.device), ('/devices?limit=200&sort=-id', self.inside.device), ('/devices?limit=200&sort=serial', self.inside.device),
                           ('/devices?limit=200&q=city:*', self.inside.device), ('/devices?oui=00259E&limit=200', self.inside.device),
                           ('/devices?q=' + urllib.parse.quote(f'city:"{ELSEWHERE}" or city:*'), self.inside.device),
                           ('/subscribers?limit=200', self.inside.subscriber), ('/alarms?limit=200', self.inside.alarm), ('/cases?limit=200&state=any', self.inside.case),
                           ('/playbook-runs?limit=200', self.inside.run), ('/files?limit=200', self.inside.config), ('/search?q=escopada', self.inside.subscriber), ('/search?q=11988887777', self.inside.subscriber),
                           ('/search?q=login-dev', self.inside.subscriber)):
            with self.subTest(path=path):
                answer = self.call('GET', '/api/v1' + path, expect=200, **browser.options())
                text = answer.body.decode()
                self.assertIn(mine, text)
                for thing in foreign:
                    self.assertNotIn(thing, text)
        self.assertEqual(self.call('GET', '/api/v1/devices?limit=1&count=exact', expect=200, **browser.options()).json['total']['value'], 1)
        self.assertEqual(self.call('GET', '/api/v1/devices?limit=1&count=estimate', expect=200, **browser.options()).json['total'], {'value': 1, 'kind': 'exact'})
        self.assertEqual(self.call('GET', '/api/v1/devices/models', expect=200, **browser.options()).json['total'], {'value': 1, 'kind': 'exact'})
        self.assertEqual(self.call('GET', '/api/v1/subscribers/candidates', expect=200, **browser.options()).json['data'], [])
        serial = SERVER.sql(f'SELECT serial FROM device WHERE id = {number_of(self.outside.device)}')[0]
        found = self.call('GET', f'/api/v1/search?q={serial}', expect=200, **browser.options()).json
        self.assertEqual((found['devices'], found['subscribers']), ([], []))

    def test_every_route_that_shows_homes_is_looked_at(self):
        """What openapi.yaml says shows homes (x-audit: view) names one in its path, which the matrix above asks, or is asked here."""
        incidents = [self.call('POST', '/api/v1/incidents', {'kind': 'city', 'place': town}, expect=201).json['id'] for town in (TOWN, ELSEWHERE)]
        inside, foreign = ({*self.ids(home), incident} for home, incident in zip(self.homes, incidents))
        for home in self.homes:
            self.call('POST', f'/api/v1/cases/{home.case}/escalate', {'queue': 'N2'}, expect=200)
        for _, path, operation in DESCRIPTION.operations():
            name = operation['operationId']
            if name not in LISTS and (operation.get('x-audit') != 'view' or any(part in path for part in NAMES_A_HOME)):
                continue
            role = next(role for role in ('l2', 'supervisor', 'engineering', 'admin') if role in MAY[name].split())
            _, browser = scoped(role)
            with self.subTest(operation=name):
                if name in WHOLE:
                    self.assertEqual(browser.request('GET', fill(path) + required_query(operation)).status, 403)
                    continue
                self.look_around(browser)
                for target in LISTS[name]:
                    answer = browser.request('GET', '/api/v1' + target.format(me=browser.request('GET', '/api/v1/me').json['id'], device=self.inside.device))
                    self.assertEqual(answer.status, 200, answer)
                    text = answer.body.decode()
                    self.assertTrue([one for one in inside if one in text], (target, text[:300]))
                    self.assertEqual([one for one in foreign if one in text], [], target)
        self.assertEqual(self.call('GET', f'/api/v1/incidents/{incidents[0]}', expect=200, **browser.options()).json['place'], TOWN)
        self.call('GET', f'/api/v1/incidents/{incidents[1]}', expect=404, **browser.options())

    def ids(self, home):
        return {home.device, home.subscriber, home.case, home.run, home.alarm, home.config, home.action}

    def look_around(self, browser):
        """Rows of one's own about both homes: of the foreign one, from before the scope, and by trying all the same."""
        login = browser.request('GET', '/api/v1/me').json['login']
        SERVER.sql(f"UPDATE app_user SET scope = NULL WHERE login = '{login}'")
        for home in self.homes:
            for path in ('/devices/{device}', '/subscribers/{subscriber}', '/cases/{case}'):
                browser.request('GET', '/api/v1' + home.fill(path))
        browser.request('GET', '/api/v1/devices?limit=200')
        SERVER.sql(f"UPDATE app_user SET scope = '{HERE}' WHERE login = '{login}'")
        browser.request('GET', f'/api/v1/devices/{self.outside.device}')

    def test_one_s_own_trail_is_narrowed_too(self):
        _, browser = scoped('l1')
        self.look_around(browser)
        self.call('POST', '/api/v1/cases', {'device': self.outside.device, 'found_by': 'serial'}, expect=404, **browser.options())
        me = browser.request('GET', '/api/v1/me').json['id']
        rows = self.call('GET', '/api/v1/audit?limit=200', expect=200, **browser.options()).json['data']
        self.assertEqual({device for row in rows for device in row['devices']}, {self.inside.device})
        self.assertEqual([row['action'] for row in rows if row['devices']].count('device_show'), 1)
        self.assertEqual(self.call('GET', f'/api/v1/audit?device={self.outside.device}', expect=200, **browser.options()).json['data'], [])
        seen = self.call('GET', f'/api/v1/audit/seen?from=2026-01-01T00:00:00Z&actor={me}', expect=200, **browser.options()).json['data']
        self.assertEqual({row['whose'] for row in seen}, {self.inside.device, self.inside.subscriber})
        whole = self.call('GET', f'/api/v1/audit?device={self.outside.device}&actor={me}', expect=200).json['data']
        self.assertEqual(sorted((row['action'], row['decision']) for row in whole if row['action'] == 'device_show'),
                         [('device_show', 'allowed'), ('device_show', 'failed')])
        _, auditor = scoped('auditor')
        for path in ('/audit/export?format=csv', '/audit/verify', '/audit/checkpoints', '/audit/keys', f'/audit?actor={me}',
                     f'/audit/seen?from=2026-01-01T00:00:00Z&device={self.inside.device}'):
            self.call('GET', '/api/v1' + path, expect=403, **auditor.options())

    def test_who_is_held_to_another_part_hears_no_more_of_this_one(self):
        """Streams that are open end at the next sign of life; those of others go on."""
        login, browser = scoped('l1')
        _, other = scoped('l1')
        target = f'/api/v1/stream?topics=device:{self.inside.device}'
        headers = {'Cookie': browser.cookie}, {'Cookie': other.cookie}
        with SERVER.stream(target, token=None, headers=headers[0]) as moved, SERVER.stream(target, token=None, headers=headers[1]) as kept:
            self.assertEqual((moved.next(), kept.next()), ({'retry': '3000'}, {'retry': '3000'}))
            SERVER.sql(f"UPDATE app_user SET scope = 'city:\"{ELSEWHERE}\"' WHERE login = '{login}'")
            self.assertEqual(kept.next(), {'comment': 'hb'})
            self.assertIsNone(moved.next())

    def test_a_foreign_home_is_not_there_in_queries_and_bodies_either(self):
        _, browser = scoped('l2')
        options = browser.options()
        for path in (f'/cases?device={self.outside.device}', f'/alarms?device={self.outside.device}', f'/playbook-runs?device={self.outside.device}',
                     f'/devices?id={self.outside.device}', f'/files?device={self.outside.device}'):
            with self.subTest(path=path):
                self.assertEqual(self.call('GET', '/api/v1' + path, expect=200, **options).json['data'], [])
        for topics in (f'device:{self.outside.device}', f'action:{self.outside.action}', f'device:{self.inside.device},device:{self.outside.device}'):
            with self.subTest(topics=topics):
                self.call('GET', f'/api/v1/stream?topics={topics}', expect=404, **options)
        config = self.outside.config
        self.call('GET', f'/api/v1/files/{config}', expect=404, **options)
        self.call('POST', f'/api/v1/devices/{self.inside.device}/actions', {'type': 'config.restore', 'params': {'file': config}}, expect=404, **options)
        for path, body in (('/cases', {'device': self.outside.device, 'found_by': 'serial'}), ('/playbook-runs', {'device': self.outside.device, 'playbook': 'sem-internet-fibra'}),
                           (f'/subscribers/{self.inside.subscriber}/devices', {'device': self.outside.device, 'take': True}),
                           (f'/subscribers/{self.inside.subscriber}/devices', {'device': self.inside.device, 'replaces': self.outside.device})):
            with self.subTest(path=path, body=body):
                self.call('POST', '/api/v1' + path, body, expect=404, **options)
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM binding WHERE device_id = {number_of(self.outside.device)} AND until IS NULL"), ['1'])

    def test_a_case_is_its_subscriber_s_wherever_the_device_is_now(self):
        """Of somebody outside: also where the device is in a home inside by now, and where there has never been one."""
        _, browser = scoped('l2')
        options = browser.options()
        moved = Home(self, ELSEWHERE, 'Fora Mudada')
        self.call('DELETE', f'/api/v1/subscribers/{moved.subscriber}/devices/{moved.device}', expect=200)
        self.call('POST', f'/api/v1/subscribers/{self.inside.subscriber}/devices', {'device': moved.device}, expect=200)
        waiting = self.call('POST', '/api/v1/subscribers', {'name': 'Espera Escopada', 'attributes': {'city': TOWN}}, expect=201).json['id']
        bare = self.call('POST', '/api/v1/cases', {'subscriber': waiting, 'found_by': 'name'}, expect=201).json['id']
        shown = self.call('GET', '/api/v1/cases?limit=200&state=any', expect=200, **options).body.decode()
        self.assertIn(self.inside.case, shown)
        for case, subscriber in ((moved.case, moved.subscriber), (bare, waiting)):
            self.assertNotIn(case, shown)
            self.call('GET', f'/api/v1/cases/{case}', expect=404, **options)
            self.call('POST', f'/api/v1/cases/{case}/notes', {'text': 'x'}, expect=404, **options)
            self.call('POST', '/api/v1/cases', {'subscriber': subscriber, 'found_by': 'name'}, expect=404, **options)
            self.assertEqual(self.call('GET', f'/api/v1/cases?state=any&subscriber={subscriber}', expect=200, **options).json['data'], [])
        self.call('DELETE', f'/api/v1/subscribers/{self.inside.subscriber}/devices/{moved.device}', expect=200)

    def test_nothing_is_made_that_is_in_no_scope(self):
        _, browser = scoped('l2')
        before = SERVER.sql('SELECT count(*) FROM subscriber')
        answer = self.call('POST', '/api/v1/subscribers', {'name': 'Nobody', 'attributes': {'city': TOWN}}, expect=403, **browser.options())
        self.assertEqual((answer.json['code'], answer.json['detail']), ('forbidden', 'It is outside of your scope.'))
        self.assertEqual(SERVER.sql('SELECT count(*) FROM subscriber'), before)

    def test_it_counts_from_the_moment_it_is_given(self):
        login = new_user('l1')
        browser = Browser().sign_in(login)
        target = f'/api/v1/devices/{self.outside.device}/actions'
        self.call('GET', target, expect=200, **browser.options())
        SERVER.sql(f"UPDATE app_user SET scope = '{HERE}' WHERE login = '{login}'")
        self.call('GET', target, expect=404, **browser.options())
        self.call('POST', target, {'type': 'reboot'}, expect=404, **browser.options())
