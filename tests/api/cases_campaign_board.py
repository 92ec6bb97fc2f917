"""Campaigns that come after others, devices that go wrong again and again, and how a campaign went over time."""

import csv
import json
import time

from api_case import DESCRIPTION, DOCUMENT, SERVER
from cases_campaigns import Case, until
from cases_firmware import Library, model
from cases_scope import scoped
from people import first_user, signed_in
from server import number_of


class Board(Case):
    def flown(self, *states, **more):
        """A campaign under way whose devices became these, and their ids in the same order."""
        q, ids = self.town(len(states))
        campaign = self.write(q, plan={'waves': [{'rest': True}], 'caps': {'in_flight': len(states)}, 'stop': {'consecutive': 0, 'least': 100000}}, **more).json['id']
        shown = self.approved(campaign)
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': len(states)})
        self.assertTrue(until(lambda: self.shown(campaign)['in_flight'] == len(states)))
        self.judge(campaign, dict(zip(ids, states)))
        return campaign, ids

    def judge(self, campaign, states):
        for device, state in states.items():
            SERVER.sql(f"UPDATE campaign_target SET state = '{state}', judged_at = now(), cause = CASE WHEN '{state}' <> 'healthy' THEN '9010' END,"
                       f" failures = failures + ('{state}' <> 'healthy')::int, again_at = 'infinity'"
                       f' WHERE campaign_id = {number_of(campaign)} AND device_id = {number_of(device)}')

    def on_list(self, campaign):
        return [row['device'] for row in self.call('GET', f'/api/v1/campaigns/{campaign}/targets?state=waiting', expect=200).json['data']]


class FollowUps(Board):
    def test_one_that_comes_after_another_is_for_its_devices_in_these_states(self):
        first, ids = self.flown('healthy', 'failed', 'lying')
        made = self.write('', after=first, after_states=['failed', 'lying']).json
        self.assertEqual((made['after'], made['after_states']), (first, ['failed', 'lying']))
        listed = self.listed(made['id'])
        self.assertEqual((listed['total'], listed['summary']['excluded']), (2, {}))
        self.assertEqual(sorted(self.on_list(made['id'])), sorted(ids[1:]))

    def test_what_an_approval_is_bound_to_says_after_which_one(self):
        first, ids = self.flown('healthy', 'healthy')
        q = self.shown(first)['filter']
        alone, after = self.write(q).json['id'], self.write(q, after=first, after_states=['healthy']).json['id']
        hashes = [self.listed(campaign)['list_hash'] for campaign in (alone, after)]
        self.call('PATCH', f'/api/v1/campaigns/{after}', {'after': first, 'after_states': ['healthy', 'missing']}, expect=200)
        self.assertIsNone(self.shown(after)['list_hash'])
        hashes.append(self.listed(after)['list_hash'])
        self.assertEqual([self.on_list(campaign) for campaign in (alone, after)], [sorted(ids)] * 2)
        self.assertEqual(len(set(hashes)), 3)

    def test_it_is_given_changed_and_taken_away_as_a_whole(self):
        first = self.write('model:x').json['id']
        made = self.write('', after=first, after_states=['failed']).json['id']
        target = f'/api/v1/campaigns/{made}'
        self.assertEqual(self.call('PATCH', target, {'name': 'y'}, expect=200).json['after'], first)
        cleared = self.call('PATCH', target, {'after': None}, expect=200).json
        self.assertEqual((cleared['after'], cleared['after_states']), (None, []))
        for body, place, code in (({'after': first}, '/after_states', 'required'), ({'after_states': ['failed']}, '/after', 'required'),
                                  ({'after': None, 'after_states': ['failed']}, '/after', 'required'),
                                  ({'after': 'cmp_0000000000zzz', 'after_states': ['failed']}, '/after', 'unknown'),
                                  ({'after': 'dev_1', 'after_states': ['failed']}, '/after', 'unknown'),
                                  ({'after': made, 'after_states': ['failed']}, '/after', 'unknown'),  # itself
                                  ({'after': first, 'after_states': ['waiting']}, '/after_states/0', 'choice'),
                                  ({'after': first, 'after_states': []}, '/after_states', 'count')):
            with self.subTest(body=body):
                self.assertEqual(self.refused('PATCH', target, body), {place: code})
        self.assertEqual(self.refused('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'reboot', 'after': first}), {'/after_states': 'required'})

    def test_a_retry_is_proposed_and_can_be_sent_as_it_is(self):
        first, ids = self.flown('healthy', 'failed', 'missing', excludes={'open_case': True, 'touched_days': 7, 'weak_signal_dbm': -27})
        body = self.call('GET', f'/api/v1/campaigns/{first}/retry', expect=200).json['campaign']
        self.assertEqual([body[key] for key in ('type', 'filter', 'excludes', 'after', 'after_states')],
                         ['reboot', '', {'open_case': True, 'weak_signal_dbm': -27}, first, ['failed']])
        self.assertEqual(body['plan'], self.shown(first)['plan'])
        made = self.call('POST', '/api/v1/campaigns', {**body, 'reason': 'agora vai'}, expect=201).json
        self.listed(made['id'])
        self.assertEqual(self.on_list(made['id']), [ids[1]])
        SERVER.sql(f"UPDATE campaign SET name = repeat('ç', 100) WHERE id = {number_of(first)}")
        self.assertEqual(len(self.call('GET', f'/api/v1/campaigns/{first}/retry', expect=200).json['campaign']['name']), 100)

    def test_what_cannot_be_followed_or_undone_is_said(self):
        draft = self.write('model:x').json['id']
        for what, code in (('retry', 'nothing_to_follow'), ('rollback', 'no_way_back')):
            self.assertEqual(self.call('GET', f'/api/v1/campaigns/{draft}/{what}', expect=409).json['code'], code)
        first, _ = self.flown('healthy')
        problem = self.call('GET', f'/api/v1/campaigns/{first}/rollback', expect=409).json
        self.assertEqual(problem['code'], 'no_way_back')
        self.assertIn('firmware', problem['detail'])


class WayBack(Library, Board):
    def newer(self, product_class, homes=2):
        """A campaign of 2.1.8, which these homes of 2.1.7 have got."""
        ids = [self.home(product_class) for _ in range(homes)]
        numbers = ', '.join(str(number_of(device)) for device in ids)
        SERVER.sql(f'UPDATE device_hot SET enrolment = 2, last_inform = now() WHERE device_id IN ({numbers})')
        firmware = Library.approved(self, rules=[{'product_class': product_class}])
        order = {'name': 'Novo', 'type': 'firmware.install', 'params': {'file': firmware['file']}, 'filter': f'model:{product_class}',
                 'plan': {'waves': [{'rest': True}], 'caps': {'in_flight': homes}}}
        campaign = self.call('POST', '/api/v1/campaigns', order, expect=201).json['id']
        shown = Case.approved(self, campaign)
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': homes})
        self.assertTrue(until(lambda: self.shown(campaign)['in_flight'] == homes))
        SERVER.sql(f"UPDATE device SET software_version = '2.1.8' WHERE id IN ({numbers})")
        self.judge(campaign, dict.fromkeys(ids, 'healthy'))
        return campaign, ids, firmware

    def test_it_proposes_the_firmware_that_they_came_from(self):
        product_class = model()
        campaign, ids, newer = self.newer(product_class)
        target = f'/api/v1/campaigns/{campaign}/rollback'
        rows = self.call('GET', f'/api/v1/campaigns/{campaign}/targets', expect=200).json['data']
        self.assertEqual({row['version_before'] for row in rows}, {'2.1.7'})
        for rules in ([{'product_class': model()}], [{'product_class': product_class, 'from_versions': ['..2.1.6']}]):
            Library.approved(self, version='2.1.7', rules=rules)  # of another model; not from 2.1.8
            problem = self.call('GET', target, expect=409).json
            self.assertEqual(problem['code'], 'no_way_back')
            self.assertIn('2.1.7', problem['detail'])
        older = Library.approved(self, version='2.1.7', rules=[{'product_class': product_class}])
        body = self.call('GET', target, expect=200).json['campaign']
        self.assertEqual((body['params'], body['after'], body['after_states'], body['excludes'], body['filter']),
                         ({'file': older['file']}, campaign, ['healthy', 'lying'], {'open_case': False}, ''))
        made = self.call('POST', '/api/v1/campaigns', {**body, 'reason': 'perde a WAN'}, expect=201).json
        self.assertEqual(made['params']['version'], '2.1.7')
        self.assertEqual((self.listed(made['id'])['total'], sorted(self.on_list(made['id']))), (2, sorted(ids)))
        self.assertNotEqual(made['params']['file'], newer['file'])

    def test_who_may_not_write_campaigns_is_not_told(self):
        campaign = self.write('model:x').json['id']
        _, agent = signed_in('l1')
        self.call('GET', f'/api/v1/campaigns/{campaign}/rollback', expect=403, **agent.options())


class CampaignStream(Board):
    def follow(self, *topics):
        stream = SERVER.stream('/api/v1/stream?topics=' + ','.join(topics))
        self.addCleanup(stream.close)
        self.assertEqual((stream.status, stream.next()), (200, {'retry': '3000'}))
        return stream

    def told(self, stream, campaign, wanted):
        """The news up to those that are wanted."""
        while True:
            event = stream.next_event()
            self.assertEqual((event['event'], 'id' in event), ('campaign', False))
            self.assertEqual(DESCRIPTION.errors(DOCUMENT['components']['schemas']['CampaignNews'], event['data']), [])
            self.assertEqual(event['data']['campaign'], campaign)
            if wanted(event['data']):
                return event['data']

    def test_who_follows_one_is_told_how_it_is_and_what_becomes_of_it(self):
        q, ids = self.town(2)
        campaign = self.write(q, plan={'waves': [{'rest': True}], 'caps': {'in_flight': 2}, 'stop': {'consecutive': 0, 'least': 100000}}).json['id']
        other = self.write('model:x').json['id']
        stream = self.follow(f'campaign:{campaign}', f'campaign:{campaign}', f'device:{ids[0]}')
        first = self.told(stream, campaign, lambda news: True)
        self.assertEqual(first, {'campaign': campaign, 'state': 'draft', 'revision': 1, 'wave': 1, 'why': None, 'total': 0, 'in_flight': 0, 'done': 0, 'bad': 0})
        self.call('PATCH', f'/api/v1/campaigns/{other}', {'name': 'y'}, expect=200)
        self.call('PATCH', f'/api/v1/campaigns/{campaign}', {'name': 'y'}, expect=200)
        self.told(stream, campaign, lambda news: news['revision'] == 2)
        stream.close()
        stream = self.follow(f'campaign:{campaign}')
        shown = self.approved(campaign)
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': 2})
        self.told(stream, campaign, lambda news: (news['state'], news['total'], news['in_flight']) == ('running', 2, 2))
        self.judge(campaign, {ids[0]: 'healthy', ids[1]: 'failed'})
        self.told(stream, campaign, lambda news: (news['in_flight'], news['done'], news['bad']) == (0, 2, 1))
        again = self.follow(f'campaign:{campaign}')  # after a break nothing was missed: it is told as it is
        self.told(again, campaign, lambda news: news['done'] == 2)

    def test_many_changes_are_told_once_a_second(self):
        campaign = self.write('model:x').json['id']
        stream = self.follow(f'campaign:{campaign}')
        self.told(stream, campaign, lambda news: True)
        begun, told = time.monotonic(), 0
        for n in range(50):
            SERVER.sql(f"UPDATE campaign SET why = '{n}' WHERE id = {number_of(campaign)}")
        while self.told(stream, campaign, lambda news: True)['why'] != '49':
            told += 1
        self.assertLessEqual(told, time.monotonic() - begun + 1)

    def test_what_nobody_heard_is_told_when_we_listen_again(self):
        campaign = self.write('model:x').json['id']
        stream = self.follow(f'campaign:{campaign}')
        SERVER.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'farol listen' AND datname = current_database()")
        self.call('PATCH', f'/api/v1/campaigns/{campaign}', {'name': 'y'}, expect=200)
        self.told(stream, campaign, lambda news: news['revision'] == 2)

    def test_who_may_not_see_campaigns_follows_none(self):
        campaign = self.write('model:x').json['id']
        _, technician = signed_in('field')
        problem = self.call('GET', f'/api/v1/stream?topics=campaign:{campaign}', expect=403, **technician.options()).json
        self.assertIn('campaigns.read', problem['detail'])
        _, held = scoped('engineering')
        self.call('GET', f'/api/v1/stream?topics=campaign:{campaign}', expect=403, **held.options())
        for topic in ('campaign:cmp_', 'campaign:act_1', 'campaign:cmp_x'):
            self.assertIn('topics', self.refused('GET', f'/api/v1/stream?topics={topic}'))


class CampaignFigures(Board):
    def test_who_went_wrong_in_more_than_one_try_is_told_by_cause(self):
        campaign, ids = self.flown('failed', 'failed', 'healthy')
        SERVER.sql(f'UPDATE campaign_target SET failures = 2 WHERE campaign_id = {number_of(campaign)} AND device_id = {number_of(ids[0])}')
        self.assertEqual(self.shown(campaign)['causes'], [{'state': 'failed', 'cause': '9010', 'devices': 2, 'again': 1}])
        rows = self.call('GET', f'/api/v1/campaigns/{campaign}/targets?failures=2', expect=200).json['data']
        self.assertEqual([(row['device'], row['failures']) for row in rows], [(ids[0], 2)])

    def repeats(self, target='/api/v1/campaigns/repeat-failures?limit=200'):
        return self.call('GET', target, expect=200).json

    def test_devices_that_go_wrong_in_several_campaigns(self):
        first, ids = self.flown('failed', 'missing', 'failed', 'healthy')
        second = self.write('', after=first, after_states=['failed', 'missing', 'healthy']).json['id']
        self.listed(second)
        at = {ids[0]: 'lying', ids[1]: 'failed', ids[2]: 'healthy', ids[3]: 'failed'}
        for device, state in at.items():
            SERVER.sql(f"UPDATE campaign_target SET state = '{state}', wave = 0, judged_at = now() + interval '1 s', cause = 'wrong_version', failures = 1"
                       f' WHERE campaign_id = {number_of(second)} AND device_id = {number_of(device)}')
        rows = {row['device']: row for row in self.repeats()['data'] if row['device'] in ids}
        self.assertEqual(set(rows), set(ids[:2]))
        self.assertEqual([rows[ids[0]][key] for key in ('campaigns', 'last_campaign', 'last_state', 'last_cause')], [2, second, 'lying', 'wrong_version'])
        page = self.repeats('/api/v1/campaigns/repeat-failures?limit=1')
        self.assertEqual(len(page['data']), 1)
        rest = self.repeats(f"/api/v1/campaigns/repeat-failures?limit=200&after={page['next']}")
        self.assertEqual({row['device'] for row in page['data'] + rest['data']} >= set(ids[:2]), True)
        SERVER.sql(f"UPDATE campaign_target SET judged_at = judged_at - interval '91 days' WHERE campaign_id = {number_of(first)}")
        self.assertEqual([row for row in self.repeats()['data'] if row['device'] in ids], [])

    def samples(self, campaign, query=''):
        return self.call('GET', f'/api/v1/campaigns/{campaign}/samples{query}', expect=200).json['data']

    def test_how_it_goes_is_noted_as_often_as_it_is_looked_at(self):
        self.write('model:x')
        q, ids = self.town(3)
        campaign = self.write(q, plan={'waves': [{'devices': 1, 'soak_s': 86400}, {'rest': True}], 'stop': {'consecutive': 0, 'least': 100000}}).json['id']
        number = number_of(campaign)
        shown = self.approved(campaign)
        self.assertEqual(self.samples(campaign), [])
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': 3})
        self.assertTrue(until(lambda: self.shown(campaign)['in_flight'] == 1))
        [sent] = SERVER.sql(f"SELECT number_id('dev_', device_id) FROM campaign_target WHERE campaign_id = {number} AND state = 'sent'")
        self.judge(campaign, {sent: 'healthy'})
        self.call('POST', '/api/v1/cases', {'device': sent, 'found_by': 'serial'}, expect=201)
        SERVER.sql(f'UPDATE campaign SET watched_at = NULL WHERE id = {number}')
        last = until(lambda: (rows := [row for row in self.samples(campaign) if row['healthy']]) and rows[-1])
        self.assertEqual({key: last[key] for key in last if key not in ('at', 'informs_per_min')},
                         {'wave': 1, 'in_flight': 0, 'sent': 1, 'healthy': 1, 'bad': 0, 'silent_share': 0, 'control_silent_share': 0,
                          'contacts_per_1000': 1000, 'control_contacts_per_1000': 0})
        self.assertEqual(self.samples(campaign, f"?since={last['at']}"), [])

    def test_of_many_samples_every_so_many_is_answered(self):
        campaign = self.write('model:x').json['id']
        SERVER.sql("INSERT INTO campaign_sample (campaign_id, at, wave, in_flight, sent, healthy, bad)"
                   f" SELECT {number_of(campaign)}, timestamptz '2026-01-01Z' + make_interval(secs => 30 * n), 0, 0, n, n, 0 FROM generate_series(1, 11520) n")
        rows = self.samples(campaign)
        self.assertEqual((len(rows), rows[-1]['sent']), (500, 11520))
        self.assertEqual([row['at'] for row in rows], sorted(row['at'] for row in rows))
        self.assertEqual([row['sent'] for row in self.samples(campaign, '?since=2026-01-04T23:55:00Z')], list(range(11511, 11521)))
        self.call('GET', '/api/v1/campaigns/cmp_0000000000zzz/samples', expect=404)
        self.refused('GET', f'/api/v1/campaigns/{campaign}/samples?since=x')


class Exports(Board):
    def ordered(self, campaign, **more):
        return self.call('POST', '/api/v1/exports', {'what': 'campaign_devices', 'campaign': campaign, **more}, expect=202)

    def made(self, export, state='done'):
        return until(lambda: (shown := self.call('GET', f'/api/v1/exports/{export}', expect=200).json)['state'] == state and shown)

    def file(self, campaign, **more):
        """What is shown of it, the answer, and its lines."""
        shown = self.made(self.ordered(campaign, **more).json['id'])
        answer = self.call('GET', f"/api/v1/exports/{shown['id']}/file", expect=200)
        self.assertEqual(len(answer.body), shown['bytes'])
        return shown, answer, answer.body.decode().splitlines()

    def test_the_devices_of_a_campaign_as_csv(self):
        campaign, ids = self.flown('healthy', 'failed')
        SERVER.sql(f"UPDATE device SET serial = '=cmd|calc' WHERE id = {number_of(ids[1])}")
        shown, answer, lines = self.file(campaign)
        self.assertEqual([shown[key] for key in ('what', 'campaign', 'format', 'rows', 'total', 'error')], ['campaign_devices', campaign, 'csv', 2, 2, None])
        self.assertEqual((answer.headers['content-type'], answer.headers['content-disposition']),
                         ('text/csv; charset=utf-8', f'attachment; filename="{shown["id"]}.csv"'))
        head, *rows = csv.reader(lines)
        rows = {row[0]: dict(zip(head, row)) for row in rows}
        self.assertEqual([rows[device]['state'] for device in ids], ['healthy', 'failed'])
        self.assertEqual([rows[ids[1]][key] for key in ('serial', 'wave', 'cause', 'failures')], ["'=cmd|calc", '1', '9010', '1'])

    def test_a_part_of_them_as_ndjson(self):
        campaign, ids = self.flown('healthy', 'failed', 'failed')
        shown, answer, lines = self.file(campaign, format='ndjson', state='failed', cause='9010', wave=1)
        self.assertEqual((shown['rows'], shown['total'], answer.headers['content-type']), (2, 2, 'application/x-ndjson'))
        self.assertEqual([json.loads(line)['device'] for line in lines], sorted(ids[1:]))
        self.assertEqual(self.file(campaign, format='ndjson', state='looping')[2], [])

    def test_many_come_piece_by_piece_and_what_was_cut_off_goes_on(self):
        campaign = self.write('model:x').json['id']
        number = number_of(campaign)
        SERVER.sql(f'INSERT INTO campaign_target (campaign_id, device_id) SELECT {number}, 7000000 + n FROM generate_series(1, 4500) n')
        shown, _, lines = self.file(campaign, format='ndjson')
        self.assertEqual((shown['rows'], len(lines)), (4500, 4500))
        self.assertEqual(SERVER.sql(f"SELECT pieces FROM export WHERE id = {number_of(shown['id'])}"), ['3'])
        [again] = SERVER.sql("WITH e AS (INSERT INTO export (what, format, campaign_id, wave, state, up_to, rows, bytes, pieces, total, created_by, created_by_id)"
                             " SELECT what, format, campaign_id, wave, 'running', 7000003, 3, 6, 1, total, created_by, created_by_id FROM export"
                             f" WHERE id = {number_of(shown['id'])} RETURNING id), p AS (INSERT INTO export_piece SELECT id, 0, E'1\\n2\\n3\\n' FROM e)"
                             " SELECT number_id('exp_', id) FROM e")
        self.assertEqual(self.made(again)['rows'], 4500)
        rest = self.call('GET', f'/api/v1/exports/{again}/file', expect=200).body.decode().splitlines()
        self.assertEqual(rest, ['1', '2', '3', *lines[3:]])

    def test_whose_it_is_and_how_many(self):
        campaign, _ = self.flown('healthy')
        mine = [self.ordered(campaign).json['id'] for _ in range(6)]
        self.made(mine[-1])
        self.assertEqual([SERVER.request('GET', f'/api/v1/exports/{export}').status for export in mine], [404] + [200] * 5)
        _, other = signed_in('supervisor')
        for path in ('', '/file'):
            self.call('GET', f'/api/v1/exports/{mine[-1]}{path}', expect=404, **other.options())
        _, agent = signed_in('l2')
        self.call('GET', f'/api/v1/exports/{mine[-1]}', expect=403, **agent.options())
        SERVER.sql(f"UPDATE export SET state = 'failed', error = 'too large' WHERE id = {number_of(mine[-1])}")
        self.assertEqual(self.call('GET', f'/api/v1/exports/{mine[-1]}', expect=200).json['error'], 'too large')
        self.assertEqual(self.call('GET', f'/api/v1/exports/{mine[-1]}/file', expect=409).json['code'], 'not_now')

    def test_orders_that_are_none(self):
        campaign = self.write('model:x').json['id']
        for body, place in (({'what': 'fleet', 'campaign': campaign}, '/what'), ({'what': 'campaign_devices'}, '/campaign'),
                            ({'what': 'campaign_devices', 'campaign': 'cmp_0000000000zzz'}, '/campaign'),
                            ({'what': 'campaign_devices', 'campaign': campaign, 'format': 'xlsx'}, '/format'),
                            ({'what': 'campaign_devices', 'campaign': campaign, 'wave': 21}, '/wave')):
            self.assertIn(place, self.refused('POST', '/api/v1/exports', body))
        self.refused('POST', '/api/v1/exports', b' ' * 262145, status=413)
        self.refused('POST', '/api/v1/exports', b'{}', status=415, headers={'Content-Type': 'text/plain'})
        token = self.call('POST', '/api/v1/tokens', {'name': 'exporter', 'capabilities': ['devices.export']}, expect=201, **first_user().options()).json['token']
        self.call('POST', '/api/v1/exports', {'what': 'campaign_devices', 'campaign': campaign}, expect=403, token=token)
