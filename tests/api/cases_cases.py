"""Cases of the desk: opened, logged, closed; who sees whose; the figures."""

import concurrent.futures
import re

import server as support
from api_case import SERVER, Api
from cases_verdicts import know


class Cases(Api):
    def setUp(self):
        self.agent = SERVER.ask(f'agent {self.id().split(".")[-1][:60]}')

    def open(self, device, expect=201, token=None, **fields):
        return self.call('POST', '/api/v1/cases', {'device': device, 'found_by': 'serial', **fields}, expect=expect, token=token or self.agent).json

    def show(self, case, expect=200, token=None):
        return self.call('GET', f"/api/v1/cases/{case['id']}", expect=expect, token=token or self.agent).json

    def post(self, case, what, body, expect=200, token=None):
        return self.call('POST', f"/api/v1/cases/{case['id']}/{what}", body, expect=expect, token=token or self.agent).json

    @staticmethod
    def kinds(case):
        return [entry['kind'] for entry in case['entries']]

    @staticmethod
    def age(case, days):
        SERVER.sql(f"UPDATE desk_case SET opened_at = opened_at - interval '{days} d' WHERE id = {support.number_of(case['id'])}")

    def weak_light(self):
        device = self.device()
        know(device, **{'wan.optical.rx_dbm': -27.6, 'wan.link': 'Up', 'wan.status': 'Connected'})
        return device

    def test_it_writes_itself(self):
        device = self.weak_light()
        case = self.open(device, found_by='phone', call_id='c1')
        self.assertRegex(case['protocol'], r'^\d{4}-\d{4}-\d{6}$')
        self.assertEqual((case['state'], case['verdict'], case['family'], case['mine']), ('open', 'optical_bad', 'no_internet', True))
        self.assertEqual((case['suggested'], case['repeat']), ({'reason': 'optical', 'fix': None, 'summary': 'Weak optical signal: −27.6 dBm'}, {'count': 1, 'days': 7, 'alarm': False}))
        self.assertEqual(self.kinds(case), ['opened', 'verdict'])
        action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot', 'reason': 'pediu'}, expect=202, token=self.agent).json
        self.assertEqual(action['case'], case['id'])
        SERVER.move(action['id'], 'running')
        SERVER.move(action['id'], 'succeeded', """, result = '{"changed": [{"what": "x", "before": "1", "after": "2"}]}'""")
        self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201, token=self.agent)
        self.post(case, 'notes', {'text': 'O cabo está dobrado?', 'kind': 'script', 'of': 'optical_bad'}, expect=201)
        self.post(case, 'notes', {'text': 'cabo conferido'}, expect=201)
        shown = self.show(case)
        self.assertEqual(self.kinds(shown), ['opened', 'verdict', 'action', 'verdict', 'script', 'note'])
        done = shown['entries'][2]
        self.assertEqual((done['text'], done['data']['state'], done['data']['changed']), ('pediu', 'succeeded', [{'what': 'x', 'before': '1', 'after': '2'}]))
        self.assertEqual([stage['state'] for stage in done['data']['stages']], ['queued', 'running', 'succeeded'])
        self.assertGreaterEqual(done['data']['duration_s'], 0)
        self.assertEqual(shown['suggested']['fix'], 'restart')
        self.assertEqual(shown['entries'][4]['data'], {'of': 'optical_bad'})
        know(device, **{'wan.optical.rx_dbm': -20})
        closed = self.post(case, 'close', {'outcome': 'solved', 'note': 'ok', 'callback_at': '2026-12-24T17:00:00Z'})
        self.assertEqual((closed['state'], closed['reason'], closed['fix'], closed['outcome'], closed['callback_at'][:16], closed['closed_by']),
                         ('closed', 'optical', 'restart', 'solved', '2026-12-24T17:00', case['agent']))
        self.assertEqual(self.kinds(closed), [*self.kinds(shown), 'verdict', 'closed'])
        self.assertEqual([entry['data']['code'] for entry in closed['entries'] if entry['kind'] == 'verdict'], ['optical_bad', 'optical_bad', 'ok'])
        SERVER.sql(f"DELETE FROM action WHERE id = '{action['id']}'")  # as the history is trimmed
        self.assertEqual(self.show(case)['entries'], closed['entries'])

    def test_a_playbook_is_logged_with_its_path(self):
        device = self.weak_light()
        case = self.open(device, token='all')
        run = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': 'quedas', 'case': case['id']}, expect=201).json
        entry = [entry for entry in self.show(case, token='all')['entries'] if entry['kind'] == 'playbook'][0]
        self.assertEqual((entry['data']['run'], entry['text'], entry['data']['state']), (run['id'], 'quedas', run['state']))
        self.assertGreater(len(run['path']), 0)
        self.assertEqual([step['step'] for step in entry['data']['path']], [step['step'] for step in run['path']])
        rehearsed = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': 'quedas', 'dry': True}, expect=201).json
        self.assertNotIn(rehearsed['id'], [entry['data'].get('run') for entry in self.show(case, token='all')['entries']])

    def test_one_per_home_and_agent(self):
        device = self.device()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = list(pool.map(lambda _: SERVER.request('POST', '/api/v1/cases', {'device': device, 'found_by': 'list'}, token=self.agent), range(8)))
        self.assertEqual(sorted(run.status for run in runs), [200] * 7 + [201])
        self.assertEqual(len({run.json['id'] for run in runs}), 1)
        other = self.open(self.device())
        self.assertNotEqual(other['id'], runs[0].json['id'])
        self.assertEqual(len({other['protocol'], runs[0].json['protocol']}), 2)

    def test_two_agents_on_one_customer_see_each_other(self):
        device = self.device()
        colleague = SERVER.ask('agent colleague')
        mine, other = self.open(device), self.open(device, token=colleague)
        self.assertNotEqual(mine['id'], other['id'])
        rows = self.call('GET', f'/api/v1/cases?device={device}', expect=200, token=self.agent).json['data']
        self.assertEqual([(row['id'], row['agent'], row['mine']) for row in rows], [(other['id'], 'colleague', False), (mine['id'], mine['agent'], True)])
        self.assertEqual(self.call('GET', f'/api/v1/cases?device={device}&mine=true', token=self.agent).json['data'][0]['id'], mine['id'])
        self.assertNotIn(other['id'], [row['id'] for row in self.call('GET', '/api/v1/cases', token=self.agent).json['data']])
        self.assertIn(other['id'], [row['id'] for row in self.call('GET', '/api/v1/cases').json['data']])
        self.show(other, expect=403)
        for what, body in (('notes', {'text': 'x'}), ('close', {'outcome': 'solved', 'reason': 'other'})):
            self.post(other, what, body, expect=403)
        self.call('GET', '/api/v1/cases?queue=N2', expect=403, token=self.agent)
        # what one does is logged in his own case, and in another's only where he may
        reboot = self.reboot(device, token=self.agent).json
        self.assertEqual(reboot['case'], mine['id'])
        path = f'/api/v1/devices/{device}/actions'
        self.call('POST', path, {'type': 'reboot', 'case': other['id']}, expect=403, token=self.agent)
        self.assertEqual(self.call('POST', path, {'type': 'refresh', 'case': other['id']}, expect=202).json['case'], other['id'])
        self.assertEqual(self.call('POST', path, {'type': 'refresh'}, expect=202).json['case'], None)
        for case in ('x', 'cas_000000zzzzzzz', self.open(self.device())['id']):
            self.assertEqual(list(self.refused('POST', path, {'type': 'refresh', 'case': case})), ['/case'])

    def test_who_follows_a_home_hears_of_its_cases(self):
        device = self.device()
        with SERVER.stream(f'/api/v1/stream?topics=device:{device}') as stream:
            self.assertEqual(stream.next(), {'retry': '3000'})
            case = self.open(device)
            self.post(case, 'close', {'outcome': 'solved', 'reason': 'other'})
            for state in ('open', 'closed'):
                event = stream.next_event()
                self.assertEqual((event['event'], event['data']), ('case', {'case': case['id'], 'device': device, 'state': state}))
                self.assertNotIn('id', event)

    def test_the_third_contact_raises_the_alarm(self):
        device = self.weak_light()
        for days in (6, 3):
            case = self.open(device)
            self.post(case, 'close', {'outcome': 'solved'})
            self.age(case, days)
        self.assertEqual(self.open(device)['repeat'], {'count': 3, 'days': 7, 'alarm': True})
        # another trouble of the same home, and the same long ago, do not count
        other = self.weak_light()
        for days, reason in ((1, 'wifi_password'), (8, 'optical')):
            case = self.open(other)
            self.post(case, 'close', {'outcome': 'solved', 'reason': reason})
            self.age(case, days)
        self.assertEqual(self.open(other)['repeat'], {'count': 1, 'days': 7, 'alarm': False})

    def test_a_call_about_one_that_is_open_is_another_contact(self):
        device = self.device()
        case = self.open(device, call_id='c1')
        for call, contacts in (('c1', 1), ('c2', 2), ('c2', 2), ('c1', 2), ('c3', 3)):
            self.assertEqual(self.open(device, expect=200, call_id=call)['repeat']['count'], contacts, call)
        self.assertEqual(self.kinds(self.show(case)).count('contact'), 2)
        # where calls have no id, a page that is opened again within the hour is none
        self.assertEqual(self.open(device, expect=200)['repeat']['count'], 3)
        SERVER.sql(f"UPDATE case_entry SET at = at - interval '61 min' WHERE case_id = {support.number_of(case['id'])}")
        self.assertEqual(self.open(device, expect=200)['repeat']['count'], 4)

    def test_the_number_of_the_crm(self):
        device = self.device()
        number = 'CRM ' + self.id()[-20:].replace('_', '-')
        case = self.open(device, protocol=number)
        self.assertEqual(case['protocol'], number)
        self.assertEqual(self.call('POST', '/api/v1/cases', {'device': self.device(), 'found_by': 'list', 'protocol': number}, expect=409,
                                   token=self.agent).json['code'], 'exists')
        changed = self.call('PATCH', f"/api/v1/cases/{case['id']}", {'protocol': number + '/2', 'callback_at': '2026-12-01T12:00:00Z'}, expect=200,
                            token=self.agent).json
        self.assertEqual((changed['protocol'], changed['entries'][-1]['kind']), (number + '/2', 'changed'))
        self.assertEqual(self.call('PATCH', f"/api/v1/cases/{case['id']}", {'callback_at': None}, expect=200, token=self.agent).json['callback_at'], None)
        other = self.open(self.device())
        self.call('PATCH', f"/api/v1/cases/{other['id']}", {'protocol': number + '/2'}, expect=409, token=self.agent)

    def test_what_is_wrong_is_refused(self):
        device = self.device()
        self.assertEqual(self.refused('POST', '/api/v1/cases', {'device': 'x', 'found_by': 'list'}), {'/device': 'format'})
        self.assertEqual(self.refused('POST', '/api/v1/cases', {'device': device, 'found_by': 'A b'}), {'/found_by': 'pattern'})
        self.refused('POST', '/api/v1/cases', {'device': device, 'found_by': 'list', 'protocol': '<b>'})
        self.call('POST', '/api/v1/cases', {'device': 'dev_000000zzzzzzz', 'found_by': 'list'}, expect=404)
        self.assertEqual(self.refused('GET', '/api/v1/cases?after=x'), {'after': 'format'})
        self.assertEqual(self.refused('GET', '/api/v1/cases?device=x'), {'device': 'format'})
        self.refused('GET', '/api/v1/cases?state=none')
        case = self.open(device)
        path = f"/api/v1/cases/{case['id']}"
        for method, target in (('POST', '/api/v1/cases'), ('PATCH', path), ('POST', path + '/notes'), ('POST', path + '/close')):
            self.call(method, target, b'{}', expect=415, headers={'Content-Type': 'text/plain'})
            self.call(method, target, b'{', expect=400)
            self.call(method, target, b' ' * 262145, expect=413)
        for method, target, body in (('GET', '', None), ('PATCH', '', {}), ('POST', '/notes', {'text': 'x'}), ('POST', '/close', {'outcome': 'solved'})):
            for name in ('cas_000000zzzzzzz', 'x'):
                self.call(method, f'/api/v1/cases/{name}{target}', body, expect=404)
        # of a home of which nothing is known the verdict suggests no reason
        self.assertEqual(self.refused('POST', path + '/close', {'outcome': 'solved'}, token=self.agent), {'/reason': 'required'})
        self.assertEqual(self.refused('POST', path + '/close', {'outcome': 'great', 'reason': 'other'}, token=self.agent), {'/outcome': 'choice'})
        self.assertEqual(self.refused('POST', path + '/close', {'outcome': 'solved', 'reason': 'x'}, token=self.agent), {'/reason': 'choice'})
        self.assertEqual(self.refused('POST', path + '/close', {'outcome': 'solved', 'reason': 'other', 'fix': 'x'}, token=self.agent), {'/fix': 'choice'})
        self.refused('POST', path + '/close', {'outcome': 'solved', 'reason': 'other', 'callback_at': 'soon'}, token=self.agent)
        self.post(case, 'close', {'outcome': 'unsolved', 'reason': 'other'})
        self.post(case, 'close', {'outcome': 'solved', 'reason': 'other'}, expect=409)
        self.post(case, 'notes', {'text': 'late'}, expect=409)
        self.open(device)

    def test_repeated_requests_are_one(self):
        headers = {'Idempotency-Key': self.id()[-60:]}
        device = self.device()
        body = {'device': device, 'found_by': 'list'}
        first = self.call('POST', '/api/v1/cases', body, expect=201, token=self.agent, headers=headers)
        again = self.call('POST', '/api/v1/cases', body, expect=201, token=self.agent, headers=headers)
        self.assertEqual((again.json, again.headers['idempotency-replayed']), (first.json, 'true'))
        self.refused('POST', '/api/v1/cases', {**body, 'found_by': 'x'}, token=self.agent, headers=headers)

    def test_words(self):
        words = self.call('GET', '/api/v1/cases/choices', expect=200, token=self.agent).json
        self.assertEqual((words['queues'], [row['code'] for row in words['outcomes']]), (['N2', 'Campo'], ['solved', 'partly', 'unsolved']))
        for name in ('reasons', 'fixes', 'outcomes', 'priorities'):
            codes = [row['code'] for row in words[name]]
            self.assertEqual(len(set(codes)), len(codes))
            for row in words[name]:
                self.assertRegex(row['code'], '^[a-z_]+$')
                self.assertTrue(re.search('[a-z]', row['label']['pt-BR']) and row['label']['en'])
        self.call('GET', '/api/v1/cases/choices', expect=403, token='reader')

    def figures(self, **query):
        target = '/api/v1/cases/kpis?' + '&'.join(f'{name}={value}' for name, value in query.items())
        return self.call('GET', target, expect=200).json

    def test_figures(self):
        """Of a month in the past that has the cases of this test only."""
        start = '2020-03-01T00:00:00Z'

        def case(device, day, minutes=5, reason='optical', **more):
            opened = self.open(device)
            self.post(opened, 'close', {'outcome': 'solved', 'reason': reason})
            sets = ''.join(f', {name} = {value}' for name, value in more.items())
            SERVER.sql(f"UPDATE desk_case SET opened_at = timestamptz '{start}' + {day} * interval '1 d',"
                       f" closed_at = timestamptz '{start}' + {day} * interval '1 d' + {minutes} * interval '1 min'{sets}"
                       f" WHERE id = {support.number_of(opened['id'])}")

        at = "timestamptz '2020-03-01T00:00:00Z' + interval"
        twice, visited, well = self.weak_light(), self.weak_light(), self.weak_light()
        case(twice, 0, 1)                   # came again after three days
        case(twice, 3, 3)                   # the repeat; another trouble three days later is none
        case(twice, 6, 5, 'wifi_password')
        case(visited, 1, 60, escalated_at=f"{at} '1 d 10 min'", visit_at=f"{at} '2 d'")
        case(well, 1, 4, lacked_data='true', escalated_at=f"{at} '1 d 2 min'")
        case(well, 20, 6)                   # no visit: avoided
        figures = self.figures(**{'from': start, 'to': '2020-04-01T00:00:00Z'})
        self.assertEqual((figures['cases'], figures['closed']), (6, 6))
        self.assertEqual(figures['first_contact'], {'resolved': 5, 'of': 6, 'pending': 0})
        self.assertEqual(figures['repeat'], {'repeats': 1, 'of': 6})
        self.assertEqual(figures['escalation'], {'escalated': 2, 'of': 6, 'accepted': 1})
        self.assertEqual(figures['avoided_visits'], {'avoided': 4, 'of': 6, 'pending': 0})
        self.assertEqual(figures['handle_s'], {'average': round((1 + 3 + 5 + 10 + 2 + 6) * 10, 1), 'p50': 240, 'p90': 480})
        self.assertEqual((figures['reasons'], figures['outcomes']), ({'optical': 5, 'wifi_password': 1}, {'solved': 6}))
        self.assertEqual(self.figures(**{'from': '2020-03-01T12:00:00Z', 'to': '2020-03-03T00:00:00Z'})['cases'], 2)
        empty = self.figures(**{'from': '2019-03-01T12:00:00Z', 'to': '2019-03-03T00:00:00Z'})
        self.assertEqual((empty['cases'], empty['handle_s']['average'], empty['reasons']), (0, None, {}))
        self.assertEqual(self.refused('GET', '/api/v1/cases/kpis?from=2020-03-03T00:00:00Z&to=2020-03-03T00:00:00Z'), {'from': 'range'})
        self.assertGreater(self.figures()['cases'], 0)
        self.call('GET', '/api/v1/cases/kpis', expect=403, token=self.agent)

    def test_pages(self):
        device = self.device()
        cases = [self.open(device, token=SERVER.ask(f'agent pages{n}'))['id'] for n in range(3)]
        page = self.call('GET', f'/api/v1/cases?device={device}&limit=2', expect=200).json
        self.assertEqual(([row['id'] for row in page['data']], page['next']), (cases[:0:-1], cases[1]))
        page = self.call('GET', f'/api/v1/cases?device={device}&limit=2&after={cases[1]}', expect=200).json
        self.assertEqual(([row['id'] for row in page['data']], page['next']), (cases[:1], None))
        self.assertEqual(self.call('GET', f'/api/v1/cases?device={device}&state=closed', expect=200).json['data'], [])

    def test_ids_are_written_alike(self):
        for number in (0, 1, 31, 32, 12345678901, 2**62):
            self.assertEqual(SERVER.sql(f"SELECT number_id('cas_', {number})")[0], support.number_id('cas_', number))
