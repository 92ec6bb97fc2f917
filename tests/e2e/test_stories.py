#!/usr/bin/env python3
"""The people of the demo: of each home the server says what is the matter with it, and what shows it."""

import json
import pathlib
import subprocess
import unittest
import urllib.parse

import farol

SETTLE = pathlib.Path(__file__).resolve().parents[2] / "contrib" / "demo" / "settle"
HOMES = 40
SPEED = 20  # Rosa's device restarts every 12 s instead of every 240


class Stories(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server({"incidents": {"grace": "1s"}, "desk": {"check_documents": "no"}}, open_door=False)
        port = farol.free_port()
        cls.server.settings["listen"]["files"] = f"127.0.0.1:{port}"
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://127.0.0.1:{port}",
                                        "keep_free": "0"}
        cls.server.start()
        cls.addClassCleanup(cls.server.close)
        cls.homes = farol.Homes(cls.server, HOMES, interval=10, extra=(
            "--stories", "--speed", str(SPEED), "--username", "bootstrap", "--password", farol.BOOTSTRAP))
        cls.addClassCleanup(cls.homes.close)
        people = json.loads(subprocess.run([farol.CPESIM, "--describe", "--stories", "--homes", str(HOMES), "--seed", "1"],
                                           capture_output=True, check=True).stdout)
        cls.serials = {}
        cls.maria = people[0]
        for person in people:
            cls.serials.setdefault(person["story"], []).append(person["serial"])
        token = cls.server.directory / "token"
        token.write_text(cls.server.token + "\n", encoding="utf-8")
        subprocess.run([SETTLE, f"http://127.0.0.1:{cls.server.api_port}", token, farol.CPESIM, str(HOMES)], check=True, timeout=120)
        farol.wait_for("the homes that answer are trusted", lambda: int(cls.server.sql(
            "SELECT count(*) FROM device_hot WHERE enrolment = 2")) >= HOMES - 2, 60)

    def device(self, story):
        return self.server.device(self.serials[story][0])["id"]

    def verdict(self, story):
        return self.server.api("GET", f"/devices/{self.device(story)}/verdict")[1]

    def expect(self, story, code, read=False, **evidence):
        """The headline, with the facts that it rests on. read: it may need another look, since lines come and go."""
        verdict = farol.wait_for(f"{story}: {code}", lambda: self.headline(story, code, read), 40)
        cause = verdict["causes"][0]
        self.assertTrue(cause["evidence"], cause)
        shown = {fact["fact"]: fact for fact in cause["evidence"]}
        for name, fits in evidence.items():
            with self.subTest(story=story, fact=name):
                self.assertIn(name, shown, cause)
                self.assertTrue(fits(shown[name]["value"]), shown[name])
                self.assertLess(shown[name]["age_s"], 900, shown[name])
        for words in ("headline", "say", "next"):
            self.assertTrue(all(cause[words].values()), cause)

    def headline(self, story, code, read):
        verdict = self.verdict(story)
        if read and verdict["causes"][0]["code"] != code:
            self.server.act(self.device(story), "refresh", {"set": "light"}, wait=10)
        return verdict if verdict["causes"][0]["code"] == code else None

    def test_maria_has_little_light(self):
        self.expect("Maria", "optical_bad", read=True, **{"wan.optical.rx_dbm": lambda dbm: -28 < dbm < -27})

    def test_maria_is_found_by_whatever_she_says(self):
        device = self.device("Maria")
        mac = farol.wait_for("her MAC is known", lambda: self.server.sql(
            f"SELECT value FROM device_trace t JOIN device d ON d.id = t.device_id WHERE d.serial = '{self.maria['serial']}' AND kind = 'mac' "
            "ORDER BY since LIMIT 1"), 40)
        for said, how in (("maria teixeira", "words"), ("19 90000-0001", "phone"), (self.maria["customer"]["cpf"], "document"), ("70001", "contract"),
                          (self.maria["ppp"]["username"], "login"), (self.maria["serial"], "serial"), (mac, "mac"), (mac[:6], "mac")):
            with self.subTest(said=said):
                found = self.server.api("GET", "/search?q=" + urllib.parse.quote(said))[1]
                row = [row for row in found["subscribers"] if row["name"] == "Maria das Dores Teixeira"]
                self.assertEqual([(row["how"], row["device"]["id"]) for row in row], [(how, device)], found)
        place = self.server.device(self.maria["serial"])["place"]
        self.assertEqual((place["cto"], place["plan_down_mbps"], place["technology"]), ("CTO-08", 300, "gpon"))

    def test_joao_is_refused_by_the_provider(self):
        self.expect("João", "pppoe_auth", **{"wan.ppp.last_error": lambda error: "AUTHENTICATION" in error})

    def test_lucia_shares_her_channel(self):
        self.expect("Lúcia", "wifi_crowded", **{"wifi.2g.channel": lambda channel: channel == 6})

    def test_pedro_has_nothing(self):
        self.expect("Pedro", "ok")

    def test_rosa_restarts_again_and_again(self):
        self.expect("Rosa", "boot_loop", **{"device.boots_1h": lambda boots: boots >= 3})

    def test_tiago_cannot_be_called(self):
        action = self.server.act(self.device("Tiago"), "refresh", {"set": "light"})
        ended = self.server.wait_action(action["id"], 60)  # it comes by itself
        self.assertEqual(ended["state"], "succeeded", ended)
        self.expect("Tiago", "unreachable")

    def test_bia_has_a_slow_port(self):
        self.expect("Bia", "lan_100", **{"plan.down_mbps": lambda plan: plan == 500})

    def test_caio_was_never_heard_of_again(self):
        device = self.device("Caio")
        self.server.sql(f"UPDATE device_hot h SET last_inform = now() - interval '3 days' FROM device d WHERE d.id = h.device_id "
                        f"AND d.serial = '{self.serials['Caio'][0]}'")
        self.server.act(device, "refresh", {"set": "light"})
        self.expect("Caio", "offline")

    def test_sonia_has_a_noisy_line(self):
        self.expect("Sônia", "dsl_margin", read=True, **{"wan.dsl.down_margin_db": lambda margin: 2 < margin < 4})

    def test_nair_has_no_wifi(self):
        self.expect("Nair", "wifi_off")

    def test_igor_does_not_get_what_he_pays_for(self):
        self.expect("Igor", "slow")

    def test_vanish_of_twelve_homes_is_one_incident(self):
        self.server.sql("UPDATE device_hot SET period_s = 10")
        self.homes.ask("story CTO-17 vanish")
        incident = farol.wait_for("it is noticed", lambda: self.server.api("GET", "/incidents")[1]["data"], 90)[0]
        self.assertEqual((incident["kind"], incident["place"]), ("cto", "CTO-17"), incident)
        self.expect("CTO-17", "area_incident")
        self.homes.ask("story CTO-17 return")


if __name__ == "__main__":
    unittest.main()
