"""Rows of tables, factory resets and scheduled contacts on simulated homes: carried out once, proven, and not lost or
doubled when the server dies in between. The homes' own journal is the oracle."""

import collections
import os
import random
import time
import unittest

import farol

KILLS = int(os.environ.get("FAROL_KILLS", "8"))
ROUND = 16  # actions between two kills
TABLES = {"Device.": "Device.NAT.PortMapping.",
          "InternetGatewayDevice.": "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.PortMapping."}


class Fleet(unittest.TestCase):
    HOMES = 8
    INTERVAL = 3600

    def setUp(self):
        self.server = farol.Server({"log": {"level": "info"}}).start()
        self.homes = farol.Homes(self.server, self.HOMES, interval=self.INTERVAL, reboot=(0.2, 0.5),
                                 extra=("--retry-seconds", "1"))
        farol.wait_for("all homes have called in",
                       lambda: self.server.sql("SELECT count(*) FROM device WHERE root IS NOT NULL") == str(self.HOMES), 30)
        self.devices = self.server.api("GET", "/devices?limit=200")[1]["data"]
        for device in self.devices:
            device["root"] = self.server.api("GET", f"/devices/{device['id']}")[1]["root"]
            device["table"] = TABLES[device["root"]]

    def tearDown(self):
        self.homes.close()
        self.server.close()


class Objects(Fleet):
    def test_a_row_is_made_with_its_values_and_deleted_again(self):
        for device in self.devices[:4]:
            with self.subTest(device["product_class"]):
                action = self.server.act(device["id"], "object.add", {
                    "object": device["table"], "values": [{"name": "ExternalPort", "value": "8080"},
                                                          {"name": "InternalClient", "value": "192.168.1.9"}]}, wait=30)
                self.assertEqual(action["state"], "succeeded", action)
                row = f"{device['table']}{action['result']['instance']}."
                self.assertEqual(action["evidence"]["object"], row)
                made = [line for line in self.homes.executed("AddObject") if line["parameter_key"] == action["id"]]
                self.assertEqual([line["object"] for line in made], [row])
                read = self.server.act(device["id"], "params.get", {"names": [row + "ExternalPort"]}, wait=30)
                self.assertEqual(read["result"]["values"][0]["value"], "8080")
                for gone in ("now", "already"):
                    action = self.server.act(device["id"], "object.delete", {"object": row}, wait=30)
                    self.assertEqual((action["state"], action["evidence"]["gone"]), ("succeeded", gone), action)

    def test_a_table_that_is_none_fails_and_makes_nothing(self):
        device = self.devices[0]
        action = self.server.act(device["id"], "object.add", {"object": device["root"] + "Nope."}, wait=30)
        self.assertEqual((action["state"], action["failure"]["cwmp_fault"]), ("failed", 9005), action)

    def test_a_factory_reset_is_proven_by_bootstrap_and_what_was_set_is_gone(self):
        device = self.devices[2]
        name = device["root"] + "Time.NTPServer1"
        self.server.act(device["id"], "params.set", {"values": [{"name": name, "value": "x.example"}]}, wait=30)
        action = self.server.act(device["id"], "factory_reset")
        done = self.server.wait_action(action["id"], 40)
        self.assertEqual((done["state"], done["evidence"]), ("succeeded", {"event": "0 BOOTSTRAP"}), done)
        read = self.server.act(device["id"], "params.get", {"names": [name]}, wait=30)
        self.assertNotEqual(read["result"]["values"][0]["value"], "x.example")
        self.assertEqual(len(self.homes.executed("FactoryReset")), 1)

    def test_a_contact_is_scheduled_and_comes(self):
        device = self.devices[3]
        action = self.server.act(device["id"], "inform.schedule", {"delay_s": 2})
        done = self.server.wait_action(action["id"], 30)
        self.assertEqual((done["state"], done["evidence"]["event"]), ("succeeded", "M ScheduleInform"), done)
        status, problem = self.server.api("POST", f"/devices/{device['id']}/actions",
                                          {"type": "inform.schedule", "params": {"delay_s": 0}})
        self.assertEqual((status, problem["errors"][0]["pointer"]), (422, "/params/delay_s"), problem)

    def test_any_method_is_sent_and_answered_in_the_words_of_the_standard(self):
        device = self.devices[5]
        action = self.server.act(device["id"], "rpc", {"method": "GetParameterNames", "args": {
            "ParameterPath": device["root"], "NextLevel": True}}, wait=30)
        self.assertEqual((action["state"], action["result"]["method"]), ("succeeded", "GetParameterNamesResponse"), action)
        names = [row["Name"] for row in action["result"]["args"]["ParameterList"]]
        self.assertIn(device["root"] + "DeviceInfo.", names)
        action = self.server.act(device["id"], "rpc", {"method": "Reboot"}, wait=30)
        self.assertEqual(action["state"], "succeeded", action)
        self.assertEqual([row["command_key"] for row in self.homes.executed("Reboot")], [action["id"]])
        action = self.server.act(device["id"], "rpc", {"method": "GetOptions", "args": {"OptionName": ""}}, wait=30)
        self.assertEqual((action["state"], action["failure"]["code"]), ("failed", "not_supported"), action)
        status, problem = self.server.api("POST", f"/devices/{device['id']}/actions",
                                          {"type": "rpc", "params": {"method": "ScheduleInform",
                                                                     "args": {"DelaySeconds": "soon"}}})
        self.assertEqual((status, problem["errors"][0]["pointer"]), (422, "/params/args/DelaySeconds"), problem)

    def test_what_the_home_cannot_do_is_known_after_it_was_read(self):
        device = self.devices[4]
        self.assertEqual(self.server.act(device["id"], "refresh", wait=60)["state"], "succeeded")
        methods = self.server.sql(f"SELECT methods FROM device_ability WHERE device_id = (SELECT id FROM device"
                                  f" WHERE serial = '{device['serial']}')")
        self.assertIn(" FactoryReset ", methods)


class Crash(Fleet):
    HOMES = 40
    INTERVAL = 2

    def queue(self):
        accepted = []
        for _ in range(ROUND):
            adds = random.random() < 0.75
            device = random.choice(self.devices[:30] if adds else self.devices[30:])
            body = {"type": "object.add", "params": {"object": device["table"]}} if adds else {"type": "factory_reset"}
            try:
                status, action = self.server.api("POST", f"/devices/{device['id']}/actions",
                                                 {**body, "expires_in": "PT30M" if adds else "PT45S"})
            except OSError:
                break
            if status == 202:
                accepted.append(action["id"])
        return accepted

    def test_nothing_is_lost_and_nothing_is_done_twice(self):
        random.seed(21)
        accepted = []
        for _ in range(KILLS):
            accepted += self.queue()
            time.sleep(random.uniform(0.05, 0.8))
            self.server.kill()
            self.server.start()

        farol.wait_for("every action has ended",
                       lambda: self.server.sql("SELECT count(*) FROM action WHERE ended_at IS NULL") == "0", 120, 0.5)
        made = collections.Counter(row["parameter_key"] for row in self.homes.executed("AddObject"))
        reset = collections.Counter(row["serial"] for row in self.homes.executed("FactoryReset"))
        rows = [line.split("|") for line in self.server.sql(
            "SELECT a.id, a.kind, a.state, coalesce(a.failure ->> 'code', ''), d.serial FROM action a"
            " JOIN device d ON d.id = a.device_id").splitlines()]
        self.assertEqual(set(accepted) - {row[0] for row in rows}, set(), "accepted and lost")
        self.assertEqual({key: count for key, count in made.items() if count > 1}, {}, "made twice")
        for action, kind, state, code, _ in rows:
            if kind == "object.add":
                self.assertEqual((state, made[action]), ("succeeded", 1), (action, code))
            else:  # never sent again by itself: what was not carried out says so, and what nothing tells of, too
                self.assertIn((state, code), (("succeeded", ""), ("failed", "not_executed"), ("failed", "outcome_unknown"),
                                              ("expired", "expired")), action)
        resets = [row for row in rows if row[1] == "factory_reset"]
        for serial in {row[4] for row in resets}:  # of a device that had just started when it was told, nothing can tell
            least = sum(row[4] == serial and row[2] == "succeeded" for row in resets)
            unknown = sum(row[4] == serial and row[3] == "outcome_unknown" for row in resets)
            self.assertTrue(least <= reset[serial] <= least + unknown, (serial, least, reset[serial], unknown))
        print(f"{KILLS} kills, {len(accepted)} accepted, {sum(made.values())} rows made, {sum(reset.values())} resets, "
              f"{sum(row[3] == 'not_executed' for row in rows)} of them not executed and said so")


if __name__ == "__main__":
    unittest.main(verbosity=2)
