"""Lists of the fleet by the filter language: what it means is seen on real rows."""

import csv
import io
import json
import urllib.parse

import server as support
from api_case import SERVER, Api
from people import signed_in


class Fleet(Api):
    @classmethod
    def setUpClass(cls):
        cls.devices = {}
        for name, contact, version, model in (('A', 'now()', 'V2.1.7', 'ZX-F680'), ('B', "now() - interval '3 days'", '2.1.10', 'ZX-F680'),
                                              ('C', "now() - interval '5 hours'", '2.1', 'F670L'), ('D', 'NULL', None, 'hg%_8245')):
            device = cls.devices[name] = SERVER.add_device(f'FLEET-{name}', contact=contact)
            value = 'NULL' if version is None else f"'{version}'"
            SERVER.sql(f"UPDATE device SET software_version = {value}, product_class = '{model}', manufacturer = 'Fleet',"
                       f" source_address = '10.1.2.{ord(name)}', first_contact = now() - interval '{ord(name)} days' WHERE id = {support.number_of(device)}")
        number = {name: support.number_of(device) for name, device in cls.devices.items()}
        SERVER.sql(f"UPDATE device_hot SET uptime_s = 600, enrolment = 2 WHERE device_id = {number['A']}")
        SERVER.sql(f"""INSERT INTO device_fact VALUES ({number['B']}, '{{"wan.optical.rx_dbm": [-27.6, 1]}}')""")
        SERVER.sql(f"""INSERT INTO device_page VALUES ({number['C']}, 'Device.X.', 1, 1, '{{"Y": "s7"}}', '{{}}')""")
        for name, tags, city, plan in (('A', ['vip'], 'São Paulo', 500), ('B', [], 'Itu', 300)):
            subscriber = SERVER.request('POST', '/api/v1/subscribers', {
                'name': f'Frota {name} Conceição', 'tags': tags, 'login': f'frota.{name}', 'contract': {'number': f'F{name}', 'down_mbps': plan, 'status': 'active'},
                'attributes': {'city': city, 'cto': f'CTO-1{name}'}}).json['id']
            SERVER.request('POST', f'/api/v1/subscribers/{subscriber}/devices', {'device': cls.devices[name]})
        SERVER.sql("INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer) VALUES"
                   f" ({number['B']}, 'ana', 1, 'optical_bad', 1, '{{}}', '{{}}')")

        SERVER.sql("WITH i AS (INSERT INTO incident (kind, place, since) VALUES ('cto', 'FLEET', now()) RETURNING id) INSERT INTO incident_home"
                   f" (incident_id, device_id, silent_at, back_at) SELECT i.id, n, now(), at FROM i, (VALUES ({number['B']}, NULL::timestamptz), ({number['C']}, now())) h (n, at)")

        for name in 'AC':
            SERVER.request('POST', '/api/v1/cases', {'device': cls.devices[name], 'found_by': 'serial'})

    def names(self, q, more=''):
        page = self.call('GET', f'/api/v1/devices?q={urllib.parse.quote(q)}{more}', expect=200).json
        return ''.join(row['serial'][-1] for row in page['data'])

    def test_every_key_finds_what_it_says(self):
        for q, wanted in (('serial:fleet-a', 'A'), ('serial:FLEET-*', 'ABCD'), ('model:zx-f680', 'AB'), ('model:*f680,F670L', 'ABC'), ('model~%_', 'D'),
                          ('model:"*f680"', ''), ('manufacturer:fleet oui:00259E', 'ABCD'), ('fw<2.1.8', 'AC'), ('fw<2.1.10', 'AC'), ('fw>=2.1.10', 'B'),
                          ('fw:2.1.0', 'C'), ('fw!=2.1.7', 'BCD'), ('fw~1.10', 'B'), ('offline>2d', 'B'), ('offline>4h offline<2d', 'C'), ('offline<1h', 'A'),
                          ('online:yes', 'A'), ('online:no', 'BCD'), ('first<66d', 'A'), ('uptime<15m', 'A'), ('enrolment:bound', 'A'), ('ip:10.1.2.65', 'A'),
                          ('ip:10.1.2.64/29', 'ABCD'), ('ip!=10.1.2.65', 'BCD'), ('city:"são paulo"', 'A'), ('cto:CTO-1', ''), ('cto:cto-1a', 'A'), ('cto~CTO-1', 'AB'),
                          ('plan>=500', 'A'), ('plan:300', 'B'), ('rx<-27', 'B'), ('rx>-27', ''), ('actions:0', 'ABCD'), ('verdict:optical_bad', 'B'), ('incident:yes', 'B'), ('incident:no', 'ACD'), ('case:yes', 'AC'),
                          ('subscriber:yes', 'AB'), ('subscriber:no', 'CD'), ('name~frota', 'AB'), ('login:FROTA.A', 'A'), ('contract:FA,FB', 'AB'), ('status:active', 'AB'),
                          ('tag:vip', 'A'), ('-tag:vip', 'BCD'), ('tag!=vip', 'BCD'), ('param:Device.X.Y=7', 'C'), ('param:Device.X.Y!=7', 'ABD'),
                          ('conceicao', 'AB'), ('"frota b"', 'B'), ('fleet-c', 'C'), ('conceicao -city:Itu', 'A'), ('tag:vip or rx<-27', 'AB'),
                          ('(tag:vip or rx<-27) fw>2.1.8', 'B'), ('-(tag:vip or rx<-27)', 'CD'), ('-offline>2d', 'ACD')):
            with self.subTest(q=q):
                self.assertEqual(self.names(f'({q}) manufacturer:Fleet'), wanted)

    def test_models_and_versions_are_counted(self):
        SERVER.sql("UPDATE device SET software_version = 'V2.1.7' WHERE serial = 'FLEET-B'")
        found = self.call('GET', '/api/v1/devices/models?q=manufacturer:Fleet', expect=200).json
        SERVER.sql("UPDATE device SET software_version = '2.1.10' WHERE serial = 'FLEET-B'")
        self.assertEqual(found, {'data': [{'model': 'ZX-F680', 'software_version': 'V2.1.7', 'devices': 2}, {'model': 'F670L', 'software_version': '2.1', 'devices': 1},
                                          {'model': 'hg%_8245', 'software_version': None, 'devices': 1}], 'total': {'value': 4, 'kind': 'exact'}})
        everybody = self.call('GET', '/api/v1/devices/models', expect=200).json
        self.assertGreaterEqual(everybody['total']['value'], 4)
        self.assertEqual(self.call('GET', '/api/v1/devices/models?q=model:nowhere', expect=200).json, {'data': [], 'total': {'value': 0, 'kind': 'exact'}})
        self.assertEqual(self.call('GET', '/api/v1/devices/models?q=model%3A', expect=422).json['errors'][0]['parameter'], 'q')

    def test_sorted_and_page_by_page(self):
        for sort, wanted in (('serial', 'ABCD'), ('-serial', 'DCBA'), ('model', 'CABD'), ('-model', 'DBAC'), ('city', 'CDBA'), ('software_version', 'DCBA'),
                             ('last_contact', 'DBCA'), ('-last_contact', 'ACBD'), ('id', 'ABCD'), ('-id', 'DCBA')):
            with self.subTest(sort=sort):
                found, after = '', ''
                while True:
                    page = self.call('GET', f'/api/v1/devices?q=manufacturer:Fleet&limit=1&sort={sort}&fields=serial{after}', expect=200).json
                    found += ''.join(row['serial'][-1] for row in page['data'])
                    if page['next'] is None:
                        break
                    after = '&after=' + urllib.parse.quote(page['next'])
                self.assertEqual(found, wanted)
        self.assertEqual(self.refused('GET', '/api/v1/devices?sort=serial&after=x.y'), {'after': 'format'})
        self.assertEqual(self.refused('GET', '/api/v1/devices?sort=colour'), {'sort': 'choice'})

    def test_whose_and_how_much_light_to_those_who_ask(self):
        page = self.call('GET', '/api/v1/devices?q=manufacturer:Fleet&sort=serial&fields=serial,subscriber,optical_rx_dbm', expect=200).json
        self.assertEqual([(row['subscriber'] and row['subscriber']['name'], row['optical_rx_dbm']) for row in page['data']],
                         [('Frota A Conceição', None), ('Frota B Conceição', -27.6), (None, None), (None, None)])
        name = page['data'][1]['subscriber']['id']
        self.assertEqual(self.call('GET', f'/api/v1/subscribers/{name}', expect=200).json['name'], 'Frota B Conceição')
        self.assertNotIn('subscriber', self.call('GET', '/api/v1/devices?q=manufacturer:Fleet', expect=200).json['data'][0])
        self.call('GET', '/api/v1/devices?fields=serial,subscriber', expect=403, token='reader')
        row = self.call('GET', '/api/v1/devices?q=serial:FLEET-B&fields=optical_rx_dbm', expect=200, token='reader').json['data'][0]
        self.assertEqual(row, {'optical_rx_dbm': -27.6})

    def export(self, q, more='', **options):
        return self.call('GET', f'/api/v1/devices/export?q={urllib.parse.quote(q)}{more}', expect=200, **options)

    def test_as_a_file(self):
        answer = self.export('manufacturer:Fleet')
        self.assertEqual(answer.headers['content-type'], 'text/csv; charset=utf-8')
        self.assertEqual(answer.headers['content-disposition'], 'attachment; filename="devices.csv"')
        rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline='')))
        self.assertEqual([(row['serial'], row['id'], row['name'], row['optical_rx_dbm'], row['online'], row['open_actions']) for row in rows],
                         [('FLEET-A', self.devices['A'], 'Frota A Conceição', '', 'true', '0'), ('FLEET-B', self.devices['B'], 'Frota B Conceição', '-27.6', 'false', '0'),
                          ('FLEET-C', self.devices['C'], '', '', 'false', '0'), ('FLEET-D', self.devices['D'], '', '', 'false', '0')])
        lines = [json.loads(line) for line in self.export('manufacturer:Fleet', '&format=ndjson').body.splitlines()]
        self.assertEqual([{name: '' if value is None else {True: 'true', False: 'false'}.get(value, value) if isinstance(value, bool) else str(value)
                           for name, value in line.items()} for line in lines], rows)
        spreadsheet = self.export('serial:FLEET-B', '&separator=semicolon&bom=true').body
        self.assertTrue(spreadsheet.startswith('\ufeffid;serial;'.encode()))
        self.assertEqual(len(spreadsheet.decode().splitlines()), 2)
        self.assertEqual(self.export('serial:nowhere', '&format=ndjson').body, b'')
        self.assertEqual(len(self.export('serial:nowhere').body.splitlines()), 1)

    def test_a_file_of_many_pages_has_each_device_once(self):
        SERVER.sql("INSERT INTO device (oui, product_class, serial, manufacturer) SELECT 'ABCDEF', 'x', 'MANY' || i, 'Many' FROM generate_series(1, 1500) i")
        try:
            serials = [json.loads(line)['serial'] for line in self.export('manufacturer:Many', '&format=ndjson').body.splitlines()]
            self.assertEqual(serials, [f'MANY{i}' for i in range(1, 1501)])
        finally:
            SERVER.sql("DELETE FROM device WHERE manufacturer = 'Many'")

    def test_no_cell_of_a_file_is_a_formula(self):
        names = ['=HYPERLINK("http://x","y")', '+1+1', '-1+1', '@SUM(1)', '\t=1', '\r=1', ' =1', '","=1', '=1\r\n=2', "'=1", '\uff1d1', 'a;=1', 'é"=1"']
        device = SERVER.add_device('FORMULA')
        for name in names:
            quoted = "E'" + name.replace('\\', '\\\\').replace("'", "\\'").replace('\r', '\\r').replace('\n', '\\n').replace('\t', '\\t') + "'"
            SERVER.sql(f'UPDATE device SET manufacturer = {quoted}, software_version = {quoted} WHERE id = {support.number_of(device)}')
            for separator, mark in (('comma', ','), ('semicolon', ';')):
                with self.subTest(name=name, separator=separator):
                    text = self.export('serial:FORMULA', f'&separator={separator}').body.decode()
                    rows = list(csv.DictReader(io.StringIO(text, newline=''), delimiter=mark))
                    self.assertEqual(len(rows), 1)
                    for member in ('manufacturer', 'software_version'):
                        cell = rows[0][member]
                        self.assertIn(cell, (name, "'" + name))
                        self.assertNotIn(cell.strip('\t\r\n \u00a0')[:1], ('=', '+', '-', '@', '\uff1d'))

    def test_who_may_have_it(self):
        self.call('GET', '/api/v1/devices/export', expect=403, token='reader')
        self.assertEqual(self.refused('GET', '/api/v1/devices/export?q=colour:red'), {'q': 'key'})
        login, browser = signed_in('supervisor')
        answer = self.export('manufacturer:Fleet', **browser.options())
        self.assertIn('Frota A', answer.body.decode())
        self.assertEqual(SERVER.sql(f"SELECT action FROM audit_entry WHERE actor = '{login}' AND action = 'device_export'"), ['device_export'])

    def test_filters_with_a_name(self):
        (_, mine), (_, other), (_, agent) = signed_in('supervisor'), signed_in('l2'), signed_in('l1')
        made = self.call('POST', '/api/v1/filters', {'name': 'Fora', 'q': 'offline>2d'}, expect=201, **mine.options()).json
        self.assertEqual((made['name'], made['q'], made['shared'], made['mine']), ('Fora', 'offline>2d', False, True))
        path = f"/api/v1/filters/{made['id']}"
        self.call('POST', '/api/v1/filters', {'name': 'Fora', 'q': 'rx<-27'}, expect=409, **mine.options())
        self.call('POST', '/api/v1/filters', {'name': 'Fora', 'q': 'rx<-27'}, expect=201, **agent.options())
        error = self.call('POST', '/api/v1/filters', {'name': 'x', 'q': 'a colour:red'}, expect=422, **mine.options()).json['errors'][0]
        self.assertEqual((error['pointer'], error['column']), ('/q', 3))
        for method, target in (('POST', '/api/v1/filters'), ('PATCH', path)):
            self.call(method, target, b' ' * 262145, expect=413)
            self.call(method, target, b'{}', expect=415, headers={'Content-Type': 'text/plain'})
        for browser in (other, agent):
            self.call('PATCH', path, {'name': 'x'}, expect=404, **browser.options())
            self.call('DELETE', path, expect=404, **browser.options())
        self.assertTrue(self.call('PATCH', path, {'shared': True, 'name': 'Fora 2 d'}, expect=200, **mine.options()).json['shared'])
        seen = [row for row in self.call('GET', '/api/v1/filters', expect=200, **agent.options()).json['data'] if row['id'] == made['id']]
        self.assertEqual([(row['name'], row['mine']) for row in seen], [('Fora 2 d', False)])
        self.call('PATCH', path, {'name': 'x'}, expect=403, **agent.options())
        self.call('DELETE', path, expect=403, **agent.options())
        self.call('POST', '/api/v1/filters', {'name': 'y', 'q': 'x', 'shared': True}, expect=403, **agent.options())
        self.assertEqual(self.call('PATCH', path, {'q': 'offline>3d'}, expect=200, **other.options()).json['q'], 'offline>3d')
        self.call('PATCH', path, {'shared': False}, expect=204, **other.options())
        self.call('DELETE', path, expect=404, **other.options())
        self.call('DELETE', path, expect=204, **mine.options())
        self.call('DELETE', path, expect=404, **mine.options())

    def test_there_is_room_for_so_many_filters(self):
        login, mine = signed_in('supervisor')
        SERVER.sql(f"INSERT INTO saved_filter (owner_id, owner, name, q) SELECT u.id, 'x', 'f' || i, 'x' FROM app_user u, generate_series(1, 100) i WHERE u.login = '{login}'")
        self.assertEqual(self.call('POST', '/api/v1/filters', {'name': 'one more', 'q': 'x'}, expect=409, **mine.options()).json['code'], 'conflict')
        first = self.call('GET', '/api/v1/filters', expect=200, **mine.options()).json['data'][0]
        SERVER.sql("INSERT INTO saved_filter (owner_id, owner, name, q, shared) SELECT 0, 'x', 's' || i, 'x', true FROM generate_series(1, 200) i")
        self.call('PATCH', f"/api/v1/filters/{first['id']}", {'shared': True}, expect=409, **mine.options())
        SERVER.sql('DELETE FROM saved_filter WHERE owner_id = 0')
        self.call('PATCH', f"/api/v1/filters/{first['id']}", {'shared': True}, expect=200, **mine.options())
        SERVER.sql('DELETE FROM saved_filter')

    def test_counted(self):
        for how, kind in (('exact', 'exact'), ('estimate', 'exact')):
            page = self.call('GET', f'/api/v1/devices?q=manufacturer:Fleet&limit=1&count={how}', expect=200).json
            self.assertEqual(page['total'], {'value': 4, 'kind': kind})

    def test_what_is_wrong_has_its_column(self):
        for q, column, code in (('olt:a colour:red', 7, 'key'), ('fw<', 4, 'value'), ('fw<new', 4, 'version'), ('(olt:a', 1, 'parenthesis'), ('city:é rx<x', 11, 'number')):
            with self.subTest(q=q):
                error = self.call('GET', f'/api/v1/devices?q={urllib.parse.quote(q)}', expect=422).json['errors'][0]
                self.assertEqual((error['parameter'], error['column'], error['code']), ('q', column, code))
        error = self.call('GET', '/api/v1/devices?q=fw%3C', expect=422, headers={'Accept-Language': 'pt-BR'}).json['errors'][0]
        self.assertEqual(error['detail'], '`fw` espera um valor')
        self.assertEqual(self.refused('GET', '/api/v1/devices?q=olt:a&serial=x'), {'q': 'conflict'})
        self.assertEqual(self.refused('GET', '/api/v1/devices?sort=serial&serial=x'), {'sort': 'conflict'})
        self.assertEqual(self.refused('GET', '/api/v1/devices?q=param:Device.X.Y=7', token='reader'), {'q': 'forbidden'})

    def test_nothing_that_was_typed_is_sql(self):
        for value in ("'; DROP TABLE device; --", "' OR TRUE --", '$1', '%', '\\', '{}', 'pg_sleep(9)'):
            with self.subTest(value=value):
                self.assertEqual(self.names(f'serial:"{value}" or model:"{value}"'), '')

    def test_the_search_sends_a_filter_here(self):
        result = self.call('GET', '/api/v1/search?q=' + urllib.parse.quote('offline>2d -tag:vip'), expect=200).json
        self.assertEqual(result, {'kind': 'filter', 'subscribers': [], 'devices': [], 'filter': {'q': 'offline>2d -tag:vip'}})
