#!/usr/bin/env python3
"""Every quirk of devices/vendor-quirks.md that binds an ACS, with the message of the device that has it, against acsd.

    run.py [NAME…]      below contrib/with-postgres, with FAROL_BUILD as in tests/e2e; NAME: part of a test's name
    run.py --digests    the ids and digests of the document, to be compared with quirks.txt

The document and the recorded messages lie beside the project (ACS_SHARED); where they do not, this says so and is skipped.
"""

import importlib
import re
import sys
import unittest

import document

SKIPPED = 77
IDS = re.compile(r"test((?:_(?:\d\d[a-z]?|[KV]\d+))+)_")

sys.path.insert(0, str(document.HERE.parent / "e2e"))


def load():
    modules = sorted(path.stem for path in document.HERE.glob("cases_*.py"))
    return unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(name))
                              for name in modules)


def each(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from each(one)
        else:
            yield one


def ids_of(test):
    found = IDS.match(test.id().rsplit(".", 1)[1])
    return found.group(1).strip("_").split("_") if found else []


def judge(tests, texts):
    """What is wrong with the table: against the document, the tests and the sources."""
    table, wrong = document.read_table(), []
    rows, switches = document.read_rows(), document.read_switches()
    by_id = {quirk.id: quirk for quirk in table}
    tested = {name for test in tests for name in ids_of(test)}
    wrong += [f"{name} is not in quirks.txt: {texts[name].strip()[:100]}" for name in texts if name not in by_id]
    wrong += [f"{name} is not in the document" for name in by_id if name not in texts]
    wrong += [f"a test is about {name}, which is not in quirks.txt" for name in sorted(tested - set(by_id))]
    for quirk in table:
        if quirk.id in texts and document.digest_of(texts[quirk.id]) != quirk.digest:
            wrong.append(f"{quirk.id} says something else now ({document.digest_of(texts[quirk.id])}); read it again")
        if (quirk.id in tested) == bool(quirk.reason):
            wrong.append(f"{quirk.id} needs a test, or a reason why there is none, and not both")
        if quirk.reason and quirk.reason.partition(":")[0] not in document.KINDS:
            wrong.append(f"{quirk.id}: a reason begins with one of {', '.join(document.KINDS)}")
        wrong += document.wrong_places(quirk, rows, switches)
    named = {place for quirk in table for place in quirk.where.split("; ")}
    wrong += [f"no quirk names the row {'/'.join(row)}" for row in rows if f"row: {'/'.join(row)}" not in named]
    return wrong


class Table(unittest.TestCase):
    tests = ()

    def runTest(self):
        """Every quirk is in the table, with a test or a reason; and a new one would be missed."""
        texts = document.read_document()
        self.assertEqual(judge(self.tests, texts), [])
        for change in ({"46": "46. A new one."}, {"26a": "- A new bullet."}, {"07": texts["07"] + "More of it."}):
            self.assertEqual(len(judge(self.tests, {**texts, **change})), 1, change)
        for lost in ("25", "K3"):
            self.assertEqual(judge(self.tests, {name: texts[name] for name in texts if name != lost}),
                             [f"{lost} is not in the document"])


def main(arguments):
    if not document.DOCUMENT.is_file():
        print(f"skipped: there is no {document.DOCUMENT} (set ACS_SHARED)")
        return SKIPPED
    if arguments == ["--digests"]:
        for name, text in document.read_document().items():
            print(name, document.digest_of(text), text.strip()[:90], sep=" | ")
        return 0
    tests = list(each(load()))
    Table.tests = tests
    chosen = [test for test in tests if not arguments or any(word in test.id() for word in arguments)]
    suite = unittest.TestSuite([*([] if arguments else [Table()]), *chosen])
    try:
        outcome = unittest.TextTestRunner(verbosity=2).run(suite)
    finally:
        importlib.import_module("rig").close_servers()
    table = document.read_table()
    print(f"{len(table)} quirks: {sum(not quirk.reason for quirk in table)} tested, "
          + ", ".join(f"{sum(quirk.reason.startswith(kind) for quirk in table)} {kind}" for kind in document.KINDS))
    return 0 if outcome.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
