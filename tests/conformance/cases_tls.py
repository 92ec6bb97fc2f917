"""Parts S and T: devices that come over TLS, which the proxy of contrib/examples/haproxy.cfg ends (TR-069 3.3)."""

import base64
import os
import re
import ssl

from guarded import CLOSED, Guarded
import soap
import tls
import wire

EVERYTHING = "ALL:@SECLEVEL=0"


class Behind(Guarded):
    settings = {**CLOSED, "authentication": "any", "basic_without_tls": "yes", "trusted_proxies": "127.0.0.1/32"}
    others = {"proxy": {"tls": "yes"}}

    def setUp(self):
        if self.world.given is not None:
            self.skipTest("needs an ACS that the suite may start with settings of its own")
        super().setUp()
        self.proxy = self.acs.control.proxy
        self.acs.target = self.proxy.target()

    def over(self, one, **how):
        """This device from now on comes over such a connection."""
        one.target = self.proxy.target(**how)
        return one

    def assert_refuses(self, **how):
        with self.assertRaises((ssl.SSLError, ConnectionError, wire.Closed)):
            one = self.over(self.stranger(), **how)
            one.post(one.inform_text())


class Handshake(Behind):
    def test_S_01_tls_1_2_and_later(self):
        """1.2 and 1.3 are spoken, older ones not; but for a port of their own."""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            one = self.over(self.stranger(), version=version)
            self.challenged(one)
            self.assertEqual(one.connection.socket.version(), version.name.replace("_", "."))
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            self.assert_refuses(version=version, ciphers=EVERYTHING)
            self.challenged(self.over(self.stranger(), old=True, version=version, ciphers=EVERYTHING))

    def test_S_02_the_suite_of_old_devices_is_a_choice(self):
        """TLS_RSA_WITH_AES_128_CBC_SHA alone is taken on the port for old devices, and on no other."""
        how = {"version": ssl.TLSVersion.TLSv1_2, "ciphers": "AES128-SHA:@SECLEVEL=0"}
        one = self.over(self.stranger(), old=True, **how)
        self.challenged(one)
        self.assertEqual(one.connection.socket.cipher()[0], "AES128-SHA")
        self.assert_refuses(**how)

    def test_S_03_a_tls_port_does_not_speak_in_the_clear(self):
        """A plain Inform to the TLS port is not answered as one."""
        one = self.stranger()
        one.target = wire.Target(f"http://127.0.0.1:{self.proxy.port}/")
        one.send(one.inform_text())
        one.connection.socket.settimeout(20)
        try:
            data = one.connection.socket.recv(65536)
        except ConnectionError:
            data = b""
        self.assertNotRegex(data, rb"^HTTP/1\.1 (2|401)|Envelope")

    def test_S_04_the_whole_chain_is_sent(self):
        """A device that knows the root alone verifies the certificate, for the host's name and for its address."""
        for name in (tls.NAME, "127.0.0.1"):
            self.challenged(self.over(self.stranger(), name=name))
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.over(self.stranger(), name="acs.example").connect()

    def test_S_06_who_sends_no_name_is_served(self):
        """Without SNI the same certificate is served."""
        one = self.over(self.stranger(), name=None, names=False)
        self.challenged(one)
        self.assertIn((("commonName", tls.NAME),), one.connection.socket.getpeercert()["subject"])

    def test_S_08_a_connection_per_post_is_no_burden(self):
        """A device that opens a connection for each POST goes on with its TLS session, and with its CWMP session by the cookie."""
        one = self.over(self.box(), version=ssl.TLSVersion.TLSv1_2)
        one.inform()
        one.digest, one.target.session = None, one.connection.socket.session
        for _ in range(3):
            self.assertEqual(one.say("<cwmp:GetRPCMethods/>", new=True).name, "GetRPCMethodsResponse")
            self.assertTrue(one.connection.socket.session_reused)
        one.serve(one.empty(new=True))


class Proof(Behind):
    def certified(self, common_name):
        return self.proxy.authority.issue(self.label() + re.sub(r"\W", "-", common_name), common_name)

    def name(self, one):
        return "-".join(one.who[part] for part in ("OUI", "ProductClass", "SerialNumber"))

    def test_S_09_a_client_certificate_is_proof(self):
        """A device with a certificate that verifies is let in without a challenge; one without falls back to HTTP authentication;
        one whose certificate nobody vouches for is not spoken to, and a header that says so counts for nothing."""
        one = self.stranger()
        self.over(one, certificate=self.certified(self.name(one)))
        self.assertEqual(one.session(("0 BOOTSTRAP",)), [])
        other = self.stranger()
        self.challenged(other)
        lie = other.post(other.inform_text(), headers=["X-SSL-Client-Subject: /CN=" + self.name(other)])
        self.assertEqual(lie.status, 401)
        self.assertEqual(self.with_header(other, self.header(self.digest(other))).name, "InformResponse")
        self.proxy.authority.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "lie.key", "-out", "lie.crt", "-days", "2",
                                     "-subj", "/CN=" + self.name(one))
        directory = self.proxy.authority.directory
        (directory / "lie.both").write_text("".join((directory / ("lie" + end)).read_text(encoding="ascii") for end in (".key", ".crt")), encoding="ascii")
        self.assert_refuses(certificate=directory / "lie.both", version=ssl.TLSVersion.TLSv1_2)

    def test_S_10_the_name_in_a_certificate_is_that_of_its_device(self):
        """OUI-ProductClass-SerialNumber and OUI-SerialNumber, percent-encoded, name a device; another device is refused by them."""
        one = self.stranger(SerialNumber="S10 a/b " + self.label() + device_number())
        encoded = one.who["SerialNumber"].replace(" ", "%20").replace("/", "%2F")
        for name in (f"00256D-Suite-{encoded}", f"00256D-{encoded}"):
            certificate = self.certified(name)
            self.assertEqual(self.over(self.again(one), certificate=certificate).session(), [])
            other = self.over(self.stranger(), certificate=certificate)
            self.assertIn(other.post(other.inform_text()).status, (401, 403))
            self.assertIsNone(self.control.find(other.who))
        generic = self.over(self.stranger(), certificate=self.certified("Generic gateway"))
        self.assertIn(generic.post(generic.inform_text()).status, (401, 403))

    def test_S_13_over_tls_basic_is_as_good_as_digest(self):
        """Both are offered where both are configured, and both let a device in."""
        offered = {text.split()[0].lower() for text in self.challenged(self.stranger())[0]}
        self.assertEqual(offered, {"digest", "basic"})
        one = self.stranger()
        self.assertEqual(self.with_header(one, self.header(self.digest(one))).name, "InformResponse")
        for password, status in ((self.login[1], 200), ("wrong", 401)):
            text = base64.b64encode(f"{self.login[0]}:{password}".encode()).decode()
            self.assertEqual(self.with_header(self.stranger(), "Basic " + text).status, status)

    def test_T_44_what_is_said_is_the_same_over_tls_and_without(self):
        """The same Inform and the same requests get the same bytes."""
        def said(target):
            one = self.box(SerialNumber="T44-" + device_number())
            one.target = target
            one.inform(("1 BOOT",))
            bodies = [one.say("<cwmp:GetRPCMethods/>").body, one.say("<cwmp:X_00256D_No/>").body, one.say(soap.transfer_complete("k")).body]
            one.close()
            return bodies

        plain = wire.Target(self.acs.control.plain_url)
        self.assertEqual(said(self.proxy.target()), said(plain))


def device_number():
    return os.urandom(6).hex()
