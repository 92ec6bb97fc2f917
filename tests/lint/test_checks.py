#!/usr/bin/env python3
"""Each check finds what it is there for, at the right line, and leaves good code alone."""

import json
import os
import tempfile
import unittest

import check_console
import check_format
import check_layers
import check_shell
import check_size
import check_tidy
import check_words
import sources


class CheckCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def findings(self, check, path, text):
        return check.check(self.root, [self.write(path, text)])

    def assert_found(self, check, path, text, line, *words):
        found = self.findings(check, path, text)
        self.assertEqual([finding.line for finding in found], [line], found)
        for word in words:
            self.assertIn(word, str(found[0]))

    def assert_clean(self, check, path, text):
        self.assertEqual(self.findings(check, path, text), [])


class Layers(CheckCase):
    def test_an_include_of_a_layer_above_is_found(self):
        for path, above in (('acs/base/a.c', 'soap/cwmp.h'), ('soap/a.h', 'provisioning/action.h'),
                            ('provisioning/a.c', 'db/store.h'), ('db/a.c', 'acs/http/http.h'),
                            ('acs/base/a.h', 'acs/config.h'), ('acs/a.c', 'tests/support/a.h')):
            self.assert_found(check_layers, path, f'\n#include "{above}"\n', 2, 'above')

    def test_the_own_folder_and_those_below_are_allowed(self):
        for path, below in (('soap/a.c', 'acs/base/err.h'), ('db/a.c', 'provisioning/action.h'), ('db/a.c', 'db/b.h'),
                            ('acs/cwmp/a.c', 'acs/http/http.h'), ('tests/db/a.c', 'acs/http/http.h')):
            self.assert_clean(check_layers, path, f'#include "{below}"\n#include <string.h>\n')

    def test_nothing_stands_at_the_top_that_does_not_belong_there(self):
        for path in ('default.profraw', 'notes.txt', 'src/a.c'):
            self.assert_found(check_layers, path, 'text\n', 1, 'top')
        for path in ('README.md', '.gitignore', '.ci/run', 'contrib/a'):
            self.assert_clean(check_layers, path, 'text\n')

    def test_an_include_that_is_not_written_from_the_root_is_found(self):
        self.assert_found(check_layers, 'soap/a.c', '#include "fields.h"\n', 1, 'from the root')

    def test_a_library_away_from_its_home_is_found(self):
        for path, header in (('acs/cwmp/a.c', 'libxml/tree.h'), ('acs/a.c', 'microhttpd.h'), ('acs/api/a.c', 'libpq-fe.h'),
                             ('acs/base/log.c', 'openssl/evp.h'), ('acs/jobs/a.c', 'curl/curl.h'),
                             ('acs/api/a.c', 'jansson.h'), ('soap/a.c', 'cmocka.h')):
            self.assert_found(check_layers, path, f'#include <{header}>\n', 1, header)

    def test_a_library_at_home_is_allowed(self):
        for path, header in (('soap/xml.c', 'libxml/parser.h'), ('acs/http/listener.c', 'microhttpd.h'),
                             ('db/pool.c', 'libpq-fe.h'), ('acs/base/crypto.c', 'openssl/evp.h'),
                             ('acs/http/tls.c', 'openssl/ssl.h'), ('acs/ctl/main.c', 'curl/curl.h'),
                             ('acs/base/json.c', 'jansson.h'), ('tests/cpesim/main.c', 'curl/curl.h')):
            self.assert_clean(check_layers, path, f'#include <{header}>\n')


class Words(CheckCase):
    def test_forbidden_calls_are_found_at_their_line(self):
        for call in ('strcpy(a, b)', 'strcat(a, b)', 'sprintf(a, "")', 'strtok (a, b)', 'n = atoi(a)', 'gets(a)',
                     'p = malloc(3)', 'p = calloc(1, 2)', 'p = realloc(p, 3)', 'free(p)', 'now = time(NULL)',
                     'printf("")', 'puts("")', 't = gmtime(&now)'):
            self.assert_found(check_words, 'soap/a.c', f'void f(void)\n{{\n    {call};\n}}\n', 3, call.split('(')[0].split()[-1])

    def test_the_places_that_may_use_them_are_left_alone(self):
        for path, call in (('acs/base/arena.c', 'p = malloc(3)'), ('acs/base/clock.c', 'now = time(NULL)'),
                           ('acs/main.c', 'printf("")'), ('acs/ctl/print.c', 'puts("")'), ('tests/db/a.c', 'printf("")')):
            self.assert_clean(check_words, path, f'void f(void)\n{{\n    {call};\n}}\n')

    def test_names_that_only_end_alike_comments_and_strings_are_left_alone(self):
        self.assert_clean(check_words, 'soap/a.c', 'xmlFree(a); json_free(b); curl->free(c); snprintf(d);\n'
                                                   '/* malloc(3) */ // printf()\nlog("do not printf() here");\n')

    def test_sql_in_a_string_is_found(self):
        for text in ('SELECT 1', 'DELETE FROM device', ' WHERE id = $1', 'insert into t (a)', 'BEGIN', 'CREATE TABLE t'):
            self.assert_found(check_words, 'db/a.c', f'\n\nrun("{text}");\n', 3, 'db/sql')

    def test_words_that_are_no_sql_are_left_alone(self):
        for text in ('DELETE', 'select a home', 'update failed', '-----BEGIN CERTIFICATE-----', 'where it went'):
            self.assert_clean(check_words, 'db/a.c', f'run("{text}");\n')

    def test_unfinished_marks_machine_paths_and_registries_are_found_in_every_text(self):
        for word in ('TO' 'DO', 'FIX' 'ME', 'XX' 'X', '/ro' 'ot/farol', '/wo' 'rk/main', '/home/' 'ana/x',
                     'https://registry.np' 'mjs.org', 'deb.deb' 'ian.org', 'thi' 's session', 'AI-' 'generated'):
            self.assert_found(check_words, 'README.md', f'one\ntwo {word} three\n', 2)

    def test_paths_that_only_look_alike_are_left_alone(self):
        self.assert_clean(check_words, 'README.md', 'a/work/b ./work/c mktemp -d /tmp/x.XXXXXX /rooted/\n')


class Size(CheckCase):
    def function(self, lines, parameters='void'):
        return f'static int f({parameters})\n{{\n' + '    g();\n' * (lines - 3) + '}\n'

    def test_a_long_function_is_found_at_its_first_line(self):
        self.assert_found(check_size, 'soap/a.c', '\n#define X {\n\n' + self.function(61), 4, 'f has 61 lines')

    def test_a_function_of_sixty_lines_is_allowed(self):
        self.assert_clean(check_size, 'soap/a.c', self.function(60) + self.function(60))

    def test_a_table_is_not_a_function(self):
        self.assert_clean(check_size, 'soap/a.c', 'static const struct x t[N(3)] = {\n' + '    {1},\n' * 100 + '};\n')

    def test_braces_in_strings_and_comments_do_not_count(self):
        text = 'int f(void)\n{\n    g("{{", \'{\'); /* {{ */ // {\n}\n\n'
        self.assertEqual(list(check_size.c_functions(text + text)), [('f', 1, 4, 0), ('f', 6, 9, 0)])

    def test_seven_parameters_are_found(self):
        names = ', '.join(f'int a{number}' for number in range(7))
        self.assert_found(check_size, 'soap/a.c', self.function(5, names), 1, '7 parameters')

    def test_six_parameters_one_of_them_a_function_are_allowed(self):
        names = ', '.join(f'int a{number}' for number in range(5)) + ', void (*f)(int, int, int)'
        self.assert_clean(check_size, 'soap/a.c', '__attribute__((format(printf, 1, 2))) ' + self.function(5, names))

    def test_seven_parameters_of_a_signature_that_a_library_dictates_are_allowed(self):
        (path, name), _ = next(iter(check_size.DICTATED.items()))
        names = ', '.join(f'int a{number}' for number in range(7))
        self.assert_clean(check_size, path, self.function(5, names).replace(' f(', f' {name}('))

    def test_a_long_function_of_python_is_found(self):
        self.assert_found(check_size, 'db/a.py', 'def f():\n' + '    g()\n' * 60, 1, 'f has 61 lines')

    def test_of_the_parameters_of_python_those_that_must_be_given_count(self):
        self.assert_clean(check_size, 'db/a.py', 'def f(self, a, b, c, d, e, f, g=1, h=2):\n    pass\n')
        self.assert_found(check_size, 'db/a.py', 'def f(a, b, c, d, e, f, g):\n    pass\n', 1, '7 parameters')

    def test_long_files_are_found(self):
        for path, lines in (('db/a.c', 600), ('db/a.py', 600), ('contrib/a.sh', 600), ('db/a.h', 150)):
            self.assert_clean(check_size, path, '\n' * lines)
            self.assert_found(check_size, path, '\n' * (lines + 1), lines + 1, 'lines')

    def test_a_long_script_without_an_ending_is_found(self):
        self.assert_found(check_size, 'contrib/a', '#!/bin/sh\n' + '\n' * 600, 601, 'lines')

    def test_the_thirteenth_include_is_found(self):
        self.assert_found(check_size, 'db/a.c', '#include "db/b.h"\n' * 13, 13, '13 headers')


class Format(CheckCase):
    def test_an_unformatted_file_is_found(self):
        self.write('.clang-format', 'BasedOnStyle: LLVM\n')
        self.assert_clean(check_format, 'db/a.c', 'int a;\nint b;\n')
        self.assert_found(check_format, 'db/a.c', 'int a;\nint   b;\n', 2, 'clang-format-14 -i db/a.c')

    def test_a_missing_formatter_is_a_finding(self):
        found = check_format.check(self.root, [self.write('db/a.c', 'int a;\n')], 'no-such-formatter')
        self.assertIn('is not installed', str(found))

    def test_a_broken_configuration_is_a_finding(self):
        self.write('.clang-format', 'NoSuchKey: 1\n')
        self.assertIn('failed', str(self.findings(check_format, 'db/a.c', 'int a;\n')))


class Shell(CheckCase):
    def test_an_unquoted_variable_is_found_with_and_without_an_ending(self):
        for path in ('contrib/a', 'contrib/a.sh'):
            self.assert_found(check_shell, path, '#!/bin/sh\nset -eu\nrm $1\n', 3, 'SC2086')

    def test_a_script_that_goes_on_after_an_error_is_found(self):
        self.assert_found(check_shell, 'contrib/a', '#!/bin/sh\nfalse\ntrue\n', 1, 'set -eu')

    def test_a_missing_checker_is_a_finding(self):
        found = check_shell.check(self.root, [self.write('contrib/a', '#!/bin/sh\nset -eu\n')], 'no-such-checker')
        self.assertIn('is not installed', str(found))


class Console(CheckCase):
    def found(self, code, *words):
        self.assert_found(check_console, 'acs/console/src/x.tsx', '// What it is.\n' + code, 2, *words)

    def test_what_browsers_must_not_be_asked(self):
        self.found('element.inner' 'HTML = name;\n', 'makes markup of text')
        self.found('<p style="color: red">\n', 'inline style')
        self.found('const url = "https://example.com/x.js";\n', 'another host')
        self.found('function f(x: any) {}\n', 'hole in the types')

    def test_shape(self):
        self.found('\tlet x;\n', 'tab')
        self.found('let x = ' + '1 + ' * 60 + '1;\n', 'allowed')
        self.assert_found(check_console, 'acs/console/src/x.css', 'p {}\n', 1, 'begin with a comment')

    def test_good_code(self):
        self.assert_clean(check_console, 'acs/console/src/x.ts',
                          '// Says what it is; inner' 'HTML may be named here.\nconst many = "style"; // http://example.com\n')


class Tidy(CheckCase):
    def test_a_bug_in_a_compiled_file_is_found_and_generated_files_are_not_ours(self):
        self.write('.clang-tidy', "Checks: '-*,bugprone-sizeof-expression'\nWarningsAsErrors: '*'\n")
        bug = 'int f(int *a);\nint f(int *a)\n{\n    return (int)sizeof(sizeof(a));\n}\n'
        rows = [{'directory': self.root, 'file': self.write(path, bug), 'command': f'cc -c {path}'}
                for path in ('soap/a.c', 'build/generated.c')]
        self.write('compile_commands.json', json.dumps(rows))
        found = check_tidy.check(self.root, self.root)
        self.assertEqual([(finding.path, finding.line) for finding in found], [('soap/a.c', 4)], found)

    def test_a_file_that_does_not_compile_is_a_finding(self):
        row = {'directory': self.root, 'file': self.write('soap/a.c', 'int f(\n'), 'command': 'cc -c soap/a.c'}
        self.write('compile_commands.json', json.dumps([row]))
        self.assertNotEqual(check_tidy.check(self.root, self.root), [])


class Files(CheckCase):
    def test_outside_of_git_everything_but_build_folders_is_looked_at(self):
        for path in ('soap/a.c', 'build/b.c', 'build-x/c.c'):
            self.write(path, '')
        self.assertEqual(sources.project_files(self.root), ['soap/a.c'])

    def test_bytes_that_are_no_text_are_passed_over(self):
        self.assertIsNone(sources.read(self.root, self.write('soap/a', 'a\0b')))


if __name__ == '__main__':
    unittest.main()
