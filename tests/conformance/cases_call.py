"""Part C: the connection request (TR-069 3.2.2): the ACS calls, and the device listens."""

import hashlib
import re
import socket
import threading

from suite import Case, waits
import wire


class Listener:
    """The device's side of a connection request. script: for each request that comes, a function of (self, text) that
    returns the bytes of the answer; the last one serves all further ones."""

    def __init__(self, script, close_after=False):
        self.script, self.close_after = list(script), close_after
        self.requests, self.connections = [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.socket.close()

    def _serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer):
        buffer = b""
        with peer:
            peer.settimeout(20)
            while True:
                try:
                    piece = peer.recv(65536)
                except OSError:
                    return
                if not piece:
                    return
                buffer += piece
                while b"\r\n\r\n" in buffer:
                    head, buffer = buffer.split(b"\r\n\r\n", 1)
                    self.requests.append(head.decode("latin-1"))
                    answer = self.script[min(len(self.requests), len(self.script)) - 1]
                    answer = answer(self, self.requests[-1]) if callable(answer) else answer
                    if answer is None:
                        return
                    peer.sendall(answer)
                    if self.close_after:
                        return


def ok(_listener, _text):
    return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def status(line, headers=b"", body=b""):
    return b"HTTP/1.1 " + line + b"\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def challenge(fields='realm="cpe", nonce="{nonce}", qop="auth", algorithm=MD5'):
    def answer(listener, _text):
        return status(b"401 Unauthorized", b"WWW-Authenticate: Digest " + fields.format(nonce=listener.nonce).encode() + b"\r\n")
    return answer


def given(text):
    """The Digest fields of a request, or None."""
    found = re.search(r"^authorization:\s*(Digest .*)$", text, re.I | re.M)
    return wire.parse_challenge(found.group(1).strip()) if found else None


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def expected(fields, target, user, password):
    """The response that the fields must hold."""
    first = md5(f"{user}:{fields['realm']}:{password}")
    if fields.get("algorithm", "").lower() == "md5-sess":
        first = md5(f"{first}:{fields['nonce']}:{fields['cnonce']}")
    second = md5(f"GET:{target}")
    if "qop" in fields:
        return md5(f"{first}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:{fields['qop']}:{second}")
    return md5(f"{first}:{fields['nonce']}:{second}")


class Calls(Case):
    def called(self, script, path="/cr", close_after=False, host=None):
        """A device whose URL leads to the listener, with an operation queued: (listener, device, handle)."""
        if self.control.call_credentials is None:
            self.skipTest("needs the name and password with which the ACS calls devices, and leave to call loopback")
        listener = Listener(script, close_after)
        self.addCleanup(listener.close)
        one, _ = self.known()
        one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = f"http://{host or '127.0.0.1'}:{listener.port}{path}"
        one.session(("4 VALUE CHANGE",))
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        return listener, one, handle

    def calls(self, listener, count=1, seconds=20):
        return wire.poll(f"{count} requests have come", lambda: listener.requests[:count] if len(listener.requests) >= count else None, seconds)

    def assert_verified(self, text, path="/cr"):
        fields = given(text)
        self.assertIsNotNone(fields, text)
        user, password = self.control.call_credentials
        self.assertEqual(fields["username"], user)
        self.assertEqual(fields["uri"], path)
        self.assertEqual(fields["response"], expected(fields, path, user, password))
        return fields

    def test_C_01_C_02_C_03_a_call_is_a_plain_get_of_the_url_as_given(self):
        """GET with the path and query of the ConnectionRequestURL, its host and port, and no body."""
        listener, _, _ = self.called([ok], "/a/b?c=d&e=%20f")
        text = self.calls(listener)[0]
        self.assertTrue(text.startswith("GET /a/b?c=d&e=%20f HTTP/1.1\r\n"), text)
        self.assertRegex(text, rf"(?im)^host: 127\.0\.0\.1:{listener.port}\s*$")
        self.assertNotRegex(text, r"(?im)^(transfer-encoding|content-type|content-length: [1-9])")

    def test_C_04_C_05_C_06_a_challenge_is_answered_by_digest(self):
        """The answer is computed over the target as on the request line; what was offered is echoed, and no more."""
        cases = ('realm="cpe", nonce="{nonce}", qop="auth", algorithm=MD5', 'realm="cpe", nonce="{nonce}"',
                 'realm="cpe", nonce="{nonce}", qop="auth", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
                 'realm="cpe", nonce="{nonce}", qop="auth,auth-int"', 'realm="cpe", nonce="{nonce}", algorithm=MD5, domain="/"')
        for fields in cases:
            with self.subTest(fields):
                listener, _, _ = self.called([challenge(fields), ok], "/x/y/z?n=1;m=2")
                got = self.assert_verified(self.calls(listener, 2)[1], "/x/y/z?n=1;m=2")
                self.assertEqual("qop" in got, "qop=" in fields)
                self.assertEqual("cnonce" in got and "nc" in got, "qop=" in fields)
                self.assertEqual(got.get("opaque"), "5ccc069c403ebaf9f0171e9517f40e41" if "opaque" in fields else None)
                self.assertNotEqual(got.get("qop"), "auth-int")

    def test_C_07_basic_is_not_answered(self):
        """A device that offers only Basic does not get the password."""
        listener, _, _ = self.called([lambda _l, _t: status(b"401 Unauthorized", b'WWW-Authenticate: Basic realm="cpe"\r\n'), ok])
        self.calls(listener)
        _, outcome = None, None
        for text in listener.requests:
            self.assertNotRegex(text, r"(?im)^authorization: *basic")

    def test_C_08_200_and_204_mean_accepted(self):
        """Both are a yes, with a body or without."""
        for answer in (ok, lambda _l, _t: b"HTTP/1.1 204 No Content\r\n\r\n", lambda _l, _t: status(b"200 OK", body=b"hello")):
            listener, _, handle = self.called([answer])
            self.calls(listener)
            wire.poll("the call was accepted", lambda h=handle: self.control.outcome(h)["wake"]["code"] == "accepted")

    def test_C_09_busy_is_not_unreachable(self):
        """503 means that the device is busy; it is not called again at once."""
        listener, _, handle = self.called([lambda _l, _t: status(b"503 Service Unavailable")])
        self.calls(listener)
        wire.poll("it counts as busy", lambda: self.control.outcome(handle)["wake"]["code"] == "busy")
        self.assertLessEqual(len(listener.requests), 2)

    def test_C_10_wrong_credentials_are_not_tried_again_and_again(self):
        """A second 401 ends the call."""
        listener, _, handle = self.called([challenge()])
        self.calls(listener, 2)
        wire.poll("it counts as denied", lambda: self.control.outcome(handle)["wake"]["code"] == "denied")
        self.assertEqual(len(listener.requests), 2)

    def test_C_11_C_12_a_yes_is_no_session(self):
        """The operation is open until the device has come and done it."""
        listener, one, handle = self.called([ok])
        self.calls(listener)
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.session(("6 CONNECTION REQUEST",))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    @waits(3)
    def test_C_13_many_operations_are_one_call(self):
        """What is queued while a call is under way does not make further calls."""
        listener, one, _ = self.called([ok])
        for _ in range(9):
            self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.calls(listener)
        wire.poll("time has passed", threading.Event().wait(2) or (lambda: True))
        self.assertLessEqual(len(listener.requests), 2)
        self.assertEqual(len(one.session(("6 CONNECTION REQUEST",))), 10)

    def test_C_14_any_session_carries_the_work(self):
        """The device may come for another reason: the work is done all the same."""
        listener, one, handle = self.called([ok])
        self.calls(listener)
        one.session(("2 PERIODIC",))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_C_17_without_a_url_nobody_is_called(self):
        """An empty ConnectionRequestURL: the work waits for the device's own contact."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.session()
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_C_20_only_a_devices_own_address_is_called(self):
        """A URL outside the networks of devices, one by name or one that is no http is not called."""
        listener = Listener([ok])
        self.addCleanup(listener.close)
        for url in (f"http://localhost:{listener.port}/", f"https://127.0.0.1:{listener.port}/", f"http://10.255.255.1:{listener.port}/",
                    f"ftp://127.0.0.1:{listener.port}/", f"http://user:pw@127.0.0.1.evil.example:{listener.port}/"):
            with self.subTest(url):
                one, _ = self.known()
                one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = url
                one.session(("4 VALUE CHANGE",))
                handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
                wire.poll("it is not called", lambda h=handle: self.control.outcome(h)["wake"]["code"] not in (None, "accepted"))
        self.assertEqual(listener.requests, [])

    def test_C_20_a_redirect_is_not_followed(self):
        """A 302 does not lead the ACS anywhere else."""
        other = Listener([ok])
        self.addCleanup(other.close)
        listener, _, _ = self.called([lambda _l, _t: status(b"302 Found", b"Location: http://127.0.0.1:%d/\r\n" % other.port)])
        self.calls(listener)
        self.assertEqual(other.requests, [])

    def test_C_21_a_device_that_closes_after_its_challenge_is_called_again(self):
        """The challenge may be answered on a new connection."""
        listener, _, handle = self.called([challenge(), ok], close_after=True)
        self.assert_verified(self.calls(listener, 2)[1])
        wire.poll("the call was accepted", lambda: self.control.outcome(handle)["wake"]["code"] == "accepted")

    def test_C_22_sloppy_answers_are_understood(self):
        """HTTP/1.0, no Content-Length, a scheme in small letters, LF alone, spaces for commas."""
        def old(listener, _text):
            return (b"HTTP/1.0 401 Unauthorized\nWWW-Authenticate: digest qop=\"auth\" nonce=\"" + listener.nonce.encode()
                    + b"\" realm=\"cwmpd\"\n\n")
        listener, _, handle = self.called([old, b"HTTP/1.0 200 OK\r\n\r\n"], close_after=True)
        self.assert_verified(self.calls(listener, 2)[1])
        wire.poll("the call was accepted", lambda: self.control.outcome(handle)["wake"]["code"] == "accepted")

    @waits(8)
    def test_C_25_a_device_in_session_is_not_called(self):
        """Work that comes while the device is here is done in that session, and brings no call; when it has left it is called."""
        for new in (False, True):
            with self.subTest(new):
                listener = Listener([ok])
                self.addCleanup(listener.close)
                one, _ = self.known()
                one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = f"http://127.0.0.1:{listener.port}/cr"
                one.inform(("4 VALUE CHANGE",))
                handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
                threading.Event().wait(1)
                self.assertEqual([request.name for request in one.serve(one.empty(new=new))], ["GetParameterValues"])
                self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
                threading.Event().wait(2.5)
                self.assertEqual(listener.requests, [])
                self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
                self.calls(listener)

    @waits(15)
    def test_C_24_a_call_that_was_lost_is_tried_again(self):
        """A connection that is dropped without an answer is tried again after a while."""
        listener, _, _ = self.called([None, ok])
        self.calls(listener, 2, 40)

    @waits(36)
    def test_I_25_a_device_that_was_called_and_did_not_come_is_called_again(self):
        """A device does not repeat 6 CONNECTION REQUEST: the ACS repeats the call."""
        listener, _, _ = self.called([ok])
        self.calls(listener, 2, 90)

    def test_C_15_an_offline_device_is_called_at_once(self):
        """Work for a device that is not here makes the ACS call it without waiting for its next contact."""
        listener, _, _ = self.called([ok])
        self.assertTrue(self.calls(listener, 1, 10))
