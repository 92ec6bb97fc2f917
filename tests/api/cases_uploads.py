"""Uploads in pieces: what is there stays, nobody sees it before it is whole, and nobody has too much of it."""

import hashlib
import http.client
import os
import pathlib
import socket
import time

from api_case import FILES as DIRECTORY
from api_case import GIVEN, SERVER, Api

FILES = pathlib.Path(DIRECTORY.name)
FILE_MAX = 1024 * 1024  # as api_server sets it
PENDING = 4


class Uploads(Api):
    def tearDown(self):
        for upload in self.mine():
            self.call('DELETE', f'/api/v1/uploads/{upload["id"]}', expect=204)
        self.assertEqual(list((FILES / 'pending').iterdir()), [])

    def mine(self, **options):
        return self.call('GET', '/api/v1/uploads', expect=200, **options).json['data']

    def begin(self, content, expect=201, token='all', **members):
        body = {'name': 'pieces.bin', 'kind': 'firmware', 'size': len(content), 'sha256': hashlib.sha256(content).hexdigest(), **members}
        return self.call('POST', '/api/v1/uploads', body, expect=expect, token=token)

    def send(self, upload, offset, piece, expect=200, **options):
        return self.call('PATCH', f'/api/v1/uploads/{upload}?offset={offset}', piece, expect=expect,
                         headers={'Content-Type': 'application/partial-upload', 'Accept-Language': 'en'}, **options)

    def finish(self, upload, expect=201, **options):
        return self.call('POST', f'/api/v1/uploads/{upload}/finish', expect=expect, **options)

    def stands(self, upload):
        return self.call('GET', f'/api/v1/uploads/{upload}', expect=200).json['offset']

    @staticmethod
    def place(content):
        digest = hashlib.sha256(content).hexdigest()
        return FILES / digest[:2] / digest

    def test_pieces_become_a_file(self):
        content = os.urandom(300_000)
        answer = self.begin(content, version='3.0', manufacturer='Maker', product_class='PIECES')
        upload = answer.json['id']
        self.assertEqual(answer.headers['location'], f'/api/v1/uploads/{upload}')
        self.assertEqual(answer.json['offset'], 0)
        for at in range(0, 300_000, 70_000):
            self.assertEqual(self.call('GET', '/api/v1/files?product_class=PIECES', expect=200).json['data'], [])
            self.assertFalse(self.place(content).exists())
            answer = self.send(upload, at, content[at:at + 70_000])
            self.assertEqual(answer.json['offset'], min(at + 70_000, 300_000))
            self.assertEqual(self.stands(upload), answer.json['offset'])
        file = self.finish(upload).json
        self.assertEqual((file['name'], file['size'], file['sha256'], file['version'], file['manufacturer'], file['product_class'], file['created_by']),
                         ('pieces.bin', 300_000, hashlib.sha256(content).hexdigest(), '3.0', 'Maker', 'PIECES', 'all'))
        self.assertEqual(self.call('GET', f'/api/v1/files/{file["id"]}/content', expect=200).body, content)
        self.assertEqual(self.place(content).stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.place(content).stat().st_nlink, 1)
        self.call('GET', f'/api/v1/uploads/{upload}', expect=404)
        self.finish(upload, expect=404)
        self.assertEqual(list((FILES / 'incoming').iterdir()), [])

    def test_the_same_again_is_the_same_file(self):
        content = os.urandom(1000)
        files = []
        for status in (201, 200):
            upload = self.begin(content).json['id']
            self.send(upload, 0, content)
            files.append(self.finish(upload, expect=status).json['id'])
        self.assertEqual(files[0], files[1])

    def test_an_answer_that_was_lost_is_given_again(self):
        content, keys = os.urandom(10), {'Idempotency-Key': 'begin'}
        body = {'name': 'pieces.bin', 'kind': 'firmware', 'size': 10, 'sha256': hashlib.sha256(content).hexdigest()}
        upload, again = (self.call('POST', '/api/v1/uploads', body, expect=201, headers=keys).json for _ in range(2))
        self.assertEqual(upload, again)
        self.assertEqual(len(self.mine()), 1)
        self.send(upload['id'], 0, content)
        first, second = (self.finish(upload['id'], headers={'Idempotency-Key': 'finish'}).json for _ in range(2))
        self.assertEqual(first, second)

    def test_an_empty_file_is_one(self):
        upload = self.begin(b'').json['id']
        self.send(upload, 0, b'')
        self.assertEqual(self.finish(upload).json['size'], 0)

    def test_a_piece_goes_only_where_the_upload_stands(self):
        content = os.urandom(1000)
        upload = self.begin(content).json['id']
        self.send(upload, 0, content[:400])
        for offset in (0, 399, 401, 1000, 1099511627776):
            problem = self.send(upload, offset, b'x', expect=409).json
            self.assertEqual((problem['code'], problem['detail']), ('upload_offset', 'offset: 400'))
        self.assertEqual(self.send(upload, 400, content[400:] + b'x', expect=413).json['code'], 'too_large')
        self.assertEqual(self.stands(upload), 400)
        self.assertEqual(self.finish(upload, expect=409).json['code'], 'upload_incomplete')
        for offset in ('', '-1', 'x', '1.0', '99999999999999999999'):
            self.send(upload, offset, b'x', expect=422)
        self.call('PATCH', f'/api/v1/uploads/{upload}', b'x', expect=422)
        self.send(upload, 400, content[400:])
        self.send(upload, 1000, b'x', expect=413)
        self.finish(upload)

    def test_what_is_not_what_was_announced_is_not_kept(self):
        content = os.urandom(5000)
        upload = self.begin(content).json['id']
        wrong = content[:2500] + bytes([content[2500] ^ 1]) + content[2501:]
        self.send(upload, 0, wrong)
        problem = self.finish(upload, expect=422).json
        self.assertEqual(problem['code'], 'checksum')
        self.assertIn(hashlib.sha256(wrong).hexdigest(), problem['detail'])
        self.call('GET', f'/api/v1/uploads/{upload}', expect=404)
        self.assertFalse(self.place(content).exists())
        self.assertFalse(self.place(wrong).exists())

    def head(self, upload, offset, length):
        sock = socket.create_connection((SERVER.host, SERVER.port), timeout=20)
        sock.sendall(f'PATCH /api/v1/uploads/{upload}?offset={offset} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SERVER.tokens["all"]}\r\n'
                     f'Content-Type: application/partial-upload\r\nContent-Length: {length}\r\n\r\n'.encode())
        return sock

    def wait(self, what):
        deadline = time.monotonic() + 20
        while not what():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_a_piece_that_breaks_off_goes_on_and_two_at_once_do_not(self):
        content = os.urandom(100_000)
        upload = self.begin(content).json['id']
        with self.head(upload, 0, 100_000) as sock:
            sock.sendall(content[:30_000])
            self.wait(lambda: self.stands(upload) == 30_000)
            self.assertEqual(self.send(upload, 30_000, content[30_000:], expect=409).json['code'], 'upload_busy')
            self.assertEqual(self.finish(upload, expect=409).json['code'], 'upload_busy')
            self.assertEqual(self.call('DELETE', f'/api/v1/uploads/{upload}', expect=409).json['code'], 'upload_busy')
            sock.sendall(content[30_000:40_000])
            self.wait(lambda: self.stands(upload) == 40_000)
        self.wait(lambda: SERVER.request('PATCH', f'/api/v1/uploads/{upload}?offset=40000', content[40_000:]).status == 200)
        self.finish(upload)

    def test_a_caller_has_so_many_and_no_more(self):
        content = os.urandom(100)
        made = [self.begin(content).json['id'] for _ in range(PENDING)]
        self.assertEqual(self.begin(content, expect=409).json['code'], 'upload_limit')
        self.assertEqual([upload['id'] for upload in self.mine()], sorted(made, reverse=True))
        for upload in made:
            self.call('DELETE', f'/api/v1/uploads/{upload}', expect=204)
            self.call('DELETE', f'/api/v1/uploads/{upload}', expect=404)
        made = [self.begin(b'', size=FILE_MAX).json['id'] for _ in range(3)]
        self.assertEqual(self.begin(content, expect=409).json['code'], 'upload_limit')
        for upload in made:
            self.call('DELETE', f'/api/v1/uploads/{upload}', expect=204)
        self.assertEqual(self.begin(b'', size=FILE_MAX + 1, expect=413).json['code'], 'too_large')

    def test_an_upload_is_its_callers(self):
        upload = self.begin(b'mine').json['id']
        other = self.call('POST', '/api/v1/tokens', {'name': 'other writer', 'role': 'engineering'}, expect=201).json['token']
        self.assertEqual(self.mine(token=other), [])
        self.call('GET', f'/api/v1/uploads/{upload}', token=other, expect=404)
        self.send(upload, 0, b'mine', token=other, expect=404)
        self.finish(upload, token=other, expect=404)
        self.call('DELETE', f'/api/v1/uploads/{upload}', token=other, expect=404)

    def test_words_that_are_wrong(self):
        for members, wrong in (({'name': '../x'}, '/name'), ({'name': 'a/b'}, '/name'), ({'kind': 'virus'}, '/kind'), ({'size': -1}, '/size'),
                               ({'size': 1.5}, '/size'), ({'sha256': 'x' * 64}, '/sha256'), ({'sha256': 'a' * 63}, '/sha256'),
                               ({'sha256': 'A' * 64}, '/sha256'), ({'version': ''}, '/version'), ({'device': 'dev_1'}, '/device')):
            with self.subTest(members=members):
                body = {'name': 'a', 'kind': 'log', 'size': 1, 'sha256': 'a' * 64, **members}
                self.assertEqual(list(self.refused('POST', '/api/v1/uploads', body)), [wrong])

    def test_a_body_that_is_no_json(self):
        self.refused('POST', '/api/v1/uploads', b'name=a', status=415, code='unsupported_media_type', headers={'Content-Type': 'text/plain'})

    def test_ids_that_are_paths(self):
        outside = FILES / 'key'
        before = outside.read_bytes()
        for upload in ('..%2fkey', '%2e%2e%2fkey', 'upl_..%2f..%2fkey', 'upl_0000000000000000000%2f00', 'upl_00000000000000000000000', 'upl_', 'key',
                       'upl_000000000000000000000%00', 'UPL_0000000000000000000000', '..%5ckey'):
            for method, path in (('GET', ''), ('PATCH', '?offset=0'), ('DELETE', ''), ('POST', '/finish')):
                answer = SERVER.request(method, f'/api/v1/uploads/{upload}{path}', b'x' if method == 'PATCH' else None)
                self.assertIn(answer.status, (400, 404), (method, upload))
        self.assertEqual(outside.read_bytes(), before)

    def test_a_disk_that_takes_nothing(self):
        content = os.urandom(100)
        os.rename(FILES / 'pending', FILES / 'away')
        try:
            self.assertEqual(self.begin(content, expect=507).json['code'], 'no_room')
        finally:
            os.rename(FILES / 'away', FILES / 'pending')
        GIVEN.add(('upload_append', 507))  # in tests/e2e/test_uploads.py

    def test_who_may_not_is_told_before_the_body(self):
        upload = self.begin(b'x' * 1000).json['id']
        for token, status in ((None, 401), ('reader', 403)):
            connection = http.client.HTTPConnection(SERVER.host, SERVER.port, timeout=20)
            connection.putrequest('PATCH', f'/api/v1/uploads/{upload}?offset=0')
            if token is not None:
                connection.putheader('Authorization', 'Bearer ' + SERVER.tokens[token])
            connection.putheader('Content-Length', '1000')
            connection.putheader('Expect', '100-continue')
            connection.endheaders()
            self.assertEqual(connection.getresponse().status, status)
            connection.close()
