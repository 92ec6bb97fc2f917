"""What is set for all homes: where verdicts begin, and what is read out of them."""

import concurrent.futures
import json

from api_case import SERVER, Api
from cases_verdicts import know
from people import signed_in


def weak_light(api, dbm=-24.0, technology='gpon'):
    """A device whose light a stricter threshold would call bad."""
    device = api.device()
    api.call('PATCH', f'/api/v1/devices/{device}', {'place': {'technology': technology}}, expect=200)
    know(device, **{'wan.optical.rx_dbm': dbm, 'wan.link': 'Up', 'wan.status': 'Connected'})
    return device


class Settings(Api):
    """Each test leaves everything as it is built in."""

    def tearDown(self):
        SERVER.sql("UPDATE setting SET value = NULL, revision = revision + 1 WHERE value IS NOT NULL")

    def causes(self, device):
        return self.call('GET', f'/api/v1/devices/{device}/verdict', expect=200).json['causes']

    def last_audit(self, action):
        """(object, before, after, reason) of the newest."""
        row = json.loads(SERVER.sql(f"SELECT row_to_json(e) FROM audit_entry e WHERE action = '{action}' AND decision = 'allowed' ORDER BY seq DESC LIMIT 1")[0])
        return [row[key] for key in ('object', 'before', 'after', 'reason')]


class Thresholds(Settings):
    def shown(self, name, technology='*'):
        return self.call('GET', f'/api/v1/thresholds/{name}?technology={technology}', expect=200)

    def put(self, name, value, technology='*', expect=200, headers=None, **more):
        return self.call('PUT', f'/api/v1/thresholds/{name}?technology={technology}', {'value': value, **more}, expect=expect, headers=headers or {})

    def test_all_of_them_and_who_says_so(self):
        rows = {row['name']: row for row in self.call('GET', '/api/v1/thresholds', expect=200).json['data']}
        self.assertGreater(len(rows), 20)
        low = rows['optical.rx_low_dbm']
        self.assertEqual([low[key] for key in ('value', 'default', 'saved', 'layer', 'unit', 'low', 'high', 'family', 'fits', 'models')],
                         [-27, -27, None, 'built_in', 'dBm', -45, 10, 'line', True, 0])
        xgs = {row['name']: row for row in self.call('GET', '/api/v1/thresholds?technology=xgspon', expect=200).json['data']}
        self.assertEqual((xgs['optical.rx_low_dbm']['value'], xgs['optical.rx_low_dbm']['layer']), (-28, 'built_in'))

    def test_a_changed_one_changes_the_verdict_of_a_home_at_once_and_back(self):
        device = weak_light(self)
        self.assertNotIn('optical_bad', [cause['code'] for cause in self.causes(device)])
        kept = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201).headers['location']
        self.put('optical.rx_warn_dbm', -22)
        self.put('optical.rx_low_dbm', -23, reason='rede nova')
        cause = self.causes(device)[0]
        self.assertEqual((cause['code'], cause['evidence'][0]['threshold']['value']), ('optical_bad', -23))
        strict = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201).headers['location']
        self.call('DELETE', '/api/v1/thresholds/optical.rx_low_dbm?reason=engano', expect=204)
        self.assertNotIn('optical_bad', [cause['code'] for cause in self.causes(device)])
        for one in (kept, strict):
            self.assertTrue(self.call('GET', one, expect=200).json['recomputed']['equal'])

    def test_one_for_a_technology_leaves_the_others(self):
        device, other = weak_light(self), weak_light(self, technology='epon', dbm=-23.0)
        self.put('optical.rx_warn_dbm', -22, 'gpon')
        self.put('optical.rx_low_dbm', -23, 'gpon')
        self.assertEqual(self.causes(device)[0]['code'], 'optical_bad')
        self.assertNotIn('optical_bad', [cause['code'] for cause in self.causes(other)])
        self.put('optical.rx_low_dbm', -26)
        self.assertEqual([self.shown('optical.rx_low_dbm', technology).json[key] for technology in ('*', 'gpon', 'epon', 'dsl') for key in ('value', 'layer')],
                         [-26, 'saved', -23, 'saved', -24, 'built_in', -26, 'saved_for_all'])

    def test_each_revision_stays_with_who_and_why(self):
        _, browser = signed_in('supervisor')
        options = browser.options()
        target = '/api/v1/thresholds/wan.drops_24h'
        before = self.shown('wan.drops_24h').json['revision']
        self.call('PUT', target, {'value': 5, 'reason': 'muita queda'}, expect=200, **options)
        self.assertEqual(self.last_audit('threshold_set'), ['wan.drops_24h', None, 5, 'muita queda'])
        self.call('PUT', target, {'value': 6}, expect=200, **options)
        self.assertEqual(self.last_audit('threshold_set')[1:3], [5, 6])
        self.call('DELETE', target + '?reason=volta', expect=204, **options)
        self.call('DELETE', target, expect=204, **options)
        shown = self.shown('wan.drops_24h').json
        self.assertEqual([(row['value'], row['reason']) for row in shown['revisions'][:3]], [(None, 'volta'), (6, None), (5, 'muita queda')])
        self.assertEqual((shown['revision'], shown['value'], shown['layer'], shown['reason']), (before + 3, 3, 'built_in', 'volta'))
        self.assertEqual(shown['changed_by'], shown['revisions'][0]['changed_by'])

    def test_what_somebody_else_has_changed_is_not_overwritten(self):
        old = self.shown('wifi.neighbours').headers['etag']
        new = self.put('wifi.neighbours', 8, headers={'If-Match': old}).headers['etag']
        self.assertNotEqual(old, new)
        self.assertEqual(self.put('wifi.neighbours', 9, expect=412, headers={'If-Match': old}).json['code'], 'precondition_failed')
        self.call('DELETE', '/api/v1/thresholds/wifi.neighbours', expect=412, headers={'If-Match': old})
        self.put('wifi.neighbours', 9, headers={'If-Match': new})
        self.assertEqual(self.shown('wifi.neighbours').json['value'], 9)

    def test_of_many_who_are_the_first_one_is(self):
        """And nobody's change is lost unseen."""
        statuses = set()
        for name in ('device.cpu_percent', 'device.boots_1h', 'dsl.margin_db', 'lan.port_mbps', 'profile.differences'):
            SERVER.sql(f"DELETE FROM setting WHERE name = '{name}'")
            SERVER.sql(f"DELETE FROM setting_revision WHERE name = '{name}'")
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda value: self.put(name, value, expect=None), range(11, 19)))  # pylint: disable=cell-var-from-loop
            done = sum(answer.status == 200 for answer in answers)
            self.assertEqual(self.shown(name).json['revision'], done)
            statuses |= {answer.status for answer in answers}
        self.assertEqual(statuses, {200, 409})

    def test_what_is_wrong_is_refused(self):
        target = '/api/v1/thresholds/optical.rx_low_dbm'
        for body, errors in (({'value': -46}, {'/value': 'range'}), ({'value': 10.5}, {'/value': 'range'}), ({'value': 1e300}, {'/value': 'range'}),
                             ({'value': '-26'}, {'/value': 'type'}), ({'value': None}, {'/value': 'type'}), ({'value': True}, {'/value': 'type'}),
                             ({}, {'/value': 'required'}), ({'value': -26, 'reason': ''}, {'/reason': 'length'}),
                             ({'value': -26, 'reason': 'x' * 201}, {'/reason': 'length'}), ({'value': -26, 'unit': 'V'}, {'/unit': 'unknown'}),
                             ({'value': -24}, {'/value': 'order'}), ({'value': -25.01}, None)):
            with self.subTest(body=body):
                if errors is None:
                    self.call('PUT', target, body, expect=200)
                else:
                    self.assertEqual(self.refused('PUT', target, body), errors)
        self.assertEqual(self.refused('PUT', '/api/v1/thresholds/optical.rx_high_dbm', {'value': -26}), {'/value': 'order'})
        self.assertEqual(self.refused('PUT', target + '?technology=pombo', {'value': -26}), {'technology': 'choice'})
        self.assertEqual(self.refused('GET', '/api/v1/thresholds?technology=pombo'), {'technology': 'choice'})
        self.assertEqual(self.refused('DELETE', target + '?reason='), {'reason': 'length'})
        self.refused('PUT', target, b'{', status=400)
        self.refused('PUT', target, b'x' * (256 * 1024 + 1), status=413)
        self.refused('PUT', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        for name in ('optical', "o'hara", '%00', 'optical.rx_low_dbm%0A', 'x' * 500):
            self.call('GET', f'/api/v1/thresholds/{name}', expect=404)
            self.call('PUT', f'/api/v1/thresholds/{name}', {'value': 1}, expect=404)
            self.call('DELETE', f'/api/v1/thresholds/{name}', expect=404)

    def test_one_that_does_not_fit_any_more_does_not_count(self):
        SERVER.sql("INSERT INTO setting (kind, name, value, changed_by) VALUES ('threshold', 'optical.fall_7d_db', '400', 'old'),"
                   " ('threshold', 'no.such', '1', 'old') ON CONFLICT (kind, name, technology)"
                   " DO UPDATE SET value = excluded.value, revision = setting.revision + 1")
        shown = self.shown('optical.fall_7d_db').json
        self.assertEqual((shown['value'], shown['layer'], shown['saved'], shown['fits']), (3, 'built_in', 400, False))
        self.assertEqual(self.causes(weak_light(self, dbm=-28.0))[0]['code'], 'optical_bad')
        self.put('optical.fall_7d_db', 4)
        self.assertTrue(self.shown('optical.fall_7d_db').json['fits'])
        SERVER.sql("DELETE FROM setting WHERE name IN ('no.such')")


class Texts(Settings):
    def shown(self, text):
        return self.call('GET', f'/api/v1/texts/{text}', expect=200)

    def put(self, text, pt, en='Something.', expect=200, headers=None, **more):
        return self.call('PUT', f'/api/v1/texts/{text}', {'pt-BR': pt, 'en': en, **more}, expect=expect, headers=headers or {})

    def test_all_of_them_and_what_can_stand_in_them(self):
        rows = {row['id']: row for row in self.call('GET', '/api/v1/texts', expect=200).json['data']}
        self.assertEqual({row['group'] for row in rows.values()}, {'verdict', 'reason', 'fix', 'outcome', 'priority'})
        wifi = rows['wifi_off.say']
        self.assertEqual(sorted(place['name'] for place in wifi['places']), ['band', 'ssid'])
        self.assertEqual((wifi['about'], wifi['part'], wifi['shape'], wifi['layer'], wifi['value']), ('wifi_off', 'say', 0, 'built_in', wifi['default']))
        self.assertEqual((rows['optical_bad.1.next']['shape'], rows['fix.cable']['places'], rows['fix.cable']['most']), (1, [], 60))
        only = self.call('GET', '/api/v1/texts?group=outcome', expect=200).json['data']
        self.assertEqual([row['id'] for row in only], ['outcome.solved', 'outcome.partly', 'outcome.unsolved'])

    def test_a_written_one_is_what_the_agent_sees_and_what_was_kept_stays(self):
        device = weak_light(self, dbm=-27.6)
        first = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201)
        self.put('optical_bad.say', 'Olhe o cabo, por favor: {x} dBm.', 'Look at the cable: {x} dBm.', reason='mais curto')
        said = self.causes(device)[0]['say']
        self.assertEqual(said, {'pt-BR': 'Olhe o cabo, por favor: −27,6 dBm.', 'en': 'Look at the cable: −27.6 dBm.'})
        second = self.call('POST', f'/api/v1/devices/{device}/verdict', expect=201)
        self.call('DELETE', '/api/v1/texts/optical_bad.say', expect=204)
        self.assertEqual(self.causes(device)[0]['say'], first.json['causes'][0]['say'])
        for kept in (first, second):
            shown = self.call('GET', kept.headers['location'], expect=200).json
            self.assertEqual((shown['causes'], shown['recomputed']['equal']), (kept.json['causes'], True))
        self.assertNotIn('sayings', self.call('GET', first.headers['location']).json['question'])
        self.assertEqual(list(self.call('GET', second.headers['location']).json['question']['sayings']), ['optical_bad.say'])

    def test_the_words_of_a_case_are_those_that_were_written(self):
        self.put('outcome.partly', 'Resolvido em parte', 'Solved in part')
        choices = self.call('GET', '/api/v1/cases/choices', expect=200).json
        self.assertEqual([row['label']['pt-BR'] for row in choices['outcomes']], ['Resolvido', 'Resolvido em parte', 'Não resolvido'])

    def test_who_wrote_it_when_and_why(self):
        _, browser = signed_in('supervisor')
        options = browser.options()
        target = '/api/v1/texts/ok.say'
        self.call('PUT', target, {'pt-BR': 'Tudo certo.', 'en': 'All is well.', 'reason': 'curto'}, expect=200, **options)
        self.assertEqual(self.last_audit('text_set'), ['ok.say', None, {'pt-BR': 'Tudo certo.', 'en': 'All is well.'}, 'curto'])
        self.call('DELETE', target + '?reason=longo', expect=204, **options)
        shown = self.shown('ok.say').json
        self.assertEqual([row['value'] and row['value']['en'] for row in shown['revisions'][:2]], [None, 'All is well.'])
        self.assertEqual((shown['layer'], shown['reason']), ('built_in', 'longo'))

    def test_what_somebody_else_has_written_is_not_overwritten(self):
        old = self.shown('slow.say').headers['etag']
        new = self.put('slow.say', 'A', headers={'If-Match': old}).headers['etag']
        self.put('slow.say', 'B', expect=412, headers={'If-Match': old})
        self.call('DELETE', '/api/v1/texts/slow.say', expect=412, headers={'If-Match': old})
        self.put('slow.say', 'B', headers={'If-Match': new})

    def test_of_many_who_are_the_first_one_is(self):
        statuses = set()
        for name in ('overload.say', 'overload.next', 'fw_old.say', 'drift.say', 'fix.other'):
            SERVER.sql(f"DELETE FROM setting WHERE name = '{name}'")
            SERVER.sql(f"DELETE FROM setting_revision WHERE name = '{name}'")
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                statuses |= {answer.status for answer in pool.map(lambda word: self.put(name, word, expect=None), 'abcdefgh')}  # pylint: disable=cell-var-from-loop
        self.assertEqual(statuses, {200, 409})

    def test_what_is_wrong_is_refused(self):
        target = '/api/v1/texts/wifi_off.say'
        for text, code in (('', 'length'), ('   ', 'length'), ('x' * 401, 'length'), (' a', 'format'), ('a ', 'format'), ('a\nb', 'format'),
                           ('a\x7fb', 'format'), ('a\u202eb', 'format'), ('a\u200bb', 'format'), ('a\u0085b', 'format'), ('{ssid', 'placeholder'),
                           ('ssid}', 'placeholder'), ('{{ssid}}', 'placeholder'), ('{host}', 'placeholder'), ('{}', 'placeholder')):
            for language in ('pt-BR', 'en'):
                with self.subTest(text=text, language=language):
                    self.assertEqual(self.refused('PUT', target, {'pt-BR': 'A {ssid}', 'en': 'A {band}', language: text}), {f'/{language}': code})
        for body, errors in (({'pt-BR': 'A'}, {'/en': 'required'}), ({'en': 'A'}, {'/pt-BR': 'required'}), ({'pt-BR': 1, 'en': 'A'}, {'/pt-BR': 'type'}),
                             ({'pt-BR': 'A', 'en': None}, {'/en': 'type'}), ({'pt-BR': 'A', 'en': 'A', 'fr': 'A'}, {'/fr': 'unknown'})):
            self.assertEqual(self.refused('PUT', target, body), errors)
        self.assertEqual(self.refused('PUT', '/api/v1/texts/wifi_off.headline', {'pt-BR': 'x' * 121, 'en': 'A'}), {'/pt-BR': 'length'})
        self.assertEqual(self.refused('PUT', '/api/v1/texts/reason.slow', {'pt-BR': 'x' * 60, 'en': 'x' * 61}), {'/en': 'length'})
        self.assertEqual(self.refused('PUT', '/api/v1/texts/reason.slow', {'pt-BR': 'A {ssid}', 'en': 'A'}), {'/pt-BR': 'placeholder'})
        self.assertEqual(self.refused('GET', '/api/v1/texts?group=x'), {'group': 'choice'})
        self.assertEqual(self.refused('DELETE', target + '?reason='), {'reason': 'length'})
        self.refused('PUT', target, b'{', status=400)
        self.refused('PUT', target, b'x' * (256 * 1024 + 1), status=413)
        self.refused('PUT', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        for name in ('optical_bad', 'wifi_off.9.say', "o'hara", '%00', 'x' * 500):
            self.call('GET', f'/api/v1/texts/{name}', expect=404)
            self.call('PUT', f'/api/v1/texts/{name}', {'pt-BR': 'A', 'en': 'A'}, expect=404)
            self.call('DELETE', f'/api/v1/texts/{name}', expect=404)

    def test_markup_is_text_like_any_other(self):
        device = weak_light(self, dbm=-27.6)
        hostile = '<img src=x onerror=alert(1)> \' OR 1=1 -- %s %n \\u0000 $(x)'
        self.put('optical_bad.say', hostile)
        self.assertEqual(self.causes(device)[0]['say']['pt-BR'], hostile)

    def test_one_that_does_not_fit_any_more_does_not_count(self):
        SERVER.sql("INSERT INTO setting (kind, name, value, changed_by) VALUES ('text', 'optical_bad.say', '{\"pt-BR\":\"{host}\",\"en\":\"a\"}', 'old'),"
                   " ('text', 'no.such', '{\"pt-BR\":\"a\",\"en\":\"a\"}', 'old') ON CONFLICT (kind, name, technology)"
                   " DO UPDATE SET value = excluded.value, revision = setting.revision + 1")
        shown = self.shown('optical_bad.say').json
        self.assertEqual((shown['fits'], shown['layer'], shown['value']), (False, 'built_in', shown['default']))
        self.assertEqual(self.causes(weak_light(self, dbm=-27.6))[0]['say']['en'], shown['default']['en'])
        SERVER.sql("DELETE FROM setting WHERE name = 'no.such'")
