"""Starting, stopping, and everything that an operator can get wrong."""

import os
import signal
import subprocess
import time
import unittest

import cpe
import farol


class Start(unittest.TestCase):
    def server(self, settings=None):
        server = farol.Server(settings)
        self.addCleanup(server.close)
        return server

    def refused(self, server):
        """(exit code, what it said) of an acsd that must not start."""
        done = subprocess.run([farol.ACSD, "--config", server.write_config()], capture_output=True, text=True,
                              timeout=20 * farol.SLOW, check=False)
        self.assertNotEqual(done.returncode, 0)
        return done.returncode, done.stderr

    def test_a_bad_line_is_named_with_file_line_key_and_what_was_expected(self):
        cases = [
            ({"limits": {"body_max": "lots"}}, ["acsd.conf line", "limits.body_max", "lots", "a size"]),
            ({"limits": {"header_time": "10 parsecs"}}, ["limits.header_time", "a duration"]),
            ({"limits": {"connections": "5"}}, ["limits.connections", "out of range"]),
            ({"limits": {"typo": "5"}}, ["[limits] typo", "no such setting"]),
            ({"log": {"level": "loud"}}, ["log.level", "loud"]),
            ({"connection_request": {"networks": "10.0.0.0/99"}}, ["connection_request.networks"]),
            ({"connection_request": {"password_file": "/does/not/exist"}}, ["/does/not/exist"]),
            ({"listen": {"cwmp": "router.example:7547"}}, ["router.example"]),
        ]
        for settings, words in cases:
            with self.subTest(settings):
                code, said = self.refused(self.server(settings))
                self.assertEqual(code, 2)
                for word in words:
                    self.assertIn(word, said)

    def test_the_printed_configuration_is_one_that_is_accepted(self):
        server = self.server()
        printed = subprocess.run([farol.ACSD, "--config", server.write_config(), "--print-config"],
                                 capture_output=True, text=True, check=True).stdout
        path = server.directory / "printed.conf"
        path.write_text(printed, encoding="utf-8")
        subprocess.run([farol.ACSD, "--config", path, "--check-config"], check=True, capture_output=True)

    def test_the_environment_wins_over_the_file(self):
        server = self.server()
        printed = subprocess.run([farol.ACSD, "--config", server.write_config(), "--print-config"],
                                 capture_output=True, text=True, check=True,
                                 env={**os.environ, "FAROL_LIMITS_BODY_MAX": "1MiB"}).stdout
        self.assertIn("body_max = 1048576", printed)

    def test_a_second_server_on_the_same_port_is_refused_with_a_clear_error(self):
        first = self.server().start()
        for key in ("cwmp", "api"):
            second = self.server({"listen": {key: first.settings["listen"][key]}})
            code, said = self.refused(second)
            self.assertEqual(code, 1)
            self.assertIn(first.settings["listen"][key], said)
        with cpe.Device(first.cwmp_port) as device:  # the first one has lost nothing to it
            for _ in range(8):
                self.assertEqual(device.post(cpe.inform("P-1"), new_connection=True).status, 200)

    def test_without_database_it_says_so_waits_and_recovers(self):
        server = self.server()
        good = server.settings["database"]["url"]
        later = server.directory / "pg"
        server.settings["database"]["url"] = good.replace(os.environ["PGHOST"], str(later))
        server.start(wait=False)
        farol.wait_for("health answers", lambda: self.health(server) == 200)
        self.assertEqual(server.get_raw("/readyz")[0], 503)
        with cpe.Device(server.cwmp_port) as device:
            answer = device.post(cpe.inform("DB-1"))
            self.assertEqual(answer.status, 503)
            self.assertIsNotNone(answer.header("Retry-After"))
        self.assertIn("database", server.log())
        later.symlink_to(os.environ["PGHOST"])
        server.wait_ready(20)
        with cpe.Device(server.cwmp_port) as device:
            self.assertEqual(device.post(cpe.inform("DB-1")).status, 200)

    def health(self, server):
        try:
            return server.get_raw("/healthz")[0]
        except OSError:
            return None

    def test_a_lost_database_connection_costs_a_retry_and_no_acknowledgement(self):
        server = self.server().start()
        for i in range(5):
            server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                       "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()")

            def informs():
                with cpe.Device(server.cwmp_port) as device:
                    answer = device.post(cpe.inform(f"LOST-{i}"))
                    self.assertIn(answer.status, (200, 503))
                    return answer.status == 200

            farol.wait_for("an Inform is accepted again", informs, 5)
            self.assertEqual(server.sql(f"SELECT count(*) FROM device WHERE serial = 'LOST-{i}'"), "1")

    def test_sigterm_ends_it_cleanly_and_soon(self):
        server = self.server().start()
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 10 * farol.SLOW)

    def test_sigterm_lets_an_open_session_end(self):
        server = self.server().start()
        with cpe.Device(server.cwmp_port) as device:
            device.post(cpe.inform("DRAIN-1"))
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            self.assertEqual(device.post().status, 204)
        self.assertEqual(server.process.wait(20 * farol.SLOW), 0)

    def test_a_schema_of_a_newer_server_is_refused(self):
        server = self.server().start()
        self.assertEqual(server.stop(), 0)
        server.sql("INSERT INTO migration SELECT 9999, 'from_the_future', sha256, now() "
                   "FROM migration LIMIT 1")
        code, said = self.refused(server)
        self.assertEqual(code, 1)
        self.assertIn("newer", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
