"""The document of quirks beside the project (devices/vendor-quirks.md), and our table of them (quirks.txt)."""

import collections
import hashlib
import os
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("ACS_SHARED", TOP.parent / "shared"))
DOCUMENT = SHARED / "devices" / "vendor-quirks.md"
ROWS = TOP / "provisioning" / "quirks.def"
SWITCHES = TOP / "provisioning" / "quirk_switch.def"
KINDS = ("nobody", "elsewhere", "missing")

Quirk = collections.namedtuple("Quirk", "id digest title where reason")


def digest_of(text):
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def _add(found, name, text):
    found[name] = found.get(name, "") + text + "\n"


def read_document():
    """{id: text}: 01 … 45, their bullets 01a …, the knobs of part 5 as K1 …, the bullets of part 6 as V1 …"""
    found, part, item, bullets = {}, None, None, 0
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        heading, numbered = re.match(r"## (\d+)\.", line), re.match(r"(\d+)\. ", line)
        if heading:
            part, item, bullets = int(heading.group(1)), None, 0
        elif numbered:
            item, bullets = f"{int(numbered.group(1)):02d}", 0
            _add(found, item, line)
        elif item and re.match(r" +- ", line):
            bullets += 1
            _add(found, item + "abcdefghijklmnopqrstuvwxyz"[bullets - 1], line)
        elif item and line.strip():
            _add(found, item, line)
        elif part == 5 and line.strip():
            for knob in re.split(r", (?![^(]*\))", line):
                bullets += 1
                _add(found, f"K{bullets}", knob)
        elif part and line.startswith("- "):
            bullets += 1
            _add(found, f"V{bullets}", line)
        elif part and line.strip():
            bullets += 1
            _add(found, f"?{part}.{bullets}", line)   # a form that is not known here: it shall not be passed over
    return found


def read_table():
    lines = (HERE / "quirks.txt").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split(" | ")] for line in lines if line and not line.startswith("#")]
    return [Quirk(*(row + [""] * (5 - len(row)))) for row in rows]


def read_rows():
    """(manufacturer, product class) of every row of quirks.def"""
    return re.findall(r'^QUIRK\("([^"]*)", *"([^"]*)"', ROWS.read_text(encoding="utf-8"), re.M)


def read_switches():
    return re.findall(r"^SWITCH\((\w+),", SWITCHES.read_text(encoding="utf-8"), re.M)


def wrong_places(quirk, rows, switches):
    """What a line of the table names and is not there."""
    for place in filter(None, quirk.where.split("; ")):
        kind, _, name = place.partition(": ")
        if kind == "row" and tuple(name.split("/", 1)) not in rows:
            yield f"{quirk.id}: quirks.def has no row {name}"
        elif kind == "switch" and name not in switches:
            yield f"{quirk.id}: there is no switch {name}"
        elif kind not in ("row", "switch") and not (TOP / place).is_file():
            yield f"{quirk.id}: there is no file {place}"
