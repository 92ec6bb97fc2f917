"""TLS in front of an ACS: HAProxy as contrib/examples/haproxy.cfg has it, certificates of the tests' own, connections over TLS."""

import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import warnings

import control
import wire

CONFIG = pathlib.Path(__file__).resolve().parent.parent.parent / "contrib" / "examples" / "haproxy.cfg"
NAME = "localhost"


class Authority:
    """A root, a certificate between it and the server's, and certificates for devices; in a directory, by the openssl program."""

    def __init__(self, directory):
        self.directory = directory
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.crt", "-days", "2", "-subj", "/CN=Root")
        self.issue("between", "Between", "root", "basicConstraints=critical,CA:TRUE")
        self.issue("acs", NAME, "between", f"subjectAltName=DNS:{NAME},IP:127.0.0.1")
        chain = "".join((directory / name).read_text(encoding="ascii") for name in ("acs.key", "acs.crt", "between.crt"))
        (directory / "acs.pem").write_text(chain, encoding="ascii")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.directory, check=True, capture_output=True)

    def issue(self, name, common_name, issuer="root", extension="basicConstraints=CA:FALSE"):
        """Makes name.key and name.crt; the path of a file that has both."""
        subject = "/CN=" + common_name.replace("/", r"\/")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", subject)
        (self.directory / (name + ".ext")).write_text(extension + "\n", encoding="ascii")
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", issuer + ".crt", "-CAkey", issuer + ".key", "-CAcreateserial", "-days", "2",
                     "-extfile", name + ".ext", "-out", name + ".crt")
        both = self.directory / (name + ".both")
        both.write_text("".join((self.directory / (name + end)).read_text(encoding="ascii") for end in (".key", ".crt")), encoding="ascii")
        return both


class Connection(wire.Connection):
    def __init__(self, address, context, name=NAME, session=None, timeout=60):
        super().__init__(address, timeout)
        try:
            self.socket = context.wrap_socket(self.socket, server_hostname=name, session=session)
        except (OSError, ssl.SSLError):
            self.socket.close()
            raise


class Target(wire.Target):
    """Where devices that know this much of TLS go."""

    def __init__(self, port, context, name=NAME):
        super().__init__(f"http://127.0.0.1:{port}/")
        self.context, self.name, self.session = context, name, None

    def connect(self, timeout=60):
        return Connection(self.address, self.context, self.name, self.session, timeout)


class Proxy:
    """HAProxy in front of this port of an ACS."""

    def __init__(self, directory, port, free_port):
        if shutil.which("haproxy") is None:
            raise control.NotRun("needs haproxy")
        self.authority = Authority(directory)
        self.port, self.old_port = free_port(), free_port()
        text = CONFIG.read_text(encoding="utf-8").replace("/etc/farol/acs.pem", str(directory / "acs.pem"))
        text = text.replace("/etc/farol/devices-ca.pem", str(directory / "root.crt"))
        for ours, theirs in (("bind :7547 ", f"bind 127.0.0.1:{self.port} "), ("bind :7549 ", f"bind 127.0.0.1:{self.old_port} "),
                             ("127.0.0.1:7557", f"127.0.0.1:{port}")):
            assert ours in text, ours
            text = re.sub(r"(?m)^(\s*(?:bind|server)\b.*)$", lambda line: line.group(1).replace(ours, theirs), text)
        (directory / "haproxy.cfg").write_text(text, encoding="utf-8")
        with open(directory / "haproxy.log", "wb") as log:
            self.process = subprocess.Popen(["haproxy", "-db", "-f", directory / "haproxy.cfg"], stdout=log, stderr=log)
        wire.poll("haproxy listens", self.listens)

    def listens(self):
        assert self.process.poll() is None, "haproxy has ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self):
        self.process.terminate()
        self.process.wait(20)

    def context(self, version=None, ciphers=None, certificate=None, names=True):
        """A device's side. version: the only one that it speaks; names: it compares the server's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.authority.directory / "root.crt")
        context.check_hostname = names
        if ciphers is not None:
            context.set_ciphers(ciphers)
        if version is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)     # that is what it is about
                context.minimum_version = context.maximum_version = version
        if certificate is not None:
            context.load_cert_chain(certificate)
        return context

    def target(self, old=False, name=NAME, **how):
        return Target(self.old_port if old else self.port, self.context(**how), name)
