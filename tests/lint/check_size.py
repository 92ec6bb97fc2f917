#!/usr/bin/env python3
"""Nothing is longer than can be read at one go: files, headers, functions, lists of parameters and of includes."""

import ast
import re

import sources
from sources import Finding

FILE_LINES = 600
HEADER_LINES = 150
FUNCTION_LINES = 60
PARAMETERS = 6
INCLUDES = 12

# Headers that may be longer, each with its own limit and the reason.
LONGER_HEADERS = {
    'soap/types.h': 500,    # one struct per CWMP method and per answer, nothing else: a list to look things up in
}

# Functions whose parameters a library dictates.
DICTATED = {
    ('soap/xml.c', 'on_open'): 'startElementNsSAX2Func of libxml2',
    ('acs/http/listener.c', 'on_request'): 'MHD_AccessHandlerCallback of libmicrohttpd',
}

LIMITED = ('.c', '.h', '.py', '.ts', '.tsx', '.sh')
TOKEN = re.compile(r'\w+|[^\s\w]')
PREPROCESSOR = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.MULTILINE)


def group_end(tokens, start):
    """The place of the parenthesis that closes the one at start."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += {'(': 1, ')': -1}.get(tokens[place][0], 0)
        if depth == 0:
            return place
    return len(tokens) - 1


def parameter_count(tokens):
    """Of the tokens between the parentheses of a parameter list."""
    words = [word for word, _ in tokens]
    if not words or words == ['void']:
        return 0
    depth, commas = 0, 0
    for word in words:
        depth += {'(': 1, ')': -1}.get(word, 0)
        commas += word == ',' and depth == 0
    return commas + 1


def signature(tokens):
    """(name, line, number of parameters) if these tokens, which stand before a brace, begin a function; else None."""
    words = [word for word, _ in tokens]
    if '=' in words or words[0] == 'typedef':
        return None
    found, place = None, 0
    while '(' in words[place:]:
        place = words.index('(', place)
        end = group_end(tokens, place)
        name = words[place - 1]
        if name != '__attribute__' and not name.isupper():     # nor a macro of attributes
            found = name, tokens[0][1], parameter_count(tokens[place + 1:end])
        place = end + 1
    return found


def c_functions(text):
    """(name, first line, last line, number of parameters) of every function of a C file."""
    code = PREPROCESSOR.sub(lambda match: sources.blank(match.group()), sources.c_code(text))
    depth, before, found = 0, [], None
    line, last = 1, 0
    for match in TOKEN.finditer(code):
        word = match.group()
        line += code.count('\n', last, match.start())
        last = match.start()
        if word == '{':
            if depth == 0:
                found = signature(before) if before else None
            depth += 1
        elif word == '}':
            depth -= 1
            if depth == 0:
                if found:
                    yield found[0], found[1], line, found[2]
                before, found = [], None
        elif depth == 0:
            before = [] if word == ';' else before + [(word, line)]


def python_functions(text):
    """The same of Python; of its parameters, those that a caller must give."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            required = len(node.args.args) - len(node.args.defaults)
            own = bool(node.args.args) and node.args.args[0].arg in ('self', 'cls')
            yield node.name, node.lineno, node.end_lineno, required - own


def check_functions(path, functions):
    for name, first, last, parameters in functions:
        if last - first + 1 > FUNCTION_LINES:
            yield Finding(path, first, f'{name} has {last - first + 1} lines, {FUNCTION_LINES} are allowed: '
                                       'give its parts names of their own')
        if parameters > PARAMETERS and (path, name) not in DICTATED:
            yield Finding(path, first, f'{name} has {parameters} parameters, {PARAMETERS} are allowed: '
                                       'what belongs together is a struct')


def check_length(path, text):
    lines = text.count('\n')
    limit = LONGER_HEADERS.get(path, HEADER_LINES) if path.endswith('.h') else FILE_LINES
    if lines > limit:
        yield Finding(path, limit + 1, f'{lines} lines, {limit} are allowed: split it where its subject changes')


def check_includes(path, text):
    includes = [match.start() for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*"', text, re.MULTILINE)]
    if len(includes) > INCLUDES:
        yield Finding(path, sources.line_of(text, includes[INCLUDES]),
                      f'{len(includes)} headers of ours, {INCLUDES} are allowed: the file knows too much, split it')


def check(root, files):
    findings = []
    for path in files:
        if not path.endswith(LIMITED) and not sources.is_shell(root, path):
            continue
        text = sources.read(root, path)
        findings.extend(check_length(path, text))
        if path.endswith(('.c', '.h')):
            findings.extend(check_functions(path, c_functions(text)))
        if path.endswith('.c'):
            findings.extend(check_includes(path, text))
        if path.endswith('.py'):
            findings.extend(check_functions(path, python_functions(text)))
    return findings


if __name__ == '__main__':
    sources.main(check)
