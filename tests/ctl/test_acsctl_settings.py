#!/usr/bin/env python3
"""Thresholds and texts by acsctl."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Thresholds(test_acsctl.Ctl):
    def shown(self, name, *more):
        return {row['name']: row for row in json.loads(self.out('thresholds', 'list', *more, '-o', 'json'))['data']}[name]

    def test_one_is_set_listed_and_set_back(self):
        self.assertEqual(json.loads(self.out('thresholds', 'set', 'wan.drops_24h', '5', '-r', 'muita queda', '-o', 'json'))['layer'], 'saved')
        row = self.shown('wan.drops_24h')
        self.assertEqual((row['value'], row['reason'], row['changed_by']), (5, 'muita queda', 'all'))
        self.run_ctl('thresholds', 'set', 'wan.drops_24h', '7', 'dsl')
        self.assertEqual((self.shown('wan.drops_24h', 'dsl')['value'], self.shown('wan.drops_24h')['value']), (7, 5))
        self.assertRegex(self.out('thresholds', 'list'), r'wan\.drops_24h +5 +saved +3 +all')
        self.run_ctl('thresholds', 'reset', 'wan.drops_24h', 'dsl', '-r', 'basta um')
        self.run_ctl('thresholds', 'reset', 'wan.drops_24h')
        self.assertEqual(self.shown('wan.drops_24h', 'dsl')['reason'], 'basta um')
        self.assertEqual(self.shown('wan.drops_24h')['layer'], 'built_in')

    def test_what_is_wrong_is_told(self):
        for value in ('x', '', '5x'):
            self.assertIn('is no number', self.run_ctl('thresholds', 'set', 'wan.drops_24h', value, expect=2).stderr)
        self.assertIn('/value', self.run_ctl('thresholds', 'set', 'wan.drops_24h', '0', expect=2).stderr)
        self.run_ctl('thresholds', 'set', 'no.such', '5', expect=3)
        self.run_ctl('thresholds', 'list', 'pombo', expect=2)
        self.environment['ACSCTL_TOKEN'] = test_acsctl.SERVER.tokens['reader']
        self.run_ctl('thresholds', 'list')
        self.run_ctl('thresholds', 'set', 'wan.drops_24h', '5', expect=4)


class Texts(test_acsctl.Ctl):
    def test_one_is_written_listed_and_set_back(self):
        self.assertEqual(self.out('texts', 'set', 'ok.say', 'Tudo certo.', 'All is well.', '-o', 'name'), 'ok.say\n')
        self.assertRegex(self.out('texts', 'list', 'verdict'), r'ok\.say +saved +all +\{"pt-BR":"Tudo certo\."')
        self.assertNotIn('ok.say', self.out('texts', 'list', 'fix'))
        self.run_ctl('texts', 'reset', 'ok.say', '--reason', 'a b&c')
        row = {row['id']: row for row in json.loads(self.out('texts', 'list', '-o', 'json'))['data']}['ok.say']
        self.assertEqual((row['layer'], row['reason']), ('built_in', 'a b&c'))

    def test_what_is_wrong_is_told(self):
        self.assertIn('{ssid}', self.run_ctl('texts', 'set', 'wifi_off.say', '{host}', 'A', expect=2).stderr)
        self.run_ctl('texts', 'reset', 'no.such', expect=3)
        self.run_ctl('texts', 'set', 'ok.say', 'A', expect=2)


if __name__ == '__main__':
    unittest.main()
