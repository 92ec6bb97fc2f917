#!/usr/bin/env python3
"""The audit trail by acsctl, and the exit codes that scripts go by."""

import json
import os
import tempfile
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import

DAMAGED = 9


def sql(statement):
    return test_acsctl.SERVER.sql(statement)


class Audit(test_acsctl.Ctl):
    def looked(self):
        serial, device = self.device()
        self.out('devices', 'show', serial)
        return device

    def test_list_and_seen(self):
        device = self.looked()
        self.assertIn('device_show', self.out('audit', 'list', '-f', f'device={device}'))
        row = json.loads(self.out('audit', 'list', '-f', f'device={device}', '-f', 'action=device_show', '-o', 'ndjson').splitlines()[0])
        self.assertEqual((row['devices'], row['decision'], row['actor_name']), ([device], 'allowed', 'all'))
        self.assertEqual(self.out('audit', 'list', '-f', f'device={device}', '--to=2026-01-01T00:00:00Z', '-o', 'name'), '')
        self.assertIn(device, self.out('audit', 'seen', row['actor'], '--all', '-o', 'name').split())
        self.assertEqual(self.out('audit', 'seen', device, '-o', 'name').split(), [row['actor']])
        self.assertIn('no id of', self.run_ctl('audit', 'seen', 'ana', expect=2).stderr)
        self.run_ctl('audit', 'list', '-f', 'device=x', expect=2)
        self.environment['ACSCTL_TOKEN'] = test_acsctl.SERVER.tokens['reader']
        self.run_ctl('audit', 'verify', expect=4)
        self.run_ctl('audit', 'seen', device, expect=4)
        self.assertEqual(self.out('audit', 'list', '-f', 'actor_name=all', '-o', 'name'), '')

    def test_verify_says_what_was_done_and_where(self):
        self.looked()
        self.looked()
        self.out('api', 'GET', '/api/v1/audit/export?format=csv')  # signs
        self.assertIn('rows are as they were written; the end was signed at row', self.out('audit', 'verify'))
        self.assertTrue(json.loads(self.out('audit', 'verify', '-o', 'json'))['in_order'])
        line = self.out('audit', 'checkpoints', '-o', 'name', '--limit=1')
        last = int(line.split()[2])
        with tempfile.TemporaryDirectory() as folder:
            anchor = os.path.join(folder, 'lines')
            with open(anchor, 'w', encoding='ascii') as file:
                file.write(line)
            self.out('audit', 'verify', '--anchor', anchor)
            with open(anchor, 'a', encoding='ascii') as file:
                file.write(line[:-9])  # what a crash has cut in two
            self.out('audit', 'verify', '--anchor', anchor)
            sql('ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_checkpoint DISABLE TRIGGER USER; CREATE TABLE kept AS TABLE audit_entry')
            try:
                sql("UPDATE audit_entry SET actor = 'eve' WHERE seq = 2")
                self.assertIn('row 2: altered: ', self.run_ctl('audit', 'verify', expect=DAMAGED).stderr)
                finding = json.loads(self.run_ctl('audit', 'verify', '-o', 'json', expect=DAMAGED).stderr)['finding']
                self.assertEqual((finding['wrong'], finding['seq']), ('altered', 2))
                sql('DELETE FROM audit_entry; INSERT INTO audit_entry TABLE kept')
                sql(f'DELETE FROM audit_entry WHERE seq >= {last}; DELETE FROM audit_checkpoint')
                self.out('audit', 'verify')  # nothing in the database knows any more
                self.assertIn(f'row {last}: truncated: ', self.run_ctl('audit', 'verify', '--anchor', anchor, expect=DAMAGED).stderr)
            finally:
                sql('DELETE FROM audit_entry; INSERT INTO audit_entry TABLE kept; DROP TABLE kept;'
                    ' ALTER TABLE audit_entry ENABLE TRIGGER USER; ALTER TABLE audit_checkpoint ENABLE TRIGGER USER')
            with open(anchor, 'w', encoding='ascii') as file:
                file.write(line.replace(' 1 ', ' 2 ', 1))
            self.run_ctl('audit', 'verify', '--anchor', anchor, expect=2)
            with open(anchor, 'w', encoding='ascii') as file:
                file.write('\n')
            self.assertIn('holds no checkpoint', self.run_ctl('audit', 'verify', '--anchor', anchor, expect=1).stderr)
            self.run_ctl('audit', 'verify', '--anchor', os.path.join(folder, 'none'), expect=1)


if __name__ == '__main__':
    unittest.main()
