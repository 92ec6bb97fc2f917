"""What models want done otherwise, and what devices can and cannot do, against the real server."""

import signal
import unittest

import cpe
import farol

METHODS = ("GetRPCMethods", "SetParameterValues", "GetParameterValues", "GetParameterNames")


def methods_response(names, message_id):
    items = "".join(f"<string>{name}</string>" for name in names)
    return cpe.envelope(f'<cwmp:GetRPCMethodsResponse><MethodList SOAP-ENC:arrayType="xsd:string[{len(names)}]">{items}'
                        "</MethodList></cwmp:GetRPCMethodsResponse>", message_id)


def names_response(names, message_id):
    items = "".join(f"<ParameterInfoStruct><Name>{name}</Name><Writable>0</Writable></ParameterInfoStruct>" for name in names)
    return cpe.envelope('<cwmp:GetParameterNamesResponse><ParameterList SOAP-ENC:arrayType='
                        f'"cwmp:ParameterInfoStruct[{len(names)}]">{items}</ParameterList></cwmp:GetParameterNamesResponse>',
                        message_id)


def values_response(names, message_id):
    items = "".join(cpe.value(name, "x") for name in names)
    return cpe.envelope('<cwmp:GetParameterValuesResponse><ParameterList SOAP-ENC:arrayType='
                        f'"cwmp:ParameterValueStruct[{len(names)}]">{items}</ParameterList></cwmp:GetParameterValuesResponse>',
                        message_id)


def fault(code, message_id):
    return cpe.envelope("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>"
                        f"<cwmp:Fault><FaultCode>{code}</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail>"
                        "</SOAP-ENV:Fault>", message_id)


class Quirks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server()
        cls.rows = cls.server.directory / "quirks"
        cls.rows.write_text('Test "GW 1" 3.* xml_declaration\nTest "GW W" * boolean_words\n', encoding="utf-8")
        cls.server.settings["devices"]["quirks_file"] = str(cls.rows)
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def device(self):
        device = cpe.Device(self.server.cwmp_port)
        self.addCleanup(device.close)
        return device

    def informed(self, serial, device=None, **how):
        device = device or self.device()
        self.answer = device.post(cpe.inform(serial, **how))
        self.assertEqual(self.answer.method(), "InformResponse", self.answer.body)
        return device

    def test_a_model_of_the_file_gets_the_declaration_and_others_do_not(self):
        self.informed("Q-1", product_class="GW 1")
        self.assertTrue(self.answer.body.startswith(b"<?xml version="))
        self.informed("Q-2", product_class="GW 2")
        self.assertTrue(self.answer.body.startswith(b"<SOAP-ENV:Envelope"))

    def test_a_model_that_wants_words_gets_true_and_others_1(self):
        name = "InternetGatewayDevice.Time.Enable"
        for serial, product_class, word in (("Q-W", "GW W", "true"), ("Q-N", "GW N", "1")):
            self.informed(serial, product_class=product_class).post()
            self.server.act(self.server.device(serial)["id"], "params.set", {"values": [{"name": name, "value": "1"}]})
            box = self.informed(serial, product_class=product_class)
            request = box.post()
            request = box.post(cpe.envelope('<cwmp:GetParameterValuesResponse><ParameterList SOAP-ENC:arrayType='
                                            '"cwmp:ParameterValueStruct[1]">' + cpe.value(name, "0", "boolean")
                                            + "</ParameterList></cwmp:GetParameterValuesResponse>", request.text_of("ID")))
            self.assertEqual((request.method(), request.text_of("Value")), ("SetParameterValues", word), request.body)

    def test_the_file_is_read_again_and_a_bad_one_changes_nothing(self):
        self.informed("Q-3", product_class="GW 3")
        self.assertFalse(self.answer.body.startswith(b"<?xml"))
        self.rows.write_text("Test GW* * xml_declaration\n", encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        farol.wait_for("the rows are read", lambda: "models read again" in self.server.log())
        self.informed("Q-3", product_class="GW 3")
        self.assertTrue(self.answer.body.startswith(b"<?xml"))
        self.rows.write_text("Test GW* * quick\n", encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        farol.wait_for("the error is told", lambda: "line 1, column 12" in self.server.log())
        self.informed("Q-3", product_class="GW 3")
        self.assertTrue(self.answer.body.startswith(b"<?xml"))

    def test_a_bad_file_at_the_start_is_refused_with_its_place(self):
        other = farol.Server()
        bad = other.directory / "quirks"
        bad.write_text("Acme GW\n", encoding="utf-8")
        other.settings["devices"]["quirks_file"] = str(bad)
        other.start(wait=False)
        self.assertEqual(other.process.wait(20 * farol.SLOW), 2)
        self.assertIn("line 1, column 8", other.log())
        farol.psql(f"DROP DATABASE {other.database} WITH (FORCE)")

    def test_methods_are_asked_for_once_and_what_is_not_listed_is_refused(self):
        self.informed("M-1").post()
        device = self.server.device("M-1")
        action = self.server.act(device["id"], "refresh")
        box = self.informed("M-1")
        self.assertEqual((request := box.post()).method(), "GetRPCMethods")
        self.assertEqual((request := box.post(methods_response(METHODS, request.text_of("ID")))).method(), "GetParameterNames")
        self.assertEqual(request.text_of("ParameterPath"), "InternetGatewayDevice.")
        names = ["InternetGatewayDevice.A.B", "InternetGatewayDevice.A.C"]
        request = box.post(names_response(names, request.text_of("ID")))
        self.assertEqual(request.method(), "GetParameterValues")
        self.assertEqual(box.post(values_response(names, request.text_of("ID"))).status, 204)
        ended = self.server.wait_action(action["id"])
        self.assertEqual((ended["state"], ended["result"]["values"]), ("succeeded", 2))
        status, problem = self.server.api("POST", f"/devices/{device['id']}/actions", {"type": "reboot"})
        self.assertEqual((status, problem["code"]), (409, "not_supported"))
        # a newer version is asked again
        action = self.server.act(device["id"], "refresh")
        box = self.device()
        box.post(cpe.inform("M-1").replace(b"3.0.21", b"3.0.22"))
        self.assertEqual(box.post().method(), "GetRPCMethods")
        self.server.act(device["id"], "reboot")

    def test_a_refused_method_is_learnt(self):
        self.informed("M-2").post()
        device = self.server.device("M-2")
        action = self.server.act(device["id"], "reboot")
        box = self.informed("M-2")
        request = box.post()
        self.assertEqual(box.post(fault(9000, request.text_of("ID"))).status, 204)
        self.assertEqual(self.server.wait_action(action["id"])["failure"]["code"], "not_supported")
        status, problem = self.server.api("POST", f"/devices/{device['id']}/actions", {"type": "reboot"})
        self.assertEqual((status, problem["code"]), (409, "not_supported"))
        box = self.informed("M-2", events=("0 BOOTSTRAP", "1 BOOT"))  # all is in doubt now
        box.post()
        self.server.act(device["id"], "reboot")

    def test_a_listed_method_that_is_refused_all_the_same_is_learnt_beside_the_list(self):
        self.informed("LISTED-1").post()
        device = self.server.device("LISTED-1")
        listed = (*METHODS, "GetParameterAttributes", "Reboot")
        for kind, params, refuse in (("refresh", None, False), ("attributes.get", {"names": ["InternetGatewayDevice.A.B"]}, True)):
            action = self.server.act(device["id"], kind, params)
            box = self.informed("LISTED-1")
            request = box.post()
            if request.method() == "GetRPCMethods":
                request = box.post(methods_response(listed, request.text_of("ID")))
            if not refuse:
                request = box.post(names_response(["InternetGatewayDevice.A.B"], request.text_of("ID")))
                request = box.post(values_response(["InternetGatewayDevice.A.B"], request.text_of("ID")))
            else:
                self.assertEqual(request.method(), "GetParameterAttributes")
                request = box.post(fault(9000, request.text_of("ID")))
            self.assertEqual(request.status, 204)
            self.assertEqual(self.server.wait_action(action["id"])["state"], "failed" if refuse else "succeeded")
        for kind, params, answer in (("attributes.get", {"names": ["InternetGatewayDevice.A.B"]}, 409), ("reboot", None, 202)):
            self.assertEqual(self.server.api("POST", f"/devices/{device['id']}/actions", {"type": kind, "params": params or {}})[0], answer)

    def test_an_empty_message_is_a_failed_answer_and_work_goes_on(self):
        self.informed("M-3").post()
        device = self.server.device("M-3")
        first = self.server.act(device["id"], "params.get", {"names": ["InternetGatewayDevice.A."]})
        second = self.server.act(device["id"], "params.get", {"names": ["InternetGatewayDevice.B."]})
        box = self.informed("M-3")
        box.post()
        request = box.post()  # nothing instead of an answer
        self.assertEqual(request.method(), "GetParameterValues")
        self.assertIn(b"InternetGatewayDevice.B.", request.body)
        box.post(values_response(["InternetGatewayDevice.B.C"], request.text_of("ID")))
        self.assertEqual(self.server.wait_action(first["id"])["state"], "failed")
        self.assertEqual(self.server.wait_action(second["id"])["state"], "succeeded")

    def test_a_restart_that_is_answered_by_nothing_is_not_sent_again(self):
        self.informed("M-4").post()
        device = self.server.device("M-4")
        action = self.server.act(device["id"], "reboot")
        box = self.informed("M-4")
        self.assertEqual(box.post().method(), "Reboot")
        self.assertEqual(box.post().status, 204)
        self.assertEqual(self.server.action(action["id"])["state"], "running")
        self.informed("M-4", events=("1 BOOT", ("M Reboot", action["id"])), uptime=1).post()
        self.assertEqual(self.server.wait_action(action["id"])["state"], "succeeded")


if __name__ == "__main__":
    unittest.main(verbosity=2)
