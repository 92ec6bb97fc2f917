"""HTTP as a device speaks it, byte for byte: what is sent is what the test wrote, what comes back is read strictly."""

import hashlib
import os
import re
import socket
import time
import urllib.parse


class Closed(ConnectionError):
    """The server closed the connection where an answer was expected."""


class Bad(AssertionError):
    """What came back is not HTTP."""


def chunks(body, size, extension=b"", trailer=b""):
    """The body in chunks of this size, each with the extension; the trailer is whole header lines."""
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n" + trailer + b"\r\n"


class Answer:
    def __init__(self, version, status, headers, body):
        self.version, self.status, self.headers, self.body = version, status, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        found = self.all(name)
        return found[0] if found else None

    def closes(self):
        return (self.header("Connection") or "").lower() == "close"

    def cookies(self):
        """name=value of every Set-Cookie"""
        return [text.split(";")[0].strip() for text in self.all("Set-Cookie")]

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:400]!r}>"


class Connection:
    """One TCP connection; send() takes bytes, read() returns one Answer."""

    def __init__(self, address, timeout=60):
        self.socket = socket.create_connection(address, timeout=timeout)
        self.buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends as a device that lost its power does for us: at once, and with no word."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()

    def _fill(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError as error:
            raise Closed("reset by the server") from error
        if not piece:
            raise Closed("the server closed the connection")
        self.buffer += piece

    def _until(self, mark):
        while mark not in self.buffer:
            self._fill()
        part, self.buffer = self.buffer.split(mark, 1)
        return part

    def _take(self, count):
        while len(self.buffer) < count:
            self._fill()
        part, self.buffer = self.buffer[:count], self.buffer[count:]
        return part

    def _chunked(self):
        body = b""
        while True:
            size = int(self._until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self._until(b"\r\n"):
                    pass
                return body
            body += self._take(size)
            if self._take(2) != b"\r\n":
                raise Bad("a chunk does not end where it says")

    def read_head(self):
        """(version, status, headers) of the next answer or interim answer."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        found = re.fullmatch(r"(HTTP/1\.[01]) (\d{3}) ?.*", lines[0])
        if not found:
            raise Bad(f"no status line: {lines[0]!r}")
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                raise Bad(f"no header line: {line!r}")
            headers.append((name, value.strip()))
        return found.group(1), int(found.group(2)), headers

    def read(self):
        version, status, headers = self.read_head()
        if status == 100:
            return self.read()
        answer = Answer(version, status, headers, b"")
        if status == 204 or status == 304:
            return answer
        if answer.header("Transfer-Encoding"):
            answer.body = self._chunked()
        elif answer.header("Content-Length") is not None:
            answer.body = self._take(int(answer.header("Content-Length")))
        else:
            raise Bad("an answer with a body whose end nobody knows")
        return answer

    def is_closed(self, seconds=10):
        """True once the server has closed its end; what still comes is thrown away."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        return True

    def is_open(self, seconds=0.3):
        """True while the server neither closes its end nor sends anything."""
        before = self.socket.gettimeout()
        self.socket.settimeout(seconds)
        try:
            return self.buffer == b"" and self.socket.recv(1) is None
        except TimeoutError:
            return True
        except ConnectionError:
            return False
        finally:
            self.socket.settimeout(before)


# ---- Digest (RFC 7616 with the algorithms that CWMP names), as the device's side

def parse_challenge(text):
    """The parameters of a 'Digest …' challenge; the scheme is under the key ''."""
    scheme, _, rest = text.partition(" ")
    found = {"": scheme.lower()}
    for key, quoted, plain in re.findall(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', rest):
        found[key.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
    return found


def _md5(*parts):
    return hashlib.md5(b":".join(part.encode() if isinstance(part, str) else part for part in parts)).hexdigest()


class Digest:
    """Answers challenges; every member may be set to something wrong before header() is called."""

    def __init__(self, username, password, challenge):
        self.username, self.password = username, password
        self.challenge = parse_challenge(challenge)
        self.algorithm = self.challenge.get("algorithm", "MD5")
        self.qop = "auth" if "auth" in re.split(r"[,\s]+", self.challenge.get("qop", "")) else None
        self.nc, self.cnonce = 0, os.urandom(8).hex()
        self.nonce = self.challenge.get("nonce", "")
        self.quote = {"username", "realm", "nonce", "uri", "response", "opaque", "cnonce"}
        self.order = None       # names of the fields, if not the usual order
        self.separator = ", "

    def response(self, method, uri, count):
        first = _md5(self.username, self.challenge.get("realm", ""), self.password)
        if self.algorithm.lower() == "md5-sess":
            first = _md5(first, self.nonce, self.cnonce)
        second = _md5(method, uri)
        if self.qop is None:
            return _md5(first, self.nonce, second)
        return _md5(first, self.nonce, count, self.cnonce, self.qop, second)

    def fields(self, method, uri):
        self.nc += 1
        count = f"{self.nc:08x}"
        fields = {"username": self.username, "realm": self.challenge.get("realm", ""), "nonce": self.nonce,
                  "uri": uri, "response": self.response(method, uri, count)}
        if "algorithm" in self.challenge:
            fields["algorithm"] = self.algorithm
        if "opaque" in self.challenge:
            fields["opaque"] = self.challenge["opaque"]
        if self.qop is not None:
            fields.update(qop=self.qop, nc=count, cnonce=self.cnonce)
        return fields

    def header(self, method, target, **changed):
        fields = {**self.fields(method, target), **changed}
        names = [name for name in self.order or fields if name in fields]

        def write(name):
            text = fields[name]
            if name in self.quote:
                text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            return f"{name}={text}"

        return "Digest " + self.separator.join(write(name) for name in names)


# ---- the URL under test

class Target:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url}: this suite speaks plain http only")
        self.url = url
        self.address = (parts.hostname, parts.port or 80)
        self.path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.host = f"{host}:{self.address[1]}"

    def connect(self, timeout=60):
        return Connection(self.address, timeout)


def poll(what, condition, seconds=20, step=0.05):
    """Returns the first true value of condition(); fails after the time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(step)
