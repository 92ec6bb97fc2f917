"""Who is it: devices prove it, get credentials of their own, and nobody passes for another."""

import re
import unittest

import cpe
import farol

BOOTSTRAP = ("bootstrap", farol.BOOTSTRAP)


def name_of(serial):
    return f"00256D-E2E-{serial}"


class Authenticated(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server(cls.settings, open_door=False).start()
        cls.addClassCleanup(cls.server.close)

    def device(self):
        device = cpe.Device(self.server.cwmp_port).connect()
        self.addCleanup(device.close)
        return device

    def sql(self, statement):
        return self.server.sql(statement)

    def take_rotation(self, device):
        """From the empty POST on: takes the credentials that it is given; the login that it has then."""
        answer = device.post()
        self.assertEqual(answer.method(), "SetParameterValues", answer.body)
        values = dict(re.findall(rb"<Name>[^<]*ManagementServer\.(\w+)</Name><Value[^>]*>([^<]*)</Value>", answer.body))
        self.assertEqual(device.post(self.set_response(answer)).status, 204)
        return cpe.Login(values[b"Username"].decode(), values[b"Password"].decode())

    @staticmethod
    def set_response(request):
        return cpe.envelope("<cwmp:SetParameterValuesResponse><Status>0</Status></cwmp:SetParameterValuesResponse>",
                            request.text_of("ID"))

    def enrol(self, serial):
        """A device that was switched on for the first time, until it is bound; its login."""
        device = self.device()
        answer = device.enter(cpe.inform(serial, ["0 BOOTSTRAP"]), cpe.Login(*BOOTSTRAP))
        self.assertEqual(answer.method(), "InformResponse", answer.body)
        login = self.take_rotation(device)
        device = self.device()
        self.assertEqual(device.enter(cpe.inform(serial), login).method(), "InformResponse")
        self.assertEqual(device.post().status, 204)
        return login

    def enrolment(self, serial):
        return self.server.device(serial)["enrolment"]

    def periodic(self, serial, login, **other):
        device = self.device()
        answer = device.enter(cpe.inform(serial), login, **other)
        if answer.status == 200:
            device.post()
        return answer


class Defaults(Authenticated):
    def test_one_challenge_that_every_device_can_read(self):
        found = cpe.challenges(self.device().post(cpe.inform("NOBODY-0", ["0 BOOTSTRAP"])))
        self.assertEqual([(scheme, values["algorithm"]) for scheme, values in found], [("Digest", "MD5")])


class Door(Authenticated):
    settings = {"devices": {"digest": "md5,sha-256"}}

    def test_without_proof_nothing_is_kept_and_the_challenge_is_what_devices_can_read(self):
        before = self.sql("SELECT (SELECT count(*) FROM device), (SELECT count(*) FROM device_event), "
                          "(SELECT count(*) FROM device_session)")
        device = self.device()
        for body in (cpe.inform("NOBODY-1", ["0 BOOTSTRAP"]), b"", b"<garbage"):
            answer = device.post(body)  # keep-alive: all on one connection
            self.assertEqual(answer.status, 401)
            self.assertLess(len(answer.body), 100)
            self.assertIsNone(answer.cookie())
            found = cpe.challenges(answer)
            self.assertEqual([scheme for scheme, _ in found], ["Digest", "Digest"])
            self.assertEqual([values["algorithm"] for _, values in found], ["MD5", "SHA-256"])
            for _, values in found:
                self.assertEqual(values["qop"], "auth")
                self.assertEqual(values["domain"], "/")
                self.assertLessEqual(len(values["nonce"]), 32)
                self.assertNotIn("stale", values)
        self.assertEqual(self.sql("SELECT (SELECT count(*) FROM device), (SELECT count(*) FROM device_event), "
                                  "(SELECT count(*) FROM device_session)"), before)

    def test_each_challenge_has_a_nonce_of_its_own(self):
        nonces = {cpe.challenges(self.device().post(b""))[0][1]["nonce"] for _ in range(100)}
        self.assertEqual(len(nonces), 100)

    def test_a_new_box_gets_credentials_of_its_own_and_is_bound_once_it_used_them(self):
        device = self.device()
        self.assertEqual(device.enter(cpe.inform("NEW-1", ["0 BOOTSTRAP"]), cpe.Login(*BOOTSTRAP)).status, 200)
        self.assertEqual(self.enrolment("NEW-1"), "quarantined")
        login = self.take_rotation(device)
        self.assertEqual(login.user, name_of("NEW-1"))
        self.assertRegex(login.password, "^[0-9a-f]{32}$")
        self.assertEqual(self.enrolment("NEW-1"), "quarantined")  # it said yes; that is no proof
        self.assertEqual(self.periodic("NEW-1", login).status, 200)
        self.assertEqual(self.enrolment("NEW-1"), "bound")
        shown = self.server.device("NEW-1")
        self.assertEqual(shown["auth"]["username"], login.user)
        self.assertNotIn(login.password, str(shown))
        action = self.server.api("GET", f"/devices/{shown['id']}/actions")[1]["data"][0]
        self.assertEqual((action["type"], action["state"]), ("credentials.rotate", "succeeded"))
        self.assertEqual(action["evidence"]["authenticated_with"], "the new credential")
        self.assertNotIn(login.password, self.server.log() + str(action))
        # nor does the database hold it in the open
        self.assertEqual(self.sql("SELECT count(*) FROM device_credential c WHERE c::text LIKE "
                                  f"'%{login.password}%'"), "0")
        self.assertEqual(self.sql(f"SELECT count(*) FROM action a WHERE a::text LIKE '%{login.password}%'"), "0")
        # the bootstrap credential is of no use any more
        refused = self.periodic("NEW-1", cpe.Login(*BOOTSTRAP))
        self.assertEqual(refused.status, 403)

    def test_a_box_that_keeps_its_own_password_is_not_asked_in_every_session(self):
        """It refuses Username and Password, listing all that it was sent, and takes the pair to be called by (netcwmp)."""
        refused = "".join(f"<SetParameterValuesFault><ParameterName>InternetGatewayDevice.ManagementServer.{name}</ParameterName>"
                          f"<FaultCode>{code}</FaultCode><FaultString>x</FaultString></SetParameterValuesFault>"
                          for name, code in (("Username", 9008), ("Password", 9008), ("ConnectionRequestUsername", 0)))
        fault = ("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>"
                 f"<FaultCode>9003</FaultCode><FaultString>Invalid</FaultString>{refused}</cwmp:Fault></detail></SOAP-ENV:Fault>")

        def session(*events):
            """The names that it is given."""
            device, given = self.device(), []
            self.assertEqual(device.enter(cpe.inform("KEEPS-1", events), cpe.Login(*BOOTSTRAP)).status, 200)
            answer = device.post()
            while answer.status == 200:
                given.append(re.findall(rb"<Name>[^<]*ManagementServer\.(\w+)</Name>", answer.body))
                keeps = b"Username" in given[-1]
                answer = device.post(cpe.envelope(fault, answer.text_of("ID")) if keeps else self.set_response(answer))
            return given

        call = [b"ConnectionRequestUsername", b"ConnectionRequestPassword"]
        everything = [[b"Username", b"Password", *call], call]
        self.assertEqual(session("0 BOOTSTRAP"), everything)
        device = self.server.device("KEEPS-1")
        action = self.server.api("GET", f"/devices/{device['id']}/actions")[1]["data"][0]
        self.assertEqual((action["state"], action["failure"]["code"]), ("failed", "keeps_its_own"))
        self.assertEqual(action["result"], {"credential": "kept", "call_credential": "accepted"})
        self.assertEqual(self.enrolment("KEEPS-1"), "quarantined")
        self.assertEqual(session("2 PERIODIC"), [])
        self.assertEqual(session("0 BOOTSTRAP", "1 BOOT"), everything)
        self.sql("UPDATE action SET ended_at = ended_at - interval '25 hours' WHERE kind = 'credentials.rotate'")
        self.assertEqual(session("2 PERIODIC"), everything)

    def test_two_boxes_have_nothing_in_common(self):
        one, two = self.enrol("PAIR-1"), self.enrol("PAIR-2")
        self.assertNotEqual(one.password, two.password)
        rows = self.sql("SELECT count(DISTINCT call_username), count(DISTINCT call_secret) FROM device_credential "
                        "WHERE username LIKE '00256D-E2E-PAIR-%'")
        self.assertEqual(rows, "2|2")

    def test_a_lost_answer_costs_a_session_and_both_credentials_are_good_until_then(self):
        for took_it in (False, True):
            with self.subTest(took_it=took_it):
                serial = f"LOST-{took_it}"
                bootstrap = cpe.Login(*BOOTSTRAP)
                device = self.device()
                device.enter(cpe.inform(serial, ["0 BOOTSTRAP"]), bootstrap)
                asked = device.post()
                password = re.search(rb"\.Password</Name><Value[^>]*>([^<]*)<", asked.body).group(1).decode()
                device.close()  # the answer never comes
                if not took_it:
                    device = self.device()
                    self.assertEqual(device.enter(cpe.inform(serial), bootstrap).status, 200)
                    again = self.take_rotation(device)
                    self.assertEqual(again.password, password)  # the same one: it may have it after all
                self.assertEqual(self.periodic(serial, cpe.Login(name_of(serial), password)).status, 200)
                self.assertEqual(self.enrolment(serial), "bound")

    def test_a_correct_first_answer_is_never_challenged_again_on_any_connection(self):
        login = self.enrol("ONCE-1")
        for headers_later in (False, True):
            device = self.device()
            self.assertEqual(device.post(cpe.inform("ONCE-1")).status, 401)
        # the challenge came on one connection, the answer on another (FRITZ!Box)
        login.nonce = None
        answer = device.post(cpe.inform("ONCE-1"))
        self.assertTrue(login.take(answer))
        other = self.device()
        self.assertEqual(other.post(cpe.inform("ONCE-1"), headers=[login.header()]).status, 200)
        self.assertEqual(other.post(headers=[login.header()] if headers_later else []).status, 204)

    def test_later_posts_are_not_asked_with_or_without_authorization_or_connection(self):
        login = self.enrol("LATER-1")
        for headers in ((), ("again",), ("Authorization: Digest broken",)):
            device = self.device()
            self.assertEqual(device.enter(cpe.inform("LATER-1"), login).status, 200)
            lines = [login.header()] if headers == ("again",) else list(headers)
            self.assertEqual(device.post(headers=lines).status, 204)
        device = self.device()
        self.assertEqual(device.enter(cpe.inform("LATER-1"), login).status, 200)
        self.assertEqual(device.post(new_connection=True).status, 204)  # the cookie is proof enough

    def test_a_second_inform_on_the_connection_is_asked_again(self):
        login = self.enrol("SECOND-1")
        device = self.device()
        self.assertEqual(device.enter(cpe.inform("SECOND-1"), login).status, 200)
        self.assertEqual(device.post(cpe.inform("SECOND-1")).status, 401)
        self.assertEqual(device.post(cpe.inform("SECOND-1"), headers=[login.header()]).status, 200)

    def test_a_cookie_does_not_open_the_door_to_another_user(self):
        one, two = self.enrol("COOKIE-1"), self.enrol("COOKIE-2")
        device = self.device()
        self.assertEqual(device.enter(cpe.inform("COOKIE-1"), one).status, 200)
        other = self.device()
        other.cookie = device.cookie
        two.nonce = None
        two.take(other.post(b"", use_cookie=False))
        methods = cpe.envelope("<cwmp:GetRPCMethods/>")
        self.assertEqual(other.post(methods, headers=[two.header()]).status, 403)
        self.assertEqual(device.post().status, 204)  # and the session has not noticed

    def test_sha_256_rfc_2069_and_odd_uris_are_taken(self):
        login = self.enrol("ODD-1")
        for form in (cpe.Login(login.user, login.password, algorithm="SHA-256"),
                     cpe.Login(login.user, login.password, qop=False),
                     cpe.Login(login.user, login.password, qop=False, uri=""),
                     cpe.Login(login.user, login.password, uri=f"http://127.0.0.1:{self.server.cwmp_port}/x?y=1")):
            with self.subTest(vars(form)):
                self.assertEqual(self.periodic("ODD-1", form).status, 200)

    def test_a_wrong_password_is_refused_without_stale_and_basic_is_not_taken(self):
        login = self.enrol("WRONG-1")
        for bad in (cpe.Login(login.user, "wrong"), cpe.Login("nobody", login.password),
                    cpe.Login("bootstrap", "wrong")):
            answer = self.periodic("WRONG-1", bad)
            self.assertEqual(answer.status, 401)
            self.assertNotIn("stale", cpe.challenges(answer)[0][1])
        answer = self.device().post(cpe.inform("WRONG-1"), headers=[cpe.basic(login.user, login.password)])
        self.assertEqual(answer.status, 401)
        self.assertEqual(self.periodic("WRONG-1", login).status, 200)

    def test_a_guesser_is_stopped_and_the_device_is_not(self):
        login = self.enrol("GUESS-1")
        device = self.device()
        for _ in range(40):
            bad = cpe.Login(login.user, "guess")
            bad.take(device.post(b""))
            self.assertEqual(device.post(cpe.inform("GUESS-1"), headers=[bad.header()]).status, 401)
        metrics = self.server.get_raw("/metrics")[1].decode()
        blocked = int(re.search(r'acs_cwmp_auth_failures_total\{why="too_often"\} (\d+)', metrics).group(1))
        self.assertGreater(blocked, 5)
        self.assertLessEqual(self.server.log().count("could not prove who it is"), 60)
        other = self.enrol("GUESS-2")  # the neighbour behind the same address
        self.assertEqual(self.periodic("GUESS-2", other).status, 200)


class Replay(Authenticated):
    def test_a_captured_authorization_opens_nothing(self):
        login = self.enrol("REPLAY-1")
        device = self.device()
        login.nonce = None
        login.take(device.post(b""))
        header = login.header()
        self.assertEqual(device.post(cpe.inform("REPLAY-1"), headers=[header]).status, 200)
        sessions = self.sql("SELECT session_no FROM device_hot JOIN device ON id = device_id WHERE serial = 'REPLAY-1'")
        thief = self.device()
        answer = thief.post(cpe.inform("REPLAY-1"), headers=[header])
        self.assertEqual(answer.status, 401)
        self.assertEqual(cpe.challenges(answer)[0][1]["stale"], "true")
        self.assertEqual(self.sql("SELECT session_no FROM device_hot JOIN device ON id = device_id "
                                  "WHERE serial = 'REPLAY-1'"), sessions)
        self.assertEqual(device.post(use_cookie=True).status, 204)  # the real session was not touched
        # with the next count the same nonce is good: that is the device itself
        self.assertEqual(self.device().post(cpe.inform("REPLAY-1"), headers=[login.header()]).status, 200)
        # and an older count is not
        answer = self.device().post(cpe.inform("REPLAY-1"), headers=[login.header(count=1)])
        self.assertEqual(answer.status, 401)


class OldNonces(Authenticated):
    settings = {"devices": {"nonce_life": f"{2 * int(farol.SLOW)}s"}}  # longer than an exchange takes

    def test_an_old_nonce_is_stale_and_no_failure(self):
        login = self.enrol("STALE-1")
        login.nonce = None
        login.take(self.device().post(b""))
        made = login.nonce
        farol.time.sleep(2 * int(farol.SLOW) + 0.5)
        device = self.device()
        answer = device.post(cpe.inform("STALE-1"), headers=[login.header()])
        self.assertEqual(answer.status, 401)
        self.assertEqual(cpe.challenges(answer)[0][1]["stale"], "true")
        self.assertTrue(login.take(answer))
        self.assertNotEqual(login.nonce, made)
        self.assertEqual(device.post(cpe.inform("STALE-1"), headers=[login.header()]).status, 200)
        forged = cpe.Login(login.user, login.password)
        forged.nonce, forged.realm = "A" * 32, "farol"
        self.assertEqual(self.device().post(cpe.inform("STALE-1"), headers=[forged.header()]).status, 401)


class Journey(Authenticated):
    """A real box of the simulator: out of the factory, enrolled, called with its own password, given a new one, put in doubt."""

    settings = {"connection_request": {"username": "nobody"}}  # so that only a device's own pair can call it

    def test_from_the_factory_to_a_restart_and_a_new_password(self):
        homes = farol.Homes(self.server, 1, interval=3600, extra=("--username", BOOTSTRAP[0], "--password", BOOTSTRAP[1]))
        self.addCleanup(homes.close)

        def bound():
            found = self.server.api("GET", "/devices")[1]["data"]
            return found[0] if found and found[0]["enrolment"] == "bound" else None

        farol.wait_for("it is known", lambda: self.server.api("GET", "/devices")[1]["data"])
        device = self.server.api("GET", "/devices")[1]["data"][0]["id"]
        first = self.server.act(device, "reboot", reason="it uses its new password at once", wait=30)
        self.assertEqual(first["state"], "succeeded", first)
        farol.wait_for("it is bound", bound)
        before = self.server.sql("SELECT secret, call_secret FROM device_credential")
        rotation = self.server.act(device, "credentials.rotate", reason="chamado 99")["id"]
        farol.wait_for("it has them, and proves it when it comes next",
                       lambda: self.server.action(rotation)["state"] == "verifying")
        again = self.server.act(device, "reboot", wait=30)
        self.assertEqual(again["state"], "succeeded", again)
        rotation = self.server.wait_action(rotation)
        self.assertEqual((rotation["state"], rotation["evidence"]["authenticated_with"]), ("succeeded", "the new credential"))
        self.assertNotEqual(self.server.sql("SELECT secret, call_secret FROM device_credential"), before)
        self.assertEqual(bound()["auth"]["rotating"], False)
        # an agent who doubts it says so: it goes on calling in, and nothing secret goes out
        self.assertEqual(self.server.api("PUT", f"/devices/{device}/enrolment", {"enrolment": "quarantined"})[0], 200)
        self.assertEqual(self.server.act(device, "reboot", wait=30)["state"], "succeeded")
        self.assertEqual(self.server.api("GET", f"/devices/{device}")[1]["enrolment"], "quarantined")
        self.assertEqual(self.server.api("PUT", f"/devices/{device}/enrolment", {"enrolment": "bound"})[0], 200)
        self.assertIsNotNone(bound())


class AsItIs(Authenticated):
    def test_a_registered_credential_binds_a_device_as_it_is(self):
        self.assertEqual(self.server.api("POST", "/devices", {
            "oui": "00256D", "product_class": "E2E", "serial": "AS-IS", "username": "chosen", "password": "by its maker"})[0], 201)
        self.assertEqual(self.enrolment("AS-IS"), "new")
        self.assertEqual(self.periodic("AS-IS", cpe.Login("chosen", "wrong")).status, 401)
        self.assertEqual(self.enrolment("AS-IS"), "new")
        self.assertEqual(self.periodic("AS-IS", cpe.Login("chosen", "by its maker")).status, 200)
        self.assertEqual(self.enrolment("AS-IS"), "bound")
        # changed by its owner: the old one is void at once
        device = self.server.device("AS-IS")["id"]
        self.assertEqual(self.server.api("PUT", f"/devices/{device}/credential", {"username": "chosen", "password": "later"})[0], 200)
        farol.wait_for("the old one is void", lambda: self.periodic("AS-IS", cpe.Login("chosen", "by its maker")).status == 401)
        self.assertEqual(self.periodic("AS-IS", cpe.Login("chosen", "later")).status, 200)
        self.assertEqual(self.enrolment("AS-IS"), "bound")


class Certificates(Authenticated):
    """A trusted proxy has checked them."""

    settings = {"devices": {"trusted_proxies": "127.0.0.0/8"}}

    def come(self, serial, subject):
        return self.device().post(cpe.inform(serial), headers=[f"X-SSL-Client-Subject: {subject}"]).status

    def test_a_new_device_is_bound_by_its_own_and_one_in_quarantine_is_not(self):
        self.assertEqual(self.come("CERT-1", "CN=00256D-E2E-CERT-1,O=Maker"), 200)
        self.assertEqual(self.enrolment("CERT-1"), "bound")
        self.assertEqual(self.come("CERT-1", "CN=00256D-E2E-CERT-2,O=Maker"), 403)
        device = self.server.device("CERT-1")["id"]
        for said, then in (("quarantined", "quarantined"), ("new", "bound")):
            self.assertEqual(self.server.api("PUT", f"/devices/{device}/enrolment", {"enrolment": said})[0], 200)
            self.assertEqual(self.come("CERT-1", "CN=00256D-E2E-CERT-1,O=Maker"), 200)
            self.assertEqual(self.enrolment("CERT-1"), then)


class BehindAProxy(Authenticated):
    settings = {"devices": {"trusted_proxies": "127.0.0.0/8"}}

    def test_one_device_that_pesters_does_not_spend_the_patience_with_all_behind_the_proxy(self):
        login = self.enrol("PROXY-1")
        login.nonce = None
        login.take(self.device().post(b""))

        def pester(address):
            device = self.device()
            methods = cpe.envelope("<cwmp:GetRPCMethods/>")
            return device.post(methods, headers=[login.header(), f"X-Forwarded-For: {address}"]).status

        self.assertEqual({pester("192.0.2.1") for _ in range(60)}, {400})
        self.assertEqual(pester("192.0.2.1"), 503)
        self.assertEqual(pester("192.0.2.2"), 400)


class Elsewhere(Authenticated):
    settings = {"redirect": {"to": "http://acs.example/cwmp"}}

    def test_who_is_sent_elsewhere_need_not_prove_anything_here(self):
        answer = self.device().post(cpe.inform("ELSEWHERE-1"))
        self.assertEqual((answer.status, answer.header("Location")), (307, "http://acs.example/cwmp"))
        self.assertEqual(self.device().post(b"").status, 401)
        self.assertEqual(self.device().post(cpe.envelope("<cwmp:GetRPCMethods/>")).status, 401)
        self.assertEqual(self.sql("SELECT count(*) FROM device"), "0")


class TwoServers(Authenticated):
    def test_a_nonce_of_one_is_good_at_the_other_once(self):
        login = self.enrol("NODE-1")
        second = farol.Server(open_door=False, sharing=self.server).start()
        self.addCleanup(second.close)
        login.nonce = None
        login.take(self.device().post(b""))
        header = login.header()
        with cpe.Device(second.cwmp_port) as device:
            self.assertEqual(device.post(cpe.inform("NODE-1"), headers=[header]).status, 200)
            self.assertEqual(device.post().status, 204)
        self.assertEqual(self.device().post(cpe.inform("NODE-1"), headers=[header]).status, 401)


if __name__ == "__main__":
    unittest.main(verbosity=2)
