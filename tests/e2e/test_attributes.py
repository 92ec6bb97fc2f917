"""Attributes of parameters: what was set is kept, and set again after a reset to factory settings."""

import re
import unittest

import cpe
import farol

ROOT = "InternetGatewayDevice."
SSID, CHANNEL, COUNTER = ROOT + "WiFi.SSID", ROOT + "WiFi.Channel", ROOT + "WiFi.Bytes"
EMPTY = "<cwmp:SetParameterAttributesResponse></cwmp:SetParameterAttributesResponse>"


def fault(code, message_id):
    return cpe.envelope("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>"
                        f"<cwmp:Fault><FaultCode>{code}</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail>"
                        "</SOAP-ENV:Fault>", message_id)


class Box:
    """A device with attributes. denies: names that it never tells of; forgets: says yes and does nothing."""

    def __init__(self, server, serial, denies=(), forgets=()):
        self.server, self.serial, self.denies, self.forgets = server, serial, denies, forgets
        self.has = {}
        self.asked = []

    def session(self, *events, until=None, reset=False):
        """All of one session; until: the number of the request whose answer is lost."""
        if reset:
            self.has = {}
        with cpe.Device(self.server.cwmp_port) as device:
            answer = device.post(cpe.inform(self.serial, events=events or ("2 PERIODIC",)))
            assert answer.method() == "InformResponse", answer.body
            answer = device.post()
            while answer.status == 200:
                self.asked.append(answer.method())
                body = self.answer(answer)
                if until is not None and len(self.asked) == until:
                    return
                answer = device.post(body)

    def answer(self, request):
        method, message_id = request.method(), request.text_of("ID")
        if method == "SetParameterAttributes":
            return self.set(request, message_id)
        if method == "GetParameterAttributes":
            return self.get(re.findall(rb"<string>([^<]*)</string>", request.body), message_id)
        return fault(9000, message_id)

    def set(self, request, message_id):
        changes = re.findall(rb"<Name>([^<]*)</Name><NotificationChange>1</NotificationChange><Notification>(\d)<", request.body)
        assert changes, request.body
        if any(name.decode() in self.denies for name, _ in changes):
            return fault(9009, message_id)
        self.has.update({name.decode(): number.decode() for name, number in changes if name.decode() not in self.forgets})
        return cpe.envelope(EMPTY, message_id)

    def get(self, names, message_id):
        structs = "".join(f"<ParameterAttributeStruct><Name>{name.decode()}</Name><Notification>"
                          f"{self.has.get(name.decode(), '0')}</Notification><AccessList SOAP-ENC:arrayType=\"xsd:string[0]\">"
                          "</AccessList></ParameterAttributeStruct>" for name in names)
        return cpe.envelope('<cwmp:GetParameterAttributesResponse><ParameterList SOAP-ENC:arrayType='
                            f'"cwmp:ParameterAttributeStruct[{len(names)}]">{structs}</ParameterList>'
                            "</cwmp:GetParameterAttributesResponse>", message_id)


class Attributes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def box(self, serial, **how):
        box = Box(self.server, serial, **how)
        box.session("0 BOOTSTRAP", "1 BOOT")
        self.assertEqual(box.asked, [])
        box.id = self.server.device(serial)["id"]
        return box

    def set(self, box, **notifications):
        names = {"ssid": SSID, "channel": CHANNEL, "counter": COUNTER}
        action = self.server.act(box.id, "attributes.set", {"attributes": [
            {"name": names[key], "notification": number} for key, number in notifications.items()]})
        box.session()
        return self.server.wait_action(action["id"])

    def kept(self, box):
        status, page = self.server.api("GET", f"/devices/{box.id}/attributes")
        self.assertEqual(status, 200, page)
        return {row["path"]: row["notification"] for row in page["data"]}

    def restores(self, box):
        _, page = self.server.api("GET", f"/devices/{box.id}/actions")
        return [action for action in page["data"] if action["type"] == "attributes.restore"]

    def test_what_was_set_is_set_again_after_a_reset_in_one_request(self):
        box = self.box("A-1")
        self.assertEqual(self.set(box, ssid=2, channel=1)["state"], "succeeded")
        self.assertEqual(self.kept(box), {SSID: 2, CHANNEL: 1})
        box.session("1 BOOT")  # no reset: they stay
        self.assertEqual(self.restores(box), [])
        box.asked = []
        box.session("0 BOOTSTRAP", "1 BOOT", reset=True)
        self.assertEqual(box.asked, ["SetParameterAttributes", "GetParameterAttributes"])
        self.assertEqual(box.has, {SSID: "2", CHANNEL: "1"})
        [again] = self.restores(box)
        self.assertEqual((again["state"], again["created_by"]), ("succeeded", "farol"))
        self.assertEqual(self.kept(box), {SSID: 2, CHANNEL: 1})

    def test_one_that_is_refused_hinders_no_other(self):
        box = self.box("A-2")
        self.set(box, ssid=2, channel=1, counter=1)
        box.denies = (COUNTER,)
        box.session("0 BOOTSTRAP", reset=True)
        self.assertEqual(box.has, {SSID: "2", CHANNEL: "1"})
        [again] = self.restores(box)
        self.assertEqual((again["state"], again["failure"]["code"]), ("failed", "partly_refused"))
        self.assertEqual(again["result"]["refused"], [COUNTER])

    def test_only_what_the_device_has_is_kept(self):
        box = self.box("A-3", denies=(COUNTER,), forgets=(CHANNEL,))
        ended = self.set(box, ssid=2, channel=1, counter=1)
        self.assertEqual((ended["state"], ended["failure"]["code"]), ("failed", "not_applied"))
        self.assertEqual(self.kept(box), {SSID: 2})
        self.set(box, ssid=0)
        self.assertEqual(self.kept(box), {SSID: 0})

    def test_an_answer_that_is_lost_costs_a_session(self):
        box = self.box("A-4")
        self.set(box, ssid=2)
        box.asked = []
        box.session("0 BOOTSTRAP", reset=True, until=1)
        box.session()
        self.assertEqual(box.asked, ["SetParameterAttributes"] * 2 + ["GetParameterAttributes"])
        self.assertEqual([action["state"] for action in self.restores(box)], ["succeeded"])

    def test_a_second_reset_begins_it_anew_and_a_newer_wish_wins(self):
        box = self.box("A-5")
        self.set(box, ssid=2, channel=2)
        box.session("0 BOOTSTRAP", reset=True, until=len(box.asked) + 2)  # set, and the reading is lost
        newer = self.server.act(box.id, "attributes.set", {"attributes": [{"name": SSID, "notification": 1}]})
        box.session("0 BOOTSTRAP", reset=True)
        self.assertEqual(box.has, {SSID: "1", CHANNEL: "2"})
        self.assertEqual(self.server.wait_action(newer["id"])["state"], "succeeded")
        self.assertEqual([action["state"] for action in self.restores(box)], ["succeeded"])
        self.assertEqual(self.kept(box), {SSID: 1, CHANNEL: 2})

    def test_nobody_asks_for_it_by_name(self):
        box = self.box("A-6")
        status, _ = self.server.api("POST", f"/devices/{box.id}/actions", {"type": "attributes.restore"})
        self.assertEqual(status, 422)

    def test_acsctl_lists_what_is_kept(self):
        box = self.box("A-7")
        self.set(box, ssid=2)
        shown = self.server.ctl("attributes", "list", "A-7")
        self.assertEqual([(row["path"], row["notification"]) for row in shown["data"]], [(SSID, 2)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
