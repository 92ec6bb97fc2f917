"""Lists of devices, parameters, history and actions; health."""

import re
import time

from api_case import SERVER, Api


class Lists(Api):
    def pages(self, target):
        """All rows, page after page by the Link header; every page is checked."""
        rows = []
        while target is not None:
            answer = self.call('GET', target, expect=200)
            rows.append(answer.json['data'])
            link = answer.headers.get('link')
            self.assertEqual(link is None, answer.json['next'] is None)
            target = re.fullmatch('<(.*)>; rel="next"', link)[1] if link else None
        return rows

    def test_devices_come_page_by_page_in_both_directions(self):
        wanted = [SERVER.add_device(f'PAGE{n}') for n in range(7)]
        for sort, order in (('id', wanted), ('-id', wanted[::-1])):
            pages = self.pages(f'/api/v1/devices?serial=page&limit=3&sort={sort}&fields=id')
            self.assertEqual([len(page) for page in pages], [3, 3, 1])
            self.assertEqual([row['id'] for page in pages for row in page], order)

    def test_filters_and_totals(self):
        SERVER.add_device('FILTER1', contact="now() - interval '2 days'")
        SERVER.add_device('FILTER2')
        day = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() - 86400))
        rows = (('serial=ilter', 2), ('serial=FILTER1', 1), ('serial=%25', 0), ('model=HG8245&serial=filter', 2),
                ('product_class=HG8245&serial=filter', 2), ('model=none', 0), ('oui=00259E&serial=filter', 2),
                ('software_version=V1&serial=filter', 2), (f'last_contact_before={day}&serial=filter', 1),
                (f'last_contact_after={day}&serial=filter', 1))
        for query, count in rows:
            for how in ('exact', 'estimate'):
                page = self.call('GET', f'/api/v1/devices?{query}&count={how}', expect=200).json
                self.assertEqual((len(page['data']), page['total']), (count, {'value': count, 'kind': 'exact'}), query)
        self.assertNotIn('total', self.call('GET', '/api/v1/devices').json)
        found = self.call('GET', '/api/v1/devices?serial=FILTER2').json['data'][0]['id']
        self.assertEqual(len(self.call('GET', f'/api/v1/devices?id={found}').json['data']), 1)

    def test_only_the_fields_that_are_asked_for(self):
        SERVER.add_device('FIELDS')
        row = self.call('GET', '/api/v1/devices?serial=FIELDS&fields=serial,online,id').json['data'][0]
        self.assertEqual(list(row), ['serial', 'online', 'id'])

    def test_what_cannot_be_asked_for(self):
        rows = (('limit=0', 'limit'), ('limit=201', 'limit'), ('limit=x', 'limit'), ('sort=colour', 'sort'), ('fields=', 'fields'),
                ('fields=id,nothing', 'fields'), ('count=yes', 'count'), ('after=x', 'after'), ('after=dev_x', 'after'),
                ('id=x', 'id'), ('oui=xyz', 'oui'), ('last_contact_before=today', 'last_contact_before'), ('serial=', 'serial'),
                ('model=a&product_class=b', 'model'))
        for query, parameter in rows:
            with self.subTest(query=query):
                self.assertIn(parameter, self.refused('GET', '/api/v1/devices?' + query))

    def test_a_serial_number_leads_to_its_device(self):
        device = SERVER.add_device('LEAD 1/2')
        answer = self.call('GET', '/api/v1/devices/by/serial/LEAD%201%2F2', expect=303)
        self.assertEqual(answer.headers['location'], f'/api/v1/devices/{device}')
        self.assertEqual(self.call('GET', answer.headers['location'], expect=200).json['serial'], 'LEAD 1/2')
        self.refused('GET', '/api/v1/devices/by/serial/NONE', status=404)
        SERVER.sql("INSERT INTO device (oui, product_class, serial, manufacturer) VALUES ('A', 'B', 'LEAD 1/2', '')")
        self.refused('GET', '/api/v1/devices/by/serial/LEAD%201%2F2', status=409, code='ambiguous')

    def test_devices_that_are_not_there(self):
        for bad in ('dev_zzzzzzzzzzzzz', 'dev_0000009999999', 'dev_', 'act_1', '1', 'dev_00000000000O1', "dev_'"):
            for path in ('', '/parameters', '/attributes', '/sessions', '/events', '/actions'):
                self.refused('GET', f'/api/v1/devices/{bad}{path}', status=404)
            self.refused('POST', f'/api/v1/devices/{bad}/actions', {'type': 'reboot'}, status=404)

    def test_parameters_with_their_age_and_without_secrets(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO device_page (device_id, page, names_hash, content_hash, doc, writable) VALUES ({number},"
                   " 'Device.WiFi.', 0, 0, '{\"SSID\": \"scasa\", \"KeyPassphrase\": \"ssegredo!\","
                   " \"Channel\": \"u6\"}', '{\"SSID\": true}')")
        SERVER.sql(f"INSERT INTO device_read VALUES ({number}, jsonb_build_object('Device.WiFi.',"
                   " jsonb_build_object('', floor(extract(epoch FROM now()) - 100))))")
        answer = self.call('GET', f'/api/v1/devices/{device}/parameters', expect=200)
        self.assertNotIn(b'segredo', answer.body)
        rows = {row['name']: row for row in answer.json['data']}
        self.assertEqual(rows['Device.WiFi.KeyPassphrase']['value'], None)
        self.assertTrue(rows['Device.WiFi.KeyPassphrase']['secret'])
        self.assertEqual((rows['Device.WiFi.SSID']['value'], rows['Device.WiFi.SSID']['writable']), ('casa', True))
        self.assertEqual(rows['Device.WiFi.Channel']['writable'], None)
        self.assertIn(rows['Device.WiFi.SSID']['age_s'], range(99, 160))
        pages = self.pages(f'/api/v1/devices/{device}/parameters?limit=1')
        self.assertEqual([page[0]['name'] for page in pages], sorted(rows))
        for path, count in (('Device.WiFi.', 3), ('Device.WiFi.SSID', 1), ('Device.WiFi', 0), ('Device.', 3), ('X.', 0)):
            self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/parameters?path={path}').json['data']), count)
        self.refused('GET', f'/api/v1/devices/{device}/parameters?limit=1001')

    def test_attributes_that_were_set(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql("INSERT INTO device_attribute VALUES"
                   f" ({number}, 'Device.A.', 1, NULL, now(), 'act_1'), ({number}, 'Device.B', NULL, '[]', now(), 'act_1'),"
                   f" ({number}, 'Device.C', 2, '[\"Subscriber\"]', now(), 'act_2')")
        pages = self.pages(f'/api/v1/devices/{device}/attributes?limit=2')
        self.assertEqual([[(row['path'], row['notification'], row['access_list'], row['action']) for row in page] for page in pages],
                         [[('Device.A.', 1, None, 'act_1'), ('Device.B', None, [], 'act_1')],
                          [('Device.C', 2, ['Subscriber'], 'act_2')]])
        self.refused('GET', f'/api/v1/devices/{device}/attributes?limit=1001')

    def test_history(self):
        device = self.device()
        number = SERVER.sql('SELECT max(id) FROM device')[0]
        SERVER.sql(f"INSERT INTO device_session SELECT {number}, n, now(), now(), 'completed', NULL, n, 2"
                   " FROM generate_series(1, 5) n")
        SERVER.sql(f"INSERT INTO device_event SELECT {number}, n, p, now(), '1 BOOT', '' FROM generate_series(1, 3) n,"
                   " generate_series(0, 1) p")
        pages = self.pages(f'/api/v1/devices/{device}/sessions?limit=2')
        self.assertEqual([row['requests'] for page in pages for row in page], [5, 4, 3, 2, 1])
        self.assertEqual(pages[1][0]['events'], ['1 BOOT', '1 BOOT'])
        pages = self.pages(f'/api/v1/devices/{device}/events?limit=4')
        self.assertEqual([len(page) for page in pages], [4, 2])
        for path, cursors in (('sessions', ('x', '0', '-1')), ('events', ('x', '1', '1.x', '1.-1', '1.99999'))):
            for cursor in cursors:
                self.assertEqual(self.refused('GET', f'/api/v1/devices/{device}/{path}?after={cursor}'), {'after': 'format'})

    def test_actions_of_a_device(self):
        device = self.device()
        ids = [self.reboot(device).json['id'] for _ in range(5)]
        SERVER.move(ids[0], 'failed')
        pages = self.pages(f'/api/v1/devices/{device}/actions?limit=2')
        self.assertEqual([row['id'] for page in pages for row in page], ids[::-1])
        for state, count in (('open', 4), ('ended', 1), ('queued', 4), ('failed', 1), ('running', 0)):
            self.assertEqual(len(self.call('GET', f'/api/v1/devices/{device}/actions?state={state}').json['data']), count)
        self.assertEqual(self.refused('GET', f'/api/v1/devices/{device}/actions?state=done'), {'state': 'choice'})


class Health(Api):
    def test_alive_and_ready(self):
        self.assertEqual(self.call('GET', '/healthz', token=None, expect=200).json, {'alive': True, 'version': 'test'})
        ready = self.call('GET', '/readyz', token=None, expect=200).json
        self.assertEqual({check['name']: check['ok'] for check in ready['checks']}, {'database': True, 'cwmp': True})

    def test_not_alive(self):
        SERVER.tell('alive 0')
        self.addCleanup(SERVER.tell, 'alive 1')
        self.wait_for('/healthz', 503)

    def test_not_ready(self):
        SERVER.tell('ready 0')
        self.addCleanup(SERVER.tell, 'ready 1')
        ready = self.wait_for('/readyz', 503)
        self.assertIn({'name': 'cwmp', 'ok': False, 'detail': 'no worker'}, ready['checks'])

    def wait_for(self, path, status):
        deadline = time.monotonic() + 5
        while SERVER.request('GET', path, token=None).status != status and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.call('GET', path, token=None, expect=status).json

    def test_another_schema_is_not_ready(self):
        SERVER.sql("INSERT INTO migration VALUES (9999, 'future', '')")
        self.addCleanup(SERVER.sql, 'DELETE FROM migration WHERE number = 9999')
        checks = self.wait_for('/readyz', 503)['checks']
        self.assertIn('9999', next(check['detail'] for check in checks if check['name'] == 'database'))

    def test_metrics(self):
        answer = self.call('GET', '/metrics', token=None, expect=200)
        self.assertTrue(answer.headers['content-type'].startswith('text/plain; version=0.0.4'))
        self.assertRegex(answer.body.decode(), r'(?m)^acs_api_requests_total [1-9]')
