#!/usr/bin/env python3
"""acsctl as people and scripts run it, against the real API."""

import json
import os
import pty
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.environ['FAROL_API_TESTS'])
import server as support  # noqa: E402  (found by the line above)

ACSCTL = os.environ['FAROL_ACSCTL']


def setUpModule():
    global SERVER  # pylint: disable=global-variable-undefined
    SERVER = support.start()


def tearDownModule():
    status = SERVER.stop()
    if status != 0:
        raise AssertionError(f'api_server ended with {status}')


class Ctl(unittest.TestCase):
    count = 0

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(self.home.cleanup)
        self.environment = {'HOME': self.home.name, 'PATH': os.environ['PATH'], 'ACSCTL_URL': SERVER.url,
                            'ACSCTL_TOKEN': SERVER.tokens['all'],
                            **{name: value for name, value in os.environ.items() if name.endswith('SAN_OPTIONS')}}

    def run_ctl(self, *arguments, expect=0, **options):
        run = subprocess.run([ACSCTL, *arguments], capture_output=True, text=True, check=False, timeout=100,
                             stdin=subprocess.DEVNULL if 'input' not in options else None, env=self.environment, **options)
        self.assertEqual(run.returncode, expect, f'{arguments}: {run.stdout}{run.stderr}')
        if expect != 0:
            self.assertTrue(expect == 8 or run.stdout == '', 'nothing on standard output on failure, unless it is only partly wrong')
            self.assertNotEqual(run.stderr, '')
        return run

    def out(self, *arguments):
        run = self.run_ctl(*arguments)
        self.assertEqual(run.stderr, '', 'nothing but data, and no terminal')
        return run.stdout

    @staticmethod
    def device(**options):
        Ctl.count += 1
        serial = f'CTL{Ctl.count:05}'
        return serial, SERVER.add_device(serial, **options)

    def worker(self, device, state, more=''):
        """Ends the next action of the device so."""
        def work():
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                found = SERVER.request('GET', f'/api/v1/devices/{device}/actions?state=open').json['data']
                if found:
                    SERVER.move(found[0]['id'], state, more)
                    return
                time.sleep(0.05)
        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(thread.join)


class Reading(Ctl):
    def test_devices_in_every_format(self):
        serial, device = self.device()
        filters = ('devices', 'list', '-f', f'serial={serial}')
        self.assertEqual(self.out(*filters, '-o', 'name'), device + '\n')
        self.assertEqual(self.out(*filters, '--count'), '1\n')
        self.assertEqual(json.loads(self.out(*filters, '-o', 'json'))['data'][0]['serial'], serial)
        self.assertEqual(json.loads(self.out(*filters, '-o', 'ndjson'))['id'], device)
        title, row = self.out(*filters).splitlines()
        self.assertEqual((title.split()[0], row.split()[0]), ('ID', device))

    def test_more_devices_than_fit_a_page(self):
        SERVER.sql("INSERT INTO device (oui, product_class, serial, manufacturer)"
                   " SELECT 'ABCDEF', 'MANY', 'MANY' || n, '' FROM generate_series(1, 450) n")
        many = ('devices', 'list', '-f', 'model=MANY', '-o', 'name')
        self.assertEqual(len(self.out(*many).splitlines()), 50)
        self.assertEqual(len(self.out(*many, '--limit', '3').splitlines()), 3)
        self.assertEqual(len(self.out(*many, '--limit=333').splitlines()), 333)
        rows = self.out(*many, '--all').splitlines()
        self.assertEqual((len(rows), len(set(rows))), (450, 450))
        self.assertEqual(len(json.loads(self.out(*many[:-1], 'json', '--all'))['data']), 450)
        self.assertEqual(len(self.out(*many[:-2], '--all').splitlines()), 451)

    def test_a_device_by_id_and_by_serial_number(self):
        serial, device = self.device()
        for name in (serial, device):
            self.assertEqual(json.loads(self.out('devices', 'show', name, '-o', 'json'))['id'], device)
        self.assertIn(f'serial                  {serial}\n', self.out('devices', 'show', device))

    def test_a_device_is_shown_as_the_desk_sees_it(self):
        serial, device = self.device()
        SERVER.sql(f"INSERT INTO device_fact SELECT {support.number_of(device)}, jsonb_build_object('wan.optical.rx_dbm', jsonb_build_array(-27.6, n),"
                   " 'wan.link', jsonb_build_array('Up', n), 'wifi.2g.enabled', jsonb_build_array(false, n),"
                   " 'wifi.2g.ssid', jsonb_build_array(E'casa\\u001b[31m', n))"
                   " FROM (SELECT floor(extract(epoch FROM now()))::bigint AS n) t")
        self.out('devices', 'place', serial, 'cto=CTO-17', 'plan_down_mbps=500', 'technology=gpon')
        self.run_ctl('reboot', serial, '-o', 'json')
        shown = self.out('devices', 'show', serial)
        self.assertTrue(shown.startswith('✕ Weak optical signal: −27.6 dBm  [optical_bad, 95 %]\n'), shown)
        for line in ('  → Check the cable with the customer', '▲ Wi-Fi is switched off (2.4 GHz)  [wifi_off, 95 %]',
                     'Optical         rx_dbm -27.6 (', 'Plan            down_mbps 500', 'Pending actions:\n  reboot queued', 'Not known: ',
                     'casa\\x1b[31m'):
            self.assertIn(line, shown)
        self.environment['LANG'] = 'pt_BR.UTF-8'
        shown = self.out('devices', 'show', serial)
        self.assertTrue(shown.startswith('✕ Sinal óptico fraco: −27,6 dBm  [optical_bad, 95 %]\n  “O sinal que chega pela fibra'), shown)
        self.assertIsNone(json.loads(self.out('devices', 'place', serial, 'cto=', '-o', 'json'))['place']['cto'])
        self.assertEqual(json.loads(self.out('devices', 'presence', serial, '-o', 'json'))['way'], 'none')
        for word in ('plan_down_mbps=fast', 'cto'):
            self.run_ctl('devices', 'place', serial, word, expect=2)

    def test_incidents_of_areas(self):
        serial, _ = self.device()
        self.out('devices', 'place', serial, 'olt=OLT-CTL', 'pon=3')
        incident = json.loads(self.out('incidents', 'open', 'pon=OLT-CTL 3', '--text=cabo', '-o', 'json'))['id']
        self.assertIn('OLT-CTL 3', self.out('incidents', 'list'))
        self.assertTrue(self.out('devices', 'show', serial).startswith('✕ Area incident: 1 customers are out'))
        edited = json.loads(self.out('incidents', 'edit', incident, '--forecast=2026-12-01T12:00:00Z', '-o', 'json'))
        self.assertEqual((edited['text'], edited['forecast'][:16]), ('cabo', '2026-12-01T12:00'))
        self.out('incidents', 'close', incident)
        self.assertEqual([incident in self.out('incidents', 'list', *more) for more in ((), ('--closed',))], [False, True])

    def test_stored_parameters(self):
        serial, _ = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO device_page (device_id, page, names_hash, content_hash, doc, writable) SELECT {number},"
                   " 'Device.X.', 0, 0, jsonb_object_agg('P' || lpad(n::text, 4, '0'), 's' || n), '{}'"
                   ' FROM generate_series(1, 1200) n')
        names = self.out('params', 'get', serial, 'Device.X.', '--stored', '-o', 'name').splitlines()
        self.assertEqual((len(names), names[-1]), (1200, 'Device.X.P1200'))
        row = json.loads(self.out('params', 'get', serial, 'Device.X.P0007', '--stored', '-o', 'ndjson'))
        self.assertEqual((row['value'], row['type']), ('7', 'xsd:string'))

    def test_hostile_text_does_not_steer_the_terminal(self):
        SERVER.sql("INSERT INTO device (oui, product_class, serial, manufacturer) VALUES ('A', E'\\x1b[2J', 'HOSTILE', '')")
        self.assertIn('\\x1b[2J', self.out('devices', 'list', '-f', 'serial=HOSTILE'))

    def test_anything_by_api(self):
        self.assertEqual(json.loads(self.out('api', 'GET', '/devices?limit=1&fields=id'))['data'][0].keys(), {'id'})
        self.assertEqual(json.loads(self.out('api', 'GET', '/api/v1/me'))['name'], 'all')
        self.assertIn('acs_api_requests_total', self.out('api', 'GET', '/metrics'))
        _, device = self.device()
        action = json.loads(self.out('api', 'POST', f'/devices/{device}/actions', '{"type":"reboot"}'))
        self.assertEqual(action['state'], 'queued')

    def test_who_and_how_well(self):
        self.assertEqual(self.out('token', '-o', 'name'), 'all\n')
        self.assertEqual(json.loads(self.out('health', '-o', 'json'))['ready'], True)
        SERVER.tell('ready 0')
        self.addCleanup(SERVER.tell, 'ready 1')
        time.sleep(0.3)
        self.assertIn('cwmp: no worker', self.run_ctl('health', expect=1).stderr)

    def test_help_and_version(self):
        self.assertRegex(self.out('version'), r'^acsctl \d')
        self.assertIn('reboot DEVICE', self.out('--help'))
        self.assertIn('--wait[=TIME]', self.out('reboot', '--help'))
        self.assertIn('usage', self.run_ctl(expect=2).stderr)

    def test_completion_is_a_script_of_its_shell(self):
        script = self.out('completion', 'bash')
        check = subprocess.run(['bash', '-c', script + '\nCOMP_WORDS=(acsctl devices l); COMP_CWORD=2; _acsctl; echo "${COMPREPLY[*]}"'],
                               capture_output=True, text=True, check=True)
        self.assertEqual(check.stdout.strip(), 'list')
        check = subprocess.run(['bash', '-c', script + '\nCOMP_WORDS=(acsctl ""); COMP_CWORD=1; _acsctl; echo "${COMPREPLY[*]}"'],
                               capture_output=True, text=True, check=True)
        self.assertIn('reboot', check.stdout.split())


class Trusting(Ctl):
    """Who devices are: registered, given a credential, trusted or not; and the alarms about that."""

    def secret(self, text):
        path = os.path.join(self.home.name, 'password')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def test_a_device_is_registered_with_a_password_that_no_command_line_shows(self):
        serial, _ = self.device()
        path = self.secret('pass word\nsecond line\n')
        device = json.loads(self.out('devices', 'register', '00259E', 'HG8245', serial + 'R', '--username', serial,
                                     '--password-file', path, '-o', 'json'))
        self.assertEqual((device['serial'], device['auth']['username']), (serial + 'R', serial))
        self.assertIn('exists', self.run_ctl('devices', 'register', '00259E', 'HG8245', serial + 'R', expect=5).stderr)
        self.assertIn('/password', self.run_ctl('devices', 'register', '00259E', 'HG8245', serial + 'X', '--username', 'x',
                                                expect=2).stderr)
        self.run_ctl('devices', 'register', '00259E', 'HG8245', serial + 'Y', '--username', 'x', '--password-file', '/none', expect=1)

    def test_a_credential_is_set_from_standard_input_and_trust_follows(self):
        serial, device = self.device()
        self.assertIn('credential', self.run_ctl('devices', 'enrol', serial, 'bound', expect=5).stderr)
        shown = self.run_ctl('credentials', 'set', serial, '--username', f'own-{serial}', '--password-file', '-', '-o', 'json',
                             input='secret\n').stdout
        self.assertEqual(json.loads(shown)['auth']['username'], f'own-{serial}')
        self.assertEqual(json.loads(self.out('devices', 'enrol', device, 'bound', '-o', 'json'))['enrolment'], 'bound')
        self.out('devices', 'enrol', serial, 'quarantined', '--reason', 'chamado 7')
        self.assertIn('/enrolment', self.run_ctl('devices', 'enrol', serial, 'loved', expect=2).stderr)

    def test_a_rotation_is_an_action(self):
        serial, device = self.device()
        self.worker(device, 'succeeded', ", evidence = '{\"authenticated_with\": \"the new credential\"}'")
        done = json.loads(self.out('credentials', 'rotate', serial, '--wait=30s', '-o', 'json'))
        self.assertEqual((done['type'], done['state']), ('credentials.rotate', 'succeeded'))

    def test_alarms(self):
        serial, device = self.device()
        alarm = support.number_id('alm_', int(SERVER.sql(
            f"INSERT INTO alarm (device_id, kind, detail) VALUES ({support.number_of(device)}, 'identity_conflict', 'x')"
            ' RETURNING id')[0]))
        self.assertEqual(self.out('alarms', 'list', serial, '-o', 'name'), alarm + '\n')
        self.assertIn(alarm, self.out('alarms', 'list', '--all'))
        self.assertEqual(json.loads(self.out('alarms', 'clear', alarm, '-o', 'json'))['cleared_by'], 'all')
        self.assertEqual(self.out('alarms', 'list', serial, '-o', 'name'), '')
        self.assertEqual(self.out('alarms', 'list', serial, '--cleared', '-o', 'name'), alarm + '\n')
        self.run_ctl('alarms', 'clear', 'alm_none', expect=3)


class Doing(Ctl):
    def test_a_reboot_is_accepted_or_waited_for(self):
        serial, device = self.device()
        action = self.out('reboot', serial, '-o', 'name').strip()
        self.assertRegex(action, '^act_')
        SERVER.move(action, 'failed')
        self.worker(device, 'succeeded', ", evidence = '{\"event\": \"M Reboot\"}'")
        done = json.loads(self.out('reboot', serial, '--wait=30s', '--reason', 'chamado 48213', '-o', 'json'))
        self.assertEqual((done['state'], done['reason'], done['evidence']['event']), ('succeeded', 'chamado 48213', 'M Reboot'))

    def test_what_an_action_came_to_is_the_exit_code(self):
        serial, device = self.device()
        failure = ", failure = '{\"code\": \"device_fault\", \"detail\": \"Request denied\", \"cwmp_fault\": 9001}'"
        for state, more, code, words in (('failed', failure, 6, 'Request denied'), ('cancelled', '', 5, 'was cancelled'),
                                         ('expired', '', 7, 'has expired')):
            self.worker(device, state, more)
            self.assertIn(words, self.run_ctl('reboot', serial, '--wait=30s', expect=code).stderr)
        self.worker(device, 'failed', failure)
        run = self.run_ctl('reboot', serial, '--wait=30s', '-o', 'json', expect=6)
        self.assertEqual(json.loads(run.stderr)['failure']['cwmp_fault'], 9001)
        run = self.run_ctl('reboot', serial, '--wait=1s', expect=7)
        self.assertRegex(run.stderr, 'is still queued; it goes on: acsctl actions show act_')

    def test_each_parameter_that_was_refused_is_told(self):
        serial, device = self.device()
        failure = {'code': 'device_fault', 'detail': 'the device refused: invalid', 'cwmp_fault': 9003, 'parameters': [
            {'name': 'Device.A', 'cwmp_fault': 9008, 'text': 'no', 'detail': 'the parameter is read-only (fault 9008: no)'},
            {'name': 'Device.B', 'cwmp_fault': 9007, 'text': 'bad', 'detail': 'the device does not accept this value (fault 9007: bad)'}]}
        self.worker(device, 'failed', f", failure = '{json.dumps(failure)}'")
        lines = self.run_ctl('params', 'set', serial, 'Device.A=1', 'Device.B=2', '--wait=30s', expect=6).stderr.splitlines()
        self.assertEqual(lines, ['acsctl: params.set failed: the device refused: invalid',
                                 'acsctl:   Device.A: the parameter is read-only (fault 9008: no)',
                                 'acsctl:   Device.B: the device does not accept this value (fault 9007: bad)'])

    def test_reading_parameters_prints_what_was_read(self):
        serial, device = self.device()
        result = '{"values": [{"name": "Device.A", "value": "1", "type": "xsd:int"}, {"name": "Device.B", "value": "x y"}]}'
        self.worker(device, 'succeeded', f", result = '{result}'")
        lines = self.out('params', 'get', serial, 'Device.A', 'Device.B').splitlines()
        self.assertEqual([line.split(None, 1)[0] for line in lines], ['NAME', 'Device.A', 'Device.B'])
        self.assertEqual(SERVER.sql("SELECT args FROM action WHERE kind = 'params.get' ORDER BY id DESC LIMIT 1"),
                         ['{"names": ["Device.A", "Device.B"]}'])

    def test_setting_parameters(self):
        serial, device = self.device()
        self.worker(device, 'succeeded')
        self.out('params', 'set', serial, 'Device.A=a=b', 'Device.B=', '--type', 'string', '--expires-in', '2h')
        self.assertEqual(SERVER.sql("SELECT args FROM action WHERE kind = 'params.set' ORDER BY id DESC LIMIT 1"),
                         ['{"values": [{"name": "Device.A", "type": "string", "value": "a=b"},'
                          ' {"name": "Device.B", "type": "string", "value": ""}]}'])
        self.assertIn('is not NAME=VALUE', self.run_ctl('params', 'set', serial, 'Device.A', expect=2).stderr)

    def test_a_dry_run_shows_and_changes_nothing(self):
        serial, device = self.device()
        preview = json.loads(self.out('reboot', serial, '--dry-run', '-o', 'json'))
        self.assertTrue(preview['dry_run'])
        self.assertEqual(SERVER.request('GET', f'/api/v1/devices/{device}/actions').json['data'], [])
        self.assertIn('/params/path', self.run_ctl('refresh', serial, 'Device', '--dry-run', expect=2).stderr)

    def test_actions_are_listed_shown_and_cancelled(self):
        serial, device = self.device()
        action = self.out('refresh', serial, '-o', 'name').strip()
        self.assertEqual(self.out('actions', 'list', serial, '-o', 'name'), action + '\n')
        self.assertEqual(self.out('actions', 'list', serial, '--state=ended', '-o', 'name'), '')
        self.assertEqual(json.loads(self.out('actions', 'show', action, '-o', 'json'))['state'], 'queued')
        self.run_ctl('actions', 'show', action, '--wait=1s', expect=7)
        self.assertEqual(json.loads(self.out('actions', 'cancel', action, '--reason=no', '-o', 'json'))['state'], 'cancelled')
        action = self.out('refresh', serial, '-o', 'name').strip()
        SERVER.move(action, 'verifying')
        self.run_ctl('actions', 'cancel', action, expect=5)
        self.worker(device, 'succeeded')
        self.out('actions', 'show', action, '--wait=30s')

    def test_a_device_that_is_away(self):
        serial, _ = self.device(contact="now() - interval '1 hour'")
        self.assertIn('not online', self.run_ctl('reboot', serial, '--fail-offline', expect=5).stderr)

    def test_stages_are_shown_on_a_terminal_only(self):
        serial, device = self.device()
        self.worker(device, 'succeeded')
        master, slave = pty.openpty()
        self.environment['NO_COLOR'] = '1'
        with subprocess.Popen([ACSCTL, 'reboot', serial, '--wait=30s', '-o', 'name'], stdout=subprocess.PIPE, stderr=slave,
                              env=self.environment, text=True) as run:
            os.close(slave)
            shown = b''
            try:
                while part := os.read(master, 1000):
                    shown += part
            except OSError:  # the other end is closed
                pass
            self.assertRegex(run.stdout.read(), '^act_')
        os.close(master)
        self.assertEqual(shown.decode().split()[-1], 'succeeded')
        self.assertNotIn(b'\x1b', shown)

    def test_an_interrupted_wait_says_that_the_action_goes_on(self):
        serial, device = self.device()
        with subprocess.Popen([ACSCTL, 'reboot', serial, '--wait=60s'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment, text=True) as run:
            deadline = time.monotonic() + 20
            while not SERVER.request('GET', f'/api/v1/devices/{device}/actions').json['data'] and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(0.3)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=30)
        self.assertEqual((run.returncode, out), (130, ''))
        self.assertIn('goes on without you', err)


class Failing(Ctl):
    def test_the_exit_code_says_what_kind_of_failure(self):
        self.assertIn('Not found', self.run_ctl('devices', 'show', 'NONE', expect=3).stderr)
        self.run_ctl('devices', 'show', 'dev_0000000zzzzzz', expect=3)
        self.run_ctl('actions', 'show', 'act_none', expect=3)
        self.assertIn('sort: ', self.run_ctl('devices', 'list', '-f', 'sort=x', expect=2).stderr)
        self.run_ctl('devices', 'list', '-f', 'nonsense', expect=2)
        self.run_ctl('nonsense', expect=2)
        self.environment['ACSCTL_TOKEN'] = SERVER.tokens['nobody']
        self.assertIn('devices.read', self.run_ctl('devices', 'list', expect=4).stderr)
        self.environment['ACSCTL_TOKEN'] = 'nonsense'
        self.run_ctl('devices', 'list', expect=4)
        del self.environment['ACSCTL_TOKEN']
        self.assertIn('No token was sent', self.run_ctl('devices', 'list', expect=4).stderr)

    def test_with_json_the_error_is_the_problem_itself(self):
        run = self.run_ctl('actions', 'show', 'act_none', '-o', 'json', expect=3)
        self.assertEqual(json.loads(run.stderr)['code'], 'not_found')

    def test_problems_speak_the_language_of_the_shell(self):
        self.environment['LANG'] = 'pt_BR.UTF-8'
        self.assertIn('Não existe', self.run_ctl('actions', 'show', 'act_none', expect=3).stderr)

    def test_a_server_that_is_not_there(self):
        self.environment['ACSCTL_URL'] = 'http://127.0.0.1:1'
        self.assertIn('127.0.0.1:1', self.run_ctl('devices', 'list', expect=1).stderr)
        self.environment['ACSCTL_URL'] = 'file:///etc/passwd'
        self.run_ctl('devices', 'list', expect=1)

    def test_a_reader_that_leaves_is_no_error(self):
        self.device()
        with subprocess.Popen([ACSCTL, 'devices', 'list', '--all'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment) as run:
            run.stdout.close()
            self.assertEqual(run.wait(timeout=60), 0)
            self.assertEqual(run.stderr.read(), b'')

    def test_a_disk_that_is_full_is_one(self):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            run = subprocess.run([ACSCTL, 'version'], stdout=full, stderr=subprocess.PIPE, env=self.environment, check=False)
        self.assertEqual(run.returncode, 1)


class Flaky:
    """A proxy on a socket of its own that lets requests pass but loses the first answers."""

    def __init__(self, losses):
        import http.server  # pylint: disable=import-outside-toplevel
        proxy = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get('Content-Length', 0))) or None
                answer = SERVER.request(self.command, self.path, body, token=None, headers=dict(self.headers))
                proxy.requests.append((self.command, self.headers.get('Idempotency-Key')))
                if len(proxy.requests) <= losses:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = pass_on

        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.http.server_port}'
        self.thread = threading.Thread(target=self.http.serve_forever)
        self.thread.start()

    def close(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


class Repeating(Ctl):
    def test_a_lost_answer_does_not_do_it_twice(self):
        _, device = self.device()
        proxy = Flaky(losses=2)
        self.addCleanup(proxy.close)
        self.environment['ACSCTL_URL'] = proxy.url
        self.out('reboot', device, '-o', 'name')
        self.assertEqual([method for method, _ in proxy.requests], ['POST'] * 3)
        self.assertEqual(len({key for _, key in proxy.requests}), 1)
        self.assertEqual(len(SERVER.request('GET', f'/api/v1/devices/{device}/actions').json['data']), 1)

    def test_two_invocations_are_two_reboots(self):
        _, device = self.device()
        self.out('reboot', device, '-o', 'name')
        self.out('reboot', device, '-o', 'name')
        self.assertEqual(len(SERVER.request('GET', f'/api/v1/devices/{device}/actions').json['data']), 2)


class Contexts(Ctl):
    def setUp(self):
        super().setUp()
        del self.environment['ACSCTL_URL'], self.environment['ACSCTL_TOKEN']
        self.file = os.path.join(self.home.name, '.config', 'farol', 'contexts.json')

    def login(self, role, *more, **options):
        return self.run_ctl('login', SERVER.url, *more, input=SERVER.tokens[role] + '\n', **options)

    def test_login_keeps_the_token_to_itself(self):
        self.assertIn('no server', self.run_ctl('devices', 'list', expect=2).stderr)
        self.login('reader')
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual(self.out('token', '-o', 'name'), 'reader\n')
        self.assertEqual(self.out('context', 'list'), f'* {SERVER.host}:{SERVER.port} {SERVER.url}\n')

    def test_a_token_that_is_refused_is_not_kept(self):
        self.run_ctl('login', SERVER.url, input='acs_test_nonsense\n', expect=4)
        self.run_ctl('login', SERVER.url, input='\n', expect=1)
        self.run_ctl('login', 'acs.example.net', input='x\n', expect=2)
        self.assertFalse(os.path.exists(self.file))

    def test_several_contexts(self):
        self.login('reader', '--context', 'one')
        self.login('agent', '--context=two')
        self.assertEqual(self.out('token', '-o', 'name'), 'agent\n')
        self.assertEqual(self.out('token', '-o', 'name', '-c', 'one'), 'reader\n')
        self.out('context', 'use', 'one')
        self.assertEqual(self.out('token', '-o', 'name'), 'reader\n')
        self.assertEqual(self.out('context', 'list'), f'* one {SERVER.url}\n  two {SERVER.url}\n')
        self.run_ctl('context', 'use', 'three', expect=3)
        self.run_ctl('token', '--context=three', expect=2)
        self.login('all', '--context', 'two')
        self.assertEqual(self.out('token', '-o', 'name'), 'all\n')

    def test_a_kept_token_is_not_sent_to_another_server(self):
        self.login('all')
        proxy = Flaky(losses=0)
        self.addCleanup(proxy.close)
        self.assertIn('No token was sent', self.run_ctl('token', '--url', proxy.url, expect=4).stderr)
        self.assertEqual(self.out('token', '-o', 'name', '--url', SERVER.url + '/'), 'all\n')

    def test_a_token_from_a_file(self):
        path = os.path.join(self.home.name, 'token')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(SERVER.tokens['agent'] + '\n')
        self.assertEqual(self.out('token', '-o', 'name', '--url', SERVER.url, '--token-file', path), 'agent\n')
        self.run_ctl('login', SERVER.url, '--token-file', path)
        self.assertEqual(self.out('token', '-o', 'name'), 'agent\n')
        self.run_ctl('token', '--token-file', path + '.not', expect=1)

    def test_a_broken_file_is_said_and_not_overwritten(self):
        os.makedirs(os.path.dirname(self.file))
        with open(self.file, 'w', encoding='utf-8') as file:
            file.write('{"current":')
        self.assertIn('contexts.json', self.run_ctl('token', expect=1).stderr)
        self.login('all', expect=1)
        with open(self.file, encoding='utf-8') as file:
            self.assertEqual(file.read(), '{"current":')

    def test_another_place_for_the_file(self):
        self.environment['XDG_CONFIG_HOME'] = os.path.join(self.home.name, 'elsewhere')
        self.login('all')
        self.assertTrue(os.path.exists(os.path.join(self.home.name, 'elsewhere', 'farol', 'contexts.json')))


class Guiding(Ctl):
    HEAD = 'id: {}\ntitle: {{pt-BR: "Teste", en: "Test"}}\nstart: a\nsteps:\n'
    ENDS = ('  bom: {end: {outcome: solved, reason: luz}}\n'
            '  ruim: {end: {outcome: escalate, to: campo}}\n')
    QUESTION = '  a: {ask: {pt-BR: "Acendeu?", en: "Is it on?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS

    def file(self, name, steps):
        path = os.path.join(self.home.name, f'{name}.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(self.HEAD.format(name) + steps)
        return path

    def add(self, name, steps):
        self.out('playbooks', 'add', self.file(name, steps))
        return name

    def guide(self, *arguments, lines='', expect=0):
        return self.run_ctl('playbook', 'run', *arguments, '-o', 'json', input=lines, expect=expect)

    def test_playbooks_are_listed_shown_and_added(self):
        self.assertIn('sem-internet-fibra', self.out('playbooks', 'list', '-o', 'name').split())
        self.assertIn('No internet (fibre)', self.out('playbooks', 'list'))
        source = self.out('playbooks', 'show', 'sem-internet-fibra')
        self.assertIn('id: sem-internet-fibra\n', source)
        path = self.file('ctl-one', self.QUESTION)
        self.assertEqual(self.out('playbooks', 'check', path), 'ctl-one 1\n')
        self.run_ctl('playbooks', 'show', 'ctl-one', expect=3)
        self.assertEqual(self.out('playbooks', 'add', path), 'ctl-one 1\n')
        self.assertEqual(self.out('playbooks', 'add', path), 'ctl-one 2\n')
        with open(path, encoding='utf-8') as file:
            self.assertEqual(self.out('playbooks', 'show', 'ctl-one'), file.read())
        self.assertEqual(json.loads(self.out('playbooks', 'show', 'ctl-one', '-o', 'json'))['version'], 2)

    def test_mistakes_are_told_by_line_and_column(self):
        path = self.file('ctl-bad', '  a: {goto: nowhere}\n')
        for command in ('check', 'add'):
            said = self.run_ctl('playbooks', command, path, expect=2).stderr
            self.assertIn('line 5, column 13: there is no step "nowhere"', said)
        half = self.file('ctl-half', '  a: {ask: {pt-BR: "Acendeu?"}, answers: {sim: bom, nao: ruim}}\n' + self.ENDS)
        run = self.run_ctl('playbooks', 'check', half)
        self.assertTrue(run.stderr.startswith(f'{half}:5:12: the translation en is missing'), run.stderr)
        self.run_ctl('playbooks', 'check', os.path.join(self.home.name, 'none.yaml'), expect=2)

    def test_a_run_is_a_conversation(self):
        serial, _ = self.device()
        run = self.guide(serial, self.add('ctl-talk', self.QUESTION), lines='x\n3\nsim now\n1\n')
        self.assertEqual(run.stderr.count('That is none of the answers.'), 3)
        self.assertIn('Is it on?', run.stderr)
        self.assertIn('    1  Yes\n    2  No\n', run.stderr)
        self.assertTrue(run.stderr.rstrip().endswith('= solved  luz'), run.stderr)
        ended = json.loads(run.stdout)
        self.assertEqual((ended['state'], ended['step'], ended['end']['outcome']), ('ended', 'bom', 'solved'))

    def test_a_run_that_was_left_goes_on(self):
        serial, _ = self.device()
        name = self.add('ctl-left', '  a: {ask: {pt-BR: "Um?", en: "One?"}, answers: {sim: b, nao: ruim}}\n'
                                    '  b: {ask: {pt-BR: "Dois?", en: "Two?"}, answers: {sim: bom, nao: ruim}}\n' + self.ENDS)
        for lines in ('1\n', '1\nq\n'):
            said = self.guide(serial, name, lines=lines, expect=7).stderr
            self.assertIn('Two?', said)
        run = said.split('--run=')[1].split()[0]
        self.assertEqual(json.loads(self.guide(f'--run={run}', lines='b\nsim\n2\n').stdout)['end']['to'], 'campo')
        self.guide(f'--run={run}', serial, name, expect=2)
        self.guide('--run=run_none', expect=3)
        self.guide(serial, expect=2)
        self.guide(serial, 'none', expect=3)

    def test_what_it_does_is_waited_for(self):
        serial, device = self.device()
        steps = '  a: {do: reboot, done: bom, failed: ruim}\n' + self.ENDS
        name = self.add('ctl-do', steps)
        self.worker(device, 'succeeded')
        run = self.guide(serial, name, lines='1\n')
        self.assertIn('-> Restart', run.stderr)
        self.assertIn('... doing a', run.stderr)
        self.assertEqual(json.loads(run.stdout)['step'], 'bom')
        self.assertEqual(json.loads(self.guide(serial, name, '--dry-run', lines='2\n').stdout)['step'], 'ruim')

    def test_what_an_agent_gives_is_asked_for_again_if_it_is_wrong(self):
        serial, device = self.device()
        name = self.add('ctl-give', '  a: {do: inform.schedule, params: {delay_s: {agent: {pt-BR: "Segundos", en: "Seconds"}, type: number}},'
                                    ' done: bom, failed: ruim}\n' + self.ENDS)
        self.worker(device, 'succeeded')
        run = self.guide(serial, name, lines='1\nsoon\n1\n60\n')
        self.assertIn('/params/delay_s', run.stderr)
        self.assertEqual(json.loads(run.stdout)['step'], 'bom')


if __name__ == '__main__':
    unittest.main()
