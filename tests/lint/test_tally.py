#!/usr/bin/env python3
"""contrib/dev/tally.py, which decides for contrib/check what passed: nothing that did not run may count as passed."""

import importlib.util
import os
import unittest

import sources

SPEC = importlib.util.spec_from_file_location(
    'tally', os.path.join(sources.project_root(), 'contrib', 'dev', 'tally.py'))
tally = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tally)

HERE, NOWHERE = os.path.dirname(__file__) or '.', '/no/such/folder'


class Judge(unittest.TestCase):
    def verdict(self, result, output='', shared=NOWHERE):
        return tally.judge({'result': result, 'stdout': output, 'returncode': 0}, shared)[0]

    def test_only_a_test_that_ran_to_its_end_has_passed(self):
        self.assertEqual(self.verdict('OK'), 'passed')
        for result in ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS'):
            self.assertEqual(self.verdict(result), 'failed', result)

    def test_a_skipped_test_has_failed(self):
        self.assertEqual(self.verdict('SKIP'), 'failed')

    def test_a_skip_inside_of_a_test_that_passes_is_seen(self):
        for output in ('[  SKIPPED ] a_name', 'OK (skipped=2)', 'ok 3 - a name # SKIP'):
            self.assertEqual(self.verdict('OK', output), 'failed', output)

    def test_a_skip_for_want_of_reference_material_is_waived_where_there_is_none(self):
        self.assertEqual(self.verdict('SKIP', 'ACS_SHARED names no folder'), 'waived')
        self.assertEqual(self.verdict('SKIP', 'ACS_SHARED names no folder', HERE), 'failed')

    def test_a_failure_is_not_waived(self):
        self.assertEqual(self.verdict('FAIL', 'ACS_SHARED names no folder'), 'failed')


if __name__ == '__main__':
    unittest.main()
