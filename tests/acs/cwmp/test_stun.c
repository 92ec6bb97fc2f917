#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/cwmp/stun.h"

enum { HEADER = 20, ROOM = 256 };

/* ---- requests ---- */

struct request {
    unsigned char bytes[ROOM];
    size_t len;
};

static struct request request_new(bool modern)
{
    struct request request = {
        .bytes = {0, 1},
          .len = HEADER
    };

    for (size_t i = 4; i < HEADER; i++)
        request.bytes[i] = (unsigned char)(0xa0 + i);
    if (modern)
        memcpy(request.bytes + 4, "\x21\x12\xa4\x42", 4);
    return request;
}

static void add(struct request *request, unsigned type, const void *value, size_t len)
{
    unsigned char *at = request->bytes + request->len;

    at[0] = (unsigned char)(type >> 8);
    at[1] = (unsigned char)type;
    at[3] = (unsigned char)len;
    memcpy(at + 4, value, len);
    request->len += 4 + ((len + 3) & ~(size_t)3);
    request->bytes[3] = (unsigned char)(request->len - HEADER);
}

static struct sockaddr_storage address_of(const char *host, unsigned port)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address;

    if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        in->sin_port = htons((uint16_t)port);
    } else {
        assert_int_equal(inet_pton(AF_INET6, host, &in6->sin6_addr), 1);
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)port);
    }
    return address;
}

/* ---- answers ---- */

struct reply {
    unsigned char bytes[STUN_ANSWER_MAX];
    size_t len;
    struct sockaddr_storage to;
};

static struct reply answer_from(const struct request *request, const char *host, unsigned port)
{
    struct sockaddr_storage from = address_of(host, port);
    struct sockaddr_storage own = address_of("192.0.2.1", 3478);
    struct stun_request read;
    struct reply reply;

    assert_true(stun_read(request->bytes, request->len, &read));
    reply.len = stun_answer(&read, &from, &own, reply.bytes, &reply.to);
    assert_in_range(reply.len, HEADER, STUN_ANSWER_MAX);
    assert_int_equal(reply.bytes[2] << 8 | reply.bytes[3], reply.len - HEADER);
    assert_memory_equal(reply.bytes + 4, request->bytes + 4, 16);
    return reply;
}

/* The value of an attribute, or NULL. */
static const unsigned char *find(const struct reply *reply, unsigned type)
{
    size_t len;

    for (size_t at = HEADER; at < reply->len; at += 4 + ((len + 3) & ~(size_t)3)) {
        len = (size_t)(reply->bytes[at + 2] << 8 | reply->bytes[at + 3]);
        if ((unsigned)(reply->bytes[at] << 8 | reply->bytes[at + 1]) == type)
            return reply->bytes + at + 4;
    }
    return NULL;
}

/* ---- what is required ---- */

/* G-01, G-02 */
static void a_classic_request_is_told_its_address(void **state)
{
    struct request request = request_new(false);
    struct reply reply = answer_from(&request, "198.51.100.9", 40000);

    (void)state;
    assert_memory_equal(reply.bytes, "\x01\x01", 2);
    assert_memory_equal(find(&reply, 0x0001), "\0\1\x9c\x40\xc6\x33\x64\x09", 8);
    assert_memory_equal(find(&reply, 0x0004), "\0\1\x0d\x96\xc0\x00\x02\x01", 8);
    assert_null(find(&reply, 0x0020));
    assert_null(find(&reply, 0x000b));
}

/* RFC 5389 15.2 */
static void a_modern_request_is_told_it_hidden_too(void **state)
{
    struct request request = request_new(true);
    struct reply reply = answer_from(&request, "198.51.100.9", 40000);

    (void)state;
    assert_non_null(find(&reply, 0x0001));
    assert_memory_equal(find(&reply, 0x0020), "\0\1\xbd\x52\xe7\x21\xc0\x4b", 8);
}

static void ipv6_and_ipv4_in_ipv6_are_told_as_what_they_are(void **state)
{
    struct request request = request_new(false);
    struct reply reply = answer_from(&request, "2001:db8::9", 40000);

    (void)state;
    assert_memory_equal(find(&reply, 0x0001), "\0\2\x9c\x40\x20\x01\x0d\xb8", 8);
    reply = answer_from(&request, "::ffff:198.51.100.9", 40000);
    assert_memory_equal(find(&reply, 0x0001), "\0\1\x9c\x40\xc6\x33\x64\x09", 8);
}

/* G-03 … G-06, G-11 */
static void what_annex_g_adds_is_known(void **state)
{
    struct request request = request_new(false);
    struct stun_request read;

    (void)state;
    add(&request, 0xc001, "dslforum.org/TR-111 ", 20);
    add(&request, 0xc002, "", 0);
    add(&request, 0x0006, "abc ", 4);
    add(&request, 0x0003, "\0\0\0\6", 4);
    add(&request, 0xc0ff, "whatever", 8);
    add(&request, 0x0008, "01234567890123456789", 20);
    assert_true(stun_read(request.bytes, request.len, &read));
    assert_true(read.for_calls && read.changed);
    assert_int_equal(read.unknown_count, 0);
    assert_memory_equal(answer_from(&request, "198.51.100.9", 40000).bytes, "\x01\x01", 2);
}

static void another_mark_is_not_that_of_calls(void **state)
{
    struct request request = request_new(false);
    struct stun_request read;

    (void)state;
    add(&request, 0xc001, "dslforum.org/TR-999 ", 20);
    assert_true(stun_read(request.bytes, request.len, &read));
    assert_false(read.for_calls);
}

static void what_must_be_understood_and_is_not_is_refused(void **state)
{
    struct request request = request_new(false);
    struct reply reply;

    (void)state;
    add(&request, 0x0077, "", 0);
    reply = answer_from(&request, "198.51.100.9", 40000);
    assert_memory_equal(reply.bytes, "\x01\x11", 2);
    assert_memory_equal(find(&reply, 0x0009), "\0\0\4\x14", 4);
    assert_memory_equal(find(&reply, 0x000a), "\0\x77\0\x77", 4);
    for (unsigned i = 0; i < 20; i++)
        add(&request, 0x0078 + i, "", 0);
    reply = answer_from(&request, "198.51.100.9", 40000);
    assert_memory_equal(find(&reply, 0x000a), "\0\x77\0\x78", 4);
}

/* G-10: how a device finds out for how long its way stays open, and no way to have others flooded */
static void another_port_of_the_same_host_may_be_answered(void **state)
{
    struct request request = request_new(false);
    struct reply reply;

    (void)state;
    add(&request, 0x0002, "\0\1\x75\x30\xc6\x33\x64\x09", 8);
    reply = answer_from(&request, "198.51.100.9", 40000);
    assert_int_equal(ntohs(((struct sockaddr_in *)&reply.to)->sin_port), 30000);
    assert_memory_equal(find(&reply, 0x000b), "\0\1\x9c\x40\xc6\x33\x64\x09", 8);
    reply = answer_from(&request, "198.51.100.10", 40000);
    assert_int_equal(ntohs(((struct sockaddr_in *)&reply.to)->sin_port), 40000);
    assert_null(find(&reply, 0x000b));
    reply = answer_from(&request, "::ffff:198.51.100.9", 40000);
    assert_int_equal(ntohs(((struct sockaddr_in6 *)&reply.to)->sin6_port), 30000);
}

/* G-27 */
static void what_is_malformed_gets_no_answer(void **state)
{
    struct request request = request_new(false);
    struct stun_request read;

    (void)state;
    for (size_t len = 0; len < HEADER; len++)
        assert_false(stun_read(request.bytes, len, &read));
    request.bytes[1] = 2; /* no Binding Request */
    assert_false(stun_read(request.bytes, request.len, &read));
    request = request_new(false);
    add(&request, 0x0006, "abcdefgh", 8);
    for (size_t len = HEADER; len < request.len; len++)
        assert_false(stun_read(request.bytes, len, &read));
    request.bytes[HEADER + 3] = 200; /* longer than the message */
    assert_false(stun_read(request.bytes, request.len, &read));
    request = request_new(false);
    add(&request, 0x0002, "\0\1\x75\x30", 4);
    assert_false(stun_read(request.bytes, request.len, &read));
    request = request_new(false);
    add(&request, 0x0002, "\0\3\x75\x30\xc6\x33\x64\x09", 8);
    assert_false(stun_read(request.bytes, request.len, &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_classic_request_is_told_its_address),
        cmocka_unit_test(a_modern_request_is_told_it_hidden_too),
        cmocka_unit_test(ipv6_and_ipv4_in_ipv6_are_told_as_what_they_are),
        cmocka_unit_test(what_annex_g_adds_is_known),
        cmocka_unit_test(another_mark_is_not_that_of_calls),
        cmocka_unit_test(what_must_be_understood_and_is_not_is_refused),
        cmocka_unit_test(another_port_of_the_same_host_may_be_answered),
        cmocka_unit_test(what_is_malformed_gets_no_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
