"""Part N: the rules of a session (TR-069 3.7)."""

import time

import device
import soap
from suite import Case, waits
import wire


class Beginning(Case):
    def test_N_01_nothing_but_an_inform_begins_a_session(self):
        """Without a session anything but an Inform is refused and carries nothing out."""
        bodies = (b"", soap.envelope("<cwmp:GetRPCMethods/>"), soap.envelope(soap.transfer_complete("k")),
                  soap.envelope("<cwmp:RebootResponse/>"), soap.envelope(soap.fault(9002)))
        for body in bodies:
            with self.subTest(body[-120:]):
                answer = self.device().post(body)
                self.assert_refused(answer)
                self.assertFalse(answer.cookies())

    def test_N_02_an_inform_is_answered_by_its_response_whatever_is_queued(self):
        """The answer to an Inform is InformResponse, also with work waiting."""
        one, _ = self.known()
        self.queued(one, "reboot")
        self.assertEqual(one.post(one.inform_text()).name, "InformResponse")

    def test_N_03_one_envelope_at_a_time_is_what_we_say(self):
        """MaxEnvelopes of the InformResponse is 1, whatever the device says."""
        for text in ("0", "1", "2", "5"):
            self.assertEqual(self.device().inform(MaxEnvelopes=text).message.get("MaxEnvelopes"), "1")

    def test_N_04_max_envelopes_of_the_device_changes_nothing(self):
        """A device that would take five envelopes gets one in each answer."""
        one, _ = self.known()
        for _ in range(2):
            self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform(MaxEnvelopes="5")
        self.assertEqual(len(one.serve(one.empty())), 2)

    def test_N_05_a_refused_inform_leaves_no_session(self):
        """A Fault in answer to an Inform ends the attempt; the device may begin again at once."""
        one = self.device()
        answer = one.post(soap.envelope(soap.inform_body({**one.who, "SerialNumber": ""})))
        self.assertEqual((answer.status, answer.name), (200, "Fault"))
        self.assert_refused(one.empty())
        self.assertEqual(one.session(), [])

    def test_N_23_a_new_inform_replaces_the_session_that_was_lost(self):
        """A device that has lost its session is not made to wait for it to time out."""
        one = self.device()
        one.inform()
        again = device.Device(self.world, **one.who)
        self.addCleanup(again.close)
        self.assertEqual(again.session(), [])
        found = self.found(one)
        wire.poll("the lost session is in the history",
                  lambda: "superseded" in [row["result"] for row in self.control.sessions(found)])

    def test_N_24_an_inform_with_an_old_cookie_begins_a_new_session(self):
        """The cookie of a session that still lives does not turn an Inform into a part of it."""
        one = self.device()
        one.inform()
        before = one.cookie
        one.inform(new=True)
        self.assertNotEqual(one.cookie, before)
        self.assertEqual(one.empty().status, 204)

    def test_N_25_a_second_inform_in_a_session_begins_another(self):
        """Inform, InformResponse, Inform on one connection: the second one begins anew."""
        one = self.device()
        one.inform()
        one.inform(message_id="7")
        self.assertEqual(one.empty().status, 204)

    def test_N_42_a_challenge_and_its_answer_are_one_contact(self):
        """However often an Inform was challenged, its events count once."""
        one = self.device()
        one.session(("1 BOOT",))
        self.assertEqual(self.control.events(self.found(one)).count(("1 BOOT", "")), 1)


class Identity(Case):
    def test_N_27_one_differing_part_makes_another_device(self):
        """Devices are told apart by OUI, ProductClass and SerialNumber together."""
        one = self.device()
        serial = one.who["SerialNumber"]
        for who in ({}, {"OUI": "00256E"}, {"ProductClass": "Other"}, {"ProductClass": ""}):
            self.device(**{**one.who, **who}).session()
        self.assertEqual(self.control.count(serial), 4)

    def test_N_28_identities_that_join_alike_stay_apart(self):
        """A-B with C is not A with B-C, and neither do %, / or blanks make two devices one."""
        serial = self.device().who["SerialNumber"]
        identities = [("A-B", serial), ("A", "B-" + serial), ("A%2DB", serial), ("A/B", serial), ("A B", serial), ("Ä", serial)]
        for product_class, number in identities:
            self.device(ProductClass=product_class, SerialNumber=number).session()
        self.assertEqual(self.control.count(serial) + self.control.count("B-" + serial), len(identities))

    def test_N_29_any_retry_count_is_welcome(self):
        """RetryCount is a number for statistics and no reason to refuse."""
        for text in ("0", "7", "4294967295", "01"):
            with self.subTest(text):
                self.device().inform(RetryCount=text)

    def test_N_31_an_event_that_is_delivered_again_is_welcome(self):
        """A device that did not get our answer tells its event again, and is answered as before."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "k")))
        one.connection.reset()
        one.connection = None
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "k")), RetryCount="1")
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")
        self.assertEqual(one.empty().status, 204)


class TheirTurn(Case):
    def test_N_07_T_04_a_request_is_answered_in_its_own_exchange(self):
        """A request of the device gets its response, and not one of our requests in its place."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "k")))
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertEqual(one.empty().name, "GetParameterValues")

    def test_N_10_the_device_says_all_before_we_begin(self):
        """Several requests of the device come first, each with its answer; ours after its empty POST."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform(("7 TRANSFER COMPLETE",))
        for key in ("a", "b"):
            self.assertEqual(one.say(soap.transfer_complete(key)).name, "TransferCompleteResponse")
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertEqual([request.name for request in one.serve(one.empty())], ["GetParameterValues"])

    def test_N_11_after_the_inform_response_we_wait(self):
        """The ACS says nothing of its own accord: the device's next POST comes first."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        self.assertTrue(one.connection.is_open(1.0))

    def test_N_12_a_late_request_is_answered_and_our_own_goes_on(self):
        """A request of the device while ours is outstanding is answered, and ours keeps its place."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        ours = one.empty()
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")
        self.assertEqual(one.say(one.do_GetParameterValues(ours.message), ours.message.id).status, 204)
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_N_39_twenty_requests_of_the_device_are_answered(self):
        """The device's own requests have no small limit."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE",))
        for number in range(20):
            self.assertEqual(one.say(soap.transfer_complete(f"k{number}")).name, "TransferCompleteResponse")
        self.assertEqual(one.empty().status, 204)

    def test_N_33_a_fault_of_ours_does_not_end_the_session(self):
        """After our Fault to a request of the device the session goes on."""
        one = self.device()
        one.inform()
        self.assert_fault(one.say("<cwmp:X_00256D_Nope/>"), 8000)
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertEqual(one.empty().status, 204)

    def test_N_44_hold_requests_is_never_asked_for(self):
        """The ACS does not hold a device, so an empty POST always ends its turn."""
        one = self.device()
        self.assertIsNone(one.inform().message.header_node("HoldRequests"))
        self.assertEqual(one.empty().status, 204)


class OurTurn(Case):
    def names(self, one):
        return [one.root + "DeviceInfo.UpTime"]

    def test_N_08_N_13_all_that_is_queued_comes_in_one_session(self):
        """Each response of the device brings the next request, and 204 comes only when none is left."""
        one, _ = self.known()
        handles = [self.queued(one, "get", names=self.names(one)) for _ in range(3)]
        self.assertEqual([request.name for request in one.session()], ["GetParameterValues"] * 3)
        self.assertEqual([self.control.outcome(handle)["state"] for handle in handles], ["succeeded"] * 3)

    def test_N_09_there_is_one_request_at_a_time(self):
        """While a request of ours is outstanding no second one is sent, whatever the device asks."""
        one, _ = self.known()
        for _ in range(2):
            self.queued(one, "get", names=self.names(one))
        one.inform()
        first = one.empty()
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        second = one.say(one.do_GetParameterValues(first.message), first.message.id)
        self.assertEqual(second.name, "GetParameterValues")
        self.assertNotEqual(second.message.id, first.message.id)

    def test_N_32_a_fault_of_the_device_does_not_end_the_session(self):
        """A request that the device faults is over; the next one follows."""
        one, _ = self.known()
        bad = self.queued(one, "get", names=["InternetGatewayDevice.No.Such"])
        good = self.queued(one, "get", names=self.names(one))
        self.assertEqual(len(one.session()), 2)
        self.assertEqual((self.control.outcome(bad)["state"], self.control.outcome(bad)["fault"]), ("failed", 9005))
        self.assertEqual(self.control.outcome(good)["state"], "succeeded")

    def test_N_32_an_empty_post_in_place_of_an_answer_fails_that_request_only(self):
        """A device that answers what it does not know with nothing has failed that request; the next one follows."""
        for operation in ("get", "reboot"):
            with self.subTest(operation):
                one, _ = self.known()
                bad = self.queued(one, operation, **({"names": ["InternetGatewayDevice.X"]} if operation == "get" else {}))
                good = self.queued(one, "get", names=self.names(one))
                one.inform()
                seen = one.serve(one.empty(), {"Reboot": device.Empty, "GetParameterValues": lambda message: (
                    device.Empty if message.names() == ["InternetGatewayDevice.X"] else None)})
                self.assertEqual(len(seen), 2)
                self.assertIn(self.control.outcome(bad)["state"], ("failed",) if operation == "get" else ("failed", "open"))
                self.assertEqual(self.control.outcome(good)["state"], "succeeded")
                self.assertEqual(self.last_session(one)["result"], "completed")

    def test_N_40_a_request_at_which_the_device_hangs_up_is_given_up(self):
        """A session that breaks off at the same request again and again does not do so for ever."""
        for operation in ({"operation": "get", "names": ["InternetGatewayDevice.X"]}, {"operation": "reboot"},
                          {"operation": "set", "values": [("InternetGatewayDevice.DeviceInfo.ProvisioningCode", "x", "string")]}):
            with self.subTest(operation["operation"]):
                one, _ = self.known()
                handle = self.queued(one, **operation)
                sessions = 0
                while self.control.outcome(handle)["state"] == "open":
                    sessions += 1
                    self.assertLess(sessions, 8)
                    one.session(answers={"*": device.Drop})
                self.assertEqual(self.control.outcome(handle)["state"], "failed")
                self.assertEqual(one.session(), [])

    def test_N_36_a_restart_is_sent_last(self):
        """What makes the device leave comes after everything else that is queued."""
        one, _ = self.known()
        self.queued(one, "reboot")
        for _ in range(3):
            self.queued(one, "get", names=self.names(one))
        self.assertEqual([request.name for request in one.session()], ["GetParameterValues"] * 3 + ["Reboot"])

    def test_N_40_work_on_a_value_that_never_changes_ends(self):
        """A parameter that keeps its old value is reported and not set again and again."""
        one, _ = self.known()
        name = one.root + "DeviceInfo.ProvisioningCode"
        handle = self.queued(one, "set", values=[(name, "new", "string")])
        accepted = "<cwmp:SetParameterValuesResponse><Status>0</Status></cwmp:SetParameterValuesResponse>"
        requests = one.session(answers={"SetParameterValues": accepted}, most=20)
        self.assertEqual([request.name for request in requests].count("SetParameterValues"), 1)
        self.assertEqual(self.control.outcome(handle)["state"], "failed")
        self.assertEqual(one.session(), [])

    def test_N_41_a_connection_request_without_work_ends_normally(self):
        """6 CONNECTION REQUEST with nothing queued is answered like any Inform, then 204."""
        one = self.device()
        self.assertEqual(one.session(("6 CONNECTION REQUEST",)), [])

    def test_N_21_a_restart_whose_answer_was_lost_is_not_sent_again(self):
        """What may not happen twice is sent again only on proof that it did not happen."""
        one, _ = self.known()
        handle = self.queued(one, "reboot")
        self.assertEqual([request.name for request in one.session(answers={"Reboot": device.Drop})], ["Reboot"])
        one.values[one.root + "DeviceInfo.UpTime"][0] = "0"
        self.assertNotIn("Reboot", [request.name for request in one.session(("1 BOOT", ("M Reboot", handle)))])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_N_22_the_same_answer_twice_is_used_once(self):
        """A response that comes again is not taken for the answer to the next request."""
        one, _ = self.known()
        first = self.queued(one, "get", names=self.names(one))
        second = self.queued(one, "get", names=[one.root + "DeviceInfo.SoftwareVersion"])
        one.inform()
        ours = one.empty()
        text = one.do_GetParameterValues(ours.message)
        self.assertEqual(one.say(text, ours.message.id).name, "GetParameterValues")
        one.say(text, ours.message.id)
        self.assertEqual(self.control.outcome(first)["state"], "succeeded")
        self.assertNotEqual(self.control.outcome(second)["state"], "succeeded")


class Ending(Case):
    def test_N_14_N_15_the_204_completes_the_session(self):
        """A device that closes after the 204 has had a complete session."""
        one, _ = self.known()
        one.session(("1 BOOT",))
        one.close()
        self.assertEqual(self.last_session(one)["result"], "completed")

    def test_N_14_a_trailing_empty_post_gets_another_204(self):
        """A device that sends one more empty POST is answered and not refused."""
        one = self.device()
        one.session()
        self.assertEqual(one.empty().status, 204)

    def test_N_14_the_grace_has_an_end(self):
        """A device that sends empty POSTs for ever after the 204 is stopped."""
        one = self.device()
        one.session()
        for _ in range(50):
            if one.empty().status != 204:
                return
        self.fail("fifty empty POSTs after the 204, and each was answered")

    def test_N_14_a_late_request_is_still_answered(self):
        """A request right after the 204 gets its response."""
        one = self.device()
        one.session(("7 TRANSFER COMPLETE",))
        self.assertEqual(one.say(soap.transfer_complete("late")).name, "TransferCompleteResponse")

    def test_N_16_the_device_ends_the_connection(self):
        """After the 204 the ACS leaves the connection open for a while, or says that it closes it."""
        one = self.device()
        one.session()
        if one.connection is not None:
            self.assertTrue(one.connection.is_open(2.0))

    def test_N_17_new_work_waits_for_the_next_session(self):
        """What is queued after the 204 is not sent in the session that is over."""
        one, _ = self.known()
        one.session()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.assertEqual(one.empty().status, 204)
        self.assertEqual([request.name for request in one.session()], ["GetParameterValues"])

    @waits(31)
    def test_N_18_thirty_seconds_of_silence_are_borne(self):
        """A session lives on over a pause of 29 s."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        time.sleep(29)
        answer = one.empty()
        self.assertEqual(answer.name, "GetParameterValues")
        self.assertEqual(one.serve(answer)[0].name, "GetParameterValues")

    @waits(8)
    def test_N_19_E_16_a_device_may_ask_for_more_patience(self):
        """With the header SessionTimeout the ACS waits at least as long as the device asks for."""
        world = self.world.started_with({"session": {"timeout": "2s", "timeout_max": "60s"}})
        one = self.device(world=world, version="1.3")
        one.inform(headers="<cwmp:SessionTimeout>30</cwmp:SessionTimeout>")
        other = self.device(world=world)
        other.inform()
        time.sleep(5)
        self.assertEqual(one.empty(new=True).status, 204)
        self.assert_refused(other.empty(new=True))

    @waits(1)
    def test_N_20_every_post_is_answered_soon(self):
        """The answer comes well within the 30 s after which a device gives up."""
        slowest = 0
        for _ in range(20):
            began = time.monotonic()
            self.device().session(("1 BOOT",))
            slowest = max(slowest, time.monotonic() - began)
        self.assertLess(slowest, 15)


class TooMuch(Case):
    def test_I_45_a_device_that_informs_without_end_is_slowed_down(self):
        """A device in a boot loop gets 503 with Retry-After after a while; others are served as before."""
        world = self.world.started_with({"limits": {"informs_per_minute": "20"}})
        one = self.device(world=world)
        answers = [one.post(one.inform_text(("1 BOOT",)), new=True) for _ in range(60)]
        self.assertEqual([answer.name for answer in answers[:20]], ["InformResponse"] * 20)
        later = [answer for answer in answers if answer.status == 503]
        self.assertTrue(later)
        self.assertTrue(all(int(answer.header("Retry-After")) > 0 for answer in later))
        self.assert_alive(world)

    def test_I_45_N_01_posts_without_a_session_are_slowed_down(self):
        """An address that goes on sending empty POSTs without a session is told to come later."""
        world = self.world.started_with({"limits": {"informs_per_minute": "21"}})
        statuses = []
        for _ in range(150):
            one = self.device(world=world)
            statuses.append(one.empty().status)
            one.close()
        self.assertNotIn(204, statuses)
        self.assertIn(503, statuses)
        self.assert_alive(world)


class Trouble(Case):
    def test_N_34_garbage_in_a_session_is_no_empty_post(self):
        """What cannot be read is refused, and never answered by 204."""
        for body in (b"garbage", b"<a>", b"<a/>", b"\xff\xfe\x00", b"{}"):
            with self.subTest(body):
                one = self.device()
                one.inform()
                answer = one.post(body)
                self.assert_refused(answer)

    def test_N_30_many_retries_at_once_are_served(self):
        """After an outage devices come back together, each is served."""
        many = [self.device() for _ in range(100)]
        for one in many:
            one.send(one.inform_text(RetryCount="3"))
        for one in many:
            self.assertEqual(one.read().name, "InformResponse")
        for one in many:
            self.assertEqual(one.empty().status, 204)

    def test_N_38_any_worker_goes_on_with_a_session(self):
        """Connections land on whichever worker; the cookie finds the session."""
        world = self.world.started_with({"workers": {"count": "2"}})
        for _ in range(12):
            one = self.device(world=world)
            one.inform()
            self.assertEqual(one.say("<cwmp:GetRPCMethods/>", new=True).name, "GetRPCMethodsResponse")
            self.assertEqual(one.empty(new=True).status, 204)
