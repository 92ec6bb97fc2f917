"""Part S: who devices are, on a plain connection (TR-069 3.4.4, 3.4.5)."""

import base64
import time

from guarded import CLOSED, FACTORY, Guarded
import soap
from suite import waits
import wire


class Challenge(Guarded):
    def test_S_11_a_stranger_is_asked_who_it_is(self):
        """An Inform without credentials gets 401, and no cookie that would open a session."""
        one = self.stranger()
        _, answer = self.challenged(one, one.inform_text(("0 BOOTSTRAP",)))
        self.assertFalse(answer.cookies())
        self.assert_no_session(one)

    def assert_no_session(self, one):
        self.assertNotIn(one.empty().status, (200, 204))

    def test_S_26_a_stranger_leaves_nothing(self):
        """No device and no event comes of an Inform whose sender has not proved who it is, with or without a wrong password."""
        one = self.stranger()
        self.challenged(one, one.inform_text(("0 BOOTSTRAP", "M Reboot")))
        digest = self.digest(one)
        digest.password = "guess"
        self.assertEqual(self.with_header(one, self.header(digest)).status, 401)
        self.assertIsNone(self.control.find(one.who))

    def test_S_12_without_tls_only_digest_is_offered(self):
        """No challenge on a plain connection asks for Basic, and Basic is not taken."""
        self.assertEqual({text.split()[0].lower() for text in self.challenged(self.stranger())[0]}, {"digest"})
        text = base64.b64encode(":".join(self.login).encode()).decode()
        self.assertEqual(self.with_header(self.stranger(), "Basic " + text).status, 401)

    def test_S_14_S_17_the_challenge_is_complete_and_simple(self):
        """realm, nonce, qop of auth alone in every challenge; MD5 in the first, for who knows nothing else."""
        challenges, _ = self.challenged(self.stranger())
        for text in challenges:
            fields = wire.parse_challenge(text)
            self.assertTrue(fields["realm"] and fields["nonce"])
            self.assertEqual(fields["qop"], "auth")
        self.assertEqual(wire.parse_challenge(challenges[0]).get("algorithm", "MD5").upper(), "MD5")

    def test_S_15_an_algorithm_is_taken_if_it_was_offered_and_only_then(self):
        """An answer by MD5-sess is right where MD5-sess was offered; elsewhere it gets another challenge."""
        one = self.stranger()
        challenges, _ = self.challenged(one)
        offered = [text for text in challenges if wire.parse_challenge(text).get("algorithm", "").lower() == "md5-sess"]
        digest = wire.Digest(*self.login, (offered or challenges)[0])
        digest.algorithm = "MD5-sess"
        answer = self.with_header(one, self.header(digest, algorithm="MD5-sess"))
        if offered:
            self.assertEqual(answer.name, "InformResponse")
        else:
            self.assertEqual((answer.status, bool(answer.header("WWW-Authenticate"))), (401, True))

    def test_S_18_each_connection_gets_a_nonce_of_its_own(self):
        """Thirty connections, thirty nonces."""
        nonces = {wire.parse_challenge(self.challenged(self.stranger())[0][0])["nonce"] for _ in range(30)}
        self.assertEqual(len(nonces), 30)

    def test_S_22_no_401_is_without_a_challenge(self):
        """Whatever is refused with 401 says how to do better: without a session, with a cookie nobody gave out, with a wrong password."""
        for body in (b"", soap.envelope("<cwmp:GetRPCMethods/>"), None, b"garbage"):
            self.assertTrue(self.challenged(self.stranger(), body)[0])
        one = self.stranger()
        answer = one.post(one.inform_text(), headers=["Cookie: farol=00-" + "0" * 32])
        self.assertEqual((answer.status, bool(answer.header("WWW-Authenticate"))), (401, True))
        for header in ("Digest", "Digest ,,,=", "Bearer x", 'Digest username="a"', "Basic !!!"):
            answer = self.with_header(self.stranger(), header)
            self.assertEqual((answer.status, bool(answer.header("WWW-Authenticate"))), (401, True), header)

    def test_T_18_a_close_is_announced_and_the_next_connection_welcome(self):
        """A 401 on a connection that ends says so; the answer to it is taken on the next connection."""
        one = self.stranger()
        answer = one.post(one.inform_text(), headers=["Connection: close"])
        self.assertEqual((answer.status, answer.closes()), (401, True))
        digest = wire.Digest(*self.login, answer.header("WWW-Authenticate"))
        self.assertIsNone(one.connection)
        self.assertEqual(self.with_header(one, self.header(digest)).name, "InformResponse")

    def test_T_19_the_connection_lives_through_the_challenge(self):
        """After a 401 that does not announce its close the same connection takes the answer."""
        one = self.stranger()
        connection = one.connect()
        digest = self.digest(one)
        self.assertIs(one.connection, connection)
        self.assertEqual(self.with_header(one, self.header(digest)).name, "InformResponse")
        self.assertIs(one.connection, connection)


class Proof(Guarded):
    def test_S_23_right_credentials_are_asked_for_once(self):
        """A right answer to the first challenge is never challenged again in that session."""
        one = self.stranger()
        self.assertEqual(self.with_header(one, self.header(self.digest(one)), one.inform_text(("1 BOOT",))).name, "InformResponse")
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertNotEqual(one.empty().status, 401)

    def test_S_24_the_rest_of_the_session_needs_no_header(self):
        """After the Inform the header may be left out on the same connection, and may be sent."""
        for keep in (False, True):
            with self.subTest(keep):
                one = self.box()
                one.inform()
                if not keep:
                    one.digest = None
                self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
                one.serve(one.empty())

    def test_S_16_what_does_not_fit_together_is_refused(self):
        """A wrong response, count, client nonce, qop, user, nonce or realm gets another 401."""
        for changed in ({"response": "0" * 32}, {"nc": "00000009"}, {"cnonce": "other"}, {"qop": "auth-int"}, {"username": "nobody"},
                        {"nonce": "x" * 32}, {"realm": "elsewhere"}, {"uri": "/elsewhere"}, {"cnonce": ""}, {"nc": "zz"}):
            with self.subTest(changed):
                one = self.stranger()
                answer = self.with_header(one, self.header(self.digest(one), **changed))
                self.assertEqual((answer.status, answer.cookies()), (401, []))

    def test_S_20_the_answer_may_come_on_another_connection(self):
        """A device that opens a new connection after the 401 is let in."""
        one = self.stranger()
        digest = self.digest(one)
        one.close()
        self.assertEqual(self.with_header(one, self.header(digest)).name, "InformResponse")

    def test_S_27_the_uri_may_be_written_in_every_form(self):
        """The uri of the answer may be absolute, a path, with a query, or empty: the answer is computed over it."""
        for uri in ("/", "/acs", "/acs?x=1", "http://acs.example/acs", ""):
            with self.subTest(uri):
                one = self.stranger()
                self.assertEqual(self.with_header(one, self.digest(one).header("POST", uri)).name, "InformResponse")

    def reorder(self, digest):
        digest.order = ["cnonce", "nc", "qop", "response", "uri", "nonce", "realm", "username", "algorithm", "opaque"]

    def quote(self, digest):
        digest.quote |= {"nc", "qop", "algorithm"}

    def tight(self, digest):
        digest.separator = ","

    def wide(self, digest):
        digest.separator = "  ,\t "

    def bare(self, digest):
        digest.quote -= {"cnonce", "nonce", "response"}

    def as_in_rfc_2069(self, digest):
        digest.qop = None

    def test_S_28_the_header_may_be_written_in_every_form(self):
        """Any order, blanks, quotes around everything or as little as possible, without qop, the scheme in small letters."""
        for change in (self.reorder, self.quote, self.tight, self.wide, self.bare, self.as_in_rfc_2069):
            with self.subTest(change.__name__):
                one = self.stranger()
                digest = self.digest(one)
                change(digest)
                self.assertEqual(self.with_header(one, self.header(digest)).name, "InformResponse")
        one = self.stranger()
        header = self.header(self.digest(one)).replace("Digest", "digest")
        self.assertEqual(self.with_header(one, header).name, "InformResponse")


class Configured(Guarded):
    """What needs an ACS with settings of its own."""

    def setUp(self):
        self.acs = None

    def started(self, others=None, **devices):
        self.acs, self.login = self.world.started_with({"devices": {**CLOSED, **devices}, **(others or {})}), FACTORY
        return self.acs

    @waits(4)
    def test_S_21_an_old_nonce_is_stale_and_no_failure(self):
        """After its life a nonce gets 401 with stale=true and a fresh one, with which the device is let in."""
        self.started(nonce_life="2s")
        one = self.stranger()
        digest = self.digest(one)
        time.sleep(3)
        answer = self.with_header(one, self.header(digest))
        fields = wire.parse_challenge(answer.header("WWW-Authenticate"))
        self.assertEqual((answer.status, fields["stale"].lower()), (401, "true"))
        self.assertNotEqual(fields["nonce"], digest.nonce)
        fresh = wire.Digest(*self.login, answer.header("WWW-Authenticate"))
        self.assertEqual(self.with_header(one, self.header(fresh)).name, "InformResponse")
        self.assertNotIn("stale", wire.parse_challenge(self.challenged(self.stranger())[0][0]))

    def test_S_29_any_characters_in_names_and_passwords(self):
        """Quotes, backslashes, colons, percent signs and letters beyond ASCII work, by Digest and by Basic."""
        login = ('f\u00e1brica "n\u00ba 1"%41\\x', 'p"\\:\u00e9%20 \u4e2d')
        self.started({"write": {"odd-password": login[1] + "\n"}}, authentication="any", basic_without_tls="yes",
                     bootstrap_username=login[0], bootstrap_password_file="{directory}/odd-password")
        one = self.stranger()
        self.assertEqual(self.with_header(one, self.header(self.digest(one, login))).name, "InformResponse")
        text = base64.b64encode(":".join(login).encode()).decode()
        self.assertEqual(self.with_header(self.stranger(), "Basic " + text).name, "InformResponse")
        one = self.stranger()
        self.assertEqual(self.with_header(one, self.header(self.digest(one, (login[0], login[1] + "x")))).status, 401)

    def test_Z_03_basic_and_digest_as_it_is_configured(self):
        """An operator who wants Basic gets Basic alone, who wants Digest that alone; wrong passwords are refused by both."""
        self.started(authentication="basic", basic_without_tls="yes")
        self.assertEqual({text.split()[0].lower() for text in self.challenged(self.stranger())[0]}, {"basic"})
        for password, status in ((self.login[1], 200), ("wrong", 401), ("", 401)):
            text = base64.b64encode(f"{self.login[0]}:{password}".encode()).decode()
            self.assertEqual(self.with_header(self.stranger(), "Basic " + text).status, status)
        digest = wire.Digest(*self.login, 'Digest realm="farol", nonce="x", qop="auth"')
        self.assertEqual(self.with_header(self.stranger(), self.header(digest)).status, 401)
        self.started()
        one = self.stranger()
        self.assertEqual(self.with_header(one, self.header(self.digest(one))).name, "InformResponse")
        for text in self.challenged(self.stranger())[0]:
            self.assertEqual(text.split()[0].lower(), "digest")
