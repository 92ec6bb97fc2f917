"""Devices behind NAT: STUN answers, and calls by UDP (TR-069 Annex G)."""

import hashlib
import hmac
import re
import socket
import struct
import time
import unittest
import urllib.parse

import cpe
import farol

MAPPED_ADDRESS = 0x0001
DEAD_URL = "http://127.0.0.1:1/nobody"  # what a device behind NAT says: nothing answers there


class Nat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stun_port = cls.free_udp_port()
        cls.server = farol.Server({"listen": {"stun": f"127.0.0.1:{cls.stun_port}"}}).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    @staticmethod
    def free_udp_port():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def setUp(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.udp.settimeout(10 * farol.SLOW)
        self.addCleanup(self.udp.close)
        self.address = "127.0.0.1:%d" % self.udp.getsockname()[1]

    def inform(self, serial, events=("2 PERIODIC",), url=DEAD_URL):
        """A whole session; what the server asked in it, if anything."""
        told = [("InternetGatewayDevice.ManagementServer.UDPConnectionRequestAddress", self.address, "string")]
        with cpe.Device(self.server.cwmp_port) as device:
            self.assertEqual(device.post(cpe.inform(serial, events, told, url=url)).method(), "InformResponse")
            return device.post().method()

    def next_call(self):
        """A call, once its signature was found to be right; its copies are taken off the wire."""
        data, sender = self.udp.recvfrom(2000)
        self.assertEqual(sender, ("127.0.0.1", self.stun_port))  # G-14
        for _ in range(2):
            self.assertEqual(self.udp.recvfrom(2000)[0], data)  # G-20
        line, rest = data.decode("ascii").split("\r\n", 1)
        self.assertEqual(rest, f"Host: {self.address}\r\n\r\n")
        target = re.fullmatch(r"GET http://([^?]*)\?(\S*) HTTP/1\.1", line)
        self.assertEqual(target.group(1), self.address)
        call = dict(urllib.parse.parse_qsl(target.group(2)))
        text = call["ts"] + call["id"] + call["un"] + call["cn"]
        self.assertEqual(call["sig"].lower(), hmac.new(b"call-me", text.encode(), hashlib.sha1).hexdigest())
        self.assertEqual(call["un"], "farol")
        return call

    def test_stun_tells_the_address_it_sees(self):
        transaction = bytes(range(16))
        mark = struct.pack(">HH20s", 0xC001, 20, b"dslforum.org/TR-111 ")
        self.udp.sendto(struct.pack(">HH", 1, len(mark)) + transaction + mark, ("127.0.0.1", self.stun_port))
        answer = self.udp.recv(2000)
        self.assertEqual(answer[:2], b"\x01\x01")
        self.assertEqual(answer[4:20], transaction)
        kind, length, family, port, host = struct.unpack_from(">HHxBH4s", answer, 20)
        self.assertEqual((kind, length, family, port, socket.inet_ntoa(host)),
                         (MAPPED_ADDRESS, 8, 1, self.udp.getsockname()[1], "127.0.0.1"))

    def test_what_is_no_stun_gets_no_answer(self):
        self.udp.settimeout(0.3 * farol.SLOW)
        for data in (b"", b"x", b"GET / HTTP/1.1\r\n\r\n", b"\0\1\0\4" + bytes(16), b"\0\1\0\0" + bytes(1400)):
            self.udp.sendto(data, ("127.0.0.1", self.stun_port))
        with self.assertRaises(TimeoutError):
            self.udp.recv(2000)

    def test_who_does_not_answer_tcp_is_called_by_udp_and_comes(self):
        self.inform("NAT-1")
        device = self.server.device("NAT-1")
        action = self.server.act(device["id"], "reboot")
        self.next_call()
        farol.wait_for("the screen says so", lambda: self.server.action(action["id"])["wake"]["code"] == "datagram")
        self.assertEqual(self.inform("NAT-1", ("6 CONNECTION REQUEST",)), "Reboot")

    def test_who_gives_no_url_is_called_by_udp(self):
        self.inform("NAT-2", url="")
        self.server.act(self.server.device("NAT-2")["id"], "reboot")
        self.next_call()

    def test_each_call_is_later_than_all_before(self):
        self.inform("NAT-3", url="")
        device = self.server.device("NAT-3")["id"]
        number = self.server.sql("SELECT id FROM device WHERE serial = 'NAT-3'")
        ahead = int(time.time()) + 1000  # as if a server with a wrong clock had called before
        self.server.sql(f"UPDATE device SET udp_called_s = {ahead} WHERE id = {number}")
        first = self.server.act(device, "reboot")
        calls = [self.next_call()]
        self.server.api("POST", f"/actions/{first['id']}/cancel", {})
        self.server.act(device, "reboot")
        calls.append(self.next_call())
        self.assertEqual([int(call["ts"]) for call in calls], [ahead + 1, ahead + 2])  # G-19
        self.assertNotEqual(calls[0]["id"], calls[1]["id"])  # G-17

    def test_nobody_is_called_at_an_address_that_is_not_allowed(self):
        """A device may not have others called: neither a foreign address nor a name is."""
        for serial, address in (("NAT-4", "192.0.2.66:9"), ("NAT-5", "localhost:9")):
            self.address = address
            self.inform(serial, url="")
            action = self.server.act(self.server.device(serial)["id"], "reboot")
            farol.wait_for("it is refused",
                           lambda: self.server.action(action["id"])["wake"]["code"] in ("not_allowed", "no_address"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
