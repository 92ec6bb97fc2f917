"""A firmware of the library with a manifest that two have signed: from the file to the device that runs it, and what is never given out."""

import base64
import hashlib
import json
import os
import subprocess
import unittest

import farol

from test_files import Box, fetch, response, transfer_complete

FAR = "2099-01-01T00:00:00Z"


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{cls.port}"}})
        cls.directory = cls.server.directory / "files"
        cls.server.settings["files"] = {"directory": str(cls.directory), "url": f"http://127.0.0.1:{cls.port}", "keep_free": "0"}
        cls.server.settings["firmware"] = {"keys_file": str(cls.make_keys(cls.server.directory, "ana", "bruno")), "signatures": "2"}
        cls.server.start()
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    @staticmethod
    def make_keys(directory, *names):
        """The file of public keys; NAME.pem lies beside it."""
        lines = []
        for name in names:
            path = directory / f"{name}.pem"
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
            made = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], stdout=subprocess.PIPE, check=True).stdout
            lines.append(f"{name} {base64.b64encode(made).decode()}\n")
        path = directory / "release-keys"
        path.write_text("".join(lines), encoding="ascii")
        return path

    def sign(self, manifest, *names):
        path = self.server.directory / "manifest.json"
        path.write_text(manifest, encoding="utf-8")
        return [base64.b64encode(subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.server.directory / f"{name}.pem", "-in", path],
                                                stdout=subprocess.PIPE, check=True).stdout).decode() for name in names]

    def upload(self, content):
        status, _, body = fetch(f"http://127.0.0.1:{self.server.api_port}/api/v1/files?name=fw.bin&kind=firmware", "POST", {
            "Authorization": f"Bearer {self.server.token}", "Content-Type": "application/octet-stream"}, content)
        self.assertIn(status, (200, 201), body)
        return json.loads(body)["id"]

    def box(self, **options):
        Library.count += 1
        return Box(self.server, f"LIB{Library.count:03}", **options)

    def api(self, *request):
        status, answer = self.server.api(*request)
        self.assertIn(status, (200, 201), answer)
        return answer

    def approved(self, content, **more):
        """Signed by two, and approved; its file."""
        manifest = json.dumps({"farol_firmware": 1, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "version": "2.0", "counter": 1,
                               "expires_at": FAR, "rules": [{"manufacturer": "Test", "product_class": "E2E", "hardware_version": "R1", "from_versions": ["1.0"]}], **more})
        firmware = self.api("POST", "/firmware", {"file": self.upload(content), "name": "F", "manifest": manifest,
                                                  "signatures": self.sign(manifest, "ana", "bruno")})
        self.server.sql(f"UPDATE firmware SET state = 'approved', approved_by = 'x', approved_by_id = 0, approved_at = now() WHERE id = '{firmware['id']}'")
        return firmware

    def test_from_the_file_to_the_device_that_runs_it(self):
        box, content = self.box(), os.urandom(300_000)
        firmware = self.approved(content)
        action = self.server.act(box.id, "firmware.install", {"file": firmware["file"]})
        self.assertEqual(action["params"]["version"], "2.0")  # as it was signed
        box.informs("6 CONNECTION REQUEST")
        request = box.asked("Download")
        self.assertEqual(box.says(response("Download", request.text_of("ID"), 1)).status, 204)
        status, _, body = fetch(request.text_of("URL"))
        self.assertEqual((status, body == content), (200, True))
        box.version = "2.0"
        box.informs("1 BOOT", "7 TRANSFER COMPLETE", ("M Download", action["id"]), uptime=20)
        box.says(transfer_complete(action["id"]))
        box.leaves()
        self.assertEqual(self.server.action(action["id"])["state"], "succeeded")
        shown = self.api("GET", f"/firmware/{firmware['id']}")
        self.assertEqual([row["product_class"] for row in shown["base"]], ["E2E"])
        self.assertGreaterEqual(shown["base"][0]["running"], 1)
        self.assertEqual([(row["succeeded"], row["failed"]) for row in shown["outcomes"]], [(1, 0)])
        self.assertGreaterEqual(shown["outcomes"][0]["median_s"], 0)

    def refused(self, box, file):
        """The code of the API's refusal; nothing was made for the device."""
        before = self.server.sql("SELECT count(*) FROM action")
        status, _, body = fetch(f"http://127.0.0.1:{self.server.api_port}/api/v1/devices/{box.id}/actions", "POST", {
            "Authorization": f"Bearer {self.server.token}", "Content-Type": "application/json"},
            json.dumps({"type": "firmware.install", "params": {"file": file}}).encode())
        self.assertEqual(status, 409, body)
        self.assertEqual(self.server.sql("SELECT count(*) FROM action"), before)
        problem = json.loads(body)
        return problem["errors"][0]["code"] if problem.get("errors") else problem["code"]

    def test_what_is_never_given_out(self):
        box = self.box()
        for rules, code in (([{"product_class": "E2F"}], "model"), ([{"product_class": "E2E", "hardware_version": "R2"}], "hardware"),
                            ([{"product_class": "E2E", "from_versions": ["1.1..9"]}], "from_version")):
            self.assertEqual(self.refused(box, self.approved(os.urandom(100), rules=rules)["file"]), code)
        older, newer = self.approved(os.urandom(100), counter=5, version="3"), self.approved(os.urandom(100), counter=6, version="4")
        self.assertEqual(self.refused(box, older["file"]), "superseded")
        self.server.sql(f"UPDATE firmware SET counter = 7 WHERE id = '{newer['id']}'")  # behind the back of the API
        self.assertEqual(self.refused(box, newer["file"]), "manifest_refused")
        self.server.sql(f"UPDATE firmware SET counter = 6 WHERE id = '{newer['id']}'")
        place = self.directory / newer["sha256"][:2] / newer["sha256"]
        place.chmod(0o600)
        place.write_bytes(b"\0" + place.read_bytes()[1:])
        action = self.server.act(box.id, "firmware.install", {"file": newer["file"]})
        box.informs()
        request = box.asked("Download")
        status, _, body = fetch(request.text_of("URL"))
        self.assertEqual((status >= 400, place.exists()), (True, False), body)
        self.assertEqual(self.refused(box, newer["file"]), "file_damaged")
        box.says(response("Download", request.text_of("ID"), 1))
        box.device.close()
        self.assertNotEqual(self.server.action(action["id"])["state"], "succeeded")

    def test_what_was_withdrawn_is_not_given_out_any_more(self):
        """Nor the rest of what a device has begun to fetch."""
        box, content = self.box(), os.urandom(300_000)
        firmware = self.approved(content, version="2.5", counter=9)
        self.server.act(box.id, "firmware.install", {"file": firmware["file"]})
        box.informs("6 CONNECTION REQUEST")
        url = box.asked("Download").text_of("URL")
        row = f"UPDATE firmware SET %s WHERE id = '{firmware['id']}'"
        self.assertEqual(fetch(url, headers={"Range": "bytes=0-99"})[0], 206)
        self.server.sql(row % "expires_at = now()")
        self.assertEqual(fetch(url)[0], 404)
        self.server.sql(row % f"expires_at = '{FAR}'")
        status, _, body = fetch(url)
        self.assertEqual((status, body == content), (200, True))
        self.api("PUT", f"/firmware/{firmware['id']}/state", {"state": "retired"})
        for headers in ({}, {"Range": "bytes=100-"}):
            self.assertEqual(fetch(url, headers=headers)[0], 404)
        box.device.close()


class Settings(unittest.TestCase):
    def test_keys_that_cannot_do_what_is_asked_are_told_at_the_start(self):
        server = farol.Server()
        self.addCleanup(server.close)
        keys = Library.make_keys(server.directory, "ana")
        bad = server.directory / "bad-keys"
        bad.write_text("ana not-a-key\n", encoding="ascii")
        for settings, words in (({"signatures": "1"}, ["firmware.keys_file", "0 keys"]), ({"keys_file": str(keys), "signatures": "2"}, ["asks for 2", "1 keys"]),
                                ({"keys_file": "/no/such/file"}, ["/no/such/file"]), ({"keys_file": str(bad)}, ["line 1"]), ({"signatures": "3"}, ["firmware.signatures", "out of range"])):
            with self.subTest(settings):
                server.settings["firmware"] = settings
                done = subprocess.run([farol.ACSD, "--config", server.write_config()], capture_output=True, text=True, timeout=20 * farol.SLOW, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_the_example_is_one_that_is_accepted(self):
        server = farol.Server({"firmware": {"keys_file": os.path.join(os.path.dirname(__file__), "../../contrib/examples/firmware-keys"), "signatures": "2"}})
        self.addCleanup(server.close)
        server.start()


if __name__ == "__main__":
    unittest.main()
