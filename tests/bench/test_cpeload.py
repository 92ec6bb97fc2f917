#!/usr/bin/env python3
"""test_cpeload.py CPELOAD BARE: the load generator against the bare server, and against a scripted ACS."""

import collections
import datetime
import hashlib
import json
import re
import subprocess
import sys
import threading
import unittest
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CPELOAD, BARE = sys.argv[1:3]
NAMESPACES = {
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "cwmp": "urn:dslforum-org:cwmp-1-0",
}
ARRAY_TYPE = "{http://schemas.xmlsoap.org/soap/encoding/}arrayType"
Run = collections.namedtuple("Run", "status result text")


def cpeload(port, *options):
    command = [CPELOAD, "--target", f"127.0.0.1:{port}", "--timeout", "5", "--json", *map(str, options)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    last = ended.stdout.strip().rpartition("\n")[2]
    return Run(ended.returncode, json.loads(last) if last.startswith("{") else None, ended.stdout + ended.stderr)


def envelope(method, inside, message_id="acs-1"):
    return (
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:cwmp="urn:dslforum-org:cwmp-1-0">'
        f'<SOAP-ENV:Header><cwmp:ID SOAP-ENV:mustUnderstand="1">{message_id}</cwmp:ID></SOAP-ENV:Header>'
        f"<SOAP-ENV:Body><cwmp:{method}>{inside}</cwmp:{method}></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def read_values(*names):
    inside = "".join(f"<string>{name}</string>" for name in names)
    return envelope("GetParameterValues", f"<ParameterNames>{inside}</ParameterNames>", "read &amp; weep")


def read_names(path, next_level):
    inside = f"<ParameterPath>{path}</ParameterPath><NextLevel>{next_level}</NextLevel>"
    return envelope("GetParameterNames", inside)


INFORM_RESPONSE = envelope("InformResponse", "<MaxEnvelopes>1</MaxEnvelopes>")


class Message:
    """An envelope of the generator, taken apart by a real parser."""

    def __init__(self, body):
        root = ElementTree.fromstring(body)
        self.body = body
        self.id = root.find("soap:Header/cwmp:ID", NAMESPACES).text
        self.element = root.find("soap:Body", NAMESPACES)[0]
        self.method = self.element.tag.partition("}")[2]
        self.list = self.element.find("ParameterList")

    def text(self, path):
        return self.element.findtext(path)

    def values(self):
        items = self.list.findall("ParameterValueStruct")
        return {item.findtext("Name"): item.findtext("Value") for item in items}

    def names(self):
        return [item.findtext("Name") for item in self.list.findall("ParameterInfoStruct")]

    def announced(self):
        return int(re.search(r"\[(\d+)\]", self.list.get(ARRAY_TYPE)).group(1))


class Door:
    """Digest with MD5, as RFC 7616 has it."""

    def __init__(self, password):
        self.password, self.counts = password, {}  # nonce: its last count

    def challenge(self):
        nonce = f"nonce-{len(self.counts):026}"
        self.counts[nonce] = 0
        return f'Digest realm="a realm", qop="auth", nonce="{nonce}", algorithm=MD5'

    def admits(self, authorization):
        said = dict(re.findall(r'(\w+)="?([^",]+)', authorization or ""))
        if not said or self.counts.get(said["nonce"]) != int(said["nc"], 16) - 1:
            return False
        self.counts[said["nonce"]] += 1
        who, what = (hashlib.md5(text.encode()).hexdigest() for text in (
            f"{said['username']}:a realm:{self.password}", f"POST:{said['uri']}"))
        proof = ":".join((who, said["nonce"], said["nc"], said["cnonce"], "auth", what))
        return hashlib.md5(proof.encode()).hexdigest() == said["response"]


class ScriptedAcs:
    """Answers every session alike: with hello, then one request after the other, then 204."""

    def __init__(self, requests=(), hello=(200, INFORM_RESPONSE), cookie="sid=0; Path=/", hang_up_after=None,
                 password=None):
        """password: devices are asked for it, by Digest."""
        self.door = Door(password) if password else None
        self.requests, self.hello, self.cookie, self.hang_up_after = requests, hello, cookie, hang_up_after
        self.informs, self.answers, self.connections = [], [], 0
        acs, lock, sessions = self, threading.Lock(), {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def setup(self):
                super().setup()
                acs.connections += 1

            def log_message(self, *_):
                pass

            def reply(self, status, body, *header):
                self.send_response(status)
                if header:
                    self.send_header(*header)
                self.send_header("Content-Length", len(body))
                self.end_headers()
                self.wfile.write(body)

            def greet(self, body):
                if acs.door and not acs.door.admits(self.headers["Authorization"]):
                    return self.reply(401, b"", "WWW-Authenticate", acs.door.challenge())
                acs.informs.append(Message(body))
                with lock:
                    number = len(sessions)
                    sessions[f"sid={number}"] = iter(acs.requests)
                self.close_connection = acs.hang_up_after == "inform"
                if not self.close_connection:
                    cookie = ("Set-Cookie", acs.cookie.replace("0", str(number), 1)) if acs.cookie else ()
                    self.reply(*acs.hello, *cookie)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if b":Inform>" in body:
                    return self.greet(body)
                if body:
                    acs.answers.append(Message(body))
                request = next(sessions[self.headers["Cookie"]], None)
                self.reply(200, request) if request else self.reply(204, b"")
                self.close_connection = acs.hang_up_after == "session" and not request

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """The generator ends its connections with RST, which is news to nobody."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class AgainstBare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bare = subprocess.Popen([BARE], stdout=subprocess.PIPE, text=True)
        cls.port = int(cls.bare.stdout.readline().rpartition(":")[2])

    @classmethod
    def tearDownClass(cls):
        cls.bare.terminate()
        cls.bare.wait()
        cls.bare.stdout.close()

    def check(self, sessions, *options):
        run = cpeload(self.port, *options)
        self.assertEqual((run.status, run.result["sessions"], run.result["errors"]), (0, sessions, 0), run.text)
        self.assertGreater(run.result["p50_us"], 0)
        self.assertLessEqual(run.result["p50_us"], run.result["p99_us"])
        return run.result

    def test_five_hundred_sessions_end_without_an_error_in_every_manner(self):
        for options in [[], ["--keepalive"], ["--fin"], ["--threads", 2], ["--cwmp", "1.2"], ["--rate", 2000]]:
            with self.subTest(options=options):
                self.check(500, "--sessions", 500, *options)

    def test_every_device_is_taken_once(self):
        for option in "--once", "--register":
            self.check(123, option, "--devices", 123, "--connections", 10, "--threads", 3)

    def test_idle_sessions_are_held_open(self):
        command = [CPELOAD, "--target", f"127.0.0.1:{self.port}", "--idle", "50"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as held:
            self.assertEqual(held.stdout.readline(), "idle 50\n")
            held.terminate()
            self.assertEqual(held.stdout.readline(), "closed by the server meanwhile: 0\n")
        self.assertEqual(held.returncode, 0)

    def test_an_open_loop_keeps_its_rate(self):
        result = self.check(200, "--sessions", 200, "--rate", 1000)
        self.assertGreater(result["seconds"], 0.1)


class WhatADeviceSays(unittest.TestCase):
    def informs(self, *options):
        with ScriptedAcs() as acs:
            run = cpeload(acs.port, "--connections", 1, "--devices", 3, *options)
        self.assertEqual(run.status, 0, run.text)
        return acs.informs

    def identities(self, seed):
        fields = "DeviceId/OUI", "DeviceId/ProductClass", "DeviceId/SerialNumber"
        return [tuple(map(each.text, fields)) for each in self.informs("--sessions", 3, "--seed", seed)]

    def test_the_inform_has_the_size_that_the_budgets_were_measured_with(self):
        for inform in self.informs("--sessions", 4):
            self.assertEqual((len(inform.body), len(inform.values()), inform.announced()), (2983, 10, 10))
            self.assertEqual(inform.text("Event/EventStruct/EventCode"), "2 PERIODIC")

    def test_devices_differ_and_are_the_same_in_every_run(self):
        first = self.identities(1)
        self.assertEqual(len(set(first)), 3)
        self.assertEqual(first, self.identities(1))
        self.assertFalse(set(first) & set(self.identities(2)))

    def test_only_the_clock_moves_between_two_sessions_of_a_device(self):
        informs = self.informs("--sessions", 100)
        before, after = informs[0].values(), informs[99].values()  # three devices take turns
        moved = [name for name in before if before[name] != after[name]]
        self.assertEqual(moved, ["InternetGatewayDevice.DeviceInfo.UpTime"])
        now = datetime.datetime.now(datetime.timezone.utc)
        said = datetime.datetime.strptime(informs[99].text("CurrentTime") + "+0000", "%Y-%m-%dT%H:%M:%SZ%z")
        self.assertLess(abs((now - said).total_seconds()), 5)

    def test_a_value_changes_as_often_as_asked(self):
        address = "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ExternalIPAddress"
        seen = {}
        for inform in self.informs("--sessions", 60, "--change-every", 10):
            seen.setdefault(inform.text("DeviceId/SerialNumber"), set()).add(inform.values()[address])
        self.assertEqual(sum(len(addresses) - 1 for addresses in seen.values()), 6)

    def test_registering_is_a_bootstrap(self):
        inform = self.informs("--register")[0]
        codes = [each.findtext("EventCode") for each in inform.element.find("Event")]
        self.assertEqual(codes, ["0 BOOTSTRAP", "1 BOOT"])


class Dialogue(unittest.TestCase):
    def answers(self, requests, *options):
        with ScriptedAcs(requests) as acs:
            run = cpeload(acs.port, "--sessions", 1, "--connections", 1, "--task", *options)
        self.assertEqual((run.status, run.result["requests"]), (0, len(requests)), run.text)
        return acs.answers

    def test_each_request_gets_its_response_with_its_id(self):
        reboot = envelope("Reboot", "<CommandKey>k</CommandKey>", "r-7")
        settings = envelope("SetParameterValues", "<ParameterList/><ParameterKey>k</ParameterKey>", "s-8")
        methods = envelope("GetRPCMethods", "", "m-9")
        rebooted, applied, listed = self.answers([reboot, settings, methods])
        self.assertEqual((rebooted.method, rebooted.id), ("RebootResponse", "r-7"))
        self.assertEqual((applied.method, applied.id), ("SetParameterValuesResponse", "s-8"))
        self.assertEqual(applied.text("Status"), "0")
        self.assertIn("Reboot", [each.text for each in listed.element.find("MethodList")])

    def test_a_partial_path_reads_what_is_below_it(self):
        root = "InternetGatewayDevice."
        rule = root + "QueueManagement.Classification.7."
        all_of_it, one_rule, nothing = self.answers(
            [read_values(root), read_values(rule), read_values(root + "Time.")], "--values", 1000
        )
        self.assertEqual((len(all_of_it.values()), all_of_it.announced(), all_of_it.id), (1000, 1000, "read & weep"))
        self.assertEqual((len(one_rule.values()), one_rule.announced()), (10, 10))
        self.assertTrue(all(name.startswith(rule) for name in one_rule.values()))
        self.assertEqual((nothing.values(), nothing.announced()), ({}, 0))

    def test_full_names_read_in_the_order_asked(self):
        rule = "InternetGatewayDevice.QueueManagement.Classification.1."
        names = [rule + "DestIP", "InternetGatewayDevice.Time.NTPServer1", rule + "ClassInterface"]
        (answer,) = self.answers([read_values(*names)])
        self.assertEqual(list(answer.values()), names)
        self.assertEqual(answer.values()[names[0]], "203.0.113.0")

    def test_names_are_listed_whole_or_one_level_deep(self):
        rules = "InternetGatewayDevice.QueueManagement.Classification."
        whole, level = self.answers([read_names(rules, 0), read_names(rules, 1)], "--values", 25)
        self.assertEqual((len(whole.names()), whole.announced()), (25, 25))
        self.assertEqual((level.names(), level.announced()), ([rules + "1.", rules + "2.", rules + "3."], 3))

    def test_an_answer_larger_than_a_socket_buffer_arrives_whole(self):
        (answer,) = self.answers([read_values("InternetGatewayDevice.")], "--values", 20000)
        self.assertGreater(len(answer.body), 4_000_000)
        self.assertEqual(len(answer.values()), 20000)


class Proving(unittest.TestCase):
    def challenged(self, password, *options):
        with ScriptedAcs(password=password) as acs:
            run = cpeload(acs.port, "--devices", 2, "--connections", 2, "--sessions", 10, *options)
        return run, run.result["challenges"]

    def test_a_device_is_challenged_once_and_remembers(self):
        run, challenges = self.challenged("load-of-the-bench", "--digest")
        self.assertEqual((run.status, run.result["sessions"], challenges), (0, 10, 2), run.text)

    def test_or_forgets_it_each_time(self):
        run, challenges = self.challenged("load-of-the-bench", "--forgetful")
        self.assertEqual((run.status, run.result["sessions"], challenges), (0, 10, 10), run.text)

    def test_a_proof_that_is_refused_is_an_error_and_so_is_a_challenge_that_nobody_expected(self):
        for password, options in (("another", ["--digest"]), ("load-of-the-bench", [])):
            run, _ = self.challenged(password, *options)
            self.assertEqual((run.status, run.result["sessions"]), (1, 0), run.text)
            self.assertIn("status", run.result["errors_by_kind"])


class Failures(unittest.TestCase):
    def test_what_a_server_does_wrong_is_counted_by_kind(self):
        fault = envelope("Fault", "")
        cases = [
            ("status", dict(hello=(503, b"")), []),
            ("no_response", dict(hello=(200, fault)), []),
            ("no_response", dict(hello=(200, b"hello")), []),
            ("no_cookie", dict(cookie=None), []),
            ("no_cookie", dict(cookie="sid=" + "0" * 200), []),
            ("closed", dict(hang_up_after="inform"), []),
            ("request", dict(requests=[envelope("Reboot", "")]), []),
            ("unknown", dict(requests=[envelope("FactoryReset", "")]), ["--task"]),
        ]
        for kind, behaviour, options in cases:
            with self.subTest(kind=kind, behaviour=behaviour), ScriptedAcs(**behaviour) as acs:
                run = cpeload(acs.port, "--sessions", 3, *options)
                self.assertEqual((run.status, run.result["sessions"]), (1, 0), run.text)
                self.assertEqual(run.result["errors_by_kind"], {kind: 3}, run.text)

    def test_a_server_that_is_not_there_ends_the_run(self):
        with ScriptedAcs() as acs:
            port = acs.port
        run = cpeload(port, "--seconds", 30)
        self.assertEqual(run.status, 1)
        self.assertEqual(list(run.result["errors_by_kind"]), ["connect"])

    def test_a_kept_connection_that_the_server_closed_is_no_error(self):
        with ScriptedAcs(hang_up_after="session") as acs:
            run = cpeload(acs.port, "--sessions", 20, "--connections", 1, "--keepalive")
        self.assertEqual((run.status, run.result["sessions"], acs.connections), (0, 20, 20), run.text)

    def test_keepalive_uses_one_connection_for_all(self):
        with ScriptedAcs() as acs:
            run = cpeload(acs.port, "--sessions", 20, "--connections", 1, "--keepalive")
        self.assertEqual((run.status, acs.connections, run.result["reconnects"]), (0, 1, 0), run.text)

    def test_bad_options_are_refused_with_a_reason(self):
        for options, reason in [
            ([], "--idle is needed"),
            (["--sessions", "x"], "--sessions: "),
            (["--sessions", 1, "--devices", 3], "--devices: "),
            (["--sessions", 1, "--cwmp", "1.4"], "--cwmp is"),
            (["--sessions", 1, "more"], "'more' is not an option"),
        ]:
            with self.subTest(options=options):
                run = cpeload(9, *options)
                self.assertEqual((run.status, run.result), (2, None))
                self.assertIn(reason, run.text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
