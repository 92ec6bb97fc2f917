"""Tests that homes make by order, whatever their model: real acsd, PostgreSQL and simulated homes."""

import json
import unittest
import urllib.error
import urllib.request

import farol


class Diag(unittest.TestCase):
    SHARE_MBPS = 60

    @classmethod
    def setUpClass(cls):
        cls.files_port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{cls.files_port}"}})
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "keep_free": "0", "speed_max": "16MiB",
                                        "speed_rate": 4 * cls.SHARE_MBPS,
                                        "url": f"http://127.0.0.1:{cls.files_port}"}
        cls.server.start()
        cls.homes = farol.Homes(cls.server, 8, interval=3600, extra=("--diag-seconds", "0.3"))
        farol.wait_for("all homes have called in",
                       lambda: cls.server.sql("SELECT count(*) FROM device") == "8")
        cls.devices = sorted(cls.server.api("GET", "/devices?limit=50")[1]["data"], key=lambda d: d["serial"])
        for device in cls.devices[:4]:
            cls.do(device, "refresh")

    @classmethod
    def tearDownClass(cls):
        cls.homes.close()
        cls.server.close()

    @classmethod
    def do(cls, device, kind, params=None, state="succeeded", wait=40):
        action = cls.server.act(device["id"], kind, params, wait=wait)
        if action["state"] != state:
            raise AssertionError(json.dumps(action, indent=1))
        return action

    def do_on_all(self, devices, kind, params=None):
        """At the same time: what one waits for the others need not. Pairs of device and ended action."""
        asked = [(device, self.server.act(device["id"], kind, params)["id"]) for device in devices]
        for device, action in asked:
            with self.subTest(model=device["product_class"]):
                ended = self.server.wait_action(action, 60)
                self.assertEqual(ended["state"], "succeeded", ended)
                yield device, ended

    def odd(self, device, how):
        self.homes.ask(f"odd {device['serial']} {how}")
        self.addCleanup(self.homes.ask, f"odd {device['serial']} nothing")

    def fact(self, device, name):
        return self.server.sql(f"SELECT doc -> '{name}' ->> 0 FROM device_fact f JOIN device d ON d.id = f.device_id "
                               f"WHERE d.serial = '{device['serial']}'")

    def test_ping_on_every_model(self):
        for device, action in self.do_on_all(self.devices, "diag.ping", {"host": "198.51.100.7", "count": 3, "rounds": 2}):
            result = action["result"]
            self.assertEqual(len(result["rounds"]), 2)
            self.assertEqual(result["sent"], 6)
            tells = device["product_class"] != "VO-G1200W"
            self.assertEqual(action["evidence"]["event"], "8 DIAGNOSTICS COMPLETE" if tells else None)
            self.assertRegex(result["sentence"]["pt"], r"^(Perda de|Nenhuma resposta)")
            self.assertEqual(float(self.fact(device, "test.ping_loss_percent")), result["loss_percent"])

    def test_ping_of_what_never_answers_and_of_no_name(self):
        silent = self.do(self.devices[0], "diag.ping", {"host": "192.0.2.1"})
        self.assertEqual(silent["result"]["received"], 0)
        self.assertIn("Nenhuma resposta de 192.0.2.1", silent["result"]["sentence"]["pt"])
        unknown = self.do(self.devices[1], "diag.ping", {"host": "nowhere.invalid"}, state="failed")
        self.assertEqual(unknown["failure"]["state"], "Error_CannotResolveHostName")
        self.assertIn("DNS", unknown["failure"]["sentence"]["pt"])

    def test_the_way_to_a_host(self):
        for device in self.devices[:4]:
            with self.subTest(model=device["product_class"]):
                result = self.do(device, "diag.traceroute", {"host": "198.51.100.7", "max_hops": 20})["result"]
                self.assertTrue(result["arrived"], result)
                self.assertGreaterEqual(len(result["rounds"][0]["hops"]), 2)
                self.assertIn("saltos", result["sentence"]["pt"])
        result = self.do(self.devices[0], "diag.traceroute", {"host": "192.0.2.9"})["result"]
        self.assertFalse(result["arrived"])
        self.assertIn("Não chegou a 192.0.2.9", result["sentence"]["pt"])

    def test_looking_up_names(self):
        for device in [d for d in self.devices if d["product_class"] != self.cheap()][:3]:
            with self.subTest(model=device["product_class"]):
                result = self.do(device, "diag.dns", {"name": "example.com", "servers": ["198.51.100.53", "198.51.100.54"],
                                                      "tries": 2})["result"]
                self.assertEqual([r["server"] for r in result["rounds"]], ["198.51.100.53", "198.51.100.54"])
                self.assertEqual(result["asked"], 4)
                self.assertEqual(float(self.fact(device, "test.dns_failed_percent")), result["failed_percent"])
        result = self.do(self.devices[0], "diag.dns", {"name": "nowhere.invalid"})["result"]
        self.assertEqual(result["answered"], 0)
        self.assertIn("não respondeu a nenhuma", result["sentence"]["pt"])

    def test_what_a_model_has_not_is_refused_before_it_is_asked(self):
        cheap = next(d for d in self.devices[:4] if d["product_class"] == self.cheap())
        before = len(self.homes.executed())
        for kind, params in (("diag.dns", {"name": "example.com"}), ("diag.wifi_scan", {})):
            action = self.do(cheap, kind, params, state="failed")
            self.assertEqual(action["failure"]["code"], "not_available", action)
        self.assertEqual(len(self.homes.executed()), before)

    def cheap(self):
        return self.server.sql("SELECT product_class FROM device WHERE root = 'InternetGatewayDevice.' AND cwmp_version = 0 LIMIT 1")

    def test_speed_with_real_bytes(self):
        for device in self.devices[:4]:
            with self.subTest(model=device["product_class"]):
                down = self.do(device, "diag.download", {"seconds": 2}, wait=90)["result"]
                self.assertGreater(down["mbps"], 1)
                self.assertLess(down["mbps"], 1.25 * self.SHARE_MBPS)
                self.assertEqual(float(self.fact(device, "test.download_mbps")), down["mbps"])
                up = self.do(device, "diag.upload", {"seconds": 2}, wait=90)["result"]
                self.assertGreater(up["mbps"], 1)
                self.assertLess(up["mbps"], 1.25 * self.SHARE_MBPS)
                self.assertIn("Mb/s", up["sentence"]["pt"])

    def test_speed_is_told_as_a_part_of_the_plan(self):
        for model in ("AR-G2426", "PT-ONT 8145"):
            with self.subTest(model=model):
                device = self.one_of(model)
                self.server.api("PATCH", f"/devices/{device['id']}", {"place": {"plan_down_mbps": 50000, "plan_up_mbps": 50000}})
                down = self.do(device, "diag.download", {"seconds": 2}, wait=90)["result"]
                self.assertAlmostEqual(down["plan_percent"], 100 * down["mbps"] / 50000, delta=0.2)
                self.assertRegex(down["sentence"]["pt"], r"^Download de \d+(,\d)? Mb/s de 50000 Mb/s contratados \(\d %\)\.")

    def test_other_networks_and_the_best_channel(self):
        for device in [d for d in self.devices if d["product_class"] != self.cheap()][:3]:
            with self.subTest(model=device["product_class"]):
                result = self.do(device, "diag.wifi_scan", {})["result"]
                self.assertGreater(len(result["rounds"][0]["neighbours"]), 0)
                band = result["bands"]["2g"]
                self.assertIn(band["best_channel"], (1, 6, 11, band["channel"]))
                self.assertLessEqual(band["best_channel_load"], band["channel_load"])
                self.assertEqual(float(self.fact(device, "wifi.2g.best_channel")), band["best_channel"])
                self.assertNotEqual(self.server.sql(
                    "SELECT count(*) FROM device_fact f JOIN device d ON d.id = f.device_id, jsonb_object_keys(doc) k "
                    f"WHERE d.serial = '{device['serial']}' AND k LIKE 'wifi.neighbours.%.channel'"), "0")

    def test_the_command_line_says_the_sentence_first(self):
        printed = self.server.ctl("diag", "ping", self.devices[0]["serial"], "198.51.100.7", "2")
        self.assertEqual(printed["state"], "succeeded")
        self.assertIn("sentence", printed["result"])

    # ---- read-outs

    MODELS = ("AR-G2426", "PT-ONT 8145", "SF-VDSL7", "MN-AX3000")

    def one_of(self, model):
        return next(d for d in self.devices if d["product_class"] == model)

    def each_model(self):
        for model in self.MODELS:
            with self.subTest(model=model):
                yield self.one_of(model)

    def test_the_line_of_every_model(self):
        words = {"AR-G2426": r"^Sinal óptico .*\(−\d+(,\d)? dBm", "PT-ONT 8145": r"^Sinal óptico .*\(−\d+(,\d)? dBm",
                 "SF-VDSL7": r"margem de \d+(,\d)? dB.* Sincronizada a \d", "MN-AX3000": r"^Cabo da entrada a 1000 Mb/s\.$"}
        for device in self.each_model():
            result = self.do(device, "diag.line", wait=60)["result"]
            self.assertIn(result["verdict"], ("ok", "optical_warn", "dsl_margin"), result)
            self.assertRegex(result["sentence"]["pt"], words[device["product_class"]])
            if "optical" in result:
                self.assertAlmostEqual(float(self.fact(device, "wan.optical.rx_dbm")), result["optical"]["rx_dbm"], places=2)
            if "dsl" in result:
                self.assertEqual(float(self.fact(device, "wan.dsl.down_kbps")), result["dsl"]["down_kbps"])

    def test_weak_light_is_what_the_verdict_says_too(self):
        device = self.one_of("AR-G2426")
        path = "Device.Optical.Interface.1.OpticalSignalLevel"
        before = self.homes.ask(f"get {device['serial']} {path}")["value"]
        self.addCleanup(self.homes.ask, f"set {device['serial']} {path} {before}")
        self.homes.ask(f"set {device['serial']} {path} -28312")
        result = self.do(device, "diag.line")["result"]
        self.assertEqual(result["sentence"]["pt"], "Sinal óptico fraco (−28,3 dBm; o limite é −27).")
        self.assertEqual(result["optical"]["rx_dbm"], -28.31)
        self.assertEqual(result["verdict"], "optical_bad")
        causes = self.server.api("GET", f"/devices/{device['id']}/verdict")[1]["causes"]
        self.assertIn("optical_bad", [cause["code"] for cause in causes])
        status, answer = self.server.api("PATCH", f"/devices/{device['id']}", {"place": {"technology": "xgspon"}})
        self.assertEqual(status, 200, answer)
        self.assertIn("o limite é −28)", self.do(device, "diag.line")["result"]["sentence"]["pt"])

    def test_a_threshold_that_was_set_holds_in_sessions_too(self):
        device = self.one_of("PT-ONT 8145")

        def limit():
            return self.do(device, "diag.line")["result"]["sentence"]["pt"]

        self.addCleanup(lambda: [self.server.api("DELETE", f"/thresholds/optical.rx_{name}_dbm") for name in ("low", "warn")])
        self.assertNotIn("o limite é −10)", limit())
        for name, value in (("warn", -9), ("low", -10)):
            status, answer = self.server.api("PUT", f"/thresholds/optical.rx_{name}_dbm", {"value": value})
            self.assertEqual(status, 200, answer)
        farol.wait_for("workers judge by it", lambda: "o limite é −10)" in limit(), 30)
        self.assertEqual(self.server.api("DELETE", "/thresholds/optical.rx_low_dbm")[0], 204)
        farol.wait_for("and by the default again", lambda: "o limite é −10)" not in limit(), 30)

    def test_who_is_on_the_wifi_and_in_the_network(self):
        for device in self.each_model():
            clients = self.do(device, "diag.clients", wait=60)["result"]
            self.assertEqual(len(clients["clients"]), clients["count"])
            self.assertGreater(clients["count"], 0)
            for client in clients["clients"]:
                self.assertRegex(client["mac"], r"^[0-9A-Fa-f:]{17}$")
                self.assertIn(client["strength"], ("weak", "fair", "good", "unknown"))
                self.assertEqual("rssi_dbm" in client, client["strength"] != "unknown")
            self.assertTrue(any("name" in client for client in clients["clients"]), clients)
            self.assertTrue(any(client.get("band") in ("2g", "5g") for client in clients["clients"]), clients)
            self.assertEqual([c["strength"] for c in clients["clients"]].count("weak"), clients["weak"])
            hosts = self.do(device, "diag.hosts")["result"]
            self.assertEqual(len(hosts["hosts"]), hosts["count"])
            self.assertLessEqual(hosts["wifi"], clients["count"], (hosts, clients))
            self.assertGreater(hosts["wifi"], 0)
            self.assertRegex(hosts["sentence"]["pt"], rf"^{hosts['active']} aparelho")
            self.assertNotEqual(self.fact(device, "lan.hosts.1.mac"), "")

    def test_a_readout_outlives_a_session_that_breaks_off(self):
        devices = [self.one_of("AR-G2426"), self.one_of("PT-ONT 8145")]
        for device in devices:
            self.homes.ask(f"drop {device['serial']} 1")
        for _, action in self.do_on_all(devices, "diag.line"):
            self.assertIn("dBm", action["result"]["sentence"]["pt"])

    def test_test_addresses_are_for_who_has_a_ticket(self):
        port = self.files_port
        for method, path in (("GET", "/s/x/100"), ("GET", "/s/"), ("PUT", "/s/act_x"), ("GET", "/s/" + "a" * 90 + "/5")):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=b"x" if method == "PUT" else None)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=10)
            self.assertEqual(refused.exception.code, 404)

    def test_a_device_that_does_not_tell_is_called_again(self):
        device = self.devices[2]
        self.odd(device, "diag-silent")
        action = self.do(device, "diag.ping", {"host": "198.51.100.7", "count": 1, "timeout_ms": 100})
        self.assertIsNone(action["evidence"]["event"])
        self.assertGreaterEqual(action["evidence"]["asked"], 1)

    def test_an_error_of_the_device_is_told(self):
        device = self.devices[3]
        self.odd(device, "diag-error")
        action = self.do(device, "diag.ping", {"host": "198.51.100.7"}, state="failed")
        self.assertEqual(action["failure"]["code"], "test_failed")
        self.assertEqual(action["failure"]["state"], "Error_Internal")

    def test_an_order_whose_answer_is_lost_is_not_given_twice(self):
        devices = [self.one_of("AR-G2426"), self.one_of("PT-ONT 8145")]
        before = {device["id"]: self.ordered(device) for device in devices}
        for device in devices:
            self.homes.ask(f"drop {device['serial']} 2")
        for device, _ in self.do_on_all(devices, "diag.ping", {"host": "198.51.100.8"}):
            self.assertEqual(self.ordered(device) - before[device["id"]], 1)

    def ordered(self, device):
        return len([line for line in self.homes.executed("SetParameterValues") if line["serial"] == device["serial"]])

    def test_a_power_failure_in_the_middle_is_told(self):
        device = self.devices[5]
        self.odd(device, "diag-never")
        action = self.server.act(device["id"], "diag.ping", {"host": "198.51.100.7"})
        farol.wait_for("the test is under way",
                       lambda: self.server.action(action["id"])["state"] == "verifying")
        self.homes.ask(f"boot {device['serial']}")
        ended = self.server.wait_action(action["id"])
        self.assertEqual(ended["failure"]["code"], "stopped", ended)
        self.assertIn("restarted", ended["failure"]["detail"])

    def test_one_that_runs_may_be_cancelled(self):
        device = self.devices[6]
        self.odd(device, "diag-never")
        action = self.server.act(device["id"], "diag.ping", {"host": "198.51.100.7"})
        farol.wait_for("the test is under way",
                       lambda: self.server.action(action["id"])["state"] == "verifying")
        status, answer = self.server.api("POST", f"/actions/{action['id']}/cancel", {})[:2]
        self.assertEqual(status, 200, answer)
        self.assertEqual(self.server.action(action["id"])["state"], "cancelled")

    def test_a_cancelled_test_is_ended_on_the_device(self):
        state = {"AR-G2426": "Device.IP.Diagnostics.IPPing.DiagnosticsState",
                 "PT-ONT 8145": "InternetGatewayDevice.IPPingDiagnostics.DiagnosticsState"}
        for model, path in state.items():
            with self.subTest(model=model):
                device = self.one_of(model)
                self.odd(device, "diag-never")
                action = self.server.act(device["id"], "diag.ping", {"host": "198.51.100.9", "count": 3})
                farol.wait_for("the test is under way",
                               lambda id=action["id"]: self.server.action(id)["state"] == "verifying")
                self.assertEqual(self.homes.ask(f"get {device['serial']} {path}")["value"], "Requested")
                self.assertEqual(self.server.api("POST", f"/actions/{action['id']}/cancel", {})[0], 200)
                self.see_it_ended(device, path, action["id"])
                self.homes.ask(f"odd {device['serial']} nothing")
                self.do(device, "diag.ping", {"host": "198.51.100.9", "count": 1, "timeout_ms": 100})

    def test_a_test_that_is_out_of_time_is_ended_on_the_device(self):
        device = self.one_of("AR-G2426")
        self.odd(device, "diag-never")
        action = self.server.act(device["id"], "diag.ping", {"host": "198.51.100.9"})
        farol.wait_for("the test is under way", lambda: self.server.action(action["id"])["state"] == "verifying")
        self.server.sql(f"UPDATE action SET expires_at = now() WHERE id = '{action['id']}'")
        self.see_it_ended(device, "Device.IP.Diagnostics.IPPing.DiagnosticsState", action["id"])
        self.assertEqual(self.server.action(action["id"])["failure"]["code"], "outcome_unknown")

    def see_it_ended(self, device, path, action):
        def stop():
            listed = self.server.api("GET", f"/devices/{device['id']}/actions?limit=20")[1]["data"]
            return next((a for a in listed if a["type"] == "diag.stop" and a["params"]["of"] == action), None)

        farol.wait_for("the end of the test is asked for", stop)
        ended = self.server.wait_action(stop()["id"])
        self.assertEqual((ended["state"], ended["evidence"]), ("succeeded", {"state": "None", "stopped": True}), ended)
        self.assertEqual(self.homes.ask(f"get {device['serial']} {path}")["value"], "None")


if __name__ == "__main__":
    unittest.main()
