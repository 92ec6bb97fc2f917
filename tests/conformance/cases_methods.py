"""Parts O, F and D: methods besides those for parameters (TR-069 A.3.1.1, A.3.2.6 …, A.4)."""

import soap
from suite import Case


class Required(Case):
    def test_O_01_an_acs_reads_and_writes(self):
        """GetParameterNames, GetParameterValues and SetParameterValues are sent when they are asked for."""
        for operation, method, arguments in (
                ("get", "GetParameterValues", {"names": ["InternetGatewayDevice.DeviceInfo.UpTime"]}),
                ("set", "SetParameterValues", {"values": [("InternetGatewayDevice.DeviceInfo.ProvisioningCode", "x", "string")]}),
                ("names", "GetParameterNames", {"path": "InternetGatewayDevice."})):
            with self.subTest(method):
                requests, outcome, _ = self.run_one(operation, **arguments)
                self.assertIn(method, [request.name for request in requests])
                self.assertEqual(outcome["state"], "succeeded")

    def test_O_02_a_restart_can_be_asked_for(self):
        """Reboot is sent when it is asked for."""
        requests, _, _ = self.run_one("reboot")
        self.assertEqual([request.name for request in requests], ["Reboot"])

    def test_O_03_the_methods_an_acs_must_answer_are_answered(self):
        """Inform, GetRPCMethods and TransferComplete have their responses."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE",))
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")

    def test_O_06_the_list_of_methods_is_a_proper_array(self):
        """MethodList is an array of strings that counts its members; no name is longer than 64."""
        one = self.device()
        one.inform()
        node = one.say("<cwmp:GetRPCMethods/>").message.method.child("MethodList")
        self.assertEqual(soap.array_size(node), (soap.XSD, "string", len(node.children)))
        self.assertEqual({child.name for child in node.children}, {"string"})
        self.assertLessEqual(max(len(child.text) for child in node.children), 64)

    def test_O_05_X_04_what_a_device_does_not_have_is_not_tried_for_ever(self):
        """A 9000 from the device ends the operation, once and for all."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        one.session(answers={"Reboot": soap.fault(9000)})
        outcome = self.control.outcome(handle)
        self.assertEqual((outcome["state"], outcome["fault"]), ("failed", 9000))
        self.assertEqual(one.session(), [])

    def test_O_18_a_restart_is_done_when_the_device_says_so(self):
        """RebootResponse is a promise; M Reboot with the key of the Reboot is the proof."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        key = one.session()[0].get("CommandKey")
        self.assertLessEqual(len(key), 32)
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
        one.session(("1 BOOT", ("M Reboot", key)))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_O_20_a_restart_that_shows_no_effect_is_not_sent_again(self):
        """A device that answered Reboot and comes back without having restarted is not told again."""
        one, _ = self.known()
        self.queued(one, "reboot")
        self.assertEqual(len(one.session()), 1)
        for _ in range(3):
            self.assertNotIn("Reboot", [request.name for request in one.session()])

    def test_O_24_kicked_is_answered_as_the_list_of_methods_says(self):
        """Kicked gets its response if GetRPCMethods lists it, and 8000 if not."""
        self.answered_as_listed("Kicked", "<cwmp:Kicked><Command>c</Command><Referer>r</Referer><Arg>a</Arg>"
                                          "<Next>http://x.example/</Next></cwmp:Kicked>")

    def test_O_25_O_26_request_download_is_answered_as_the_list_of_methods_says(self):
        """RequestDownload gets its response if it is listed, 8000 if not, and breaks nothing."""
        self.answered_as_listed("RequestDownload", "<cwmp:RequestDownload><FileType>1 Firmware Upgrade Image</FileType>"
                                '<FileTypeArg SOAP-ENC:arrayType="cwmp:ArgStruct[0]"/></cwmp:RequestDownload>', "9 REQUEST DOWNLOAD")

    def test_O_04_D_10_reports_on_software_are_answered_as_the_list_of_methods_says(self):
        """DUStateChangeComplete and its autonomous sister are answered if they are listed, and get 8000 if not."""
        result = ("<UUID>b1e4b2d2-1d51-4e0a-8d4c-6a4e2d3f4a5b</UUID><DeploymentUnitRef>Device.SoftwareModules.DeploymentUnit.1"
                  "</DeploymentUnitRef><Version>1.0</Version><CurrentState>Installed</CurrentState><Resolved>1</Resolved>"
                  "<ExecutionUnitRefList></ExecutionUnitRefList><StartTime>2026-01-02T03:04:05Z</StartTime>"
                  "<CompleteTime>2026-01-02T03:04:06Z</CompleteTime><Fault><FaultCode>0</FaultCode></Fault>")
        results = '<Results SOAP-ENC:arrayType="cwmp:{}[1]"><{}>{}</{}></Results>'
        self.answered_as_listed("DUStateChangeComplete", "<cwmp:DUStateChangeComplete>" + results.format(
            "OpResultStruct", "OpResultStruct", result, "OpResultStruct") + "<CommandKey>k</CommandKey></cwmp:DUStateChangeComplete>",
            "11 DU STATE CHANGE COMPLETE", "1.2")
        self.answered_as_listed("AutonomousDUStateChangeComplete", "<cwmp:AutonomousDUStateChangeComplete>" + results.format(
            "AutonOpResultStruct", "AutonOpResultStruct", result + "<OperationPerformed>Install</OperationPerformed>",
            "AutonOpResultStruct") + "</cwmp:AutonomousDUStateChangeComplete>", "12 AUTONOMOUS DU STATE CHANGE COMPLETE", "1.2")

    def answered_as_listed(self, method, body, event="1 BOOT", version="1.0"):
        one = self.device(version=version)
        one.inform((event,))
        listed = [node.text for node in one.say("<cwmp:GetRPCMethods/>").message.method.child("MethodList").children]
        answer = one.say(body, "77")
        if method in listed:
            self.assertEqual((answer.name, answer.message.id), (method + "Response", "77"))
        else:
            self.assert_fault(answer, 8000, "77")
        self.assertEqual(one.empty().status, 204)

    def test_O_28_an_empty_response_may_be_written_in_every_way(self):
        """A response without arguments is known as a tag, as a pair, and with white space."""
        for text in ("<cwmp:RebootResponse/>", "<cwmp:RebootResponse></cwmp:RebootResponse>",
                     "<cwmp:RebootResponse>\n  </cwmp:RebootResponse>"):
            with self.subTest(text):
                _, outcome, _ = self.run_one("reboot", {"Reboot": text})
                self.assertEqual(outcome["stage"], "verifying")

    def test_O_29_the_answer_to_another_question_is_not_taken(self):
        """RebootResponse in answer to GetParameterValues fails that read."""
        _, outcome, _ = self.run_one("get", {"GetParameterValues": "<cwmp:RebootResponse/>"}, names=["InternetGatewayDevice.X"])
        self.assertEqual(outcome["state"], "failed")


class Transfers(Case):
    def told(self, *bodies):
        """The names of the answers to these, in one session."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "k")))
        names = [one.say(body).name for body in bodies]
        self.assertEqual(one.empty().status, 204)
        return names, one

    def test_F_14_a_transfer_complete_is_always_answered(self):
        """Success or failure: TransferCompleteResponse, and nothing in it."""
        names, _ = self.told(soap.transfer_complete("k"), soap.transfer_complete("k", "9010", "no route"))
        self.assertEqual(names, ["TransferCompleteResponse"] * 2)

    def test_F_15_the_fault_code_is_a_number_however_written(self):
        """00, blanks around it, or no FaultStruct at all: answered."""
        whole = soap.transfer_complete("k")
        names, _ = self.told(whole.replace("<FaultCode>0<", "<FaultCode>00<"), whole.replace("<FaultCode>0<", "<FaultCode> 0 <"),
                             whole[:whole.index("<FaultStruct>")] + whole[whole.index("</FaultStruct>") + 14:])
        self.assertEqual(names, ["TransferCompleteResponse"] * 3)

    def test_F_16_why_a_transfer_failed_is_shown(self):
        """The code and the words of a failed transfer are found in the device's history."""
        _, one = self.told(soap.transfer_complete("k", "9018", "file corrupted"))
        self.assertTrue([code for code, key in self.control.events(self.found(one)) if "9018" in code and "file corrupted" in code],
                        self.control.events(self.found(one)))

    def test_F_17_the_same_result_twice_is_answered_twice(self):
        """TransferComplete that comes again is answered again."""
        names, _ = self.told(soap.transfer_complete("k"), soap.transfer_complete("k"))
        self.assertEqual(names, ["TransferCompleteResponse"] * 2)

    def test_F_13_a_result_that_got_no_answer_comes_again(self):
        """A TransferComplete whose answer was lost is answered when it comes in the next session."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE",))
        text = soap.envelope(soap.transfer_complete("k"), "5")
        one.send(text)
        one.connection.reset()
        one.connection = None
        one.inform(("7 TRANSFER COMPLETE",), RetryCount="1")
        self.assertEqual(one.post(text).name, "TransferCompleteResponse")

    def test_F_18_each_report_gets_its_own_response(self):
        """The answer to TransferComplete is not that to its autonomous sister."""
        names, _ = self.told(soap.transfer_complete("k"))
        self.assertEqual(names, ["TransferCompleteResponse"])

    def test_F_34_a_window_that_passed_is_a_result(self):
        """9020 after a scheduled download is answered and kept."""
        _, one = self.told(soap.transfer_complete("k", "9020", "window"))
        self.assertTrue([code for code, _ in self.control.events(self.found(one)) if "9020" in code])
