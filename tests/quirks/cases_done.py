"""Part 4 of the document, second half, and part 5: what devices do, fail to do, and do again."""

import os
import re
import subprocess

import answers
import farol
import messages
import rig

NAME = "InternetGatewayDevice.DeviceInfo.SoftwareVersion"
NETCWMP = messages.recorded("zte-zxecs-inform-1.xml")
EVCPE = messages.recorded("evcpe-request-inform-1.xml")
TR069AGENT = messages.sample("tr069agent/inform-padded-counts.xml")
GENIEACS_SIM = messages.sample("genieacs-sim/inform-more-announced.xml")
THOMSON = messages.recorded("thomson-st780-inform-1.xml")
ST706_NAMES = messages.recorded("thomson-st706-getparameternamesresponse-1.xml")


def with_event(inform, code, key=""):
    """The same Inform with one event only."""
    event = f"<EventStruct><EventCode>{code}</EventCode><CommandKey>{key}</CommandKey></EventStruct>".encode()
    return re.sub(rb"<EventStruct>.*</EventStruct>", event, inform, flags=re.S)


class Silence(rig.Case):
    def test_28_an_empty_message_of_netcwmp_fails_that_request_and_the_next_is_sent(self):
        inform = messages.with_serial(TR069AGENT, "QUIRK-28-EMPTY")
        device = self.known(inform)
        first = self.server.act(device["id"], "rpc", {"method": "GetParameterAttributes", "args": {"ParameterNames": [NAME]}})
        second = self.server.act(device["id"], "params.get", {"names": [NAME]})
        box, _ = self.informed(inform)
        request = box.post()
        if request.method() == "GetRPCMethods":
            request = box.post(answers.fault(request, 9000))
        self.assertEqual(request.method(), "GetParameterAttributes")
        request = box.post()
        self.assertEqual(request.method(), "GetParameterValues")
        box.post(answers.values(request, (NAME, "1", "string")))
        self.ended(first, "failed")
        self.ended(second)

    def test_28_models_that_are_known_for_it_are_not_asked(self):
        """evcpe drops the connection over both, netcwmp's ZXECS says nothing."""
        for inform in (NETCWMP, EVCPE):
            device = self.known(inform)
            status, problem = self.server.api("POST", f"/devices/{device['id']}/actions",
                                              {"type": "attributes.get", "params": {"names": [NAME]}})
            if status == 202:   # told when it would be sent
                self.session(inform)
                problem = self.ended(problem, "failed")["failure"]
            self.assertEqual(problem["code"], "not_supported", problem)

    def test_28_evcpe_is_sent_no_parameter_key(self):
        """Its parser knows ParameterKey below AddObject and DeleteObject only, and hangs up on any other."""
        box, request, action = self.ask(messages.with_serial(EVCPE, "QUIRK-28-KEY"), "params.set",
                                        {"values": [{"name": NAME, "value": "a"}]})
        request = box.post(answers.values(request, (NAME, "b", "string")))
        self.assertEqual(request.method(), "SetParameterValues")
        self.assertNotIn(b"ParameterKey", request.body)
        request = box.post(answers.status(request, "SetParameterValuesResponse"))
        box.post(answers.values(request, (NAME, "a", "string")))
        self.ended(action)

    def test_28_30_a_request_that_ends_the_session_again_and_again_is_given_up(self):
        """tr069agent at a method it does not know, genieacs-sim at a partial path: the connection just ends."""
        for inform, kind, params in ((messages.with_serial(TR069AGENT, "QUIRK-28-CUT"), "attributes.get", {"names": [NAME]}),
                                     (messages.with_serial(GENIEACS_SIM, "QUIRK-30-CUT"), "params.get", {"names": ["InternetGatewayDevice."]})):
            device = self.known(inform)
            action = self.server.act(device["id"], kind, params)
            asked = 0
            for _ in range(10):
                box, _ = self.informed(with_event(inform, "4 VALUE CHANGE"))
                request = box.post()
                if request.method() == "GetRPCMethods":
                    request = box.post(answers.fault(request, 9000))
                asked += request.status == 200
                box.close()
                if request.status == 204:
                    break
            self.assertIn(self.ended(action, "failed")["failure"]["code"], ("no_answer", "breaks_off", "restarts"))
            self.assertLessEqual(asked, 4)

    def test_29_a_name_that_is_left_out_of_the_answer_is_missing(self):
        inform = messages.with_serial(NETCWMP, "QUIRK-29-LEFT")
        box, request, action = self.ask(inform, "params.get", {"names": [NAME, "InternetGatewayDevice.Foo"]})
        box.post(answers.values(request, (NAME, "1", "string")))
        self.assertEqual(self.ended(action)["result"]["missing"], ["InternetGatewayDevice.Foo"])
        box, request, action = self.ask(inform, "params.get", {"names": ["InternetGatewayDevice.Foo"]})
        box.post(answers.values(request))
        self.assertIn("InternetGatewayDevice.Foo", str(self.ended(action, "failed")))

    def test_29_fault_9005_for_one_name_is_told(self):
        inform = messages.with_serial(THOMSON, "QUIRK-29-FAULT")
        box, request, action = self.ask(inform, "params.get", {"names": [NAME, "InternetGatewayDevice.Foo"]})
        box.post(answers.fault(request, 9005))
        self.assertEqual(self.ended(action, "failed")["failure"]["cwmp_fault"], 9005)


class Events(rig.Case):
    def test_31_an_empty_event_list_is_a_session(self):
        for inform in (messages.sample("easycwmp/inform-no-events.xml"),
                       re.sub(rb'(EventStruct\[)2(\]">).*?(</Event>)', rb"\g<1>0\g<2>\g<3>", EVCPE)):
            self.assertNotIn(b"<EventCode>", inform)
            self.session(inform)

    def test_31_a_download_may_be_told_before_seven_and_with_the_key_there_only(self):
        for name in ("broadcom-947xx-inform-fragment-1.xml", "mikrotik-rb2011-inform-transfercomplete-fragment-1.xml"):
            inform = messages.completed(messages.recorded(name))
            device = self.known(inform)
            told = dict(self.events(device))
            self.assertEqual({"M Download", "7 TRANSFER COMPLETE"} - set(told), set(), told)
            self.assertEqual(told["7 TRANSFER COMPLETE"], "")

    def test_31_a_huawei_that_says_bootstrap_in_every_session_is_not_a_new_device_each_time(self):
        b310s = messages.completed(messages.recorded("huawei-b310s-inform-fragment-1.xml"))
        other = messages.completed(messages.recorded("huawei-hg8245h-inform-http-fragment-1.http"))
        other = messages.with_serial(other, "QUIRK-31-OTHER").replace(b"6 CONNECTION REQUEST", b"0 BOOTSTRAP")
        for inform, in_doubt in ((b310s, False), (other, True)):
            self.learns_methods(inform)
            box, request, action = self.ask(inform, "refresh")
            self.assertEqual(request.method(), "GetRPCMethods" if in_doubt else "GetParameterNames")
            box.close()
            self.server.api("POST", f"/actions/{action['id']}/cancel", {})

    def learns_methods(self, inform):
        box, request, action = self.ask(inform, "refresh")
        if request.method() == "GetRPCMethods":
            request = box.post(answers.methods(request))
        while request.method() == "GetParameterNames":
            request = box.post(answers.names(request, NAME))
        box.post(answers.values(request, (NAME, "1", "string")))
        self.ended(action)

    def test_31_the_key_that_zte_puts_on_bootstrap_is_no_restart_of_ours(self):
        inform = messages.recorded("zte-f600w-inform-1.xml")
        device = self.known(messages.with_serial(inform, "QUIRK-31-ZTE"))
        self.assertTrue(any(code == "0 BOOTSTRAP" and key for code, key in self.events(device)), self.events(device))


class Transfers(rig.Case):
    @property
    def server(self):
        """One that has files, and a row for a model that never reports."""
        server = rig.server("files")
        if "files" not in server.settings:
            port = farol.free_port()
            rows = server.directory / "quirks"
            rows.write_text('THOMSON "SpeedTouch 706" * no_transfer_complete\n', encoding="utf-8")
            server.settings["devices"]["quirks_file"] = str(rows)
            server.settings["listen"]["files"] = f"127.0.0.1:{port}"
            server.settings["files"] = {"directory": str(server.directory / "depot"), "url": f"http://127.0.0.1:{port}"}
            server.stop()
            server.start()
        return server

    def firmware(self):
        """The id of a file of version 9.9.9."""
        path = self.server.directory / "image.bin"
        path.write_bytes(b"image" * 100)
        environment = {**os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token}
        done = subprocess.run([farol.ACSCTL, "files", "add", path, "--kind=firmware", "--version=9.9.9"],
                              capture_output=True, text=True, check=False, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.search(r"fil_\w+", done.stdout).group(0)

    def downloading(self, inform, response):
        """An action that installs a firmware, of a device that has said yes in this way."""
        box, request, action = self.ask(inform, "firmware.install", {"file": self.firmware()})
        if request.method() == "GetRPCMethods":
            request = box.post(answers.methods(request))
        self.assertEqual(request.method(), "Download")
        self.assertEqual(box.reply(request, response(request)).status, 204)
        self.assertEqual(self.server.action(action["id"])["state"], "verifying")
        return action

    def test_32_a_download_response_without_times_is_a_yes(self):
        """One with a time left out as recorded, one with empty ones as netcwmp writes them."""
        for serial, response in (("QUIRK-32-LEFT", lambda _: messages.recorded("fullrate-downloadresponse-2.xml")),
                                 ("QUIRK-32-EMPTY", empty_times)):
            action = self.downloading(messages.with_serial(THOMSON, serial), response)
            self.server.api("POST", f"/actions/{action['id']}/cancel", {})

    def test_31_a_transfer_complete_without_a_key_is_about_the_only_one_that_is_out(self):
        inform = messages.with_serial(THOMSON, "QUIRK-31-NOKEY")
        action = self.downloading(inform, lambda request: answers.status(
            request, "DownloadResponse", "1",
            "<StartTime>0001-01-01T00:00:00Z</StartTime><CompleteTime>0001-01-01T00:00:00Z</CompleteTime>"))
        box, _ = self.informed(with_event(inform, "7 TRANSFER COMPLETE"))
        told = messages.recorded("anon-transfercomplete-9015-1.xml")
        self.assertEqual(box.post(told).method(), "TransferCompleteResponse")
        self.assertEqual(box.post().status, 204)
        self.assertEqual(self.ended(action, "failed")["failure"]["cwmp_fault"], 9015)

    def test_32_the_same_report_twice_in_a_session_is_answered_twice(self):
        told = messages.recorded("cavium-enb-transfercomplete-1.xml")
        box, _ = self.informed(messages.sample("cwmp-sim/inform.xml"))
        first, second = box.post(told), box.post(told)
        self.assertEqual((first.method(), second.method()), ("TransferCompleteResponse", "TransferCompleteResponse"))
        self.assertEqual(box.post().status, 204)

    def test_32_K3_a_model_that_never_reports_proves_an_upgrade_by_its_version(self):
        inform = with_event(messages.with_serial(messages.recorded("thomson-st706-inform-1.xml"), "QUIRK-32-NEVER"), "2 PERIODIC")
        action = self.downloading(inform, empty_times)
        newer = re.sub(rb"(SoftwareVersion</Name>\s*<Value[^>]*>)[^<]*", rb"\g<1>9.9.9", with_event(inform, "1 BOOT"))
        self.assertIn(b"9.9.9", newer)
        self.session(newer)
        self.ended(action)


def empty_times(request):
    return answers.status(request, "DownloadResponse", "1", "<StartTime></StartTime><CompleteTime></CompleteTime>")


class Requests(rig.Case):
    def test_33_K11_what_devices_ask_before_their_empty_post(self):
        """Zhone and ZTE ask for our methods, Fullrate's fixtures are one of each report; an unknown one is a Fault."""
        expected = {
            "zhone-6718-getrpcmethods-1.xml": "GetRPCMethodsResponse", "zte-f600w-getrpcmethods-1.xml": "GetRPCMethodsResponse",
            "fullrate-getrpcmethods-1.xml": "GetRPCMethodsResponse", "fullrate-requestdownload-1.xml": "RequestDownloadResponse",
            "fullrate-kicked-1.xml": "KickedResponse", "fullrate-autonomoustransfercomplete-1.xml": "AutonomousTransferCompleteResponse",
            "fullrate-dustatechangecomplete-1.xml": "DUStateChangeCompleteResponse",
            "fullrate-autonomousdustatechangecomplete-1.xml": "AutonomousDUStateChangeCompleteResponse",
            "fullrate-transfercomplete-1.xml": "TransferCompleteResponse",
        }
        zhone = messages.recorded("zhone-6718-inform-1.xml")
        box, _ = self.informed(zhone)
        for name, response in expected.items():
            request = messages.recorded(name)
            answer = box.post(request)
            self.assertEqual((answer.status, answer.method()), (200, response), (name, answer.body))
            self.assertEqual(answer.text_of("ID"), messages.text_of(request, "ID"))
        answer = box.post(messages.sample("tr069agent/unknown-method.xml"))
        self.assertEqual((answer.status, answer.method(), answer.text_of("FaultCode")), (200, "Fault", "8000"))
        self.assertEqual(box.post().status, 204)

    def test_34_requests_after_the_empty_post_are_answered_and_our_own_goes_on(self):
        """Thomson announces two envelopes, and says what it has to say when it is our turn."""
        iphotonix = messages.completed(messages.recorded("iphotonix-ont-inform-fragment-1.xml"))
        self.assertEqual(messages.text_of(iphotonix, "MaxEnvelopes"), "2")
        for inform in (messages.with_serial(THOMSON, "QUIRK-34"), iphotonix):
            box, request, action = self.ask(inform, "params.get", {"names": [NAME]})
            self.assertEqual(request.method(), "GetParameterValues")
            told = box.post(messages.recorded("fullrate-autonomoustransfercomplete-1.xml"))
            self.assertEqual(told.method(), "AutonomousTransferCompleteResponse")
            self.assertEqual(box.post(answers.values(request, (NAME, "1", "string"))).status, 204)
            self.ended(action)


class Sizes(rig.Case):
    def read_whole(self, inform, names, limit=None):
        """refresh of a device that has these names; (largest request that was answered, the action)"""
        box, request, action = self.ask(inform, "refresh")
        largest = 0
        while request.status == 200:
            if request.method() == "GetRPCMethods":
                request = box.post(answers.methods(request))
            elif request.method() == "GetParameterNames":
                request = self.list_names(box, request, names, limit)
            else:
                asked = re.findall(r"<string>([^<]*)", request.body.decode())
                found = [name for name in names if any(name == path or path.endswith(".") and name.startswith(path) for path in asked)]
                refused = limit is not None and len(found) > limit
                largest = max(largest, 0 if refused else len(found))
                request = box.post(answers.fault(request, 9004) if refused
                                   else answers.values(request, *[(name, "v", "string") for name in found]))
        return largest, self.ended(action)["result"]

    def list_names(self, box, request, names, limit):
        path, level = request.text_of("ParameterPath"), request.text_of("NextLevel") == "1"
        found = [name for name in names if name.startswith(path)]
        if level:
            found = sorted({path + rest.split(".")[0] + ("." if "." in rest else "") for rest in (name[len(path):] for name in found)})
        if limit is not None and len(found) > limit:
            return box.post(answers.fault(request, 9004))
        return box.post(answers.names(request, *found))

    def test_42_names_of_590_and_617_kb_are_read(self):
        for number, name in enumerate(("thomson-st780-getparameternamesresponse-1.xml", "thomson-owera-getparameternamesresponse-1.xml")):
            recorded = messages.recorded(name)
            self.assertGreater(len(recorded), 580000)
            inform = messages.with_serial(THOMSON, f"QUIRK-42-{number}")
            box, request, action = self.ask(inform, "refresh")
            if request.method() == "GetRPCMethods":
                request = box.post(answers.methods(request))
            request = box.reply(request, recorded)
            self.assertEqual(request.method(), "GetParameterValues", request.body)
            total = self.server.action(action["id"])["progress"]["total"]
            self.assertEqual(total, len({name for name in messages.names_in(recorded) if not name.endswith(".")}))
            box.close()
            self.server.api("POST", f"/actions/{action['id']}/cancel", {})

    def test_42_K5_cisco_that_says_resources_exceeded_is_read_in_smaller_pieces(self):
        names = sorted({name for name in messages.names_in(messages.recorded("att-microcell-getparameternamesresponse-1.xml"))
                        if not name.endswith(".")})
        cisco = messages.with_serial(THOMSON, "QUIRK-42-867").replace(b"THOMSON", b"Cisco").replace(b"SpeedTouch 780", b"867VAE")
        cisco = cisco.replace(b"InternetGatewayDevice.", b"Device.")
        largest, result = self.read_whole(cisco, names, limit=20)
        self.assertLessEqual(largest, 20)
        self.assertEqual(result["values"], len(names))

    def test_K2_a_parameter_that_is_told_to_be_read_only_is_set_when_somebody_asks(self):
        recorded = messages.recorded("thomson-bantr-getparameternamesresponse-1.xml")
        name = next(text for text in messages.names_in(recorded) if not text.endswith("."))
        recorded = re.sub(rb"<Writable>1<", b"<Writable>0<", recorded)
        inform = messages.with_serial(messages.recorded("thomson-bantr-inform-1.xml"), "QUIRK-K2")
        box, request, action = self.ask(inform, "refresh")
        if request.method() == "GetRPCMethods":
            request = box.post(answers.methods(request))
        request = box.reply(request, recorded)
        while request.method() == "GetParameterValues":
            asked = re.findall(r"<string>([^<]*)", request.body.decode())
            request = box.post(answers.values(request, *[(text, "1", "string") for text in messages.names_in(recorded)
                                                         if not text.endswith(".") and any(text.startswith(path) for path in asked)]))
        self.ended(action)
        box, request, action = self.ask(inform, "params.set", {"values": [{"name": name, "value": "2"}]})
        request = box.post(answers.values(request, (name, "1", "string")))
        self.assertEqual(request.method(), "SetParameterValues")
        request = box.post(answers.status(request, "SetParameterValuesResponse"))
        box.post(answers.values(request, (name, "2", "string")))
        self.ended(action)


class Storm(rig.Case):
    def test_43_a_device_that_retries_for_days_writes_little_and_is_sent_away_when_it_hurries(self):
        """A TD-W8980 with RetryCount 1485: connection dropped before the answer, again and again."""
        inform = re.sub(rb"<RetryCount[^>]*>\d+<", b"<RetryCount>1485<", messages.with_serial(with_event(THOMSON, "2 PERIODIC"), "QUIRK-43"))
        self.session(inform)
        before = len(self.server.log())
        statuses = [self.box().post(inform, use_cookie=False).status for _ in range(80)]
        self.assertEqual(set(statuses), {200, 503})
        self.assertLessEqual(statuses.count(200), 60)
        rows = self.server.sql("SELECT count(*) FROM device_event e JOIN device d ON d.id = e.device_id WHERE d.serial = 'QUIRK-43'")
        self.assertLessEqual(int(rows), 1)
        told = [line for line in self.server.log()[before:].splitlines() if "informs too often" in line]
        self.assertEqual(len(told), 1)
