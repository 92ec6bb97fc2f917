"""Parts 1 and 2 of the document: the XML that we send, and how HTTP carries it."""

import re

import answers
import cpe
import messages
import rig

NETCWMP = messages.recorded("zte-zxecs-inform-1.xml")    # a device with netcwmp inside
EVCPE = messages.recorded("evcpe-request-inform-1.xml")
TR069AGENT = messages.sample("tr069agent/inform-padded-counts.xml")
EASYCWMP = messages.sample("easycwmp/inform-no-events.xml")
ICWMP = messages.sample("icwmp/inform-1-4.xml")
CWMP_SIM = messages.sample("cwmp-sim/inform.xml")
GENIEACS_SIM = messages.sample("genieacs-sim/inform-more-announced.xml")

NAME = "InternetGatewayDevice.DeviceInfo.SoftwareVersion"


def is_far(body):
    """tr069agent's own check: more than 15 bytes from the first < to the first : behind it."""
    start = body.index(b"<")
    return body.index(b":", start) - start > 15


class Prefixes(rig.Case):
    def test_01a_netcwmp_is_sent_no_declaration(self):
        box, answer = self.informed(NETCWMP)
        self.assertNotIn(b"<?", answer.body)
        box, request, action = self.ask(NETCWMP, "params.get", {"names": [NAME]})
        self.assertEqual(request.method(), "GetParameterValues")
        self.assertNotIn(b"<?", request.body)
        box.reply(request, messages.sample("netcwmp/fault-inside-faultstring.xml"))
        self.ended(action, "failed")

    def test_01b_tr069agent_finds_the_prefix_where_it_looks(self):
        box, answer = self.informed(TR069AGENT)
        self.assertFalse(is_far(answer.body))
        box, request, action = self.ask(TR069AGENT, "reboot")
        self.assertEqual(request.method(), "Reboot")
        self.assertFalse(is_far(request.body))
        box.reply(request, messages.sample("tr069agent/reboot-response.xml"))
        box, _ = self.informed(TR069AGENT.replace(b"1 BOOT", b"M Reboot").replace(
            b"<CommandKey></CommandKey>", f"<CommandKey>{action['id']}</CommandKey>".encode()))
        request = box.post()    # since when, the Inform does not tell
        self.assertIn(b"DeviceInfo.UpTime", request.body)
        self.assertFalse(is_far(request.body))
        box.post(answers.values(request, ("InternetGatewayDevice.DeviceInfo.UpTime", "3", "unsignedInt")))
        self.ended(action)

    def test_01_01c_a_huawei_820_is_sent_the_declaration_and_another_huawei_is_not(self):
        huawei = messages.completed(messages.recorded("huawei-hg8245h-inform-http-fragment-1.http"))
        _, answer = self.informed(huawei)
        self.assertFalse(answer.body.startswith(b"<?xml"))
        _, answer = self.informed(messages.with_serial(huawei.replace(b"HG8245H", b"HG820"), "48575443E2048020"))
        self.assertTrue(answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'), answer.body[:60])

    def test_02_02a_every_message_to_netcwmp_has_the_prefix_that_it_reads(self):
        _, answer = self.informed(NETCWMP)
        box, request, action = self.ask(NETCWMP, "params.get", {"names": [NAME]})
        for body in (answer.body, request.body):
            self.assertTrue(body.startswith(b"<SOAP-ENV:Envelope "), body[:40])
            self.assertIn(b"<SOAP-ENV:Body><cwmp:", body)
        box.reply(request, messages.sample("netcwmp/fault-inside-faultstring.xml"))
        self.ended(action, "failed")

    def test_02b_who_compares_with_soap_env_in_small_letters_gets_it_by_a_row(self):
        server = rig.server("rows")
        rows = server.directory / "quirks"
        rows.write_text('Foobar* * * small_prefix\n', encoding="utf-8")
        server.settings["devices"]["quirks_file"] = str(rows)
        server.stop()
        server.start()
        box, answer = self.informed(EVCPE, server)
        self.assertTrue(answer.body.startswith(b"<soap-env:Envelope "), answer.body[:60])
        self.assertIn(b"<soap-env:Body><cwmp:InformResponse>", answer.body)
        self.assertNotIn(b"SOAP-ENV", answer.body)
        self.assertEqual(box.post().status, 204)

    def test_02c_the_prefix_is_the_same_after_the_server_was_started_anew(self):
        server = rig.server("rows")
        _, before = self.informed(TR069AGENT, server)
        server.stop()
        server.start()
        _, after = self.informed(TR069AGENT, server)
        self.assertEqual(before.body, after.body)

    def test_03_easycwmp_is_answered_in_the_version_that_it_speaks(self):
        tdt = messages.completed(messages.recorded("tdt-c1500-inform-http-fragment-1.http"))
        for inform, version in ((tdt, b"cwmp-1-2"), (EASYCWMP, b"cwmp-1-2"), (NETCWMP, b"cwmp-1-0")):
            _, answer = self.informed(inform)
            self.assertEqual(re.findall(rb"urn:dslforum-org:(cwmp-1-\d)", answer.body), [version])

    def test_04_a_boolean_that_tp_link_refuses_is_not_sent_in_that_form(self):
        refused = messages.recorded("tplink-tdw9970-setparametervalues-boolean-fragment-1.xml")
        name, word = messages.text_of(refused, "Name"), messages.text_of(refused, "Value")
        inform = cpe.inform("QUIRK-TPLINK", product_class="TD-W9970")
        box, request, action = self.ask(inform, "params.set", {"values": [{"name": name, "value": word}]})
        self.assertEqual(request.method(), "GetParameterValues")
        request = box.post(answers.values(request, (name, "1", "boolean")))
        self.assertEqual(request.method(), "SetParameterValues")
        self.assertEqual((word, request.text_of("Value")), ("false", "0"))
        request = box.post(answers.status(request, "SetParameterValuesResponse"))
        box.post(answers.values(request, (name, "0", "boolean")))
        self.ended(action)

    def test_05_K1_K4_sagemcom_is_asked_for_names_by_the_roots_name_and_level_by_level(self):
        inform = messages.completed(messages.recorded("sagemcom-fast2764-inform-http-fragment-1.http"))
        box, request, action = self.ask(inform, "refresh")
        if request.method() == "GetRPCMethods":
            request = box.post(answers.methods(request))
        self.assertEqual(request.method(), "GetParameterNames")
        self.assertEqual((request.text_of("ParameterPath"), request.text_of("NextLevel")), ("InternetGatewayDevice.", "1"))
        name = "InternetGatewayDevice.DeviceSummary"
        request = box.post(answers.names(request, name))
        self.assertEqual(request.method(), "GetParameterValues")
        box.post(answers.values(request, (name, "1", "string")))
        self.ended(action)

    def test_06_evcpe_is_never_told_to_hold_and_its_flood_has_an_end(self):
        box, answer = self.informed(EVCPE)
        self.assertNotIn(b"HoldRequests", answer.body)
        self.assertEqual(box.post().status, 204)
        statuses = []
        while 400 not in statuses and len(statuses) < 50:
            statuses.append(box.post().status)
        self.assertEqual(statuses, [204] * (len(statuses) - 1) + [400])
        self.assertLess(len(statuses), 10)
        self.assertTrue(box.is_closed())

    def test_06_no_more_requests_is_read_and_means_nothing(self):
        for name in ("iad001-inform-1.xml", "thomson-bants-inform-1.xml", "zyxel-p2601-inform-1.xml"):
            inform = messages.recorded(name)
            self.assertIn(b"NoMoreRequests", inform)
            box, answer = self.informed(inform)
            self.assertNotIn(b"NoMoreRequests", answer.body)
            self.assertEqual(box.post().status, 204)

    def test_08_the_names_in_a_fault_are_told_and_a_fault_without_them_is_one(self):
        """cavium and MikroTik name several parameters, netcwmp one by 9008, BANT-R none."""
        cases = {
            "cavium-enb-fault-1.xml": [("InternetGatewayDevice.WANDevice.1.WANConnectionDevice.3.WANPPPConnection.1.Password", 9003),
                                       ("InternetGatewayDevice.WANDevice.1.WANConnectionDevice.3.WANPPPConnection.1.Username", 9003)],
            "mikrotik-fault-setparametervalues-1.xml": [("Device.Time.NTPServer1", 9007), ("Device.Time.LocalTimeZoneName", 9007)],
            "netcwmp/fault-inside-faultstring.xml": [("InternetGatewayDevice.Time.NTPServer1", 9008)],
            "thomson-bantr-fault-1.xml": [],
        }
        for file, told in cases.items():
            fault = messages.sample(file) if "/" in file else messages.recorded(file)
            inform = messages.with_serial(messages.recorded("thomson-st780-inform-1.xml"), f"QUIRK-08-{len(told)}{file[:3]}")
            box, request, action = self.ask(inform, "params.set", {"values": [{"name": NAME, "value": "a"}]})
            request = box.post(answers.values(request, (NAME, "b", "string")))
            self.assertEqual(request.method(), "SetParameterValues")
            box.reply(request, fault)
            failure = self.ended(action, "failed")["failure"]
            self.assertEqual(failure["code"], "device_fault")
            self.assertEqual([(row["name"], row["cwmp_fault"]) for row in failure["parameters"]], told)


class Framing(rig.Case):
    def answers_of(self, inform):
        """Every answer of a session in which something is asked."""
        box, request, action = self.ask(inform, "params.get", {"names": [NAME]})
        end = box.post(answers.values(request, (NAME, "1", "string")))
        self.assertEqual(end.status, 204)
        self.ended(action)
        _, welcome = self.informed(inform)
        return welcome, request, end

    def test_09_10_netcwmp_gets_a_length_never_chunks_and_the_connection_stays(self):
        for inform in (NETCWMP, EVCPE):
            for answer in self.answers_of(inform):
                self.assertIsNone(answer.header("Transfer-Encoding"))
                self.assertNotEqual((answer.header("Connection") or "").lower(), "close")
                if answer.body:
                    self.assertEqual(int(answer.header("Content-Length")), len(answer.body))

    def test_14_15_what_ends_a_session_is_204_and_no_path_is_a_404(self):
        """freeacs' devices and Technicolor's know no other path than the one they were given."""
        box = self.box()
        inform = messages.recorded("thomson-bantr-inform-1.xml")
        answer = box.raw(["Content-Type: text/xml"], inform, "POST /cwmpWeb/CPEMgt HTTP/1.1")
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"))
        answer = box.raw([f"Cookie: {box.cookie}"], b"", "POST /cwmpWeb/CPEMgt HTTP/1.1")
        self.assertEqual((answer.status, answer.body), (204, b""))


class Cookies(rig.Case):
    def goes_on(self, inform, form, new_connection=True):
        """The session is found although the cookie comes back in this form."""
        box, answer = self.informed(inform)
        whole = answer.header("Set-Cookie")
        cookie, _, attributes = whole.partition(";")
        header = form.format(whole=whole, cookie=cookie, attributes=attributes.split(";")[0].strip(),
                             name=cookie.split("=")[0], value=cookie.split("=")[1])
        end = box.post(b"", headers=[header], use_cookie=False, new_connection=new_connection)
        self.assertEqual(end.status, 204, (header, end.body))

    def test_11_K7_one_short_cookie_for_every_path(self):
        _, answer = self.informed(NETCWMP)
        cookies = [text for name, text in answer.headers if name.lower() == "set-cookie"]
        self.assertEqual(len(cookies), 1)
        self.assertIn("Path=/", cookies[0])
        self.assertLess(len(cookies[0]), 100)

    def test_11a_netcwmp_and_genieacs_sim_say_the_attributes_too(self):
        for inform in (NETCWMP, GENIEACS_SIM):
            self.goes_on(inform, "Cookie: {whole}")

    def test_11b_evcpe_says_the_attributes_first(self):
        self.goes_on(EVCPE, "Cookie: {attributes}; {cookie}")

    def test_11c_cwmp_sim_and_ax_1122_lose_the_cookie_and_are_known_by_the_connection(self):
        amit = messages.completed(messages.recorded("amit-ax1122-inform-http-fragment-1.http"))
        for inform in (CWMP_SIM, amit):
            box, _ = self.informed(inform, use_cookie=False)
            self.assertEqual(box.post(use_cookie=False).status, 204)

    def test_11d_older_libcurl_quotes(self):
        for inform in (EASYCWMP, ICWMP, TR069AGENT):
            self.goes_on(inform, 'Cookie: $Version="1"; {name}="{value}"; $Path="/"')

    def test_11e_K9_commas_part_cookies_as_well(self):
        self.goes_on(GENIEACS_SIM, "Cookie: other=1, {cookie}, third=x")

    def test_12_devices_behind_one_connection_are_told_apart_by_their_cookies(self):
        first = messages.recorded("zyxel-p2601-inform-1.xml")
        second = messages.recorded("zyxel-vmg8924-inform-1.xml")
        devices = [self.known(first), self.known(second)]
        actions = [self.server.act(device["id"], "params.get", {"names": [name]})
                   for device, name in zip(devices, (NAME, "InternetGatewayDevice.DeviceSummary"))]
        proxy = self.box()
        cookies = [proxy.post(inform, use_cookie=False).cookie() for inform in (first, second)]
        requests = [proxy.post(b"", headers=[f"Cookie: {cookie}"], use_cookie=False) for cookie in cookies]
        self.assertIn(NAME.encode(), requests[0].body)
        self.assertIn(b"DeviceSummary", requests[1].body)
        for cookie, request in zip(reversed(cookies), reversed(requests)):
            name = re.search(rb"<string>([^<]*)", request.body).group(1).decode()
            end = proxy.post(answers.values(request, (name, "of " + name, "string")), headers=[f"Cookie: {cookie}"],
                             use_cookie=False)
            self.assertEqual(end.status, 204)
        for action, name in zip(actions, (NAME, "InternetGatewayDevice.DeviceSummary")):
            self.assertEqual(self.ended(action)["result"]["values"][0]["value"], "of " + name)

    def test_12_a_device_may_come_on_a_connection_for_each_post(self):
        inform = messages.recorded("zyxel-p2601-inform-2.xml")
        device = self.known(inform)
        action = self.server.act(device["id"], "params.get", {"names": [NAME]})
        box, _ = self.informed(inform)
        request = box.post(new_connection=True)
        self.assertEqual(box.post(answers.values(request, (NAME, "1", "string")), new_connection=True).status, 204)
        self.ended(action)

    def test_13_an_inform_with_the_cookie_of_the_last_session_begins_another(self):
        box, answer = self.informed(GENIEACS_SIM)
        self.assertEqual(box.post().status, 204)
        again = box.post(GENIEACS_SIM)
        self.assertEqual(again.method(), "InformResponse")
        self.assertNotEqual(again.cookie(), answer.cookie())
        self.assertEqual(box.post().status, 204)
