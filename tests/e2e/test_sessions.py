"""CWMP sessions as devices really hold them, against the real server."""

import re
import socket
import unittest

import cpe
import farol


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server({"workers": {"count": "2"}}).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def device(self):
        device = cpe.Device(self.server.cwmp_port)
        self.addCleanup(device.close)
        return device

    def session_of(self, serial, device=None, **how):
        device = device or self.device()
        answer = device.post(cpe.inform(serial, **how))
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), answer.body)
        return device

    def test_a_session_is_inform_response_then_204(self):
        device = self.device()
        answer = device.post(cpe.inform("S-1", message_id="a&lt;&amp;&gt;b"))
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.text_of("MaxEnvelopes"), "1")
        self.assertEqual(answer.text_of("ID"), "a&lt;&amp;&gt;b")
        self.assertIn("text/xml", answer.header("Content-Type"))
        self.assertIn(b"urn:dslforum-org:cwmp-1-0", answer.body)
        self.assertLessEqual(len(answer.header("Set-Cookie")), 200)
        self.assertIsNone(re.search("expires|max-age", answer.header("Set-Cookie"), re.I))
        end = device.post()
        self.assertEqual((end.status, end.body, end.header("Content-Type")), (204, b"", None))

    def test_the_answer_speaks_the_version_of_the_device(self):
        for version in ("1.0", "1.1", "1.2"):
            device = self.device()
            answer = device.post(cpe.inform("V-" + version, version=version))
            self.assertIn(cpe.NAMESPACES[version].encode(), answer.body)
            self.assertNotIn(b"UseCWMPVersion", answer.body)

    def test_a_1_4_device_is_told_the_version_in_use(self):
        header = "<cwmp:SupportedCWMPVersions>1.0, 1.2, 1.4</cwmp:SupportedCWMPVersions>"
        answer = self.device().post(cpe.inform("V-1.4", version="1.2", extra_header=header))
        self.assertEqual(answer.text_of("UseCWMPVersion"), "1.4")

    def test_a_request_without_id_is_answered_without_one(self):
        answer = self.device().post(cpe.inform("S-noid", message_id=None))
        self.assertEqual(answer.method(), "InformResponse")
        self.assertNotIn(b"cwmp:ID", answer.body)

    def test_a_session_goes_on_over_new_connections_by_its_cookie(self):
        # two workers share the port: some of these connections land on the other one
        for i in range(12):
            device = self.session_of(f"C-{i}")
            self.assertEqual(device.post(cpe.envelope("<cwmp:GetRPCMethods/>"), new_connection=True).method(),
                             "GetRPCMethodsResponse")
            self.assertEqual(device.post(new_connection=True).status, 204)

    def test_a_session_goes_on_without_cookie_on_the_same_connection(self):
        device = self.session_of("NC-1")
        self.assertEqual(device.post(cpe.envelope("<cwmp:GetRPCMethods/>"), use_cookie=False).method(),
                         "GetRPCMethodsResponse")
        self.assertEqual(device.post(use_cookie=False).status, 204)

    def test_without_cookie_and_on_a_new_connection_there_is_no_session(self):
        device = self.session_of("NC-2")
        self.assertEqual(device.post(use_cookie=False, new_connection=True).status, 400)

    def test_a_cookie_nobody_gave_is_refused(self):
        device = self.device()
        device.cookie = "farol=00-00112233445566778899aabbccddeeff"
        self.assertEqual(device.post().status, 400)
        device.cookie = "farol=77-00112233445566778899aabbccddeeff"
        self.assertEqual(device.post(new_connection=True).status, 400)

    def test_an_inform_with_an_old_cookie_begins_a_new_session(self):
        device = self.session_of("OC-1")
        old = device.cookie
        self.session_of("OC-1", device)
        self.assertNotEqual(device.cookie, old)
        self.assertEqual(device.post().status, 204)

    def test_a_new_inform_ends_the_older_session_of_the_device(self):
        older = self.session_of("SUP-1")
        newer = self.session_of("SUP-1")
        self.assertEqual(newer.post().status, 204)
        self.assertIn(older.post().status, (400, 204))  # 204 only where the other worker had it and had nothing to send

    def test_nothing_but_an_inform_begins_a_session(self):
        for body in (b"", cpe.envelope("<cwmp:GetRPCMethods/>"), cpe.envelope("<cwmp:RebootResponse/>")):
            device = self.device()
            answer = device.post(body)
            self.assertEqual(answer.status, 400, body)
            self.assertTrue(device.is_closed())

    def test_an_unknown_method_gets_fault_8000_and_the_session_goes_on(self):
        device = self.session_of("UM-1")
        answer = device.post(cpe.envelope("<cwmp:X_012345_Foo/>", message_id="77"))
        self.assertEqual((answer.status, answer.method()), (200, "Fault"))
        self.assertEqual((answer.text_of("FaultCode"), answer.text_of("ID")), ("8000", "77"))
        self.assertEqual(device.post().status, 204)

    def test_a_response_that_nobody_asked_for_ends_the_session(self):
        device = self.session_of("RN-1")
        self.assertEqual(device.post(cpe.envelope("<cwmp:RebootResponse/>")).status, 400)

    def test_transfer_complete_is_answered_also_after_the_204(self):
        body = cpe.envelope("<cwmp:TransferComplete><CommandKey>k</CommandKey><FaultStruct><FaultCode>9010</FaultCode>"
                            "<FaultString>no route</FaultString></FaultStruct><StartTime>0001-01-01T00:00:00Z</StartTime>"
                            "<CompleteTime>0001-01-01T00:00:00Z</CompleteTime></cwmp:TransferComplete>", "9")
        device = self.session_of("TC-1", events=("7 TRANSFER COMPLETE", ("M Download", "k")))
        self.assertEqual(device.post(body).method(), "TransferCompleteResponse")
        self.assertEqual(self.history("TC-1"), ["k|TransferComplete fault 9010: no route"])
        self.assertEqual(device.post().status, 204)
        self.assertEqual(device.post(body).method(), "TransferCompleteResponse")
        self.assertEqual(device.post().status, 204)

    def history(self, serial):
        return self.server.sql("SELECT command_key, code FROM device_event e JOIN device d ON d.id = e.device_id "
                               f"WHERE serial = '{serial}' AND code !~ '^([0-9]|M )' ORDER BY session_no, place").splitlines()

    def test_whatever_a_device_reports_is_kept_and_answered_by_its_own_response(self):
        times = "<StartTime>0001-01-01T00:00:00Z</StartTime><CompleteTime>0001-01-01T00:00:00Z</CompleteTime>"
        fault = "<FaultCode>9018</FaultCode><FaultString>damaged \u00e9</FaultString>"
        result = ("<Results><UUID>6ba7b810-9dad-51d1-80b4-00c04fd430c8</UUID><DeploymentUnitRef/><Version>1</Version>"
                  "<CurrentState>Failed</CurrentState><Resolved>0</Resolved><ExecutionUnitRefList/>" + times +
                  "<Fault><FaultCode>9027</FaultCode><FaultString>full</FaultString></Fault>{}</Results>")
        reports = [
            ("AutonomousTransferComplete", "<AnnounceURL/><TransferURL>http://a/b</TransferURL><IsDownload>1</IsDownload>"
             "<FileType>1 Firmware Upgrade Image</FileType><FileSize>1</FileSize><TargetFileName/><FaultStruct>" + fault +
             "</FaultStruct>" + times, "|AutonomousTransferComplete fault 9018: damaged \u00e9"),
            ("RequestDownload", '<FileType>2 Web Content</FileType><FileTypeArg SOAP-ENC:arrayType="cwmp:ArgStruct[1]">'
             "<ArgStruct><Name>Version</Name><Value>1.2</Value></ArgStruct></FileTypeArg>", "|RequestDownload"),
            ("Kicked", "<Command>c</Command><Referer/><Arg/><Next>http://portal/?a=1&amp;b=2</Next>", "|Kicked"),
            ("DUStateChangeComplete", result.format("") + "<CommandKey>du-1</CommandKey>",
             "du-1|DUStateChangeComplete fault 9027: full"),
            ("AutonomousDUStateChangeComplete", result.format("<OperationPerformed>Update</OperationPerformed>"),
             "|AutonomousDUStateChangeComplete fault 9027: full"),
        ]
        for version in ("1.0", "1.2"):  # what is newer than 1.0 is answered to a device of 1.0 that sends it all the same
            serial = "REP-" + version
            device = self.session_of(serial, version=version)
            for number, (method, arguments, _) in enumerate(reports):
                answer = device.post(cpe.envelope(f"<cwmp:{method}>{arguments}</cwmp:{method}>", str(number), version))
                self.assertEqual((answer.status, answer.method(), answer.text_of("ID")),
                                 (200, method + "Response", str(number)), answer.body)
                self.assertIn(cpe.NAMESPACES[version].encode(), answer.body)
                if method == "Kicked":
                    self.assertEqual(answer.text_of("NextURL"), "http://portal/?a=1&amp;b=2")
                self.assertEqual(len(self.history(serial)), number + 1)
            self.assertEqual(self.history(serial), [kept for _, _, kept in reports])
            self.assertEqual(device.post().status, 204)

    def test_the_methods_listed_are_those_that_are_answered(self):
        device = self.session_of("GM-1")
        answer = device.post(cpe.envelope("<cwmp:GetRPCMethods/>"))
        names = re.findall(rb"<string>(\w+)</string>", answer.body)
        self.assertIn(f'xsd:string[{len(names)}]'.encode(), answer.body)
        for name in names:
            if name != b"Inform":
                answer = device.post(cpe.envelope(f"<cwmp:{name.decode()}/>"))
                self.assertEqual(answer.method(), name.decode() + "Response", answer.body)
        for name in ("Reboot", "InformResponse", "TransferCompleteResponse", "Foo"):
            answer = device.post(cpe.envelope(f"<cwmp:{name}/>"))
            self.assertEqual((answer.method(), answer.text_of("FaultCode")), ("Fault", "8000"))

    def test_a_long_reason_is_cut_between_characters(self):
        device = self.session_of("LR-1")
        body = cpe.envelope("<cwmp:TransferComplete><FaultStruct><FaultCode>9010</FaultCode><FaultString>a"
                            + "\u00e9" * 250 + "</FaultString></FaultStruct></cwmp:TransferComplete>")
        self.assertEqual(device.post(body).method(), "TransferCompleteResponse")
        self.assertEqual(self.history("LR-1"), ["|TransferComplete fault 9010: a" + "\u00e9" * 199 + "\u2026"])

    def test_blank_bodies_and_chunks_count_as_empty(self):
        device = self.session_of("EP-1")
        self.assertEqual(device.post(b"\r\n").status, 204)
        device = self.session_of("EP-2")
        device.send_raw(f"POST / HTTP/1.1\r\nHost: a\r\nCookie: {device.cookie}\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode())
        self.assertEqual(device.read().status, 204)
        device = self.session_of("EP-3")
        device.send_raw(f"POST / HTTP/1.1\r\nHost: a\r\nCookie: {device.cookie}\r\n\r\n".encode())
        self.assertEqual(device.read().status, 204)

    def test_other_verbs_are_told_to_post(self):
        with self.device() as device:
            device.send_raw(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = device.read()
            self.assertEqual((answer.status, answer.header("Allow")), (405, "POST"))

    def test_devices_that_differ_in_one_part_of_their_identity_are_different(self):
        for serial, oui, product_class in (("ID-1", "00256D", "A-B"), ("ID-1", "00256D", "A"), ("ID-1", "00256E", "A"),
                                           ("B-ID-1", "00256D", "A")):
            self.session_of(serial, oui=oui, product_class=product_class)
        self.session_of("ID-1", oui="00256d", product_class="A")  # the same device in another spelling
        self.assertEqual(self.server.sql("SELECT count(*) FROM device WHERE serial LIKE '%ID-1'"), "4")

    def test_an_inform_without_identity_is_refused_with_a_fault_and_leaves_nothing(self):
        answer = self.device().post(cpe.inform(""))
        self.assertEqual((answer.status, answer.method(), answer.text_of("FaultCode")), (200, "Fault", "8003"))
        self.assertEqual(self.server.sql("SELECT count(*) FROM device WHERE serial = ''"), "0")

    def test_what_a_device_says_is_stored_before_it_is_answered(self):
        values = [("InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID", "casa &lt;1&gt;", "string")]
        self.session_of("ST-1", events=("1 BOOT", "4 VALUE CHANGE"), values=values, uptime=77)
        row = self.server.sql("SELECT uptime_s, software_version FROM device JOIN device_hot ON device_id = id "
                              "WHERE serial = 'ST-1'")
        self.assertEqual(row, "77|3.0.21")
        self.assertEqual(self.server.sql("SELECT string_agg(code, ',' ORDER BY code) FROM device_event e "
                                         "JOIN device d ON d.id = e.device_id WHERE serial = 'ST-1'"),
                         "1 BOOT,4 VALUE CHANGE")
        self.assertIn("casa <1>", self.server.sql("SELECT string_agg(doc::text, ' ') FROM device_page p "
                                                  "JOIN device d ON d.id = p.device_id WHERE serial = 'ST-1'"))

    def test_a_changed_value_is_stored_whichever_worker_sees_it(self):
        name = "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID"
        for text in ("one", "two", "one", "three", "one", "two"):
            device = self.session_of("CH-1", values=[(name, text, "string")])
            device.close()
            self.assertEqual(text, self.server.sql(
                "SELECT value FROM device_parameter p JOIN device d ON d.id = p.device_id "
                "WHERE serial = 'CH-1' AND name LIKE '%SSID'"))

    def test_a_device_that_was_deleted_comes_back_as_a_new_one(self):
        self.session_of("DEL-1").close()
        self.server.sql("DELETE FROM device_hot WHERE device_id = (SELECT id FROM device WHERE serial = 'DEL-1'); "
                        "DELETE FROM device_event WHERE device_id = (SELECT id FROM device WHERE serial = 'DEL-1'); "
                        "DELETE FROM device_page WHERE device_id = (SELECT id FROM device WHERE serial = 'DEL-1'); "
                        "DELETE FROM device_read WHERE device_id = (SELECT id FROM device WHERE serial = 'DEL-1'); "
                        "DELETE FROM device WHERE serial = 'DEL-1'")

        def informs():
            with cpe.Device(self.server.cwmp_port) as device:
                return device.post(cpe.inform("DEL-1")).status == 200

        farol.wait_for("an Inform is accepted", informs, 3)

    def take_values(self, device, answer):
        self.assertEqual(answer.method(), "GetParameterValues", answer.body)
        values = cpe.value("InternetGatewayDevice.DeviceInfo.UpTime", "7", "unsignedInt")
        return device.post(cpe.envelope('<cwmp:GetParameterValuesResponse><ParameterList SOAP-ENC:arrayType="cwmp:ParameterValueStruct[1]">'
                                        f"{values}</ParameterList></cwmp:GetParameterValuesResponse>", answer.text_of("ID")))

    def test_a_device_that_is_here_is_not_called(self):
        """C-25: what comes meanwhile is done in its session, whether it keeps its connection or opens one for each POST."""
        for new_connection in (False, True):
            with self.subTest(new_connection=new_connection), socket.create_server(("127.0.0.1", 0)) as listener:
                serial = f"HERE-{new_connection}"
                device = self.session_of(serial, url=f"http://127.0.0.1:{listener.getsockname()[1]}/cr")
                if new_connection:
                    device.close()
                action = self.server.act(self.server.device(serial)["id"], "params.get", {"names": ["InternetGatewayDevice.DeviceInfo.UpTime"]})
                farol.wait_for("the call was spared", lambda: self.server.action(action["id"])["wake"]["code"] == "in_session")
                self.assertEqual(self.take_values(device, device.post(new_connection=new_connection)).status, 204)
                self.assertEqual(self.server.action(action["id"])["state"], "succeeded")
                listener.settimeout(3)  # more than until it is looked for again
                with self.assertRaises(TimeoutError):
                    listener.accept()
                action = self.server.act(self.server.device(serial)["id"], "params.get", {"names": ["InternetGatewayDevice.DeviceInfo.UpTime"]})
                listener.settimeout(10 * farol.SLOW)
                listener.accept()[0].close()  # it has left, so it is called
                self.server.api("POST", f"/actions/{action['id']}/cancel", {})

    def test_a_device_that_is_gone_is_called_again_soon(self):
        """Its session is still open here, but it hung up a while ago."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            device = self.session_of("GONE-1", url=f"http://127.0.0.1:{listener.getsockname()[1]}/cr")
            device.close()
            self.server.act(self.server.device("GONE-1")["id"], "reboot")
            listener.settimeout(15 * farol.SLOW)  # 5 s, where nothing else is slow
            listener.accept()[0].close()

    def test_a_secret_in_an_inform_is_not_kept(self):
        values = [("InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.KeyPassphrase", "hunter2-secret", "string")]
        self.session_of("SEC-1", values=values)
        dump = self.server.sql("SELECT coalesce(string_agg(doc::text, ' '), '') FROM device_page")
        self.assertNotIn("hunter2-secret", dump)
        self.assertNotIn("hunter2-secret", self.server.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
