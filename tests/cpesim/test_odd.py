#!/usr/bin/env python3
"""test_odd.py PROGRAM: homes that misbehave by order with what is set and with tests, as the ACS sees it."""

import time
import unittest

from homes import Case
from scripted_acs import local, spv, text

SSID = 'Device.WiFi.SSID.1.SSID'
NTP = 'Device.Time.NTPServer1'
POWER = 'Device.WiFi.Radio.1.TransmitPower'
KEY = 'Device.ManagementServer.ParameterKey'
PING = 'Device.IP.Diagnostics.IPPing.'


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

    def test_a_wrong_word_shows_the_right_ones(self):
        self.assertIn('keeps-ssid, no-rows, keeps-rows, diag-silent', self.fleet.order('odd', self.serial, 'nice')['error'])


if __name__ == '__main__':
    unittest.main()
