"""Imports of subscribers: files in pieces, what is wrong with a line, simulations, what is bound, what is cut off."""

import json
import socket
import time
import urllib.parse

from api_case import GIVEN, SERVER, Api

FILE_MAX = 1024 * 1024  # as api_server sets it
HEADER = 'Código;Nome;CPF/CNPJ;Telefone;Plano;Velocidade;Login PPPoE;Série;Vendedor\n'


class Imports(Api):
    def send(self, content, kind='text/csv', expect=202, token='all', headers=None, **query):
        target = '/api/v1/imports?' + urllib.parse.urlencode(query)
        body = content if isinstance(content, bytes) else content.encode()
        return self.call('POST', target, body, expect=expect, token=token, headers={'Content-Type': kind, **(headers or {})})

    def wait(self, answer, state='done'):
        """The import once it has ended."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            shown = self.call('GET', f'/api/v1/imports/{answer.json["id"]}', expect=200).json
            if shown['state'] not in ('waiting', 'running'):
                self.assertEqual(shown['state'], state, shown)
                return shown
            time.sleep(0.05)
        self.fail(f'it does not end: {shown}')

    def run_file(self, content, state='done', **options):
        return self.wait(self.send(content, **options), state)

    def errors(self, shown):
        rows = self.call('GET', f'/api/v1/imports/{shown["id"]}/errors?limit=200', expect=200).json['data']
        return [(row['line'], row['pointer'], row['code']) for row in rows]

    def find(self, external_id):
        return self.call('GET', f'/api/v1/subscribers?external_id={external_id}', expect=200).json['data']

    @staticmethod
    def counts(shown):
        return tuple(shown['counts'][name] for name in ('new', 'changed', 'same', 'errors'))

    def test_a_file_comes_in_and_again_changes_nothing(self):
        content = HEADER + 'I1;Maria da Conceição;529.982.247-25;(11) 98765-4321;Fibra 500;500 Mega;maria1;;Bruno\nI2;João;;;Fibra 300;300;joao2;;\n'
        answer = self.send(content, name='clientes.csv')
        self.assertEqual(answer.headers['location'], f'/api/v1/imports/{answer.json["id"]}')
        shown = self.wait(answer)
        self.assertEqual((shown['lines'], self.counts(shown), shown['name'], shown['created_by']), (3, (2, 0, 0, 0), 'clientes.csv', 'all'))
        self.assertEqual(shown['bytes'], len(content.encode()))
        self.assertIn({'header': 'CPF/CNPJ', 'member': 'document'}, shown['columns'])
        self.assertIn({'header': 'Vendedor', 'member': None}, shown['columns'])
        maria = self.find('I1')[0]
        self.assertEqual((maria['name'], maria['document_masked'], maria['contract']['down_mbps'], maria['login']),
                         ('Maria da Conceição', '•••.•••.247-••', 500, 'maria1'))
        self.assertEqual(self.counts(self.run_file(content)), (0, 0, 2, 0))
        self.assertEqual(self.find('I1')[0]['revision'], 1)
        changed = self.run_file(content.replace('Fibra 500', 'Fibra 700'))
        self.assertEqual(self.counts(changed), (0, 1, 1, 0))
        listed = self.call('GET', '/api/v1/imports?limit=1', expect=200).json
        self.assertEqual((listed['data'][0]['id'], listed['next']), (changed['id'], changed['id']))

    def test_what_is_empty_takes_nothing_away(self):
        self.run_file('id,nome,telefone,plano\nE1,Maria,11987654321,A\n')
        self.run_file('id,nome,telefone,plano\nE1,,,B\n')
        shown = self.find('E1')[0]
        self.assertEqual((shown['name'], len(shown['phones']), shown['contract']['plan']), ('Maria', 1, 'B'))
        self.run_file('{"external_id":"E1","phones":[],"contract":{"plan":null}}\n', kind='application/x-ndjson')
        shown = self.find('E1')[0]
        self.assertEqual((shown['phones'], shown['contract']['plan']), ([], None))

    def test_a_wrong_line_stops_no_other(self):
        shown = self.run_file('id,nome,cpf,telefone,status\nW1,Maria,,,ativo\nW2,Ana,111.111.111-11,,\nW3,,,,\n,Sem,,,\nW1,De novo,,,\n'
                              'W4,"Zé,,,\nW5,Bia,,123,talvez\nW6,Léo,,,,x\nW7,Rui,,,\n')
        self.assertEqual(self.counts(shown), (2, 0, 0, 7))
        self.assertEqual(self.errors(shown), [
            (3, '/document', 'check_digits'), (4, '/external_id', 'nameless'), (5, '/external_id', 'key_missing'),
            (6, '/external_id', 'repeated'), (7, None, 'open_quote'), (8, '/contract/status', 'choice'), (9, None, 'fields')])
        self.assertEqual([len(self.find(name)) for name in ('W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W7')], [1, 0, 0, 0, 0, 0, 1])
        row = self.call('GET', f'/api/v1/imports/{shown["id"]}/errors?limit=1', expect=200).json
        self.assertEqual((row['data'][0]['input'], row['data'][0]['message']), ('111.111.111-11', 'its check digits are wrong'))
        self.call('GET', f'/api/v1/imports/{shown["id"]}/errors?limit=1&after={row["next"]}', expect=200)

    def test_what_only_the_database_sees_stops_no_other_either(self):
        """Another subscriber has this external_id, while the key is another one."""
        self.run_file('id,contrato,nome\nT1,K1,Maria\nT2,K2,Ana\n')
        rows = ''.join(f'T9{i},K9{i},Nome {i}\n' for i in range(20))
        shown = self.run_file(f'id,contrato,nome\n{rows}T1,K3,Rui\nT2,K2,Ana Lúcia\n', key='contract')
        self.assertEqual((self.counts(shown), self.errors(shown)), ((20, 1, 0, 1), [(22, None, 'taken')]))
        self.assertEqual(self.find('T2')[0]['name'], 'Ana Lúcia')

    def test_lines_of_json(self):
        lines = [{'external_id': 'J1', 'name': 'Maria', 'address': {'city': 'Recife'}, 'tags': ['vip']}, {'external_id': 'J2', 'name': 'Ana', 'age': 3},
                 {'external_id': 'J3'}, {'name': 'Sem id'}]
        content = '\n'.join(json.dumps(line) for line in lines) + '\n[1]\n{"x":\n"J"\n'
        shown = self.run_file(content, kind='application/x-ndjson')
        self.assertEqual(self.counts(shown), (1, 0, 0, 6))
        self.assertEqual(self.errors(shown)[:3], [(2, '/age', 'unknown'), (3, '/external_id', 'nameless'), (4, '/external_id', 'key_missing')])
        self.assertEqual([row[2] for row in self.errors(shown)[4:]], ['malformed', 'type'])
        self.assertEqual((self.find('J1')[0]['address']['city'], shown['columns']), ('Recife', None))

    def test_modes_and_keys(self):
        self.run_file('contrato,nome,login\nM1,Maria,Login.M1\nM1,,\n', key='contract')
        self.assertEqual(self.errors(self.run_file('contrato,nome\nM1,Outra\nM2,Ana\n', key='contract', mode='create')), [(2, '/contract/number', 'exists')])
        self.assertEqual(self.errors(self.run_file('contrato,nome\nM1,Marta\nM3,Ana\n', key='contract', mode='update')), [(3, '/contract/number', 'unknown')])
        shown = self.run_file('login,plano\nlogin.m1,X\nLOGIN.M1,Y\n', key='login')
        self.assertEqual((self.counts(shown), self.errors(shown)), ((0, 1, 0, 1), [(3, '/login', 'repeated')]))
        self.run_file('id,contrato,nome\nMA,M9,Um\nMB,M9,Dois\n')
        self.assertEqual(self.errors(self.run_file('contrato,nome\nM9,Qual\n', key='contract')), [(2, '/contract/number', 'ambiguous')])

    def test_a_simulation_does_nothing_until_it_is_told_to(self):
        content = 'id,nome\nS1,Maria\nS2,\n'
        shown = self.run_file(content, 'simulated', dry_run='true')
        self.assertEqual((self.counts(shown), self.find('S1')), ((1, 0, 0, 1), []))
        self.assertEqual(self.errors(shown), [(3, '/external_id', 'nameless')])
        started = self.call('POST', f'/api/v1/imports/{shown["id"]}/start', expect=202)
        done = self.wait(started)
        self.assertEqual((self.counts(done), len(self.find('S1')), done['simulate']), ((1, 0, 0, 1), 1, False))
        self.assertEqual(self.errors(done), [(3, '/external_id', 'nameless')])
        for move in ('start', 'cancel'):
            self.refused('POST', f'/api/v1/imports/{shown["id"]}/{move}', status=409, code='import_state')

    def test_what_is_cancelled_keeps_no_file(self):
        shown = self.run_file('id,nome\nC1,Maria\n', 'simulated', dry_run='true')
        cancelled = self.call('POST', f'/api/v1/imports/{shown["id"]}/cancel', expect=200).json
        self.assertEqual(cancelled['state'], 'cancelled')
        self.assertEqual(SERVER.sql('SELECT count(*) FROM import_part p JOIN import_run r ON r.id = p.import_id'
                                    " WHERE r.state = 'cancelled'"), ['0'])
        self.refused('POST', f'/api/v1/imports/{shown["id"]}/start', status=409, code='import_state')

    def test_devices_that_are_here_are_bound(self):
        device = self.device()
        serial = self.call('GET', f'/api/v1/devices/{device}', expect=200).json['serial']
        self.run_file(f'id,nome,serial\nB1,Maria,{serial.lower()}\n')
        self.assertEqual([row['id'] for row in self.find('B1')[0]['devices']], [device])
        self.run_file(f'id,nome,serial\nB2,Ana,{serial}\n')
        self.assertEqual(self.find('B2')[0]['devices'], [])

    def test_what_old_spreadsheets_write(self):
        content = 'id;nome\nL1;João da Conceição\n'.encode('windows-1252')
        self.assertEqual(self.errors(self.run_file(content)), [(2, None, 'encoding')])
        self.run_file(content, kind='text/csv; charset=windows-1252')
        self.assertEqual(self.find('L1')[0]['name'], 'João da Conceição')

    def test_a_file_whose_columns_cannot_be_used(self):
        for content, columns, why in (('nome\nMaria\n', None, 'no column is external_id'), ('id,nome,cliente\nX,Y,Z\n', None, 'are the same'),
                                      ('id,nome\nX,Y\n', 'idade=name', "no column 'idade'"), ('"id,nome\nX,Y\n', None, 'the first line')):
            with self.subTest(content=content):
                options = {} if columns is None else {'columns': columns}
                self.assertIn(why, self.run_file(content, 'failed', **options)['why'])
        shown = self.run_file('Nr,Quem\nP1,Maria\n', columns='Nr=external_id,Quem=name')
        self.assertEqual((self.counts(shown), self.find('P1')[0]['name']), ((1, 0, 0, 0), 'Maria'))

    def test_a_large_file_in_pieces(self):
        rows = ''.join(f'G{i},"Nome ""{i}"" {"x" * 40}"\n' for i in range(8000))
        self.assertGreater(len(rows), 400_000)
        shown = self.run_file('id,nome\n' + rows)
        self.assertEqual((self.counts(shown), shown['lines']), ((8000, 0, 0, 0), 8001))
        self.assertEqual(self.find('G7999')[0]['name'], f'Nome "7999" {"x" * 40}')
        self.assertEqual(SERVER.sql(f"SELECT count(*) FROM import_part WHERE import_id = {int(SERVER.sql('SELECT max(id) FROM import_run')[0])}"), ['2'])

    @staticmethod
    def begin(length):
        """The head of a request, on a socket."""
        sock = socket.create_connection((SERVER.host, SERVER.port), timeout=20)
        head = ['POST /api/v1/imports HTTP/1.1', 'Host: x', f'Authorization: Bearer {SERVER.tokens["all"]}', 'Content-Type: text/csv',
                f'Content-Length: {length}']
        sock.sendall('\r\n'.join(head).encode() + b'\r\n\r\n')
        return sock

    def test_more_than_a_file_may_have(self):
        """Said before the body is read."""
        with self.begin(FILE_MAX + 1) as sock:
            self.assertIn(b' 413 ', sock.recv(4096).split(b'\r\n')[0])
        GIVEN.add(('import_add', 413))

    def test_what_breaks_off_leaves_nothing(self):
        before = int(SERVER.sql('SELECT count(*) FROM import_run')[0])
        with self.begin(FILE_MAX) as sock:
            sock.sendall(b'id,nome\n' + b'X1,Maria\n' * 40_000)
            self.until(lambda: SERVER.sql("SELECT count(*) FROM import_run WHERE state = 'receiving'") == ['1'])
        self.until(lambda: int(SERVER.sql('SELECT count(*) FROM import_run')[0]) == before)
        self.assertEqual(self.find('X1'), [])

    def until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_words_that_are_wrong(self):
        self.assertEqual(self.refused('POST', '/api/v1/imports?key=name&mode=all&x=1', b'id\n1\n', headers={'Content-Type': 'text/csv'}),
                         {'key': 'choice', 'mode': 'choice', 'x': 'unknown'})
        self.refused('POST', '/api/v1/imports', b'', status=400, code='malformed', headers={'Content-Type': 'text/csv'})
        self.refused('POST', '/api/v1/imports', b'{}', status=415, code='unsupported_media_type', headers={'Content-Type': 'application/json'})
        self.refused('GET', '/api/v1/imports/imp_x', status=404)
        self.refused('GET', '/api/v1/imports/imp_0000000000zzz/errors', status=404)
        self.refused('POST', '/api/v1/imports/imp_0000000000zzz/start', status=404)
        self.refused('GET', '/api/v1/imports?after=x')
        self.send('id\n1\n', expect=403, token='agent')
        self.assertEqual(SERVER.sql("SELECT count(*) FROM import_run WHERE state = 'receiving'"), ['0'])
