"""The servers that these tests share, and a box that says what others were heard to say."""

import unittest

import cpe
import farol
import messages

BOOTSTRAP = ("bootstrap", farol.BOOTSTRAP)

_servers = {}


def server(name, open_door=True, settings=None):
    """The server of this name, started when it is first asked for."""
    if name not in _servers:
        _servers[name] = farol.Server(settings, open_door=open_door).start()
    return _servers[name]


def close_servers():
    while _servers:
        _servers.popitem()[1].close()


class Box(cpe.Device):
    """A device whose messages are bytes that were recorded."""

    def raw(self, headers, body=b"", line="POST / HTTP/1.1", length=True):
        """A request with just these header lines, and where it goes to and how long it is."""
        if self.socket is None:
            self.connect()
        lines = [line, f"Host: 127.0.0.1:{self.port}", *headers]
        if length:
            lines.append(f"Content-Length: {len(body)}")
        self.send_raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        answer = self.read()
        self.cookie = answer.cookie() or self.cookie
        return answer

    def reply(self, request, message, **how):
        """The recorded message as the answer to this request."""
        return self.post(messages.with_id(message, request.text_of("ID")), **how)


class Case(unittest.TestCase):
    maxDiff = None

    @property
    def server(self):
        """Devices are not asked who they are."""
        return server("open")

    @property
    def locked(self):
        """They are, by Digest, as is usual."""
        return server("locked", open_door=False)

    def box(self, of=None):
        box = Box((of or self.server).cwmp_port).connect()
        self.addCleanup(box.close)
        return box

    def informed(self, message, of=None, **how):
        """A box whose Inform was taken; (box, answer)."""
        box = self.box(of)
        answer = box.post(message, **how)
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), answer.body)
        return box, answer

    def session(self, message, of=None):
        """One without any work."""
        box, _ = self.informed(message, of)
        self.assertEqual(box.post().status, 204)
        return box

    def known(self, message, of=None):
        """The device of this Inform as the API shows it, after its first session."""
        self.session(message, of)
        device = (of or self.server).device(messages.serial_of(message))
        self.assertIsNotNone(device)
        return device

    def ask(self, message, kind, params=None):
        """(box, our request, action): what a known device is asked when somebody wants this done."""
        device = self.known(message)
        action = self.server.act(device["id"], kind, params)
        box, _ = self.informed(message)
        return box, box.post(), action

    def ended(self, action, state="succeeded"):
        found = self.server.wait_action(action["id"])
        self.assertEqual(found["state"], state, found)
        return found

    def stored(self, device):
        status, page = self.server.api("GET", f"/devices/{device['id']}/parameters?limit=1000")
        self.assertEqual(status, 200)
        return {row["name"]: row["value"] for row in page["data"]}

    def events(self, device):
        status, page = self.server.api("GET", f"/devices/{device['id']}/events")
        self.assertEqual(status, 200)
        return [(row["code"], row["command_key"]) for row in page["data"]]
