"""Giving out files: what it costs, and that the rate is held however many fetch at once."""

import os
import pathlib
import resource
import selectors
import socket
import time
import unittest
import urllib.parse

import farol
from test_files import MIB, Files as FilesCase, fetch

MBIT = 125_000  # bytes
RELEASE = os.environ.get("FAROL_SANITIZED") == "none"
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(server):
    """What the process has used so far, of all its threads."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


class Fetchers:
    """Many downloads at once, in one thread."""

    def __init__(self, jobs):
        """jobs: (address, first byte, last byte)"""
        self.selector = selectors.DefaultSelector()
        self.sockets, self.got, self.heads = [], [0] * len(jobs), [b""] * len(jobs)
        self.buffer = bytearray(MIB // 4)
        for number, (url, first, last) in enumerate(jobs):
            parts = urllib.parse.urlsplit(url)
            sock = socket.create_connection((parts.hostname, parts.port), timeout=60)
            sock.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\nRange: bytes={first}-{last}\r\n\r\n".encode())
            sock.setblocking(False)
            self.selector.register(sock, selectors.EVENT_READ, number)
            self.sockets.append(sock)

    def read(self, key):
        number = key.data
        length = key.fileobj.recv_into(self.buffer)
        if length == 0:
            self.selector.unregister(key.fileobj)
        elif not self.heads[number].endswith(b"\r\n\r\n"):
            head, end, body = (self.heads[number] + bytes(self.buffer[:length])).partition(b"\r\n\r\n")
            self.heads[number] = head + end
            self.got[number] += len(body)
        else:
            self.got[number] += length

    def run(self, seconds, until=lambda: False):
        """The bytes that came, and the time it took."""
        began, before = time.monotonic(), sum(self.got)
        while time.monotonic() < began + seconds and not until() and self.selector.get_map():
            for key, _ in self.selector.select(0.05):
                self.read(key)
        return sum(self.got) - before, time.monotonic() - began

    def all_have_begun(self):
        return min(self.got) > 0

    def close(self):
        self.selector.close()
        for sock in self.sockets:
            sock.close()


class Capped(FilesCase):
    settings = {"rate": "200", "budget": "100", "group_rate": "40", "group": "olt"}

    @classmethod
    def prepare(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))


class Rate(Capped):
    seconds = 6
    tries = 4
    downloads = 500

    def measure(self, fetchers):
        """Mb/s, and what each has got, over one time."""
        before, cpu = list(fetchers.got), cpu_seconds(self.server)
        got, took = fetchers.run(self.seconds)
        cpu = cpu_seconds(self.server) - cpu
        shares = [now - then for now, then in zip(fetchers.got, before)]
        print(f"{self.downloads} downloads, {took:.1f} s: {got / took / MBIT:.2f} Mb/s of 200, shares "
              f"{min(shares)} to {max(shares)} bytes, {cpu:.2f} CPU-seconds", flush=True)
        return got / took / MBIT, shares

    def test_the_rate_is_held_and_shared_by_500_downloads(self):
        _, url = self.install(self.box(), os.urandom(32 * MIB), version="2.0")
        fetchers = Fetchers([(url, 0, 6 * MIB - 1)] * self.downloads)
        try:
            fetchers.run(60 * farol.SLOW, fetchers.all_have_begun)
            self.assertTrue(fetchers.all_have_begun())
            for _ in range(self.tries):  # a machine on which others are busy may not let us read for a while
                rate, shares = self.measure(fetchers)
                if abs(rate - 200) <= 10:
                    break
        finally:
            fetchers.close()
        self.assertAlmostEqual(rate, 200, delta=10)
        self.assertTrue(all(head.startswith(b"HTTP/1.1 206") for head in fetchers.heads))
        mean = sum(shares) / self.downloads
        self.assertGreater(min(shares), mean * 0.5)
        self.assertLess(max(shares), mean * 1.5)


class Minute(Rate):
    """Every night."""
    seconds = 60
    tries = 1


class Groups(Capped):
    def place(self, box, olt):
        self.server.sql("INSERT INTO device_place (device_id, olt, changed_by) "
                        f"SELECT id, '{olt}', 'test' FROM device WHERE serial = '{box.serial}'")

    def test_a_group_has_no_more_than_its_own(self):
        boxes = [self.box() for _ in range(3)]
        for box, olt in zip(boxes, ("OLT 1", "OLT 1", "OLT 2")):
            self.place(box, olt)
        content = os.urandom(32 * MIB)
        urls = [self.install(box, content, version="2.0")[1] for box in boxes]
        fetchers = Fetchers([(url, 0, 32 * MIB - 1) for url in urls])
        try:
            fetchers.run(60 * farol.SLOW, fetchers.all_have_begun)
            before = list(fetchers.got)
            _, took = fetchers.run(3)
        finally:
            fetchers.close()
        shares = [(now - then) / took / MBIT for now, then in zip(fetchers.got, before)]
        for share, wanted in zip(shares, (20, 20, 40)):
            self.assertAlmostEqual(share, wanted, delta=wanted * 0.15, msg=shares)

    def test_a_server_that_stops_lets_go_of_them(self):
        _, url = self.install(self.box(), os.urandom(32 * MIB), version="2.0")
        fetchers = Fetchers([(url, 0, 32 * MIB - 1)] * 20)
        fetchers.run(60 * farol.SLOW, fetchers.all_have_begun)
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15 * farol.SLOW)
        fetchers.close()
        self.server.start()


class OfCampaigns(Capped):
    rate = 20  # Mb/s

    @classmethod
    def setUpClass(cls):
        """Nobody can call these boxes: they come by themselves."""
        super().setUpClass()
        cls.server.sql("CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.on_offline = ''queue''; RETURN NEW; END'")
        cls.server.sql("CREATE TRIGGER stays BEFORE INSERT ON action FOR EACH ROW EXECUTE FUNCTION stays()")

    def list_only(self, boxes):
        serials = ", ".join(f"'{box.serial}'" for box in boxes)
        self.server.sql(f"UPDATE device_hot h SET enrolment = 1 + (d.serial IN ({serials}))::int FROM device d WHERE d.id = h.device_id")

    def run_campaign(self, file, homes):
        """Of a file, with a rate, and each home that is listed has its action. People are tests/api's affair."""
        status, campaign = self.server.api("POST", "/campaigns", {"name": "devagar", "type": "firmware.install", "params": {"file": file["id"]}, "plan": {
            "waves": [{"rest": True}], "caps": {"bytes_per_s": self.rate * MBIT, "in_flight": homes, "per_pon": 0}, "ramp": {"per_minute": 1000}}})
        self.assertEqual(status, 201, campaign)
        path = f"/campaigns/{campaign['id']}"
        self.assertEqual(self.server.api("POST", path + "/dry-run", {})[0], 202)
        shown = farol.wait_for("the list is there", lambda: (c := self.server.api("GET", path)[1])["state"] == "listed" and c)
        self.server.sql("UPDATE campaign SET approved_by = 'another', approver = -1, approved_hash = list_hash, approved_at = now() WHERE state = 'listed'")
        status, answer = self.server.api("POST", path + "/start", {"list_hash": shown["list_hash"], "devices": homes})
        self.assertEqual((status, shown["total"]), (200, homes), answer)
        farol.wait_for("all are taken", lambda: self.server.api("GET", path)[1]["in_flight"] == homes)

    def test_a_campaign_has_no_more_than_its_own(self):
        """Four of it, of three OLTs, and one that the desk updates meanwhile."""
        boxes = [self.box() for _ in range(5)]
        size = 4 * MIB
        self.list_only(boxes[:4])
        self.run_campaign(self.add(os.urandom(size), version="3.0", manufacturer="Test", product_class="E2E"), 4)
        self.server.sql("UPDATE device_hot SET enrolment = 2")
        urls = []
        for box in boxes[:4]:
            box.informs("6 CONNECTION REQUEST")
            urls.append(box.asked("Download").text_of("URL"))
        urls.append(self.install(boxes[4], os.urandom(size), version="2.0")[1])
        fetchers = Fetchers([(url, 0, size - 1) for url in urls])
        try:
            fetchers.run(60 * farol.SLOW, fetchers.all_have_begun)
            before = list(fetchers.got)
            _, took = fetchers.run(3)
        finally:
            fetchers.close()
        shares = [(now - then) / took / MBIT for now, then in zip(fetchers.got, before)]
        print(f"a campaign of {self.rate} Mb/s: {sum(shares[:4]):.2f} Mb/s of four devices, in {took:.1f} s", flush=True)
        self.assertAlmostEqual(sum(shares[:4]), self.rate, delta=self.rate * 0.1, msg=shares)
        self.assertGreater(shares[4] * took * MBIT + before[4], 0.9 * size)  # it had all it wanted

    def test_what_the_desk_asks_for_comes_first(self):
        """The campaign's action is older, and not begun."""
        box = self.box()
        self.list_only([box])
        self.run_campaign(self.add(os.urandom(MIB), version="4.0", manufacturer="Test", product_class="E2E"), 1)
        self.server.act(box.id, "reboot")
        box.informs("6 CONNECTION REQUEST")
        box.asked("Reboot")
        box.device.close()
        self.assertEqual(self.server.sql("SELECT kind, touched FROM action WHERE ended_at IS NULL AND device_id = "
                                         f"(SELECT id FROM device WHERE serial = '{box.serial}') ORDER BY kind").split(), ["firmware.install|f", "reboot|t"])


class Cost(FilesCase):
    """A download of 100 MB: at most 0.15 CPU-seconds of a release build."""

    def test_a_download_of_100_mb(self):
        size = 100 * 1000 * 1000
        _, url = self.install(self.box(), os.urandom(size), version="2.0")
        costs = []
        for _ in range(4):  # the budget of an address is four times the file
            cpu = cpu_seconds(self.server)
            self.assertEqual(len(fetch(url)[2]), size)
            costs.append(cpu_seconds(self.server) - cpu)
        print("CPU-seconds of downloads of 100 MB, the first with a look at all of the file: "
              + ", ".join(f"{cost:.2f}" for cost in costs), flush=True)
        if RELEASE:
            self.assertLessEqual(sorted(costs[1:])[1], 0.15)


if __name__ == "__main__":
    unittest.main()
