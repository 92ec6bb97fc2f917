#!/usr/bin/env python3
"""Campaigns and kill switches by acsctl."""

import json
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import threading
import unittest

import test_acsctl
from test_acsctl import ACSCTL, setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import
from server import number_of

FILES = tempfile.TemporaryDirectory(prefix='farol-ctl-files-')  # pylint: disable=consider-using-with
os.environ['FAROL_API_FILES'] = FILES.name
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'contrib/examples/campaign.yaml'
REBOOT = """\
name: 2026
type: reboot
filter: {filter}
plan:
  waves:
    - {{devices: 1, soak_s: 0}}
    - {{rest: true, soak_s: 0}}
  windows:
    - {{days: [mon], from: 00:00, to: "00:00"}}
"""


class Case(test_acsctl.Ctl):
    def file(self, text):
        # pylint: disable=consider-using-with
        file = tempfile.NamedTemporaryFile('w', suffix='.yaml', encoding='utf-8')
        self.addCleanup(file.close)
        file.write(text)
        file.flush()
        return file.name

    def town(self, devices=3):
        """A filter that finds so many new devices, which are trusted."""
        ids = [self.device()[1] for _ in range(devices)]
        numbers = ', '.join(str(number_of(device)) for device in ids)
        test_acsctl.SERVER.sql(f'UPDATE device_hot SET enrolment = 2, last_inform = now() WHERE device_id IN ({numbers})')
        town = f'Cidade{ids[0][-8:]}'
        for device in ids:
            self.out('devices', 'place', device, f'city={town}')
        return f'city:{town}', ids

    def written(self, *more, q=None):
        """A campaign that restarts three devices."""
        q = q or self.town()[0]
        return self.out('campaign', 'create', '-f', self.file(REBOOT.format(filter=q)), '-o', 'name', *more).strip()

    def shown(self, campaign):
        return json.loads(self.out('campaign', 'show', campaign, '-o', 'json'))

    @staticmethod
    def change(campaign, words):
        """What only a person or the runner does, as the database sees it."""
        test_acsctl.SERVER.sql(f'UPDATE campaign SET {words} WHERE id = {number_of(campaign)}')

    def approve(self, campaign):
        self.change(campaign, "approved_by = 'Davi', approver = -1, approved_hash = list_hash, approved_at = now()")

    def started(self):
        campaign = self.written('--dry-run')
        self.approve(campaign)
        self.out('campaign', 'start', campaign, '--devices', '3')
        return campaign


class Campaigns(Case):
    def test_a_file_becomes_a_campaign(self):
        q, _ = self.town()
        said = self.out('campaign', 'create', '--dry-run', '-f', self.file(REBOOT.format(filter=q)))
        campaign = said.split()[0]
        self.assertRegex(said, r'^cmp_\w+  2026\nreboot for 3 devices, in 2 waves of 1, 2; 1 at once at most\n')
        self.assertIn('left out  nobody\n', said)
        row = self.shown(campaign)
        self.assertIn(f'list      {row["list_hash"]}\n', said)
        self.assertIn('somebody else approves', said)
        self.assertEqual((row['state'], row['name'], row['filter'], row['plan']['waves'][0]), ('listed', '2026', q, {'devices': 1, 'soak_s': 0, 'promote': 'rule'}))
        self.assertEqual(row['plan']['windows'], [{'days': ['mon'], 'from': '00:00', 'to': '00:00'}])
        self.assertRegex(self.out('campaign', 'list', '--state=open'), rf'{campaign} +listed +2026 +reboot +3')
        self.assertEqual(self.out('campaign', 'targets', campaign, '--state=waiting').count('CTL'), 3)
        self.assertEqual(self.out('campaign', 'targets', campaign, '--cause=model').count('\n'), 1)
        self.assertIn('list', self.out('campaign', 'events', campaign))

    def test_the_example_is_one_that_is_accepted(self):
        image = self.file('version=2.1.8\n')
        firmware = self.out('firmware', 'add', image, '--version', '2.1.8', '--model', 'F680', '-o', 'name').strip()
        file = json.loads(self.out('firmware', 'show', firmware, '-o', 'json'))['file']
        test_acsctl.SERVER.sql(f"UPDATE firmware SET state = 'approved', approved_by = 'x', approved_by_id = 0, approved_at = now() WHERE id = '{firmware}'")
        text = EXAMPLE.read_text(encoding='utf-8')
        self.assertIn('fmw_00000000000000000000000000', text)
        campaign = self.out('campaign', 'create', '-f', self.file(text.replace('fmw_00000000000000000000000000', firmware)), '-o', 'name').strip()
        row = self.shown(campaign)
        self.assertEqual((row['params']['file'], row['excludes'], row['plan']['zone']),
                         (file, {'open_case': True, 'weak_signal_dbm': -27, 'tag': 'vip', 'touched_days': 7}, 'America/Recife'))
        plain = self.shown(self.written())['plan']  # its numbers are those that are taken without a word, as it says
        for group in ('caps', 'ramp', 'health', 'retry', 'stop', 'go'):
            self.assertEqual(row['plan'][group], plain[group], group)
            for key in plain[group]:
                self.assertRegex(text, rf'\b{key}: ', 'every number is in the example')

    def test_what_is_wrong_with_a_file_is_told_by_its_place(self):
        for text, words in (('name: x\nwaves: []\n', ':2:1: \'waves\' is none of'), ('- name\n', ':1:1: a campaign is members'), ('name: [x\n', ':2:'),
                            ('name: x\nname: y\n', ':2:1:'), ('name: x\ntype: reboot\nplan: {waves: []}\n', '/plan'),
                            ('name: x\ntype: reboot\nplan: {zone: Nowhere/Atlantis}\n', '/plan'), ('type: reboot\n', '/name'),
                            ('name: x\ntype: reboot\nexcludes: {open_case: yes}\n', '/excludes/open_case'),
                            ('name: x\ntype: wifi.set_password\n', '/type')):
            with self.subTest(text):
                self.assertIn(words, self.run_ctl('campaign', 'create', '-f', self.file(text), expect=2).stderr)
        self.run_ctl('campaign', 'create', '-f', '/no/such/file', expect=2)
        self.assertIn('-f PLAN', self.run_ctl('campaign', 'create', expect=2).stderr)
        self.run_ctl('campaign', 'create', '-f', self.file('name: x\ntype: firmware.install\nparams: {firmware: fmw_none}\n'), expect=3)

    def test_a_file_from_standard_input(self):
        run = self.run_ctl('campaign', 'create', '--file=-', '-o', 'name', input='name: x\ntype: reboot\nfilter: serial:none\n')
        self.assertRegex(run.stdout, '^cmp_')

    def test_nobody_starts_what_nobody_else_has_approved(self):
        campaign = self.written()
        self.assertIn('dry-run', self.run_ctl('campaign', 'start', campaign, '--devices=3', expect=5).stderr)
        self.assertIn('in 2 waves', self.out('campaign', 'dry-run', campaign))
        self.run_ctl('campaign', 'start', campaign, '--devices=3', expect=5)
        self.assertIn('in the console', self.run_ctl('campaign', 'approve', campaign, expect=4).stderr)
        self.approve(campaign)
        self.assertIn(f'approved by Davi: acsctl campaign start {campaign} --devices 3', self.out('campaign', 'show', campaign))
        self.assertIn('--devices', self.run_ctl('campaign', 'start', campaign, expect=2).stderr)
        for count in ('4', 'three', '-3', ''):
            self.run_ctl('campaign', 'start', campaign, f'--devices={count}', expect=2)
        self.assertIn('state     running', self.out('campaign', 'start', campaign, '--devices', '3'))

    def test_the_number_of_devices_is_asked_for_on_a_terminal(self):
        campaign = self.written('--dry-run')
        self.approve(campaign)
        for typed, code, state in ((b'5\n', 2, 'listed'), (b'\n', 2, 'listed'), (b'3\n', 0, 'running')):
            master, slave = pty.openpty()
            self.addCleanup(os.close, master)
            os.write(master, typed)
            run = subprocess.run([ACSCTL, 'campaign', 'start', campaign], stdin=slave, capture_output=True, text=True, check=False, timeout=60, env=self.environment)
            os.close(slave)
            self.assertIn('3 devices', run.stderr)
            self.assertEqual((run.returncode, self.shown(campaign)['state']), (code, state), run.stderr)

    def test_it_is_moved(self):
        campaign = self.started()
        self.assertIn('state     paused', self.out('campaign', 'pause', campaign, '-r', 'almoço'))
        self.assertIn('state     running', self.out('campaign', 'resume', campaign))
        self.assertIn('by ', self.out('campaign', 'halt', campaign, '--reason', 'cheiro de queimado'))
        self.assertIn('cheiro de queimado', self.out('campaign', 'show', campaign))
        self.run_ctl('campaign', 'resume', campaign, expect=5)  # two have it go on
        self.run_ctl('campaign', 'promote', campaign, expect=5)
        self.assertIn('state     cancelled', self.out('campaign', 'cancel', campaign))
        self.run_ctl('campaign', 'show', 'cmp_none', expect=3)
        self.environment['ACSCTL_TOKEN'] = test_acsctl.SERVER.tokens['reader']
        self.run_ctl('campaign', 'halt', campaign, expect=4)


    def test_a_campaign_after_another_is_proposed_as_a_file(self):
        campaign = self.started()
        self.run_ctl('campaign', 'retry', campaign, expect=5)  # nothing has failed
        test_acsctl.SERVER.sql(f"UPDATE campaign_target SET state = 'failed', wave = 1, judged_at = now(), again_at = 'infinity', cause = '9010'"
                               f' WHERE campaign_id = {number_of(campaign)} AND device_id IN (SELECT device_id FROM campaign_target'
                               f' WHERE campaign_id = {number_of(campaign)} ORDER BY place DESC LIMIT 2)')  # the first is taken
        text = self.out('campaign', 'retry', campaign)
        self.assertRegex(text, rf'^# Tries again .*{campaign}.*\nname: "Again: 2026"\ntype: "reboot"\n')
        again = self.shown(self.out('campaign', 'create', '--dry-run', '-f', self.file(text + 'reason: de novo\n'), '-o', 'name').strip())
        self.assertEqual((again['after'], again['after_states'], again['plan'], again['total'], again['reason']),
                         (campaign, ['failed'], self.shown(campaign)['plan'], 2, 'de novo'))
        self.assertIn(f'after     {campaign}', self.out('campaign', 'show', again['id']))
        self.assertEqual(json.loads(self.out('campaign', 'retry', campaign, '-o', 'json'))['after'], campaign)
        self.assertIn('firmware', self.run_ctl('campaign', 'rollback', campaign, expect=5).stderr)
        self.assertTrue(self.out('campaign', 'repeat-failures').startswith('DEVICE'))


class Watching(Case):
    def watch(self, campaign, code, *words, **more):
        run = self.run_ctl('campaign', 'watch', campaign, expect=code, **more)
        for word in words:
            self.assertIn(word, run.stderr)
        return run

    def test_what_it_has_ended_as_is_the_exit_code(self):
        campaign = self.started()
        self.assertIn('has not ended', self.run_ctl('campaign', 'watch', campaign, '--wait=1s', expect=7).stderr)
        self.change(campaign, "state = 'held', why = 'person'")
        self.watch(campaign, 11, 'held', 'acsctl campaign promote')
        self.change(campaign, "state = 'halted', stopped = '{\"rule\": \"missing\", \"wave\": 1, \"say\": {\"en\": \"3 of 40 did not return\", \"pt-BR\": \"3 de 40\"}}'")
        self.watch(campaign, 10, 'rule missing in wave 1: 3 of 40 did not return')
        self.change(campaign, "state = 'cancelled'")
        self.watch(campaign, 12, 'was cancelled')
        self.change(campaign, "state = 'finished'")
        self.assertIn('state     finished', self.watch(campaign, 0).stdout)
        self.watch(self.written(), 5, 'nothing is under way')
        self.watch('cmp_none', 3)

    def test_a_line_for_each_change_and_one_line_on_a_terminal(self):
        campaign = self.started()
        end = threading.Timer(1.5, self.change, (campaign, "state = 'finished'"))
        end.start()
        self.addCleanup(end.join)
        lines = self.watch(campaign, 0, 'running, wave 1 of 2: ').stderr.splitlines()
        self.assertEqual(len(lines), len(set(lines)))
        self.assertRegex(lines[-1], r'^finished, wave 1 of 2: [01] of 1')
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        subprocess.run([ACSCTL, 'campaign', 'watch', campaign], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave, check=True, timeout=60, env=self.environment)
        self.assertRegex(os.read(master, 4096).decode(), r'^\r\x1b\[Kfinished, wave 1 of 2: ')
        os.close(slave)


class Switches(Case):
    def tearDown(self):
        test_acsctl.SERVER.sql('DELETE FROM kill_switch')

    def test_one_word_stops_all_of_it(self):
        self.assertRegex(self.out('stop', '-r', 'incêndio'), r'\nall +\S+ +\S.*incêndio')
        self.out('stop', 'campaigns')
        self.assertRegex(self.out('kill-switch', 'on', 'reboot', '-r', 'ensaio'), r'\nkind:reboot ')
        self.assertEqual(set(self.out('kill-switch', 'list', '-o', 'name').split()), {'all', 'campaigns', 'kind:reboot'})
        self.run_ctl('kill-switch', 'on', 'all', expect=2)
        self.run_ctl('stop', 'no.such', expect=2)
        self.assertIn('two people', self.run_ctl('kill-switch', 'release', 'all', expect=4).stderr)
        self.assertEqual(len(self.out('kill-switch', 'list', '-o', 'name').split()), 3)

    def test_one_campaign_is_halted(self):
        campaign = self.started()
        self.assertTrue(re.search('state +halted', self.out('stop', campaign)))
        self.assertEqual(self.out('kill-switch', 'list', '-o', 'name'), '')


if __name__ == '__main__':
    unittest.main()
