"""What the help desk asks for, carried out on simulated homes and proven."""

import time
import unittest

import cpe
import farol


class Actions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server().start()
        cls.homes = farol.Homes(cls.server, 12, interval=3600)
        farol.wait_for("all homes have called in",
                       lambda: cls.server.sql("SELECT count(*) FROM device") == "12")
        cls.devices = cls.server.api("GET", "/devices?limit=50")[1]["data"]

    @classmethod
    def tearDownClass(cls):
        cls.homes.close()
        cls.server.close()

    def root_of(self, device):
        return self.server.api("GET", f"/devices/{device['id']}")[1]["root"]

    def test_a_restart_is_asked_for_carried_out_once_and_proven(self):
        for device in self.devices[:4]:
            began = time.monotonic()
            action = self.server.act(device["id"], "reboot", reason="chamado 48213")
            self.assertIn(action["state"], ("queued", "waking", "session", "running"))
            done = self.server.wait_action(action["id"])
            self.assertEqual(done["state"], "succeeded", done)
            self.assertEqual(done["evidence"]["event"], "M Reboot")
            self.assertEqual(done["evidence"]["command_key"], action["id"])
            self.assertTrue(done["evidence"]["uptime_reset"], done)
            self.assertLess(time.monotonic() - began, 10 * farol.SLOW)
            executed = [row for row in self.homes.executed("Reboot") if row["command_key"] == action["id"]]
            self.assertEqual(len(executed), 1)

    def test_every_stage_is_an_event_in_order(self):
        action = self.server.act(self.devices[4]["id"], "reboot", wait=30)
        self.assertEqual(action["state"], "succeeded", action)
        events = self.server.api("GET", f"/actions/{action['id']}/events", headers={"Accept": "application/json"})[1]
        states = [event["state"] for event in events["data"]]
        self.assertEqual(list(dict.fromkeys(states)),
                         ["queued", "waking", "session", "running", "verifying", "succeeded"])

    def test_parameters_are_read_from_the_device_itself(self):
        device = self.devices[5]
        root = self.root_of(device)
        action = self.server.act(device["id"], "params.get", {"names": [root + "DeviceInfo."]}, wait=30)
        self.assertEqual(action["state"], "succeeded", action)
        names = [value["name"] for value in action["result"]["values"]]
        self.assertIn(root + "DeviceInfo.SoftwareVersion", names)
        stored = self.server.api("GET", f"/devices/{device['id']}/parameters?path={root}DeviceInfo.")[1]
        self.assertIn(root + "DeviceInfo.SoftwareVersion", [row["name"] for row in stored["data"]])

    def test_an_unknown_parameter_fails_with_the_fault_of_the_device(self):
        action = self.server.act(self.devices[5]["id"], "params.get", {"names": ["Device.Nope.Nothing"]}, wait=30)
        self.assertEqual((action["state"], action["failure"]["cwmp_fault"]), ("failed", 9005))

    def test_a_parameter_is_set_and_read_back(self):
        device = self.devices[6]
        name = self.root_of(device) + "ManagementServer.PeriodicInformInterval"
        action = self.server.act(device["id"], "params.set", {"values": [{"name": name, "value": "1800"}]}, wait=30)
        self.assertEqual(action["state"], "succeeded", action)
        self.assertEqual(action["result"]["values"][0]["value"], "1800")
        executed = [row for row in self.homes.executed("SetParameterValues") if row["serial"] == device["serial"]]
        self.assertEqual([row["parameter_key"] for row in executed], [action["id"]])
        # I9: the same value again is sent again, whatever is stored
        again = self.server.act(device["id"], "params.set", {"values": [{"name": name, "value": "1800"}]}, wait=30)
        self.assertEqual(again["state"], "succeeded", again)
        executed = [row for row in self.homes.executed("SetParameterValues") if row["serial"] == device["serial"]]
        self.assertEqual(len(executed), 2)

    def test_a_value_the_device_refuses_fails_with_its_reason(self):
        device = self.devices[6]
        name = self.root_of(device) + "DeviceInfo.SoftwareVersion"
        action = self.server.act(device["id"], "params.set", {"values": [{"name": name, "value": "9.9"}]}, wait=30)
        self.assertEqual((action["state"], action["failure"]["cwmp_fault"]), ("failed", 9003), action)
        (refused,) = action["failure"]["parameters"]
        self.assertEqual((refused["name"], refused["cwmp_fault"]), (name, 9008))
        self.assertEqual(refused["detail"], f"the parameter is read-only (fault 9008: {refused['text']})")

    def test_a_value_that_is_none_of_its_type_is_never_sent(self):
        device = self.devices[6]
        name = self.root_of(device) + "ManagementServer.PeriodicInformInterval"
        action = self.server.act(device["id"], "params.set", {"values": [{"name": name, "value": "soon"}]}, wait=30)
        self.assertEqual((action["state"], action["failure"]["code"]), ("failed", "cannot_be_sent"), action)

    def test_a_whole_device_is_read_with_progress(self):
        device = self.devices[7]
        action = self.server.act(device["id"], "refresh", wait=60)
        self.assertEqual(action["state"], "succeeded", action)
        self.assertGreater(action["result"]["total"], 50)
        self.assertEqual(action["result"]["done"], action["result"]["total"])
        stored = self.server.sql("SELECT count(*) FROM device_page p, jsonb_object_keys(doc) WHERE device_id = "
                                 f"(SELECT id FROM device WHERE serial = '{device['serial']}')")
        self.assertGreaterEqual(int(stored), action["result"]["total"])

    def test_actions_of_one_device_run_in_order_and_the_restart_last(self):
        device = self.devices[8]
        root = self.root_of(device)
        reboot = self.server.act(device["id"], "reboot")
        read = self.server.act(device["id"], "params.get", {"names": [root + "DeviceInfo.UpTime"]})
        self.assertEqual(self.server.wait_action(read["id"])["state"], "succeeded")
        self.assertEqual(self.server.wait_action(reboot["id"])["state"], "succeeded")
        self.assertEqual(sum(row["command_key"] == reboot["id"] for row in self.homes.executed("Reboot")), 1)

    def test_a_lost_answer_is_resolved_by_evidence_and_not_by_sending_again(self):
        device = self.devices[9]
        self.homes.ask(f"drop {device['serial']} 1")
        action = self.server.act(device["id"], "reboot")
        done = self.server.wait_action(action["id"], 60)
        self.assertEqual(done["state"], "succeeded", done)
        self.assertEqual(sum(row["command_key"] == action["id"] for row in self.homes.executed("Reboot")), 1)

    def test_wrong_arguments_are_refused_before_anything_is_queued(self):
        for kind, params in (("fly", {}), ("params.get", {"names": []}), ("reboot", {"when": "now"})):
            status, problem = self.server.api("POST", f"/devices/{self.devices[0]['id']}/actions",
                                              {"type": kind, "params": params})
            self.assertIn(status, (400, 422), problem)
        self.assertEqual(self.server.sql("SELECT count(*) FROM action WHERE kind = 'fly'"), "0")


    def test_two_restarts_of_one_device_are_two_restarts(self):
        device = self.devices[10]
        actions = [self.server.act(device["id"], "reboot")["id"] for _ in range(2)]
        for action in actions:
            done = self.server.wait_action(action, 40)
            self.assertEqual((done["state"], done["evidence"]["command_key"]), ("succeeded", action), done)
            self.assertEqual(sum(row["command_key"] == action for row in self.homes.executed("Reboot")), 1)


class Unreachable(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def known_device(self, serial, url):
        with cpe.Device(self.server.cwmp_port) as device:
            self.assertEqual(device.post(cpe.inform(serial, url=url)).status, 200)
            self.assertEqual(device.post().status, 204)
        return self.server.device(serial)

    def test_an_unreachable_device_keeps_its_action_until_it_comes_by_itself(self):
        device = self.known_device("UR-1", f"http://127.0.0.1:{farol.free_port()}/cr")
        action = self.server.act(device["id"], "reboot")
        waiting = farol.wait_for("the call has failed", lambda: self.with_detail(action["id"]))
        self.assertEqual((waiting["state"], waiting["wake"]["code"]), ("queued", "unreachable"))
        self.assertIn("não atende", waiting["wake"]["detail"])
        with cpe.Device(self.server.cwmp_port) as by_itself:
            by_itself.post(cpe.inform("UR-1"))
            request = by_itself.post()
            self.assertEqual((request.method(), request.text_of("CommandKey")), ("Reboot", action["id"]))
            answer = by_itself.post(cpe.envelope("<cwmp:RebootResponse/>", request.text_of("ID")))
            self.assertEqual(answer.status, 204)
        self.assertEqual(self.server.action(action["id"])["state"], "verifying")
        with cpe.Device(self.server.cwmp_port) as restarted:
            restarted.post(cpe.inform("UR-1", events=("1 BOOT", ("M Reboot", action["id"])), uptime=0))
        self.assertEqual(self.server.action(action["id"])["state"], "succeeded")

    def with_detail(self, action_id):
        action = self.server.action(action_id)
        return action if action["state"] == "queued" and action["wake"]["code"] else None

    def test_an_address_outside_the_policy_is_never_called(self):
        device = self.known_device("UR-2", "http://192.0.2.1:7547/cr")
        action = self.server.act(device["id"], "reboot")
        waiting = farol.wait_for("the policy has refused", lambda: self.with_detail(action["id"]))
        self.assertEqual((waiting["state"], waiting["wake"]["code"]), ("queued", "not_allowed"))

    def test_an_action_that_waits_says_when_the_next_contact_is_due(self):
        device = self.known_device("UR-7", f"http://127.0.0.1:{farol.free_port()}/cr")
        self.server.sql("UPDATE device_hot SET period_s = 600 WHERE device_id = "
                        "(SELECT id FROM device WHERE serial = 'UR-7')")
        action = self.server.act(device["id"], "reboot")

        def has_given_up():
            shown = self.server.action(action["id"])
            return shown if shown["wake"]["code"] else None

        waiting = farol.wait_for("the call has failed", has_given_up)
        self.assertIsNotNone(waiting["wake"]["next_contact"])

    def test_an_action_can_be_cancelled_before_it_is_sent(self):
        device = self.known_device("UR-3", "")
        action = self.server.act(device["id"], "reboot")
        status, cancelled = self.server.api("POST", f"/actions/{action['id']}/cancel")
        self.assertEqual((status, cancelled["state"]), (200, "cancelled"))
        with cpe.Device(self.server.cwmp_port) as by_itself:
            by_itself.post(cpe.inform("UR-3"))
            self.assertEqual(by_itself.post().status, 204)

    def test_an_action_that_is_queued_during_a_session_is_sent_in_it(self):
        device = self.known_device("UR-4", "")
        with cpe.Device(self.server.cwmp_port) as present:
            present.post(cpe.inform("UR-4"))
            action = self.server.act(device["id"], "reboot")
            time.sleep(0.5 * farol.SLOW)
            request = present.post()
            self.assertEqual((request.method(), request.text_of("CommandKey")), ("Reboot", action["id"]))

    def test_an_action_expires_and_is_never_sent_afterwards(self):
        device = self.known_device("UR-5", "")
        action = self.server.act(device["id"], "reboot", expires_in="PT10S")
        self.assertEqual(self.server.wait_action(action["id"], 30)["state"], "expired")
        with cpe.Device(self.server.cwmp_port) as late:
            late.post(cpe.inform("UR-5"))
            self.assertEqual(late.post().status, 204)

    def test_an_answer_with_a_foreign_id_changes_nothing(self):
        device = self.known_device("UR-6", "")
        action = self.server.act(device["id"], "reboot")
        with cpe.Device(self.server.cwmp_port) as liar:
            liar.post(cpe.inform("UR-6"))
            liar.post()
            self.assertEqual(liar.post(cpe.envelope("<cwmp:RebootResponse/>", "not yours")).status, 400)
        self.assertEqual(self.server.action(action["id"])["state"], "running")


if __name__ == "__main__":
    unittest.main(verbosity=2)
