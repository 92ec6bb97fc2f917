#!/usr/bin/env python3
"""The sources of the console: what browsers must never be asked to do, and how the files look."""

import re

import sources
from sources import Finding

HOME = 'acs/console/src/'
ENDS = ('.ts', '.tsx', '.css')
LINE_MAX = 200

# Outside of comments.
FORBIDDEN = (
    (re.compile(r'innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment'),
     'makes markup of text: what devices say is only ever a text node'),
    (re.compile(r'\beval\(|new Function\('), 'runs text'),
    (re.compile(r'\sstyle='), 'is an inline style, which the policy of the page refuses: use a class'),
    (re.compile(r'https?://(?!www\.w3\.org/2000/svg)'), 'is another host: the console speaks to its own server only'),
    (re.compile(r'\bany\b(?=[\s;,>)\]])(?<=[:<|] any)'), 'is a hole in the types: say what it is, or unknown'),
)
COMMENT = re.compile(r'/\*.*?\*/|(?<![:"\'])//[^\n]*', re.DOTALL)


def without_comments(text):
    return COMMENT.sub(lambda match: sources.blank(match.group()), text)


def check_shape(path, text):
    if not text.startswith(('//', '/*')):
        yield Finding(path, 1, 'does not begin with a comment that says what it is for')
    if not text.endswith('\n') or text.endswith('\n\n'):
        yield Finding(path, text.count('\n'), 'does not end with one line break')
    for number, line in enumerate(text.split('\n'), 1):
        if '\t' in line or line != line.rstrip():
            yield Finding(path, number, 'has a tab, or blanks at its end')
        if len(line) > LINE_MAX and 'd="' not in line and not re.match(r'\s+[\w"]+:? ?[("`]', line):
            yield Finding(path, number, f'{len(line)} characters, {LINE_MAX} are allowed')


def check_words(path, text):
    code = without_comments(text)
    for pattern, why in FORBIDDEN:
        for match in pattern.finditer(code):
            yield Finding(path, sources.line_of(code, match.start()), f'{match.group().strip()} {why}')


def check(root, files):
    findings = []
    for path in files:
        if path.startswith(HOME) and path.endswith(ENDS):
            text = sources.read(root, path)
            findings.extend(check_shape(path, text))
            findings.extend(check_words(path, text))
    return findings


if __name__ == '__main__':
    sources.main(check)
