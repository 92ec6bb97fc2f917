#!/usr/bin/env python3
"""Turns provisioning/playbook/set/*.yaml into the table of playbook/set.h.

    embed_set.py OUT.c FILE.yaml…

The file's name is the playbook's id; whether the document says the same, and is in order, a test sees.
"""

import os
import sys


def c_string(text):
    escaped = [line.replace('\\', '\\\\').replace('"', '\\"') for line in text.split('\n')]
    return '\n        '.join(f'"{line}\\n"' for line in escaped[:-1]) + f'\n        "{escaped[-1]}"'


def row(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    name = os.path.basename(path).removesuffix('.yaml')
    return f'    {{\n        "{name}",\n        {c_string(text)},\n        {len(text.encode())},\n    }},\n'


def main(source_path, *paths):
    rows = ''.join(map(row, sorted(paths)))
    with open(source_path, 'w', encoding='utf-8') as file:
        file.write('#include "provisioning/playbook/set.h"\n\n'
                   f'const struct playbook_source playbook_set[] = {{\n{rows}}};\n\n'
                   f'const size_t playbook_set_count = {len(paths)};\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
