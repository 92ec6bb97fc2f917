"""A mail server on loopback (RFC 5321) that keeps what it is given: with STARTTLS or without, with a login or without."""

import base64
import email
import email.policy
import pathlib
import socketserver
import ssl
import threading


class Letter:
    def __init__(self, sender, to, data, secure):
        self.sender, self.to, self.secure = sender, to, secure
        self.raw = data
        self.message = email.message_from_bytes(data, policy=email.policy.default)

    def text(self):
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    def pages(self):
        return {part.get_filename(): part.get_content() for part in self.message.iter_attachments()}


class Mailbox:
    """certificate: file with a key and a certificate, for STARTTLS (or for TLS from the first byte: immediate). login: (user, password).
    refuse: command word -> reply instead of the usual one, or None. silent: takes a letter and never says so."""

    def __init__(self, certificate=None, immediate=False, login=None):
        self.letters, self.heard = [], []
        self.refuse = lambda word: None
        self.silent = False
        self.login = login
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 30

            def handle(self):
                conversation = Conversation(mailbox, self.request)
                try:
                    conversation.run(immediate)
                except (OSError, ValueError):
                    pass  # whoever speaks has gone, or does not trust us
                finally:
                    conversation.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"{'smtps' if immediate else 'smtp'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Conversation:
    def __init__(self, mailbox, connection):
        self.mailbox, self.socket = mailbox, connection
        self.secure = False
        self.signed_in = mailbox.login is None
        self.sender, self.to = None, []
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def encrypt(self):
        self.file.close()
        self.socket = self.mailbox.context.wrap_socket(self.socket, server_side=True)
        self.file = self.socket.makefile("rb")
        self.secure = True

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def run(self, immediate):
        if immediate:
            self.encrypt()
        self.say("220 mailbox.test ESMTP")
        while True:
            line = self.file.readline(2000).decode().rstrip("\r\n")
            if not line:
                return
            word, _, rest = line.partition(" ")
            self.mailbox.heard.append(line if word.upper() != "AUTH" else "AUTH")
            refused = self.mailbox.refuse(word.upper())
            if refused:
                self.say(refused)
            elif word.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                getattr(self, "on_" + word.lower(), self.unknown)(rest)

    def unknown(self, _):
        self.say("500 what?")

    def on_ehlo(self, _):
        offers = ["mailbox.test"]
        if self.mailbox.context and not self.secure:
            offers.append("STARTTLS")
        if self.mailbox.login and (self.secure or not self.mailbox.context):
            offers.append("AUTH PLAIN")
        for offer in offers[:-1]:
            self.say("250-" + offer)
        self.say("250 " + offers[-1])

    def on_starttls(self, _):
        self.say("220 go on")
        self.encrypt()

    def on_auth(self, rest):
        word, _, initial = rest.partition(" ")
        if word.upper() != "PLAIN":
            self.say("504 PLAIN only")
            return
        if not initial:
            self.say("334 ")
            initial = self.file.readline(2000).decode().strip()
        self.signed_in = tuple(base64.b64decode(initial).decode().split("\0")[1:]) == self.mailbox.login
        self.say("235 welcome" if self.signed_in else "535 no")

    def on_mail(self, rest):
        if not self.signed_in:
            self.say("530 sign in first")
            return
        self.sender = rest.split("<")[1].split(">")[0]
        self.to = []
        self.say("250 ok")

    def on_rcpt(self, rest):
        self.to.append(rest.split("<")[1].split(">")[0])
        self.say("250 ok")

    def on_data(self, _):
        self.say("354 go on")
        lines = []
        while True:
            line = self.file.readline(2000)
            if not line:
                return
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        self.mailbox.letters.append(Letter(self.sender, self.to, b"".join(lines), self.secure))
        if self.mailbox.silent:
            raise OSError("silent")
        self.say("250 taken")

    def on_rset(self, _):
        self.say("250 ok")


def make_authority(directory):
    """A certificate of 127.0.0.1 with its key in one file, and itself as who vouches for it."""
    from tracker import make_certificate  # pylint: disable=import-outside-toplevel

    path = pathlib.Path(directory) / "mail.pem"
    make_certificate(str(path))
    return str(path), f"{path}.crt"
