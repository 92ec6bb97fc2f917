#!/usr/bin/env python3
"""test_firmware.py PROGRAM: firmware that misbehaves in each of its ways, as the ACS, the journal and the counts see it."""

import datetime
import http.server
import json
import pathlib
import tempfile
import threading
import time
import unittest

from homes import Case
from scripted_acs import text

PPP = 'Device.PPP.Interface.1.'
CUT = 1024 * 1024
VERSION = 'Device.DeviceInfo.SoftwareVersion'


def image(version, size=3000, **lines):
    return f'version={version}\n'.encode() + b''.join(f'{key}={number}\n'.encode() for key, number in lines.items()) + b'\n' + bytes(size)


class Shelf(http.server.ThreadingHTTPServer):
    """Images by path; a path that is not there is 404."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *_):
                pass

            def do_GET(self):
                content = self.server.images[self.path]
                first, last = 0, len(content) - 1
                if 'Range' in self.headers:
                    self.server.ranges.append(self.headers['Range'])
                    first, last = (int(number or last) for number in self.headers['Range'].removeprefix('bytes=').split('-'))
                piece = content[first:last + 1]
                self.send_response(206 if 'Range' in self.headers else 200)
                self.send_header('Content-Range', f'bytes {first}-{first + len(piece) - 1}/{len(content)}')
                self.send_header('Content-Length', str(len(piece)))
                self.end_headers()
                for at in range(0, len(piece), CUT):
                    self.wfile.write(piece[at:at + CUT])
                    self.wfile.flush()
                    if self.server.cuts > 0:
                        self.server.cuts -= 1
                        self.close_connection = True
                        break

        self.images = {}
        self.ranges, self.cuts = [], 0      # asked for; how often a connection breaks off after a megabyte
        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    def put(self, content):
        path = f'/image{len(self.images)}.bin'
        self.images[path] = content
        return f'http://127.0.0.1:{self.server_address[1]}{path}'

    def close(self):
        self.shutdown()
        self.server_close()


def download(url, key='fw', size=0):
    return (f'<cwmp:Download><CommandKey>{key}</CommandKey><FileType>1 Firmware Upgrade Image</FileType><URL>{url}</URL><Username></Username>'
            f'<Password></Password><FileSize>{size}</FileSize><TargetFileName></TargetFileName><DelaySeconds>0</DelaySeconds>'
            '<SuccessURL></SuccessURL><FailureURL></FailureURL></cwmp:Download>')


class FirmwareCase(Case):
    def prepare(self):
        self.shelf = Shelf()
        self.addCleanup(self.shelf.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='cpesim-')
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name, 'journal')
        super().setUp()
        self.acs.wait(lambda acs: len({inform.serial for inform in acs.informs}) == self.homes, 'all homes')
        self.settled()

    def start(self, *options):
        return super().start('--state', str(self.state), *options)

    def journal(self, *did):
        rows = [json.loads(line) for line in self.state.read_text(encoding='utf-8').splitlines()]
        return [row for row in rows if row['did'] in did]

    def install(self, content, serials=None, key='fw', size=0):
        """Sends it to these homes, or to all, and waits until all have carried it."""
        url = self.shelf.put(content)
        before, serials = len(self.journal('Download')), serials or self.fleet.serials
        for serial in serials:
            self.acs.work[serial] = [download(url, key, size)]
            self.fleet.order('inform', serial)
        self.until(lambda: len(self.journal('Download')) == before + len(serials), 'the downloads')
        return self.journal('Download')[before:]

    def until(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.05)

    def told(self, serial=None):
        return [text(answer.element, 'FaultCode') for answer in self.acs.answers
                if answer.method == 'TransferComplete' and answer.serial == (serial or self.serial)]

    def boots(self):
        return [inform for inform in self.acs.informs if inform.serial == self.serial and ('1 BOOT', '') in inform.events]

    def counts(self, version):
        return self.fleet.order('status')['firmware'][version]


class OneHome(FirmwareCase):
    def test_a_download_that_fails_and_an_image_that_is_corrupt_change_nothing(self):
        old = self.values(VERSION)
        for way, fault in (('download_fails', 9010), ('corrupt', 9018)):
            row, = self.install(image('2.1', **{way: 100}), key=way)
            self.assertEqual((row['fault'], row['image'], row['fate'], row.get('version')), (fault, '2.1', way, None))
            self.acs.wait(lambda acs, fault=fault: str(fault) in self.told(), 'TransferComplete')
        self.assertEqual((self.values(VERSION), len(self.boots())), (old, 1))
        self.assertEqual(self.counts('2.1'), {'downloads': 2, 'installs': 0, 'bricked': 0, 'lost': 0})

    def test_a_line_that_is_not_known_spoils_the_image_and_is_named(self):
        row, = self.install(image('2.1', brick=5))
        self.assertEqual(row['fault'], 9018)
        self.assertRegex(row['why'], "^'brick=5' is not known; .*bricks_later=, loses_wan=.*after=")
        self.acs.wait(lambda acs: self.told() == ['9018'], 'TransferComplete')

    def test_a_brick_is_told_by_the_journal_alone(self):
        row, = self.install(image('2.1', bricks=100))
        self.assertEqual((row['version'], row['fate']), ('2.1', 'bricks'))
        brick, = self.journal('bricked')
        self.assertEqual((brick['serial'], brick['version']), (self.serial, '2.1'))
        self.assertEqual((self.home()['on'], self.home()['end']), (False, 'bricked'))
        self.fleet.order('boot', self.serial)
        time.sleep(0.5)
        self.assertEqual((self.told(), len(self.boots())), ([], 1))
        status = self.fleet.order('status')
        self.assertEqual((status['bricked'], status['lost'], status['on']), (1, 0, 0))
        self.assertEqual(self.counts('2.1'), {'downloads': 1, 'installs': 1, 'bricked': 1, 'lost': 0})

    def test_one_that_is_carried_within_the_session_bricks_when_that_is_over(self):
        self.fleet.order('odd', self.serial, 'at-once')
        self.install(image('2.1', bricks=100))
        self.until(lambda: self.journal('bricked'), 'the brick')
        answer = next(answer for answer in self.acs.answers if answer.method == 'DownloadResponse')
        self.assertEqual((text(answer.element, 'Status'), self.home()['end']), ('0', 'bricked'))

    def test_a_home_is_lost_though_its_firmware_is_fine(self):
        self.install(image('2.1', lost=100))
        self.assertEqual([row['version'] for row in self.journal('lost')], ['2.1'])
        time.sleep(0.5)
        self.assertEqual((self.told(), self.home()['end'], self.fleet.order('status')['lost']), ([], 'lost', 1))

    def test_one_without_wan_is_reached_and_shows_it(self):
        before = len(self.acs.informs)
        self.install(image('2.1', loses_wan=100))
        inform = self.acs.wait_inform('4 VALUE CHANGE', after=before)
        self.assertIn(('1 BOOT', ''), inform.events)
        self.acs.wait(lambda acs: self.told() == ['0'], 'TransferComplete')
        status, error, address = PPP + 'ConnectionStatus', PPP + 'LastConnectionError', 'Device.IP.Interface.1.IPv4Address.1.IPAddress'
        self.assertEqual(self.values(VERSION, status, error, address),
                         {VERSION: '2.1', status: 'Connecting', error: 'ERROR_NO_CARRIER', address: ''})
        self.install(image('2.2'), key='back')
        self.acs.wait(lambda acs: self.told() == ['0', '0'], 'TransferComplete')
        self.assertEqual(self.values(status)[status], 'Connected')

    def test_one_that_hides_its_version_restarts_and_one_that_keeps_it_does_not(self):
        old = self.values(VERSION)
        row, = self.install(image('2.1', hides_version=100), key='hides')
        self.assertEqual((row['version'], row['fate']), ('2.1', 'hides_version'))
        self.acs.wait(lambda acs: self.told() == ['0'], 'TransferComplete')
        self.assertEqual((self.values(VERSION), len(self.boots())), (old, 2))
        row, = self.install(image('2.2', keeps_version=100), key='keeps')
        self.assertEqual((row.get('version'), row['image'], row['fate']), (None, '2.2', 'keeps_version'))
        self.acs.wait(lambda acs: self.told() == ['0', '0'], 'TransferComplete')
        self.assertEqual((self.values(VERSION), len(self.boots())), (old, 2))
        self.assertEqual(self.counts('2.2')['installs'], 0)

    def test_it_tells_never_or_three_times(self):
        self.install(image('2.1', never_tells=100), key='never')
        self.acs.wait(lambda acs: len(self.boots()) == 2, 'the restart')
        self.settled()
        self.assertEqual((self.values(VERSION), self.told()), ({VERSION: '2.1'}, []))
        self.install(image('2.2', tells_thrice=100), key='thrice')
        self.acs.wait(lambda acs: len(self.told()) == 3, 'TransferComplete')
        time.sleep(0.5)
        self.assertEqual(self.told(), ['0'] * 3)

    def test_a_large_image_passes_by(self):
        size = 24 * 1024 * 1024
        peak = lambda: next(int(line.split()[1]) for line in pathlib.Path(f'/proc/{self.fleet.process.pid}/status').read_text(
            encoding='ascii').splitlines() if line.startswith('VmHWM:'))
        before = peak()
        content = image('2.1', size)
        row, = self.install(content, size=len(content))
        self.assertEqual(row['version'], '2.1')
        self.assertLess(peak() - before, 8 * 1024)


    def test_what_a_broken_connection_left_out_is_fetched_by_range(self):
        self.shelf.cuts = 2
        content = image('2.1', 3 * CUT)
        row, = self.install(content, size=len(content))
        self.assertEqual((row.get('version'), self.shelf.ranges), ('2.1', [f'bytes={CUT}-', f'bytes={2 * CUT}-']))

    def test_one_that_breaks_off_too_often_is_told(self):
        self.shelf.cuts = 9
        row, = self.install(image('2.1', 5 * CUT))
        self.assertEqual((row['fault'], row.get('version')), (9017, None))


class InTime(FirmwareCase):
    options = ('--time-scale', '60', '--reboot-seconds', '12')

    def test_what_takes_ten_minutes_takes_ten_seconds(self):
        """Half of that here: a brick 270 s after it came up, which takes 12 s."""
        self.install(image('2.1', bricks_later=100, after=270))
        began = time.monotonic()
        self.acs.wait(lambda acs: self.told() == ['0'], 'TransferComplete')
        self.assertTrue(self.home()['on'])
        self.until(lambda: self.journal('bricked'), 'the brick')
        self.assertTrue(4.5 < time.monotonic() - began < 15)
        self.assertFalse(self.home()['on'])

    def test_a_boot_loop_is_ended_by_another_firmware(self):
        self.install(image('2.1', boot_loop=100, every=48))
        self.acs.wait(lambda acs: len(self.boots()) >= 4, 'the loop')
        self.assertGreaterEqual(len([row for row in self.journal('restart') if row['cause'] == 'boot loop']), 2)
        self.acs.work[self.serial] = [download(self.shelf.put(image('2.2')), 'back')]
        self.acs.wait(lambda acs: ('M Download', 'back') in self.boots()[-1].events, 'the old firmware')
        self.settled()
        boots = len(self.boots())
        time.sleep(1.5)
        self.assertEqual(len(self.boots()), boots)


class Slowly(FirmwareCase):
    options = ('--install-seconds', '1')

    def test_installing_takes_its_time(self):
        self.acs.work[self.serial] = [download(self.shelf.put(image('2.1')))]
        self.fleet.order('inform', self.serial)
        self.acs.wait(lambda acs: any(answer.method == 'DownloadResponse' for answer in acs.answers), 'DownloadResponse')
        began = time.monotonic()
        self.until(lambda: self.journal('Download'), 'the installation')
        self.assertTrue(0.8 < time.monotonic() - began < 10)
        row, = self.journal('Download')
        ordered, ended = (datetime.datetime.fromisoformat(row[key]) for key in ('ordered', 'time'))
        self.assertTrue(0.8 < (ended - ordered).total_seconds() < 10, row)


class Again(FirmwareCase):
    homes = 2

    def test_a_fleet_that_starts_again_remembers(self):
        dead, alive = self.fleet.serials
        self.install(image('2.1', bricks=100), [dead])
        self.install(image('2.2', boot_loop=100, every=1), [alive])
        self.assertEqual(self.fleet.stop()[0], 0)
        before = len(self.acs.informs)
        self.fleet = self.start()
        self.serial = alive
        self.until(lambda: self.fleet.order('status')['restarts']['boot_loop'] > 0, 'the loop')
        self.assertNotIn(dead, [inform.serial for inform in self.acs.informs[before:]])
        self.assertEqual(self.fleet.order('home', dead)['end'], 'bricked')
        self.assertEqual((self.counts('2.1')['bricked'], self.counts('2.2')['installs']), (1, 1))


class ManyHomes(FirmwareCase):
    homes = 60
    models = 'gpon181,dsl098,gpon098'

    def test_each_share_is_hit_and_all_is_counted(self):
        rows = self.install(image('2.1', 50000, corrupt=20, bricks=20, lost=10, download_fails=10), size=0)
        self.assertEqual(sorted(row['serial'] for row in rows), sorted(self.fleet.serials))     # one each
        fates = [row.get('fate') for row in rows]
        for fate in (None, 'corrupt', 'bricks', 'lost', 'download_fails'):
            self.assertGreaterEqual(fates.count(fate), 1, fate)
        self.assertEqual(len([row for row in rows if 'fault' in row]), fates.count('corrupt') + fates.count('download_fails'))
        self.acs.wait(lambda acs: sum(len(self.told(serial)) for serial in self.fleet.serials) == 60 - fates.count('bricks') - fates.count('lost'),
                      'TransferCompletes')
        self.assertEqual(self.counts('2.1'), {'downloads': 60, 'installs': len([row for row in rows if 'version' in row]),
                                              'bricked': fates.count('bricks'), 'lost': fates.count('lost')})
        self.assertEqual((len(self.journal('bricked')), len(self.journal('lost'))), (fates.count('bricks'), fates.count('lost')))


if __name__ == '__main__':
    unittest.main()
