"""Windows of campaigns over zones and changes of clocks, against a clock that is looked at minute by minute."""

import datetime
import random
import subprocess
import sys
import zoneinfo

CASES = 2000
AHEAD_S = 2 * 86400
# Summer time on both halves of the globe, half an hour of it (Lord Howe), offsets of quarters of an hour, and none.
ZONES = ["America/Sao_Paulo", "America/Recife", "America/Manaus", "America/New_York", "Europe/Lisbon", "Europe/Berlin",
         "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "America/Santiago"]
YEARS = range(2015, 2028)  # Brazil had summer time until 2019


def offset(zone, at):
    return int(datetime.datetime.fromtimestamp(at, zone).utcoffset().total_seconds())


def changes(zone):
    """Moments at which clocks are changed, found minute by minute within the hour in which they are."""
    found = []
    begin = int(datetime.datetime(YEARS[0], 1, 1, tzinfo=datetime.timezone.utc).timestamp())
    for hour in range(begin, begin + len(YEARS) * 366 * 86400, 3600):
        if offset(zone, hour) != offset(zone, hour + 3600):
            found += [at + 60 for at in range(hour, hour + 3600, 60) if offset(zone, at) != offset(zone, at + 60)]
    return found


def is_open(window, zone, at):
    days, start, end = window
    wall = datetime.datetime.fromtimestamp(at, zone)
    minute = wall.hour * 60 + wall.minute
    if end > start:
        return bool(days >> wall.weekday() & 1) and start <= minute < end
    yesterday = (wall.weekday() - 1) % 7
    return bool(days >> wall.weekday() & 1) and minute >= start or bool(days >> yesterday & 1) and minute < end


def expected(window, zone, now):
    at = now
    while at < now + AHEAD_S and is_open(window, zone, at):
        at += 60
    return 0 if at == now else at


def make(draw, zones, when):
    name = draw.choice(ZONES)
    zone = zones[name]
    around = draw.choice(when[name]) if when[name] and draw.random() < 0.8 else draw.randrange(1500000000, 1800000000) // 60 * 60
    now = around + draw.randrange(-6 * 60, 3 * 60) * 60
    wall = datetime.datetime.fromtimestamp(now, zone)
    start = (wall.hour * 60 + wall.minute - draw.randrange(-60, 240)) % 1440 if draw.random() < 0.8 else draw.randrange(1440)
    end = (start + draw.choice([15, 30, 60, 90, 180, 300, 720, 1440])) % 1440
    window = (draw.choice([127, 127, 31, draw.randrange(1, 128)]), start, end)
    change = next((at for at in when[name] if now < at <= now + AHEAD_S), 0)
    return name, zone, window, now, change


def main():
    draw = random.Random(20261130)
    zones = {name: zoneinfo.ZoneInfo(name) for name in ZONES}
    when = {name: changes(zone) for name, zone in zones.items()}
    cases, wrong = [], 0
    while len(cases) < CASES:
        case = make(draw, zones, when)
        if expected(case[2], case[1], case[3]) < case[3] + AHEAD_S - 86400:  # one that never closes tells nothing
            cases.append(case)
    lines = "".join(f"{w[0]} {w[1]} {w[2]} {now} {offset(zone, now)} {change} {offset(zone, change) if change else 0}\n"
                    for _, zone, w, now, change in cases)
    answers = subprocess.run([sys.argv[1]], input=lines, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    for (name, zone, window, now, change), answer in zip(cases, answers, strict=True):
        if int(answer) != expected(window, zone, now):
            wrong += 1
            print(f"{name} {window} at {datetime.datetime.fromtimestamp(now, zone)}, change {change}: {answer},"
                  f" not {expected(window, zone, now)}")
    opened = sum(answer != "0" for answer in answers)
    across = sum(now < change <= int(answer) for (_, _, _, now, change), answer in zip(cases, answers))
    print(f"{len(cases)} cases, {opened} open, {across} across a change of clocks, {wrong} wrong")
    return 1 if wrong or opened < CASES // 5 or across < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
