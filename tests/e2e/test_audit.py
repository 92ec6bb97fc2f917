#!/usr/bin/env python3
"""The audit trail, end to end: an effect and its row are there together or not at all, whenever the server is killed; the end of the
trail is signed outside of the database, and who cuts it off there is found out."""

import os
import subprocess
import threading
import unittest
import urllib.error

import farol

DAMAGED = 9


class Audit(unittest.TestCase):
    def setUp(self):
        self.server = farol.Server({"audit": {"checkpoint": "1s"}})
        self.lines = self.server.directory / "checkpoints"
        self.server.settings["audit"]["checkpoints_file"] = str(self.lines)
        self.server.start()
        self.addCleanup(self.server.close)

    def register(self, number):
        """The status, or None: the server was gone before it answered."""
        try:
            return self.server.api("POST", "/devices", {"oui": "00259E", "product_class": "X", "serial": f"AUDIT{number:05}"})[0]
        except (urllib.error.URLError, OSError):
            return None

    def register_until_killed(self, first):
        """What was answered with 201."""
        made = []

        def work(start):
            for number in range(start, start + 10000, 4):
                status = self.register(number)
                if status is None:
                    return
                assert status == 201, status
                made.append(number)

        threads = [threading.Thread(target=work, args=(first + i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        farol.wait_for("many are registered", lambda: len(made) >= 40, 60)
        self.server.kill()
        for thread in threads:
            thread.join()
        return made

    def verify(self, *options, expect=0):
        done = subprocess.run([farol.ACSCTL, "audit", "verify", *options], capture_output=True, text=True, timeout=120, check=False, env={
            **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(done.returncode, expect, (done.stdout, done.stderr))
        return done.stdout + done.stderr

    def kept(self):
        return self.lines.read_text(encoding="ascii").splitlines() if self.lines.exists() else []

    def newest_row(self):
        return int(self.server.sql("SELECT coalesce(max(seq), 0) FROM audit_entry"))

    def wait_until_signed(self):
        newest = self.newest_row()
        return farol.wait_for("the end is signed outside", lambda: [line for line in self.kept() if len(line.split()) == 7 and int(line.split()[2]) >= newest])

    def test_no_effect_without_its_row_and_no_row_without_its_effect(self):
        made = []
        for first in (0, 10000, 20000):
            made += self.register_until_killed(first)
            self.server.start()
        with self.subTest("what was answered is there, and is in the trail"):
            there = self.server.sql("SELECT string_agg(serial, ',') FROM device").split(",")
            rows = self.server.sql("SELECT string_agg(after ->> 'serial', ',') FROM audit_entry WHERE action = 'device_register' AND decision = 'allowed'").split(",")
            self.assertEqual(sorted(there), sorted(rows))
            self.assertLessEqual({f"AUDIT{number:05}" for number in made}, set(there))
        self.assertEqual(self.server.sql("SELECT count(*) = max(seq) FROM audit_entry"), "t")  # no gap
        self.wait_until_signed()
        self.assertIn("are as they were written", self.verify("--anchor", str(self.lines)))

    def test_an_end_that_was_cut_off_is_told_by_what_was_signed_outside(self):
        for number in range(5):
            self.assertEqual(self.register(number), 201)
        self.wait_until_signed()
        self.server.stop()
        with open(self.lines, "a", encoding="ascii") as lines:
            lines.write("farol-audit 1 99")  # what a crash has cut in two
        self.server.start()
        self.assertEqual(self.register(5), 201)
        self.wait_until_signed()
        lines = self.kept()
        self.assertEqual([line for line in lines if len(line.split()) != 7], ["farol-audit 1 99"])
        last = int(lines[-1].split()[2])
        self.verify("--anchor", str(self.lines))
        for table in ("audit_entry", "audit_checkpoint"):
            self.server.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.server.sql(f"DELETE FROM audit_entry WHERE seq >= {last}; DELETE FROM audit_checkpoint WHERE seq >= {last}")
        self.assertIn(f"row {last}: truncated: ", self.verify("--anchor", str(self.lines), expect=DAMAGED))
        for number in range(10, 20):  # and written on from there
            self.assertEqual(self.register(number), 201)
        farol.wait_for("the server says so", lambda: "is not in the trail any more as it was signed" in self.server.log())
        self.assertEqual(self.kept(), lines)
        self.assertIn("truncated: ", self.verify("--anchor", str(self.lines), expect=DAMAGED))
        self.server.sql("UPDATE audit_entry SET actor = 'eve' WHERE seq = 2")
        self.assertIn("row 2: altered: ", self.verify(expect=DAMAGED))


if __name__ == "__main__":
    unittest.main()
