"""Devices at a door that is shut: logging in, and being given credentials of one's own."""

import device
from suite import Case
import wire

#: with which all devices leave the factory, where the suite has started the ACS itself
FACTORY = ("bootstrap", "factory-secret")
CLOSED = {"authentication": "digest", "bootstrap_username": FACTORY[0], "bootstrap_password_file": "{directory}/bootstrap-password"}
#: what an ACS sets to give a device credentials of its own
OWN = ("Username", "Password", "ConnectionRequestUsername", "ConnectionRequestPassword")


class Guarded(Case):
    """self.acs wants to know who is there. One that was given with its credentials is taken as it is."""

    settings = CLOSED
    others = {}     # settings of other sections
    factory = FACTORY

    def setUp(self):
        self.acs, self.login = self.world, self.world.given
        if self.login is None:
            self.acs, self.login = self.world.started_with({"devices": self.settings, **self.others}), self.factory

    @property
    def control(self):
        return self.acs.control

    # ---- who comes

    def stranger(self, **how):
        """A device that logs in only where the test says so."""
        one = self.device(world=self.acs, **how)
        one.credentials = None
        return one

    def box(self, **how):
        """A device as it leaves the factory."""
        one = self.stranger(**how)
        one.credentials = self.login
        for name in OWN:
            one.values[f"{one.root}ManagementServer.{name}"] = ["", "xsd:string", True]
        return one

    def own(self, one):
        """(user, password, user for calls, password for calls) that it was given, as far as it was."""
        return tuple(one.values[f"{one.root}ManagementServer.{name}"][0] for name in OWN)

    def enrolled(self, **how):
        """A device that was switched on for the first time and has used what it was given then; that ACS must give it something."""
        one = self.box(**how)
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        user, password = self.own(one)[:2]
        self.assertTrue(user and password, "the device was given no credentials of its own")
        self.use(one, (user, password))
        one.session()
        return one

    def use(self, one, credentials):
        """From now on, on a new connection, it logs in with these."""
        one.credentials, one.digest, one.cookie = credentials, None, []
        one.close()

    def again(self, one, credentials=None):
        """The same device at another time, or who says to be it."""
        other = device.Device(self.acs, **one.who)
        other.values = {name: list(value) for name, value in one.values.items()}
        other.credentials = credentials
        self.addCleanup(other.close)
        return other

    # ---- what is said

    def challenged(self, one, body=None):
        """(challenges, the answer that carried them)"""
        answer = one.post(one.inform_text() if body is None else body)
        self.assertEqual(answer.status, 401, answer)
        return answer.all("WWW-Authenticate"), answer

    def digest(self, one, login=None):
        """The device's side of Digest, after a challenge that it has just got."""
        chosen = next(text for text in self.challenged(one)[0] if text.lower().startswith("digest"))
        return wire.Digest(*(login or self.login), chosen)

    def with_header(self, one, header, body=None):
        return one.post(one.inform_text() if body is None else body, headers=["Authorization: " + header])

    def header(self, digest, **changed):
        return digest.header("POST", self.acs.target.path, **changed)
