#!/usr/bin/env python3
"""Escalated cases as tickets of a real Request Tracker 5: made once, told of everything, read; while it is away, while acsd is killed,
while it refuses."""

import json
import re
import subprocess
import time
import unittest

import tracker
from farol import ACSCTL, Server, wait_for

RT = None


def setUpModule():
    global RT
    RT = tracker.RequestTracker().start()


def tearDownModule():
    RT.close()


class Tickets(unittest.TestCase):
    def setUp(self):
        if RT.process is None:
            RT.start()
        self.server = Server({"outbox": {"networks": "127.0.0.0/8", "timeout": "20s", "poll": "1s"}}, open_door=False).start()
        self.addCleanup(self.server.close)
        self.server.sql("INSERT INTO device (oui, product_class, serial, manufacturer) SELECT '00259E', 'HG8245', 'SN' || n, 'Maker' FROM generate_series(1, 40) n")
        self.devices = [device["id"] for device in self.server.api("GET", "/devices?limit=50")[1]["data"]]

    def connect(self, **fields):
        body = {"kind": "rt", "name": "RT", "url": RT.url, "login": "root", "secret": tracker.PASSWORD,
                "queues": [{"queue": "*", "to": "General"}], **fields}
        status, connector = self.server.api("POST", "/connectors", body)
        self.assertEqual(status, 201, connector)
        return connector["id"]

    def between(self, certificate=None):
        between = tracker.Between(RT, certificate)
        self.addCleanup(between.close)
        return between

    def escalate(self, number=0, summary="Óptico −27,6 dBm desde 21/11; cabo conferido.\nReinício não resolveu.", **fields):
        status, case = self.server.api("POST", "/cases", {"device": self.devices[number], "found_by": "list"})
        self.assertIn(status, (200, 201), case)
        status, case = self.server.api("POST", f"/cases/{case['id']}/escalate", {"queue": "N2", "summary": summary, **fields})
        self.assertEqual(status, 200, case)
        return case

    def case(self, case):
        return self.server.api("GET", f"/cases/{case['id']}")[1]

    def ticket_of(self, case):
        return self.case(case)["tickets"][0]

    def number_of(self, case):
        return wait_for("the case has a ticket", lambda: self.ticket_of(case)["number"], 20)

    def key_of(self, case):
        return self.server.sql(f"SELECT t.key FROM ticket t JOIN desk_case c ON c.id = t.case_id WHERE c.protocol = '{case['protocol']}'")

    def there(self, case):
        """Numbers of its tickets."""
        return RT.tickets(f"[{self.key_of(case)}]")

    def entries(self, case, kind):
        return [entry for entry in self.case(case)["entries"] if entry["kind"] == kind]

    def show(self, connector):
        return self.server.api("GET", f"/connectors/{connector}")[1]

    def deliveries(self, connector):
        return self.server.api("GET", f"/connectors/{connector}/deliveries?limit=200")[1]["data"]

    def hurry(self):
        """What waits for its next try, or for a dead server's lease, is due now."""
        self.server.sql("UPDATE outbox_delivery SET next_at = now() WHERE state = 'waiting'; UPDATE outlet SET busy_until = '-infinity'; "
                        "UPDATE ticket SET next_read_at = now() WHERE next_read_at IS NOT NULL")

    def all_told(self, connector):
        wait_for("all is told", lambda: self.show(connector)["waiting"] == 0, 100, 0.1)

    # ---- there and back

    def test_a_case_becomes_a_ticket_with_the_bundle_and_what_happens_is_noted(self):
        subscriber = self.server.api("POST", "/subscribers", {"name": "Maria das Dores", "document": "529.982.247-25"})[1]["id"]
        self.server.api("POST", f"/subscribers/{subscriber}/devices", {"device": self.devices[0]})
        connector = self.connect()
        case = self.escalate(priority="high")
        number = self.number_of(case)
        ticket = RT.ticket(number)
        self.assertEqual((ticket["Status"], ticket["Priority"]), ("new", "100"))
        self.assertEqual(ticket["Subject"], f"{case['protocol']}: Óptico −27,6 dBm desde 21/11; cabo conferido. [{self.key_of(case)}]")
        link = f"http://127.0.0.1:8080/aparelho/{case['device']}?atendimento={case['id']}"
        self.assertIn(link, [row["_url"] for row in ticket["_hyperlinks"] if row["ref"] == "refers-to"])
        parts = RT.attachments(number)
        text, = [part["Content"] for part in parts if part["ContentType"] == "text/plain"]
        for words in (case["summary"], case["protocol"], link, "/handoffs/"):
            self.assertIn(words, text.replace("\r", ""))
        self.assertIn("Cliente: Maria das Dores · •••.•••.247-••\n", text.replace("\r", ""))
        bundle, = [part for part in parts if part["Filename"]]
        page = self.server.get_raw(f"/handoffs/{re.search('/handoffs/([A-Za-z0-9_-]+)', text).group(1)}")[1].decode()
        self.assertEqual((bundle["Filename"], bundle["Content"]), (f"{case['id']}.html", page))
        shown = self.ticket_of(case)
        self.assertEqual((shown["connector"], shown["system"], shown["url"], shown["trouble"]),
                         (connector, "rt", f"{RT.url}/Ticket/Display.html?id={number}", None))
        self.assertEqual([entry["data"]["what"] for entry in self.entries(case, "ticket")], ["made"])
        path = f"/cases/{case['id']}"
        self.server.api("POST", path + "/visit", {"queue": "Campo", "note": "Levar conector ção", "for": "2026-12-01T14:00:00Z"})
        self.server.api("POST", path + "/return", {"advice": "Trocar o conector"})
        self.server.api("POST", path + "/escalate", {"queue": "N2", "summary": "De novo"})
        self.server.api("POST", path + "/close", {"outcome": "solved", "reason": "other", "note": "Trocado"})
        self.all_told(connector)
        comments = [comment["Content"] for comment in RT.comments(number)]
        self.assertEqual(len(comments), 4, comments)
        for comment, words in zip(comments, ("Levar conector ção", "Trocar o conector", "De novo", "Trocado")):
            self.assertIn(words, comment)
        self.assertEqual(len([part for part in RT.attachments(number) if part["Filename"]]), 2)
        self.assertEqual(self.there(case), [number])

    def test_an_answer_and_the_end_come_back_into_the_case(self):
        connector = self.connect(language="en")
        case = self.escalate()
        number = self.number_of(case)
        RT.ask("POST", f"/ticket/{number}/comment", {"Content": "entre nós", "ContentType": "text/plain"})
        RT.reply(number, "<p>Troque o <b>conector</b> &eacute; certo &lt;SC/APC&gt;<br>e ligue.</p><script>alert(1)</script>", "text/html")
        wait_for("the case is back", lambda: self.case(case)["state"] == "open", 20)
        returned, = self.entries(case, "returned")
        self.assertEqual((returned["text"], returned["by"]), ("Troque o conector é certo <SC/APC>\ne ligue.", "root (RT)"))
        self.assertEqual(self.case(case)["returned_by"], "root (RT)")
        RT.reply(number, "Feito.", status="resolved")
        wait_for("its end is noted", lambda: self.ticket_of(case)["state"] == "resolved", 40)
        self.assertEqual([(entry["text"], entry["data"]["what"]) for entry in self.entries(case, "ticket")][1:],
                         [("Feito.", "reply"), (f"Ticket {number}: resolved.", "state")])
        self.hurry()
        time.sleep(3)
        self.assertEqual(len(self.entries(case, "ticket")), 3)
        self.assertNotIn("entre nós", json.dumps(self.case(case)["entries"], ensure_ascii=False))
        self.assertEqual(self.show(connector)["waiting"], 0)
        self.assertEqual([row["type"] for row in self.deliveries(connector)], ["case.escalated"])  # what came from there is not told there

    def test_the_end_returns_a_case_that_waits_for_a_visit_and_a_closed_one_stays_closed(self):
        connector = self.connect()
        visited, closed = self.escalate(0), self.escalate(1)
        numbers = [self.number_of(case) for case in (visited, closed)]
        self.server.api("POST", f"/cases/{visited['id']}/visit", {"queue": "Campo"})
        self.server.api("POST", f"/cases/{closed['id']}/close", {"outcome": "solved", "reason": "other"})
        self.all_told(connector)
        RT.reply(numbers[0], "Amanhã.")
        self.hurry()
        wait_for("the answer is there", lambda: len(self.entries(visited, "ticket")) == 2, 20)
        self.assertEqual(self.case(visited)["state"], "visit")
        for number in numbers:
            RT.ask("PUT", f"/ticket/{number}", {"Status": "rejected"})
        self.hurry()
        wait_for("the visit is over", lambda: self.case(visited)["state"] == "open", 20)
        time.sleep(2)
        self.assertEqual(self.case(closed)["state"], "closed")

    def test_by_a_token_and_only_from_the_queues_that_are_named(self):
        connector = self.connect(login=None, secret=RT.make_token(), queues=[{"queue": "N2", "to": "General"}])
        other = self.escalate(0, queue="Campo")
        case = self.escalate(1)
        self.number_of(case)
        self.assertEqual(self.case(other)["tickets"], [])
        self.assertEqual(len(self.deliveries(connector)), 1)
        self.assertNotIn("secret", self.show(connector))
        stored = self.server.sql("SELECT row_to_json(o)::text FROM outlet o")
        self.assertNotIn(tracker.PASSWORD, stored)

    # ---- when it goes wrong

    def test_while_it_is_away_nothing_is_lost_and_each_is_told_once(self):
        connector = self.connect()
        RT.stop()
        cases = [self.escalate(i) for i in range(6)]
        for case in cases[:3]:
            self.server.api("POST", f"/cases/{case['id']}/return", {"advice": "orientação"})
        wait_for("it was tried", lambda: self.show(connector)["trouble"], 20)
        self.assertIn("onnect", self.show(connector)["trouble"])
        self.assertEqual([self.ticket_of(case)["number"] for case in cases], [None] * 6)
        self.assertIn("onnect", self.ticket_of(cases[0])["trouble"])
        self.assertEqual(self.entries(cases[0], "ticket"), [])
        self.server.kill()
        RT.start()
        self.hurry()  # while nobody is at work: what is under way may not be begun a second time
        self.server.start()
        self.all_told(connector)
        for i, case in enumerate(cases):
            number, = self.there(case)
            self.assertEqual((number, len(RT.comments(number))), (self.ticket_of(case)["number"], 1 if i < 3 else 0))
        self.assertIsNone(self.show(connector)["trouble"])
        self.assertEqual(len(self.deliveries(connector)), 9)

    def test_an_answer_that_is_lost_makes_no_second_ticket_and_no_second_note(self):
        between = self.between()
        connector = self.connect(url=between.url)
        between.lose = lambda method, path: method == "POST" and path.endswith(("/ticket", "/comment"))
        case = self.escalate()
        wait_for("the answer was lost", lambda: between.count("POST", "/ticket") == 1 and self.deliveries(connector)[0]["tries"] == 1, 30)
        wait = float(self.server.sql("SELECT extract(epoch FROM next_at - tried_at) FROM outbox_delivery"))
        self.assertGreaterEqual(wait, 60)  # time for it to end what it has begun
        self.hurry()
        number = self.number_of(case)
        self.server.api("POST", f"/cases/{case['id']}/return", {"advice": "orientação"})
        wait_for("the note's answer was lost", lambda: between.count("POST", "/comment") == 1 and self.deliveries(connector)[0]["tries"] == 1, 30)
        self.hurry()
        self.all_told(connector)
        self.assertEqual((self.there(case), len(RT.comments(number))), ([number], 1))
        self.assertEqual((between.count("POST", "/ticket"), between.count("POST", "/comment")), (1, 1))

    def test_acsd_is_killed_between_the_request_and_its_answer(self):
        between = self.between()
        connector = self.connect(url=between.url)
        for i, (path, wait) in enumerate((("/ticket", 0.0), ("/ticket", 0.7), ("/comment", 0.0), ("/comment", 0.7))):
            between.hold = lambda method, at, path=path: 1.0 if method == "POST" and at.endswith(path) else 0
            count = between.count("POST", path)
            case = self.escalate(i)
            if path == "/comment":
                self.number_of(case)
                self.server.api("POST", f"/cases/{case['id']}/return", {"advice": "orientação"})
            wait_for("it is asked", lambda: between.count("POST", path) > count, 30)  # pylint: disable=cell-var-from-loop
            time.sleep(wait)
            self.server.kill()
            time.sleep(3)  # RT goes on with what it has begun
            self.server.start()
            self.assertIn("waiting", [row["state"] for row in self.deliveries(connector)])
            self.hurry()
            self.all_told(connector)
            number, = self.there(case)
            self.assertEqual(len(RT.comments(number)), 1 if path == "/comment" else 0)

    def test_a_wrong_password_is_said_in_the_case_and_by_acsctl_and_put_right(self):
        connector = self.connect(secret="wrong")
        case = self.escalate()
        wait_for("it is said", lambda: self.entries(case, "ticket"), 20)
        self.hurry()
        wait_for("it was tried again", lambda: self.deliveries(connector)[0]["tries"] >= 2, 20)
        entry, = self.entries(case, "ticket")
        self.assertIn("RT não permite: HTTP 401", entry["text"])
        self.assertEqual((entry["data"]["what"], entry["data"]["status"]), ("refused", 401))
        self.assertIn("401", self.ticket_of(case)["trouble"])
        self.assertEqual(self.deliveries(connector)[0]["state"], "waiting")
        self.assertIn("401", self.ctl("connector", "list"))
        self.assertIn("401", self.ctl("connector", "deliveries", connector))
        self.assertIn("401", self.ctl("case", "show", case["id"]))
        self.server.api("PATCH", f"/connectors/{connector}", {"secret": tracker.PASSWORD})
        number = self.number_of(case)
        self.assertEqual((self.there(case), self.ticket_of(case)["trouble"]), ([number], None))

    def test_a_refusal_for_good_is_said_and_not_tried_again_until_somebody_says_so(self):
        between = self.between()
        connector = self.connect(url=between.url)
        between.refuse = lambda method, path: (422, b'{"message":"Custom field\\n missing"}') if method == "POST" and path.endswith("/ticket") else None
        case = self.escalate()
        self.server.api("POST", f"/cases/{case['id']}/return", {"advice": "orientação"})
        self.all_told(connector)
        self.assertEqual([row["state"] for row in self.deliveries(connector)], ["failed", "failed"])
        self.assertIn("RT recusou: HTTP 422 Custom field missing", self.entries(case, "ticket")[0]["text"])
        self.assertEqual(self.deliveries(connector)[1]["status"], 422)
        self.assertEqual(between.count("POST", "/ticket"), 1)
        self.assertIn("422", self.ctl("connector", "deliveries", connector, "--state=failed"))
        between.refuse = lambda method, path: None
        self.ctl("connector", "replay", connector)
        number = self.number_of(case)
        self.all_told(connector)
        self.assertEqual(len(RT.comments(number)), 1)

    def test_a_queue_that_is_not_there_and_an_address_that_is_no_rt_are_said(self):
        self.connect(name="fila", queues=[{"queue": "N2", "to": "Nenhuma"}])
        between = self.between()
        between.refuse = lambda method, path: (200, b"<html>welcome</html>")
        self.connect(name="outro", url=between.url)
        inside = self.connect(name="dentro", url="https://169.254.169.254/")
        case = self.escalate()
        wait_for("all is said", lambda: all(ticket["trouble"] for ticket in self.case(case)["tickets"]), 20)
        queue, other, private = [ticket["trouble"] for ticket in self.case(case)["tickets"]]
        self.assertIn("No permission to create tickets in the queue 'Nenhuma'", queue)
        self.assertIn("no JSON", other)
        self.assertIn("not public", private)
        self.assertEqual(self.deliveries(inside)[0]["status"], None)

    def test_a_ticket_that_is_there_no_more_holds_up_nobody(self):
        connector = self.connect()
        gone, other = self.escalate(0), self.escalate(1)
        number = self.number_of(other)
        self.number_of(gone)
        self.all_told(connector)
        self.server.sql(f"UPDATE ticket SET number = '999999', next_read_at = now() - interval '1 s' WHERE number = '{self.ticket_of(gone)['number']}'")
        wait_for("it is said", lambda: self.ticket_of(gone)["trouble"], 20)
        self.assertEqual(self.ticket_of(gone)["trouble"], "RT não tem mais este chamado.")
        RT.reply(number, "Aqui.")
        self.hurry()
        wait_for("the other is read", lambda: self.case(other)["state"] == "open", 20)

    def test_a_certificate_that_nobody_vouches_for_is_refused(self):
        certificate = self.server.directory / "rt.pem"
        tracker.make_certificate(certificate)
        between = self.between(certificate)
        connector = self.connect(url=between.url)
        case = self.escalate()
        wait_for("it is said", lambda: self.show(connector)["trouble"], 20)
        self.assertIn("certificate", self.show(connector)["trouble"])
        self.assertEqual(between.seen, [])
        self.server.settings["outbox"]["ca_file"] = f"{certificate}.crt"
        self.server.stop()
        self.server.start()
        self.hurry()
        self.number_of(case)

    def ctl(self, *arguments):
        done = subprocess.run([ACSCTL, *arguments], capture_output=True, text=True, timeout=120, check=False, env={
            "PATH": "/usr/bin:/bin", "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


if __name__ == "__main__":
    unittest.main()
