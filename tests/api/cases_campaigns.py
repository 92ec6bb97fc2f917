"""Campaigns by the API: written, listed, approved by somebody else, started, moved, halted; and kill switches."""

import concurrent.futures
import time

from api_case import SERVER, Api
from cases_firmware import Library, model
from people import first_user, signed_in
from server import number_of


def until(what, seconds=10):
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


class Case(Api):
    def town(self, devices=3):
        """A filter that finds so many new devices, and their ids."""
        ids = [self.device() for _ in range(devices)]
        town = f'Campanha {ids[0][-8:]}'
        for device in ids:
            self.call('PATCH', f'/api/v1/devices/{device}', {'place': {'city': town}}, expect=200)
        numbers = ', '.join(str(number_of(device)) for device in ids)
        SERVER.sql(f'UPDATE device_hot SET enrolment = 2, last_inform = now() WHERE device_id IN ({numbers})')
        return f'city:"{town}"', ids

    def write(self, q, expect=201, **more):
        return self.call('POST', '/api/v1/campaigns', {'name': 'Reinício', 'type': 'reboot', 'filter': q, **more}, expect=expect)

    def shown(self, campaign):
        return self.call('GET', f'/api/v1/campaigns/{campaign}', expect=200).json

    def do(self, campaign, verb, body=None, expect=200, browser=None):
        options = browser.options() if browser else {}
        return self.call('POST', f'/api/v1/campaigns/{campaign}/{verb}', body or {}, expect=expect, **options)

    def listed(self, campaign):
        self.do(campaign, 'dry-run', expect=202)
        return until(lambda: (shown := self.shown(campaign))['state'] == 'listed' and shown)

    def approved(self, campaign):
        """Listed, and approved by a supervisor."""
        shown = self.listed(campaign)
        _, browser = signed_in('supervisor')
        return self.do(campaign, 'approve', {'list_hash': shown['list_hash']}, browser=browser).json

    def started(self, **plan):
        q, ids = self.town()
        campaign = self.write(q, plan={'waves': [{'devices': 1, 'soak_s': 0}, {'rest': True}], **plan}).json['id']
        shown = self.approved(campaign)
        return self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': 3}).json, ids


class Campaigns(Case):
    def test_a_draft_is_shown_with_all_that_it_means(self):
        q, _ = self.town(1)
        answer = self.write(q, plan={'caps': {'in_flight': 7}}, reason='mês que vem')
        shown = answer.json
        self.assertEqual([shown[key] for key in ('state', 'type', 'filter', 'reason', 'excludes', 'total', 'list_hash')],
                         ['draft', 'reboot', q, 'mês que vem', {'open_case': True}, 0, None])
        self.assertEqual((shown['plan']['caps']['in_flight'], shown['plan']['waves'][0]), (7, {'devices': 50, 'soak_s': 7200, 'promote': 'rule'}))
        self.assertEqual((shown['can'], answer.headers['etag']), (['list', 'cancel'], '"1"'))
        self.assertIn(shown['id'], [row['id'] for row in self.call('GET', '/api/v1/campaigns?state=open', expect=200).json['data']])

    def test_what_cannot_be_is_refused_where_it_is_wrong(self):
        for body, place in (({'plan': {'waves': []}}, '/plan'), ({'plan': {'zone': 'America/Nowhere'}}, '/plan'), ({'filter': 'no:such'}, '/filter'),
                            ({'type': 'undo'}, '/type'), ({'type': 'wifi.set_password', 'params': {}}, '/type'),
                            ({'type': 'firmware.install', 'params': {'file': 'fil_none'}}, '/params/file'),
                            ({'type': 'params.get', 'params': {'names': []}}, '/params/names'),
                            ({'excludes': {'weak_signal_dbm': 3}}, '/excludes/weak_signal_dbm')):
            with self.subTest(body=body):
                problem = self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'reboot', **body}, expect=422).json
                self.assertEqual([error['pointer'] for error in problem['errors']], [place])

    def test_who_may_not_do_it_to_one_may_not_do_it_to_many(self):
        token = self.call('POST', '/api/v1/tokens', {'name': 'robot', 'capabilities': ['campaigns.write']}, expect=201, **first_user().options()).json['token']
        self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'reboot'}, token=token, expect=201)
        self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'params.get', 'params': {'names': ['Device.']}}, token=token, expect=403)

    def test_the_dry_run_lists_whom_it_is_for_and_why_others_are_left_out(self):
        q, ids = self.town(6)
        numbers = [number_of(device) for device in ids]
        SERVER.sql(f'UPDATE device_hot SET enrolment = 0 WHERE device_id = {numbers[1]}')
        SERVER.sql(f"INSERT INTO device_fact (device_id, doc) VALUES ({numbers[2]}, '{{\"wan.optical.rx_dbm\": [-28, 1]}}')")
        self.call('POST', '/api/v1/cases', {'device': ids[3], 'found_by': 'serial'}, expect=201)
        campaign = self.write(q, excludes={'open_case': True, 'weak_signal_dbm': -26}).json['id']
        shown = self.listed(campaign)
        self.assertEqual((shown['total'], shown['summary']['excluded']), (3, {'not_bound': 1, 'weak_signal': 1, 'open_case': 1}))
        self.assertEqual(sum(row['devices'] for row in shown['summary']['models']), 3)
        rows = self.call('GET', f'/api/v1/campaigns/{campaign}/targets?state=excluded', expect=200).json['data']
        self.assertEqual({row['device']: row['cause'] for row in rows}, {ids[1]: 'not_bound', ids[2]: 'weak_signal', ids[3]: 'open_case'})
        first = shown['list_hash']
        self.assertEqual(self.listed(campaign)['list_hash'], first)  # the same list, the same hash
        SERVER.sql(f'UPDATE device_hot SET enrolment = 2 WHERE device_id = {numbers[1]}')
        again = self.listed(campaign)
        self.assertEqual(again['total'], 4)
        self.assertNotEqual(again['list_hash'], first)

    def test_a_filter_that_has_become_wrong_is_said(self):
        campaign = self.write('model:x').json['id']
        SERVER.sql(f"UPDATE campaign SET filter = 'no:such' WHERE id = {number_of(campaign)}")
        self.do(campaign, 'dry-run', expect=202)
        shown = until(lambda: (shown := self.shown(campaign))['list_error'] and shown)
        self.assertEqual(shown['state'], 'draft')
        self.assertIn('no', shown['list_error'])

    def test_nobody_approves_their_own(self):
        q, _ = self.town(1)
        body = {'name': 'x', 'type': 'reboot', 'filter': q}
        _, writer = signed_in('engineering')
        _, changer = signed_in('engineering')
        _, other = signed_in('supervisor')
        campaign = self.call('POST', '/api/v1/campaigns', body, expect=201, **writer.options()).json['id']
        self.call('PATCH', f'/api/v1/campaigns/{campaign}', {'reason': 'y'}, expect=200, **changer.options())
        approval = {'list_hash': self.listed(campaign)['list_hash']}
        for who in (writer, changer, None):  # None: a program
            self.assertEqual(self.do(campaign, 'approve', approval, expect=403, browser=who).json['code'], 'own_work')
        self.assertEqual(self.do(campaign, 'approve', {'list_hash': '0' * 64}, expect=409, browser=other).json['code'], 'list_changed')
        self.do(campaign, 'approve', approval, browser=other)
        start = {**approval, 'devices': 1}
        self.assertEqual(self.shown(campaign)['approved_by'], SERVER.sql(f'SELECT approved_by FROM campaign WHERE id = {number_of(campaign)}')[0])
        with self.assertRaises(AssertionError):  # the table would refuse it, too
            SERVER.sql(f'UPDATE campaign SET approver = changers[1] WHERE id = {number_of(campaign)}')
        self.do(campaign, 'start', start, browser=writer)

    def test_nobody_approves_what_their_own_program_wrote(self):
        q, _ = self.town(1)
        boss = first_user()
        robot = self.call('POST', '/api/v1/tokens', {'name': 'robot', 'capabilities': ['campaigns.write', 'campaigns.read', 'actions.run']}, expect=201,
                          **boss.options()).json['token']
        campaign = self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'reboot', 'filter': q}, expect=201, token=robot).json['id']
        approval = {'list_hash': self.listed(campaign)['list_hash']}
        self.assertEqual(self.do(campaign, 'approve', approval, expect=403, browser=boss).json['code'], 'own_work')
        self.do(campaign, 'approve', approval, browser=signed_in('supervisor')[1])

    def test_one_person_and_their_program_are_not_two(self):
        q, _ = self.town(1)
        boss = first_user()
        robot = self.call('POST', '/api/v1/tokens', {'name': 'robot', 'capabilities': ['campaigns.write']}, expect=201, **boss.options()).json['token']
        campaign = self.write(q).json['id']
        approval = {'list_hash': self.listed(campaign)['list_hash']}
        self.do(campaign, 'approve', approval, browser=boss)
        start = ('POST', f'/api/v1/campaigns/{campaign}/start', {**approval, 'devices': 1})
        self.assertEqual(self.call(*start, expect=403, token=robot).json['code'], 'own_work')
        self.call(*start, expect=200)

    def test_an_approval_is_void_when_anything_has_changed(self):
        q, _ = self.town(2)
        campaign = self.write(q).json['id']
        shown = self.approved(campaign)
        start = {'list_hash': shown['list_hash'], 'devices': 2}
        self.call('PATCH', f'/api/v1/campaigns/{campaign}', {'plan': {'caps': {'in_flight': 1}}}, expect=200)
        self.assertEqual(self.do(campaign, 'start', start, expect=409).json['code'], 'not_now')
        again = self.listed(campaign)
        self.assertNotEqual(again['list_hash'], shown['list_hash'])
        self.assertEqual(self.do(campaign, 'start', start, expect=409).json['code'], 'list_changed')
        self.assertEqual(self.do(campaign, 'start', {**start, 'list_hash': again['list_hash']}, expect=409).json['code'], 'not_approved')
        with self.assertRaises(AssertionError):  # nor does the table let it run
            SERVER.sql(f"UPDATE campaign SET state = 'running' WHERE id = {number_of(campaign)}")

    def test_two_approvals_and_a_change_at_once_leave_no_approval_of_what_was_changed(self):
        q, _ = self.town(1)
        people = [signed_in('supervisor')[1] for _ in range(2)]
        for _ in range(10):
            campaign = self.write(q).json['id']
            hashed = self.listed(campaign)['list_hash']
            with concurrent.futures.ThreadPoolExecutor(3) as pool:
                jobs = [pool.submit(who.request, 'POST', f'/api/v1/campaigns/{campaign}/approve', {'list_hash': hashed}) for who in people]
                jobs.append(pool.submit(SERVER.request, 'PATCH', f'/api/v1/campaigns/{campaign}', {'name': 'y'}))
                statuses = [job.result().status for job in jobs]
            self.assertEqual(statuses[2], 200)
            shown = self.shown(campaign)
            self.assertEqual((shown['state'], shown['approved_by'], shown['list_hash']), ('draft', None, None))

    def test_the_number_of_devices_is_typed_and_the_list_is_new(self):
        q, _ = self.town(2)
        campaign = self.write(q).json['id']
        shown = self.approved(campaign)
        start = {'list_hash': shown['list_hash'], 'devices': 3}
        self.assertEqual([e['pointer'] for e in self.do(campaign, 'start', start, expect=422).json['errors']], ['/devices'])
        SERVER.sql(f"UPDATE campaign SET listed_at = now() - interval '25 h' WHERE id = {number_of(campaign)}")
        self.assertEqual(self.do(campaign, 'start', {**start, 'devices': 2}, expect=409).json['code'], 'list_changed')

    def test_it_sends_wave_by_wave_and_no_more_than_its_cap(self):
        shown, ids = self.started(caps={'in_flight': 1})
        self.assertEqual((shown['state'], shown['flight_cap'], [wave['size'] for wave in shown['waves']]), ('running', 1, [1, 2]))
        campaign = shown['id']
        flying = until(lambda: self.call('GET', f'/api/v1/campaigns/{campaign}/targets?state=sent', expect=200).json['data'])
        self.assertEqual(len(flying), 1)
        action = self.call('GET', f"/api/v1/actions/{flying[0]['action']}", expect=200).json
        self.assertEqual((action['type'], action['device'], action['created_by']), ('reboot', flying[0]['device'], campaign))
        self.assertIn(flying[0]['device'], ids)
        with self.assertRaises(AssertionError):  # one too many is refused by the table
            SERVER.sql(f"UPDATE campaign_target SET state = 'sent', wave = 1, taken_at = now() WHERE campaign_id = {number_of(campaign)} AND state = 'waiting'")

    def test_a_device_on_which_somebody_works_is_left_for_later(self):
        q, ids = self.town(2)
        busy, free = ids
        self.call('POST', f'/api/v1/devices/{busy}/actions', {'type': 'refresh'}, expect=202)
        shown = self.approved(self.write(q, plan={'waves': [{'rest': True}], 'caps': {'in_flight': 2}}).json['id'])
        self.do(shown['id'], 'start', {'list_hash': shown['list_hash'], 'devices': 2})
        rows = until(lambda: (rows := self.call('GET', f"/api/v1/campaigns/{shown['id']}/targets", expect=200).json['data'])
                     and any(row['cause'] for row in rows) and rows)
        self.assertEqual({row['device']: (row['state'], row['cause']) for row in rows}, {busy: ('waiting', 'busy'), free: ('sent', None)})

    def test_it_halts_when_the_whole_fleet_falls_silent(self):
        SERVER.sql("INSERT INTO fleet_minute SELECT date_trunc('minute', now()) - make_interval(mins => n), CASE WHEN n <= 3 THEN 500 ELSE 1000 END"
                   " FROM generate_series(1, 40) n ON CONFLICT (at) DO UPDATE SET contacts = excluded.contacts")
        try:
            shown, _ = self.started()
            halted = until(lambda: (row := self.shown(shown['id']))['state'] == 'halted' and row)
        finally:
            SERVER.sql('DELETE FROM fleet_minute')
        found = halted['stopped']['found']  # 50, unless a minute has begun meanwhile
        self.assertEqual((halted['stopped']['rule'], halted['stopped']['limit']), ('informs', 20))
        self.assertTrue(40 < found <= 50, found)
        self.assertEqual(halted['stopped']['say']['en'], f'{found:.1f} % fewer contacts of the whole fleet; the plan allows 20.0 %')
        until(lambda: self.shown(shown['id'])['in_flight'] == 0)
        self.assertEqual(SERVER.sql(f"SELECT DISTINCT state FROM action WHERE campaign_id = {number_of(shown['id'])}"), ['cancelled'])

    def test_it_halts_when_the_desk_hears_of_it_first(self):
        q, _ = self.town(120)
        campaign = self.write(q, plan={'waves': [{'devices': 30, 'soak_s': 0}, {'rest': True}], 'caps': {'in_flight': 30}, 'health': {'silent_s': 3600}}).json['id']
        shown = self.approved(campaign)
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': 120})
        number = number_of(campaign)
        self.assertTrue(until(lambda: self.shown(campaign)['in_flight'] == 30))
        SERVER.sql(f"UPDATE campaign_target SET state = 'healthy', judged_at = now() WHERE campaign_id = {number} AND state = 'sent'")
        well = SERVER.sql(f"SELECT number_id('dev_', device_id) FROM campaign_target WHERE campaign_id = {number} AND state = 'healthy' LIMIT 15")
        for device in well:
            self.call('POST', '/api/v1/cases', {'device': device, 'found_by': 'serial'}, expect=201)
        SERVER.sql(f'UPDATE campaign SET watched_at = NULL WHERE id = {number}')
        halted = until(lambda: (row := self.shown(campaign))['state'] == 'halted' and row)
        self.assertEqual((halted['stopped']['rule'], halted['stopped']['bad'], halted['stopped']['of']), ('contacts', 15, 30))

    def test_a_wave_that_waits_for_a_person_goes_on_by_one(self):
        shown, _ = self.started(waves=[{'devices': 1, 'soak_s': 0, 'promote': 'person'}, {'rest': True}])
        campaign = shown['id']
        until(lambda: self.shown(campaign)['in_flight'])
        SERVER.sql(f"UPDATE campaign_target SET state = 'healthy', judged_at = now() WHERE campaign_id = {number_of(campaign)} AND state = 'sent'")
        held = until(lambda: (shown := self.shown(campaign))['state'] == 'held' and shown)
        self.assertEqual((held['why'], held['wave'], 'promote' in held['can']), ('person', 1, True))
        self.assertEqual(self.do(campaign, 'promote').json['state'], 'running')
        again = until(lambda: (shown := self.shown(campaign))['wave'] == 2 and shown)
        self.assertEqual((again['state'], again['waves'][0]['healthy']), ('running', 1))

    def test_a_pause_takes_back_what_nobody_has_begun(self):
        shown, _ = self.started()
        campaign = shown['id']
        until(lambda: self.shown(campaign)['in_flight'])
        self.do(campaign, 'pause', {'reason': 'chuva'})
        shown = until(lambda: (shown := self.shown(campaign))['in_flight'] == 0 and shown)
        self.assertEqual((shown['state'], shown['waves'][0]['failed']), ('paused', 0))
        states = SERVER.sql(f'SELECT state FROM action WHERE campaign_id = {number_of(campaign)}')
        self.assertEqual(set(states), {'cancelled'})
        self.assertEqual(self.do(campaign, 'promote', expect=409).json['code'], 'not_now')
        self.do(campaign, 'resume')

    def test_a_halt_needs_one_and_going_on_needs_two(self):
        shown, _ = self.started()
        campaign = shown['id']
        _, agent = signed_in('l2')
        _, supervisor = signed_in('supervisor')
        self.do(campaign, 'halt', {'reason': 'reclamações'}, browser=agent)
        shown = self.shown(campaign)
        self.assertEqual((shown['state'], shown['stopped']['reason'], shown['approved_by']), ('halted', 'reclamações', None))
        self.assertEqual(self.do(campaign, 'resume', expect=409).json['code'], 'not_approved')
        self.do(campaign, 'approve', {'list_hash': shown['list_hash']}, browser=supervisor)
        self.do(campaign, 'resume')
        kinds = [event['kind'] for event in self.call('GET', f'/api/v1/campaigns/{campaign}/events', expect=200).json['data']]
        self.assertEqual(kinds[:3] + kinds[-1:], ['resume', 'approve', 'halt', 'list'])
        self.do(campaign, 'halt')
        self.do(campaign, 'cancel')
        self.assertEqual(self.shown(campaign)['can'], [])

    def test_a_file_of_an_open_campaign_is_not_deleted(self):
        file = self.call('POST', '/api/v1/files?name=campanha.bin&kind=firmware&version=9.9', b'version=9.9\n',
                         headers={'Content-Type': 'application/octet-stream'}, expect=201).json['id']
        campaign = self.write('model:x', type='firmware.install', params={'file': file}).json
        self.assertEqual(campaign['params'], {'file': file, 'name': 'campanha.bin', 'size': 12, 'version': '9.9'})
        self.call('DELETE', f'/api/v1/files/{file}', expect=409)
        SERVER.sql(f"UPDATE file SET damaged_at = now() WHERE id = '{file}'")
        problem = self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'firmware.install', 'params': {'file': file}}, expect=409).json
        self.assertEqual(problem['code'], 'file_damaged')
        self.do(campaign['id'], 'cancel')
        self.call('DELETE', f'/api/v1/files/{file}', expect=204)


    def test_bodies_that_are_none(self):
        campaign = self.write('model:x').json['id']
        approval, start = {'list_hash': '0' * 64}, {'list_hash': '0' * 64, 'devices': 1}
        bodies = {'approve': approval, 'start': start, **{verb: {} for verb in ('pause', 'resume', 'promote', 'halt', 'cancel', 'dry-run')}}
        for verb, body in bodies.items():
            target = f'/api/v1/campaigns/{campaign}/{verb}'
            with self.subTest(verb=verb):
                self.do('cmp_0000000000zzz', verb, body, expect=404)
                if verb != 'dry-run':
                    self.refused('POST', target, b' ' * 262145, status=413)
                    self.refused('POST', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
                if verb == 'cancel':
                    self.do(campaign, verb)
                if verb == 'dry-run':
                    self.do(campaign, verb, expect=409)  # it was cancelled
                else:
                    self.assertEqual(self.do(campaign, verb, body, expect=409).json['code'], 'not_now')
        for method, target in (('POST', '/api/v1/campaigns'), ('PATCH', f'/api/v1/campaigns/{campaign}'), ('POST', '/api/v1/kill-switches'),
                               ('POST', '/api/v1/kill-switches/release')):
            self.refused(method, target, b' ' * 262145, status=413)
            self.refused(method, target, b'{}', status=415, headers={'Content-Type': 'text/plain'})

    def test_an_old_revision_and_a_repeated_key(self):
        campaign = self.write('model:x').json['id']
        target = f'/api/v1/campaigns/{campaign}'
        self.call('PATCH', target, {'name': 'y'}, expect=200, headers={'If-Match': '"1"'})
        self.call('PATCH', target, {'name': 'z'}, expect=412, headers={'If-Match': '"1"'})
        self.do(campaign, 'cancel')
        self.call('PATCH', target, {'name': 'z'}, expect=409)
        self.assertEqual(self.refused('PATCH', target, {'params': {}}), {'/type': 'required'})
        again = {'headers': {'Idempotency-Key': 'k'}}
        first = self.call('POST', '/api/v1/campaigns', {'name': 'n', 'type': 'reboot'}, expect=201, **again)
        self.assertEqual(self.call('POST', '/api/v1/campaigns', {'name': 'n', 'type': 'reboot'}, expect=201, **again).body, first.body)
        self.call('POST', '/api/v1/campaigns', {'name': 'm', 'type': 'reboot'}, expect=422, **again)


class KillSwitches(Case):
    def tearDown(self):
        SERVER.sql('DELETE FROM kill_switch')

    def put(self, scope, **options):
        return self.call('POST', '/api/v1/kill-switches', {'scope': scope, 'reason': 'incêndio'}, **options)

    def intent(self, action):
        """Whether a worker could have this action's first request sent."""
        return SERVER.sql(f"WITH a AS (UPDATE action SET state = 'running', intent = 'Reboot', intent_at = now(), sends = 1, revision = revision + 1,"
                          f" next_wake_at = NULL WHERE id = '{action}' RETURNING 1) SELECT count(*) FROM a") == ['1']

    def test_one_puts_it_on_and_two_put_it_off(self):
        _, agent = signed_in('l2')
        _, boss = signed_in('admin')
        self.put('kind:reboot', expect=201, **agent.options())
        device = self.device()
        self.assertEqual(self.reboot(device, expect=409).json['code'], 'switched_off')
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'refresh'}, expect=202)
        release = ('POST', '/api/v1/kill-switches/release', {'scope': 'kind:reboot'})
        self.assertEqual(self.call(*release, expect=403).json['code'], 'own_work')  # a program
        self.assertEqual(self.call(*release, expect=200, **agent.options()).json['data'][0]['release_by'] is not None, True)
        self.assertEqual(self.call(*release, expect=403, **agent.options()).json['code'], 'own_work')
        self.put('kind:reboot', expect=201)  # whoever puts it on again takes the asking back
        self.call(*release, expect=200, **agent.options())
        self.assertEqual(self.call(*release, expect=200, **boss.options()).json['data'], [])
        self.call(*release, expect=404, **boss.options())
        self.reboot(device)

    def test_a_scope_that_there_is_not(self):
        self.refused('POST', '/api/v1/kill-switches', {'scope': 'kind:dance', 'reason': 'x'}, status=422)
        self.refused('POST', '/api/v1/kill-switches', {'scope': 'everything', 'reason': 'x'}, status=422)

    def test_nothing_that_has_not_begun_begins(self):
        queued, begun, asked = (self.reboot(self.device()).json['id'] for _ in range(3))
        self.assertTrue(self.intent(begun))
        SERVER.sql(f"UPDATE action SET state = 'running', intent = 'GetParameterValues', intent_at = now(), sends = 1, next_wake_at = NULL WHERE id = '{asked}'")
        self.put('all', expect=201)
        self.assertFalse(self.intent(queued))
        SERVER.sql(f"UPDATE action SET intent = NULL, intent_at = NULL WHERE id IN ('{begun}', '{asked}')")
        self.assertTrue(self.intent(begun))    # it has begun to change its device: it is finished
        self.assertFalse(self.intent(asked))  # it has only asked
        SERVER.sql('DELETE FROM kill_switch')
        self.assertTrue(self.intent(queued))

    def test_campaigns_alone(self):
        shown, _ = self.started()
        until(lambda: self.shown(shown['id'])['in_flight'])
        [action] = SERVER.sql(f"SELECT id FROM action WHERE campaign_id = {number_of(shown['id'])}")
        self.put('campaigns', expect=201)
        self.assertFalse(self.intent(action))
        self.reboot(self.device())
        self.assertEqual(until(lambda: self.shown(shown['id'])['why'] == 'killed' and 'killed'), 'killed')
        SERVER.sql('DELETE FROM kill_switch')
        self.assertTrue(self.intent(action))


class OfTheLibrary(Library, Case):
    def written(self, firmware, product_class):
        answer = self.call('POST', '/api/v1/campaigns', {'name': 'Firmware', 'type': 'firmware.install', 'params': {'file': firmware['file']},
                                                         'filter': f'model:{product_class}', 'plan': {'waves': [{'rest': True}]}}, expect=201)
        return answer.json

    def homes(self, product_class):
        """Two that it fits, one of another hardware, one that has it already, one of a version that it is not for."""
        ids = [self.home(product_class), self.home(product_class), self.home(product_class, hardware='V7'), self.home(product_class, software='2.1.8'),
               self.home(product_class, software='1.0')]
        numbers = ', '.join(str(number_of(device)) for device in ids)
        SERVER.sql(f'UPDATE device_hot SET enrolment = 2, last_inform = now() WHERE device_id IN ({numbers})')
        return ids

    def test_whom_its_rules_leave_out_is_not_on_the_list(self):
        product_class = model()
        ids = self.homes(product_class)
        firmware = self.approved(rules=[{'product_class': product_class, 'hardware_version': 'V6', 'from_versions': ['2.1..2.1.8']}])
        campaign = self.written(firmware, product_class)
        self.assertEqual(campaign['params']['version'], '2.1.8')
        shown = self.listed(campaign['id'])
        self.assertEqual((shown['total'], shown['summary']['excluded']), (2, {'hardware': 1, 'already': 1, 'from_version': 1}))
        rows = self.call('GET', f"/api/v1/campaigns/{campaign['id']}/targets?cause=hardware", expect=200).json['data']
        self.assertEqual([row['device'] for row in rows], [ids[2]])

    def test_one_that_is_not_approved_is_for_those_who_may_test(self):
        firmware = self.add()
        _, writer = signed_in('provisioning')
        problem = self.call('POST', '/api/v1/campaigns', {'name': 'x', 'type': 'firmware.install', 'params': {'file': firmware['file']}}, expect=409,
                            **writer.options()).json
        self.assertEqual(problem['code'], 'file_unfit')

    def test_one_that_is_withdrawn_on_the_way_goes_to_nobody_more(self):
        product_class = model()
        self.homes(product_class)
        firmware = self.approved(rules=[{'product_class': product_class, 'hardware_version': 'V6', 'from_versions': ['2.1..2.1.8']}])
        campaign = self.written(firmware, product_class)['id']
        shown = self.approved_list(campaign)
        self.call('PUT', f"/api/v1/firmware/{firmware['id']}/state", {'state': 'retired'}, expect=200)
        self.do(campaign, 'start', {'list_hash': shown['list_hash'], 'devices': 2})
        shown = until(lambda: (shown := self.shown(campaign))['why'] and shown)
        self.assertEqual((shown['why'], shown['in_flight']), ('firmware', 0))

    def approved_list(self, campaign):
        return Case.approved(self, campaign)
