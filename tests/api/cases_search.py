"""The search of the desk: a row of the table each."""

import datetime
import urllib.parse

import server as support
from api_case import SERVER, Api


class Search(Api):
    @classmethod
    def setUpClass(cls):
        cls.device = SERVER.add_device('ZTEGC0A81F02')
        cls.other = SERVER.add_device('HWTC00000001')
        number = support.number_of(cls.device)
        SERVER.sql(f"""INSERT INTO device_fact VALUES ({number}, '{{"device.mac": ["34:E8:94:0A:11:7C", 1], "wan.ip": ["189.1.2.3", 1],
                   "lan.hosts.1.mac": ["DC:A6:32:00:00:07", 1]}}')""")
        answer = SERVER.request('POST', '/api/v1/subscribers', {
            'name': 'Sebastião Conceição Araújo', 'document': '168.995.350-09', 'phones': ['(19) 99876-1234'], 'login': 'tiao.araujo',
            'contract': {'number': '9900112'}, 'external_id': 'crm-77', 'address': {'street': 'Avenida São João', 'number': '1500', 'city': 'Itu'}})
        cls.subscriber = answer.json['id']
        SERVER.request('POST', f'/api/v1/subscribers/{cls.subscriber}/devices', {'device': cls.device})

    def search(self, text, more=''):
        return self.call('GET', f'/api/v1/search?q={urllib.parse.quote(text)}{more}', expect=200).json

    def test_a_row_of_the_table_each(self):
        rows = (('34:E8:94:0A:11:7C', 'mac', 'mac'), ('34e8 94', 'mac', 'mac'), ('34e8.940a', 'mac', 'mac'), ('dca632000007', 'mac', 'mac'),
                ('189.1.2.3', 'address', 'address'), ('168.995.350-09', 'document', 'document'), ('16899535009', 'document', 'document'),
                ('(19) 99876-1234', 'phone', 'phone'), ('+5519998761234', 'phone', 'phone'), ('99876-1234', 'phone', 'phone'),
                ('19998761234', 'phone', 'phone'), ('9876-1234', 'phone', 'phone'), ('9900112', 'mac', 'contract'),
                ('ZTEGC0A81F02', 'serial', 'serial'), ('ztegc0a8', 'serial', 'serial'), ('ZTEG-C0A81F02', 'serial', 'serial'),
                ('tiao.araujo', 'login', 'login'), ('tiao.', 'login', 'login'), ('Sebastiao Araujo', 'words', 'words'),
                ('sao joao 1500', 'words', 'words'), ('ARAÚJO seb', 'words', 'words'), ('conceicao itu', 'words', 'words'))
        for text, kind, how in rows:
            with self.subTest(text=text):
                result = self.search(text)
                self.assertEqual(result['kind'], kind)
                found = {row['id']: row['how'] for row in result['subscribers']}
                self.assertEqual(found.get(self.subscriber), how, result)

    def test_what_is_shown_of_it(self):
        SERVER.sql(f"INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer) VALUES ({support.number_of(self.device)}, 'ana', 1,"
                   """ 'optical_bad', 1, '{}', '{"causes": [{"severity": "bad"}]}')""")
        row = self.search('16899535009')['subscribers'][0]
        self.assertEqual({name: row[name] for name in ('name', 'login', 'phone_masked', 'document_masked', 'city', 'verdict', 'how')},
                         {'name': 'Sebastião Conceição Araújo', 'login': 'tiao.araujo', 'phone_masked': '(19) 9••••-1234', 'document_masked': '•••.•••.350-••',
                          'city': 'Itu', 'verdict': {'code': 'optical_bad', 'severity': 'bad'}, 'how': 'document'})
        self.assertEqual((row['device']['id'], row['device']['model'], row['device']['online']), (self.device, 'HG8245', True))
        device = self.search('34E894')['devices'][0]
        self.assertEqual((device['id'], device['mac'], device['subscriber']['id']), (self.device, '34:E8:94:0A:11:7C', self.subscriber))
        self.assertIsNone(self.search('HWTC00000001')['devices'][0]['subscriber'])

    def test_nobody_else_is_found(self):
        for text in ('168.995.350-19', '(11) 99876-1234', 'tiao.b', 'Sebastiao Silva', '%', '%%%', '__', "' OR 1=1 --", '34e895', '189.1.2.30'):
            with self.subTest(text=text):
                answer = self.call('GET', f'/api/v1/search?q={urllib.parse.quote(text)}')
                self.assertIn(answer.status, (200, 422))
                if answer.status == 200:
                    self.assertNotIn(self.subscriber, [row['id'] for row in answer.json['subscribers']])

    def test_who_had_an_address_then(self):
        number, other = support.number_of(self.device), support.number_of(self.other)
        SERVER.sql(f"UPDATE device_trace SET since = now() - interval '10 days' WHERE device_id = {number}")
        SERVER.sql(f"INSERT INTO device_trace VALUES ({number}, 'wan', '189.9.9.9', now() - interval '3 days', now() - interval '1 day'),"
                   f" ({other}, 'wan', '189.9.9.9', now() - interval '1 day', NULL)")
        SERVER.sql(f"UPDATE binding SET since = now() - interval '9 days' WHERE device_id = {number}")
        local = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=3)
        then = (local - datetime.timedelta(days=2)).strftime('%Y-%m-%d %H:%M')
        before = (local - datetime.timedelta(days=20)).strftime('%Y-%m-%d %H:%M')
        result = self.search(f'189.9.9.9 @ {then}')
        self.assertEqual(([row['id'] for row in result['devices']], [row['id'] for row in result['subscribers']]), ([self.device], [self.subscriber]))
        self.assertEqual(self.search(f'189.9.9.9 @ {before}')['devices'], [])
        self.assertEqual([row['id'] for row in self.search('189.9.9.9')['devices']], [self.other, self.device])
        minute = (local - datetime.timedelta(minutes=2)).strftime('%H:%M')
        self.assertEqual([row['id'] for row in self.search(f'189.9.9.9 @ {minute}')['devices']], [self.other])
        year = datetime.date.today().year
        self.assertEqual(self.refused('GET', '/api/v1/search?q=' + urllib.parse.quote('189.9.9.9 @ amanha 20:00')), {'q': 'format'})
        if year % 4:
            self.call('GET', '/api/v1/search?q=' + urllib.parse.quote('189.9.9.9 @ 29/02 20:00'), expect=422)

    def test_as_many_as_asked_for_the_best_first(self):
        for n in range(4):
            SERVER.request('POST', '/api/v1/subscribers', {'name': f'Quitéria {n}', 'login': f'quiteria{n}'})
        SERVER.request('POST', '/api/v1/subscribers', {'name': 'Ana Quitéria'})
        names = [row['name'] for row in self.search('quiteria', '&limit=5')['subscribers']]
        self.assertEqual(names, ['Quitéria 0', 'Quitéria 1', 'Quitéria 2', 'Quitéria 3', 'Ana Quitéria'])
        self.assertEqual(len(self.search('quiteria', '&limit=2')['subscribers']), 2)
        self.assertEqual(self.refused('GET', '/api/v1/search'), {'q': 'required'})
        self.assertEqual(self.refused('GET', '/api/v1/search?q=a'), {'q': 'format'})
        self.call('GET', '/api/v1/search?q=maria', expect=403, token='reader')
