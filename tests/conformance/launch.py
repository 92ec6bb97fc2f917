"""Starts acsd for the suite, with a database of its own, as often as a test wants other settings."""

import contextlib
import json
import pathlib
import socket
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import control  # noqa: E402
import farol  # noqa: E402
import tls  # noqa: E402


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Launcher:
    """In settings {port}, {stun} and {directory} stand for those of the server that is started. Two sections are none: "write"
    holds files that are written into the directory first, and with "proxy" the server gets one in front that speaks TLS."""

    call_credentials = ("farol", "call-me")

    def __init__(self):
        self.lock = threading.Lock()
        self.locks = {}
        self.started = {}

    def started_with(self, settings=None):
        """(url, control); one server for each set of settings."""
        key = json.dumps(settings or {}, sort_keys=True)
        with self.lock:
            mine = self.locks.setdefault(key, threading.Lock())
        with mine:
            if key not in self.started:
                self.started[key] = self._start(settings or {})
            return self.started[key][:2]

    def _start(self, settings):
        settings = {**settings, "database": {"pool": "3", **settings.get("database", {})}}    # there are many servers
        server = farol.Server({section: keys for section, keys in settings.items() if section not in ("write", "proxy")})
        for name, text in settings.get("write", {}).items():
            (server.directory / name).write_text(text, encoding="utf-8")
        stun, files = f"127.0.0.1:{free_udp_port()}", farol.free_port()
        server.settings["listen"]["files"] = f"127.0.0.1:{files}"
        server.settings["files"] = {"directory": "{directory}/files", "url": f"http://127.0.0.1:{files}", "keep_free": "0",
                                    **server.settings.get("files", {})}
        for keys in server.settings.values():
            keys.update({key: text.format(port=server.cwmp_port, stun=stun.split(":")[1], directory=server.directory)
                         for key, text in keys.items()})
        listen = server.settings["listen"]["cwmp"]
        server.start()
        one = OneServer(self, server)
        adapter = control.Farol(f"http://127.0.0.1:{server.api_port}", server.token, one)
        adapter.plain_url = f"http://{listen}/"
        if "proxy" in settings:
            adapter.proxy = tls.Proxy(server.directory, server.cwmp_port, farol.free_port)
        adapter.stun_address = ("127.0.0.1", int(stun.split(":")[1]))
        return f"http://{listen}/", adapter, server

    def close(self):
        """Stops every server; a sanitizer's report is an error."""
        for _, adapter, server in self.started.values():
            if adapter.proxy is not None:
                adapter.proxy.close()
            server.close()


class OneServer:
    """The launcher, as the adapter of one of its servers sees it."""

    def __init__(self, launcher, server):
        self.launcher, self.server = launcher, server
        self.call_credentials = launcher.call_credentials

    def started_with(self, settings):
        return self.launcher.started_with(settings)

    def crash(self):
        self.server.kill()
        self.server.start()

    @contextlib.contextmanager
    def without_storage(self):
        name = self.server.database
        farol.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false; "
                   f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename = current_user")
        try:
            yield
        finally:
            farol.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
