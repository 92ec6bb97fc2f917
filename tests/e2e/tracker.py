"""A real Request Tracker 5 from Debian's packages, on loopback, with a database of its own, run by a user without rights.

And what stands between it and acsd where a test needs it: answers that are lost, and refusals that RT itself never gives.
"""

import base64
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

from farol import free_port, wait_for

SERVER = pathlib.Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = "/usr/sbin/rt-setup-database-5"
LIBRARY = "/usr/share/request-tracker5/lib"
PASSWORD = "password"  # of root in a new RT

CONFIG = """Set($rtname, 'farol.test');
Set($Organization, 'farol.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{directory}/rt.db');
Set($VarPath, '{directory}');
Set($MasonDataDir, '{directory}/mason');
Set($MasonSessionDir, '{directory}/session');
Set($MailCommand, 'testfile');
Set($LogToSTDERR, 'warning');
Set($LogToSyslog, undef);
Set($Timezone, 'UTC');
1;
"""

TOKEN = """use lib '{library}'; use RT -init;
my $user = RT::User->new(RT->SystemUser); $user->Load('root');
my $token = RT::AuthToken->new(RT->SystemUser);
my ($ok, $msg, $secret) = $token->Create(Owner => $user->Id, Description => 'farol');
die $msg unless $ok;
print $secret;
"""


class RequestTracker:
    """start() and stop() as often as a test likes; the database stays."""

    def __init__(self):
        if not SERVER.exists():
            raise AssertionError("Request Tracker is not installed: run contrib/install-packages test")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="farol-rt-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = self.directory / "RT_SiteConfig.pm"
        self.config.write_text(CONFIG.format(port=self.port, directory=self.directory), encoding="utf-8")
        for name in ("mason", "session", "empty"):
            (self.directory / name).mkdir()
        self.user = []
        if os.getuid() == 0:
            self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            subprocess.run(["chown", "-R", "nobody:nogroup", self.directory], check=True)
        self.process = None
        self.log_path = self.directory / "rt.log"
        self.run([SETUP, "--action", "init", "--skip-create", "--dba-password", "none"])

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LANG": "C.UTF-8", "RT_SITE_CONFIG": str(self.config),
                "RT_SITE_CONFIG_DIR": str(self.directory / "empty")}

    def run(self, command):
        done = subprocess.run(self.user + command, env=self.environment(), cwd=self.directory, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, (command, done.stdout[-1000:], done.stderr[-2000:])
        return done.stdout

    def make_token(self):
        return self.run(["perl", "-e", TOKEN.format(library=LIBRARY)]).strip()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.user + [str(SERVER), "--host", "127.0.0.1", "--port", str(self.port), "--server", "Starlet", "--max-workers", "3"],
                                            env=self.environment(), cwd=self.directory, stdout=log, stderr=log, start_new_session=True)
        wait_for("RT answers", self.is_up, 40, 0.2)
        return self

    def is_up(self):
        assert self.process.poll() is None, self.log_path.read_text(encoding="utf-8")[-2000:]
        try:
            return self.ask("GET", "/rt")["Version"]
        except OSError:
            return False

    def stop(self):
        """The whole group, which only we have started: its workers do not end with it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    # ---- as people there use it

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, "/REST/2.0" + path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(f"root:{PASSWORD}".encode()).decode()})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status < 300, (method, path, answer.status, text)
            return json.loads(text)
        finally:
            connection.close()

    def tickets(self, words):
        """Numbers of the tickets whose subject has these words."""
        query = urllib.parse.urlencode({"query": f"Subject LIKE '{words}'", "orderby": "id", "per_page": 100})
        return [item["id"] for item in self.ask("GET", f"/tickets?{query}")["items"]]

    def ticket(self, number):
        return self.ask("GET", f"/ticket/{number}")

    def attachments(self, number):
        return self.ask("GET", f"/ticket/{number}/attachments?fields=Subject,ContentType,Filename,Content,TransactionId&per_page=100&orderby=id")["items"]

    def history(self, number):
        return self.ask("GET", f"/ticket/{number}/history?fields=Type,NewValue,Creator&per_page=100&orderby=id")["items"]

    def comments(self, number):
        ids = {item["id"] for item in self.history(number) if item["Type"] == "Comment"}
        return [item for item in self.attachments(number) if item["TransactionId"] in ids and not item["Filename"] and item["ContentType"].startswith("text/plain")]

    def subjects(self, number):
        return [item["Subject"] for item in self.attachments(number) if item["Subject"]]

    def reply(self, number, text, kind="text/plain", status=None):
        body = {"Content": text, "ContentType": kind}
        if status:
            body["Status"] = status
        self.ask("POST", f"/ticket/{number}/correspond", body)


def make_certificate(path):
    """Key and certificate of 127.0.0.1, signed by itself, in one file."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=rt",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    with open(path, "a", encoding="ascii") as both, open(f"{path}.crt", encoding="ascii") as certificate:
        both.write(certificate.read())


class Between:
    """Hands requests on to RT. lose: the answer of a request for which it is true never comes; refuse: (status, body) instead of asking RT;
    hold: seconds to wait before RT is asked. certificate: file with a key and a certificate, for TLS."""

    def __init__(self, behind, certificate=None):
        between = self
        self.lose = lambda method, path: False
        self.refuse = lambda method, path: None
        self.hold = lambda method, path: 0
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                between.seen.append((self.command, self.path))
                refused = between.refuse(self.command, self.path)
                if refused:
                    self.answer(*refused)
                    return
                time.sleep(between.hold(self.command, self.path))
                connection = http.client.HTTPConnection("127.0.0.1", behind.port, timeout=60)
                try:
                    connection.request(self.command, self.path, body, {name: value for name, value in self.headers.items() if name.lower() != "host"})
                    answer = connection.getresponse()
                    status, content = answer.status, answer.read()
                finally:
                    connection.close()
                if not between.lose(self.command, self.path):
                    self.answer(status, content)
                self.close_connection = True

            def answer(self, status, content):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = pass_on

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """acsd is killed in the middle of a request: that is what is tested."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def count(self, method, path):
        return sum(1 for seen in self.seen if seen[0] == method and seen[1].endswith(path))

    def close(self):
        self.server.shutdown()
        self.server.server_close()
