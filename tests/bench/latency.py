#!/usr/bin/env python3
"""latency.py [--actions N] [--homes N] [--kinds NAME,…]: from the request of an agent to a result that is proved, on homes that can be called.

Below contrib/with-postgres, with FAROL_BUILD naming a release build:
    contrib/with-postgres /tmp/latency --durable -- env FAROL_BUILD=$PWD/build-release tests/bench/latency.py
Actions of several kinds one after the other, as agents on the telephone give them; prints p50, p95 and the longest of each
kind with the load of the machine, and fails if one did not succeed.
"""

import argparse
import os
import pathlib
import secrets
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
os.environ.setdefault("FAROL_SLOW", "1")
import farol  # noqa: E402

def login(homes, serial, root):
    """A home that is off because its login is wrong, and the login that the provider has."""
    ppp = homes.ask(f"home {serial}")["ppp"]
    homes.ask(f"set {serial} {root}{PPP[root]}.Password forgotten")
    return {"username": ppp["username"], "password": ppp["password"]}


PPP = {"Device.": "PPP.Interface.1", "InternetGatewayDevice.": "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1"}
KINDS = {"wifi.set_password": lambda *_: {"password": f"lua-{secrets.token_hex(6)}"},
         "wifi.set_ssid": lambda n, *_: {"ssid": f"Casa {n}"},
         "wifi.set_channel": lambda n, *_: {"band": "2.4", "channel": (1, 6, 11)[n % 3]},
         "wan.set_pppoe": lambda _, homes, device: login(homes, device["serial"], device["root"]),
         "lan.set_dns": lambda n, *_: {"servers": [f"192.0.2.{n % 250 + 1}"]},
         "reboot": lambda *_: {},
         "refresh": lambda *_: {"set": "light"},
         "diag.ping": lambda *_: {"host": "198.51.100.7", "count": 1}}


def percentile(numbers, share):
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def settle(server, homes, count):
    farol.wait_for("the homes are there", lambda: server.sql("SELECT count(*) FROM device") == str(count), 60)
    devices = server.api("GET", "/devices?limit=200")[1]["data"]
    for device in devices:
        server.act(device["id"], "refresh", wait=60)
        homes.ask(f"inform {device['serial']}")
    farol.wait_for("all are bound", lambda: server.sql(
        "SELECT count(*) FROM device_hot WHERE enrolment = 2") == str(count), 60)
    return devices


def measure(server, homes, devices, kinds, actions):
    times = {kind: [] for kind in kinds}
    for number in range(actions):
        kind, device = kinds[number % len(kinds)], devices[number // len(kinds) % len(devices)]
        params = KINDS[kind](number, homes, device)
        began = time.monotonic()
        done = server.act(device["id"], kind, params, wait=60)
        times[kind].append(time.monotonic() - began)
        if done["state"] != "succeeded":
            raise SystemExit(f"{kind} of {device['serial']} ended as {done['state']}: {done['failure']}")
    return times


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--actions", type=int, default=200)
    options.add_argument("--homes", type=int, default=12)
    options.add_argument("--kinds", type=lambda names: names.split(","), default=list(KINDS))
    chosen = options.parse_args()
    server = farol.Server({"log": {"level": "info"}}, open_door=False).start()
    homes = farol.Homes(server, chosen.homes, interval=3600, extra=("--username", "bootstrap", "--password", farol.BOOTSTRAP,
                                                                    "--start-spread", "0", "--models", "gpon181,gpon098,dsl098"))
    try:
        times = measure(server, homes, settle(server, homes, chosen.homes), chosen.kinds, chosen.actions)
    finally:
        homes.close()
        server.close()
    times["all"] = [one for kind in times.values() for one in kind]
    for kind, seconds in times.items():
        print(f"{kind:<18} {len(seconds):>4}  p50 {percentile(seconds, 0.5):6.3f} s  p95 {percentile(seconds, 0.95):6.3f} s"
              f"  longest {max(seconds):6.3f} s")
    print("load of the machine:", " ".join(f"{one:.1f}" for one in os.getloadavg()))
    if percentile(times["all"], 0.5) >= 5 or percentile(times["all"], 0.95) >= 15:
        raise SystemExit("p50 is to be below 5 s and p95 below 15 s")


if __name__ == "__main__":
    main()
