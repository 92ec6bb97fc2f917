"""The north side of the ACS under test: how an RPC is queued, and what the ACS says of a device.

A test that needs it takes it from its world. Without an adapter such a test is counted as not run, never as passed. An
adapter for another ACS is a class with the methods of Control.
"""

import datetime
import json
import unittest
import urllib.error
import urllib.parse
import urllib.request


class NotRun(unittest.SkipTest):
    """The test could not be run; the reason is what is missing."""


class Control:
    """What an adapter offers. Operations: get(names), set(values), names(path), reboot(), add(object, values), delete(object),
    reset(), schedule(delay_s), install(file), backup(), restore(file), log(), transfers(), cancel_transfer(command_key),
    attributes(names), set_attributes(…), rotate(), modules(operations), method(method, args)."""

    #: (user, password) with which the ACS lets itself be known to devices that it calls
    call_credentials = None
    #: (host, port) where the ACS answers STUN
    stun_address = None
    #: what ends TLS in front of it (tls.Proxy)
    proxy = None
    #: where it is reached without
    plain_url = None

    def find(self, who):
        """{'id', 'software_version', 'connection_request_url', 'cwmp_version', 'root', …} of a device, or None."""
        raise NotRun("needs a control adapter")

    def count(self, serial):
        """Devices with this serial number."""
        raise NotRun("needs a control adapter")

    def queue(self, device, operation, **arguments):
        """A handle; raises Refused when the ACS does not take the operation."""
        raise NotRun("needs a control adapter")

    def outcome(self, handle):
        """{'state': open | succeeded | failed | …, 'code', 'fault', 'text', 'parameters', 'result', 'lasts_s': until it expires}"""
        raise NotRun("needs a control adapter")

    def cancel(self, handle):
        raise NotRun("needs a control adapter")

    def register(self, who, credentials=None):
        """Makes a device known before it comes, with the (user, password) that it has; its handle as find() has it."""
        raise NotRun("needs a control adapter")

    def add_file(self, content, kind, name="file.bin", **about):
        """A file that devices may be given; about: version, product_class. Its handle."""
        raise NotRun("needs a control adapter")

    def received(self, handle):
        """What a device has sent for this operation, or None."""
        raise NotRun("needs a control adapter")

    def stored(self, device, path):
        """{name: (value, type)} as the ACS keeps them"""
        raise NotRun("needs a control adapter")

    def events(self, device):
        """[(code, command key)], newest first"""
        raise NotRun("needs a control adapter")

    def sessions(self, device):
        """[{'result', 'detail', 'requests', 'events'}], newest first"""
        raise NotRun("needs a control adapter")

    def admit(self, who):
        """Makes the ACS accept this device; returns its (user, password), or None when none are asked for."""
        return None

    def started_with(self, settings):
        """(url, control) of another ACS of the same kind that was started with these settings."""
        raise NotRun("needs an ACS that the suite may start with settings of its own")

    def crash(self):
        """Kills the ACS without warning and starts it again."""
        raise NotRun("needs an ACS that the suite has started itself")

    def without_storage(self):
        """A context in which the ACS can store nothing."""
        raise NotRun("needs an ACS that the suite has started itself")


class Refused(Exception):
    """The ACS did not take an operation."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem}")
        self.status, self.problem = status, problem


class Farol(Control):
    TYPES = {"get": "params.get", "set": "params.set", "names": "refresh", "reboot": "reboot", "add": "object.add",
             "delete": "object.delete", "reset": "factory_reset", "schedule": "inform.schedule", "install": "firmware.install",
             "backup": "config.backup", "restore": "config.restore", "log": "log.fetch", "transfers": "transfers.list",
             "cancel_transfer": "transfer.cancel", "attributes": "attributes.get", "set_attributes": "attributes.set",
             "rotate": "credentials.rotate", "modules": "software.change", "method": "rpc",
             "ping": "diag.ping", "trace": "diag.traceroute", "download_test": "diag.download", "upload_test": "diag.upload"}

    def __init__(self, api, token, launcher=None):
        self.api, self.token, self.launcher = api.rstrip("/"), token, launcher
        self.call_credentials = launcher.call_credentials if launcher else None

    def call(self, method, path, body=None, headers=()):
        """body: an object, or the bytes of a file"""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        return json.loads(self.read(method, path, data, {"Content-Type": kind, **dict(headers)} if data is not None else headers) or b"null")

    def read(self, method, path, data=None, headers=()):
        request = urllib.request.Request(f"{self.api}/api/v1{path}", data, method=method,
                                         headers={"Authorization": f"Bearer {self.token}", **dict(headers)})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read() or b"null")) from None

    def all(self, serial):
        found = self.call("GET", "/devices?limit=200&serial=" + urllib.parse.quote(serial[:64]))["data"]
        return [device for device in found if device["serial"] == serial]

    def find(self, who):
        return next((device for device in self.all(who["SerialNumber"])
                     if device["oui"] == who["OUI"].upper() and device["product_class"] == who["ProductClass"]), None)

    def count(self, serial):
        return len(self.all(serial))

    def queue(self, device, operation, **arguments):
        params = dict(arguments)
        options = params.pop("options", {})
        if "values" in params:
            params["values"] = [dict(zip(("name", "value", "type"), one)) for one in params["values"]]
        body = {"type": self.TYPES.get(operation, operation), "params": params, **options}
        return self.call("POST", f"/devices/{device['id']}/actions", body)["id"]

    def outcome(self, handle):
        action = self.call("GET", f"/actions/{handle}")
        ended = action["state"] in ("succeeded", "failed", "expired", "cancelled")
        failure = action["failure"] or {}
        return {"state": action["state"] if ended else "open", "stage": action["state"], "code": failure.get("code"),
                "fault": failure.get("cwmp_fault"), "text": failure.get("detail") or "", "failure": failure,
                "parameters": failure.get("parameters") or [], "result": action["result"],
                "evidence": action["evidence"], "wake": action["wake"],
                "lasts_s": (self.time(action["expires_at"]) - self.time(action["created_at"])).total_seconds()}

    @staticmethod
    def time(text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

    def cancel(self, handle):
        self.call("POST", f"/actions/{handle}/cancel", {})

    def register(self, who, credentials=None):
        told = dict(zip(("username", "password"), credentials or ()))
        return self.call("POST", "/devices", {"oui": who["OUI"], "product_class": who["ProductClass"], "serial": who["SerialNumber"], **told})

    def add_file(self, content, kind, name="file.bin", **about):
        query = urllib.parse.urlencode({"name": name, "kind": kind, **about})
        return self.call("POST", f"/files?{query}", content)["id"]

    def received(self, handle):
        result = self.call("GET", f"/actions/{handle}")["result"] or {}
        return self.read("GET", f"/files/{result['file']}/content") if "file" in result else None

    def stored(self, device, path):
        rows = self.call("GET", f"/devices/{device['id']}/parameters?limit=1000&path={urllib.parse.quote(path)}")["data"]
        return {row["name"]: (row["value"], row["type"]) for row in rows}

    def events(self, device):
        rows = self.call("GET", f"/devices/{device['id']}/events?limit=200")["data"]
        return [(row["code"], row["command_key"]) for row in rows]

    def sessions(self, device):
        return self.call("GET", f"/devices/{device['id']}/sessions?limit=100")["data"]

    def started_with(self, settings):
        if self.launcher is None:
            return super().started_with(settings)
        return self.launcher.started_with(settings)

    def crash(self):
        return self.launcher.crash() if self.launcher else super().crash()

    def without_storage(self):
        return self.launcher.without_storage() if self.launcher else super().without_storage()
