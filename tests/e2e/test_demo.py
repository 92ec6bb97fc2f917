"""The campaign of the demo, as contrib/quickstart starts it: people who are invited, four eyes, and a halt in the third wave."""

import http.client
import json
import os
import pathlib
import subprocess
import unittest

import farol

CAMPAIGN = pathlib.Path(__file__).resolve().parents[2] / "contrib/demo/campaign"
HOMES = 150  # as contrib/demo/serve has them


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(cls.close)
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{farol.free_port()}"}}, open_door=False)
        files = cls.server.settings["listen"]["files"]
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://{files}", "keep_free": "0"}
        cls.server.start()
        (cls.server.directory / "demo-token").write_text(cls.server.token + "\n", encoding="ascii")
        cls.fleet = farol.Homes(cls.server, HOMES, seed=2, interval=10, reboot=(1.5, 3),
                                extra=("--models", "f680", "--username", "bootstrap", "--password", farol.BOOTSTRAP))

    @classmethod
    def close(cls):
        try:
            if hasattr(cls, "fleet"):
                cls.fleet.close()
        finally:
            cls.server.close()

    def run_demo(self):
        return subprocess.run([CAMPAIGN, f"http://127.0.0.1:{self.server.api_port}", self.server.directory, str(HOMES)], check=False, capture_output=True,
                              text=True, timeout=120 * farol.SLOW)

    def call(self, method, target, body=None, cookie=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{self.server.api_port}"} if cookie else {"Origin": f"http://127.0.0.1:{self.server.api_port}"}
        connection.request(method, "/api/v1" + target, json.dumps(body), {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def shown(self, campaign):
        status, body = self.server.api("GET", f"/campaigns/{campaign}")
        self.assertEqual(status, 200, body)
        return body

    def test_it_halts_itself_in_its_third_wave(self):
        ran = self.run_demo()
        self.assertEqual(ran.returncode, 0, ran.stderr)
        campaign = ran.stdout.strip()
        shown = self.shown(campaign)
        self.assertEqual((shown["created_by"], shown["approved_by"], shown["total"]), ("carla", "davi", HOMES), shown)

        watched = subprocess.run([farol.ACSCTL, "campaign", "watch", campaign, "--wait=150s"], check=False, capture_output=True, text=True, timeout=200 * farol.SLOW,
                                 env={**os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(watched.returncode, 10, watched.stderr)
        self.assertIn("rule bad in wave 3", watched.stderr.splitlines()[-1])
        shown = self.shown(campaign)
        self.assertEqual((shown["state"], shown["wave"], shown["stopped"]["rule"]), ("halted", 3, "bad"), shown)
        self.assertIn("9018", {row["cause"] for row in shown["causes"]})
        self.assertLess(sum(wave["healthy"] for wave in shown["waves"]), HOMES)

        link = (self.server.directory / "console-link").read_text(encoding="ascii")
        self.assertEqual(self.run_demo().returncode, 0)
        self.assertEqual((self.server.directory / "console-link").read_text(encoding="ascii"), link)  # it is still to be used
        status, me = self.call("POST", "/invitation", {"key": link.split("#")[1], "password": "correct horse 17 battery"})
        self.assertEqual(status, 201, me)  # whoever looks at the demo is its administrator
        rows = (self.server.directory / "demo-users.txt").read_text(encoding="ascii").splitlines()
        self.assertEqual([(row.split()[0], row.split()[2]) for row in rows], [("ana", "l1"), ("bruno", "l2"), ("carla", "engineering"), ("davi", "supervisor")])
        login, password = rows[0].split()[:2]
        self.assertEqual(self.call("POST", "/session", {"login": login, "password": password})[0], 201)

        again = self.run_demo()  # changes nothing
        self.assertEqual((again.returncode, again.stdout), (0, ""), again.stderr)
        self.assertEqual(len(self.server.api("GET", "/campaigns")[1]["data"]), 1)
        self.assertNotIn("#", (self.server.directory / "console-link").read_text(encoding="ascii"))


if __name__ == "__main__":
    unittest.main()
