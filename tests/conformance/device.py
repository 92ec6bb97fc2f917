"""A device under the hand of a test: who it is, its HTTP connection and its sessions."""

import itertools
import os

import soap
import wire

_numbers = itertools.count(1)
_run = os.urandom(3).hex().upper()

Drop = object()     # as an answer: reset the connection, and say nothing
Empty = object()    # as an answer: an empty POST in place of one


class Reply(wire.Answer):
    """An HTTP answer with the CWMP message in it."""

    def __init__(self, answer):
        super().__init__(answer.version, answer.status, answer.headers, answer.body)
        self.message = soap.Message(answer.body) if answer.body and answer.status == 200 else None

    @property
    def name(self):
        return self.message.name if self.message else None


class Device:
    def __init__(self, world, label="C", version="1.0", root="InternetGatewayDevice.", **who):
        self.world, self.version, self.root = world, version, root
        self.target = world.target
        self.who = {"Manufacturer": "Conformance", "OUI": "00256D", "ProductClass": "Suite",
                    "SerialNumber": f"{label}-{_run}-{next(_numbers)}", **who}
        self.connection, self.cookie, self.digest = None, [], None
        self.credentials = world.credentials(self.who)
        self.attributes = {}    # name: [notification, entities] of parameters where they are not as in the factory
        self.values = {     # name: [value, type, writable]
            root + "DeviceInfo.HardwareVersion": ["R1", "xsd:string", False],
            root + "DeviceInfo.SoftwareVersion": ["3.0.21", "xsd:string", False],
            root + "DeviceInfo.ProvisioningCode": ["", "xsd:string", True],
            root + "DeviceInfo.UpTime": ["1000", "xsd:unsignedInt", False],
            root + "ManagementServer.ParameterKey": ["", "xsd:string", False],
            root + "ManagementServer.ConnectionRequestURL": ["", "xsd:string", False],
            root + "ManagementServer.PeriodicInformInterval": ["300", "xsd:unsignedInt", True],
        }

    # ---- HTTP

    def connect(self):
        self.close()
        self.connection = self.target.connect()
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def head(self, length, headers=(), drop=(), line=None):
        """The head of a POST; headers replace those of the same name, drop leaves names out."""
        fields = {"Host": self.target.host}
        if length is not None:
            fields["Content-Length"] = str(length)
        if length != 0:
            fields.update({"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'})
        if self.cookie:
            fields["Cookie"] = "; ".join(self.cookie)
        if self.digest is not None:
            fields["Authorization"] = self.digest.header("POST", self.target.path)
        given = [text.partition(":")[0].lower() for text in headers]
        lines = [line or f"POST {self.target.path} HTTP/1.1"]
        lines += [f"{name}: {text}" for name, text in fields.items() if name.lower() not in given + [d.lower() for d in drop]]
        return "\r\n".join(lines + list(headers)).encode("utf-8") + b"\r\n\r\n"

    def send(self, body=b"", head=None, **how):
        if self.connection is None:
            self.connect()
        self.connection.send((head or self.head(len(body), **how)) + body)

    def read(self):
        answer = self.connection.read()
        if answer.cookies():
            self.cookie = answer.cookies()
        if answer.closes():
            self.close()
        return Reply(answer)

    def post(self, body=b"", new=False, **how):
        """One POST and its answer; a challenge is answered once, as every device does."""
        if new:
            self.close()
        self.send(body, **how)
        answer = self.read()
        if answer.status != 401 or self.credentials is None or self.digest is not None:
            return answer
        self.digest = wire.Digest(*self.credentials, answer.header("WWW-Authenticate"))
        self.send(body, **how)
        return self.read()

    # ---- CWMP

    def forced(self):
        return [(name, self.values[name][0], self.values[name][1]) for name in
                (self.root + part for part in ("DeviceInfo.HardwareVersion", "DeviceInfo.SoftwareVersion",
                                               "ManagementServer.ParameterKey", "DeviceInfo.UpTime",
                                               "ManagementServer.ConnectionRequestURL")) if name in self.values]

    def inform_text(self, codes=("2 PERIODIC",), values=(), message_id="1", headers="", namespace=None, **fields):
        return soap.envelope(soap.inform_body(self.who, codes, list(self.forced()) + list(values), **fields),
                             message_id, self.version, headers, namespace)

    def inform(self, codes=("2 PERIODIC",), values=(), new=False, **fields):
        """An Inform that must be answered by an InformResponse."""
        answer = self.post(self.inform_text(codes, values, **fields), new=new)
        assert (answer.status, answer.name) == (200, "InformResponse"), answer
        return answer

    def say(self, body, message_id="2", **how):
        """A message of this device with that body."""
        return self.post(soap.envelope(body, message_id, self.version), **how)

    def empty(self, **how):
        return self.post(b"", **how)

    def session(self, codes=("2 PERIODIC",), answers=None, values=(), most=100):
        """A whole session; returns the requests of the ACS. answers: {method: body, Drop, Empty or function}."""
        self.inform(codes, values)
        return self.serve(self.empty(), answers, most)

    def until(self, method, answer):
        """Answers requests as usual until this method is asked; the answer of the ACS that asks it."""
        while answer.status == 200 and answer.name != method:
            answer = self.say(self.respond(answer.message, {}), answer.message.id)
        assert answer.name == method, answer
        return answer

    def serve(self, answer, answers=None, most=100):
        """Answers requests until the 204, starting with this answer of the ACS; returns them."""
        seen = []
        while answer.status == 200:
            seen.append(answer.message)
            assert len(seen) <= most, f"{most} requests in one session and no end"
            body = self.respond(answer.message, answers or {})
            if body is Drop:
                self.connection.reset()
                self.connection = None
                return seen
            answer = self.empty() if body is Empty else self.say(body, answer.message.id)
        assert answer.status == 204, answer
        return seen

    def respond(self, message, answers):
        chosen = answers.get(message.name, answers.get("*"))
        if callable(chosen):
            chosen = chosen(message)
        if chosen is not None:
            return chosen
        handler = getattr(self, "do_" + message.name, None)
        return handler(message) if handler else soap.fault(9000)

    # ---- what it does when it is asked and the test says nothing

    def matching(self, path):
        return [name for name in self.values if name == path or not path or (path.endswith(".") and name.startswith(path))]

    def do_GetParameterValues(self, message):
        found = []
        for path in message.names():
            names = self.matching(path)
            if not names:
                return soap.fault(9005)
            found += names
        return self.values_response(found)

    def values_response(self, names):
        return ("<cwmp:GetParameterValuesResponse>" + soap.array("ParameterList", "cwmp:ParameterValueStruct", [
            soap.value(name, *self.values[name][:2]) for name in names]) + "</cwmp:GetParameterValuesResponse>")

    def do_GetParameterNames(self, message):
        names = {}
        for name in self.matching(message.get("ParameterPath")):
            parts = name.split(".")
            names.update({".".join(parts[:depth]) + ".": False for depth in range(1, len(parts))})
            names[name] = self.values[name][2]
        path = message.get("ParameterPath") or ""
        kept = [name for name in names if name.startswith(path)]
        if not kept:
            return soap.fault(9005)
        return self.names_response([(name, names[name]) for name in kept])

    def names_response(self, pairs):
        return ("<cwmp:GetParameterNamesResponse>" + soap.array("ParameterList", "cwmp:ParameterInfoStruct", [
            f"<ParameterInfoStruct>{soap.element('Name', name)}<Writable>{int(writable)}</Writable></ParameterInfoStruct>"
            for name, writable in pairs]) + "</cwmp:GetParameterNamesResponse>")

    def do_SetParameterValues(self, message):
        wrong = [name for name in message.values() if name not in self.values]
        if wrong:
            return soap.fault(9003, parameters=[(name, "9005", "unknown") for name in wrong])
        for name, (text, _) in message.values().items():
            self.values[name][0] = text
        self.values[self.root + "ManagementServer.ParameterKey"][0] = message.get("ParameterKey") or ""
        return "<cwmp:SetParameterValuesResponse><Status>0</Status></cwmp:SetParameterValuesResponse>"

    def do_Reboot(self, _message):
        return "<cwmp:RebootResponse/>"

    def do_FactoryReset(self, _message):
        return "<cwmp:FactoryResetResponse/>"

    def do_ScheduleInform(self, _message):
        return "<cwmp:ScheduleInformResponse/>"

    def do_SetParameterAttributes(self, message):
        for node in message.method.child("ParameterList").children:
            for name in self.matching(node.get("Name")):
                now = self.attributes.setdefault(name, ["0", ["Subscriber"]])
                if node.get("NotificationChange") in ("1", "true"):
                    now[0] = node.get("Notification")
                if node.get("AccessListChange") in ("1", "true"):
                    now[1] = [child.text for child in node.child("AccessList").children]
        return "<cwmp:SetParameterAttributesResponse/>"

    def do_Download(self, _message):
        return (f"<cwmp:DownloadResponse><Status>1</Status><StartTime>{soap.UNKNOWN_TIME}</StartTime>"
                f"<CompleteTime>{soap.UNKNOWN_TIME}</CompleteTime></cwmp:DownloadResponse>")

    def do_Upload(self, message):
        return self.do_Download(message).replace("Download", "Upload")

    def do_ScheduleDownload(self, _message):
        return "<cwmp:ScheduleDownloadResponse/>"

    def do_CancelTransfer(self, _message):
        return "<cwmp:CancelTransferResponse/>"

    def do_ChangeDUState(self, _message):
        return "<cwmp:ChangeDUStateResponse/>"

    def do_GetAllQueuedTransfers(self, _message):
        return "<cwmp:GetAllQueuedTransfersResponse>" + soap.array("TransferList", "cwmp:AllQueuedTransferStruct", []) \
            + "</cwmp:GetAllQueuedTransfersResponse>"

    def do_GetQueuedTransfers(self, _message):
        return "<cwmp:GetQueuedTransfersResponse>" + soap.array("TransferList", "cwmp:QueuedTransferStruct", []) \
            + "</cwmp:GetQueuedTransfersResponse>"

    def do_GetParameterAttributes(self, message):
        found = [name for path in message.names() for name in self.matching(path)]
        return self.attributes_response([(name, *self.attributes.get(name, ["0", ["Subscriber"]])) for name in found])

    def attributes_response(self, rows):
        """rows: (name, notification, entities)"""
        return "<cwmp:GetParameterAttributesResponse>" + soap.array("ParameterList", "cwmp:ParameterAttributeStruct", [
            f"<ParameterAttributeStruct>{soap.element('Name', name)}<Notification>{notification}</Notification>"
            + soap.array("AccessList", "xsd:string", [soap.element("string", entity) for entity in entities]) + "</ParameterAttributeStruct>"
            for name, notification, entities in rows]) + "</cwmp:GetParameterAttributesResponse>"

    def do_GetRPCMethods(self, _message):
        names = ["GetRPCMethods", *(name[3:] for name in dir(self) if name.startswith("do_"))]
        return ("<cwmp:GetRPCMethodsResponse>"
                + soap.array("MethodList", "xsd:string", [soap.element("string", name) for name in names])
                + "</cwmp:GetRPCMethodsResponse>")
