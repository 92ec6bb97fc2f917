#!/usr/bin/env python3
"""Every .c and .h is as clang-format 14 would write it. Tables in .def files are aligned by hand."""

import os
import re
import shutil
import subprocess

import sources
from sources import Finding

FORMATTER = 'clang-format-14'
WARNING = re.compile(r'^(?:\./)?(.+?):(\d+):\d+: (?:error|warning): code should be clang-formatted', re.MULTILINE)


def check(root, files, formatter=FORMATTER):
    paths = [path for path in files if path.endswith(('.c', '.h'))]
    if not paths:
        return []
    if shutil.which(formatter) is None:
        return [Finding('.clang-format', 1, f'{formatter} is not installed: run contrib/install-packages test')]
    run = subprocess.run([formatter, '--dry-run', '--Werror', '--style=file', *paths],
                         cwd=root, stderr=subprocess.PIPE, text=True, check=False)
    first = {}
    for path, line in WARNING.findall(run.stderr):
        first.setdefault(os.path.normpath(path), int(line))
    if run.returncode != 0 and not first:
        return [Finding('.clang-format', 1, f'{formatter} failed: {run.stderr.strip()}')]
    return [Finding(path, line, f'is not formatted from here on: run {formatter} -i {path}')
            for path, line in first.items()]


if __name__ == '__main__':
    sources.main(check)
