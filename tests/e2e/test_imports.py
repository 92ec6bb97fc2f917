#!/usr/bin/env python3
"""Imports, end to end: acsctl, the real acsd, killed in the middle of a file and started again; two servers on one file."""

import os
import signal
import subprocess
import unittest

from farol import ACSCTL, Server, wait_for

LINES = 8_000
FILE_LINES = LINES + 1  # with the names of the columns


class Imports(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.start()
        self.path = self.server.directory / "clientes.csv"

    def ctl(self, *arguments, expect=0):
        done = subprocess.run([ACSCTL, *arguments], capture_output=True, text=True, timeout=240, check=False,
                              env={**os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def count(self):
        return int(self.server.sql("SELECT count(*) FROM subscriber"))

    def write(self, lines=LINES):
        self.path.write_text("Código;Nome;Plano\n" + "".join(f"C{i};Cliente {i};Fibra\n" for i in range(lines)), encoding="utf-8")

    def shown(self, identity):
        return self.server.api("GET", f"/imports/{identity}")[1]

    def start(self):
        """Sends the file, and does not wait."""
        self.ctl("import", str(self.path), "--wait=0s", expect=7)
        return self.server.api("GET", "/imports?limit=1")[1]["data"][0]["id"]

    def ended(self, identity):
        return wait_for("the import has ended", lambda: (shown := self.shown(identity))["state"] not in ("waiting", "running") and shown, 60)

    def test_a_person_imports_a_file(self):
        self.path.write_bytes("Código;Nome;CPF;Obs\nC1;João;529.982.247-25;x\nC2;Zé;1;\n".encode("windows-1252"))
        done = self.ctl("import", str(self.path), "--dry-run", expect=8)
        self.assertIn("taken for Windows-1252", done.stderr)
        self.assertIn("line 3 /document:", done.stderr)
        self.assertIn("1 line is wrong", done.stderr)
        self.assertIn('{"new":1,"changed":0,"same":0,"errors":1}', done.stdout)
        self.assertEqual(self.count(), 0)
        identity = self.server.api("GET", "/imports?limit=1")[1]["data"][0]["id"]
        self.ctl("imports", "start", identity, expect=8)
        self.assertEqual(self.server.sql("SELECT name FROM subscriber"), "João")
        self.assertIn("format", self.ctl("imports", "errors", identity).stdout)
        self.assertIn("done", self.ctl("imports", "list").stdout)
        self.assertIn("no column is external_id", self.ctl("import", str(self.path), "--columns", "Código=-", expect=1).stderr)
        self.ctl("import", str(self.path), "--key", "name", expect=2)
        self.ctl("import", "/nowhere.csv", expect=2)

    def test_a_server_that_is_killed_goes_on_where_it_was(self):
        self.write()
        identity = self.start()
        wait_for("some of it is done", lambda: self.shown(identity)["lines"] > 400)
        self.server.kill()
        done = self.count()
        self.assertTrue(0 < done < LINES, done)
        self.assertEqual(done, int(self.server.sql("SELECT made FROM import_run")))
        self.server.sql("UPDATE import_run SET lease_until = now()")  # half a minute has gone by
        self.server.start()
        shown = self.ended(identity)
        self.assertEqual((shown["state"], shown["lines"], shown["counts"]),
                         ("done", FILE_LINES, {"new": LINES, "changed": 0, "same": 0, "errors": 0}))
        self.assertEqual(self.count(), LINES)

    def test_a_server_that_is_stopped_leaves_it_to_the_next(self):
        self.write()
        identity = self.start()
        wait_for("some of it is done", lambda: self.shown(identity)["lines"] > 400)
        self.server.stop()
        self.assertLess(self.count(), LINES)
        self.server.start()
        self.assertEqual((self.ended(identity)["state"], self.count()), ("done", LINES))

    def test_a_server_that_only_slept_does_not_do_it_twice(self):
        """Its lease is over and another one has the file when it wakes up."""
        self.write()
        other = Server(sharing=self.server)
        self.addCleanup(other.close)
        identity = self.start()
        wait_for("some of it is done", lambda: self.shown(identity)["lines"] > 400)
        os.kill(self.server.process.pid, signal.SIGSTOP)
        try:
            self.server.sql("UPDATE import_run SET lease_until = now()")
            other.start()
            wait_for("the other one has it", lambda: self.server.sql("SELECT state FROM import_run") == "done", 60)
        finally:
            os.kill(self.server.process.pid, signal.SIGCONT)
        shown = self.ended(identity)
        self.assertEqual((shown["counts"]["new"], self.count()), (LINES, LINES))

    def test_what_is_cancelled_ends_soon(self):
        self.write()
        identity = self.start()
        wait_for("some of it is done", lambda: self.shown(identity)["lines"] > 400)
        self.ctl("imports", "cancel", identity)
        done = wait_for("the server has noticed", lambda: "an import stopped" in self.server.log() and self.count())
        self.assertLess(done, LINES)
        self.assertEqual((self.shown(identity)["state"], self.shown(identity)["counts"]["new"]), ("cancelled", done))


if __name__ == "__main__":
    unittest.main(verbosity=2)
