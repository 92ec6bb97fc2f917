#!/usr/bin/env python3
"""Every message that Farol writes is what the Broadband Forum's schema of its version allows, and it writes all of them.

Usage: check_schema.py WRITER SHARED    WRITER: the program write_messages; SHARED: the folder with protocol/xsd in it
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

SKIPPED = 77

# By version; the schema of namespace 1-2 with the headers that 1.3 and 1.4 added.
DRIVERS = {'1.0': 'driver-1-0.xsd', '1.1': 'driver-1-1.xsd', '1.2': 'driver-1-2.xsd', '1.4': 'driver-1-4-merged.xsd'}

# Generated content that no schema allows: event codes without their pattern, fault codes that 1.0 did not have yet.
IMPOSSIBLE = re.compile(r'(-Inform-(special|empty|long)|1\.0-TransferComplete-long)\.xml$')


# Elements of a schema that are no messages.
HEADERS = {'ID', 'HoldRequests', 'SessionTimeout', 'SupportedCWMPVersions', 'UseCWMPVersion'}


def written(writer, folder, envelopes):
    """The files of each version, but those of impossible content."""
    subprocess.run([writer, folder, envelopes], check=True)
    files = collections.defaultdict(list)
    for path in sorted(pathlib.Path(folder).iterdir()):
        if not IMPOSSIBLE.search(path.name):
            files[path.name.split('-')[0]].append(str(path))
    return files


def validate(schema, files):
    """What xmllint says against these files; empty: nothing."""
    run = subprocess.run(['xmllint', '--noout', '--nonet', '--schema', schema, *files], capture_output=True, text=True)
    return [] if run.returncode == 0 else [line for line in run.stderr.splitlines() if not line.endswith(' validates')]


def global_elements(schema):
    """The names of the elements that stand at the top of a schema."""
    root = xml.etree.ElementTree.parse(schema).getroot()
    return {element.get('name') for element in root if element.tag.endswith('}element')}


def missing(schema, files):
    """What the schema has and nobody writes, and the other way round."""
    names = {pathlib.Path(path).name.split('-')[1] for path in files}
    return [f'{schema.name}: {name} is only on one side' for name in sorted((global_elements(schema) - HEADERS) ^ names)]


def must_understand_is_one(files):
    """libxml2 does not hold a referenced attribute against its fixed value (E-12)."""
    text = '\n'.join(pathlib.Path(path).read_text(encoding='utf-8') for path in files)
    values = set(re.findall(r'mustUnderstand="([^"]*)"', text))
    return [] if values == {'1'} else [f'mustUnderstand is {sorted(values)}, not 1']


def main(writer, shared):
    shared = os.environ.get('ACS_SHARED', shared)
    schemas = pathlib.Path(shared, 'protocol', 'xsd')
    if not schemas.is_dir():
        print(f'skipped: there is no folder {schemas} (set ACS_SHARED)')
        return SKIPPED
    if shutil.which('xmllint') is None:
        print('xmllint is missing: install libxml2-utils')
        return 1
    with tempfile.TemporaryDirectory() as folder:
        envelopes = schemas.parent / 'envelopes'
        files = written(writer, folder, str(envelopes))
        problems = [] if set(files) == set(DRIVERS) else [f'versions written: {sorted(files)}']
        for version, driver in DRIVERS.items():
            problems += validate(str(schemas / driver), files[version]) + must_understand_is_one(files[version])
            problems += missing(schemas / driver.replace('driver', 'cwmp'), files[version])
        rewritten = {path.name for path in pathlib.Path(folder).iterdir()}
        problems += [f'{path.name} was not written again' for path in envelopes.glob('[0-9]*.xml')
                     if not any(name.endswith('-' + path.name) for name in rewritten)]
    print('\n'.join(problems) or f'{sum(map(len, files.values()))} messages are valid')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
