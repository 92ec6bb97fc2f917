"""A small ACS that says what a test wrote down, and remembers what the devices said.

Standard library only. One instance serves all homes of a test; what it should say is queued per serial number, what it
should do wrong is set by `mistakes`. It is deliberately naive: it believes everything.
"""

import base64
import collections
import hashlib
import http.server
import re
import socketserver
import threading
import time
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
ENVELOPE = ('<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cwmp="{ns}">'
            '<SOAP-ENV:Header>{header}</SOAP-ENV:Header><SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>')

Inform = collections.namedtuple('Inform', 'serial events retry values current_time headers connection namespace')
Answer = collections.namedtuple('Answer', 'serial method element id headers')


def local(tag):
    return tag.split('}')[-1]


def sha256(*parts):
    return hashlib.sha256(':'.join(parts).encode()).hexdigest()


def md5(*parts):
    return hashlib.md5(':'.join(parts).encode()).hexdigest()


def find(element, name):
    return next((child for child in element.iter() if local(child.tag) == name), None)


def text(element, name):
    found = find(element, name)
    return None if found is None else found.text or ''


def gpv(*names):
    items = ''.join(f'<string>{escape(name)}</string>' for name in names)
    return (f'<cwmp:GetParameterValues><ParameterNames SOAP-ENC:arrayType="xsd:string[{len(names)}]">{items}'
            '</ParameterNames></cwmp:GetParameterValues>')


def gpn(path, next_level):
    return (f'<cwmp:GetParameterNames><ParameterPath>{path}</ParameterPath><NextLevel>{int(next_level)}</NextLevel>'
            '</cwmp:GetParameterNames>')


def spv(key, *parameters):
    """parameters: (name, type, value)"""
    items = ''.join(f'<ParameterValueStruct><Name>{name}</Name><Value xsi:type="xsd:{kind}">{escape(value)}</Value>'
                    '</ParameterValueStruct>' for name, kind, value in parameters)
    return ('<cwmp:SetParameterValues><ParameterList SOAP-ENC:arrayType="cwmp:ParameterValueStruct'
            f'[{len(parameters)}]">{items}</ParameterList><ParameterKey>{key}</ParameterKey></cwmp:SetParameterValues>')


def reboot(key):
    return f'<cwmp:Reboot><CommandKey>{key}</CommandKey></cwmp:Reboot>'


def fault(code):
    return ('<SOAP-ENV:Fault><faultcode>Server</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>'
            f'<FaultCode>{code}</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail></SOAP-ENV:Fault>')


class Session:
    """What the server knows between two POSTs of one device."""

    def __init__(self, serial, namespace):
        self.serial = serial
        self.namespace = namespace
        self.number = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def setup(self):
        super().setup()
        self.session = None
        self.connection_number = self.server.acs.next_connection()

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass    # a home that was told to cut the connection does

    def body(self):
        if 'chunked' not in self.headers.get('Transfer-Encoding', ''):
            return self.rfile.read(int(self.headers.get('Content-Length', 0)))
        chunks = []
        while True:
            size = int(self.rfile.readline(), 16)
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                return b''.join(chunks)

    def reply(self, status, body='', headers=()):
        acs = self.server.acs
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if data:
            self.send_header('Content-Type', acs.mistakes.get('content_type', 'text/xml; charset="utf-8"'))
        if acs.close:
            self.send_header('Connection', 'close')
            self.close_connection = True
        if data and acs.chunked:
            self.send_header('Transfer-Encoding', 'chunked')
            data = b''.join(b'%x;x=1\r\n%s\r\n' % (len(data[i:i + 97]), data[i:i + 97]) for i in range(0, len(data), 97))
            data += b'0\r\nTrailer: 1\r\n\r\n'
        elif status != 204:
            self.send_header('Content-Length', str(len(data)))
        elif acs.mistakes.get('typed_204'):
            self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(data + acs.mistakes.get('trailing', b''))

    def do_POST(self):
        acs = self.server.acs
        body = self.body()
        time.sleep(acs.delay)
        if acs.refusals and (body or not acs.refuse_only_messages):
            status, headers = acs.refusals.pop(0)
            self.reply(status, headers=headers)
        elif acs.credentials and not self.authorized():
            self.reply(401, headers=[('WWW-Authenticate', challenge) for challenge in acs.challenges])
        else:
            self.converse(body)

    def authorized(self):
        """Digest with qop=auth, computed here from the RFC's words."""
        acs = self.server.acs
        header = self.headers.get('Authorization', '')
        acs.authorizations.append(header)
        username, password = acs.credentials
        if header.startswith('Basic '):
            return base64.b64decode(header[6:]).decode() == f'{username}:{password}'
        if not header.startswith('Digest ') or acs.refuse_authorizations:
            return False
        fields = {name: re.sub(r'\\(.)', r'\1', quoted) or plain
                  for name, quoted, plain in re.findall(r'(\w+)=(?:"((?:\\.|[^"\\])*)"|([^ ,]*))', header)}
        digest = sha256 if fields.get('algorithm') == 'SHA-256' else md5
        what = digest('POST', fields['uri'])
        right = digest(digest(username, 'acs', password), 'n1', fields['nc'], fields['cnonce'], fields['qop'], what)
        return (fields['username'], fields['response'], fields['uri'], fields['opaque']) == (username, right, self.path, 'o')

    def converse(self, body):
        acs = self.server.acs
        cookie = re.search(r'session=(\w+)', self.headers.get('Cookie', ''))
        session = acs.sessions.get(cookie.group(1)) if cookie else self.session
        root = ET.fromstring(body) if body else None
        message = None if root is None else next(iter(next(e for e in root if local(e.tag) == 'Body')))
        if message is not None and local(message.tag) == 'Inform':
            self.welcome(root, message)
        elif session is None:
            self.reply(400)
        elif message is not None and local(message.tag) in acs.replies:
            acs.note_answer(session.serial, message, text(root, 'ID'), self.headers)
            self.send(session, acs.replies[local(message.tag)], text(root, 'ID'))
        else:
            if message is not None:
                acs.note_answer(session.serial, message, text(root, 'ID'), self.headers)
            self.ask(session)

    def send(self, session, body, message_id, header=''):
        acs = self.server.acs
        if message_id is not None:
            message_id = acs.mistakes.get('id', message_id)
            must = acs.mistakes.get('must_understand', ' SOAP-ENV:mustUnderstand="1"')
            header = f'<cwmp:ID{must}>{escape(message_id)}</cwmp:ID>' + header
        envelope = ENVELOPE.format(ns=acs.mistakes.get('namespace', session.namespace),
                                   header=header + acs.mistakes.get('header', ''), body=body)
        self.reply(200, envelope + acs.mistakes.get('behind', ''), self.cookies)

    def welcome(self, root, message):
        acs = self.server.acs
        namespace = re.match(r'\{(.*)\}', message.tag).group(1)
        session = Session(text(message, 'SerialNumber'), namespace)
        self.session = session
        key = f's{self.connection_number}x{len(acs.sessions)}'
        acs.sessions[key] = session
        self.cookies = [('Set-Cookie', f'session={key}; Path={acs.cookie_path}'), ('Set-Cookie', 'color=blue; Path=/else'),
                        ('Set-Cookie', 'shape="round"; HttpOnly')]
        acs.note_inform(session, message, self.headers, self.connection_number)
        header = ''
        if find(root, 'SupportedCWMPVersions') is not None:
            header = acs.mistakes.get('use', '<cwmp:UseCWMPVersion SOAP-ENV:mustUnderstand="1">1.4</cwmp:UseCWMPVersion>')
        body = acs.inform_answers.pop(0) if acs.inform_answers else acs.mistakes.get(
            'inform_response', '<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>')
        self.send(session, body, text(root, 'ID'), header if 'InformResponse' in body else '')

    cookies = ()

    def ask(self, session):
        acs = self.server.acs
        with acs.lock:
            queue = acs.work.get(session.serial) or acs.work.get('*')
            request = queue.pop(0) if queue else None
        if request is None and acs.empty_200:
            self.reply(200)
        elif request is None:
            self.reply(204)
        else:
            session.number += 1
            self.cookies = ()
            self.send(session, request, f'acs-{session.number}', acs.request_header)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128


class ScriptedAcs:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.connections = 0
        self.sessions = {}
        self.informs = []
        self.answers = []
        self.authorizations = []
        self.work = {}                  # serial, or '*' for anybody -> bodies to send
        self.replies = {                # to requests of the device
            'GetRPCMethods': '<cwmp:GetRPCMethodsResponse><MethodList SOAP-ENC:arrayType="xsd:string[2]">'
                             '<string>Inform</string><string>GetRPCMethods</string></MethodList>'
                             '</cwmp:GetRPCMethodsResponse>',
            'TransferComplete': '<cwmp:TransferCompleteResponse></cwmp:TransferCompleteResponse>'}
        self.inform_answers = []        # bodies instead of the next InformResponses
        self.refusals = []              # (status, headers) of the next answers
        self.refuse_only_messages = False
        self.request_header = ''        # in requests only
        self.mistakes = {}
        self.credentials = None
        self.challenges = ['Digest realm="acs", qop="auth", nonce="n1", opaque="o", algorithm=MD5']
        self.refuse_authorizations = False
        self.cookie_path = '/'
        self.chunked = self.close = self.empty_200 = False
        self.delay = 0
        self.server = Server(('127.0.0.1', 0), Handler)
        self.server.acs = self
        self.port = self.server.server_address[1]
        self.url = f'http://127.0.0.1:{self.port}/'
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True)
        self.thread.start()

    def close_server(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def next_connection(self):
        with self.lock:
            self.connections += 1
            return self.connections

    def note_inform(self, session, message, headers, connection):
        events = [(text(event, 'EventCode'), text(event, 'CommandKey'))
                  for event in message.iter() if local(event.tag) == 'EventStruct']
        values = {text(value, 'Name'): text(value, 'Value')
                  for value in message.iter() if local(value.tag) == 'ParameterValueStruct'}
        with self.changed:
            self.informs.append(Inform(session.serial, events, int(text(message, 'RetryCount')), values,
                                       text(message, 'CurrentTime'), headers, connection, session.namespace))
            self.changed.notify_all()

    def note_answer(self, serial, message, message_id, headers):
        with self.changed:
            self.answers.append(Answer(serial, local(message.tag), message, message_id, headers))
            self.changed.notify_all()

    def wait(self, choose, what, seconds=8):
        """The first thing that choose(self) returns and that is true."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                found = choose(self)
                if found:
                    return found
                if not self.changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f'no {what} within {seconds} s; informs: '
                                         f'{[(i.serial, i.events, i.retry) for i in self.informs]}; '
                                         f'answers: {[(a.serial, a.method) for a in self.answers]}')

    def wait_inform(self, event, serial=None, key=None, after=0, seconds=8):
        """The first Inform behind the first `after` ones with this event."""
        return self.wait(lambda acs: next((inform for inform in acs.informs[after:]
                                           if serial in (None, inform.serial)
                                           and any(code == event and key in (None, command)
                                                   for code, command in inform.events)), None), event, seconds)

    def wait_answer(self, count=1, seconds=8):
        """The count-th answer of any device."""
        return self.wait(lambda acs: acs.answers[count - 1] if len(acs.answers) >= count else None,
                         f'answer number {count}', seconds)
