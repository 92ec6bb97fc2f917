"""Escalation: the inbox of N2, the bundle and its link, advice and visits."""

import json

import server as support
from api_case import SERVER, Api
from cases_verdicts import know


class Escalation(Api):
    def setUp(self):
        self.agent = SERVER.ask(f'agent {self.id().split(".")[-1][:60]}')

    def open(self, device=None):
        return self.call('POST', '/api/v1/cases', {'device': device or self.device(), 'found_by': 'serial'}, expect=201, token=self.agent).json

    def post(self, case, what, body, expect=200, token=None, **options):
        return self.call('POST', f"/api/v1/cases/{case['id']}/{what}", body, expect=expect, token=token or self.agent, **options)

    def bundle(self, case, token=None, **headers):
        return self.call('GET', f"/api/v1/cases/{case['id']}/handoff", expect=200, token=token or self.agent, headers=headers)

    def test_from_the_agent_to_n2_and_back(self):
        device = self.device()
        know(device, **{'wan.optical.rx_dbm': -27.6, 'wan.link': 'Up', 'wan.status': 'Connected'})
        SERVER.sql(f"INSERT INTO fact_sample SELECT {support.number_of(device)}, 'wan.optical.rx_dbm', now() - n * interval '10 min', -20 - n / 20.0"
                   " FROM generate_series(1, 100) n")
        SERVER.sql(f"INSERT INTO device_session SELECT {support.number_of(device)}, n, now(), now(), 'completed', '<b>', 3, 4 FROM generate_series(1, 20) n")
        case = self.open(device)
        self.post(case, 'notes', {'text': 'cabo conferido <img src=x>'}, expect=201)
        suggested = self.call('GET', f"/api/v1/cases/{case['id']}", token=self.agent).json['suggested']['summary']
        self.assertEqual(suggested, 'Weak optical signal: −27.6 dBm\ncabo conferido <img src=x>')
        answer = self.post(case, 'escalate', {'queue': 'N2', 'priority': 'high'})
        self.assertEqual([answer.json[name] for name in ('state', 'queue', 'priority', 'summary', 'escalated_by')],
                         ['escalated', 'N2', 'high', suggested, case['agent']])
        self.assertEqual(answer.json['entries'][-1]['kind'], 'escalated')
        inbox = self.call('GET', '/api/v1/cases?queue=N2&state=escalated', expect=200).json['data']
        self.assertIn(case['id'], [row['id'] for row in inbox])

        bundle = self.bundle(case).json
        self.assertEqual((bundle['summary'], bundle['case']['id'], bundle['device']['serial'], bundle['contacts']), (suggested, case['id'], case['serial'], 1))
        self.assertEqual((bundle['verdict']['causes'][0]['code'], len(bundle['sessions'])), ('optical_bad', 12))
        self.assertEqual([(series['name'], series['unit']) for series in bundle['history']], [('wan.optical.rx_dbm', 'dBm')])
        self.assertGreater(len(bundle['history'][0]['points']), 90)
        self.assertIn({'name': 'wan.optical.rx_dbm', 'value': -27.6, 'unit': 'dBm'},
                      [{name: fact[name] for name in ('name', 'value', 'unit')} for fact in bundle['facts']])
        page = self.bundle(case, Accept='text/html')
        self.assertTrue(page.headers['content-type'].startswith('text/html'))
        self.assertIn("default-src 'none'", page.headers['content-security-policy'])
        self.assertIn(b'cabo conferido &lt;img src=x&gt;', page.body)
        self.assertIn(b'<svg', page.body)
        self.assertNotIn(b'<img', page.body)
        self.assertNotIn(b'<b></td>', page.body)

        # frozen at that moment
        self.post(case, 'notes', {'text': 'later'}, expect=201)
        self.assertEqual(self.bundle(case).json, bundle)
        self.post(case, 'return', {'advice': 'x'}, expect=403)
        back = self.post(case, 'return', {'advice': 'troque o conector', 'lacked_data': True}, token='all').json
        self.assertEqual((back['state'], back['returned_by'], back['entries'][-1]['text'], back['mine']), ('open', 'all', 'troque o conector', False))
        self.post(case, 'return', {'advice': 'x'}, expect=409, token='all')
        self.assertIn('Advice of N2: troque o conector', self.call('GET', f"/api/v1/cases/{case['id']}", token=self.agent).json['suggested']['summary'])
        self.post(case, 'visit', {'queue': 'Campo'}, expect=403)
        visit = self.post(case, 'visit', {'queue': 'Campo', 'for': '2026-12-24T12:00:00Z', 'note': 'portão azul'}, token='all').json
        self.assertEqual((visit['state'], visit['queue'], visit['visit_for'][:13], visit['visit_by']), ('visit', 'Campo', '2026-12-24T12', 'all'))
        # the customer calls again meanwhile: the same case
        again = self.call('POST', '/api/v1/cases', {'device': device, 'found_by': 'phone', 'call_id': 'again'}, expect=200, token=self.agent).json
        self.assertEqual((again['id'], again['repeat']['count']), (case['id'], 2))
        closed = self.post(case, 'close', {'outcome': 'solved', 'fix': 'visit'}, token='all').json
        self.assertEqual((closed['closed_by'], closed['reason']), ('all', 'optical'))
        self.post(case, 'escalate', {'queue': 'N2'}, expect=409)

    def test_a_link_works_for_everybody_until_it_expires(self):
        case = self.open()
        self.call('GET', f"/api/v1/cases/{case['id']}/handoff", expect=404, token=self.agent)
        link = self.post(case, 'escalate', {'queue': 'N2', 'summary': 'meu resumo'}).headers['link']
        path = link[link.index('/handoffs/'):link.index('>')]
        self.assertRegex(path, '^/handoffs/[A-Za-z0-9_-]{44}$')
        self.assertIn(path, self.bundle(case).headers['link'])
        page = self.call('GET', path, expect=200, token=None)
        self.assertEqual((page.headers['referrer-policy'], page.headers['x-robots-tag']), ('no-referrer', 'noindex, nofollow'))
        self.assertIn(b'meu resumo', page.body)
        self.assertEqual(self.call('GET', path, expect=200, token=None, headers={'Accept': 'application/json'}).json['summary'], 'meu resumo')
        for wrong in (path[:-1], path + 'x', path[:-1] + ('A' if path[-1] != 'A' else 'B'), '/handoffs/x', '/handoffs/%27'):
            self.call('GET', wrong, expect=404, token=None)
        other = self.post(case, 'escalate', {'queue': 'Campo'}).headers['link']
        self.assertNotIn(path, other)
        self.call('GET', path, expect=200, token=None)
        SERVER.sql(f"UPDATE handoff SET expires_at = now() WHERE key = '{path.split('/')[2]}'")
        self.call('GET', path, expect=404, token=None)
        self.call('GET', other[other.index('/handoffs/'):other.index('>')], expect=200, token=None)

    def test_another_agent_sees_no_bundle(self):
        case = self.open()
        self.post(case, 'escalate', {'queue': 'N2'})
        other = SERVER.ask('agent another')
        self.call('GET', f"/api/v1/cases/{case['id']}/handoff", expect=403, token=other)
        self.post(case, 'escalate', {'queue': 'N2'}, expect=403, token=other)

    def test_a_known_secret_is_nowhere_in_it(self):
        """Not in a note of the agent, in whatever writing, nor by the name of what holds it."""
        canary = 'C4naria "\\ segura'
        device = self.device()
        action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'wifi.set_password', 'params': {'password': canary}}, expect=202).json
        number = support.number_of(device)
        SERVER.sql("INSERT INTO device_secret (device_id, name, kind, sealed, action_id)"
                   f" SELECT {number}, 'wifi.2g.passphrase', 'password', sealed ->> 'password', id FROM action WHERE id = '{action['id']}'")
        case = self.open(device)
        self.post(case, 'notes', {'text': f'disse que a senha é {canary}, e só'}, expect=201)
        SERVER.sql(f"INSERT INTO action (device_id, id, kind, created_by, expires_at, state, ended_at, case_id, result) VALUES ({number}, 'act_c{number}', 'x', 'x',"
                   f" now(), 'succeeded', now(), {support.number_of(case['id'])}, '{{\"changed\": [{{\"what\": \"wifi.2g.passphrase\", \"before\": \"velha-canaria\"}}]}}')")
        self.post(case, 'escalate', {'queue': 'N2'})
        for answer in (self.bundle(case), self.bundle(case, Accept='text/html')):
            for secret in (canary, canary.replace('\\', '\\\\').replace('"', '\\"'), canary.replace('"', '&quot;'), 'C4naria', 'segura', 'velha-canaria'):
                self.assertNotIn(secret.encode(), answer.body)
            self.assertIn('disse que a senha é •••, e só'.encode(), answer.body)
        whole = SERVER.sql(f"SELECT document || page FROM handoff WHERE case_id = {support.number_of(case['id'])}")
        self.assertNotIn('C4naria', json.dumps(whole))

    def test_what_is_wrong_is_refused(self):
        case = self.open()
        path = f"/api/v1/cases/{case['id']}"
        self.assertEqual(self.refused('POST', path + '/escalate', {'queue': 'N9'}), {'/queue': 'choice'})
        self.assertEqual(self.refused('POST', path + '/escalate', {'queue': 'N2', 'priority': 'x'}), {'/priority': 'choice'})
        self.assertEqual(self.refused('POST', path + '/visit', {'queue': 'N9'}), {'/queue': 'choice'})
        self.refused('POST', path + '/visit', {'queue': 'N2', 'for': 'soon'})
        self.refused('POST', path + '/return', {})
        for what, body in (('escalate', {'queue': 'N2'}), ('return', {'advice': 'x'}), ('visit', {'queue': 'N2'})):
            self.call('POST', f'{path}/{what}', b'{}', expect=415, headers={'Content-Type': 'text/plain'})
            self.call('POST', f'{path}/{what}', b'{', expect=400)
            self.call('POST', f'{path}/{what}', b' ' * 262145, expect=413)
            for name in ('cas_000000zzzzzzz', 'x'):
                self.call('POST', f'/api/v1/cases/{name}/{what}', body, expect=404)
        self.post(case, 'close', {'outcome': 'solved', 'reason': 'other'})
        self.post(case, 'visit', {'queue': 'N2'}, expect=409, token='all')
