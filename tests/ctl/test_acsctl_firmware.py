#!/usr/bin/env python3
"""The firmware library by acsctl."""

import json
import os
import tempfile
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import

FILES = tempfile.TemporaryDirectory(prefix='farol-ctl-files-')  # pylint: disable=consider-using-with
os.environ['FAROL_API_FILES'] = FILES.name


class Firmware(test_acsctl.Ctl):
    def file(self, content=None):
        # pylint: disable=consider-using-with
        file = tempfile.NamedTemporaryFile(suffix='.bin')
        self.addCleanup(file.close)
        file.write(content or os.urandom(50))
        file.flush()
        return file.name

    def add(self, *more):
        return self.out('firmware', 'add', self.file(), '--version', '2.1.8', '--model', 'F680', '-o', 'name', *more).strip()

    def shown(self, firmware):
        return json.loads(self.out('firmware', 'show', firmware, '-o', 'json'))

    def test_one_is_added_tested_and_retired(self):
        firmware = self.add('--manufacturer', 'ZTE', '--hardware', 'V6', '--from-versions', '2.1.6,2.1.0..2.1.4', '--counter', '7', '--until', '2099-01-01T00:00:00Z',
                            '--name', 'nova.bin', '--text', 'corrige o Wi-Fi')
        row = self.shown(firmware)
        self.assertEqual((row['state'], row['name'], row['counter'], row['notes'], row['expires_at'][:4]), ('draft', 'nova.bin', 7, 'corrige o Wi-Fi', '2099'))
        self.assertEqual(row['rules'], [{'manufacturer': 'ZTE', 'product_class': 'F680', 'hardware_version': 'V6', 'from_versions': ['2.1.6', '2.1.0..2.1.4']}])
        self.run_ctl('firmware', 'test', firmware, '-r', 'laboratório')
        self.assertRegex(self.out('firmware', 'list', '--state', 'testing'), rf'{firmware} +testing +nova\.bin +2\.1\.8 +7')
        self.run_ctl('firmware', 'retire', firmware)
        self.assertEqual(self.shown(firmware)['state'], 'retired')
        self.run_ctl('firmware', 'retire', firmware, expect=5)

    def test_by_a_manifest(self):
        content = b'by a manifest'
        manifest = self.file(json.dumps({'farol_firmware': 1, 'sha256': '4' * 64, 'size': len(content), 'version': '9', 'counter': 1,
                                         'expires_at': '2099-01-01T00:00:00Z', 'rules': [{'product_class': 'F680'}]}).encode())
        signatures = self.file(b'A' * 88 + b'\n' + b'B' * 88 + b'\n')
        refused = self.run_ctl('firmware', 'add', self.file(content), '--manifest', manifest, '--signatures', signatures, expect=2)
        self.assertIn('/manifest', refused.stderr)
        self.assertIn('sha256', refused.stderr)

    def test_what_is_wrong_is_told(self):
        file = self.file()
        for arguments in (('--version', '1'), ('--model', 'F'), ('--version', '1', '--model', 'F', '--counter', 'x'), ('--manifest', '/no/such/file')):
            self.run_ctl('firmware', 'add', file, *arguments, expect=2)
        self.assertIn('/rules', self.run_ctl('firmware', 'add', file, '--version', '1', '--model', 'F', '--from-versions', '1..2..3', expect=2).stderr)
        self.run_ctl('firmware', 'add', '/no/such/file', '--version', '1', '--model', 'F', expect=2)
        self.run_ctl('firmware', 'show', 'fmw_none', expect=3)
        self.environment['ACSCTL_TOKEN'] = test_acsctl.SERVER.tokens['reader']
        self.run_ctl('firmware', 'list', expect=4)


if __name__ == '__main__':
    unittest.main()
