"""Devices that say to be others, and secrets that reach nobody who proved nothing: by the hundred, looking at every byte sent."""

import base64
import concurrent.futures
import html
import itertools
import json
import os
import re
import unittest
import urllib.request

import cpe
import farol

DEVICES, IMPOSTORS, CANARIES = 2000, 500, 1000
CONTACTS = int(os.environ.get("FAROL_CONTACTS", "3"))  # of each that comes with the shared credential
AT_ONCE = 16


class Recorder(cpe.Device):
    """Keeps every byte that the server sent to it."""

    def __init__(self, port, timeout=60):
        super().__init__(port, timeout)
        self.seen = bytearray()

    def _fill(self):
        before = len(self.buffer)
        super()._fill()
        self.seen += self.buffer[before:]


def in_parallel(work, items):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, items))


def serial_of(number):
    return f"ID-{number:05}"


class Fleet(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server(cls.settings, open_door=False).start()
        cls.addClassCleanup(cls.server.close)

    def register(self, number, own=True):
        credential = {"username": f"user-{number}", "password": f"password of {number}"} if own else {}
        status, device = self.server.api("POST", "/devices", {"oui": "00256D", "product_class": "E2E",
                                                              "serial": serial_of(number), **credential})
        self.assertEqual(status, 201, device)
        return device["id"]

    @staticmethod
    def login(number):
        return cpe.Login(f"user-{number}", f"password of {number}")

    def contact(self, inform, login):
        """The status of an Inform under this login, and every byte that came back until the server had no more to say."""
        with Recorder(self.server.cwmp_port) as device:
            answer = device.enter(inform, login)
            status = answer.status
            for _ in range(10):
                if answer.status != 200:
                    break
                answer = device.post(self.refusal(answer) if answer.method() != "InformResponse" else b"")
            return status, bytes(device.seen)

    @staticmethod
    def refusal(request):
        """Whatever it is asked: it cannot."""
        return cpe.envelope("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>"
                            "<cwmp:Fault><FaultCode>9002</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail>"
                            "</SOAP-ENV:Fault>", request.text_of("ID"))


class Impostors(Fleet):
    def alarms(self):
        rows, after = [], ""
        while after is not None:
            status, page = self.server.api("GET", f"/alarms?limit=200{after}")
            self.assertEqual(status, 200, page)
            rows += page["data"]
            after = f"&after={page['next']}" if page["next"] else None
        return rows

    def test_nobody_is_let_in_as_another_and_each_try_is_an_alarm(self):
        ids = in_parallel(self.register, range(DEVICES))
        victims, impostors = range(IMPOSTORS), range(IMPOSTORS, 2 * IMPOSTORS)
        statuses = in_parallel(lambda number: self.contact(cpe.inform(serial_of(number)), self.login(number))[0], range(DEVICES))
        self.assertEqual(set(statuses), {200})
        numbers = f"(SELECT id FROM device WHERE serial < '{serial_of(IMPOSTORS)}')"
        of_victims = (f"SELECT count(*), sum(session_no), max(last_inform) FROM device_hot WHERE device_id IN {numbers}")
        before = self.server.sql(of_victims)

        def impersonate(number):
            victim = serial_of(number - IMPOSTORS)
            status, seen = self.contact(cpe.inform(victim, ["0 BOOTSTRAP"], uptime=1), self.login(number))
            return status, b"InformResponse" in seen

        self.assertEqual(set(in_parallel(impersonate, impostors)), {(403, False)})
        self.assertEqual(self.server.sql(of_victims), before, "no session, no contact as a victim")
        self.assertEqual(self.server.sql(f"SELECT count(*) FROM device_event WHERE device_id IN {numbers}"), "0")
        alarms = self.alarms()
        self.assertEqual(len(alarms), IMPOSTORS)
        self.assertEqual({(row["kind"], row["device"], row["about"]) for row in alarms},
                         {("identity_conflict", ids[number], ids[number - IMPOSTORS]) for number in impostors})
        # those who were robbed, and those who robbed them, are let in as themselves
        again = [*itertools.islice(victims, 20), *itertools.islice(impostors, 20)]
        self.assertEqual({self.contact(cpe.inform(serial_of(number)), self.login(number))[0] for number in again}, {200})


class Canaries(Fleet):
    """Each of a thousand devices has a configuration to be given back, which holds a secret; they come with the credential that
    everybody knows. (Other secrets are refused where they are asked for, and rotations are what such a device is for.)"""

    @classmethod
    def setUpClass(cls):
        cls.files_port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{cls.files_port}"}}, open_door=False)
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"),
                                        "url": f"http://127.0.0.1:{cls.files_port}", "keep_free": "0"}
        cls.server.start()
        cls.addClassCleanup(cls.server.close)

    @staticmethod
    def canary(number):
        return f"kanarie<&{number:05}>zang".encode()

    def add_file(self, number):
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.api_port}/api/v1/files?kind=config&name=c{number}.cfg",
                                         self.canary(number), {"Authorization": f"Bearer {self.server.token}",
                                                               "Content-Type": "application/octet-stream"}, method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())["id"]

    def order(self, number, own=False):
        device = self.register(number, own)
        status, action = self.server.api("POST", f"/devices/{device}/actions", {
            "type": "config.restore", "params": {"file": self.add_file(number)}})
        self.assertEqual(status, 202, action)
        return action["id"]

    def forms(self, number):
        """Every way in which a secret might be written."""
        text = self.canary(number)
        return (text, html.escape(text.decode()).encode(), base64.b64encode(text), text.hex().encode(), f"{number:05}".encode() + b">z")

    def test_no_secret_is_sent_to_a_device_that_is_not_bound(self):
        actions = in_parallel(self.order, range(CANARIES))

        def come(number):
            events = ["0 BOOTSTRAP"] if number < CANARIES else ["2 PERIODIC"]
            return self.contact(cpe.inform(serial_of(number % CANARIES), events), cpe.Login("bootstrap", farol.BOOTSTRAP))

        answers = in_parallel(come, range(CONTACTS * CANARIES))
        self.assertEqual({status for status, _ in answers}, {200})
        seen = b"\n".join(sent for _, sent in answers)
        self.assertGreaterEqual(seen.count(b"ManagementServer.ConnectionRequestPassword"), CANARIES, "they were asked something")
        traces = (b"kanarie", b"<cwmp:Download>", f":{self.files_port}/".encode())
        self.assertEqual([trace for trace in traces if trace in seen], [])
        self.assertEqual([form for number in range(CANARIES) for form in self.forms(number) if form in seen], [])
        self.assertFalse("kanarie" in self.server.log())
        ends = {(action["state"], action["failure"]["code"]) for action in map(self.server.action, actions)}
        self.assertEqual(ends, {("failed", "not_bound")})

    def test_the_search_finds_what_is_sent_to_one_that_is_bound(self):
        number = CANARIES
        self.order(number, own=True)
        with Recorder(self.server.cwmp_port) as device:
            self.assertEqual(device.enter(cpe.inform(serial_of(number)), self.login(number)).status, 200)
            self.assertEqual(device.post().method(), "Download")
            address = html.unescape(re.search(rb"<URL>([^<]+)</URL>", device.seen).group(1).decode())
            with urllib.request.urlopen(address, timeout=60) as answer:
                self.assertEqual(answer.read(), self.canary(number))


if __name__ == "__main__":
    unittest.main(verbosity=2)
