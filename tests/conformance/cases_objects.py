"""Part O: rows of tables, the factory reset and scheduled contacts (TR-069 A.3.2.6, A.3.2.7, A.4.1.2, A.4.1.6)."""

import control
import device
import soap
from suite import Case

TABLE = "InternetGatewayDevice.X_00256D.Table."
ADDED = "<cwmp:AddObjectResponse><InstanceNumber>{}</InstanceNumber><Status>{}</Status></cwmp:AddObjectResponse>"
DELETED = "<cwmp:DeleteObjectResponse><Status>{}</Status></cwmp:DeleteObjectResponse>"


class Rows(Case):
    def adds(self, number="17", status="0"):
        """A row is made with one value: (requests, outcome, device)."""
        one, _ = self.known()
        handle = self.queued(one, "add", object=TABLE, values=[("Name", "new", "string")])

        def add(_message):
            if number.isdigit() and int(number) > 0:
                one.values[f"{TABLE}{number}.Name"] = ["", "xsd:string", True]
            return ADDED.format(number, status)

        requests = one.session(answers={"AddObject": add}, most=30)
        return requests, self.control.outcome(handle), one

    def named(self, requests, name):
        return [request for request in requests if request.name == name]

    def test_O_09_a_row_is_added_below_its_table(self):
        """AddObject has ObjectName, which ends in a dot and has no number, and ParameterKey."""
        add = self.named(self.adds()[0], "AddObject")
        self.assertEqual(len(add), 1)
        self.assertEqual([node.name for node in add[0].method.children], ["ObjectName", "ParameterKey"])
        self.assertEqual(add[0].get("ObjectName"), TABLE)
        self.assertLessEqual(len(add[0].get("ParameterKey")), 32)

    def test_O_10_O_12_the_number_that_came_back_is_used(self):
        """The values of the new row are set below the number that the device gave it, in the same session."""
        requests, outcome, one = self.adds("17")
        sets = self.named(requests, "SetParameterValues")
        self.assertEqual([name for request in sets for name in request.values()], [TABLE + "17.Name"])
        self.assertEqual(outcome["state"], "succeeded")
        self.assertEqual(one.values[TABLE + "17.Name"][0], "new")

    def test_O_11_a_row_without_a_number_is_an_error(self):
        """InstanceNumber 0 is not used, and the operation does not succeed."""
        requests, outcome, _ = self.adds("0")
        self.assertEqual(self.named(requests, "SetParameterValues"), [])
        self.assertNotEqual(outcome["state"], "succeeded")
        self.assert_alive()

    def lost(self, made):
        """AddObject after which the device is gone; made: it has done it before. (requests of the next session, outcome, device)"""
        one, _ = self.known()
        one.values[f"{TABLE}4.Name"] = ["mine", "xsd:string", True]
        handle = self.queued(one, "add", object=TABLE, values=[("Name", "new", "string")])

        def add(message):
            if made:
                one.values[f"{TABLE}9.Name"] = ["", "xsd:string", True]
                one.values[one.root + "ManagementServer.ParameterKey"][0] = message.get("ParameterKey")
            return device.Drop

        one.session(answers={"AddObject": add}, most=30)

        def again(message):
            one.values[f"{TABLE}9.Name"] = ["", "xsd:string", True]
            return ADDED.format(9, 0)

        return one.session(answers={"AddObject": again}, most=30), self.control.outcome(handle), one

    def test_O_13_a_lost_answer_makes_no_second_row(self):
        """After an AddObject without an answer the table is looked at; what is there is used, and only what is not there is made."""
        for made in (True, False):
            with self.subTest(made):
                requests, outcome, one = self.lost(made)
                names = [request.name for request in requests]
                self.assertIn("GetParameterNames", names)
                self.assertEqual(names.count("AddObject"), 0 if made else 1)
                if not made:
                    self.assertLess(names.index("GetParameterNames"), names.index("AddObject"))
                self.assertEqual(outcome["state"], "succeeded")
                self.assertEqual((one.values[TABLE + "9.Name"][0], one.values[TABLE + "4.Name"][0]), ("new", "mine"))

    def test_O_17_status_1_of_rows_is_a_promise(self):
        """A row that is made or deleted at the next restart is open until then, and the request is not sent again."""
        one, _ = self.known()
        adding = self.queued(one, "add", object=TABLE)
        names = [request.name for request in one.session(answers={"AddObject": ADDED.format(9, 1)}, most=30)]
        one.values[f"{TABLE}9.Name"] = ["", "xsd:string", True]
        deleting = self.queued(one, "delete", object=TABLE + "9.")
        self.assertEqual((names.count("AddObject"), self.control.outcome(adding)["state"]), (1, "open"))
        names = [request.name for request in one.session(answers={"DeleteObject": DELETED.format(1)}, most=30)]
        self.assertEqual((names.count("DeleteObject"), names.count("AddObject")), (1, 0))
        self.assertEqual(self.control.outcome(deleting)["state"], "open")
        self.assertEqual([request.name for request in one.session(most=30) if request.name.endswith("Object")], [])
        del one.values[f"{TABLE}9.Name"]
        one.values[one.root + "DeviceInfo.UpTime"][0] = "1"
        one.session(("1 BOOT",), most=30)
        self.assertEqual(self.control.outcome(deleting)["state"], "succeeded")

    def test_A_02_a_row_may_be_named_by_its_alias(self):
        """An alias in square brackets that the north side names goes to the device as it is; a new row may get one."""
        one, _ = self.known(version="1.2")
        name = TABLE + "[cpe-1].Name"
        one.values[name] = ["mine", "xsd:string", True]
        handle = self.queued(one, "get", names=[name])
        self.assertEqual([request.names() for request in one.session()], [[name]])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
        handle = self.queued(one, "method", method="AddObject", args={"ObjectName": TABLE + "[acs-web]."})
        requests = self.named(one.session(answers={"AddObject": ADDED.format(5, 0)}), "AddObject")
        self.assertEqual([request.get("ObjectName") for request in requests], [TABLE + "[acs-web]."])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_O_14_a_row_is_deleted_by_its_exact_path(self):
        """DeleteObject has ObjectName, one row with a dot behind it, and ParameterKey; tables are refused."""
        requests, _, _ = self.run_one("delete", {"DeleteObject": DELETED.format(0)}, object=TABLE + "3.")
        delete = self.named(requests, "DeleteObject")
        self.assertEqual(len(delete), 1)
        self.assertEqual([node.name for node in delete[0].method.children], ["ObjectName", "ParameterKey"])
        self.assertEqual(delete[0].get("ObjectName"), TABLE + "3.")
        one, _ = self.known()
        for path in (TABLE, TABLE + "*.", TABLE + "3"):
            with self.assertRaises(control.Refused):
                self.queued(one, "delete", object=path)

    def test_O_15_a_row_that_is_gone_is_deleted(self):
        """9005 in answer to DeleteObject means that there is nothing left to do."""
        _, outcome, _ = self.run_one("delete", {"DeleteObject": soap.fault(9005)}, object=TABLE + "3.")
        self.assertEqual(outcome["state"], "succeeded")


class Resets(Case):
    def test_O_21_a_factory_reset_is_done_when_the_device_begins_anew(self):
        """FactoryReset has no arguments; its response is a promise, BOOTSTRAP is the proof."""
        one, _ = self.known()
        handle = self.queued(one, "reset")
        requests = [request for request in one.session() if request.name == "FactoryReset"]
        self.assertEqual([request.method.children for request in requests], [[]])
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_O_23_a_restart_can_be_planned_by_parameters(self):
        """DelayReboot and ScheduleReboot are set in their types; that is all that is sent, and no Reboot beside it."""
        one, _ = self.known(root="Device.")
        base = one.root + "ManagementServer."
        one.values[base + "DelayReboot"] = ["-1", "xsd:int", True]
        one.values[base + "ScheduleReboot"] = [soap.UNKNOWN_TIME, "xsd:dateTime", True]
        handle = self.queued(one, "set", values=[(base + "DelayReboot", "60", "int"), (base + "ScheduleReboot", "2030-01-02T03:04:05Z", "dateTime")])
        requests = one.session()
        sent = self.values_in(requests)
        self.assertEqual(sent, {base + "DelayReboot": ("60", "xsd:int"), base + "ScheduleReboot": ("2030-01-02T03:04:05Z", "xsd:dateTime")})
        self.assertNotIn("Reboot", [request.name for request in requests])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def values_in(self, requests):
        return {name: told for request in requests if request.name == "SetParameterValues" for name, told in request.values().items()}

    def test_O_22_I_21_a_scheduled_contact_is_known_by_its_key(self):
        """ScheduleInform has DelaySeconds above 0 and a CommandKey; M ScheduleInform with that key closes it."""
        one, _ = self.known()
        with self.assertRaises(control.Refused):
            self.queued(one, "schedule", delay_s=0)
        handle = self.queued(one, "schedule", delay_s=30)
        request = [request for request in one.session() if request.name == "ScheduleInform"][0]
        self.assertEqual([node.name for node in request.method.children], ["DelaySeconds", "CommandKey"])
        self.assertEqual(request.get("DelaySeconds"), "30")
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.session(("3 SCHEDULED", ("M ScheduleInform", request.get("CommandKey"))))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
