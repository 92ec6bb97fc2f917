"""Part T: HTTP between device and ACS (TR-069 3.1, 3.4)."""

import gzip
import zlib

import device
import soap
from suite import Case, waits
import wire


class Requests(Case):
    def test_T_01_a_session_is_posts_answered_in_http_1_1(self):
        """Every message of a session travels in a POST, and its answer is one of HTTP/1.1."""
        one = self.device()
        for answer in (one.inform(), one.say("<cwmp:GetRPCMethods/>"), one.empty()):
            self.assertEqual(answer.version, "HTTP/1.1")

    def test_T_02_other_verbs_are_told_to_post(self):
        """A verb that is not POST gets 405 with Allow: POST, and begins nothing."""
        for verb in ("GET", "HEAD", "PUT", "OPTIONS", "DELETE"):
            with self.subTest(verb):
                connection = self.world.target.connect()
                connection.send(f"{verb} {self.world.target.path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                _, status, headers = connection.read_head()
                connection.close()
                self.assertEqual(status, 405)
                self.assertIn(("allow", "POST"), [(name.lower(), text) for name, text in headers])
                self.assertNotIn("set-cookie", [name.lower() for name, _ in headers])

    def test_T_03_the_url_may_have_a_path_and_a_query(self):
        """The ACS URL is the operator's choice: path and query do not matter to a session."""
        for path in ("/", "/acs", "/acs/tr069?x=1&y=2"):
            with self.subTest(path):
                one = self.device()
                one.target = wire.Target(f"http://{one.target.host}{path}")
                self.assertEqual(one.session(), [])

    def test_T_04_our_requests_travel_in_responses(self):
        """A request of the ACS is the body of the 200 to the empty POST; its answer is the next POST."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.SoftwareVersion"])
        one.inform()
        answer = one.empty()
        self.assertEqual((answer.status, answer.name), (200, "GetParameterValues"))
        self.assertEqual(one.serve(answer)[0].name, "GetParameterValues")

    def test_T_05_X_08_a_fault_travels_with_status_200(self):
        """An HTTP answer with any CWMP message in it, also a Fault, has status 200."""
        one = self.device()
        one.inform()
        self.assertEqual(one.say("<cwmp:X_00256D_Nope/>").status, 200)

    def test_T_06_nothing_to_say_is_204(self):
        """With no work the empty POST is answered by 204."""
        one = self.device()
        one.inform()
        self.assertEqual(one.empty().status, 204)

    def test_T_07_a_204_has_no_body_and_leaves_the_connection_usable(self):
        """204 has neither body nor Content-Type nor Transfer-Encoding, and the next request is read rightly."""
        one = self.device()
        one.inform()
        answer = one.empty()
        self.assertEqual(answer.status, 204)
        self.assertEqual((answer.header("Content-Type"), answer.header("Transfer-Encoding")), (None, None))
        self.assertIn(answer.header("Content-Length"), (None, "0"))
        if one.connection is not None:
            self.assertEqual(one.inform().status, 200)

    def test_T_08_an_envelope_is_text_xml(self):
        """What carries an envelope is of type text/xml."""
        content_type = self.device().inform().header("Content-Type")
        self.assertEqual(content_type.split(";")[0].strip().lower(), "text/xml")

    def test_T_12_a_post_without_any_length_is_empty(self):
        """Neither Content-Length nor Transfer-Encoding means a body of nothing."""
        one = self.device()
        one.inform()
        self.assertEqual(one.post(b"", drop=["Content-Length"]).status, 204)

    def test_T_13_chunks_of_any_size_with_extensions_and_trailers_are_read(self):
        """A chunked body is read whatever its chunks are like."""
        for size, extension, trailer in ((1, b"", b""), (7, b";a=b", b""), (1000, b';q="x y"', b"X-Sum: 1\r\nX-B: 2\r\n")):
            with self.subTest(size):
                one = self.device()
                one.connect()
                head = one.head(None, headers=["Transfer-Encoding: chunked"])
                one.connection.send(head + wire.chunks(one.inform_text(), size, extension, trailer))
                self.assertEqual(one.read().name, "InformResponse")
                self.assertEqual(one.empty().status, 204)

    def test_T_14_a_long_request_is_framed_by_its_length(self):
        """However long our envelope is, it comes with a Content-Length that is right."""
        one, _ = self.known()
        names = [f"{one.root}X_00256D_{'n' * 100}.{number}" for number in range(60)]
        self.queued(one, "get", names=names)
        one.inform()
        answer = one.empty()
        self.assertEqual(answer.header("Content-Length"), str(len(answer.body)))
        self.assertIsNone(answer.header("Transfer-Encoding"))
        self.assertEqual(answer.message.names(), names)

    def test_T_15_a_device_that_expects_100_is_not_kept_waiting(self):
        """Expect: 100-continue is answered before the body is there."""
        one = self.device()
        body = one.inform_text()
        one.connect().send(one.head(len(body), headers=["Expect: 100-continue"]))
        one.connection.socket.settimeout(10)
        self.assertEqual(one.connection.read_head()[1], 100)
        one.connection.send(body)
        self.assertEqual(one.read().name, "InformResponse")

    def test_T_16_one_connection_carries_the_longest_session(self):
        """The ACS keeps the connection of a session open through 50 requests and more."""
        one, _ = self.known()
        name = one.root + "DeviceInfo.ProvisioningCode"
        for number in range(17):
            self.queued(one, "set", values=[(name, f"p{number}", "string")])
        one.inform()
        connection = one.connection
        self.assertGreaterEqual(len(one.serve(one.empty(), most=200)), 50)
        self.assertIs(one.connection, connection)

    def test_T_32_pipelined_requests_are_answered_in_order(self):
        """Two requests sent at once get their own answers, in order, or the connection is closed."""
        one = self.device()
        one.inform()
        first, second = (soap.envelope("<cwmp:GetRPCMethods/>", number) for number in ("101", "102"))
        one.connection.send(one.head(len(first)) + first + one.head(len(second)) + second)
        self.assertEqual(one.read().message.id, "101")
        try:
            self.assertEqual(one.read().message.id, "102")
        except wire.Closed:
            pass
        self.assert_alive()

    def test_T_39_absolute_targets_and_proxy_headers_change_nothing(self):
        """The absolute form of the target, another Host and the headers of proxies do not matter."""
        for how in ({"line": "POST http://acs.example/ HTTP/1.1"}, {"headers": ["Host: another.example:1"]},
                    {"headers": ["X-Forwarded-For: 192.0.2.1", "Via: 1.1 p", "Forwarded: for=192.0.2.1"]}):
            with self.subTest(how):
                one = self.device()
                self.assertEqual(one.post(one.inform_text(), **how).name, "InformResponse")
                self.assertEqual(one.post(b"", **how).status, 204)

    def test_T_40_http_1_0_and_a_connection_for_each_post_work_with_the_cookie(self):
        """A device whose connections end after each answer goes on by its cookie."""
        for how in ({"line": f"POST {self.world.target.path} HTTP/1.0"}, {"headers": ["Connection: close"]}):
            with self.subTest(how):
                one = self.device()
                self.assertEqual(one.post(one.inform_text(), **how).name, "InformResponse")
                answer = one.post(soap.envelope("<cwmp:GetRPCMethods/>"), new=True, **how)
                self.assertEqual(answer.name, "GetRPCMethodsResponse")
                self.assertEqual(one.post(b"", new=True, **how).status, 204)

    def test_T_43_a_bootstrap_brings_its_provisioning_code(self):
        """A device that found the ACS by DHCP says BOOTSTRAP and its ProvisioningCode like any other."""
        one = self.device()
        name = one.root + "DeviceInfo.ProvisioningCode"
        one.session(("0 BOOTSTRAP",), values=[(name, "isp.region.7", "xsd:string")])
        self.assertEqual(self.control.stored(self.found(one), name)[name][0], "isp.region.7")


class ContentTypes(Case):
    def informs(self, headers=(), drop=()):
        one = self.device()
        self.assertEqual(one.post(one.inform_text(), headers=headers, drop=drop).name, "InformResponse")

    def test_T_08_every_way_to_write_text_xml_is_taken(self):
        """text/xml is known in any case, with and without a charset, quoted or not."""
        for text in ("text/xml", "text/xml; charset=utf-8", 'text/xml; charset="utf-8"', "TEXT/XML;charset=UTF-8"):
            with self.subTest(text):
                self.informs([f"Content-Type: {text}"])

    def test_T_09_an_odd_or_missing_type_is_forgiven(self):
        """A valid envelope is read whatever type it claims."""
        for text in ("application/soap+xml", "text/plain", "text/html", "application/octet-stream", "x"):
            with self.subTest(text):
                self.informs([f"Content-Type: {text}"])
        self.informs(drop=["Content-Type"])

    def test_T_10_soapaction_may_be_anything_or_absent(self):
        """SOAPAction has no meaning to the ACS."""
        for text in ("", '""', "''", "Inform", '"urn:dslforum-org:cwmp-1-0#Inform"'):
            with self.subTest(text):
                self.informs([f"SOAPAction: {text}"] if text else ["SOAPAction:"])
        self.informs(drop=["SOAPAction"])


class EmptyPosts(Case):
    def ends(self, headers=(), body=b"", **how):
        one = self.device()
        one.inform()
        self.assertEqual(one.post(body, headers=headers, **how).status, 204)

    def test_T_11_empty_is_a_matter_of_length(self):
        """A body of nothing or of white space is an empty POST, whatever the headers say."""
        for text, how in (("length 0", {}), ("a stray type", {"headers": ["Content-Type: text/xml", "SOAPAction:"]}),
                          ("a line end", {"body": b"\r\n"}), ("blanks", {"body": b" \n\t "})):
            with self.subTest(text):
                self.ends(**how)

    def test_T_11_a_chunked_nothing_is_empty(self):
        """A chunked body without any chunk is an empty POST."""
        one = self.device()
        one.inform()
        one.connection.send(one.head(None, headers=["Transfer-Encoding: chunked"]) + b"0\r\n\r\n")
        self.assertEqual(one.read().status, 204)


class Sessions(Case):
    def test_T_17_a_session_goes_on_over_new_connections(self):
        """The session is found by its cookie when every POST comes on a connection of its own."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.SoftwareVersion"])
        one.inform()
        answer = one.empty(new=True)
        self.assertEqual(answer.name, "GetParameterValues")
        self.assertEqual(one.say(one.do_GetParameterValues(answer.message), answer.message.id, new=True).status, 204)

    def test_T_26_without_a_cookie_the_connection_is_the_session(self):
        """A device that never sends the cookie has its requests answered on the same connection."""
        one = self.device()
        one.inform()
        self.assertEqual(one.say("<cwmp:GetRPCMethods/>", drop=["Cookie"]).name, "GetRPCMethodsResponse")
        self.assertEqual(one.empty(drop=["Cookie"]).status, 204)

    def test_T_26_a_device_that_drops_cookies_keeps_its_session_by_the_connection(self):
        """Without any Cookie header the session goes on as long as the connection does."""
        one, _ = self.known()
        self.queued(one, "get", names=[one.root + "DeviceInfo.SoftwareVersion"])
        one.inform()
        answer = one.empty(drop=["Cookie"])
        self.assertEqual(answer.name, "GetParameterValues")
        self.assertEqual(one.say(one.do_GetParameterValues(answer.message), answer.message.id, drop=["Cookie"]).status, 204)

    def test_N_26_devices_behind_one_address_are_told_apart(self):
        """Sessions of many devices from one address go on side by side."""
        many = [self.device() for _ in range(40)]
        for one in many:
            one.inform()
        for one in reversed(many):
            self.assertEqual(one.say("<cwmp:GetRPCMethods/>").name, "GetRPCMethodsResponse")
        for one in many:
            self.assertEqual(one.empty().status, 204)

    def test_T_41_ipv6_is_spoken(self):
        """The ACS listens on IPv6 when it is told to, and keeps a literal address in a ConnectionRequestURL."""
        world = self.world.started_with({"listen": {"cwmp": "[::1]:{port}"}})
        self.assertIn("[::1]", world.target.host)
        one = self.device(world=world)
        one.values[one.root + "ManagementServer.ConnectionRequestURL"][0] = "http://[2001:db8::7]:7547/x"
        self.assertEqual(one.session(("1 BOOT",)), [])
        self.assertEqual(self.found(one)["connection_request_url"], "http://[2001:db8::7]:7547/x")

    @waits(6)
    def test_T_42_a_stalled_body_is_cut_off_and_the_device_may_begin_again(self):
        """Half an Inform and then silence costs its own connection only."""
        world = self.world.started_with({"limits": {"body_time": "1s", "header_time": "1s"}})
        one = self.device(world=world)
        one.session(("1 BOOT",))
        text = one.inform_text()
        one.connect().send(one.head(len(text)) + text[:200])
        again = device.Device(world, **one.who)
        self.addCleanup(again.close)
        self.assertEqual(again.session(), [])
        self.assertTrue(one.connection.is_closed(15))
        self.assertIn("1 BOOT", [code for code, _ in world.control.events(self.found(one))])


class Elsewhere(Case):
    """When devices shall go to another ACS."""

    def redirecting(self, status):
        target, _ = self.control.started_with({"limits": {"body_max": "1MiB"}})
        return self.world.started_with({"redirect": {"to": target + "acs?from=here", "status": status}}), target

    def test_T_27_T_28_an_inform_is_led_to_the_other_acs_and_begins_there(self):
        """302 or 307 with a Location and no envelope; the other one gets the Inform as its first message, this one keeps nothing."""
        for status in ("302", "307"):
            with self.subTest(status):
                world, target = self.redirecting(status)
                one = self.device(world=world)
                answer = one.post(one.inform_text(("1 BOOT",)))
                self.assertEqual((answer.status, answer.header("Location"), answer.body), (int(status), target + "acs?from=here", b""))
                self.assertFalse(answer.cookies())
                self.assertIsNone(world.control.find(one.who))
                one.close()
                one.target = wire.Target(answer.header("Location"))
                self.assertEqual(one.session(("1 BOOT",)), [])

    def test_T_27_what_is_no_inform_is_not_led_away(self):
        """Without a session anything but an Inform is refused and not redirected."""
        world, _ = self.redirecting("307")
        self.assert_refused(self.device(world=world).post(soap.envelope("<cwmp:GetRPCMethods/>")))


class Overload(Case):
    def test_T_31_too_many_are_told_to_come_later_and_sessions_go_on(self):
        """When there are too many connections a new one gets 503 before any work, while sessions that are open end well."""
        world = self.world.started_with({"limits": {"connections": "16"}})
        early = self.device(world=world)
        early.inform()
        many = [self.device(world=world) for _ in range(24)]
        answers = []
        for one in many:
            one.connect()
            answers.append(one.post(one.inform_text()))
        refused = [answer for answer in answers if answer.status == 503]
        self.assertTrue(refused)
        self.assertTrue(all(int(answer.header("Retry-After")) > 0 for answer in refused))
        self.assertIn("InformResponse", [answer.name for answer in answers])
        self.assertEqual(early.say("<cwmp:GetRPCMethods/>", new=True).name, "GetRPCMethodsResponse")
        self.assertEqual(early.empty(new=True).status, 204)
        for one in many:
            one.close()
        wire.poll("there is room again", lambda: self.device(world=world).post(early.inform_text()).status == 200, 20, 0.3)


class Cookies(Case):
    def cookie_text(self):
        texts = self.device().inform().all("Set-Cookie")
        self.assertEqual(len(texts), 1)
        return texts[0]

    def test_T_20_the_inform_response_sets_a_cookie(self):
        """The session's state is tied to a cookie that the InformResponse sets."""
        one = self.device()
        self.assertTrue(one.inform().all("Set-Cookie"))
        self.assertEqual(one.empty(new=True).status, 204)

    def test_T_21_the_cookie_is_short_and_of_plain_characters(self):
        """One cookie, far below the 512 bytes that a device is sure to keep."""
        text = self.cookie_text()
        self.assertLessEqual(len(text), 200)
        self.assertRegex(text.split(";")[0], r"^[A-Za-z0-9_.-]+=[A-Za-z0-9_.~-]+$")

    def test_T_22_the_cookie_ends_with_its_session(self):
        """No Expires or Max-Age; an Inform needs no cookie, and an old one does not hinder it."""
        text = self.cookie_text().lower()
        self.assertNotIn("expires", text)
        self.assertNotIn("max-age", text)
        one = self.device()
        one.session()
        self.assertTrue(one.cookie)
        self.assertEqual(one.session(), [])

    def test_T_23_the_cookie_comes_back_to_the_acs_url(self):
        """Set-Cookie with a Path that the ACS URL lies under, no Domain, and Secure only where TLS is spoken."""
        parts = [part.strip().lower() for part in self.cookie_text().split(";")[1:]]
        paths = [part[5:] for part in parts if part.startswith("path=")]
        self.assertEqual(paths, ["/"])
        self.assertFalse([part for part in parts if part.startswith("domain") or part == "secure"])
        self.assertFalse(self.device().inform().all("Set-Cookie2"))

    def test_T_24_a_returned_cookie_is_known_in_every_form_devices_use(self):
        """Quoted, with $Version and $Path, separated by commas, in one of several headers, with its attributes."""
        forms = ("{}", '$Version=1; {n}="{v}"; $Path=/', "a=1, {}", "a=1; {}; b=2", "{}; Path=/; HttpOnly",
                 "Path=/; {}", '$Version="1";{n}="{v}";$Path="/"')
        for form in forms:
            with self.subTest(form):
                one = self.device()
                one.inform()
                name, _, text = one.cookie[0].partition("=")
                header = "Cookie: " + form.format(one.cookie[0], n=name, v=text)
                self.assertEqual(one.post(b"", new=True, headers=[header]).status, 204)
        one = self.device()
        one.inform()
        self.assertEqual(one.post(b"", new=True, headers=["Cookie: other=1", f"Cookie: {one.cookie[0]}"]).status, 204)

    def test_T_25_cookies_cannot_be_guessed(self):
        """At least 128 random bits, never the serial number, never twice."""
        seen = set()
        for _ in range(150):
            one = self.device()
            text = one.inform().cookies()[0].partition("=")[2]
            self.assertNotIn(one.who["SerialNumber"].lower(), text.lower())
            seen.add(text)
            one.close()
        self.assertEqual(len(seen), 150)
        columns = [len({text[at] for text in seen}) for at in range(min(len(text) for text in seen))]
        self.assertGreaterEqual(sum(count >= 12 for count in columns) * 4, 128)

    def test_T_25_a_cookie_that_nobody_was_given_opens_nothing(self):
        """An invented cookie has no session."""
        one = self.device()
        one.inform()
        name, _, text = one.cookie[0].partition("=")
        one.cookie = [f"{name}={text[:-4]}{'0000' if text[-4:] != '0000' else '1111'}"]
        self.assert_refused(one.empty(new=True))


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


CODINGS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "Deflate": raw_deflate}


class Compression(Case):
    def informs(self, coding, text, **how):
        one = self.device()
        return one, one.post(text(one.inform_text(("1 BOOT",))), headers=[f"Content-Encoding: {coding}"], **how)

    def test_T_33_T_35_compressed_messages_are_read(self):
        """gzip by both of its names, and deflate with zlib's header and without, from the Inform on."""
        for coding, pack in CODINGS.items():
            with self.subTest(coding):
                one, answer = self.informs(coding, pack)
                self.assertEqual(answer.name, "InformResponse")
                text = pack(soap.envelope("<cwmp:GetRPCMethods/>"))
                self.assertEqual(one.post(text, headers=[f"Content-Encoding: {coding}"]).name, "GetRPCMethodsResponse")
                self.assertEqual(one.post(b"", headers=[f"Content-Encoding: {coding}"]).status, 204)
                self.assertIn(("1 BOOT", ""), self.control.events(self.found(one)))

    def test_T_34_an_unknown_coding_is_415(self):
        """A body in a coding that is not known is refused as such, and leaves no device behind."""
        for coding in ("br", "compress", "gzip, br", "zstd"):
            one, answer = self.informs(coding, gzip.compress)
            self.assertEqual(answer.status, 415, coding)
            self.assertEqual(self.control.count(one.who["SerialNumber"]), 0)

    def test_T_34_a_bomb_is_refused(self):
        """A thousandfold gzip bomb is refused; damaged and cut streams as well."""
        bomb = gzip.compress(bytes(200_000_000), 9)
        whole = gzip.compress(self.device().inform_text())
        for name, text, status in (("bomb", bomb, 413), ("cut", whole[:-9], 400), ("damaged", whole[:20] + b"xxxx" + whole[24:], 400),
                                   ("not packed", b"plain", 400)):
            with self.subTest(name):
                one = self.device()
                self.assertEqual(one.post(text, headers=["Content-Encoding: gzip"]).status, status)
        self.assert_alive()

    def test_T_36_answers_are_plain_for_who_did_not_ask(self):
        """Without Accept-Encoding the answer is not compressed, also to a compressed message; with it, it is one of those."""
        for coding in (None, "gzip"):
            one = self.device()
            body = one.inform_text() if coding is None else gzip.compress(one.inform_text())
            answer = one.post(body, headers=[] if coding is None else ["Content-Encoding: gzip"])
            self.assertIn(answer.header("Content-Encoding"), (None, "identity") if coding is None else (None, "identity", "gzip"))
        one = self.device()
        one.connect().send(one.head(len(one.inform_text()), headers=["Accept-Encoding: deflate, gzip"]) + one.inform_text())
        answer = one.connection.read()
        self.assertIn(answer.header("Content-Encoding"), (None, "identity", "deflate", "gzip"))


class Sizes(Case):
    def answer_of(self, one, count):
        pairs = [(f"{one.root}X_00256D.{number:07d}.{'n' * 60}", False) for number in range(count)]
        return one.names_response(pairs)

    def test_T_37_answers_of_40_kb_and_of_5_mb_are_taken(self):
        """There is no small fixed limit on what a device sends."""
        world = self.world.started_with({"limits": {"body_max": "8MiB"}})
        for count in (300, 29000):
            with self.subTest(count):
                one = self.device(world=world)
                one.session(("1 BOOT",))
                self.queued(one, "names", path=one.root)
                one.inform()
                answer = one.until("GetParameterNames", one.empty())
                text = self.answer_of(one, count)
                self.assertGreater(len(text), 40_000 if count == 300 else 5_000_000)
                self.assertIn(one.say(text, answer.message.id).status, (200, 204))

    def test_T_37_what_is_above_the_limit_is_refused_cleanly(self):
        """A body of 50 MB ends with an HTTP error, and the ACS goes on."""
        one = self.device()
        one.inform()
        one.connection.send(one.head(50_000_000))
        self.assertEqual(one.connection.read_head()[1], 413)
        self.assert_alive()

    def test_T_38_P_42_no_request_is_larger_than_every_device_must_take(self):
        """However much is asked for, each envelope of the ACS stays below 32 KiB."""
        one, _ = self.known()
        for number in range(900):
            one.values[f"{one.root}X_00256D.Table.{number}.{'n' * 40}"] = ["v", "xsd:string", True]
        self.queued(one, "names", path=one.root)
        requests = one.session(most=200)
        self.assertGreater(len(requests), 1)
        for request in requests:
            self.assertLess(len(request.data), 32768)
