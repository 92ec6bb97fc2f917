"""Roles: the built-in ones as they are, copies made, changed and deleted."""

import concurrent.futures

from api_case import SERVER, Api
from authorization import ROLES
from cases_tokens import team_lead
from people import first_user, new_user, signed_in, user_id


class Roles(Api):
    def admin(self, method, target='', body=None, expect=None, **more):
        return self.call(method, '/api/v1/roles' + target, body, expect=expect, **first_user().options(**more))

    def copy(self, name, original='l1', **members):
        return self.admin('POST', '', {'name': name, 'title': f'Title of {name}', 'copy_of': original, **members}, expect=201)

    def test_a_copy_begins_as_its_original_and_goes_its_own_way(self):
        answer = self.copy('n1-noite')
        self.assertEqual(answer.headers['location'], '/api/v1/roles/n1-noite')
        original = self.admin('GET', '/l1', expect=200)
        self.assertNotIn('etag', original.headers)
        self.assertEqual((answer.json['built_in'], answer.json['copy_of'], answer.json['users']), (False, 'l1', 0))
        self.assertEqual(answer.json['capabilities'], original.json['capabilities'])
        _, browser = signed_in('n1-noite')
        device = self.device()
        reboot = ('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'})
        self.assertEqual(browser.request(*reboot).status, 202)
        narrowed = self.admin('PATCH', '/n1-noite', {'capabilities': ['devices.read'], 'title': 'Night'}, expect=200).json
        self.assertEqual((narrowed['title'], narrowed['capabilities'], narrowed['users']), ('Night', ['me.read', 'devices.read'], 1))
        self.assertEqual(browser.request(*reboot).status, 403)
        self.admin('PATCH', '/n1-noite', {'capabilities': ['devices.read', 'actions.run', 'actions.read']}, expect=200)
        self.assertEqual(browser.request('POST', reboot[1], {'type': 'refresh'}).status, 202)
        self.assertEqual(self.admin('PATCH', '/n1-noite', {'title': 'Noite'}, expect=200).json['capabilities'],
                         ['me.read', 'devices.read', 'actions.read', 'actions.run'])
        self.assertEqual(self.admin('PATCH', '/n1-noite', {'capabilities': []}, expect=200).json['capabilities'], ['me.read'])

    def test_built_in_ones_stay_as_they_are(self):
        before = self.admin('GET', '', expect=200).json['data'][:len(ROLES)]
        for name in ROLES:
            for method, body in (('PATCH', {'capabilities': ['me.read']}), ('DELETE', None)):
                self.assertEqual(self.admin(method, f'/{name}', body, expect=409).json['code'], 'built_in')
            self.assertEqual(self.admin('POST', '', {'name': name, 'title': 'T', 'copy_of': 'l1'}, expect=409).json['code'], 'exists')
        after = self.admin('GET', '', expect=200).json['data'][:len(ROLES)]
        self.assertEqual([role['capabilities'] for role in after], [role['capabilities'] for role in before])
        self.assertEqual({role['name'] for role in after if role['built_in']}, set(ROLES))

    def test_one_that_somebody_has_cannot_be_deleted(self):
        self.copy('held')
        login = new_user('held')
        self.assertEqual(self.admin('DELETE', '/held', expect=409).json['code'], 'role_in_use')
        token = self.call('POST', '/api/v1/tokens', {'name': 'n', 'role': 'held'}, expect=201, **first_user().options()).json
        self.call('PATCH', f'/api/v1/users/{user_id(login)}', {'role': 'l1'}, expect=200, **first_user().options())
        shown = self.admin('GET', '/held', expect=200).json
        self.assertEqual((shown['users'], shown['tokens']), (0, 1))
        self.admin('DELETE', '/held', expect=409)
        self.call('DELETE', f"/api/v1/tokens/{token['id']}", expect=204, **first_user().options())
        self.admin('DELETE', '/held', expect=204)
        self.admin('GET', '/held', expect=404)
        self.admin('PATCH', '/held', {}, expect=404)
        self.admin('DELETE', '/held', expect=404)

    def test_given_and_deleted_at_once_it_is_either(self):
        for number in range(8):
            self.copy(f'race{number}')
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                given = pool.submit(first_user().request, 'POST', '/api/v1/users', {'login': f'racer{number}', 'name': 'N', 'role': f'race{number}'})
                gone = pool.submit(first_user().request, 'DELETE', f'/api/v1/roles/race{number}')
                self.assertIn((given.result().status, gone.result().status), ((201, 409), (422, 204)))
        self.assertEqual(SERVER.sql("SELECT count(*) FROM app_user u WHERE role LIKE 'race%' AND NOT EXISTS (SELECT FROM role r WHERE r.name = u.role)"), ['0'])

    def test_nobody_gives_a_role_what_they_do_not_have(self):
        lead = team_lead('devices.read', 'cases.work').options()
        body = {'name': 'by-lead', 'title': 'T', 'copy_of': 'l1'}
        answer = self.call('POST', '/api/v1/roles', body, expect=403, **lead)
        self.assertEqual(answer.json['code'], 'not_yours_to_give')
        self.call('POST', '/api/v1/roles', {**body, 'capabilities': ['devices.read']}, expect=201, **lead)
        self.call('PATCH', '/api/v1/roles/by-lead', {'capabilities': ['devices.read', 'rpc.run']}, expect=403, **lead)
        self.call('PATCH', '/api/v1/roles/by-lead', {'capabilities': ['cases.work']}, expect=200, **lead)
        self.copy('greater', 'engineering')
        self.call('PATCH', '/api/v1/roles/greater', {'capabilities': ['devices.read']}, expect=403, **lead)
        self.call('DELETE', '/api/v1/roles/greater', expect=403, **lead)
        self.call('DELETE', '/api/v1/roles/by-lead', expect=204, **lead)

    def test_a_copy_of_admin_gives_only_what_it_holds(self):
        self.copy('people', 'admin')
        _, browser = signed_in('people')
        options = browser.options()
        self.call('POST', '/api/v1/users', {'login': 'of-people', 'name': 'N', 'role': 'l1'}, expect=403, **options)
        self.call('POST', '/api/v1/users', {'login': 'of-people', 'name': 'N', 'role': 'people'}, expect=201, **options)
        self.call('PATCH', '/api/v1/roles/people', {'capabilities': ['actions.run']}, expect=403, **options)
        root = user_id('root')
        SERVER.sql("UPDATE app_user SET role = 'l2' WHERE role = 'admin' AND login <> 'root'")
        # whoever may manage people by a copy is no administrator: the last one stays
        self.assertEqual(self.call('PATCH', f'/api/v1/users/{root}', {'role': 'people'}, expect=409, **first_user().options()).json['code'], 'last_admin')

    def test_what_somebody_else_has_changed_is_not_overwritten(self):
        old = self.copy('shared').headers['etag']
        new = self.admin('PATCH', '/shared', {'title': 'A'}, expect=200, **{'If-Match': old}).headers['etag']
        self.assertEqual(self.admin('PATCH', '/shared', {'title': 'B'}, expect=412, **{'If-Match': old}).json['code'], 'precondition_failed')
        self.admin('DELETE', '/shared', expect=412, **{'If-Match': old})
        self.assertEqual(self.admin('GET', '/shared', expect=200).headers['etag'], new)
        self.admin('DELETE', '/shared', expect=204, **{'If-Match': new})

    def test_what_is_wrong_is_told(self):
        self.copy('once')
        self.assertEqual(self.admin('POST', '', {'name': 'once', 'title': 'T', 'copy_of': 'l1'}, expect=409).json['code'], 'exists')
        options = first_user().options()
        good = {'name': 'ok', 'title': 'T', 'copy_of': 'l1'}
        for change, errors in (({'name': 'No'}, {'/name': 'pattern'}), ({'name': ''}, {'/name': 'pattern'}), ({'name': '1a'}, {'/name': 'pattern'}),
                               ({'name': 'a' * 33}, {'/name': 'pattern'}), ({'title': ''}, {'/title': 'length'}), ({'copy_of': 'once'}, {'/copy_of': 'choice'}),
                               ({'capabilities': ['*']}, {'/capabilities/0': 'choice'}), ({'capabilities': ['public']}, {'/capabilities/0': 'choice'}),
                               ({'capabilities': 'devices.read'}, {'/capabilities': 'type'}), ({'more': 1}, {'/more': 'unknown'})):
            with self.subTest(change=change):
                self.assertEqual(self.refused('POST', '/api/v1/roles', {**good, **change}, **options), errors)
        for method, path in (('POST', ''), ('PATCH', '/once')):
            self.refused(method, f'/api/v1/roles{path}', b'{', status=400, **options)
            self.refused(method, f'/api/v1/roles{path}', b'x' * (256 * 1024 + 1), status=413, **options)
            self.refused(method, f'/api/v1/roles{path}', b'{}', status=415, **first_user().options(**{'Content-Type': 'text/plain'}))
        for name in ("o'hara", '%00', '..%2Fl1', 'x' * 500):
            self.admin('GET', f'/{name}', expect=404)
