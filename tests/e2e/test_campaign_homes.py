"""What homes may do with a firmware besides install it, each in a small campaign: what the campaign finds, and says of it."""

import unittest

import farol

from test_campaigns import Case

HOMES = 6
PLAN = {"waves": [{"rest": True, "soak_s": 0}], "caps": {"in_flight": HOMES, "per_pon": 0},
        "health": {"return_s": 20, "settle_s": 2, "proof_s": 120, "silent_s": 60, "boots": 3}, "retry": {"times": 0},
        "stop": {"consecutive": 0, "bad_percent": 0, "missing_percent": 0, "loop_percent": 0, "version_percent": 0}}


class Small(Case):
    homes = HOMES
    interval = 2

    def ends(self, version, plan=None, **behaviour):
        """A campaign that goes through, whatever becomes of the homes: the first wave, the causes, the targets, and how often each home got it."""
        campaign = self.start(version, plan={**PLAN, **(plan or {})}, **behaviour)
        shown = farol.wait_for(f"{behaviour} has ended", lambda: self.is_state(campaign, "finished", "halted", "held"), 45)
        self.assertEqual(shown["state"], "finished", shown)
        self.check_counters(campaign)
        targets = self.call("GET", f"/campaigns/{campaign}/targets")["data"]
        return shown["waves"][0], [(cause["state"], cause["cause"], cause["devices"]) for cause in shown["causes"]], targets, self.fleet.downloads(version)

    def all_are(self, state, cause, version, tries=1, **behaviour):
        wave, causes, targets, downloads = self.ends(version, **behaviour)
        self.assertEqual({key: wave[key] for key in ("healthy", "failed", "lying", "looping", "missing") if wave[key]}, {state: HOMES})
        self.assertEqual(causes, [(state, cause, HOMES)] if cause else [])
        self.assertEqual({(target["state"], target["cause"], target["tries"], target["wave"]) for target in targets}, {(state, cause, tries, 1)})
        self.assertEqual(set(downloads.values()), {tries})


class Firmwares(Small):
    def test_who_runs_it_and_tells_the_old_version_lies(self):
        self.all_are("lying", "version_wrong", "1.2.0", hides_version=100)

    def test_who_never_tells_is_known_by_its_version(self):
        self.all_are("healthy", None, "1.3.0", never_tells=100)

    def test_who_tells_three_times_counts_once(self):
        self.all_are("healthy", None, "1.4.0", tells_thrice=100)

    def test_who_finds_it_corrupt_fails_with_that_and_is_tried_again(self):
        self.all_are("failed", "9018", "1.5.0", tries=2, corrupt=100, plan={"retry": {"times": 1, "after_s": 2}})

    def test_who_cannot_fetch_it_fails_with_that_and_is_tried_again(self):
        self.all_are("failed", "9010", "1.6.0", tries=3, download_fails=100, plan={"retry": {"times": 2, "after_s": 1}})


class Loop(Small):
    """Of its own: who is restarting when it is called is none that another campaign reaches."""

    def test_who_restarts_again_and_again_loops(self):
        """It is to be heard again after eight seconds, in which it restarts more often than may be."""
        self.all_are("looping", "boot_loop", "1.9.0", boot_loop=100, every=60, plan={"health": {**PLAN["health"], "settle_s": 8}})


class Keeps(Small):
    """Of its own: its action goes on waiting for the restart."""

    def test_who_says_yes_and_keeps_what_it_had_has_proven_nothing(self):
        self.all_are("failed", "not_proven", "1.1.0", keeps_version=100, plan={"health": {**PLAN["health"], "proof_s": 8}})


if __name__ == "__main__":
    unittest.main()
