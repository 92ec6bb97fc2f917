"""A device written out by hand: one that can do wrong what a simulator never would."""

import base64
import hashlib
import re
import socket

NAMESPACES = {"1.0": "urn:dslforum-org:cwmp-1-0", "1.1": "urn:dslforum-org:cwmp-1-1", "1.2": "urn:dslforum-org:cwmp-1-2"}

ENVELOPE = """<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cwmp="{namespace}">{header}\
<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"""


def envelope(body, message_id="1", version="1.0", extra_header=""):
    inner = extra_header
    if message_id is not None:
        inner += f'<cwmp:ID SOAP-ENV:mustUnderstand="1">{message_id}</cwmp:ID>'
    header = f"<SOAP-ENV:Header>{inner}</SOAP-ENV:Header>" if inner else ""
    return ENVELOPE.format(namespace=NAMESPACES[version], header=header, body=body).encode()


def value(name, text, kind="string"):
    return (f'<ParameterValueStruct><Name>{name}</Name><Value xsi:type="xsd:{kind}">{text}</Value>'
            "</ParameterValueStruct>")


def inform(serial, events=("2 PERIODIC",), values=(), oui="00256D", product_class="E2E", uptime=1000, url="",
           message_id="1", version="1.0", extra_header=""):
    """events: codes, or (code, command key) pairs; values: (name, text, type)."""
    pairs = [event if isinstance(event, tuple) else (event, "") for event in events]
    structs = "".join(f"<EventStruct><EventCode>{code}</EventCode><CommandKey>{key}</CommandKey></EventStruct>"
                      for code, key in pairs)
    root = "InternetGatewayDevice."
    all_values = [(root + "DeviceInfo.HardwareVersion", "R1", "string"),
                  (root + "DeviceInfo.SoftwareVersion", "3.0.21", "string"),
                  (root + "ManagementServer.ConnectionRequestURL", url, "string")]
    if uptime is not None:
        all_values.append((root + "DeviceInfo.UpTime", str(uptime), "unsignedInt"))
    all_values += list(values)
    body = (f"<cwmp:Inform><DeviceId><Manufacturer>Test</Manufacturer><OUI>{oui}</OUI>"
            f"<ProductClass>{product_class}</ProductClass><SerialNumber>{serial}</SerialNumber></DeviceId>"
            f'<Event SOAP-ENC:arrayType="cwmp:EventStruct[{len(pairs)}]">{structs}</Event>'
            "<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-01-02T03:04:05Z</CurrentTime><RetryCount>0</RetryCount>"
            f'<ParameterList SOAP-ENC:arrayType="cwmp:ParameterValueStruct[{len(all_values)}]">'
            + "".join(value(*one) for one in all_values) + "</ParameterList></cwmp:Inform>")
    return envelope(body, message_id, version, extra_header)


def challenges(answer):
    """Every WWW-Authenticate as (scheme, {parameter: value})."""
    found = []
    for name, text in answer.headers:
        if name.lower() == "www-authenticate":
            scheme, rest = text.split(" ", 1)
            found.append((scheme, {key: quoted or plain for key, quoted, plain in
                                   re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]*))', rest)}))
    return found


class Login:
    """HTTP authentication as RFC 7616 has it, or as some devices do."""

    def __init__(self, user, password, algorithm="MD5", qop=True, uri="/"):
        self.user, self.password, self.algorithm, self.qop, self.uri = user, password, algorithm, qop, uri
        self.nonce, self.realm, self.count = None, None, 0

    def take(self, answer):
        """Remembers the challenge; True if there was one that it can answer."""
        for scheme, parameters in challenges(answer):
            if scheme == "Digest" and parameters.get("algorithm", "MD5") == self.algorithm:
                self.nonce, self.realm, self.count = parameters["nonce"], parameters["realm"], 0
                return True
        return False

    def header(self, count=None, method="POST"):
        """Authorization with the nonce at hand; count: another one than the next."""
        def digest(text):
            return hashlib.new({"MD5": "md5", "SHA-256": "sha256"}[self.algorithm], text.encode()).hexdigest()

        self.count = self.count + 1 if count is None else count
        nc, cnonce = f"{self.count:08x}", "0a4f113b"
        middle = f"{self.nonce}:{nc}:{cnonce}:auth" if self.qop else self.nonce
        response = digest(f"{digest(f'{self.user}:{self.realm}:{self.password}')}:{middle}:"
                          f"{digest(f'{method}:{self.uri}')}")
        user = self.user.replace("\\", "\\\\").replace('"', '\\"')
        text = (f'Authorization: Digest username="{user}", realm="{self.realm}", nonce="{self.nonce}", '
                f'uri="{self.uri}", response="{response}", algorithm={self.algorithm}')
        return text + (f', qop=auth, nc={nc}, cnonce="{cnonce}"' if self.qop else "")


def basic(user, password):
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return next((text for key, text in self.headers if key.lower() == name.lower()), None)

    def cookie(self):
        text = self.header("Set-Cookie")
        return text.split(";")[0] if text else None

    def method(self):
        """The local name of the first element in the Body; None for an empty answer."""
        found = re.search(rb"Body>\s*<(?:\w[\w-]*:)?(\w+)", self.body)
        return found.group(1).decode() if found else None

    def text_of(self, element):
        found = re.search(rf"<(?:[\w-]+:)?{element}(?: [^>]*)?>([^<]*)<".encode(), self.body)
        return found.group(1).decode() if found else None


class Device:
    """A TCP connection that speaks HTTP as told, byte for byte."""

    def __init__(self, port, timeout=30):
        self.port, self.timeout = port, timeout
        self.cookie = None
        self.socket = None
        self.buffer = b""

    def connect(self):
        self.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
        self.buffer = b""
        return self

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def __enter__(self):
        return self.connect()

    def __exit__(self, *_):
        self.close()

    def send_raw(self, data):
        self.socket.sendall(data)

    def post(self, body=b"", headers=(), use_cookie=True, new_connection=False, charset="; charset=utf-8"):
        if new_connection or self.socket is None:
            self.connect()
        lines = ["POST / HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        if body:
            lines += [f"Content-Type: text/xml{charset}", 'SOAPAction: ""']
        if use_cookie and self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        lines += headers
        self.send_raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        answer = self.read()
        self.cookie = answer.cookie() or self.cookie
        return answer

    def enter(self, body, login, new_connection=True):
        """The Inform of a device that authenticates: without proof first, unless it has a nonce already."""
        if login.nonce is None:
            answer = self.post(body, new_connection=new_connection, use_cookie=False)
            if answer.status != 401 or not login.take(answer):
                return answer
            return self.post(body, headers=[login.header()], use_cookie=False)
        return self.post(body, headers=[login.header()], use_cookie=False, new_connection=new_connection)

    def _fill(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.buffer += piece

    def read(self):
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        if status == 100:
            return self.read()
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        length = next((int(text) for key, text in headers if key.lower() == "content-length"), 0)
        while len(self.buffer) < length:
            self._fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Answer(status, headers, body)

    def is_closed(self, seconds=5):
        """True once the server has closed its end; the bytes that still came are thrown away."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False
