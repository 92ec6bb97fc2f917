#!/usr/bin/env python3
"""The search, subscribers and filters of the fleet by acsctl."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Subscribers(test_acsctl.Ctl):
    def add(self, **members):
        return test_acsctl.SERVER.request('POST', '/api/v1/subscribers', members).json['id']

    def test_found_shown_bound_swapped_and_unbound(self):
        (old, old_id), (new, new_id) = self.device(), self.device()
        subscriber = self.add(name='Zenaide \x41bravanel', external_id='crm 9', login='zenaide', document='168.995.350-09', phones=['19998761234'])
        found = self.out('search', 'zenaide abrav')
        self.assertIn('Zenaide', found)
        self.assertIn('•••.•••.350-••', found)
        self.assertNotIn('16899535009', found)
        self.assertEqual(self.out('search', '168.995.350-09', '-o', 'name'), subscriber + '\n')
        self.assertEqual(json.loads(self.out('search', old, '-o', 'json'))['devices'][0]['id'], old_id)
        self.assertIn('nothing was found', self.run_ctl('search', 'nobody at all', expect=3).stderr)
        self.assertIn("acsctl devices list 'offline>2d'", self.run_ctl('search', 'offline>2d', expect=2).stderr)
        self.run_ctl('subscribers', 'bind', 'crm 9', old)
        self.assertEqual([row['id'] for row in json.loads(self.out('subscribers', 'bind', subscriber, new, old, '-o', 'json'))['devices']], [new_id])
        self.assertIn(subscriber, self.out('subscribers', 'list', '--all', '-o', 'name'))
        self.assertEqual(json.loads(self.out('subscribers', 'show', 'crm 9', '-o', 'json'))['login'], 'zenaide')
        other = self.add(name='Other')
        self.run_ctl('subscribers', 'bind', other, new, expect=5)
        self.run_ctl('subscribers', 'unbind', 'crm 9', new)
        self.run_ctl('subscribers', 'unbind', 'crm 9', new, expect=3)
        self.assertIn("no subscriber has the external id 'x'", self.run_ctl('subscribers', 'show', 'x', expect=3).stderr)

    def test_a_filter_of_the_fleet(self):
        serial, device = self.device()
        self.assertEqual(self.out('devices', 'list', f'serial:{serial} -tag:vip', '-o', 'name'), device + '\n')
        self.assertEqual(self.out('devices', 'list', f'serial:{serial} tag:vip', '--count'), '0\n')
        self.assertIn('`fw`', self.run_ctl('devices', 'list', 'fw<', expect=2).stderr)


if __name__ == '__main__':
    unittest.main()
