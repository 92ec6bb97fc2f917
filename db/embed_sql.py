#!/usr/bin/env python3
"""Turns db/sql/*.sql and db/migrations/*.sql into the tables of db/sql.h.

    embed_sql.py OUT.h OUT.c FILE.sql…

A file under sql/ holds named statements:

    -- name: device_show :one
    -- What a reader must know.
    SELECT … WHERE id = :device_id

:one, :many and :exec state the shape of the answer. Parameters are written :name and numbered by their first use; a
cast (::text), a string, a quoted name, a comment and a dollar-quoted text are left alone. A file under migrations/ is
NNNN_name.sql; the numbers start at 1 and have no gap.
"""

import hashlib
import os
import re
import sys
from typing import NamedTuple

SHAPES = {'one': 'SQL_ONE', 'many': 'SQL_MANY', 'exec': 'SQL_EXEC'}
HEAD = re.compile(r'^-- name:(.*)$', re.MULTILINE)
NAME = re.compile(r'\s*([a-z][a-z0-9_]*)\s+:(\w+)\s*')
MIGRATION = re.compile(r'(\d{4})_([a-z0-9_]+)\.sql')
TOKEN = re.compile(r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
  | (?P<string>  [eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\3\$ )
  | (?P<cast>    ::[ ]*\w+ )
  | (?P<name>    (?<![\w:\]]):[a-z_][a-z0-9_]* )
""", re.VERBOSE | re.DOTALL)


class Statement(NamedTuple):
    name: str
    shape: str
    text: str
    parameters: list


class Migration(NamedTuple):
    number: int
    name: str
    text: str


def fail(path, line, message):
    sys.exit(f'{path}:{line}: {message}')


def number_parameters(text):
    """(the text without comments and with $n for :name, the names in the order of n)."""
    names = []

    def replace(match):
        if match['comment']:
            return ' '
        if not match['name']:
            return match.group()
        name = match['name'][1:]
        if name not in names:
            names.append(name)
        return f'${names.index(name) + 1}'

    return TOKEN.sub(replace, text), names


def read_statement(path, line, head, body):
    match = NAME.fullmatch(head)
    if not match or match[2] not in SHAPES:
        fail(path, line, f'expected "-- name: noun_verb :one", :many or :exec, found "{head.strip()}"')
    text, parameters = number_parameters(body)
    text = '\n'.join(line.rstrip() for line in text.splitlines() if line.strip()).rstrip(' ;')
    if not text or ';' in TOKEN.sub('', text):
        fail(path, line, f'{match[1]} is not one statement')
    return Statement(match[1], SHAPES[match[2]], text, parameters)


def read_statements(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    heads = list(HEAD.finditer(text))
    before = text[:heads[0].start()] if heads else text
    if TOKEN.sub('', before).strip():
        fail(path, 1, 'a statement without "-- name:" in front')
    for head, after in zip(heads, heads[1:] + [None]):
        line = text.count('\n', 0, head.start()) + 1
        yield read_statement(path, line, head[1], text[head.end():after.start() if after else len(text)])


def read_migration(path):
    match = MIGRATION.fullmatch(os.path.basename(path))
    if not match:
        fail(path, 1, 'expected a name like 0001_devices.sql')
    with open(path, encoding='utf-8') as file:
        return Migration(int(match[1]), match[2], file.read())


def check_statements(statements):
    names = [statement.name for statement in statements]
    for name in sorted(names):
        if names.count(name) > 1:
            sys.exit(f'the statement {name} is there twice')


def check_migrations(migrations):
    for expected, migration in enumerate(migrations, 1):
        if migration.number != expected:
            sys.exit(f'migration {migration.number:04}_{migration.name} stands where number {expected:04} belongs')


def c_string(text):
    lines = text.split('\n')
    escaped = [line.replace('\\', '\\\\').replace('"', '\\"') for line in lines]
    return '\n        '.join(f'"{line}\\n"' for line in escaped[:-1]) + ('\n        ' if escaped[1:] else '') \
        + f'"{escaped[-1]}"'


def write_header(statements, migrations):
    rows = ''.join(f'    SQL_{statement.name.upper()},\n' for statement in statements)
    most = max((len(statement.parameters) for statement in statements), default=0)
    return (f'#pragma once\n\nenum sql {{\n{rows}    SQL_COUNT\n}};\n\n'
            f'enum {{ SQL_PARAMETERS_MAX = {max(most, 1)}, SQL_MIGRATION_COUNT = {len(migrations)} }};\n')


def statement_row(statement):
    parameters = ', '.join(f'"{name}"' for name in statement.parameters)
    return (f'    [SQL_{statement.name.upper()}] = {{\n        "{statement.name}",\n        {c_string(statement.text)},\n'
            f'        {statement.shape},\n        {len(statement.parameters)},\n        {{{parameters or "0"}}},\n    }},\n')


def migration_row(migration):
    digest = hashlib.sha256(migration.text.encode()).hexdigest()
    return (f'    {{\n        {migration.number},\n        "{migration.name}",\n        {c_string(migration.text)},\n'
            f'        "{digest}",\n    }},\n')


def write_source(statements, migrations):
    return ('#include "db/sql.h"\n\n'
            f'const struct sql_statement sql_statements[] = {{\n{"".join(map(statement_row, statements))}}};\n\n'
            f'const struct sql_migration sql_migrations[] = {{\n{"".join(map(migration_row, migrations))}}};\n')


def main(header_path, source_path, *paths):
    statements = [statement for path in sorted(paths) if '/sql/' in path for statement in read_statements(path)]
    migrations = sorted(read_migration(path) for path in paths if '/migrations/' in path)
    check_statements(statements)
    check_migrations(migrations)
    for path, content in ((header_path, write_header(statements, migrations)),
                          (source_path, write_source(statements, migrations))):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(content)


if __name__ == '__main__':
    main(*sys.argv[1:])
