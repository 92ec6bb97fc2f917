"""Addresses of files as capabilities: through what stands in front, and 20,000 that are none of ours or not any more."""

import http.client
import http.server
import os
import random
import threading
import unittest
import urllib.parse

import farol
from test_files import MIB, Files as FilesCase, fetch


class Front:
    """A proxy as small as can be: it hands paths on as they come, and says whose they are."""

    def __init__(self, origin_port):
        self.client = "127.0.0.1"  # whom it speaks for
        self.asked = []
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                front.asked.append(self.path)
                origin = http.client.HTTPConnection("127.0.0.1", origin_port, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name.lower() in ("range", "if-range", "authorization")}
                if front.client is not None:
                    headers["X-Forwarded-For"] = front.client
                origin.request(self.command, self.path, headers=headers)
                answer = origin.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "date", "server"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                origin.close()

            do_GET = do_HEAD = forward

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def changed(url):
    """The proof's last digit is another one."""
    base, name = url.rsplit("/", 1)
    return f"{base[:-1]}{'0' if base[-1] != '0' else '1'}/{name}"


class BehindAFront(FilesCase):
    @classmethod
    def prepare(cls):
        cls.front = Front(cls.port)
        cls.server.settings["files"].update(external_url=cls.front.url, same_address="1", link_time="1h")
        cls.server.settings["devices"]["trusted_proxies"] = "127.0.0.1/32"

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.front.close()

    def setUp(self):
        self.front.client = "127.0.0.1"  # where the sessions of all boxes come from

    def test_devices_fetch_through_it(self):
        content = os.urandom(3 * MIB)
        _, url = self.install(self.box(), content, version="2.0")
        self.assertTrue(url.startswith(self.front.url + "/f/"), url)
        status, headers, body = fetch(url)
        self.assertEqual((status, body == content), (200, True))
        self.assertEqual(headers["Cache-Control"], "private")
        self.assertEqual(self.front.asked[-1], urllib.parse.urlsplit(url).path)
        status, part, body = fetch(url, headers={"Range": "bytes=1000000-", "If-Range": headers["ETag"]})
        self.assertEqual((status, part["Content-Range"]), (206, f"bytes 1000000-{len(content) - 1}/{len(content)}"))
        self.assertEqual(body, content[1_000_000:])
        status, headers, body = fetch(url, "HEAD")
        self.assertEqual((status, int(headers["Content-Length"]), body), (200, len(content), b""))

    def test_an_address_is_its_devices_alone(self):
        """The capability of A from B, and from who does not say who he is; as the proxy says it, not as the device does."""
        box = self.box()
        _, url = self.install(box, b"of the first", version="2.0")
        for client, status in (("192.0.2.7", 404), ("127.0.0.1, 192.0.2.7", 404), ("nonsense", 200), (None, 200), ("192.0.2.7, 127.0.0.1", 200)):
            self.front.client = client
            self.assertEqual(fetch(url)[0], status, client)
        self.server.sql(f"UPDATE device SET source_address = '192.0.2.7' WHERE serial = '{box.serial}'")
        for client, status in (("192.0.2.7", 200), ("127.0.0.1", 404), (None, 404), ("nonsense", 404)):
            self.front.client = client
            self.assertEqual(fetch(url)[0], status, client)
        self.assertEqual(fetch(changed(url))[0], 404)

    def test_it_ends_with_its_action(self):
        _, first = self.install(self.box(), b"of the first", version="2.0")
        action, second = self.install(self.box(), b"of the second", version="2.0")
        self.assertEqual(fetch(second)[2], b"of the second")
        self.server.sql(f"UPDATE action SET expires_at = now() WHERE id = '{action}'")
        self.server.wait_action(action)
        self.assertEqual(fetch(second)[0], 404)
        self.assertEqual(fetch(first)[2], b"of the first")

    def test_what_devices_send_does_not_go_there(self):
        box = self.box()
        self.server.act(box.id, "config.backup")
        box.informs("6 CONNECTION REQUEST")
        url = box.asked("Upload").text_of("URL")
        self.assertTrue(url.startswith(f"http://127.0.0.1:{self.port}/u/"), url)
        box.device.close()

    def test_who_looks_on_the_cwmp_port_is_shown_the_way(self):
        _, url = self.install(self.box(), b"there", version="2.0")
        path = urllib.parse.urlsplit(url).path
        status, headers, _ = fetch(f"http://127.0.0.1:{self.server.cwmp_port}{path}")
        self.assertEqual((status, headers["Location"]), (307, url))


DOTS = ("..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "....", "..;", "%u002e%u002e", "\\..", "..%5c")
SLASHES = ("/", "//", "%2f", "%5c", "\\", "/./", "%252f", "%c0%af")
TARGETS = ("key", "etc/passwd", "incoming", "pending", "damaged", "proc/self/environ", "proc/self/mem", "acsd.conf", "keys")


class Hostile(FilesCase):
    settings = {"link_time": "1h"}
    count_wanted = 20_000

    def served(self):
        text = self.server.get_raw("/metrics")[1].decode()
        return sum(float(line.split()[1]) for line in text.splitlines() if line.startswith(("acs_files_served_bytes_total", "acs_speed_sent_bytes_total")))

    @staticmethod
    def traversal(rng, sha256):
        dots, slash = rng.choice(DOTS), rng.choice(SLASHES)
        target = rng.choice((*TARGETS, sha256, f"{sha256[:2]}/{sha256}"))
        return rng.choice(("/", "/f/", "/F/", "/u/", "/s/", "/f//", "/files/", "/static/", "")) + (dots + slash) * rng.randrange(9) + target

    @staticmethod
    def enumeration(rng, tickets):
        """A ticket with something of it changed, or put together from two."""
        action, expiry, proof = rng.choice(tickets)
        other = rng.choice(tickets)
        kind = rng.choice("fFuUsS")
        way = rng.randrange(7)
        if way == 0:
            at = rng.randrange(64)
            proof = proof[:at] + rng.choice([digit for digit in "0123456789abcdef" if digit != proof[at]]) + proof[at + 1:]
        elif way == 1:
            at = rng.randrange(4, 26)
            action = action[:at] + rng.choice([letter for letter in "0123456789abcdefghjkmnpqrstvwxyz" if letter != action[at]]) + action[at + 1:]
        elif way == 2:
            expiry = f"{int(expiry, 16) + rng.randrange(1, 2 ** 28):08x}"[-8:]
        elif way == 3:
            proof = "".join(rng.choices("0123456789abcdef", k=64))
        elif way == 4:
            action, proof = other[0], proof if other[0] != action else proof[::-1]
        elif way == 5:
            proof, kind = proof[:rng.randrange(64)], "f"
        else:
            kind = rng.choice("FuUsS")  # another right than the one it is of
        return f"/{kind}/{action}.{expiry}.{proof}" + rng.choice(("", "/fw.bin", "/..", "/1000000", "?x=1"))

    def ask_all(self, paths, method):
        """{status: how often}, and all bytes of bodies, over connections that go on."""
        statuses, bodies = {}, 0
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for path in paths:
            try:
                connection.putrequest(method, path, skip_accept_encoding=True)
                if method != "GET":
                    connection.putheader("Content-Length", "0")
                connection.endheaders()
                answer = connection.getresponse()
                body = answer.read()
            except http.client.HTTPException:
                connection.close()
                raise
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            bodies += len(body) if answer.status in (200, 206) else 0
        connection.close()
        return statuses, bodies

    def test_20000_addresses_of_nobody(self):
        contents = [os.urandom(1000) for _ in range(4)]
        urls = [self.install(self.box(), content, version="2.0")[1] for content in contents]
        self.assertEqual([fetch(url)[2] for url in urls], contents)
        tickets = [urllib.parse.urlsplit(url).path.split("/")[2].split(".") for url in urls]
        sha256 = farol.psql("SELECT encode(sha256, 'hex') FROM file LIMIT 1", self.server.database)
        rng = random.Random(20260829)
        good = {f"/f/{'.'.join(ticket)}" for ticket in tickets}
        paths = []
        while len(paths) < self.count_wanted:
            path = self.traversal(rng, sha256) if len(paths) % 2 == 0 else self.enumeration(rng, tickets)
            if not any(path.startswith(address) for address in good):
                paths.append(path if path.startswith("/") else "/" + path)
        before = self.served()
        statuses, bodies = self.ask_all(paths, "GET")
        for method in ("PUT", "POST", "DELETE", "OPTIONS"):
            more, of_them = self.ask_all(paths[:500], method)
            bodies += of_them
            for status, count in more.items():
                statuses[status] = statuses.get(status, 0) + count
        print(f"{len(paths)} addresses, {sum(statuses.values())} requests: {bodies} bytes of files, answers {statuses}", flush=True)
        self.assertEqual((bodies, self.served() - before), (0, 0))
        self.assertLessEqual(set(statuses), {400, 404})
        self.assertEqual([fetch(url)[2] for url in urls], contents)  # and the good ones still are


if __name__ == "__main__":
    unittest.main()
