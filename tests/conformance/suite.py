"""The tests' base class, and the runner: many tests at once, each with its own devices."""

import concurrent.futures
import importlib
import io
import pathlib
import re
import time
import unittest

import control
import device
import soap
import wire

HERE = pathlib.Path(__file__).resolve().parent
ID = re.compile(r"test_([A-Z])_(\d\d)_")


class World:
    """The ACS under test."""

    def __init__(self, url, adapter=None, credentials=None):
        self.target = wire.Target(url)
        self.control = adapter or control.Control()
        self.given = credentials
        self.others = {}

    def credentials(self, who):
        return self.given or self.control.admit(who)

    def started_with(self, settings):
        """Another World, whose ACS was started with these settings; the same one for all who ask for the same."""
        url, adapter = self.control.started_with(settings)
        return World(url, adapter, self.given)


class Case(unittest.TestCase):
    world = None    # set by the runner

    def device(self, label=None, **how):
        one = device.Device(how.pop("world", None) or self.world, label or self.label(), **how)
        self.addCleanup(one.close)
        return one

    def label(self):
        return "".join(ID.search(self._testMethodName).groups())

    @property
    def control(self):
        return self.world.control

    def known(self, **how):
        """A device that has had its first session, and how the ACS calls it."""
        one = self.device(**how)
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        return one, self.found(one)

    def found(self, one):
        return wire.poll("the ACS knows the device", lambda: one.world.control.find(one.who))

    def last_session(self, one):
        """The newest session in the history, which is written after the device got its 204."""
        return wire.poll("the session is in the history", lambda: self.control.sessions(self.found(one)))[0]

    def queued(self, one, operation, **arguments):
        return one.world.control.queue(one.world.control.find(one.who), operation, **arguments)

    def ended(self, handle, seconds=20, world=None):
        adapter = (world or self.world).control

        def look():
            outcome = adapter.outcome(handle)
            return outcome if outcome["state"] != "open" else None

        return wire.poll("the operation has ended", look, seconds)

    def run_one(self, operation, answers=None, version="1.0", **arguments):
        """One operation on a device of its own: (requests that came, outcome, device)."""
        one, _ = self.known(version=version)
        handle = self.queued(one, operation, **arguments)
        requests = one.session(answers=answers)
        return requests, self.control.outcome(handle), one

    def assert_fault(self, answer, code, message_id=None):
        self.assertEqual((answer.status, answer.name), (200, "Fault"), answer)
        self.assertEqual(answer.message.fault_code, str(code))
        if message_id is not None:
            self.assertEqual(answer.message.id, message_id)

    def assert_refused(self, answer):
        """Neither accepted nor passed over: a Fault, or an HTTP error."""
        self.assertTrue(400 <= answer.status <= 599 or answer.name == "Fault", answer)

    def assert_alive(self, world=None):
        one = device.Device(world or self.world, "ALIVE")
        try:
            self.assertEqual(one.session(), [])
        finally:
            one.close()


# ---- the runner

def modules():
    return sorted(path.stem for path in HERE.glob("cases_*.py"))


def all_tests():
    """(class, method name) of every test of the suite"""
    found = []
    for name in modules():
        module = importlib.import_module(name)
        for case in vars(module).values():
            if isinstance(case, type) and issubclass(case, Case) and case.__module__ == name:
                found += [(case, method) for method in unittest.TestLoader().getTestCaseNames(case)]
    return found


def ids_of(method):
    """Every checklist id that a test's name carries: test_T_05_… or test_T_05_X_08_…"""
    name, found = method[len("test_"):], []
    while match := re.match(r"([A-Z])_(\d\d)_", name):
        found.append(f"{match.group(1)}-{match.group(2)}")
        name = name[match.end():]
    return found


class Result:
    def __init__(self, case, method, outcome, detail, seconds):
        self.name, self.ids, self.outcome = f"{case.__module__}.{method}", ids_of(method), outcome
        self.detail, self.seconds = detail, seconds


def run_test(case, method, world):
    test, result, began = case(method), unittest.TestResult(), time.monotonic()
    test.world = world
    test.run(result)
    bad = result.failures + result.errors
    if bad:
        outcome, detail = "failed", "\n".join(text for _, text in bad)
    elif result.skipped:
        outcome, detail = "not run", result.skipped[0][1]
    else:
        outcome, detail = "passed", ""
    return Result(case, method, outcome, detail, time.monotonic() - began)


def run(world, wanted=None, threads=8):
    """Runs the tests whose ids or names are wanted (None: all); yields results as they come."""
    tests = [(case, method) for case, method in all_tests()
             if wanted is None or wanted & {method, *ids_of(method)}]
    # those that mostly wait go first, so that the others run beside them
    tests.sort(key=lambda test: -getattr(getattr(*test), "waits", 0))
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(run_test, case, method, world) for case, method in tests]
        for one in concurrent.futures.as_completed(waiting):
            yield one.result()


def waits(seconds):
    """Marks a test that takes this long because it waits."""
    def mark(method):
        method.waits = seconds
        return method
    return mark


def report(results, out=None):
    """Prints what failed and what was not run; returns the number of failures."""
    text = out or io.StringIO()
    for result in sorted(results, key=lambda one: one.name):
        if result.outcome == "failed":
            print(f"FAILED {result.name} ({result.seconds:.1f} s)\n{result.detail}", file=text)
    reasons = {}
    for result in results:
        if result.outcome == "not run":
            reasons.setdefault(result.detail, []).append(result.name)
    for why, names in sorted(reasons.items()):
        print(f"not run, {why}: {len(names)} tests", file=text)
    counts = {kind: sum(one.outcome == kind for one in results) for kind in ("passed", "failed", "not run")}
    ids = {kind: {name for one in results if one.outcome == kind for name in one.ids} for kind in counts}
    good = ids["passed"] - ids["failed"] - ids["not run"]
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['not run']} not run; "
          f"{len(good)} requirements hold", file=text)
    return counts["failed"]


def empty_response(method):
    return f"<cwmp:{method}/>"


__all__ = ["Case", "World", "soap", "waits", "wire"]
