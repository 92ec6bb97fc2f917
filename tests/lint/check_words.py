#!/usr/bin/env python3
"""Words that may not stand in the project, each with what to write instead."""

import os
import re
from typing import NamedTuple

import sources
from sources import Finding


class Rule(NamedTuple):
    pattern: re.Pattern
    allowed: tuple          # paths, or beginnings of paths, where it may stand
    advice: str


def calls(*names):
    """Calls of these functions, and of nothing whose name only ends like one of them."""
    return re.compile(r'(?<![\w.>])(' + '|'.join(names) + r')\s*\(')


# On C code without its comments and strings.
CODE_RULES = (
    Rule(calls('strcpy', 'strcat', 'sprintf', 'vsprintf', 'gets'), (), 'writes without a limit: use acs/base/text.h'),
    Rule(calls('strtok'), (), 'changes its argument and keeps state: use acs/base/text.h'),
    Rule(calls('atoi', 'atol', 'atoll', 'atof'), (), 'cannot say that it failed: use acs/base/text.h'),
    Rule(calls('malloc', 'calloc', 'realloc', 'reallocarray', 'free', 'strdup', 'strndup', 'asprintf'),
         ('acs/base/',), 'memory is an arena\'s: use acs/base/arena.h'),
    Rule(calls('time', 'gettimeofday', 'clock_gettime'), ('acs/base/clock.c',),
         'time comes from acs/base/clock.h, so that tests can stop it'),
    Rule(calls('printf', 'vprintf', 'puts', 'putchar'), ('main.c', 'acs/ctl/', 'tests/'),
         'only programs speak to the terminal: return an error, or log at the edge'),
    Rule(calls('localtime', 'gmtime', 'asctime', 'ctime', 'rand', 'srand', 'setenv', 'putenv', 'inet_ntoa', 'getpwnam',
               'getpwuid', 'gethostbyname'), (), 'has one answer for all threads: use its _r form, or acs/base'),
    Rule(re.compile(r'\b(goto)\b'), (), 'release with a cleanup attribute and return'),
)

# On the content of C strings: capitals at the start of a statement or of a clause, or its shape in small letters.
SQL = Rule(re.compile(
    r'^\s*(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|WITH \w+ AS|CREATE \w+|ALTER \w+|DROP \w+|TRUNCATE|BEGIN|COMMIT|'
    r'ROLLBACK|LISTEN|NOTIFY|COPY|LOCK TABLE|SET LOCAL|GRANT|REVOKE|VACUUM|ANALYZE)\b'
    r'|\b(WHERE|VALUES|RETURNING|ORDER BY|GROUP BY|INNER JOIN|LEFT JOIN)\s'
    r'|^\s*((?i:select\s.*\sfrom\s|insert\s+into\s+\w+\s*\(|update\s+\w+\s+set\s|delete\s+from\s+\w+\s+where\s))'),
    ('tests/', 'db/filter_'), 'SQL is written in db/sql/*.sql and called by its name')

# On every line of every text. Taken apart, so that this file is not its own first finding.
TEXT_RULES = (
    Rule(re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b'), ('tests/soap/data/', 'tests/fuzz/corpus/', 'tests/spec/'),
         'finish it, or leave it out'),
    Rule(re.compile(r'((?<![\w./-])/(?:wo' r'rk|fa' r'rm)/|/ro' r'ot/|/home/\w+/|/tmp/fa' r'rol/)'), (),
         'is the path of one machine: derive it, or make it a setting'),
    Rule(re.compile(r'\b(registry\.np' r'mjs|(?:deb|security)\.deb' r'ian\.org|py' r'pi\.org|files\.python' r'hosted)'), (),
         'is the host of a registry: the machine that installs knows its own'),
    Rule(re.compile(r'\b(thi' r's session|the session.s (?:task|tool)|clau' r'de|language mo' r'del|AI[- ]gene' r'rated)\b',
                    re.IGNORECASE), (), 'reads like a word on how the project is made: say "the session" or name what is meant'),
)


def is_allowed(path, allowed):
    return any(path.startswith(place) or os.path.basename(path) == place for place in allowed)


def search(rule, path, line, text):
    """One finding per match of the rule in a text that starts at this line."""
    if is_allowed(path, rule.allowed):
        return
    for match in rule.pattern.finditer(text):
        word = next((group for group in match.groups() if group), match.group()).strip()
        yield Finding(path, line + text.count('\n', 0, match.start()), f"'{word}': {rule.advice}")


def check_c(path, text):
    code = sources.c_code(text)
    for rule in CODE_RULES:
        yield from search(rule, path, 1, code)
    for line, content in sources.c_strings(text):
        yield from search(SQL, path, line, content)


def check(root, files):
    findings = []
    for path in files:
        text = sources.read(root, path)
        if text is None:
            continue
        for rule in TEXT_RULES:
            findings.extend(search(rule, path, 1, text))
        if sources.is_c(path):
            findings.extend(check_c(path, text))
    return sorted(findings)


if __name__ == '__main__':
    sources.main(check)
