"""Parts F and S: the file server, and files of devices (TR-069 3.4.3, A.4.1.5)."""

import base64
import os
import urllib.parse

import control
from guarded import Guarded
import soap
import transfers
from transfers import Transfers, fetch
import wire

UPLOAD = ["CommandKey", "FileType", "URL", "Username", "Password", "DelaySeconds"]


class Fetching(Transfers):
    def test_F_24_the_file_server_speaks_http(self):
        """GET, HEAD, ranges, and several requests on one connection; a range beyond the end is 416."""
        content = os.urandom(5000)
        url = self.downloads(content)[2].get("URL")
        answer = fetch(url, "HEAD")
        self.assertEqual((answer.status, answer.header("Content-Length")), (200, "5000"))
        line = wire.Target(url).connect()
        self.addCleanup(line.close)
        for header, status, part in (("bytes=0-99", 206, content[:100]), ("bytes=4990-", 206, content[4990:]), ("bytes=-5", 206, content[-5:])):
            answer = fetch(url, headers=["Range: " + header], connection=line)
            self.assertEqual((answer.status, answer.body), (status, part))
        self.assertEqual(fetch(url, connection=line).body, content)
        self.assertEqual(fetch(url, headers=["Range: bytes=5000-"], connection=line).status, 416)
        again = fetch(url, headers=["Range: bytes=2500-", "If-Range: " + answer.header("ETag")], connection=line)
        self.assertEqual((again.status, again.body), (206, content[2500:]))

    def test_F_39_queries_and_redirects_do_no_harm(self):
        """A query behind the address changes nothing; a device that asks the ACS's own port is led to the file."""
        request = self.downloads(b"found")[2]
        url = request.get("URL")
        self.assertEqual(fetch(url + "?x=1&y=%20").body, b"found")
        parts = urllib.parse.urlsplit(url)
        answer = fetch(f"http://{self.world.target.host}{parts.path}?x=1")
        if answer.status != 200:
            self.assertIn(answer.status, (301, 302, 303, 307, 308))
            answer = fetch(answer.header("Location"))
        self.assertEqual(answer.body, b"found")

    def test_R_12_files_are_kept_listed_and_deleted(self):
        """A file can be added, found with what is said of it, read, and deleted; not while a device is to get it."""
        if not isinstance(self.control, control.Farol):
            raise control.NotRun("needs a control adapter")
        content = os.urandom(1000)
        file = self.control.add_file(content, "firmware", name="r12.bin", version="7.7", product_class="Suite")
        listed = self.control.call("GET", "/files?kind=firmware&name=r12.bin")["data"]
        self.assertIn((file, "7.7", "Suite", 1000), [(row["id"], row["version"], row["product_class"], row["size"]) for row in listed])
        self.assertEqual(self.control.read("GET", f"/files/{file}/content"), content)
        one, _ = self.known()
        handle = self.queued(one, "install", file=file)
        with self.assertRaises(control.Refused):
            self.control.call("DELETE", f"/files/{file}")
        self.control.cancel(handle)
        self.control.call("DELETE", f"/files/{file}")
        with self.assertRaises(control.Refused):
            self.control.call("GET", f"/files/{file}")
        other, _ = self.known(ProductClass="Other")
        with self.assertRaises(control.Refused):
            self.queued(other, "install", file=self.control.add_file(content, "firmware", version="7.8", product_class="Suite"))


class Sending(Transfers):
    def asked(self, operation="backup", one=None):
        one, handle, request = self.begins(operation, "Upload", one)
        self.takes(one, request)
        return one, handle, request

    def test_F_20_upload_has_its_six_arguments(self):
        """All six, in order; configurations and logs by the standard's words, with an instance where one was named."""
        for operation, kind in (("backup", "1 Vendor Configuration File"), ("log", "2 Vendor Log File")):
            request = self.asked(operation)[2]
            self.assertEqual(self.children(request.method), UPLOAD)
            self.assertEqual((request.get("FileType"), request.get("DelaySeconds")), (kind, "0"))
        for kind in ("3 Vendor Configuration File 2", "4 Vendor Log File 7", "X 00256D Core"):
            request, _ = self.method("Upload", FileType=kind, URL="http://192.0.2.1/u", answers={"Upload": transfers.response("Upload")})
            self.assertEqual(request.get("FileType"), kind)

    def chunked(self, url, body):
        target = wire.Target(url)
        line = target.connect()
        line.send(f"PUT {target.path} HTTP/1.1\r\nHost: {target.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + wire.chunks(body, 1000))
        answer = line.read()
        line.close()
        return answer

    def test_F_21_a_file_comes_by_put_or_post_of_any_framing(self):
        """PUT and POST, with a length or in chunks, and a file of nothing: each is taken and kept as it is."""
        content = os.urandom(300_000)
        for send in (lambda url: (fetch(url, "PUT", body=content), content), lambda url: (fetch(url, "POST", body=b"a"), b"a"),
                     lambda url: (self.chunked(url, content), content), lambda url: (fetch(url, "PUT"), b"")):
            _, handle, request = self.asked()
            answer, expected = send(request.get("URL"))
            self.assertIn(answer.status, (200, 201, 204))
            self.assertEqual(self.ended(handle)["state"], "succeeded")
            self.assertEqual(self.control.received(handle), expected)

    def test_F_22_only_the_device_that_was_asked_can_send(self):
        """The address is secret, of one file and of limited size; a device that asks first is told to go on."""
        world = self.world.started_with({"files": {"upload_max": "64KiB"}})
        one, _ = self.known(world=world)
        handle = self.queued(one, "backup")
        one.inform()
        request = one.until("Upload", one.empty()).message
        url = request.get("URL")
        self.assertGreaterEqual(len(urllib.parse.urlsplit(url).path), 32)
        for wrong in (url[:-1] + ("0" if url[-1] != "0" else "1"), url[:-1], url + "0", url.rsplit("/", 1)[0] + "/"):
            self.assertEqual(fetch(wrong, "PUT", body=b"x").status, 404)
        self.assertEqual(fetch(url).status, 404)
        self.assertEqual(fetch(url, "PUT", body=b"x" * (64 * 1024 + 1)).status, 413)
        line = wire.Target(url).connect()
        self.addCleanup(line.close)
        line.send(f"PUT {wire.Target(url).path} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n".encode())
        self.assertEqual(line.read_head()[1], 100)
        line.send(b"abc")
        self.assertEqual(line.read().status, 200)
        one.say(transfers.response("Upload"), request.id)
        self.assertEqual(self.ended(handle, world=world)["state"], "succeeded")
        self.assertEqual(fetch(url, "PUT", body=b"more").status, 404)

    def test_F_23_the_file_and_the_word_come_in_either_order(self):
        """The operation is done when the file is there, before TransferComplete or after it; the word alone is not enough."""
        for word_first in (False, True):
            with self.subTest(word_first):
                one, handle, request = self.asked("log")
                key = request.get("CommandKey")

                def word():
                    one.inform(("7 TRANSFER COMPLETE", ("M Upload", key)))
                    self.assertEqual(one.say(soap.transfer_complete(key)).name, "TransferCompleteResponse")
                    one.serve(one.empty())

                if word_first:
                    word()
                    self.assertEqual(self.control.outcome(handle)["state"], "open")
                self.assertEqual(fetch(request.get("URL"), "PUT", body=b"a log").status, 200)
                if not word_first:
                    word()
                self.assertEqual(self.ended(handle)["state"], "succeeded")
                self.assertEqual(self.control.received(handle), b"a log")
        one, handle, request = self.asked("log")
        key = request.get("CommandKey")
        one.inform(("7 TRANSFER COMPLETE", ("M Upload", key)))
        one.say(soap.transfer_complete(key, "9011", "no route"))
        self.assertEqual((self.control.outcome(handle)["state"], self.control.outcome(handle)["fault"]), ("failed", 9011))


class Configurations(Guarded):
    def test_F_25_the_same_file_has_one_number_up_and_another_down(self):
        """A configuration comes by Upload as "1 Vendor Configuration File", and goes back by Download as "3 Vendor Configuration File"."""
        one = self.enrolled(version="1.2")

        def asks(operation, method, **arguments):
            handle = self.queued(one, operation, **arguments)
            self.use(one, one.credentials)
            one.inform(("6 CONNECTION REQUEST",))
            request = one.until(method, one.empty()).message
            one.serve(one.say(transfers.response(method), request.id))
            return handle, request

        handle, request = asks("backup", "Upload")
        self.assertEqual(request.get("FileType"), "1 Vendor Configuration File")
        self.assertEqual(fetch(request.get("URL"), "PUT", body=b"wifi=on").status, 200)
        self.assertEqual(self.ended(handle, world=self.acs)["state"], "succeeded")
        file = self.control.call("GET", f"/actions/{handle}")["result"]["file"]
        _, request = asks("restore", "Download", file=file)
        self.assertEqual(request.get("FileType"), "3 Vendor Configuration File")
        self.assertEqual(fetch(request.get("URL")).body, b"wifi=on")


class Logins(Transfers):
    """Models that fetch and send only where they are asked who they are."""

    def setUp(self):
        self.acs = self.world.started_with({"write": {"quirks": "* Suite * file_login\n"}, "devices": {"quirks_file": "{directory}/quirks"}})

    def how(self):
        return {"version": "1.2", "world": self.acs}

    @property
    def control(self):
        return self.acs.control

    def authorized(self, request, scheme, method="GET", user=None, password=None, body=b""):
        """The request's address, after its challenge, in that way; the answer."""
        user, password, url = user or request.get("Username"), password or request.get("Password"), request.get("URL")
        refused = fetch(url, method, body=body)
        self.assertEqual(refused.status, 401)
        offered = {text.split()[0].lower(): text for text in refused.all("WWW-Authenticate")}
        self.assertEqual(set(offered), {"digest", "basic"})
        text = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        if scheme == "digest":
            text = wire.Digest(user, password, offered["digest"]).header(method, wire.Target(url).path)
        return fetch(url, method, ["Authorization: " + text], body)

    def test_S_33_F_24_a_file_is_fetched_by_basic_and_by_digest(self):
        """The file server challenges; with what Download brought the file is had by both, with anything else by neither."""
        one, _ = self.known(**self.how())
        _, handle, request = self.begins("install", "Download", one, file=self.control.add_file(b"guarded", "firmware", version="2.0"))
        self.assertTrue(request.get("Username") and request.get("Password"))
        self.assertNotIn(request.get("Password"), request.get("URL"))
        for scheme in ("digest", "basic"):
            self.assertEqual(self.authorized(request, scheme).body, b"guarded")
            for wrong in ({"password": "wrong"}, {"user": "somebody"}):
                answer = self.authorized(request, scheme, **wrong)
                self.assertEqual((answer.status, answer.body), (401, b""))
                self.assertTrue(answer.header("WWW-Authenticate"))
        self.assertEqual(self.control.outcome(handle)["state"], "open")

    def test_S_33_F_22_a_file_is_sent_by_basic_and_by_digest(self):
        """The same for files of devices: nothing is kept of who is not let in."""
        for scheme in ("digest", "basic"):
            one, _ = self.known(**self.how())
            _, handle, request = self.begins("backup", "Upload", one)
            self.takes(one, request)
            answer = self.authorized(request, scheme, "PUT", password="wrong", body=b"a lie")
            self.assertEqual(answer.status, 401)
            self.assertEqual(self.control.outcome(handle)["state"], "open")
            self.assertEqual(self.authorized(request, scheme, "PUT", body=b"the truth").status, 200)
            self.assertEqual(self.ended(handle, world=self.acs)["state"], "succeeded")
            self.assertEqual(self.control.received(handle), b"the truth")

    def test_F_39_a_digest_over_a_query_is_right(self):
        """The uri of the answer may have the query of the address in it."""
        one, _ = self.known(**self.how())
        _, _, request = self.begins("install", "Download", one, file=self.control.add_file(b"queried", "firmware", version="2.0"))
        url = request.get("URL") + "?a=1&b=2"
        digest = wire.Digest(request.get("Username"), request.get("Password"), fetch(url).header("WWW-Authenticate"))
        answer = fetch(url, headers=["Authorization: " + digest.header("GET", wire.Target(url).path)])
        self.assertEqual(answer.body, b"queried")
