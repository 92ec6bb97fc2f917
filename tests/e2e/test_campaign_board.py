"""What comes after a campaign: the way back, with simulated homes, and its devices as a file that survives a crash."""

import http.client
import json
import unittest

import farol
from test_campaigns import Case

ROWS = 120000


class Back(Case):
    homes = 40

    def library(self, version):
        """A firmware of the library, for these homes, that somebody else has approved."""
        model = self.server.sql("SELECT min(product_class) FROM device")
        firmware = self.call("POST", "/firmware", {"file": self.add(version), "name": version, "version": version, "rules": [{"product_class": model}]}, 201)["id"]
        self.server.sql(f"UPDATE firmware SET state = 'approved', approved_by = 'another', approved_by_id = 0, approved_at = now() WHERE id = '{firmware}'")

    def versions(self):
        return self.server.sql("SELECT string_agg(DISTINCT software_version, ' ') FROM device")

    def test_what_a_campaign_did_is_undone_by_another(self):
        before = self.versions()
        self.assertNotIn(" ", before)
        first = self.start("2.1.8", {"waves": [{"rest": True, "soak_s": 0}]})
        farol.wait_for("it has ended", lambda: self.is_state(first, "finished"), 180)
        self.assertEqual(self.versions(), "2.1.8")
        self.call("GET", f"/campaigns/{first}/rollback", status=409)
        self.library(before)
        body = self.call("GET", f"/campaigns/{first}/rollback")["campaign"]
        second = self.call("POST", "/campaigns", {**body, "reason": "de volta"}, 201)["id"]
        self.call("POST", f"/campaigns/{second}/dry-run", {}, 202)
        listed = farol.wait_for("the list is there", lambda: self.is_state(second, "listed"))
        self.assertEqual(listed["total"], self.homes)
        self.approve(second)
        self.call("POST", f"/campaigns/{second}/start", {"list_hash": listed["list_hash"], "devices": listed["total"]})
        farol.wait_for("it has ended", lambda: self.is_state(second, "finished"), 180)
        self.assertEqual(self.versions(), before)


class Exports(Case):
    homes = 1

    def file(self, export):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        connection.request("GET", f"/api/v1/exports/{export}/file", headers={"Authorization": f"Bearer {self.server.token}"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        lines = answer.read().decode().splitlines()
        connection.close()
        return lines

    def test_a_file_goes_on_after_each_kill(self):
        campaign = self.call("POST", "/campaigns", {"name": "x", "type": "reboot", "filter": "serial:none"}, 201)["id"]
        self.server.sql(f"INSERT INTO campaign_target (campaign_id, device_id) SELECT {self.number(campaign)}, 1000000 + n FROM generate_series(1, {ROWS}) n")
        export = self.call("POST", "/exports", {"what": "campaign_devices", "campaign": campaign, "format": "ndjson"}, 202)["id"]
        rows = 0
        for _ in range(3):
            farol.wait_for("it goes on", lambda rows=rows: int(self.server.sql("SELECT max(rows) FROM export")) > rows)
            self.server.kill()
            rows = int(self.server.sql("SELECT max(rows) FROM export"))
            self.server.start()
        shown = farol.wait_for("it is done", lambda: (shown := self.call("GET", f"/exports/{export}"))["state"] == "done" and shown, 120)
        self.assertLess(rows, ROWS)  # or nothing was tried
        self.assertEqual((shown["rows"], shown["total"]), (ROWS, ROWS))
        devices = [json.loads(line)["device"] for line in self.file(export)]
        self.assertEqual((len(devices), len(set(devices)), devices), (ROWS, ROWS, sorted(devices)))


if __name__ == "__main__":
    unittest.main()
