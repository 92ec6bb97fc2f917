"""Part E, first half: the envelope, its headers and its namespaces, both ways (TR-069 3.5)."""

import xml.sax.saxutils

import soap
from suite import Case


class Ours(Case):
    """What the ACS writes."""

    def requests(self):
        """The requests of one session in which everything is asked of a device that a basic ACS can ask."""
        one, _ = self.known()
        name = one.root + "DeviceInfo.ProvisioningCode"
        self.queued(one, "get", names=[name])
        self.queued(one, "set", values=[(name, "x", "string")])
        self.queued(one, "names", path=one.root)
        self.queued(one, "reboot")
        return one.session()

    def test_E_02_the_namespaces_are_those_of_soap_1_1_and_of_xsd_2001(self):
        """Encoding, schema and instance namespaces are those the standard names."""
        message = self.device().inform().message
        declared = set(message.root.prefixes.values())
        self.assertLessEqual({soap.ENVELOPE, soap.ENCODING, soap.XSD, soap.XSI}, declared)

    def test_E_04_E_05_methods_are_qualified_and_arguments_are_not(self):
        """The method element is in the CWMP namespace, everything below it in none."""
        for message in [self.device().inform().message, *self.requests()]:
            self.assertEqual(message.method.namespace, soap.NAMESPACE["1.0"])
            for node in list(message.method.walk())[1:]:
                self.assertEqual(node.namespace, "", node.name)

    def test_E_07_each_request_of_ours_has_an_id_of_its_own(self):
        """Every request carries an ID of at most 32 characters, another one each time within a session."""
        ids = [message.id for message in self.requests()]
        self.assertGreater(len(ids), 4)
        self.assertTrue(all(text and len(text) <= 32 for text in ids), ids)
        self.assertEqual(len(set(ids)), len(ids))

    def test_E_12_must_understand_is_a_qualified_1(self):
        """mustUnderstand of our headers is in the SOAP namespace and says 1."""
        for message in [self.device().inform().message, *self.requests()]:
            node = message.header_node("ID")
            self.assertEqual(node.attribute(soap.ENVELOPE, "mustUnderstand"), "1")
            self.assertEqual([name for space, name in node.attributes if space == ""], [])

    def test_E_14_E_15_devices_are_never_held(self):
        """Neither HoldRequests nor NoMoreRequests is ever sent."""
        for message in [self.device().inform().message, *self.requests()]:
            self.assertIsNone(message.header_node("HoldRequests"))
            self.assertIsNone(message.header_node("NoMoreRequests"))

    def test_E_19_a_body_holds_one_method(self):
        """Each of our envelopes has exactly one element in its Body."""
        for message in self.requests():
            self.assertEqual(len(message.root.child("Body").children), 1)

    def test_E_21_E_22_E_23_arrays_say_what_they_hold(self):
        """arrayType names the member type, in scope, and counts the members, which are called like their type."""
        members = {"GetParameterValues": ("ParameterNames", soap.XSD, "string"),
                   "SetParameterValues": ("ParameterList", soap.NAMESPACE["1.0"], "ParameterValueStruct")}
        seen = set()
        for message in self.requests():
            if message.name not in members:
                continue
            name, namespace, kind = members[message.name]
            node = message.method.child(name)
            self.assertEqual(soap.array_size(node), (namespace, kind, len(node.children)))
            self.assertEqual({child.name for child in node.children}, {kind})
            seen.add(message.name)
        self.assertEqual(seen, set(members))

    def test_E_20_answers_are_named_after_their_method(self):
        """The response to Method is MethodResponse."""
        one = self.device()
        self.assertEqual(one.inform(("7 TRANSFER COMPLETE",)).name, "InformResponse")
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        self.assertEqual(one.say(soap.transfer_complete("k")).name, "TransferCompleteResponse")

    def test_E_42_output_is_utf_8_without_a_mark(self):
        """Our envelopes are UTF-8 without a byte order mark; the type says so."""
        answer = self.device().inform(message_id="é")
        self.assertFalse(answer.body.startswith(b"\xef\xbb\xbf"))
        answer.body.decode("utf-8")
        self.assertIn("utf-8", answer.header("Content-Type").lower())


class Ids(Case):
    def test_E_08_the_id_comes_back_as_it_was(self):
        """Whatever an ID holds, the answer repeats it, and is well-formed."""
        for text in ("a<&>\"' é", "", "x" * 32, "007", " two  blanks ", "&amp;", "]]>", "-1"):
            with self.subTest(text):
                answer = self.device().inform(message_id=xml.sax.saxutils.escape(text))
                self.assertEqual(answer.message.id, text)

    def test_E_09_no_id_no_id(self):
        """A request without an ID is answered without one."""
        self.assertIsNone(self.device().inform(message_id=None).message.id)
        one = self.device()
        one.inform()
        self.assertIsNone(one.say("<cwmp:GetRPCMethods/>", None).message.id)

    def test_E_10_an_answer_with_another_id_is_not_used(self):
        """A response whose ID is not that of the request is not taken for its answer."""
        one, found = self.known()
        name = one.root + "DeviceInfo.SoftwareVersion"
        handle = self.queued(one, "get", names=[name])
        one.inform()
        ours = one.empty()
        one.values[name][0] = "wrong-id"
        one.say(one.do_GetParameterValues(ours.message), ours.message.id + "x")
        self.assertNotEqual(self.control.outcome(handle)["state"], "succeeded")
        self.assertNotEqual(self.control.stored(found, name)[name][0], "wrong-id")

    def test_E_11_an_answer_that_lost_its_id_is_known_by_its_name(self):
        """A response without ID counts when it is the response to what was asked, and not when it is another."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        ours = one.empty()
        self.assertEqual(one.say(one.do_GetParameterValues(ours.message), None).status, 204)
        self.assertEqual(self.control.outcome(handle)["state"], "succeeded")

    def test_E_11_an_answer_without_id_and_with_another_name_is_not_used(self):
        """A response without ID to something that was not asked changes nothing."""
        one, _ = self.known()
        handle = self.queued(one, "get", names=[one.root + "DeviceInfo.UpTime"])
        one.inform()
        one.empty()
        one.say("<cwmp:RebootResponse/>", None)
        self.assertNotEqual(self.control.outcome(handle)["state"], "succeeded")


class Headers(Case):
    def test_E_13_a_header_that_must_be_understood_is_not_passed_over(self):
        """An unknown header with mustUnderstand=1 is refused; with 0, or without, it is passed over."""
        foo = '<x:Foo xmlns:x="urn:x" {}>1</x:Foo>'
        one = self.device()
        self.assert_refused(one.post(one.inform_text(headers=foo.format('SOAP-ENV:mustUnderstand="1"'))))
        for attribute in ('SOAP-ENV:mustUnderstand="0"', ""):
            self.assertEqual(self.device().inform(headers=foo.format(attribute)).name, "InformResponse")

    def test_E_15_no_more_requests_is_passed_over(self):
        """The old header NoMoreRequests changes nothing: what still comes is answered."""
        one = self.device()
        one.inform(headers="<cwmp:NoMoreRequests>1</cwmp:NoMoreRequests>")
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")

    def test_E_17_session_timeout_is_read_by_its_name(self):
        """The header is called SessionTimeout with a capital S; a 1.3 device is known by it."""
        one = self.device(version="1.3")
        one.inform(headers='<cwmp:SessionTimeout SOAP-ENV:mustUnderstand="0">60</cwmp:SessionTimeout>')
        one.empty()
        self.assertEqual(self.found(one)["cwmp_version"], "1.3")

    def test_E_18_use_cwmp_version_must_be_understood(self):
        """UseCWMPVersion comes in the InformResponse to a device that listed its versions, and says mustUnderstand=1."""
        one = self.device(version="1.4")
        answer = one.inform(headers="<cwmp:SupportedCWMPVersions>1.0,1.1,1.2,1.3,1.4</cwmp:SupportedCWMPVersions>")
        node = answer.message.header_node("UseCWMPVersion")
        self.assertEqual(node.attribute(soap.ENVELOPE, "mustUnderstand"), "1")
        self.assertIsNone(answer.message.header_node("SupportedCWMPVersions"))


class Layouts(Case):
    """The same Inform in every layout of namespaces that devices use."""

    def informs(self, text):
        answer = self.device().post(text)
        self.assertEqual(answer.name, "InformResponse", answer)
        return answer

    def test_E_01_soap_1_2_is_not_cwmp(self):
        """An envelope of SOAP 1.2 is refused, and leaves no device behind."""
        one = self.device()
        text = one.inform_text().replace(soap.ENVELOPE.encode(), b"http://www.w3.org/2003/05/soap-envelope")
        self.assert_refused(one.post(text))
        self.assertEqual(self.control.count(one.who["SerialNumber"]), 0)

    def test_E_03_any_prefix_will_do(self):
        """Prefixes are the device's own choice."""
        for prefix in ("soap", "soapenv", "SOAP-ENV", "s", "E"):
            with self.subTest(prefix):
                text = self.device().inform_text().replace(b"SOAP-ENV", prefix.encode())
                self.informs(text.replace(b"cwmp:", b"c:").replace(b"xmlns:cwmp=", b"xmlns:c=")
                             .replace(b"urn:dslforum-org:c:", b"urn:dslforum-org:cwmp-"))

    def test_E_03_default_namespaces_single_quotes_and_inner_declarations(self):
        """A default namespace for the envelope, single quotes, and CWMP declared on the method itself."""
        one = self.device()
        inner = soap.inform_body(one.who).replace("<cwmp:Inform>", f"<Inform xmlns='{soap.NAMESPACE['1.0']}'>")
        inner = inner.replace("</cwmp:Inform>", "</Inform>").replace("SOAP-ENC:arrayType", "e:arrayType")
        inner = inner.replace("<DeviceId>", "<DeviceId xmlns=''>").replace("<Event ", "<Event xmlns='' ")
        inner = inner.replace("<ParameterList ", "<ParameterList xmlns='' ")
        for name in ("MaxEnvelopes", "CurrentTime", "RetryCount"):
            inner = inner.replace(f"<{name}>", f"<{name} xmlns=''>")
        self.informs((f"<Envelope xmlns='{soap.ENVELOPE}' xmlns:e='{soap.ENCODING}' xmlns:xsi='{soap.XSI}'>"
                      f"<Body>{inner}</Body></Envelope>").encode())

    def test_E_06_qualified_arguments_are_forgiven(self):
        """Arguments that a device wrongly puts into the CWMP namespace are read all the same."""
        text = self.device().inform_text().decode()
        for name in ("DeviceId", "OUI", "SerialNumber", "Event", "EventStruct", "EventCode", "MaxEnvelopes", "ParameterList"):
            text = text.replace(f"<{name}>", f"<cwmp:{name}>").replace(f"<{name} ", f"<cwmp:{name} ")
            text = text.replace(f"</{name}>", f"</cwmp:{name}>")
        self.informs(text.encode())

    def test_E_55_encoding_style_is_passed_over(self):
        """The attribute encodingStyle on Envelope or Body changes nothing."""
        style = f' SOAP-ENV:encodingStyle="{soap.ENCODING}"'.encode()
        text = self.device().inform_text()
        self.informs(text.replace(b"<SOAP-ENV:Body", b"<SOAP-ENV:Body" + style))
        self.informs(self.device().inform_text().replace(b"<SOAP-ENV:Envelope", b"<SOAP-ENV:Envelope" + style))

    def test_E_46_white_space_before_the_declaration_is_forgiven(self):
        """Line ends in front of the XML declaration do not hide a message."""
        self.informs(b'\r\n <?xml version="1.0"?>' + self.device().inform_text())

    def test_E_49_cdata_comments_and_instructions_are_xml(self):
        """CDATA sections, comments and processing instructions are read as XML says."""
        one = self.device()
        text = one.inform_text(values=[(one.root + "X.A", "MARK", "xsd:string")]).decode()
        text = text.replace("MARK", "<![CDATA[a<b]]>").replace("<DeviceId>", "<!-- c --><?pi x?><DeviceId>")
        self.informs(text.encode())
        self.assertEqual(self.control.stored(self.found(one), one.root + "X.A")[one.root + "X.A"][0], "a<b")

    def test_E_56_references_of_soap_toolkits_are_refused_clearly(self):
        """A body of references (href, multiRef) is resolved or gets a Fault, not silence."""
        one = self.device()
        text = one.inform_text().replace(b"<Event ", b'<Event href="#id1" ')
        answer = one.post(text)
        self.assertTrue(answer.name in ("Fault", "InformResponse") or answer.status >= 400, answer)

    def test_E_19_two_methods_in_one_body_are_refused(self):
        """A Body with two entries gets a Fault."""
        one = self.device()
        one.inform()
        self.assert_refused(one.say("<cwmp:GetRPCMethods/><cwmp:GetRPCMethods/>"))
        self.assert_alive()
