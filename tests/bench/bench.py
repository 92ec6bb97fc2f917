#!/usr/bin/env python3
"""What a CWMP session costs: Farol against the floor, in one run on one machine. See README.md beside this file."""

import argparse
import contextlib
import datetime
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import measure
from measure import Failed

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# What is measured runs with the settings that it is shipped with, but for these.
ACSD_CONFIG = """\
[listen]
cwmp = 127.0.0.1:{cwmp_port}
api = 127.0.0.1:{api_port}
[database]
url = postgresql:///{PGDATABASE}?host={PGHOST}&port={PGPORT}&user={PGUSER}
[devices]
authentication = {authentication}
[secrets]
key_file = {key_file}
[limits]
informs_per_minute = 0
[workers]
count = {workers}
"""

# Populations, by the seed of their identities.
PLAIN, STORED, KNOWN = 1, 2, 3
PASSWORD = "load-of-the-bench"  # LOGIN_PASSWORD of login.h
OF_SEED = "serial LIKE 'B%04d%%'"

QUEUE_REFRESHES = (
    "INSERT INTO action (device_id, id, kind, created_by, expires_at)"
    " SELECT id, '{tag}' || id, 'refresh', 'bench', now() + interval '1 hour' FROM device WHERE " + OF_SEED % STORED
)
COUNT_REFRESHES = "SELECT count(*) FROM action WHERE id LIKE '{tag}%' AND state = 'succeeded'"
COUNT_VALUES = (
    "SELECT coalesce(avg(n), 0)::int FROM (SELECT count(*) AS n FROM device_parameter p JOIN device d"
    " ON d.id = p.device_id WHERE " + OF_SEED + " AND p.value IS NOT NULL GROUP BY d.id LIMIT 20) counted"
)
COUNT_UPDATES = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'device_hot'"

SETTLE_S = 0.3  # after a run: what a server does late belongs to it
STATISTICS_S = 1.5  # until every backend of PostgreSQL has told its counts
PARTS = ("sessions", "paced", "stored", "digest", "idle")


class Bench:
    """The servers of a run, and what was measured of them."""

    def __init__(self, options, servers, directory):
        self.options, self.servers, self.directory = options, servers, directory
        self.cpeload = os.path.join(options.build, "tests/bench/cpeload")
        self.bare_port, self.acsd_port, self.door_port = (measure.free_port() for _ in range(3))
        self.bare = self.start_bare("bare", self.bare_port)
        self.postgres = None if options.self_test else measure.Postgres()
        self.acsd = (self.start_bare("acsd", self.acsd_port) if options.self_test else
                     self.start_acsd("acsd", self.acsd_port, "none"))
        self.of_port = {self.bare_port: self.bare, self.acsd_port: self.acsd}
        if "digest" in options.only and not options.self_test:
            self.of_port[self.door_port] = self.start_acsd("acsd-digest", self.door_port, "digest")
        self.records, self.failures = [], []

    def log(self, name):
        return os.path.join(self.directory, name + ".log")

    def start_bare(self, name, port):
        command = [os.path.join(self.options.build, "tests/bench/bare"), "--port", str(port)]
        process = measure.Process(command, self.log(name))
        self.servers.enter_context(process)
        process.wait_for_port(port)
        return process

    def start_acsd(self, name, port, authentication):
        """Of two, the second takes the same database, and asks devices who they are."""
        config, program = os.path.join(self.directory, name + ".conf"), os.path.join(self.options.build, "acs/acsd")
        settings = dict(cwmp_port=port, api_port=measure.free_port(), workers=self.options.workers,
                        authentication=authentication, key_file=os.path.join(self.directory, "keys"))
        with open(config, "w", encoding="utf-8") as file:
            file.write(ACSD_CONFIG.format(**settings, **os.environ))
        if authentication != "none":
            measure.run([program, "--new-key", settings["key_file"]])
        process = measure.Process([program, "--config", config], self.log(name))
        self.servers.enter_context(process)
        process.wait_for_port(port)
        process.wait_until_ready(settings["api_port"])
        if authentication != "none":
            token = measure.run([program, "--config", config, "--new-token", "bench"]).strip()
            measure.register(settings["api_port"], token, [self.identity(KNOWN, each) for each in range(self.options.devices)])
        return process

    @staticmethod
    def identity(seed, device):
        """A device of cpeload, and what it proves that by."""
        model, serial = (seed * 5 + device) % 8, f"B{seed:04}{device:07}"
        return {"oui": f"02FA{model:02}", "product_class": f"FG-2{model:02}0", "serial": serial, "username": serial,
                "password": PASSWORD}

    def load(self, port, *options):
        """Runs the generator; what went wrong is told at once and remembered."""
        common = ["--connections", self.options.connections, "--devices", self.options.devices]
        result, text = measure.run_load(self.cpeload, port, *common, *options)
        if result["errors"] or not result["sessions"]:
            self.failures.append(text)
            print(f"FAILED: cpeload {' '.join(map(str, options))}\n{text}", file=sys.stderr)
        return result

    def counters(self):
        wal, pages = self.postgres.wal() if self.postgres else (0, 0)
        return {
            **{port: process.cpu_us() for port, process in self.of_port.items()},
            "pg_us": self.postgres.cpu_us() if self.postgres else 0,
            "wal_bytes": wal,
            "wal_pages": pages,
        }

    def measure(self, name, port, *options):
        """One row of the table from one run."""
        before = self.counters()
        result = self.load(port, *options)
        time.sleep(SETTLE_S)
        after = self.counters()
        count = max(result["sessions"], 1)
        used = {key: (after[key] - before[key]) / count for key in before}
        record = {
            "name": name,
            "server_us": round(used[port], 2),
            "pg_us": round(used["pg_us"], 2) if port != self.bare_port else 0,
            "wal_bytes": round(used["wal_bytes"], 1),
            "wal_pages": round(used["wal_pages"], 4),
            "load_average": os.getloadavg()[0],
            **result,
        }
        record["total_us"] = round(record["server_us"] + record["pg_us"], 2)
        self.records.append(record)
        print(row_of_record(record), flush=True)
        return record

    # ---- the parts

    def register(self, seed, port=None, *options):
        self.load(port or self.acsd_port, "--register", "--task", "--seed", seed, *options)

    def prepare(self):
        """Known devices, and no page that the log must still hold in full: the first write after a checkpoint does."""
        self.register(PLAIN)
        if self.postgres:
            if "stored" in self.options.only:
                self.register(STORED)
                self.refresh()
            self.postgres.ask("CHECKPOINT", user="postgres")
        for seed in (PLAIN, STORED)[: 2 if "stored" in self.options.only else 1]:
            self.load(self.acsd_port, "--once", "--seed", seed)
        if self.door_port in self.of_port:
            self.register(KNOWN, self.door_port, "--digest")
            self.load(self.door_port, "--once", "--seed", KNOWN, "--digest")

    def refresh(self):
        """Stores 1,000 values of each device, reads them again unchanged, and again with one changed."""
        manners = (("new", []), ("unchanged", []), ("one changed", ["--change-every", 1]))
        for tag, (manner, options) in enumerate(manners):
            tag = f"bench-{tag}-"
            self.postgres.ask(QUEUE_REFRESHES.format(tag=tag))
            load = ["--once", "--task", "--values", 1000, "--seed", STORED, *options]
            self.measure(f"1,000 values, {manner}", self.acsd_port, *load)
            done = int(self.postgres.ask(COUNT_REFRESHES.format(tag=tag)))
            if done != self.options.devices:
                self.failures.append(f"{done} of {self.options.devices} refreshes succeeded ({manner})")

    def rounds(self):
        seconds = ["--seconds", self.options.seconds]
        for number in range(1, self.options.rounds + 1):
            print(f"round {number} of {self.options.rounds}, load average {os.getloadavg()[0]:.2f}", flush=True)
            self.measure("bare conn", self.bare_port, *seconds)
            self.measure("acsd conn", self.acsd_port, *seconds)
            if "stored" in self.options.only:
                self.measure("acsd conn, 1,000 stored", self.acsd_port, *seconds, "--seed", STORED)
            if self.door_port in self.of_port:
                known = [*seconds, "--seed", KNOWN]
                self.measure("acsd conn, Digest", self.door_port, *known, "--digest")
                self.measure("acsd conn, challenged", self.door_port, *known, "--forgetful")
            self.measure("bare keep", self.bare_port, *seconds, "--keepalive")
            self.measure("acsd keep", self.acsd_port, *seconds, "--keepalive")

    def paced(self):
        """Half of what it can do, arriving at random: the time of a session when nobody has to queue."""
        best = max((each["sessions_per_s"] for each in self.records if each["name"] == "acsd conn"), default=4000)
        rate = ["--rate", int(best / 2), "--seconds", self.options.seconds]
        self.measure(f"acsd conn, {int(best / 2)}/s", self.acsd_port, *rate)

    def idle(self):
        """What 10,000 devices cost that have said Inform and then nothing."""
        count = min(self.options.idle, self.options.devices)
        before = measure.resident_kib(self.acsd.pid)
        command = [self.cpeload, "--target", f"127.0.0.1:{self.acsd_port}", "--idle", str(count)]
        command += ["--devices", str(self.options.devices)]
        with measure.Process(command, self.log("idle"), stdout=subprocess.PIPE) as held:
            told = held.popen.stdout.readline().strip()
            time.sleep(SETTLE_S)
            after = measure.resident_kib(self.acsd.pid)
            held.popen.terminate()
            told += ", " + held.popen.stdout.readline().strip()
        if told != f"idle {count}, closed by the server meanwhile: 0":
            self.failures.append(f"of {count} idle sessions: {told}")
        return {
            "connections": count,
            "rss_before_kib": before,
            "rss_kib": after,
            "kib_per_connection": round((after - before) / count, 2),
        }

    def hot_share(self, before):
        time.sleep(STATISTICS_S)
        updates, hot = (now - then for now, then in zip(self.updates(), before))
        return {"updates": updates, "hot": hot, "share": round(hot / updates, 4) if updates else None}

    def updates(self):
        return [int(field) for field in self.postgres.ask(COUNT_UPDATES).split("|")]

    def run(self):
        result = {"machine": machine(), "options": vars(self.options)}
        only = self.options.only
        print(f"{result['machine']['cpu']}, {result['machine']['cores']} cores, {result['machine']['commit']}")
        print(HEAD, flush=True)
        self.prepare()
        if self.postgres:
            result["values_stored"] = {seed: int(self.postgres.ask(COUNT_VALUES % seed)) for seed in (PLAIN, STORED)}
            time.sleep(STATISTICS_S)
            before = self.updates()
        if "sessions" in only:
            self.rounds()
        if "paced" in only:
            self.paced()
        if self.postgres:
            result["device_hot"] = self.hot_share(before)
        if "idle" in only:
            result["idle"] = self.idle()
        return {**result, "records": self.records, "summary": summary(self.records), "failures": self.failures}


# ---- what is shown

HEAD = f"{'':28} {'server':>8} {'PG':>8} {'sum':>8} {'session/s':>10} {'p50':>8} {'p99':>8} {'WAL':>8} {'cpeload':>8}"


def row(name, values):
    return f"{name:28} " + " ".join(f"{value:>{width}}" for value, width in zip(values, (8, 8, 8, 10, 8, 8, 8, 8)))


def row_of_record(record):
    numbers = [f"{record[key]:.1f}" for key in ("server_us", "pg_us", "total_us")]
    numbers += [f"{record['sessions_per_s']:.0f}", record["p50_us"], record["p99_us"]]
    return row("  " + record["name"], numbers + [f"{record['wal_bytes']:.0f}", f"{record['cpu_us_per_session']:.1f}"])


def summary(records):
    """Per name: the least cost that was seen, the highest rate, the shortest times; what is noise only adds."""
    best = {}
    for name in dict.fromkeys(record["name"] for record in records):
        same = [record for record in records if record["name"] == name]
        cheapest = min(same, key=lambda record: record["total_us"])
        least = {key: min(record[key] for record in same) for key in ("p50_us", "p99_us", "wal_bytes", "wal_pages")}
        cost = {key: cheapest[key] for key in ("server_us", "pg_us", "total_us", "cpu_us_per_session")}
        rate = max(record["sessions_per_s"] for record in same)
        best[name] = {**cost, **least, "sessions_per_s": rate, **ratios(name, same, records)}
    return best


def ratios(name, same, records):
    """Cost in floors: least by least, and the middle one of the rounds."""
    manner = "bare keep" if "keep" in name else "bare conn"
    floor = [record["total_us"] for record in records if record["name"] == manner]
    if not floor or len(floor) != len(same) or name.startswith("bare"):
        return {}
    totals = [record["total_us"] for record in same]
    middle = statistics.median(total / bare for total, bare in zip(totals, floor))
    return {"times_bare": round(min(totals) / min(floor), 2), "times_bare_median": round(middle, 2)}


def print_summary(result):
    print("\nleast of all rounds, µs CPU per session\n" + HEAD + f" {'× bare':>7} {'median':>7}")
    for name, best in result["summary"].items():
        shown = row_of_record({"name": name, **best})
        if "times_bare" in best:
            shown += f" {best['times_bare']:>7.2f} {best['times_bare_median']:>7.2f}"
        print(shown)
    if "device_hot" in result:
        hot = result["device_hot"]
        print(f"device_hot: {hot['hot']} of {hot['updates']} updates were heap-only")
        stored = result["values_stored"]
        print(f"values stored per device: {stored[PLAIN]} plain, {stored[STORED]} of the others")
    if "idle" in result:
        idle = result["idle"]
        print(f"{idle['connections']} idle sessions: {idle['rss_before_kib'] / 1024:.1f} -> {idle['rss_kib'] / 1024:.1f}"
              f" MiB resident, {idle['kib_per_connection']:.1f} KiB each")
    print(f"load average {os.getloadavg()[0]:.2f}")
    for failure in result["failures"]:
        print(f"FAILED: {failure}")


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True,
                            check=False)
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "commit": commit.stdout.strip() or "no commit known",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


# ---- start


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="build directory (meson setup --buildtype=release)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of one run of the generator (4)")
    parser.add_argument("--devices", type=int, default=10000, help="known devices of each population (10000)")
    parser.add_argument("--connections", type=int, default=256, help="sessions at the same time (256: what 12,000 a second of 20 ms are)")
    parser.add_argument("--idle", type=int, default=10000, help="sessions held open, --devices at most (10000)")
    parser.add_argument("--workers", type=int, default=0, help="worker threads of acsd (0: its default)")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, of " + ",".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1 s, 1000 devices: a look, not a record")
    parser.add_argument("--self-test", action="store_true", help="a second bare in the place of acsd, no PostgreSQL")
    parser.add_argument("--dir", default="/var/tmp", help="where the throw-away cluster is made (/var/tmp)")
    parser.add_argument("--json", metavar="FILE", help="write all that was measured")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    options.only = options.only.split(",")
    if set(options.only) - set(PARTS):
        parser.error(f"--only: parts are {', '.join(PARTS)}")
    if options.quick:
        options.rounds, options.seconds, options.devices = 2, 1, min(options.devices, 1000)
    return options


def run_here(options, directory):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # acsd and cpeload need one file per connection
    with contextlib.ExitStack() as servers:
        result = Bench(options, servers, directory).run()
    print_summary(result)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")
    return 1 if result["failures"] else 0


def run_in_postgres(directory):
    """This program again, beside a PostgreSQL of its own."""
    cluster = os.path.join(directory, "pg")
    os.chmod(directory, 0o711)  # the user postgres must get through
    command = [os.path.join(ROOT, "contrib/with-postgres"), cluster, "--durable", "--", sys.executable, __file__,
               *sys.argv[1:], "--inside", directory]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)  # all of them: the script may just be waiting for initdb
            child.wait()


def main():
    options = read_options()
    measure.die_on_signals()
    try:
        if options.inside:
            return run_here(options, options.inside)
        directory = tempfile.mkdtemp(prefix="farol-bench-", dir=options.dir)
        try:
            return run_here(options, directory) if options.self_test else run_in_postgres(directory)
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    except Failed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
