"""Files as a device fetches and sends them, and operations that carry them."""

import control
from guarded import Guarded
import soap
from suite import Case
import wire


def fetch(url, method="GET", headers=(), body=b"", connection=None):
    """One request to the URL, on a connection of its own or on this one; what came back."""
    target = wire.Target(url)
    line = connection or target.connect()
    try:
        fields = [f"Host: {target.host}", *headers]
        if body or method in ("PUT", "POST"):
            fields.append(f"Content-Length: {len(body)}")
        line.send("\r\n".join([f"{method} {target.path} HTTP/1.1", *fields, "", ""]).encode() + body)
        if method != "HEAD":
            return line.read()
        version, status, found = line.read_head()
        return wire.Answer(version, status, found, b"")
    finally:
        if connection is None:
            line.close()


def response(method, status=1, start=soap.UNKNOWN_TIME, end=soap.UNKNOWN_TIME):
    """DownloadResponse or UploadResponse"""
    return (f"<cwmp:{method}Response><Status>{status}</Status><StartTime>{start}</StartTime>"
            f"<CompleteTime>{end}</CompleteTime></cwmp:{method}Response>")


class Transfers(Case):
    def begins(self, operation, method, one=None, **arguments):
        """An operation up to its request: (device, handle, request)"""
        one = one or self.known(**self.how())[0]
        handle = self.queued(one, operation, **arguments)
        one.inform(("6 CONNECTION REQUEST",))
        return one, handle, one.until(method, one.empty()).message

    def how(self):
        """of devices"""
        return {"version": "1.2"}

    def fresh(self, **how):
        return self.known(**how)[0]

    def downloads(self, content=b"a firmware", version="2.0", one=None):
        world = one.world if one else self.world
        return self.begins("install", "Download", one, file=world.control.add_file(content, "firmware", version=version))

    def takes(self, one, request, status=1, **times):
        """The device takes the request; what the ACS asks after that."""
        return one.serve(one.say(response(request.name, status, **times), request.id))

    def returns(self, one, key, code="0", text="", events=(), version=None, **times):
        """The device comes back and tells of a transfer; what it is asked then. key: of the request"""
        if version is not None:
            one.values[one.root + "DeviceInfo.SoftwareVersion"][0] = version
        one.inform(("7 TRANSFER COMPLETE", *events, ("M Download", key)))
        answer = one.say(soap.transfer_complete(key, code, text, **times))
        self.assertEqual(answer.name, "TransferCompleteResponse")
        return one.serve(one.empty())

    def method(self, name, version="1.2", answers=None, **args):
        """That method, queued with these arguments: (request that came, outcome)"""
        one = self.fresh(version=version)
        handle = self.queued(one, "method", method=name, args=args)
        requests = [request for request in one.session(answers=answers) if request.name == name]
        self.assertEqual(len(requests), 1)
        return requests[0], self.control.outcome(handle)

    def refused(self, name, **args):
        """The ACS does not take that method with these arguments."""
        with self.assertRaises(control.Refused):
            self.queued(self.fresh(version="1.2"), "method", method=name, args=args)

    def children(self, node):
        return [child.name for child in node.children]


class Trusted(Guarded, Transfers):
    """With devices that have proved who they are: what may hold a secret goes to no others."""

    def fresh(self, **how):
        return self.enrolled(**how)
