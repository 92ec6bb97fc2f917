"""An agent is guided through a call, over homes that somebody lives in: what is asked, read and done is real."""

import json
import os
import subprocess
import time
import unittest

import farol


class Playbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files_port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{files_port}"}}, open_door=False)
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "keep_free": "0", "speed_max": "16MiB",
                                        "url": f"http://127.0.0.1:{files_port}"}
        cls.server.start()
        cls.homes = farol.Homes(cls.server, 23, interval=3600,
                                extra=("--stories", "--diag-seconds", "0.3", "--username", "bootstrap", "--password", farol.BOOTSTRAP))
        cls.stories = {story["story"]: story for story in json.loads(subprocess.run(
            [farol.CPESIM, "--describe", "--homes", "23", "--seed", "1", "--stories"], capture_output=True, text=True, check=True).stdout)}
        farol.wait_for("all homes have called in", lambda: cls.server.sql("SELECT count(*) FROM device") == "23")

    @classmethod
    def tearDownClass(cls):
        cls.homes.close()
        cls.server.close()

    def device(self, story):
        return self.server.device(self.stories[story]["serial"])["id"]

    def begin(self, story, playbook):
        device = self.device(story)
        action = self.server.act(device, "refresh", wait=30)
        self.assertEqual(action["state"], "succeeded", action)
        status, run = self.server.api("POST", "/playbook-runs", {"device": device, "playbook": playbook})
        self.assertEqual(status, 201, run)
        return self.settle(run)

    def settle(self, run, seconds=40):
        """The run once a person is asked, or it is over."""
        def look():
            status, found = self.server.api("GET", f"/playbook-runs/{run['id']}")
            self.assertEqual(status, 200, found)
            return found if found["state"] in ("asking", "ended", "stuck") else None
        return farol.wait_for(f"run {run['id']} asks or ends", look, seconds, 0.2)

    def answer(self, run, step, answer, **params):
        self.assertEqual((run["state"], run["step"]), ("asking", step), run)
        status, run = self.server.api("POST", f"/playbook-runs/{run['id']}/answer",
                                      {"answer": answer, "step": step, **({"params": params} if params else {})})
        self.assertEqual(status, 200, run)
        return self.settle(run)

    def is_bound(self, story):
        def look():
            """It calls in, for it is bound once it has come with the credentials that it was given."""
            self.homes.ask(f"inform {self.stories[story]['serial']}")
            return self.server.api("GET", f"/devices/{self.device(story)}")[1]["enrolment"] == "bound"
        return look

    def done(self, story, method):
        return [row for row in self.homes.executed(method) if row["serial"] == self.stories[story]["serial"]]

    def test_maria_whose_fibre_is_bent(self):
        """Little light is measured, asked about, measured again after the cable was freed, and the case is closed."""
        run = self.begin("Maria", "sem-internet-fibra")
        self.assertEqual((run["step"], run["state"]), ("cabo", "asking"), run)
        self.assertIn("−27", run["text"])
        self.assertEqual([(visit["step"], visit["input"]) for visit in run["path"]][-2:], [("optico", "done"), ("linha", "yes")])
        self.assertEqual(run["path"][-1]["values"]["result.line.verdict"][0], "optical_bad")
        run = self.answer(run, "cabo", "sim")
        self.homes.ask("story maria heal")
        run = self.answer(run, "soltar", "next")
        measured = next(visit for visit in run["path"] if visit["step"] == "soltar.then")
        self.assertEqual(measured["input"], "yes", run)
        self.assertLess(measured["before"]["wan.optical.rx_dbm"][0], -27)
        self.assertGreater(measured["values"]["wan.optical.rx_dbm"][0], -27)
        self.assertGreaterEqual(measured["values"]["wan.optical.rx_dbm"][1], measured["before"]["wan.optical.rx_dbm"][1])
        run = self.answer(run, "um_ou_todos", "todos")
        run = self.answer(run, "reiniciar", "go")
        self.assertEqual(len(self.done("Maria", "Reboot")), 1)
        run = self.answer(run, "pergunta", "sim")
        self.assertEqual((run["state"], run["end"]["outcome"]), ("ended", "solved"))
        statistics = self.server.api("GET", "/playbooks/sem-internet-fibra/statistics")[1]
        self.assertIn(("fim_ok", "solved"), [(end["step"], end["outcome"]) for end in statistics["ends"]])

    def test_a_restart_is_sent_once_whatever_happens_to_the_server(self):
        run = self.begin("Pedro", "sem-internet-fibra")
        run = self.answer(run, "um_ou_todos", "todos")
        status, run = self.server.api("POST", f"/playbook-runs/{run['id']}/answer", {"answer": "go"})
        self.assertEqual((status, run["state"]), (200, "doing"))
        self.server.kill()
        self.server.start()
        run = self.settle(run, 60)
        self.assertEqual((run["step"], run["state"]), ("pergunta", "asking"), run)
        self.assertEqual(len(self.done("Pedro", "Reboot")), 1)
        status, run = self.server.api("POST", f"/playbook-runs/{run['id']}/back")
        self.assertEqual((status, run["step"], [row["key"] for row in run["answers"]]), (200, "reiniciar", ["again", "keep"]))
        run = self.answer(self.answer(run, "reiniciar", "keep"), "pergunta", "nao")
        self.assertEqual(run["end"], {"outcome": "escalate", "to": "n2", "reason": "sem_internet", "sla_s": 4 * 3600})
        self.assertEqual(len(self.done("Pedro", "Reboot")), 1)

    def test_a_home_that_nobody_reaches_is_asked_about(self):
        """Caio's called in once: the call fails, and the agent asks about power and light."""
        device = self.device("Caio")
        self.server.sql("UPDATE device_hot SET last_inform = last_inform - interval '1 day' FROM device d WHERE d.id = device_id"
                        f" AND d.serial = '{self.stories['Caio']['serial']}'")
        began = time.monotonic()
        run = self.settle(self.server.api("POST", "/playbook-runs", {"device": device, "playbook": "sem-internet-fibra"})[1])
        self.assertLess(time.monotonic() - began, 30 * farol.SLOW)
        self.assertEqual([visit["input"] for visit in run["path"] if visit["step"] == "contato"], ["no"])
        run = self.answer(run, "energia", "sim")
        run = self.answer(run, "los", "sim")
        run = self.answer(run, "cabo_los", "nao")
        self.assertEqual(run["end"], {"outcome": "escalate", "to": "campo", "reason": "optical", "sla_s": 86400})

    def test_a_speed_test_outlives_a_restart_of_the_server(self):
        """A do: diag.download is waited for whatever happens to the server, and the next check asks what it has found."""
        run = self.begin("Igor", "lentidao")
        device = self.device("Igor")
        self.assertEqual(self.server.api("PATCH", f"/devices/{device}", {"place": {"plan_down_mbps": 50000}})[0], 200)
        run = self.answer(run, "onde", "todos")
        run = self.answer(run, "como", "os_dois")
        status, run = self.server.api("POST", f"/playbook-runs/{run['id']}/answer", {"answer": "go", "step": "medir"})
        self.assertEqual((status, run["state"]), (200, "doing"), run)
        self.server.kill()
        self.server.start()
        run = self.settle(run, 60)
        measured = next(visit for visit in run["path"] if visit["step"] == "medida")
        self.assertEqual((run["step"], measured["input"]), ("uso", "yes"), run)
        self.assertLess(measured["values"]["result.download.plan_percent"][0], 60)
        self.assertEqual(measured["values"]["result.download.limited_by"][0], "none")
        self.assertEqual(self.server.sql(f"SELECT count(*) FROM action WHERE kind = 'diag.download' AND reason LIKE '%{run['id']}%'"), "1")

    def test_a_forgotten_password(self):
        """The agent's words reach the device and nothing else; the device has it, and the case is closed."""
        secret = "lua-verde-ponte-farol-72"
        run = self.begin("Igor", "senha-wifi")
        run = self.answer(run, "identidade", "sim")
        farol.wait_for("the home is bound", self.is_bound("Igor"), 15, 0.5)
        run = self.answer(run, "aviso", "sim")
        self.assertEqual([(param["name"], param["secret"]) for param in run["params"]], [("password", True)])
        status, problem = self.server.api("POST", f"/playbook-runs/{run['id']}/answer", {"answer": "go", "params": {"password": "short"}})
        self.assertEqual((status, problem["errors"][0]["pointer"]), (422, "/params/password"), problem)
        run = self.answer(run, "trocar", "go", password=secret)
        self.assertEqual((run["step"], len(run["said"])), ("entrou", 1), run)
        self.assertIn(secret, json.dumps(self.done("Igor", "SetParameterValues")[-1]))
        run = self.answer(run, "entrou", "sim")
        self.assertEqual((run["state"], run["end"]["outcome"]), ("ended", "solved"))
        self.assertNotIn(secret, json.dumps(run) + self.server.log())
        self.assertEqual(self.server.sql(f"SELECT count(*) FROM playbook_run WHERE state::text LIKE '%{secret}%'"), "0")

    def test_the_command_line_guides_as_well(self):
        serial = self.stories["Lúcia"]["serial"]
        done = subprocess.run([farol.ACSCTL, "playbook", "run", serial, "sem-internet-fibra", "-o", "json"],
                              input="um\nnext\n1\n", capture_output=True, text=True, timeout=120, check=False, env={
            **os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["end"]["outcome"], "solved")


if __name__ == "__main__":
    unittest.main()
