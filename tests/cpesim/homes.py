"""What the tests of cpesim share: the running program, and a test case with a scripted ACS and some homes."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from scripted_acs import ScriptedAcs, find, gpv, local, text

PROGRAM = os.path.abspath(sys.argv.pop(1))      # of whoever imports this


class Fleet:
    """A running cpesim and its control channel."""

    def __init__(self, url, *options):
        self.folder = tempfile.TemporaryDirectory(prefix='cpesim-')
        self.socket_path = os.path.join(self.folder.name, 'control')
        self.process = subprocess.Popen(
            [PROGRAM, '--acs', url, '--control', self.socket_path, '--reboot-seconds', '0.2', '--retry-seconds', '1',
             '--interval', '3600', '--start-spread', '0', '--quiet', *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.channel = self.connect()
        self.serials = self.order('list')

    def connect(self):
        deadline = time.monotonic() + 10
        while True:
            channel = socket.socket(socket.AF_UNIX)
            try:
                channel.connect(self.socket_path)
                with channel:
                    return channel.makefile('rw')
            except OSError:
                channel.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f'cpesim does not run: {self.process.communicate()}') from None
                time.sleep(0.01)

    def order(self, *words):
        self.channel.write(' '.join(words) + '\n')
        self.channel.flush()
        return json.loads(self.channel.readline())

    def wait(self, choose, *words, seconds=8):
        deadline = time.monotonic() + seconds
        while True:
            answer = self.order(*words)
            if choose(answer):
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f'waited in vain: {answer}')
            time.sleep(0.02)

    def stop(self):
        """(exit code, standard output, standard error)"""
        self.channel.close()
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=10)
        self.folder.cleanup()
        return self.process.returncode, out, err


class Case(unittest.TestCase):
    models = 'gpon181'
    homes = 1
    options = ()
    violations = 0      # what the test provokes

    def setUp(self):
        self.acs = ScriptedAcs()
        self.addCleanup(self.acs.close_server)
        self.prepare()
        self.fleet = self.start()
        self.serial = self.fleet.serials[0]
        self.acs.wait_inform('1 BOOT')
        self.settled()

    def prepare(self):
        """What the ACS is to do from the first Inform on."""

    def start(self, *options):
        return Fleet(self.acs.url, '--models', self.models, '--homes', str(self.homes), *self.options, *options)

    def tearDown(self):
        code, _, err = self.fleet.stop()
        if self.violations == 0:
            self.assertEqual((code, err), (0, ''))

    def settled(self):
        return self.fleet.wait(lambda status: status['in_session'] == 0 and status['sessions']['started'] > 0, 'status')

    def home(self):
        return self.fleet.order('home', self.serial)

    def converse(self, *requests):
        """Lets the home ask for work, and returns its answers to these requests."""
        self.settled()
        before = len(self.acs.answers)
        self.acs.work[self.serial] = list(requests)
        self.assertEqual(self.fleet.order('inform', self.serial), {'ok': True})
        self.acs.wait_answer(before + len(requests))
        return self.acs.answers[before:before + len(requests)]

    def values(self, *names):
        answer, = self.converse(gpv(*names))
        return {text(value, 'Name'): text(value, 'Value') for value in answer.element.iter()
                if local(value.tag) == 'ParameterValueStruct'}

    def fault_code(self, request):
        answer, = self.converse(request)
        self.assertEqual(answer.method, 'Fault')
        return text(find(answer.element, 'detail'), 'FaultCode')
