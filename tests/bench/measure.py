"""What a process costs, read from /proc, and the processes that a measurement starts and must not leave behind."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name, which may hold anything; [1] is the parent, [11] is utime."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()


def cpu_us(pid):
    """User and system time of all threads of a process, those that have ended too."""
    fields = stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) * TICK_US


def family_cpu_us(pid):
    """The same of a process and of its children, dead or alive. What its children's children cost is not seen."""
    fields = stat_fields(pid)
    total = sum(int(field) for field in fields[11:15]) * TICK_US
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if stat_fields(name)[1] == str(pid):
                total += cpu_us(name)
    return total


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Failed(Exception):
    """The measurement cannot go on; the message says why."""


class Process:
    """A program that runs until this object is closed; what it says on stderr goes to a file."""

    def __init__(self, command, log, stdout=subprocess.DEVNULL):
        self.command, self.log = command, log
        with open(log, "ab") as output:
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=output, text=True
            )
        self.pid = self.popen.pid

    def explain(self, what):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            tail = "".join(file.readlines()[-20:])
        return Failed(f"{os.path.basename(self.command[0])} {what}; the end of its log:\n{tail}")

    def wait_until_ready(self, port, seconds=20):
        """Until /readyz says that the workers have their database."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise self.explain(f"is not ready: {error}") from error
            time.sleep(0.02)

    def wait_for_port(self, port, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.popen.poll() is not None:
                raise self.explain(f"ended with status {self.popen.returncode}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise self.explain(f"does not listen on port {port}")

    def cpu_us(self):
        return cpu_us(self.pid)

    def close(self):
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(20)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        self.popen.wait()
        if self.popen.stdout:
            self.popen.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Postgres:
    """The cluster of contrib/with-postgres that this program runs in."""

    def __init__(self):
        self.pid = self.postmaster()
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if self.ask(f"SHOW {setting}") != "on":
                raise Failed(f"PostgreSQL runs with {setting} off: what is measured would not be durable")

    def ask(self, sql, user=None):
        command = ["psql", "-XAtqv", "ON_ERROR_STOP=1", "-c", sql] + (["-U", user] if user else [])
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise Failed(f"psql: {ended.stderr.strip()}\n  in: {sql.strip()}")
        return ended.stdout.strip()

    def postmaster(self):
        with open(os.path.join(os.environ["PGDATA"], "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def cpu_us(self):
        return family_cpu_us(self.pid)

    def wal(self):
        """Bytes of the log so far, and how many of its records hold a full page."""
        position, pages = self.ask("SELECT pg_current_wal_lsn() - '0/0', wal_fpi FROM pg_stat_wal").split("|")
        return int(position), int(pages)


def run(command):
    """What a program prints that must not fail."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Failed(f"{' '.join(command)}: {ended.stderr.strip()}")
    return ended.stdout


def register(port, token, devices):
    """Devices by the API of a server, with the credentials that they have."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for device in devices:
        connection.request("POST", "/api/v1/devices", json.dumps(device), headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise Failed(f"a device cannot be registered: {answer.status} {said.decode(errors='replace')}")
    connection.close()


def run_load(cpeload, port, *options):
    """One run of the generator: its result, and what it printed for people."""
    command = [cpeload, "--target", f"127.0.0.1:{port}", "--json", *map(str, options)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = ended.stdout.splitlines()
    if ended.returncode == 2 or not lines:
        raise Failed(f"{' '.join(command)}: {ended.stderr.strip()}")
    return json.loads(lines[-1]), "\n".join(lines[:-1])


def die_on_signals():
    """Signals end this program by an exception, so that everything that was started is stopped."""

    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def stop(number, _):
        for each in signals:
            signal.signal(each, signal.SIG_IGN)  # stopping is not to be interrupted
        raise SystemExit(128 + number)

    for number in signals:
        signal.signal(number, stop)
