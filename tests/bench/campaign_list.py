#!/usr/bin/env python3
"""campaign_list.py [--devices N]: what a campaign over half a million devices costs: its dry run, its board, a minute in which nothing can be sent, and what comes after it.

Below contrib/with-postgres, with FAROL_BUILD naming a release build:
    contrib/with-postgres /tmp/list --throwaway -- env FAROL_BUILD=$PWD/build-release tests/bench/campaign_list.py
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
os.environ.setdefault("FAROL_SLOW", "1")
import farol  # noqa: E402

MAKE = """
INSERT INTO device (oui, product_class, serial, manufacturer, software_version, hardware_version, root)
SELECT '00259E', (ARRAY['F680', 'F670L', 'HG8245'])[1 + n % 3], 'CAMP' || n, 'ZTE', (ARRAY['2.1.6', '2.1.7'])[1 + n % 2], 'V6', 'Device.' FROM generate_series(1, {n}) n;
INSERT INTO device_hot (device_id, period_s, last_inform, enrolment) SELECT id, 300, now() - interval '2 days', 2 FROM device;
INSERT INTO device_place (device_id, olt, pon, city, changed_by) SELECT id, 'OLT-' || id % 200, 'OLT-' || id % 200 || '/' || id % 3200, 'Recife', 'x' FROM device;
INSERT INTO device_fact (device_id, doc) SELECT id, jsonb_build_object('wan.optical.rx_dbm', jsonb_build_array(-18 - id % 12, 1)) FROM device;
"""
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pids):
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def postgres_pids():
    postmaster = int(subprocess.run(["pgrep", "-o", "-f", f"postgres.*{os.environ['PGHOST']}"], capture_output=True, text=True, check=False).stdout or 0)
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False).stdout.split()
    return [postmaster, *map(int, children)]


def percentile(numbers, share):
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def board(server, campaign, times=200):
    took = []
    for _ in range(times):
        began = time.monotonic()
        server.api("GET", f"/campaigns/{campaign}")
        took.append(time.monotonic() - began)
    print(f"the board: {times} times, median {1000 * statistics.median(took):.1f} ms, p95 {1000 * percentile(took, 0.95):.1f} ms")


def idle(server, seconds, what):
    pids = [server.process.pid, *postgres_pids()]
    before, rss = cpu_s(pids), server.rss_kib()
    time.sleep(seconds)
    used = cpu_s([server.process.pid, *postgres_pids()]) - before
    print(f"{what}: {100 * used / seconds:.2f} % of a core over {seconds} s; acsd {rss} to {server.rss_kib()} KiB")
    return used / seconds


def dry_run(server, campaign):
    began = time.monotonic()
    server.api("POST", f"/campaigns/{campaign}/dry-run", {})
    farol.wait_for("it is listed", lambda: server.api("GET", f"/campaigns/{campaign}")[1]["state"] == "listed", 120)
    shown = server.api("GET", f"/campaigns/{campaign}")[1]
    print(f"dry run: {time.monotonic() - began:.1f} s, {shown['total']} listed, load {os.getloadavg()[0]:.1f}")
    return shown


def timed(server, what, target):
    began = time.monotonic()
    status, answer = server.api("GET", target)[:2]
    print(f"{what}: {status}, {1000 * (time.monotonic() - began):.0f} ms")
    return answer


def after(server, campaign):
    """A tenth went wrong: whom that concerns, and what comes after."""
    server.sql("UPDATE campaign_target SET state = CASE WHEN device_id % 10 = 0 THEN 'failed' ELSE 'healthy' END, wave = 1, judged_at = now(), cause = '9010',"
               " version_before = '2.1.6', failures = 1, again_at = 'infinity' WHERE state = 'waiting' AND place % 1000 > 0")
    server.sql("VACUUM ANALYZE campaign_target")
    timed(server, "the way back", f"/campaigns/{campaign}/rollback")
    body = timed(server, "again", f"/campaigns/{campaign}/retry")["campaign"]
    dry_run(server, server.api("POST", "/campaigns", body)[1]["id"])
    timed(server, "repeat failures", "/campaigns/repeat-failures?limit=100")
    began = time.monotonic()
    export = server.api("POST", "/exports", {"what": "campaign_devices", "campaign": campaign})[1]["id"]
    farol.wait_for("it is made", lambda: server.api("GET", f"/exports/{export}")[1]["state"] == "done", 120)
    shown = server.api("GET", f"/exports/{export}")[1]
    print(f"a file of {shown['rows']} rows, {shown['bytes'] >> 20} MiB: {time.monotonic() - began:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, default=500000)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    server = farol.Server(open_door=False)
    try:
        server.start()
        server.sql(MAKE.format(n=given.devices))
        server.sql("ANALYZE")
        time.sleep(5)
        rest = idle(server, 20, "without a campaign")
        campaign = server.api("POST", "/campaigns", {"name": "F680", "type": "reboot", "filter": "-city:Olinda", "excludes": {"open_case": True, "weak_signal_dbm": -28},
                                                     "plan": {"waves": [{"devices": 50}, {"rest": True}]}})[1]["id"]
        shown = dry_run(server, campaign)
        server.sql("UPDATE campaign SET approved_by = 'another', approver = -1, approved_hash = list_hash, approved_at = now()")
        server.api("POST", f"/campaigns/{campaign}/start", {"list_hash": shown["list_hash"], "devices": shown["total"]})
        time.sleep(10)
        board(server, campaign)
        busy = idle(server, given.seconds, "with a campaign whose devices are all away")
        print(f"the campaign's own: {100 * (busy - rest):.2f} % of a core")
        after(server, campaign)
    finally:
        server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
