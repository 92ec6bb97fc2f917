"""Part V: which CWMP version is spoken (TR-069 3.7.4)."""

import soap
from suite import Case


class Versions(Case):
    def informed(self, version, listed=None, headers="", namespace=None):
        one = self.device(version=version)
        if listed is not None:
            headers += f"<cwmp:SupportedCWMPVersions>{listed}</cwmp:SupportedCWMPVersions>"
        return one, one.post(one.inform_text(headers=headers, namespace=namespace))

    def test_V_01_there_is_no_namespace_1_3_or_1_4(self):
        """1.2, 1.3 and 1.4 share one namespace; those of 1.3 and 1.4 do not exist."""
        for version, listed in (("1.2", None), ("1.3", None), ("1.4", "1.0,1.1,1.2,1.3,1.4")):
            with self.subTest(version):
                _, answer = self.informed(version, listed)
                self.assertEqual(answer.message.namespace, "urn:dslforum-org:cwmp-1-2")
                self.assertNotIn(b"cwmp-1-3", answer.body)
                self.assertNotIn(b"cwmp-1-4", answer.body)

    def test_V_02_all_versions_are_served_at_once(self):
        """Devices of every version have their sessions side by side."""
        many = [self.informed(version, "1.0,1.1,1.2,1.3,1.4" if version == "1.4" else None)
                for version in ("1.0", "1.1", "1.2", "1.3", "1.4")]
        for one, answer in many:
            self.assertEqual(answer.name, "InformResponse")
            self.assertEqual(answer.message.namespace, soap.NAMESPACE[one.version])
            self.assertEqual(one.empty().status, 204)

    def test_V_03_answers_are_in_the_namespace_of_the_device(self):
        """Responses and faults to a device's requests are in the namespace of its Inform."""
        for version in ("1.0", "1.1", "1.2"):
            with self.subTest(version):
                one, answer = self.informed(version)
                answers = [answer, one.say("<cwmp:X_00256D_Nope/>"), one.say("<cwmp:GetRPCMethods/>")]
                self.assertEqual({answer.message.namespace for answer in answers}, {soap.NAMESPACE[version]})

    def test_V_03_we_speak_the_namespace_of_the_device(self):
        """All of a session, faults included, is in the namespace of its Inform."""
        for version in ("1.0", "1.1", "1.2"):
            with self.subTest(version):
                one, _ = self.known(version=version)
                self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
                answers = [one.inform(), one.say("<cwmp:X_00256D_Nope/>"), one.say("<cwmp:GetRPCMethods/>"), one.empty()]
                self.assertEqual({answer.message.namespace for answer in answers}, {soap.NAMESPACE[version]})

    def test_V_04_the_list_is_read_in_any_order_and_with_blanks(self):
        """SupportedCWMPVersions may have blanks and any order."""
        for listed in ("1.0, 1.1, 1.2, 1.3, 1.4", "1.4,1.2", " 1.2 ,1.4 ", "1.4"):
            with self.subTest(listed):
                _, answer = self.informed("1.4", listed)
                self.assertEqual(answer.message.header_node("UseCWMPVersion").text, "1.4")

    def test_V_05_the_highest_common_version_is_used(self):
        """UseCWMPVersion is the highest version that both sides know."""
        for version, listed, used in (("1.4", "1.0,1.1,1.2,1.3,1.4", "1.4"), ("1.1", "1.0,1.1,9.9", "1.1"), ("1.2", "1.0,1.2", "1.2"),
                                      ("1.4", "1.0,1.1,1.2,1.3,1.4,1.5,2.0", "1.4")):
            with self.subTest(listed):
                _, answer = self.informed(version, listed)
                self.assertEqual(answer.message.header_node("UseCWMPVersion").text, used)

    def test_V_06_without_a_list_there_is_no_answer_to_it(self):
        """UseCWMPVersion is never sent to a device that did not list its versions."""
        for version in ("1.0", "1.1", "1.2", "1.3"):
            _, answer = self.informed(version)
            self.assertIsNone(answer.message.header_node("UseCWMPVersion"))

    def test_V_07_versions_without_a_list_are_told_by_header(self):
        """Namespace 1-2 is version 1.2, with a SessionTimeout 1.3."""
        for headers, version in (("", "1.2"), ("<cwmp:SessionTimeout>60</cwmp:SessionTimeout>", "1.3")):
            one, _ = self.informed("1.2", headers=headers)
            one.empty()
            self.assertEqual(self.found(one)["cwmp_version"], version)

    def test_V_08_no_common_version_is_fault_8006(self):
        """A device that lists no version of ours is told so."""
        _, answer = self.informed("1.4", "2.0")
        self.assert_fault(answer, 8006)

    def test_V_09_an_unknown_namespace_is_answered(self):
        """A namespace nobody knows gets an InformResponse in 1-2 or a Fault, in a namespace that exists."""
        for suffix in ("1-5", "1-9", "2-0"):
            with self.subTest(suffix):
                _, answer = self.informed("1.2", namespace=soap.CWMP + suffix)
                self.assertEqual(answer.status, 200)
                self.assertIn(answer.name, ("InformResponse", "Fault"))
                self.assertIn(answer.message.namespace, set(soap.NAMESPACE.values()))

    def test_V_13_a_change_of_namespace_in_a_session_is_forgiven(self):
        """An answer in another namespace is read, and we go on in that of the Inform."""
        one, _ = self.known(version="1.2")
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.queued(one, "get", names=[one.root + "DeviceInfo.SoftwareVersion"])
        one.inform()
        ours = one.empty()
        text = soap.envelope(one.do_GetParameterValues(ours.message), ours.message.id, "1.0")
        answer = one.post(text)
        self.assertEqual(answer.message.namespace, soap.NAMESPACE["1.2"])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_V_14_the_namespace_is_found_by_xml_and_not_by_text(self):
        """Any prefix, single quotes, a declaration on the method: the version is read all the same."""
        one = self.device(version="1.1")
        text = one.inform_text().decode().replace("xmlns:cwmp=\"" + soap.NAMESPACE["1.1"] + '"', "")
        text = text.replace("<cwmp:ID", f"<y:ID xmlns:y='{soap.NAMESPACE['1.1']}'").replace("</cwmp:ID>", "</y:ID>")
        text = text.replace("<cwmp:Inform>", f"<z:Inform xmlns:z = '{soap.NAMESPACE['1.1']}'>").replace("</cwmp:Inform>", "</z:Inform>")
        text = text.replace("cwmp:EventStruct", "z:EventStruct").replace("cwmp:ParameterValueStruct", "z:ParameterValueStruct")
        answer = one.post(text.encode())
        self.assertEqual(answer.message.namespace, soap.NAMESPACE["1.1"])

    def test_V_15_the_acs_lists_what_it_answers(self):
        """Every method the ACS lists is answered by its response, and what it must have is there."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE",))
        names = [node.text for node in one.say("<cwmp:GetRPCMethods/>").message.method.child("MethodList").children]
        self.assertLessEqual({"Inform", "GetRPCMethods", "TransferComplete"}, set(names))
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")

    def test_V_16_a_device_that_falls_back_is_the_same_device(self):
        """Inform in 1-2 and then in 1-0: one device."""
        one = self.device(version="1.2")
        one.inform()
        one.version = "1.0"
        answer = one.inform(new=True)
        self.assertEqual(answer.message.namespace, soap.NAMESPACE["1.0"])
        self.assertEqual(one.empty().status, 204)
        self.assertEqual(self.control.count(one.who["SerialNumber"]), 1)

    def test_V_12_an_unknown_file_type_is_read(self):
        """Text that a later version allows in a field is no reason to refuse a message."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE", ("M X_00256D_Foo", "k"), "X 00256D Foo Bar"))
        self.assertEqual(one.empty().status, 204)
