"""People as administrators see them, and the matrix: every route with every role and everything that is nobody."""

import concurrent.futures
import os
import secrets
import time

import api_case
from api_case import DESCRIPTION, GIVEN, SERVER, Api, empty_body, required_query
from authorization import ANSWERS, MAY, ROLES
from people import PASSWORD, Browser, first_user, link_key, new_user, signed_in

FLIPPING_S = float(os.environ.get('FAROL_FLIPPING', '4'))
AGAIN = int(os.environ.get('FAROL_DENIED', '3'))  # how often each denied cell is tried; 1,000 for a night


def fill(path):
    """Things that are not there: those of others may be refused for what they are."""
    for name, prefix in (('alarm', 'alm'), ('case', 'cas'), ('import', 'imp'), ('incident', 'inc'), ('subscriber', 'sub'), ('verdict', 'ver'), ('webhook', 'whk')):
        path = path.replace('{' + name + '}', prefix + '_0000000000zzz')
    return api_case.fill(path, device='dev_0000000000zzz')


class Users(Api):
    def admin(self, method, target, body=None, expect=None, **more):
        return self.call(method, '/api/v1/users' + target, body, expect=expect, **first_user().options(**more))

    def invite(self, role, **fields):
        login = fields.pop('login', f'guest{secrets.token_hex(4)}')
        return self.admin('POST', '', {'login': login, 'name': f'Name {login}', 'role': role, **fields}, expect=201)

    def accept(self, link, password=PASSWORD):
        browser = Browser()
        return browser.take(self.call('POST', '/api/v1/invitation', {'key': link_key(link), 'password': password}, expect=201, **browser.options()))

    def test_somebody_is_invited_comes_works_and_is_shut_out_at_once(self):
        answer = self.invite('l1')
        user = answer.json
        self.assertEqual((user['state'], user['created_by'], answer.headers['location']), ('invited', 'root', f"/api/v1/users/{user['id']}"))
        self.assertRegex(user['invitation'], '^https://acs.example/primeiro-acesso#[A-Za-z0-9_-]{40}$')
        self.assertNotIn('invitation', self.admin('GET', f"/{user['id']}", expect=200).json)
        self.call('POST', '/api/v1/session', {'login': user['login'], 'password': PASSWORD}, expect=401, **Browser().options())
        browser = self.accept(user['invitation'])
        other = Browser().sign_in(user['login'])
        device = self.device()
        target = f'/api/v1/devices/{device}/actions'
        self.call('POST', target, {'type': 'reboot'}, expect=202, **browser.options())
        answer = self.call('POST', target, {'type': 'params.set', 'params': {'values': [{'name': 'Device.X', 'value': '1'}]}}, expect=403, **browser.options())
        self.assertIn('parameters.raw', answer.json['detail'])
        self.call('GET', '/api/v1/users', expect=403, **browser.options())
        shown = self.admin('PATCH', f"/{user['id']}", {'disabled': True}, expect=200).json
        self.assertEqual((shown['state'], shown['disabled_by']), ('disabled', 'root'))
        for gone in (browser, other):
            self.call('POST', target, {'type': 'refresh'}, expect=401, **gone.options())
        self.call('POST', '/api/v1/session', {'login': user['login'], 'password': PASSWORD}, expect=401, **Browser().options())
        self.assertEqual(self.admin('PATCH', f"/{user['id']}", {'disabled': False}, expect=200).json['state'], 'active')
        self.call('GET', '/api/v1/me', expect=401, **browser.options())  # what was ended stays so
        browser.sign_in(user['login'])
        self.call('POST', target, {'type': 'refresh'}, expect=202, **browser.options())

    def test_another_role_counts_at_once(self):
        user = self.invite('auditor').json
        browser = self.accept(user['invitation'])
        body = ('POST', f'/api/v1/devices/{self.device()}/actions', {'type': 'reboot'})
        self.call(*body, expect=403, **browser.options())
        self.admin('PATCH', f"/{user['id']}", {'role': 'l2', 'name': 'Other'}, expect=200)
        self.call(*body, expect=202, **browser.options())
        self.assertEqual(browser.request('GET', '/api/v1/me').json['name'], 'Other')

    def test_a_reset_takes_the_password_and_gives_a_link(self):
        user = self.invite('l1').json
        browser = self.accept(user['invitation'])
        reset = self.admin('POST', f"/{user['id']}/reset", expect=200).json
        self.assertEqual(reset['state'], 'invited')
        self.call('GET', '/api/v1/me', expect=401, **browser.options())
        self.call('POST', '/api/v1/session', {'login': user['login'], 'password': PASSWORD}, expect=401, **Browser().options())
        again = self.admin('POST', f"/{user['id']}/reset", expect=200).json
        self.call('POST', '/api/v1/invitation', {'key': link_key(reset['invitation']), 'password': PASSWORD}, expect=403, **Browser().options())
        self.accept(again['invitation'], 'a second good phrase')

    def test_what_somebody_else_has_changed_is_not_overwritten(self):
        answer = self.invite('l1')
        old = answer.headers['etag']
        target = f"/{answer.json['id']}"
        new = self.admin('PATCH', target, {'name': 'A'}, expect=200, **{'If-Match': old}).headers['etag']
        self.assertNotEqual(old, new)
        self.assertEqual(self.admin('PATCH', target, {'name': 'B'}, expect=412, **{'If-Match': old}).json['code'], 'precondition_failed')
        self.admin('PATCH', target, {'name': 'C'}, expect=200, **{'If-Match': new})
        self.admin('PATCH', target, {'name': 'D'}, expect=200, **{'If-Match': '*'})

    def test_the_last_administrator_stays_one(self):
        root = self.admin('GET', '?part=ROOT', expect=200).json['data'][0]['id']
        SERVER.sql("UPDATE app_user SET role = 'l2' WHERE role = 'admin' AND login <> 'root'")
        for body in ({'disabled': True}, {'role': 'l1'}):
            self.assertEqual(self.admin('PATCH', f'/{root}', body, expect=409).json['code'], 'last_admin')
        self.assertEqual(self.admin('POST', f'/{root}/reset', expect=409).json['code'], 'last_admin')
        self.admin('GET', f'/{root}', expect=200)

    def test_they_are_listed_page_by_page(self):
        logins = {self.invite('l1', login=f'page{number}x', name=f'Zé {number}').json['login'] for number in range(3)}
        first = self.admin('GET', '?part=ZÉ&limit=2'.replace('É', '%C3%89'), expect=200)
        second = self.admin('GET', f"?part=z%C3%A9&limit=2&after={first.json['next']}", expect=200)
        self.assertEqual({user['login'] for user in first.json['data'] + second.json['data']}, logins)
        self.assertIsNone(second.json['next'])
        self.admin('GET', '?after=x', expect=422)

    def test_what_is_wrong_is_told(self):
        login = self.invite('l1').json['login']
        self.admin('POST', '', {'login': login.upper(), 'name': 'Again', 'role': 'l1'}, expect=409)
        options = first_user().options()
        self.assertEqual(self.refused('POST', '/api/v1/users', {'login': 'new', 'name': 'N', 'role': 'root'}, **options), {'/role': 'choice'})
        self.assertEqual(self.refused('POST', '/api/v1/users', {'login': 'n w', 'name': '', 'role': 'l1'}, **options),
                         {'/login': 'pattern', '/name': 'length'})
        for path in ('/usr_0000000000zzz', '/usr_x', '/dev_0000000000001'):
            self.admin('GET', path, expect=404)
            self.admin('PATCH', path, {}, expect=404)
            self.admin('POST', f'{path}/reset', expect=404)
        for method, path in (('POST', ''), ('PATCH', '/usr_1')):
            self.refused(method, f'/api/v1/users{path}', b'{', status=400, **options)
            self.refused(method, f'/api/v1/users{path}', b'x' * (256 * 1024 + 1), status=413, **options)
            self.refused(method, f'/api/v1/users{path}', b'{}', status=415, **first_user().options(**{'Content-Type': 'text/plain'}))

    def test_roles_are_told_to_everybody(self):
        SERVER.sql("INSERT INTO role (name, title, copy_of, capabilities, created_by) VALUES ('weekend', 'Weekend', 'l1', '{devices.read}', 'x')")
        _, browser = signed_in('l1')
        roles = {role['name']: role for role in self.call('GET', '/api/v1/roles', expect=200, **browser.options()).json['data']}
        self.assertLessEqual(set(ROLES), set(roles))
        self.assertEqual((roles['weekend']['copy_of'], roles['weekend']['capabilities']), ('l1', ['me.read', 'devices.read']))
        self.assertEqual(set(roles['l1']['capabilities']), set(self.call('GET', '/api/v1/me', **browser.options()).json['capabilities']))
        self.assertEqual(self.call('GET', '/api/v1/roles', **browser.options(**{'Accept-Language': 'pt-BR'})).json['data'][0]['title'], 'Atendimento N1')


class Matrix(Api):
    """What authorization.py says, cell by cell; a route or a role without a row fails."""

    def test_every_route_has_a_row_and_every_row_a_route(self):
        self.assertEqual(set(MAY), {operation['operationId'] for _, _, operation in DESCRIPTION.operations()})
        self.assertEqual(set(ANSWERS), {name for name, may in MAY.items() if may != 'public' and name != 'session_close'})
        with open(os.path.join(os.environ['FAROL_API_SOURCE'], '..', 'auth', 'role.def'), encoding='utf-8') as file:
            self.assertEqual(file.read().count('\nROLE('), len(ROLES))

    def try_denied(self, cells):
        """cells: (name, browser, method, path, operation, (status, code)). Each so often, some at once."""
        def wrong(cell):
            name, browser, method, path, operation, expected = cell
            codes = browser.codes(AGAIN, method, fill(path) + required_query(operation), empty_body(method))
            return [] if codes == {expected} else [(name, f'{method} {path}', sorted(codes))]

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = [row for rows in pool.map(wrong, cells) for row in rows]
        self.assertEqual(found, [])
        if AGAIN > 100:
            print(f'{len(cells)} denied cells, each {AGAIN} times: {len(cells) * AGAIN} requests, 0 unexpected', flush=True)

    def test_every_route_with_every_role_that_may_not(self):
        browsers = {role: signed_in(role)[1] for role in ROLES}
        self.try_denied([(role, browser, method, path, operation, (403, 'forbidden'))
                         for method, path, operation in DESCRIPTION.operations() for role, browser in browsers.items()
                         if MAY[operation['operationId']] != 'public' and role not in MAY[operation['operationId']].split()])

    def test_every_route_with_every_role_that_may(self):
        browsers = {role: signed_in(role)[1] for role in ROLES}
        for method, path, operation in DESCRIPTION.operations():
            name = operation['operationId']
            if MAY[name] == 'public' or name == 'session_close':
                continue
            for role in MAY[name].split():
                with self.subTest(route=f'{method} {path}', role=role):
                    self.assertEqual(self.try_as(browsers[role], method, path, operation), ANSWERS[name])

    def test_every_route_with_everything_that_is_nobody(self):
        login, disabled = signed_in('engineering')
        _, ended = signed_in('engineering')
        late_login, late = signed_in('engineering')
        SERVER.sql(f"UPDATE app_user SET disabled_at = now() WHERE login = '{login}'")
        SERVER.sql(f"UPDATE user_session SET expires_at = now() WHERE user_id = (SELECT id FROM app_user WHERE login = '{late_login}')")
        self.assertEqual(ended.request('DELETE', '/api/v1/session').status, 204)
        nobody = {'no cookie': Browser(), 'malformed': Browser(cookie='farol_session=x'), 'made up': Browser(cookie='farol_session=' + 'A' * 40),
                  'disabled': disabled, 'ended': ended, 'expired': late}
        self.try_denied([(kind, browser, method, path, operation, (401, 'unauthorized'))
                         for method, path, operation in DESCRIPTION.operations() for kind, browser in nobody.items()
                         if MAY[operation['operationId']] != 'public'])

    def try_as(self, browser, method, path, operation):
        target = fill(path) + required_query(operation)
        if operation['operationId'] in ('stream_open', 'action_events'):
            with SERVER.stream(target, token=None, headers={'Cookie': browser.cookie}) as stream:
                GIVEN.add((operation['operationId'], stream.status))
                return stream.status
        return browser.request(method, target, empty_body(method)).status


class Flips(Api):
    def test_nothing_happens_while_the_right_is_away(self):
        """A role is taken and given back ten times a second while requests run: none of them acts in between."""
        login, browser = signed_in('l1')
        device = self.device()
        target = f'/api/v1/devices/{device}/actions'
        end = time.monotonic() + FLIPPING_S
        windows = []

        def flip(role):
            SERVER.sql(f"UPDATE app_user SET role = '{role}' WHERE login = '{login}'")

        def made():
            """What was committed so far."""
            return SERVER.sql(f"SELECT count(*) FROM action WHERE created_by = '{login}'")

        def ask():
            seen = []
            while time.monotonic() < end:
                answer = browser.request('POST', target, {'type': 'refresh'})
                seen.append(answer.status)
                if answer.status == 202:
                    SERVER.request('POST', f"/api/v1/actions/{answer.json['id']}/cancel", {})
            return seen

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            runs = [pool.submit(ask) for _ in range(3)]
            while time.monotonic() < end:
                flip('auditor')  # waits for those that hold the right
                before = made()
                time.sleep(0.05)
                windows.append((before, made()))
                flip('l1')
                time.sleep(0.05)
            statuses = [status for run in runs for status in run.result()]
        self.assertLessEqual(set(statuses), {202, 403, 409})
        self.assertGreater(statuses.count(202), 3)
        self.assertGreater(statuses.count(403), 3)
        self.assertEqual([window for window in windows if window[0] != window[1]], [])


class Broken(Api):
    """What fails on the way in, or in the check of a session, lets nobody in."""

    def test_a_sign_in_that_fails_on_the_way_is_none(self):
        for table in ('sign_in_guard', 'app_user', 'user_session'):
            login = new_user('l1')
            SERVER.sql(f'ALTER TABLE {table} RENAME TO away')
            try:
                answer = Browser().request('POST', '/api/v1/session', {'login': login, 'password': PASSWORD})
                self.assertIn(answer.status, (500, 503))
                self.assertNotIn('set-cookie', answer.headers)
            finally:
                SERVER.sql(f'ALTER TABLE away RENAME TO {table}')
            Browser().sign_in(login)

    def test_a_session_that_cannot_be_looked_up_is_nobodys(self):
        _, browser = signed_in('l1')
        for table in ('app_user', 'user_session'):
            SERVER.sql(f'ALTER TABLE {table} RENAME TO away')
            try:
                for method, path in (('GET', '/api/v1/me'), ('PATCH', '/api/v1/me'), ('DELETE', '/api/v1/session')):
                    self.assertIn(browser.request(method, path, empty_body(method)).status, (500, 503))
            finally:
                SERVER.sql(f'ALTER TABLE away RENAME TO {table}')
        self.assertEqual(browser.request('GET', '/api/v1/me').status, 200)

    def test_a_damaged_hash_fits_no_password(self):
        for damaged in ('$y$', '$y$j9T$', '$y$zzzz$x$y', 'x', PASSWORD):
            login = new_user('l1')
            SERVER.sql(f"UPDATE app_user SET password = '{damaged}' WHERE login = '{login}'")
            for password in (PASSWORD, damaged):
                self.assertIn(Browser().request('POST', '/api/v1/session', {'login': login, 'password': password}).status, (401, 503))
            SERVER.sql(f"DELETE FROM app_user WHERE login = '{login}'")
