#!/usr/bin/env python3
"""test_stories.py PROGRAM: the people that a demo shows, each with the trouble that is theirs, as the ACS sees it."""

import json
import socket
import subprocess
import tempfile
import time
import unittest

from homes import PROGRAM, Case
from scripted_acs import spv

IGD = 'InternetGatewayDevice.'
PPP = IGD + 'WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.'
HOMES = 23


def has_right_digits(cpf):
    digits = [int(char) for char in cpf if char.isdigit()]
    for length in (9, 10):
        rest = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length])) * 10 % 11 % 10
        if rest != digits[length]:
            return False
    return len(digits) == 11


class Stories(Case):
    homes = HOMES + 2
    models = 'gpon181'
    options = ('--stories', '--wifi-seconds', '0.3', '--diag-seconds', '0.1', '--speed', '60')

    def setUp(self):
        super().setUp()
        self.acs.wait(lambda acs: len({inform.serial for inform in acs.informs}) == self.homes, 'all homes')
        self.settled()

    def people(self, *name):
        return self.fleet.order('story', *name)

    def be(self, name):
        self.serial = self.people(name)[0]['serial']

    def informs(self):
        return [inform for inform in self.acs.informs if inform.serial == self.serial]

    def test_everybody_is_named_with_what_an_acs_must_know_of_them(self):
        people = self.people()
        self.assertEqual(len(people), HOMES)
        self.assertEqual([row['serial'] for row in people], self.fleet.serials[:HOMES])
        self.assertEqual(len({row['customer']['cpf'] for row in people}), HOMES)
        for row in people:
            self.assertFalse(has_right_digits(row['customer']['cpf']), row)
            self.assertTrue(all(row['customer'][key] for key in ('name', 'city', 'olt', 'pon', 'cto', 'plan_mbps')), row)
            self.assertTrue(row['what'] and row['model'] and row['oui'] and row['product_class'])
        self.assertEqual({row['customer']['cto'] for row in self.people('CTO-17')}, {'CTO-17'})
        described = subprocess.run([PROGRAM, '--describe', '--homes', str(self.homes)], capture_output=True, text=True, check=True)
        self.assertEqual([{**row, 'on': None} for row in json.loads(described.stdout)], [{**row, 'on': None} for row in people])

    def test_maria_has_little_light_and_less_when_it_becomes_worse(self):
        self.be('Maria')
        power = IGD + 'WANDevice.1.X_GponInterafceConfig.RXPower'
        self.assertTrue(-27.8 < float(self.values(power)[power]) < -27.4)
        self.assertEqual(self.values(PPP + 'LastConnectionError')[PPP + 'LastConnectionError'], 'ERROR_NO_CARRIER')
        before = len(self.acs.informs)
        self.assertEqual(self.people('maria', 'worsen'), {'ok': True})
        self.assertLess(float(self.values(power)[power]), -29)
        first, second = (inform.values[PPP + 'ExternalIPAddress'] for inform in self.drops(before, 2))
        self.assertNotEqual(first, second)
        self.people('maria', 'heal')
        self.assertGreater(float(self.values(power)[power]), -25)

    def drops(self, before, count):
        return self.acs.wait(lambda acs: (found := [inform for inform in acs.informs[before:] if inform.serial == self.serial
                                                    and any(code == '4 VALUE CHANGE' for code, _ in inform.events)])[count - 1:]
                             and found[:count], f'{count} drops', seconds=25)

    def test_joao_is_let_in_again_with_the_pair_of_the_provider(self):
        self.be('João')
        status, error, address = PPP + 'ConnectionStatus', PPP + 'LastConnectionError', PPP + 'ExternalIPAddress'
        self.assertEqual(self.values(status, error, address),
                         {status: 'Connecting', error: 'ERROR_AUTHENTICATION_FAILURE', address: ''})
        right = self.people('joao')[0]['ppp']
        before = len(self.acs.informs)
        self.converse(spv('k', (PPP + 'Username', 'string', right['username']), (PPP + 'Password', 'string', right['password'])))
        inform = self.acs.wait_inform('4 VALUE CHANGE', after=before, serial=self.serial)
        self.assertRegex(inform.values[address], r'^100\.')
        self.assertEqual(self.values(status, error), {status: 'Connected', error: 'ERROR_NONE'})

    def test_lucia_has_nine_neighbours_on_her_channel_and_a_television_far_away(self):
        self.be('lucia')
        scan, channel = 'Device.WiFi.NeighboringWiFiDiagnostic.', 'Device.WiFi.Radio.1.Channel'
        station = 'Device.WiFi.AccessPoint.1.AssociatedDevice.1.'
        before = len(self.acs.informs)
        self.converse(spv('k', (scan + 'DiagnosticsState', 'string', 'Requested')))
        self.acs.wait_inform('8 DIAGNOSTICS COMPLETE', after=before, serial=self.serial)
        found = self.values(scan)
        channels = [value for name, value in found.items() if name.endswith('.Channel') and int(value) < 14]
        self.assertEqual(channels, ['6'] * 9)
        values = self.values(channel, station + 'SignalStrength', 'Device.Hosts.Host.1.HostName')
        self.assertEqual((values[channel], values['Device.Hosts.Host.1.HostName']), ('6', 'tv-sala'))
        self.assertTrue(-84 < int(values[station + 'SignalStrength']) < -80)
        self.converse(spv('k', (channel, 'unsignedInt', '11')))
        self.fleet.wait(lambda answer: answer['value'] == '4', 'get', self.serial,
                        'Device.WiFi.AccessPoint.1.AssociatedDeviceNumberOfEntries')

    def test_pedro_has_all_but_one_of_his_things_back_until_the_old_password_is(self):
        self.be('pedro')
        path, stations = 'Device.WiFi.AccessPoint.1.Security.KeyPassphrase', 'Device.WiFi.AccessPoint.1.AssociatedDeviceNumberOfEntries'
        old = self.fleet.order('get', self.serial, path)['value']
        self.assertEqual(self.fleet.order('get', self.serial, stations), {'value': '4'})
        for password, count in (('lua-verde-ponte-72', '3'), (old, '4')):
            self.converse(spv('k', (path, 'string', password)))
            self.assertEqual(self.fleet.order('get', self.serial, stations), {'value': '0'})
            self.fleet.wait(lambda answer, count=count: answer['value'] == count, 'get', self.serial, stations)
        time.sleep(1)
        self.assertEqual(self.fleet.order('get', self.serial, stations), {'value': '4'})

    def test_rosa_restarts_by_herself_until_she_is_healed(self):
        self.be('rosa')
        self.people('rosa', 'worsen')               # once in a second, here
        self.fleet.wait(lambda home: home['restarts'] >= 2, 'home', self.serial)
        self.people('rosa', 'heal')
        time.sleep(0.5)
        before = self.home()['restarts']
        time.sleep(1.5)
        self.assertEqual(self.home()['restarts'], before)
        self.assertIn('1 BOOT', [code for code, _ in self.informs()[-1].events])

    def test_tiago_is_never_reached(self):
        self.be('tiago')
        host, _, port = self.informs()[0].values['Device.ManagementServer.ConnectionRequestURL'].split('/')[2].partition(':')
        with socket.create_connection((host, int(port)), timeout=1) as connection:
            connection.sendall(f'GET /cr/{self.serial} HTTP/1.1\r\nHost: x\r\n\r\n'.encode())
            with self.assertRaises(TimeoutError):
                connection.recv(1)
        self.assertEqual(self.fleet.order('status')['connection_requests']['gone'], 1)

    def test_bia_has_a_slow_port_and_nair_no_network(self):
        self.be('bia')
        rate = 'Device.Ethernet.Interface.1.CurrentBitRate'
        self.assertEqual(self.values(rate), {rate: '100'})
        self.be('nair')
        status = IGD + 'LANDevice.1.WLANConfiguration.1.Status'
        self.assertEqual(self.values(status), {status: 'Disabled'})
        self.be('sonia')
        margin = IGD + 'WANDevice.1.WANDSLInterfaceConfig.DownstreamNoiseMargin'
        self.assertTrue(28 <= int(self.values(margin)[margin]) <= 36)

    def test_caio_calls_in_once_and_returns_when_he_is_told_to(self):
        self.be('caio')
        self.assertEqual(len(self.informs()), 1)
        self.assertFalse(self.home()['on'])
        self.people('caio', 'heal')
        self.acs.wait(lambda acs: len(self.informs()) == 2, 'his return')

    def test_twelve_homes_vanish_together_and_return(self):
        homes = [row['serial'] for row in self.people('cto-17')]
        self.assertEqual(len(homes), 12)
        self.assertEqual(self.people('CTO-17', 'vanish'), {'ok': True})
        self.assertEqual([row['on'] for row in self.people('CTO-17')], [False] * 12)
        before = len(self.acs.informs)
        self.fleet.order('inform', homes[0])
        time.sleep(0.3)
        self.assertNotIn(homes[0], [inform.serial for inform in self.acs.informs[before:]])
        self.people('CTO-17', 'return')
        self.acs.wait(lambda acs: set(homes) <= {inform.serial for inform in acs.informs[before:]}, 'their return')

    def test_what_is_no_story_is_said(self):
        self.assertIn('no home here', self.people('ninguem', 'heal')['error'])
        self.assertIn('none of vanish', self.people('pedro', 'dance')['error'])
        self.assertIn('cannot become worse', self.people('pedro', 'worsen')['error'])


class Again(Case):
    homes = HOMES
    models = 'gpon181'

    def setUp(self):
        self.journal = tempfile.NamedTemporaryFile(prefix='cpesim-journal-')
        self.addCleanup(self.journal.close)
        self.options = ('--stories', '--state', self.journal.name)
        super().setUp()

    def test_a_fleet_that_starts_again_leaves_caio_silent(self):
        caio = self.fleet.order('story', 'caio')[0]['serial']
        self.acs.wait(lambda acs: len(acs.informs) == HOMES, 'all homes')
        self.settled()
        self.assertEqual(self.fleet.stop()[0], 0)
        self.fleet = self.start()
        self.acs.wait(lambda acs: len(acs.informs) == 2 * HOMES - 1, 'all homes but his')
        time.sleep(0.3)
        self.assertEqual([inform.serial for inform in self.acs.informs].count(caio), 1)


class TooFew(unittest.TestCase):
    def test_a_fleet_too_small_for_the_stories_does_not_start(self):
        result = subprocess.run([PROGRAM, '--acs', 'http://127.0.0.1:1/', '--stories', '--homes', str(HOMES - 1)],
                                capture_output=True, text=True, timeout=10, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn(f'--homes {HOMES}', result.stderr)


if __name__ == '__main__':
    unittest.main()
