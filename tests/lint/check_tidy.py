#!/usr/bin/env python3
"""check_tidy.py BUILD_DIR [PATH…]: clang-tidy 14 over our own sources, as the build directory of a clang build compiles them.

Not in the lint suite, because it needs a configured build and takes minutes: contrib/check runs it.
"""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

import sources
from sources import Finding

TIDY = 'clang-tidy-14'
PROCESSES = 2
DEFINES_WHAT_IS_HINTED = 'acs/base/err.c'
MESSAGE = re.compile(r'^(/[^:\n]+|[^:\n]+\.[ch]):(\d+):\d+: (?:warning|error): (.*)$', re.MULTILINE)


def compiled_sources(root, build):
    """The .c files of ours that the build directory compiles, from the root; what the build generates is not ours."""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        rows = json.load(file)
    paths = {os.path.relpath(os.path.realpath(os.path.join(row['directory'], row['file'])), os.path.realpath(root))
             for row in rows}
    return sorted(path for path in paths if path.startswith(tuple(top + '/' for top in sources.TOP_FOLDERS)))


def extra_arguments(root, path):
    # The macros of ctype.h would count as nesting in the functions that use them.
    arguments = ['-D__NO_CTYPE']
    hints = os.path.join(root, 'tests/lint/analyzer.h')
    if os.path.exists(hints) and path != DEFINES_WHAT_IS_HINTED:
        arguments += ['-include', hints]
    return [f'--extra-arg={argument}' for argument in arguments]


def tidy(root, build, path):
    run = subprocess.run([TIDY, '--quiet', *extra_arguments(root, path), '-p', build, os.path.join(root, path)],
                         cwd=root, capture_output=True, text=True, check=False)
    findings = {Finding(os.path.relpath(os.path.join(build, name), root), int(line), text)
                for name, line, text in MESSAGE.findall(run.stdout)}
    if run.returncode != 0 and not findings:
        findings.add(Finding(path, 1, f'{TIDY} failed: {(run.stderr or run.stdout).strip()[-2000:]}'))
    return findings


def check(root, build, only=()):
    if shutil.which(TIDY) is None:
        return [Finding('.clang-tidy', 1, f'{TIDY} is not installed: run contrib/install-packages test')]
    paths = [path for path in compiled_sources(root, build) if not only or path in only]
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        found = pool.map(lambda path: tidy(root, build, path), paths)
        return sorted(set().union(*found))


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    findings = check(sources.project_root(), os.path.abspath(sys.argv[1]), sys.argv[2:])
    for finding in findings:
        print(finding)
    print(f'{len(findings)} found', file=sys.stderr)
    sys.exit(1 if findings else 0)


if __name__ == '__main__':
    main()
