#!/usr/bin/env python3
"""The parser is all of libxml2 that Farol calls: most of what went wrong in that library went wrong elsewhere in it.

Usage: check_imports.py NM LIBRARY
"""

import subprocess
import sys

ALLOWED = {'xmlInitParser', 'xmlCreatePushParserCtxt', 'xmlCtxtUseOptions', 'xmlCtxtResetPush', 'xmlParseChunk',
           'xmlStopParser', 'xmlFreeParserCtxt', 'xmlDictSize', 'xmlSetStructuredErrorFunc', 'xmlResetLastError'}


def imported(nm, library):
    run = subprocess.run([nm, '--undefined-only', '--format=posix', library], capture_output=True, text=True, check=True)
    names = {line.split()[0] for line in run.stdout.splitlines() if line.split()[1:2] == ['U']}
    return {name for name in names if name.startswith(('xml', 'html', '__xml')) and not name.startswith('xml_')}


def main(nm, library):
    names = imported(nm, library)
    for name in sorted(names - ALLOWED):
        print(f'{name} is called: it is not among the functions of libxml2 that were judged safe')
    for name in sorted(ALLOWED - names):
        print(f'{name} is allowed and never called: take it off the list')
    return 1 if names != ALLOWED else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
