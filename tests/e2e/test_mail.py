#!/usr/bin/env python3
"""Escalated cases by e-mail: the letter and what answers it, TLS and logins, servers that are away, refuse, or fall silent."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

from farol import Server, wait_for
from mailbox import Mailbox, make_authority

DIRECTORY = pathlib.Path(tempfile.mkdtemp(prefix="farol-mail-"))
CERTIFICATE, AUTHORITY = make_authority(DIRECTORY)
PASSWORD = "canaria-do-correio"


def tearDownModule():
    shutil.rmtree(DIRECTORY, ignore_errors=True)


class Desk(unittest.TestCase):
    networks = "127.0.0.0/8"

    def setUp(self):
        self.server = Server({"outbox": {"networks": self.networks, "timeout": "5s", "ca_file": AUTHORITY}}, open_door=False).start()
        self.addCleanup(self.server.close)
        self.server.sql("INSERT INTO device (oui, product_class, serial, manufacturer) SELECT '00259E', 'HG8245', 'SN' || n, 'Maker' FROM generate_series(1, 9) n")
        self.devices = [device["id"] for device in self.server.api("GET", "/devices?limit=50")[1]["data"]]

    def mailbox(self, **options):
        mailbox = Mailbox(**options)
        self.addCleanup(mailbox.close)
        return mailbox

    def connect(self, mailbox, expect=201, **fields):
        body = {"kind": "mail", "name": "Correio", "url": mailbox.url, "from": "farol@isp.example",
                "queues": [{"queue": "N2", "to": "n2@isp.example, plantao@isp.example"}, {"queue": "*", "to": "geral@isp.example"}], **fields}
        status, connector = self.server.api("POST", "/connectors", body)
        self.assertEqual(status, expect, connector)
        return connector.get("id")

    def escalate(self, number=0, queue="N2", summary="Óptico −27,6 dBm\nBcc: x@y", **fields):
        _, case = self.server.api("POST", "/cases", {"device": self.devices[number], "found_by": "list"})
        status, case = self.server.api("POST", f"/cases/{case['id']}/escalate", {"queue": queue, "summary": summary, **fields})
        self.assertEqual(status, 200, case)
        return case

    def case(self, case):
        return self.server.api("GET", f"/cases/{case['id']}")[1]

    def show(self, connector):
        return self.server.api("GET", f"/connectors/{connector}")[1]

    def hurry(self):
        self.server.sql("UPDATE outbox_delivery SET next_at = now() WHERE state = 'waiting'; UPDATE outlet SET busy_until = '-infinity'")

    def letters(self, mailbox, count):
        wait_for(f"{count} letters", lambda: len(mailbox.letters) >= count, 20)
        return mailbox.letters


class Mail(Desk):
    # ---- there

    def test_the_letter_its_bundle_and_what_answers_it(self):
        mailbox = self.mailbox()
        connector = self.connect(mailbox)
        case = self.escalate(priority="urgent")
        letter, = self.letters(mailbox, 1)
        self.assertEqual((letter.sender, letter.to), ("farol@isp.example", ["n2@isp.example", "plantao@isp.example"]))
        self.assertEqual(letter.message["Subject"], f"{case['protocol']}: Óptico −27,6 dBm")
        self.assertEqual((letter.message["From"], letter.message["Importance"], letter.message["Bcc"]), ("Farol <farol@isp.example>", "high", None))
        for words in (case["summary"], case["protocol"], f"/aparelho/{case['device']}?atendimento={case['id']}"):
            self.assertIn(words, letter.text())
        page = self.server.get_raw(f"/handoffs/{re.search('/handoffs/([A-Za-z0-9_-]+)', letter.text()).group(1)}")[1].decode()
        self.assertEqual(letter.pages(), {f"{case['id']}.html": page})
        said = [entry["text"] for entry in wait_for("it is said in the case", lambda: [e for e in self.case(case)["entries"] if e["kind"] == "ticket"])]
        self.assertEqual(said, ["Enviado por e-mail a n2@isp.example, plantao@isp.example (Correio)."])
        ticket, = self.case(case)["tickets"]
        self.assertEqual((ticket["system"], f"<{ticket['number']}>", ticket["url"], ticket["trouble"]), ("mail", letter.message["Message-ID"], None, None))
        path = f"/cases/{case['id']}"
        self.server.api("POST", path + "/visit", {"queue": "Campo", "note": "Levar conector ção"})
        self.server.api("POST", path + "/return", {"advice": "Trocar o conector"})
        self.server.api("POST", path + "/close", {"outcome": "solved", "reason": "other", "note": "Trocado"})
        _, visit, back, closed = self.letters(mailbox, 4)
        self.assertEqual(visit.to, ["geral@isp.example"])
        for answer, words in ((visit, "Levar conector ção"), (back, "Trocar o conector"), (closed, "Trocado")):
            self.assertIn(words, answer.text())
            self.assertEqual((answer.message["In-Reply-To"], answer.message["References"]), (letter.message["Message-ID"],) * 2)
        self.assertEqual(len({one.message["Message-ID"] for one in mailbox.letters}), 4)
        wait_for("nothing waits", lambda: self.show(connector)["waiting"] == 0)
        self.assertEqual(self.server.sql("SELECT count(*) FROM ticket WHERE next_read_at IS NOT NULL"), "0")

    def test_of_a_queue_that_has_no_address_there_is_no_letter(self):
        mailbox = self.mailbox()
        self.connect(mailbox, queues=[{"queue": "N2", "to": "n2@isp.example"}])
        self.assertEqual(self.escalate(0, queue="Campo")["tickets"], [])
        case = self.escalate(1)
        self.letters(mailbox, 1)
        self.server.api("POST", f"/cases/{case['id']}/visit", {"queue": "Campo", "note": "x"})
        wait_for("it is said in the case", lambda: "Campo" in (self.case(case)["tickets"][0]["trouble"] or ""), 20)
        self.assertEqual(len(mailbox.letters), 1)

    # ---- TLS and logins

    def test_tls_and_a_login(self):
        for options in ({"certificate": CERTIFICATE}, {"certificate": CERTIFICATE, "immediate": True}):
            mailbox = self.mailbox(login=("farol", PASSWORD), **options)
            connector = self.connect(mailbox, login="farol", secret=PASSWORD)
            self.escalate()
            self.assertTrue(self.letters(mailbox, 1)[0].secure)
            self.server.api("DELETE", f"/connectors/{connector}")
        self.assertNotIn(PASSWORD, self.server.log())
        self.assertNotIn(PASSWORD, json.dumps(self.server.api("GET", "/connectors")[1]))

    def test_a_wrong_password_is_said_and_a_right_one_sends_what_waits(self):
        mailbox = self.mailbox(certificate=CERTIFICATE, login=("farol", PASSWORD))
        connector = self.connect(mailbox, login="farol", secret="wrong")
        case = self.escalate()
        trouble = wait_for("the case says so", lambda: self.case(case)["tickets"][0]["trouble"], 20)
        self.assertIn("não permite", trouble)
        self.server.api("PATCH", f"/connectors/{connector}", {"secret": PASSWORD})
        self.letters(mailbox, 1)
        wait_for("it is well again", lambda: self.case(case)["tickets"][0]["trouble"] is None)

    def test_a_certificate_that_nobody_vouches_for_gets_no_letter(self):
        stranger, _ = make_authority(tempfile.mkdtemp(dir=DIRECTORY))
        mailbox = self.mailbox(certificate=stranger, login=("farol", PASSWORD))
        connector = self.connect(mailbox, login="farol", secret=PASSWORD)
        self.escalate()
        trouble = wait_for("it is said", lambda: self.show(connector)["trouble"], 20)
        self.assertIn("certificate", trouble)
        self.assertEqual((mailbox.letters, "AUTH" in mailbox.heard), ([], False))

    # ---- servers that are away, refuse, or fall silent

    def test_refused_for_now_is_tried_again_and_for_good_is_not(self):
        mailbox = self.mailbox()
        connector = self.connect(mailbox)
        mailbox.refuse = lambda word: "451 later" if word == "DATA" else None
        self.escalate(0)
        wait_for("it was refused for now", lambda: "451" in (self.show(connector)["trouble"] or ""), 20)
        self.assertEqual(self.show(connector)["waiting"], 1)
        mailbox.refuse = lambda word: None
        self.hurry()
        self.letters(mailbox, 1)
        mailbox.refuse = lambda word: "550 no such person" if word == "RCPT" else None
        second = self.escalate(1)
        wait_for("the case says so", lambda: "recusou" in (self.case(second)["tickets"][0]["trouble"] or ""), 20)
        self.assertEqual((self.show(connector)["waiting"], self.show(connector)["failed"]), (0, 1))
        mailbox.refuse = lambda word: None
        self.server.api("POST", f"/connectors/{connector}/redeliver", {})
        self.letters(mailbox, 2)

    def test_a_server_that_falls_silent_gets_the_same_letter_again_and_one_that_is_away_gets_it_later(self):
        mailbox = self.mailbox()
        mailbox.silent = True
        self.connect(mailbox)
        self.escalate()
        self.letters(mailbox, 1)
        wait_for("it waits for its next try", lambda: self.server.sql("SELECT count(*) FROM outbox_delivery WHERE state = 'waiting' AND tries > 0") == "1", 20)
        mailbox.silent = False
        self.hurry()
        first, again = self.letters(mailbox, 2)
        self.assertEqual(first.message["Message-ID"], again.message["Message-ID"])
        mailbox.close()
        case = self.escalate(1)
        wait_for("nobody answers", lambda: self.case(case)["tickets"][0]["trouble"], 20)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.sql("SELECT count(*) FROM outbox_delivery WHERE state = 'waiting'"), "1")

    # ---- by hand

    def test_by_acsctl(self):
        mailbox = self.mailbox()
        words = ["connector", "add", "mail", "Correio", mailbox.url, "-", "*=n2@isp.example"]
        with self.assertRaisesRegex(AssertionError, "/from"):
            self.server.ctl(*words)
        self.server.ctl(*words, "--sender=farol@isp.example")
        self.escalate()
        self.letters(mailbox, 1)


class Outside(Desk):
    """Where no network is allowed no letter goes to an address that is not public."""

    networks = "10.0.0.0/8"

    def test_nothing_is_sent(self):
        mailbox = self.mailbox()
        connector = self.connect(mailbox)
        self.escalate()
        self.assertIn("not public", wait_for("it is said", lambda: self.show(connector)["trouble"], 20))
        self.assertEqual(mailbox.heard, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
