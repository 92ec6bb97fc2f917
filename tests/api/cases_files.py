"""Files: in through a body of any size, listed, read, deleted; what is refused, and what is left on the disk."""

import hashlib
import http.client
import os
import pathlib
import socket
import time

from api_case import FILES as DIRECTORY
from api_case import GIVEN, SERVER, Api
from server import Answer

FILES = pathlib.Path(DIRECTORY.name)
FILE_MAX = 1024 * 1024  # as api_server sets it


class Files(Api):
    def add(self, content, expect=201, headers=None, token='all', **query):
        query = {'name': 'firmware.bin', 'kind': 'firmware', **query}
        target = '/api/v1/files?' + '&'.join(f'{name}={value}' for name, value in query.items())
        return self.call('POST', target, content, expect=expect, token=token,
                         headers={'Content-Type': 'application/octet-stream', **(headers or {})})

    @staticmethod
    def place(content):
        digest = hashlib.sha256(content).hexdigest()
        return FILES / digest[:2] / digest

    @staticmethod
    def incoming():
        return list((FILES / 'incoming').iterdir())

    def test_a_file_goes_in_and_comes_out(self):
        content = os.urandom(300_000)
        answer = self.add(content, version='2.1', product_class='HG8245', manufacturer='Maker')
        file = answer.json
        self.assertEqual(answer.headers['location'], f'/api/v1/files/{file["id"]}')
        self.assertEqual((file['size'], file['sha256']), (300_000, hashlib.sha256(content).hexdigest()))
        self.assertEqual((file['version'], file['product_class'], file['created_by']), ('2.1', 'HG8245', 'all'))
        self.assertEqual(self.place(content).read_bytes(), content)
        self.assertEqual(self.place(content).stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.call('GET', f'/api/v1/files/{file["id"]}', expect=200).json, file)
        read = self.call('GET', f'/api/v1/files/{file["id"]}/content', expect=200)
        self.assertEqual(read.body, content)
        self.assertEqual(read.headers['content-disposition'], 'attachment; filename="firmware.bin"')
        self.assertEqual(self.incoming(), [])

    def test_the_same_file_again_is_the_same_row(self):
        content = os.urandom(1000)
        first = self.add(content).json
        self.assertEqual(self.add(content, expect=200).json, first)
        other = self.add(content, name='other.bin').json
        self.assertNotEqual(other['id'], first['id'])
        self.call('DELETE', f'/api/v1/files/{first["id"]}', expect=204)
        self.call('GET', f'/api/v1/files/{first["id"]}', expect=404)
        self.call('GET', f'/api/v1/files/{other["id"]}/content', expect=200)

    def test_an_empty_file_is_one(self):
        file = self.add(b'').json
        self.assertEqual((file['size'], file['sha256']), (0, hashlib.sha256(b'').hexdigest()))
        self.assertEqual(self.call('GET', f'/api/v1/files/{file["id"]}/content', expect=200).body, b'')

    def test_what_arrives_different_is_not_kept(self):
        content = os.urandom(500)
        right = hashlib.sha256(content).hexdigest()
        self.refused('POST', '/api/v1/files?name=a&kind=log', content, code='checksum',
                     headers={'X-Content-SHA256': right[:-1] + ('0' if right[-1] != '0' else '1')})
        self.assertFalse(self.place(content).exists())
        self.add(content, headers={'X-Content-SHA256': right.upper()})

    def test_words_that_are_wrong(self):
        for query, wrong in (('kind=log', 'name'), ('name=a', 'kind'), ('name=a/b&kind=log', 'name'), ('name=..%2fx&kind=log', 'name'),
                             ('name=a&kind=virus', 'kind'), ('name=' + 'a' * 65 + '&kind=log', 'name'), ('name=a&kind=log&x=1', 'x')):
            with self.subTest(query=query):
                self.assertIn(wrong, self.refused('POST', f'/api/v1/files?{query}', b'x'))
        self.assertEqual(self.incoming(), [])

    def test_more_than_a_file_may_have(self):
        """Said before the body is read; a client that sends it all the same may find the connection closed instead."""
        connection = http.client.HTTPConnection(SERVER.host, SERVER.port, timeout=20)
        connection.putrequest('POST', '/api/v1/files?name=a&kind=log')
        for name, value in (('Authorization', 'Bearer ' + SERVER.tokens['all']), ('Content-Length', str(FILE_MAX + 1)),
                            ('Accept-Language', 'en')):
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        connection.close()
        self.assertEqual(answer.status, 413)
        self.check_problem(answer)
        GIVEN.add(('file_add', 413))
        self.add(os.urandom(FILE_MAX))
        self.assertEqual(self.incoming(), [])

    def begin(self, headers):
        """The head of a request, on a socket."""
        sock = socket.create_connection((SERVER.host, SERVER.port), timeout=20)
        head = ['POST /api/v1/files?name=slow.bin&kind=other HTTP/1.1', 'Host: x', f'Authorization: Bearer {SERVER.tokens["all"]}', *headers]
        sock.sendall('\r\n'.join(head).encode() + b'\r\n\r\n')
        return sock

    def test_a_chunked_body_that_does_not_end(self):
        with self.begin(['Transfer-Encoding: chunked']) as sock:
            try:
                for _ in range(FILE_MAX // 65536 + 2):
                    sock.sendall(b'10000\r\n' + b'x' * 65536 + b'\r\n')
                answer = sock.recv(1000)
            except OSError:
                answer = b''  # it was closed while we were sending
        self.assertIn(answer[:12], (b'', b'HTTP/1.1 413'))
        self.wait_until_nothing_comes_in()

    def wait_until_nothing_comes_in(self):
        deadline = time.monotonic() + 20
        while self.incoming() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.incoming(), [])

    def test_a_body_that_breaks_off_leaves_nothing(self):
        before = len(self.call('GET', '/api/v1/files?name=slow.bin', expect=200).json['data'])
        with self.begin(['Content-Length: 100000']) as sock:
            sock.sendall(b'x' * 50000)
            deadline = time.monotonic() + 20
            while not self.incoming() and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(len(self.incoming()), 1)
        self.wait_until_nothing_comes_in()
        self.assertEqual(len(self.call('GET', '/api/v1/files?name=slow.bin', expect=200).json['data']), before)

    def test_who_waits_to_be_asked_is_asked_or_refused_at_once(self):
        with self.begin(['Content-Length: 4', 'Expect: 100-continue']) as sock:
            self.assertEqual(sock.recv(25), b'HTTP/1.1 100 Continue\r\n\r\n')
            sock.sendall(b'file')
            self.assertEqual(sock.recv(12), b'HTTP/1.1 201')
        with self.begin([f'Content-Length: {FILE_MAX + 1}', 'Expect: 100-continue']) as sock:
            self.assertEqual(sock.recv(12), b'HTTP/1.1 413')

    def test_who_may_not_is_told_before_the_body(self):
        for token, status in ((None, 401), ('reader', 403)):
            connection = http.client.HTTPConnection(SERVER.host, SERVER.port, timeout=20)
            connection.putrequest('POST', '/api/v1/files?name=a&kind=log')
            if token is not None:
                connection.putheader('Authorization', 'Bearer ' + SERVER.tokens[token])
            connection.putheader('Content-Length', '1000')
            connection.putheader('Expect', '100-continue')
            connection.endheaders()
            self.assertEqual(connection.getresponse().status, status)
            connection.close()

    def test_lists_and_filters(self):
        made = [self.add(os.urandom(100), name='list.cfg', kind='config', product_class='LIST').json['id'] for _ in range(3)]
        page = self.call('GET', '/api/v1/files?product_class=LIST&kind=config&name=list.cfg&limit=2', expect=200)
        self.assertEqual([file['id'] for file in page.json['data']], made[:0:-1])
        rest = self.call('GET', f'/api/v1/files?product_class=LIST&after={page.json["next"]}', expect=200).json
        self.assertEqual(([file['id'] for file in rest['data']], rest['next']), (made[:1], None))
        self.assertEqual(self.call('GET', '/api/v1/files?device=dev_0000000000001', expect=200).json['data'], [])
        self.assertEqual(self.refused('GET', '/api/v1/files?device=x'), {'device': 'format'})

    def test_a_file_that_an_action_needs_stays(self):
        file = self.add(os.urandom(100)).json['id']
        action = self.reboot(self.device()).json['id']
        SERVER.sql(f"UPDATE action SET args = '{{\"file\": \"{file}\"}}' WHERE id = '{action}'")
        self.refused('DELETE', f'/api/v1/files/{file}', status=409, code='file_in_use')
        SERVER.move(action, 'succeeded')
        self.call('DELETE', f'/api/v1/files/{file}', expect=204)
        self.call('DELETE', f'/api/v1/files/{file}', expect=404)

    def test_damage_is_found_told_and_mended(self):
        content = os.urandom(5000)
        file = self.add(content).json['id']
        place = self.place(content)
        place.write_bytes(content[:2500] + bytes([content[2500] ^ 1]) + content[2501:])
        self.refused('GET', f'/api/v1/files/{file}/content', status=409, code='file_damaged')
        self.assertFalse(place.exists())
        self.assertTrue(self.call('GET', f'/api/v1/files/{file}', expect=200).json['damaged'])
        self.refused('GET', f'/api/v1/files/{file}/content', status=409, code='file_damaged')
        self.assertEqual(self.add(content, expect=200).json['damaged'], False)
        self.assertEqual(self.call('GET', f'/api/v1/files/{file}/content', expect=200).body, content)

    def test_a_disk_that_takes_nothing(self):
        os.rename(FILES / 'incoming', FILES / 'away')
        try:
            problem = self.add(b'abc', expect=507).json
        finally:
            os.rename(FILES / 'away', FILES / 'incoming')
        self.assertEqual(problem['code'], 'no_room')

    def test_unknown_files(self):
        for method, path in (('GET', ''), ('DELETE', ''), ('GET', '/content')):
            self.call(method, f'/api/v1/files/fil_none{path}', expect=404)
