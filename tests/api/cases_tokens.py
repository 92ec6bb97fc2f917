"""Tokens that people make for programs, what they may, and that nobody gives more than they have."""

import datetime

from api_case import SERVER, Api
from people import PASSWORD, Browser, first_user, new_user, signed_in


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime('%Y-%m-%dT%H:%M:%SZ')


def days_until(text):
    return (datetime.datetime.fromisoformat(text.replace('Z', '+00:00')) - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400


def team_lead(*capabilities):
    """The browser of somebody who manages people and holds some more, but is no administrator."""
    name = f'lead{team_lead.count}'
    team_lead.count += 1
    first_user()
    SERVER.sql(f"INSERT INTO role (name, title, copy_of, capabilities, created_by) VALUES ('{name}', 'Lead', 'l1',"
               f" '{{users.manage,{','.join(capabilities)}}}', 'x')")
    return signed_in(name)[1]


team_lead.count = 0


class ProgramTokens(Api):
    def admin(self, method, target='', body=None, expect=None):
        return self.call(method, '/api/v1/tokens' + target, body, expect=expect, **first_user().options())

    def make(self, **members):
        return self.admin('POST', '', {'name': 'robot', **members}, expect=201).json

    def me(self, token, expect=200):
        return self.call('GET', '/api/v1/me', token=token, expect=expect).json

    def test_one_is_made_used_listed_and_revoked(self):
        answer = self.admin('POST', '', {'name': 'Provisioning Recife', 'role': 'provisioning', 'expires_at': in_days(30)}, expect=201)
        made = answer.json
        self.assertEqual(answer.headers['location'], f"/api/v1/tokens/{made['id']}")
        self.assertRegex(made['token'], '^acs_farol_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$')
        self.assertEqual((made['role'], made['state'], made['created_by'], made['last_used_at']), ('provisioning', 'active', 'root', None))
        self.assertAlmostEqual(days_until(made['expires_at']), 30, delta=0.01)
        me = self.me(made['token'])
        self.assertEqual((me['kind'], me['id'], me['role']), ('token', made['id'], 'provisioning'))
        self.assertEqual(me['capabilities'], made['capabilities'])
        device = self.device()
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, token=made['token'], expect=202)
        self.assertEqual(SERVER.sql("SELECT count(*) FROM action WHERE created_by = 'Provisioning Recife'"), ['1'])
        self.call('GET', '/api/v1/tokens', token=made['token'], expect=403)
        shown = self.admin('GET', f"/{made['id']}", expect=200).json
        self.assertNotIn('token', shown)
        self.assertIsNotNone(shown['last_used_at'])
        self.assertNotIn(made['token'], self.admin('GET', '', expect=200).body.decode())
        self.admin('DELETE', f"/{made['id']}", expect=204)
        self.me(made['token'], expect=401)
        gone = self.admin('GET', f"/{made['id']}", expect=200).json
        self.assertEqual((gone['state'], gone['revoked_by']), ('revoked', 'root'))
        SERVER.sql("UPDATE api_token SET revoked_by = 'first' WHERE revoked_by = 'root'")
        self.admin('DELETE', f"/{made['id']}", expect=204)  # a second time changes nothing
        self.assertEqual(self.admin('GET', f"/{made['id']}").json['revoked_by'], 'first')

    def test_only_its_hash_is_kept(self):
        token = self.make(role='l1')['token']
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM api_token t WHERE t::text LIKE '%{token.split('_')[2]}%'"), ['0'])
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM api_token WHERE hash = sha256('{token}')"), ['1'])

    def test_single_capabilities_instead_of_a_role(self):
        made = self.make(capabilities=['devices.read', 'actions.read'])
        self.assertEqual((made['role'], made['capabilities']), (None, ['me.read', 'devices.read', 'actions.read']))
        self.assertEqual(self.me(made['token'])['capabilities'], made['capabilities'])
        self.call('POST', f'/api/v1/devices/{self.device()}/actions', {'type': 'reboot'}, token=made['token'], expect=403)

    def test_it_follows_the_copy_of_a_role_that_it_has(self):
        SERVER.sql("INSERT INTO role (name, title, copy_of, capabilities, created_by) VALUES ('crm', 'CRM', 'l1', '{devices.read,cases.work}', 'x')")
        made = self.make(role='crm')
        self.assertEqual(made['capabilities'], ['me.read', 'devices.read', 'cases.work'])
        SERVER.sql("UPDATE role SET capabilities = '{cases.work}' WHERE name = 'crm'")
        self.assertEqual(self.me(made['token'])['capabilities'], ['me.read', 'cases.work'])
        self.call('GET', '/api/v1/devices', token=made['token'], expect=403)
        SERVER.sql("DELETE FROM role WHERE name = 'crm'")
        self.assertEqual(self.me(made['token'])['capabilities'], ['me.read'])

    def test_it_ends_in_ninety_days_unless_said_otherwise(self):
        self.assertAlmostEqual(days_until(self.make(role='l1')['expires_at']), 90, delta=0.01)
        self.assertIsNone(self.make(role='l1', expires_at=None)['expires_at'])
        short = self.make(role='l1', expires_at=in_days(1))
        SERVER.sql(f"UPDATE api_token SET expires_at = now() WHERE hash = sha256('{short['token']}')")
        self.me(short['token'], expect=401)
        self.assertEqual(self.admin('GET', f"/{short['id']}").json['state'], 'expired')
        self.assertIn(short['id'], [row['id'] for row in self.admin('GET', '?state=expired', expect=200).json['data']])
        self.assertNotIn(short['id'], [row['id'] for row in self.admin('GET', '?state=active&limit=200', expect=200).json['data']])

    def test_they_are_listed_page_by_page_newest_first(self):
        made = [self.make(role='l1')['id'] for _ in range(5)]
        first = self.admin('GET', '?limit=3', expect=200).json
        second = self.admin('GET', f"?limit=2&after={first['next']}", expect=200).json
        self.assertEqual([row['id'] for row in first['data'] + second['data']], made[::-1])
        self.assertIsNone(self.admin('GET', '?limit=1&after=tok_0000000000001', expect=200).json['next'])
        self.admin('GET', '?after=x', expect=422)
        self.admin('GET', '?state=any', expect=422)

    def test_what_is_wrong_is_told(self):
        options = first_user().options()
        for body, errors in (({}, {'/name': 'required'}), ({'name': ''}, {'/name': 'length'}), ({'name': 'x' * 101, 'role': 'l1'}, {'/name': 'length'}),
                             ({'name': 'n'}, {'/role': 'choice'}), ({'name': 'n', 'role': 'l1', 'capabilities': ['me.read']}, {'/role': 'choice'}),
                             ({'name': 'n', 'role': 'root'}, {'/role': 'choice'}), ({'name': 'n', 'capabilities': []}, {'/capabilities': 'count'}),
                             ({'name': 'n', 'capabilities': ['devices.read', 'devices.rule']}, {'/capabilities/1': 'choice'}),
                             ({'name': 'n', 'capabilities': ['*']}, {'/capabilities/0': 'choice'}),
                             ({'name': 'n', 'capabilities': ['public']}, {'/capabilities/0': 'choice'}),
                             ({'name': 'n', 'role': 'l1', 'expires_at': in_days(-1)}, {'/expires_at': 'range'}),
                             ({'name': 'n', 'role': 'l1', 'expires_at': 'soon'}, {'/expires_at': 'format'})):
            with self.subTest(body=body):
                self.assertEqual(self.refused('POST', '/api/v1/tokens', body, **options), errors)
        self.refused('POST', '/api/v1/tokens', b'{', status=400, **options)
        self.refused('POST', '/api/v1/tokens', b'x' * (256 * 1024 + 1), status=413, **options)
        self.refused('POST', '/api/v1/tokens', b'{}', status=415, **first_user().options(**{'Content-Type': 'text/plain'}))
        for path in ('/tok_0000000000zzz', '/tok_x', '/usr_0000000000001'):
            self.admin('GET', path, expect=404)
            self.admin('DELETE', path, expect=404)

    def test_the_name_of_one_is_text_and_nothing_more(self):
        name = "O'Hara\"; DROP TABLE api_token; -- <script> \u202e =cmd()"
        made = self.make(name=name, role='l1')
        self.assertEqual(self.admin('GET', f"/{made['id']}").json['name'], name)
        self.assertEqual(self.me(made['token'])['name'], name)


class Giving(Api):
    """Nobody gives, or takes over, what they do not have; only the role admin is there to give anything."""

    def test_whoever_manages_people_gives_what_they_have(self):
        lead = team_lead('devices.read', 'actions.read', 'subscribers.read')
        options = lead.options()
        self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['devices.read']}, expect=201, **options)
        answer = self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['devices.read', 'rpc.run', 'actions.run']}, expect=403, **options)
        self.assertEqual(answer.json['code'], 'not_yours_to_give')
        self.assertIn('actions.run, rpc.run', answer.json['detail'])
        for role in ('l1', 'engineering', 'admin'):
            self.call('POST', '/api/v1/tokens', {'name': 'n', 'role': role}, expect=403, **options)
            self.call('POST', '/api/v1/users', {'login': f'by-lead-{role}', 'name': 'N', 'role': role}, expect=403, **options)
        self.assertEqual(SERVER.sql("SELECT count(*) FROM app_user WHERE login LIKE 'by-lead-%'"), ['0'])

    def test_nor_do_they_promote_themselves_or_take_over_somebody_greater(self):
        lead = team_lead('devices.read')
        options = lead.options()
        myself = lead.request('GET', '/api/v1/me').json['id']
        self.call('PATCH', f'/api/v1/users/{myself}', {'role': 'admin'}, expect=403, **options)
        login = new_user('engineering')
        greater = self.call('GET', f'/api/v1/users?login={login}', expect=200, **options).json['data'][0]['id']
        self.call('PATCH', f'/api/v1/users/{greater}', {'role': 'l1'}, expect=403, **options)
        self.call('PATCH', f'/api/v1/users/{greater}', {'disabled': True}, expect=403, **options)
        self.call('POST', f'/api/v1/users/{greater}/reset', {}, expect=403, **options)
        self.call('DELETE', f'/api/v1/users/{greater}/totp', expect=403, **options)
        self.call('POST', f'/api/v1/users/{greater}/unlock', {}, expect=403, **options)
        Browser().sign_in(login)

    def test_a_token_gives_no_more_than_it_holds(self):
        mine = self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['users.manage', 'devices.read']}, expect=201, **first_user().options()).json['token']
        self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['devices.read', 'users.manage']}, token=mine, expect=201)
        self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['rpc.run']}, token=mine, expect=403)
        admin = self.call('POST', '/api/v1/tokens', {'name': 'n', 'role': 'admin'}, expect=201, **first_user().options()).json['token']
        self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['rpc.run']}, token=admin, expect=201)
        self.call('POST', '/api/v1/tokens', {'name': 'n', 'capabilities': ['rpc.run']}, token='all', expect=201)


class Unlocking(Api):
    def test_a_locked_login_is_shown_and_unlocked(self):
        login = new_user('l1')
        admin = first_user().options()
        for _ in range(5):
            Browser().request('POST', '/api/v1/session', {'login': login, 'password': 'not that one at all'})
        user = self.call('GET', f'/api/v1/users?login={login}', expect=200, **admin).json['data'][0]
        self.assertIsNotNone(user['locked_until'])
        self.assertEqual(Browser().request('POST', '/api/v1/session', {'login': login, 'password': PASSWORD}).status, 429)
        self.assertIsNone(self.call('POST', f"/api/v1/users/{user['id']}/unlock", {}, expect=200, **admin).json['locked_until'])
        Browser().sign_in(login)
        self.call('POST', f"/api/v1/users/{user['id']}/unlock", {}, expect=200, **admin)  # nothing to unlock
        self.call('POST', '/api/v1/users/usr_0000000000zzz/unlock', {}, expect=404, **admin)
