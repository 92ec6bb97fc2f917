"""Firmware, configurations and logs: over the wire, with a device written out by hand that may lie."""

import hashlib
import http.client
import json
import os
import pathlib
import socket
import subprocess
import time
import unittest
import urllib.parse

import cpe
import farol

MIB = 1024 * 1024


def fetch(url, method="GET", headers=None, body=None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def transfer_complete(key, fault=0, started="2026-01-02T03:04:05Z", text=""):
    return cpe.envelope(
        f"<cwmp:TransferComplete><CommandKey>{key}</CommandKey><FaultStruct><FaultCode>{fault}</FaultCode>"
        f"<FaultString>{text}</FaultString></FaultStruct><StartTime>{started}</StartTime>"
        "<CompleteTime>2026-01-02T03:05:05Z</CompleteTime></cwmp:TransferComplete>", "tc")


def response(method, message_id, status):
    return cpe.envelope(f"<cwmp:{method}Response><Status>{status}</Status><StartTime>0001-01-01T00:00:00Z</StartTime>"
                        f"<CompleteTime>0001-01-01T00:00:00Z</CompleteTime></cwmp:{method}Response>", message_id)


class Box:
    """A device with one connection and a software version."""

    def __init__(self, server, serial, version="1.0"):
        self.server, self.serial, self.version = server, serial, version
        self.device = cpe.Device(server.cwmp_port)
        self.informs()
        self.leaves()
        self.id = server.device(serial)["id"]

    def informs(self, *events, uptime=1000):
        """A session begins, and it is the server's turn after what the caller says next."""
        message = cpe.inform(self.serial, events or ("2 PERIODIC",), uptime=uptime).replace(b"3.0.21", self.version.encode())
        answer = self.device.post(message, new_connection=True, use_cookie=False)
        assert answer.method() == "InformResponse", answer.body

    def leaves(self):
        """Until there is nothing more; other requests than the expected ones are answered by a Fault."""
        answer = self.device.post()
        while answer.status == 200:
            answer = self.answers_methods(answer)
        assert answer.status == 204, answer.status
        self.device.close()

    def answers_methods(self, answer):
        names = "".join(f"<string>{name}</string>" for name in ("GetRPCMethods", "Download", "Upload", "Reboot"))
        assert answer.method() == "GetRPCMethods", answer.body
        return self.device.post(cpe.envelope(
            '<cwmp:GetRPCMethodsResponse><MethodList SOAP-ENC:arrayType="xsd:string[4]">' + names +
            "</MethodList></cwmp:GetRPCMethodsResponse>", answer.text_of("ID")))

    def asked(self, method):
        """The server's request of this method; a question for methods before it is answered."""
        answer = self.device.post()
        if answer.method() == "GetRPCMethods":
            answer = self.answers_methods(answer)
        assert answer.method() == method, (answer.status, answer.body)
        return answer

    def says(self, message):
        return self.device.post(message)


class Files(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{cls.port}"}})
        cls.directory = cls.server.directory / "files"
        cls.server.settings["files"] = {"directory": str(cls.directory), "url": f"http://127.0.0.1:{cls.port}", "keep_free": "0",
                                        "upload_max": "1MiB", "device_quota": "2MiB", **cls.settings}
        cls.prepare()
        cls.server.start()
        cls.count = 0

    @classmethod
    def prepare(cls):
        """Before the server starts."""

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def box(self, **options):
        Files.count = getattr(Files, "count", 0) + 1
        return Box(self.server, f"FILES{Files.count:03}", **options)

    def add(self, content, kind="firmware", **query):
        target = f"/api/v1/files?name=fw.bin&kind={kind}" + "".join(f"&{name}={value}" for name, value in query.items())
        status, _, body = fetch(f"http://127.0.0.1:{self.server.api_port}{target}", "POST", {
            "Authorization": f"Bearer {self.server.token}", "Content-Type": "application/octet-stream"}, content)
        self.assertIn(status, (200, 201), body)
        return json.loads(body)

    def asked_to_install(self, box, content, **query):
        """The action, and the Download that came for it."""
        action = self.server.act(box.id, "firmware.install", {"file": self.add(content, **query)["id"]})
        box.informs("6 CONNECTION REQUEST")
        return action, box.asked("Download")

    def install(self, box, content, **query):
        """Its id, and the address; the Download was answered by Status 1."""
        action, request = self.asked_to_install(box, content, **query)
        self.assertEqual(request.text_of("CommandKey"), action["id"])
        self.assertEqual(request.text_of("FileSize"), str(len(content)))
        self.assertEqual(request.text_of("FileType"), "1 Firmware Upgrade Image")
        self.assertEqual(box.says(response("Download", request.text_of("ID"), 1)).status, 204)
        return action["id"], request.text_of("URL")


class Downloads(Files):
    def test_a_firmware_of_20_mb_over_a_crash_of_the_server(self):
        box, content = self.box(), os.urandom(20 * MIB)
        action, url = self.install(box, content, version="2.0", product_class="E2E")
        self.assertLessEqual(len(url), 256)
        status, headers, first = fetch(url, headers={"Range": "bytes=0-7999999"})
        self.assertEqual((status, len(first), headers["Content-Range"]), (206, 8_000_000, f"bytes 0-7999999/{len(content)}"))
        self.server.kill()
        self.server.start()
        status, _, rest = fetch(url, headers={"Range": "bytes=8000000-", "If-Range": headers["ETag"]})
        self.assertEqual((status, first + rest == content), (206, True))
        self.server.kill()
        self.server.start()
        box.version = "2.0"
        box.informs("1 BOOT", "7 TRANSFER COMPLETE", ("M Download", action), uptime=20)
        self.assertEqual(self.server.action(action)["state"], "verifying")
        self.assertEqual(box.says(transfer_complete(action)).method(), "TransferCompleteResponse")
        self.assertEqual(box.says(transfer_complete(action)).method(), "TransferCompleteResponse")
        box.leaves()
        ended = self.server.action(action)
        self.assertEqual((ended["state"], ended["evidence"]["version"], ended["evidence"]["version_before"]), ("succeeded", "2.0", "1.0"))
        self.assertEqual(self.server.sql(f"SELECT copies FROM transfer_report WHERE action_id = '{action}'"), "2")
        self.assertEqual(fetch(url)[0], 404)  # it has ended, and so has its address

    def test_a_device_that_lies_is_found_out(self):
        box = self.box()
        action, _ = self.install(box, os.urandom(1000), version="2.0")
        box.informs("1 BOOT", "7 TRANSFER COMPLETE", ("M Download", action), uptime=20)
        box.says(transfer_complete(action))
        box.leaves()
        ended = self.server.action(action)
        self.assertEqual((ended["state"], ended["failure"]["code"]), ("failed", "version_wrong"))

    def test_a_fault_is_told_in_words(self):
        box = self.box()
        action, _ = self.install(box, os.urandom(1000), version="2.0")
        box.informs("7 TRANSFER COMPLETE", ("M Download", action))
        box.says(transfer_complete(action, 9018, text="bad signature"))
        box.leaves()
        failure = self.server.action(action)["failure"]
        self.assertEqual((failure["code"], failure["cwmp_fault"]), ("transfer_failed", 9018))
        self.assertIn("damaged, or not for this device", failure["detail"])
        self.assertIn("bad signature", failure["detail"])

    def test_a_lost_key_and_keys_that_nobody_knows(self):
        box = self.box()
        action, _ = self.install(box, os.urandom(1000), version="2.0")
        box.version = "2.0"
        box.informs("1 BOOT", "7 TRANSFER COMPLETE", uptime=20)
        self.assertEqual(box.says(transfer_complete("of-another-server")).method(), "TransferCompleteResponse")
        self.assertEqual(self.server.action(action)["state"], "verifying")
        self.assertEqual(box.says(transfer_complete("", started="2026-02-02T02:02:02Z")).method(), "TransferCompleteResponse")
        box.leaves()
        self.assertEqual(self.server.action(action)["state"], "succeeded")
        self.assertEqual(self.server.sql("SELECT count(*) FROM transfer_report WHERE action_id IS NULL"), "1")

    def test_weeks_later_it_still_finds_its_action(self):
        box = self.box()
        action, _ = self.install(box, os.urandom(1000), version="2.0")
        self.server.sql(f"UPDATE action SET expires_at = now() WHERE id = '{action}'")
        ended = self.server.wait_action(action)
        self.assertEqual((ended["state"], ended["failure"]["code"]), ("failed", "outcome_unknown"))
        box.informs("7 TRANSFER COMPLETE", ("M Download", action))
        self.assertEqual(box.says(transfer_complete(action)).method(), "TransferCompleteResponse")
        box.leaves()
        late = self.server.action(action)
        self.assertEqual((late["state"], late["evidence"]["transfer_complete"]["late"]), ("failed", True))

    def test_a_reset_takes_it_along(self):
        box = self.box()
        action, _ = self.install(box, os.urandom(1000), version="2.0")
        box.informs("0 BOOTSTRAP", "1 BOOT", uptime=20)
        box.leaves()
        self.assertEqual(self.server.action(action)["failure"]["code"], "device_reset")

    def test_a_file_is_only_given_to_its_model(self):
        box = self.box()
        file = self.add(os.urandom(100), product_class="OTHER")["id"]
        status, problem = self.server.api("POST", f"/devices/{box.id}/actions", {"type": "firmware.install", "params": {"file": file}})
        self.assertEqual((status, problem["code"]), (409, "file_unfit"))
        log = self.add(os.urandom(100), kind="log")["id"]
        status, problem = self.server.api("POST", f"/devices/{box.id}/actions", {"type": "firmware.install", "params": {"file": log}})
        self.assertEqual((status, problem["code"]), (409, "file_unfit"))
        status, problem = self.server.api("POST", f"/devices/{box.id}/actions",
                                          {"type": "firmware.install", "params": {"file": "fil_0000000000000000000000"}})
        self.assertEqual((status, problem["errors"][0]["pointer"]), (422, "/params/file"))

    def test_addresses_give_nothing_else(self):
        action, url = self.install(self.box(), b"firmware of the first", version="2.0")
        other, other_url = self.install(self.box(), b"firmware of the second", version="2.0")
        self.assertEqual(fetch(url)[2], b"firmware of the first")
        self.assertEqual(fetch(other_url)[2], b"firmware of the second")
        ticket = urllib.parse.urlsplit(url).path.split("/")[2]
        proof = ticket.split(".")[2]
        base = f"http://127.0.0.1:{self.port}"
        for path in ("/", "/f/", "/key", "/f/../key", "/f/%2e%2e/key", "/f//etc/passwd", f"/u/{ticket}", f"/f/{ticket[:-1]}",
                     f"/f/{ticket[:-1]}{'0' if ticket[-1] != '0' else '1'}", f"/f/{other}.{ticket.split('.')[1]}.{proof}",
                     f"/f/{action}.ffffffff.{proof}", "/f/" + "a" * 200):
            status, _, body = fetch(base + path)
            self.assertEqual((status, body), (404, b""), path)
        self.assertEqual(fetch(url, "PUT", body=b"x")[0], 404)
        self.assertEqual(fetch(url, "DELETE")[0], 404)

    def test_what_http_offers(self):
        content = b"0123456789" * 100
        _, url = self.install(self.box(), content, version="2.0")
        status, headers, body = fetch(url, "HEAD")
        self.assertEqual((status, headers["Content-Length"], headers["Accept-Ranges"], body), (200, "1000", "bytes", b""))
        self.assertEqual(fetch(url, headers={"Range": "bytes=-5"})[2], b"56789")
        self.assertEqual(fetch(url, headers={"Range": "bytes=2-4"})[2], b"234")
        status, headers, _ = fetch(url, headers={"Range": "bytes=1000-"})
        self.assertEqual((status, headers["Content-Range"]), (416, "bytes */1000"))
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        sockets = set()
        for _ in range(3):  # on one connection
            connection.request("GET", parts.path)
            self.assertEqual(connection.getresponse().read(), content)
            sockets.add(connection.sock.getsockname())
        self.assertEqual(len(sockets), 1)
        connection.close()

    def served(self, action):
        return int(self.server.sql(f"SELECT served FROM transfer_use WHERE action_id = '{action}'"))

    def settled(self, action):
        """What was served, once the server has noticed that nobody reads any more."""
        before, now = None, self.served(action)
        while before != now:
            time.sleep(1)
            before, now = now, self.served(action)
        return now

    def test_a_budget_is_used_up_but_not_by_what_broke_off(self):
        content = os.urandom(16 * MIB)  # several times what the kernel takes for a client that does not read
        action, url = self.install(self.box(), content, version="2.0")
        parts = urllib.parse.urlsplit(url)
        for number in range(1, 7):  # more than the budget, if all of it had counted
            with socket.create_connection((parts.hostname, parts.port), timeout=30) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                sock.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 200"))
            farol.wait_for("what broke off is given back", lambda: self.served(action) < number * len(content) // 2)
        served = self.settled(action)
        whole = 0
        while fetch(url)[0] == 200:
            whole += 1
        self.assertEqual(whole, (4 * len(content) - served) // len(content))
        self.assertGreaterEqual(whole, 1)
        self.assertEqual(fetch(url, headers={"Range": f"bytes=0-{len(content) - 1}"})[0], 404)

    def test_a_device_that_looks_on_the_cwmp_port_is_shown_the_way(self):
        box = self.box()
        action = self.server.act(box.id, "firmware.install", {"file": self.add(b"here", version="2.0")["id"]})
        box.informs("6 CONNECTION REQUEST")
        request = box.asked("Download")
        path = urllib.parse.urlsplit(request.text_of("URL")).path
        box.device.send_raw(f"GET {path} HTTP/1.1\r\nHost: acs\r\n\r\n".encode())
        redirect = box.device.read()
        self.assertEqual((redirect.status, redirect.header("Location")), (307, request.text_of("URL")))
        self.assertEqual(fetch(redirect.header("Location"))[2], b"here")
        answer = box.says(response("Download", request.text_of("ID"), 1))  # the session goes on, on that connection
        self.assertEqual(answer.status, 204)
        self.assertEqual(self.server.action(action["id"])["state"], "verifying")

    def test_damaged_content_is_never_given_out(self):
        content = os.urandom(5000)
        _, url = self.install(self.box(), content, version="2.0")
        digest = hashlib.sha256(content).hexdigest()
        place = pathlib.Path(self.directory) / digest[:2] / digest
        place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        self.assertEqual(fetch(url)[0], 404)
        self.assertIn("damaged", self.server.log())
        self.assertNotIn(b"acs_files_damaged_total 0", self.server.get_raw("/metrics")[1])
        self.add(content, version="2.0")
        self.assertEqual(fetch(url)[2], content)

    def test_a_scrubber_finds_what_nobody_asks_for(self):
        content = os.urandom(500)
        digest = hashlib.sha256(content).hexdigest()
        file = self.add(content)["id"]
        place = pathlib.Path(self.directory) / digest[:2] / digest
        place.write_bytes(content[:-1])
        self.server.sql(f"UPDATE file SET checked_at = '2000-01-01' WHERE id = '{file}'")
        farol.wait_for("the damage is found", lambda: self.server.api("GET", f"/files/{file}")[1]["damaged"])
        self.assertFalse(place.exists())
        self.assertTrue((self.directory / "damaged" / digest).exists())

    def test_the_content_of_a_deleted_file_goes(self):
        content = os.urandom(500)
        digest = hashlib.sha256(content).hexdigest()
        place = pathlib.Path(self.directory) / digest[:2] / digest
        file = self.add(content)["id"]
        self.assertTrue(place.exists())
        self.assertEqual(self.server.api("DELETE", f"/files/{file}")[0], 204)
        farol.wait_for("the content is removed", lambda: not place.exists())


class CommandLine(Files):
    def acsctl(self, *arguments, code=0):
        run = subprocess.run([farol.ACSCTL, *arguments], capture_output=True, timeout=120, check=False, env={
            **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stdout

    def test_files_from_the_command_line(self):
        content = os.urandom(3 * MIB)
        path = self.server.directory / "fw 1.bin"
        path.write_bytes(content)
        self.acsctl("files", "add", str(path), code=2)
        self.acsctl("files", "add", str(self.server.directory), "--kind=firmware", code=2)
        file = self.acsctl("files", "add", str(path), "--kind=firmware", "--name=fw-1.bin", "--version=9", "--model=E2E",
                           "-o", "name").decode().strip()
        self.assertEqual(json.loads(self.acsctl("files", "show", file, "-o", "json"))["size"], len(content))
        self.assertIn(b"fw-1.bin", self.acsctl("files", "list", "--kind=firmware"))
        self.assertEqual(self.acsctl("files", "get", file), content)
        box = self.box()
        action = json.loads(self.acsctl("firmware", "install", box.serial, file, "-o", "json"))
        self.assertEqual((action["type"], action["params"]["version"]), ("firmware.install", "9"))
        self.acsctl("files", "delete", file, code=5)
        self.acsctl("actions", "cancel", action["id"])
        self.acsctl("files", "delete", file)
        self.acsctl("files", "show", file, code=3)


class Expiry(Files):
    settings = {"link_time": "1s"}

    def test_an_address_expires(self):
        _, url = self.install(self.box(), b"soon gone", version="2.0")
        self.assertEqual(fetch(url)[0], 200)
        farol.wait_for("the address has expired", lambda: fetch(url)[0] == 404)


class Uploads(Files):
    def ask(self, box, kind="config.backup"):
        action = self.server.act(box.id, kind)["id"]
        box.informs("6 CONNECTION REQUEST")
        request = box.asked("Upload")
        self.assertEqual(request.text_of("CommandKey"), action)
        self.assertEqual(box.says(response("Upload", request.text_of("ID"), 1)).status, 204)
        return action, request.text_of("URL")

    def content(self, file):
        return fetch(f"http://127.0.0.1:{self.server.api_port}/api/v1/files/{file}/content",
                     headers={"Authorization": f"Bearer {self.server.token}"})[2]

    def test_the_file_and_then_the_word(self):
        box = self.box()
        action, url = self.ask(box)
        self.assertEqual(fetch(url, "PUT", body=b"the configuration")[0], 200)
        ended = self.server.wait_action(action)
        self.assertEqual((ended["state"], ended["result"]["size"]), ("succeeded", 17))
        self.assertEqual(self.content(ended["result"]["file"]), b"the configuration")
        status, file = self.server.api("GET", f"/files/{ended['result']['file']}")
        self.assertEqual((status, file["device"], file["action"], file["kind"]), (200, box.id, action, "config"))
        box.informs("7 TRANSFER COMPLETE", ("M Upload", action))
        self.assertEqual(box.says(transfer_complete(action)).method(), "TransferCompleteResponse")
        box.leaves()
        self.assertEqual(self.server.action(action)["evidence"]["transfer_complete"]["fault"], 0)

    def test_the_word_and_then_the_file(self):
        box = self.box()
        action, url = self.ask(box, "log.fetch")
        box.informs("7 TRANSFER COMPLETE", ("M Upload", action))
        box.says(transfer_complete(action))
        box.leaves()
        self.assertEqual(self.server.action(action)["state"], "verifying")
        self.assertEqual(fetch(url, "POST", body=b"a log")[0], 200)
        ended = self.server.wait_action(action)
        self.assertEqual((ended["state"], ended["evidence"]["transfer_complete"]["fault"]), ("succeeded", 0))
        self.assertEqual(fetch(url, "PUT", body=b"again")[0], 404)

    def test_chunks_nothing_and_who_asks_first(self):
        box = self.box()
        action, url = self.ask(box)
        self.assertEqual(fetch(url, "PUT", body=iter([b"one ", b"two"]))[0], 200)
        self.assertEqual(self.content(self.server.wait_action(action)["result"]["file"]), b"one two")
        action, url = self.ask(box)
        self.assertEqual(fetch(url, "PUT", body=b"")[0], 200)
        self.assertEqual(self.server.wait_action(action)["result"]["size"], 0)
        action, url = self.ask(box)
        parts = urllib.parse.urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as sock:
            sock.sendall(f"PUT {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n".encode())
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 100"))
            sock.sendall(b"abc")
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 200"))

    def test_limits(self):
        box = self.box()
        action, url = self.ask(box)
        parts = urllib.parse.urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as sock:  # is told before it sends
            sock.sendall(f"PUT {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {MIB + 1}\r\n\r\n".encode())
            self.assertTrue(sock.recv(100).startswith(b"HTTP/1.1 413"))
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as sock:  # breaks off
            sock.sendall(f"PUT {parts.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc".encode())
        self.assertEqual(fetch(url, "PUT", body=os.urandom(MIB))[0], 200)
        self.server.wait_action(action)
        _, url = self.ask(box)
        self.assertEqual(fetch(url, "PUT", body=os.urandom(MIB))[0], 200)
        _, url = self.ask(box)  # the quota of 2 MiB is used up
        self.assertEqual(fetch(url, "PUT", body=b"one more")[0], 507)
        farol.wait_for("nothing is left of what broke off", lambda: not list((self.directory / "incoming").iterdir()))

    def test_a_configuration_goes_back_to_its_own_device_only(self):
        box, other = self.box(), self.box()
        action, url = self.ask(box)
        fetch(url, "PUT", body=b"secrets of the first")
        file = self.server.wait_action(action)["result"]["file"]
        status, problem = self.server.api("POST", f"/devices/{other.id}/actions", {"type": "config.restore", "params": {"file": file}})
        self.assertEqual((status, problem["code"]), (409, "file_unfit"))
        # and where devices prove nothing, not even to it: a configuration is full of secrets
        restore = self.server.act(box.id, "config.restore", {"file": file})["id"]
        box.informs("6 CONNECTION REQUEST")
        box.leaves()
        action = self.server.action(restore)
        self.assertEqual((action["state"], action["failure"]["code"]), ("failed", "not_bound"))


class Logins(Files):
    """A model that fetches and sends files only where it is asked who it is."""

    @classmethod
    def prepare(cls):
        quirks = cls.server.directory / "quirks"
        quirks.write_text("* E2E * file_login\n", encoding="ascii")
        cls.server.settings["devices"].update(quirks_file=str(quirks), nonce_life=f"{2 * int(farol.SLOW)}s")

    def asked(self, url, method="GET", body=None, headers=None):
        """The answer to a request, with a challenge of Digest and one of Basic: as (Digest, headers)."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request(method, parts.path, body, headers or {})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()), (401, b""))
        found = cpe.challenges(cpe.Answer(answer.status, answer.getheaders(), b""))
        self.assertEqual([scheme for scheme, _ in found], ["Digest", "Basic"])
        connection.close()
        return found[0][1], answer

    def authorization(self, login, method="GET"):
        return {"Authorization": login.header(method=method).partition(": ")[2]}

    def test_a_file_is_fetched_by_digest_and_by_basic(self):
        box, content = self.box(), os.urandom(5000)
        action, request = self.asked_to_install(box, content, version="2.0")
        url, user, password = (request.text_of(name) for name in ("URL", "Username", "Password"))
        self.assertEqual((user, len(password)), (action["id"], 32))
        self.assertNotIn("@", url)
        login = cpe.Login(user, password, uri=urllib.parse.urlsplit(url).path)
        challenge, _ = self.asked(url)
        login.nonce, login.realm = challenge["nonce"], challenge["realm"]
        self.assertEqual(fetch(url, headers=self.authorization(login))[2], content)
        self.assertEqual(fetch(url, "HEAD", headers=self.authorization(login, "HEAD"))[0], 200)
        status, _, part = fetch(url, headers={**self.authorization(login), "Range": "bytes=10-19"})
        self.assertEqual((status, part), (206, content[10:20]))
        basic = {"Authorization": cpe.basic(user, password).partition(": ")[2]}
        self.assertEqual(fetch(url, headers=basic)[2], content)
        self.assertNotIn(password, self.server.log())

    def test_what_is_wrong_is_told_and_opens_nothing(self):
        box = self.box()
        action, request = self.asked_to_install(box, b"the first", version="2.0")
        url, user, password = (request.text_of(name) for name in ("URL", "Username", "Password"))
        _, other = self.asked_to_install(self.box(), b"the second", version="2.0")
        for name, word in ((user, "wrong"), (user, ""), ("somebody", password), (other.text_of("Username"), other.text_of("Password"))):
            challenge, _ = self.asked(url, headers={"Authorization": cpe.basic(name, word).partition(": ")[2]})
            login = cpe.Login(name, word)
            login.nonce, login.realm = challenge["nonce"], challenge["realm"]
            challenge, _ = self.asked(url, headers=self.authorization(login))
            self.assertNotIn("stale", challenge)
        for text in ("Digest", "Basic !", "Bearer x", 'Digest username="' + "a" * 5000):
            self.asked(url, headers={"Authorization": text})
        # the address alone, with the letter that asks for nothing, is no address of ours
        self.assertEqual(fetch(url.replace("/F/", "/f/"))[0], 404)
        self.assertEqual(self.server.action(action["id"])["state"], "running")

    def test_a_nonce_that_is_too_old_is_stale(self):
        _, request = self.asked_to_install(self.box(), b"later", version="2.0")
        url = request.text_of("URL")
        challenge, _ = self.asked(url)
        login = cpe.Login(request.text_of("Username"), request.text_of("Password"))
        login.nonce, login.realm = challenge["nonce"], challenge["realm"]
        farol.time.sleep(2 * int(farol.SLOW) + 0.5)
        challenge, _ = self.asked(url, headers=self.authorization(login))
        self.assertEqual(challenge["stale"], "true")
        login.nonce, login.realm = challenge["nonce"], challenge["realm"]
        self.assertEqual(fetch(url, headers=self.authorization(login))[2], b"later")

    def test_a_file_is_sent_by_digest_and_by_basic(self):
        box, content = self.box(), os.urandom(300_000)
        for scheme in ("Digest", "Basic"):
            action = self.server.act(box.id, "config.backup")["id"]
            box.informs("6 CONNECTION REQUEST")
            request = box.asked("Upload")
            url, user, password = (request.text_of(name) for name in ("URL", "Username", "Password"))
            self.assertIn("/U/", url)
            challenge, answer = self.asked(url, "PUT", content)
            self.assertEqual(answer.getheader("Connection"), "close")
            login = cpe.Login(user, password)
            login.nonce, login.realm = challenge["nonce"], challenge["realm"]
            headers = self.authorization(login, "PUT") if scheme == "Digest" else {"Authorization": cpe.basic(user, password).partition(": ")[2]}
            self.assertEqual(fetch(url, "PUT", headers=headers, body=content)[0], 200)
            self.assertEqual(self.server.wait_action(action)["result"]["size"], len(content))
            box.says(response("Upload", request.text_of("ID"), 1))
            box.device.close()


if __name__ == "__main__":
    unittest.main()
