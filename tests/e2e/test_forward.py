"""Port forwards of a TR-098 and a TR-181 home, in the words of the desk: what the device really has is the oracle."""

import json
import unittest

import farol

TABLES = {"Device.": "Device.NAT.PortMapping.",
          "InternetGatewayDevice.": "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.PortMapping."}
LEAVES = {"Device.": {"on": "Enable", "protocol": "Protocol"},
          "InternetGatewayDevice.": {"on": "PortMappingEnabled", "protocol": "PortMappingProtocol"}}


class Forward(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server({"log": {"level": "info"}}).start()
        cls.addClassCleanup(cls.server.close)
        cls.homes = farol.Homes(cls.server, 2, interval=3600, extra=("--models", "gpon181,gpon098", "--retry-seconds", "1"))
        cls.addClassCleanup(cls.homes.close)
        farol.wait_for("both homes have called in",
                       lambda: cls.server.sql("SELECT count(*) FROM device WHERE root IS NOT NULL") == "2", 30)
        cls.devices = cls.server.api("GET", "/devices?limit=50")[1]["data"]
        for device in cls.devices:
            device["root"] = cls.server.api("GET", f"/devices/{device['id']}")[1]["root"]
        assert {device["root"] for device in cls.devices} == set(TABLES)

    def each(self):
        for device in self.devices:
            with self.subTest(root=device["root"]):
                self.homes.ask(f"odd {device['serial']} nothing")
                self.start = len(self.homes.executed())
                yield device

    def do(self, device, kind, params=None, state="succeeded"):
        action = self.server.act(device["id"], kind, params, wait=40)
        if action["state"] not in ("succeeded", "failed"):
            action = self.server.wait_action(action["id"], 40)
        self.assertEqual(action["state"], state, json.dumps(action, indent=1))
        return action

    def undo(self, action, state="succeeded"):
        status, undo = self.server.api("POST", f"/actions/{action['id']}/undo", {}, headers={"Prefer": "wait=40"})
        self.assertIn(status, (200, 202), undo)
        undo = self.server.wait_action(undo["id"], 40)
        self.assertEqual(undo["state"], state, json.dumps(undo, indent=1))
        return undo

    def listed(self, device):
        return self.do(device, "port_forward.list")["result"]["forwards"]

    def has(self, device, number, leaf):
        """What the device itself has; None: no such row."""
        answer = self.homes.ask(f"get {device['serial']} {TABLES[device['root']]}{number}.{leaf}")
        return answer.get("value")

    def did(self, device, what):
        return [row for row in self.homes.executed(what)
                if row["serial"] == device["serial"] and row in self.homes.executed()[self.start:]]

    def address(self, tail):
        return f"192.168.1.{tail}"

    def add(self, device, port, state="succeeded", **more):
        return self.do(device, "port_forward.add", {"protocol": "tcp", "external_port": port, "internal_port": 80,
                                                    "internal_client": self.address(10), **more}, state)

    # ---- success, with proof, and its undo

    def test_a_forward_is_added_listed_and_taken_back(self):
        for device in self.each():
            done = self.add(device, 8080, description="câmera")
            [made] = done["result"]["forwards"]
            self.assertEqual(self.has(device, made["number"], "ExternalPort"), "8080")
            self.assertEqual(self.has(device, made["number"], "InternalClient"), "192.168.1.10")
            self.assertEqual(self.has(device, made["number"], LEAVES[device["root"]]["on"]), "1")
            self.assertEqual(done["result"]["sentence"]["pt"], "A porta 8080 (TCP) agora vai para 192.168.1.10, porta 80.")
            self.assertIn(made, self.listed(device))
            self.assertEqual((made["whose"], made["description"]), ("static", "câmera"))
            self.undo(done)
            self.assertIsNone(self.has(device, made["number"], "ExternalPort"))
            self.assertEqual(self.listed(device), [])

    def test_both_protocols_are_proved_and_removed_and_come_back(self):
        for device in self.each():
            done = self.add(device, 27000, protocol="both", external_port_end=27010, internal_port=27000)
            self.assertEqual(sorted(row["protocol"] for row in done["result"]["forwards"]), ["tcp", "udp"])
            gone = self.do(device, "port_forward.remove", {"external_port": 27000, "protocol": "both"})
            self.assertEqual(gone["evidence"]["gone"], "now")
            self.assertEqual(self.listed(device), [])
            self.undo(gone)
            back = self.listed(device)
            self.assertEqual([(row["protocol"], row["external_port"], row["external_port_end"], row["enabled"]) for row in back],
                             [("tcp", 27000, 27010, True), ("udp", 27000, 27010, True)])
            for row in back:
                self.do(device, "port_forward.remove", {"number": row["number"]})

    # ---- refused before anything is changed

    def test_what_cannot_be_is_refused_in_words_and_nothing_is_sent(self):
        for device in self.each():
            first = self.add(device, 9000, description="primeira")
            called = int(self.homes.ask(f"get {device['serial']} {device['root']}ManagementServer.ConnectionRequestURL")["value"]
                         .split("://")[1].split("/")[0].rsplit(":", 1)[1])
            self.start = len(self.homes.executed())
            for params, code in (({"internal_client": "10.9.9.9"}, "not_in_lan"), ({"external_port": 9000}, "conflict"),
                                 ({"external_port": 7547}, "reserved_port"), ({"external_port": called}, "reserved_port")):
                failed = self.do(device, "port_forward.add", {"protocol": "tcp", "external_port": 9100,
                                                              "internal_client": "192.168.1.10", **params}, "failed")
                self.assertEqual(failed["failure"]["code"], code, failed)
                self.assertTrue(failed["failure"]["sentence"]["pt"].endswith("."), failed)
            for did in ("AddObject", "SetParameterValues", "DeleteObject"):
                self.assertEqual(self.did(device, did), [])
            self.undo(first)

    # ---- refused by the device, or ignored

    def test_what_the_device_refuses_or_ignores_leaves_nothing(self):
        for device in self.each():
            for how, code in (("refuses-writes", "device_fault"), ("ignores-writes", "not_applied"), ("no-rows", "device_fault")):
                self.homes.ask(f"odd {device['serial']} {how}")
                failed = self.add(device, 8081, state="failed")
                self.assertEqual(failed["failure"]["code"], code, failed)
                self.assertNotIn("left", failed["failure"])
                self.assertIsNone(failed["undo_until"])
            self.assertEqual(len(self.did(device, "AddObject")), len(self.did(device, "DeleteObject")))
            self.homes.ask(f"odd {device['serial']} nothing")
            self.assertEqual(self.listed(device), [])

    def test_a_row_that_stays_is_not_said_to_be_removed(self):
        for device in self.each():
            done = self.add(device, 8082)
            self.homes.ask(f"odd {device['serial']} keeps-rows")
            number = done["result"]["forwards"][0]["number"]
            failed = self.do(device, "port_forward.remove", {"number": number}, "failed")
            self.assertEqual(failed["failure"]["code"], "not_applied", failed)
            self.assertEqual(self.undo(done, "failed")["failure"]["code"], "not_applied")
            self.homes.ask(f"odd {device['serial']} nothing")
            self.do(device, "port_forward.remove", {"number": number})

    def test_what_was_changed_since_is_not_undone(self):
        for device in self.each():
            done = self.add(device, 8083)
            number = done["result"]["forwards"][0]["number"]
            self.homes.ask(f"set {device['serial']} {TABLES[device['root']]}{number}.InternalClient 192.168.1.55")
            self.assertEqual(self.undo(done, "failed")["failure"]["code"], "changed_since")
            self.assertEqual(self.has(device, number, "InternalClient"), "192.168.1.55")
            self.do(device, "port_forward.remove", {"number": number})

    # ---- lost in the middle

    def test_a_device_that_is_lost_in_the_middle_is_found_again_and_asked_once(self):
        for device in self.each():
            for method, port in (("AddObject", 8090), ("SetParameterValues", 8091)):
                self.start = len(self.homes.executed())
                self.homes.ask(f"drop {device['serial']} 1 {method}")
                done = self.add(device, port)
                self.assertEqual((len(self.did(device, "AddObject")), len(self.did(device, "SetParameterValues"))), (1, 1))
                self.assertEqual(self.has(device, done["result"]["forwards"][0]["number"], "ExternalPort"), str(port))
            self.homes.ask(f"drop {device['serial']} 1 DeleteObject")
            for row in self.listed(device):
                self.do(device, "port_forward.remove", {"number": row["number"]})
            self.assertEqual(self.listed(device), [])
            self.assertEqual(len(self.did(device, "DeleteObject")), 2)

    # ---- the command line

    def test_the_command_line_does_the_same(self):
        device = self.devices[1]
        made = self.server.ctl("lan", "forward", "add", device["serial"], "udp", "6000-6010", "192.168.1.20", "6000",
                               "--text=jogo", "--wait=40s")
        self.assertEqual(made["state"], "succeeded", made)
        rows = self.server.ctl("lan", "forwards", device["serial"], "--wait=40s")["result"]["forwards"]
        self.assertEqual([(row["protocol"], row["external_port"], row["external_port_end"]) for row in rows], [("udp", 6000, 6010)])
        gone = self.server.ctl("lan", "forward", "remove", device["serial"], "udp", "6000", "--wait=40s")
        self.assertEqual(gone["state"], "succeeded", gone)


if __name__ == "__main__":
    unittest.main()
