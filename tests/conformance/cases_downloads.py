"""Part F: files for devices (TR-069 A.3.2.8, A.4.1.7 to A.4.1.9, A.3.3.2)."""

import os
import urllib.parse

import control
import soap
from suite import waits
import transfers
from transfers import Transfers, Trusted, fetch

ARGUMENTS = ["CommandKey", "FileType", "URL", "Username", "Password", "FileSize", "TargetFileName", "DelaySeconds", "SuccessURL", "FailureURL"]
SCHEDULED = [*ARGUMENTS[:7], "TimeWindowList"]
WINDOW = ["WindowStart", "WindowEnd", "WindowMode", "UserMessage", "MaxRetries"]
TYPES = ("1 Firmware Upgrade Image", "2 Web Content", "3 Vendor Configuration File", "4 Tone File", "5 Ringer File",
         "6 Stored Firmware Image", "X 00256D Splash")
PLACE = "http://192.0.2.1/f.bin"


class Requests(Transfers):
    def test_F_01_F_38_download_has_its_ten_arguments(self):
        """All ten, in order; SuccessURL and FailureURL are there and empty."""
        _, _, request = self.downloads()
        self.assertEqual(self.children(request.method), ARGUMENTS)
        self.assertEqual((request.get("SuccessURL"), request.get("FailureURL"), request.get("TargetFileName")), ("", "", ""))

    def test_F_02_types_of_files_are_written_as_the_standard_has_them(self):
        """A firmware is "1 Firmware Upgrade Image"."""
        self.assertEqual(self.downloads()[2].get("FileType"), TYPES[0])

    def test_F_03_the_size_is_the_real_one(self):
        """FileSize is what the file server sends, in octets."""
        content = os.urandom(77777)
        _, _, request = self.downloads(content)
        answer = fetch(request.get("URL"))
        self.assertEqual(request.get("FileSize"), "77777")
        self.assertEqual((answer.status, answer.header("Content-Length"), answer.body == content), (200, "77777", True))

    def test_F_04_no_two_transfers_have_one_key(self):
        """Each download of a device has a CommandKey of its own, of at most 32 characters."""
        one, keys = None, set()
        for number in range(8):
            one, _, request = self.downloads(b"%d" % number, f"2.{number}", one)
            keys.add(request.get("CommandKey"))
            one.serve(one.say(soap.fault(9001), request.id))
        self.assertEqual(len(keys), 8)
        self.assertLessEqual(max(map(len, keys)), 32)

    def test_F_05_S_34_addresses_are_what_a_device_can_take(self):
        """http or https, at most 256 characters, nothing in front of the host; what is given otherwise is refused and not sent."""
        url = urllib.parse.urlsplit(self.downloads()[2].get("URL"))
        self.assertIn(url.scheme, ("http", "https"))
        self.assertIsNone(url.username)
        self.assertNotIn("@", url.netloc)
        self.assertLessEqual(len(url.geturl()), 256)
        one, _ = self.known(version="1.2")
        for wrong in ("http://user:secret@192.0.2.1/f", "http://192.0.2.1/" + "x" * 240, "f.bin", ""):
            for method, args in (("Download", {"FileType": TYPES[0]}), ("Upload", {"FileType": "2 Vendor Log File"})):
                with self.subTest(wrong), self.assertRaises(control.Refused):
                    self.queued(one, "method", method=method, args={**args, "URL": wrong})
        with self.assertRaises(control.Refused):
            self.queued(one, "method", method="ChangeDUState", args={"Operations": [
                {"Type": "InstallOpStruct", "URL": "http://user:secret@192.0.2.1/f"}]})
        self.assertEqual(one.session(), [])

    def test_F_09_a_delay_goes_out_and_nobody_waits_for_it(self):
        """DelaySeconds is 0 for an operation of now, and what was asked for otherwise; the session ends at once in both cases."""
        one, _, request = self.downloads()
        self.assertEqual(request.get("DelaySeconds"), "0")
        self.assertEqual(self.takes(one, request), [])
        request, _ = self.method("Download", FileType=TYPES[0], URL=PLACE, DelaySeconds=3600, answers={
            "Download": transfers.response("Download")})
        self.assertEqual(request.get("DelaySeconds"), "3600")

    def test_F_10_nobody_waits_for_a_file(self):
        """A device that fetches its file in the session, on its connection even, gets it or is shown where; the session goes on."""
        one, _, request = self.downloads(b"on this connection")
        path = urllib.parse.urlsplit(request.get("URL")).path
        one.connection.send(f"GET {path} HTTP/1.1\r\nHost: {one.target.host}\r\n\r\n".encode())
        answer = one.connection.read()
        if answer.status != 200:
            self.assertIn(answer.status, (301, 302, 303, 307, 308))
            answer = fetch(answer.header("Location"))
        self.assertEqual(answer.body, b"on this connection")
        self.assertEqual(self.takes(one, request), [])


class Outcomes(Transfers):
    def test_F_06_status_0_means_done(self):
        """With Status 0 no TransferComplete is waited for: what the device runs is looked at, and its times are kept."""
        one, handle, request = self.downloads()
        one.values[one.root + "DeviceInfo.SoftwareVersion"][0] = "2.0"
        self.takes(one, request, 0, start="2026-01-02T03:04:05Z", end="2026-01-02T03:05:06Z")
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "succeeded")
        self.assertIn("2026-01-02T03:05:06Z", str(outcome["evidence"]))

    def test_F_07_status_1_means_later(self):
        """The result comes by TransferComplete, in a later session or in this one; until then the operation is open."""
        for same in (False, True):
            with self.subTest(same):
                one, handle, request = self.downloads()
                key = request.get("CommandKey")
                if same:
                    ours = one.say(transfers.response("Download"), request.id)
                    self.assertEqual((ours.status, self.control.outcome(handle)["state"]), (204, "open"))
                    self.assertEqual(one.say(soap.transfer_complete(key)).name, "TransferCompleteResponse")
                    one.serve(one.empty())
                    one.values[one.root + "DeviceInfo.SoftwareVersion"][0] = "2.0"
                    self.assertEqual(one.session(("1 BOOT",)), [])
                else:
                    self.takes(one, request)
                    self.assertEqual(self.control.outcome(handle)["state"], "open")
                    self.returns(one, key, version="2.0", events=("1 BOOT",))
                self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_F_08_an_unknown_time_is_no_date(self):
        """The times of a Status 1, and of a TransferComplete that knows none, are shown as no date."""
        one, handle, request = self.downloads()
        self.takes(one, request)
        self.returns(one, request.get("CommandKey"), version="2.0", events=("1 BOOT",))
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "succeeded")
        self.assertNotIn("0001-01-01", str(outcome))

    def test_F_11_a_full_queue_is_asked_again_later(self):
        """9004 to a Download does not end the operation, and is not answered by the same request at once."""
        one, handle, request = self.downloads()
        self.assertEqual(one.serve(one.say(soap.fault(9004), request.id)), [])
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        self.assertEqual(one.session(), [])
        self.assertEqual(self.control.outcome(handle)["state"], "open")

    def test_F_12_the_version_is_looked_at(self):
        """A device that says that the transfer went well and runs the old version after its restart has not been upgraded."""
        one, handle, request = self.downloads()
        self.takes(one, request)
        self.returns(one, request.get("CommandKey"), events=("1 BOOT",))
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "failed")
        self.assertIn("2.0", outcome["text"])

    @waits(12)
    def test_F_19_no_result_in_time_is_no_success_and_no_second_download(self):
        """When its time is over without a word from the device, the outcome is unknown; nothing is sent again."""
        world = self.world.control
        one, _ = self.known(version="1.2")
        handle = self.queued(one, "install", file=world.add_file(b"silence", "firmware", version="2.0"), options={"expires_in": "PT10S"})
        one.inform()
        request = one.until("Download", one.empty()).message
        self.takes(one, request)
        self.assertEqual(one.session(), [])
        outcome = self.ended(handle, 60)
        self.assertNotEqual(outcome["state"], "succeeded")
        self.assertTrue(outcome["code"])
        self.assertEqual(one.session(), [])

    def test_F_40_a_refused_download_has_failed_with_its_reason(self):
        """9000 to 9003, 9010, 9012 and 9013 in place of the response: failed, with code and words, and not sent again."""
        for code in (9000, 9001, 9002, 9003, 9010, 9012, 9013):
            with self.subTest(code):
                one, handle, request = self.downloads()
                self.assertEqual(one.serve(one.say(soap.fault(code, "because"), request.id)), [])
                outcome = self.control.outcome(handle)
                self.assertEqual((outcome["state"], outcome["fault"]), ("failed", code))
                self.assertIn("because", str(outcome["failure"]))
                self.assertEqual(one.session(), [])

    def test_I_16_a_factory_reset_ends_transfers(self):
        """BOOTSTRAP after a Download that was taken: the device knows nothing of it any more, and the operation is over."""
        one, handle, request = self.downloads()
        self.takes(one, request)
        one.session(("0 BOOTSTRAP", "1 BOOT"))
        outcome = self.control.outcome(handle)
        self.assertEqual(outcome["state"], "failed")
        self.assertTrue(outcome["text"])


class Types(Trusted):
    def test_F_02_every_type_goes_out_as_it_is(self):
        """Each type of the standard and one of a vendor is sent as it was asked for; what is no type is refused."""
        for kind in TYPES:
            with self.subTest(kind):
                request, _ = self.method("Download", FileType=kind, URL=PLACE, answers={"Download": transfers.response("Download")})
                self.assertEqual(request.get("FileType"), kind)
        for kind in ("", "Firmware", "firmware upgrade image 1"):
            self.refused("Download", FileType=kind, URL=PLACE)


class Scheduled(Trusted):
    def window(self, start=0, end=600, mode="1 At Any Time", message="", retries=0):
        return dict(zip(WINDOW, (start, end, mode, message, retries)))

    def scheduled(self, *windows):
        return self.method("ScheduleDownload", FileType=TYPES[0], URL=PLACE, TimeWindowList=list(windows))[0]

    def sent(self, request):
        return [[child.text for child in node.children] for node in request.method.child("TimeWindowList").children]

    def refuses(self, *windows):
        self.refused("ScheduleDownload", FileType=TYPES[0], URL=PLACE, TimeWindowList=list(windows))

    def test_F_29_a_scheduled_download_has_its_arguments(self):
        """Eight arguments in order, and one or two windows; none and three are refused."""
        request = self.scheduled(self.window())
        self.assertEqual(self.children(request.method), SCHEDULED)
        namespace, kind, size = soap.array_size(request.method.child("TimeWindowList"))
        self.assertEqual((namespace, kind, size), (soap.NAMESPACE["1.2"], "TimeWindowStruct", 1))
        self.assertTrue(0 < len(request.get("CommandKey")) <= 32)
        self.assertEqual(len(self.sent(self.scheduled(self.window(), self.window(600, 900)))), 2)
        self.refuses()
        self.refuses(self.window(), self.window(600, 900), self.window(900, 1200))

    def test_F_30_a_window_has_its_five_arguments(self):
        """WindowStart, WindowEnd, WindowMode, UserMessage and MaxRetries in this order, as they were given."""
        request = self.scheduled(self.window(3600, 7200, "4 Confirmation Needed", "Atualiza\u00e7\u00e3o <hoje> & j\u00e1?", 3))
        self.assertEqual(self.children(request.method.child("TimeWindowList").children[0]), WINDOW)
        self.assertEqual(self.sent(request), [["3600", "7200", "4 Confirmation Needed", "Atualiza\u00e7\u00e3o <hoje> & j\u00e1?", "3"]])
        self.refuses(self.window(message="x" * 257))
        self.refuses(self.window(start=-1))

    def test_F_31_modes_are_written_as_the_standard_has_them(self):
        """Each of the four modes, and one of a vendor, goes out as it is; others are refused."""
        for mode in ("1 At Any Time", "2 Immediately", "3 When Idle", "4 Confirmation Needed", "X 00256D Whenever"):
            with self.subTest(mode):
                self.assertEqual(self.sent(self.scheduled(self.window(mode=mode)))[0][2], mode)
        self.refuses(self.window(mode="At Any Time"))

    def test_F_32_windows_are_in_order(self):
        """A window that ends before it begins, and windows that overlap or come in the wrong order, are refused."""
        for windows in ((self.window(600, 600),), (self.window(600, 10),), (self.window(0, 600), self.window(599, 900)),
                        (self.window(600, 900), self.window(0, 300))):
            with self.subTest(windows):
                self.refuses(*windows)

    def test_F_33_retries_may_be_none_some_or_the_devices_choice(self):
        """MaxRetries -1, 0 and above go out; below -1 is refused."""
        for retries in (-1, 0, 5):
            self.assertEqual(self.sent(self.scheduled(self.window(retries=retries)))[0][4], str(retries))
        self.refuses(self.window(retries=-2))


class Queue(Transfers):
    def entry(self, key, state=1):
        return ("<AllQueuedTransferStruct>" + "".join(soap.element(*field) for field in (
            ("CommandKey", key), ("State", str(state)), ("IsDownload", "1"), ("FileType", TYPES[0]), ("FileSize", "10"), ("TargetFileName", "")))
                + "</AllQueuedTransferStruct>")

    def listed(self, *entries):
        return ("<cwmp:GetAllQueuedTransfersResponse>" + soap.array("TransferList", "cwmp:AllQueuedTransferStruct", list(entries))
                + "</cwmp:GetAllQueuedTransfersResponse>")

    def test_F_35_a_transfer_is_cancelled_by_its_key(self):
        """CancelTransfer has the key of the transfer. Its success is seen; a key that is not known is no error; 9021 leaves all as it was."""
        one, handle, request = self.downloads()
        self.takes(one, request)
        key = request.get("CommandKey")
        refused = self.queued(one, "cancel_transfer", command_key=key)
        requests = one.session(answers={"CancelTransfer": soap.fault(9021, "not now")})
        self.assertEqual([request.get("CommandKey") for request in requests if request.name == "CancelTransfer"], [key])
        self.assertEqual((self.control.outcome(refused)["state"], self.control.outcome(refused)["fault"]), ("failed", 9021))
        self.assertEqual(self.control.outcome(handle)["state"], "open")
        for name in (key, "unknown-to-all"):
            cancelled = self.queued(one, "cancel_transfer", command_key=name)
            one.session()
            self.assertEqual(self.control.outcome(cancelled)["state"], "succeeded")
        lying = self.queued(one, "cancel_transfer", command_key=key)
        one.session(answers={"GetAllQueuedTransfers": self.listed(self.entry(key))})
        self.assertEqual(self.control.outcome(lying)["state"], "failed")

    def test_F_36_queued_transfers_are_read(self):
        """None, and the most that there can be, with all that is said of each."""
        for count in (0, 16):
            entries = [self.entry(f"key-{number}", 1 + number % 3) for number in range(count)]
            one, _ = self.known(version="1.2")
            handle = self.queued(one, "transfers")
            one.session(answers={"GetAllQueuedTransfers": self.listed(*entries)})
            outcome = self.control.outcome(handle)
            self.assertEqual(outcome["state"], "succeeded")
            self.assertEqual([f"key-{number}" in str(outcome["result"]) for number in range(16)], [number < count for number in range(16)])

    def test_F_37_V_11_the_older_list_is_for_devices_of_1_0(self):
        """A device of 1.0 is asked by GetQueuedTransfers, later ones by GetAllQueuedTransfers."""
        for version, expected in (("1.0", "GetQueuedTransfers"), ("1.1", "GetAllQueuedTransfers"), ("1.2", "GetAllQueuedTransfers")):
            one, _ = self.known(version=version)
            handle = self.queued(one, "transfers")
            names = [request.name for request in one.session() if request.name.endswith("QueuedTransfers")]
            self.assertEqual(names, [expected])
            self.assertEqual(self.control.outcome(handle)["state"], "succeeded")
