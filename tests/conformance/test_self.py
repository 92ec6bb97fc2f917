"""The suite itself: an ACS that is wrong in a known way fails the tests for just that, and a right one fails none."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import bad_acs  # noqa: E402
import bad_north  # noqa: E402
import suite  # noqa: E402


def failed_probes(wrong, login=None):
    """(ids that failed, ids that passed, results) of the probes against an ACS that is wrong in this way."""
    acs = bad_acs.BadAcs(wrong, login)
    try:
        probes = bad_acs.GUARDED_PROBES if login else bad_acs.PROBES
        results = list(suite.run(suite.World(acs.url, credentials=login), probes, 6))
    finally:
        acs.close()
    failed = {name for result in results if result.outcome == "failed" for name in result.ids}
    passed = {name for result in results if result.outcome == "passed" for name in result.ids}
    return failed, passed, results


class Self(unittest.TestCase):
    def test_what_is_wrong_is_noticed_and_nothing_else(self):
        for wrong, expected in bad_acs.WRONGS.items():
            with self.subTest(wrong):
                failed, _, results = failed_probes(wrong)
                details = "\n".join(result.detail for result in results if result.outcome == "failed")
                self.assertEqual(failed, expected, f"{wrong}\n{details}")

    def test_a_door_that_is_wrong_is_noticed_and_nothing_else(self):
        for wrong, expected in bad_acs.GUARDED_WRONGS.items():
            with self.subTest(wrong):
                failed, passed, results = failed_probes(wrong, bad_acs.LOGIN)
                details = "\n".join(result.detail for result in results if result.outcome == "failed")
                self.assertEqual(failed, expected, f"{wrong}\n{details}")
                self.assertEqual(failed | passed, bad_acs.GUARDED_PROBES)

    def test_requests_that_are_wrong_are_noticed_and_nothing_else(self):
        for wrong, expected in bad_north.WRONGS.items():
            with self.subTest(wrong):
                acs = bad_acs.BadAcs(wrong)
                try:
                    results = list(suite.run(suite.World(acs.url, acs.north), bad_north.PROBES, 6))
                finally:
                    acs.close()
                self.assertEqual(len(results), len(bad_north.PROBES))
                self.assertEqual([result.name for result in results if result.outcome == "not run"], [])
                failed = {name for result in results if result.outcome == "failed" for name in result.ids}
                self.assertEqual(failed, expected, "\n".join(result.detail for result in results if result.outcome == "failed"))

    def test_a_right_acs_passes_the_probes(self):
        failed, passed, _ = failed_probes("")
        self.assertEqual(failed, set())
        self.assertGreaterEqual(len(passed & bad_acs.PROBES), len(bad_acs.PROBES) - 12)

    def test_without_an_adapter_a_test_is_not_run_and_never_passed(self):
        acs = bad_acs.BadAcs()
        try:
            results = list(suite.run(suite.World(acs.url), {"N-08"}, 1))
        finally:
            acs.close()
        self.assertEqual([result.outcome for result in results], ["not run"])
        self.assertIn("control adapter", results[0].detail)


if __name__ == "__main__":
    unittest.main(verbosity=2)
