"""Parts R, M, A, L, Q, O and S as far as the north side shows them, and part Z."""

import json
import urllib.error
import urllib.request

import control
import device
import soap
from suite import Case, waits
import wire


class North(Case):
    def test_R_01_C_15_an_operation_can_be_asked_for_now(self):
        """An operation that may not wait fails with its reason when the device cannot be reached."""
        one, _ = self.known()
        try:
            handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"], options={"on_offline": "fail"})
        except control.Refused:
            return
        self.assertEqual(self.ended(handle)["state"], "failed")

    @waits(12)
    def test_R_02_an_operation_has_a_time_out(self):
        """What was not done in the time that it was given has expired, and is not sent later."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"], options={"expires_in": "PT10S"})
        self.assertEqual(self.ended(handle, 40)["state"], "expired")
        self.assertEqual(one.session(), [])

    def test_R_06_arguments_go_down_and_results_and_faults_come_up(self):
        """What was asked for arrives at the device as it was asked, and its answer or fault comes back whole."""
        requests, outcome, one = self.run_one("get", names=["InternetGatewayDevice.DeviceInfo.UpTime"])
        self.assertEqual(requests[0].names(), ["InternetGatewayDevice.DeviceInfo.UpTime"])
        self.assertIn("1000", json.dumps(outcome["result"]))
        self.assertTrue(one.who)
        _, outcome, _ = self.run_one("get", {"*": soap.fault(9005, "no such name")}, names=["InternetGatewayDevice.X"])
        self.assertEqual(outcome["fault"], 9005)
        self.assertIn("no such name", json.dumps(outcome["failure"]))

    def test_R_07_an_operation_can_be_cancelled_before_it_is_sent(self):
        """A cancelled operation is never sent; its state says what it is."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        self.control.cancel(handle)
        self.assertEqual(self.control.outcome(handle)["state"], "cancelled")
        self.assertEqual(one.session(), [])

    def test_R_08_operations_wait_for_the_next_session(self):
        """What is queued for a device that is away is done at its next contact, whatever brings it."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.session(("2 PERIODIC",))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_R_14_strangers_are_shut_out(self):
        """Without a token, or with a wrong one, the north side answers 401."""
        if not isinstance(self.control, control.Farol):
            raise control.NotRun("needs a control adapter")
        for headers in ({}, {"Authorization": "Bearer acs_x_00000000000000000000000000000000_000000"}, {"Authorization": "Basic YTpi"}):
            with self.subTest(headers), self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(urllib.request.Request(self.control.api + "/api/v1/devices", headers=headers), timeout=30)
            self.assertEqual(caught.exception.code, 401)

    def test_R_17_sessions_events_and_faults_are_remembered(self):
        """The history of a device has its sessions with their results, and its events."""
        one, found = self.known()
        one.inform(("1 BOOT",))
        one.say("<cwmp:RebootResponse/>")
        results = wire.poll("two sessions are in the history", lambda: [row["result"] for row in self.control.sessions(found)][:2] if len(
            self.control.sessions(found)) > 1 else None)
        self.assertEqual(results, ["failed", "completed"])
        self.assertIn(("0 BOOTSTRAP", ""), self.control.events(found))

    def test_R_18_the_interface_describes_itself(self):
        """A description of the north side with its version can be had from it."""
        if not isinstance(self.control, control.Farol):
            raise control.NotRun("needs a control adapter")
        with urllib.request.urlopen(self.control.api + "/api/v1/openapi.json", timeout=30) as answer:
            described = json.load(answer)
        self.assertTrue(described["openapi"].startswith("3."))
        self.assertTrue(described["info"]["version"])


class Facts(Case):
    def set_and_read(self, name, before, after, kind="xsd:string", said=None):
        one, _ = self.known()
        one.values[name] = [before, kind, True]
        handle = self.queued(one, "set", values=[(name, after, kind.partition(":")[2])])
        requests = one.session()
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
        sets = [request for request in requests if request.name == "SetParameterValues"]
        self.assertEqual(sets[0].values()[name], (after, kind))
        self.assertEqual(self.control.stored(self.found(one), name)[name][0], said or after)

    def test_M_01_the_period_can_be_set(self):
        """PeriodicInformInterval, -Enable and -Time are set in their own types."""
        for name, kind, before, after in (("PeriodicInformInterval", "xsd:unsignedInt", "300", "3600"), ("PeriodicInformEnable", "xsd:boolean", "0", "1"),
                                          ("PeriodicInformTime", "xsd:dateTime", "0001-01-01T00:00:00Z", "2026-01-01T03:17:00Z")):
            with self.subTest(name):
                self.set_and_read("InternetGatewayDevice.ManagementServer." + name, before, after, kind)

    def test_M_02_a_number_outside_its_type_is_not_sent(self):
        """A value that the parameter's type cannot hold never reaches the device."""
        name = "InternetGatewayDevice.ManagementServer.CWMPRetryMinimumWaitInterval"
        for text in ("-1", "4294967296", "5 s"):
            with self.subTest(text):
                one, _ = self.known()
                one.values[name] = ["5", "xsd:unsignedInt", True]
                handle = self.queued(one, "set", values=[(name, text, "unsignedInt")])
                self.assertNotIn("SetParameterValues", [request.name for request in one.session()])
                self.assertEqual(self.control.outcome(handle)["state"], "failed")

    def test_M_08_the_parameter_key_tells_nothing(self):
        """The ParameterKey, which everyone may read, holds neither values nor names."""
        one, _ = self.known()
        name = one.root + "X_00256D.Quiet"
        one.values[name] = ["a", "xsd:string", True]
        self.queued(one, "set", values=[(name, "hush-hush", "string")])
        one.session()
        key = one.values[one.root + "ManagementServer.ParameterKey"][0]
        self.assertRegex(key, r"^[A-Za-z0-9_-]{1,32}$")
        self.assertNotIn("hush", key)

    def test_M_10_a_text_has_no_length_but_its_own(self):
        """A text of thousands of characters is sent whole."""
        self.set_and_read("InternetGatewayDevice.X_00256D.Long", "a", "x" * 8000)

    def test_M_11_M_12_paths_in_values_are_left_as_they_are(self):
        """References with a leading dot, with a trailing one or without are kept as the device wrote them."""
        one = self.device()
        texts = {"A": ".Hosts.Host.1", "B": "Device.Hosts.Host.1.", "C": "Device.Hosts.Host.1"}
        one.session(("4 VALUE CHANGE",), values=[(one.root + "X." + name, text, "xsd:string") for name, text in texts.items()])
        stored = self.control.stored(self.found(one), one.root + "X.")
        self.assertEqual({name[-1]: text for name, (text, _) in stored.items()}, texts)

    def test_Q_16_microseconds_are_kept(self):
        """The times of a speed test keep their fractions."""
        one, found = self.known()
        name = one.root + "DownloadDiagnostics.BOMTime"
        one.values[name] = ["2026-01-02T03:04:05.123456Z", "xsd:dateTime", False]
        self.queued(one, "get", names=[name])
        one.session()
        self.assertEqual(self.control.stored(found, name)[name][0], "2026-01-02T03:04:05.123456Z")

    def test_Q_18_O_16_tables_with_gaps_are_read_by_partial_path(self):
        """Instances 1, 5 and 300 of a table are all found below its path."""
        one, found = self.known()
        table = one.root + "DownloadDiagnostics.PerConnectionResult."
        for number in (1, 5, 300):
            one.values[f"{table}{number}.BOMTime"] = [str(number), "xsd:string", False]
        self.queued(one, "get", names=[table])
        self.assertEqual(one.session()[0].names(), [table])
        self.assertEqual({name: text for name, (text, _) in self.control.stored(found, table).items()},
                         {f"{table}{number}.BOMTime": str(number) for number in (1, 5, 300)})

    def test_O_19_a_restart_comes_only_when_it_is_asked_for(self):
        """A change that waits for a restart does not make the ACS restart the device."""
        one, _ = self.known()
        name = one.root + "X_00256D.Later"
        one.values[name] = ["a", "xsd:string", True]
        self.queued(one, "set", values=[(name, "b", "string")])
        later = "<cwmp:SetParameterValuesResponse><Status>1</Status></cwmp:SetParameterValuesResponse>"
        names = [request.name for request in one.session(answers={"SetParameterValues": later})]
        names += [request.name for request in one.session()]
        self.assertNotIn("Reboot", names)
        self.assertNotIn("FactoryReset", names)

    def test_O_27_vouchers_and_options_are_not_offered(self):
        """The deprecated operations on vouchers and options are not offered."""
        one, _ = self.known()
        for operation in ("vouchers.set", "options.get"):
            with self.assertRaises(control.Refused):
                self.queued(one, operation)

    def test_A_01_A_06_paths_are_sent_as_they_were_asked_for(self):
        """Neither aliases nor wildcards are made up: a path goes to the device as it was given."""
        one, _ = self.known()
        names = [one.root + "LANDevice.1.Hosts.", one.root + "DeviceInfo.UpTime"]
        self.queued(one, "get", names=names)
        self.queued(one, "names", path=one.root)
        for request in one.session(most=50):
            for name in [*request.names(), request.get("ParameterPath") or ""]:
                self.assertNotRegex(name, r"[\[\]*]")

    def test_A_07_an_alias_is_a_parameter_like_any(self):
        """The Alias of an instance is read by its number."""
        one, found = self.known()
        name = one.root + "X_00256D.Table.3.Alias"
        one.values[name] = ["cpe-3", "xsd:string", True]
        self.queued(one, "get", names=[name])
        one.session()
        self.assertEqual(self.control.stored(found, name)[name][0], "cpe-3")

    def test_A_08_devices_behind_a_proxy_are_devices(self):
        """Informs of two identities on one connection are two devices."""
        one = self.device()
        one.session(("1 BOOT",))
        second = device.Device(self.world, "A08")
        second.connection, one.connection = one.connection, None
        self.addCleanup(second.close)
        second.session(("1 BOOT",))
        self.assertNotEqual(self.found(one)["id"], self.found(second)["id"])

    def test_L_14_a_heartbeat_is_no_periodic_inform(self):
        """What is learnt of the period is not changed by heartbeats."""
        one, _ = self.known()
        one.session(("2 PERIODIC",))
        before = self.found(one)["period_s"]
        for _ in range(3):
            one.session(("14 HEARTBEAT",))
        self.assertEqual(self.found(one)["period_s"], before)

    def test_S_35_S_36_secrets_are_neither_kept_nor_shown(self):
        """A password that a device tells is not shown, and one that reads as nothing makes nobody send it again."""
        one = self.device()
        name = one.root + "LANDevice.1.WLANConfiguration.1.KeyPassphrase"
        self.assertEqual(one.session(("1 BOOT",), values=[(name, "hunter2-secret", "xsd:string")]), [])
        found = self.found(one)
        self.assertNotIn("hunter2-secret", json.dumps(self.control.stored(found, one.root)))
        self.assertEqual(one.session(("4 VALUE CHANGE",), values=[(name, "", "xsd:string")]), [])


class Crashes(Case):
    def own(self, linger):
        return self.world.started_with({"database": {"linger": linger}})

    def test_N_43_what_was_acknowledged_survives_a_crash(self):
        """After InformResponse the process may die at once: the event is there afterwards."""
        world = self.own("3ms")
        one = self.device(world=world)
        one.inform(("1 BOOT", ("M Reboot", "k")))
        world.control.crash()
        self.assertEqual(set(world.control.events(world.control.find(one.who))), {("1 BOOT", ""), ("M Reboot", "k")})

    def test_N_37_a_session_ends_cleanly_with_its_server(self):
        """A device whose server died gets an HTTP error for its session, and a new one for its next Inform."""
        world = self.own("4ms")
        one = self.device(world=world)
        one.inform()
        world.control.crash()
        self.assert_refused(one.empty(new=True))
        self.assertEqual(one.session(), [])

    @waits(5)
    def test_N_35_T_30_trouble_of_ours_is_never_204(self):
        """While nothing can be stored a device gets an error that makes it try again, and then it is served."""
        world = self.own("5ms")
        one = self.device(world=world)
        one.inform(("7 TRANSFER COMPLETE",))
        with world.control.without_storage():
            answer = one.say(soap.transfer_complete("k"))
            self.assertTrue(answer.status >= 500 or answer.message.fault_code == "8002", answer)
            other = self.device(world=world)
            answer = other.post(other.inform_text(("1 BOOT",)))
            self.assertGreaterEqual(answer.status, 500)

        def served():
            answer = other.post(other.inform_text(("1 BOOT",), RetryCount="1"), new=True)
            return answer.name == "InformResponse"

        wire.poll("the device is served again", served, 60, 0.3)
        self.assertIn(("1 BOOT", ""), world.control.events(self.found(other)))


class Everything(Case):
    def test_Z_06_a_femtocell_is_a_device(self):
        """Data models of other services need nothing special."""
        one = self.device(root="Device.")
        one.session(("1 BOOT",), values=[("Device.Services.FAPService.1.FAPControl.LTE.AdminState", "1", "xsd:boolean")])
        self.assertEqual(self.found(one)["root"], "Device.")

    def test_Z_07_no_bytes_end_the_process(self):
        """Whatever is sent to the port, the next device is served."""
        for text in (b"\x00" * 100, b"\r\n" * 50, b"POST", b"POST / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"A" * 70000,
                     b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                     b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"):
            connection = self.world.target.connect()
            try:
                connection.send(text)
                connection.socket.settimeout(0.2)
                connection.socket.recv(1000)
            except OSError:
                pass
            connection.close()
        self.assert_alive()

    def test_Z_08_limits_are_settings(self):
        """The largest body, the longest wait and the number of connections are settings that work."""
        world = self.world.started_with({"limits": {"body_max": "32KiB"}})
        one = self.device(world=world)
        one.inform()
        connection = one.connect()
        connection.send(one.head(40_000))
        self.assertEqual(connection.read_head()[1], 413)
