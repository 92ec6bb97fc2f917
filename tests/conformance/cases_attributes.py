"""Part P: of which changes a device tells, and who else may write (TR-069 A.3.2.4, A.3.2.5)."""

import control
import soap
from suite import Case

MEMBERS = ["Name", "NotificationChange", "Notification", "AccessListChange", "AccessList"]
BASE = "InternetGatewayDevice.X_00256D.Attributes."


class Attributes(Case):
    def device_with(self, *names, version="1.0"):
        one, _ = self.known(version=version)
        for name in names:
            one.values[BASE + name] = ["v", "xsd:string", True]
        return one

    def sets(self, one, *changes, answers=None):
        """changes: (name, notification or None, entities or None): (SetParameterAttributes that came, outcome)"""
        wanted = [{key: value for key, value in zip(("name", "notification", "access_list"), (BASE + name, *rest)) if value is not None}
                  for name, *rest in changes]
        handle = self.queued(one, "set_attributes", attributes=wanted)
        requests = [request for request in one.session(answers=answers, most=50) if request.name == "SetParameterAttributes"]
        return requests, self.control.outcome(handle)

    def sent(self, request):
        """[{member: text, or a list for AccessList}]"""
        return [{child.name: [entity.text for entity in child.children] if child.name == "AccessList" else child.text for child in node.children}
                for node in request.method.child("ParameterList").children]

    def test_P_27_P_28_all_five_members_are_there(self):
        """Name, NotificationChange, Notification, AccessListChange, AccessList, in order; what is not changed has a legal value."""
        one = self.device_with("A", "B", "C")
        requests, outcome = self.sets(one, ("A", 2, None), ("B", None, []), ("C", 1, ["Subscriber"]))
        self.assertEqual(outcome["state"], "succeeded")
        nodes = [node for request in requests for node in request.method.child("ParameterList").children]
        self.assertEqual([[child.name for child in node.children] for node in nodes], [MEMBERS] * 3)
        self.assertEqual([node.name for node in nodes], ["SetParameterAttributesStruct"] * 3)
        by_name = {row["Name"]: row for request in requests for row in self.sent(request)}
        changes = {name: (row["NotificationChange"], row["AccessListChange"]) for name, row in by_name.items()}
        self.assertEqual(changes, {BASE + "A": ("1", "0"), BASE + "B": ("0", "1"), BASE + "C": ("1", "1")})
        self.assertEqual((by_name[BASE + "A"]["Notification"], by_name[BASE + "C"]["Notification"]), ("2", "1"))
        self.assertIn(by_name[BASE + "B"]["Notification"], ("0", "1", "2"))
        self.assertEqual([by_name[BASE + name]["AccessList"] for name in "ABC"], [[], [], ["Subscriber"]])
        for node in nodes:
            namespace, kind, size = soap.array_size(node.child("AccessList"))
            self.assertEqual((namespace, kind, size), (soap.XSD, "string", len(node.child("AccessList").children)))
        self.assertEqual(one.attributes[BASE + "C"], ["1", ["Subscriber"]])

    def test_P_29_lightweight_notifications_only_to_who_has_them(self):
        """0, 1 and 2 go to every device; 3 to 6 never to one that does not know them; others are refused."""
        for notification in (0, 1, 2):
            one = self.device_with("A")
            self.assertEqual(self.sets(one, ("A", notification, None))[1]["state"], "succeeded")
            self.assertEqual(one.attributes[BASE + "A"][0], str(notification))
        for version in ("1.0", "1.2"):
            for notification in (3, 6):
                one = self.device_with("A", version=version)
                try:
                    requests, outcome = self.sets(one, ("A", notification, None))
                except control.Refused:
                    continue
                self.assertEqual((requests, outcome["state"]), ([], "failed"))
        for notification in (-1, 7):
            with self.assertRaises(control.Refused):
                self.sets(self.device_with("A"), ("A", notification, None))

    def test_P_30_only_subscribers_are_let_in(self):
        """The list holds Subscriber, a vendor's own, or nothing; anything else is refused and not sent."""
        for entities in ([], ["Subscriber"], ["X_00256D_Installer"]):
            one = self.device_with("A")
            self.assertEqual(self.sets(one, ("A", None, entities))[1]["state"], "succeeded")
            self.assertEqual(one.attributes[BASE + "A"][1], entities)
        one = self.device_with("A")
        for entities in (["Everybody"], ["Subscriber", "ACS"], [""]):
            with self.assertRaises(control.Refused):
                self.sets(one, ("A", None, entities))
        self.assertEqual(one.session(), [])

    def test_P_31_a_path_stands_for_all_below_it(self):
        """A partial path goes out as it is, and each parameter below it is looked at afterwards."""
        one = self.device_with("Sub.A", "Sub.B")
        requests, outcome = self.sets(one, ("Sub.", 2, None))
        self.assertEqual([row["Name"] for request in requests for row in self.sent(request)], [BASE + "Sub."])
        self.assertEqual(outcome["state"], "succeeded")
        one = self.device_with("Sub.A", "Sub.B")
        rows = [(BASE + "Sub.A", "2", ["Subscriber"]), (BASE + "Sub.B", "0", ["Subscriber"])]
        _, outcome = self.sets(one, ("Sub.", 2, None), answers={"GetParameterAttributes": one.attributes_response(rows)})
        self.assertEqual(outcome["state"], "failed")

    def test_P_32_one_refusal_costs_one_parameter(self):
        """9009 for one of five: the other four are set, and the refused one is named."""
        one = self.device_with(*"ABCDE")

        def answer(message):
            names = [node.get("Name") for node in message.method.child("ParameterList").children]
            return soap.fault(9009, "not that one") if BASE + "C" in names else None

        _, outcome = self.sets(one, *[(name, 2, None) for name in "ABCDE"], answers={"SetParameterAttributes": answer})
        self.assertEqual({name[len(BASE):] for name, now in one.attributes.items() if now[0] == "2"}, set("ABDE"))
        self.assertNotEqual(outcome["state"], "succeeded")
        self.assertIn(BASE + "C", str((outcome["failure"], outcome["result"])))
        one = self.device_with("C")
        requests, outcome = self.sets(one, ("C", 2, None), answers={"SetParameterAttributes": answer})
        self.assertEqual((len(requests), outcome["state"], outcome["fault"]), (1, "failed", 9009))

    def test_P_33_nobody_switches_forced_notifications_off(self):
        """Nothing of its own accord, at no event, changes an attribute of a device; one that refuses it keeps what it has."""
        one, _ = self.known()
        for codes in (("1 BOOT",), ("2 PERIODIC",), ("4 VALUE CHANGE",)):
            self.assertNotIn("SetParameterAttributes", [request.name for request in one.session(codes)])
        name = one.root + "ManagementServer.ConnectionRequestURL"
        handle = self.queued(one, "set_attributes", attributes=[{"name": name, "notification": 0}])
        one.session(answers={"SetParameterAttributes": soap.fault(9009)})
        self.assertEqual((self.control.outcome(handle)["state"], self.control.outcome(handle)["fault"]), ("failed", 9009))

    def test_P_35_I_14_what_was_set_is_set_again_after_bootstrap(self):
        """Attributes outlive a restart and are not set again then; after BOOTSTRAP they are, without being asked for."""
        one = self.device_with("A", "B")
        self.assertEqual(self.sets(one, ("A", 2, None), ("B", 1, []))[1]["state"], "succeeded")
        self.assertNotIn("SetParameterAttributes", [request.name for request in one.session(("1 BOOT",))])
        before = {name: list(now) for name, now in one.attributes.items()}
        one.attributes.clear()
        one.session(("0 BOOTSTRAP", "1 BOOT"), most=50)
        if one.attributes != before:    # what is not for the session of the BOOTSTRAP itself is for the next one
            one.session(most=50)
        self.assertEqual(one.attributes, before)

    def test_P_34_attributes_are_read(self):
        """GetParameterAttributes has the names; what comes back is shown, parameter by parameter."""
        one = self.device_with("A", "B")
        one.attributes[BASE + "A"] = ["2", []]
        handle = self.queued(one, "attributes", names=[BASE + "A", BASE + "B"])
        requests = [request for request in one.session() if request.name == "GetParameterAttributes"]
        self.assertEqual([request.names() for request in requests], [[BASE + "A", BASE + "B"]])
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "succeeded")
        rows = {row["name"]: (row["notification"], row["access_list"]) for row in outcome["result"]["attributes"]}
        self.assertEqual(rows, {BASE + "A": (2, []), BASE + "B": (0, ["Subscriber"])})
