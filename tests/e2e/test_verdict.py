#!/usr/bin/env python3
"""What is the matter with a home, end to end: real acsd, real database, simulated homes that go away and come back."""

import signal
import unittest

from farol import Homes, Server, wait_for


class Verdict(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server({"incidents": {"homes": "3", "grace": "1s"}})
        cls.thresholds = cls.server.directory / "thresholds"
        cls.thresholds.write_text("", encoding="utf-8")
        cls.server.settings["verdicts"] = {"thresholds_file": str(cls.thresholds)}
        cls.server.start()
        cls.addClassCleanup(cls.server.close)
        cls.homes = Homes(cls.server, 4, interval=60)
        cls.addClassCleanup(cls.homes.close)
        wait_for("all homes are here and have said where to call them",
                 lambda: sum(device["connection_request_url"] is not None for device in cls.devices()) == 4)
        wait_for("their first sessions are over", lambda: cls.server.sql("SELECT count(DISTINCT device_id) FROM device_session") == "4")

    @classmethod
    def devices(cls):
        return cls.server.api("GET", "/devices")[1]["data"]

    def verdict(self, device):
        status, verdict = self.server.api("GET", f"/devices/{device}/verdict")
        self.assertEqual(status, 200, verdict)
        return verdict

    def codes(self, device):
        return [cause["code"] for cause in self.verdict(device)["causes"]]

    def know(self, device, name, value):
        self.server.sql("INSERT INTO device_fact AS f (device_id, doc) SELECT id, jsonb_build_object('" + name + "', jsonb_build_array("
                        + value + ", floor(extract(epoch FROM now()))::bigint)) FROM device WHERE serial = '" + device["serial"] + "'"
                        " ON CONFLICT (device_id) DO UPDATE SET doc = f.doc || excluded.doc")

    def test_thresholds_are_read_again_and_a_bad_file_changes_nothing(self):
        device = self.devices()[0]
        status, _ = self.server.api("PATCH", f"/devices/{device['id']}", {"place": {"technology": "gpon"}})
        self.assertEqual(status, 200)
        self.know(device, "wan.optical.rx_dbm", "-24.0")
        self.assertNotIn("optical_bad", self.codes(device["id"]))
        self.thresholds.write_text('gpon * * * optical.rx_low_dbm=-23\n', encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        wait_for("the new threshold counts", lambda: "optical_bad" in self.codes(device["id"]))
        self.thresholds.write_text('gpon * * * optical.rx_low=-23\n', encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        wait_for("the file is refused", lambda: "line 1, column 12: there is no threshold 'optical.rx_low'" in self.server.log())
        self.assertIn("optical_bad", self.codes(device["id"]))
        kept = self.server.api("POST", f"/devices/{device['id']}/verdict")[1]
        shown = self.server.api("GET", f"/verdicts/{kept['id']}")[1]
        self.assertTrue(shown["recomputed"]["equal"])

    def test_what_was_set_stands_beside_the_file_and_never_stops_the_server(self):
        device = self.devices()[2]
        self.assertEqual(self.server.api("PATCH", f"/devices/{device['id']}", {"place": {"technology": "epon"}})[0], 200)
        self.know(device, "wan.optical.rx_dbm", "-21.5")
        self.thresholds.write_text("epon * * * optical.rx_warn_dbm=-19 optical.rx_low_dbm=-20\n", encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        wait_for("the file counts", lambda: "optical_bad" in self.codes(device["id"]))
        path = "/thresholds/optical.rx_low_dbm?technology=epon"
        self.assertEqual(self.server.api("GET", path)[1]["layer"], "file")
        status, shown = self.server.api("PUT", path, {"value": -23})
        self.assertEqual((status, shown["layer"], shown["default"]), (200, "saved", -20), shown)
        self.assertNotIn("optical_bad", self.codes(device["id"]))
        self.server.sql("UPDATE setting SET value = '-99', revision = revision + 1 WHERE name = 'optical.rx_low_dbm'")
        wait_for("it is said that it does not fit", lambda: "does not fit any more" in self.server.log())
        self.assertIn("optical_bad", self.codes(device["id"]))
        self.assertFalse(self.server.api("GET", path)[1]["fits"])
        self.server.sql("UPDATE setting SET value = NULL, revision = revision + 1")

    def test_calls_are_kept_and_tell_the_presence(self):
        device = self.devices()[1]
        self.server.act(device["id"], "reboot", wait=30)
        presence = wait_for("the call is kept", lambda: self.presence(device) if self.presence(device)["last_call"] else None)
        self.assertEqual((presence["reachable"], presence["way"]), (True, "http"))
        self.assertIn(presence["last_call"]["code"], ("accepted", "busy"))

    def presence(self, device):
        return self.server.api("GET", f"/devices/{device['id']}/presence")[1]


class Area(unittest.TestCase):
    def test_homes_that_vanish_together_are_an_incident_until_most_are_back(self):
        server = Server({"incidents": {"homes": "3", "grace": "1s"}})
        self.addCleanup(server.close)
        server.start()
        homes = Homes(server, 4, interval=2)
        gone = [homes]
        self.addCleanup(lambda: [each.close() for each in gone])
        wait_for("all homes are here", lambda: server.sql("SELECT count(*) FROM device_hot") == "4", 30)
        server.sql("UPDATE device_hot SET period_s = 4")
        devices = server.api("GET", "/devices")[1]["data"]
        for device in devices:
            self.assertEqual(server.api("PATCH", f"/devices/{device['id']}", {"place": {"cto": "CTO-17"}})[0], 200)
        self.assertEqual(server.api("GET", "/incidents")[1]["data"], [])
        gone.pop().close()
        incident = wait_for("the rule has opened one", lambda: server.api("GET", "/incidents")[1]["data"], 40)[0]
        self.assertEqual((incident["kind"], incident["place"], incident["opened_by"]), ("cto", "CTO-17", None))
        self.assertGreaterEqual(incident["silent"], 3)
        cause = server.api("GET", f"/devices/{devices[0]['id']}/verdict")[1]["causes"][0]
        self.assertEqual((cause["code"], cause["severity"]), ("area_incident", "bad"))
        gone.append(Homes(server, 4, interval=2))
        wait_for("it is over", lambda: not server.api("GET", "/incidents")[1]["data"], 60)
        self.assertEqual(server.api("GET", f"/incidents/{incident['id']}")[1]["closed_by"], None)


if __name__ == "__main__":
    unittest.main()
