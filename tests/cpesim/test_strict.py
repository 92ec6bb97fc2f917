#!/usr/bin/env python3
"""test_strict.py PROGRAM: whom a home answers, and what it does not let pass: authentication, and an ACS's mistakes."""

import unittest

from homes import Case
from scripted_acs import ENVELOPE, fault, gpn, gpv, reboot, spv, text


class Authentication(Case):
    options = ('--username', 'home \\ "1"', '--password', 'pass:"é"')

    def prepare(self):
        self.acs.credentials = ('home \\ "1"', 'pass:"é"')

    def test_a_digest_challenge_is_answered_once_for_the_session(self):
        before = len(self.acs.authorizations)
        self.converse(gpn('', True))
        self.settled()
        counts = [header.partition('nc=')[2][:8] for header in self.acs.authorizations[before:]]
        self.assertEqual(counts, ['', '00000001', '00000002', '00000003'])

    def test_a_nonce_that_is_too_old_is_replaced(self):
        self.acs.refusals = [(401, [('WWW-Authenticate', self.acs.challenges[0])]),
                             (401, [('WWW-Authenticate', self.acs.challenges[0] + ', stale=true')])]
        self.converse(gpn('', True))
        self.assertEqual(self.settled()['sessions']['failed'], 0)

    def test_a_second_challenge_fails_the_session(self):
        self.acs.refuse_authorizations = True
        before = len(self.acs.authorizations)
        self.fleet.order('inform', self.serial)
        self.fleet.wait(lambda status: status['sessions']['failed'] == 1, 'status')
        self.assertEqual(len(self.acs.authorizations) - before, 2)

    def test_of_several_challenges_digest_is_taken(self):
        self.acs.challenges.insert(0, 'Basic realm="acs", Digest realm="acs", nonce="x", algorithm=SHA-512-256')
        self.converse(gpn('', True))
        self.assertEqual(self.settled()['sessions']['failed'], 0)

    def test_of_several_digests_the_better_one_is_taken(self):
        self.acs.challenges.append('Digest realm="acs", nonce="n1", opaque="o", qop="auth", algorithm=SHA-256')
        self.converse(gpn('', True))
        self.assertEqual(self.settled()['sessions']['failed'], 0)
        self.assertIn('algorithm=SHA-256', self.acs.authorizations[-1])


class WeakAuthentication(Case):
    violations = 1
    options = Authentication.options
    prepare = Authentication.prepare

    def test_basic_is_answered_and_reported(self):
        self.acs.challenges = ['Basic realm="acs"']
        self.converse(gpn('', True))
        self.assertIn('Basic', self.settled()['violations'][0]['what'])

    def test_a_challenge_that_nobody_knows_fails_and_is_reported(self):
        for challenges in (['Digest realm="acs", nonce="x", qop="auth-int"'], []):
            self.acs.challenges = challenges
            before = self.settled()['acs_violations']
            self.fleet.order('boot', self.serial)
            self.fleet.wait(lambda status, count=before: status['acs_violations'] > count, 'status')


class NoCredentials(Case):
    def test_the_name_of_a_home_is_made_of_its_identity(self):
        name = self.fleet.order('get', self.serial, 'Device.ManagementServer.Username')['value']
        self.assertEqual(name, '0A51C0-AR%2DG2426-' + self.serial)

    def test_a_challenge_without_credentials_fails_the_session(self):
        self.acs.credentials = ('a', 'b')
        self.fleet.order('inform', self.serial)
        self.fleet.wait(lambda status: status['sessions']['failed'] == 1, 'status')
        self.assertEqual(self.acs.authorizations, [''])


class Mistakes(Case):
    """Everything that an ACS must not do is found. Each row: what is done wrong, and a word of what cpesim says to it."""

    violations = 1
    options = ('--reboot-seconds', '0.01')

    rows = (
        ({'id': 'other'}, None, "with the ID 'other'"),
        ({'namespace': 'urn:dslforum-org:cwmp-1-0'}, None, 'is in the namespace'),
        ({'must_understand': ''}, None, 'has not mustUnderstand'),
        ({'use': ''}, None, 'no UseCWMPVersion'),
        ({'use': '<cwmp:UseCWMPVersion SOAP-ENV:mustUnderstand="1">1.2</cwmp:UseCWMPVersion>'}, None, 'the highest that both'),
        ({'header': '<cwmp:HoldRequests SOAP-ENV:mustUnderstand="1">0</cwmp:HoldRequests>'}, None, 'none an ACS should send'),
        ({'inform_response': '<cwmp:InformResponse><MaxEnvelopes>2</MaxEnvelopes></cwmp:InformResponse>'}, None, 'MaxEnvelopes is 2'),
        ({'inform_response': gpn('', True)}, None, 'GetParameterNames while the Inform waits'),
        ({'inform_response': '<cwmp:InformResponse/>'}, None, "InformResponse has the arguments ''"),
        ({'inform_response': fault(8000)}, None, 'must answer'),
        ({'inform_response': fault(9002)}, None, '9002 is no fault code of an ACS'),
        ({'behind': ENVELOPE.format(ns='urn:x', header='', body='')}, None, 'not well-formed'),
        ({'trailing': b'HTTP/1.1 200 OK\r\n\r\n'}, None, 'bytes after the end'),
        ({'typed_204': True}, None, '204 with Content-Type'),
        ({'content_type': 'text/html'}, None, "Content-Type 'text/html'"),
        ({}, spv('', ('Device.Time.NTPServer1', 'string', 'a'), ('Device.Time.NTPServer1', 'string', 'b')), 'set twice'),
        ({}, spv('', ('Device.Time.NTPServer1', 'string', 'a')).replace(' xsi:type="xsd:string"', ''), 'without xsi:type'),
        ({}, spv('', ('Device.Time.NTPServer1', 'json', 'a')), 'no type of CWMP'),
        ({}, gpv('Device.Time.').replace('[1]', '[2]'), 'and has 1 members'),
        ({}, gpv('Device.Time.').replace(' SOAP-ENC:arrayType="xsd:string[1]"', ''), 'has no arrayType'),
        ({}, gpv(), 'ParameterNames is empty'),
        ({}, reboot('k' * 33), 'has 33 characters'),
        ({}, spv('k' * 33, ('Device.Time.NTPServer1', 'string', 'a')), 'has 33 characters'),
        ({}, gpn('', True).replace('ParameterPath', 'cwmp:ParameterPath'), 'is in the namespace'),
        ({}, gpn('', True) + gpn('', True), '2 elements in Body'),
        ({}, '<cwmp:Reboot/>', "Reboot has the arguments ''"),
        ({}, fault(8002), 'Fault when the device has nothing more to say'),
    )

    def test_every_mistake_is_reported(self):
        for mistakes, request, words in self.rows:
            with self.subTest(words=words):
                before = self.settled()['acs_violations']
                self.acs.mistakes = mistakes
                self.acs.work[self.serial] = [request] if request else []
                self.fleet.order('boot', self.serial)       # rather than inform: a failed session would be waited out
                self.fleet.wait(lambda status: status['acs_violations'] > before, 'status')
                self.acs.mistakes = {}
                said = [row['what'] for row in self.fleet.order('status')['violations']]
                self.assertTrue(any(words in what for what in said[-8:]), said[-8:])
        code, out, err = self.fleet.stop()
        self.assertEqual(code, 1)
        self.assertIn('acs_violations ', out)
        self.assertIn('acs_violation serial=' + self.serial, err)
        self.fleet = self.start()

    def test_a_header_that_must_be_understood_and_is_not_is_refused(self):
        self.acs.request_header = '<x:Foo xmlns:x="urn:x" SOAP-ENV:mustUnderstand="1"/>'
        answer, = self.converse(gpn('', True))
        self.assertEqual((answer.method, text(answer.element, 'faultcode')), ('Fault', 'MustUnderstand'))
        self.acs.request_header = '<x:Foo xmlns:x="urn:x"/>'
        answer, = self.converse(gpn('', True))
        self.assertEqual(answer.method, 'GetParameterNamesResponse')


if __name__ == '__main__':
    unittest.main()
