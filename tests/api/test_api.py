#!/usr/bin/env python3
"""Every route, every answer against the document, every documented error. The cases are in cases_*.py."""

import concurrent.futures
import time
import unittest

import server as support
from api_case import DESCRIPTION, GIVEN, SERVER, Api, empty_body, fill, required_query
from cases_actions import Actions, Repeating, Waiting
from cases_audit import Audit
from cases_campaign_board import CampaignFigures, CampaignStream, Exports, FollowUps, WayBack
from cases_campaigns import Campaigns, KillSwitches, OfTheLibrary
from cases_case_homes import CaseHomes
from cases_cases import Cases
from cases_console import Console
from cases_credentials import Alarms, Credentials, Registering, Trust
from cases_files import Files
from cases_firmware import Firmware, ForADevice, FourEyes, Signatures
from cases_fleet import Fleet
from cases_handoff import Escalation
from cases_imports import Imports
from cases_incidents import Incidents
from cases_limits import Limits
from cases_lists import Health, Lists
from cases_overview import Overview
from cases_people import PUBLIC, FirstStart, Links, Mine, Sessions, SigningIn
from cases_playbooks import Playbooks, Runs
from cases_requests import Paths, Requests, TheDocument, Tokens
from cases_roles import Roles
from cases_scope import Scope
from cases_settings import Texts, Thresholds
from cases_search import Search
from cases_streams import Streams
from cases_subscribers import Bindings, Subscribers
from cases_system import System
from cases_tokens import Giving, ProgramTokens, Unlocking
from cases_totp import Codes
from cases_trail import Trail
from cases_uploads import Uploads
from cases_users import Broken, Flips, Matrix, Users
from cases_verdicts import Metrics, Place, Presence, Verdicts
from cases_connectors import Connectors
from cases_webhooks import Webhooks

ALL = (FirstStart, Actions, Alarms, Audit, Trail, Bindings, Broken, CampaignFigures, CampaignStream, Campaigns, CaseHomes, Cases, Codes, Connectors, Console, Credentials, Escalation, Exports, Files, Uploads, Firmware, Fleet, Flips, FollowUps, ForADevice, FourEyes, Giving, Health, Imports, Incidents, KillSwitches, Limits, Links,
       Lists, Matrix, Metrics, Mine, OfTheLibrary, Overview,
       Paths, Place, Playbooks, Presence, ProgramTokens, Registering, Repeating, Requests, Roles, Runs, Scope, Search, Sessions, Signatures, SigningIn, Streams, Subscribers, System, Texts, TheDocument, Thresholds, Tokens,
       Trust, Unlocking, Users, Verdicts, Waiting, WayBack, Webhooks)


def tearDownModule():
    status = SERVER.stop()
    if status != 0:
        raise AssertionError(f'api_server ended with {status}')


class WithoutADatabase(Api):
    """Every route says 503 and changes nothing, and all is well once it is back."""

    def setUp(self):
        SERVER.sql(f'ALTER DATABASE {SERVER.database} ALLOW_CONNECTIONS false', database='postgres')
        SERVER.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{SERVER.database}'",
                   database='postgres')

    def test_every_route_is_unavailable_and_comes_back(self):
        for method, path, operation in DESCRIPTION.operations():
            if operation['x-capability'] == 'public':
                continue
            with self.subTest(route=f'{method} {path}'):
                answer = self.call(method, fill(path) + required_query(operation), empty_body(method), expect=503)
                self.assertEqual((answer.json['code'], answer.headers['retry-after']), ('unavailable', '1'))
        self.call('GET', '/handoffs/x', token=None, expect=503)
        for path, body in PUBLIC:
            self.call('POST', path, body, expect=503, token=None)
        self.call('POST', '/api/v1/session/provider', expect=503, token=None)
        self.call('GET', '/api/v1/setup', expect=503, token=None)
        self.assertFalse(self.call('GET', '/readyz', token=None, expect=503).json['ready'])
        self.call('GET', '/healthz', token=None, expect=200)
        SERVER.sql(f'ALTER DATABASE {SERVER.database} ALLOW_CONNECTIONS true', database='postgres')
        deadline = time.monotonic() + 20
        while SERVER.request('GET', '/readyz', token=None).status != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        device = self.device()
        with SERVER.stream(f'/api/v1/stream?topics=device:{device}') as stream:
            self.reboot(device)
            self.assertEqual(stream.next_event()['data']['state'], 'queued')


class Stopping(unittest.TestCase):
    def test_a_server_that_stops_leaves_nobody_waiting(self):
        """Streams end, who waits is answered, and nothing is left behind (the sanitizer would say so)."""
        server = support.start()
        device = server.add_device('STOP')
        action = server.request('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}).json['id']
        with concurrent.futures.ThreadPoolExecutor(8) as pool, server.stream(f'/api/v1/stream?topics=device:{device}') as stream:
            self.assertEqual(stream.next(), {'retry': '3000'})
            runs = [pool.submit(server.request, 'GET', f'/api/v1/actions/{action}', headers={'Prefer': 'wait=60'})
                    for _ in range(8)]
            time.sleep(1)
            started = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - started, 20)
            self.assertEqual({(run.result().status, run.result().json['state']) for run in runs}, {(200, 'queued')})
            while (block := stream.next()) is not None:
                self.assertNotIn('reset', block.values())


class EveryAnswer(Api):
    maxDiff = None

    def test_every_documented_answer_was_given(self):
        described = {(operation['operationId'], int(status)) for _, _, operation in DESCRIPTION.operations()
                     for status in operation['responses']}
        self.assertEqual(sorted(described - GIVEN), [])


def load_tests(loader, _tests, _pattern):
    """In this order: without a database nothing else could run, and the last one counts."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (*ALL, Stopping, WithoutADatabase, EveryAnswer))


if __name__ == '__main__':
    unittest.main()
