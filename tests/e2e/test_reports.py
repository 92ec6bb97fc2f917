"""What devices report on their own: all that they say of it is in the history."""

import unittest

import cpe
import farol

UUID = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"


def fault(code, text=""):
    return f"<FaultStruct><FaultCode>{code}</FaultCode><FaultString>{text}</FaultString></FaultStruct>"


def autonomous_transfer(url="http://h/f", name="fw.bin"):
    return ("<cwmp:AutonomousTransferComplete><AnnounceURL></AnnounceURL>"
            f"<TransferURL>{url}</TransferURL><IsDownload>1</IsDownload><FileType>1 Firmware Upgrade Image</FileType>"
            f"<FileSize>77</FileSize><TargetFileName>{name}</TargetFileName>{fault(9010, 'no route')}"
            "<StartTime>2026-01-02T03:04:05Z</StartTime><CompleteTime>2026-01-02T03:05:05Z</CompleteTime>"
            "</cwmp:AutonomousTransferComplete>")


def autonomous_result(operation, code, units="Device.SoftwareModules.ExecutionUnit.1"):
    return (f"<AutonOpResultStruct><UUID>{UUID}</UUID><DeploymentUnitRef>Device.SoftwareModules.DeploymentUnit.1</DeploymentUnitRef>"
            f"<Version>1</Version><CurrentState>{'Failed' if code else 'Installed'}</CurrentState><Resolved>1</Resolved>"
            f"<ExecutionUnitRefList>{units}</ExecutionUnitRefList>"
            "<StartTime>2026-01-02T03:04:05Z</StartTime><CompleteTime>2026-01-02T03:05:05Z</CompleteTime>"
            f"<Fault><FaultCode>{code}</FaultCode><FaultString>words</FaultString></Fault>"
            f"<OperationPerformed>{operation}</OperationPerformed></AutonOpResultStruct>")


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = farol.Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def tell(self, serial, body, version="1.2"):
        """The events of the device after it has said this."""
        with cpe.Device(self.server.cwmp_port) as device:
            answer = device.post(cpe.inform(serial, events=("2 PERIODIC",), version=version))
            self.assertEqual(answer.method(), "InformResponse")
            answer = device.post(cpe.envelope(body, "r", version))
            self.assertEqual(answer.status, 200, answer.body)
            self.assertTrue(answer.method().endswith("Response"), answer.body)
            self.assertEqual(device.post().status, 204)
        return self.server.ctl("events", "list", serial)["data"]

    def test_a_transfer_that_nobody_here_asked_for(self):
        [told] = self.tell("R-1", autonomous_transfer())
        self.assertEqual(told["code"], "AutonomousTransferComplete fault 9010: no route")
        detail = told["detail"]
        self.assertEqual((detail["TransferURL"], detail["FileSize"], detail["TargetFileName"], detail["IsDownload"]),
                         ("http://h/f", 77, "fw.bin", True))
        self.assertEqual(detail["FaultStruct"], {"FaultCode": 9010, "FaultString": "no route"})

    def test_software_that_changed_by_itself_with_each_fault(self):
        [told] = self.tell("R-2", "<cwmp:AutonomousDUStateChangeComplete>"
                           f'<Results SOAP-ENC:arrayType="cwmp:AutonOpResultStruct[2]">{autonomous_result("Install", 0)}'
                           f"{autonomous_result('Update', 9032)}</Results></cwmp:AutonomousDUStateChangeComplete>")
        rows = told["detail"]["Results"]
        self.assertEqual([(row["OperationPerformed"], row["Fault"]["FaultCode"], row["CurrentState"]) for row in rows],
                         [("Install", 0, "Installed"), ("Update", 9032, "Failed")])

    def test_a_download_that_the_device_wishes(self):
        [told] = self.tell("R-3", "<cwmp:RequestDownload><FileType>1 Firmware Upgrade Image</FileType>"
                           '<FileTypeArg SOAP-ENC:arrayType="cwmp:ArgStruct[1]"><ArgStruct><Name>Version</Name><Value>2.1</Value>'
                           "</ArgStruct></FileTypeArg></cwmp:RequestDownload>")
        self.assertEqual(told["code"], "RequestDownload")
        self.assertEqual(told["detail"]["FileTypeArg"], [{"Name": "Version", "Value": "2.1"}])

    def test_more_than_anybody_reads_is_left_out(self):
        body = ("<cwmp:AutonomousDUStateChangeComplete>" + '<Results SOAP-ENC:arrayType="cwmp:AutonOpResultStruct[40]">' +
                autonomous_result("Install", 9018, "x" * 900) * 40 + "</Results></cwmp:AutonomousDUStateChangeComplete>")
        [told] = self.tell("R-4", body)
        self.assertGreater(told["detail"]["left_out"], 16 * 1024)
        self.assertIn("9018", told["code"])

    def test_an_event_without_more_to_say_has_no_detail(self):
        with cpe.Device(self.server.cwmp_port) as device:
            device.post(cpe.inform("R-5", events=("1 BOOT",)))
            device.post()
        [told] = self.server.ctl("events", "list", "R-5")["data"]
        self.assertEqual((told["code"], told["detail"]), ("1 BOOT", None))


if __name__ == "__main__":
    unittest.main(verbosity=2)
