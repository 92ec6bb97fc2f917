#!/usr/bin/env python3
"""Is an ACS what TR-069 wants it to be?

    run.py --url http://acs.example:7547/                        any ACS; tests of the north side are not run
    run.py --url … --control farol --api http://…:8080 --token-file F
    run.py --start                                               starts acsd itself (below contrib/with-postgres)

The exit status is 0 if no test failed. A test that could not be run is counted as that, with the reason.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import control  # noqa: E402
import suite  # noqa: E402


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="where devices POST to")
    parser.add_argument("--user", help="user name of all devices of the suite, if the ACS wants one")
    parser.add_argument("--password", default="", help="and its password")
    parser.add_argument("--control", choices=["farol"], help="adapter for the north side")
    parser.add_argument("--api", help="URL of the north side")
    parser.add_argument("--token-file", help="file with the token for it")
    parser.add_argument("--start", action="store_true", help="start acsd, also with other settings where a test wants it")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--must-run", action="store_true", help="a test that is not run counts as failed")
    parser.add_argument("only", nargs="*", help="ids (T-05) or names of tests")
    given = parser.parse_args(words)
    if bool(given.url) == given.start:
        parser.error("give either --url or --start")
    return given


def run(given, world):
    results = []
    for result in suite.run(world, set(given.only) or None, given.threads):
        results.append(result)
        print(f"{result.outcome:8s} {result.seconds:6.2f} s  {result.name}", flush=True)
    failed = suite.report(results, sys.stdout)
    unrun = sum(result.outcome == "not run" for result in results)
    return 1 if failed or not results or (given.must_run and unrun) else 0


def main(words):
    given = arguments(words)
    credentials = (given.user, given.password) if given.user else None
    if given.start:
        import launch   # needs a build and a database
        launcher = launch.Launcher()
        try:
            return run(given, suite.World(*launcher.started_with(), credentials))
        finally:
            launcher.close()
    adapter = None
    if given.control == "farol":
        token = pathlib.Path(given.token_file).read_text(encoding="ascii").strip()
        adapter = control.Farol(given.api, token)
    return run(given, suite.World(given.url, adapter, credentials))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
