#!/usr/bin/env python3
"""test_odd.py PROGRAM: homes that misbehave by order with what is set and with tests, as the ACS sees it."""

import time
import unittest

from homes import Case
from scripted_acs import gpv, local, reboot, spv, text

SSID = 'Device.WiFi.SSID.1.SSID'
NTP = 'Device.Time.NTPServer1'
POWER = 'Device.WiFi.Radio.1.TransmitPower'
KEY = 'Device.ManagementServer.ParameterKey'
FORWARDS = 'Device.NAT.PortMapping.'
PHRASE = 'Device.WiFi.AccessPoint.1.Security.KeyPassphrase'
PING = 'Device.IP.Diagnostics.IPPing.'


def of_object(method, path):
    return f'<cwmp:{method}><ObjectName>{path}</ObjectName><ParameterKey>k</ParameterKey></cwmp:{method}>'


class Odd(Case):
    options = ('--diag-seconds', '0.1')

    def be(self, how):
        self.assertEqual(self.fleet.order('odd', self.serial, how), {'ok': True})

    def set(self, key='k', **values):
        names = {'ssid': (SSID, 'string'), 'ntp': (NTP, 'string'), 'power': (POWER, 'int')}
        return self.converse(spv(key, *((*names[name], value) for name, value in values.items())))[0]

    def ping(self):
        self.converse(spv('', (PING + 'Host', 'string', 'www.example.com'), (PING + 'DiagnosticsState', 'string', 'Requested')))
        time.sleep(0.6)
        self.settled()
        return self.values(PING + 'DiagnosticsState')[PING + 'DiagnosticsState']

    def told(self):
        return any(code == '8 DIAGNOSTICS COMPLETE' for inform in self.acs.informs for code, _ in inform.events)

    def test_it_ignores_what_is_written_but_the_key(self):
        old = self.values(SSID)[SSID]
        self.be('ignores-writes')
        answer = self.set('key-1', ssid='Nova', ntp='n.example')
        self.assertEqual(text(answer.element, 'Status'), '0')
        self.assertEqual(self.values(SSID, NTP, KEY), {SSID: old, NTP: 'a.ntp.example', KEY: 'key-1'})

    def test_it_takes_no_key(self):
        self.set('key-1', ntp='one.example')
        self.be('no-key')
        self.set('key-2', ntp='two.example')
        self.assertEqual(self.values(NTP, KEY), {NTP: 'two.example', KEY: 'key-1'})

    def test_it_rounds_numbers(self):
        self.be('rounds')
        self.set(power='77', ntp='77.example')
        self.assertEqual(self.values(POWER, NTP), {POWER: '70', NTP: '77.example'})
        self.converse(spv('', ('Device.ManagementServer.PeriodicInformInterval', 'unsignedInt', '3601')))
        self.assertEqual(self.fleet.order('get', self.serial, 'Device.ManagementServer.PeriodicInformInterval'), {'value': '3601'})

    def test_it_refuses_what_is_right(self):
        self.be('refuses-writes')
        answer = self.set(power='70', ntp='x.example')
        faults = {text(entry, 'ParameterName'): text(entry, 'FaultCode') for entry in answer.element.iter()
                  if local(entry.tag) == 'SetParameterValuesFault'}
        self.assertEqual(faults, {POWER: '9007', NTP: '9008'})
        self.assertEqual(self.values(NTP), {NTP: 'a.ntp.example'})

    def test_it_says_that_it_must_restart_first(self):
        self.be('lies-status')
        self.assertEqual(text(self.set(ntp='x.example').element, 'Status'), '1')
        self.assertEqual(self.values(NTP), {NTP: 'x.example'})

    def test_it_keeps_its_network_name(self):
        old = self.values(SSID)[SSID]
        self.be('keeps-ssid')
        self.set(ssid='Nova', ntp='x.example')
        self.assertEqual(self.values(SSID, NTP), {SSID: old, NTP: 'x.example'})

    def test_a_test_ends_and_nobody_is_told(self):
        self.be('diag-silent')
        self.assertEqual((self.ping(), self.told()), ('Complete', False))

    def test_a_test_never_ends(self):
        self.be('diag-never')
        self.assertEqual((self.ping(), self.told()), ('Requested', False))
        self.be('nothing')
        self.assertEqual(self.ping(), 'Complete')

    def test_a_test_ends_in_an_error(self):
        self.be('diag-error')
        self.assertEqual((self.ping(), self.told()), ('Error_Internal', True))

    def test_it_makes_no_row(self):
        self.be('no-rows')
        self.assertEqual(self.fault_code(of_object('AddObject', FORWARDS)), '9004')

    def test_it_keeps_a_row_that_was_deleted(self):
        made, = self.converse(of_object('AddObject', FORWARDS))
        row = f"{FORWARDS}{text(made.element, 'InstanceNumber')}."
        self.be('keeps-rows')
        deleted, = self.converse(of_object('DeleteObject', row))
        self.assertEqual(text(deleted.element, 'Status'), '0')
        self.assertEqual(self.values(row + 'Enable'), {row + 'Enable': '0'})
        self.be('nothing')
        self.converse(of_object('DeleteObject', row))
        self.assertEqual(self.fault_code(gpv(row)), '9005')

    def test_a_forward_is_in_force_when_it_has_all_that_it_needs(self):
        made, = self.converse(of_object('AddObject', FORWARDS))
        row = f"{FORWARDS}{text(made.element, 'InstanceNumber')}."
        status = lambda: self.values(row + 'Status')[row + 'Status']
        self.assertEqual(status(), 'Disabled')
        self.converse(spv('k', (row + 'Enable', 'boolean', '1'), (row + 'InternalClient', 'string', '192.168.1.2')))
        self.assertEqual(status(), 'Error_Misconfigured')
        self.converse(spv('k', (row + 'AllInterfaces', 'boolean', '1')))
        self.assertEqual(status(), 'Enabled')

    def test_a_connection_is_cut_at_one_method_only(self):
        self.assertEqual(self.fleet.order('drop', self.serial, '1', 'AddObject'), {'ok': True})
        self.assertEqual(len(self.values(NTP)), 1)
        self.assertIn('is no method', self.fleet.order('drop', self.serial, '1', 'MakeRow')['error'])
        self.assertEqual(self.fleet.order('drop', self.serial, '0'), {'ok': True})

    def test_a_test_says_that_it_is_complete_and_has_measured_nothing(self):
        self.be('diag-lies')
        self.assertEqual((self.ping(), self.told()), ('Complete', True))
        self.assertEqual(self.values(PING + 'SuccessCount', PING + 'FailureCount'),
                         {PING + 'SuccessCount': '0', PING + 'FailureCount': '0'})

    def test_it_says_yes_to_all_and_does_nothing(self):
        old = self.values(NTP, KEY)
        self.be('deaf')
        self.assertEqual(text(self.set('key-1', ntp='x.example').element, 'Status'), '0')
        added, deleted, restart = self.converse(of_object('AddObject', FORWARDS), of_object('DeleteObject', FORWARDS + '99.'),
                                                reboot('of nobody'))
        self.assertEqual([answer.method for answer in (added, deleted, restart)],
                         ['AddObjectResponse', 'DeleteObjectResponse', 'RebootResponse'])
        self.assertEqual(text(added.element, 'InstanceNumber'), '99')
        self.assertEqual((self.values(NTP, KEY), self.home()['reboot_keys']), (old, []))

    def test_it_has_no_value(self):
        self.be('empty')
        self.assertEqual(self.values(NTP), {})

    def test_it_shows_its_secrets(self):
        self.assertEqual(self.values(PHRASE), {PHRASE: ''})
        self.be('shows-secrets')
        self.assertEqual(self.values(PHRASE), {PHRASE: self.fleet.order('get', self.serial, PHRASE)['value']})

    def meets(self, method, how):
        self.assertEqual(self.fleet.order('next', self.serial, method, how), {'ok': True})

    def test_the_next_request_of_a_method_is_refused_and_no_other(self):
        self.meets('SetParameterValues', '9001')
        self.assertEqual(text(self.set(ntp='x.example').element, 'FaultCode'), '9001')
        self.assertEqual(self.values(NTP), {NTP: 'a.ntp.example'})
        self.assertEqual(text(self.set(ntp='x.example').element, 'Status'), '0')

    def test_the_next_request_of_a_method_is_cut_off_before_or_after_it_is_carried_out(self):
        for how, value in (('unheard', 'a.ntp.example'), ('unanswered', 'x.example')):
            self.settled()
            self.meets('SetParameterValues', how)
            informs = len(self.acs.informs)
            self.acs.work[self.serial] = [gpv(SSID), spv('', (NTP, 'string', 'x.example'))]
            self.fleet.order('inform', self.serial)
            self.acs.wait(lambda acs, after=informs: next((i for i in acs.informs[after:] if i.retry == 1), None), 'retry')
            self.assertEqual(self.fleet.order('get', self.serial, NTP), {'value': value})

    def test_what_cannot_happen_to_a_request_is_told(self):
        self.assertIn('no method', self.fleet.order('next', self.serial, 'Dance', 'unheard')['error'])
        self.assertIn('unanswered', self.fleet.order('next', self.serial, 'Reboot', 'slowly')['error'])

    def test_a_wrong_word_shows_the_right_ones(self):
        self.assertIn('keeps-ssid, no-rows, keeps-rows, diag-silent', self.fleet.order('odd', self.serial, 'nice')['error'])


if __name__ == '__main__':
    unittest.main()
