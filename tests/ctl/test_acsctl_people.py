#!/usr/bin/env python3
"""People and tokens by acsctl."""

import json
import unittest

import test_acsctl
from test_acsctl import setUpModule, tearDownModule  # noqa: F401  (unittest finds them here)  # pylint: disable=unused-import


class Users(test_acsctl.Ctl):
    def show(self, user):
        return json.loads(self.out('users', 'show', user, '-o', 'json'))

    def test_somebody_is_invited_changed_shut_out_and_let_in(self):
        link = self.out('users', 'create', 'Bruno', 'Bruno Lima', 'provisioning', '-o', 'name').strip()
        self.assertRegex(link, '^https://acs.example/primeiro-acesso#[A-Za-z0-9_-]{40}$')
        user = self.show('bruno')
        self.assertEqual((user['name'], user['role'], user['state']), ('Bruno Lima', 'provisioning', 'invited'))
        self.assertEqual(self.show(user['id'])['login'], 'bruno')
        body = {'key': link.split('#')[1], 'password': 'correct horse 17 battery'}
        self.assertEqual(test_acsctl.SERVER.request('POST', '/api/v1/invitation', body, token=None).status, 201)
        self.run_ctl('users', 'edit', 'bruno', 'Bruno L.')
        self.run_ctl('users', 'role', 'bruno', 'l2')
        self.run_ctl('users', 'disable', 'bruno')
        user = self.show('bruno')
        self.assertEqual((user['name'], user['role'], user['state'], user['disabled_by']), ('Bruno L.', 'l2', 'disabled', 'all'))
        self.run_ctl('users', 'enable', 'bruno')
        self.assertEqual(self.show('bruno')['state'], 'active')
        self.assertIn('#', self.out('users', 'reset', 'bruno', '-o', 'name'))
        self.assertEqual(self.show('bruno')['state'], 'invited')
        self.assertEqual(self.out('users', 'list', 'RUNO', '-o', 'name'), 'bruno\n')
        self.assertEqual(self.out('users', 'list', 'nobody-like-that', '-o', 'name'), '')
        self.assertIn('Bruno L.', self.out('users', 'list', '--all'))

    def test_who_was_wrong_too_often_is_unlocked(self):
        self.run_ctl('users', 'create', 'wrong', 'W', 'l1')
        for _ in range(6):
            test_acsctl.SERVER.request('POST', '/api/v1/session', {'login': 'wrong', 'password': 'not it'}, token=None)
        self.assertIsNotNone(self.show('wrong')['locked_until'])
        self.run_ctl('users', 'unlock', 'wrong')
        self.assertIsNone(self.show('wrong')['locked_until'])

    def test_what_is_wrong_is_told(self):
        self.run_ctl('users', 'create', 'twice', 'T', 'l1')
        self.run_ctl('users', 'create', 'TWICE', 'T', 'l1', expect=5)
        self.assertIn('/role', self.run_ctl('users', 'create', 'once', 'O', 'root', expect=2).stderr)
        for words in (('show',), ('disable',), ('unlock',), ('reset',)):
            self.assertIn("nobody has the login 'nobody'", self.run_ctl('users', *words, 'nobody', expect=3).stderr)
        self.run_ctl('users', 'role', 'twice', 'root', expect=2)
        self.environment['ACSCTL_TOKEN'] = test_acsctl.SERVER.tokens['agent']
        self.run_ctl('users', 'list', expect=4)


class Tokens(test_acsctl.Ctl):
    def test_one_is_made_used_listed_and_revoked(self):
        token = self.out('tokens', 'create', 'crm', 'l1', '-o', 'name').strip()
        self.assertRegex(token, '^acs_farol_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$')
        mine = dict(self.environment)
        self.environment['ACSCTL_TOKEN'] = token
        self.assertIn('crm', self.out('token'))
        self.environment = mine
        row = next(row for row in map(json.loads, self.out('tokens', 'list', '-o', 'ndjson').splitlines()) if row['name'] == 'crm')
        self.assertEqual((row['role'], row['created_by'], row['state']), ('l1', 'all', 'active'))
        self.assertNotIn(token, self.out('tokens', 'list', '-o', 'json'))
        self.assertEqual(self.out('tokens', 'revoke', row['id']), '')
        self.assertIn(row['id'], self.out('tokens', 'list', '--state=revoked', '-o', 'name'))
        self.environment['ACSCTL_TOKEN'] = token
        self.run_ctl('token', expect=4)

    def test_capabilities_and_times(self):
        made = json.loads(self.out('tokens', 'create', 'reader', '--capabilities=devices.read,actions.read', '--until=never', '-o', 'json'))
        self.assertEqual((made['role'], made['capabilities'], made['expires_at']), (None, ['me.read', 'devices.read', 'actions.read'], None))
        self.assertEqual(json.loads(self.out('tokens', 'create', 'x', 'l1', '--until=2031-01-31T00:00:00Z', '-o', 'json'))['expires_at'], '2031-01-31T00:00:00Z')

    def test_what_is_wrong_is_told(self):
        self.assertIn('/role', self.run_ctl('tokens', 'create', 'neither', expect=2).stderr)
        self.run_ctl('tokens', 'create', 'both', 'l1', '--capabilities=me.read', expect=2)
        self.run_ctl('tokens', 'create', 'past', 'l1', '--until=2001-01-31T00:00:00Z', expect=2)
        self.run_ctl('tokens', 'revoke', 'tok_0000000000zzz', expect=3)


if __name__ == '__main__':
    unittest.main()
