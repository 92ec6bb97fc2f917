"""kill -9 at random, with restarts queued: nothing lost, nothing done twice. The homes' own journal is the oracle."""

import collections
import os
import random
import time
import unittest

import farol

KILLS = int(os.environ.get("FAROL_KILLS", "20"))
HOMES = 100
RESTARTS = 500


class Crash(unittest.TestCase):
    def setUp(self):
        self.server = farol.Server({"log": {"level": "info"}}).start()
        self.homes = farol.Homes(self.server, HOMES, interval=2, reboot=(0.2, 0.5),
                                 extra=("--retry-seconds", "1"))
        farol.wait_for("all homes have called in",
                       lambda: self.server.sql("SELECT count(*) FROM device") == str(HOMES), 30)
        self.devices = [row["id"] for row in self.all_devices()]

    def tearDown(self):
        self.homes.close()
        self.server.close()

    def all_devices(self):
        status, found = self.server.api("GET", "/devices?limit=200")
        self.assertEqual(status, 200)
        return found["data"]

    def queue(self, count):
        """Restarts the API has accepted (2xx); one it could not answer because it died is not a promise."""
        accepted = []
        for _ in range(count):
            try:
                status, action = self.server.api("POST", f"/devices/{random.choice(self.devices)}/actions",
                                                 {"type": "reboot", "expires_in": "PT30M"})
            except OSError:
                break
            if status == 202:
                accepted.append(action["id"])
        return accepted

    def test_no_restart_is_lost_and_none_is_done_twice(self):
        random.seed(20)
        accepted, slowest = [], 0.0
        for _ in range(KILLS):
            accepted += self.queue(RESTARTS // KILLS)
            time.sleep(random.uniform(0.05, 0.6))
            self.server.kill()
            began = time.monotonic()
            self.server.start()
            slowest = max(slowest, time.monotonic() - began)
        self.assertLess(slowest, 2 * farol.SLOW, "seconds from start to ready")
        self.assertGreaterEqual(len(accepted), RESTARTS // 2)

        def open_actions():
            return int(self.server.sql("SELECT count(*) FROM action WHERE ended_at IS NULL"))

        farol.wait_for("every action has ended", lambda: open_actions() == 0, 120, 0.5)
        executed = collections.Counter(row["command_key"] for row in self.homes.executed("Reboot"))
        twice = {key: count for key, count in executed.items() if count > 1}
        self.assertEqual(twice, {}, "restarts carried out more than once")
        states = dict(line.split("|") for line in
                      self.server.sql("SELECT id, state FROM action").splitlines())
        lost = [key for key in accepted if states.get(key) != "succeeded" or executed[key] != 1]
        why = self.server.sql("SELECT id, state, failure, evidence FROM action WHERE id = ANY('{%s}')" % ",".join(lost))
        self.assertEqual(lost, [], f"{len(lost)} of {len(accepted)} accepted restarts were lost:\n{why}\n"
                         + str({key: executed[key] for key in lost}))
        false_success = [key for key, state in states.items() if state == "succeeded" and executed[key] == 0]
        self.assertEqual(false_success, [])
        print(f"{KILLS} kills, {len(accepted)} restarts accepted, {sum(executed.values())} carried out, "
              f"slowest start {slowest:.2f} s")


if __name__ == "__main__":
    unittest.main(verbosity=2)
