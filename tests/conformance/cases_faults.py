"""Part X: faults, ours and the device's (TR-069 3.5, A.5)."""

import soap
from suite import Case

ACS_CODES = {"8000", "8001", "8002", "8003", "8004", "8005", "8006"}


class Ours(Case):
    def faults(self):
        """{code: answer} of every fault of ours that a device can provoke at once."""
        found = {}
        one = self.device()
        one.inform()
        found["8000"] = one.say("<cwmp:X_00256D_Nope/>", "id-8000")
        nobody = self.device(SerialNumber="")
        found["8003"] = nobody.post(nobody.inform_text(message_id="id-8003"))
        other = self.device(version="1.4")
        listed = "<cwmp:SupportedCWMPVersions>2.0</cwmp:SupportedCWMPVersions>"
        found["8006"] = other.post(other.inform_text(message_id="id-8006", headers=listed))
        return found

    def test_X_01_X_02_a_fault_is_built_as_the_standard_says(self):
        """soap:Fault with faultcode, faultstring and a detail whose only child is the Fault of CWMP."""
        for code, answer in self.faults().items():
            with self.subTest(code):
                fault = answer.message.method
                self.assertEqual((fault.namespace, fault.name), (soap.ENVELOPE, "Fault"))
                self.assertEqual([node.name for node in fault.children], ["faultcode", "faultstring", "detail"])
                self.assertEqual([node.namespace for node in fault.children], ["", "", ""])
                self.assertEqual(fault.get("faultstring"), "CWMP fault")
                self.assertIn(fault.get("faultcode").rpartition(":")[2], ("Client", "Server"))
                inner = fault.child("detail").children
                self.assertEqual([(node.namespace in soap.NAMESPACE.values(), node.name) for node in inner], [(True, "Fault")])
                self.assertEqual([node.name for node in inner[0].children][:2], ["FaultCode", "FaultString"])

    def test_X_03_X_04_each_fault_has_the_code_that_says_why(self):
        """8000 for a method nobody has, 8003 for bad arguments, 8006 for versions."""
        for code, answer in self.faults().items():
            self.assert_fault(answer, code)

    def test_X_05_who_is_to_blame_is_in_the_faultcode(self):
        """8003 is the client's fault, the others are the server's."""
        for code, answer in self.faults().items():
            side = answer.message.method.get("faultcode").rpartition(":")[2]
            self.assertEqual(side, "Client" if code == "8003" else "Server", code)

    def test_X_06_an_answer_is_never_answered_by_a_fault(self):
        """A bad response of the device fails its operation; it gets no Fault."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        ours = one.empty()
        answer = one.say("<cwmp:RebootResponse/>", ours.message.id)
        self.assertNotEqual(answer.name, "Fault")
        self.assertEqual(self.control.outcome(handle)["state"], "failed")

    def test_X_06_a_response_that_cannot_be_read_gets_no_fault(self):
        """What is not well-formed where an answer is due gets no Fault, but ends the attempt."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        one.empty()
        self.assertNotEqual(one.post(b"<a><b></a>").name, "Fault")

    def test_X_07_a_fault_repeats_the_id(self):
        """Each fault carries the ID of the request it answers."""
        for code, answer in self.faults().items():
            self.assertEqual(answer.message.id, "id-" + code)

    def test_X_08_the_http_status_of_a_fault_is_200(self):
        """Not 500, whatever plain SOAP says."""
        for answer in self.faults().values():
            self.assertEqual(answer.status, 200)


class Theirs(Case):
    def outcome_of(self, body):
        """What becomes of a read that is answered by this, and of the next one in the same session."""
        one, _ = self.known()
        bad = self.queued(one, "get", names=[one.root + "DeviceInfo.HardwareVersion"])
        good = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])

        def respond(message):
            return body if message.names() == [one.root + "DeviceInfo.HardwareVersion"] else None

        one.session(answers={"GetParameterValues": respond})
        self.assertEqual(self.control.outcome(good)["state"], "succeeded")
        return self.control.outcome(bad)

    def test_X_09_every_code_of_a_device_is_kept(self):
        """Codes that are known, of vendors, or of nobody are told as the device gave them."""
        for code in (9001, 9002, 9003, 9004, 9005, 9032, 9050, 9850, 100):
            with self.subTest(code):
                outcome = self.outcome_of(soap.fault(code, "why it is so"))
                self.assertEqual((outcome["state"], outcome["fault"]), ("failed", code))
                self.assertIn("why it is so", str(outcome["failure"]))

    def test_X_10_X_14_a_badly_built_fault_fails_its_operation_only(self):
        """No detail, no code, the detail in faultstring, SOAP's own faultcodes: failed, and the session goes on."""
        whole = soap.fault(9002)
        cases = {
            "no detail": whole[:whole.index("<detail>")] + "</SOAP-ENV:Fault>",
            "no code": whole.replace("<FaultCode>9002</FaultCode>", ""),
            "nested in faultstring": "<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring><detail><cwmp:Fault>"
                                     "<FaultCode>9002</FaultCode></cwmp:Fault></detail></faultstring></SOAP-ENV:Fault>",
            "MustUnderstand": "<SOAP-ENV:Fault><faultcode>SOAP-ENV:MustUnderstand</faultcode><faultstring>x</faultstring></SOAP-ENV:Fault>",
            "VersionMismatch": "<SOAP-ENV:Fault><faultcode>SOAP-ENV:VersionMismatch</faultcode><faultstring>x</faultstring></SOAP-ENV:Fault>",
            "of SOAP 1.2": "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value></SOAP-ENV:Code>"
                           "<SOAP-ENV:Reason><SOAP-ENV:Text>x</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>",
            "detail in no namespace": whole.replace("cwmp:Fault", "Fault"),
        }
        for name, body in cases.items():
            with self.subTest(name):
                self.assertEqual(self.outcome_of(body)["state"], "failed")

    def test_X_11_a_fault_that_answers_nothing_does_no_harm(self):
        """A Fault right after the Inform is a protocol error, and the ACS lives on."""
        one = self.device()
        one.inform()
        answer = one.say(soap.fault(9002))
        self.assertNotEqual(answer.name, "Fault")
        self.assert_refused(answer)
        self.assert_alive()

    def test_X_12_a_permanent_fault_is_not_tried_again(self):
        """After 9005 the same question is not asked in the next session."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.assertEqual(len(one.session(answers={"*": soap.fault(9005)})), 1)
        self.assertEqual(one.session(), [])

    def test_X_15_F_14_every_fault_of_a_transfer_is_answered(self):
        """TransferComplete with any fault code gets its response."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE",))
        for code in (0, 9001, 9002, 9010, 9011, 9012, 9013, *range(9014, 9021), 9033, 9800):
            with self.subTest(code):
                answer = one.say(soap.transfer_complete("k", str(code), "why" if code else ""))
                self.assertEqual(answer.name, "TransferCompleteResponse")
                self.assertEqual(answer.message.method.children, [])
