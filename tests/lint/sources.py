"""What every check needs: the files of the project, C text without its comments and strings, and how to report."""

import os
import re
import subprocess
import sys
from typing import NamedTuple

TOP_FOLDERS = ('acs', 'soap', 'provisioning', 'db', 'tests')


class Finding(NamedTuple):
    """One thing that is wrong: where, what, and what to do about it."""
    path: str
    line: int
    text: str

    def __str__(self):
        return f'{self.path}:{self.line}: {self.text}'


def project_root():
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def project_files(root):
    """What a commit would hold: tracked files and new ones that are not ignored. Outside of git: all but build folders."""
    listing = subprocess.run(
        ['git', '-c', 'safe.directory=*', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        capture_output=True, check=False)
    if listing.returncode == 0:
        names = [name for name in listing.stdout.decode().split('\0') if name]
    else:
        names = list(walk(root))
    return sorted(name for name in set(names) if os.path.isfile(os.path.join(root, name)))


def walk(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith('build') and name not in ('.git', '__pycache__')]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    """The text of a file, or None if it is not text."""
    with open(os.path.join(root, path), 'rb') as file:
        data = file.read()
    if b'\0' in data[:8192]:
        return None
    return data.decode('utf-8', 'replace')


def is_c(path):
    return path.endswith(('.c', '.h', '.def'))


def is_shell(root, path):
    if path.endswith('.sh'):
        return True
    if '.' in os.path.basename(path):
        return False
    with open(os.path.join(root, path), 'rb') as file:
        return re.match(rb'#! ?/bin/(sh|bash|dash)\b', file.read(32)) is not None


C_PIECE = re.compile(r'''
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<string>  "(?:\\.|[^"\\\n])*" )
  | (?P<char>    '(?:\\.|[^'\\\n])*' )
''', re.VERBOSE | re.DOTALL)


def blank(text):
    """Spaces of the same shape, so that lines and columns stay true."""
    return re.sub(r'[^\n]', ' ', text)


def c_code(text):
    """The text without comments and without what stands in quotes; the quotes stay."""
    def without(match):
        piece = match.group()
        if match.lastgroup == 'comment':
            return blank(piece)
        return piece[0] + blank(piece[1:-1]) + piece[-1]
    return C_PIECE.sub(without, text)


def c_strings(text):
    """(line, content) of every string literal outside of comments and include lines."""
    for match in C_PIECE.finditer(text):
        if match.lastgroup != 'string':
            continue
        start = text.rfind('\n', 0, match.start()) + 1
        if not text[start:match.start()].lstrip().startswith('#include'):
            yield text.count('\n', 0, match.start()) + 1, match.group()[1:-1]


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def main(check):
    """Runs check(root, files) on the project and ends the program with its verdict."""
    root = project_root()
    findings = check(root, project_files(root))
    for finding in findings:
        print(finding)
    if findings:
        print(f'{len(findings)} found', file=sys.stderr)
    sys.exit(1 if findings else 0)
