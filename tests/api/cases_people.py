"""People: the first one, signing in and out, sessions, who may what, pages of others."""

import concurrent.futures
import time

from api_case import DESCRIPTION, GIVEN, SERVER, Api
from people import PASSWORD, Browser, first_user, link_key, new_link, new_user, own_address, signed_in

WRONG = 'not that one at all'
PUBLIC = (('/api/v1/session', {'login': 'nobody', 'password': WRONG}),
          ('/api/v1/setup', {'key': 'x', 'login': 'a', 'name': 'b', 'password': PASSWORD}),
          ('/api/v1/invitation', {'key': 'x', 'password': PASSWORD}),
          ('/api/v1/session/provider/code', {'key': 'x', 'state': 'y', 'code': 'z'}))


class FirstStart(Api):
    def test_the_first_user_comes_by_the_link_of_the_start_and_nobody_else(self):
        link = SERVER.ask('first link')
        other = link_key(SERVER.ask('first link'))
        self.assertRegex(link, '^https://acs.example/primeiro-acesso#[A-Za-z0-9_-]{40}$')
        self.assertTrue(self.call('GET', '/api/v1/setup', token=None, expect=200).json['open'])
        browser = Browser()
        body = {'key': link_key(link), 'login': 'Root', 'name': 'Root Admin', 'password': PASSWORD}
        for key in ('', 'x', link_key(link)[:-1], link_key(link) + 'A', 'A' * 40):
            self.call('POST', '/api/v1/setup', {**body, 'key': key}, expect=403 if key else 422, **browser.options())
        for password in ('short', 'aaaaaaaaaaaaaa', 'my root password', 'x' * 101):
            self.call('POST', '/api/v1/setup', {**body, 'password': password}, expect=422, **browser.options())
        for login in ('', 'a b', 'ação', '.a', 'x' * 65, "o'hara", '../x'):
            self.call('POST', '/api/v1/setup', {**body, 'login': login}, expect=422, **browser.options())
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda key: browser.request('POST', '/api/v1/setup', {**body, 'key': key}),
                                    (link_key(link), other) * 2))
        self.assertEqual(sorted(answer.status for answer in answers), [201, 403, 403, 403])
        answer = next(answer for answer in answers if answer.status == 201)
        self.assertEqual((answer.json['login'], answer.json['role'], answer.json['kind']), ('root', 'admin', 'user'))
        browser.take(answer)
        self.assertEqual(self.call('GET', '/api/v1/me', expect=200, **browser.options()).json['name'], 'Root Admin')
        self.assertFalse(self.call('GET', '/api/v1/setup', token=None, expect=200).json['open'])
        self.assertEqual(SERVER.ask('first link'), '')
        self.call('POST', '/api/v1/setup', {**body, 'key': other}, expect=403, **browser.options())
        SERVER.sql("DELETE FROM app_user")

    def test_the_answer_is_as_described(self):
        SERVER.sql("DELETE FROM app_user")
        body = {'key': link_key(SERVER.ask('first link')), 'login': 'once', 'name': 'N', 'password': PASSWORD}
        self.call('POST', '/api/v1/setup', body, expect=201, **Browser().options())
        SERVER.sql("DELETE FROM app_user")


class SigningIn(Api):
    def sign_in(self, login, password=PASSWORD, browser=None, expect=201):
        return self.call('POST', '/api/v1/session', {'login': login, 'password': password}, expect=expect, **(browser or Browser()).options())

    def test_the_cookie_is_for_this_server_alone(self):
        answer = self.sign_in(new_user('l1'))
        self.assertRegex(answer.headers['set-cookie'], '^farol_session=[A-Za-z0-9_-]{40}; Path=/; HttpOnly; SameSite=Strict$')
        answer = self.sign_in(new_user('l1'), browser=Browser(secure=True))
        self.assertRegex(answer.headers['set-cookie'],
                         '^__Host-farol_session=[A-Za-z0-9_-]{40}; Path=/; HttpOnly; SameSite=Strict; Secure$')

    def test_over_tls_only_the_cookie_that_no_neighbour_can_set_counts(self):
        login = new_user('l1')
        plain = Browser().sign_in(login)
        secure = Browser(secure=True).sign_in(login)
        self.call('GET', '/api/v1/me', expect=200, **secure.options())
        self.call('GET', '/api/v1/me', expect=200, **plain.options())
        secure.cookie, plain.cookie = plain.cookie, secure.cookie
        self.call('GET', '/api/v1/me', expect=401, **secure.options())
        self.call('GET', '/api/v1/me', expect=401, **plain.options())

    def test_what_is_kept_is_only_a_hash(self):
        login, browser = signed_in('l1')
        value = browser.cookie.split('=')[1]
        for table in ('user_session', 'app_user', 'user_link', 'sign_in_guard'):
            rows = SERVER.sql(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{value}%' OR t::text LIKE '%{PASSWORD}%'"
                              f" OR t::text LIKE '%{value.encode().hex()}%'")
            self.assertEqual(rows, ['0'])
        self.assertTrue(SERVER.sql(f"SELECT password FROM app_user WHERE login = '{login}'")[0].startswith('$y$'))

    def test_capitals_of_a_login_do_not_matter(self):
        login = new_user('l1')
        self.assertEqual(self.sign_in(login.upper()).json['login'], login)

    def test_who_does_not_get_in_learns_nothing(self):
        login, disabled, invited = new_user('l1'), new_user('l1'), new_user('l1')
        SERVER.sql(f"UPDATE app_user SET disabled_at = now() WHERE login = '{disabled}'")
        SERVER.sql(f"UPDATE app_user SET password = NULL WHERE login = '{invited}'")
        words = set()
        for name, password in ((login, WRONG), ('nobody-there', PASSWORD), (disabled, PASSWORD), (disabled, WRONG), (invited, PASSWORD),
                               ("' OR 1=1 --", PASSWORD), ('ação', WRONG), (login, PASSWORD + ' '), (login, 'x' * 100), (login + '-', PASSWORD)):
            answer = self.sign_in(name, password, expect=401)
            self.assertNotIn('set-cookie', answer.headers)
            words.add(tuple(sorted((key, value) for key, value in answer.json.items() if key != 'instance')))
        self.assertEqual(len(words), 1)
        self.assertIn(('code', 'login_refused'), words.pop())

    def test_five_wrong_tries_lock_a_login_that_is_there_and_one_that_is_not(self):
        for login in (new_user('l1'), 'nobody-at-all'):
            for _ in range(5):
                self.sign_in(login, WRONG, expect=401)
            for password in (WRONG, PASSWORD):
                answer = self.sign_in(login, password, expect=429)
                self.assertEqual(answer.json['code'], 'locked')
                self.assertIn('1 min', answer.json['detail'])
                self.assertTrue(50 <= int(answer.headers['retry-after']) <= 60, answer.headers)

    def test_each_further_try_doubles_it_and_the_right_one_ends_it(self):
        login = new_user('l1')
        key = f"key = sha256('login\\000'::bytea || '{login}')"

        def until():
            return round(float(SERVER.sql(f'SELECT extract(epoch FROM locked_until - now()) FROM sign_in_guard WHERE {key}')[0]), -1)

        for _ in range(5):
            self.sign_in(login, WRONG, expect=401)
        for seconds in (60, 120, 240, 480, 960, 1800, 1800):
            self.assertEqual(until(), seconds)
            SERVER.sql(f'UPDATE sign_in_guard SET locked_until = now() WHERE {key}')
            self.sign_in(login, WRONG, expect=401)
        SERVER.sql(f'UPDATE sign_in_guard SET locked_until = now() WHERE {key}')
        self.sign_in(login)
        self.assertEqual(SERVER.sql(f'SELECT count(*) FROM sign_in_guard WHERE {key}'), ['0'])
        for _ in range(4):
            self.sign_in(login, WRONG, expect=401)
        SERVER.sql(f"UPDATE sign_in_guard SET at = at - interval '61 min' WHERE {key}")
        for _ in range(4):
            self.sign_in(login, WRONG, expect=401)
        self.sign_in(login)

    def test_no_more_are_tried_at_once_than_one_after_the_other(self):
        login = new_user('l1')
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(lambda _: Browser().request('POST', '/api/v1/session', {'login': login, 'password': WRONG}).status, range(20)))
        self.assertEqual((statuses.count(401), statuses.count(429)), (5, 15))

    def test_an_address_is_locked_that_tries_many_logins(self):
        bad, good = Browser(), new_user('l1')
        for number in range(6):
            self.sign_in(f'guess{number}', WRONG, browser=bad, expect=401)
            self.sign_in(good, browser=bad)  # no failure, and none of the failures is forgotten by it
        for number in range(6, 12):
            self.sign_in(f'guess{number}', WRONG, browser=bad, expect=401)
        self.sign_in(good, browser=bad, expect=429)
        for _ in range(5):  # does not lock anybody else
            self.sign_in('guess99', WRONG, browser=bad, expect=429)
        self.sign_in('guess99', WRONG, expect=401)
        self.sign_in(good)

    def test_an_address_that_is_said_by_nobody_we_trust_does_not_count(self):
        for number in range(12):
            SERVER.request('POST', '/api/v1/session', {'login': f'far{number}', 'password': WRONG}, token=None, source='127.0.0.9',
                           headers={'X-Forwarded-For': own_address()})
        answer = self.call('POST', '/api/v1/session', {'login': 'far99', 'password': WRONG}, expect=429, token=None, source='127.0.0.9',
                           headers={'X-Forwarded-For': own_address()})
        self.assertEqual(answer.json['code'], 'locked')

    def test_sign_ins_keep_nobody_waiting_but_sign_ins(self):
        login = new_user('l1')
        bodies = [{'login': login, 'password': PASSWORD}] * 90
        with concurrent.futures.ThreadPoolExecutor(90) as pool:
            runs = [pool.submit(Browser().request, 'POST', '/api/v1/session', body) for body in bodies]
            slowest = 0
            while not all(run.done() for run in runs):
                began = time.monotonic()
                self.call('GET', '/api/v1/me', expect=200)
                slowest = max(slowest, time.monotonic() - began)
            statuses = [run.result().status for run in runs]
        self.assertLessEqual(set(statuses), {201, 503})
        self.assertGreaterEqual(statuses.count(201), 60)  # 64 wait, one is at work, the rest may be told to come again
        self.assertLess(slowest, 2)  # all of them take longer than that

    def test_what_cannot_be_read_is_refused(self):
        for path, body in PUBLIC:
            with self.subTest(path=path):
                options = Browser().options()
                self.refused('POST', path, b'{', status=400, code='malformed', **options)
                self.refused('POST', path, b'x' * (256 * 1024 + 1), status=413, code='too_large', **options)
                self.refused('POST', path, body, status=415, **Browser().options(**{'Content-Type': 'text/plain'}))
                self.refused('POST', path, {**body, 'more': 1}, status=422, **options)
                self.refused('POST', f'{path}?more=1', body, status=422, **options)
                for member in body:
                    self.assertEqual(self.refused('POST', path, {**body, member: 7}, **options), {f'/{member}': 'type'})

    def test_nobody_is_signed_in_on_another_pages_behalf(self):
        for path, body in PUBLIC:
            for more in ({'Origin': 'https://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}, {'Origin': 'null'}):
                answer = self.call('POST', path, body, expect=403, **Browser().options(**more))
                self.assertEqual(answer.json['code'], 'cross_origin')
        self.call('POST', PUBLIC[0][0], PUBLIC[0][1], expect=401, **Browser().options(**{'Origin': None, 'Sec-Fetch-Site': None}))


    def test_without_an_identity_provider_nobody_comes_from_there(self):
        body = {'key': 'a', 'state': 'b', 'code': 'c'}
        for target, given in (('/api/v1/session/provider', None), ('/api/v1/session/provider/code', body)):
            answer = self.call('POST', target, given, expect=501, **Browser().options())
            self.assertEqual(answer.json['code'], 'provider_off')
            self.call('POST', target, given, expect=403, **Browser().options(**{'Sec-Fetch-Site': 'cross-site'}))
        GIVEN.update({('provider_begin', 200), ('provider_finish', 201)})  # with one: tests/e2e/test_provider.py


class Sessions(Api):
    def me(self, browser, expect=200):
        return self.call('GET', '/api/v1/me', expect=expect, **browser.options()).json

    def test_a_person_is_told_who_they_are(self):
        login, browser = signed_in('supervisor')
        me = self.me(browser)
        self.assertEqual((me['kind'], me['login'], me['role'], me['session']['idle_s'], me['totp']), ('user', login, 'supervisor', 1800, False))
        self.assertIn('incidents.edit', me['capabilities'])
        self.assertNotIn('users.manage', me['capabilities'])

    def test_after_signing_out_the_cookie_is_worth_nothing(self):
        _, browser = signed_in('l1')
        _, other = signed_in('l1')
        answer = self.call('DELETE', '/api/v1/session', expect=204, **browser.options())
        self.assertRegex(answer.headers['set-cookie'], '^farol_session=; .*Max-Age=0$')
        self.me(browser, expect=401)
        self.call('DELETE', '/api/v1/session', expect=401, **browser.options())
        self.me(other)
        self.call('DELETE', '/api/v1/session', expect=409)

    def test_a_session_ends_by_itself(self):
        for change in ("user_session SET idle_until = now()", "user_session SET expires_at = now()", "user_session SET ended_at = now()",
                       "app_user SET disabled_at = now()"):
            login, browser = signed_in('l1')
            self.me(browser)
            column = 'id' if change.startswith('app_user') else 'user_id'
            SERVER.sql(f"UPDATE {change} WHERE {column} = (SELECT id FROM app_user WHERE login = '{login}')")
            self.me(browser, expect=401)

    def test_use_keeps_it_open(self):
        login, browser = signed_in('l1')
        where = f"WHERE user_id = (SELECT id FROM app_user WHERE login = '{login}')"
        SERVER.sql(f"UPDATE user_session SET used_at = now() - interval '2 min', idle_until = now() + interval '9 s' {where}")
        self.me(browser)
        left = SERVER.sql(f'SELECT idle_until > now() + interval \'29 min\' AND used_at > now() - interval \'9 s\' FROM user_session {where}')
        self.assertEqual(left, ['t'])
        SERVER.sql(f"UPDATE user_session SET idle_until = now() + interval '9 s' {where}")
        self.me(browser)  # noted once a minute
        self.assertEqual(SERVER.sql(f"SELECT idle_until < now() + interval '1 min' FROM user_session {where}"), ['t'])

    def test_a_new_role_counts_from_the_next_request_on(self):
        device = self.device()
        login, browser = signed_in('auditor')
        reboot = ('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'})
        self.assertEqual(browser.request(*reboot).status, 403)
        SERVER.sql(f"UPDATE app_user SET role = 'l1' WHERE login = '{login}'")
        self.assertEqual(browser.request(*reboot).status, 202)
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM action_shown WHERE shown->>'created_by' = '{login}'"), ['1'])
        SERVER.sql(f"UPDATE app_user SET role = 'no_such_role' WHERE login = '{login}'")
        self.assertEqual(browser.request(*reboot).status, 403)
        self.assertEqual(self.me(browser)['capabilities'], ['me.read'])

    def test_a_copy_of_a_role_is_what_its_row_says(self):
        SERVER.sql("INSERT INTO role (name, title, copy_of, capabilities, created_by) VALUES ('night', 'Night', 'l1', '{devices.read,root}', 'x')")
        _, browser = signed_in('night')
        self.assertEqual(self.me(browser)['capabilities'], ['me.read', 'devices.read'])
        SERVER.sql("UPDATE role SET capabilities = '{actions.read}' WHERE name = 'night'")
        self.assertEqual(self.me(browser)['capabilities'], ['me.read', 'actions.read'])
        self.assertEqual(browser.request('PATCH', '/api/v1/me', {'language': 'en'}).status, 200)

    def test_a_cookie_that_is_none_or_two_is_nobodys(self):
        _, browser = signed_in('l1')
        good = browser.cookie
        name, value = good.split('=')
        for cookie in (None, '', name, f'{name}=', f'{name}={value}x', f'{name}={value[:-1]}', f'x{good}', f'{name}={value[::-1]}', f'{good}; {good}',
                       f'{name}="{value}"', f'{name.upper()}={value}'):
            browser.cookie = cookie
            self.me(browser, expect=401)
        browser.cookie = f'a=b; {good}; c'
        self.me(browser)
        self.call('GET', '/api/v1/me', expect=401, **browser.options(Authorization='Bearer acs_no'))
        me = self.call('GET', '/api/v1/me', expect=200, **browser.options(Authorization='Bearer ' + SERVER.tokens['reader'])).json
        self.assertEqual(me['name'], 'reader')

    def test_what_changes_something_must_come_from_our_own_page(self):
        device = self.device()
        _, browser = signed_in('l1')
        target = f'/api/v1/devices/{device}/actions'
        here = browser.headers()['Origin']
        for more, status in (({}, 202), ({'Origin': None}, 202), ({'Sec-Fetch-Site': None}, 202), ({'Origin': None, 'Sec-Fetch-Site': None}, 403),
                             ({'Sec-Fetch-Site': 'cross-site'}, 403), ({'Sec-Fetch-Site': 'same-site'}, 403), ({'Sec-Fetch-Site': 'none'}, 403),
                             ({'Origin': 'https://evil.example'}, 403), ({'Origin': 'null'}, 403), ({'Origin': ''}, 403), ({'Origin': here + '0'}, 403),
                             ({'Origin': here.upper()}, 202), ({'Origin': here + '/'}, 403)):
            with self.subTest(more=more):
                answer = browser.request('POST', target, {'type': 'refresh'}, **more)
                self.assertEqual(answer.status, status, answer)
                if status == 403:
                    self.assertEqual(answer.json['code'], 'cross_origin')
        answer = browser.request('POST', target, b'{"type":"refresh"}', **{'Content-Type': 'text/plain'})
        self.assertEqual(answer.status, 415)
        self.assertEqual(browser.request('GET', '/api/v1/me', **{'Origin': None, 'Sec-Fetch-Site': None}).status, 200)
        self.assertEqual(browser.request('POST', '/api/v1/files?name=a&kind=log', b'x', **{'Origin': None, 'Sec-Fetch-Site': None}).status, 403)

    def test_every_change_by_a_cookie_without_an_origin_is_refused(self):
        _, browser = signed_in('engineering')
        for method, path, operation in DESCRIPTION.operations():
            if method == 'GET' or operation['x-capability'] == 'public':
                continue
            with self.subTest(route=f'{method} {path}'):
                target = path.replace('{', '').replace('}', '')
                answer = self.call(method, target, b'{}', expect=403, **browser.options(**{'Origin': None, 'Sec-Fetch-Site': None}))
                self.assertEqual(answer.json['code'], 'cross_origin')

    def test_over_tls_an_origin_without_it_is_another_page(self):
        browser = Browser(secure=True).sign_in(new_user('l1'))
        answer = browser.request('PATCH', '/api/v1/me', {'language': 'en'}, Origin=f'http://{SERVER.host}:{SERVER.port}')
        self.assertEqual((answer.status, answer.json['code']), (403, 'cross_origin'))

    def test_streams_end_with_the_session(self):
        device = self.device()
        target = f'/api/v1/stream?topics=device:{device}'
        _, leaver = signed_in('l1')
        _, stayer = signed_in('l1')
        with SERVER.stream(target, token=None, headers={'Cookie': leaver.cookie}) as gone, \
                SERVER.stream(target, token=None, headers={'Cookie': stayer.cookie}) as kept:
            self.assertEqual((gone.next(), kept.next()), ({'retry': '3000'}, {'retry': '3000'}))
            self.assertEqual(leaver.request('DELETE', '/api/v1/session').status, 204)
            self.assertIsNone(gone.next())
            self.assertEqual(kept.next(), {'comment': 'hb'})


class Mine(Api):
    def patch(self, browser, body, expect=200):
        return self.call('PATCH', '/api/v1/me', body, expect=expect, **browser.options()).json

    def test_language_and_preferences_are_kept(self):
        _, browser = signed_in('l1')
        self.assertEqual(self.patch(browser, {})['preferences'], {})
        self.assertEqual(self.patch(browser, {'language': 'en', 'preferences': {'theme': 'dark', 'keys': {'a': [1, 'ã']}}})['language'], 'en')
        me = self.patch(browser, {'preferences': {'theme': None, 'more': True}})
        self.assertEqual((me['language'], me['preferences']), ('en', {'keys': {'a': [1, 'ã']}, 'more': True}))
        self.assertIsNone(self.patch(browser, {'language': None})['language'])
        for body in ({'language': 'de'}, {'language': 1}, {'preferences': []}, {'role': 'admin'}, {'preferences': {'x': 'y' * 17000}}):
            self.patch(browser, body, expect=422)
        self.patch(browser, {'preferences': {'a': 'x' * 15000}})
        self.patch(browser, {'preferences': {'b': 'x' * 15000}})
        self.patch(browser, {'preferences': {'c': 'x' * 15000}}, expect=422)
        self.call('PATCH', '/api/v1/me', {}, expect=409)

    def test_what_cannot_be_read_is_refused(self):
        _, browser = signed_in('l1')
        for method, path in (('PATCH', '/api/v1/me'), ('POST', '/api/v1/me/password')):
            self.refused(method, path, b'x' * (256 * 1024 + 1), status=413, code='too_large', **browser.options())
            self.refused(method, path, b'{}', status=415, **browser.options(**{'Content-Type': 'text/plain'}))

    def test_two_windows_of_one_person_do_not_stop_each_other(self):
        _, browser = signed_in('l1')
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: browser.request('PATCH', '/api/v1/me', {'preferences': {f'k{number}': number}}), range(24)))
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(len(self.patch(browser, {})['preferences']), 24)

    def test_another_password_ends_all_other_sessions(self):
        login, browser = signed_in('l1')
        other = Browser().sign_in(login)
        body = {'old': PASSWORD, 'new': 'another good passphrase'}
        self.assertEqual(self.refused('POST', '/api/v1/me/password', {**body, 'old': WRONG}, **browser.options()), {'/old': 'wrong'})
        self.assertEqual(self.refused('POST', '/api/v1/me/password', {**body, 'new': 'short'}, **browser.options()), {'/new': 'password'})
        self.assertEqual(self.refused('POST', '/api/v1/me/password', {**body, 'new': f'it is {login}!'}, **browser.options()), {'/new': 'password'})
        before = browser.cookie
        browser.take(self.call('POST', '/api/v1/me/password', body, expect=200, **browser.options()))
        self.assertNotEqual(browser.cookie, before)
        self.assertEqual(browser.request('GET', '/api/v1/me').status, 200)
        for dead in (other, Browser(cookie=before)):
            self.assertEqual(dead.request('GET', '/api/v1/me').status, 401)
        Browser().sign_in(login, 'another good passphrase')
        self.assertEqual(Browser().request('POST', '/api/v1/session', {'login': login, 'password': PASSWORD}).status, 401)
        self.call('POST', '/api/v1/me/password', body, expect=409)

    def test_the_old_password_cannot_be_guessed_at_will(self):
        _, browser = signed_in('l1')
        for _ in range(5):
            self.call('POST', '/api/v1/me/password', {'old': WRONG, 'new': 'another good passphrase'}, expect=422, **browser.options())
        self.call('POST', '/api/v1/me/password', {'old': PASSWORD, 'new': 'another good passphrase'}, expect=429, **browser.options())


class Links(Api):
    def accept(self, key, password='chosen by the link', expect=201):
        return self.call('POST', '/api/v1/invitation', {'key': key, 'password': password}, expect=expect, **Browser().options())

    def test_a_link_sets_the_password_once(self):
        login, before = signed_in('field')
        key, other = new_link(login), new_link(login)
        self.assertEqual(self.refused('POST', '/api/v1/invitation', {'key': key, 'password': 'short'}, **Browser().options()), {'/password': 'password'})
        answer = self.accept(key)
        self.assertEqual(answer.json['login'], login)
        self.assertEqual(Browser().take(answer).request('GET', '/api/v1/me').status, 200)
        self.assertEqual(before.request('GET', '/api/v1/me').status, 401)
        self.accept(key, expect=403)
        self.accept(other, expect=403)
        Browser().sign_in(login, 'chosen by the link')

    def test_a_link_that_is_over_or_of_somebody_disabled_is_none(self):
        login = new_user('l1')
        self.accept(new_link(login, '-1 s'), expect=403)
        key = new_link(login)
        SERVER.sql(f"UPDATE app_user SET disabled_at = now() WHERE login = '{login}'")
        self.accept(key, expect=403)
        SERVER.sql(f"UPDATE app_user SET disabled_at = NULL WHERE login = '{login}'")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = [answer.status for answer in pool.map(
                lambda _: Browser().request('POST', '/api/v1/invitation', {'key': key, 'password': 'chosen by the link'}), range(4))]
        self.assertEqual(sorted(statuses), [201, 403, 403, 403])

    def test_the_link_of_the_first_start_invites_nobody(self):
        SERVER.sql("BEGIN; UPDATE app_user SET disabled_at = NULL; COMMIT")
        first_user()
        key = new_link('root')
        SERVER.sql("UPDATE user_link SET user_id = NULL")
        self.accept(key, expect=403)
        self.call('POST', '/api/v1/setup', {'key': key, 'login': 'second', 'name': 'S', 'password': PASSWORD}, expect=403, **Browser().options())
        SERVER.sql("DELETE FROM user_link")
