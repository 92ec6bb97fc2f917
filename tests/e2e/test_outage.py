#!/usr/bin/env python3
"""Request Tracker is away for ten minutes by the clock on the wall: nothing is lost, each case is told once, and soon."""

import time
import unittest

import tracker
from farol import Server, wait_for

AWAY_S = 600
CASES = 30


class Outage(unittest.TestCase):
    def test_ten_minutes(self):
        tracker_there = tracker.RequestTracker().start()
        self.addCleanup(tracker_there.close)
        server = Server({"outbox": {"networks": "127.0.0.0/8", "timeout": "20s"}}, open_door=False).start()
        self.addCleanup(server.close)
        server.sql(f"INSERT INTO device (oui, product_class, serial, manufacturer) SELECT '00259E', 'HG8245', 'SN' || n, 'Maker' FROM generate_series(1, {CASES}) n")
        devices = [device["id"] for device in server.api("GET", "/devices?limit=50")[1]["data"]]
        connector = server.api("POST", "/connectors", {"kind": "rt", "name": "RT", "url": tracker_there.url, "login": "root", "secret": tracker.PASSWORD,
                                                       "queues": [{"queue": "*", "to": "General"}]})[1]["id"]
        tracker_there.stop()
        gone = time.monotonic()
        cases = []
        for device in devices:
            case = server.api("POST", "/cases", {"device": device, "found_by": "list"})[1]["id"]
            self.assertEqual(server.api("POST", f"/cases/{case}/escalate", {"queue": "N2", "summary": "resumo"})[0], 200)
            self.assertEqual(server.api("POST", f"/cases/{case}/return", {"advice": "orientação"})[0], 200)
            cases.append(case)
            time.sleep(AWAY_S / CASES / 2)
        time.sleep(max(0, AWAY_S - (time.monotonic() - gone)))
        self.assertEqual(server.api("GET", f"/connectors/{connector}")[1]["waiting"], 2 * CASES)
        tracker_there.start()
        back = time.monotonic()
        wait_for("all is told", lambda: server.api("GET", f"/connectors/{connector}")[1]["waiting"] == 0, 500, 1)
        print(f"away {back - gone:.0f} s; all of {2 * CASES} messages there {time.monotonic() - back:.0f} s after it was back")
        keys = dict(row.split("|") for row in server.sql("SELECT number_id('cas_', case_id) || '|' || key FROM ticket").splitlines())
        for case in cases:
            number, = tracker_there.tickets(f"[{keys[case]}]")
            self.assertEqual(len(tracker_there.comments(number)), 1)
        self.assertEqual([row["state"] for row in server.api("GET", f"/connectors/{connector}/deliveries?limit=200")[1]["data"]], ["delivered"] * 2 * CASES)


if __name__ == "__main__":
    unittest.main()
