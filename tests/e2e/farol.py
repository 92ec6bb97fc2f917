"""The real acsd, a real PostgreSQL and simulated or hand-written devices, for the end-to-end tests.

Runs below contrib/with-postgres, which names the cluster in PGHOST; each Server makes a database of its own. Everything
listens on loopback, on ports of its own, and is ended by the process id it was started with.
"""

import collections
import datetime
import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from psql import Psql  # pylint: disable=wrong-import-position

BUILD = pathlib.Path(os.environ["FAROL_BUILD"])
ACSD = BUILD / "acs" / "acsd"
ACSCTL = BUILD / "acs" / "acsctl"
CPESIM = BUILD / "tests" / "cpesim" / "cpesim"
BOOTSTRAP = "factory-secret"  # the password that all boxes leave the factory with
# sanitizers and a busy machine make everything slower; limits in the tests are multiplied by this
SLOW = float(os.environ.get("FAROL_SLOW", "3"))


def free_port():
    """Below the range from which the kernel takes those of connections: nobody but another test could take it meanwhile."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_for(what, condition, seconds=10, step=0.02):
    """Polls until condition() is true and returns that value; fails loudly after the time."""
    deadline = time.monotonic() + seconds * SLOW
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds * SLOW:.0f} s still not: {what}")
        time.sleep(step)


def psql(sql, database="farol"):
    return Psql.of(database).run(sql).strip()


def dropped(database):
    """False while autovacuum, which only a superuser may end, is at work in it."""
    Psql.forget(database)
    try:
        psql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    except AssertionError as error:
        if "must be a member of the role" not in str(error):
            raise
        return False
    return True


class Server:
    """One acsd with its own database; start() may be called again after kill() or stop()."""

    def __init__(self, settings=None, open_door=True, sharing=None):
        """open_door: devices are not asked who they are, in tests that are about something else. sharing: a server
        whose database and keys this one uses, too."""
        self.database = sharing.database if sharing else "t_" + uuid.uuid4().hex[:12]
        self.shares = sharing is not None
        keys = sharing.directory / "keys" if sharing else None
        if not self.shares:
            psql(f"CREATE DATABASE {self.database}")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="farol-e2e-"))
        self.cwmp_port, self.api_port = free_port(), free_port()
        self.settings = {
            "listen": {"cwmp": f"127.0.0.1:{self.cwmp_port}", "api": f"127.0.0.1:{self.api_port}"},
            "database": {"url": self.database_url()},
            "connection_request": {"username": "farol", "password_file": str(self.directory / "cr-password"),
                                   "networks": "127.0.0.0/8", "timeout": "2s"},
            "devices": {"authentication": "none"} if open_door else {
                "bootstrap_username": "bootstrap", "bootstrap_password_file": str(self.directory / "bootstrap-password")},
            "secrets": {"key_file": str(keys or self.directory / "keys")},
            "log": {"level": "debug", "format": "text"},
        }
        for section, keys in (settings or {}).items():
            self.settings.setdefault(section, {}).update(keys)
        (self.directory / "cr-password").write_text("call-me\n", encoding="ascii")
        (self.directory / "bootstrap-password").write_text(BOOTSTRAP + "\n", encoding="ascii")
        if not self.shares:
            subprocess.run([ACSD, "--new-key", self.directory / "keys"], check=True, capture_output=True)
        self.log_path = self.directory / "acsd.log"
        self.process = None
        self.token = None

    def database_url(self):
        return f"postgresql:///{self.database}?host={os.environ['PGHOST']}&user={os.environ['PGUSER']}"

    def write_config(self):
        path = self.directory / "acsd.conf"
        lines = []
        for section, keys in self.settings.items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {value}" for key, value in keys.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def start(self, wait=True):
        config = self.write_config()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([ACSD, "--config", config], stdout=log, stderr=log)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=10):
        wait_for("acsd is ready", self.is_ready, seconds)
        if self.token is None:
            self.token = subprocess.run([ACSD, "--config", self.directory / "acsd.conf", "--new-token", "e2e"],
                                        capture_output=True, text=True, check=True).stdout.strip()

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"acsd ended with {self.process.returncode}:\n{self.log()[-3000:]}")
        try:
            return self.get_raw("/readyz")[0] == 200
        except OSError:
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=40):
        """SIGTERM; returns the exit code. A sanitizer's report shows up as a code that is not 0."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.terminate()
        try:
            return self.process.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("acsd did not end after SIGTERM") from None

    def close(self):
        code = self.stop()
        log = self.log()
        if not self.shares:
            wait_for("the database is dropped", lambda: dropped(self.database))
        shutil.rmtree(self.directory, ignore_errors=True)
        if code not in (0, -signal.SIGKILL):
            raise AssertionError(f"acsd ended with {code}:\n{log[-3000:]}")

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def sql(self, statement):
        return psql(statement, self.database)

    def rss_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    # ---- the API

    def get_raw(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def api(self, method, path, body=None, headers=None):
        """(status, parsed body) of an API call with the token."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.api_port}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def act(self, device, kind, params=None, wait=None, **fields):
        body = {"type": kind, **fields}
        if params is not None:
            body["params"] = params
        status, action = self.api("POST", f"/devices/{device}/actions", body,
                                  {"Prefer": f"wait={wait}"} if wait else None)
        assert status in (200, 202), (status, action)
        return action

    def action(self, action_id):
        status, action = self.api("GET", f"/actions/{action_id}")
        assert status == 200, (status, action)
        return action

    def wait_action(self, action_id, seconds=20):
        ended = ("succeeded", "failed", "expired", "cancelled")

        def look():
            action = self.action(action_id)
            return action if action["state"] in ended else None

        return wait_for(f"action {action_id} has ended", look, seconds, 0.05)

    def ctl(self, *arguments):
        """What acsctl prints, as JSON."""
        done = subprocess.run([ACSCTL, *arguments, "-o", "json"], capture_output=True, text=True, timeout=120, check=False, env={
            **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.api_port}", "ACSCTL_TOKEN": self.token})
        assert done.returncode == 0, (arguments, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def device(self, serial):
        status, found = self.api("GET", f"/devices?serial={serial}")
        assert status == 200, (status, found)
        return found["data"][0] if found["data"] else None


class Browser:
    """Sends what a page of the console would send; request() gives (status, body)."""

    def __init__(self, server):
        self.server = server
        self.cookie = None

    def request(self, method, path, body=None, **headers):
        here = f"127.0.0.1:{self.server.api_port}"
        given = {"Origin": f"http://{here}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json", "Cookie": self.cookie, **headers}
        connection = http.client.HTTPConnection(here, timeout=60)
        try:
            connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body),
                               {name: value for name, value in given.items() if value is not None})
            answer = connection.getresponse()
            if answer.getheader("Set-Cookie"):
                self.cookie = answer.getheader("Set-Cookie").split(";")[0]
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()


class Shelf:
    """Files over HTTP, by path; everything else is 404."""

    def __init__(self, files):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                content = files.get(self.path)
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def firmware_image(version, size=4096, **behaviour):
    """An image for cpesim's homes. behaviour: what it does to how many of a hundred of them, as in tests/cpesim/README.md,
    bricks_later=5, after=600; a word that does not exist there ends every download with 9018."""
    lines = "".join(f"{key}={number}\n" for key, number in behaviour.items())
    return f"version={version}\n{lines}\n".encode() + bytes(size)


class Homes:
    """cpesim against a server. time_scale: so much faster homes restart, install and live. reboot and install: seconds of
    such a life, from and to."""

    def __init__(self, server, homes, seed=1, interval=5, reboot=(0.3, 0.6), install=(0, 0), time_scale=1, extra=()):
        self.directory = server.directory
        self.journal = self.directory / "executed.ndjson"
        self.control = self.directory / "cpesim.sock"
        self.log_path = self.directory / "cpesim.log"
        command = [CPESIM, "--acs", f"http://127.0.0.1:{server.cwmp_port}/", "--homes", str(homes), "--seed", str(seed),
                   "--listen", "127.0.0.1", "--cr-username", "farol", "--cr-password", "call-me",
                   "--interval", str(interval), "--reboot-seconds", f"{reboot[0]}..{reboot[1]}",
                   "--install-seconds", f"{install[0]}..{install[1]}", "--time-scale", str(time_scale),
                   "--state", self.journal, "--control", self.control, "--quiet", *extra]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for("cpesim listens", self.listens)

    def listens(self):
        """Its socket is there a moment before it takes calls."""
        assert self.process.poll() is None, f"cpesim ended: {self.log_path.read_text(encoding='utf-8')[-2000:]}"
        with socket.socket(socket.AF_UNIX) as control:
            return control.connect_ex(str(self.control)) == 0

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(10)
            control.connect(str(self.control))
            control.sendall(line.encode() + b"\n")
            return json.loads(control.makefile().readline())

    def executed(self, did=None):
        """What was really carried out, in order: the oracle."""
        if not self.journal.exists():
            return []
        rows = [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines() if line]
        return [row for row in rows if did is None or row["did"] == did]

    def downloads(self, version):
        """How often each home has carried this firmware, whatever came of it, by serial."""
        return collections.Counter(row["serial"] for row in self.executed("Download") if row.get("image") == version)

    def last_order(self, version):
        """When the last Download of it that has ended was sent (time.time()); 0: none was."""
        return max((datetime.datetime.fromisoformat(row["ordered"]).timestamp() for row in self.executed("Download")
                    if row.get("image") == version), default=0)

    def installs(self, version):
        """How often each home has installed it, by serial."""
        return collections.Counter(row["serial"] for row in self.executed("Download") if row.get("version") == version)

    def ended(self):
        """Who never speaks again, and why: serial to "bricked" or "lost"."""
        return {row["serial"]: row["did"] for row in self.executed() if row["did"] in ("bricked", "lost")}

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(20 * SLOW)
        assert code == 0, f"cpesim ended with {code}: {self.log_path.read_text(encoding='utf-8')[-2000:]}"
