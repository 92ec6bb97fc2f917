#!/usr/bin/env python3
"""tally.py RUN TESTLOG SHARED_DIR VERDICTS: counts what "meson test" recorded, and shows the end of what failed.

Appends a line to VERDICTS for each test: "passed", "failed" or "waived", and its name. A skipped test counts as failed;
only one that names ACS_SHARED, the folder of reference material beside the project, is waived where there is none.
"""

import json
import os
import re
import sys

SKIPPED = re.compile(r'^\[ *SKIPPED *\]|\bskipped=\d|\bok \d+.*# SKIP', re.MULTILINE)
SHOWN_LINES = 60


def judge(test, shared):
    """(verdict, reason) of one record of the log."""
    output = '\n'.join((test.get('stdout') or '', test.get('stderr') or '')).strip()
    skipped = test['result'] == 'SKIP' or SKIPPED.search(output)
    if test['result'] not in ('OK', 'EXPECTEDFAIL', 'SKIP'):
        return 'failed', f"{test['result']}, exit status {test.get('returncode')}"
    if not skipped:
        return 'passed', ''
    if 'ACS_SHARED' in output and not os.path.isdir(shared):
        return 'waived', f'there is no {os.path.normpath(shared)} (ACS_SHARED)'
    return 'failed', 'it was skipped'


def show(name, reason, test):
    output = '\n'.join((test.get('stdout') or '', test.get('stderr') or '')).strip()
    print(f'---- {name} failed: {reason}; the end of what it said:')
    print('\n'.join(output.splitlines()[-SHOWN_LINES:]))
    print('----')


def read_log(path):
    try:
        with open(path, encoding='utf-8') as file:
            return [json.loads(line) for line in file]
    except OSError:
        return []


def main():
    run, log, shared, verdicts = sys.argv[1:]
    tests = read_log(log)
    with open(verdicts, 'a', encoding='utf-8') as file:
        for test in tests:
            name = f"{run}: {test['name']}"
            verdict, reason = judge(test, shared)
            if verdict == 'failed':
                show(name, reason, test)
            print(f'{verdict} {name}' + (f': {reason}' if verdict == 'waived' else ''), file=file)
        if not tests:
            print(f'failed {run}: no test has run', file=file)
    return 0 if tests else 1


if __name__ == '__main__':
    sys.exit(main())
