"""Codes of an app beside the password: begun, asked for at the sign-in, each taken once, ended."""

import base64
import concurrent.futures
import hashlib
import hmac
import struct
import time
import urllib.parse

import server as support
from api_case import GIVEN, SERVER, Api
from people import PASSWORD, Browser, first_user, link_key, signed_in

WRONG = 'not that one at all'
STEP_S = 30


def code_of(secret, off=0):
    """What the app shows now, or so many steps later; computed by ourselves (RFC 6238)."""
    counter = struct.pack('>Q', int(time.time()) // STEP_S + off)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f'{(struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}'


def another(code):
    return f'{(int(code) + 1) % 1000000:06}'


def unused(login):
    """As if time had passed: no code is used up."""
    SERVER.sql(f"UPDATE app_user SET totp_step = 0 WHERE login = '{login}'")


class Codes(Api):
    def mine(self, browser, method, path='', body=None, expect=None):
        return self.call(method, '/api/v1/me/totp' + path, body, expect=expect, **browser.options())

    def sign_in(self, login, code=None, password=PASSWORD, expect=201, browser=None):
        body = {'login': login, 'password': password, **({} if code is None else {'code': code})}
        answer = self.call('POST', '/api/v1/session', body, expect=expect, **(browser or Browser()).options())
        return answer.json.get('code', answer)

    def with_codes(self, role='l1'):
        """(login, browser, secret) of somebody who signs in with codes."""
        login, browser = signed_in(role)
        secret = self.mine(browser, 'POST', expect=200).json['secret']
        self.assertTrue(self.mine(browser, 'POST', '/confirm', {'code': code_of(secret)}, expect=200).json['totp'])
        return login, browser, secret

    def test_it_is_begun_confirmed_asked_for_and_ended(self):
        login, browser = signed_in('supervisor')
        other = Browser().sign_in(login)
        begun = self.mine(browser, 'POST', expect=200).json
        uri = urllib.parse.urlsplit(begun['uri'])
        self.assertEqual((uri.scheme, uri.netloc, uri.path), ('otpauth', 'totp', f'/Farol:{login}'))
        self.assertEqual(dict(urllib.parse.parse_qsl(uri.query)),
                         {'secret': begun['secret'], 'issuer': 'Farol', 'algorithm': 'SHA1', 'digits': '6', 'period': '30'})
        self.sign_in(login)  # not before it is confirmed
        self.assertFalse(browser.request('GET', '/api/v1/me').json['totp'])
        self.assertEqual(self.refused('POST', '/api/v1/me/totp/confirm', {'code': another(code_of(begun['secret']))}, **browser.options()),
                         {'/code': 'wrong'})
        again = self.mine(browser, 'POST', expect=200).json['secret']  # the first is void
        self.assertNotEqual(again, begun['secret'])
        self.mine(browser, 'POST', '/confirm', {'code': code_of(begun['secret'])}, expect=422)
        code = code_of(again)
        self.mine(browser, 'POST', '/confirm', {'code': code}, expect=200)
        self.assertEqual((browser.request('GET', '/api/v1/me').status, other.request('GET', '/api/v1/me').status), (200, 401))
        self.mine(browser, 'POST', expect=409)
        self.mine(browser, 'POST', '/confirm', {'code': code}, expect=409)
        self.assertEqual(self.sign_in(login, expect=401), 'code_required')
        self.assertEqual(self.sign_in(login, code, expect=401), 'code_refused')  # it was used to confirm
        self.sign_in(login, code_of(again, 1))
        self.assertEqual(self.refused('DELETE', '/api/v1/me/totp', {'password': WRONG}, **browser.options()), {'/password': 'wrong'})
        self.assertFalse(self.mine(browser, 'DELETE', body={'password': PASSWORD}, expect=200).json['totp'])
        self.sign_in(login)
        self.assertEqual(self.sign_in(login, '123456').status, 201)  # nobody asks for it

    def test_nothing_is_told_before_the_password_is_right(self):
        login, _, secret = self.with_codes()
        unused(login)
        for code in (None, code_of(secret), another(code_of(secret))):
            self.assertEqual(self.sign_in(login, code, WRONG, expect=401), 'login_refused')
            self.assertEqual(self.sign_in('nobody-there', code, WRONG, expect=401), 'login_refused')
        self.assertEqual(SERVER.sql(f"SELECT totp_step FROM app_user WHERE login = '{login}'"), ['0'])  # not used up by it

    def test_a_code_works_once(self):
        login, _, secret = self.with_codes()
        unused(login)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            code = code_of(secret)
            answers = list(pool.map(lambda _: Browser().request('POST', '/api/v1/session', {'login': login, 'password': PASSWORD, 'code': code}), range(4)))
        self.assertEqual(sorted(answer.status for answer in answers), [201, 401, 401, 401])
        self.assertEqual(self.sign_in(login, code_of(secret, -1), expect=401), 'code_refused')  # nor one before it
        self.sign_in(login, code_of(secret, 1))

    def test_codes_of_another_time_or_person_are_none(self):
        login, _, secret = self.with_codes()
        _, _, foreign = self.with_codes()
        unused(login)
        for code in (code_of(secret, -3), code_of(secret, 3), code_of(foreign)):
            self.assertEqual(self.sign_in(login, code, expect=401), 'code_refused')
        for code in ('', '12345', '1234567', 'abcdef', '12 456', 123456):
            self.assertEqual(self.refused('POST', '/api/v1/session', {'login': login, 'password': PASSWORD, 'code': code}, **Browser().options()).keys(), {'/code'})
        self.sign_in(login, code_of(secret))

    def test_codes_cannot_be_guessed_at_will(self):
        login, _, secret = self.with_codes()
        unused(login)
        for number in range(5):  # what is missing is no failure, and forgives none
            self.assertEqual(self.sign_in(login, another(code_of(secret)), expect=401), 'code_refused')
            if number < 4:
                self.assertEqual(self.sign_in(login, expect=401), 'code_required')
        self.assertEqual(self.sign_in(login, code_of(secret), expect=429), 'locked')
        self.assertEqual(self.sign_in(login, expect=429), 'locked')

    def test_a_code_that_is_missing_locks_nobody_out(self):
        login, _, secret = self.with_codes()
        unused(login)
        browser = Browser()
        for _ in range(15):
            self.assertEqual(self.sign_in(login, expect=401, browser=browser), 'code_required')
        self.sign_in(login, code_of(secret), browser=browser)

    def test_the_password_cannot_be_guessed_by_ending_it(self):
        _, browser, _ = self.with_codes()
        for _ in range(5):
            self.mine(browser, 'DELETE', body={'password': WRONG}, expect=422)
        self.assertEqual(self.mine(browser, 'DELETE', body={'password': PASSWORD}, expect=429).json['code'], 'locked')

    def test_an_administrator_ends_it_for_who_has_lost_the_telephone(self):
        login, browser, _ = self.with_codes()
        admin = first_user().options()
        user = self.call('GET', f'/api/v1/users?part={login}', **admin).json['data'][0]
        self.assertTrue(user['totp'])
        self.call('DELETE', f"/api/v1/users/{user['id']}/totp", expect=403, **browser.options())
        self.assertFalse(self.call('DELETE', f"/api/v1/users/{user['id']}/totp", expect=200, **admin).json['totp'])
        self.sign_in(login)
        for path in ('usr_0000000000zzz', 'x'):
            self.call('DELETE', f'/api/v1/users/{path}/totp', expect=404, **admin)

    def test_a_reset_ends_it_too(self):
        login, _, _ = self.with_codes()
        admin = first_user().options()
        user = self.call('GET', f'/api/v1/users?part={login}', **admin).json['data'][0]
        link = self.call('POST', f"/api/v1/users/{user['id']}/reset", expect=200, **admin).json['invitation']
        self.call('POST', '/api/v1/invitation', {'key': link_key(link), 'password': 'another good phrase'}, expect=201, **Browser().options())
        self.sign_in(login, password='another good phrase')

    def test_the_secret_lies_sealed_and_for_its_person_alone(self):
        login, _, secret = self.with_codes()
        thief, _, _ = self.with_codes()
        begun = signed_in('l1')
        pending = self.mine(begun[1], 'POST', expect=200).json['secret']
        for plain in (secret, pending, base64.b32decode(secret).hex(), secret.encode().hex()):
            self.assertEqual(SERVER.sql(f"SELECT count(*) FROM app_user t WHERE t::text ILIKE '%{plain}%'"), ['0'])
        SERVER.sql(f"UPDATE app_user SET totp_secret = (SELECT totp_secret FROM app_user WHERE login = '{login}'), totp_step = 0 WHERE login = '{thief}'")
        self.sign_in(thief, code_of(secret), expect=503)  # moved: it opens for nobody
        SERVER.sql(f"UPDATE app_user SET totp_secret = reverse(totp_secret), totp_step = 0 WHERE login = '{login}'")
        self.sign_in(login, code_of(secret), expect=503)
        self.assertEqual(self.sign_in(login, expect=401), 'code_required')

    def test_programs_have_none(self):
        for method, path, body in (('POST', '', None), ('POST', '/confirm', {'code': '123456'}), ('DELETE', '', {'password': 'x'})):
            self.assertEqual(self.call(method, '/api/v1/me/totp' + path, body, expect=409).json['code'], 'not_a_person')

    def test_what_cannot_be_read_is_refused(self):
        _, browser = signed_in('l1')
        self.mine(browser, 'POST', '/confirm', {'code': '123456'}, expect=409)  # nothing was begun
        for method, path in (('POST', '/confirm'), ('DELETE', '')):
            self.refused(method, f'/api/v1/me/totp{path}', b'{', status=400, **browser.options())
            self.refused(method, f'/api/v1/me/totp{path}', b'x' * (256 * 1024 + 1), status=413, **browser.options())
            self.refused(method, f'/api/v1/me/totp{path}', b'{}', status=415, **browser.options(**{'Content-Type': 'text/plain'}))
            self.refused(method, f'/api/v1/me/totp{path}?x=1', b'{}', **browser.options())

    def test_a_server_without_keys_keeps_no_secrets(self):
        server = support.start(with_keys=False)
        here = {'Origin': server.url, 'Sec-Fetch-Site': 'same-origin'}
        link = server.ask('first link')
        body = {'key': link_key(link), 'login': 'solo', 'name': 'Solo', 'password': PASSWORD}
        answer = server.request('POST', '/api/v1/setup', body, token=None, headers=here)
        here['Cookie'] = answer.headers['set-cookie'].split(';')[0]
        answer = server.request('POST', '/api/v1/me/totp', token=None, headers=here)
        self.assertEqual((answer.status, answer.json['code']), (501, 'secrets_off'))
        server.sql("UPDATE app_user SET totp_secret = '00'")
        answer = server.request('POST', '/api/v1/session', {'login': 'solo', 'password': PASSWORD, 'code': '123456'}, token=None, headers=here)
        self.assertEqual(answer.status, 503)
        self.assertEqual(server.stop(), 0)
        GIVEN.add(('me_totp_begin', 501))
