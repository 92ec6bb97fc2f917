#!/usr/bin/env python3
"""test_cpesim.py PROGRAM: a home's life against a scripted ACS, from the first boot to the exit code."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from homes import PROGRAM, Case, Fleet
from scripted_acs import ScriptedAcs, fault, find, gpn, gpv, local, md5, reboot, spv, text

IGD = 'InternetGatewayDevice.'


class EveryModel(Case):
    models = 'gpon181,gpon098,dsl098,cheap098'
    homes = 4

    def test_each_home_introduces_itself(self):
        namespaces = ['1-2', '1-2', '1-1', '1-0']
        for serial, namespace in zip(self.fleet.serials, namespaces):
            with self.subTest(serial=serial):
                inform = self.acs.wait_inform('0 BOOTSTRAP', serial=serial)
                root = 'Device.' if namespace == '1-2' and serial == self.serial else IGD
                self.assertEqual(inform.events, [('0 BOOTSTRAP', ''), ('1 BOOT', '')])
                self.assertEqual((inform.retry, inform.namespace), (0, 'urn:dslforum-org:cwmp-' + namespace))
                self.assertRegex(inform.current_time, r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-03:00$')
                for name in ('DeviceInfo.SoftwareVersion', 'DeviceInfo.HardwareVersion', 'DeviceInfo.ProvisioningCode',
                             'ManagementServer.ParameterKey', 'ManagementServer.ConnectionRequestURL'):
                    self.assertIn(root + name, inform.values)
                self.assertTrue(inform.values[root + 'ManagementServer.ConnectionRequestURL'].endswith('/cr/' + serial))
        self.assertEqual(self.acs.wait_answer().method, 'GetRPCMethods')    # the DSL gateway asks, before its turn ends

    def test_each_home_reads_sets_and_restarts(self):
        for serial in self.fleet.serials:
            with self.subTest(serial=serial):
                root = 'Device.' if serial == self.serial else IGD
                self.acs.work[serial] = [gpv(root), spv('k1', (root + 'DeviceInfo.ProvisioningCode', 'string', 'é <1>')),
                                         gpn(root, False), reboot('b-' + serial)]
                self.fleet.order('inform', serial)
                inform = self.acs.wait_inform('M Reboot', serial=serial, key='b-' + serial)
                self.assertEqual(inform.values[root + 'DeviceInfo.ProvisioningCode'], 'é <1>')
                self.assertEqual(inform.values[root + 'ManagementServer.ParameterKey'], 'k1')
                self.assertEqual({code for code, _ in inform.events}, {'1 BOOT', 'M Reboot'})
        counts = {answer.serial: len(list(answer.element.iter('ParameterValueStruct')))
                  for answer in self.acs.answers if answer.method == 'GetParameterValuesResponse'}
        self.assertTrue(all(60 <= count <= 500 for count in counts.values()), counts)
        status = self.settled()
        self.assertEqual({method: count for method, count in status['rpcs'].items() if count},
                         {'GetParameterNames': 4, 'GetParameterValues': 4, 'SetParameterValues': 4, 'Reboot': 4})
        self.assertEqual(status['restarts'], {'reboot': 4, 'power': 0, 'factory': 0, 'firmware': 0, 'boot_loop': 0})
        self.assertEqual((status['sessions']['silent'], status['sessions']['failed']), (1, 0))

    def test_cookies_go_where_their_path_says_and_quirks_are_kept(self):
        self.settled()
        for serial in self.fleet.serials:
            self.acs.work[serial] = [gpn('', True)]
            self.fleet.order('inform', serial)
        self.acs.wait(lambda acs: sum(a.method == 'GetParameterNamesResponse' for a in acs.answers) == 4, 'four answers')
        cookies = {a.serial: a.headers.get('Cookie') for a in self.acs.answers if a.method == 'GetParameterNamesResponse'}
        for serial in self.fleet.serials[:3]:
            self.assertRegex(cookies[serial], r'^session=\w+; shape="round"$')
        self.assertIsNone(cookies[self.fleet.serials[3]])
        chunked = {a.serial for a in self.acs.answers if a.headers.get('Transfer-Encoding') == 'chunked'}
        self.assertEqual(chunked, {self.fleet.serials[1]})


class Reading(Case):
    def test_names_of_the_root_of_an_object_and_of_a_level(self):
        def names(path, next_level):
            answer, = self.converse(gpn(path, next_level))
            return [(text(info, 'Name'), text(info, 'Writable')) for info in answer.element.iter()
                    if local(info.tag) == 'ParameterInfoStruct']

        everything = names('', False)
        self.assertEqual(everything[0], ('Device.', '0'))
        self.assertEqual(everything, names('Device.', False))
        self.assertEqual(len(dict(everything)), len(everything))
        self.assertEqual(names('', True), [('Device.', '0')])
        self.assertIn(('Device.WiFi.', '0'), names('Device.', True))
        self.assertNotIn(('Device.WiFi.SSID.', '0'), names('Device.', True))
        self.assertEqual(names('Device.WiFi.SSID.1.', True), [
            ('Device.WiFi.SSID.1.BSSID', '0'), ('Device.WiFi.SSID.1.Enable', '1'), ('Device.WiFi.SSID.1.LowerLayers', '1'),
            ('Device.WiFi.SSID.1.MACAddress', '0'), ('Device.WiFi.SSID.1.SSID', '1'), ('Device.WiFi.SSID.1.Status', '0')])
        self.assertEqual(names('Device.WiFi.SSID.1.', False)[0], ('Device.WiFi.SSID.1.', '0'))
        self.assertEqual(names('Device.WiFi.SSID.1.SSID', False), [('Device.WiFi.SSID.1.SSID', '1')])

    def test_values_whole_partial_and_hidden(self):
        self.assertEqual(self.values('Device.WiFi.SSID.1.Enable'), {'Device.WiFi.SSID.1.Enable': '1'})
        self.assertEqual(len(self.values('Device.WiFi.SSID.1.')), 6)
        self.assertEqual(self.values('Device.WiFi.AccessPoint.1.Security.KeyPassphrase'),
                         {'Device.WiFi.AccessPoint.1.Security.KeyPassphrase': ''})
        hosts = int(self.values('Device.Hosts.HostNumberOfEntries')['Device.Hosts.HostNumberOfEntries'])
        self.assertEqual(len(self.values("Device.Hosts.Host.")), hosts * 10)
        self.assertTrue(-30000 < int(self.values('Device.Optical.')['Device.Optical.Interface.1.OpticalSignalLevel']) < -8000)

    def test_what_does_not_exist_is_a_fault(self):
        for request, code in ((gpv('Device.Nope'), '9005'), (gpv('Device.Time.', 'Device.Nope.'), '9005'),
                              (gpv('Device.Hosts.Host.9.'), '9005'), (gpn('Device.Nope.', True), '9005'),
                              (gpn('Device.Time.Enable', True), '9003'),
                              ('<cwmp:GetOptions><OptionName></OptionName></cwmp:GetOptions>', '9000')):
            with self.subTest(request=request):
                self.assertEqual(self.fault_code(request), code)
        self.assertEqual(self.fleet.order('status')['faults']['to_acs'], 6)


class Setting(Case):
    def test_values_are_set_together_or_not_at_all(self):
        answer, = self.converse(spv('k9', ('Device.Time.NTPServer1', 'string', 'x.example'),
                                    ('Device.Nope', 'string', ''), ('Device.DeviceInfo.UpTime', 'unsignedInt', '1'),
                                    ('Device.Time.Enable', 'string', '1'), ('Device.WiFi.Radio.1.Channel', 'unsignedInt', '14'),
                                    ('Device.WiFi.AccessPoint.1.Security.KeyPassphrase', 'string', 'short'),
                                    ('Device.WiFi.AccessPoint.1.Security.ModeEnabled', 'string', 'WEP-64')))
        faults = {text(entry, 'ParameterName'): text(entry, 'FaultCode') for entry in answer.element.iter()
                  if local(entry.tag) == 'SetParameterValuesFault'}
        self.assertEqual(text(find(answer.element, 'detail'), 'FaultCode'), '9003')
        self.assertEqual(faults, {'Device.Nope': '9005', 'Device.DeviceInfo.UpTime': '9008', 'Device.Time.Enable': '9006',
                                  'Device.WiFi.Radio.1.Channel': '9007',
                                  'Device.WiFi.AccessPoint.1.Security.KeyPassphrase': '9007',
                                  'Device.WiFi.AccessPoint.1.Security.ModeEnabled': '9007'})
        self.assertEqual(self.home()['values'], {})
        self.assertEqual(self.home()['rpcs']['SetParameterValues'], 0)

    def test_a_set_value_and_its_key_are_kept(self):
        key = 'act_0123456789abcdefghijkl'
        answer, = self.converse(spv(key, ('Device.WiFi.SSID.1.SSID', 'string', 'Casa & "Vó" <5>'),
                                    ('Device.WiFi.SSID.1.Enable', 'boolean', 'true'),
                                    ('Device.WiFi.AccessPoint.1.Security.KeyPassphrase', 'string', 'correct horse')))
        self.assertEqual((answer.method, text(answer.element, 'Status')), ('SetParameterValuesResponse', '0'))
        self.assertEqual(self.values('Device.WiFi.SSID.1.SSID', 'Device.WiFi.SSID.1.Enable', 'Device.ManagementServer.ParameterKey'),
                         {'Device.WiFi.SSID.1.SSID': 'Casa & "Vó" <5>', 'Device.WiFi.SSID.1.Enable': '1',
                          'Device.ManagementServer.ParameterKey': key})
        self.assertEqual(self.fleet.order('get', self.serial, 'Device.WiFi.AccessPoint.1.Security.KeyPassphrase'),
                         {'value': 'correct horse'})

    def test_a_new_interval_counts_at_once(self):
        before = len(self.acs.informs) + 1
        self.converse(spv('', ('Device.ManagementServer.PeriodicInformInterval', 'unsignedInt', '1')))
        self.acs.wait_inform('2 PERIODIC', after=before, seconds=3)

    def test_a_new_acs_url_is_bootstrapped_at_once(self):
        other = ScriptedAcs()
        self.addCleanup(other.close_server)
        self.converse(spv('', ('Device.ManagementServer.URL', 'string', other.url + 'cwmp?a=1')))
        self.assertEqual(other.wait_inform('0 BOOTSTRAP').events, [('0 BOOTSTRAP', '')])

    def test_a_change_at_the_device_is_told(self):
        self.assertEqual(self.fleet.order('set', self.serial, 'Device.DeviceInfo.SoftwareVersion', '5.0 beta'), {'ok': True})
        inform = self.acs.wait_inform('4 VALUE CHANGE')
        self.assertEqual(inform.values['Device.DeviceInfo.SoftwareVersion'], '5.0 beta')
        self.assertIn('error', self.fleet.order('set', self.serial, 'Device.Nope', '1'))
        self.assertIn('error', self.fleet.order('set', self.serial, 'Device.WiFi.Radio.1.Channel', '99'))


class Restarting(Case):
    def setUp(self):
        self.journal = tempfile.NamedTemporaryFile(prefix='cpesim-journal-')
        self.addCleanup(self.journal.close)
        self.options = ('--state', self.journal.name)
        super().setUp()

    def lines(self, did):
        self.journal.seek(0)
        return [line for line in map(json.loads, self.journal.read().splitlines()) if line['did'] == did]

    def test_a_restart_is_executed_once_and_told_with_its_key(self):
        self.converse(gpn('', True), reboot('key-1'), reboot('key-2'))
        inform = self.acs.wait_inform('M Reboot', key='key-1')
        self.assertEqual(sorted(inform.events), [('1 BOOT', ''), ('M Reboot', 'key-1'), ('M Reboot', 'key-2')])
        self.assertEqual(inform.values['Device.DeviceInfo.UpTime'], '0')
        self.settled()
        self.assertEqual([line['command_key'] for line in self.lines('Reboot')], ['key-1', 'key-2'])
        self.assertEqual([line['cause'] for line in self.lines('restart')], ['Reboot'])
        self.assertEqual(self.home()['reboot_keys'], ['key-1', 'key-2'])
        self.assertEqual((self.home()['restarts'], self.home()['rpcs']['Reboot']), (1, 2))

    def test_an_answer_that_is_lost_does_not_undo_the_restart(self):
        self.fleet.order('drop', self.serial, '1')
        self.acs.work[self.serial] = [reboot('lost')]
        self.fleet.order('inform', self.serial)
        inform = self.acs.wait_inform('M Reboot', key='lost')
        self.assertEqual(inform.retry, 0)
        self.assertEqual(self.acs.answers, [])
        self.assertEqual([line['command_key'] for line in self.lines('Reboot')], ['lost'])
        self.assertEqual(self.settled()['sessions']['dropped'], 1)

    def test_an_answer_that_is_lost_does_not_undo_a_set_value(self):
        self.fleet.order('drop', self.serial, '1')
        self.acs.work[self.serial] = [spv('lost', ('Device.Time.NTPServer1', 'string', 'l.example'))]
        before = len(self.acs.informs) + 1
        self.fleet.order('inform', self.serial)
        inform = self.acs.wait(lambda acs: next((i for i in acs.informs[before:] if i.retry == 1), None), 'retry')
        self.assertEqual(inform.events, [])         # the event itself was delivered before the connection broke
        self.assertEqual(inform.values['Device.ManagementServer.ParameterKey'], 'lost')
        self.assertEqual([line['parameter_key'] for line in self.lines('SetParameterValues')], ['lost'])

    def test_a_power_cut_is_told_as_1_boot_alone(self):
        before = len(self.acs.informs)
        self.fleet.order('boot', self.serial)
        self.assertEqual(self.acs.wait_inform('1 BOOT', after=before).events, [('1 BOOT', '')])
        self.assertEqual([line['cause'] for line in self.lines('restart')], ['power'])

    def test_a_fleet_that_starts_again_remembers(self):
        self.converse(spv('k7', ('Device.Time.NTPServer1', 'string', 'kept.example')))
        self.settled()
        self.converse(reboot('untold'))
        self.acs.refusals = [(503, ())] * 100       # the restart happens, nobody hears of it
        self.fleet.wait(lambda home: home['restarts'] == 1, 'home', self.serial)
        self.assertEqual(self.fleet.stop()[0], 0)
        with open(self.journal.name, 'a', encoding='utf-8') as journal:
            journal.write('{"time":"2026-01-01T00:0')       # torn by a crash
        self.acs.refusals.clear()
        before = len(self.acs.informs)
        self.fleet = self.start()
        inform = self.acs.wait_inform('1 BOOT', after=before)
        self.assertEqual(sorted(inform.events), [('1 BOOT', ''), ('M Reboot', 'untold')])
        self.assertEqual(inform.values['Device.ManagementServer.ParameterKey'], 'k7')
        self.settled()
        self.assertEqual(self.values('Device.Time.NTPServer1'), {'Device.Time.NTPServer1': 'kept.example'})


class Failing(Case):
    def setUp(self):
        super().setUp()
        self.fleet.order('set', self.serial, 'Device.ManagementServer.CWMPRetryIntervalMultiplier', '1000')

    def test_a_failed_session_is_tried_again_with_its_events(self):
        before = len(self.acs.informs)
        self.acs.refusals = [(503, ())]
        self.fleet.order('inform', self.serial)
        inform = self.acs.wait_inform('2 PERIODIC', after=before)
        self.assertEqual((inform.retry, inform.events), (1, [('2 PERIODIC', '')]))
        self.settled()
        self.assertEqual(self.home()['retry_count'], 0)

    def test_an_inform_is_sent_again_when_the_acs_asks_for_it(self):
        before = len(self.acs.informs)
        self.acs.inform_answers = [fault(8005), fault(8005)]
        self.fleet.order('inform', self.serial)
        self.acs.wait(lambda acs: len(acs.informs) == before + 3, 'three Informs')
        self.assertEqual({(i.retry, i.connection) for i in self.acs.informs[before:]}, {(0, self.acs.informs[-1].connection)})
        self.assertEqual(self.settled()['faults']['of_acs'], 2)

    def test_any_other_fault_fails_the_session(self):
        before = len(self.acs.informs)
        self.acs.inform_answers = [fault(8002)]
        self.fleet.order('inform', self.serial)
        inform = self.acs.wait(lambda acs: next((i for i in acs.informs[before:] if i.retry == 1), None), 'retry')
        self.assertEqual(inform.events, [('2 PERIODIC', '')])

    def test_a_transfer_is_told_until_it_is_answered(self):
        good = self.acs.replies['TransferComplete']
        self.acs.replies['TransferComplete'] = fault(8002)
        self.fleet.order('transfer', self.serial, 'dl-1', '9010')
        self.acs.wait_inform('M Download', key='dl-1')
        self.settled()
        self.acs.replies['TransferComplete'] = good
        before = len(self.acs.informs)
        self.fleet.order('inform', self.serial)
        inform = self.acs.wait_inform('7 TRANSFER COMPLETE', after=before)
        self.assertEqual(inform.events, [('7 TRANSFER COMPLETE', ''), ('M Download', 'dl-1'), ('2 PERIODIC', '')])
        told = self.acs.wait_answer(2)
        self.assertEqual((told.method, text(told.element, 'CommandKey'), text(told.element, 'FaultCode')),
                         ('TransferComplete', 'dl-1', '9010'))
        self.settled()
        self.assertEqual(self.home()['events'], [])


class Transport(Case):
    models = 'gpon181,dsl098'
    homes = 2

    def prepare(self):
        self.acs.cookie_path = '/cwmp'

    def start(self, *options):
        return Fleet(self.acs.url + 'cwmp/in?x=1', '--models', self.models, '--homes', '2', *options)

    def check(self):
        for serial in self.fleet.serials:
            before = len(self.acs.answers)
            self.acs.work[serial] = [gpn('', True), gpn('', True)]
            self.fleet.order('inform', serial)
            self.acs.wait_answer(before + 2)
        self.assertEqual(self.settled()['sessions']['failed'], 0)

    def test_one_connection_for_a_session_or_one_for_each_request(self):
        self.settled()
        before = self.acs.connections
        self.check()
        self.assertEqual(self.acs.connections - before, 1 + 4)

    def test_the_acs_closes_after_each_answer(self):
        self.acs.close = True
        self.check()

    def test_the_acs_answers_in_chunks(self):
        self.acs.chunked = True
        self.check()

    def test_a_session_ends_with_an_empty_200_too(self):
        self.acs.empty_200 = True
        self.check()

    def test_redirects_are_followed_and_forgotten(self):
        self.acs.refusals = [(302, [('Location', '/cwmp/other')]), (307, [('Location', self.acs.url + 'cwmp/third')])]
        self.check()
        self.assertEqual(self.fleet.order('status')['http']['3xx'], 2)
        self.assertEqual(self.fleet.order('get', self.serial, 'Device.ManagementServer.URL'),
                         {'value': self.acs.url + 'cwmp/in?x=1'})

    def test_endless_redirects_fail_the_session(self):
        self.acs.refusals = [(302, [('Location', '/cwmp/again')])] * 6
        self.fleet.order('inform', self.serial)
        self.fleet.wait(lambda status: status['sessions']['failed'] == 1, 'status')


class ConnectionRequests(Case):
    options = ('--cr-username', 'acs', '--cr-password', 'secret', '--cr-per-minute', '2')

    def call(self, path=None, password='secret', method='GET'):
        url = self.acs.informs[0].values['Device.ManagementServer.ConnectionRequestURL']
        handler = urllib.request.HTTPDigestAuthHandler()
        handler.add_password('home gateway', url, 'acs', password)
        opener = urllib.request.build_opener(handler)
        try:
            with opener.open(urllib.request.Request(path or url, method=method), timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return None

    def test_a_connection_request_brings_a_session(self):
        self.assertEqual(self.call(), 200)
        self.assertEqual(self.acs.wait_inform('6 CONNECTION REQUEST').events, [('6 CONNECTION REQUEST', '')])

    def test_who_is_a_stranger_gets_nothing(self):
        url = self.acs.informs[0].values['Device.ManagementServer.ConnectionRequestURL']
        self.assertEqual(self.call(password='wrong'), 401)     # this client tries it six times
        self.assertEqual(self.call(path=url + '0'), 404)
        self.assertEqual(self.call(path=url.replace('/cr/', '/xy/')), 404)
        self.assertEqual(self.call(method='PUT'), 405)
        self.assertEqual(self.settled()['connection_requests'],
                         {'challenged': 1, 'accepted': 0, 'busy': 0, 'denied': 6, 'unknown': 3, 'gone': 0})

    def test_an_answer_to_a_challenge_counts_once(self):
        url = self.acs.informs[0].values['Device.ManagementServer.ConnectionRequestURL']
        path = '/cr/' + self.serial
        connection = http.client.HTTPConnection(url.split('/')[2], timeout=5)
        self.addCleanup(connection.close)

        def ask(**headers):
            connection.request('GET', path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get('WWW-Authenticate', '')

        challenge = ask()[1]
        nonce, opaque = re.search('nonce="(.*?)", opaque="(.*?)"', challenge).groups()
        response = md5(md5('acs', 'home gateway', 'secret'), nonce, '00000001', 'c', 'auth', md5('GET', path))
        claim = (f'Digest username="acs", realm="home gateway", nonce="{nonce}", uri="{path}", response="{response}", '
                 f'opaque="{opaque}", qop=auth, nc=00000001, cnonce="c"')
        self.assertEqual(ask(Authorization=claim)[0], 200)
        status, challenge = ask(Authorization=claim)
        self.assertEqual(status, 401)
        self.assertIn('stale=true', challenge)
        self.assertNotIn(nonce, challenge)
        self.assertEqual(ask(Authorization=claim.replace(nonce[:4], 'ffff'))[0], 401)

    def test_too_many_and_those_in_a_session_are_put_off(self):
        self.acs.delay = 0.3
        self.assertEqual(self.call(), 200)
        self.acs.wait(lambda acs: self.fleet.order('status')['in_session'] == 1 or acs.changed.wait(0.01), 'a session')
        self.assertEqual(self.call(), 503)
        self.acs.delay = 0
        self.settled()
        self.assertEqual(self.call(), 200)
        self.settled()
        self.assertEqual(self.call(), 503)

    def test_a_home_that_restarts_does_not_answer(self):
        self.fleet.order('boot', self.serial)
        self.assertIsNone(self.call())
        self.assertEqual(self.fleet.order('status')['connection_requests']['gone'], 1)


class Options(unittest.TestCase):
    def run_program(self, *options):
        return subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=10, check=False)

    def test_what_is_wrong_is_said(self):
        for options, words in (((), '--acs URL is needed'), (('--acs', 'x', '--homes', '0'), '--homes must be'),
                               (('--acs', 'x', '--homes', 'many'), '--homes: '), (('--nope',), 'is no option'),
                               (('--acs', 'x', '--models', 'a'), 'names none of'), (('--acs', 'x', 'y'), 'is no option'),
                               (('--acs', 'x', '--reboot-seconds', '5..2'), 'goes down'),
                               (('--acs', 'x', '--time-scale', '0'), '--time-scale must be'), (('--acs', 'x', '--install-seconds', 'x'), 'not a whole number')):
            with self.subTest(options=options):
                result = self.run_program(*options)
                self.assertEqual(result.returncode, 2)
                self.assertIn(words, result.stderr)

    def test_the_status_file_is_what_the_control_channel_says(self):
        acs = ScriptedAcs()
        self.addCleanup(acs.close_server)
        with tempfile.TemporaryDirectory(prefix='cpesim-') as folder:
            path = os.path.join(folder, 'status.json')
            fleet = Fleet(acs.url, '--homes', '2', '--status', path)
            acs.wait(lambda it: len(it.informs) == 2, 'two Informs')
            fleet.wait(lambda status: status['sessions']['ok'] == 2, 'status')
            said = fleet.order('status')
            code, out, _ = fleet.stop()
            with open(path, encoding='utf-8') as file:
                written = json.load(file)
        self.assertEqual({**said, 'time': ''}, {**written, 'time': ''})
        self.assertEqual(code, 0)
        self.assertIn('2 homes, sessions started 2, sessions ok 2', out)

    def test_help_names_every_option(self):
        result = self.run_program('--help')
        self.assertEqual(result.returncode, 0)
        self.assertIn('--cr-password-file', result.stdout)


if __name__ == '__main__':
    unittest.main()
