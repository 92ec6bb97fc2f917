"""A small OpenID provider on loopback: it signs with keys of openssl(1), checks what a provider must check, and says what a test wants.

It is no real one: those in Debian are servers to install (glewlwyd's package cannot be configured beside dbconfig-no-thanks, which Request
Tracker's needs), and none says what is not good. So what acsd sends is held against the letter of the standards here: OpenID Connect Core
1.0, RFC 6749 4.1, RFC 7636 4.6.
"""

import base64
import hashlib
import http.server
import json
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

CLIENT, CLIENT_SECRET = "farol", "of the client: 7731 / ä"


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


def raw_signature(der):
    """r and s of an ECDSA signature, 32 bytes each (RFC 7518 3.4)."""
    size = der[3]
    r, s = der[4:4 + size], der[6 + size:]
    return b"".join(part.lstrip(b"\0").rjust(32, b"\0") for part in (r, s))


class Key:
    """RS256 or ES256."""

    def __init__(self, directory, algorithm, kid):
        self.algorithm, self.kid, self.path = algorithm, kid, directory / f"{kid}.pem"
        options = ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"] if algorithm == "RS256" else ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        subprocess.run(["openssl", "genpkey", "-algorithm", *options, "-out", self.path], check=True, capture_output=True)

    def openssl(self, *words, data=None):
        return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout

    def sign(self, data):
        signature = self.openssl("dgst", "-sha256", "-sign", self.path, data=data)
        return signature if self.algorithm == "RS256" else raw_signature(signature)

    def public(self):
        """As a JWK."""
        common = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "RS256":
            modulus = self.openssl("rsa", "-in", self.path, "-noout", "-modulus").decode().strip().split("=")[1]
            return {"kty": "RSA", "n": b64(bytes.fromhex(modulus)), "e": "AQAB", **common}
        point = self.openssl("ec", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
        return {"kty": "EC", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:]), **common}


class Provider:
    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="farol-provider-"))
        self.keys = {kid: Key(self.directory, algorithm, kid) for kid, algorithm in (("one", "RS256"), ("two", "ES256"), ("stranger", "RS256"))}
        self.published = ["one", "two"]
        self.key = self.keys["one"]
        self.codes = {}  # what each was given for
        self.asked = []  # paths
        self.metadata = {}  # what it says of itself otherwise
        self.tamper = None  # (header, claims) -> a token, for tests of what is not good
        self.checks_challenge = True
        self.pause = None
        self.port = None
        self.start()

    def start(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.serve(self, None)

            def do_POST(self):
                provider.serve(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port or 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    # ---- what acsd asks

    def serve(self, request, body):
        self.asked.append(request.path)
        if self.pause:
            self.pause.wait(60)
        answer = {"/.well-known/openid-configuration": self.describe, "/keys": lambda *_: (200, {"keys": [self.keys[kid].public() for kid in self.published]}),
                  "/token": self.give}.get(request.path, lambda *_: (404, {}))(request, body)
        status, content = answer[:2]
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(answer[2] if len(answer) > 2 else {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    def describe(self, *_):
        return 200, {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize?tenant=1", "token_endpoint": self.issuer + "/token",
                     "jwks_uri": self.issuer + "/keys", "code_challenge_methods_supported": ["S256"], **self.metadata}

    def give(self, request, body):
        form = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
        wanted = "Basic " + base64.b64encode(":".join(urllib.parse.quote(word, safe="-._~") for word in (CLIENT, CLIENT_SECRET)).encode()).decode()
        if request.headers["Authorization"] != wanted:
            return 401, {"error": "invalid_client"}
        given = self.codes.pop(form["code"], None)
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        good = (given and form["grant_type"] == "authorization_code" and form["redirect_uri"] == given["redirect_uri"] and 43 <= len(form["code_verifier"]) <= 128
                and (challenge == given["code_challenge"] or not self.checks_challenge))
        if not good:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "of no use", "token_type": "Bearer", "id_token": self.token(given)}

    def token(self, given):
        now = int(time.time())
        header = {"alg": self.key.algorithm, "kid": self.key.kid, "typ": "JWT"}
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": given["nonce"], **given["person"]}
        return self.tamper(header, claims) if self.tamper else self.signed(header, claims)

    def signed(self, header, claims, key=None):
        data = f"{b64(header)}.{b64(claims)}"
        return f"{data}.{b64((key or self.key).sign(data.encode()))}"

    # ---- what a person does there

    def enter(self, url, **person):
        """(code, state) with which the browser is sent back; person: claims of whoever has signed in."""
        base, _, query = url.partition("?")
        asked = dict(urllib.parse.parse_qsl(query, strict_parsing=True))
        assert base == self.issuer + "/authorize" and asked["tenant"] == "1", url
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256"), asked
        assert "openid" in asked["scope"].split() and len(asked["state"]) > 20 and len(asked["nonce"]) > 20, asked
        code = secrets.token_urlsafe(24) + "+/="
        self.codes[code] = {**asked, "person": person}
        return code, asked["state"]
