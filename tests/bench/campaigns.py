#!/usr/bin/env python3
"""campaigns.py [--homes N] [--scale N] [--interval S] [--seeds FIRST:LAST] [CASE…]: firmware campaigns over thousands of simulated homes, in a time that runs faster.

Below contrib/with-postgres, with FAROL_BUILD naming a release build:
    contrib/with-postgres /tmp/campaigns --throwaway -- env FAROL_BUILD=$PWD/build-release tests/bench/campaigns.py --seeds 1:3
Each case is a firmware: `bricks` kills all, `later` kills 5 % ten minutes after it came up, `good` loses 1 % of the homes as would
happen anyway. The plan is the one that holds when nothing is said, its times divided by the scale. Prints, per seed, how it ended, in
which wave, and how many homes are dead by the journal of cpesim; fails if more than the issue allows are, if anything was sent 5 s after
a halt, if a home got a firmware twice, or if counters and cap do not hold.
"""

import argparse
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
os.environ.setdefault("FAROL_SLOW", "1")
import farol  # noqa: E402
import test_campaigns as e2e  # noqa: E402

CASES = {"bricks": ({"bricks": 100}, 0.015), "later": ({"bricks_later": 5, "after": 600}, 0.01), "good": ({"lost": 1}, None)}
ENDS = ("finished", "halted", "held")


def plan(scale, interval):
    """The usual one, faster; waves as they are. Who comes seldom is not silent sooner than after three times that."""
    def s(seconds):
        return max(1, round(seconds / scale))
    waves = [{"devices": 50}, {"percent": 1}, {"percent": 10}, {"percent": 50}, {"rest": True}]
    return {"waves": [{**wave, "soak_s": s(7200)} for wave in waves], "caps": {"per_pon": 0},
            "ramp": {"per_minute": min(100000, 50 * scale), "most_per_minute": min(100000, 1000 * scale)},
            "health": {"return_s": s(1200), "settle_s": s(300), "proof_s": s(7200), "silent_s": s(max(3600, 3 * interval))}}


def fleet_of(homes, scale, interval, seed):
    """A test's server and fleet, without the test."""
    class Fleet(e2e.Case):
        time_scale = scale
    Fleet.homes, Fleet.seed, Fleet.interval = homes, seed, max(2, round(interval / scale))
    Fleet.setUpClass()
    return Fleet()


def run(case, homes, scale, interval, seed):
    behaviour, allowed = CASES[case]
    fleet = fleet_of(homes, scale, interval, seed)
    try:
        version = f"9.{seed}.0"
        began = time.monotonic()
        campaign = fleet.start(version, plan=plan(scale, interval), **behaviour)
        shown = farol.wait_for("it has ended", lambda: fleet.is_state(campaign, *ENDS), 3600)
        took = time.monotonic() - began
        time.sleep(5)
        before = sum(fleet.fleet.downloads(version).values())
        time.sleep(10)
        after = sum(fleet.fleet.downloads(version).values())
        fleet.check_once(version)
        fleet.check_counters(campaign)
        dead = len(fleet.fleet.ended())
        stopped = shown["stopped"] or {}
        print(f"{case} seed {seed}: {shown['state']} {stopped.get('rule') or shown['why'] or ''} in wave {shown['wave']} after {took:.0f} s;"
              f" sent {sum(sum(w[k] for k in ('in_flight', 'healthy', 'failed', 'looping', 'lying', 'missing')) for w in shown['waves'])},"
              f" dead {dead} of {homes}; downloads later than 5 s after the end: {after - before}; load {os.getloadavg()[0]:.1f}", flush=True)
        if shown["state"] != "finished" and after != before:
            raise AssertionError("something was sent after the halt")
        if allowed is not None and dead > allowed * homes:
            raise AssertionError(f"{dead} homes are dead")
        return shown["state"]
    finally:
        type(fleet).doClassCleanups()
        fleet.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--homes", type=int, default=10000)
    parser.add_argument("--scale", type=int, default=60)
    parser.add_argument("--interval", type=int, default=300, help="seconds of their time between two contacts of a home")
    parser.add_argument("--seeds", default="1:1", help="FIRST:LAST")
    parser.add_argument("cases", nargs="*", metavar="CASE", default=list(CASES), help=", ".join(CASES))
    given = parser.parse_args()
    failed = 0
    for case in given.cases:
        first, last = map(int, given.seeds.split(":"))
        ends = [run(case, given.homes, given.scale, given.interval, seed) for seed in range(first, last + 1)]
        print(f"{case}: {', '.join(f'{ends.count(end)} {end}' for end in ENDS if end in ends)}")
        if case == "good" and ends.count("halted") > len(ends) // 20:
            failed = 1
        if case != "good" and "finished" in ends:
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
