"""What simulated homes do for the server: files, attributes, software; they are written against the standard."""

import http.client
import json
import unittest

import farol

MODELS = ("gpon181", "gpon098", "dsl098", "cheap098")


class Case(unittest.TestCase):
    settings = {}
    models = "gpon181"
    homes = 1

    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(cls.close)
        port = farol.free_port()
        cls.server = farol.Server({"listen": {"files": f"127.0.0.1:{port}"}, **cls.settings}, open_door=False)
        cls.server.settings["files"] = {"directory": str(cls.server.directory / "files"), "url": f"http://127.0.0.1:{port}",
                                        "keep_free": "0"}
        cls.server.start()
        cls.fleet = farol.Homes(cls.server, cls.homes, interval=30,
                                extra=("--models", cls.models, "--start-spread", "0", "--username", "bootstrap",
                                       "--password", farol.BOOTSTRAP))
        cls.serials = farol.wait_for("the homes are there", cls.ready)

    @classmethod
    def ready(cls):
        serials = cls.fleet.ask("list")
        bound = cls.server.sql("SELECT count(*) FROM device_hot WHERE enrolment = 2")
        return serials if bound == str(cls.homes) else None

    @classmethod
    def close(cls):
        try:
            if hasattr(cls, "fleet"):
                cls.fleet.close()  # a violation of the standard by the server is a failure
        finally:
            cls.server.close()

    def setUp(self):
        self.serial = self.serials[0]
        self.id = self.server.device(self.serial)["id"]
        self.fleet.ask(f"odd {self.serial} nothing")

    def root(self, serial):
        return "Device." if self.fleet.ask(f"home {serial}")["model"] == "gpon181" else "InternetGatewayDevice."

    def add(self, name, content, kind="firmware", **query):
        target = f"/api/v1/files?name={name}&kind={kind}" + "".join(f"&{key}={value}" for key, value in query.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        connection.request("POST", target, content, {"Authorization": f"Bearer {self.server.token}",
                                                     "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.assertIn(answer.status, (200, 201), body)
        return body["id"]

    def does(self, kind, params=None, serial=None, wait=30):
        action = self.server.act(self.server.device(serial or self.serial)["id"], kind, params)
        return self.server.wait_action(action["id"], wait)

    def value(self, path, serial=None):
        return self.fleet.ask(f"get {serial or self.serial} {path}")["value"]

    def journal(self, did, key):
        return [row for row in self.fleet.executed(did) if row.get("command_key") == key]


class Firmware(Case):
    models = ",".join(MODELS)
    homes = 4

    def install(self, version, serial=None, content=b"", name=None):
        file = self.add(name or f"fw-{version}.bin", content or f"image {version}\n".encode() * 4000, version=version)
        return self.does("firmware.install", {"file": file}, serial)

    def test_every_model_installs_a_firmware(self):
        for serial in self.serials:
            with self.subTest(serial=serial):
                ended = self.install("9.1.0", serial)
                self.assertEqual(ended["state"], "succeeded", ended)
                self.assertEqual(ended["evidence"]["version"], "9.1.0")
                self.assertEqual(self.value(self.root(serial) + "DeviceInfo.SoftwareVersion", serial), "9.1.0")
                self.assertEqual([row["version"] for row in self.journal("Download", ended["id"])], ["9.1.0"])

    def test_the_content_may_name_the_version(self):
        ended = self.install("9.2.0", content=b"version=9.2.0\n\nrest", name="image.bin")
        self.assertEqual((ended["state"], ended["evidence"]["version"]), ("succeeded", "9.2.0"))

    def test_a_file_that_is_no_firmware_fails_with_the_devices_reason(self):
        ended = self.install("9.4.0", name="noversion.bin", content=b"x" * 100)
        self.assertEqual((ended["state"], ended["failure"]["cwmp_fault"]), ("failed", 9018), ended)

    def told(self, action_id, count=1):
        """The server's record of the TransferCompletes of this action."""
        query = f"SELECT sum(copies) FROM transfer_report WHERE action_id = '{action_id}'"
        farol.wait_for(f"{count} TransferComplete", lambda: self.server.sql(query) == str(count))

    def test_a_late_word_is_not_needed_and_is_kept(self):
        self.fleet.ask(f"odd {self.serial} late")
        ended = self.install("9.5.0")
        self.assertEqual(ended["state"], "succeeded", ended)
        self.assertNotIn("transfer_complete", ended["evidence"])
        self.told(ended["id"])
        self.assertTrue(self.server.action(ended["id"])["evidence"]["transfer_complete"]["late"])

    def test_each_oddity_of_a_good_device_ends_well(self):
        for number, odd in enumerate(("never", "twice", "same-session", "wrong-key", "at-once")):
            with self.subTest(odd=odd):
                self.fleet.ask(f"odd {self.serial} {odd}")
                ended = self.install(f"9.6.{number}")
                self.assertEqual((ended["state"], ended["evidence"]["version"]), ("succeeded", f"9.6.{number}"), ended)
                if odd == "twice":
                    self.told(ended["id"], 2)
                if odd == "wrong-key":
                    farol.wait_for("the other key is kept", lambda: self.server.sql(
                        "SELECT count(*) FROM transfer_report WHERE command_key = 'of nobody'") != "0")
                self.fleet.ask(f"odd {self.serial} nothing")

    def test_what_an_image_says_is_what_homes_do(self):
        cases = (("corrupt", "failed", 9018), ("download_fails", "failed", 9010), ("hides_version", "failed", None), ("never_tells", "succeeded", None),
                 ("tells_thrice", "succeeded", None))
        for number, (behaviour, state, fault) in enumerate(cases):
            version = f"9.7.{number}"
            with self.subTest(behaviour=behaviour):
                ended = self.install(version, content=farol.firmware_image(version, **{behaviour: 100}))
                self.assertEqual((ended["state"], (ended.get("failure") or {}).get("cwmp_fault")), (state, fault), ended)
                self.assertEqual(self.fleet.downloads(version), {self.serial: 1})
                self.assertEqual(self.fleet.installs(version), {} if fault else {self.serial: 1})
                if behaviour == "tells_thrice":
                    self.told(ended["id"], 3)
        self.assertEqual(self.fleet.ended(), {})


class Configuration(Case):
    models = ",".join(MODELS)
    homes = 4

    def test_a_backup_brings_back_what_was_set(self):
        for serial in self.serials:
            with self.subTest(serial=serial):
                name = self.root(serial) + "Time.NTPServer1"
                self.does("params.set", {"values": [{"name": name, "value": "before.example"}]}, serial)
                backup = self.does("config.backup", None, serial)
                self.assertEqual(backup["state"], "succeeded", backup)
                self.does("params.set", {"values": [{"name": name, "value": "after.example"}]}, serial)
                restored = self.does("config.restore", {"file": backup["result"]["file"]}, serial)
                self.assertEqual(restored["state"], "succeeded", restored)
                self.assertEqual(self.value(name, serial), "before.example")

    def test_what_is_no_configuration_is_refused_by_the_device(self):
        file = self.add("other.cfg", b"nonsense", kind="config")
        for serial in self.serials[:2]:  # one tells it by TransferComplete, one by a Fault
            ended = self.does("config.restore", {"file": file}, serial)
            self.assertEqual((ended["state"], ended.get("failure", {}).get("cwmp_fault")), ("failed", 9018), ended)

    def test_a_log_is_fetched(self):
        ended = self.does("log.fetch")
        self.assertEqual(ended["state"], "succeeded", ended)
        done = farol.subprocess.run([farol.ACSCTL, "files", "get", ended["result"]["file"]], capture_output=True, check=True, env={
            **farol.os.environ, "ACSCTL_URL": f"http://127.0.0.1:{self.server.api_port}", "ACSCTL_TOKEN": self.server.token})
        self.assertIn(f"log of {self.serial}".encode(), done.stdout)


class Attributes(Case):
    def informs(self):
        return int(self.server.sql(f"SELECT session_no FROM device_hot JOIN device ON id = device_id WHERE serial = '{self.serial}'"))

    def test_what_was_set_survives_a_factory_reset(self):
        ssid, channel = "Device.WiFi.SSID.1.SSID", "Device.WiFi.Radio.1.Channel"
        ended = self.does("attributes.set", {"attributes": [{"name": ssid, "notification": 2}, {"name": channel, "notification": 1}]})
        self.assertEqual(ended["state"], "succeeded", ended)
        before = self.informs()
        self.fleet.ask(f"set {self.serial} {channel} 3")  # passive: nobody is told now
        self.fleet.ask(f"set {self.serial} {ssid} Nova")  # active: a session at once, which brings both
        farol.wait_for("the change was told", lambda: self.informs() > before)
        values = farol.wait_for("both values are known", lambda: self.stored(ssid, channel))
        self.assertEqual(values, {ssid: "Nova", channel: "3"})
        self.assertEqual(self.does("factory_reset")["state"], "succeeded")
        again = farol.wait_for("they are set again", lambda: self.restored())
        self.assertEqual(again["state"], "succeeded", again)
        ended = self.does("attributes.get", {"names": [ssid, channel]})
        self.assertEqual([row["notification"] for row in ended["result"]["attributes"]], [2, 1])

    def stored(self, *names):
        found = {}
        for name in names:
            _, page = self.server.api("GET", f"/devices/{self.id}/parameters?path={name}")
            found.update({row["name"]: row["value"] for row in page["data"]})
        return found if found.get(names[0]) == "Nova" and found.get(names[1]) == "3" else None

    def restored(self):
        _, page = self.server.api("GET", f"/devices/{self.id}/actions?state=ended")
        return next((row for row in page["data"] if row["type"] == "attributes.restore"), None)

    def test_what_may_not_be_told_is_refused_alone(self):
        names = {"Device.DeviceInfo.UpTime": 2, "Device.DeviceInfo.ProvisioningCode": 0, "Device.Time.NTPServer1": 2}
        ended = self.does("attributes.set", {"attributes": [{"name": name, "notification": number}
                                                            for name, number in names.items()]})
        self.assertEqual((ended["state"], ended["failure"]["code"]), ("failed", "partly_refused"), ended)
        self.assertEqual(ended["result"]["refused"], ["Device.DeviceInfo.UpTime", "Device.DeviceInfo.ProvisioningCode"])
        _, page = self.server.api("GET", f"/devices/{self.id}/attributes")
        self.assertIn("Device.Time.NTPServer1", [row["path"] for row in page["data"]])


class Software(Case):
    UUID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"

    @classmethod
    def setUpClass(cls):
        cls.shelf = farol.Shelf({"/module-1.0.pkg": b"one", "/module-2.0.pkg": b"two", "/nothing.pkg": b"no version"})
        cls.addClassCleanup(cls.shelf.close)
        super().setUpClass()

    def change(self, *operations, wait=30):
        return self.does("software.change", {"operations": list(operations)}, wait=wait)

    def install(self, name="/module-1.0.pkg", uuid=UUID):
        return self.change({"operation": "install", "url": self.shelf.url + name, "uuid": uuid})

    def shown(self, member):
        return self.fleet.ask(f"get {self.serial} Device.SoftwareModules.DeploymentUnit.1.{member}").get("value")

    def tearDown(self):
        self.fleet.ask(f"odd {self.serial} nothing")
        self.change({"operation": "uninstall", "uuid": self.UUID})

    def test_a_module_is_installed_updated_and_uninstalled(self):
        ended = self.install()
        self.assertEqual(ended["state"], "succeeded", ended)
        [result] = ended["result"]["results"]
        self.assertEqual((result["operation"], result["state"], result["version"], result["uuid"], result["seen"]),
                         ("install", "Installed", "1.0", self.UUID, "Installed"))
        self.assertEqual(ended["evidence"]["seen"], {"Device.SoftwareModules.DeploymentUnit.1.Status": "Installed"})
        ended = self.change({"operation": "update", "uuid": self.UUID, "url": self.shelf.url + "/module-2.0.pkg"})
        self.assertEqual((ended["state"], self.shown("Version")), ("succeeded", "2.0"), ended)
        ended = self.change({"operation": "uninstall", "uuid": self.UUID})
        self.assertEqual((ended["state"], ended["result"]["results"][0]["seen"]), ("succeeded", "no longer there"), ended)
        self.assertIsNone(self.shown("Version"))

    def test_each_operation_has_its_own_fault(self):
        ended = self.change({"operation": "install", "url": self.shelf.url + "/module-1.0.pkg", "uuid": self.UUID},
                            {"operation": "install", "url": self.shelf.url + "/not-there.pkg"},
                            {"operation": "uninstall", "uuid": self.UUID.replace("6", "7")})
        self.assertEqual((ended["state"], ended["failure"]["code"], ended["failure"]["cwmp_fault"]),
                         ("failed", "partly_failed", 9016), ended)
        self.assertEqual([row["fault"] for row in ended["result"]["results"]], [0, 9016, 9028])
        self.assertEqual(self.shown("Status"), "Installed")
        self.assertEqual(self.install()["failure"]["cwmp_fault"], 9026)  # it is there already
        [told] = [row for row in self.events() if row["command_key"] == ended["id"] and row["detail"]]
        self.assertEqual([row["Fault"]["FaultCode"] for row in told["detail"]["Results"]], [0, 9016, 9028])

    def events(self):
        return self.server.ctl("events", "list", self.serial, "--limit", "100")["data"]

    def test_a_device_that_lies_is_found_out(self):
        self.fleet.ask(f"odd {self.serial} lies")
        ended = self.install()
        self.assertEqual((ended["state"], ended["failure"]["code"]), ("failed", "not_applied"), ended)
        self.assertIn("Installing", ended["failure"]["detail"])

    def test_acsctl_does_the_same(self):
        done = self.server.ctl("software", "install", self.serial, self.shelf.url + "/module-1.0.pkg", self.UUID, "--wait=60s")
        self.assertEqual(done["state"], "succeeded", done)
        done = self.server.ctl("software", "uninstall", self.serial, self.UUID, "--wait=60s")
        self.assertEqual(done["state"], "succeeded", done)

    def test_what_is_asked_for_wrongly_is_refused(self):
        for operation, pointer in (({"operation": "install"}, "/params/operations/0/url"),
                                   ({"operation": "uninstall", "uuid": "x"}, "/params/operations/0/uuid"),
                                   ({"operation": "update"}, "/params/operations/0/uuid")):
            status, problem = self.server.api("POST", f"/devices/{self.id}/actions",
                                              {"type": "software.change", "params": {"operations": [operation]}})
            self.assertEqual((status, problem["errors"][0]["pointer"]), (422, pointer), problem)


class Scheduled(Case):
    models = "gpon098"

    def schedule(self, name, content, start, end, **window):
        file = self.add(name, content, version="8.1")
        return self.does("download.schedule", {"file": file, "windows": [{"start_s": start, "end_s": end, **window}]}, wait=40)

    def test_a_firmware_is_installed_in_its_window(self):
        begun = farol.time.monotonic()
        ended = self.schedule("fw-8.1.bin", b"x" * 1000, 2, 60)
        self.assertEqual((ended["state"], ended["evidence"]["version"]), ("succeeded", "8.1"), ended)
        self.assertGreaterEqual(farol.time.monotonic() - begun, 2)

    def test_what_cannot_be_done_in_it_is_9020(self):
        ended = self.schedule("noversion.bin", b"x" * 1000, 0, 3, max_retries=2)
        self.assertEqual((ended["state"], ended["failure"]["cwmp_fault"]), ("failed", 9020), ended)
        ended = self.schedule("fw-8.1.bin", b"x" * 1000, 0, 3, mode="confirm", message="Atualizar agora?")
        self.assertEqual((ended["state"], ended["failure"]["cwmp_fault"]), ("failed", 9020), ended)

    def test_it_waits_in_the_queue_and_can_be_cancelled(self):
        file = self.add("fw-8.1.bin", b"x" * 1000, version="8.1")
        action = self.server.act(self.id, "download.schedule", {"file": file, "windows": [{"start_s": 3600, "end_s": 7200}]})
        farol.wait_for("it is queued", lambda: self.server.action(action["id"])["state"] == "verifying")
        ended = self.does("transfers.list")
        self.assertIn(action["id"], json.dumps(ended["result"]))
        self.assertEqual(self.does("transfer.cancel", {"command_key": action["id"]})["state"], "succeeded")
        self.assertNotIn(action["id"], json.dumps(self.does("transfers.list")["result"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
