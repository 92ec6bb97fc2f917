"""Server-Sent Events."""

import time

import server as support
from api_case import DESCRIPTION, DOCUMENT, GIVEN, SERVER, Api


class Streams(Api):
    def follow(self, target, last=None):
        stream = SERVER.stream(target, headers={} if last is None else {'Last-Event-ID': last})
        self.addCleanup(stream.close)
        operation = DESCRIPTION.find('GET', target)
        GIVEN.add((operation['operationId'], stream.status))
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.headers['content-type'].split(';')[0], 'text/event-stream')
        self.assertEqual((stream.headers['cache-control'], stream.headers['x-accel-buffering']), ('no-store', 'no'))
        self.assertEqual(stream.next(), {'retry': '3000'})
        return stream

    @staticmethod
    def until(stream, state):
        """The events up to the first of this state."""
        events = []
        while not events or events[-1]['data']['state'] != state:
            events.append(stream.next_event())
        return events

    def check_event(self, event, state):
        schema = DOCUMENT['components']['schemas']['ActionEvent']
        self.assertEqual(DESCRIPTION.errors(schema, event['data']), [])
        self.assertEqual(event['data']['state'], state)
        self.assertEqual(event['event'], f'action.{state}' if state in support.ENDED else 'action.progress')
        self.assertEqual(event['id'].split('-')[0], str(event['data']['id']))

    def test_an_action_is_followed_to_its_end(self):
        action = self.reboot(self.device()).json['id']
        SERVER.move(action, 'waking')
        stream = self.follow(f'/api/v1/actions/{action}/events')
        self.check_event(stream.next_event(), 'queued')
        self.check_event(stream.next_event(), 'waking')
        for state in ('session', 'running', 'verifying', 'succeeded'):
            SERVER.move(action, state)
            self.check_event(stream.next_event(), state)
        self.assertIsNone(stream.next_event())

    def test_an_ended_action_is_told_and_closed(self):
        action = self.reboot(self.device()).json['id']
        SERVER.move(action, 'failed')
        stream = self.follow(f'/api/v1/actions/{action}/events')
        self.check_event(stream.next_event(), 'queued')
        self.check_event(stream.next_event(), 'failed')
        self.assertIsNone(stream.next_event())

    def test_after_a_break_it_goes_on_where_it_was(self):
        action = self.reboot(self.device()).json['id']
        stream = self.follow(f'/api/v1/actions/{action}/events')
        last = stream.next_event()['id']
        stream.close()
        SERVER.move(action, 'session')
        SERVER.move(action, 'running')
        stream = self.follow(f'/api/v1/actions/{action}/events', last=last)
        self.check_event(stream.next_event(), 'session')
        self.check_event(stream.next_event(), 'running')
        self.assertTrue(stream.is_silent(0.5))

    def test_topics_tell_of_devices_and_actions(self):
        first, second, third = self.device(), self.device(), self.device()
        action = self.reboot(third).json['id']
        stream = self.follow(f'/api/v1/stream?topics=device:{first},device:{second},action:{action},device:{first}')
        made = [self.reboot(device).json['id'] for device in (first, second, third)]
        SERVER.move(action, 'session')
        seen = [(event['data']['action'], event['data']['state']) for event in self.until(stream, 'session')]
        self.assertEqual([event for event in seen if event != (action, 'queued')],  # that may come just in time
                         [(made[0], 'queued'), (made[1], 'queued'), (action, 'session')])
        self.assertTrue(stream.is_silent(0.5))

    def test_two_topics_tell_an_event_once(self):
        device = self.device()
        action = self.reboot(device).json['id']
        stream = self.follow(f'/api/v1/stream?topics=device:{device},action:{action}')
        SERVER.move(action, 'session')
        states = [event['data']['state'] for event in self.until(stream, 'session')]
        self.assertIn(states, (['session'], ['queued', 'session']))
        self.assertTrue(stream.is_silent(0.5))

    def test_a_stream_goes_on_after_a_break_and_loses_nothing(self):
        device = self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        action = self.reboot(device).json['id']
        first = stream.next_event()
        stream.close()
        SERVER.move(action, 'session')
        stream = self.follow(f'/api/v1/stream?topics=device:{device}', last=first['id'])
        seen = [event['data']['state'] for event in self.until(stream, 'session')]
        self.assertIn(seen, (['session'], ['queued', 'session']))  # what came just before the break may come again

    def test_too_much_missed_is_a_reset_and_only_once(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql("INSERT INTO action_event (device_id, action_id, at, state)"
                   f" SELECT {number}, 'act_x', now() - interval '1 minute', 'running' FROM generate_series(1, 1001)")
        stream = self.follow(f'/api/v1/stream?topics=device:{device}', last='1-1')
        self.assertEqual(stream.next_event()['event'], 'reset')
        self.end_listening()
        self.check_goes_on(stream, device)

    def check_goes_on(self, stream, device):
        """What was committed just before may come, or come again; but no second reset."""
        action = self.reboot(device).json['id']
        event = stream.next_event()
        while event['data'].get('action') != action:
            self.assertNotEqual(event['event'], 'reset')
            event = stream.next_event()
        self.check_event(event, 'queued')

    @staticmethod
    def end_listening():
        SERVER.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'farol listen'"
                   ' AND datname = current_database()')

    def test_what_nobody_heard_is_told_when_we_listen_again(self):
        device = self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        self.end_listening()
        action = self.reboot(device).json['id']
        event = stream.next_event()
        self.assertEqual((event['data']['action'], event['data']['state']), (action, 'queued'))

    @staticmethod
    def learn(device, dbm):
        SERVER.sql(f"INSERT INTO device_fact VALUES ({support.number_of(device)}, jsonb_build_object('wan.optical.rx_dbm', '[{dbm}, 1]'::jsonb))"
                   ' ON CONFLICT (device_id) DO UPDATE SET doc = excluded.doc')

    def test_what_is_known_of_a_device_is_told_to_who_follows_it(self):
        followed, other = self.device(), self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{followed}')
        for dbm in (-20.5, -27.5):
            self.learn(other, dbm)
            begun = time.monotonic()
            self.learn(followed, dbm)
            self.assertEqual(stream.next_event(), {'event': 'facts', 'data': {'device': followed}})
            self.assertLess(time.monotonic() - begun, 2)
        self.assertTrue(stream.is_silent(0.3))

    def test_who_goes_on_following_is_told_when_the_watch_was_lost(self):
        device = self.device()
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        SERVER.sql('TRUNCATE device_watch')  # as after a crash of the database
        self.assertEqual(stream.next(), {'comment': 'hb'})
        deadline = time.monotonic() + 10
        while not SERVER.sql('SELECT 1 FROM device_watch') and time.monotonic() < deadline:
            time.sleep(0.05)
        self.learn(device, -21)
        self.assertEqual(stream.next_event()['event'], 'facts')

    def test_a_burst_comes_whole_and_in_order(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        stream = self.follow(f'/api/v1/stream?topics=device:{device}')
        SERVER.sql(f"INSERT INTO action_event (device_id, action_id, state) SELECT {number}, 'act_' || n, 'running'"
                   ' FROM generate_series(1, 300) n')
        self.assertEqual([stream.next_event()['data']['action'] for _ in range(300)], [f'act_{n}' for n in range(1, 301)])

    def test_topics_that_are_none(self):
        rows = ('topics=', '', 'topics=device:', 'topics=device:dev_x,', 'topics=fleet', 'topics=device:act_1', 'topics=device:dev_x',
                'topics=' + ','.join(['action:act_1'] * 51))
        for query in rows:
            with self.subTest(query=query):
                self.assertIn('topics', self.refused('GET', '/api/v1/stream?' + query))

    def test_an_id_that_is_none_of_ours_is_as_none(self):
        device = self.device()
        for last in ('', 'x', '1', '-', '99999999999999999999-1'):
            stream = self.follow(f'/api/v1/stream?topics=device:{device}', last=last)
            stream.close()

    def test_many_streams_at_once(self):
        device = self.device()
        streams = [self.follow(f'/api/v1/stream?topics=device:{device}') for _ in range(50)]
        self.reboot(device)
        for stream in streams:
            self.check_event(stream.next_event(), 'queued')

    def test_a_sign_of_life_comes_and_a_revoked_token_hears_no_more(self):
        token = SERVER.ask('token listener')
        target = f'/api/v1/stream?topics=device:{self.device()}'
        with SERVER.stream(target) as kept, SERVER.stream(target, token=token) as revoked:
            self.assertEqual((kept.next(), revoked.next()), ({'retry': '3000'}, {'retry': '3000'}))
            SERVER.sql("UPDATE api_token SET revoked_at = now() WHERE name = 'listener'")
            self.assertEqual(kept.next(), {'comment': 'hb'})
            self.assertIsNone(revoked.next())
