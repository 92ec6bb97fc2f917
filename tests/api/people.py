"""People for the tests of the API: browsers that have signed in."""

import hashlib
import itertools
import secrets
import threading

from api_case import SERVER
from server import number_id

PASSWORD = 'correct horse 17 battery'
PROXY = '127.0.0.2'  # whose X-Forwarded-… count (api_server.c)
NUMBERS = itertools.count(1)
LOCK = threading.Lock()
FIRST = []  # the first user's browser


def own_address():
    """An address that no other test comes from."""
    number = next(NUMBERS)
    return f'198.18.{number // 250}.{number % 250 + 1}'


class Browser:
    """Sends what the page of this server would send, with the cookie that it was given."""

    def __init__(self, cookie=None, address=None, secure=False):
        self.cookie = cookie
        self.address = address or own_address()
        self.secure = secure

    def headers(self, **more):
        scheme = 'https' if self.secure else 'http'
        given = {'X-Forwarded-For': self.address, 'X-Forwarded-Proto': scheme, 'Cookie': self.cookie,
                 'Origin': f'{scheme}://{SERVER.host}:{SERVER.port}', 'Sec-Fetch-Site': 'same-origin'}
        return {**given, **more}

    def options(self, **more):
        """For Api.call() and SERVER.request()."""
        return {'token': None, 'source': PROXY, 'headers': self.headers(**more)}

    def take(self, answer):
        """Keeps the cookie of an answer."""
        self.cookie = answer.headers['set-cookie'].split(';')[0]
        return self

    def request(self, method, target, body=None, **more):
        return SERVER.request(method, target, body, **self.options(**more))

    def codes(self, times, method, target, body=None):
        """{(status, code of the problem)} of all answers to a request that is sent so often."""
        answers = SERVER.requests(times, method, target, body, **self.options())
        return {(answer.status, answer.json.get('code') if answer.status >= 400 else None) for answer in answers}

    def sign_in(self, login, password=PASSWORD):
        answer = self.request('POST', '/api/v1/session', {'login': login, 'password': password})
        assert answer.status == 201, answer
        return self.take(answer)


def link_key(link):
    return link.split('#')[1]


def first_user():
    """The browser of the first user, who comes by the link of the start."""
    with LOCK:
        if not FIRST:
            key = link_key(SERVER.ask('first link'))
            browser = Browser()
            answer = browser.request('POST', '/api/v1/setup', {'key': key, 'login': 'Root', 'name': 'Root Admin', 'password': PASSWORD})
            assert answer.status == 201, answer
            FIRST.append(browser.take(answer))
        return FIRST[0]


def new_user(role, login=None):
    """The login of a new one, with PASSWORD."""
    first_user()
    login = login or f'user{next(NUMBERS)}'
    SERVER.sql(f"INSERT INTO app_user (login, name, role, password) SELECT '{login}', 'Name of {login}', '{role}', password"
               " FROM app_user WHERE login = 'root'")
    return login


def user_id(login):
    """As the API writes it."""
    return number_id('usr_', int(SERVER.sql(f"SELECT id FROM app_user WHERE login = '{login}'")[0]))


def signed_in(role):
    """(login, browser)"""
    login = new_user(role)
    return login, Browser().sign_in(login)


def new_link(login, life='1 h'):
    """The key of a link by which this user chooses a password."""
    key = secrets.token_urlsafe(30)
    digest = hashlib.sha256(b'l' + key.encode()).hexdigest()
    SERVER.sql(f"INSERT INTO user_link (hash, user_id, expires_at) SELECT '\\x{digest}', id, now() + interval '{life}'"
               f" FROM app_user WHERE login = '{login}'")
    return key
