"""What the help desk sees of a home and does to it, in its own words: no path of any model is written here."""

import json
import unittest

import farol

HOMES = 13


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
        farol.wait_for("all homes are bound and read", cls.all_are_bound, 30)
        cls.devices = cls.server.api("GET", "/devices?limit=50")[1]["data"]

    @classmethod
    def all_are_bound(cls):
        """Each comes with the password of its own that it was given; who did not yet is called again."""
        for device in cls.devices:
            if cls.server.sql(f"SELECT enrolment FROM device_hot JOIN device ON id = device_id WHERE serial = '{device['serial']}'") != "2":
                cls.do(device, "refresh")
        return cls.server.sql("SELECT count(*) FROM device_hot WHERE enrolment = 2") == str(HOMES)

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

    def login(self, device, password=None):
        """As the provider knows it, or with another password."""
        ppp = self.homes.ask(f"home {device['serial']}")["ppp"]
        return {"username": ppp["username"], "password": password or ppp["password"]}

    def test_the_login_of_the_connection_is_proved_by_a_new_connection(self):
        """That it was up before proves nothing: a wrong one is found out when the device has dialled again."""
        for root in ("Device.", "InternetGatewayDevice."):
            device = next(row for row in self.devices if row["root"] == root)
            with self.subTest(model=device["product_class"]):
                failed = self.server.act(device["id"], "wan.set_pppoe", self.login(device, "errada-123"))
                failed = self.server.wait_action(failed["id"], 60)
                self.assertEqual((failed["state"], failed["failure"]["code"]), ("failed", "unverified"), failed)
                done = self.server.act(device["id"], "wan.set_pppoe", self.login(device))
                done = self.server.wait_action(done["id"], 60)
                self.assertEqual(done["state"], "succeeded", done)
                self.assertEqual(self.facts(device)["wan.ppp.username"], self.login(device)["username"])

    def enrolment(self, device):
        return self.server.api("GET", f"/devices/{device['id']}")[1]["enrolment"]

    def last_of(self, root):
        return next(row for row in reversed(self.devices) if row["root"] == root)

    def bind(self, device):
        self.do(device, "refresh", {"set": "light"})
        return self.server.api("PUT", f"/devices/{device['id']}/enrolment", {"enrolment": "bound"})[0] == 200

    def test_a_reset_home_has_its_wifi_back_once_it_is_known_to_be_the_same(self):
        """Its credentials are those of the factory again: no secret goes to it before somebody says that it is the one."""
        for root in ("Device.", "InternetGatewayDevice."):
            device = self.last_of(root)
            with self.subTest(model=device["product_class"]):
                self.homes.ask(f"odd {device['serial']} nothing")
                self.do(device, "wifi.set_ssid", {"ssid": "Casa do Farol"})
                self.do(device, "wifi.set_password", {"password": "abelha-xadrez-ponte-41"})
                action = self.server.act(device["id"], "factory_reset")
                farol.wait_for("the reset is proved", lambda: self.enrolment(device) == "quarantined" and
                               (self.server.action(action["id"])["progress"] or {}).get("stage") == "wait_for_binding")
                written = len(self.executed(device))
                farol.wait_for("it came with the credentials that it was given", lambda: self.bind(device))
                self.do(device, "refresh", {"set": "light"})
                done = self.server.wait_action(action["id"], 30)
                self.assertEqual(done["state"], "succeeded", done)
                self.assertIn("wifi.2g", done["result"]["put_back"], done)
                self.assertEqual(done["evidence"]["reset"], {"event": "0 BOOTSTRAP"})
                self.assertEqual(self.facts(device)["wifi.2g.ssid"], "Casa do Farol")
                self.assertIn("abelha-xadrez-ponte-41", json.dumps(self.executed(device)[written:]))
                self.assertEqual(len(self.executed(device, "FactoryReset")), 1)
                self.assertIsNone(done["undo_until"])
                self.assertNotIn("abelha-xadrez", json.dumps(done) + self.server.log())

    def test_a_reset_without_keeping_leaves_the_factorys_settings(self):
        kept = [self.last_of(root)["serial"] for root in ("Device.", "InternetGatewayDevice.")]
        device = next(row for row in reversed(self.devices) if row["serial"] not in kept)
        self.do(device, "wifi.set_ssid", {"ssid": "Passageira"})
        done = self.do(device, "factory_reset", {"keep": []})
        self.assertIsNone(done["result"])
        farol.wait_for("it is read again", lambda: self.do(device, "refresh", {"set": "light"}))
        self.assertNotEqual(self.facts(device)["wifi.2g.ssid"], "Passageira")

    def test_what_is_drawn_has_a_history(self):
        names = self.server.sql("SELECT string_agg(DISTINCT name, ' ' ORDER BY name) FROM fact_sample").split()
        self.assertIn("device.uptime_s", names)
        self.assertIn("wan.optical.rx_dbm", names)
        self.assertIn("wan.dsl.down_margin_db", names)


if __name__ == "__main__":
    unittest.main()
