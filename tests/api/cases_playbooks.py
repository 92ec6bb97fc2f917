"""Playbooks: read, added, judged line by line; and runs through them, whose actions are actions like any other."""

import json
import time

import server as support
from api_case import SERVER, Api

HEAD = 'id: {id}\ntitle: {{pt-BR: "Teste", en: "Test"}}\nstart: a\nsteps:\n'
ENDS = ('  bom: {end: {outcome: solved}}\n'
        '  ruim: {end: {outcome: escalate, to: campo, reason: optical, sla: 24h}}\n')
QUESTION = '  a: {ask: {pt-BR: "Acendeu?", en: "Is it on?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS
RESTART = ('  a: {do: reboot, done: b, failed: ruim}\n'
           '  b: {ask: {pt-BR: "Voltou?", en: "Is it back?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS)
LIGHT = '  a: {check: wan.optical.rx_dbm >= -27, max_age: 60s, yes: bom, no: ruim, unknown: b}\n' \
        '  b: {ask: {pt-BR: "Luz vermelha?", en: "A red light?"}, answers: {sim: ruim, nao: bom}}\n' + ENDS


class PlaybookCase(Api):
    def playbook(self, steps, head=HEAD):
        """The id of a new one."""
        Api.playbooks = getattr(Api, 'playbooks', 0) + 1
        name = f'test-{Api.playbooks}'
        self.call('POST', '/api/v1/playbooks', {'source': head.format(id=name) + steps}, expect=201)
        return name

    def begin(self, steps, device=None, **options):
        body = {'device': device or self.device(), 'playbook': self.playbook(steps), **options}
        return self.call('POST', '/api/v1/playbook-runs', body, expect=201).json

    def show(self, run, **options):
        return self.call('GET', f"/api/v1/playbook-runs/{run['id']}", expect=200, **options).json

    def answer(self, run, answer, expect=200, token='all', **more):
        return self.call('POST', f"/api/v1/playbook-runs/{run['id']}/answer", {'answer': answer, **more}, expect=expect, token=token).json

    @staticmethod
    def tell(device, **facts):
        """Facts of a device, as if they had just been read."""
        doc = {name.replace('__', '.'): [value, int(time.time())] for name, value in facts.items()}
        SERVER.sql(f"INSERT INTO device_fact (device_id, doc) VALUES ({support.number_of(device)}, '{json.dumps(doc)}')"
                   ' ON CONFLICT (device_id) DO UPDATE SET doc = device_fact.doc || excluded.doc')

    @staticmethod
    def actions(device):
        return SERVER.sql(f'SELECT kind FROM action WHERE device_id = {support.number_of(device)} ORDER BY id')


class Playbooks(PlaybookCase):
    def test_those_of_the_program_are_there(self):
        listed = self.call('GET', '/api/v1/playbooks', expect=200).json['data']
        mine = {row['id']: row for row in listed if row['built_in']}
        self.assertIn('sem-internet-fibra', mine)
        row = mine['sem-internet-fibra']
        self.assertEqual((row['title'], row['usable'], row['created_by']), ('No internet (fibre)', True, 'farol'))
        shown = self.call('GET', '/api/v1/playbooks/sem-internet-fibra', expect=200).json
        self.assertEqual((shown['version'], shown['faults'], len(shown['steps'])), (row['version'], [], row['steps']))
        self.assertIn('id: sem-internet-fibra', shown['source'])
        self.call('GET', f"/api/v1/playbooks/sem-internet-fibra?version={row['version']}", expect=200)
        self.refused('GET', '/api/v1/playbooks/sem-internet-fibra?version=77', status=404)
        self.refused('GET', '/api/v1/playbooks/nobody', status=404)
        titles = [row['title'] for row in self.call('GET', '/api/v1/playbooks', headers={'Accept-Language': 'pt-BR'}).json['data']]
        self.assertIn('Sem internet (fibra)', titles)

    def test_which_of_them_serves_a_verdict(self):
        found = [row['id'] for row in self.call('GET', '/api/v1/playbooks?verdict=optical_bad', expect=200).json['data']]
        self.assertIn('sem-internet-fibra', found)
        self.assertEqual(self.call('GET', '/api/v1/playbooks?verdict=nonsense').json['data'], [])

    def test_versions_go_up(self):
        name = self.playbook(QUESTION)
        source = HEAD.format(id=name) + RESTART
        answer = self.call('POST', '/api/v1/playbooks', {'source': source}, expect=201)
        self.assertEqual(answer.headers['location'], f'/api/v1/playbooks/{name}')
        self.assertEqual((answer.json['version'], answer.json['created_by'], answer.json['built_in']), (2, 'all', False))
        self.call('POST', '/api/v1/playbooks', {'source': f'version: 7\n{source}'}, expect=201)
        for stale in (7, 6):
            problem = self.call('POST', '/api/v1/playbooks', {'source': f'version: {stale}\n{source}'}, expect=409).json
            self.assertEqual((problem['code'], problem['detail']), ('exists', 'There is already version 7'))
        self.assertEqual(self.call('POST', '/api/v1/playbooks', {'source': source}).json['version'], 8)
        self.assertEqual(self.call('GET', f'/api/v1/playbooks/{name}?version=1').json['steps'][0]['kind'], 'ask')
        self.assertEqual(self.call('GET', f'/api/v1/playbooks/{name}').json['steps'][0]['kind'], 'do')
        listed = [row for row in self.call('GET', '/api/v1/playbooks').json['data'] if row['id'] == name]
        self.assertEqual([row['version'] for row in listed], [8])

    def test_an_operators_own_takes_the_place_of_one_of_the_program(self):
        shown = self.call('GET', '/api/v1/playbooks/sem-internet-fibra').json
        problem = self.call('POST', '/api/v1/playbooks', {'source': shown['source']}, expect=409).json
        self.assertEqual(problem['code'], 'exists')
        mine = shown['source'].replace(f"version: {shown['version']}\n", '')
        added = self.call('POST', '/api/v1/playbooks', {'source': mine}, expect=201).json
        self.assertEqual(added['version'], shown['version'] + 1)
        listed = [row for row in self.call('GET', '/api/v1/playbooks').json['data'] if row['id'] == shown['id']]
        self.assertEqual([(row['version'], row['built_in']) for row in listed], [(added['version'], False)])
        self.call('GET', f"/api/v1/playbooks/sem-internet-fibra?version={shown['version']}", expect=200)
        SERVER.sql("DELETE FROM playbook WHERE id = 'sem-internet-fibra'")

    def test_what_is_wrong_is_told_by_line_and_column(self):
        source = HEAD.format(id='wrong') + ('  a: {check: "wan.optical.rx >= -27", yes: bom, no: nowhere}\n'
                                            '  b: {ask: {en: "Is it on?"}, answers: {sim: bom}}\n' + ENDS)
        problem = self.call('POST', '/api/v1/playbooks', {'source': source}, expect=422).json
        errors = [(error['pointer'], error['line'], error['column'], error['code']) for error in problem['errors']]
        self.assertEqual(errors, [('/source', 5, 15, 'unknown_fact'), ('/source', 5, 53, 'unknown_step'), ('/source', 6, 12, 'no_text')])
        self.assertIn('there is no step "nowhere"', problem['errors'][1]['detail'])
        portuguese = self.call('POST', '/api/v1/playbooks', {'source': 'a: [\n'}, headers={'Accept-Language': 'pt-BR'}, expect=422).json
        self.assertEqual(portuguese['errors'][0]['line'], 2)
        self.refused('GET', '/api/v1/playbooks/wrong', status=404)

    def test_what_could_be_better_is_told_and_taken(self):
        source = HEAD.format(id='half') + '  a: {ask: {pt-BR: "Acendeu?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS
        answer = self.call('POST', '/api/v1/playbooks?dry_run=true', {'source': source}, expect=200).json
        self.assertEqual([(fault['code'], fault['error'], fault['line']) for fault in answer['faults']], [('no_translation', False, 5)])
        self.refused('GET', '/api/v1/playbooks/half', status=404)

    def test_bodies_that_are_none(self):
        for target in ('/api/v1/playbooks', '/api/v1/playbook-runs', '/api/v1/playbook-runs/run_1/answer'):
            self.refused('POST', target, b'{', status=400, code='malformed')
            self.refused('POST', target, b'{}', status=415, headers={'Content-Type': 'text/yaml'})
            self.refused('POST', target, (b'{"source":"' + b'x' * (256 * 1024))[:256 * 1024 + 1], status=413, code='too_large')
        self.assertEqual(self.refused('POST', '/api/v1/playbooks', {'source': ''}), {'/source': 'length'})


class Runs(PlaybookCase):
    def test_a_run_asks_and_ends(self):
        device = self.device()
        answer = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': self.playbook(QUESTION)}, expect=201)
        run = answer.json
        self.assertEqual(answer.headers['location'], f"/api/v1/playbook-runs/{run['id']}")
        self.assertEqual((run['state'], run['step'], run['text'], run['device'], run['started_by']),
                         ('asking', 'a', 'Is it on?', device, 'all'))
        self.assertEqual([(row['number'], row['key'], row['label']) for row in run['answers']], [(1, 'sim', 'Yes'), (2, 'nao', 'No')])
        self.assertEqual(self.show(run), run)
        for garbage in ('0', '3', 'yes', ' 1'):
            self.assertEqual(self.refused('POST', f"/api/v1/playbook-runs/{run['id']}/answer", {'answer': garbage}), {'/answer': 'choice'})
        self.assertEqual(self.refused('POST', f"/api/v1/playbook-runs/{run['id']}/answer", {'answer': ''}), {'/answer': 'length'})
        run = self.answer(run, '2')
        self.assertEqual((run['state'], run['end']), ('ended', {'outcome': 'escalate', 'to': 'campo', 'reason': 'optical', 'sla_s': 86400}))
        self.assertIsNotNone(run['ended_at'])
        self.assertEqual([(visit['step'], visit['input'], visit['by']) for visit in run['path']],
                         [('a', 'nao', 'all'), ('ruim', 'escalate', None)])
        self.answer(run, '1', expect=409)

    def test_what_it_does_is_an_action_like_any_other(self):
        device = self.device()
        run = self.begin(RESTART, device)
        self.assertEqual((run['state'], run['do'], self.actions(device)), ('asking', 'reboot', []))
        self.assertIn('internet', run['warning'])
        run = self.answer(run, 'go')
        action = self.call('GET', f"/api/v1/actions/{run['action']}", expect=200).json
        self.assertEqual((run['state'], action['type'], action['state'], action['created_by']), ('doing', 'reboot', 'queued', 'all'))
        self.assertIn(run['id'], action['reason'])
        for _ in range(3):
            self.assertEqual(self.show(run)['state'], 'doing')
        self.answer(run, 'go', expect=409)
        self.refused('POST', f"/api/v1/playbook-runs/{run['id']}/back", status=409)
        self.assertEqual(self.actions(device), ['reboot'])
        SERVER.move(action['id'], 'succeeded')
        run = self.show(run)
        self.assertEqual((run['state'], run['step'], run['path'][-1]['action'], run['path'][-1]['input']),
                         ('asking', 'b', action['id'], 'done'))
        self.assertEqual(self.answer(run, 'sim')['end']['outcome'], 'solved')
        self.assertEqual(self.actions(device), ['reboot'])

    def test_an_action_that_failed_goes_its_own_way(self):
        run = self.answer(self.begin(RESTART), '1')
        SERVER.move(run['action'], 'failed', """, failure = '{"code":"fault","detail":"Request denied"}'""")
        run = self.show(run)
        self.assertEqual((run['state'], run['step'], run['path'][1]['detail']), ('ended', 'ruim', 'Request denied'))
        run = self.answer(self.begin(RESTART), '1')
        SERVER.move(run['action'], 'expired')
        self.assertEqual(self.show(run)['path'][1]['detail'], 'expired')

    def test_the_rights_and_limits_of_the_agent_hold(self):
        device = self.device()
        token = SERVER.ask('token guide')
        SERVER.sql("UPDATE api_token SET capabilities = '{me.read,playbooks.read,playbooks.run}' WHERE name = 'guide'")
        run = self.begin(RESTART, device)
        problem = self.answer(run, 'go', expect=403, token=token)
        self.assertIn('actions.run', problem['detail'])
        self.assertEqual((self.actions(device), self.show(run)['revision']), ([], run['revision']))
        SERVER.sql("UPDATE api_token SET capabilities = '{me.read,playbooks.read,playbooks.run,actions.run}' WHERE name = 'guide'")
        run = self.begin('  a: {do: factory_reset, done: bom, failed: ruim}\n' + ENDS, device)
        self.assertIn('devices.reset', self.answer(run, 'go', expect=403, token=token)['detail'])
        self.assertEqual(self.actions(device), [])

    def test_who_may_only_look_moves_nothing(self):
        run = self.answer(self.begin(RESTART), 'go')
        SERVER.ask('token looker')
        SERVER.sql("UPDATE api_token SET capabilities = '{me.read,playbooks.read}' WHERE name = 'looker'")
        token = SERVER.ask('token looker2')
        SERVER.sql("UPDATE api_token SET capabilities = '{me.read,playbooks.read}' WHERE name = 'looker2'")
        SERVER.move(run['action'], 'succeeded')
        self.assertEqual(self.show(run, token=token)['state'], 'doing')
        self.assertEqual(self.show(run)['step'], 'b')

    def test_what_the_device_cannot_do_is_a_result(self):
        device = self.device()
        SERVER.sql("INSERT INTO device_ability SELECT id, coalesce(software_version, ''), ' GetParameterValues GetParameterNames ',"
                   f' NULL, true FROM device WHERE id = {support.number_of(device)}')
        run = self.answer(self.begin(RESTART, device), 'go')
        self.assertEqual((run['state'], run['step']), ('ended', 'ruim'))
        self.assertTrue(run['path'][1]['detail'].startswith('Reboot: '), run['path'])
        self.assertEqual(self.actions(device), [])

    def test_what_was_given_wrong_is_the_agents_to_mend(self):
        steps = ('  a: {do: inform.schedule, params: {delay_s: {agent: {pt-BR: "Segundos", en: "Seconds"}, type: number, secret: true}}, done: bom,'
                 ' failed: ruim}\n' + ENDS)
        run = self.begin(steps)
        self.assertEqual(run['params'], [{'name': 'delay_s', 'label': 'Seconds', 'type': 'number', 'secret': True}])
        target = f"/api/v1/playbook-runs/{run['id']}/answer"
        self.assertEqual(self.refused('POST', target, {'answer': 'go'}), {'/params': 'required'})
        self.assertEqual(self.refused('POST', target, {'answer': 'go', 'params': {'delay_s': 'soon'}}), {'/params/delay_s': 'invalid'})
        run = self.answer(run, 'go', params={'delay_s': '31536'})
        self.assertEqual(self.call('GET', f"/api/v1/actions/{run['action']}").json['params'], {'delay_s': 31536})
        self.assertEqual(SERVER.sql(f"SELECT state::text LIKE '%31536%' FROM playbook_run WHERE id = '{run['id']}'"), ['f'])

    def test_facts_that_are_fresh_are_judged_at_once(self):
        device = self.device()
        self.tell(device, wan__optical__rx_dbm=-20.5)
        run = self.begin(LIGHT, device)
        self.assertEqual((run['state'], run['step'], self.actions(device)), ('ended', 'bom', []))
        self.assertEqual(run['path'][0]['values']['wan.optical.rx_dbm'][0], -20.5)

    def test_facts_that_are_not_are_read_first(self):
        device = self.device()
        run = self.begin(LIGHT, device)
        self.assertEqual((run['state'], self.actions(device)), ('refreshing', ['refresh']))
        self.assertEqual(self.show(run)['state'], 'refreshing')
        self.tell(device, wan__optical__rx_dbm=-29)
        SERVER.move(run['action'], 'succeeded')
        run = self.show(run)
        self.assertEqual((run['step'], run['path'][0]['input'], self.actions(device)), ('ruim', 'no', ['refresh']))

    def test_a_device_that_is_away_is_judged_by_what_is_known(self):
        device = self.device(contact="now() - interval '1 hour'")
        for steps, step in ((LIGHT, 'b'), ('  a: {check: device.reachable, yes: bom, no: ruim}\n' + ENDS, 'ruim')):
            run = self.begin(steps, device)
            self.assertEqual(run['state'], 'refreshing')  # it is called all the same
            SERVER.move(run['action'], 'expired')
            run = self.show(run)
            self.assertEqual(run['step'], step)
        self.assertEqual((run['path'][0]['input'], self.actions(device)), ('no', ['refresh', 'refresh']))
        self.assertGreater(run['path'][0]['values']['contact.age_s'][0], 3500)
        run = self.begin('  a: {check: device.reachable, yes: bom, no: ruim}\n' + ENDS)
        self.assertEqual((run['step'], run['path'][0]['input']), ('bom', 'yes'))

    def test_a_recheck_measures_again(self):
        device = self.device()
        run = self.begin('  a: {check: wan.optical.rx_dbm >= -27, recheck: 1s, yes: bom, no: ruim}\n' + ENDS, device)
        self.assertEqual((run['state'], self.actions(device)), ('pausing', []))
        self.assertIsNotNone(run['wait_until'])
        time.sleep(1.2)
        run = self.show(run)
        self.assertEqual((run['state'], self.actions(device)), ('refreshing', ['refresh']))
        self.tell(device, wan__optical__rx_dbm=-21)
        SERVER.move(run['action'], 'succeeded')
        self.assertEqual(self.show(run)['step'], 'bom')

    def test_a_second_press_answers_nothing_else(self):
        steps = ('  a: {ask: {pt-BR: "Um?", en: "One?"}, answers: {sim: b, nao: ruim}}\n'
                 '  b: {ask: {pt-BR: "Dois?", en: "Two?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS)
        run = self.begin(steps)
        then = self.answer(run, '1', step='a', revision=0)
        self.answer(run, '1', expect=409, step='a')
        self.answer(run, '1', expect=409, revision=0)
        self.assertEqual(self.show(run), then)
        key = {'Idempotency-Key': f"press-{run['id']}"}
        target = f"/api/v1/playbook-runs/{run['id']}/answer"
        first = self.call('POST', target, {'answer': '1'}, headers=key, expect=200)
        self.assertEqual(self.call('POST', target, {'answer': '1'}, headers=key, expect=200).body, first.body)

    def test_back_and_cancel(self):
        steps = ('  a: {ask: {pt-BR: "Um?", en: "One?"}, answers: {sim: b, nao: ruim}}\n'
                 '  b: {ask: {pt-BR: "Dois?", en: "Two?"}, answers: {sim: bom, nao: ruim}}\n' + ENDS)
        run = self.begin(steps)
        target = f"/api/v1/playbook-runs/{run['id']}"
        self.refused('POST', f'{target}/back', status=409, code='conflict')
        self.answer(run, '1')
        back = self.call('POST', f'{target}/back', expect=200).json
        self.assertEqual((back['step'], back['path'][-1]['input'], back['path'][-1]['by']), ('a', 'back', 'all'))
        over = self.call('POST', f'{target}/cancel', expect=200).json
        self.assertEqual(over['state'], 'cancelled')
        self.refused('POST', f'{target}/cancel', status=409)
        self.refused('POST', f'{target}/back', status=409)
        for word in ('answer', 'back', 'cancel'):
            self.refused('POST', f'/api/v1/playbook-runs/run_none/{word}', {'answer': '1'} if word == 'answer' else None, status=404)
        self.refused('GET', '/api/v1/playbook-runs/run_none', status=404)

    def test_a_rehearsal_does_nothing(self):
        device = self.device()
        run = self.begin(RESTART, device, dry=True)
        self.assertEqual([row['key'] for row in run['answers']], ['done', 'failed'])
        run = self.answer(run, 'done')
        self.assertEqual((run['step'], run['dry'], self.actions(device)), ('b', True, []))

    def test_a_run_keeps_the_version_that_it_began_with(self):
        device = self.device()
        name = self.playbook(QUESTION)
        run = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}, expect=201).json
        self.call('POST', '/api/v1/playbooks', {'source': HEAD.format(id=name) + RESTART}, expect=201)
        self.assertEqual(self.answer(run, 'sim')['version'], 1)
        self.assertEqual(self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}).json['version'], 2)

    def test_beginning_needs_a_device_and_a_playbook(self):
        device, name = self.device(), self.playbook(QUESTION)
        self.assertEqual(self.refused('POST', '/api/v1/playbook-runs', {'device': 'SN1', 'playbook': name}), {'/device': 'format'})
        self.refused('POST', '/api/v1/playbook-runs', {'device': 'dev_0000000009999', 'playbook': name}, status=404)
        self.refused('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': 'none'}, status=404)

    def test_what_this_program_cannot_read_any_more_is_said(self):
        """A later program may know a fact no more, or an earlier one not yet."""
        device, name = self.device(), self.playbook(QUESTION)
        run = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}, expect=201).json
        SERVER.sql(f"UPDATE playbook SET source = 'id: {name}' WHERE id = '{name}'")
        self.refused('GET', f"/api/v1/playbook-runs/{run['id']}", status=409)
        self.answer(run, '1', expect=409)
        self.refused('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}, status=409)
        listed = [row for row in self.call('GET', '/api/v1/playbooks', expect=200).json['data'] if row['id'] == name]
        self.assertEqual([row['usable'] for row in listed], [False])
        self.assertTrue(self.call('GET', f'/api/v1/playbooks/{name}', expect=200).json['faults'])

    def test_runs_are_listed(self):
        device = self.device()
        name = self.playbook(QUESTION)
        runs = [self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}).json for _ in range(3)]
        self.answer(runs[0], '1')
        def listed(query):
            return [row['id'] for row in self.call('GET', f'/api/v1/playbook-runs?{query}', expect=200).json['data']]
        ids = [run['id'] for run in reversed(runs)]
        self.assertEqual(listed(f'device={device}'), ids)
        self.assertEqual(listed(f'playbook={name}&state=open'), ids[:2])
        self.assertEqual(listed(f'playbook={name}&state=ended'), ids[2:])
        page = self.call('GET', f'/api/v1/playbook-runs?device={device}&limit=2').json
        self.assertEqual(listed(f"device={device}&limit=2&after={page['next']}"), ids[2:])
        self.assertEqual(self.refused('GET', '/api/v1/playbook-runs?device=x'), {'device': 'format'})

    def test_statistics_count_where_runs_end(self):
        device, name = self.device(), self.playbook(QUESTION)
        empty = self.call('GET', f'/api/v1/playbooks/{name}/statistics', expect=200).json
        self.assertEqual((empty['runs'], empty['average_s'], empty['ends']), (0, None, []))
        for answer in ('1', '1', '2', None, 'cancel'):
            run = self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name}).json
            if answer == 'cancel':
                self.call('POST', f"/api/v1/playbook-runs/{run['id']}/cancel")
            elif answer is not None:
                self.answer(run, answer)
        self.answer(self.call('POST', '/api/v1/playbook-runs', {'device': device, 'playbook': name, 'dry': True}).json, '1')
        SERVER.sql(f"UPDATE playbook_run SET ended_at = started_at + interval '90 s' WHERE playbook = '{name}' AND step = 'bom'")
        found = self.call('GET', f'/api/v1/playbooks/{name}/statistics', expect=200).json
        self.assertEqual((found['runs'], found['open'], found['cancelled'], found['ended']), (5, 1, 1, 3))
        self.assertEqual([(end['step'], end['outcome'], end['count']) for end in found['ends']],
                         [('bom', 'solved', 2), ('ruim', 'escalate', 1)])
        self.assertEqual(found['ends'][0]['average_s'], 90)
        later = self.call('GET', f'/api/v1/playbooks/{name}/statistics?since=2100-01-01T00:00:00Z').json
        self.assertEqual(later['runs'], 0)
        self.refused('GET', '/api/v1/playbooks/nobody/statistics', status=404)
