"""A small ACS that may be told to be wrong in known ways: what the suite must notice.

It speaks well enough that the probes below pass when it has no fault. It does not share a line with acsd.
"""

import hashlib
import http.server
import os
import re
import threading

import bad_north
import soap
import wire

#: the tests that it can pass
PROBES = {"T-01", "T-02", "T-05", "T-06", "T-07", "T-08", "T-09", "T-10", "T-20", "T-21", "T-22", "T-23", "T-24", "T-25", "T-26",
          "E-01", "E-02", "E-03", "E-04", "E-08", "E-09", "E-12", "E-14", "E-20", "E-24", "E-42", "E-54", "N-01", "N-03", "N-05",
          "N-24", "N-25", "N-33", "N-34", "N-39", "N-44", "V-01", "V-02", "V-03", "V-05", "V-06", "V-08", "V-14", "V-15", "V-16",
          "X-01", "X-03", "X-05", "X-07", "X-08", "X-15", "F-14", "F-15", "F-17", "O-06"}

#: those that look at a fault, and those that go on to the 204 at the end of a session
FAULTY = {"V-03", "X-01", "X-02", "X-03", "X-04", "X-05", "X-07", "X-08", "E-54", "N-05", "N-33", "V-08"}
ENDING = {"E-04", "E-05", "E-12", "E-14", "E-15", "F-14", "F-15", "F-17", "N-05", "N-24", "N-25", "N-33", "N-39", "N-44", "T-20",
          "T-22", "T-24", "T-26", "V-02", "V-03", "V-16"}

#: how it can be wrong -> the probes that must fail for it, and no others
WRONGS = {
    "": set(),
    "204 to garbage": {"N-34", "E-01"},
    "500 for faults": FAULTY | {"T-05"},
    "two colons in a fault": FAULTY | {"T-05"},
    "namespace 1-4": {"V-01", "V-02", "V-03", "X-01", "X-02"},
    "namespace fixed": {"V-01", "V-02", "V-03", "V-14"},
    "prefix by text": {"E-03", "V-14"},
    "id not escaped": {"E-08"},
    "id invented": {"E-09"},
    "200 for empty": {"T-06", "T-07"} | ENDING,
    "text/html": {"T-08", "E-42"},
    "cookie is the serial": {"T-25", "N-24"},
    "cookie lives on": {"T-22"},
    "cookie is long": {"T-21"},
    "cookie without path": {"T-23"},
    "cookie only": {"T-26"},
    "every verb": {"T-02"},
    "UseCWMPVersion to all": {"V-06"},
    "MaxEnvelopes echoed": {"N-03"},
    "wrong count": {"O-06"},
    "session from anything": {"N-01", "N-05", "T-25"},
    "HoldRequests": {"N-44"},
    "faultcode Client": {"X-05"},
    "SOAP 1.2 too": {"E-01"},
}

#: the same for an ACS that wants to know who is there
LOGIN = ("somebody", "his password")
GUARDED_PROBES = {"S-11", "S-12", "S-14", "S-15", "S-16", "S-17", "S-18", "S-20", "S-22", "S-23", "S-24", "S-27", "S-28", "T-18", "T-19"}
ENTERING = {"S-20", "S-23", "S-24", "S-27", "S-28", "T-18", "T-19"}
GUARDED_WRONGS = {
    "": set(),
    "open": GUARDED_PROBES - {"S-24"},
    "Basic as well": {"S-12", "S-14", "S-17"},
    "Basic is taken": {"S-12", "S-22"},
    "no nonce": {"S-14", "S-17", "S-18"} | ENTERING,
    "auth-int as well": {"S-14", "S-17"},
    "one nonce": {"S-18"},
    "401 alone": {"S-15", "S-22"},
    "nonce of the connection": {"S-20", "T-18"},
    "any password": {"S-15", "S-16"},
    "algorithm not looked at": {"S-15"},
    "uri must be the target": {"S-27"},
    "asked each time": {"S-23", "S-24"},
    "quotes needed": {"S-28"},
    "cookie for strangers": {"S-11", "S-16"},
    "closed without a word": {"S-11", "S-15", "S-16", "S-23", "S-24", "S-27", "S-28", "T-19"},
}


def md5(*parts):
    return hashlib.md5(":".join(parts).encode()).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    @property
    def acs(self):
        return self.server

    def is_wrong(self, how):
        return how == self.acs.wrong

    def answer(self, status, body=b"", headers=(), closes=None):
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        if status >= 400 if closes is None else closes:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def other(self):
        self.answer(200 if self.is_wrong("every verb") else 405, b"", [("Allow", "POST")])

    do_GET = do_HEAD = do_PUT = do_OPTIONS = do_DELETE = other

    def session(self):
        name = re.search(r"sid=\"?([\w.~-]+)", " ".join(self.headers.get_all("Cookie") or []))
        if name or self.is_wrong("cookie only"):
            return self.acs.sessions.get(name.group(1)) if name else None
        return getattr(self, "here", None)

    def do_POST(self):
        if (self.headers.get("Transfer-Encoding") or "").lower() == "chunked":
            self.answer(501)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.acs.login is not None and not self.is_wrong("open") and not self.has_proved(body):
            self.challenge()
            return
        if not body.strip():
            self.take_empty()
            return
        try:
            root = soap.parse(body)
            message = soap.Message(body) if root.namespace == soap.ENVELOPE else self.read_1_2(body)
        except Exception:   # whatever it is, it is no message
            self.answer(204 if self.is_wrong("204 to garbage") else 400)
            return
        if self.is_wrong("prefix by text") and not re.search(rb"<cwmp:", body):
            self.answer(400)
            return
        self.take(message)

    # ---- who is it

    def challenge(self):
        nonce = self.nonce = "always" if self.is_wrong("one nonce") else os.urandom(16).hex()
        self.acs.nonces.add(nonce)
        qop = "auth,auth-int" if self.is_wrong("auth-int as well") else "auth"
        fields = [("WWW-Authenticate", f'Digest realm="acs", qop="{qop}", algorithm=MD5, nonce="{"" if self.is_wrong("no nonce") else nonce}"')]
        if self.is_wrong("Basic as well"):
            fields.append(("WWW-Authenticate", 'Basic realm="acs"'))
        if self.is_wrong("401 alone") and self.headers.get("Authorization"):
            fields = []
        if self.is_wrong("cookie for strangers"):
            fields.append(("Set-Cookie", "sid=0; Path=/"))
        self.answer(401, b"", fields, closes=self.headers.get("Connection", "").lower() == "close")
        self.close_connection |= self.is_wrong("closed without a word")

    def has_proved(self, body):
        given = self.headers.get("Authorization")
        if self.is_wrong("Basic is taken") and (given or "").lower().startswith("basic"):
            return True
        if given is None:
            return self.session() is not None and b"Inform>" not in body and not self.is_wrong("asked each time")
        fields = wire.parse_challenge(given)
        fits = fields[""] == "digest" and self.is_fresh(fields) and self.is_right(fields)
        if self.is_wrong("asked each time"):
            self.acs.nonces.discard(fields.get("nonce"))
        return fits

    def is_fresh(self, fields):
        nonce = fields.get("nonce")
        if self.is_wrong("nonce of the connection") and nonce != getattr(self, "nonce", None):
            return False
        return nonce in self.acs.nonces

    def is_right(self, fields):
        if self.is_wrong("any password"):
            return True
        if self.is_wrong("quotes needed") and 'cnonce="' not in self.headers["Authorization"]:
            return False
        if self.is_wrong("uri must be the target") and fields.get("uri") != self.path:
            return False
        user, password = self.acs.login
        sess = fields.get("algorithm", "MD5").lower() != "md5"
        if fields.get("realm") != "acs" or fields.get("qop", "auth") != "auth" or sess and not self.is_wrong("algorithm not looked at"):
            return False
        first = md5(user, "acs", password)
        first = md5(first, fields["nonce"], fields.get("cnonce", "")) if sess else first
        middle = [fields.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")] if "qop" in fields else [fields["nonce"]]
        return fields.get("username") == user and fields.get("response") == md5(first, *middle, md5("POST", fields.get("uri", "")))

    # ---- what is said

    def read_1_2(self, body):
        if not self.is_wrong("SOAP 1.2 too"):
            raise ValueError("not SOAP 1.1")
        return soap.Message(body.replace(b"http://www.w3.org/2003/05/soap-envelope", soap.ENVELOPE.encode()))

    def take_empty(self):
        if self.session() is None and not self.is_wrong("session from anything"):
            self.answer(400)
        elif self.is_wrong("200 for empty"):
            self.answer(200)
        else:
            self.ask()

    def ask(self):
        """Our turn: the next request that is queued, or nothing more."""
        queue = self.acs.queues.get(getattr(self, "serial", None)) or []
        if not queue or self.is_wrong("one request a session") and getattr(self, "asked", None):
            self.answer(204)
            return
        self.asked, body = queue.pop(0)
        self.say(None, body)

    def take(self, message):
        if message.name == "Inform":
            self.welcome(message)
        elif self.session() is None and not self.is_wrong("session from anything"):
            self.answer(400)
        elif message.name == "GetRPCMethods":
            names = ["Inform", "GetRPCMethods", "TransferComplete"]
            listed = soap.array("MethodList", "xsd:string", [soap.element("string", name) for name in names])
            listed = listed.replace("[3]", "[12]") if self.is_wrong("wrong count") else listed
            self.say(message, f"<cwmp:GetRPCMethodsResponse>{listed}</cwmp:GetRPCMethodsResponse>")
        elif message.name == "TransferComplete":
            self.say(message, "<cwmp:TransferCompleteResponse/>")
        elif message.name.endswith("Response") or message.name == "Fault":
            self.take_answer(message)
        else:
            self.fault(message, 8000)

    def take_answer(self, message):
        if getattr(self, "asked", None) is None:
            self.answer(400)
            return
        self.acs.north.answered(self.asked, message.name != "Fault")
        if not self.is_wrong("one request a session"):
            self.asked = None
        self.ask()

    def welcome(self, message):
        listed = message.header_node("SupportedCWMPVersions")
        versions = [text.strip() for text in listed.text.split(",")] if listed is not None else []
        common = [text for text in versions if text in ("1.0", "1.1", "1.2", "1.3", "1.4")]
        suffix = message.namespace[len(soap.CWMP):]
        common = [text for text in common if suffix == "1-2" or text <= suffix.replace("-", ".")]
        if listed is not None and not common:
            self.fault(message, 8006)
            return
        serial = message.get("DeviceId", "SerialNumber")
        if not serial:
            self.fault(message, 8003)
            return
        self.serial, self.asked = serial, None
        self.acs.queues.setdefault(serial, [])
        name = serial if self.is_wrong("cookie is the serial") else os.urandom(16).hex()
        name += "0" * 300 if self.is_wrong("cookie is long") else ""
        self.here = self.acs.sessions[name] = message.namespace
        cookie = f"sid={name}" + ("" if self.is_wrong("cookie without path") else "; Path=/")
        cookie += "; Max-Age=86400" if self.is_wrong("cookie lives on") else ""
        use = f'<cwmp:UseCWMPVersion SOAP-ENV:mustUnderstand="1">{max(common)}</cwmp:UseCWMPVersion>' if common else ""
        if self.is_wrong("UseCWMPVersion to all"):
            use = use or '<cwmp:UseCWMPVersion SOAP-ENV:mustUnderstand="1">1.0</cwmp:UseCWMPVersion>'
        use += "<cwmp:HoldRequests>1</cwmp:HoldRequests>" if self.is_wrong("HoldRequests") else ""
        most = message.get("MaxEnvelopes") if self.is_wrong("MaxEnvelopes echoed") else "1"
        self.say(message, f"<cwmp:InformResponse><MaxEnvelopes>{most}</MaxEnvelopes></cwmp:InformResponse>", use, [("Set-Cookie", cookie)])

    def fault(self, message, code):
        side = "Client" if code == 8003 or self.is_wrong("faultcode Client") else "Server"
        body = soap.fault(code).replace("<faultcode>Client<", f"<faultcode>{side}<")
        if self.is_wrong("two colons in a fault"):
            body = body.replace("SOAP-ENV:Fault", "SOAP-ENV:Body:Fault")
        self.say(message, body, status=500 if self.is_wrong("500 for faults") else 200)

    def namespace(self, message):
        if self.is_wrong("namespace fixed"):
            return soap.CWMP + "1-0"
        namespace = self.session() if message is None or message.name != "Inform" else message.namespace
        namespace = namespace or message.namespace
        return soap.CWMP + "1-4" if self.is_wrong("namespace 1-4") and namespace.endswith("1-2") else namespace

    def say(self, message, body, headers="", fields=(), status=200):
        text = message.id if message is not None else self.asked
        if text is not None and not self.is_wrong("id not escaped"):
            text = soap.escape(text)
        if text is None and self.is_wrong("id invented"):
            text = "1"
        kind = "text/html" if self.is_wrong("text/html") else "text/xml; charset=utf-8"
        body = soap.envelope(body, text, headers=headers, namespace=self.namespace(message))
        self.answer(status, body, [("Content-Type", kind), *fields])


class BadAcs(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, wrong="", login=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.wrong, self.login, self.sessions, self.nonces = wrong, login, {}, set()
        self.queues = {}    # of requests, by serial number
        self.north = bad_north.North(self)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
