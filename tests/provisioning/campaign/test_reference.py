#!/usr/bin/env python3
"""test_reference.py LIMITS PAGE EXAMPLE: the page about campaigns and the example have every number of a plan, as limit.def has it."""

import re
import sys
import unittest

ROW = re.compile(r'LIMIT\(\w+, +"(\w+)", +"(\w+)", +(\S+), +(\S+), +(\S+), +(?:true|false), +"(.*)"\)')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


class Reference(unittest.TestCase):
    def setUp(self):
        self.limits = ROW.findall(LIMITS)
        self.assertEqual(len(self.limits), len(re.findall(r'^LIMIT', LIMITS, re.MULTILINE)))

    def test_the_page_has_every_number(self):
        wanted = [f'| `{group}.{key}` | {least} | {most} | {otherwise} | {what} |' for group, key, least, most, otherwise, what in self.limits]
        self.assertEqual([line for line in PAGE.splitlines() if re.match(r'\| `\w+\.\w+` \|', line)], wanted)

    def test_the_example_has_every_number(self):
        for group, key, _, _, otherwise, _ in self.limits:
            self.assertRegex(EXAMPLE, rf'\b{key}: {re.escape(otherwise)}\b', f'{group}.{key} is as without a word')


if __name__ == '__main__':
    LIMITS, PAGE, EXAMPLE = (read(path) for path in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1])
