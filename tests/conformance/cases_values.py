"""Part E, second half: values, characters, sizes and hostile documents."""

import soap
from suite import Case

# kind of the device -> texts that it may send, and the one the ACS must set it to
TYPES = {
    "string": ("casa", "outra"), "int": ("-7", "-2147483648"), "unsignedInt": ("7", "4294967295"),
    "long": ("-1", "-9223372036854775808"), "unsignedLong": ("1", "18446744073709551615"), "boolean": ("0", "1"),
    "dateTime": ("2026-01-02T03:04:05Z", "2026-06-01T00:00:00Z"), "base64Binary": ("QUJD", "REVG"), "hexBinary": ("00ff", "ab01"),
}


class Written(Case):
    """What the ACS writes into a SetParameterValues."""

    def set_to(self, text, kind="xsd:string", before="old", want="string"):
        """What arrived as the value and its type when a parameter was set."""
        one, _ = self.known()
        name = one.root + "X_00256D.Value"
        one.values[name] = [before, kind, True]
        handle = self.queued(one, "set", values=[(name, text, want)])
        requests = one.session()
        sets = [request for request in requests if request.name == "SetParameterValues"]
        self.assertEqual(len(sets), 1, self.control.outcome(handle))
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded", self.control.outcome(handle))
        node = sets[0].method.child("ParameterList").children[0].child("Value")
        return node, sets[0]

    def test_E_25_E_26_E_27_a_value_is_sent_in_the_type_the_device_uses(self):
        """Each Value carries an xsi:type of XSD, and it is the one the device itself gives that parameter."""
        for kind, (before, after) in TYPES.items():
            with self.subTest(kind):
                node, _ = self.set_to(after, "xsd:" + kind, before)
                namespace, local = node.resolve(node.attribute(soap.XSI, "type"))
                self.assertEqual((namespace, local), (soap.XSD, kind))
                self.assertEqual(node.text, after)

    def test_E_30_booleans_are_written_as_0_and_1(self):
        """Whatever way a boolean is asked for, it is sent as 0 or 1."""
        for asked, sent in (("true", "1"), ("false", "0"), ("1", "1"), ("0", "0")):
            with self.subTest(asked):
                self.assertEqual(self.set_to(asked, "xsd:boolean", "0" if sent == "1" else "1")[0].text, sent)

    def test_E_31_numbers_of_64_bits_lose_nothing(self):
        """The largest numbers go to the device and come back as they were."""
        for kind, text in (("xsd:unsignedLong", "18446744073709551615"), ("xsd:long", "-9223372036854775808")):
            self.assertEqual(self.set_to(text, kind, "0")[0].text, text)

    def test_E_39_E_40_special_characters_arrive_as_they_were_meant(self):
        """Characters that XML or SOAP treat specially are escaped, those beyond ASCII as references."""
        text = "a<b>&\"c' é ção 漢"
        node, message = self.set_to(text)
        self.assertEqual(node.text, text)
        self.assertNotIn("é".encode(), message.data)

    def test_E_41_line_ends_and_tabs_survive(self):
        """CR, LF and TAB in a value arrive as they are."""
        self.assertEqual(self.set_to("a\r\nb\tc")[0].text, "a\r\nb\tc")

    def test_E_32_times_are_written_in_utc(self):
        """A time that is set ends in Z."""
        self.assertTrue(self.set_to("2026-06-01T00:00:00Z", "xsd:dateTime", "2026-01-02T03:04:05Z")[0].text.endswith("Z"))

    def test_E_51_E_52_a_text_that_is_too_long_is_not_sent(self):
        """A name of more than 256 characters is refused on the north side, one of 256 letters that are no ASCII is not."""
        one, _ = self.known()
        with self.assertRaises(Exception) as caught:
            self.queued(one, "get", names=[one.root + "n" * 257])
        self.assertEqual(getattr(caught.exception, "status", None), 422, caught.exception)


class Read(Case):
    """What the ACS reads from a device."""

    def kept(self, values, **how):
        """{name: (text, type)} that the ACS keeps after an Inform with these (suffix, text, kind)."""
        one = self.device(**how)
        one.session(("4 VALUE CHANGE",), values=[(one.root + "X." + name, text, kind) for name, text, kind in values])
        stored = self.control.stored(self.found(one), one.root + "X.")
        return {name[len(one.root + "X."):]: found for name, found in stored.items()}

    def test_E_24_array_sizes_are_not_trusted(self):
        """Events and values are counted, whatever arrayType says, and also when it is missing."""
        for size in ("[5]", "[0]", "[0001]", "[]", "[,]", "[99999999999]", None):
            with self.subTest(size):
                one = self.device()
                text = one.inform_text(("1 BOOT",)).decode()
                if size is None:
                    text = text.replace('SOAP-ENC:arrayType="cwmp:EventStruct[1]"', "")
                else:
                    text = text.replace("EventStruct[1]", "EventStruct" + size)
                self.assertEqual(one.post(text.encode()).name, "InformResponse")
                self.assertIn(("1 BOOT", ""), self.control.events(self.found(one)))

    def test_E_28_an_odd_type_is_kept_as_text(self):
        """A value without a type, or of one nobody knows, is kept as it was written."""
        kinds = {"None": None, "Half": "xsd:", "Json": "xsd:json", "Own": "cwmp:string", "Object": "object"}
        kept = self.kept([(name, "v" + name, kind) for name, kind in kinds.items()])
        self.assertEqual({name: text for name, (text, _) in kept.items()}, {name: "v" + name for name in kinds})

    def test_E_29_the_prefix_of_a_type_is_the_devices_choice(self):
        """xs:boolean is a boolean when xs stands for XSD."""
        one = self.device()
        name = one.root + "X.B"
        text = one.inform_text(("4 VALUE CHANGE",), values=[(name, "true", "xs:boolean")])
        one.post(text.replace(b"<SOAP-ENV:Body>", f'<SOAP-ENV:Body xmlns:xs="{soap.XSD}">'.encode()))
        one.empty()
        self.assertEqual(self.control.stored(self.found(one), name)[name][1], "xsd:boolean")

    def test_E_30_booleans_are_read_in_every_form(self):
        """0, 1, true and false are booleans, also as Writable and IsDownload."""
        kept = self.kept([(f"B{number}", text, "xsd:boolean") for number, text in enumerate(("0", "1", "true", "false"))])
        self.assertEqual(len(kept), 4)
        one, _ = self.known()
        handle = self.queued(one, "names", path=one.root + "DeviceInfo.")
        names = ("<cwmp:GetParameterNamesResponse><ParameterList>" + "".join(
            f"<ParameterInfoStruct><Name>{one.root}DeviceInfo.{name}</Name><Writable>{text}</Writable></ParameterInfoStruct>"
            for name, text in (("HardwareVersion", "true"), ("UpTime", "false"), ("SoftwareVersion", " 1 ")))
            + "</ParameterList></cwmp:GetParameterNamesResponse>")
        one.session(answers={"GetParameterNames": names})
        self.assertEqual(self.ended(handle)["state"], "succeeded")

    def test_E_31_numbers_keep_all_their_digits(self):
        """64-bit numbers are kept exactly; a sign, zeros and blanks in front are no reason to refuse."""
        kept = self.kept([("Big", "18446744073709551615", "xsd:unsignedLong"), ("Low", "-9223372036854775808", "xsd:long"),
                          ("Plus", "+7", "xsd:int"), ("Zeros", "007", "xsd:unsignedInt"), ("Blank", " 7 ", "xsd:int")])
        self.assertEqual((kept["Big"][0], kept["Low"][0]), ("18446744073709551615", "-9223372036854775808"))
        self.assertEqual({int(kept[name][0]) for name in ("Plus", "Zeros", "Blank")}, {7})

    def test_E_33_E_37_times_are_read_in_every_form(self):
        """CurrentTime may be in UTC, in local time, with a fraction, without a zone, or wrong."""
        for text in ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05.123+05:30",
                     "2026-01-02T03:04:05", "2026-01-02T03:04:05+0100", "1970-01-01T00:00:00Z", "now", ""):
            with self.subTest(text):
                self.device().inform(CurrentTime=text)

    def test_E_34_E_36_unknown_and_infinite_times_do_no_harm(self):
        """The unknown time and the infinite time are answered like any other."""
        one = self.device()
        one.inform(("7 TRANSFER COMPLETE", ("M Download", "k")))
        for start, end in ((soap.UNKNOWN_TIME, soap.UNKNOWN_TIME), ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59Z"),
                           ("", "")):
            with self.subTest(start):
                self.assertEqual(one.say(soap.transfer_complete("k", start=start, end=end)).name, "TransferCompleteResponse")

    def test_E_35_time_since_boot_is_no_date(self):
        """A CurrentTime of a year below 1000 without a zone is time since boot, and refused by nobody."""
        self.device().inform(CurrentTime="0001-01-03T03:04:05")

    def test_E_38_base64_may_be_broken_into_lines(self):
        """White space in a base64 value is no reason to refuse it."""
        text = "QUJD" * 19 + "\r\n" + "REVG" * 19 + "\n"
        self.assertEqual("".join(self.kept([("B", text, "xsd:base64Binary")])["B"][0].split()), "QUJD" * 19 + "REVG" * 19)

    def test_E_43_the_encodings_of_old_devices_are_read(self):
        """UTF-8 with and without declaration and mark, ISO-8859-1, ASCII that is none; the charset of HTTP wins."""
        cases = (('<?xml version="1.0" encoding="UTF-8"?>', "utf-8", "", b""), ("", "utf-8", "", b"\xef\xbb\xbf"),
                 ('<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1", "", b""),
                 ('<?xml version="1.0" encoding="US-ASCII"?>', "utf-8", "", b""),
                 ('<?xml version="1.0" encoding="UTF-8"?>', "latin-1", "; charset=iso-8859-1", b""))
        for declaration, encoding, charset, mark in cases:
            with self.subTest(declaration + encoding):
                one = self.device()
                name = one.root + "X.Name"
                text = declaration + one.inform_text(values=[(name, "é", "xsd:string")]).decode()
                answer = one.post(mark + text.encode(encoding), headers=["Content-Type: text/xml" + charset])
                self.assertEqual(answer.name, "InformResponse", answer)
                self.assertEqual(self.control.stored(self.found(one), name)[name][0], "é")

    def test_E_44_one_bad_character_does_not_lose_the_message(self):
        """A control character or a byte that is no UTF-8 is replaced, and the device gets its answer."""
        one = self.device()
        text = one.inform_text(values=[(one.root + "X.A", "MARK", "xsd:string")])
        self.assertEqual(one.post(text.replace(b"MARK", b"a\x02b\xe9c")).name, "InformResponse")

    def test_E_45_white_space_around_arguments_is_dropped_and_in_values_kept(self):
        """An indented message means the same; a string value keeps its blanks."""
        one = self.device()
        name = one.root + "X.Padded"
        text = one.inform_text(("1 BOOT",), values=[(name, "  two  ", "xsd:string")]).decode()
        for tag in ("EventCode", "SerialNumber", "OUI", "RetryCount", "Name"):
            text = text.replace(f"<{tag}>", f"<{tag}>\n   ").replace(f"</{tag}>", f"\n </{tag}>")
        self.assertEqual(one.post(text.encode()).name, "InformResponse")
        found = self.found(one)
        self.assertIn(("1 BOOT", ""), self.control.events(found))
        self.assertEqual(self.control.stored(found, name)[name][0], "  two  ")

    def test_E_50_names_differ_by_case(self):
        """Two names that differ by case only are two parameters."""
        kept = self.kept([("a", "small", "xsd:string"), ("A", "large", "xsd:string")])
        self.assertEqual((kept["a"][0], kept["A"][0]), ("small", "large"))

    def test_E_53_a_name_that_is_too_long_is_never_cut(self):
        """An over-long serial number is kept whole or refused, and is nobody else's identity."""
        serial = self.device().who["SerialNumber"]
        long = serial + "x" * (65 - len(serial))
        answer = self.device(SerialNumber=long).post(self.device(SerialNumber=long).inform_text())
        self.assertTrue(answer.name in ("InformResponse", "Fault"), answer)
        self.assertEqual(self.control.count(long[:64]), 0)
        self.assertEqual(self.control.count(long), 1 if answer.name == "InformResponse" else 0)

    def test_E_57_nil_and_empty_are_an_empty_text(self):
        """An optional text that is nil or empty is empty."""
        for key in ("<CommandKey/>", '<CommandKey xsi:nil="true"/>', '<CommandKey xsi:nil="1"></CommandKey>'):
            with self.subTest(key):
                one = self.device()
                text = one.inform_text(("1 BOOT",)).replace(b"<CommandKey></CommandKey>", key.encode())
                self.assertEqual(one.post(text).name, "InformResponse")
                self.assertIn(("1 BOOT", ""), self.control.events(self.found(one)))

    def test_E_54_a_vendors_method_gets_8000(self):
        """A method that nobody has heard of is answered by Fault 8000."""
        one = self.device()
        one.inform()
        self.assert_fault(one.say("<cwmp:X_012345_Foo/>", "9"), 8000, "9")

    def test_E_58_only_the_code_of_a_fault_counts(self):
        """faultstring may say anything, and FaultString may be missing."""
        for text in (soap.fault(9002).replace("CWMP fault", "cwmp fault"), soap.fault(9002).replace("CWMP fault", "?"),
                     soap.fault(9002).replace("<FaultString>reason</FaultString>", "")):
            requests, outcome, _ = self.run_one("get", {"*": text}, names=["InternetGatewayDevice.X"])
            self.assertEqual((outcome["state"], outcome["fault"]), ("failed", 9002))
            self.assertTrue(requests)


BOMB = "<!DOCTYPE x [" + '<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 20}">' for n in range(12)) + "]>"


class Hostile(Case):
    def refused(self, text):
        one = self.device()
        answer = one.post(text)
        self.assert_refused(answer)
        self.assertEqual(self.control.count(one.who["SerialNumber"]), 0)

    def test_E_47_document_types_are_refused(self):
        """External entities and entity bombs are refused, and nothing is fetched."""
        inform = self.device().inform_text()
        self.refused(BOMB.encode() + inform.replace(b"Conformance", b"&m;"))
        for target in ("file:///etc/hostname", f"http://{self.world.target.host}/x"):
            text = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>'.encode() + inform.replace(b"Conformance", b"&e;")
            self.refused(text)
        self.assert_alive()

    def test_E_48_depth_attributes_and_sizes_are_limited(self):
        """Documents of absurd depth or with thousands of attributes are refused quickly."""
        body = soap.envelope("<cwmp:Inform>" + "<a>" * 100_000 + "</a>" * 100_000 + "</cwmp:Inform>")
        attributes = " ".join(f'a{number}="1"' for number in range(5000))
        self.refused(body)
        self.refused(soap.envelope(f"<cwmp:Inform {attributes}/>"))
        self.refused(soap.envelope("<cwmp:" + "n" * 100_000 + "/>"))
        self.assert_alive()

    def test_E_48_a_long_text_is_no_reason_to_fall(self):
        """A name of a megabyte is refused or kept, and the next device is served."""
        one = self.device()
        answer = one.post(one.inform_text(values=[(one.root + "n" * 1_000_000, "v", "xsd:string")]))
        self.assertTrue(answer.name in ("Fault", "InformResponse") or answer.status >= 400)
        self.assert_alive()


