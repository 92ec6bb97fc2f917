"""What every test of the API shares: one server, requests whose answers are checked against the document."""

import os
import subprocess
import tempfile
import unittest

import server as support
from description import Description

SOURCE = os.environ['FAROL_API_SOURCE']
FILES = tempfile.TemporaryDirectory(prefix='farol-api-files-')  # pylint: disable=consider-using-with
os.environ['FAROL_API_FILES'] = FILES.name
DIRECTORY_OF_KEYS = tempfile.TemporaryDirectory(prefix='farol-api-release-')  # pylint: disable=consider-using-with
os.environ['FAROL_API_RELEASE_KEYS'] = os.path.join(DIRECTORY_OF_KEYS.name, 'keys')


def make_release_keys():
    """Those who may release firmware, and one who may not: NAME.pem beside the file of public keys."""
    lines = []
    for name in ('ana', 'bruno', 'nobody'):
        path = os.path.join(DIRECTORY_OF_KEYS.name, f'{name}.pem')
        subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', path], check=True)
        public = subprocess.run(['openssl', 'pkey', '-in', path, '-pubout'], stdout=subprocess.PIPE, text=True, check=True).stdout
        lines.append(f'{name} {"".join(public.splitlines()[1:-1])}')
    with open(os.environ['FAROL_API_RELEASE_KEYS'], 'w', encoding='ascii') as file:
        file.write('\n'.join(['# of the tests', *lines[:2], '']))


make_release_keys()
GIVEN = set()  # (operationId, status) of every answer
SERVER = support.start()
DOCUMENT = SERVER.request('GET', '/api/v1/openapi.json', token=None).json
DESCRIPTION = Description(DOCUMENT)


class Api(unittest.TestCase):
    def call(self, method, target, body=None, expect=None, **options):
        """The answer, once it has been found to be as described."""
        answer = SERVER.request(method, target, body, **options)
        operation = DESCRIPTION.find(method, target)
        if expect is not None:
            self.assertEqual(answer.status, expect, answer.body)
        self.assertEqual(answer.headers['cache-control'], 'no-store')
        self.assertEqual(answer.headers['x-content-type-options'], 'nosniff')
        self.assertRegex(answer.headers['x-request-id'], '^[A-Za-z0-9._-]+$')
        if operation is not None and method != 'HEAD':
            GIVEN.add((operation['operationId'], answer.status))
            self.check_answer(operation, answer)
        elif method != 'HEAD':
            self.check_problem(answer)
        return answer

    def check_answer(self, operation, answer):
        response = DESCRIPTION.response(operation, answer.status)
        content = response.get('content')
        if content is None:
            self.assertEqual(answer.body, b'')
            return
        kind = answer.headers['content-type'].split(';')[0]
        self.assertIn(kind, content)
        if kind.endswith('json') and not kind.endswith('ndjson'):
            errors = DESCRIPTION.errors(content[kind]['schema'], answer.json)
            self.assertEqual(errors, [], answer.body)
        if kind == 'application/problem+json':
            self.check_problem(answer)

    def check_problem(self, answer):
        self.assertEqual(answer.headers['content-type'], 'application/problem+json')
        problem = answer.json
        self.assertEqual(DESCRIPTION.errors(DOCUMENT['components']['schemas']['Problem'], problem), [])
        self.assertEqual(problem['status'], answer.status)
        self.assertEqual(problem['instance'], answer.headers['x-request-id'])
        kind = SERVER.request('GET', problem['type'], token=None)
        self.assertEqual((kind.status, kind.json['code'], kind.json['status']), (200, problem['code'], answer.status))

    def refused(self, method, target, body=None, status=422, code=None, **options):
        """The problem's errors, as {place: code}."""
        problem = self.call(method, target, body, expect=status, **options).json
        if code is not None:
            self.assertEqual(problem['code'], code)
        return {error.get('pointer', error.get('parameter')): error['code'] for error in problem.get('errors', [])}

    @staticmethod
    def device(**options):
        Api.count = getattr(Api, 'count', 0) + 1
        return SERVER.add_device(f'SN{Api.count:06}', **options)

    @staticmethod
    def alarm(device, about=None):
        """The id of a new alarm, as a worker raises it."""
        about = 'NULL' if about is None else support.number_of(about)
        return support.number_id('alm_', int(SERVER.sql(
            f"INSERT INTO alarm (device_id, kind, about_id, detail, source_address) VALUES ({support.number_of(device)}, 'identity_conflict',"
            f" {about}, 'was used by another', '192.0.2.7') RETURNING id")[0]))

    def incident(self, device):
        """The id of a new one of a city that only this device is in."""
        self.call('PATCH', f'/api/v1/devices/{device}', {'place': {'city': f'town of {device}'}}, expect=200)
        return self.call('POST', '/api/v1/incidents', {'kind': 'city', 'place': f'town of {device}'}, expect=201).json['id']

    def reboot(self, device, expect=202, **options):
        return self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=expect, **options)


def empty_body(method):
    return b'{}' if method in ('PATCH', 'POST', 'PUT') else None


def fill(path, device='dev_0000000000001', action='act_1'):
    return path.format(device=device, action=action, alarm='alm_0000000000001', file='fil_1', firmware='fmw_1', upload='upl_0000000000000000000000', verdict='ver_0000000000001', incident='inc_0000000000001',
                       **{'import': 'imp_0000000000zzz'}, secret='wifi.2g.passphrase', filter='flt_0000000000zzz', user='usr_0000000000zzz', token='tok_0000000000zzz', role='no-such', serial='none', code='not_found', playbook='sem-internet-fibra', run='run_1', case='cas_0000000000001', key='x', webhook='whk_0000000000001', connector='con_0000000000zzz', campaign='cmp_0000000000zzz', export='exp_0000000000zzz', subscriber='sub_0000000000001', threshold='no.such', text='no.such')


def required_query(operation):
    return {'metric_series': '?name=wan.optical.rx_dbm', 'stream_open': '?topics=device:dev_0000000000001', 'file_add': '?name=a&kind=log', 'upload_append': '?offset=0',
            'search': '?q=maria', 'audit_export': '?format=csv', 'audit_seen': '?from=2026-01-01T00:00:00Z'}.get(operation['operationId'], '')
