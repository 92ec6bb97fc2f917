"""People sign in with an account of the company (OpenID Connect): there and back, and all that can be wrong on the way."""

import base64
import hashlib
import hmac
import threading
import time
import unittest
import urllib.parse

import farol
from farol import Browser
from provider import CLIENT, CLIENT_SECRET, Provider, b64
from test_people import PASSWORD, links

ANA = {"sub": "1001", "preferred_username": "Ana", "name": "Ana Lúcia", "groups": ["Everybody", "Desk"]}


def settings_of(provider, **more):
    (provider.directory / "secret").write_text(CLIENT_SECRET + "\n", encoding="utf-8")
    (provider.directory / "roles").write_text("admin  Farol Admins\nl2  second\nl1  desk\n", encoding="utf-8")
    return {"provider": {"issuer": provider.issuer, "client_id": CLIENT, "client_secret_file": provider.directory / "secret",
                         "roles_file": provider.directory / "roles", "timeout": "10s", **more},
            "outbox": {"networks": "127.0.0.0/8"}, "api": {"url": "https://acs.isp.example/"}, "database": {"pool": 4}}


class Company(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.provider = Provider()
        cls.addClassCleanup(cls.provider.close)
        cls.server = farol.Server(settings_of(cls.provider), open_door=False).start()
        cls.addClassCleanup(cls.server.close)
        cls.admin = Browser(cls.server)
        body = {"key": links(cls.server)[0].split("#")[1], "login": "carla", "name": "Carla", "password": PASSWORD}
        assert cls.admin.request("POST", "/setup", body)[0] == 201

    def setUp(self):
        self.provider.tamper, self.provider.metadata, self.provider.checks_challenge = None, {}, True
        self.provider.key, self.provider.published = self.provider.keys["one"], ["one", "two"]

    def begin(self, browser=None):
        status, flow = (browser or Browser(self.server)).request("POST", "/session/provider")
        self.assertEqual(status, 200, flow)
        return flow

    def finish(self, flow, code, state, browser=None):
        """(status, code of the problem or role)"""
        status, answer = (browser or Browser(self.server)).request("POST", "/session/provider/code", {"key": flow["key"], "state": state, "code": code})
        return status, answer["role"] if status == 201 else answer["code"]

    def sign_in(self, browser=None, **person):
        flow = self.begin()
        return self.finish(flow, *self.provider.enter(flow["url"], **{**ANA, **person}), browser=browser)

    def user(self, login):
        return self.admin.request("GET", f"/users?login={login}")[1]["data"][0]


class People(Company):
    def test_whoever_comes_from_there_gets_in_with_the_role_of_their_groups(self):
        self.assertEqual(self.admin.request("GET", "/setup")[1], {"open": False, "provider": True})
        browser = Browser(self.server)
        self.assertEqual(self.sign_in(browser), (201, "l1"))
        me = browser.request("GET", "/me")[1]
        self.assertEqual((me["login"], me["name"], me["source"], me["totp"]), ("ana", "Ana Lúcia", "provider", False))
        self.provider.key = self.provider.keys["two"]  # ES256
        self.assertEqual(self.sign_in(groups=["desk", "Second"], preferred_username="ana.lucia", name="Ana L."), (201, "l2"))
        self.assertEqual(browser.request("GET", "/me")[1]["role"], "l2")  # at once, and the same person
        self.assertEqual((self.user("ana")["id"], self.user("ana")["name"]), (me["id"], "Ana L."))
        self.assertEqual(self.sign_in(sub="7", preferred_username="gil", groups="desk"), (201, "l1"))  # one group, as a text

    def test_what_is_kept_there_is_not_changed_here(self):
        browser = Browser(self.server)
        self.assertEqual(self.sign_in(browser, sub="2", preferred_username="bia")[0], 201)
        target = f"/users/{self.user('bia')['id']}"
        for who, method, path, body in ((self.admin, "PATCH", target, {"role": "l2"}), (self.admin, "POST", target + "/reset", None),
                                        (browser, "POST", "/me/totp", None), (browser, "POST", "/me/password", {"old": "x", "new": "another long one"})):
            status, answer = who.request(method, path, body)
            self.assertEqual((status, answer.get("code")), (409, "kept_elsewhere"), path)
        self.assertEqual(Browser(self.server).request("POST", "/session", {"login": "bia", "password": "anything at all"})[1]["code"], "login_refused")

    def test_who_may_not_is_told_so(self):
        browser = Browser(self.server)
        self.assertEqual(self.sign_in(browser, sub="3", preferred_username="edu")[0], 201)
        self.assertEqual(self.sign_in(sub="3", preferred_username="edu", groups=["others"]), (403, "no_role"))
        self.assertEqual(browser.request("GET", "/me")[0], 401)
        self.assertEqual(self.sign_in(sub="3", preferred_username="edu"), (201, "l1"))
        self.assertEqual(self.admin.request("PATCH", f"/users/{self.user('edu')['id']}", {"disabled": True})[0], 200)
        self.assertEqual(self.sign_in(sub="3", preferred_username="edu"), (403, "flow_refused"))
        self.assertEqual(self.sign_in(sub="4", preferred_username="carla", groups=["Farol Admins"]), (403, "flow_refused"))  # a local login
        self.assertEqual(self.sign_in(sub="5", preferred_username="edu"), (403, "flow_refused"))  # somebody else's
        for login in ("", "a b", "*", "x" * 65):
            self.assertEqual(self.sign_in(sub="6", preferred_username=login), (403, "flow_refused"), login)
        self.assertEqual(self.user("carla")["source"], "local")


class Hostile(Company):
    def refuses(self, tamper, **person):
        self.provider.tamper = tamper
        users = self.server.sql("SELECT count(*) FROM app_user")
        browser = Browser(self.server)
        self.assertEqual(self.sign_in(browser, **person), (403, "flow_refused"))
        self.assertIsNone(browser.cookie)
        self.assertEqual(self.server.sql("SELECT count(*) FROM app_user"), users)

    def test_a_token_that_says_something_else_is_not_good(self):
        now, signed = int(time.time()), self.provider.signed
        changes = {"iss": "https://elsewhere.example", "aud": "somebody-else", "nonce": "another", "exp": now - 120, "nbf": now + 600, "iat": now + 600,
                   "azp": "somebody-else", "sub": ""}
        for name, value in changes.items():
            with self.subTest(name):
                self.refuses(lambda header, claims, more={name: value}: signed(header, {**claims, **more}), sub="h1")
                self.refuses(lambda header, claims, name=name: signed(header, {key: value for key, value in claims.items() if key != name})
                             if name in ("iss", "aud", "nonce", "exp", "sub") else "", sub="h1")
        for audience in ([CLIENT, "other"], ["other"], [], {CLIENT: 1}, None):
            with self.subTest(audience):
                self.refuses(lambda header, claims, audience=audience: signed(header, {**claims, "aud": audience}), sub="h1")
        self.provider.tamper = lambda header, claims: signed(header, {**claims, "aud": ["other", CLIENT], "azp": CLIENT, "exp": now + 30})
        self.assertEqual(self.sign_in(sub="h2", preferred_username="hugo")[0], 201)

    def test_a_token_that_somebody_else_has_signed_is_not_good(self):
        keys, signed = self.provider.keys, self.provider.signed
        public = keys["one"].openssl("pkey", "-in", keys["one"].path, "-pubout")

        def unsigned(header, claims, algorithm="none", tail=""):
            return f"{b64({**header, 'alg': algorithm})}.{b64(claims)}.{tail}"

        def by_secret(header, claims):
            data = f"{b64({**header, 'alg': 'HS256'})}.{b64(claims)}"
            return f"{data}.{b64(hmac.new(public, data.encode(), hashlib.sha256).digest())}"

        def altered(header, claims):
            head, _, tail = signed(header, claims).split(".")
            return f"{head}.{b64({**claims, 'groups': ['Farol Admins']})}.{tail}"

        ways = {"none": unsigned, "None": lambda h, c: unsigned(h, c, "None"), "empty": lambda h, c: unsigned(h, c, "RS256"), "by a secret": by_secret,
                "altered": altered, "stranger": lambda h, c: signed(h, c, keys["stranger"]),
                "stranger's name": lambda h, c: signed({**h, "kid": "stranger"}, c, keys["stranger"]),
                "brings its key": lambda h, c: signed({**h, "kid": "stranger", "jwk": keys["stranger"].public()}, c, keys["stranger"]),
                "other kind of key": lambda h, c: signed({**h, "alg": "ES256"}, c), "RS512": lambda h, c: signed({**h, "alg": "RS512"}, c),
                "crit": lambda h, c: signed({**h, "crit": ["exp"], "exp": 1}, c), "two parts": lambda h, c: signed(h, c).rpartition(".")[0],
                "four parts": lambda h, c: signed(h, c) + ".x", "nothing": lambda h, c: "", "no base64": lambda h, c: "§.§.§", "no JSON": lambda h, c: "YQ.YQ.YQ",
                "long": lambda h, c: signed(h, {**c, "x": "y" * 70000})}
        for name, way in ways.items():
            with self.subTest(name):
                self.refuses(way, sub="h3")

    def test_keys_may_change_and_one_for_something_else_is_none(self):
        self.provider.published = ["two"]
        self.refuses(None, sub="h4")
        self.provider.published, self.provider.key, self.provider.tamper = ["stranger"], self.provider.keys["stranger"], None
        self.assertEqual(self.sign_in(sub="h5", preferred_username="ivo")[0], 201)
        self.provider.tamper = lambda header, claims: self.provider.signed({key: value for key, value in header.items() if key != "kid"}, claims)
        self.assertEqual(self.sign_in(sub="h5", preferred_username="ivo")[0], 201)  # without a name all keys are tried

    def test_a_sign_in_counts_once_and_only_for_whom_has_begun_it(self):
        flow = self.begin()
        code, state = self.provider.enter(flow["url"], **ANA)
        other = self.begin()
        self.assertEqual(self.finish({"key": "A" * 40}, code, state), (403, "flow_refused"))
        self.assertEqual(self.finish({"key": "-"}, code, state), (403, "flow_refused"))
        self.assertEqual(self.finish(other, code, state), (403, "flow_refused"))  # the key of another browser
        self.assertEqual(self.finish(other, *self.provider.enter(other["url"], **ANA)), (403, "flow_refused"))  # used up by that
        self.assertEqual(self.finish(flow, code, state), (201, "l1"))
        self.assertEqual(self.finish(flow, code, state), (403, "flow_refused"))
        late = self.begin()
        self.server.sql("UPDATE sign_in_flow SET expires_at = now() - interval '1 s'")
        self.assertEqual(self.finish(late, *self.provider.enter(late["url"], **ANA)), (403, "flow_refused"))

    def test_a_code_of_another_sign_in_is_not_good(self):
        for checks in (True, False):  # by the challenge; and by the nonce where the provider does not look at that
            self.provider.checks_challenge = checks
            mine, his = self.begin(), self.begin()
            code, _ = self.provider.enter(his["url"], **ANA)
            _, state = self.provider.enter(mine["url"], **ANA)
            self.assertEqual(self.finish(mine, code, state), (403, "flow_refused"), checks)
        flow = self.begin()
        self.assertEqual(self.finish(flow, "made-up", self.provider.enter(flow["url"])[1]), (403, "flow_refused"))

    def test_what_somebody_has_set_wrong_is_nobodys_fault_who_signs_in(self):
        self.provider.give, give = lambda *_: (401, {"error": "invalid_client"}), self.provider.give
        self.addCleanup(setattr, self.provider, "give", give)
        self.assertEqual(self.sign_in(), (503, "provider_unavailable"))
        self.assertIn("401 invalid_client", self.server.log())

    def test_people_come_back_to_this_server_and_nowhere_else(self):
        for headers in ({}, {"X-Forwarded-Host": "evil.example"}, {"Referer": "https://evil.example/"}):
            url = Browser(self.server).request("POST", "/session/provider", **headers)[1]["url"]
            asked = urllib.parse.parse_qs(url.partition("?")[2])
            self.assertEqual(asked["redirect_uri"], ["https://acs.isp.example/entrada"])
        status, answer = Browser(self.server).request("POST", "/session/provider", None, **{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
        self.assertEqual((status, answer["code"]), (403, "cross_origin"))

    def test_secrets_of_the_way_are_in_no_log(self):
        flow = self.begin()
        code, state = self.provider.enter(flow["url"], **ANA)
        self.assertEqual(self.finish(flow, code, state)[0], 201)
        self.assertEqual(self.finish(flow, code, state)[0], 403)
        for secret in (flow["key"], code, state, CLIENT_SECRET, base64.b64encode(CLIENT_SECRET.encode()).decode(), "eyJ"):
            self.assertNotIn(secret, self.server.log())
            self.assertEqual(self.server.sql(f"SELECT count(*) FROM audit_entry t WHERE t::text LIKE '%{secret}%'"), "0")
        self.assertEqual(self.server.sql(f"SELECT count(*) FROM sign_in_flow WHERE state = '{state}'"), "0")


class Away(Company):
    def begins(self):
        status, answer = Browser(self.server).request("POST", "/session/provider")
        return status, answer.get("code")

    def test_what_it_says_of_itself_must_hold(self):
        away = (503, "provider_unavailable")
        for metadata in ({"issuer": "http://127.0.0.1:1"}, {"issuer": None}, {"code_challenge_methods_supported": ["plain"]}, {"authorization_endpoint": "javascript:alert(1)"},
                         {"authorization_endpoint": None}, {"token_endpoint": "ftp://a/"}, {"jwks_uri": 7}, {"x": "y" * 300000}):
            self.provider.metadata = metadata
            self.assertEqual(self.begins(), away, metadata)
        self.assertIn("the identity provider cannot be used as it is", self.server.log())
        for elsewhere in ("http://169.254.169.254/latest", "http://10.0.0.1/token", "http://[::1]:1/token"):  # not where the operator allows
            self.provider.metadata = {}
            flow = self.begin()
            code, state = self.provider.enter(flow["url"], **ANA)
            self.provider.metadata = {"token_endpoint": elsewhere}
            self.assertEqual(self.finish(flow, code, state), away, elsewhere)
        self.assertIn("is not public", self.server.log())

    def test_it_is_not_followed_elsewhere(self):
        asked = len(self.provider.asked)
        self.provider.describe, describe = lambda *_: (302, b"", {"Location": self.provider.issuer + "/elsewhere"}), self.provider.describe
        self.addCleanup(setattr, self.provider, "describe", describe)
        self.assertEqual(self.begins(), (503, "provider_unavailable"))
        self.assertEqual(self.provider.asked[asked:], ["/.well-known/openid-configuration"])

    def test_while_it_is_slow_or_gone_local_people_get_in(self):
        flow = self.begin()
        code, state = self.provider.enter(flow["url"], **ANA)
        self.provider.pause = threading.Event()
        waiting = [threading.Thread(target=Browser(self.server).request, args=("POST", "/session/provider")) for _ in range(6)]
        for thread in waiting:
            thread.start()
        time.sleep(0.3)
        for _ in range(3):
            self.assertEqual(Browser(self.server).request("POST", "/session", {"login": "carla", "password": PASSWORD})[0], 201)
        self.assertTrue(all(thread.is_alive() for thread in waiting))
        self.provider.pause.set()
        for thread in waiting:
            thread.join()
        self.provider.pause = None
        self.provider.stop()
        try:
            self.assertEqual(self.begins(), (503, "provider_unavailable"))
            self.assertEqual(self.finish(flow, code, state), (503, "provider_unavailable"))
            self.assertEqual(Browser(self.server).request("POST", "/session", {"login": "carla", "password": PASSWORD})[0], 201)
        finally:
            self.provider.start()
        self.assertEqual(self.sign_in()[0], 201)


class Without(unittest.TestCase):
    def test_without_one_nobody_begins(self):
        server = farol.Server().start()
        self.addCleanup(server.close)
        browser = Browser(server)
        self.assertEqual(browser.request("GET", "/setup")[1]["provider"], False)
        for path, body in (("/session/provider", None), ("/session/provider/code", {"key": "a", "state": "b", "code": "c"})):
            status, answer = browser.request("POST", path, body)
            self.assertEqual((status, answer["code"]), (501, "provider_off"))

    def test_settings_that_are_wrong_stop_the_start(self):
        provider = Provider()
        self.addCleanup(provider.close)
        for settings, why in (({"issuer": "provider.example"}, "provider.issuer"), ({"issuer": "https://a/?b"}, "provider.issuer"), ({"client_id": ""}, "client_id"),
                              ({"roles_file": ""}, "provider.roles_file"), ({"client_secret_file": "/nowhere"}, "provider.client_secret_file")):
            server = farol.Server(settings_of(provider, **settings)).start(wait=False)
            self.assertEqual(server.process.wait(30 * farol.SLOW), 2, settings)
            self.assertIn(why, server.log())
            farol.dropped(server.database)


if __name__ == "__main__":
    unittest.main()
