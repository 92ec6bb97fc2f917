"""The limits of the desk: exactly so many, and who is told what."""

import collections
import concurrent.futures
import http.client
import json

import server as support
from api_case import SERVER, Api


class Limits(Api):
    def setUp(self):
        self.agent = SERVER.ask(f'agent {self.id().split(".")[-1]}')

    def act(self, device, kind, expect=202, token=None, query=''):
        return self.call('POST', f'/api/v1/devices/{device}/actions{query}', {'type': kind}, expect=expect, token=token or self.agent)

    def limited(self, device, kind, words):
        answer = self.act(device, kind, expect=429)
        self.assertEqual(answer.json['code'], 'limit_reached')
        self.assertIn(words, answer.json['detail'])
        self.assertIn(int(answer.headers['retry-after']), range(1, 86401))
        return answer

    def uses(self, kind):
        return int(SERVER.sql(f"SELECT count(*) FROM desk_use u JOIN api_token t ON t.id = u.actor_id WHERE kind LIKE '{kind}'"
                              f" AND t.name = '{self.id().split('.')[-1]}'")[0])

    def test_a_thousand_requests_of_twenty_connections_are_twenty_restarts(self):
        devices = [self.device() for _ in range(40)]

        def storm(start):
            connection = http.client.HTTPConnection(SERVER.host, SERVER.port, timeout=60)
            counts = collections.Counter()
            for n in range(50):
                connection.request('POST', f'/api/v1/devices/{devices[(start + n) % 40]}/actions', json.dumps({'type': 'reboot'}),
                                   {'Authorization': 'Bearer ' + self.agent, 'Content-Type': 'application/json'})
                answer = connection.getresponse()
                answer.read()
                counts[answer.status] += 1
            connection.close()
            return counts

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            counts = sum(pool.map(storm, range(0, 40, 2)), collections.Counter())
        self.assertEqual(set(counts) - {503}, {202, 429})
        self.assertEqual((counts[202], self.uses('reboot'), sum(counts.values())), (20, 20, 1000))
        self.assertEqual(int(SERVER.sql("SELECT count(*) FROM action WHERE created_by LIKE 'test_a_thousand%'")[0]), 20)
        self.limited(self.device(), 'reboot', '20 restarts by one agent in 1 h')

    def test_one_device_is_restarted_twice_an_hour_whoever_asks(self):
        device = self.device()
        self.act(device, 'reboot')
        self.act(device, 'reboot', token=SERVER.ask('agent another'))
        answer = self.limited(device, 'reboot', '2 restarts of one device in 1 h')
        self.assertGreater(int(answer.headers['retry-after']), 3500)
        self.act(device, 'reboot', token='all')
        self.act(device, 'refresh')
        portuguese = self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=429, token=self.agent,
                               headers={'Accept-Language': 'pt-BR'}).json
        self.assertRegex(portuguese['detail'], r'Limite atingido: 2 reinícios do mesmo aparelho em 1 h\. Libera em \d+ min\.')
        SERVER.sql(f"UPDATE desk_use SET at = at - interval '1 h' WHERE device_id = {support.number_of(device)}")
        self.act(device, 'reboot')

    def test_a_device_is_reset_once_a_day(self):
        device = self.device()
        self.act(device, 'factory_reset')
        answer = self.limited(device, 'factory_reset', '1 factory resets of one device in 24 h')
        self.assertGreater(int(answer.headers['retry-after']), 86000)
        for _ in range(2):
            self.act(self.device(), 'factory_reset')
        self.limited(self.device(), 'factory_reset', '3 factory resets by one agent')

    def test_forty_customers_an_hour(self):
        devices = [self.device() for _ in range(41)]
        for device in devices[:40]:
            self.act(device, 'refresh')
        self.limited(devices[40], 'refresh', '40 different customers')
        self.act(devices[7], 'refresh')

    def test_a_dry_run_counts_nothing_and_says_it(self):
        device = self.device()
        for _ in range(3):
            self.assertIsNone(self.act(device, 'reboot', expect=200, query='?dry_run=true').json['limit'])
        self.assertEqual(self.uses('%'), 0)
        self.act(device, 'reboot')
        self.act(device, 'reboot')
        self.assertIn('2 restarts of one device', self.act(device, 'reboot', expect=200, query='?dry_run=true').json['limit'])
        self.assertIsNone(self.act(device, 'reboot', expect=200, query='?dry_run=true', token='all').json['limit'])
        self.assertEqual(self.uses('%'), 2)

    def test_what_is_refused_or_given_again_is_not_counted(self):
        device = self.device()
        self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot', 'params': {'x': 1}}, expect=422, token=self.agent)
        for _ in range(3):
            self.call('POST', f'/api/v1/devices/{device}/actions', {'type': 'reboot'}, expect=202, token=self.agent,
                      headers={'Idempotency-Key': f'limits-{device}'})
        self.assertEqual(self.uses('reboot'), 1)

    def test_who_is_not_held_to_them_is_counted(self):
        device = self.device()
        for _ in range(4):
            self.act(device, 'reboot', token='all')
        self.limited(device, 'reboot', '2 restarts of one device')

    def test_ten_secrets_an_hour(self):
        device = self.device()
        path = f'/api/v1/devices/{device}/secrets/wifi.2g.passphrase/reveal'
        self.call('POST', path, {'reason': 'test'}, expect=404, token=self.agent)
        SERVER.sql(f"INSERT INTO desk_use (actor_id, device_id, kind) SELECT id, {support.number_of(device)}, 'secrets.reveal'"
                   f" FROM api_token, generate_series(1, 10) WHERE name = '{self.id().split('.')[-1]}'")
        refusal = self.call('POST', path, {'reason': 'test'}, expect=429, token=self.agent).json
        self.assertIn('10 secrets shown to one agent in 1 h', refusal['detail'])
        self.call('POST', path, {'reason': 'test'}, expect=404)
