"""Part 3 of the document: who the device is, and how it lets itself be called."""

import base64
import hashlib
import re
import socket
import threading

import answers
import cpe
import farol
import messages
import rig

NETCWMP = messages.recorded("zte-zxecs-inform-1.xml")
EVCPE = messages.recorded("evcpe-request-inform-1.xml")
TR069AGENT = messages.sample("tr069agent/inform-padded-counts.xml")
EASYCWMP = messages.completed(messages.recorded("tdt-c1500-inform-http-fragment-1.http"))   # easycwmp inside
ICWMP = messages.sample("icwmp/inform-1-4.xml")
CWMP_SIM = messages.sample("cwmp-sim/inform.xml")
GENIEACS_SIM = messages.sample("genieacs-sim/inform-more-announced.xml")
THOMSON_HEAD = "thomson-inform-http-iso8859-fragment-1.http"


class Netcwmp(cpe.Login):
    """Keeps 32 characters of nonce and realm, takes the uri from the challenge's domain, and knows no qop."""

    def __init__(self):
        super().__init__(*rig.BOOTSTRAP, qop=False)

    def take(self, answer):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', answer.header("WWW-Authenticate")))
        self.nonce, self.realm, self.uri = fields["nonce"][:32], fields["realm"][:32], fields.get("domain", "")[:128]
        return True


class Door(rig.Case):
    def enrolled(self, inform, login):
        """The device came in with the bootstrap credential, and no POST of its session is challenged."""
        box = self.box(self.locked)
        answer = box.post(inform, use_cookie=False)
        self.assertEqual(answer.status, 401)
        self.assertTrue(login.take(answer))
        answer = box.post(inform, headers=[login.header()], use_cookie=False)
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), answer.body)
        request = box.post()
        self.assertEqual((request.status, request.method()), (200, "SetParameterValues"))
        self.assertEqual(box.post(answers.status(request, "SetParameterValuesResponse")).status, 204)
        return answer

    def challenge(self, inform, headers=()):
        answer = self.box(self.locked).post(inform, headers=headers)
        self.assertEqual(answer.status, 401)
        return cpe.challenges(answer)

    def test_16_netcwmp_logs_in_without_qop_by_the_uri_of_the_domain_and_once(self):
        login = Netcwmp()
        self.enrolled(NETCWMP, login)
        self.assertEqual(login.uri, "/")

    def test_17_digest_is_what_is_offered_and_evcpe_needs_an_open_door(self):
        for inform in (NETCWMP, TR069AGENT):
            self.assertEqual([scheme for scheme, _ in self.challenge(inform)], ["Digest"])
        box = self.box(self.locked)
        for _ in range(3):      # it never answers the challenge
            self.assertEqual(box.post(EVCPE).status, 401)
        self.informed(EVCPE)    # devices.authentication = none

    def test_18_cwmp_sim_is_offered_one_qop_and_its_basic_is_no_attack(self):
        unasked = cpe.basic(*rig.BOOTSTRAP)
        for scheme, fields in self.challenge(CWMP_SIM, [unasked]):
            self.assertEqual((scheme, fields["qop"], fields["algorithm"]), ("Digest", "auth", "MD5"))
        self.enrolled(CWMP_SIM, cpe.Login(*rig.BOOTSTRAP))

    def test_19_basic_with_an_empty_password_is_challenged_or_passed_over(self):
        """Thomson's own header, and genieacs-sim's two."""
        thomson = messages.recorded("thomson-st780-inform-2.xml").split(b"</soapenv:Envelope>")[0] + b"</soapenv:Envelope>"
        given = next(line for line in messages.header_lines(THOMSON_HEAD) if line.startswith("Authorization"))
        user = base64.b64decode(given.split()[2]).decode()
        self.assertEqual(user, "00147F-" + messages.serial_of(thomson) + ":")
        for inform, header in ((thomson, given), (GENIEACS_SIM, cpe.basic(messages.serial_of(GENIEACS_SIM), "")),
                               (GENIEACS_SIM, cpe.basic("", ""))):
            self.assertEqual([scheme for scheme, _ in self.challenge(inform, [header])], ["Digest"])
            self.informed(inform, headers=[header])     # where nobody is asked, it does no harm

    def test_20_an_empty_post_of_nobody_is_challenged_and_the_nonce_is_good_for_the_inform(self):
        box, login = self.box(self.locked), cpe.Login(*rig.BOOTSTRAP)
        answer = box.post()
        self.assertEqual(answer.status, 401)
        self.assertTrue(login.take(answer))
        answer = box.post(TR069AGENT, headers=[login.header()])
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), answer.body)
        self.assertEqual(box.post().method(), "SetParameterValues")

    def test_21_two_informs_on_the_wire_are_one_session(self):
        self.enrolled(EASYCWMP, cpe.Login(*rig.BOOTSTRAP))
        serial = messages.serial_of(EASYCWMP)
        count = self.locked.sql(f"SELECT count(*) FROM device_session s JOIN device d ON d.id = s.device_id WHERE d.serial = '{serial}'")
        self.assertEqual(count, "1")

    def test_21_icwmp_is_not_challenged_again_within_a_session(self):
        self.enrolled(ICWMP, cpe.Login(*rig.BOOTSTRAP))

    def test_21_sha_256_no_qop_and_basic_are_taken_where_they_are_offered(self):
        server = rig.server("any", open_door=False, settings={"devices": {
            "authentication": "any", "basic_without_tls": "yes", "digest": "md5,sha-256"}})
        for serial, login in (("SHA", cpe.Login(*rig.BOOTSTRAP, algorithm="SHA-256")),
                              ("PLAIN", cpe.Login(*rig.BOOTSTRAP, qop=False))):
            box = self.box(server)
            answer = box.enter(messages.with_serial(EASYCWMP, "00014900-" + serial), login)
            self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), (serial, answer.body))
        answer = self.box(server).post(messages.with_serial(EASYCWMP, "00014900-BASIC"), headers=[cpe.basic(*rig.BOOTSTRAP)])
        self.assertEqual((answer.status, answer.method()), (200, "InformResponse"))


class Listener:
    """A router that is called: says these bytes to the first request, and this to the others."""

    def __init__(self, first, then=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", path="/"):
        self.answers, self.requests, self.path = [first, then], [], path
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}{self.path}"

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(20)
                self.talk(peer)

    def talk(self, peer):
        text = b""
        while True:
            while b"\r\n\r\n" not in text:
                piece = peer.recv(65536)
                if not piece:
                    return
                text += piece
            head, text = text.split(b"\r\n\r\n", 1)
            self.requests.append(head.decode("latin-1"))
            answer = self.answers[min(len(self.requests), 2) - 1]
            if answer is None:      # it closes the socket without a word
                return
            peer.sendall(answer)

    def authorization(self, number=1):
        found = re.search(r"^authorization: *Digest (.*)$", self.requests[number], re.I | re.M).group(1)
        return {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]*))', found)}


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Called(rig.Case):
    def call(self, inform, listener):
        """Somebody wants something of a device that listens there; until it was called twice, or came."""
        self.addCleanup(listener.socket.close)
        inform = re.sub(rb"(ConnectionRequestURL</Name>\s*<Value[^>]*>)[^<]*", rb"\g<1>" + listener.url.encode(), inform)
        device = self.known(inform)
        action = self.server.act(device["id"], "params.get", {"names": ["InternetGatewayDevice.DeviceSummary"]})
        farol.wait_for("the device is called", lambda: len(listener.requests) >= 2)
        return inform, action

    def comes(self, inform, action):
        box, _ = self.informed(re.sub(rb"<EventCode([^>]*)>[^<]*", rb"<EventCode\g<1>>6 CONNECTION REQUEST", inform, count=1))
        request = box.post()
        self.assertEqual(request.method(), "GetParameterValues")
        box.post(answers.values(request, ("InternetGatewayDevice.DeviceSummary", "x", "string")))
        self.ended(action)

    def test_22_netcwmps_challenge_has_spaces_for_commas(self):
        listener = Listener(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest qop=\"auth\" "
                            b"nonce=\"c4ca4238a0b923820dcc509a6f75849b\" opaque=\"\" realm=\"cwmpd\"\r\nContent-Length: 0\r\n\r\n")
        inform, action = self.call(messages.with_serial(NETCWMP, "QUIRK-22-NETCWMP"), listener)
        given = listener.authorization()
        self.assertEqual((given["realm"], given["nonce"], given["qop"]), ("cwmpd", "c4ca4238a0b923820dcc509a6f75849b", "auth"))
        self.assertLessEqual(len(given["cnonce"]), 32)
        expected = md5(f"{md5('farol:cwmpd:call-me')}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{md5('GET:/')}")
        self.assertEqual(given["response"], expected)
        self.comes(inform, action)

    def test_22_a_challenge_without_qop_is_answered_without_qop(self):
        recorded = (messages.SHARED / "devices" / "messages" / "cpe-connectionrequest-challenge-noqop-1.http").read_bytes()
        listener = Listener(recorded.strip().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n\r\n", path="/64:68:0c:ff:9f:de")
        inform, action = self.call(messages.with_serial(messages.recorded("zyxel-p2601-inform-1.xml"), "QUIRK-22-NOQOP"), listener)
        given = listener.authorization()
        self.assertFalse({"qop", "nc", "cnonce", "opaque"} & set(given), given)
        ha1, ha2 = md5("farol:TR069 Client:call-me"), md5(f"GET:{listener.path}")
        self.assertEqual(given["response"], md5(f"{ha1}:{given['nonce']}:{ha2}"))
        self.comes(inform, action)

    def test_22_K8_a_socket_that_closes_without_an_answer_is_called_again(self):
        listener = Listener(None)
        inform, action = self.call(messages.with_serial(messages.recorded("zyxel-p2601-inform-2.xml"), "QUIRK-22-CLOSES"), listener)
        self.comes(inform, action)

    def test_22_tr069agent_is_called_where_it_said_last(self):
        inform = messages.with_serial(TR069AGENT, "QUIRK-22-MOVES")
        self.known(inform)      # at the port and path of its last life, where nobody listens now
        ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        listener = Listener(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
                            b"Content-Length: 0\r\n\r\n", ok, path="/Zb8840aEk1")
        inform, action = self.call(inform, listener)
        self.assertTrue(listener.requests[0].startswith("GET /Zb8840aEk1 "))
        self.comes(inform, action)

    def test_22_netcwmp_takes_the_password_to_be_called_by_and_keeps_its_user_name(self):
        """It refuses Username and Password, says yes to both of the others, and stores the password alone."""
        server, nonce = self.locked, "c4ca4238a0b923820dcc509a6f75849b"
        listener = Listener(f'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest qop="auth" nonce="{nonce}" opaque="" '
                            'realm="cwmpd"\r\nContent-Length: 0\r\n\r\n'.encode(), path="/")
        listener.answers[1] = listener.answers[0]   # it never lets anybody in: what it is told is looked at below
        self.addCleanup(listener.socket.close)
        inform = re.sub(rb"(ConnectionRequestURL</Name>\s*<Value[^>]*>)[^<]*", rb"\g<1>" + listener.url.encode(),
                        messages.with_serial(NETCWMP, "QUIRK-22-KEEPS"))
        box, login = self.box(server), Netcwmp()
        self.assertTrue(login.take(box.post(inform)))
        self.assertEqual(box.post(inform, headers=[login.header()]).method(), "InformResponse")
        request = box.post()
        request = box.reply(request, messages.sample("netcwmp/fault-inside-faultstring.xml"))
        given = re.findall(r"<Name>[^<]*\.(\w+)</Name><Value[^>]*>([^<]*)<", request.body.decode())
        self.assertEqual([name for name, _ in given], ["ConnectionRequestUsername", "ConnectionRequestPassword"])
        self.assertEqual(box.post(answers.status(request, "SetParameterValuesResponse")).status, 204)
        device = server.device("QUIRK-22-KEEPS")
        server.act(device["id"], "params.get", {"names": ["InternetGatewayDevice.DeviceSummary"]})

        def fits(number, password):
            fields = listener.authorization(number)
            ha1, ha2 = md5(f"farol:cwmpd:{password}"), md5("GET:/")
            return fields["username"] == "farol" and fields["response"] == md5(
                f"{ha1}:{nonce}:{fields['nc']}:{fields['cnonce']}:auth:{ha2}")

        def tried():
            return [number for number, text in enumerate(listener.requests) if "authorization" in text.lower()]

        farol.wait_for("its own user name is tried with the new password",
                       lambda: any(fits(number, given[1][1]) for number in tried()))
