"""People from the first start on: the link that acsd prints, the first administrator, sessions that outlive a restart."""

import re
import unittest

import farol

PASSWORD = "correct horse 17 battery"


def links(server):
    return re.findall(r"(http\S+/primeiro-acesso#\S+)", server.log())


class FirstStart(unittest.TestCase):
    def setUp(self):
        self.server = farol.Server().start()
        self.addCleanup(self.server.close)
        self.browser = farol.Browser(self.server)

    def become_first(self, link):
        status, me = self.browser.request("POST", "/setup", {"key": link.split("#")[1], "login": "carla", "name": "Carla", "password": PASSWORD})
        self.assertEqual((status, me.get("role")), (201, "admin"), me)

    def test_the_link_makes_the_first_user_and_is_never_printed_again(self):
        first, = links(self.server)
        self.assertTrue(first.startswith(f"http://127.0.0.1:{self.server.api_port}/primeiro-acesso#"), first)
        self.server.stop()
        self.server.start()
        self.assertEqual(len(links(self.server)), 2)  # still nobody: another one, and the first is still good
        self.become_first(first)
        self.assertEqual(self.browser.request("GET", "/me")[1]["login"], "carla")
        self.assertEqual(self.browser.request("GET", "/devices")[0], 200)
        self.assertEqual(self.browser.request("POST", "/devices", {"oui": "00259E", "product_class": "X", "serial": "1"})[0], 403)
        self.server.kill()
        self.server.start()
        self.assertEqual(len(links(self.server)), 2)
        self.assertEqual(self.browser.request("GET", "/me")[0], 200)
        self.assertEqual(self.browser.request("DELETE", "/session")[0], 204)
        self.assertEqual(self.browser.request("GET", "/me")[0], 401)
        for body, status in (({"login": "carla", "password": PASSWORD + "!"}, 401), ({"login": "carla", "password": PASSWORD}, 201)):
            self.assertEqual(self.browser.request("POST", "/session", body)[0], status)

    def test_what_is_secret_is_in_no_log_and_in_the_database_as_a_hash_only(self):
        link, = links(self.server)
        self.become_first(link)
        self.browser.request("POST", "/session", {"login": PASSWORD[:20], "password": "wrong" + PASSWORD})
        cookie = self.browser.cookie.split("=")[1]
        log = self.server.log().replace(link, "")  # which was printed on purpose
        for secret in (PASSWORD, PASSWORD[:20], cookie, link.split("#")[1]):
            self.assertNotIn(secret, log)
            for table in ("app_user", "user_session", "user_link", "sign_in_guard"):
                self.assertEqual(self.server.sql(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{secret}%'"), "0")

    def test_a_session_counts_on_every_server_and_ends_on_all(self):
        self.become_first(links(self.server)[0])
        other = farol.Server(sharing=self.server).start()
        self.addCleanup(other.close)
        self.assertEqual(links(other), [])
        away = farol.Browser(other)
        away.cookie = self.browser.cookie
        self.assertEqual(away.request("GET", "/me")[0], 200)
        self.assertEqual(self.browser.request("DELETE", "/session")[0], 204)
        self.assertEqual(away.request("GET", "/me")[0], 401)


class Agent(unittest.TestCase):
    def test_an_agent_is_invited_works_and_is_shut_out(self):
        server = farol.Server().start()
        self.addCleanup(server.close)
        homes = farol.Homes(server, 1)
        self.addCleanup(homes.close)
        admin, agent = farol.Browser(server), farol.Browser(server)
        body = {"key": links(server)[0].split("#")[1], "login": "carla", "name": "Carla", "password": PASSWORD}
        self.assertEqual(admin.request("POST", "/setup", body)[0], 201)
        status, user = admin.request("POST", "/users", {"login": "ana", "name": "Ana", "role": "l1"})
        self.assertEqual(status, 201, user)
        body = {"key": user["invitation"].split("#")[1], "password": "a passphrase of her own"}
        self.assertEqual(agent.request("POST", "/invitation", body)[0], 201)
        device = farol.wait_for("the home is here", lambda: server.api("GET", "/devices")[1]["data"])[0]["id"]
        target = f"/devices/{device}/actions"
        self.assertEqual(admin.request("POST", target, {"type": "reboot"})[0], 403)
        status, action = agent.request("POST", target, {"type": "reboot"})
        self.assertEqual((status, action.get("created_by")), (202, "ana"), action)
        self.assertEqual(server.wait_action(action["id"], 40)["state"], "succeeded")
        raw = {"type": "params.set", "params": {"values": [{"name": "InternetGatewayDevice.X", "value": "1"}]}}
        status, problem = agent.request("POST", target, raw)
        self.assertEqual((status, problem["code"]), (403, "forbidden"))
        self.assertEqual(admin.request("PATCH", f"/users/{user['id']}", {"disabled": True})[0], 200)
        self.assertEqual(agent.request("POST", target, {"type": "reboot"})[0], 401)
        self.assertEqual(agent.request("POST", "/session", {"login": "ana", "password": "a passphrase of her own"})[0], 401)


class Idle(unittest.TestCase):
    def test_settings_say_how_long_a_session_lasts(self):
        server = farol.Server({"people": {"session_idle": "3s", "session_max": "9s"}}).start()
        self.addCleanup(server.close)
        browser = farol.Browser(server)
        body = {"key": links(server)[0].split("#")[1], "login": "carla", "name": "Carla", "password": PASSWORD}
        self.assertEqual(browser.request("POST", "/setup", body)[0], 201)
        self.assertEqual(browser.request("GET", "/me")[1]["session"]["idle_s"], 3)
        farol.time.sleep(3.2)
        self.assertEqual(browser.request("GET", "/me")[0], 401)
        self.assertEqual(browser.request("POST", "/session", {"login": "carla", "password": PASSWORD})[0], 201)
        began, last = farol.time.monotonic(), 200
        while last == 200 and farol.time.monotonic() < began + 30:  # in use all the time
            last = browser.request("GET", "/me")[0]
            farol.time.sleep(0.1)
        self.assertEqual(last, 401)
        self.assertGreater(farol.time.monotonic() - began, 8)


if __name__ == "__main__":
    unittest.main()
