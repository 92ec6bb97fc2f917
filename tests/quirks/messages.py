"""What devices were seen to send: recorded messages beside the project, and our samples of the others (tests/soap/data)."""

import re

from document import SHARED, TOP

TAG = re.compile(rb"<(/?)([\w:.-]+)((?:\s[^<>]*)?)(/?)>")


def recorded(name):
    """The bytes of a message as they were recorded; of an .http file, the body."""
    data = (SHARED / "devices" / "messages" / name).read_bytes()
    return head_and_body(data)[1] if name.endswith(".http") else data


def sample(name):
    return (TOP / "tests" / "soap" / "data" / name).read_bytes()


def head_and_body(data):
    split = re.search(rb"\r?\n\r?\n", data)
    return data[:split.start()], data[split.end():]


def header_lines(name):
    """The header lines of a recorded request, as they were written, but for those that say where and how long."""
    head = head_and_body((SHARED / "devices" / "messages" / name).read_bytes())[0].decode("latin-1")
    ours = ("host", "content-length", "transfer-encoding", "expect", "connection", "x-forwarded-for")
    return [line for line in head.splitlines()[1:] if line.split(":")[0].strip().lower() not in ours]


def completed(data):
    """A message that its publisher has cut off, with what is open closed where it ends: in the middle of a text, or behind
    the last whole tag."""
    open_tags, end = [], 0
    for tag in TAG.finditer(data):
        closing, name, _, empty = tag.groups()
        if closing:
            assert open_tags.pop() == name, name
        elif not empty and not tag.group(3).endswith(b"/"):
            open_tags.append(name)
        end = tag.end()
    rest = b"" if b"<" in data[end:] else data[end:].rstrip()
    return data[:end] + rest + b"".join(b"</" + name + b">" for name in reversed(open_tags))


def text_of(data, element):
    found = re.search(rb"<(?:[\w-]+:)?" + element.encode() + rb"(?:\s[^>]*)?>([^<]*)<", data)
    return found.group(1).decode().strip() if found else None


def serial_of(data):
    return text_of(data, "SerialNumber")


def with_serial(data, serial):
    return re.sub(rb"(SerialNumber[^>]*>)[^<]*", rb"\g<1>" + serial.encode(), data, count=1)


def with_id(data, message_id):
    """The same as the answer to our request; a message without an ID stays without."""
    return re.sub(rb"(<(?:[\w-]+:)?ID(?:\s[^>]*)?>)[^<]*", rb"\g<1>" + message_id.encode(), data, count=1)


def names_in(data):
    return [name.decode() for name in re.findall(rb"<Name(?:\s[^>]*)?>([^<]*)<", data)]
