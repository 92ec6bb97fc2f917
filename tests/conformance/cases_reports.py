"""Parts F, D, O and P: what devices report by themselves, and what is asked of them in steps."""

import soap
from suite import Case

OPERATION = ("<UUID>b1e4b2d2-1d51-4e0a-8d4c-6a4e2d3f4a5b</UUID><DeploymentUnitRef>Device.SoftwareModules.DeploymentUnit.1</DeploymentUnitRef>"
             "<Version>1.0</Version><CurrentState>{state}</CurrentState><Resolved>1</Resolved><ExecutionUnitRefList></ExecutionUnitRefList>"
             "<StartTime>2026-01-02T03:04:05Z</StartTime><CompleteTime>2026-01-02T03:04:06Z</CompleteTime>"
             "<Fault><FaultCode>{code}</FaultCode><FaultString>{text}</FaultString></Fault>")
FILE_TYPES = ("1 Firmware Upgrade Image", "2 Web Content", "3 Vendor Configuration File", "4 Vendor Log File", "4 Tone File",
              "5 Ringer File", "6 Vendor Configuration File 1", "7 Vendor Log File 1", "X 00256D Own", "8 Foo Bar")


def autonomous(kind="1 Firmware Upgrade Image", is_download="1", code="0", text=""):
    fields = (("AnnounceURL", "http://192.0.2.1/a"), ("TransferURL", "http://192.0.2.1/f?a=1&b=2"), ("IsDownload", is_download),
              ("FileType", kind), ("FileSize", "1048576"), ("TargetFileName", "f.bin"))
    return ("<cwmp:AutonomousTransferComplete>" + "".join(soap.element(*field) for field in fields)
            + f"<FaultStruct><FaultCode>{code}</FaultCode>{soap.element('FaultString', text)}</FaultStruct>"
            f"<StartTime>{soap.UNKNOWN_TIME}</StartTime><CompleteTime>{soap.UNKNOWN_TIME}</CompleteTime></cwmp:AutonomousTransferComplete>")


def du_report(*operations):
    """operations: (state, code, text)"""
    results = "".join("<OpResultStruct>" + OPERATION.format(state=state, code=code, text=text) + "</OpResultStruct>"
                      for state, code, text in operations)
    return (f'<cwmp:DUStateChangeComplete><Results SOAP-ENC:arrayType="cwmp:OpResultStruct[{len(operations)}]">{results}</Results>'
            "<CommandKey>du-key</CommandKey></cwmp:DUStateChangeComplete>")


class Reports(Case):
    def session(self, version, event):
        one = self.device(version=version)
        one.inform((event,))
        return one

    def test_O_03_F_27_a_transfer_by_somebody_else_is_answered(self):
        """AutonomousTransferComplete, which an ACS must answer, gets its empty response in 1.0 … 1.2 sessions that have it."""
        for version in ("1.1", "1.2"):
            with self.subTest(version):
                one = self.session(version, "10 AUTONOMOUS TRANSFER COMPLETE")
                answer = one.say(autonomous(), "55")
                self.assertEqual((answer.name, answer.message.id), ("AutonomousTransferCompleteResponse", "55"))
                self.assertEqual(answer.message.method.children, [])
                self.assertEqual(one.empty().status, 204)

    def test_F_18_the_two_transfer_reports_are_not_mixed_up(self):
        """Each of the two reports on transfers gets the response of its own name."""
        one = self.session("1.2", "7 TRANSFER COMPLETE")
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")
        self.assertEqual(one.say(autonomous()).name, "AutonomousTransferCompleteResponse")

    def test_F_26_V_12_every_type_of_file_is_taken(self):
        """The types of downloads and of uploads, of vendors and of versions to come are read."""
        one = self.session("1.2", "10 AUTONOMOUS TRANSFER COMPLETE")
        for kind in FILE_TYPES:
            for is_download in ("0", "1", "true", "false"):
                with self.subTest(kind):
                    self.assertEqual(one.say(autonomous(kind, is_download)).name, "AutonomousTransferCompleteResponse")

    def test_D_08_D_09_D_10_results_of_software_changes_are_taken_in_order(self):
        """A list of results, some of them faults, is answered by an empty response; what went wrong is kept."""
        one = self.session("1.2", "11 DU STATE CHANGE COMPLETE")
        answer = one.say(du_report(("Installed", "0", ""), ("Failed", "9022", "bad uuid"), ("Uninstalled", "0", "")))
        self.assertEqual(answer.name, "DUStateChangeCompleteResponse")
        self.assertEqual(answer.message.method.children, [])
        for code in (9001, 9003, 9012, 9013, *range(9015, 9019), *range(9022, 9033), 9033, 9800, 9899):
            with self.subTest(code):
                self.assertEqual(one.say(du_report(("Failed", str(code), "why"))).name, "DUStateChangeCompleteResponse")
        self.assertTrue([code for code, _ in self.control.events(self.found(one)) if "9022" in code])

    def test_D_07_the_response_to_a_report_repeats_its_id(self):
        """The report on a change of software is answered in its own exchange, with its own ID."""
        one = self.session("1.2", "11 DU STATE CHANGE COMPLETE")
        answer = one.say(du_report(("Installed", "0", "")), "du-7")
        self.assertEqual((answer.name, answer.message.id), ("DUStateChangeCompleteResponse", "du-7"))

    def test_O_24_kicked_names_a_url_that_fits(self):
        """KickedResponse has a NextURL of at most 1024 characters."""
        one = self.session("1.0", "5 KICKED")
        answer = one.say("<cwmp:Kicked><Command>c</Command><Referer>r</Referer><Arg>a</Arg><Next>http://x.example/?a=1&amp;b</Next></cwmp:Kicked>")
        if answer.name == "KickedResponse":
            self.assertLessEqual(len(answer.message.get("NextURL")), 1024)
        else:
            self.assert_fault(answer, 8000)


class Steps(Case):
    def whole(self, answers):
        """A device of some size that is read whole: (requests, outcome, device)."""
        one, _ = self.known()
        for part in ("A", "B", "C"):
            for number in range(50):
                one.values[f"{one.root}X_00256D.{part}.{number}"] = ["v", "xsd:string", True]
        handle = self.queued(one, "names", path=one.root)
        requests = one.session(answers=answers(one), most=300)
        return requests, self.control.outcome(handle), one

    def test_P_18_too_much_at_once_is_asked_for_in_parts(self):
        """A device that answers 9004 to large reads is still read whole, in smaller ones."""
        def answers(one):
            def read(message):
                count = sum(len(one.matching(name)) for name in message.names())
                return soap.fault(9004) if count > 20 else None
            return {"GetParameterValues": read}

        _, outcome, one = self.whole(answers)
        self.assertEqual(outcome["state"], "succeeded")
        stored = self.control.stored(self.found(one), one.root + "X_00256D.")
        self.assertEqual({stored[f"{one.root}X_00256D.{part}.{number}"][0] for part in "ABC" for number in range(50)}, {"v"})

    def test_O_07_methods_nobody_knows_in_a_devices_list_do_no_harm(self):
        """A list of methods with names of vendors and of the future is read, and the session goes on."""
        listed = "<cwmp:GetRPCMethodsResponse>" + soap.array("MethodList", "xsd:string", [soap.element("string", name) for name in (
            "GetRPCMethods", "GetParameterNames", "GetParameterValues", "X_012345_Foo", "NewMethod", "Reboot")]) + "</cwmp:GetRPCMethodsResponse>"
        requests, outcome, _ = self.whole(lambda one: {"GetRPCMethods": listed})
        self.assertEqual(outcome["state"], "succeeded")
        self.assertIn("GetRPCMethods", [request.name for request in requests])

    def test_O_08_the_list_of_methods_is_asked_for_once_per_version(self):
        """What a device can do is kept, and asked again when its software has changed."""
        one, _ = self.known()

        def asked():
            self.queued(one, "names", path=one.root + "DeviceInfo.")
            return [request.name for request in one.session(most=50)].count("GetRPCMethods")

        self.assertEqual(asked(), 1)
        self.assertEqual(asked(), 0)
        one.values[one.root + "DeviceInfo.SoftwareVersion"][0] = "9.9.9"
        self.assertEqual(asked(), 1)
