#!/usr/bin/env python3
"""Every shell script is clean under shellcheck, and stops at the first error."""

import json
import re
import shutil
import subprocess

import sources
from sources import Finding

CHECKER = 'shellcheck'


def check(root, files, checker=CHECKER):
    paths = [path for path in files if sources.is_shell(root, path)]
    if not paths:
        return []
    if shutil.which(checker) is None:
        return [Finding(paths[0], 1, f'{checker} is not installed: run contrib/install-packages test')]
    run = subprocess.run([checker, '--format=json', '--external-sources', '--source-path=SCRIPTDIR', *paths],
                         cwd=root, capture_output=True, text=True, check=False)
    findings = [Finding(row['file'], row['line'], f"{row['message']} (SC{row['code']}): "
                                                  f"see shellcheck.net/wiki/SC{row['code']}")
                for row in json.loads(run.stdout)]
    for path in paths:
        text = sources.read(root, path)
        if not re.search(r'^set -[a-z]*e', text, re.MULTILINE) and not re.search(r'^exec ', text, re.MULTILINE):
            findings.append(Finding(path, 1, "goes on after an error: write 'set -eu' below the first comment"))
    return findings


if __name__ == '__main__':
    sources.main(check)
