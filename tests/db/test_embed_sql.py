#!/usr/bin/env python3
"""db/embed_sql.py: what becomes a parameter, and what is refused."""

import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)


def embed(files):
    """(exit status, message, header, source) for these files by name."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
            paths.append(path)
        outputs = [os.path.join(folder, name) for name in ('out.h', 'out.c')]
        run = subprocess.run([sys.executable, PROGRAM, *outputs, *paths], capture_output=True, text=True, check=False)
        texts = []
        for path in outputs:
            if os.path.exists(path):
                with open(path, encoding='utf-8') as file:
                    texts.append(file.read())
        return run.returncode, run.stderr, *(texts or ('', ''))


class EmbedSql(unittest.TestCase):
    def statement(self, body):
        status, message, _, source = embed({'sql/x.sql': f'-- name: thing_do :many\n{body}'})
        self.assertEqual(status, 0, message)
        return source

    def refusal(self, files):
        status, message, _, _ = embed(files)
        self.assertNotEqual(status, 0)
        return message

    def test_parameters_are_numbered_by_their_first_use(self):
        source = self.statement('SELECT :b, :a, :b;')
        self.assertIn('SELECT $1, $2, $1', source)
        self.assertIn('{"b", "a"}', source)

    def test_what_only_looks_like_a_parameter_stays(self):
        for text in ("1::text", "x::  int", "':no'", "'it''s :no'", '":no"', "E'a\\':no'", '$$ :no $$', '$q$ :no $$ $q$',
                     'a[1:2]', 'a[n:m]'):
            source = self.statement(f'SELECT {text};')
            self.assertIn('{0}', source, text)
            self.assertNotIn('$1', source, text)

    def test_comments_are_left_out(self):
        source = self.statement('-- why :not\nSELECT 1 -- :nor\n/* :this\n */ + :that;')
        self.assertIn('{"that"}', source)
        self.assertNotIn('why', source)

    def test_a_cast_behind_a_parameter_is_kept(self):
        self.assertIn('$1::bigint[]', self.statement('SELECT unnest(:ids::bigint[]);'))

    def test_quotes_and_backslashes_survive_c(self):
        self.assertIn(r'SELECT \"x\", ' r"E'\\n'", self.statement('SELECT "x", ' r"E'\n';"))

    def test_names_become_an_enum(self):
        status, _, header, source = embed({'sql/x.sql': '-- name: a_b :one\nSELECT 1;\n-- name: c :exec\nDELETE FROM t;'})
        self.assertEqual(status, 0)
        self.assertIn('SQL_A_B,\n    SQL_C,\n    SQL_COUNT', header)
        self.assertIn('[SQL_C]', source)
        self.assertIn('SQL_EXEC', source)

    def test_what_is_not_a_named_statement_is_refused(self):
        for text, word in (('SELECT 1;', 'without'), ('-- name: x\nSELECT 1;', 'expected'),
                           ('-- name: x :several\nSELECT 1;', 'expected'), ('-- name: X :one\nSELECT 1;', 'expected'),
                           ('-- name: x :one\n-- only words', 'not one statement'),
                           ('-- name: x :one\nSELECT 1; SELECT 2;', 'not one statement')):
            self.assertIn(word, self.refusal({'sql/x.sql': text}), text)

    def test_a_name_stands_once(self):
        statement = '-- name: twice :one\nSELECT 1;\n'
        self.assertIn('twice', self.refusal({'sql/a.sql': statement, 'sql/b.sql': statement}))

    def test_migrations_have_no_gap(self):
        self.assertIn('0003_c stands where number 0002', self.refusal(
            {'migrations/0001_a.sql': 'SELECT 1;', 'migrations/0003_c.sql': 'SELECT 3;'}))
        self.assertIn('0001_b stands where number 0002', self.refusal(
            {'migrations/0001_a.sql': 'SELECT 1;', 'migrations/0001_b.sql': 'SELECT 3;'}))
        self.assertIn('a name like', self.refusal({'migrations/1_a.sql': 'SELECT 1;'}))

    def test_a_migration_is_kept_word_for_word_with_its_hash(self):
        status, _, header, source = embed({'migrations/0001_a.sql': '-- why\nSELECT :x;\n'})
        self.assertEqual(status, 0)
        self.assertIn('SQL_MIGRATION_COUNT = 1', header)
        self.assertIn('"-- why\\n"\n        "SELECT :x;\\n"', source)
        self.assertIn('"0bb6bd9ad8c335a12ae41fdb10fd03843532c8fb79f3927a6f284a99ad7e73d1"', source)


if __name__ == '__main__':
    unittest.main()
