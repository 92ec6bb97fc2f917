#!/usr/bin/env python3
"""Makes contrib/doc/conformance.md from checklist.txt and the tests, or checks that it is what they say.

    table.py            writes the document
    table.py --check    says what is wrong and writes nothing: an id without test and reason, one with both, a test with an
                        id that is not in the list, a document that is not up to date. Where the checklist that the list was
                        made from is at hand (ACS_SHARED, ../shared), the ids must be the same.
"""

import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import suite  # noqa: E402

TOP = suite.HERE.parent.parent
DOCUMENT = TOP / "contrib" / "doc" / "conformance.md"
SHARED = pathlib.Path(os.environ.get("ACS_SHARED", TOP.parent / "shared")) / "protocol" / "conformance.md"
KINDS = ("not visible", "not ours", "missing")     # of what has no test
STATES = ("tested", "departs", *KINDS)
PARTS = {
    "T": "Transport and HTTP", "S": "Security: TLS and HTTP authentication", "E": "SOAP envelope and encoding",
    "N": "Session rules", "V": "Version negotiation", "I": "Inform, events, bootstrap", "P": "Parameter methods",
    "O": "Objects, restart, schedule", "F": "File transfer", "D": "Software modules", "X": "Faults",
    "C": "Connection request over HTTP", "G": "Connection request over UDP, STUN", "K": "Connection request over XMPP",
    "L": "Lightweight notification, standby, heartbeat", "A": "Aliases, wildcards, proxies", "Q": "Diagnostics",
    "M": "Management server parameters and other facts", "B": "Bulk data", "R": "North side", "Z": "Across everything",
}

INTRODUCTION = """# Conformance

What TR-069 (Amendment 6, CWMP 1.0 to 1.4) wants of an ACS, requirement by requirement, and which test of `tests/conformance` shows it.
**Generated** by `tests/conformance/table.py`; a test fails when it is not up to date.

| state | means |
|---|---|
| tested | at least one test that can fail, against the running server, over the wire |
| departs | on purpose something else is done; the test shows that, and the reason is given |
| not visible | nothing that crosses the wire tells; the reason is given |
| not ours | a rule for the device, or part of another product; the reason is given |
| missing | not there yet, and why |
"""


class Entry:
    def __init__(self, line):
        parts = [part.strip() for part in line.split(" | ")]
        self.id, self.title = parts[0], parts[1]
        self.reason = parts[2] if len(parts) > 2 else ""
        self.kind = self.reason.partition(":")[0]
        self.tests = []

    @property
    def state(self):
        return "tested" if self.tests and self.kind != "departs" else self.kind


def read_checklist():
    lines = (suite.HERE / "checklist.txt").read_text(encoding="utf-8").splitlines()
    return [Entry(line) for line in lines if line and not line.startswith("#")]


def fill(entries):
    """Adds its tests to each entry; returns what is wrong."""
    wrong, by_id = [], {entry.id: entry for entry in entries}
    for case, method in suite.all_tests():
        if not suite.ids_of(method):
            wrong.append(f"{case.__module__}.{method}: its name carries no id")
        if not (getattr(case, method).__doc__ or "").strip():
            wrong.append(f"{case.__module__}.{method}: no sentence says what is required")
        for name in suite.ids_of(method):
            if name in by_id:
                by_id[name].tests.append((case.__module__, method))
            else:
                wrong.append(f"{case.__module__}.{method}: {name} is not in checklist.txt")
    return wrong


def judge(entries):
    for entry in entries:
        if entry.tests and entry.reason and entry.kind != "departs":
            yield f"{entry.id} has a test and a reason for having none"
        if not entry.tests and (entry.kind not in KINDS or not entry.reason.partition(":")[2].strip()):
            yield f"{entry.id} has no test and no reason of the form '{KINDS[0]}: why'"
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        yield "an id comes twice in checklist.txt"
    if SHARED.exists():
        wanted = re.findall(r"^([A-Z]-\d\d) \|", SHARED.read_text(encoding="utf-8"), re.MULTILINE)
        if wanted != ids:
            yield f"the ids are not those of {SHARED.name}: {sorted(set(wanted) ^ set(ids))}"


def count(entries):
    return {state: sum(entry.state == state for entry in entries) for state in STATES}


def row(entry):
    tests = ", ".join(f"`{method[len('test_'):]}`" for _, method in entry.tests)
    told = "; ".join(text for text in (entry.reason.partition(":")[2].strip(), tests) if text)
    return f"| {entry.id} | {entry.title} | {entry.state} | {told} |"


def write(entries):
    totals = count(entries)
    lines = [INTRODUCTION, f"{len(entries)} requirements: " + ", ".join(f"{number} {state}" for state, number in totals.items()) + ".", ""]
    lines += ["| part | requirements | " + " | ".join(STATES) + " |", "|---|---|" + "---|" * len(STATES)]
    for letter, name in PARTS.items():
        mine = [entry for entry in entries if entry.id[0] == letter]
        numbers = count(mine)
        lines.append(f"| {letter} {name} | {len(mine)} | " + " | ".join(str(number) for number in numbers.values()) + " |")
    for letter, name in PARTS.items():
        mine = [entry for entry in entries if entry.id[0] == letter]
        modules = sorted({f"`{module}.py`" for entry in mine for module, _ in entry.tests})
        lines += ["", f"## {letter}. {name}", ""] + ([f"Tests: {', '.join(modules)}", ""] if modules else [])
        lines += ["| id | what it is about | state | test, or why there is none |", "|---|---|---|---|"]
        lines += [row(entry) for entry in mine]
    return "\n".join(lines) + "\n"


def main(words):
    entries = read_checklist()
    wrong = fill(entries) + list(judge(entries))
    text = write(entries)
    if "--check" in words:
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
            wrong.append(f"{DOCUMENT.relative_to(TOP)} is not up to date: run tests/conformance/table.py")
    else:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
    for line in wrong:
        print(line)
    print(", ".join(f"{number} {state}" for state, number in count(entries).items()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
