"""Part P: reading and writing parameters (TR-069 A.3.2.1 to A.3.2.5)."""

import control
import device
import soap
from suite import Case

STATUS = "<cwmp:SetParameterValuesResponse><Status>{}</Status></cwmp:SetParameterValuesResponse>"


class Setting(Case):
    def sets(self, values, answers=None):
        """(the SetParameterValues that came, outcome, device)"""
        one, _ = self.known()
        for name, _, kind in values:
            one.values.setdefault(name, ["", "xsd:" + kind, True])
        handle = self.queued(one, "set", values=values)
        requests = one.session(answers=answers)
        return [request for request in requests if request.name == "SetParameterValues"], self.control.outcome(handle), one

    def name(self, last="A"):
        return "InternetGatewayDevice.X_00256D." + last

    def test_P_01_both_arguments_are_always_there(self):
        """SetParameterValues has ParameterList and ParameterKey, in that order."""
        sets, _, _ = self.sets([(self.name(), "1", "string")])
        self.assertEqual([node.name for node in sets[0].method.children], ["ParameterList", "ParameterKey"])
        self.assertLessEqual(len(sets[0].get("ParameterKey")), 32)

    def test_P_02_after_a_fault_nothing_counts_as_changed(self):
        """When one of three parameters is refused, none of them is shown as changed."""
        names = [self.name(last) for last in "ABC"]
        faulty = soap.fault(9003, parameters=[(names[1], "9007", "bad")])
        _, outcome, one = self.sets([(name, "new", "string") for name in names], {"SetParameterValues": faulty})
        self.assertEqual(outcome["state"], "failed")
        stored = self.control.stored(self.found(one), self.name(""))
        self.assertNotIn("new", [text for text, _ in stored.values()])

    def test_P_03_status_1_is_a_promise_and_not_a_success(self):
        """What a device applies at its next restart is open until then, and is not sent again."""
        name = self.name()
        one, _ = self.known()
        one.values[name] = ["old", "xsd:string", True]
        handle = self.queued(one, "set", values=[(name, "new", "string")])
        requests = one.session(answers={"SetParameterValues": STATUS.format(1)})
        self.assertEqual([request.name for request in requests].count("SetParameterValues"), 1)
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        self.assertNotIn("SetParameterValues", [request.name for request in one.session()])
        one.values[name][0] = "new"
        one.session(("1 BOOT",))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_P_04_another_status_is_an_error(self):
        """A Status that is neither 0 nor 1 fails the operation."""
        _, outcome, _ = self.sets([(self.name(), "1", "string")], {"SetParameterValues": STATUS.format(2)})
        self.assertEqual(outcome["state"], "failed")

    def test_P_05_Z_04_no_parameter_comes_twice_in_one_list(self):
        """A list with the same name twice is refused on the north side or merged, and never sent."""
        try:
            sets, _, _ = self.sets([(self.name(), "1", "string"), (self.name(), "2", "string")])
        except control.Refused as refused:
            self.assertEqual(refused.status, 422)
            return
        self.assertEqual(len(sets[0].values()), 1)

    def test_P_06_operations_keep_their_order(self):
        """Two changes that were queued one after the other are sent in that order."""
        one, _ = self.known()
        one.values[self.name()] = ["0", "xsd:string", True]
        for text in ("1", "2"):
            self.queued(one, "set", values=[(self.name(), text, "string")])
        sets = [request for request in one.session() if request.name == "SetParameterValues"]
        self.assertEqual([request.values()[self.name()][0] for request in sets], ["1", "2"])

    def test_P_07_only_full_names_are_set(self):
        """A partial path is refused before it is sent."""
        one, _ = self.known()
        with self.assertRaises(control.Refused):
            self.queued(one, "set", values=[(one.root + "DeviceInfo.", "1", "string")])

    def test_P_08_every_parameter_of_a_fault_is_told(self):
        """All SetParameterValuesFault entries are kept, each with its code."""
        names = [self.name(last) for last in "ABC"]
        faulty = soap.fault(9003, parameters=[(name, code, "why") for name, code in zip(names, ("9005", "9007", "9008"))])
        _, outcome, _ = self.sets([(name, "new", "string") for name in names], {"SetParameterValues": faulty})
        self.assertEqual([(one["name"], one["cwmp_fault"]) for one in outcome["parameters"]],
                         list(zip(names, (9005, 9007, 9008))))

    def test_P_09_P_10_each_fault_keeps_its_own_meaning(self):
        """A fault without a list of parameters, whatever its code, ends the operation with that code."""
        for code in (9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008):
            with self.subTest(code):
                _, outcome, _ = self.sets([(self.name(), "1", "string")], {"SetParameterValues": soap.fault(code)})
                self.assertEqual((outcome["state"], outcome["fault"]), ("failed", code))

    def test_P_11_N_21_a_lost_answer_is_told_by_the_parameter_key(self):
        """After a lost answer the ParameterKey of the next Inform says whether the change was made."""
        name = self.name()
        one, _ = self.known()
        one.values[name] = ["old", "xsd:string", True]
        handle = self.queued(one, "set", values=[(name, "new", "string")])

        def apply_and_vanish(message):
            one.do_SetParameterValues(message)
            return device.Drop

        one.session(answers={"SetParameterValues": apply_and_vanish})
        self.assertNotIn("SetParameterValues", [request.name for request in one.session()])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_P_11_each_change_has_a_key_of_its_own(self):
        """Two changes carry two different ParameterKeys."""
        one, _ = self.known()
        one.values[self.name()] = ["0", "xsd:string", True]
        for text in ("1", "2"):
            self.queued(one, "set", values=[(self.name(), text, "string")])
        keys = [request.get("ParameterKey") for request in one.session() if request.name == "SetParameterValues"]
        self.assertEqual(len(set(keys)), 2)

    def test_P_12_a_key_of_nothing_is_no_trouble(self):
        """After a factory reset the key is empty; such an Inform is served like any other."""
        one, _ = self.known()
        one.values[one.root + "ManagementServer.ParameterKey"][0] = ""
        self.assertEqual(one.session(("0 BOOTSTRAP", "1 BOOT")), [])

    def test_P_37_the_parameters_of_vendors_are_set_like_any(self):
        """A name that no data model knows can be read and set."""
        name = "InternetGatewayDevice.X_EXAMPLE-COM_Foo"
        sets, outcome, _ = self.sets([(name, "bar", "string")])
        self.assertEqual((sets[0].values()[name][0], outcome["state"]), ("bar", "succeeded"))

    def test_P_40_values_are_compared_by_what_they_mean(self):
        """A device that answers true for 1, or 007 for 7, has the value that was set."""
        for kind, text, said in (("boolean", "1", "true"), ("unsignedInt", "7", "007"), ("int", "-1", " -1 ")):
            with self.subTest(kind):
                name = self.name(kind)
                one, _ = self.known()
                one.values[name] = ["0", "xsd:" + kind, True]
                handle = self.queued(one, "set", values=[(name, text, kind)])

                def change(_message, one=one, name=name, said=said):
                    one.values[name][0] = said
                    return STATUS.format(0)

                one.session(answers={"SetParameterValues": change})
                self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_P_36_the_response_may_hold_blanks_and_more(self):
        """White space and elements nobody asked for in a response do no harm."""
        odd = "<cwmp:SetParameterValuesResponse>\n <Status> 0 </Status>\n <Extra>x</Extra></cwmp:SetParameterValuesResponse>"
        one, _ = self.known()
        one.values[self.name()] = ["0", "xsd:string", True]
        handle = self.queued(one, "set", values=[(self.name(), "1", "string")])

        def change(_message):
            one.values[self.name()][0] = "1"
            return odd

        one.session(answers={"SetParameterValues": change})
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")


class Getting(Case):
    def test_P_14_a_read_names_at_least_one_path(self):
        """ParameterNames holds what was asked for, full names or partial paths, and never nothing."""
        one, _ = self.known()
        names = [one.root + "DeviceInfo.", one.root + "DeviceInfo.UpTime"]
        self.queued(one, "get", names=names)
        self.assertEqual(one.session()[0].names(), names)
        with self.assertRaises(control.Refused):
            self.queued(one, "get", names=[])

    def test_P_15_an_empty_answer_is_an_answer(self):
        """A response without any parameter is a success without values."""
        empty = one_list("GetParameterValuesResponse", "cwmp:ParameterValueStruct")
        _, outcome, _ = self.run_one("get", {"GetParameterValues": empty}, names=["InternetGatewayDevice.Table."])
        self.assertEqual(outcome["state"], "succeeded")

    def test_P_16_answers_are_taken_by_name(self):
        """The order of a response does not matter, nor what it has besides."""
        one, found = self.known()
        names = [one.root + "X_00256D." + last for last in ("A", "B", "C")]
        for number, name in enumerate(names):
            one.values[name] = [str(number), "xsd:int", True]
        self.queued(one, "get", names=names[:2])
        one.session(answers={"GetParameterValues": lambda _: one.values_response(list(reversed(names)))})
        stored = self.control.stored(found, one.root + "X_00256D.")
        self.assertEqual([stored[name][0] for name in names[:2]], ["0", "1"])

    def test_P_17_one_bad_path_does_not_lose_the_rest(self):
        """When a whole subtree is read and one object of it is refused, the others are still read."""
        one, found = self.known()
        for part in ("A", "B", "C"):
            for number in range(4 if part == "B" else 60):
                one.values[f"{one.root}X_00256D.{part}.{number}"] = ["v", "xsd:string", True]
        self.queued(one, "names", path=one.root + "X_00256D.")

        def read(message):
            bad = any(".B." in name for name in message.names())
            return soap.fault(9005) if bad else one.do_GetParameterValues(message)

        one.session(answers={"GetParameterValues": read}, most=300)
        stored = self.control.stored(found, one.root + "X_00256D.")
        self.assertEqual((stored[one.root + "X_00256D.A.7"][0], stored[one.root + "X_00256D.C.7"][0]), ("v", "v"))

    def test_P_19_what_reads_as_nothing_is_kept_as_nothing(self):
        """The empty value of a hidden parameter is no error."""
        one, _ = self.known()
        name = one.root + "ManagementServer.Password"
        one.values[name] = ["", "xsd:string", True]
        handle = self.queued(one, "get", names=[name])
        one.session()
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_P_41_names_are_escaped(self):
        """A name with a character that is special to XML is escaped, or refused before it is sent."""
        one, _ = self.known()
        name = one.root + "X.[a&b]."
        try:
            self.queued(one, "get", names=[name])
        except control.Refused:
            return
        self.assertEqual(one.session()[0].names(), [name])


class Names(Case):
    def asked(self, path, answers=None):
        one, _ = self.known()
        handle = self.queued(one, "names", path=path)
        requests = one.session(answers=answers, most=200)
        return requests, self.control.outcome(handle), one

    def test_P_20_path_and_next_level_are_always_there(self):
        """GetParameterNames has both arguments, NextLevel as 0 or 1."""
        requests, _, _ = self.asked("InternetGatewayDevice.DeviceInfo.")
        asked = [request for request in requests if request.name == "GetParameterNames"]
        self.assertTrue(asked)
        for request in asked:
            self.assertEqual([node.name for node in request.method.children], ["ParameterPath", "NextLevel"])
            self.assertIn(request.get("NextLevel"), ("0", "1"))

    def test_P_21_the_whole_tree_is_asked_for_in_a_way_all_devices_take(self):
        """A device that refuses the empty path can still be read whole."""
        one, found = self.known()
        handle = self.queued(one, "names", path=one.root)

        def names(message):
            return one.do_GetParameterNames(message) if message.get("ParameterPath") else soap.fault(9003)

        one.session(answers={"GetParameterNames": names}, most=100)
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
        self.assertIn(one.root + "DeviceInfo.UpTime", self.control.stored(found, one.root))

    def test_P_22_P_24_a_subtree_is_listed_with_what_may_be_written(self):
        """What GetParameterNames tells is kept: the names, and whether each may be set."""
        requests, outcome, one = self.asked("InternetGatewayDevice.")
        self.assertEqual(outcome["state"], "succeeded")
        stored = self.control.stored(self.found(one), one.root)
        self.assertLessEqual({name for name in one.values if "Password" not in name}, set(stored))
        self.assertTrue(requests)

    def test_P_23_next_level_is_not_asked_of_a_parameter(self):
        """A full parameter name is never listed with NextLevel 1."""
        try:
            requests, _, _ = self.asked("InternetGatewayDevice.DeviceInfo.UpTime")
        except control.Refused:
            return
        for request in requests:
            if request.name == "GetParameterNames" and not request.get("ParameterPath").endswith("."):
                self.assertEqual(request.get("NextLevel"), "0")

    def test_P_25_odd_lists_of_names_are_taken(self):
        """Objects without their dot, placeholders and repetitions in a list of names do no harm."""
        one, _ = self.known()
        handle = self.queued(one, "names", path=one.root + "DeviceInfo.")
        odd = one.names_response([(one.root + "DeviceInfo", False), (one.root + "DeviceInfo.", False), (one.root + "LANDevice.{i}.", False),
                                  (one.root + "DeviceInfo.UpTime", False), (one.root + "DeviceInfo.UpTime", False)])
        one.session(answers={"GetParameterNames": odd})
        self.assertNotEqual(self.control.outcome(handle)["state"], "open")
        self.assert_alive()

    def test_P_26_a_long_list_of_names_is_taken(self):
        """Twenty thousand names in one answer are read and kept."""
        one, _ = self.known()
        pairs = [(f"{one.root}X_00256D.T.{number}.Name", True) for number in range(20000)]
        self.queued(one, "names", path=one.root + "X_00256D.")
        one.inform()
        ours = one.until("GetParameterNames", one.empty())
        self.assertIn(one.say(one.names_response(pairs), ours.message.id).name, ("GetParameterValues", "GetParameterNames"))
        self.assert_alive()


def one_list(method, kind):
    return f"<cwmp:{method}>{soap.array('ParameterList', kind, [])}</cwmp:{method}>"
