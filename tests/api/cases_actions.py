"""Actions: accepted, cancelled, repeated, waited for."""

import concurrent.futures
import json
import time

from api_case import SERVER, Api
from people import new_user, signed_in, user_id


class Actions(Api):
    def test_an_action_is_accepted_and_can_be_found(self):
        device = self.device()
        answer = self.call('POST', f'/api/v1/devices/{device}/actions',
                           {'type': 'reboot', 'params': {}, 'expires_in': 'PT1H', 'reason': 'slow', 'on_offline': 'queue'},
                           expect=202)
        action = answer.json
        self.assertEqual(answer.headers['location'], f"/api/v1/actions/{action['id']}")
        self.assertEqual((action['state'], action['device'], action['reason'], action['created_by'], action['cancellable']),
                         ('queued', device, 'slow', 'all', True))
        self.assertRegex(action['id'], '^act_[0-9a-z]{22}$')
        self.assertEqual(self.call('GET', answer.headers['location'], expect=200).json, action)
        self.assertEqual(action['links']['cancel'], f"/api/v1/actions/{action['id']}/cancel")
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}').json['open_actions'], 1)
        seconds = SERVER.sql(f"SELECT round(extract(epoch FROM expires_at - created_at)) FROM action WHERE id = '{action['id']}'")
        self.assertEqual(seconds, ['3600'])

    def test_every_type_is_accepted(self):
        device = self.device()
        for body in ({'type': 'refresh'}, {'type': 'refresh', 'params': {'path': 'Device.WiFi.'}}, {'type': 'reboot'},
                     {'type': 'object.add', 'params': {'object': 'Device.X.', 'values': [{'name': 'A', 'value': '1'}]}},
                     {'type': 'object.delete', 'params': {'object': 'Device.X.3.'}}, {'type': 'factory_reset'},
                     {'type': 'inform.schedule', 'params': {'delay_s': 60}},
                     {'type': 'attributes.get', 'params': {'names': ['Device.WiFi.']}}, {'type': 'transfers.list'},
                     {'type': 'attributes.set', 'params': {'attributes': [{'name': 'Device.X', 'notification': 2}]}},
                     {'type': 'diag.ping', 'params': {'host': 'dns.google', 'count': 10, 'rounds': 3}},
                     {'type': 'diag.traceroute', 'params': {'host': '2001:db8::1', 'max_hops': 20}},
                     {'type': 'diag.dns', 'params': {'name': 'example.com', 'servers': ['8.8.8.8'], 'tries': 2}},
                     {'type': 'diag.download'}, {'type': 'diag.upload', 'params': {'seconds': 5}}, {'type': 'diag.wifi_scan'},
                     {'type': 'diag.line'}, {'type': 'diag.clients'}, {'type': 'diag.hosts'},
                     {'type': 'transfer.cancel', 'params': {'command_key': 'x'}},
                     {'type': 'software.change', 'params': {'operations': [{'operation': 'update', 'all': True}]}},
                     {'type': 'rpc', 'params': {'method': 'GetParameterNames', 'args': {'ParameterPath': '', 'NextLevel': True}}},
                     {'type': 'params.get', 'params': {'names': ['Device.WiFi.', 'Device.DeviceInfo.UpTime']}},
                     {'type': 'params.set', 'params': {'values': [{'name': 'Device.X', 'value': 'é', 'type': 'string'}]}}):
            action = self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=202).json
            self.assertEqual(action['params'], body.get('params', {}))

    def test_a_test_is_asked_for_with_a_name_or_an_address(self):
        device = self.device()
        for params, field in (({}, 'host'), ({'host': 'a b'}, 'host'), ({'host': 'x;reboot'}, 'host'), ({'host': 'x' * 254}, 'host'),
                              ({'host': 'x', 'count': 51}, 'count'), ({'host': 'x', 'rounds': '2'}, 'rounds')):
            errors = self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'diag.ping', 'params': params})
            self.assertEqual(list(errors), [f'/params/{field}'])

    def test_a_test_under_way_may_be_cancelled(self):
        device = self.device()
        action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'diag.ping', 'params': {'host': 'x'}},
                           expect=202).json['id']
        SERVER.move(action, 'verifying')
        self.assertTrue(self.call('GET', f'/api/v1/actions/{action}').json['cancellable'])
        self.assertEqual(self.call('POST', f'/api/v1/actions/{action}/cancel', {}, expect=200).json['state'], 'cancelled')

    def test_a_dry_run_changes_nothing(self):
        device = self.device()
        preview = self.call('POST', f'/api/v1/devices/{device}/actions?dry_run=true', {'type': 'reboot'}, expect=200,
                            headers={'Idempotency-Key': 'dry', 'Accept-Language': 'pt-BR'}).json
        self.assertEqual((preview['label'], preview['online']), ('Reiniciar o roteador', True))
        self.assertIn('internet', preview['warning'])
        self.assertEqual(self.call('GET', f'/api/v1/devices/{device}/actions').json['data'], [])
        action = self.reboot(device).json['id']
        self.call('POST', f'/api/v1/actions/{action}/cancel?dry_run=true', {}, expect=200)
        self.assertEqual(self.call('GET', f'/api/v1/actions/{action}').json['state'], 'queued')
        SERVER.move(action, 'verifying')
        self.refused('POST', f'/api/v1/actions/{action}/cancel?dry_run=true', {}, status=409, code='not_cancellable')

    def test_a_device_that_is_away(self):
        device = self.device(contact="now() - interval '1 hour'")
        body = {'type': 'reboot', 'on_offline': 'fail'}
        answer = self.call('POST', f'/api/v1/devices/{device}/actions', body, expect=409)
        self.assertEqual(answer.json['code'], 'device_offline')
        self.assertRegex(answer.json['detail'], r'due \d{4}-')
        action = self.reboot(device).json
        SERVER.sql(f"UPDATE action SET state = 'waking', next_wake_at = NULL, wake_tries = 2, wake_detail = 'unreachable'"
                   f" WHERE id = '{action['id']}'")
        wake = self.call('GET', f"/api/v1/actions/{action['id']}").json['wake']
        self.assertEqual((wake['tries'], wake['code'], wake['next_try']), (2, 'unreachable', None))
        self.assertRegex(wake['detail'], r'^The device does not answer the call\. Waits for the next contact of the device, due \d{4}-')
        SERVER.sql("UPDATE device_hot SET period_s = NULL")
        wake = self.call('GET', f"/api/v1/actions/{action['id']}").json['wake']
        self.assertIn('nobody knows when', wake['detail'])

    def test_the_queue_of_a_device_has_an_end(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO action (device_id, id, kind, created_by, expires_at) SELECT {number}, 'act_full' || n, 'reboot',"
                   " 'x', now() + interval '1 hour' FROM generate_series(1, 99) n")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(SERVER.request, 'POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'})
                    for _ in range(8)]
        self.assertEqual(sorted(run.result().status for run in runs), [202] + [409] * 7)
        self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, status=409, code='too_many_actions')

    def test_two_people_at_one_home_do_what_is_noticed_knowing_of_each_other(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        path = f'/api/v1/devices/{device}/actions'
        (ana, one), (bia, two) = signed_in('l2'), signed_in('l2')
        first = self.call('POST', path, {'type': 'reboot'}, expect=202, **one.options()).json
        for body in ({'type': 'reboot'}, {'type': 'reboot', 'beside': 'act_another'}):
            told = self.call('POST', path, body, expect=409, **two.options()).json
            self.assertEqual((told['code'], told['errors'][0]['pointer'], told['errors'][0]['detail']), ('other_at_work', '/beside', first['id']))
            self.assertRegex(told['detail'], f'^{ana}: .+ \\(\\d+ s\\)\\. ')
        self.call('POST', path, {'type': 'refresh'}, expect=202, **two.options())  # nobody notices that
        self.call('POST', path, {'type': 'reboot'}, expect=202, **one.options())  # what is one's own is no news
        self.call('POST', path, {'type': 'reboot'}, expect=202)  # programs are not asked
        program = self.call('POST', path, {'type': 'reboot', 'beside': first['id']}, expect=409, **two.options()).json
        self.call('POST', path, {'type': 'reboot', 'beside': program['errors'][0]['detail']}, expect=202, **two.options())
        SERVER.sql("UPDATE action SET state = 'succeeded', ended_at = now(), next_wake_at = NULL"
                   f" WHERE device_id = {number} AND ended_at IS NULL AND created_by <> '{bia}'")
        self.call('POST', path, {'type': 'reboot'}, expect=202, **two.options())

    def test_undoing_is_not_done_beside_another_without_knowing(self):
        device = self.device()
        path = f'/api/v1/devices/{device}/actions'
        (_, one), (_, two) = signed_in('l2'), signed_in('l2')
        done = self.call('POST', path, {'type': 'wifi.set_channel', 'params': {'band': '2.4', 'channel': 6}}, expect=202, **one.options()).json['id']
        SERVER.move(done, 'succeeded', """, undo = '{"writes": [{"name": "Device.WiFi.Radio.1.Channel", "type": "unsignedInt", "value": "1"}]}',
                    undo_until = now() + interval '1 hour' """)
        other = self.call('POST', path, {'type': 'reboot'}, expect=202, **one.options()).json['id']
        told = self.call('POST', f'/api/v1/actions/{done}/undo', {}, expect=409, **two.options()).json
        self.assertEqual((told['code'], told['errors'][0]['detail']), ('other_at_work', other))
        self.call('POST', f'/api/v1/actions/{done}/undo', {'beside': other}, expect=202, **two.options())

    def test_of_two_people_in_the_same_moment_one_is_told_of_the_other(self):
        device = self.device()
        people = dict(signed_in('l2') for _ in range(2))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = [(login, pool.submit(browser.request, 'POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}))
                    for _ in range(4) for login, browser in people.items()]
        answers = [(login, run.result().status) for login, run in runs]
        self.assertEqual({status for _, status in answers}, {202, 409})
        self.assertEqual(len({login for login, status in answers if status == 202}), 1)

    def test_what_the_device_cannot_do_is_refused_with_the_method_named(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        know = ("INSERT INTO device_ability SELECT id, coalesce(software_version, ''), ' GetParameterValues GetParameterNames ',"
                f" NULL, true FROM device WHERE id = {number}")
        SERVER.sql(know)
        answer = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=409).json
        self.assertEqual(answer['code'], 'not_supported')
        self.assertTrue(answer['detail'].startswith('Reboot: '), answer['detail'])
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'refresh'}, expect=202)
        SERVER.sql(f"UPDATE device_ability SET software_version = 'of before' WHERE device_id = {number}")
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=202)

    def test_cancelling(self):
        device = self.device()
        action = self.reboot(device).json['id']
        answer = self.call('POST', f'/api/v1/actions/{action}/cancel', {'reason': 'wrong home'}, expect=200).json
        self.assertEqual((answer['state'], answer['cancellable'], answer['links']['cancel']), ('cancelled', False, None))
        self.assertEqual(answer['failure'], {'code': 'cancelled', 'detail': 'wrong home', 'by': 'all'})
        self.call('POST', f'/api/v1/actions/{action}/cancel', expect=200)  # again, and without a body
        self.refused('POST', '/api/v1/actions/act_none/cancel', {}, status=404)
        self.assertEqual(self.refused('POST', f'/api/v1/actions/{action}/cancel', {'why': 1}), {'/why': 'unknown'})

    def changed(self, device, more=''):
        """A change of the desk that a worker has proved, with what would put it back."""
        action = self.call('POST', f'/api/v1/devices/{device}/actions',
                           {'type': 'wifi.set_ssid', 'params': {'ssid': 'Nova'}}, expect=202).json['id']
        SERVER.move(action, 'succeeded', """, undo = '{"writes": [{"name": "Device.WiFi.SSID.1.SSID", "type": "string", "value": "Velha"}]}',
                    undo_until = now() + interval '1 hour' """ + more)
        return action

    def test_a_change_is_put_back_once(self):
        device = self.device()
        action = self.changed(device)
        self.assertIsNotNone(self.call('GET', f'/api/v1/actions/{action}').json['undo_until'])
        undo = self.call('POST', f'/api/v1/actions/{action}/undo', {'reason': 'wrong home'}, expect=202).json
        self.assertEqual((undo['type'], undo['params']['of'], undo['reason']), ('undo', action, 'wrong home'))
        before = self.call('GET', f'/api/v1/actions/{action}').json
        self.assertEqual((before['undone_by'], before['undo_until']), (undo['id'], None))
        self.refused('POST', f'/api/v1/actions/{action}/undo', {}, status=409, code='not_undoable')
        self.refused('POST', '/api/v1/actions/act_none/undo', {}, status=404)
        old = self.changed(device, ", created_at = now() - interval '2 days'")
        SERVER.sql(f"UPDATE action SET undo_until = now() - interval '1 s' WHERE id = '{old}'")
        self.refused('POST', f'/api/v1/actions/{old}/undo', {}, status=409, code='not_undoable')

    def test_an_undo_answers_at_once_if_it_is_asked_to_wait_and_has_ended(self):
        action = self.changed(self.device())
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self.call, 'POST', f'/api/v1/actions/{action}/undo', {}, headers={'Prefer': 'wait=20'}, expect=200)
            undo = None
            while not undo:
                undo = SERVER.sql(f"SELECT undone_by FROM action WHERE id = '{action}' AND undone_by IS NOT NULL")
            SERVER.move(undo[0], 'succeeded')
            self.assertEqual(waiting.result().json['state'], 'succeeded')

    def test_a_secret_is_sealed_and_shown_to_whom_it_may(self):
        device = self.device()
        secret = 'lua-verde-ponte-farol-72'
        action = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'wifi.set_password',
                           'params': {'password': secret, 'bands': ['2.4']}}, expect=202).json
        self.assertEqual(action['params'], {'password': None, 'bands': ['2.4']})
        self.assertNotIn(secret, self.call('GET', f"/api/v1/actions/{action['id']}").body.decode())
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM action WHERE action::text LIKE '%{secret}%'"), ['0'])
        SERVER.sql(f"INSERT INTO device_secret (device_id, name, kind, sealed, action_id) SELECT device_id, 'wifi.2g.passphrase', "
                   f"'password', sealed ->> 'password', id FROM action WHERE id = '{action['id']}'")
        known = self.call('GET', f'/api/v1/devices/{device}/secrets', expect=200).json['data']
        self.assertEqual([row['name'] for row in known], ['wifi.2g.passphrase'])
        path = f'/api/v1/devices/{device}/secrets/wifi.2g.passphrase/reveal'
        shown = self.call('POST', path, {'reason': 'customer cannot read it'}, expect=200)
        self.assertEqual(shown.json['value'], secret)
        self.assertEqual(shown.headers['cache-control'], 'no-store')
        self.assertEqual(SERVER.sql("SELECT name, by, reason FROM secret_reveal"), ['wifi.2g.passphrase|all|customer cannot read it'])
        self.refused('POST', path, {}, status=422)
        self.refused('POST', path, {'reason': 'x'}, token='agent', status=403)
        self.refused('POST', f'/api/v1/devices/{device}/secrets/wifi.9g.none/reveal', {'reason': 'x'}, status=404)
        self.refused('GET', '/api/v1/devices/dev_00000000000zz/secrets', status=404)
        for target in (path, f"/api/v1/actions/{action['id']}/undo"):
            self.refused('POST', target, b'x' * (256 * 1024 + 1), status=413)
            self.refused('POST', target, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        self.assertEqual(SERVER.sql("SELECT count(*) FROM secret_reveal"), ['1'])

    def test_a_password_is_made_weighed_and_refused_when_it_is_easily_guessed(self):
        device, names = self.device(), {'wifi.2g.ssid': ['Casa da Maria', 1764442800]}
        SERVER.sql(f"INSERT INTO device_fact (device_id, doc) SELECT id, '{json.dumps(names)}' FROM device ORDER BY id DESC LIMIT 1")
        made = self.call('POST', '/api/v1/passphrases', expect=200, headers={'Accept-Language': 'en'})
        self.assertRegex(made.json['password'], r'^([a-z]{3,8}-){4}[0-9]{2}$')
        self.assertEqual((made.json['strength'], made.headers['cache-control']), ('strong', 'no-store'))
        self.assertIn(made.json['password'].split('-')[0] + ', dash, ', made.json['spelled'])
        self.assertNotEqual(made.json['password'], self.call('POST', '/api/v1/passphrases', expect=200).json['password'])
        path = f'/api/v1/devices/{device}/passphrase'
        weighed = self.call('POST', path, {'password': made.json['password']}, expect=200, headers={'Accept-Language': 'pt-BR'}).json
        self.assertEqual((weighed['bits'], weighed['problem']), (made.json['bits'], None))
        self.assertIn(', traço, ', weighed['spelled'])
        for password, strength in (('flamengo2024', 'weak'), ('casa da maria ponte abelha 37', 'strong')):
            weighed = self.call('POST', path, {'password': password}, expect=200).json
            self.assertEqual(weighed['strength'], strength)
            errors = self.refused('POST', f'/api/v1/devices/{device}/actions',
                                  {'type': 'wifi.set_password', 'params': {'password': password}})
            self.assertEqual(errors, {'/params/password': 'weak'})
        self.refused('POST', path, {'password': ''}, status=422)
        self.refused('POST', path, {}, status=422)
        self.refused('POST', path, b'x' * (256 * 1024 + 1), status=413)
        self.refused('POST', path, b'{}', status=415, headers={'Content-Type': 'text/plain'})
        self.refused('POST', '/api/v1/devices/dev_00000000000zz/passphrase', {'password': 'x'}, status=404)
        self.refused('POST', '/api/v1/passphrases', token='reader', status=403)

    def test_what_is_wrong_with_a_change_is_named(self):
        device = self.device()
        for kind, params, place in (
                ('wifi.set_password', {'password': 'curta'}, 'password'), ('wifi.set_password', {'password': 'são-não-vai'}, 'password'),
                ('wifi.set_password', {'password': 'x' * 64}, 'password'), ('factory_reset', {'keep': ['lan']}, 'keep/0'), ('wifi.set_password', {'password': 'x' * 8, 'bands': ['7']}, 'bands/0'),
                ('wifi.set_ssid', {'ssid': ''}, 'ssid'), ('wifi.set_ssid', {'ssid': 'x' * 33}, 'ssid'),
                ('wifi.set_channel', {'band': '2.4', 'channel': 36}, 'channel'), ('wifi.set_channel', {'channel': 6}, 'band'),
                ('wifi.enable', {}, 'enabled'), ('wan.set_pppoe', {'username': 'a b', 'password': 'x'}, 'username'),
                ('lan.set_dns', {'servers': ['8.8.8']}, 'servers/0'), ('lan.set_dhcp', {'from': '10.0.0.9', 'to': '10.0.0.2'}, 'to'),
                ('lan.set_dhcp', {'lease_s': 1}, 'lease_s'), ('cpe.set_admin_password', {'password': 'x'}, 'password'),
                ('port_forward.add', {'protocol': 'icmp'}, 'protocol'),
                ('port_forward.add', {'protocol': 'tcp', 'external_port': 80, 'internal_client': 'camera'}, 'internal_client'),
                ('port_forward.add', {'protocol': 'tcp', 'external_port': 90, 'external_port_end': 80}, 'external_port_end'),
                ('port_forward.remove', {'number': 0}, 'number'), ('port_forward.remove', {}, 'external_port'),
                ('remote_access.set', {'enabled': True, 'port': 0}, 'port')):
            with self.subTest(kind=kind, params=params):
                errors = self.refused('POST', f'/api/v1/devices/{device}/actions', {'type': kind, 'params': params})
                self.assertEqual(list(errors), [f'/params/{place}'])

    def test_what_may_have_reached_the_device_is_not_cancelled(self):
        device = self.device()
        for state, more in (('running', ", intent = 'Reboot', intent_at = now()"), ('verifying', ''), ('succeeded', ''),
                            ('failed', ''), ('expired', '')):
            action = self.reboot(device).json['id']
            SERVER.move(action, state, more)
            self.assertFalse(self.call('GET', f'/api/v1/actions/{action}').json['cancellable'])
            self.refused('POST', f'/api/v1/actions/{action}/cancel', {}, status=409, code='not_cancellable')

    def test_a_cancel_and_a_worker_never_both_win(self):
        device = self.device()
        wins = {'cancel': 0, 'worker': 0}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in range(30):
                action = self.reboot(device).json['id']
                worker = pool.submit(SERVER.sql, "WITH a AS (UPDATE action SET state = 'running', intent = 'Reboot', intent_at ="
                                     f" now(), revision = 1, next_wake_at = NULL WHERE id = '{action}' AND revision = 0 RETURNING 1)"
                                     ' SELECT count(*) FROM a')
                cancel = pool.submit(SERVER.request, 'POST', f'/api/v1/actions/{action}/cancel', {})
                sent, status = worker.result() == ['1'], cancel.result().status
                self.assertEqual(status, 409 if sent else 200)
                wins['worker' if sent else 'cancel'] += 1
                SERVER.sql(f"UPDATE action SET state = 'failed', ended_at = now(), intent = NULL, intent_at = NULL"
                           f" WHERE id = '{action}' AND ended_at IS NULL")
        self.assertEqual(sum(wins.values()), 30)

    def test_the_events_of_an_action_as_a_list(self):
        action = self.reboot(self.device()).json['id']
        for state in ('session', 'running', 'verifying', 'succeeded'):
            SERVER.move(action, state)
        events = self.call('GET', f'/api/v1/actions/{action}/events', headers={'Accept': 'application/json'}, expect=200).json
        self.assertEqual([event['state'] for event in events['data']],
                         ['queued', 'session', 'running', 'verifying', 'succeeded'])
        self.refused('GET', '/api/v1/actions/act_none/events', status=404)

    def test_the_server_hears_of_what_is_queued_and_cancelled(self):
        action = self.reboot(self.device()).json['id']
        [device] = SERVER.sql(f"SELECT device_id FROM action WHERE id = '{action}'")
        self.assertIn(SERVER.ask(f'queued {device}'), '01')  # it may not have heard yet
        self.call('POST', f'/api/v1/actions/{action}/cancel', {})
        deadline = time.monotonic() + 5
        while SERVER.ask(f'queued {device}') != '2' and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(SERVER.ask(f'queued {device}'), '2')


class Repeating(Api):
    def post(self, device, key, body=None, expect=None):
        return self.call('POST', f'/api/v1/devices/{device}/actions', body or {'type': 'reboot'}, expect=expect,
                         headers={'Idempotency-Key': key})

    def test_the_first_answer_is_given_again(self):
        device = self.device()
        first = self.post(device, 'again', expect=202)
        SERVER.move(first.json['id'], 'running')
        second = self.post(device, 'again', expect=202)
        self.assertEqual(first.body, second.body)
        self.assertEqual(first.headers['location'], second.headers['location'])
        self.assertNotIn('idempotency-replayed', first.headers)
        self.assertEqual(second.headers['idempotency-replayed'], 'true')
        self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions').json['data']), 1)

    def test_another_request_under_the_key_is_refused(self):
        device = self.device()
        self.post(device, 'other', expect=202)
        self.assertEqual(self.post(device, 'other', {'type': 'refresh'}, expect=422).json['code'], 'idempotency_mismatch')
        self.assertEqual(self.post(self.device(), 'other', expect=422).json['code'], 'idempotency_mismatch')

    def test_keys_of_different_tokens_do_not_meet(self):
        device = self.device()
        first = self.post(device, 'mine').json['id']
        second = SERVER.request('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, token='agent',
                                headers={'Idempotency-Key': 'mine'})
        self.assertNotEqual(first, second.json['id'])

    def test_a_refusal_is_not_kept(self):
        device = self.device()
        self.post(device, 'mistake', {'type': 'reboot', 'x': 1}, expect=422)
        self.post(device, 'mistake', expect=202)

    def test_a_key_that_is_none(self):
        for key in ('', 'x' * 65, 'a b', 'ação'.encode().decode('latin-1')):
            answer = SERVER.request('POST', f'/api/v1/devices/{self.device()}/actions', {'type': 'reboot'},
                                    headers={'Idempotency-Key': key})
            self.assertEqual(answer.status, 400, key)

    def test_cancelling_under_a_key(self):
        action = self.reboot(self.device()).json['id']
        first = self.call('POST', f'/api/v1/actions/{action}/cancel', {}, headers={'Idempotency-Key': 'cancel'}, expect=200)
        again = self.call('POST', f'/api/v1/actions/{action}/cancel', {}, headers={'Idempotency-Key': 'cancel'}, expect=200)
        self.assertEqual(first.body, again.body)

    def test_many_at_once_make_one(self):
        device = self.device()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            runs = [pool.submit(self.post, device, 'crowd') for _ in range(24)]
            answers = [run.result() for run in runs]
        accepted = [answer for answer in answers if answer.status == 202]
        self.assertEqual({answer.json['id'] for answer in accepted}, {accepted[0].json['id']})
        self.assertLessEqual({answer.status for answer in answers}, {202, 409})
        self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions').json['data']), 1)

    def told_that_the_first_runs(self, key, send):
        """While a request under this key is being answered, send() is refused."""
        token = SERVER.sql("SELECT id FROM api_token WHERE name = 'all'")[0]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            holder = pool.submit(SERVER.sql, f"BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('{token} {key}', 1));"
                                 ' SELECT pg_sleep(1.5); COMMIT')
            time.sleep(0.7)
            answer = send()
            holder.result()
        self.assertEqual((answer.status, answer.json['code'], answer.headers['retry-after']), (409, 'idempotency_in_progress', '1'))

    def test_while_the_first_runs_the_second_is_told_so(self):
        device = self.device()
        hook = self.call('POST', '/api/v1/webhooks', {'name': 'x', 'url': 'https://crm.example/', 'events': ['*']}, expect=201).json['id']
        self.addCleanup(SERVER.sql, 'DELETE FROM outlet')
        desk = {'kind': 'rt', 'name': 'x', 'url': 'https://rt.example/', 'secret': 'x', 'queues': [{'queue': '*', 'to': 'General'}]}
        connector = self.call('POST', '/api/v1/connectors', desk, expect=201).json['id']
        self.told_that_the_first_runs('held', lambda: self.post(device, 'held'))
        self.told_that_the_first_runs('making', lambda: self.call('POST', '/api/v1/connectors', desk, headers={'Idempotency-Key': 'making'}))
        self.post(device, 'held', expect=202)
        for key, target, status in (('clearing', f'/api/v1/alarms/{self.alarm(device)}/clear', 200),
                                    ('keeping', f'/api/v1/devices/{device}/verdict', 201),
                                    ('unlocking', f'/api/v1/users/{user_id(new_user("l1"))}/unlock', 200),
                                    ('sending', f'/api/v1/webhooks/{hook}/redeliver', 200),
                                    ('telling', f'/api/v1/connectors/{connector}/redeliver', 200),
                                    ('closing', f'/api/v1/incidents/{self.incident(device)}/close', 200)):
            self.told_that_the_first_runs(key, lambda at=target, headers={'Idempotency-Key': key}: self.call('POST', at, headers=headers))
            self.call('POST', target, headers={'Idempotency-Key': key}, expect=status)


class Waiting(Api):
    def wait(self, target, seconds, method='POST', body=None):
        start = time.monotonic()
        answer = self.call(method, target, body, headers={'Prefer': f'wait={seconds}'})
        return answer, time.monotonic() - start

    def end_soon(self, device, pool):
        """Ends the newest action of the device as soon as it is there."""
        def work():
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                found = self.call('GET', f'/api/v1/devices/{device}/actions?state=open').json['data']
                if found:
                    SERVER.move(found[0]['id'], 'succeeded', ", evidence = '{\"event\": \"M Reboot\"}'")
                    return
                time.sleep(0.05)
        return pool.submit(work)

    def test_an_action_that_ends_in_time_is_answered_with_its_end(self):
        device = self.device()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            worker = self.end_soon(device, pool)
            answer, took = self.wait(f'/api/v1/devices/{device}/actions', 30, body={'type': 'reboot'})
            worker.result()
        self.assertEqual((answer.status, answer.json['state']), (200, 'succeeded'))
        self.assertEqual(answer.json['evidence'], {'event': 'M Reboot'})
        self.assertEqual(answer.headers['preference-applied'], 'wait=30')
        self.assertLess(took, 10)

    def test_one_that_does_not_is_answered_when_the_time_is_over(self):
        answer, took = self.wait(f'/api/v1/devices/{self.device()}/actions', 1, body={'type': 'reboot'})
        self.assertEqual((answer.status, answer.json['state']), (202, 'queued'))
        self.assertTrue(0.9 < took < 5, took)

    def test_showing_can_wait_as_well(self):
        device = self.device()
        action = self.reboot(device).json['id']
        answer, took = self.wait(f'/api/v1/actions/{action}', 1, method='GET')
        self.assertEqual((answer.status, answer.json['state']), (200, 'queued'))
        self.assertGreater(took, 0.9)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            self.end_soon(device, pool)
            answer, took = self.wait(f'/api/v1/actions/{action}', 30, method='GET')
        self.assertEqual((answer.status, answer.json['state']), (200, 'succeeded'))
        answer, took = self.wait(f'/api/v1/actions/{action}', 30, method='GET')  # it has ended already
        self.assertLess(took, 2)

    def test_those_who_wait_hold_no_thread(self):
        """Many more than there are threads wait; the others are served meanwhile, and all are answered at the end."""
        device = self.device()
        action = self.reboot(device).json['id']
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            runs = [pool.submit(self.wait, f'/api/v1/actions/{action}', 30, 'GET') for _ in range(40)]
            time.sleep(0.5)
            start = time.monotonic()
            for _ in range(10):
                self.call('GET', '/api/v1/me', expect=200)
            self.assertLess(time.monotonic() - start, 5)
            SERVER.move(action, 'failed')
            self.assertEqual({run.result()[0].json['state'] for run in runs}, {'failed'})

    def test_what_is_no_wish_to_wait(self):
        device = self.device()
        for prefer in ('wait', 'wait=', 'wait=x', 'await=9', 'respond-async', 'wait=0'):
            start = time.monotonic()
            self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, headers={'Prefer': prefer}, expect=202)
            self.assertLess(time.monotonic() - start, 2)

    def test_a_kept_answer_does_not_wait(self):
        device = self.device()
        for _ in range(2):
            answer = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=202,
                               headers={'Prefer': 'wait=1', 'Idempotency-Key': 'patient'})
        self.assertEqual(answer.headers['idempotency-replayed'], 'true')

    def test_the_loss_of_the_listening_connection_is_survived(self):
        device = self.device()
        action = self.reboot(device).json['id']
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            run = pool.submit(self.wait, f'/api/v1/actions/{action}', 30, 'GET')
            time.sleep(0.5)
            SERVER.sql("BEGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'farol listen'"
                       f" AND datname = current_database(); UPDATE action SET state = 'failed', ended_at = now(),"
                       f" next_wake_at = NULL WHERE id = '{action}'; COMMIT")
            answer, took = run.result()
        self.assertEqual(answer.json['state'], 'failed')
        self.assertLess(took, 15)
