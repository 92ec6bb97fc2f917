#!/usr/bin/env python3
"""test_diagnostics.py PROGRAM: tests that homes make by order, as they look on the wire; speed tests with real bytes."""

import datetime
import http.server
import socket
import socketserver
import threading
import time
import unittest

from homes import Case
from scripted_acs import find, gpv, reboot, spv, text

PING = 'Device.IP.Diagnostics.IPPing.'
IGD = 'InternetGatewayDevice.'


class FileHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        size = int(self.path.rsplit('/', 1)[1]) if self.path.startswith('/get/') else None
        if size is None:
            self.send_response(404)
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        self.send_response(200)
        self.send_header('Content-Length', str(size + (1 if 'short' in self.path else 0)))
        self.end_headers()
        try:
            self.wfile.write(bytes(size))
        except OSError:
            pass        # the test took as much as it wanted
        self.close_connection = True

    def do_PUT(self):
        left = int(self.headers['Content-Length'])
        while left:
            left -= len(self.rfile.read(min(left, 65536)))
        self.server.put.append(int(self.headers['Content-Length']))
        self.send_response(201)
        self.send_header('Content-Length', '0')
        self.end_headers()


class FileServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class DiagnosticCase(Case):
    options = ('--diag-seconds', '0.1')

    def setUp(self):
        self.files = FileServer(('127.0.0.1', 0), FileHandler)
        self.files.put = []
        self.url = f'http://127.0.0.1:{self.files.server_address[1]}'
        thread = threading.Thread(target=self.files.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True)
        thread.start()
        self.addCleanup(self.files.server_close)
        self.addCleanup(self.files.shutdown)
        super().setUp()

    def order(self, object_name, **arguments):
        """Asks for a test; how many Informs there were before."""
        before = len(self.acs.informs) + 1      # the session that orders it
        kinds = {int: 'unsignedInt', str: 'string'}
        kind = {'TestFileLength': 'unsignedLong'} if object_name.startswith('Device.') else {}
        answer, = self.converse(spv('k', *((object_name + name, kind.get(name, kinds[type(value)]), str(value))
                                           for name, value in arguments.items()),
                                    (object_name + 'DiagnosticsState', 'string', 'Requested')))
        self.assertEqual(answer.method, 'SetParameterValuesResponse')
        return before

    def run_test(self, object_name, **arguments):
        """The values of the object when the home says that the test is over."""
        before = self.order(object_name, **arguments)
        inform = self.acs.wait_inform('8 DIAGNOSTICS COMPLETE', after=before, seconds=15)
        self.assertEqual(inform.events, [('8 DIAGNOSTICS COMPLETE', '')])
        return {name[len(object_name):]: value for name, value in self.values(object_name).items()}


def seconds(result, first, last):
    return (datetime.datetime.fromisoformat(result[last][:-1]) - datetime.datetime.fromisoformat(result[first][:-1])).total_seconds()


def mbps(result, count):
    return int(result[count]) * 8 / seconds(result, 'BOMTime', 'EOMTime') / 1e6


class Life(DiagnosticCase):
    def test_a_ping_is_told_once_with_its_result(self):
        result = self.run_test(PING, Host='www.example.com', NumberOfRepetitions=5)
        self.assertEqual((result['DiagnosticsState'], result['SuccessCount'], result['FailureCount']), ('Complete', '5', '0'))
        self.assertTrue(0 < int(result['MinimumResponseTime']) <= int(result['AverageResponseTime'])
                        <= int(result['MaximumResponseTime']))
        self.assertEqual(sum(code == '8 DIAGNOSTICS COMPLETE' for i in self.acs.informs for code, _ in i.events), 1)
        self.assertEqual(self.home()['events'], [])

    def test_it_begins_when_the_session_is_over(self):
        answers = self.converse(spv('k', (PING + 'Host', 'string', 'www.example.com'),
                                    (PING + 'DiagnosticsState', 'string', 'Requested')),
                                gpv(PING + 'DiagnosticsState'))
        self.assertEqual(text(answers[1].element, 'Value'), 'Requested')

    def test_an_empty_host_is_an_error_of_the_test(self):
        self.assertEqual(self.run_test(PING, Host='')['DiagnosticsState'], 'Error_CannotResolveHostName')

    def test_values_that_make_no_sense_are_refused(self):
        for name, kind, value in (('DiagnosticsState', 'string', 'Complete'), ('DiagnosticsState', 'string', 'None'),
                                  ('NumberOfRepetitions', 'unsignedInt', '0'), ('DSCP', 'unsignedInt', '64'),
                                  ('DataBlockSize', 'unsignedInt', '65536'), ('ProtocolVersion', 'string', 'IPX')):
            with self.subTest(name=name, value=value):
                answer, = self.converse(spv('', (PING + name, kind, value)))
                self.assertEqual(text(find(answer.element, 'SetParameterValuesFault'), 'FaultCode'), '9007')

    def test_another_value_ends_it_without_a_word(self):
        self.fleet.order('set', self.serial, 'Device.ManagementServer.PeriodicInformInterval', '3600')
        before = self.order('Device.WiFi.NeighboringWiFiDiagnostic.')      # takes three times as long
        self.converse(spv('', ('Device.WiFi.NeighboringWiFiDiagnostic.DiagnosticsState', 'string', 'Canceled')))
        self.assertEqual(self.values('Device.WiFi.NeighboringWiFiDiagnostic.DiagnosticsState'),
                         {'Device.WiFi.NeighboringWiFiDiagnostic.DiagnosticsState': 'None'})
        time.sleep(0.5)
        self.assertFalse(any(code.startswith('8') for i in self.acs.informs[before:] for code, _ in i.events))

    def test_a_restart_forgets_arguments_and_results(self):
        self.run_test(PING, Host='www.example.com')
        before = len(self.acs.informs)
        self.converse(reboot('b'))
        self.acs.wait_inform('M Reboot', after=before)
        result = self.values(PING)
        self.assertEqual((result[PING + 'DiagnosticsState'], result[PING + 'Host'], result[PING + 'SuccessCount']),
                         ('None', '', '0'))

    def test_routes_look_ups_and_neighbours_are_tables_that_grow(self):
        self.assertEqual(self.fault_code(gpv('Device.IP.Diagnostics.TraceRoute.RouteHops.1.')), '9005')
        result = self.run_test('Device.IP.Diagnostics.TraceRoute.', Host='203.0.113.7', NumberOfTries=3)
        hops = int(result['RouteHopsNumberOfEntries'])
        self.assertEqual(result[f'RouteHops.{hops}.HostAddress'], '203.0.113.7')
        self.assertRegex(result['RouteHops.1.RTTimes'], r'^\d+,\d+,\d+$')
        result = self.run_test('Device.DNS.Diagnostics.NSLookupDiagnostics.', HostName='www.example.com',
                               NumberOfRepetitions=2)
        self.assertEqual((result['ResultNumberOfEntries'], result['Result.2.Status']), ('2', 'Success'))
        result = self.run_test('Device.WiFi.NeighboringWiFiDiagnostic.')
        self.assertEqual(len([name for name in result if name.endswith('.BSSID')]), int(result['ResultNumberOfEntries']))


class Models(DiagnosticCase):
    models = 'gpon098,dsl098,cheap098'
    homes = 3

    def run_on(self, serial, object_name, **arguments):
        self.serial = serial
        return self.run_test(IGD + object_name, **arguments)

    def test_each_model_makes_its_tests_with_its_own_words(self):
        for serial, word in zip(self.fleet.serials, ('Complete', 'Complete', 'Completed')):
            with self.subTest(serial=serial):
                self.settled()
                result = self.run_on(serial, 'IPPingDiagnostics.', Host='www.example.com', NumberOfRepetitions=3)
                self.assertEqual((result['DiagnosticsState'], result['SuccessCount']), (word, '3'))
                result = self.run_on(serial, 'TraceRouteDiagnostics.', Host='www.example.com')
                self.assertEqual(result['DiagnosticsState'], word)
                self.assertIn('RouteHops.1.HopRTTimes', result)
                result = self.run_on(serial, 'DownloadDiagnostics.', DownloadURL=self.url + '/get/200000')
                self.assertEqual(result['DiagnosticsState'], 'Completed')
                self.assertTrue(200000 < int(result['TestBytesReceived']) < 201000)
        result = self.run_on(self.fleet.serials[0], 'LANDevice.1.WiFi.NeighboringWiFiDiagnostic.')
        self.assertIn('Result.1.SignalStrength', result)


class Speed(DiagnosticCase):
    models = 'dsl098'       # 48 and 9 Mb/s at most, whatever the line gives

    def test_the_figures_are_those_of_the_line(self):
        result = self.run_test(IGD + 'DownloadDiagnostics.', DownloadURL=self.url + '/get/6000000')
        self.assertEqual(result['DiagnosticsState'], 'Completed')
        self.assertTrue(43 < mbps(result, 'TestBytesReceived') < 49, mbps(result, 'TestBytesReceived'))
        self.assertTrue(result['ROMTime'] <= result['BOMTime'] < result['EOMTime'])
        self.assertRegex(result['ROMTime'], r'\.\d{6}Z$')
        self.assertTrue(result['TCPOpenRequestTime'] <= result['TCPOpenResponseTime'] <= result['ROMTime'])

    def test_an_upload_really_arrives(self):
        result = self.run_test(IGD + 'UploadDiagnostics.', UploadURL=self.url + '/put', TestFileLength=1500000)
        self.assertEqual((result['DiagnosticsState'], self.files.put), ('Completed', [1500000]))
        self.assertTrue(8 < mbps(result, 'TotalBytesSent') < 9.5, mbps(result, 'TotalBytesSent'))

    def test_what_fails_is_named(self):
        with socket.socket() as unused:
            unused.bind(('127.0.0.1', 0))
            gone = f'http://127.0.0.1:{unused.getsockname()[1]}/'
            for url, state in ((self.url + '/nope', 'Error_TransferFailed'), (gone, 'Error_InitConnectionFailed'),
                               (self.url + '/get/short/5000', 'Error_TransferFailed'), ('', 'Error_InitConnectionFailed')):
                with self.subTest(url=url):
                    result = self.run_test(IGD + 'DownloadDiagnostics.', DownloadURL=url)
                    self.assertEqual(result['DiagnosticsState'], state)


class Bounds(DiagnosticCase):
    def test_a_timed_test_ends_in_time(self):
        result = self.run_test('Device.IP.Diagnostics.DownloadDiagnostics.', DownloadURL=self.url + '/get/900000000',
                               TimeBasedTestDuration=1)
        self.assertEqual(result['DiagnosticsState'], 'Complete')
        self.assertLess(int(result['TestBytesReceived']), 64 * 1024 * 1024 + 20000)
        self.assertLess(seconds(result, 'BOMTime', 'EOMTime'), 1.5)
        self.assertEqual(result['IPAddressUsed'], '127.0.0.1')


if __name__ == '__main__':
    unittest.main()
