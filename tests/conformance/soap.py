"""SOAP and CWMP text: written by hand, so that it may be wrong on purpose; read by namespace, so that it must be right."""

import re
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CWMP = "urn:dslforum-org:cwmp-"
NAMESPACE = {"1.0": CWMP + "1-0", "1.1": CWMP + "1-1", "1.2": CWMP + "1-2", "1.3": CWMP + "1-2", "1.4": CWMP + "1-2"}
UNKNOWN_TIME = "0001-01-01T00:00:00Z"


# ---- writing

def envelope(body, message_id="1", version="1.0", headers="", namespace=None):
    """message_id None: no ID; headers: further header entries as they are; namespace: instead of the version's."""
    if message_id is not None:
        headers = f'<cwmp:ID SOAP-ENV:mustUnderstand="1">{message_id}</cwmp:ID>' + headers
    header = f"<SOAP-ENV:Header>{headers}</SOAP-ENV:Header>" if headers else ""
    return (f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}" xmlns:SOAP-ENC="{ENCODING}" xmlns:xsd="{XSD}" '
            f'xmlns:xsi="{XSI}" xmlns:cwmp="{namespace or NAMESPACE[version]}">{header}'
            f"<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>").encode()


def element(name, text, attributes=""):
    """A CR is written as a reference: as itself it would be read as LF (XML 1.0 2.11)."""
    return f"<{name}{attributes}>{escape(text, {chr(13): '&#13;'})}</{name}>"


def value(name, text, kind="xsd:string"):
    """kind None: no xsi:type"""
    typed = f' xsi:type="{kind}"' if kind is not None else ""
    return f"<ParameterValueStruct>{element('Name', name)}{element('Value', text, typed)}</ParameterValueStruct>"


def array(name, kind, members):
    return f'<{name} SOAP-ENC:arrayType="{kind}[{len(members)}]">{"".join(members)}</{name}>'


def event(code, key=""):
    return f"<EventStruct>{element('EventCode', code)}{element('CommandKey', key)}</EventStruct>"


def events(codes):
    """codes: texts, or (code, command key)"""
    return array("Event", "cwmp:EventStruct", [event(*((code,) if isinstance(code, str) else code)) for code in codes])


def device_id(who):
    return "<DeviceId>" + "".join(element(name, who[name]) for name in
                                  ("Manufacturer", "OUI", "ProductClass", "SerialNumber")) + "</DeviceId>"


def inform_body(who, codes=("2 PERIODIC",), values=(), **changed):
    """changed: MaxEnvelopes, CurrentTime, RetryCount as text"""
    fields = {"MaxEnvelopes": "1", "CurrentTime": "2026-01-02T03:04:05+01:00", "RetryCount": "0", **changed}
    return ("<cwmp:Inform>" + device_id(who) + events(codes) + "".join(element(*field) for field in fields.items())
            + array("ParameterList", "cwmp:ParameterValueStruct", [value(*one) for one in values]) + "</cwmp:Inform>")


def fault(code, text="reason", parameters=()):
    """A device's fault; parameters: (name, code, text)"""
    details = "".join("<SetParameterValuesFault>" + element("ParameterName", name) + element("FaultCode", number)
                      + element("FaultString", why) + "</SetParameterValuesFault>" for name, number, why in parameters)
    return ("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>"
            f"<FaultCode>{code}</FaultCode>{element('FaultString', text)}{details}</cwmp:Fault></detail></SOAP-ENV:Fault>")


def transfer_complete(key="", code="0", text="", start=UNKNOWN_TIME, end=UNKNOWN_TIME):
    return ("<cwmp:TransferComplete>" + element("CommandKey", key)
            + f"<FaultStruct><FaultCode>{code}</FaultCode>{element('FaultString', text)}</FaultStruct>"
            + element("StartTime", start) + element("CompleteTime", end) + "</cwmp:TransferComplete>")


# ---- reading

class Node:
    """An element with its namespace, and with the prefixes that were in scope where it stood."""

    def __init__(self, tag, attributes, prefixes):
        self.namespace, self.name = split(tag)
        self.attributes = {split(name): text for name, text in attributes.items()}
        self.prefixes = prefixes
        self.children = []
        self.text = ""

    def child(self, *path):
        """The first element down this path of local names, or None."""
        node = self
        for name in path:
            node = next((child for child in node.children if child.name == name), None)
            if node is None:
                return None
        return node

    def get(self, *path):
        node = self.child(*path)
        return node.text if node is not None else None

    def attribute(self, namespace, name):
        return self.attributes.get((namespace, name))

    def resolve(self, qname):
        """(namespace, local part) of a QName in the text of an attribute here; the prefix must be declared."""
        prefix, _, local = qname.rpartition(":")
        assert prefix in self.prefixes, f"prefix {prefix!r} of {qname!r} is not declared in scope"
        return self.prefixes[prefix], local

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


def split(tag):
    return tuple(tag[1:].split("}")) if tag.startswith("{") else ("", tag)


def parse(data):
    """The root Node; raises ElementTree.ParseError for what is not well-formed, namespaces included."""
    parser = ElementTree.XMLPullParser(["start", "end", "start-ns", "end-ns"])
    parser.feed(data)
    parser.close()
    scopes, pending, stack, root = [{}], 0, [], None
    for kind, what in parser.read_events():
        if kind == "start-ns":
            scopes.append({**scopes[-1], what[0]: what[1]})
            pending += 1
        elif kind == "end-ns":
            scopes.pop()
        elif kind == "start":
            node = Node(what.tag, what.attrib, scopes[-1])
            if stack:
                stack[-1].children.append(node)
            root = root or node
            stack.append(node)
        else:
            stack.pop().text = what.text or ""
    return root


class Message:
    """A CWMP message of the ACS, checked for what every one of them must be."""

    def __init__(self, data):
        self.data = data
        self.root = parse(data)
        assert (self.root.namespace, self.root.name) == (ENVELOPE, "Envelope"), "no envelope of SOAP 1.1"
        self.header = self.root.child("Header")
        body = self.root.child("Body")
        assert body is not None and body.namespace == ENVELOPE, "no Body of SOAP 1.1"
        assert len(body.children) == 1, f"{len(body.children)} method elements in one Body"
        self.method = body.children[0]
        self.name = self.method.name

    @property
    def namespace(self):
        """Of CWMP: of the method, or in a Fault of its detail."""
        if self.name == "Fault":
            return self.method.child("detail", "Fault").namespace
        return self.method.namespace

    @property
    def id(self):
        node = self.header.child("ID") if self.header is not None else None
        return node.text if node is not None else None

    def header_node(self, name):
        return self.header.child(name) if self.header is not None else None

    @property
    def fault_code(self):
        return self.method.get("detail", "Fault", "FaultCode")

    def get(self, *path):
        return self.method.get(*path)

    def names(self):
        """The strings of the one list of names in a request."""
        node = self.method.child("ParameterNames")
        return [child.text for child in node.children] if node is not None else []

    def values(self):
        """{name: (text, xsi:type as written)} of a ParameterList"""
        node = self.method.child("ParameterList")
        return {child.get("Name"): (child.get("Value"), child.child("Value").attribute(XSI, "type"))
                for child in (node.children if node is not None else [])}


def array_size(node):
    """(namespace, type, declared count) of soap-enc:arrayType"""
    text = node.attribute(ENCODING, "arrayType")
    assert text is not None, f"{node.name} has no arrayType"
    found = re.fullmatch(r"([\w:.-]+)\[(\d+)\]", text)
    assert found, f"arrayType {text!r}"
    return (*node.resolve(found.group(1)), int(found.group(2)))
