"""What the help desk sees of a home and does to it, in its own words: no path of any model is written here."""

import json
import unittest

import farol

MODELS = 'gpon181,gpon098,dsl098,cheap098'


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server().start()
        cls.homes = farol.Homes(cls.server, 8, interval=3600)
        farol.wait_for("all homes have called in",
                       lambda: cls.server.sql("SELECT count(*) FROM device") == "8")
        cls.devices = cls.server.api("GET", "/devices?limit=50")[1]["data"]
        for device in cls.devices:
            cls.do(device, "refresh")

    @classmethod
    def tearDownClass(cls):
        cls.homes.close()
        cls.server.close()

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
                self.assertLess(action["result"]["values"], 200)
                after = self.server.sql(f"SELECT (doc -> 'device.uptime_s' ->> 1)::bigint FROM device_fact f JOIN device d "
                                        f"ON d.id = f.device_id WHERE d.serial = '{device['serial']}'")
                self.assertGreaterEqual(int(after), int(before))

    def test_what_is_drawn_has_a_history(self):
        names = self.server.sql("SELECT string_agg(DISTINCT name, ' ' ORDER BY name) FROM fact_sample").split()
        self.assertIn("device.uptime_s", names)
        self.assertIn("wan.optical.rx_dbm", names)
        self.assertIn("wan.dsl.down_margin_db", names)


if __name__ == "__main__":
    unittest.main()
