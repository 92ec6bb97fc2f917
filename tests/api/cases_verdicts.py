"""Verdicts, facts and their history."""

import json

import server as support
from api_case import SERVER, Api


def know(device, at='now()', **facts):
    """What a worker writes after it has read a home."""
    number = support.number_of(device)
    for name, value in facts.items():
        SERVER.sql(f"INSERT INTO device_fact AS f (device_id, doc) VALUES ({number}, jsonb_build_object('{name}',"
                   f" jsonb_build_array('{json.dumps(value)}'::jsonb, floor(extract(epoch FROM {at}))::bigint)))"
                   " ON CONFLICT (device_id) DO UPDATE SET doc = f.doc || excluded.doc")


class Verdicts(Api):
    def verdict(self, device):
        return self.call('GET', f'/api/v1/devices/{device}/verdict', expect=200).json

    def codes(self, device):
        return [cause['code'] for cause in self.verdict(device)['causes']]

    def test_of_a_home_that_is_not_known_nothing_is_said(self):
        verdict = self.verdict(self.device())
        self.assertEqual([(cause['code'], cause['severity']) for cause in verdict['causes']], [('no_data', 'unknown')])
        self.assertIn('wan.link', [missing['fact'] for missing in verdict['missing']])
        self.assertEqual(verdict['inputs']['newest_age_s'], None)

    def test_weak_light(self):
        device = self.device()
        know(device, **{'wan.optical.rx_dbm': -27.6, 'wan.link': 'Up', 'wan.status': 'Connected'})
        verdict = self.verdict(device)
        cause = verdict['causes'][0]
        self.assertEqual((cause['code'], cause['severity'], cause['confidence'], verdict['more']), ('optical_bad', 'bad', 0.95, 0))
        self.assertEqual(cause['headline'], {'pt-BR': 'Sinal óptico fraco: −27,6 dBm', 'en': 'Weak optical signal: −27.6 dBm'})
        self.assertEqual(cause['evidence'][0], {
            'fact': 'wan.optical.rx_dbm', 'value': -27.6, 'unit': 'dBm', 'age_s': cause['evidence'][0]['age_s'],
            'threshold': {'name': 'optical.rx_low_dbm', 'value': -27, 'unit': 'dBm'}})
        know(device, "now() - interval '2 d'", **{'wan.optical.rx_dbm': -27.6})
        self.assertEqual(self.codes(device), ['ok'])

    def test_a_device_that_was_registered_and_has_not_come(self):
        self.assertEqual(self.codes(self.device(contact='NULL')), ['never_seen'])

    def test_boots_are_counted(self):
        device = self.device()
        SERVER.sql(f"INSERT INTO device_event SELECT {support.number_of(device)}, n, 0, now() - n * interval '10 min', '1 BOOT', ''"
                   " FROM generate_series(1, 9) n")
        self.assertEqual(self.verdict(device)['causes'][0]['headline']['en'], 'Keeps restarting by itself (5 times in 1 h)')

    def test_drops_and_falls_are_seen_in_the_history(self):
        device = self.device()
        number = support.number_of(device)
        SERVER.sql(f"INSERT INTO fact_sample SELECT {number}, 'wan.uptime_s', now() - (n * 60 + 5) * interval '1 s', (120 - n) % 25 * 60"
                   " FROM generate_series(0, 119) n")
        SERVER.sql(f"INSERT INTO fact_sample SELECT {number}, 'wan.optical.rx_dbm', now() - n * interval '1 h',"
                   " CASE WHEN n = 0 THEN -24.5 ELSE -20 END FROM generate_series(0, 100) n")
        know(device, **{'wan.optical.rx_dbm': -24.5})
        facts = {fact['name']: fact['value'] for fact in self.call('GET', f'/api/v1/devices/{device}/facts').json['data']}
        self.assertEqual((facts['wan.drops_24h'], facts['wan.optical.fall_7d_db']), (4, 4.5))
        self.assertEqual(self.codes(device), ['wan_flapping', 'optical_warn'])

    def test_a_weak_client_is_weak_for_a_time(self):
        device = self.device()
        know(device, **{'wifi.clients.3.rssi_dbm': -82, 'wifi.clients.3.name': 'TV "da sala"', 'wan.link': 'Up'})
        self.assertEqual(self.codes(device), ['ok'])
        SERVER.sql(f"INSERT INTO fact_sample SELECT {support.number_of(device)}, 'wifi.clients.3.rssi_dbm',"
                   " now() - n * interval '5 min', CASE WHEN n > 5 THEN -50 ELSE -82 END FROM generate_series(0, 9) n")
        cause = self.verdict(device)['causes'][0]
        self.assertEqual((cause['code'], cause['headline']['pt-BR']), ('wifi_weak', '“TV "da sala"” longe do roteador'))
        self.assertEqual({row['fact']: row['value'] for row in cause['evidence']}['wifi.clients.3.weak_s'], 1500)

    def test_what_is_shown_is_kept_and_comes_out_again(self):
        device = self.device()
        know(device, **{'wan.optical.rx_dbm': -27.625, 'wan.link': 'Up', 'wifi.2g.ssid': 'casa {da} "Maria"\n', 'wifi.2g.enabled': False})
        kept = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201, headers={'Idempotency-Key': 'v1'})
        again = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201, headers={'Idempotency-Key': 'v1'})
        self.assertEqual(kept.json, again.json)
        self.refused('POST', f'/api/v1/devices/{self.device()}/verdict', status=422, code='idempotency_mismatch',
                     headers={'Idempotency-Key': 'v1'})
        know(device, **{'wan.optical.rx_dbm': -20})
        shown = self.call('GET', kept.headers['location'], expect=200).json
        self.assertEqual((shown['causes'], shown['device'], shown['shown_to']), (kept.json['causes'], device, 'all'))
        self.assertEqual(shown['question']['facts']['wan.optical.rx_dbm'][0], -27.625)
        self.assertEqual(shown['recomputed'], {'rules': shown['rules'], 'equal': True})
        SERVER.sql(f"UPDATE verdict SET answer = replace(answer::text, '-27.625', '-27.626')::json WHERE device_id ="
                   f" {support.number_of(device)}")
        self.assertFalse(self.call('GET', kept.headers['location'], expect=200).json['recomputed']['equal'])

    def test_who_may_and_what_is_not_there(self):
        device = self.device()
        for path in (f'devices/{device}/verdict', f'devices/{device}/facts', 'verdicts/ver_0000000000001'):
            self.refused('GET', f'/api/v1/{path}', status=403, token='nobody')
        for path in ('devices/dev_0000000000000/verdict', 'devices/x/facts', 'devices/dev_0000000000000/facts', 'verdicts/ver_x',
                     'verdicts/ver_0000000000000', 'devices/dev_0000000000000/metrics?name=wan.optical.rx_dbm'):
            self.refused('GET', f'/api/v1/{path}', status=404)
        self.refused('POST', '/api/v1/devices/dev_0000000000000/verdict', status=404)


class Metrics(Api):
    def test_the_history_in_steps(self):
        device = self.device()
        SERVER.sql(f"INSERT INTO fact_sample SELECT {support.number_of(device)}, 'wan.optical.rx_dbm',"
                   " '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 min', -20 - n % 10 FROM generate_series(0, 59) n")
        path = f'/api/v1/devices/{device}/metrics?name=wan.optical.rx_dbm&from=2026-01-01T00:00:00Z&until=2026-01-01T00:30:00Z'
        series = self.call('GET', path + '&step=600', expect=200).json
        self.assertEqual([(point['at'], point['least'], point['most'], point['mean'], point['count']) for point in series['data']],
                         [(f'2026-01-01T00:{minute:02}:00Z', -29, -20, -24.5, 10) for minute in (0, 10, 20)])
        self.assertEqual((series['unit'], series['step_s']), ('dBm', 600))
        self.assertEqual(len(self.call('GET', path, expect=200).json['data']), 30)
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}/metrics?name=wan.optical.rx_dbm', expect=200).json['data'], [])

    def test_what_has_no_history_is_refused(self):
        path = f'/api/v1/devices/{self.device()}/metrics'
        self.assertEqual(self.refused('GET', path), {'name': 'required'})
        for name in ('wifi.2g.ssid', 'wan.nothing', 'x'):
            self.assertEqual(self.refused('GET', f'{path}?name={name}'), {'name': 'choice'})
        self.assertEqual(self.refused('GET', f'{path}?name=wan.optical.rx_dbm&from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z'),
                         {'from': 'range'})
        self.assertEqual(self.refused('GET', f'{path}?name=wan.optical.rx_dbm&step=9'), {'step': 'range'})


class Place(Api):
    def patch(self, device, place, expect=200, **options):
        return self.call('PATCH', f'/api/v1/devices/{device}', {'place': place}, expect=expect, **options)

    def test_what_is_not_named_stays(self):
        device = self.device()
        self.assertIsNone(self.call('GET', f'/api/v1/devices/{device}').json['place'])
        self.patch(device, {'olt': 'OLT-3', 'cto': 'CTO-17', 'technology': 'xgspon', 'plan_down_mbps': 500})
        self.patch(device, {'city': 'Itu', 'cto': None, 'plan_up_mbps': 250.5},
                   headers={'Content-Type': 'application/merge-patch+json'})
        place = self.call('GET', f'/api/v1/devices/{device}').json['place']
        self.assertEqual([place[name] for name in ('olt', 'pon', 'cto', 'city', 'technology', 'plan_down_mbps', 'plan_up_mbps', 'changed_by')],
                         ['OLT-3', None, None, 'Itu', 'xgspon', 500, 250.5, 'all'])
        self.assertEqual(self.call('PATCH', f'/api/v1/devices/{device}', {}, expect=200).json['place'], place)
        self.assertIsNone(self.patch(device, None).json['place'])

    def test_verdicts_measure_by_it(self):
        device = self.device()
        know(device, **{'wan.optical.rx_dbm': -27.6, 'wan.link': 'Up', 'lan.ports.2.mbps': 100, 'lan.ports.2.status': 'Up'})
        self.patch(device, {'technology': 'xgspon', 'plan_down_mbps': 500})
        causes = self.call('GET', f'/api/v1/devices/{device}/verdict').json['causes']
        self.assertEqual([cause['code'] for cause in causes], ['optical_warn', 'lan_100'])

    def test_what_is_wrong_is_refused(self):
        device = self.device()
        for place, where, code in (
                ({'olt': ''}, '/place/olt', 'min_length'), ({'olt': 'x' * 65}, '/place/olt', 'max_length'), ({'cto': 7}, '/place/cto', 'type'),
                ({'technology': 'carrier pigeon'}, '/place/technology', 'choice'), ({'plan_down_mbps': -1}, '/place/plan_down_mbps', 'range'),
                ({'plan_down_mbps': 100001}, '/place/plan_down_mbps', 'range'), ({'street': 'x'}, '/place/street', 'unknown'),
                ({'pon': 'a\nb'}, '/place/pon', 'pattern')):
            with self.subTest(place=place):
                self.assertEqual(set(self.refused('PATCH', f'/api/v1/devices/{device}', {'place': place})), {where})
        self.refused('PATCH', f'/api/v1/devices/{device}', {'serial': 'other'})
        self.patch(device, {}, expect=415, headers={'Content-Type': 'text/plain'})
        self.call('PATCH', f'/api/v1/devices/{device}', b'{"place":', expect=400)
        self.call('PATCH', f'/api/v1/devices/{device}', b' ' * 262145, expect=413)
        self.patch(device, {}, expect=403, token='reader')
        self.patch('dev_0000000000000', {}, expect=404)


class Presence(Api):
    def presence(self, device):
        return self.call('GET', f'/api/v1/devices/{device}/presence', expect=200).json

    def test_before_anybody_has_called(self):
        presence = self.presence(self.device(contact="now() - interval '400 s'"))
        self.assertEqual([presence[name] for name in ('online', 'reachable', 'since', 'way', 'last_call', 'last_failure')],
                         [True, None, None, 'none', None, None])
        self.assertIn(presence['overdue_s'], range(99, 130))
        self.assertEqual(self.presence(self.device(contact='NULL'))['overdue_s'], 0)
        self.call('GET', '/api/v1/devices/dev_0000000000000/presence', expect=404)

    def test_how_calls_went(self):
        device = self.device()
        number = support.number_of(device)
        SERVER.sql(f"INSERT INTO device_call VALUES ({number}, now(), 'http', 'unreachable', false, now() - interval '1 h', now(), 'unreachable')")
        presence = self.presence(device)
        self.assertEqual((presence['reachable'], presence['way'], presence['last_call']['code'], presence['last_call']['detail']),
                         (False, 'http', 'unreachable', 'The device does not answer the call.'))
        SERVER.sql(f"UPDATE device_call SET code = 'accepted', reached = true, since = now() WHERE device_id = {number}")
        presence = self.presence(device)
        self.assertEqual((presence['reachable'], presence['last_call']['code'], presence['last_failure']['code']), (True, 'accepted', 'unreachable'))
        SERVER.sql(f"UPDATE device_call SET code = 'not_allowed', reached = false, way = NULL WHERE device_id = {number}")
        self.assertEqual(self.presence(device)['way'], 'none')
