"""The audit trail as people read it: whose rows, which, whose data was seen, exports, and whether it is as it was written."""

import csv
import io
import json
import re

from api_case import SERVER, Api
from cases_audit import HOSTILE
from people import signed_in
from server import number_id

FIRST = '2026-01-01T00:00:00Z'


def now():
    return SERVER.sql("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")[0]


def actor_of(name):
    return number_id('tok_', int(SERVER.sql(f"SELECT id FROM api_token WHERE name = '{name}'")[0]))


def pages(case, target, **options):
    """All rows of a list, three at a time."""
    found, after = [], ''
    while True:
        page = case.call('GET', f'{target}&limit=3{after}', expect=200, **options).json
        found += page['data']
        if page['next'] is None:
            return found
        after = f'&after={page["next"]}'


class Trail(Api):
    def rows(self, query='', **options):
        return self.call('GET', '/api/v1/audit?' + query, expect=200, **options).json['data']

    # ---- list

    def test_filters_are_joined_and_pages_are_whole(self):
        device, since = self.device(), now()
        self.reboot(device)
        for city in ('A', 'B', 'C', 'D', 'E', 'F', 'G'):
            self.call('PATCH', f'/api/v1/devices/{device}', {'place': {'city': city}}, expect=200)
        self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, status=403, token='reader')
        found = pages(self, f'/api/v1/audit?device={device}&action=device_patch')
        self.assertEqual([row['after']['place']['city'] for row in found], list('GFEDCBA'))
        self.assertEqual([row['seq'] for row in found], sorted((row['seq'] for row in found), reverse=True))
        row = found[0]
        self.assertEqual((row['actor'], row['actor_kind'], row['actor_name'], row['decision'], row['devices'], row['source']),
                         (actor_of('all'), 'token', 'all', 'allowed', [device], '127.0.0.1'))
        self.assertRegex(row['h'], '^[0-9a-f]{64}$')
        self.assertEqual(len(self.rows(f'device={device}&decision=denied')), 1)
        self.assertEqual([row['actor_name'] for row in self.rows(f'device={device}&actor={actor_of("reader")}')], ['reader'])
        self.assertEqual([row['actor_name'] for row in self.rows(f'device={device}&actor_name=reader')], ['reader'])
        self.assertEqual(len(self.rows(f'device={device}&action=device_patch&from={found[2]["at"]}&to={found[0]["at"]}')), 2)
        self.assertEqual(self.rows(f'device={device}&to={since}'), [])
        action = self.reboot(self.device()).json['id']
        self.assertEqual(len(self.rows(f'object={action}')), 1)

    def test_what_cannot_be_asked(self):
        for query in ('actor=dev_0000000000001', 'device=x', 'subscriber=dev_0000000000001', 'case=1', 'decision=perhaps', 'from=yesterday', 'after=x',
                      'after=-1', 'limit=0', 'limit=201', 'unknown=1'):
            self.refused('GET', '/api/v1/audit?' + query, status=422)
        for query in ('', f'actor={actor_of("all")}&device=dev_0000000000001', 'device=dev_0000000000001&to=2025-01-01T00:00:00Z'):
            self.refused('GET', f'/api/v1/audit/seen?from={FIRST}&{query}', status=422)
        self.refused('GET', '/api/v1/audit/seen?device=dev_0000000000001', status=422)
        for query in ('anchor=x', 'after=x', 'limit=0', 'limit=100001'):
            self.refused('GET', '/api/v1/audit/verify?' + query, status=422)
        self.refused('GET', '/api/v1/audit/verify?after=9999999999', status=404)
        for query in ('', 'format=xls', 'format=csv&limit=20001'):
            self.refused('GET', '/api/v1/audit/export?' + query, status=422)

    def test_everybody_sees_their_own_rows_and_no_others(self):
        device = self.device()
        _, browser = signed_in('l1')
        me = browser.request('GET', '/api/v1/me').json
        self.assertEqual(browser.request('GET', f'/api/v1/devices/{device}').status, 200)
        self.call('GET', f'/api/v1/devices/{device}', expect=200)
        mine = self.rows(f'device={device}', **browser.options())
        self.assertEqual([(row['actor'], row['actor_kind'], row['action']) for row in mine], [(me['id'], 'user', 'device_show')])
        self.assertEqual({row['actor'] for row in self.rows('limit=200', **browser.options())}, {me['id']})
        self.assertEqual({row['actor'] for row in self.rows(f'actor={me["id"]}', **browser.options())}, {me['id']})
        self.assertEqual(self.rows('actor_name=all', **browser.options()), [])
        self.refused('GET', f'/api/v1/audit?actor={actor_of("all")}', status=403, **browser.options())
        self.assertIn(device, [row['whose'] for row in pages(self, f'/api/v1/audit/seen?from={FIRST}&actor={me["id"]}', **browser.options())])
        for query in (f'actor={actor_of("all")}', f'device={device}'):
            self.refused('GET', f'/api/v1/audit/seen?from={FIRST}&{query}', status=403, **browser.options())
        _, auditor = signed_in('auditor')
        self.assertEqual({row['actor_name'] for row in self.rows(f'device={device}', **auditor.options())}, {'all', me['login']})

    # ---- whose data was seen

    def test_whose_data_was_seen_equals_what_was_looked_at(self):
        """Looks of two at random homes: what the answers say is what another program counts from what was asked."""
        homes = [self.device() for _ in range(12)]
        _, one = signed_in('l1')
        _, two = signed_in('l2')
        looked = {one: set(homes[:7]), two: set(homes[4:])}
        ids = {}
        for browser, seen in looked.items():
            ids[browser] = browser.request('GET', '/api/v1/me').json['id']
            for home in sorted(seen):
                for _ in range(2):
                    self.assertEqual(browser.request('GET', f'/api/v1/devices/{home}').status, 200)
        for browser, seen in looked.items():
            found = pages(self, f'/api/v1/audit/seen?from={FIRST}&actor={ids[browser]}')
            self.assertEqual({row['whose'] for row in found} & set(homes), seen)
            self.assertEqual([row['whose'] for row in found], sorted(row['whose'] for row in found))
        for home in homes:
            who = {row['whose'] for row in pages(self, f'/api/v1/audit/seen?from={FIRST}&device={home}')}
            self.assertEqual(who & set(ids.values()), {ids[browser] for browser, seen in looked.items() if home in seen})
        self.assertEqual(pages(self, f'/api/v1/audit/seen?from={FIRST}&to=2026-01-02T00:00:00Z&actor={ids[one]}'), [])

    def test_a_home_is_whose_it_was_then(self):
        home = self.device()
        before, after = (self.call('POST', '/api/v1/subscribers', {'name': name}, expect=201).json['id'] for name in ('Before', 'After'))
        names = {}
        for subscriber in (before, after):
            login, browser = signed_in('l2')
            names[subscriber] = login
            if subscriber == after:
                self.call('DELETE', f'/api/v1/subscribers/{before}/devices/{home}', expect=200)
            self.call('POST', f'/api/v1/subscribers/{subscriber}/devices', {'device': home})
            self.assertEqual(browser.request('GET', f'/api/v1/devices?limit=200&serial={self.serial_of(home)}').status, 200)
        for subscriber, other in ((before, after), (after, before)):
            who = {row['actor_name'] for row in pages(self, f'/api/v1/audit/seen?from={FIRST}&subscriber={subscriber}')}
            self.assertIn(names[subscriber], who)
            self.assertNotIn(names[other], who)

    def serial_of(self, home):
        return self.call('GET', f'/api/v1/devices/{home}', expect=200).json['serial']

    # ---- export

    def test_an_export_is_no_program(self):
        device = self.device()
        for text in HOSTILE:
            self.assertEqual(SERVER.request('POST', f'/api/v1/devices/{device}/actions?dry_run=true', {'type': 'reboot', 'reason': text}).status, 200)
        answer = self.call('GET', f'/api/v1/audit/export?format=csv&device={device}', expect=200)
        self.assertEqual(answer.headers['content-disposition'], 'attachment; filename="audit.csv"')
        found = list(csv.DictReader(io.StringIO(answer.body.decode(), newline='')))
        self.assertEqual(len(found), len(HOSTILE))
        for row, text in zip(found, HOSTILE):
            self.assertIn(row['reason'], (text, "'" + text))
        for row in found:
            for cell in row.values():
                self.assertIsNone(re.match(r'\s*[=+\-@\t\r]', cell), cell)
        lines = self.call('GET', f'/api/v1/audit/export?format=ndjson&device={device}', expect=200)
        self.assertEqual([json.loads(line)['reason'] for line in lines.body.decode().split('\n')[:-1]], list(HOSTILE))

    def test_a_long_export_goes_on_and_is_signed(self):
        device = self.device()
        for city in 'ABCDEFG':
            self.call('PATCH', f'/api/v1/devices/{device}', {'place': {'city': city}}, expect=200)
        found, after = '', '0'
        while after is not None:
            answer = self.call('GET', f'/api/v1/audit/export?format=ndjson&device={device}&action=device_patch&limit=3&after={after}', expect=200)
            found += ''.join(json.loads(line)['after']['place']['city'] for line in answer.body.decode().split('\n')[:-1])
            after = answer.headers.get('audit-next')
        self.assertEqual(found, 'ABCDEFG')
        line = answer.headers['audit-checkpoint']
        newest = self.call('GET', '/api/v1/audit/checkpoints', expect=200).json['data'][0]
        self.assertEqual(newest['line'], line)
        self.assertEqual(line.split()[4:6], [newest['h'], str(newest['key'])])

    # ---- verify

    def verify(self, anchor=None):
        """The last report, all pages."""
        after = 0
        while True:
            more = '' if anchor is None else '&anchor=' + anchor.replace(' ', '%20').replace('+', '%2B')
            report = self.call('GET', f'/api/v1/audit/verify?limit=500&after={after}{more}', expect=200).json
            if report['next'] is None:
                return report
            after = report['next']

    def test_the_trail_of_all_these_tests_is_in_order(self):
        self.reboot(self.device())
        line = self.call('GET', '/api/v1/audit/export?format=csv&limit=1', expect=200).headers['audit-checkpoint']
        report = self.verify(line)
        self.assertEqual((report['in_order'], report['finding'], report['without_key']), (True, None, 0))
        self.assertGreaterEqual(report['last'], int(line.split()[2]))
        self.assertGreaterEqual(report['checkpoint']['seq'], int(line.split()[2]))

    def test_what_was_tampered_with_is_named_with_its_place(self):
        """By the owner of the table, who can switch its triggers off."""
        self.reboot(self.device())
        line = self.call('GET', '/api/v1/audit/export?format=csv&limit=1', expect=200).headers['audit-checkpoint']
        last = int(line.split()[2])
        SERVER.sql('CREATE TABLE kept AS TABLE audit_entry')
        SERVER.sql('ALTER TABLE audit_entry DISABLE TRIGGER USER')
        try:
            for wrong, seq, statement in (('altered', 5, "UPDATE audit_entry SET actor = 'eve' WHERE seq = 5"),
                                          ('altered', 6, "UPDATE audit_entry SET reason = 'x' WHERE seq = 6"),
                                          ('deleted', 4, 'DELETE FROM audit_entry WHERE seq IN (4, 5)'),
                                          ('reordered', 3, 'UPDATE audit_entry SET seq = -3 WHERE seq = 3; UPDATE audit_entry SET seq = 3 WHERE seq = 8;'
                                                           ' UPDATE audit_entry SET seq = 8 WHERE seq = -3'),
                                          ('truncated', last, f'DELETE FROM audit_entry WHERE seq >= {last}')):
                SERVER.sql(statement)
                finding = self.call('GET', '/api/v1/audit/verify?limit=100000', expect=200).json
                self.assertEqual((finding['in_order'], finding['finding']['wrong'], finding['finding']['seq'], finding['next']), (False, wrong, seq, None))
                SERVER.sql('DELETE FROM audit_entry; INSERT INTO audit_entry TABLE kept')
        finally:
            SERVER.sql('DELETE FROM audit_entry; INSERT INTO audit_entry TABLE kept; DROP TABLE kept; ALTER TABLE audit_entry ENABLE TRIGGER USER')
        self.assertEqual(self.verify(line)['finding'], None)

    def test_checkpoints_stay_and_are_signed_by_a_key_that_is_shown(self):
        self.call('GET', '/api/v1/audit/export?format=csv&limit=1', expect=200)
        found = pages(self, '/api/v1/audit/checkpoints?')
        keys = {row['key']: row['public_key'] for row in self.call('GET', '/api/v1/audit/keys', expect=200).json['data']}
        self.assertEqual(set(keys), {0, 1})
        for row in found:
            self.assertEqual((row['line'].split()[:3], row['line'].split()[4:]), (['farol-audit', '1', str(row['seq'])], [row['h'], '1', row['signature']]))
            self.assertEqual(SERVER.sql(f"SELECT encode(h, 'hex') FROM audit_entry WHERE seq = {row['seq']}"), [row['h']])
        for statement in ('UPDATE audit_checkpoint SET key = 2', 'DELETE FROM audit_checkpoint', 'TRUNCATE audit_checkpoint'):
            with self.assertRaisesRegex(Exception, 'never changed'):
                SERVER.sql(statement)
