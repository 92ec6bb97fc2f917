"""Part Q: tests that a device makes when it is told to (TR-143, TR-098 IPPingDiagnostics and the like, TR-181 IP.Diagnostics)."""

import time
import urllib.request

import control
import soap
from suite import Case, waits

DONE = ("8 DIAGNOSTICS COMPLETE",)
TIMES = {"ROMTime": "2026-01-02T03:04:05.000000Z", "BOMTime": "2026-01-02T03:04:05.500000Z", "EOMTime": "2026-01-02T03:04:07.500000Z"}
# operation: arguments, the object below each root, its inputs, its results
TESTS = {
    "ping": ({"host": "192.0.2.1"}, {"InternetGatewayDevice.": "IPPingDiagnostics.", "Device.": "IP.Diagnostics.IPPing."},
                  ("Host", "NumberOfRepetitions", "Timeout", "DataBlockSize"),
                  {"SuccessCount": "4", "FailureCount": "0", "AverageResponseTime": "12", "MinimumResponseTime": "11",
                   "MaximumResponseTime": "14"}),
    "trace": ({"host": "192.0.2.1"}, {"InternetGatewayDevice.": "TraceRouteDiagnostics.", "Device.": "IP.Diagnostics.TraceRoute."},
                        ("Host", "NumberOfTries", "Timeout", "MaxHopCount"), {"ResponseTime": "9", "RouteHopsNumberOfEntries": "1",
                         **{f"RouteHops.1.{name}": value for name, value in (
                             ("HopHost", "gw"), ("HopHostAddress", "192.0.2.1"), ("HopErrorCode", "0"), ("HopRTTimes", "9"),
                             ("Host", "gw"), ("HostAddress", "192.0.2.1"), ("ErrorCode", "0"), ("RTTimes", "9"))}}),
    "download_test": ({"url": "http://192.0.2.1/file"}, {"InternetGatewayDevice.": "DownloadDiagnostics.",
                                                        "Device.": "IP.Diagnostics.DownloadDiagnostics."},
                      ("DownloadURL",), {**TIMES, "TestBytesReceived": "25000000", "TotalBytesReceived": "25100000"}),
    "upload_test": ({"url": "http://192.0.2.1/file"}, {"InternetGatewayDevice.": "UploadDiagnostics.",
                                                      "Device.": "IP.Diagnostics.UploadDiagnostics."},
                    ("UploadURL", "TestFileLength"), {**TIMES, "TotalBytesSent": "25000000"}),
}
INTEGERS = ("NumberOf", "Count", "Timeout", "Size", "ResponseTime", "Length", "Bytes", "ErrorCode")


class Tests(Case):
    def equipped(self, *kinds, root="InternetGatewayDevice.", **how):
        """A device with the objects of these tests, which the ACS knows."""
        one = self.device(root=root, **how)
        for kind in kinds:
            _, objects, inputs, results = TESTS[kind]
            for leaf in ("DiagnosticsState", *inputs, *results):
                number = any(word in leaf for word in INTEGERS) and not leaf.endswith("MTime")
                value = "None" if leaf == "DiagnosticsState" else "0" if number else "0001-01-01T00:00:00Z" if leaf.endswith("MTime") else ""
                kind_of = "xsd:unsignedInt" if number else "xsd:dateTime" if leaf.endswith("MTime") else "xsd:string"
                one.values[root + objects[root] + leaf] = [value, kind_of, leaf not in results]
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        self.found(one)
        return one

    @staticmethod
    def path(one, kind):
        return one.root + TESTS[kind][1][one.root]

    def started(self, one, kind, **more):
        """The operation, and the requests of the session in which it was asked for."""
        handle = self.queued(one, kind, **TESTS[kind][0], **more)
        return handle, one.session(most=30)

    def finish(self, one, kind, state="Complete"):
        for leaf, value in {**TESTS[kind][3], "DiagnosticsState": state}.items():
            one.values[self.path(one, kind) + leaf][0] = value

    def writes(self, one, kind, requests):
        """What was written into the object, request by request."""
        found = [{name[len(self.path(one, kind)):]: text for name, (text, _) in request.values().items()
                  if name.startswith(self.path(one, kind))} for request in requests if request.name == "SetParameterValues"]
        return [values for values in found if values]

    def test_Q_01_Q_03_inputs_and_the_state_go_in_one_request_and_nothing_is_asked_after_it(self):
        """SetParameterValues has what is to be tested and DiagnosticsState Requested; the session then ends without a look."""
        one = self.equipped("ping")
        _, requests = self.started(one, "ping")
        written = self.writes(one, "ping", requests)
        self.assertEqual([values.get("DiagnosticsState") for values in written], ["Requested"])
        self.assertEqual(written[0]["Host"], "192.0.2.1")
        self.assertEqual(requests[-1].name, "SetParameterValues")

    def test_Q_02_nothing_but_Requested_and_Canceled_is_written_and_a_refused_Canceled_is_no_harm(self):
        """A test that is cancelled is ended; a device that has no Canceled says 9007, and is not asked again and again."""
        one = self.equipped("ping", root="Device.")
        handle, requests = self.started(one, "ping")
        self.control.cancel(handle)
        name, seen = self.path(one, "ping") + "DiagnosticsState", []

        def set_values(message):
            seen.append({name: text for name, (text, _) in message.values().items()})
            if message.values().get(name, ("",))[0] == "Canceled":
                return soap.fault(9003, parameters=[(name, "9007", "no such state")])
            return one.do_SetParameterValues(message)

        for _ in range(3):
            one.session(answers={"SetParameterValues": set_values}, most=30)
        states = [values[name] for values in seen if name in values]
        self.assertLessEqual(set(states), {"Canceled"})
        self.assertEqual(states.count("Canceled"), 1)
        self.assertEqual(self.writes(one, "ping", requests)[0]["DiagnosticsState"], "Requested")
        self.assertEqual(self.control.outcome(handle)["state"], "cancelled")

    def test_Q_04_the_result_is_read_when_the_device_says_that_it_is_complete(self):
        """8 DIAGNOSTICS COMPLETE has the object read in that session; the numbers are the result."""
        one = self.equipped("ping")
        handle, _ = self.started(one, "ping")
        self.finish(one, "ping")
        names = [name for request in one.session(DONE) if request.name == "GetParameterValues" for name in request.names()]
        self.assertTrue(any(name.startswith(self.path(one, "ping")) for name in names), names)
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "succeeded")
        [one_round] = outcome["result"]["rounds"]
        self.assertEqual((one_round["sent"], one_round["received"], one_round["avg_ms"]), (4, 4, 12))

    def test_Q_05_of_several_tests_each_is_looked_at(self):
        """An event 8 does not say which: what is not complete goes on."""
        one = self.equipped("ping", "trace")
        handles = {kind: self.queued(one, kind, **TESTS[kind][0]) for kind in ("ping", "trace")}
        one.session(most=30)
        for _ in range(2):
            asked = [kind for kind in handles if one.values[self.path(one, kind) + "DiagnosticsState"][0] == "Requested"]
            self.assertTrue(asked)
            self.finish(one, asked[0])
            one.session(DONE, most=30)
            self.assertEqual(self.control.outcome(handles[asked[0]])["state"], "succeeded")
            for kind in asked[1:]:
                self.assertEqual(self.control.outcome(handles[kind])["state"], "open")

    def test_Q_06_Q_11_a_state_that_is_an_error_ends_it_without_numbers(self):
        """Numbers that stand beside an error, be it one of the standard's or the maker's own, are nobody's result."""
        for state in ("Error_CannotResolveHostName", "Error_Internal", "Error_X_ACME_Overheated", "Error_Foo"):
            with self.subTest(state):
                one = self.equipped("ping")
                handle, _ = self.started(one, "ping")
                self.finish(one, "ping", state)
                one.session(DONE)
                outcome = self.control.outcome(handle)
                self.assertEqual(outcome["state"], "failed")
                self.assertNotIn("avg_ms", str(outcome["result"]))
                self.assertIn(state, str(outcome["failure"]))

    def test_Q_07_Complete_and_Completed_are_the_same(self):
        """The tests of TR-143 once said Completed."""
        for state in ("Complete", "Completed"):
            with self.subTest(state):
                one = self.equipped("download_test")
                handle, _ = self.started(one, "download_test")
                self.finish(one, "download_test", state)
                one.session(DONE)
                outcome = self.control.outcome(handle)
                self.assertEqual(outcome["state"], "succeeded")
                self.assertAlmostEqual(outcome["result"]["rounds"][0]["mbps"], 100, delta=1)  # 25 MB in 2 s

    def test_Q_08_the_inputs_are_left_alone_while_it_runs(self):
        """Whatever else the device comes for, nothing is written into the object of a test that runs."""
        one = self.equipped("ping")
        handle, _ = self.started(one, "ping")
        self.queued(one, "set", values=[(one.root + "DeviceInfo.ProvisioningCode", "x", "string")])
        requests = one.session(("4 VALUE CHANGE",)) + one.session()
        self.assertEqual(self.writes(one, "ping", requests), [])
        self.assertEqual(self.control.outcome(handle)["state"], "open")

    def test_Q_09_a_restart_ends_a_test(self):
        """BOOT while a result is awaited, and the state is None: it has failed."""
        one = self.equipped("ping")
        handle, _ = self.started(one, "ping")
        one.values[self.path(one, "ping") + "DiagnosticsState"][0] = "None"
        one.values[one.root + "DeviceInfo.UpTime"][0] = "1"
        one.session(("1 BOOT",))
        self.assertEqual(self.control.outcome(handle)["state"], "failed")

    @waits(25)
    def test_Q_10_a_device_that_never_says_so_is_asked_and_then_given_up(self):
        """Without event 8 the state is read at another contact; who never comes again has failed when the time is over."""
        silent = self.equipped("ping")
        lost, _ = self.started(silent, "ping", options={"expires_in": "PT10S"})
        one = self.equipped("ping")
        handle, _ = self.started(one, "ping")
        self.finish(one, "ping")
        outcome = self.ended_by_contacts(one, handle)
        self.assertEqual((outcome["state"], outcome["result"]["rounds"][0]["received"]), ("succeeded", 4))
        self.assertEqual(self.ended(lost, 60)["state"], "failed")

    def ended_by_contacts(self, one, handle):
        """Contacts that are about nothing, a second apart."""
        for _ in range(20):
            one.session()
            if self.control.outcome(handle)["state"] != "open":
                break
            time.sleep(1)
        return self.control.outcome(handle)

    def test_Q_12_Q_13_each_test_is_where_its_data_model_has_it(self):
        """Ping, route, download and upload, at the objects of InternetGatewayDevice:1 and of Device:2."""
        for root in ("InternetGatewayDevice.", "Device."):
            for kind in TESTS:
                with self.subTest(root + kind):
                    one = self.equipped(kind, root=root)
                    handle, requests = self.started(one, kind)
                    self.assertEqual([values.get("DiagnosticsState") for values in self.writes(one, kind, requests)], ["Requested"])
                    self.finish(one, kind)
                    one.session(DONE)
                    self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_Q_15_the_address_of_a_speed_test_gives_bytes_to_everybody_who_has_it(self):
        """DownloadURL is http, wants no login, and gives a file again and again on one connection."""
        one = self.equipped("download_test")
        self.queued(one, "download_test")
        [written] = self.writes(one, "download_test", one.session(most=30))
        self.assertTrue(written["DownloadURL"].startswith("http://"))
        with urllib.request.urlopen(written["DownloadURL"], timeout=20) as answer:
            self.assertEqual((answer.status, len(answer.read(65536))), (200, 65536))

    def test_Q_17_what_is_sent_in_an_upload_test_is_taken_and_thrown_away(self):
        """PUT of TestFileLength bytes to UploadURL is taken without a login."""
        one = self.equipped("upload_test")
        self.queued(one, "upload_test")
        [written] = self.writes(one, "upload_test", one.session(most=30))
        length = min(int(written["TestFileLength"]), 1 << 20)
        request = urllib.request.Request(written["UploadURL"], b"\0" * length, method="PUT")
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.assertIn(answer.status, (200, 201, 204))
        with self.assertRaises(control.Refused):
            self.control.call("GET", "/files/fil_0000000000000000000000")


__all__ = ["Tests"]
