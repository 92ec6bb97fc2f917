"""Incidents of areas, by hand."""

import concurrent.futures

import server as support
from api_case import SERVER, Api


class Incidents(Api):
    def setUp(self):
        self.town = self.id().split('.')[-1][:40]

    def home(self, **place):
        device = self.device()
        self.call('PATCH', f'/api/v1/devices/{device}', {'place': {'city': self.town, **place}}, expect=200)
        return device

    def open(self, kind='city', place=None, expect=201, **fields):
        return self.call('POST', '/api/v1/incidents', {'kind': kind, 'place': place or self.town, **fields}, expect=expect)

    def codes(self, device):
        return [cause['code'] for cause in self.call('GET', f'/api/v1/devices/{device}/verdict').json['causes']]

    def test_from_the_opening_to_the_end(self):
        device, other = self.home(), self.device()
        incident = self.open(text='Rompimento na rua 7').json
        self.assertEqual([incident[name] for name in ('kind', 'place', 'opened_by', 'text', 'homes', 'silent', 'closed_at')],
                         ['city', self.town, 'all', 'Rompimento na rua 7', 1, 0, None])
        self.assertEqual(self.codes(device)[0], 'area_incident')
        self.assertNotIn('area_incident', self.codes(other))
        path = f"/api/v1/incidents/{incident['id']}"
        changed = self.call('PATCH', path, {'forecast': '2026-12-01T12:00:00Z'}, expect=200).json
        self.assertEqual((changed['text'], changed['forecast'][:19]), ('Rompimento na rua 7', '2026-12-01T12:00:00'))
        self.assertEqual(self.call('PATCH', path, {'text': None}, expect=200).json['text'], None)
        self.assertEqual(self.call('GET', path, expect=200).json['forecast'], changed['forecast'])
        self.assertIn(incident['id'], [row['id'] for row in self.call('GET', '/api/v1/incidents', expect=200).json['data']])
        closed = self.call('POST', path + '/close', expect=200).json
        self.assertEqual(self.call('POST', path + '/close', expect=200).json, closed)
        self.assertEqual(closed['closed_by'], 'all')
        self.assertNotIn('area_incident', self.codes(device))
        self.assertNotIn(incident['id'], [row['id'] for row in self.call('GET', '/api/v1/incidents').json['data']])
        self.assertIn(incident['id'], [row['id'] for row in self.call('GET', '/api/v1/incidents?open=false').json['data']])

    def test_a_group_has_one_at_a_time(self):
        self.home()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = [run.status for run in pool.map(
                lambda _: SERVER.request('POST', '/api/v1/incidents', {'kind': 'city', 'place': self.town}), range(8))]
        self.assertEqual((statuses.count(201), set(statuses)), (1, {201, 409}))
        self.open(expect=409)

    def test_the_most_specific_group_is_said(self):
        device = self.home(olt='OLT ' + self.town[:20], pon='1/2', cto='CTO ' + self.town[:20])
        for kind, place in (('city', self.town), ('olt', 'OLT ' + self.town[:20]), ('pon', f'OLT {self.town[:20]} 1/2'), ('cto', 'CTO ' + self.town[:20])):
            self.open(kind, place)
            evidence = self.call('GET', f'/api/v1/devices/{device}/verdict').json['causes'][0]['evidence']
            self.assertEqual({row['fact']: row['value'] for row in evidence}['incident.place'], place)

    def test_what_is_wrong_is_refused(self):
        self.assertEqual(self.refused('POST', '/api/v1/incidents', {'kind': 'city', 'place': 'nowhere at all'}), {'/place': 'choice'})
        self.assertEqual(self.refused('POST', '/api/v1/incidents', {'kind': 'street', 'place': 'x'}), {'/kind': 'choice'})
        self.refused('POST', '/api/v1/incidents', {'place': 'x'})
        self.call('POST', '/api/v1/incidents', b'{}', expect=415, headers={'Content-Type': 'text/plain'})
        self.call('POST', '/api/v1/incidents', b'{', expect=400)
        self.call('POST', '/api/v1/incidents', b' ' * 262145, expect=413)
        self.assertEqual(self.refused('GET', '/api/v1/incidents?after=x'), {'after': 'format'})
        self.home()
        path = f"/api/v1/incidents/{self.open().json['id']}"
        self.refused('PATCH', path, {'forecast': 'soon'})
        self.call('PATCH', path, b'{}', expect=415, headers={'Content-Type': 'text/plain'})
        self.call('PATCH', path, b' ' * 262145, expect=413)
        for method, target, body in (('GET', '', None), ('PATCH', '', {}), ('POST', '/close', None)):
            for name in ('inc_0000000000000', 'x'):
                self.call(method, f'/api/v1/incidents/{name}{target}', body, expect=404)
        self.call('PATCH', path, {}, expect=403, token='reader')
        self.call('POST', path + '/close', expect=403, token='reader')

    def test_pages(self):
        self.home()
        first = self.open().json['id']
        self.call('POST', f'/api/v1/incidents/{first}/close', expect=200)
        second = self.open().json['id']
        page = self.call('GET', '/api/v1/incidents?open=false&limit=1', expect=200).json
        self.assertEqual(([row['id'] for row in page['data']], page['next']), ([second], second))
        page = self.call('GET', f'/api/v1/incidents?open=false&limit=1&after={second}', expect=200).json
        self.assertEqual([row['id'] for row in page['data']], [first])

    def test_one_of_the_rule_is_about_those_that_are_silent(self):
        silent, talking = self.home(), self.home()
        number = int(SERVER.sql(f"INSERT INTO incident (kind, place, since) VALUES ('city', '{self.town}', now() - interval '5 min') RETURNING id")[0])
        SERVER.sql(f"UPDATE device_hot SET last_inform = now() - interval '10 min' WHERE device_id = {support.number_of(silent)}")
        SERVER.sql(f"INSERT INTO incident_home VALUES ({number}, {support.number_of(silent)}, now())")
        self.assertEqual(self.codes(silent)[0], 'area_incident')
        self.assertNotIn('area_incident', self.codes(talking))
