#!/usr/bin/env python3
"""Turns *.map into C: embed.py OUT.c FILE.map… (map_source.h says what becomes of them)."""

import os
import sys


def literal(line):
    escaped = line.replace('\\', '\\\\').replace('"', '\\"')
    return f'    "{escaped}\\n"'


def main():
    out, *paths = sys.argv[1:]
    with open(out, 'w', encoding='utf-8') as file:
        file.write('#include "provisioning/map/map_source.h"\n\nconst struct map_source map_sources[] = {\n')
        for path in paths:
            with open(path, encoding='utf-8') as source:
                lines = '\n'.join(literal(line) for line in source.read().splitlines())
            file.write(f'{{"{os.path.basename(path)}",\n{lines}}},\n')
        file.write('};\n\nconst size_t map_source_count = sizeof(map_sources) / sizeof(*map_sources);\n')


if __name__ == '__main__':
    main()
