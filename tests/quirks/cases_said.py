"""Part 4 of the document, first half: what devices say, and what it is read as."""

import datetime
import re
import zlib

import answers
import messages
import rig

NAME = "InternetGatewayDevice.DeviceInfo.SoftwareVersion"
THOMSON = messages.recorded("thomson-st780-inform-1.xml")
NETCWMP = messages.recorded("zte-zxecs-inform-1.xml")


def zipped(data, form):
    """form: gzip, or deflate in a wrapper of zlib or bare"""
    bits = {"gzip": 31, "zlib": 15, "bare": -15}[form]
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(data) + packer.flush()


def seconds_since(time):
    """By our own clock; time: as the API writes it."""
    then = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    return abs((datetime.datetime.now(datetime.timezone.utc) - then).total_seconds())


class Read(rig.Case):
    def read_by(self, label, recorded, names=(NAME,), inform=THOMSON):
        """A device answers params.get with this message; the values as the action tells them."""
        inform = messages.with_serial(inform, f"QUIRK-{label}")
        box, request, action = self.ask(inform, "params.get", {"names": list(names)})
        self.assertEqual(request.method(), "GetParameterValues")
        end = box.reply(request, recorded)
        self.assertEqual(end.status, 204, end.body)
        return self.ended(action)["result"]["values"]

    def test_23_no_id_and_no_header_is_answered_without(self):
        for name in ("mikrotik-hapmini-inform-1.xml", "mikrotik-rb2011-inform-transfercomplete-fragment-1.xml",
                     "motorola-vap2404e-inform-1.xml"):
            inform = messages.recorded(name)
            inform = messages.completed(inform) if "fragment" in name else inform
            box, answer = self.informed(inform)
            self.assertNotIn(b"ID", re.sub(rb"<cwmp:InformResponse>.*", b"", answer.body))
            if name.startswith("mikrotik-rb"):
                told = box.post(messages.recorded("catawampus-transfercomplete-1.xml"))
                self.assertEqual(told.method(), "TransferCompleteResponse")
                self.assertNotIn(b"Header", told.body)
            self.assertEqual(box.post().status, 204)

    def test_23_a_fault_without_id_and_header_is_the_answer(self):
        fault = messages.completed(messages.recorded("cisco-spa122-fault-fragment-1.xml"))
        self.assertNotIn(b"Header", fault)
        inform = messages.with_serial(THOMSON, "QUIRK-23-SPA122")
        box, request, action = self.ask(inform, "params.get", {"names": [NAME]})
        self.assertEqual(box.reply(request, fault).status, 204)
        self.assertEqual(self.ended(action, "failed")["failure"]["code"], "device_fault")

    def test_24_mikrotiks_prefix_and_quotes(self):
        self.session(messages.recorded("mikrotik-hapmini-inform-1.xml"))
        recorded = messages.completed(messages.recorded("mikrotik-getparametervaluesresponse-fragment-1.xml"))
        self.assertIn(b"soap:mustUnderstand", recorded)
        recorded = recorded.replace(b"</ParameterValueStruct>", b"</ParameterValueStruct\n>")
        values = self.read_by("24", recorded, ["Device.ManagementServer."])
        self.assertIn("Device.ManagementServer.ConnectionRequestPassword", [row["name"] for row in values])

    def test_25_counts_of_arrays_decide_nothing(self):
        microcell = messages.recorded("att-microcell-getparametervaluesresponse-1.xml")
        self.assertIn(b"[213]", microcell)
        values = self.read_by("25-ATT", microcell, ["Device."])
        self.assertEqual(len(values), len(messages.names_in(microcell)))
        self.assertGreater(len(values), 213)
        f600w = messages.recorded("zte-f600w-getparametervaluesresponse-1.xml")
        self.assertIn(b"[9]", f600w)
        inform = messages.recorded("zte-f600w-inform-1.xml")
        self.assertEqual(len(self.read_by("25-ZTE", f600w, messages.names_in(f600w), inform)), 2)

    def test_25_padded_counts_of_events_and_values(self):
        for name in ("zhone-6718-inform-1.xml", "zyxel-vmg8924-inform-1.xml", "thomson-st585-inform-1.xml",
                     "iphotonix-ont-inform-fragment-1.xml", "broadcom-947xx-inform-fragment-1.xml"):
            inform = messages.recorded(name)
            self.assertRegex(inform, rb"Struct\[0\d+\]")
            self.session(messages.completed(inform) if "fragment" in name else inform)
        self.session(messages.sample("genieacs-sim/inform-more-announced.xml"))

    def test_26_values_without_a_type_or_without_a_value_are_text(self):
        bantw = messages.recorded("thomson-bantw-getparametervaluesresponse-1.xml")
        values = {row["name"]: row["value"] for row in self.read_by("26-BANTW", bantw, messages.names_in(bantw))}
        self.assertEqual(values["InternetGatewayDevice.DeviceInfo.VendorConfigFile.1.Name"], "Routed PPPoE on 8/35")
        self.assertEqual(values["InternetGatewayDevice.DeviceInfo.VendorConfigFile.1.Version"], "")
        airvana = messages.recorded("airvana-smallcell-getparametervaluesresponse-1.xml")
        self.assertEqual(self.read_by("26-AIR", airvana, messages.names_in(airvana))[0]["value"], "1")
        cisco = messages.recorded("cisco-spa122-getparametervaluesresponse-novalue-1.xml")
        self.assertEqual(self.read_by("26-SPA122", cisco, messages.names_in(cisco))[0]["value"], "")

    def test_26_an_empty_boolean_or_number_is_kept_as_it_is(self):
        inform = messages.with_serial(THOMSON, "QUIRK-26-EMPTY")
        box, request, action = self.ask(inform, "params.get", {"names": ["InternetGatewayDevice.Time."]})
        box.post(answers.values(request, ("InternetGatewayDevice.Time.Enable", "", "boolean"),
                                ("InternetGatewayDevice.Time.Count", "", "unsignedInt")))
        self.assertEqual([row["value"] for row in self.ended(action)["result"]["values"]], ["", ""])

    def test_26_an_object_in_place_of_values_is_no_value(self):
        inform = messages.with_serial(NETCWMP, "QUIRK-26-OBJECT")
        box, request, action = self.ask(inform, "params.get", {"names": ["InternetGatewayDevice.DeviceInfo."]})
        box.reply(request, messages.sample("netcwmp/values-of-an-object.xml"))
        self.ended(action, "failed")
        self.assertNotIn("InternetGatewayDevice.DeviceInfo.", self.stored(self.server.device("QUIRK-26-OBJECT")))

    def test_27_the_fault_code_is_found_inside_faultstring(self):
        inform = messages.with_serial(NETCWMP, "QUIRK-27")
        box, request, action = self.ask(inform, "params.get", {"names": [NAME]})
        box.reply(request, messages.sample("netcwmp/fault-inside-faultstring.xml"))
        self.assertEqual(self.ended(action, "failed")["failure"]["cwmp_fault"], 9003)

    def test_40_broken_bytes_and_control_characters_cost_only_themselves(self):
        recorded = messages.sample("sagemcom/values-broken-bytes.xml")
        values = self.read_by("40", recorded, messages.names_in(recorded))
        self.assertTrue(any("\ufffd" in row["value"] for row in values), values)
        latin1 = messages.sample("thomson/inform-latin1.xml")
        box = self.box()
        answer = box.post(latin1, charset="; charset=ISO-8859-1")
        self.assertEqual(answer.method(), "InformResponse")

    def test_41_types_of_1999_are_types(self):
        device = self.known(NETCWMP)
        self.assertEqual(device["product_class"], "ZXECS EBG2100")
        recorded = messages.sample("zte/inform-types-everywhere.xml")
        self.session(recorded)

    def test_44_no_document_type_no_entity_and_nothing_of_it_comes_back(self):
        for name in ("attack/external-entity-in-id.xml", "attack/doctype.xml", "attack/billion-laughs.xml"):
            answer = self.box().post(messages.sample(name))
            self.assertNotEqual(answer.method(), "InformResponse")
            self.assertNotIn(b"root:", answer.body)
            self.assertTrue(answer.status == 400 or answer.method() == "Fault", (name, answer.status))
        self.session(THOMSON)

    def test_45_versions_listed_with_spaces_and_a_timeout(self):
        _, answer = self.informed(messages.sample("icwmp/inform-1-4.xml"))
        self.assertIn(b"<cwmp:UseCWMPVersion", answer.body)
        self.assertEqual(answer.text_of("UseCWMPVersion"), "1.4")


class Clocks(rig.Case):
    def test_35_K10_no_clock_is_trusted_and_none_is_refused(self):
        recorded = [("thomson-st780-inform-3.xml", b"1970-01-01T00:01:09Z"), ("zte-f600w-inform-1.xml", b"1970-01-02T00:08:34"),
                    ("nuran-cavium-inform-fragment-1.xml", b".067132"), ("broadcom-947xx-inform-fragment-1.xml", b"2011-"),
                    ("ping-npa201e-inform-1.xml", b"0001-01-01T"), ("cytco-bcm-inform-1.xml", b"11:54::14")]
        for name, clock in recorded:
            inform = messages.recorded(name)
            self.assertIn(clock, inform)
            inform = messages.completed(inform) if "fragment" in name else inform
            device = self.known(inform)
            self.assertLess(seconds_since(device["last_contact"]), 600, (name, device))
        evcpe = messages.sample("evcpe/inform-default-namespaces.xml")
        self.assertIn(b"+0100<", evcpe)
        self.known(evcpe)


class Identity(rig.Case):
    def test_36_serial_numbers_and_product_classes_as_they_are(self):
        cases = {"nuran-cavium-inform-fragment-1.xml": "10.102.81.61", "huawei-hg8245h-inform-http-fragment-1.http": "48575443E204802C",
                 "cytco-bcm-inform-1.xml": "00100400FV020010000000a859f6a238"}
        for name, serial in cases.items():
            inform = messages.recorded(name)
            device = self.known(messages.completed(inform) if "fragment" in name else inform)
            self.assertEqual(device["serial"], serial)
        odd = messages.with_serial(messages.recorded("sagemcom-router-inform-1.xml"), "a b%2Dc/d")
        self.session(odd)
        self.assertEqual(self.server.api("GET", "/devices?serial=a%20b%252Dc%2Fd")[1]["data"][0]["serial"], "a b%2Dc/d")

    def test_36_an_oui_in_small_letters_is_the_same_device(self):
        zhone = messages.recorded("zhone-6718-inform-1.xml")
        self.assertIn(b"<OUI>00255e</OUI>", zhone)
        first = self.known(zhone)
        second = self.known(zhone.replace(b"<OUI>00255e</OUI>", b"<OUI>00255E</OUI>"))
        self.assertEqual((first["id"], second["oui"]), (second["id"], "00255E"))

    def test_36_the_same_serial_number_of_another_class_is_another_device(self):
        icwmp = messages.sample("icwmp/inform-1-4.xml")
        self.session(icwmp)
        self.session(icwmp.replace(b"<ProductClass>DG400<", b"<ProductClass>DG400 / b<"))
        self.session(icwmp.replace(b"<ProductClass>DG400</ProductClass>", b"<ProductClass></ProductClass>"))
        self.session(icwmp.replace(b"<OUI>00AA0B<", b"<OUI><"))
        found = self.server.api("GET", "/devices?serial=" + messages.serial_of(icwmp))[1]["data"]
        self.assertEqual(len({row["id"] for row in found}), 4)


class Carried(rig.Case):
    def test_37_headers_as_these_devices_write_them(self):
        for name, body in (("tdt-c1500-inform-http-fragment-1.http", None), ("amit-ax1122-inform-http-fragment-1.http", None),
                           ("sagemcom-fast2764-inform-http-fragment-1.http", None),
                           ("huawei-hg8245h-inform-http-fragment-1.http", None)):
            body = messages.completed(messages.recorded(name))
            box = self.box()
            answer = box.raw(messages.header_lines(name), body)
            self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), (name, answer.body))
            self.assertEqual(box.raw(["Content-Type: text/xml", f"Cookie: {box.cookie}"]).status, 204)

    def test_37_expect_is_answered_at_once(self):
        body = messages.completed(messages.recorded("tdt-c1500-inform-http-fragment-1.http"))
        box = self.box()
        box.send_raw(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
                     "Expect: 100-continue\r\n\r\n".encode())
        while b"\r\n\r\n" not in box.buffer:
            box._fill()
        self.assertTrue(box.buffer.startswith(b"HTTP/1.1 100 "), box.buffer)
        box.send_raw(body)
        self.assertEqual(box.read().method(), "InformResponse")

    def test_38_thomsons_chunks_as_they_were_recorded(self):
        raw = (messages.SHARED / "devices" / "messages" / "thomson-st780-inform-http-chunked-1.http").read_bytes()
        self.assertIn(b"chunked", raw)
        box = self.box()
        box.send_raw(raw)
        self.assertEqual(box.read().method(), "InformResponse")
        self.assertEqual(box.post().status, 204)

    def test_38_an_inform_that_icwmp_has_compressed(self):
        inform = messages.sample("icwmp/inform-1-4.xml")
        for coding, form in (("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "bare")):
            box = self.box()
            answer = box.post(zipped(inform, form), headers=[f"Content-Encoding: {coding}", "Accept-Encoding: gzip, deflate"])
            self.assertEqual((answer.status, answer.method()), (200, "InformResponse"), form)

    def test_39_a_length_that_is_too_small_costs_that_message_only(self):
        sim = messages.sample("genieacs-sim/inform-more-announced.xml")
        body = sim.replace(b">V1<", ">Vé1<".encode())
        box = self.box()
        box.send_raw(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {len(body) - 1}\r\n\r\n".encode()
                     + body)
        answer = box.read()
        self.assertTrue(answer.status == 400 or answer.method() == "Fault", answer.status)
        self.session(sim)
