#!/usr/bin/env python3
"""test_living.py PROGRAM: what lives in a home and on its line, as the ACS sees it: stations, PPPoE, models."""

import time
import unittest

from homes import Case, Fleet
from scripted_acs import spv, text

IGD = 'InternetGatewayDevice.'
PPP = IGD + 'WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.'


class Stations(Case):
    homes = 12
    options = ('--wifi-seconds', '0.5')

    def setUp(self):
        super().setUp()
        self.acs.wait(lambda acs: len({inform.serial for inform in acs.informs}) == 12, 'twelve homes')
        self.settled()
        self.serial = next(serial for serial in self.fleet.serials if self.count(serial) > 1)

    def count(self, serial):
        return int(self.fleet.order('get', serial, 'Device.WiFi.AccessPoint.1.AssociatedDeviceNumberOfEntries')['value'])

    def test_a_new_passphrase_sends_them_away_and_they_come_back(self):
        before = self.count(self.serial)
        self.converse(spv('k', ('Device.WiFi.AccessPoint.1.Security.KeyPassphrase', 'string', 'lua-verde-ponte-72')))
        self.assertEqual(self.count(self.serial), 0)
        table = 'Device.WiFi.AccessPoint.1.AssociatedDevice.'
        self.assertEqual(self.fault_code('<cwmp:GetParameterValues><ParameterNames SOAP-ENC:arrayType="xsd:string[1]">'
                                         f'<string>{table}1.</string></ParameterNames></cwmp:GetParameterValues>'), '9005')
        deadline = time.monotonic() + 8
        seen = []
        while self.count(self.serial) < before:
            seen.append(self.count(self.serial))
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertIn(1, seen if before > 1 else [1])       # one after the other

    def test_a_radio_that_is_off_has_nobody(self):
        self.converse(spv('k', ('Device.WiFi.Radio.1.Enable', 'boolean', '0')))
        time.sleep(1)
        self.assertEqual(self.count(self.serial), 0)
        self.assertEqual(self.values('Device.WiFi.SSID.1.Status', 'Device.WiFi.AccessPoint.1.Status', 'Device.WiFi.SSID.2.Status'),
                         {'Device.WiFi.SSID.1.Status': 'Down', 'Device.WiFi.AccessPoint.1.Status': 'Disabled',
                          'Device.WiFi.SSID.2.Status': 'Up'})


class Dialling(Case):
    models = 'gpon098'

    def test_a_wrong_password_is_refused_and_the_right_pair_brings_the_address_back(self):
        right = self.fleet.order('home', self.serial)['ppp']
        address = self.values(PPP + 'ExternalIPAddress')[PPP + 'ExternalIPAddress']
        self.assertRegex(address, r'^100\.')
        before = len(self.acs.informs) + 1
        self.converse(spv('k', (PPP + 'Password', 'string', 'errada')))
        inform = self.acs.wait_inform('4 VALUE CHANGE', after=before)
        self.assertEqual(inform.values[PPP + 'ExternalIPAddress'], '')
        self.assertEqual(self.values(PPP + 'LastConnectionError', PPP + 'ConnectionStatus', PPP + 'Uptime'),
                         {PPP + 'LastConnectionError': 'ERROR_AUTHENTICATION_FAILURE', PPP + 'ConnectionStatus': 'Connecting',
                          PPP + 'Uptime': '0'})
        before = len(self.acs.informs) + 1
        started = time.monotonic()
        self.converse(spv('k', (PPP + 'Username', 'string', right['username']), (PPP + 'Password', 'string', right['password'])))
        inform = self.acs.wait_inform('4 VALUE CHANGE', after=before)
        self.assertTrue(1.5 < time.monotonic() - started < 6)
        self.assertEqual(inform.values[PPP + 'ExternalIPAddress'], address)
        self.assertEqual(self.values(PPP + 'LastConnectionError', PPP + 'ConnectionStatus'),
                         {PPP + 'LastConnectionError': 'ERROR_NONE', PPP + 'ConnectionStatus': 'Connected'})


class InTurn(Case):
    homes = 8

    def start(self, *options):
        return Fleet(self.acs.url, '--homes', str(self.homes), *options)

    def test_homes_take_the_models_in_turn_but_those_that_must_be_named(self):
        self.assertEqual([serial[:2] for serial in self.fleet.serials], ['AR', 'PT', 'SF', 'B3', 'VO', 'MN', 'AR', 'PT'])


class Models(Case):
    models = 'cheap098,gponct098,mesh181'
    homes = 3

    def read(self, place, *names):
        self.serial = self.fleet.serials[place]
        return self.values(*names)

    def test_the_realtek_family_has_5_ghz_first_and_light_in_tenths_of_microwatts(self):
        wlan = IGD + 'LANDevice.1.WLANConfiguration.'
        power = IGD + 'WANDevice.1.X_CT-COM_GponInterfaceConfig.RXPower'
        values = self.read(1, wlan + '1.Channel', wlan + '6.Channel', power,
                           IGD + 'WANDevice.1.WANConnectionDevice.1.X_CT-COM_WANGponLinkConfig.VLANIDMark',
                           IGD + 'DeviceInfo.X_CT-COM_TeleComAccount.Password', wlan + '6.KeyPassphrase')
        self.assertGreaterEqual(int(values[wlan + '1.Channel']), 36)
        self.assertLessEqual(int(values[wlan + '6.Channel']), 13)
        self.assertTrue(30 < int(values[power]) < 320)
        self.assertEqual(values[wlan + '6.KeyPassphrase'], '')

    def test_the_mesh_router_has_satellites_with_stations(self):
        found = self.read(2, 'Device.WiFi.MultiAP.')
        self.assertEqual(found['Device.WiFi.MultiAP.APDeviceNumberOfEntries'], '2')
        for satellite in '12':
            access_point = f'Device.WiFi.MultiAP.APDevice.{satellite}.Radio.1.AP.1.'
            stations = int(found[access_point + 'AssociatedDeviceNumberOfEntries'])
            rcpi = [int(value) for name, value in found.items() if name.startswith(access_point) and name.endswith('SignalStrength')]
            self.assertEqual(len(rcpi), stations)
            self.assertTrue(all(40 < value < 140 for value in rcpi), rcpi)

    def test_the_cheap_one_shows_its_passphrase_and_rounds_numbers(self):
        wlan = IGD + 'LANDevice.1.WLANConfiguration.1.'
        self.serial = self.fleet.serials[0]
        answer, = self.converse(spv('k', (wlan + 'TransmitPower', 'unsignedInt', '73'), (wlan + 'KeyPassphrase', 'string', 'abcdefgh1')))
        self.assertEqual(text(answer.element, 'Status'), '0')
        self.assertEqual(self.values(wlan + 'TransmitPower', wlan + 'KeyPassphrase'),
                         {wlan + 'TransmitPower': '70', wlan + 'KeyPassphrase': 'abcdefgh1'})


class Late(Case):
    homes = 4
    options = ('--late', '2', '--late-every', '60', '--speed', '40')

    def test_new_boxes_are_plugged_in_one_after_the_other(self):
        self.acs.wait(lambda acs: len({inform.serial for inform in acs.informs}) == 4, 'four homes')
        first = {inform.serial: inform for inform in reversed(self.acs.informs)}  # on a busy machine one may have come again
        came = sorted(first, key=lambda serial: self.acs.informs.index(first[serial]))
        self.assertEqual(came[2:], self.fleet.serials[2:])
        self.assertEqual(first[came[3]].events, [('0 BOOTSTRAP', ''), ('1 BOOT', '')])


if __name__ == '__main__':
    unittest.main()
