"""Campaigns of firmware against simulated homes: what is good goes through, what is bad is halted by itself, and neither a crash
nor a switch leaves anything sent twice, or sent at all."""

import datetime
import http.client
import json
import os
import random
import re
import time
import unittest

import farol

SCALE = 60  # a minute of a plan is a second here, as are the homes' (cpesim --time-scale)
HOMES = 150
# How often acsd is killed while a campaign runs, and how many actions wait when the switch is put on: tests/bench/README.md.
KILLS = int(os.environ.get("FAROL_KILLS", "8" if farol.SLOW > 1 else "25"))
QUEUED = int(os.environ.get("FAROL_QUEUED", "200"))
PLAN = {"waves": [{"devices": 20, "soak_s": 3}, {"percent": 20, "soak_s": 3}, {"rest": True, "soak_s": 0}],
        "caps": {"in_flight": 40, "per_pon": 0}, "ramp": {"per_minute": 100000, "most_per_minute": 100000},
        "health": {"return_s": 15, "settle_s": 2, "proof_s": 60, "silent_s": 20, "boots": 3}}


class Case(unittest.TestCase):
    homes = HOMES
    interval = 3
    seed = 1
    time_scale = SCALE

    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(cls.close)
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{farol.free_port()}"}}, open_door=False)
        files = cls.server.settings["listen"]["files"]
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://{files}", "keep_free": "0"}
        cls.server.start()
        cls.fleet = farol.Homes(cls.server, cls.homes, seed=cls.seed, interval=cls.interval, reboot=(30, 60), install=(30, 60), time_scale=cls.time_scale,
                                extra=("--models", "gpon181", "--start-spread", "2", "--username", "bootstrap", "--password", farol.BOOTSTRAP))
        farol.wait_for("the homes are there", cls.all_bound, 60 + cls.homes // 50)

    @classmethod
    def all_bound(cls):
        return cls.server.sql("SELECT count(*) FROM device_hot WHERE enrolment = 2") == str(cls.homes)

    @classmethod
    def close(cls):
        try:
            if hasattr(cls, "fleet"):
                cls.fleet.close()  # a violation of the standard by the server is a failure
        finally:
            cls.server.close()

    # ---- what people do

    def add(self, version, **behaviour):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        connection.request("POST", f"/api/v1/files?name=fw-{version}.bin&kind=firmware&version={version}", farol.firmware_image(version, **behaviour),
                           {"Authorization": f"Bearer {self.server.token}", "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.assertIn(answer.status, (200, 201), body)
        return body["id"]

    def call(self, method, target, body=None, status=200):
        answer = self.server.api(method, target, body)
        self.assertEqual(answer[0], status, answer[1])
        return answer[1]

    def approve(self, campaign):
        """As somebody else, whom the database is told of: people are tests/api's affair."""
        self.server.sql(f"UPDATE campaign SET approved_by = 'another', approver = -1, approved_hash = list_hash, approved_at = now()"
                        f" WHERE id = {self.number(campaign)}")

    def start(self, version, plan=None, **behaviour):
        file = self.add(version, **behaviour)
        campaign = self.call("POST", "/campaigns", {"name": f"para {version}", "type": "firmware.install", "params": {"file": file},
                                                           "plan": {**PLAN, **(plan or {})}}, 201)["id"]
        self.call("POST", f"/campaigns/{campaign}/dry-run", {}, 202)
        shown = farol.wait_for("the list is there", lambda: self.is_state(campaign, "listed"))
        self.approve(campaign)
        self.call("POST", f"/campaigns/{campaign}/start", {"list_hash": shown["list_hash"], "devices": shown["total"]})
        return campaign

    def number(self, campaign):
        return self.server.sql(f"SELECT id FROM campaign WHERE number_id('cmp_', id) = '{campaign}'")

    # ---- what is seen

    def shown(self, campaign):
        return self.call("GET", f"/campaigns/{campaign}")

    def is_state(self, campaign, *states):
        shown = self.shown(campaign)
        return shown if shown["state"] in states else None

    def check_counters(self, campaign):
        number = self.number(campaign)
        wrong = self.server.sql(
            "SELECT count(*) FROM campaign_wave w CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'sent') AS in_flight,"
            " count(*) FILTER (WHERE state = 'healthy') AS healthy, count(*) FILTER (WHERE state = 'failed') AS failed,"
            " count(*) FILTER (WHERE state = 'looping') AS looping, count(*) FILTER (WHERE state = 'lying') AS lying,"
            " count(*) FILTER (WHERE state = 'missing') AS missing FROM campaign_target t WHERE t.campaign_id = w.campaign_id AND t.wave = w.number) r"
            f" WHERE w.campaign_id = {number} AND (w.in_flight, w.healthy, w.failed, w.looping, w.lying, w.missing)"
            " <> (r.in_flight, r.healthy, r.failed, r.looping, r.lying, r.missing)")
        flying = self.server.sql(f"SELECT c.in_flight = (SELECT count(*) FROM campaign_target t WHERE t.campaign_id = c.id AND t.state = 'sent')"
                                 f" FROM campaign c WHERE id = {number}")
        self.assertEqual((wrong, flying), ("0", "t"))

    def check_once(self, version):
        self.assertEqual(max(self.fleet.downloads(version).values(), default=0), 1)


class Good(Case):
    def test_a_good_firmware_goes_through_in_waves(self):
        campaign = self.start("2.1.8")
        shown = farol.wait_for("it has ended", lambda: self.is_state(campaign, "finished", "halted", "held"), 180)
        self.assertEqual((shown["state"], [wave["healthy"] for wave in shown["waves"]]), ("finished", [20, HOMES // 5, HOMES - 20 - HOMES // 5]), shown)
        self.assertEqual(len(self.fleet.installs("2.1.8")), HOMES)
        self.check_once("2.1.8")
        self.check_counters(campaign)
        kinds = [event["kind"] for event in self.call("GET", f"/campaigns/{campaign}/events")["data"]]
        self.assertEqual(kinds, ["finished", "wave", "wave", "start", "list"])
        samples = self.call("GET", f"/campaigns/{campaign}/samples")["data"]
        self.assertGreaterEqual(len(samples), 3)
        self.assertEqual([sample["sent"] for sample in samples], sorted(sample["sent"] for sample in samples))
        self.assertEqual({sample["bad"] for sample in samples}, {0})
        self.assertGreater(samples[-1]["healthy"], 0)


class Bricks(Case):
    def test_a_firmware_that_kills_all_is_halted_in_the_first_wave(self):
        campaign = self.start("6.6.6", bricks=100)
        shown = farol.wait_for("it has halted", lambda: self.is_state(campaign, "halted", "finished"), 90)
        at = time.monotonic()
        self.assertEqual((shown["state"], shown["wave"]), ("halted", 1), shown)
        self.assertIn(shown["stopped"]["rule"], ("consecutive", "missing", "bad"))
        self.assertLessEqual(len(self.fleet.ended()), 20)
        dead = len(self.fleet.downloads("6.6.6"))
        while time.monotonic() < at + 8:
            time.sleep(0.5)
        self.assertEqual(len(self.fleet.downloads("6.6.6")), dead)  # nothing was sent any more
        self.check_counters(campaign)
        self.assertIn("6.6.6", self.shown(campaign)["params"]["version"])


class Refusals(Case):
    homes = 60

    def test_what_failed_is_tried_again_and_then_left(self):
        plan = {"waves": [{"rest": True, "soak_s": 0}], "caps": {"in_flight": 60, "per_pon": 0}, "retry": {"times": 1, "after_s": 3},
                "stop": {"consecutive": 0, "bad_percent": 0}}
        campaign = self.start("5.0.0", plan=plan, download_fails=20)
        shown = farol.wait_for("it has ended", lambda: self.is_state(campaign, "finished", "halted", "held"), 120)
        downloads, installs = self.fleet.downloads("5.0.0"), self.fleet.installs("5.0.0")
        self.assertEqual(shown["state"], "finished", shown)
        self.assertEqual(({downloads[serial] for serial in downloads if serial not in installs}, {downloads[serial] for serial in installs}), ({2}, {1}))
        self.assertEqual([(cause["state"], cause["cause"]) for cause in shown["causes"]], [("failed", "9010")])
        self.assertEqual(shown["waves"][0]["failed"], self.homes - len(installs))
        self.check_counters(campaign)


class NoWan(Case):
    homes = 40

    def test_who_comes_back_without_a_wan_is_asked_and_has_failed(self):
        plan = {"waves": [{"rest": True, "soak_s": 0}], "caps": {"in_flight": 40, "per_pon": 0}, "retry": {"times": 0},
                "health": {**PLAN["health"], "proof_s": 20}, "stop": {"consecutive": 0, "bad_percent": 0}}
        campaign = self.start("5.5.0", plan=plan, loses_wan=30)
        shown = farol.wait_for("it has ended", lambda: self.is_state(campaign, "finished", "halted", "held"), 180)
        self.assertEqual(shown["state"], "finished", shown)
        self.assertEqual([(cause["state"], cause["cause"]) for cause in shown["causes"]], [("failed", "wan_down")])
        wave = shown["waves"][0]
        self.assertGreater(wave["failed"], 0)
        self.assertEqual(wave["healthy"] + wave["failed"], self.homes)
        told = self.server.sql("SELECT t.state, r.result ->> 'session', count(*) FROM campaign_target t JOIN action r ON r.id = t.reading_id GROUP BY 1, 2 ORDER BY 1")
        self.assertEqual(told.split("\n"), [f"failed|connecting|{wave['failed']}", f"healthy|connected|{wave['healthy']}"])
        self.check_counters(campaign)


class Crash(Case):
    homes = 20 + KILLS // 2  # enough for the campaign to be under way at every kill

    def test_a_crash_at_any_time_sends_nothing_twice_and_keeps_the_cap(self):
        """Waves so small that one begins every few seconds. Homes whose session is cut stay away for a while, and are no sign of anything."""
        plan = {"waves": [{"devices": 3, "soak_s": 0}] * 19 + [{"rest": True, "soak_s": 0}], "caps": {"in_flight": 3, "per_pon": 0}, "retry": {"times": 0},
                "health": {**PLAN["health"], "settle_s": 0, "return_s": 45}, "go": {"healthy_percent": 0, "returned_percent": 0},
                "stop": {"consecutive": 0, "bad_percent": 0, "missing_percent": 0}}
        campaign = self.start("3.0.0", plan=plan)
        number, moments, seen = self.number(campaign), random.Random(3), []
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.1, 1 + farol.SLOW))
            seen.append([int(text) for text in self.server.sql(f"SELECT in_flight, wave, (state = 'running')::int FROM campaign WHERE id = {number}").split("|")])
            self.server.kill()
            self.check_counters(campaign)
            self.server.start()
        shown = farol.wait_for("it has ended", lambda: self.is_state(campaign, "finished", "halted", "held"), 240 + KILLS)
        print(f"{KILLS} kills, {sum(running for _, _, running in seen)} of them while it ran, in waves {seen[0][1] + 1} to {seen[-1][1] + 1};"
              f" in flight {max(flying for flying, _, _ in seen)} at most; {self.homes} homes, load {os.getloadavg()[0]:.1f}", flush=True)
        self.assertEqual([flying for flying, _, _ in seen if flying > 3], [])
        self.assertGreater(max(flying for flying, _, _ in seen), 0)
        self.check_once("3.0.0")
        self.check_counters(campaign)
        self.assertEqual(shown["state"], "finished", shown)


class Switch(Case):
    def test_the_kill_switch_holds_and_survives_a_crash(self):
        campaign = self.start("4.0.0", plan={"waves": [{"rest": True, "soak_s": 0}], "caps": {"in_flight": 40, "per_pon": 0}})
        farol.wait_for("it has begun", lambda: len(self.fleet.downloads("4.0.0")) > 3, 60)
        self.call("POST", "/kill-switches", {"scope": "all", "reason": "ensaio"}, 201)
        time.sleep(2)
        begun = self.server.sql("SELECT count(*) FROM action WHERE touched AND campaign_id IS NOT NULL")
        self.server.kill()
        self.server.start()
        time.sleep(6)
        self.assertEqual(self.server.sql("SELECT count(*) FROM action WHERE touched AND campaign_id IS NOT NULL"), begun)
        self.assertLess(int(begun), HOMES)
        self.assertEqual(self.shown(campaign)["why"], "killed")
        self.server.sql("DELETE FROM kill_switch")
        farol.wait_for("it has ended", lambda: self.is_state(campaign, "finished"), 180)
        self.check_once("4.0.0")


class Queue(Case):
    """Many restarts wait, of homes that come again and again; campaigns of that many are no other actions."""
    homes = QUEUED
    interval = max(3, QUEUED // 100)
    time_scale = 20

    def people(self):
        """Two who may put a switch off."""
        first, second = farol.Browser(self.server), farol.Browser(self.server)
        key = re.findall(r"/primeiro-acesso#(\S+)", self.server.log())[0]
        self.assertEqual(first.request("POST", "/setup", {"key": key, "login": "carla", "name": "Carla", "password": "correct horse 17 battery"})[0], 201)
        status, user = first.request("POST", "/users", {"login": "davi", "name": "Davi", "role": "supervisor"})
        self.assertEqual(status, 201, user)
        self.assertEqual(second.request("POST", "/invitation", {"key": user["invitation"].split("#")[1], "password": "a passphrase of his own"})[0], 201)
        return first, second

    def order_all(self):
        """As many as there are homes, at once; nobody calls them, they come by themselves."""
        self.server.sql("INSERT INTO action (device_id, id, kind, args, created_by, expires_at)"
                        " SELECT device_id, 'act_' || substr(md5(device_id::text), 1, 22), 'reboot', '{}', 'ensaio', now() + interval '1 day'"
                        " FROM device_hot WHERE enrolment = 2")

    def restarted(self):
        """When each was ordered to, in the order in which it was: from the journal of the homes."""
        return sorted((datetime.datetime.fromisoformat(row["time"]).timestamp(), row["serial"]) for row in self.fleet.executed("Reboot"))

    def visit(self, rounds=2):
        """Until every home has been in a session so often."""
        for _ in range(rounds):
            at = self.server.sql("SELECT now()")
            farol.wait_for("all have come again", lambda at=at: self.server.sql(f"SELECT count(*) FROM device_hot WHERE last_inform <= '{at}'") == "0",
                           30 + 4 * self.interval, 0.2)

    def test_nothing_of_what_waits_leaves_while_the_switch_is_on(self):
        people = self.people()
        self.order_all()
        farol.wait_for("some have restarted", lambda: len(self.restarted()) >= self.homes // 20, 60, 0.05)
        began = time.time()
        self.call("POST", "/kill-switches", {"scope": "all", "reason": "ensaio"}, 201)
        committed = time.time()
        self.visit()
        self.server.kill()
        self.server.start()
        self.visit()
        executed = self.restarted()
        late = [at - committed for at, _ in executed if at > committed]
        print(f"{self.homes} queued, {len(executed)} executed when the switch was on (its request took {1000 * (committed - began):.0f} ms);"
              f" the last {1000 * max(late, default=0):.0f} ms after the answer; load {os.getloadavg()[0]:.1f}", flush=True)
        self.assertLess(len(executed), self.homes)
        self.assertLess(max(late, default=0), 2)
        for who, left in zip(people, (1, 0)):
            status, answer = who.request("POST", "/kill-switches/release", {"scope": "all"}, **{"Idempotency-Key": f"release-{left}"})
            self.assertEqual((status, len(answer.get("data", []))), (200, left), answer)
        farol.wait_for("all have restarted", lambda: len(self.restarted()) >= self.homes, 60 + 4 * self.interval, 0.2)
        self.visit(1)
        self.assertEqual(sorted(serial for _, serial in self.restarted()), sorted({serial for _, serial in self.restarted()}))


if __name__ == "__main__":
    unittest.main()
