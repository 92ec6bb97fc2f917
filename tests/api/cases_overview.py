"""The figures of the fleet: for whom, of which homes, and of what time. How they are counted is tested in tests/db/test_fleet.c."""

import json

from api_case import SERVER, Api
from cases_scope import scoped
from people import Browser, new_user

PATH = '/api/v1/fleet/overview'
FIGURES = {'homes': 9, 'online': 7, 'in_incident': 1, 'open_actions': [{'code': 'queued', 'count': 2}], 'verdicts': [{'code': 'ok', 'count': 3}],
           'light': [{'from_dbm': -27, 'count': 1}], 'firmware': [{'model': 'M"x', 'version': None, 'count': 9}],
           'cases': {'open': 4, 'reasons': [{'code': 'slow', 'count': 5}]}}
SCOPE = 'city:"Vila dos Números"'


def keep(scope, figures, age_s=40):
    text = json.dumps(figures).replace("'", "''")
    SERVER.sql(f"INSERT INTO fleet_view (scope, shown_at, shown) VALUES ('{scope}', now() - interval '{age_s} s', '{text}')"
               ' ON CONFLICT (scope) DO UPDATE SET shown_at = excluded.shown_at, shown = excluded.shown')


class Overview(Api):
    def setUp(self):
        SERVER.sql("DELETE FROM fleet_view WHERE scope <> ''; UPDATE fleet_view SET shown = NULL, shown_at = NULL; TRUNCATE fleet_minute, fleet_hour")

    def test_before_they_are_counted_there_are_none(self):
        answer = self.call('GET', PATH, expect=200).json
        self.assertEqual((answer['at'], answer['figures'], answer['contacts'], answer['actions']), (None, None, {'step_s': 300, 'data': []}, []))

    def test_they_are_shown_with_the_time_they_are_of(self):
        keep('', FIGURES)
        answer = self.call('GET', PATH, expect=200).json
        self.assertEqual(answer['figures'], FIGURES)
        self.assertLess(answer['at'], answer['until'])

    def test_cases_are_for_who_may_see_those_of_everybody(self):
        keep('', FIGURES)
        for role, cases in (('supervisor', FIGURES['cases']), ('l1', None), ('auditor', None)):
            browser = Browser().sign_in(new_user(role))
            self.assertEqual(self.call('GET', PATH, expect=200, **browser.options()).json['figures'], {**FIGURES, 'cases': cases})

    def test_who_is_held_to_a_part_sees_nothing_of_the_whole(self):
        keep('', FIGURES)
        SERVER.sql("INSERT INTO fleet_minute VALUES (date_trunc('minute', now()) - interval '5 min', 9)")
        SERVER.sql("INSERT INTO fleet_hour VALUES (date_trunc('hour', now()), 1, 0, 0, 0, 2, 3)")
        _, browser = scoped('supervisor', SCOPE)
        answer = self.call('GET', PATH, expect=200, **browser.options()).json
        self.assertEqual((answer['at'], answer['figures'], answer['contacts'], answer['actions']), (None, None, None, None))
        self.assertEqual(SERVER.sql("SELECT count(*) FROM fleet_view WHERE asked_at > now() - interval '1 min' AND scope LIKE '%Vila%'"), ['1'])
        keep(SCOPE, {**FIGURES, 'homes': 2})
        answer = self.call('GET', PATH, expect=200, **browser.options()).json
        self.assertEqual((answer['figures']['homes'], answer['contacts'], answer['actions']), (2, None, None))
        self.assertEqual(self.call('GET', PATH, expect=200).json['figures']['homes'], 9)

    def test_what_is_drawn_is_of_the_range(self):
        SERVER.sql("INSERT INTO fleet_minute SELECT date_trunc('hour', now()) - n * interval '10 min', n FROM generate_series(1, 1000) n")
        SERVER.sql("INSERT INTO fleet_hour SELECT date_trunc('hour', now()) - n * interval '1 hour', n, 1, 0, 0, 0.25, NULL FROM generate_series(0, 160) n")
        for words, step, least, most, hours in (('', 300, 130, 150, 24), ('?range=24h', 300, 130, 150, 24), ('?range=7d', 1800, 300, 337, 161)):
            with self.subTest(words=words):
                answer = self.call('GET', PATH + words, expect=200).json
                self.assertEqual(answer['contacts']['step_s'], step)
                self.assertTrue(least <= len(answer['contacts']['data']) <= most, len(answer['contacts']['data']))
                self.assertEqual(len(answer['actions']), hours)
                self.assertEqual((answer['actions'][-1]['p50_s'], answer['actions'][-1]['p95_s']), (0.3, None))
        self.assertEqual(self.refused('GET', PATH + '?range=1y').keys(), {'range'})
