#!/usr/bin/env python3
"""A folder includes itself and the layers below it, written from the root; each library is used in its home only; and
nothing stands at the top that does not belong there."""

import re

import sources
from sources import Finding

# Lowest first. Folders of acs other than base are one layer. Tests stand above everything.
LAYERS = ('acs/base', 'soap', 'provisioning', 'db', 'acs', 'tests')

# What may stand at the top, besides the files of tools, whose names begin with a dot.
TOP = ('meson.build', 'meson_options.txt', 'LICENSE', 'README.md', 'acs', 'soap', 'db', 'provisioning', 'tests', 'contrib')

# Header of a library -> where it may be included. Tests may use what they need.
HOMES = (
    (r'libxml/',                     ('soap/',)),
    (r'microhttpd\.h$',              ('acs/http/',)),
    (r'(libpq-|libpq/|postgres_ext)', ('db/',)),
    (r'openssl/',                    ('acs/base/crypto.c', 'acs/http/')),
    (r'curl/',                       ('acs/http/client.c', 'acs/http/target.c', 'acs/http/transfer.h', 'acs/ctl/')),
    (r'zlib\.h$',                    ('acs/http/coding.c',)),
    (r'jansson\.h$',                 ('acs/base/json.c',)),
    (r'yaml\.h$',                  ('acs/base/yaml.c',)),
    (r'crypt\.h$',                 ('acs/auth/password.c',)),
    (r'cjose/',                      ('acs/auth/id_token.c',)),
    (r'(ldap|lber|ldif)',            ('acs/auth/directory.c', 'acs/auth/directory_wire.')),
    (r'cmocka\.h$',                  ()),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


def layer(path):
    """The number of the layer that a path belongs to; None for a path of no folder of ours."""
    for number, folder in enumerate(LAYERS):
        if path.startswith(folder + '/'):
            return number
    return None


def wrong_direction(path, target):
    if layer(target) is None:
        return f'"{target}" is not written from the root: write the whole path, as in "acs/base/err.h"'
    if layer(target) > layer(path):
        return (f'{LAYERS[layer(path)]} includes "{target}" of {LAYERS[layer(target)]}, which is above it: '
                'move the code, or hand the value down as an argument')
    return None


def wrong_home(path, header):
    for pattern, homes in HOMES:
        if re.match(pattern, header) and not path.startswith(homes + ('tests/',)):
            return f'<{header}> belongs in {" or ".join(homes + ("tests/",))}: call what its home offers instead'
    return None


def stray(path):
    top = path.split('/')[0]
    if top in TOP or top.startswith('.'):
        return None
    return f'{top} does not belong at the top of the project: move it where it belongs, or ignore it'


def check(root, files):
    findings = [Finding(path, 1, stray(path)) for path in files if stray(path)]
    for path in files:
        if not sources.is_c(path) or layer(path) is None:
            continue
        text = sources.read(root, path)
        for match in INCLUDE.finditer(text):
            quote, header = match.groups()
            wrong = wrong_direction(path, header) if quote == '"' else wrong_home(path, header)
            if wrong:
                findings.append(Finding(path, sources.line_of(text, match.start()), wrong))
    return findings


if __name__ == '__main__':
    sources.main(check)
