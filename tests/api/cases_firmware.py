"""The firmware library: what it takes, who approves it, which home gets it, and what its signatures are worth."""

import base64
import concurrent.futures
import hashlib
import itertools
import json
import os
import subprocess
import tempfile

import server as support
from api_case import DIRECTORY_OF_KEYS, SERVER, Api
from people import first_user, signed_in
from server import number_of

NUMBERS = itertools.count(1)
FAR = '2099-01-01T00:00:00.000000Z'


def model():
    """One that no other test has homes of."""
    return f'FW{next(NUMBERS):04}'


def install(server, device, file, **more):
    return server.request('POST', f'/api/v1/devices/{device}/actions', {'type': 'firmware.install', 'params': {'file': file}, 'reason': 'x'}, **more)


class Library(Api):
    def file(self, content=None, expect=201, **query):
        query = {'name': 'f.bin', 'kind': 'firmware', **query}
        target = '/api/v1/files?' + '&'.join(f'{name}={value}' for name, value in query.items())
        return self.call('POST', target, content or os.urandom(64), expect=expect, headers={'Content-Type': 'application/octet-stream'}).json['id']

    def add(self, expect=201, token='all', **order):
        order = {'file': order.get('file') or self.file(), 'name': 'Firmware', 'version': '2.1.8', 'rules': [{'product_class': model()}], **order}
        order = {name: value for name, value in order.items() if value is not ...}
        return self.call('POST', '/api/v1/firmware', order, expect=expect, **({'token': token} if isinstance(token, str) else token)).json

    def show(self, firmware, **options):
        return self.call('GET', f'/api/v1/firmware/{firmware["id"]}', expect=200, **options).json

    def patch(self, firmware, body, expect=200, **options):
        return self.call('PATCH', f'/api/v1/firmware/{firmware["id"]}', body, expect=expect, **options).json

    def move(self, firmware, state, expect=200, **options):
        return self.call('PUT', f'/api/v1/firmware/{firmware["id"]}/state', {'state': state}, expect=expect, **options).json

    def approve(self, firmware, browser, expect=200, revision=None):
        revision = revision or SERVER.sql(f"SELECT revision FROM firmware WHERE id = '{firmware['id']}'")[0]
        return self.call('POST', f'/api/v1/firmware/{firmware["id"]}/approve', {'revision': int(revision)}, expect=expect, **browser.options()).json

    def approved(self, **order):
        firmware = self.add(**order)
        self.move(firmware, 'testing')
        return self.approve(firmware, signed_in('engineering')[1])

    def home(self, product_class, software='2.1.7', hardware='V6', manufacturer='ZTE'):
        device = self.device()
        SERVER.sql(f"UPDATE device SET product_class = '{product_class}', manufacturer = '{manufacturer}', software_version = '{software}',"
                   f" hardware_version = '{hardware}' WHERE id = {number_of(device)}")
        return device

    def audited(self, operation):
        """(object, before, after) of the newest row."""
        row = json.loads(SERVER.sql(f"SELECT row_to_json(e) FROM audit_entry e WHERE action = '{operation}' AND decision = 'allowed'"
                                    " ORDER BY seq DESC LIMIT 1")[0])
        return row['object'], row['before'], row['after']


class Firmware(Library):
    def test_it_is_added_as_a_draft_and_shown(self):
        rules = [{'manufacturer': 'ZTE', 'product_class': model(), 'hardware_version': 'V6', 'from_versions': ['2.1.6', '..2.0']}, {'product_class': model()}]
        content = os.urandom(100)
        answer = self.call('POST', '/api/v1/firmware', {'file': self.file(content), 'name': 'Novo', 'version': '2.1.8', 'counter': 7, 'expires_at': FAR,
                                                        'rules': rules, 'disruptive': True, 'notes': 'n', 'known_issues': 'k'}, expect=201)
        firmware = answer.json
        self.assertEqual(answer.headers['location'], f'/api/v1/firmware/{firmware["id"]}')
        self.assertEqual(answer.headers['etag'], '"1"')
        self.assertEqual([firmware[key] for key in ('state', 'version', 'counter', 'expires_at', 'disruptive', 'notes', 'known_issues', 'size', 'damaged', 'expired')],
                         ['draft', '2.1.8', 7, FAR, True, 'n', 'k', 100, False, False])
        self.assertEqual(firmware['sha256'], hashlib.sha256(content).hexdigest())
        self.assertEqual(firmware['rules'], [rules[0], {'manufacturer': None, 'product_class': rules[1]['product_class'], 'hardware_version': None, 'from_versions': None}])
        self.assertEqual((firmware['created_by'], firmware['approved_by']), ('all', None))
        self.assertEqual((firmware['base'][0]['devices'], firmware['outcomes']), (0, []))
        self.assertEqual(self.show(firmware), firmware)

    def test_the_list_goes_by_pages_and_by_state(self):
        added = [self.add()['id'] for _ in range(3)]
        page = self.call('GET', '/api/v1/firmware?limit=2', expect=200).json
        self.assertEqual([row['id'] for row in page['data']], [added[2], added[1]])
        self.assertIn(added[0], [row['id'] for row in self.call('GET', f'/api/v1/firmware?limit=200&after={page["next"]}', expect=200).json['data']])
        self.move({'id': added[0]}, 'retired')
        for state in ('draft', 'testing', 'approved', 'retired'):
            rows = self.call('GET', f'/api/v1/firmware?limit=200&state={state}', expect=200).json['data']
            self.assertLessEqual({row['state'] for row in rows}, {state})
            self.assertEqual(added[0] in [row['id'] for row in rows], state == 'retired')

    def test_what_is_wrong_with_an_order_is_said_by_its_place(self):
        file = self.file()
        for change, wrong in (({'file': 'fil_none'}, {'/file': 'unknown'}), ({'file': self.file(kind='log')}, {'/file': 'kind'}),
                              ({'version': ...}, {'/version': 'required'}), ({'rules': ...}, {'/rules': 'required'}), ({'name': ...}, {'/name': 'required'}),
                              ({'rules': []}, {'/rules': 'count'}), ({'version': 'a\nb'}, {'/version': 'pattern'}), ({'counter': 0}, {'/counter': 'range'}),
                              ({'expires_at': '2020-01-01T00:00:00Z'}, {'/expires_at': 'expired'}), ({'expires_at': '1970-01-01T00:00:00Z'}, {'/expires_at': 'expired'}), ({'signatures': ['A' * 88]}, {'/signatures': 'manifest'}),
                              ({'rules': [{'product_class': 'F', 'from_versions': ['1..2..3']}]}, {'/rules': 'invalid'}),
                              ({'rules': [{'product_class': ' F'}]}, {'/rules': 'invalid'}), ({'notes': ''}, {'/notes': 'length'})):
            order = {'file': file, 'name': 'n', 'version': '1', 'rules': [{'product_class': 'F'}], **change}
            with self.subTest(change=change):
                errors = self.refused('POST', '/api/v1/firmware', {name: value for name, value in order.items() if value is not ...})
                self.assertEqual(errors, wrong)
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM firmware WHERE file_id = '{file}'"), ['0'])

    def test_a_file_is_one_firmware_until_that_is_retired(self):
        first = self.add()
        self.assertEqual(self.add(file=first['file'], expect=409)['code'], 'exists')
        self.assertEqual(self.call('DELETE', f'/api/v1/files/{first["file"]}', expect=409).json['code'], 'file_in_use')
        self.move(first, 'retired')
        second = self.add(file=first['file'])
        self.assertEqual(self.move(first, 'testing', expect=409)['code'], 'exists')
        self.move(second, 'retired')
        self.call('DELETE', f'/api/v1/files/{first["file"]}', expect=204)
        self.assertEqual(self.move(first, 'testing', expect=409)['code'], 'firmware_state')
        self.assertTrue(self.show(first)['damaged'])

    def test_what_a_device_has_sent_or_is_damaged_is_none(self):
        damaged = self.file()
        SERVER.sql(f"UPDATE file SET damaged_at = now() WHERE id = '{damaged}'")
        self.assertEqual(self.add(file=damaged, expect=409)['code'], 'file_damaged')

    def test_a_change_counts_only_against_what_was_read(self):
        firmware = self.add()
        changed = self.patch(firmware, {'notes': 'a', 'disruptive': True}, headers={'If-Match': '"1"'})
        self.assertEqual((changed['revision'], changed['notes'], changed['disruptive']), (2, 'a', True))
        self.assertEqual(self.patch(firmware, {'notes': 'b'}, expect=412, headers={'If-Match': '"1"'})['code'], 'precondition_failed')
        self.assertEqual(self.move(firmware, 'testing', expect=412, headers={'If-Match': '"1"'})['code'], 'precondition_failed')
        self.assertIsNone(self.patch(firmware, {'notes': None})['notes'])
        named, before, _ = self.audited('firmware_patch')
        self.assertEqual((named, before['notes']), (f'firmware:{firmware["id"]}' if ':' in named else firmware['id'], 'a'))

    def test_moves_that_there_are_not(self):
        firmware = self.add()
        self.assertEqual(self.move(firmware, 'draft', expect=409)['code'], 'firmware_state')
        self.refused('PUT', f'/api/v1/firmware/{firmware["id"]}/state', {'state': 'approved'})
        self.move(firmware, 'retired')
        for state in ('draft', 'retired'):
            self.move(firmware, state, expect=409)
        self.assertEqual(self.patch(firmware, {'name': 'x'}, expect=409)['code'], 'firmware_state')
        self.assertEqual(self.move(firmware, 'testing')['state'], 'testing')


    def test_what_is_not_there_or_no_body_of_ours(self):
        self.call('GET', '/api/v1/firmware/fmw_none', expect=404)
        self.call('GET', '/api/v1/devices/dev_none/firmware', expect=404)
        self.call('PATCH', '/api/v1/firmware/fmw_none', {'name': 'x'}, expect=404)
        self.move({'id': 'fmw_none'}, 'testing', expect=404)
        _, browser = signed_in('engineering')
        self.call('POST', '/api/v1/firmware/fmw_none/approve', {'revision': 1}, expect=404, **browser.options())
        for method, path in (('POST', '/firmware'), ('PATCH', '/firmware/fmw_none'), ('PUT', '/firmware/fmw_none/state'), ('POST', '/firmware/fmw_none/approve')):
            self.call(method, f'/api/v1{path}', b'x' * (256 * 1024 + 1), expect=413)
            self.call(method, f'/api/v1{path}', b'{}', expect=415, headers={'Content-Type': 'text/plain'})


class FourEyes(Library):
    def test_somebody_else_approves_it(self):
        login, browser = signed_in('engineering')
        firmware = self.add()
        self.assertEqual(self.show(firmware, **browser.options())['approval']['refusal'], 'state')
        self.assertEqual(self.approve(firmware, browser, expect=409)['code'], 'firmware_state')
        self.move(firmware, 'testing')
        self.assertEqual(self.show(firmware, **browser.options())['approval'], {'possible': True, 'refusal': None, 'detail': None})
        approved = self.approve(firmware, browser)
        self.assertEqual((approved['state'], approved['approved_by']), ('approved', login))
        self.assertEqual(self.approve(firmware, browser, expect=409)['code'], 'firmware_state')

    def test_nobody_approves_what_is_his_own(self):
        _, maker = signed_in('engineering')
        _, changer = signed_in('engineering')
        _, other = signed_in('supervisor')
        firmware = self.add(token=maker.options())
        self.patch(firmware, {'version': '2.1.9'}, **changer.options())
        self.move(firmware, 'testing')
        for browser in (maker, changer):
            self.assertEqual(self.approve(firmware, browser, expect=403)['code'], 'four_eyes')
            self.assertEqual(self.show(firmware, **browser.options())['approval']['refusal'], 'own')
        self.approve(firmware, other)

    def test_not_by_a_second_sign_in_or_a_token_of_his_own_either(self):
        login, maker = signed_in('engineering')
        firmware = self.add(token=maker.options())
        self.move(firmware, 'testing')
        again = type(maker)().sign_in(login)
        self.assertEqual(self.approve(firmware, again, expect=403)['code'], 'four_eyes')
        token = self.call('POST', '/api/v1/tokens', {'name': f't{login}', 'role': 'engineering'}, expect=201, **first_user().options()).json
        SERVER.sql(f"UPDATE api_token SET created_by = '{login}' WHERE name = 't{login}'")
        made = self.add(token=token['token'])
        self.move(made, 'testing')
        self.assertEqual(self.approve(made, maker, expect=403)['code'], 'four_eyes')

    def test_a_token_approves_nothing(self):
        firmware = self.add()
        self.move(firmware, 'testing')
        answer = self.call('POST', f'/api/v1/firmware/{firmware["id"]}/approve', {'revision': 2}, expect=409, token=SERVER.ask('token another'))
        self.assertEqual(answer.json['code'], 'not_a_person')
        self.assertEqual(self.show(firmware)['approval']['refusal'], 'not_a_person')
        self.assertEqual(self.show(firmware, **signed_in('l1')[1].options())['approval']['refusal'], 'capability')

    def test_what_matters_makes_an_approval_void_and_words_do_not(self):
        for change in ({'version': '3'}, {'counter': 9}, {'expires_at': FAR}, {'rules': [{'product_class': model()}]}):
            firmware = self.approved()
            self.assertEqual(self.patch(firmware, {'name': 'x', 'notes': 'y', 'disruptive': True})['state'], 'approved')
            changed = self.patch(firmware, change)
            self.assertEqual((changed['state'], changed['approved_by'], changed['approved_at']), ('testing', None, None))

    def test_it_is_what_was_read_that_is_approved(self):
        _, browser = signed_in('supervisor')
        firmware = self.add()
        read = self.move(firmware, 'testing')
        self.patch(firmware, {'rules': [{'product_class': model()}]})
        self.assertEqual(self.approve(firmware, browser, expect=412, revision=read['revision'])['code'], 'precondition_failed')
        self.approve(firmware, browser)

    def test_two_who_approve_at_once_do_it_once(self):
        firmware = self.add()
        revision = self.move(firmware, 'testing')['revision']
        browsers = [signed_in('engineering')[1] for _ in range(6)]
        with concurrent.futures.ThreadPoolExecutor(len(browsers)) as pool:
            target = f'/api/v1/firmware/{firmware["id"]}/approve'
            answers = list(pool.map(lambda browser: browser.request('POST', target, {'revision': revision}), browsers))
        self.assertEqual(sorted(answer.status for answer in answers), [200, *[412] * 5])

    def test_of_two_releases_that_are_approved_at_once_the_older_goes_nowhere(self):
        for _ in range(5):
            rules = [{'product_class': model()}]
            both = [self.add(rules=rules, counter=counter) for counter in (1, 2)]
            revisions = [self.move(firmware, 'testing')['revision'] for firmware in both]
            browsers = [signed_in('supervisor')[1] for _ in both]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(lambda one: one[0].request('POST', f'/api/v1/firmware/{one[1]["id"]}/approve', {'revision': one[2]}),
                                        zip(browsers, both, revisions)))
            self.assertEqual(answers[1].status, 200)
            self.assertIn(answers[0].status, (200, 409))
            device = number_of(self.home(rules[0]['product_class']))  # whichever came first: the older one goes nowhere
            self.assertEqual(SERVER.sql(f"SELECT firmware_refusal('{both[0]['id']}', {device})"), ['superseded'])

    def test_what_cannot_be_given_to_anybody_is_not_approved(self):
        _, browser = signed_in('supervisor')
        for spoil, code in (("UPDATE firmware SET expires_at = now() - interval '1 s' WHERE id = '{id}'", 'expired'),
                            ("UPDATE file SET damaged_at = now() WHERE id = '{file}'", 'damaged')):
            firmware = self.add()
            self.move(firmware, 'testing')
            SERVER.sql(spoil.format(**firmware))
            self.assertEqual(self.show(firmware, **browser.options())['approval']['refusal'], code)
            self.assertEqual(self.approve(firmware, browser, expect=409)['code'], 'firmware_unfit')

    def test_an_older_release_is_not_approved_after_a_newer_one(self):
        rules = [{'product_class': model()}]
        _, browser = signed_in('supervisor')
        newer = self.approved(rules=rules, counter=9)
        older = self.add(rules=rules, counter=8)
        self.move(older, 'testing')
        self.assertEqual(self.show(older, **browser.options())['approval']['refusal'], 'superseded')
        self.assertEqual(self.approve(older, browser, expect=409)['code'], 'firmware_unfit')
        self.move(newer, 'retired')
        self.approve(older, browser)


class ForADevice(Library):
    def fits(self, device, **options):
        rows = self.call('GET', f'/api/v1/devices/{device}/firmware', expect=200, **options).json['data']
        return [(row['firmware']['id'], row['refusal']) for row in rows]

    def test_what_fits_comes_first_and_the_rest_says_why_not(self):
        product_class = model()
        old = self.approved(rules=[{'product_class': product_class, 'from_versions': ['2.1.7']}])
        other = self.approved(rules=[{'product_class': product_class, 'hardware_version': 'V9'}])
        draft = self.add(rules=[{'product_class': product_class}])
        device = self.home(product_class)
        desk = signed_in('l1')[1].options()
        self.assertEqual(self.fits(device, **desk), [(old['id'], None), (other['id'], 'hardware')])
        self.assertEqual(self.fits(device), [(old['id'], None), (draft['id'], 'not_approved'), (other['id'], 'hardware')])
        SERVER.sql(f"UPDATE device SET software_version = '1' WHERE id = {number_of(device)}")
        self.assertEqual(self.fits(device, **desk)[1], (old['id'], 'from_version'))

    def test_the_desk_installs_what_fits_and_is_told_why_not(self):
        product_class = model()
        firmware = self.approved(rules=[{'manufacturer': 'zte', 'product_class': product_class, 'hardware_version': 'V6', 'from_versions': ['2.1.0..2.1.8']}])
        _, desk = signed_in('l1')
        for home, code in (({}, None), ({'hardware': 'V5'}, 'hardware'), ({'software': '2.1.10'}, 'from_version'), ({'manufacturer': 'Huawei'}, 'model'),
                           ({'software': '2.1.8'}, None)):
            device = self.home(product_class, **home)
            with self.subTest(home=home):
                answer = self.call('POST', f'/api/v1/devices/{device}/actions?dry_run=true',
                                   {'type': 'firmware.install', 'params': {'file': firmware['file']}, 'reason': 'x'}, **desk.options())
                self.assertEqual(answer.status, 409 if code else 200, answer.body)
                if code:
                    self.assertEqual(answer.json['code'], 'file_unfit')
                    self.assertEqual([(error['pointer'], error['code']) for error in answer.json['errors']], [('/params/file', code)])
                else:
                    self.assertEqual(answer.json['params']['version'], '2.1.8')

    def test_what_is_not_approved_is_for_those_who_keep_the_library(self):
        product_class = model()
        firmware = self.add(rules=[{'product_class': product_class}])
        self.move(firmware, 'testing')
        device = self.home(product_class)
        self.assertEqual(install(SERVER, device, firmware['file'], **signed_in('l1')[1].options()).status, 409)
        self.assertEqual(install(SERVER, device, firmware['file'], **signed_in('engineering')[1].options()).status, 202)
        other = self.home(model())  # a wrong model is for nobody
        answer = install(SERVER, other, firmware['file'], **signed_in('engineering')[1].options())
        self.assertEqual((answer.status, answer.json['errors'][0]['code']), (409, 'model'))

    def test_what_was_approved_and_is_no_longer_is_given_to_nobody(self):
        product_class = model()
        device = self.home(product_class)
        _, desk = signed_in('l1')
        for spoil, code in (("UPDATE firmware SET expires_at = now() - interval '1 s' WHERE id = '{id}'", 'expired'),
                            ("UPDATE firmware SET state = 'retired' WHERE id = '{id}'", 'retired')):
            firmware = self.approved(rules=[{'product_class': product_class}])
            SERVER.sql(spoil.format(**firmware))
            answer = install(SERVER, device, firmware['file'], **desk.options())
            self.assertEqual((answer.status, answer.json['errors'][0]['code']), (409, code))

    def test_who_waits_for_what_is_withdrawn_does_not_get_it(self):
        product_class = model()
        for withdraw in (lambda firmware: self.move(firmware, 'retired'), lambda firmware: self.move(firmware, 'testing'),
                         lambda firmware: self.patch(firmware, {'rules': [{'product_class': product_class, 'hardware_version': 'V5'}]})):
            firmware = self.approved(rules=[{'product_class': product_class}])
            waiting, begun, other = (install(SERVER, self.home(product_class), firmware['file']).json['id'] for _ in range(3))
            SERVER.move(begun, 'running', ", intent = 'Download', intent_at = now(), sends = 1")
            SERVER.sql(f"UPDATE action SET args = args || '{{\"file\": \"fil_x\"}}' WHERE id = '{other}'")
            self.patch(firmware, {'notes': 'x'})
            self.assertEqual(self.call('GET', f'/api/v1/actions/{waiting}', expect=200).json['state'], 'queued')
            withdraw(firmware)
            ended = self.call('GET', f'/api/v1/actions/{waiting}', expect=200).json
            self.assertEqual((ended['state'], ended['failure']['code'], ended['failure']['by']), ('cancelled', 'cancelled', 'all'))
            for action in (begun, other):
                self.assertNotEqual(self.call('GET', f'/api/v1/actions/{action}', expect=200).json['state'], 'cancelled')
            SERVER.sql(f"UPDATE firmware SET state = 'retired' WHERE id = '{firmware['id']}'")

    def test_who_comes_after_its_end_does_not_get_it(self):
        product_class = model()
        firmware = self.approved(rules=[{'product_class': product_class}])
        SERVER.sql(f"UPDATE firmware SET expires_at = now() + interval '1 hour' WHERE id = '{firmware['id']}'")
        action = install(SERVER, self.home(product_class), firmware['file']).json
        self.assertEqual(SERVER.sql(f"SELECT expires_at <= now() + interval '1 hour' FROM action WHERE id = '{action['id']}'"), ['t'])

    def test_a_file_that_is_no_firmware_of_the_library_is_only_a_file(self):
        self.assertEqual(install(SERVER, self.device(), self.file()).status, 202)
        product_class = model()
        device = self.home(product_class)
        loose = self.file(product_class=product_class, version='3')
        self.file(product_class=product_class, manufacturer='Other')
        known = self.add(file=self.file(product_class=product_class))
        self.move(known, 'retired')
        rows = self.call('GET', f'/api/v1/devices/{device}/firmware', expect=200).json
        self.assertEqual((rows['data'], rows['files']), ([], [{'id': loose, 'name': 'f.bin', 'version': '3', 'size': 64}]))

    def test_its_base_and_how_it_goes(self):
        product_class = model()
        firmware = self.approved(rules=[{'product_class': product_class}])
        devices = [self.home(product_class, software=software) for software in ('2.1.8', '2.1.7', '2.1.8')]
        for device, state, seconds in zip(devices, ('succeeded', 'failed', 'succeeded'), (100, 0, 200)):
            action = install(SERVER, device, firmware['file']).json['id']
            SERVER.move(action, state, f", memo = '{{\"sent_at_us\":1}}', evidence = jsonb_build_object('seconds_since_request', {seconds})")
        shown = self.show(firmware)
        self.assertEqual(shown['base'], [{'manufacturer': None, 'product_class': product_class, 'devices': 3, 'running': 2}])
        self.assertEqual([(row['succeeded'], row['failed'], row['unknown'], round(row['success_rate'], 2), row['median_s']) for row in shown['outcomes']],
                         [(2, 1, 0, 0.67, 100)])

    def test_its_numbers_are_those_of_the_homes_that_one_may_see(self):
        product_class = model()
        firmware = self.approved(rules=[{'product_class': product_class}])
        self.home(product_class)
        login, browser = signed_in('l2')
        SERVER.sql(f"UPDATE app_user SET scope = 'city:\"Vila sem ninguém\"' WHERE login = '{login}'")
        shown = self.show(firmware, **browser.options())
        self.assertEqual((shown['base'][0]['devices'], shown['outcomes']), (0, []))


class Signatures(Library):
    """On a server of its own, where two keys must have signed."""

    @classmethod
    def setUpClass(cls):
        os.environ['FAROL_API_SIGNATURES'] = '2'
        try:
            cls.server = support.start()
        finally:
            del os.environ['FAROL_API_SIGNATURES']

    @classmethod
    def tearDownClass(cls):
        if cls.server.stop() != 0:
            raise AssertionError('the server that wants signatures did not end well')

    @staticmethod
    def sign(manifest, *names):
        signatures = []
        for name in names:
            with tempfile.NamedTemporaryFile() as file:
                file.write(manifest.encode())
                file.flush()
                made = subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', os.path.join(DIRECTORY_OF_KEYS.name, f'{name}.pem'), '-in', file.name],
                                      stdout=subprocess.PIPE, check=True)
                signatures.append(base64.b64encode(made.stdout).decode())
        return signatures

    def uploaded(self, content):
        answer = self.server.request('POST', '/api/v1/files?name=f.bin&kind=firmware', content, headers={'Content-Type': 'application/octet-stream'})
        self.assertIn(answer.status, (200, 201), answer.body)
        return answer.json['id']

    @staticmethod
    def manifest(content, **more):
        return json.dumps({'farol_firmware': 1, 'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content), 'version': '2.1.8', 'counter': 4,
                           'expires_at': FAR, 'rules': [{'product_class': 'HG8245'}], **more}, indent=1)

    def post(self, content, manifest, signatures, **more):
        return self.server.request('POST', '/api/v1/firmware', {'file': self.uploaded(content), 'name': 'n', 'manifest': manifest, 'signatures': signatures, **more})

    def test_two_persons_have_signed_it(self):
        content = os.urandom(50)
        manifest = self.manifest(content)
        firmware = self.post(content, manifest, self.sign(manifest, 'ana', 'bruno'))
        self.assertEqual(firmware.status, 201, firmware.body)
        self.assertEqual([firmware.json[key] for key in ('version', 'counter', 'expires_at', 'signatures', 'has_manifest')], ['2.1.8', 4, FAR, 2, True])

    def test_what_is_not_so_signed_does_not_come_in(self):
        content = os.urandom(50)
        manifest = self.manifest(content)
        ana, bruno, nobody = self.sign(manifest, 'ana', 'bruno', 'nobody')
        other = self.manifest(os.urandom(50))
        cases = [('one key', manifest, [ana], 'signatures'), ('one key twice', manifest, [ana, ana], 'signatures'), ('a key of nobody', manifest, [ana, nobody], 'signatures'),
                 ('none', manifest, [], 'signatures'), ('a changed byte', manifest.replace('2.1.8', '2.1.9'), [ana, bruno], 'signatures'),
                 ('of another file', other, self.sign(other, 'ana', 'bruno'), 'other_file'), ('no manifest', None, [], 'required'), ('no JSON', '{}x', [ana, bruno], 'invalid')]
        past = self.manifest(content, expires_at='2020-01-01T00:00:00Z')
        cases.append(('expired', past, self.sign(past, 'ana', 'bruno'), 'expired'))
        for name, text, signatures, code in cases:
            with self.subTest(name):
                answer = self.post(content, text, signatures)
                self.assertEqual((answer.status, [(error['pointer'], error['code']) for error in answer.json['errors']]), (422, [('/manifest', code)]), answer.body)
        answer = self.post(content, manifest, [ana, bruno], version='2.1.9')
        self.assertEqual((answer.status, [(error['pointer'], error['code']) for error in answer.json['errors']]), (422, [('/version', 'manifest')]))

    def test_what_was_changed_behind_its_back_is_handed_out_to_nobody(self):
        content = os.urandom(50)
        manifest = self.manifest(content)
        firmware = self.post(content, manifest, self.sign(manifest, 'ana', 'bruno')).json
        sql = self.server.sql
        sql(f"UPDATE firmware SET state = 'approved', approved_by = 'x', approved_by_id = 999, approved_at = now() WHERE id = '{firmware['id']}'")
        device = self.server.add_device('SIGN')
        self.assertEqual(install(self.server, device, firmware['file'] + '?').status, 422)
        for spoil, undo in ((f"UPDATE firmware_rule SET hardware_version = NULL, product_class = 'HG8245', manufacturer = 'Maker' WHERE firmware_id = '{firmware['id']}'",
                             f"UPDATE firmware_rule SET manufacturer = NULL WHERE firmware_id = '{firmware['id']}'"),
                            (f"UPDATE firmware SET counter = 5 WHERE id = '{firmware['id']}'", f"UPDATE firmware SET counter = 4 WHERE id = '{firmware['id']}'"),
                            (f"UPDATE firmware SET version = '9' WHERE id = '{firmware['id']}'", f"UPDATE firmware SET version = '2.1.8' WHERE id = '{firmware['id']}'"),
                            (f"UPDATE file SET sha256 = sha256('x') WHERE id = '{firmware['file']}'",
                             f"UPDATE file SET sha256 = '\\x{firmware['sha256']}' WHERE id = '{firmware['file']}'"),
                            (f"UPDATE firmware SET signatures = signatures[1:1] || signatures[1:1] WHERE id = '{firmware['id']}'",
                             f"UPDATE firmware SET signatures = '{{{','.join(self.sign(manifest, 'ana', 'bruno'))}}}' WHERE id = '{firmware['id']}'"),
                            (f"UPDATE firmware SET manifest = manifest || ' ' WHERE id = '{firmware['id']}'", "UPDATE firmware SET manifest = rtrim(manifest)")):
            sql(spoil)
            answer = install(self.server, device, firmware['file'])
            self.assertEqual((answer.status, answer.json['code']), (409, 'manifest_refused'), (spoil, answer.body))
            self.assertEqual(self.server.request('GET', f'/api/v1/firmware/{firmware["id"]}').status, 200)
            sql(undo)
        self.assertEqual(install(self.server, device, firmware['file']).status, 202)

    def test_a_second_manifest_takes_the_place_of_the_first(self):
        content = os.urandom(50)
        first, second = self.manifest(content), self.manifest(content, version='2.1.9', counter=5)
        firmware = self.post(content, first, self.sign(first, 'ana', 'bruno')).json
        target = f'/api/v1/firmware/{firmware["id"]}'
        self.assertEqual(self.server.request('PATCH', target, {'version': '3'}).status, 422)
        self.assertEqual(self.server.request('PATCH', target, {'manifest': None}).status, 422)
        self.assertEqual(self.server.request('PATCH', target, {'manifest': second}).status, 422)
        changed = self.server.request('PATCH', target, {'manifest': second, 'signatures': self.sign(second, 'bruno', 'ana')})
        self.assertEqual((changed.status, changed.json['version'], changed.json['counter']), (200, '2.1.9', 5))
