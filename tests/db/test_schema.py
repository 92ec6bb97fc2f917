#!/usr/bin/env python3
"""db/schema.sql is what the migrations make.

    test_schema.py MIGRATE db/schema.sql            fails and shows the difference
    test_schema.py MIGRATE db/schema.sql --write    writes it anew: ninja -C BUILD update-schema

Needs the server that PGHOST names: contrib/with-postgres DIR --throwaway -- …
"""

import difflib
import glob
import os
import re
import subprocess
import sys

HEAD = '-- The schema after all migrations, for reading and for reviews. Made by: ninja -C BUILD update-schema\n\n'


def pg_dump():
    """Of the newest server here: a dump is only taken by a program that is at least as new."""
    found = glob.glob('/usr/lib/postgresql/*/bin/pg_dump')
    return max(found, key=lambda path: int(path.split('/')[4])) if found else 'pg_dump'


def run(*command, **environment):
    result = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f'{" ".join(command)}: {result.stderr}')
    return result.stdout


def normalise(dump):
    """Only what describes the schema: no settings, no remarks of the program that dumped it."""
    lines = [line for line in dump.splitlines()
             if not re.match(r'--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict |COMMENT ON EXTENSION', line)]
    return HEAD + re.sub(r'\n{3,}', '\n\n', '\n'.join(lines)).strip() + '\n'


def migrated_schema(migrate):
    name = f'farol_schema_{os.getpid()}'
    run('psql', '-qc', f'CREATE DATABASE {name}')
    try:
        run(migrate, PGDATABASE=name)
        return normalise(run(pg_dump(), '--schema-only', '--no-owner', '--no-privileges', name))
    finally:
        run('psql', '-qc', f'DROP DATABASE {name} WITH (FORCE)')


def main(migrate, path, write=None):
    schema = migrated_schema(migrate)
    if write:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(schema)
        return
    with open(path, encoding='utf-8') as file:
        kept = file.read()
    if kept != schema:
        sys.stdout.writelines(difflib.unified_diff(kept.splitlines(True), schema.splitlines(True), path, 'migrated'))
        sys.exit('db/schema.sql is not what the migrations make: ninja -C BUILD update-schema')


if __name__ == '__main__':
    main(*sys.argv[1:])
