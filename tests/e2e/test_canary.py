"""1,000 secrets that nobody could mistake go through all that carries secrets; afterwards they are nowhere but where they belong.

Looked for as they are, in base64, in hexadecimal digits and in UTF-16: in the server's log at level debug, a dump of its database,
PostgreSQL's own log with all statements and their parameters, every answer of the API, all lists, /metrics, and what acsctl
prints. So are the keys that the server makes for people and programs: cookies, links, codes' secrets, tokens, secrets of webhooks, which
are in the one answer that gives them away and nowhere else. With a build without sanitizers, which keep what was freed, also in the memory of the server once the sessions have ended.
"""

import base64
import concurrent.futures
import http.client
import itertools
import json
import os
import pathlib
import secrets
import subprocess
import threading
import time
import unittest

import cpe
import farol

MARK = "Zq7Xk9Wv3Tn"  # all of them begin with it
MODELS = {"gpon098": "InternetGatewayDevice.", "gpon181": "Device."}
PHRASE = {"gpon098": "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.KeyPassphrase",
          "gpon181": "Device.WiFi.AccessPoint.1.Security.KeyPassphrase"}
HOMES = 12
WANTED = 1000
SANITIZED = os.environ["FAROL_SANITIZED"] != "none"


def patterns():
    """The mark in all its disguises."""
    plain = MARK.encode()
    whole = [plain, plain.hex().encode(), plain.hex().upper().encode(), MARK.encode("utf-16-le"), MARK.encode("utf-16-be")]
    for shift in range(3):  # inner characters only, which do not depend on what is beside it
        coded = base64.b64encode(b"\0" * shift + plain)
        whole.append(coded[4 if shift else 0:len(plain) // 3 * 4])
    return whole


PATTERNS = patterns()


def found_in(content):
    """How often, and around the first."""
    content = content if isinstance(content, bytes) else content.encode()
    count = sum(content.count(pattern) for pattern in PATTERNS)
    first = min((at for at in (content.find(pattern) for pattern in PATTERNS) if at >= 0), default=-1)
    return count, content[max(0, first - 120):first + 60] if first >= 0 else b""


def memory_of(pid):
    """(what the region is, its bytes) of all that the process may write."""
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines():
        place, rights, *rest = line.split()
        if not rights.startswith("rw") or "[vvar]" in line:
            continue
        start, end = (int(part, 16) for part in place.split("-"))
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(start)
            try:
                yield (rest[3] if len(rest) > 3 else f"anonymous {place}"), memory.read(end - start)
            except OSError:
                continue


class Canary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.superuser("ALTER SYSTEM SET log_statement = 'all'")
        cls.addClassCleanup(cls.superuser, "ALTER SYSTEM RESET log_statement")
        port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{port}"}}, open_door=False)
        cls.addClassCleanup(cls.server.close)
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://127.0.0.1:{port}",
                                        "keep_free": "0"}
        cls.log_began = cls.postgres_log().stat().st_size
        cls.server.start()
        cls.fleet = farol.Homes(cls.server, HOMES, interval=3600, extra=(
            "--models", ",".join(MODELS), "--start-spread", "0", "--retry-seconds", "1", "--username", "bootstrap",
            "--password", farol.BOOTSTRAP))
        cls.addClassCleanup(cls.fleet.close)
        farol.wait_for("the homes are there", lambda: cls.server.sql("SELECT count(*) FROM device") == str(HOMES))
        cls.answers, cls.lock = [], threading.RLock()
        cls.made = []  # (what it is, a key that the server made)
        cls.given = itertools.count(1)
        cls.uses = {}

    @staticmethod
    def superuser(*statements):
        for statement in (*statements, "SELECT pg_reload_conf()"):
            subprocess.run(["psql", "-X", "-q", "-U", "postgres", "-d", "postgres", "-c", statement], check=True, capture_output=True)

    @staticmethod
    def postgres_log():
        return pathlib.Path(os.environ["PGDATA"]).parent / "postgres.log"

    def new(self, use):
        """The next secret; nobody is told another time."""
        with self.lock:
            self.uses[use] = self.uses.get(use, 0) + 1
        return f"{MARK}{next(self.given):05}{secrets.token_hex(6)}"

    def api(self, method, path, body=None, headers=None):
        status, answer = self.server.api(method, path, body, headers)
        with self.lock:
            self.answers.append((f"{method} {path}", json.dumps(answer)))
        return status, answer

    def act(self, device, kind, params, state="succeeded"):
        status, action = self.api("POST", f"/devices/{device['id']}/actions", {"type": kind, "params": params}, {"Prefer": "wait=30"})
        self.assertIn(status, (200, 202), action)
        action = self.server.wait_action(action["id"], 30)
        with self.lock:
            self.answers.append((kind, json.dumps(action)))
        self.assertEqual(action["state"], state, action)
        return action

    # ---- the flows

    def at_home(self, device):
        """All that is asked of one home."""
        serial, model = device["serial"], self.fleet.ask(f"home {device['serial']}")["model"]
        self.act(device, "refresh", {})

        def is_bound():
            self.fleet.ask(f"inform {serial}")
            return self.api("GET", f"/devices/{device['id']}")[1]["enrolment"] == "bound"

        farol.wait_for("it is bound", is_bound, 20, 0.5)
        for how in ("nothing", "shows-secrets"):  # a home that hides them, and one that reads them back
            self.fleet.ask(f"odd {serial} {how}")
            for _ in range(4):
                last = self.act(device, "wifi.set_password", {"password": self.new(f"wifi.set_password, {how}")})
            for _ in range(2):
                self.act(device, "cpe.set_admin_password", {"password": self.new(f"cpe.set_admin_password, {how}")})
                status, answer = self.api("POST", f"/devices/{device['id']}/actions", {"type": "params.set", "params": {"values": [
                    {"name": PHRASE[model], "value": self.new(f"params.set, {how}")}]}}, {"Prefer": "wait=30"})
                self.assertIn(status, (200, 202, 409, 422), answer)
        self.api("POST", f"/actions/{last['id']}/undo", {}, {"Prefer": "wait=30"})
        for _ in range(2):  # set at the device, and read by us
            self.fleet.ask(f"set {serial} {PHRASE[model]} {self.new('read from the device')}")
            self.act(device, "params.get", {"names": [PHRASE[model]]})
            self.act(device, "refresh", {"path": PHRASE[model].rsplit(".", 1)[0] + "."})
            self.act(device, "config.backup", {})
        self.fleet.ask(f"odd {serial} refuses-writes")
        self.act(device, "wifi.set_password", {"password": self.new("refused by the device")}, "failed")
        self.fleet.ask(f"odd {serial} nothing")
        rotation = self.api("POST", f"/devices/{device['id']}/actions", {"type": "credentials.rotate"}, {"Prefer": "wait=5"})[1]

        def ended():
            self.fleet.ask(f"inform {serial}")  # it comes with its new ones
            return self.server.action(rotation["id"])["state"] == "succeeded"

        farol.wait_for("it came with its new password", ended, 20, 0.5)
        self.reject(device)
        self.guided(device)
        self.lost(device)

    def guided(self, device):
        """A password that an agent gives while a playbook leads through the call."""
        _, run = self.api("POST", "/playbook-runs", {"device": device["id"], "playbook": "senha-wifi"})

        def led():
            _, now = self.api("GET", f"/playbook-runs/{run['id']}")
            if now["state"] == "asking":
                params = {"params": {"password": self.new("playbook")}} if now["step"] == "trocar" else {}
                self.api("POST", f"/playbook-runs/{run['id']}/answer", {"answer": "go" if params else "sim", "step": now["step"], **params})
            return now["state"] == "ended" and now

        self.assertEqual(farol.wait_for("the call is over", led, 60, 0.3)["end"]["outcome"], "solved")

    def lost(self, device):
        """A login that the provider refuses, and a reset after which the home is to have back what is known of it."""
        self.fleet.ask(f"odd {device['serial']} shows-secrets")
        _, login = self.api("POST", f"/devices/{device['id']}/actions", {"type": "wan.set_pppoe", "params": {
            "username": "cliente", "password": self.new("wan.set_pppoe")}})
        self.api("POST", f"/devices/{device['id']}/passphrase", {"password": self.new("weighed")})
        login = self.server.wait_action(login["id"], 60)
        self.assertEqual((login["failure"] or {}).get("code"), "unverified", login)
        _, reset = self.api("POST", f"/devices/{device['id']}/actions", {"type": "factory_reset"})
        farol.wait_for("it waits to have back its own", lambda: (self.server.action(reset["id"])["progress"] or {}).get("stage")
                       == "wait_for_binding", 60)

    def reject(self, device):
        """What the API does not take."""
        for use, kind, params in (
                ("too long", "wifi.set_password", lambda word: {"password": word * 3}),
                ("of a wrong type", "wifi.set_password", lambda word: {"password": [word]}),
                ("a wrong name", "wifi.set_password", lambda word: {"passwort": word}),
                ("no user", "wan.set_pppoe", lambda word: {"password": word}),
                ("a blank", "cpe.set_admin_password", lambda word: {"password": f" {word} "}),
                ("unknown kind", "wifi.set_passwort", lambda word: {"password": word})):
            for _ in range(2):
                status, answer = self.api("POST", f"/devices/{device['id']}/actions",
                                          {"type": kind, "params": params(self.new(f"422, {use}"))})
                self.assertEqual(status, 422, answer)
        for _ in range(3):
            body = f'{{"type": "wifi.set_password", "params": {{"password": "{self.new("400")}"'
            with self.lock:
                self.answers.append(("broken", self.raw("POST", f"/api/v1/devices/{device['id']}/actions", body.encode())))

    def raw(self, method, path, body=b"", token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        connection.request(method, path, body, {"Authorization": f"Bearer {token or self.server.token}",
                                                "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return text

    def register(self):
        """Credentials of devices that have not come yet, and of those that are here."""
        for number in range(40):
            status, device = self.api("POST", "/devices", {
                "oui": "00259E", "product_class": "C", "serial": f"CANARY{number}", "username": f"u{number}",
                "password": self.new("register"), "call_username": "c", "call_password": self.new("register, call")})
            self.assertEqual(status, 201, device)
            status, answer = self.api("PUT", f"/devices/{device['id']}/credential", {"username": f"u{number}",
                                                                                      "password": self.new("credential")})
            self.assertEqual(status, 200, answer)

    def log_in_wrongly(self):
        for _ in range(60):
            with self.lock:
                self.answers.append(("401", self.raw("GET", "/api/v1/devices", token=self.new("token"))))
        for number in range(60):
            with cpe.Device(self.server.cwmp_port) as device:
                login = cpe.Login("bootstrap", self.new("digest"))
                device.enter(cpe.inform(f"WRONG{number}", ["0 BOOTSTRAP"]), login)
                answer = device.post(cpe.inform("WRONG", ["0 BOOTSTRAP"]), headers=[cpe.basic("bootstrap", self.new("basic"))],
                                     use_cookie=False, new_connection=True)
                self.answers.append(("cwmp", answer.body.decode()))

    def people(self):
        """They choose passwords, sign in with right and wrong ones, and have codes; programs have tokens, other systems secrets."""
        for number in range(6):
            _, user = self.server.api("POST", "/users", {"login": f"agent{number}", "name": "Agent", "role": "l1"})
            browser, password = farol.Browser(self.server), self.new("password, first")
            key = user["invitation"].split("#")[1]
            self.assertEqual(browser.request("POST", "/invitation", {"key": key, "password": password})[0], 201)
            self.made += [("a link", key), ("a cookie", browser.cookie.split("=")[1])]
            changed = self.new("password, changed")
            self.assertEqual(browser.request("POST", "/me/password", {"old": password, "new": changed})[0], 200)
            status, codes = browser.request("POST", "/me/totp")
            self.assertEqual(status, 200, codes)
            self.made += [("a cookie", browser.cookie.split("=")[1]), ("the secret of codes", codes["secret"])]
            self.answers.append(("a wrong code", json.dumps(browser.request("POST", "/me/totp/confirm", {"code": "000000"})[1])))
            self.answers.append(("a password that is too plain", json.dumps(browser.request("POST", "/me/password", {
                "old": self.new("password, wrong"), "new": "aaaaaaaaaaaa"})[1])))
            for body in ({"login": f"agent{number}", "password": changed}, {"login": self.new("login"), "password": self.new("password, wrong")},
                         {"login": f"agent{number}", "passwort": self.new("password, misnamed")}):
                self.answers.append(("a sign-in", json.dumps(farol.Browser(self.server).request("POST", "/session", body)[1])))
            _, token = self.server.api("POST", "/tokens", {"name": f"program {number}", "role": "l1"})
            _, hook = self.server.api("POST", "/webhooks", {"name": "hook", "url": "https://hook.example/", "events": ["*"]})
            self.made += [("a token", token["token"]), ("the secret of a webhook", hook["secret"])]
            self.api("POST", "/connectors", {"kind": "mail", "name": "mail", "url": "smtps://mail.example", "from": "farol@isp.example", "login": "farol",
                                             "secret": self.new("connector"), "queues": [{"queue": "*", "to": "n2@isp.example"}]})

    def echo(self):
        """Devices that repeat in a Fault what was wanted of them."""
        for number in range(20):
            login = cpe.Login("bootstrap", farol.BOOTSTRAP)
            with cpe.Device(self.server.cwmp_port) as device:
                device.enter(cpe.inform(f"ECHO{number}", ["0 BOOTSTRAP"], values=[
                    ("InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.KeyPassphrase", self.new("Inform"), "string")]), login)
                answer = device.post()
                while answer.status == 200:
                    answer = device.post(cpe.envelope(
                        "<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>"
                        "<FaultCode>9003</FaultCode><FaultString>no</FaultString><SetParameterValuesFault><ParameterName>"
                        f"InternetGatewayDevice.ManagementServer.Password</ParameterName><FaultCode>9007</FaultCode><FaultString>"
                        f"bad value {self.echoed(answer)}</FaultString></SetParameterValuesFault></cwmp:Fault></detail>"
                        "</SOAP-ENV:Fault>", answer.text_of("ID")))

    def echoed(self, request):
        """Its own password, which is no canary, stands for one."""
        return self.new("echo") if b"Password" in request.body else "?"

    def fill_up(self):
        """What is left of the thousand is refused by the API."""
        device = self.devices[0]
        while sum(self.uses.values()) < WANTED:
            self.api("POST", f"/devices/{device['id']}/actions",
                     {"type": "wifi.set_password", "params": {"password": self.new("422, filling up") * 3}})

    # ---- where they must not be

    def lists(self):
        paths = ["/users", "/tokens", "/webhooks", "/connectors", "/audit", "/devices?limit=200", "/alarms", "/files", "/incidents", "/playbooks", "/playbook-runs", "/me"]
        for device in self.devices:
            paths += [f"/devices/{device['id']}{rest}" for rest in ("", "/presence", "/verdict", "/facts", "/attributes", "/sessions",
                                                                    "/events", "/actions", "/secrets", "/parameters?limit=200")]
        for path in paths:
            status, answer = self.api("GET", path)
            self.assertIn(status, (200, 404), (path, answer))

    def printed(self):
        for words in (("devices", "list"), ("device", "show", self.devices[0]["serial"]), ("secrets", "list", self.devices[0]["serial"]),
                      ("actions", "list", self.devices[0]["serial"]), ("alarms", "list")):
            done = subprocess.run([farol.ACSCTL, *words], capture_output=True, timeout=60, check=False, env={
                **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
            self.answers.append((f"acsctl {' '.join(words)}", (done.stdout + done.stderr).decode()))

    def dump(self):
        return subprocess.run(["pg_dump", "--no-owner", self.server.database], check=True, capture_output=True).stdout

    def logged(self):
        with open(self.postgres_log(), "rb") as log:
            log.seek(self.log_began)
            return log.read()

    def assert_unmade(self, where, content):
        """Nothing of what was made, nor a good part of it."""
        content = content if isinstance(content, bytes) else content.encode()
        for what, key in self.made:
            with self.subTest(where=where, what=what):
                self.assertNotIn(key[8:32].encode(), content)

    def assert_clean(self, where, content):
        count, around = found_in(content)
        with self.subTest(where=where):
            self.assertEqual(count, 0, f"{count} of them in {where}: …{around!r}…")

    def test_none_of_a_thousand_secrets_is_found(self):
        self.devices = self.server.api("GET", "/devices?limit=50")[1]["data"]
        with concurrent.futures.ThreadPoolExecutor(HOMES + 4) as pool:
            tasks = [pool.submit(self.at_home, device) for device in self.devices]
            tasks += [pool.submit(flow) for flow in (self.register, self.log_in_wrongly, self.people, self.echo)]
            for task in tasks:
                task.result()
        self.fill_up()
        self.lists()
        self.printed()
        self.assertGreaterEqual(sum(self.uses.values()), WANTED)
        self.assertIn(MARK.encode(), self.fleet.journal.read_bytes())  # they arrived
        for what, text in self.answers:
            self.assert_clean(f"the answer to {what}", text)
        self.assertIn(b"execute", self.logged())
        self.assertEqual(len({key for _, key in self.made}), 36)
        for where, content in (("the log", self.server.log()), ("the dump", self.dump()), ("PostgreSQL's log", self.logged()),
                               ("/metrics", self.server.get_raw("/metrics")[1])):
            self.assert_clean(where, content)
            self.assert_unmade(where, content)
        print(f"{sum(self.uses.values())} secrets: {self.uses}")
        if not SANITIZED:
            self.look_into_memory()

    def look_into_memory(self):
        time.sleep(3)
        regions = [(name, *found_in(content)) for name, content in memory_of(self.server.process.pid)]
        print("in memory:", [(name, count) for name, count, _ in regions if count])
        for name, count, around in regions:
            with self.subTest(where=name):
                self.assertEqual(count, 0, f"{count} in {name}: …{around!r}…")


if __name__ == "__main__":
    unittest.main(verbosity=2)
