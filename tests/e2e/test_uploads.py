"""Uploads in pieces over kill -9 of the server, of acsctl, and a disk that is full."""

import hashlib
import json
import os
import shutil
import subprocess
import unittest

import farol
from test_files import MIB, Files as FilesCase, fetch


class Uploads(FilesCase):
    def call(self, method, path, body=None, kind="application/json"):
        status, _, answer = fetch(f"http://127.0.0.1:{self.server.api_port}/api/v1{path}", method,
                                  {"Authorization": f"Bearer {self.server.token}", "Content-Type": kind, "Accept-Language": "en"}, body)
        return status, json.loads(answer) if answer else None

    def begin(self, content, **members):
        body = {"name": "pieces.bin", "kind": "firmware", "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **members}
        status, upload = self.call("POST", "/uploads", json.dumps(body))
        self.assertEqual(status, 201, upload)
        return upload["id"]

    def send(self, upload, offset, piece):
        return self.call("PATCH", f"/uploads/{upload}?offset={offset}", piece, "application/partial-upload")

    def stands(self, upload):
        status, answer = self.call("GET", f"/uploads/{upload}")
        self.assertEqual(status, 200, answer)
        return answer["offset"]

    def mine(self):
        return self.call("GET", "/uploads")[1]["data"]

    def restart(self, **settings):
        self.server.stop()
        self.server.settings["files"].update(settings)
        self.server.start()

    def content_of(self, file):
        return fetch(f"http://127.0.0.1:{self.server.api_port}/api/v1/files/{file}/content",
                     headers={"Authorization": f"Bearer {self.server.token}"})[2]

    def test_it_goes_on_after_the_server_was_killed_in_the_middle_of_a_piece(self):
        content = os.urandom(12 * MIB)
        upload = self.begin(content, name="killed.bin")
        for cut in (3 * MIB + 1, 8 * MIB):  # where the server is killed: the rest of the piece is on its way
            at = self.stands(upload)
            head = (f"PATCH /api/v1/uploads/{upload}?offset={at} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.server.token}\r\n"
                    f"Content-Length: {len(content) - at}\r\n\r\n").encode()
            with farol.socket.create_connection(("127.0.0.1", self.server.api_port), timeout=30) as sock:
                sock.sendall(head + content[at:cut])
                farol.wait_for("bytes have arrived", lambda at=at: self.stands(upload) > at)
                self.server.kill()
            self.assertEqual(self.server.sql("SELECT count(*) FROM file WHERE name = 'killed.bin'"), "0")
            self.server.start()
            self.assertLessEqual(self.stands(upload), cut)
        at = self.stands(upload)
        self.assertGreater(at, 0)
        self.assertEqual(self.send(upload, at, content[at:])[0], 200)
        self.server.kill()
        self.server.start()
        status, file = self.call("POST", f"/uploads/{upload}/finish")
        self.assertEqual((status, self.content_of(file["id"]) == content), (201, True))
        self.assertEqual(self.mine(), [])
        self.assertEqual(list((self.directory / "pending").iterdir()), [])

    def test_a_full_disk_is_said_and_what_is_there_stays(self):
        content = os.urandom(1 * MIB)
        upload = self.begin(content)
        self.assertEqual(self.send(upload, 0, content[:1000])[0], 200)
        free = shutil.disk_usage(self.directory).free
        self.restart(keep_free=str(min(4 * free, 2 ** 40)))
        status, problem = self.call("POST", "/uploads", json.dumps({"name": "a", "kind": "log", "size": 1, "sha256": "a" * 64}))
        self.assertEqual((status, problem["code"]), (507, "no_room"))
        self.assertIn("must stay free", problem["detail"])
        status, problem = self.send(upload, 1000, content[1000:])
        self.assertEqual((status, problem["code"]), (507, "no_room"))
        self.assertEqual(self.stands(upload), 1000)
        self.restart(keep_free="0")
        self.assertEqual(self.send(upload, 1000, content[1000:])[0], 200)
        self.assertEqual(self.call("POST", f"/uploads/{upload}/finish")[0], 201)

    def test_what_nobody_continues_is_removed(self):
        upload = self.begin(b"forgotten")
        self.send(upload, 0, b"forg")
        self.restart(pending_time="1s")
        farol.wait_for("it is removed", lambda: self.call("GET", f"/uploads/{upload}")[0] == 404, 30)
        self.assertEqual(list((self.directory / "pending").iterdir()), [])
        self.restart(pending_time="24h")

    # ---- acsctl

    def add(self, path, *more):
        return subprocess.Popen([farol.ACSCTL, "files", "add", str(path), "--kind=firmware", "-o", "name", *more],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={
                                    **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})

    def ended(self, process, code=0):
        out, err = process.communicate(timeout=200)
        self.assertEqual(process.returncode, code, err)
        return out.decode().strip(), err.decode()

    def write(self, name, size):
        content = os.urandom(size)
        path = self.server.directory / name
        path.write_bytes(content)
        return path, content

    def under_way(self, process):
        """Some of it has arrived, and not all."""
        farol.wait_for("a piece has arrived", lambda: any(0 < upload["offset"] for upload in self.mine()), 20, 0.002)
        self.assertIsNone(process.poll())

    def test_acsctl_goes_on_when_the_server_is_back(self):
        path, content = self.write("long.bin", 160 * MIB)
        process = self.add(path, "--version=7")
        self.under_way(process)
        self.server.kill()
        farol.time.sleep(2)
        self.server.start()
        file, _ = self.ended(process)
        self.assertTrue(self.content_of(file) == content)
        self.assertEqual(self.ended(self.add(path, "--version=7"))[0], file)  # it is there: nothing is sent
        self.assertEqual(self.mine(), [])

    def test_acsctl_goes_on_where_it_was_killed_itself(self):
        path, content = self.write("again.bin", 160 * MIB)
        process = self.add(path)
        self.under_way(process)
        process.kill()
        process.communicate()
        upload, = self.mine()
        self.assertLess(upload["offset"], len(content))
        file, said = self.ended(self.add(path))
        self.assertIn(f"goes on with {upload['id']}", said)
        self.assertTrue(self.content_of(file) == content)
        self.assertEqual(self.mine(), [])


if __name__ == "__main__":
    unittest.main()
