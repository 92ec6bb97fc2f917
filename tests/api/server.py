"""Starts api_server (the real API on a real database), talks to it, and plays the devices and workers by SQL."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import urllib.parse
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'support'))
from psql import Psql  # pylint: disable=wrong-import-position

ENDED = ('succeeded', 'failed', 'expired', 'cancelled')


class Answer(NamedTuple):
    status: int
    headers: dict  # names in small letters
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    def __init__(self, program, with_keys):
        # pylint: disable=consider-using-with
        self.folder = tempfile.TemporaryDirectory(prefix='farol-api-keys-')
        keys = {'FAROL_API_KEYS': os.path.join(self.folder.name, 'keys')} if with_keys else {}
        self.process = subprocess.Popen([program], env={**os.environ, **keys}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError('api_server did not start: run below contrib/with-postgres')
        hello = json.loads(line)
        self.url, self.database, self.tokens = hello['url'], hello['database'], hello['tokens']
        self.host, self.port = urllib.parse.urlsplit(self.url).hostname, urllib.parse.urlsplit(self.url).port

    def stop(self):
        """Its exit status: not 0 when a sanitizer has found something."""
        self.process.stdin.close()
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.folder.cleanup()
        return status

    def tell(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def ask(self, line):
        self.tell(line)
        return self.process.stdout.readline().strip()

    # ---- the database

    def sql(self, statement, database=None):
        """The values of the first column."""
        return Psql.of(database or self.database).run(statement).splitlines()

    def add_device(self, serial, contact='now()'):
        """The id of a new device as the API writes it."""
        self.sql(f"WITH d AS (INSERT INTO device (oui, product_class, serial, manufacturer, software_version, root)"
                 f" VALUES ('00259E', 'HG8245', '{serial}', 'Maker', 'V1', 'Device.') RETURNING id)"
                 f" INSERT INTO device_hot (device_id, period_s, last_inform) SELECT id, 300, {contact} FROM d")
        return device_id(int(self.sql('SELECT max(id) FROM device')[0]))

    def move(self, action, state, more=''):
        """What a worker does: the action goes to another state, and an event tells it."""
        ended = 'now()' if state in ENDED else 'NULL'
        self.sql(f"WITH a AS (UPDATE action SET state = '{state}', revision = revision + 1, stage_since = now(),"
                 f" ended_at = {ended}, next_wake_at = NULL {more} WHERE id = '{action}' RETURNING *)"
                 f" INSERT INTO action_event (device_id, action_id, state) SELECT device_id, id, state FROM a")

    # ---- requests

    def request(self, method, target, body=None, token='all', headers=None, source=None):
        """token: a role, a whole token, or None. body: anything that json can write, or bytes. source: the address we come from."""
        return next(self.requests(1, method, target, body, token, headers, source))

    def requests(self, times, method, target, body=None, token='all', headers=None, source=None):
        """The answers to one request that is sent so often, over one connection as long as the server keeps it open."""
        given = {'Accept-Language': 'en'}
        if token is not None:
            given['Authorization'] = 'Bearer ' + self.tokens.get(token, token)
        if body is not None:
            given['Content-Type'] = 'application/json'
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        given.update(headers or {})
        given = {name: value for name, value in given.items() if value is not None}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=90, source_address=source and (source, 0))
        try:
            for _ in range(times):
                connection.request(method, target, body, given)
                response = connection.getresponse()
                yield Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    def stream(self, target, token='all', headers=None):
        """token None: headers say who it is."""
        return Stream(self, target, token, headers or {})


class Stream:
    """Server-Sent Events, one at a time."""

    def __init__(self, server, target, token, headers):
        self.connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
        bearer = {} if token is None else {'Authorization': 'Bearer ' + server.tokens.get(token, token)}
        self.connection.request('GET', target, headers={**bearer, 'Accept': 'text/event-stream', **headers})
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.headers = {name.lower(): value for name, value in self.response.getheaders()}

    def close(self):
        self.response.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def next(self):
        """{"id","event","data","comment","retry"} as far as they are there; None: the stream has ended."""
        block = {}
        while True:
            line = self.response.readline().decode()
            if line == '':
                return None
            if line == '\n':
                return block
            name, _, value = line.rstrip('\n').partition(':')
            block[name or 'comment'] = value.lstrip()

    def next_event(self):
        """The next block that is an event, with its data read."""
        while (block := self.next()) is not None:
            if 'data' in block:
                return {**block, 'data': json.loads(block['data'])}
        return None

    def is_silent(self, seconds):
        """Nothing comes within this time."""
        self.connection.sock.settimeout(seconds)
        try:
            return self.response.peek(1) == b''
        except (socket.timeout, TimeoutError):
            return True
        finally:
            self.connection.sock.settimeout(30)


DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'


def number_id(prefix, number):
    """As crypto_write_number_id() writes it."""
    text = ''
    for _ in range(13):
        text = DIGITS[number % 32] + text
        number //= 32
    return prefix + text


def number_of(written):
    number = 0
    for digit in written.split('_')[1]:
        number = 32 * number + DIGITS.index(digit)
    return number


def device_id(number):
    return number_id('dev_', number)


def start(with_keys=True):
    return Server(os.environ['FAROL_API_SERVER'], with_keys)
