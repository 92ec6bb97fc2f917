"""The north side of the small ACS of bad_acs.py: it queues a few operations, and may be told to send them wrongly."""

import control
import soap

#: the tests that it can pass
PROBES = {"test_F_01_F_38_download_has_its_ten_arguments", "test_F_02_types_of_files_are_written_as_the_standard_has_them",
          "test_F_04_no_two_transfers_have_one_key", "test_F_20_upload_has_its_six_arguments", "test_N_08_N_13_all_that_is_queued_comes_in_one_session",
          "test_N_09_there_is_one_request_at_a_time", "test_P_27_P_28_all_five_members_are_there"}

#: how it can be wrong -> the requirements that must fail for it, and no others
WRONGS = {
    "": set(),
    "no SuccessURL": {"F-01", "F-38"},
    "the size after the name": {"F-01", "F-38"},
    "a file for a target": {"F-01", "F-38"},
    "firmware is a configuration": {"F-02"},
    "one key for all": {"F-04"},
    "a long key": {"F-04"},
    "a log is a configuration": {"F-20"},
    "no delay": {"F-20"},
    "one request a session": {"N-08", "N-09", "N-13"},
    "only what changes": {"P-27", "P-28"},
    "an access list of nothing": {"P-27", "P-28"},
    "a notification of 9": {"P-27", "P-28"},
}


class North(control.Control):
    """Its handles are the keys of its requests."""

    def __init__(self, acs):
        self.acs, self.outcomes, self.count = acs, {}, 0

    def is_wrong(self, how):
        return self.acs.wrong == how

    def find(self, who):
        return {"id": who["SerialNumber"]} if who["SerialNumber"] in self.acs.queues else None

    def add_file(self, content, kind, name="file.bin", **about):
        return len(content)

    def outcome(self, handle):
        return {"state": self.outcomes[handle]}

    def queue(self, device, operation, **arguments):
        self.count += 1
        key = handle = f"operation-{self.count}"
        if self.is_wrong("one key for all"):
            key = "key"
        if self.is_wrong("a long key"):
            key += "-" + "0" * 32
        self.outcomes[handle] = "open"
        self.acs.queues[device["id"]].append((handle, getattr(self, operation)(key, **arguments)))
        return handle

    def answered(self, handle, good):
        self.outcomes[handle] = "succeeded" if good else "failed"

    # ---- requests

    def body(self, method, fields):
        return f"<cwmp:{method}>" + "".join(soap.element(*field) for field in fields) + f"</cwmp:{method}>"

    def install(self, key, file):
        kind = "3 Vendor Configuration File" if self.is_wrong("firmware is a configuration") else "1 Firmware Upgrade Image"
        target = "f.bin" if self.is_wrong("a file for a target") else ""
        fields = [("CommandKey", key), ("FileType", kind), ("URL", "http://192.0.2.1/f"), ("Username", ""), ("Password", ""),
                  ("FileSize", str(file)), ("TargetFileName", target), ("DelaySeconds", "0"), ("SuccessURL", ""), ("FailureURL", "")]
        if self.is_wrong("no SuccessURL"):
            del fields[8]
        if self.is_wrong("the size after the name"):
            fields[5:7] = fields[6], fields[5]
        return self.body("Download", fields)

    def upload(self, key, kind):
        fields = [("CommandKey", key), ("FileType", kind), ("URL", "http://192.0.2.1/u"), ("Username", ""), ("Password", ""), ("DelaySeconds", "0")]
        return self.body("Upload", fields[:-1] if self.is_wrong("no delay") else fields)

    def backup(self, key):
        return self.upload(key, "1 Vendor Configuration File")

    def log(self, key):
        return self.upload(key, "4 Vendor Log File" if self.is_wrong("a log is a configuration") else "2 Vendor Log File")

    def method(self, key, method, args):
        assert method == "Upload", method
        return self.upload(key, args["FileType"])

    def get(self, _key, names):
        return ("<cwmp:GetParameterValues>" + soap.array("ParameterNames", "xsd:string", [soap.element("string", name) for name in names])
                + "</cwmp:GetParameterValues>")

    def change(self, name, notification=None, access_list=None):
        listed = soap.array("AccessList", "xsd:string", [soap.element("string", entity) for entity in access_list or ()])
        unchanged = "9" if self.is_wrong("a notification of 9") else "0"
        first = f"<NotificationChange>{int(notification is not None)}</NotificationChange><Notification>{notification or unchanged}</Notification>"
        second = f"<AccessListChange>{int(access_list is not None)}</AccessListChange>"
        second += "<AccessList/>" if self.is_wrong("an access list of nothing") and not access_list else listed
        if self.is_wrong("only what changes"):
            first, second = first if notification is not None else "", second if access_list is not None else ""
        return f"<SetParameterAttributesStruct>{soap.element('Name', name)}{first}{second}</SetParameterAttributesStruct>"

    def set_attributes(self, _key, attributes):
        return ("<cwmp:SetParameterAttributes>" + soap.array("ParameterList", "cwmp:SetParameterAttributesStruct",
                                                             [self.change(**one) for one in attributes]) + "</cwmp:SetParameterAttributes>")
