"""Parts D and V: modules of software, and what is newer than a device (TR-069 A.4.1.10)."""

import control
import soap
from suite import Case, waits
from transfers import Trusted

UUID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
INSTALL = {"Type": "InstallOpStruct", "URL": "https://192.0.2.1/module.ipk?v=1&x=2", "UUID": UUID, "ExecutionEnvRef": "Device.SoftwareModules.ExecEnv.1"}
UPDATE = {"Type": "UpdateOpStruct", "UUID": UUID, "Version": "1.2", "URL": "https://192.0.2.1/module-2.ipk"}
UNINSTALL = {"Type": "UninstallOpStruct", "UUID": UUID, "Version": "1.2", "ExecutionEnvRef": "Device.SoftwareModules.ExecEnv.1"}
MEMBERS = {"InstallOpStruct": ["URL", "UUID", "Username", "Password", "ExecutionEnvRef"],
           "UpdateOpStruct": ["UUID", "Version", "URL", "Username", "Password"], "UninstallOpStruct": ["UUID", "Version", "ExecutionEnvRef"]}


class Modules(Trusted):
    def changes(self, *operations):
        return self.method("ChangeDUState", Operations=list(operations))[0]

    def operations(self, request):
        return [child for child in request.method.children if child.name == "Operations"]

    def kind(self, node):
        return node.resolve(node.attribute(soap.XSI, "type"))

    def given(self, node):
        return {child.name: child.text for child in node.children}

    def test_D_01_each_operation_is_an_element_of_its_type(self):
        """One Operations element for each operation, with xsi:type of the CWMP namespace, and a CommandKey behind them."""
        request = self.changes(INSTALL, UPDATE, UNINSTALL)
        self.assertEqual([child.name for child in request.method.children], ["Operations"] * 3 + ["CommandKey"])
        self.assertEqual([self.kind(node) for node in self.operations(request)],
                         [(soap.NAMESPACE["1.2"], operation["Type"]) for operation in (INSTALL, UPDATE, UNINSTALL)])
        self.assertTrue(0 < len(request.get("CommandKey")) <= 32)
        self.refused("ChangeDUState", Operations=[])
        self.refused("ChangeDUState", Operations=[{**INSTALL, "Type": "OperationStruct"}])

    def assert_members(self, operation):
        node = self.operations(self.changes(operation))[0]
        expected = MEMBERS[operation["Type"]]
        self.assertEqual([child.name for child in node.children], [name for name in expected if name in operation or name in self.given(node)])
        self.assertEqual({name: text for name, text in self.given(node).items() if text}, {key: text for key, text in operation.items() if key != "Type"})
        return node

    def test_D_03_what_an_installation_has(self):
        """URL first, and what else was given, in the schema's order; without a URL it is refused."""
        self.assert_members(INSTALL)
        self.assert_members({"Type": "InstallOpStruct", "URL": INSTALL["URL"]})
        self.refused("ChangeDUState", Operations=[{"Type": "InstallOpStruct", "UUID": UUID}])
        self.refused("ChangeDUState", Operations=[{**INSTALL, "URL": "http://192.0.2.1/" + "x" * 1024}])

    def test_D_04_what_an_update_has(self):
        """UUID, Version and URL as they were given; with neither UUID nor URL everything is updated."""
        self.assert_members(UPDATE)
        self.assert_members({"Type": "UpdateOpStruct"})
        self.refused("ChangeDUState", Operations=[{**UPDATE, "Version": "x" * 33}])

    def test_D_05_what_a_removal_has(self):
        """UUID, and a version where one was named; without a UUID it is refused."""
        self.assert_members(UNINSTALL)
        self.assert_members({"Type": "UninstallOpStruct", "UUID": UUID})
        self.refused("ChangeDUState", Operations=[{"Type": "UninstallOpStruct", "Version": "1"}])

    @waits(12)
    def test_D_12_a_day_is_waited_for_the_report_and_not_for_ever(self):
        """The operation lasts longer than the 24 hours in which a device must report. If it does not, the operation has not
        succeeded, and nothing is sent again."""
        removal = [{"operation": "uninstall", "uuid": UUID}]
        one = self.fresh(version="1.2")
        handle = self.queued(one, "modules", operations=removal)
        self.assertGreater(self.control.outcome(handle)["lasts_s"], 24 * 3600)
        self.control.cancel(handle)
        handle = self.queued(one, "modules", operations=removal, options={"expires_in": "PT10S"})
        self.assertEqual([request.name for request in one.session()].count("ChangeDUState"), 1)
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        self.assertEqual(one.session(), [])
        outcome = self.ended(handle, 60, self.acs)
        self.assertNotEqual(outcome["state"], "succeeded")
        self.assertTrue(outcome["text"])
        self.assertEqual(one.session(), [])

    def test_D_06_a_uuid_is_one(self):
        """8-4-4-4-12 hexadecimal digits; anything else is refused."""
        for wrong in ("", "6ba7b810", UUID.replace("-", ""), UUID + "0", UUID[:-1] + "g", "{" + UUID[2:] + "}"):
            with self.subTest(wrong):
                self.refused("ChangeDUState", Operations=[{**UNINSTALL, "UUID": wrong}])


class OtherStyle(Trusted):
    others = {"write": {"quirks": "* Suite * du_array\n"}}
    settings = {**Trusted.settings, "quirks_file": "{directory}/quirks"}

    def test_D_02_a_model_may_get_the_operations_in_one_element(self):
        """Where a model wants it, one Operations element holds one element for each operation, named after its type."""
        request, _ = self.method("ChangeDUState", Operations=[INSTALL, UNINSTALL])
        self.assertEqual([child.name for child in request.method.children], ["Operations", "CommandKey"])
        self.assertEqual([child.name for child in request.method.child("Operations").children], ["InstallOpStruct", "UninstallOpStruct"])


class Newer(Case):
    def test_V_10_nothing_newer_than_the_device_is_sent(self):
        """A method of 1.1 or 1.2 does not go to a device of an older version, even if its list of methods has it."""
        transfer = {"FileType": "1 Firmware Upgrade Image", "URL": "http://192.0.2.1/f"}
        window = {"WindowStart": 0, "WindowEnd": 60, "WindowMode": "2 Immediately", "UserMessage": "", "MaxRetries": 0}
        for version, method, args in (("1.0", "ScheduleDownload", {**transfer, "TimeWindowList": [window]}), ("1.0", "CancelTransfer", {"CommandKey": "k"}),
                                      ("1.0", "ChangeDUState", {"Operations": [UNINSTALL]}), ("1.0", "GetAllQueuedTransfers", {}),
                                      ("1.1", "CancelTransfer", {"CommandKey": "k"}), ("1.1", "ChangeDUState", {"Operations": [UNINSTALL]})):
            with self.subTest((version, method)):
                one, _ = self.known(version=version)
                try:
                    handle = self.queued(one, "method", method=method, args=args)
                except control.Refused:
                    handle = None
                self.assertNotIn(method, [request.name for request in one.session()])
                self.assertTrue(handle is None or self.control.outcome(handle)["state"] == "failed")
        one, _ = self.known(version="1.1")
        handle = self.queued(one, "method", method="GetAllQueuedTransfers", args={})
        self.assertIn("GetAllQueuedTransfers", [request.name for request in one.session()])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
