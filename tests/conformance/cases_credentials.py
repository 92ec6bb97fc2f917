"""Parts S and C: credentials of a device's own, how it gets them, and with which it is called (TR-069 3.2.2, 3.4.4)."""

from cases_call import Listener, challenge, expected, given, ok
from guarded import Guarded, OWN
import soap
from suite import waits
import wire


class Identity(Guarded):
    def test_S_25_a_user_name_belongs_to_its_device(self):
        """Who logs in as one device and informs as another is refused, and nothing of the other is touched."""
        one, other = self.enrolled(), self.enrolled()
        before = (self.found(other), self.control.events(self.found(other)))
        thief = self.again(other, one.credentials)
        thief.values[thief.root + "DeviceInfo.SoftwareVersion"][0] = "stolen"
        answer = thief.post(thief.inform_text(("0 BOOTSTRAP",)))
        self.assertTrue(answer.status in (401, 403) or answer.name == "Fault" and answer.message.fault_code == "8001", answer)
        self.assertFalse(answer.cookies())
        self.assertEqual((self.found(other), self.control.events(self.found(other))), before)
        unknown = self.stranger()
        unknown.credentials = one.credentials
        self.assert_refused(unknown.post(unknown.inform_text(("0 BOOTSTRAP",))))
        self.assertIsNone(self.control.find(unknown.who))

    def test_S_19_a_captured_answer_opens_nothing(self):
        """The Authorization of one session, sent again on another connection, is refused, and as stale."""
        one = self.enrolled()
        self.use(one, None)
        digest = self.digest(one, self.own(one)[:2])
        header = self.header(digest)
        self.assertEqual(self.with_header(one, header).name, "InformResponse")
        answer = self.with_header(self.again(one), header)
        self.assertEqual(answer.status, 401)
        self.assertEqual(wire.parse_challenge(answer.header("WWW-Authenticate")).get("stale", "").lower(), "true")
        self.assertEqual(one.empty().status, 204)    # the session has not noticed

    def test_S_37_on_a_new_connection_the_cookie_is_proof_enough(self):
        """A new connection within a session, without Authorization: what it brings is taken once. Another user beside the cookie is not."""
        one, other = self.enrolled(), self.enrolled()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        self.use(one, one.credentials)
        one.inform()
        ours = one.empty()
        answer, one.digest = soap.envelope(one.do_GetParameterValues(ours.message), ours.message.id, one.version), None
        thief = self.again(one)
        digest = self.digest(thief, other.credentials)
        thief.cookie = one.cookie
        self.assertEqual(self.with_header(thief, self.header(digest), answer).status, 403)
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        self.assertEqual(one.post(answer, new=True).status, 204)
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    @waits(4)
    def test_S_30_guessing_is_slowed_down(self):
        """After many wrong passwords for a device from one address even the right one is not tried there; neighbours are let in."""
        one, neighbour = self.enrolled(), self.enrolled()
        guesser = self.again(one)
        for _ in range(40):
            digest = self.digest(guesser, (one.credentials[0], "guess"))
            self.assertIn(self.with_header(guesser, self.header(digest)).status, (401, 403, 429, 503))
        digest = self.digest(guesser, one.credentials)
        self.assertIn(self.with_header(guesser, self.header(digest)).status, (401, 403, 429, 503))
        self.use(neighbour, neighbour.credentials)
        self.assertEqual(neighbour.session(), [])


class Enrolment(Guarded):
    def test_C_18_each_device_gets_credentials_of_its_own(self):
        """At its first contact a device is given both pairs; no password is that of another device, or tells anything of it."""
        boxes = [self.enrolled() for _ in range(3)]
        passwords = {password for one in boxes for password in self.own(one)[1::2]}
        self.assertEqual(len(passwords), 6)
        for one in boxes:
            for password in self.own(one)[1::2]:
                self.assertGreaterEqual(len(password), 16)
                self.assertNotIn(one.who["SerialNumber"].lower(), password.lower())

    def listening(self, one, script):
        listener = Listener(script)
        self.addCleanup(listener.close)
        one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = f"http://127.0.0.1:{listener.port}/cr"
        return listener

    def takes(self, user, password):
        """A device's answer to calls that knows this pair alone."""
        def answer(listener, text):
            fields = given(text)
            if fields and fields["username"] == user and fields["response"] == expected(fields, "/cr", user, password):
                return ok(listener, text)
            return challenge()(listener, text)
        return answer

    def accepted(self, one):
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        wire.poll("the call was accepted", lambda: self.control.outcome(handle)["wake"]["code"] == "accepted")

    def test_C_18_each_device_is_called_with_its_own(self):
        """The call of a device is answered with the pair that it was given, and that opens no other device."""
        boxes = [self.enrolled() for _ in range(2)]
        pairs = [self.own(one)[2:] for one in boxes]
        for one, pair in zip(boxes, pairs):
            listener = self.listening(one, [self.takes(*pair)])
            self.use(one, one.credentials)
            one.session(("4 VALUE CHANGE",))
            self.accepted(one)
            self.assertEqual({fields["username"] for fields in map(given, listener.requests) if fields}, {pair[0]})
        self.assertNotEqual(pairs[0], pairs[1])

    def lost(self, takes_it):
        """(device whose answer to new credentials was lost, what it was sent)"""
        one = self.box()
        one.inform(("0 BOOTSTRAP", "1 BOOT"))
        ours = one.until("SetParameterValues", one.empty())
        sent = {name.rsplit(".", 1)[1]: text for name, (text, _) in ours.message.values().items()}
        self.assertTrue(set(OWN) <= set(sent), sent)
        if takes_it:
            one.do_SetParameterValues(ours.message)
        one.connection.reset()
        one.connection = None
        return one, sent

    def test_S_31_both_credentials_are_good_until_the_new_one_was_used(self):
        """Whether a device took the new ones or not, when its answer was lost: it is let in with what it has."""
        for takes_it in (False, True):
            with self.subTest(takes_it):
                one, sent = self.lost(takes_it)
                self.use(one, (sent["Username"], sent["Password"]) if takes_it else self.login)
                requests = one.session()
                self.assertEqual("SetParameterValues" in [request.name for request in requests], not takes_it)
                if not takes_it:    # it may have the first one after all, so it gets no other
                    self.assertEqual(self.own(one)[1], sent["Password"])
                self.use(one, (sent["Username"], sent["Password"]))
                self.assertEqual(one.session(), [])

    def test_S_31_a_password_is_changed_and_the_old_one_is_good_until_then(self):
        """A device that has its own and is given another: lost or not, both are good; once the new one was used the old one is not."""
        one = self.enrolled()
        old = one.credentials
        handle = self.queued(one, "rotate")
        self.use(one, old)
        one.inform()
        ours = one.until("SetParameterValues", one.empty())
        new = tuple(ours.message.values()[f"{one.root}ManagementServer.{name}"][0] for name in OWN[:2])
        self.assertNotEqual(new[1], old[1])
        one.connection.reset()
        one.connection = None
        self.use(one, old)
        one.session()
        self.assertEqual((self.own(one)[:2], self.control.outcome(handle)["state"]), (new, "open"))
        self.use(one, old)
        self.assertEqual(one.post(one.inform_text()).name, "InformResponse")
        self.use(one, new)
        self.assertNotIn("SetParameterValues", [request.name for request in one.session()])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
        self.use(one, old)
        self.assertEqual(one.post(one.inform_text()).status, 401)

    def test_C_19_old_and_new_are_tried_until_the_new_one_was_used(self):
        """A device whose answer to new credentials was lost is called with what it has, be it the old or the new pair."""
        if self.control.call_credentials is None:
            self.skipTest("needs the name and password with which the ACS calls devices, and leave to call loopback")
        for takes_it in (False, True):
            with self.subTest(takes_it):
                one, sent = self.lost(takes_it)
                pair = (sent["ConnectionRequestUsername"], sent["ConnectionRequestPassword"])
                self.listening(one, [self.takes(*(pair if takes_it else self.control.call_credentials))])
                self.use(one, self.login)
                one.inform(("4 VALUE CHANGE",))
                one.until("SetParameterValues", one.empty())
                one.connection.reset()
                one.connection = None
                self.accepted(one)

    def test_S_32_after_a_factory_reset_factory_credentials_are_good_again(self):
        """BOOTSTRAP with the factory's credentials is taken, and new ones are given; without BOOTSTRAP they are not."""
        one = self.enrolled()
        before = self.own(one)
        later = self.again(one, self.login)
        answer = later.post(later.inform_text(("2 PERIODIC",)))
        self.assertIn(answer.status, (401, 403))
        for name in OWN:
            one.values[f"{one.root}ManagementServer.{name}"][0] = ""
        self.use(one, self.login)
        requests = one.session(("0 BOOTSTRAP", "1 BOOT"))
        self.assertIn("SetParameterValues", [request.name for request in requests])
        after = self.own(one)
        self.assertTrue(all(after))
        self.assertNotEqual(after[1], before[1])
        self.use(one, after[:2])
        self.assertEqual(one.session(), [])

    def test_I_14_bootstrap_ends_what_was_assumed(self):
        """After BOOTSTRAP nothing that was set is taken to be there: both pairs of credentials are set anew, and what the device
        can do is asked again."""
        one = self.enrolled()
        handle = self.queued(one, "names", path=one.root + "DeviceInfo.")
        self.use(one, one.credentials)
        self.assertIn("GetRPCMethods", [request.name for request in one.session()])
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
        one.values[one.root + "ManagementServer.ParameterKey"][0] = ""
        self.use(one, self.login)
        requests = one.session(("0 BOOTSTRAP", "1 BOOT"))
        sent = {name.rsplit(".", 1)[1] for request in requests if request.name == "SetParameterValues" for name in request.values()}
        self.assertTrue(set(OWN) <= sent, sent)


class Registered(Guarded):
    settings = {**Guarded.settings, "enrolment": "registered"}

    def test_R_09_a_device_is_known_before_it_comes(self):
        """Where only registered devices are let in: one that is not leaves nothing, one that is gets in, by the credential that it has."""
        stranger = self.box()
        self.assertIn(stranger.post(stranger.inform_text(("0 BOOTSTRAP",))).status, (401, 403))
        self.assertIsNone(self.control.find(stranger.who))
        one = self.box()
        self.assertEqual(self.control.register(one.who)["id"], self.control.find(one.who)["id"])
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        self.assertTrue(all(self.own(one)))
        other = self.box()
        other.credentials = ("installer-" + other.who["SerialNumber"], "from the installer")
        self.control.register(other.who, other.credentials)
        self.assertEqual(other.session(("0 BOOTSTRAP", "1 BOOT")), [])
        self.use(other, (other.credentials[0], "guess"))
        self.assertEqual(other.post(other.inform_text()).status, 401)
