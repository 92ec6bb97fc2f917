"""Part I: the Inform, its events and what follows from them (TR-069 A.3.3.1, 3.7.1.5)."""

import soap
from suite import Case
import wire

CODES = ("0 BOOTSTRAP", "1 BOOT", "3 SCHEDULED", "4 VALUE CHANGE", "5 KICKED", "6 CONNECTION REQUEST",
         "7 TRANSFER COMPLETE", "8 DIAGNOSTICS COMPLETE", "9 REQUEST DOWNLOAD", "10 AUTONOMOUS TRANSFER COMPLETE",
         "11 DU STATE CHANGE COMPLETE", "12 AUTONOMOUS DU STATE CHANGE COMPLETE", "13 WAKEUP", "14 HEARTBEAT")
METHOD_CODES = ("M Reboot", "M ScheduleInform", "M Download", "M ScheduleDownload", "M Upload", "M ChangeDUState",
                "M X_00256D_Method")


class Arguments(Case):
    def test_I_01_arguments_may_come_in_any_order(self):
        """The order of an Inform's arguments does not matter."""
        one = self.device()
        parts = [soap.events(["1 BOOT"]), soap.element("RetryCount", "0"), soap.device_id(one.who),
                 soap.array("ParameterList", "cwmp:ParameterValueStruct", [soap.value(*pair) for pair in one.forced()]),
                 soap.element("CurrentTime", "2026-01-02T03:04:05Z"), soap.element("MaxEnvelopes", "1")]
        self.assertEqual(one.say("<cwmp:Inform>" + "".join(parts) + "</cwmp:Inform>").name, "InformResponse")
        self.assertEqual(one.empty().status, 204)

    def test_I_02_I_03_the_oui_is_one_whatever_its_spelling(self):
        """Lower case, or with colons: the same device."""
        one = self.device(OUI="00256D")
        one.session()
        for oui in ("00256d", "00:25:6D"):
            again = self.device(**{**one.who, "OUI": oui})
            again.session()
        self.assertEqual(self.control.count(one.who["SerialNumber"]), 1)

    def test_I_05_no_event_one_and_sixty_four(self):
        """An Inform may list no event at all, and as many as 64."""
        for codes in ([], ["2 PERIODIC"], [("M Download", f"k{number}") for number in range(64)]):
            with self.subTest(len(codes)):
                one = self.device()
                one.session(codes)
                self.assertIsNotNone(self.found(one))

    def test_I_06_code_and_key_of_an_event_are_kept(self):
        """An event's CommandKey is kept beside its code; most have none."""
        one = self.device()
        one.session(("1 BOOT", ("M Reboot", "key-7")))
        self.assertEqual(set(self.control.events(self.found(one))), {("1 BOOT", ""), ("M Reboot", "key-7")})

    def test_I_07_event_codes_are_known_in_sloppy_spelling(self):
        """Blanks and case do not hide what an event is: a reboot is proven by each of these."""
        for code in ("1 BOOT", "1  Boot", "1", "1 boot"):
            with self.subTest(code):
                one, _ = self.known()
                handle = self.queued(one, "reboot")
                one.session()
                one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
                one.session((code, ("M Reboot", handle)))
                self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_I_39_an_empty_parameter_list_is_welcome(self):
        """An Inform without any parameter is an Inform."""
        one = self.device()
        one.values.clear()
        self.assertEqual(one.session(("1 BOOT",)), [])
        text = soap.inform_body(one.who).replace('<ParameterList SOAP-ENC:arrayType="cwmp:ParameterValueStruct[0]"></ParameterList>',
                                                 "<ParameterList/>")
        self.assertEqual(one.say(text).name, "InformResponse")

    def test_I_44_the_devices_clock_orders_nothing(self):
        """A device whose clock is decades off is served, and its contact is dated by our clock."""
        for text in ("1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
            with self.subTest(text):
                one = self.device()
                one.inform(CurrentTime=text)
                one.empty()
                self.assertNotIn(text[:4], self.found(one)["last_contact"][:4])


class Events(Case):
    def kept(self, *codes):
        one = self.device()
        one.session(codes)
        return set(self.control.events(self.found(one)))

    def test_I_08_every_event_of_the_standard_is_kept(self):
        """Each code that the standard knows is answered and found in the device's history."""
        for code in CODES:
            with self.subTest(code):
                self.assertEqual(self.kept(code), {(code, "")})

    def test_I_09_the_events_of_methods_are_kept_with_their_key(self):
        """Each M event is kept with its CommandKey."""
        for code in METHOD_CODES:
            with self.subTest(code):
                self.assertEqual(self.kept((code, "the-key")), {(code, "the-key")})

    def test_I_10_the_events_of_vendors_are_kept(self):
        """Codes of vendors, by OUI or by domain, are kept."""
        for code in ("X 00256D Foo", "X EXAMPLE-COM Foo Bar"):
            self.assertEqual(self.kept(code), {(code, "")})

    def test_I_11_events_of_the_future_are_kept(self):
        """A code that nobody knows is answered and kept."""
        self.assertEqual(self.kept("15 NEW EVENT", "99 ALSO NEW"), {("15 NEW EVENT", ""), ("99 ALSO NEW", "")})

    def test_I_12_all_events_of_an_inform_count(self):
        """Several events in one Inform are all kept, in whatever order."""
        for codes in ((("0 BOOTSTRAP"), ("1 BOOT")), (("M Reboot", "a"), "1 BOOT"), ("2 PERIODIC", "4 VALUE CHANGE", "6 CONNECTION REQUEST"),
                      ("7 TRANSFER COMPLETE", ("M Download", "a"), ("M Download", "b"))):
            with self.subTest(codes):
                wanted = {(code, "") if isinstance(code, str) else code for code in codes} - {("2 PERIODIC", "")}
                self.assertLessEqual(wanted, self.kept(*codes))

    def test_I_13_a_known_device_may_say_bootstrap_again(self):
        """BOOTSTRAP of a device that is known is accepted at any time."""
        one, found = self.known()
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        self.assertEqual([code for code, _ in self.control.events(found)].count("0 BOOTSTRAP"), 2)

    def test_I_15_a_bootstrap_that_was_not_answered_comes_again(self):
        """The same BOOTSTRAP after a lost session is accepted as before."""
        one = self.device()
        one.send(one.inform_text(("0 BOOTSTRAP",)))
        one.connection.reset()
        one.connection = None
        self.assertEqual(one.session(("0 BOOTSTRAP",)), [])

    def test_I_18_a_restart_is_proven_by_its_own_key(self):
        """M Reboot with the key of our Reboot closes the operation; 1 BOOT with another's key does not."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        requests = one.session()
        key = requests[0].get("CommandKey")
        one.session(("1 BOOT", ("M Reboot", "of-somebody-else")))
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
        one.session(("1 BOOT", ("M Reboot", key)))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_I_19_two_restarts_in_one_inform_are_both_heard(self):
        """Of several M Reboot in one Inform ours is found."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        key = one.session()[0].get("CommandKey")
        one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
        one.session(("1 BOOT", ("M Reboot", "another"), ("M Reboot", key)))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_I_26_I_27_a_transfer_complete_of_an_unknown_key_is_answered(self):
        """TransferComplete for something that we did not ask for gets its normal response."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "never-asked")))
        self.assertEqual(one.say(soap.transfer_complete("never-asked")).name, "TransferCompleteResponse")
        self.assertEqual(one.empty().status, 204)

    def test_I_30_I_33_events_are_stored_before_they_are_acknowledged(self):
        """Once InformResponse has come, the event is in the history, also if the device is never heard of again."""
        one = self.device()
        one.inform(("1 BOOT", "8 DIAGNOSTICS COMPLETE"))
        one.connection.reset()
        one.connection = None
        self.assertEqual(set(self.control.events(self.control.find(one.who))), {("1 BOOT", ""), ("8 DIAGNOSTICS COMPLETE", "")})

    def test_I_31_I_32_wakeup_and_heartbeat_are_short_sessions(self):
        """13 WAKEUP and 14 HEARTBEAT are Inform, InformResponse, 204."""
        for code in ("13 WAKEUP", "14 HEARTBEAT"):
            one = self.device()
            self.assertEqual(one.session((code,)), [])

    def test_I_17_I_28_I_29_boot_diagnostics_and_request_download_end_well(self):
        """Sessions for 1 BOOT, 8 and 9 are completed like any other."""
        for code in ("1 BOOT", "8 DIAGNOSTICS COMPLETE", "9 REQUEST DOWNLOAD"):
            one = self.device()
            one.session((code,))
            self.assertEqual(self.last_session(one)["result"], "completed")


class Values(Case):
    def test_I_22_a_changed_value_is_known_at_once(self):
        """What an Inform with 4 VALUE CHANGE says is shown without asking the device again."""
        one, found = self.known()
        name = one.root + "LANDevice.1.WLANConfiguration.1.SSID"
        self.assertEqual(one.session(("4 VALUE CHANGE",), values=[(name, "casa nova", "xsd:string")]), [])
        self.assertEqual(self.control.stored(found, name)[name][0], "casa nova")

    def test_I_24_a_value_never_heard_of_is_added(self):
        """A parameter that the ACS did not know becomes part of what it knows."""
        one, found = self.known()
        name = one.root + "X_00256D.Brand.New"
        one.session(("4 VALUE CHANGE",), values=[(name, "1", "xsd:int")])
        self.assertEqual(self.control.stored(found, name), {name: ("1", "xsd:int")})

    def test_I_23_a_change_of_ours_needs_no_event(self):
        """After our own change the value is known without any 4 VALUE CHANGE."""
        one, found = self.known()
        name = one.root + "DeviceInfo.ProvisioningCode"
        self.queued(one, "set", values=[(name, "ours", "string")])
        one.session()
        self.assertEqual(self.control.stored(found, name)[name][0], "ours")

    def test_I_34_I_35_I_36_the_forced_parameters_are_used_and_not_needed(self):
        """Of the parameters that each data model forces into an Inform the ACS shows what it uses, and lives without."""
        for root, names in (("Device.", ["RootDataModelVersion", "DeviceInfo.HardwareVersion"]),
                            ("InternetGatewayDevice.", ["DeviceSummary", "DeviceInfo.SpecVersion"]),
                            ("Device.", ["DeviceSummary", "LAN.IPAddress"])):
            with self.subTest(names):
                one = self.device(root=root)
                one.session(("1 BOOT",), values=[(root + name, "1", "xsd:string") for name in names])
                self.assertEqual(self.found(one)["software_version"], "3.0.21")
                bare = self.device(root=root)
                bare.values.clear()
                self.assertEqual(bare.session(("1 BOOT",)), [])

    def test_I_37_the_root_is_found_from_any_name(self):
        """The data model's root may be told by the last name only; without any name it is not known."""
        for root in ("Device.", "InternetGatewayDevice."):
            one = self.device(root=root)
            values = [("X_VENDOR.Root.A", "1", "xsd:string"), (root + "DeviceInfo.UpTime", "5", "xsd:unsignedInt")]
            one.values.clear()
            one.session(("1 BOOT",), values=values)
            self.assertEqual(self.found(one)["root"], root)

    def test_I_40_what_is_read_later_wins(self):
        """A value read in the session replaces the one that the Inform told."""
        one, found = self.known()
        name = one.root + "X_00256D.Later"
        one.values[name] = ["from-read", "xsd:string", True]
        self.queued(one, "get", names=[name])
        one.session(("4 VALUE CHANGE",), values=[(name, "from-inform", "xsd:string")])
        self.assertEqual(self.control.stored(found, name)[name][0], "from-read")

    def test_I_41_C_16_the_newest_connection_request_url_counts(self):
        """Each Inform renews the ConnectionRequestURL."""
        one, _ = self.known()
        for url in ("http://192.0.2.1:7547/a", "http://192.0.2.2:7547/b?c=d"):
            one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = url
            one.session()
            self.assertEqual(self.found(one)["connection_request_url"], url)

    def test_I_42_a_new_software_version_is_seen(self):
        """A changed SoftwareVersion in an Inform is what the ACS shows from then on."""
        one, _ = self.known()
        one.values[one.root + "DeviceInfo.SoftwareVersion"][0] = "4.0.0"
        one.session(("1 BOOT",))
        self.assertEqual(self.found(one)["software_version"], "4.0.0")

    def test_I_20_a_device_is_online_for_a_while_after_its_contact(self):
        """A device that has just been here counts as online."""
        one, _ = self.known()
        wire.poll("it is online", lambda: self.control.find(one.who)["online"])
