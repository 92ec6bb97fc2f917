#!/usr/bin/env python3
"""Cases of the desk by acsctl, as people see them."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Desk(test_acsctl.Ctl):
    def test_a_case_from_its_opening_to_its_end(self):
        serial, device = self.device()
        case = self.out('case', 'open', serial, '-o', 'name').strip()
        self.assertEqual(self.out('case', 'open', device, '-o', 'name').strip(), case)
        self.run_ctl('reboot', serial, '--reason=pediu', '-o', 'json')
        shown = self.out('case', 'note', case, 'cabo \x1b[31m conferido')
        for line in ('  open  [' + case + ']\n', f'serial      {serial}\n', ' type=reboot state=queued  pediu\n', 'cabo \\x1b[31m conferido\n'):
            self.assertIn(line, shown)
        self.assertIn('action', shown)
        self.assertEqual(self.out('case', 'list', serial, '-o', 'name'), case + '\n')
        self.run_ctl('case', 'escalate', case, 'N9', expect=2)
        self.assertIn('  escalated  [', self.out('case', 'escalate', case, 'N2', '--priority=high', '--text=meu resumo'))
        self.assertIn(case, self.out('case', 'list', '--queue=N2', '-o', 'name'))
        self.assertIn('nor what was done suggests one', self.run_ctl('case', 'close', case, 'solved', expect=2).stderr)
        closed = self.out('case', 'close', case, 'solved', '--reason=question', '--fix=advice', '--callback=2026-12-24T17:00:00Z', '--text=ok')
        self.assertIn('outcome     solved\n', closed)
        self.assertIn('reason=question fix=advice', closed)
        self.assertEqual(self.out('case', 'list', serial, '-o', 'name'), '')
        self.assertEqual(self.out('case', 'list', serial, '--closed', '-o', 'name'), case + '\n')
        self.assertEqual(json.loads(self.out('case', 'show', case, '-o', 'json'))['outcome'], 'solved')
        self.run_ctl('case', 'note', case, 'late', expect=5)
        self.run_ctl('case', 'show', 'cas_0000000000000', expect=3)

    def test_a_case_of_a_subscriber_who_has_no_device(self):
        subscriber = test_acsctl.SERVER.request('POST', '/api/v1/subscribers', {'name': 'Rui Mendes'}).json['id']
        case = self.out('case', 'open', subscriber, '-o', 'name').strip()
        self.assertIn('customer    Rui Mendes\n', self.out('case', 'show', case))
        self.assertEqual(self.out('case', 'list', subscriber, '-o', 'name'), case + '\n')
        self.run_ctl('case', 'open', 'sub_000000zzzzzzz', expect=3)

    def test_a_webhook_from_its_making_to_its_end(self):
        made = json.loads(self.out('webhook', 'add', 'crm', 'https://crm.example/in', 'case.*', 'incident.opened', '-o', 'json'))
        self.assertRegex(made['secret'], '^whsec_')
        self.run_ctl('webhook', 'add', 'crm', 'ftp://crm.example/', '*', expect=2)
        self.assertIn('https://crm.example/in', self.out('webhook', 'list'))
        self.out('case', 'open', self.device()[0], '-o', 'name')
        deliveries = self.out('webhook', 'deliveries', made['id'])
        self.assertIn('case.opened', deliveries)
        delivery = self.out('webhook', 'deliveries', made['id'], '--state=waiting', '-o', 'name').strip()
        self.assertIn('1', self.out('webhook', 'replay', made['id'], delivery))
        self.assertIn('0', self.out('webhook', 'replay', made['id']))
        self.assertNotEqual(json.loads(self.out('webhook', 'rotate', made['id'], '-o', 'json'))['secret'], made['secret'])
        self.assertEqual(self.out('webhook', 'remove', made['id']), '')
        self.run_ctl('webhook', 'deliveries', made['id'], expect=3)


if __name__ == '__main__':
    unittest.main()
