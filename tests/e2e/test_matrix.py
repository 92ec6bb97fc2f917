"""Every action that the server knows, on a TR-098 and on a TR-181 home, with all that may become of it.

A row of ROWS is an action. On each model it meets each of these: it is carried out and proved; the device refuses it and
nothing else is changed; the request, or the answer to it, is lost; the device lies; it is undone. The homes' own journal
is the oracle. A kind without a row fails the test.
"""

import concurrent.futures
import dataclasses
import http.client
import json
import os
import queue
import re
import secrets
import threading
import time
import traceback
import typing
import unittest

import farol

MODELS = {"TR-098": "gpon098", "TR-181": "gpon181"}
HOMES = 12  # of each model
DENIED = 9001
PATIENCE = 2  # seconds; then a home that is waited for calls in by itself
ONLY = os.environ.get("FAROL_KINDS", "").split()  # for whoever looks at some of them; all, if there are none
CASES = ("success", "refused", "unheard", "unanswered", "lies", "undo")
UUID = "6ba7b810-9dad-51d1-80b4-00c04fd430{:02x}"
TABLES = {"TR-098": "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.PortMapping.",
          "TR-181": "Device.NAT.PortMapping."}
LINK = {"TR-098": "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ConnectionStatus",
        "TR-181": "Device.PPP.Interface.1.ConnectionStatus"}
NAME = {"TR-098": "InternetGatewayDevice.Time.NTPServer1", "TR-181": "Device.Time.NTPServer1"}
SUCCEEDED = "succeeded"


class Failed(str):
    """A failure by its code."""


@dataclasses.dataclass(frozen=True)
class Row:
    kind: str
    params: typing.Callable  # (home) -> what is asked for; another thing each time
    method: str  # the request that does it
    did: str  # what the journal of the home calls it; "": it leaves nothing there
    proof: typing.Callable  # (home, ended action) -> whether it was proved, not only said
    lies: dict = dataclasses.field(default_factory=dict)  # oddity of the home -> how it ends; the same for all: {}: see why
    no_lie: str = ""  # why there is none
    refused: object = Failed("device_fault")
    unheard: object = SUCCEEDED  # how it ends when the request never came through
    unanswered: object = SUCCEEDED  # and when the answer was lost
    most: int = 1  # how often it may be carried out when its answer is lost
    undo: str = ""  # oddity with which it can be undone ("nothing" mostly); "": it cannot
    patient: tuple = ()  # cases in which nothing but the expiry ends the wait
    models: tuple = tuple(MODELS)
    start: typing.Callable = None  # (home, row, mishap) -> the action, where it is not asked for by its kind
    note: str = ""

    @property
    def name(self):
        return f"{self.kind} {self.note}".strip()


class Journal:
    """What all homes have done, read as it grows."""

    def __init__(self, path):
        self.path, self.read, self.rows, self.lock = path, 0, {}, threading.Lock()

    def of(self, serial):
        with self.lock:
            if self.path.exists():
                with open(self.path, "rb") as file:
                    file.seek(self.read)
                    news = file.read()
                whole = news[:news.rfind(b"\n") + 1]
                self.read += len(whole)
                for line in whole.splitlines():
                    row = json.loads(line)
                    self.rows.setdefault(row["serial"], []).append(row)
            return list(self.rows.get(serial, ()))


class Home:
    """One simulated home; a case has it for itself."""

    def __init__(self, bench, model, serial):
        self.bench, self.model, self.serial = bench, model, serial
        self.server, self.fleet = bench.server, bench.fleet
        self.id = self.server.device(serial)["id"]
        self.number = int(serial[-5:])

    def fresh(self):
        """A number that nobody had."""
        return next(self.bench.numbers)

    def ask(self, line):
        answer = self.fleet.ask(line)
        assert "error" not in answer, (line, answer)
        return answer

    def odd(self, how):
        self.ask(f"odd {self.serial} {how}")

    def value(self, path):
        return self.fleet.ask(f"get {self.serial} {path}").get("value")

    def values(self):
        return self.ask(f"home {self.serial}")["values"]

    def settings(self):
        """All that was ever set in it; a row that comes back has another number."""
        return sorted((re.sub(r"\.\d+\.", ".#.", name), value) for name, value in self.values().items()
                      if not name.endswith(".ParameterKey"))

    def journal(self, did=None):
        return [row for row in self.bench.journal.of(self.serial) if did is None or row["did"] == did]

    def done(self, row, action):
        """How often it was carried out, by its own key where it has one."""
        key = action["id"]
        return len([line for line in self.journal()[self.earlier:] if line["did"] == row.did
                    and (line.get("command_key") or line.get("parameter_key") or key).startswith(key)])

    def begin(self):
        farol.wait_for("the connection is up: the case before may have had it dialled anew", lambda: self.value(LINK[self.model]) == "Connected")
        self.earlier = len(self.journal())
        self.before = self.values()

    def do(self, kind, params=None, **fields):
        action = self.end(self.server.act(self.id, kind, params, wait=PATIENCE, **fields))
        assert action["state"] == "succeeded", json.dumps(action, indent=1)
        return action

    def end(self, action):
        """The action once it has ended; a home that is waited for calls in by itself now and then."""
        def look():
            now = self.server.action(action["id"])
            if now["state"] in ("succeeded", "failed", "expired", "cancelled"):
                return now
            if (now["progress"] or {}).get("stage") == "wait_for_binding":
                self.bind()
            if time.monotonic() > self.nudged + PATIENCE:
                self.nudged = time.monotonic()
                self.fleet.ask(f"inform {self.serial}")
            return None

        self.nudged = 0
        try:
            return farol.wait_for(f"{action['type']} has ended", look, 10, 0.4)
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{json.dumps(self.server.action(action['id']), indent=1)}\n{self.story()}") from None

    def story(self):
        """What the home is at, and what the server has logged of it last."""
        number = self.server.sql(f"SELECT id FROM device WHERE serial = '{self.serial}'")
        marks = (f"device={number} ", f"serial={self.serial} ")
        lines = [line for line in self.server.log().splitlines() if any(mark in line + " " for mark in marks)]
        home = {key: value for key, value in self.ask(f"home {self.serial}").items() if key != "values"}
        return "\n".join([json.dumps(home), *lines[-25:]])

    def notification(self):
        """1 or 2; another one is a change."""
        _, page = self.server.api("GET", f"/devices/{self.id}/attributes")
        return next((row["notification"] for row in page["data"] if row["path"] == NAME[self.model] and row["notification"]), 1)

    def other_channel(self):
        return next(channel for channel in (36, 44) if channel != self.fact("wifi.5g.channel"))

    def fact(self, name):
        return json.loads(self.server.sql(f"SELECT doc -> '{name}' -> 0 FROM device_fact f JOIN device d ON d.id = f.device_id "
                                          f"WHERE serial = '{self.serial}'"))

    def bound(self):
        return self.server.sql("SELECT enrolment FROM device_hot h JOIN device d ON d.id = h.device_id "
                               f"WHERE serial = '{self.serial}'") == "2"

    def is_bound(self):
        """After a reset it has new credentials, and is trusted again once a person says so."""
        def look():
            open_ones = self.server.api("GET", f"/devices/{self.id}/actions?state=open")[1]["data"]
            if any(action["type"] == "credentials.rotate" for action in open_ones):
                self.fleet.ask(f"inform {self.serial}")
                time.sleep(0.3)
                return False
            return True

        farol.wait_for(f"{self.serial} has its credentials", look)
        if not self.bound():
            self.bind()

    def bind(self):
        self.server.ctl("devices", "enrol", self.serial, "bound", "--reason=reset by us")

    def add_file(self, name, content, kind):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        connection.request("POST", f"/api/v1/files?name={name}&kind={kind}", content, {
            "Authorization": f"Bearer {self.server.token}", "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        assert answer.status in (200, 201), body
        return body["id"]


# ---- what is asked for

def firmware(home, **more):
    version = f"9.{home.fresh()}"
    return {"file": home.add_file(f"fw-{version}.bin", f"version={version}\n".encode() + bytes(800), "firmware"),
            "target_version": version, **more}


def backup(home):
    return {"file": home.do("config.backup")["result"]["file"]}


def waiting_transfer(home):
    action = home.server.act(home.id, "download.schedule", firmware(home, windows=[{"start_s": 3600, "end_s": 7200}]))
    farol.wait_for("a transfer waits", lambda: home.server.action(action["id"])["state"] == "verifying")
    return {"command_key": action["id"]}


def row_of_table(home):
    table = TABLES[home.model]
    added = home.do("object.add", {"object": table})
    return {"object": f"{table}{added['result']['instance']}."}


def forward(home):
    return {"protocol": "tcp", "external_port": 10000 + home.fresh(), "internal_port": 80, "internal_client": "192.168.1.10"}


def forwarded(home):
    return {"number": home.do("port_forward.add", forward(home))["result"]["forwards"][0]["number"]}


def pair(home):
    ppp = home.ask(f"home {home.serial}")["ppp"]
    return {"username": ppp["username"], "password": ppp["password"]}


def module(home):
    return {"operations": [{"operation": "install", "url": home.bench.shelf.url + "/module-1.0.pkg",
                            "uuid": UUID.format(home.fresh() % 256)}]}


def start_undo(home, _, mishap):
    done = home.do("wifi.set_ssid", {"ssid": f"Engano {home.fresh()}"})
    home.begin()
    for line in mishap:
        home.ask(line)
    status, action = home.server.api("POST", f"/actions/{done['id']}/undo", {})
    assert status in (200, 202), action
    return action


# ---- what is proof

def read_back(_, done):
    return done["evidence"]["read"] == "GetParameterValues" and done["evidence"].get("equal", 1) > 0


def by_key(_, done):
    """A value that the device hides: it has taken the very request."""
    return done["evidence"]["hidden"] > 0 and done["evidence"]["parameter_key"] == done["id"]


def by_event(event):
    return lambda _, done: done["evidence"]["event"] == event


def has(name):
    return lambda _, done: bool(done["evidence"][name])


def measured(home, done):
    return done["result"]["rounds"] and done["evidence"]["state"].startswith("Complete")


def change(kind, params, proof=read_back, lies=None, undo="nothing", **more):
    lies = lies or {"ignores-writes": Failed("not_applied"), "deaf": Failed("not_applied")}
    return Row(kind, params, "SetParameterValues", "SetParameterValues", proof, lies, undo=undo, **more)


def reads(kind, params, method, lies, **more):
    return Row(kind, params, method, "", has("read"), lies, **more)


def test(kind, params, lies_of=("no_result",), **more):
    lies = {"diag-error": Failed("test_failed"), **{"diag-lies": Failed(code) for code in lies_of}}
    return Row(kind, params, "SetParameterValues", "SetParameterValues", measured, lies, **more)


ROWS = (
    reads("refresh", lambda home: {}, "GetParameterNames", {"empty": Failed("refused")}, refused=SUCCEEDED, note="full"),
    reads("refresh", lambda home: {"set": "light"}, "GetParameterValues", {"empty": Failed("refused")}, refused=SUCCEEDED,
          note="light"),  # it finds another way
    reads("params.get", lambda home: {"names": [NAME[home.model]]}, "GetParameterValues", {"empty": Failed("no_value")}),
    Row("params.set", lambda home: {"values": [{"name": NAME[home.model], "value": f"n{home.fresh()}.example"}]},
        "SetParameterValues", "SetParameterValues", read_back,
        {"ignores-writes": Failed("not_applied"), "deaf": Failed("not_applied")}),
    Row("reboot", lambda home: {}, "Reboot", "Reboot", by_event("M Reboot"), {"deaf": Failed("outcome_unknown")},
        patient=("lies",)),
    Row("object.add", lambda home: {"object": TABLES[home.model]}, "AddObject", "AddObject", has("object"),
        {"deaf": Failed("device_fault")}),
    Row("object.delete", row_of_table, "DeleteObject", "DeleteObject", has("gone"), {"deaf": Failed("not_applied")}),
    Row("factory_reset", lambda home: {}, "FactoryReset", "FactoryReset", by_event("0 BOOTSTRAP"),
        {"deaf": Failed("outcome_unknown")}, unheard=Failed("not_executed"), patient=("lies",)),
    Row("inform.schedule", lambda home: {"delay_s": 1}, "ScheduleInform", "", by_event("M ScheduleInform"),
        {"deaf": Failed("outcome_unknown")}, unheard=Failed("outcome_unknown"), patient=("unheard", "lies")),
    Row("rpc", lambda home: {"method": "Reboot"}, "Reboot", "Reboot", lambda home, done: done["evidence"],
        no_lie="what the device answers is all that is asked for", unheard=Failed("outcome_unknown"), patient=("unheard",)),
    Row("attributes.get", lambda home: {"names": [NAME[home.model]]}, "GetParameterAttributes", "", has("read"),
        {"empty": Failed("no_value")}),
    Row("attributes.set", lambda home: {"attributes": [{"name": NAME[home.model], "notification": 3 - home.notification()}]},
        "SetParameterAttributes", "SetParameterAttributes", has("read"), {"deaf": Failed("not_applied")}, most=2),
    Row("transfers.list", lambda home: {}, "GetAllQueuedTransfers", "", has("read"), no_lie="it is asked for its own view"),
    Row("transfer.cancel", waiting_transfer, "CancelTransfer", "", has("read"), {"deaf": Failed("not_applied")}),
    Row("firmware.install", firmware, "Download", "Download", has("version"), {"lies": Failed("version_wrong")},
        unheard=Failed("outcome_unknown"), patient=("unheard",)),
    Row("config.restore", backup, "Download", "Download", has("transfer_complete"), no_lie="the device's word is all there is",
        unheard=Failed("outcome_unknown"), unanswered={"TR-098": Failed("outcome_unknown"), "TR-181": SUCCEEDED},
        patient=("unheard", "unanswered")),
    Row("config.backup", lambda home: {}, "Upload", "Upload", lambda home, done: done["result"]["size"] > 0,
        {"lies": Failed("outcome_unknown")}, unheard=Failed("outcome_unknown"),
        unanswered={"TR-098": Failed("outcome_unknown"), "TR-181": SUCCEEDED}, patient=("unheard", "unanswered", "lies")),
    Row("log.fetch", lambda home: {}, "Upload", "Upload", lambda home, done: done["result"]["size"] > 0,
        {"lies": Failed("outcome_unknown")}, unheard=Failed("outcome_unknown"),
        unanswered={"TR-098": Failed("outcome_unknown"), "TR-181": SUCCEEDED}, patient=("unheard", "unanswered", "lies")),
    Row("credentials.rotate", lambda home: {}, "SetParameterValues", "SetParameterValues", lambda home, done: done["evidence"],
        {"deaf": Failed("not_applied")}, refused=Failed("keeps_its_own"), most=2),
    Row("software.change", module, "ChangeDUState", "ChangeDUState", has("seen"), {"lies": Failed("not_applied")},
        unheard=Failed("outcome_unknown"), patient=("unheard",), models=("TR-181",)),
    Row("download.schedule", lambda home: firmware(home, windows=[{"start_s": 0, "end_s": 60}]), "ScheduleDownload", "Download",
        has("version"), {"lies": Failed("version_wrong")}, unheard=Failed("outcome_unknown"), patient=("unheard",)),
    change("wifi.set_ssid", lambda home: {"ssid": f"Casa {home.fresh()}"},
           lies={"ignores-writes": Failed("not_applied"), "keeps-ssid": Failed("not_applied"), "deaf": Failed("not_applied"),
                 "refuses-writes": Failed("device_fault"), "lies-status": SUCCEEDED, "no-key": SUCCEEDED}),
    change("wifi.set_password", lambda home: {"password": f"lua-{secrets.token_hex(6)}"}, by_key,
           {"no-key": Failed("unverified"), "deaf": Failed("unverified")}, undo="shows-secrets"),
    change("wifi.set_channel", lambda home: {"band": "5", "channel": home.other_channel()},
           lies={"ignores-writes": Failed("not_applied"), "rounds": Failed("not_applied"), "deaf": Failed("not_applied")}),
    change("wifi.enable", lambda home: {"enabled": not home.fact("wifi.5g.enabled"), "bands": ["5"]}),
    change("wan.set_pppoe", pair, by_key, {"no-key": Failed("unverified"), "deaf": Failed("unverified")}, undo="shows-secrets"),
    change("lan.set_dns", lambda home: {"servers": [f"192.0.2.{home.fresh() % 250 + 1}"]}),
    change("lan.set_dhcp", lambda home: {"lease_s": 3601 + 10 * home.fresh()},
           lies={"ignores-writes": Failed("not_applied"), "rounds": Failed("not_applied"), "deaf": Failed("not_applied")}),
    change("cpe.set_admin_password", lambda home: {"password": f"Adm-{secrets.token_hex(6)}"}, by_key,
           {"no-key": Failed("unverified"), "deaf": Failed("unverified")}, undo="shows-secrets"),
    change("remote_access.set", lambda home: {"enabled": not home.fact("remote_access.enabled")}),
    Row("port_forward.add", forward, "AddObject", "AddObject", has("read"),
        {"ignores-writes": Failed("not_applied"), "no-rows": Failed("device_fault"), "deaf": Failed("device_fault")}, undo="nothing"),
    Row("port_forward.remove", forwarded, "DeleteObject", "DeleteObject", has("gone"),
        {"keeps-rows": Failed("not_applied"), "deaf": Failed("not_applied")}, undo="nothing"),
    reads("port_forward.list", lambda home: {}, "GetParameterValues", {}, refused=SUCCEEDED,
          no_lie="no value is what a table without rows has"),
    change("undo", None, start=start_undo, undo=""),
    test("diag.ping", lambda home: {"host": "198.51.100.7", "count": 1}),
    test("diag.traceroute", lambda home: {"host": "198.51.100.7", "max_hops": 8}),
    test("diag.dns", lambda home: {"name": "example.com", "tries": 1}),
    test("diag.download", lambda home: {"seconds": 2}),
    test("diag.upload", lambda home: {"seconds": 2}),
    reads("diag.line", lambda home: {}, "GetParameterValues", {"empty": Failed("refused")}, refused=SUCCEEDED),
    reads("diag.clients", lambda home: {}, "GetParameterValues", {"empty": Failed("refused")}, refused=SUCCEEDED),
    reads("diag.hosts", lambda home: {}, "GetParameterValues", {"empty": Failed("refused")}, refused=SUCCEEDED),
    test("diag.wifi_scan", lambda home: {}, lies_of=()),  # that no other network is heard may be so
)


# ---- what is made of a row

def ask(home, row, case, *mishap):
    """The action that it ends as. mishap: what its request meets, by the home's means."""
    params = row.params(home) if row.start is None else None
    home.begin()
    if row.start is None:
        for line in mishap:
            home.ask(line)
        return home.end(home.server.act(home.id, row.kind, params, wait=PATIENCE, **({"expires_in": "PT10S"} if case in row.patient else {})))
    return home.end(row.start(home, row, mishap))


def ends_as(action, wanted):
    is_wanted = action["state"] == wanted if wanted == SUCCEEDED else (
        action["state"] == "failed" and action["failure"]["code"] == wanted and len(action["failure"]["detail"].split()) > 3)
    assert is_wanted, f"not {wanted!r}:\n{json.dumps(action, indent=1)}"


def success(home, row):
    done = ask(home, row, "success")
    ends_as(done, SUCCEEDED)
    assert row.proof(home, done), json.dumps(done, indent=1)
    if row.did:
        farol.wait_for(f"{row.did} is in the journal", lambda: home.done(row, done))
        assert home.done(row, done) == 1, home.journal(row.did)[-3:]
    if not row.undo and row.start is None:
        assert done["undo_until"] is None, done
        assert home.server.api("POST", f"/actions/{done['id']}/undo", {})[0] == 409


def refused(home, row):
    """Told in words, and nothing else is changed."""
    done = ask(home, row, "refused", f"next {home.serial} {row.method} {DENIED}")
    ends_as(done, row.refused)
    if row.refused == "keeps_its_own":  # it asks for less, and that is taken
        return
    assert row.refused == SUCCEEDED or done["failure"]["cwmp_fault"] == DENIED, done
    assert not row.did or home.done(row, done) == 0, home.journal(row.did)[-3:]
    assert home.values() == home.before, "something was changed"


def lost(home, row, how, wanted):
    wanted = wanted[home.model] if isinstance(wanted, dict) else wanted
    done = ask(home, row, how, f"next {home.serial} {row.method} {how}")
    ends_as(done, wanted)
    if row.did:
        if wanted == SUCCEEDED:  # a home notes what it has done, which may be after the server has its proof
            farol.wait_for("it is in the journal", lambda: home.done(row, done) > 0, 5)
        count = home.done(row, done)
        assert (1 if wanted == SUCCEEDED else 0) <= count <= row.most, (count, home.journal(row.did)[-3:])


def unheard(home, row):
    lost(home, row, "unheard", row.unheard)


def unanswered(home, row):
    lost(home, row, "unanswered", row.unanswered)


def lies(home, row):
    wrong = []
    for how, wanted in row.lies.items():
        try:
            ends_as(ask(home, row, "lies", f"odd {home.serial} {how}"), wanted)
        except AssertionError as error:
            wrong.append(f"{how}: {error}")
        finally:
            home.odd("nothing")
    assert not wrong, "\n".join(wrong)


def undo(home, row):
    """What was before the second of two changes is there again."""
    home.odd(row.undo)
    for _ in range(2):  # so that all was set once
        home.do(row.kind, row.params(home))
    params = row.params(home)
    before = home.settings()
    second = home.do(row.kind, params)
    status, action = home.server.api("POST", f"/actions/{second['id']}/undo", {})
    assert status in (200, 202), action
    done = home.end(action)
    ends_as(done, SUCCEEDED)
    assert home.settings() == before
    assert home.server.action(second["id"])["undone_by"] == done["id"]


def applies(row, case):
    return not ((case == "lies" and not row.lies) or (case == "undo" and not row.undo))


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(cls.close)
        cls.fleet = cls.shelf = None
        port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{port}"}, "log": {"level": "info"},
                                   "limits": {"informs_per_minute": 0}}, open_door=False)  # a home lives through a month here
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://127.0.0.1:{port}",
                                        "keep_free": "0", "speed_max": "1MiB"}
        cls.server.start()
        cls.shelf = farol.Shelf({"/module-1.0.pkg": b"one"})
        cls.fleet = farol.Homes(cls.server, HOMES * len(MODELS), interval=3600, reboot=(0.1, 0.2), extra=(
            "--models", ",".join(MODELS.values()), "--start-spread", "0", "--retry-seconds", "1", "--diag-seconds", "0.1",
            "--username", "bootstrap", "--password", farol.BOOTSTRAP))
        farol.wait_for("the homes are there", lambda: cls.server.sql("SELECT count(*) FROM device") == str(HOMES * len(MODELS)))
        cls.times = []
        cls.journal = Journal(cls.fleet.journal)
        cls.numbers = iter(range(1, 100000))
        cls.free = {model: queue.Queue() for model in MODELS}
        names = {cpesim: model for model, cpesim in MODELS.items()}
        with concurrent.futures.ThreadPoolExecutor(HOMES) as pool:
            list(pool.map(lambda serial: cls.settle(serial, names), cls.fleet.ask("list")))

    @classmethod
    def settle(cls, serial, names):
        home = Home(cls, names[cls.fleet.ask(f"home {serial}")["model"]], serial)
        home.do("refresh")
        home.is_bound()
        cls.free[home.model].put(home)

    @classmethod
    def close(cls):
        try:
            if cls.fleet is not None:
                cls.fleet.close()
        finally:
            if cls.shelf is not None:
                cls.shelf.close()
            cls.server.close()

    def kinds(self):
        description = json.loads(self.server.get_raw("/api/v1/openapi.json")[1])
        return set(description["components"]["schemas"]["ActionType"]["enum"])

    def test_every_kind_has_a_row(self):
        self.assertEqual({row.kind for row in ROWS}, self.kinds())

    def run_case(self, model, row, case):
        home = self.free[model].get()
        began = time.monotonic()
        try:
            globals()[case](home, row)
            home.odd("nothing")
            home.is_bound()
            return None
        except Exception:
            home.odd("nothing")
            return traceback.format_exc(limit=-3)
        finally:
            self.times.append((time.monotonic() - began, model, row.name, case))
            self.free[model].put(home)

    def test_a_home_that_was_reset_can_be_changed_at_once(self):
        """What was known of it has no time any more."""
        for model, homes in self.free.items():
            with self.subTest(model=model):
                home = homes.get()
                home.do("factory_reset")
                home.is_bound()
                home.do("lan.set_dns", {"servers": ["192.0.2.251"]})
                homes.put(home)

    def test_each_action_on_each_model(self):
        cases = [(model, row, case) for row in ROWS if not ONLY or row.kind in ONLY for case in CASES for model in row.models if applies(row, case)]
        with concurrent.futures.ThreadPoolExecutor(HOMES * len(MODELS)) as pool:
            results = list(pool.map(lambda one: self.run_case(*one), cases))
        self.times.sort(reverse=True)
        print(f"{len(cases)} cases, {sum(one[0] for one in self.times):.0f} s of homes; the longest:",
              *(f"\n  {seconds:.1f} s {model} {name}: {case}" for seconds, model, name, case in self.times[:5]))
        for (model, row, case), error in zip(cases, results):
            with self.subTest(model=model, action=row.name, case=case):
                self.assertIsNone(error, error)


if __name__ == "__main__":
    unittest.main(verbosity=2)
