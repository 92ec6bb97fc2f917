"""The console beside the API: what is a page, what is a file of it, and what is neither. Holds with and without node."""

import gzip
import re

from api_case import SERVER, Api

HTML = {'Accept': 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'}


def ask(path, method='GET', **headers):
    return SERVER.request(method, path, token=None, headers={name.replace('_', '-'): value for name, value in headers.items()})


def text_of(answer):
    return (gzip.decompress(answer.body) if answer.headers.get('content-encoding') == 'gzip' else answer.body).decode()


class Console(Api):
    def test_the_page_is_at_the_root_and_asked_for_each_time(self):
        page = ask('/')
        self.assertEqual((page.status, page.headers['content-type']), (200, 'text/html; charset=utf-8'))
        self.assertIn('<!doctype html>', text_of(page))
        self.assertEqual(page.headers['cache-control'], 'no-cache')
        again = ask('/', If_None_Match=page.headers['etag'])
        self.assertEqual((again.status, again.body), (304, b''))
        self.assertEqual(again.headers['etag'], page.headers['etag'])
        for other in ('"x"', 'W/"x", "y"'):
            self.assertEqual(ask('/', If_None_Match=other).status, 200)
        self.assertEqual(ask('/', If_None_Match='"x", ' + page.headers['etag']).status, 304)

    def test_head_is_get_without_the_body(self):
        page, head = ask('/'), ask('/', 'HEAD')
        self.assertEqual((head.status, head.body), (200, b''))
        for name in ('etag', 'content-length', 'content-type', 'content-security-policy'):
            self.assertEqual(head.headers[name], page.headers[name])

    def test_nothing_else_is_run_and_nobody_frames_it(self):
        for answer in (ask('/'), ask('/', If_None_Match='*')):
            policy = answer.headers['content-security-policy']
            for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
                         "require-trusted-types-for 'script'"):
                self.assertIn(rule, policy)
            self.assertNotIn('unsafe', policy)
            self.assertEqual(answer.headers['x-content-type-options'], 'nosniff')
            self.assertEqual(answer.headers['referrer-policy'], 'same-origin')
            self.assertEqual(answer.headers['cross-origin-opener-policy'], 'same-origin')

    def test_its_files_are_kept_for_ever(self):
        names = set(re.findall(r'/assets/[A-Za-z0-9._-]+', text_of(ask('/'))))
        for name in names:
            file = ask(name)
            self.assertEqual(file.status, 200, name)
            self.assertEqual(file.headers['cache-control'], 'public, max-age=31536000, immutable')
            self.assertEqual(file.headers['content-encoding'], 'gzip')
            self.assertRegex(file.headers['content-type'], '^text/(javascript|css); charset=utf-8$')
            self.assertEqual(ask(name, If_None_Match=file.headers['etag']).status, 304)
            self.assertGreater(len(text_of(file)), 100)

    def test_an_address_of_the_page_is_the_page(self):
        page = ask('/')
        for path in ('/aparelho/dev_0', '/primeiro-acesso', '/frota?serial=x', '/..', '/%00', '/api'):
            answer = SERVER.request('GET', path, token=None, headers=HTML)
            self.assertEqual((answer.status, answer.headers.get('etag')), (200, page.headers['etag']), path)

    def test_the_api_and_the_probes_stay_what_they_are(self):
        for path in ('/api/', '/api/v1/nothing', '/api/v1/devices/', '/api/../x'):
            answer = SERVER.request('GET', path, token=None, headers=HTML)
            self.assertEqual((answer.status, answer.headers['content-type']), (404, 'application/problem+json'), path)
        self.assertEqual(SERVER.request('GET', '/healthz', token=None, headers=HTML).headers['content-type'], 'application/json')
        self.assertEqual(SERVER.request('DELETE', '/healthz', token=None, headers=HTML).status, 405)

    def test_what_is_neither_is_not_found(self):
        for path in ('/assets/main-00000000.js', '/favicon.ico', '/x'):
            for headers in ({}, {'Accept': '*/*'}, {'Accept': 'application/json'}):
                self.assertEqual(SERVER.request('GET', path, token=None, headers=headers).status, 404)
        for method in ('POST', 'PUT', 'DELETE', 'PATCH'):
            self.assertEqual(SERVER.request(method, '/', token=None, headers=HTML).status, 404)
