#!/usr/bin/env python3
"""The fleet and the installation by acsctl: their figures."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Figures(test_acsctl.Ctl):
    def test_the_figures_of_the_fleet(self):
        test_acsctl.SERVER.sql("UPDATE fleet_view SET shown = NULL, shown_at = NULL")
        self.assertIn('not been counted yet', self.run_ctl('fleet', expect=7).stderr)
        figures = {'homes': 40, 'online': 38, 'in_incident': 1, 'open_actions': [{'code': 'queued', 'count': 2}], 'verdicts': [{'code': 'ok', 'count': 3}],
                   'light': [{'from_dbm': -27, 'count': 5}], 'firmware': [{'model': 'M\x1b[2J', 'version': '1.2', 'count': 6}],
                   'cases': {'open': 7, 'reasons': [{'code': 'slow', 'count': 8}]}}
        test_acsctl.SERVER.sql(f"UPDATE fleet_view SET shown = '{json.dumps(figures)}', shown_at = '2026-01-02T03:04:05Z'")
        lines = [line.split() for line in self.out('fleet').splitlines()]
        self.assertEqual(lines[0][-1], '2026-01-02T03:04:05.000000Z')
        self.assertEqual({' '.join(line[:-1]): int(line[-1]) for line in lines[1:]}, {
            'homes': 40, 'online': 38, 'in an incident': 1, 'open cases': 7, 'open action queued': 2, 'verdict ok': 3, 'light (dBm) from -27': 5,
            'firmware M\\x1b[2J 1.2': 6, 'reason slow': 8})
        self.assertEqual(json.loads(self.out('fleet', '-o', 'json'))['figures'], figures)

    def test_how_the_installation_is_and_the_exit_code_says_it_too(self):
        test_acsctl.SERVER.sql("UPDATE fleet_view SET shown = '{}', shown_at = now()")
        lines = {line.split()[0]: line.split()[1:] for line in self.out('system').splitlines()}
        self.assertEqual((lines['schema'][0], lines['schema'][2], lines['log']), ('ok', lines['schema'][4], ['ok', 'lines_lost', '0']))
        test_acsctl.SERVER.sql('UPDATE fleet_view SET shown = NULL, shown_at = NULL')
        self.assertRegex(self.run_ctl('system', expect=8).stdout, '(?m)^figures +warn +at -$')
        self.assertEqual(json.loads(self.run_ctl('system', '-o', 'json', expect=8).stdout)['figures'], {'state': 'warn', 'at': None})


if __name__ == '__main__':
    unittest.main()
