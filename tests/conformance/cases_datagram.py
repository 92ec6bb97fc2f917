"""Part G: devices behind NAT: STUN, and the connection request by UDP (TR-069 Annex G)."""

import hashlib
import hmac
import os
import re
import socket
import struct
import time
import urllib.parse

from cases_call import Listener, ok
from suite import Case
import wire

MARK = struct.pack(">HH20s", 0xC001, 20, b"dslforum.org/TR-111 ")
BINDING, CHANGED = b"\x01\x01", struct.pack(">HH", 0xC002, 0)


def request(*attributes, transaction=None):
    return struct.pack(">HH", 1, sum(map(len, attributes))) + (transaction or os.urandom(16)) + b"".join(attributes)


def attributes_of(answer):
    """{type: value} of a STUN message"""
    found, at = {}, 20
    while at + 4 <= len(answer):
        kind, length = struct.unpack_from(">HH", answer, at)
        found[kind] = answer[at + 4:at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found


class Behind(Case):
    """A device behind NAT: its UDP socket, and an ACS that listens for STUN."""

    user = "farol"

    def setUp(self):
        self.acs = self.world.started_with({"listen": {"stun": "127.0.0.1:{stun}"}, "connection_request": {"username": self.user}})
        self.stun = self.acs.control.stun_address
        self.udp = self.socket()

    def socket(self):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("127.0.0.1", 0))
        one.settimeout(20)
        self.addCleanup(one.close)
        return one

    def ask(self, *attributes, to=None):
        text = request(*attributes)
        self.udp.sendto(text, self.stun)
        answer, sender = (to or self.udp).recvfrom(2000)
        self.assertEqual(answer[4:20], text[4:20])
        return answer, sender

    def mapped(self, answer):
        self.assertEqual(answer[:2], BINDING)
        family, port, host = struct.unpack(">xBH4s", attributes_of(answer)[0x0001])
        self.assertEqual(family, 1)
        return socket.inet_ntoa(host), port


class Stun(Behind):
    def test_G_01_G_02_a_binding_request_is_answered_with_the_address_it_came_from(self):
        """A request of RFC 3489, with 128 random bits, gets a response with MAPPED-ADDRESS."""
        answer, _ = self.ask()
        self.assertEqual(self.mapped(answer), self.udp.getsockname())

    def test_G_03_attributes_that_need_not_be_understood_are_passed_over(self):
        """An unknown attribute from 0x8000 on changes nothing."""
        answer, _ = self.ask(struct.pack(">HH4s", 0xC0FF, 4, b"abcd"))
        self.assertEqual(self.mapped(answer), self.udp.getsockname())

    def test_G_04_G_05_the_marks_of_devices_are_understood(self):
        """CONNECTION-REQUEST-BINDING and BINDING-CHANGE are no reason to refuse."""
        for attributes in ((MARK,), (MARK, CHANGED)):
            self.assertEqual(self.mapped(self.ask(*attributes)[0]), self.udp.getsockname())

    def test_G_06_G_07_a_name_and_a_signature_are_no_hindrance(self):
        """USERNAME padded with blanks and MESSAGE-INTEGRITY are read; the answer is the same."""
        name = struct.pack(">HH4s", 0x0006, 4, b"abc ")
        answer, _ = self.ask(MARK, name, struct.pack(">HH20s", 0x0008, 20, bytes(20)))
        self.assertEqual(self.mapped(answer), self.udp.getsockname())

    def test_G_08_a_change_is_answered_or_challenged(self):
        """BINDING-CHANGE without a signature gets its answer, or 401; one with a name and a signature gets its answer."""
        answer, _ = self.ask(MARK, CHANGED)
        if answer[:2] == b"\x01\x11":
            self.assertEqual(struct.unpack(">xxBB", attributes_of(answer)[0x0009][:4]), (4, 1))
        else:
            self.assertEqual(self.mapped(answer), self.udp.getsockname())
        name = struct.pack(">HH4s", 0x0006, 4, b"abc ")
        answer, _ = self.ask(MARK, CHANGED, name, struct.pack(">HH20s", 0x0008, 20, bytes(20)))
        self.assertEqual(self.mapped(answer), self.udp.getsockname())

    def test_G_24_stun_is_answered_where_the_acs_is(self):
        """A device without a STUNServerAddress asks the host of its ACS: it is answered there, over the port that was configured."""
        self.assertEqual(self.stun[0], self.acs.target.address[0])
        self.assertEqual(self.mapped(self.ask(MARK)[0]), self.udp.getsockname())

    def test_G_26_keep_alives_cost_little(self):
        """Thousands of devices that keep their way open are each answered, and sessions go on meanwhile."""
        sockets = [self.socket() for _ in range(64)]
        for turn in range(40):
            for one in sockets:
                one.sendto(request(MARK), self.stun)
            for one in sockets:
                self.assertEqual(self.mapped(one.recv(2000)), one.getsockname())
            if turn % 20 == 0:
                self.assert_alive(self.acs)

    def test_G_10_the_answer_may_go_to_another_port_of_the_same_host(self):
        """RESPONSE-ADDRESS is honoured for the address that asked, and for no other one."""
        other = self.socket()
        port = other.getsockname()[1]
        self.ask(struct.pack(">HHxBH4s", 0x0002, 8, 1, port, socket.inet_aton("127.0.0.1")), to=other)
        answer, _ = self.ask(struct.pack(">HHxBH4s", 0x0002, 8, 1, port, socket.inet_aton("127.0.0.9")))
        self.assertTrue(answer)

    def test_G_11_a_request_to_answer_from_elsewhere_breaks_nothing(self):
        """CHANGE-REQUEST gets an answer, or a STUN error."""
        answer, _ = self.ask(struct.pack(">HHI", 0x0003, 4, 6))
        self.assertIn(answer[:2], (BINDING, b"\x01\x11"))

    def test_G_27_what_is_no_stun_gets_no_answer(self):
        """Malformed datagrams are passed over, and nothing that is sent back is longer than a few addresses."""
        for data in (b"", b"x", b"GET / HTTP/1.1\r\n\r\n", b"\0\1\0\4" + bytes(16), b"\0\1\xff\xff" + bytes(60), bytes(9000)):
            self.udp.sendto(data, self.stun)
        self.udp.settimeout(0.7)
        with self.assertRaises(TimeoutError):
            self.udp.recv(2000)
        self.udp.settimeout(20)
        self.assertLess(len(self.ask(MARK)[0]), 200)


class Called(Behind):
    def nat(self, address=None, url="", **more):
        """A device that gives this UDP address, with something to do."""
        one = self.device(world=self.acs)
        base = one.root + "ManagementServer."
        one.values[base + "ConnectionRequestURL"][0] = url
        told = [(base + "UDPConnectionRequestAddress", address if address is not None else "127.0.0.1:%d" % self.udp.getsockname()[1], "xsd:string"),
                *[(base + name, text, "xsd:boolean" if text in ("0", "1") else "xsd:string") for name, text in more.items()]]
        one.session(("4 VALUE CHANGE",), values=told)
        return one, self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])

    def next_call(self):
        """The fields of the next call; its copies are taken off the wire."""
        data, sender = self.udp.recvfrom(2000)
        self.assertEqual(sender, self.stun)
        copies = [data]
        self.udp.settimeout(1)
        try:
            while len(copies) < 3:
                copies.append(self.udp.recv(2000))
        except TimeoutError:
            pass
        self.udp.settimeout(20)
        self.assertEqual(set(copies), {data})
        found = re.match(rb"GET (http://\S+\?\S+) HTTP/1\.1\r\n", data)
        self.assertTrue(found and data.endswith(b"\r\n\r\n"), data)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(found.group(1).decode("ascii")).query)), data

    def assert_signed(self, call):
        password = self.acs.control.call_credentials[1]
        text = call["ts"] + call["id"] + call["un"] + call["cn"]
        self.assertEqual(call["sig"].lower(), hmac.new(password.encode(), text.encode(), hashlib.sha1).hexdigest())


class Calls(Called):
    def test_G_14_G_15_G_16_G_18_G_20_a_call_is_a_signed_get_from_the_stun_port(self):
        """One GET with an absolute URI in each of some equal datagrams, from the STUN port; ts in seconds, HMAC-SHA1."""
        self.nat()
        call, data = self.next_call()
        self.assertNotRegex(data.decode("ascii"), r"(?im)^content-length: [1-9]")
        self.assertLessEqual(abs(int(call["ts"]) - time.time()), 120)
        self.assertEqual(call["un"], self.user)
        self.assertRegex(call["id"], r"^[0-9]+$")
        self.assertRegex(call["sig"], r"^[0-9A-Fa-f]{40}$")
        self.assert_signed(call)

    def test_G_17_G_19_each_call_has_another_id_and_a_later_ts(self):
        """Of two calls of a device the second has a greater ts and another id."""
        one, first = self.nat()
        earlier, _ = self.next_call()
        self.acs.control.cancel(first)
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        later, _ = self.next_call()
        self.assertGreater(int(later["ts"]), int(earlier["ts"]))
        self.assertNotEqual(later["id"], earlier["id"])

    def test_G_12_the_newest_address_counts(self):
        """A new UDPConnectionRequestAddress in an Inform is where the next call goes."""
        one, handle = self.nat("127.0.0.1:9")
        self.acs.control.cancel(handle)
        base = one.root + "ManagementServer."
        one.session(("4 VALUE CHANGE",), values=[(base + "UDPConnectionRequestAddress", "127.0.0.1:%d" % self.udp.getsockname()[1], "xsd:string")])
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.assertTrue(self.next_call())

    def test_G_13_an_address_is_a_literal_with_a_port_or_none(self):
        """What is neither an address nor one with a port is not called."""
        for address in ("localhost:9", "192.0.2.66:9", "127.0.0.1:0", "127.0.0.1:99999", "x"):
            with self.subTest(address):
                _, handle = self.nat(address)
                wire.poll("it is not called", lambda h=handle: self.acs.control.outcome(h)["wake"]["code"] in ("not_allowed", "no_address"))

    def http(self):
        listener = Listener([ok])
        self.addCleanup(listener.close)
        return listener, f"http://127.0.0.1:{listener.port}/"

    def silent(self):
        """No datagram comes for a while."""
        self.udp.settimeout(2)
        with self.assertRaises(TimeoutError):
            self.udp.recv(2000)

    def test_G_25_a_device_that_is_behind_no_nat_is_called_by_tcp(self):
        """NATDetected is false, and there is a ConnectionRequestURL: a GET over TCP, and no datagram."""
        listener, url = self.http()
        _, handle = self.nat(url=url, NATDetected="0")
        wire.poll("it was called", lambda: listener.requests)
        wire.poll("the call was accepted", lambda: self.acs.control.outcome(handle)["wake"]["code"] == "accepted")
        self.silent()

    def test_C_23_a_method_that_a_device_has_not_got_is_not_used(self):
        """HTTP where there is a URL, UDP where there is only its address, nothing where there is neither; whatever else it lists."""
        listener, url = self.http()
        self.nat("", url, SupportedConnReqMethods="HTTP,XMPP")
        wire.poll("it was called", lambda: listener.requests)
        self.silent()
        self.udp.settimeout(20)
        self.nat(SupportedConnReqMethods="STUN,XMPP")
        self.assertTrue(self.next_call())
        self.assertEqual(len(listener.requests), 1)
        _, handle = self.nat("", SupportedConnReqMethods="XMPP")
        wire.poll("it is not called", lambda: self.acs.control.outcome(handle)["wake"]["code"] == "no_address")

    def test_G_22_a_call_is_heard_when_the_device_comes(self):
        """No answer by UDP is awaited: the Inform with 6 CONNECTION REQUEST is it."""
        one, handle = self.nat()
        self.next_call()
        self.assertEqual(self.acs.control.outcome(handle)["state"], "open")
        one.session(("6 CONNECTION REQUEST",))
        self.assertEqual(self.acs.control.outcome(handle)["state"], "succeeded")


class SetUp(Case):
    def test_G_23_a_device_is_set_up_for_stun(self):
        """What a device needs to know of STUN is set in its types, and NATDetected is read."""
        one, found = self.known()
        base = one.root + "ManagementServer."
        wanted = {"STUNEnable": ("1", "xsd:boolean"), "STUNServerAddress": ("192.0.2.1", "xsd:string"), "STUNServerPort": ("3478", "xsd:unsignedInt"),
                  "STUNMaximumKeepAlivePeriod": ("30", "xsd:int"), "STUNMinimumKeepAlivePeriod": ("20", "xsd:unsignedInt")}
        for name, (_, kind) in wanted.items():
            one.values[base + name] = ["0" if kind != "xsd:string" else "", kind, True]
        one.values[base + "NATDetected"] = ["1", "xsd:boolean", False]
        handle = self.queued(one, "set", values=[(base + name, text, kind.partition(":")[2]) for name, (text, kind) in wanted.items()])
        read = self.queued(one, "get", names=[base + "NATDetected"])
        sent = {name: told for message in one.session() if message.name == "SetParameterValues" for name, told in message.values().items()}
        self.assertEqual(sent, {base + name: told for name, told in wanted.items()})
        self.assertEqual([self.control.outcome(one)["state"] for one in (handle, read)], ["succeeded"] * 2)
        self.assertEqual(self.control.stored(found, base + "NATDetected")[base + "NATDetected"][0], "1")


class OddName(Called):
    """Calls of an operator whose user name has characters that a URL must not have."""

    user = "a b&c=%41"

    def test_G_21_names_are_escaped_and_signed_as_they_are(self):
        """The query is percent-encoded; the signature is over what it stands for."""
        self.nat()
        call, data = self.next_call()
        self.assertNotIn(b"a b", data)
        self.assertEqual(call["un"], self.user)
        self.assert_signed(call)

