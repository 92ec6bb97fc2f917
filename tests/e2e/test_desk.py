"""What the help desk sees of a home and does to it, in its own words: no path of any model is written here."""

import json
import unittest

import farol

HOMES = 12


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server(open_door=False).start()
        cls.addClassCleanup(cls.server.close)
        cls.homes = farol.Homes(cls.server, HOMES, interval=3600,
                                extra=("--username", "bootstrap", "--password", farol.BOOTSTRAP))
        cls.addClassCleanup(cls.homes.close)
        farol.wait_for("all homes have called in",
                       lambda: cls.server.sql("SELECT count(*) FROM device") == str(HOMES))
        cls.devices = cls.server.api("GET", "/devices?limit=50")[1]["data"]
        for device in cls.devices: # each comes with the password of its own that it was given
            cls.do(device, "refresh")
        farol.wait_for("all homes are bound", lambda: cls.server.sql(
            "SELECT count(*) FROM device_hot WHERE enrolment = 2") == str(HOMES), 15)

    @classmethod
    def do(cls, device, kind, params=None, state="succeeded"):
        action = cls.server.act(device["id"], kind, params, wait=30)
        if action["state"] != state:
            raise AssertionError(json.dumps(action, indent=1))
        return action

    @classmethod
    def facts(cls, device):
        doc = cls.server.sql(f"SELECT doc FROM device_fact f JOIN device d ON d.id = f.device_id "
                             f"WHERE d.serial = '{device['serial']}'")
        return {name: pair[0] for name, pair in json.loads(doc).items()}

    def test_a_home_is_understood_whatever_its_model(self):
        for device in self.devices:
            facts = self.facts(device)
            with self.subTest(model=device["product_class"]):
                for name in ("device.software", "device.uptime_s", "wifi.2g.ssid", "wifi.2g.channel", "wan.status"):
                    self.assertIn(name, facts)
                self.assertEqual(facts["wan.status"], "connected")
                self.assertTrue(1 <= facts["wifi.2g.channel"] <= 14, facts)

    def test_the_light_set_is_read_in_one_request(self):
        for device in self.devices[:4]:
            before = self.server.sql(f"SELECT (doc -> 'device.uptime_s' ->> 1)::bigint FROM device_fact f JOIN device d "
                                     f"ON d.id = f.device_id WHERE d.serial = '{device['serial']}'")
            action = self.do(device, "refresh", {"set": "light"})
            with self.subTest(model=device["product_class"]):
                self.assertEqual(action["result"]["requests"], 1, action)
                self.assertEqual(action["result"]["skipped_count"], 0, action)
                self.assertLess(action["result"]["values"], 240)
                after = self.server.sql(f"SELECT (doc -> 'device.uptime_s' ->> 1)::bigint FROM device_fact f JOIN device d "
                                        f"ON d.id = f.device_id WHERE d.serial = '{device['serial']}'")
                self.assertGreaterEqual(int(after), int(before))

    def executed(self, device, did="SetParameterValues"):
        return [row for row in self.homes.executed(did) if row["serial"] == device["serial"]]

    def test_a_wifi_name_is_changed_on_all_bands_and_put_back(self):
        for device in self.devices[:6]:
            with self.subTest(model=device["product_class"]):
                before = self.facts(device)
                done = self.do(device, "wifi.set_ssid", {"ssid": "Casa da Maria"})
                after = self.facts(device)
                bands = [name for name in after if name.startswith("wifi.") and name.endswith(".ssid")
                         and name.split(".")[1] in ("2g", "5g", "6g")]
                self.assertTrue(bands)
                self.assertEqual({after[name] for name in bands}, {"Casa da Maria"})
                self.assertEqual(done["evidence"]["parameter_key"] in (done["id"], None), True)
                self.assertIsNotNone(done["undo_until"])
                status, undo = self.server.api("POST", f"/actions/{done['id']}/undo", {}, headers={"Prefer": "wait=30"})
                self.assertEqual((status, undo["state"]), (200, "succeeded"), undo)
                again = self.facts(device)
                self.assertEqual({name: again[name] for name in bands}, {name: before[name] for name in bands})

    def test_a_wifi_password_is_changed_and_never_shown(self):
        for device in self.devices[:6]:
            with self.subTest(model=device["product_class"]):
                secret = "lua-verde-ponte-farol-72"
                done = self.do(device, "wifi.set_password", {"password": secret})
                self.assertNotIn(secret, json.dumps(done))
                self.assertIsNone(done["params"]["password"])
                written = self.executed(device)[-1]["values"]
                self.assertIn(secret, json.dumps(written))
                self.assertNotIn(secret, self.server.log())
                self.assertEqual(self.server.sql(
                    f"SELECT count(*) FROM action WHERE args::text || coalesce(memo, '') || coalesce(result::text, '') || "
                    f"coalesce(sealed::text, '') || coalesce(undo::text, '') LIKE '%{secret}%'"), "0")

    def test_a_channel_is_changed(self):
        for device in self.devices[:6]:
            with self.subTest(model=device["product_class"]):
                self.do(device, "wifi.set_channel", {"band": "2.4", "channel": 11})
                facts = self.facts(device)
                self.assertEqual((facts["wifi.2g.channel"], facts.get("wifi.2g.auto_channel", False)), (11, False))

    def test_the_login_of_the_connection_is_proved_by_the_connection(self):
        for device in self.devices[:4]:
            with self.subTest(model=device["product_class"]):
                self.do(device, "wan.set_pppoe", {"username": "maria@isp", "password": "segredo-123"})
                self.assertEqual(self.facts(device)["wan.ppp.username"], "maria@isp")

    def test_what_the_device_says_no_to_is_told_and_nothing_is_changed(self):
        device = self.devices[6]
        self.homes.ask(f"odd {device['serial']} refuses-writes")
        before = self.facts(device)
        failed = self.do(device, "wifi.set_ssid", {"ssid": "Nova"}, state="failed")
        self.assertEqual(failed["failure"]["code"], "device_fault", failed)
        self.assertIn(failed["failure"]["cwmp_fault"], (9003, 9007, 9008), failed)
        self.do(device, "refresh", {"set": "light"})
        self.assertEqual(self.facts(device)["wifi.2g.ssid"], before["wifi.2g.ssid"])

    def test_a_device_that_ignores_a_write_does_not_pass(self):
        for device, how, code in ((self.devices[7], "ignores-writes", "not_applied"),
                                  (self.devices[8], "keeps-ssid", "not_applied")):
            with self.subTest(how=how):
                self.homes.ask(f"odd {device['serial']} {how}")
                failed = self.do(device, "wifi.set_ssid", {"ssid": "Nova"}, state="failed")
                self.assertEqual(failed["failure"]["code"], code, failed)

    def test_a_device_that_is_lost_in_the_middle_is_found_again(self):
        for device in self.devices[9:11]:
            with self.subTest(model=device["product_class"]):
                before = len(self.executed(device))
                self.homes.ask(f"drop {device['serial']} 2")
                self.do(device, "wifi.set_ssid", {"ssid": "De volta"})
                self.assertEqual(self.facts(device)["wifi.2g.ssid"], "De volta")
                self.assertEqual(len(self.executed(device)) - before, 1)

    def test_what_is_drawn_has_a_history(self):
        names = self.server.sql("SELECT string_agg(DISTINCT name, ' ' ORDER BY name) FROM fact_sample").split()
        self.assertIn("device.uptime_s", names)
        self.assertIn("wan.optical.rx_dbm", names)
        self.assertIn("wan.dsl.down_margin_db", names)


if __name__ == "__main__":
    unittest.main()
