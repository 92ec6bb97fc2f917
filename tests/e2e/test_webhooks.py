#!/usr/bin/env python3
"""Webhooks, end to end: real acsd, real database, a receiver that checks signatures, is away, refuses, and hangs up."""

import base64
import collections
import hashlib
import hmac
import http.server
import json
import socket
import threading
import time
import unittest

from farol import Server, free_port, wait_for


class Receiver:
    """Verifies every message as Standard Webhooks says, and counts them by their id."""

    def __init__(self):
        self.port = free_port()
        self.secrets = []
        self.messages = []
        self.bad = []
        self.status, self.headers = 200, {}
        self.server = None

    def start(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['content-length']))
                receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header('content-length', '0')
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def signatures(self, headers, body):
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        return {'v1,' + base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix('whsec_')), text, hashlib.sha256).digest()).decode()
                for secret in self.secrets}

    def take(self, headers, body):
        given = set(headers['webhook-signature'].split())
        if not given & self.signatures(headers, body) or abs(int(headers['webhook-timestamp']) - time.time()) > 60 or len(body) > 20000:
            self.bad.append((headers, body))
        self.messages.append((headers['webhook-id'], json.loads(body), len(given)))

    def count(self):
        return collections.Counter(message[0] for message in self.messages)

    def types(self):
        return [message[1]['type'] for message in self.messages]


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.server = Server({'outbox': {'networks': '127.0.0.0/8', 'timeout': '2s'}}, open_door=False).start()
        self.addCleanup(self.server.close)
        self.server.sql("INSERT INTO device (oui, product_class, serial, manufacturer) SELECT '00259E', 'HG8245', 'SN' || n, 'Maker' FROM generate_series(1, 50) n")
        self.devices = [device['id'] for device in self.server.api('GET', '/devices?limit=50')[1]['data']]
        self.receiver = Receiver().start()
        self.addCleanup(self.receiver.stop)

    def hook(self, *events, url=None):
        status, hook = self.server.api('POST', '/webhooks', {'name': 'test', 'url': url or f'http://127.0.0.1:{self.receiver.port}/in', 'events': list(events)})
        self.assertEqual(status, 201, hook)
        self.receiver.secrets.append(hook['secret'])
        return hook

    def open(self, device):
        status, case = self.server.api('POST', '/cases', {'device': device, 'found_by': 'list'})
        self.assertEqual(status, 201, case)
        return case

    def show(self, hook):
        return self.server.api('GET', f"/webhooks/{hook['id']}")[1]

    def deliveries(self, hook, query=''):
        return self.server.api('GET', f"/webhooks/{hook['id']}/deliveries?limit=200{query}")[1]['data']

    def hurry(self):
        """What waits for its next try is due now."""
        self.server.sql("UPDATE outbox_delivery SET next_at = now() WHERE state = 'waiting'")

    def test_everything_is_told_once_and_signed(self):
        self.hook('case.*', 'action.cancelled', 'incident.opened')
        case = self.open(self.devices[0])
        action = self.server.api('POST', f'/devices/{self.devices[0]}/actions', {'type': 'reboot'})[1]
        self.server.api('POST', f"/actions/{action['id']}/cancel", {})
        self.server.api('POST', f"/cases/{case['id']}/escalate", {'queue': 'N2', 'summary': 'resumo'})
        self.server.api('POST', f"/cases/{case['id']}/return", {'advice': 'x'})
        self.server.api('POST', f"/cases/{case['id']}/visit", {'queue': 'Campo'})
        self.server.api('POST', f"/cases/{case['id']}/close", {'outcome': 'solved', 'reason': 'other'})
        self.server.sql("INSERT INTO device_place (device_id, city, changed_by) SELECT min(id), 'Recife', 'x' FROM device")
        incident = self.server.api('POST', '/incidents', {'kind': 'city', 'place': 'Recife'})[1]
        self.server.api('POST', f"/incidents/{incident['id']}/close", {})
        expected = ['case.opened', 'action.cancelled', 'case.escalated', 'case.returned', 'case.visit', 'case.closed', 'incident.opened']
        wait_for('all are there', lambda: len(self.receiver.messages) >= len(expected))
        time.sleep(1.5)
        self.assertEqual((self.receiver.types(), self.receiver.bad), (expected, []))
        self.assertEqual(set(self.receiver.count().values()), {1})
        told = {message[1]['type']: message[1]['data'] for message in self.receiver.messages}
        self.assertEqual((told['action.cancelled']['action'], told['action.cancelled']['case'], told['action.cancelled']['device']),
                         (action['id'], case['id'], self.devices[0]))
        self.assertEqual((told['case.escalated']['protocol'], told['case.escalated']['summary']), (case['protocol'], 'resumo'))
        self.assertEqual(self.server.get_raw(told['case.escalated']['handoff'])[0], 200)

    def test_a_receiver_that_is_away_misses_nothing_and_a_killed_server_neither(self):
        hook = self.hook('case.opened')
        self.receiver.stop()
        for device in self.devices[:20]:
            self.open(device)
        wait_for('it was tried', lambda: self.show(hook)['failing_since'] is not None)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.show(hook)['waiting'], 20)
        self.assertEqual(self.receiver.messages, [])
        self.receiver.start()
        self.server.sql("UPDATE outlet SET busy_until = now()")  # as if the lease of the dead one were over
        self.hurry()
        wait_for('all are there', lambda: len(self.receiver.count()) == 20)
        wait_for('all are noted', lambda: self.show(hook)['waiting'] == 0)
        self.assertEqual((set(self.receiver.count().values()), self.receiver.bad), ({1}, []))
        self.assertEqual((self.show(hook)['failing_since'], self.show(hook)['enabled']), (None, True))
        rows = self.deliveries(hook)
        self.assertEqual({row['state'] for row in rows}, {'delivered'})
        self.assertEqual({row['event'] for row in rows}, set(self.receiver.count()))
        # again, under the same id
        status, again = self.server.api('POST', f"/webhooks/{hook['id']}/redeliver", {'delivery': rows[0]['id']})
        self.assertEqual((status, again), (200, {'again': 1}))
        wait_for('it came again', lambda: self.receiver.count()[rows[0]['event']] == 2)

    def test_refusals_are_tried_again_as_they_ask_and_410_ends_it(self):
        hook = self.hook('case.opened')
        self.receiver.status, self.receiver.headers = 503, {'Retry-After': '120'}
        self.open(self.devices[0])
        row = wait_for('it was refused', lambda: [row for row in self.deliveries(hook) if row['tries'] == 1])[0]
        self.assertEqual((row['state'], row['status']), ('waiting', 503))
        seconds = float(self.server.sql('SELECT extract(epoch FROM next_at - tried_at) FROM outbox_delivery'))
        self.assertAlmostEqual(seconds, 120, delta=2)
        for tries in range(2, 9):
            self.hurry()
            wait_for(f'try {tries}', lambda: self.deliveries(hook)[0]['tries'] == tries)  # pylint: disable=cell-var-from-loop
        self.assertEqual((self.deliveries(hook)[0]['state'], self.show(hook)['waiting']), ('failed', 0))
        self.receiver.status, self.receiver.headers = 200, {}
        self.assertEqual(self.server.api('POST', f"/webhooks/{hook['id']}/redeliver")[1], {'again': 1})
        wait_for('it came', lambda: self.deliveries(hook)[0]['state'] == 'delivered')
        self.receiver.status = 410
        self.open(self.devices[1])
        wait_for('it is disabled', lambda: not self.show(hook)['enabled'])
        self.assertEqual(self.show(hook)['disabled_why'], 'gone')
        count = len(self.receiver.messages)
        self.open(self.devices[2])
        self.hurry()
        time.sleep(2)
        self.assertEqual(len(self.receiver.messages), count)
        self.receiver.status = 200
        self.server.api('PATCH', f"/webhooks/{hook['id']}", {'enabled': True})
        wait_for('what waited is there', lambda: self.show(hook)['waiting'] == 0)
        self.assertEqual(self.show(hook)['disabled_why'], None)

    def test_three_days_of_failure_disable_it(self):
        hook = self.hook('case.opened')
        self.receiver.status = 500
        self.open(self.devices[0])
        wait_for('it failed', lambda: self.show(hook)['failing_since'] is not None)
        self.server.sql("UPDATE outlet SET failing_since = now() - interval '73 h'")
        self.hurry()
        wait_for('it is disabled', lambda: not self.show(hook)['enabled'])
        self.assertEqual((self.show(hook)['disabled_why'], self.show(hook)['waiting']), ('failing', 1))

    def test_both_secrets_sign_for_a_day(self):
        hook = self.hook('case.opened')
        rotated = self.server.api('POST', f"/webhooks/{hook['id']}/rotate")[1]
        self.assertNotEqual(rotated['secret'], hook['secret'])
        self.open(self.devices[0])
        wait_for('it is there', lambda: self.receiver.messages)
        self.receiver.secrets = [rotated['secret']]
        self.open(self.devices[1])
        wait_for('the next is there', lambda: len(self.receiver.messages) == 2)
        self.assertEqual(([message[2] for message in self.receiver.messages], self.receiver.bad), ([2, 2], []))
        self.server.sql("UPDATE outlet SET old_until = now()")
        self.open(self.devices[2])
        wait_for('the last is there', lambda: len(self.receiver.messages) == 3)
        self.assertEqual((self.receiver.messages[2][2], self.receiver.bad), (1, []))

    def test_one_that_hangs_holds_nobody_up_and_redirects_are_not_followed(self):
        """A listener that accepts and says nothing; a redirect to a place that must not be asked."""
        forbidden = Receiver().start()
        self.addCleanup(forbidden.stop)
        silent = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(silent.close)
        slow = self.hook('case.opened', url=f'http://127.0.0.1:{silent.getsockname()[1]}/')
        self.receiver.status, self.receiver.headers = 302, {'Location': f'http://127.0.0.1:{forbidden.port}/'}
        moved = self.hook('case.opened')
        private = self.hook('case.opened', url='https://169.254.169.254/latest/meta-data')
        self.open(self.devices[0])
        wait_for('all were tried', lambda: all(self.deliveries(hook)[0]['tries'] == 1 for hook in (slow, moved, private)))
        self.assertEqual(forbidden.messages, [])
        self.assertEqual(self.deliveries(moved)[0]['status'], 302)
        self.assertIn('imed out', self.deliveries(slow)[0]['detail'])
        self.assertIn('169.254.169.254', self.deliveries(private)[0]['detail'])
        self.assertIn('not public', self.deliveries(private)[0]['detail'])


if __name__ == '__main__':
    unittest.main()
