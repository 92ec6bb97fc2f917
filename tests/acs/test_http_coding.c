/* Compressed bodies: every form that devices send, streams that are damaged, and bombs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "acs/http/coding.h"

enum { GZIP = 15 + 16, ZLIB = 15, RAW = -15, PACKED_MAX = 64 * 1024, MAX = 4 * 1024 * 1024 };

static char packed[PACKED_MAX];

static size_t pack(int window, const char *bytes, size_t len, char *to, size_t room)
{
    z_stream stream = {0};
    size_t packed_len;

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)len;
    stream.next_out = (Bytef *)to;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed_len = room - stream.avail_out;
    deflateEnd(&stream);
    return packed_len;
}

static void codings_are_known_by_name(void **state)
{
    static const struct {
        const char *name;
        bool known;
        enum http_coding coding;
    } cases[] = {
        {"identity", true,  HTTP_CODING_NONE   },
        {"gzip",     true,  HTTP_CODING_GZIP   },
        {"X-GZip",   true,  HTTP_CODING_GZIP   },
        {"deflate",  true,  HTTP_CODING_DEFLATE},
        {"compress", false, HTTP_CODING_NONE   },
        {"br",       false, HTTP_CODING_NONE   },
        {"gzip, br", false, HTTP_CODING_NONE   },
        {"",         false, HTTP_CODING_NONE   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        enum http_coding coding = HTTP_CODING_NONE;

        assert_int_equal(coding_by_name(cases[i].name, &coding), cases[i].known);
        assert_int_equal(coding, cases[i].coding);
    }
}

static void every_form_comes_out_as_it_went_in(void **state)
{
    static const struct {
        int window;
        enum http_coding coding;
    } forms[] = {
        {GZIP, HTTP_CODING_GZIP   },
        {ZLIB, HTTP_CODING_DEFLATE},
        {RAW,  HTTP_CODING_DEFLATE},
    };
    static const size_t lengths[] = {0, 1, 11, 4095, 4096, 4097, 30000};

    (void)state;
    for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++) {
        for (size_t l = 0; l < sizeof(lengths) / sizeof(*lengths); l++) {
            AUTO_ARENA arena = arena_new(1024);
            char *plain = arena_alloc(arena, lengths[l] + 1);
            char *out;
            size_t len, out_len;

            for (size_t i = 0; i < lengths[l]; i++)
                plain[i] = (char)('a' + (i * 7 + i / 13) % 26);
            len = pack(forms[f].window, plain, lengths[l], packed, sizeof(packed));
            assert_int_equal(
                coding_decode(forms[f].coding, (struct coded_body){packed, len}, MAX, arena, &out, &out_len),
                ERR_OK);
            assert_int_equal(out_len, lengths[l]);
            assert_memory_equal(out, plain, lengths[l]);
            assert_int_equal(out[out_len], '\0');
        }
    }
}

static void two_gzip_members_are_one_body(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    size_t len = pack(GZIP, "left ", 5, packed, sizeof(packed));
    char *out;
    size_t out_len;

    (void)state;
    len += pack(GZIP, "right", 5, packed + len, sizeof(packed) - len);
    assert_int_equal(
        coding_decode(HTTP_CODING_GZIP, (struct coded_body){packed, len}, MAX, arena, &out, &out_len),
        ERR_OK);
    assert_string_equal(out, "left right");
}

static void a_stream_that_is_cut_damaged_or_followed_is_refused(void **state)
{
    static const char text[] = "<SOAP-ENV:Envelope>something to say</SOAP-ENV:Envelope>";
    size_t len = pack(GZIP, text, sizeof(text), packed, sizeof(packed));

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        AUTO_ARENA arena = arena_new(1024);
        char *out;
        size_t out_len;

        assert_int_equal(
            coding_decode(HTTP_CODING_GZIP, (struct coded_body){packed, cut}, MAX, arena, &out, &out_len),
            ERR_INVALID);
    }
    for (size_t extra = 1; extra < 4; extra++) {
        AUTO_ARENA arena = arena_new(1024);
        char *out;
        size_t out_len;

        memset(packed + len, 'x', extra);
        assert_int_equal(coding_decode(HTTP_CODING_GZIP, (struct coded_body){packed, len + extra}, MAX, arena,
                                       &out, &out_len),
                         ERR_INVALID);
    }
    packed[len / 2] = (char)~packed[len / 2];
    AUTO_ARENA arena = arena_new(1024);
    char *out;
    size_t out_len;
    assert_int_not_equal(
        coding_decode(HTTP_CODING_GZIP, (struct coded_body){packed, len}, MAX, arena, &out, &out_len),
        ERR_OK);
    assert_int_equal(
        coding_decode(HTTP_CODING_DEFLATE, (struct coded_body){"plain text", 10}, MAX, arena, &out, &out_len),
        ERR_INVALID);
    assert_int_equal(
        coding_decode(HTTP_CODING_DEFLATE, (struct coded_body){"", 0}, MAX, arena, &out, &out_len),
        ERR_INVALID);
}

static void a_bomb_costs_no_more_than_its_own_size_allows(void **state)
{
    AUTO_ARENA plain_arena = arena_new(1024);
    AUTO_ARENA arena = arena_new(1024);
    size_t plain_len = 16 * 1024 * 1024;
    char *plain = arena_zalloc(plain_arena, plain_len);
    size_t len = pack(GZIP, plain, plain_len, packed, sizeof(packed));
    char *out;
    size_t out_len;

    (void)state;
    assert_int_equal(
        coding_decode(HTTP_CODING_GZIP, (struct coded_body){packed, len}, MAX, arena, &out, &out_len),
        ERR_TOO_LARGE);
    assert_true(arena_used(arena) < 4 * (CODING_FREE_BYTES + len * CODING_RATIO_MAX));
    len = pack(RAW, plain, 1000000, packed, sizeof(packed)); /* below max, but a thousand times its size */
    assert_int_equal(
        coding_decode(HTTP_CODING_DEFLATE, (struct coded_body){packed, len}, MAX, arena, &out, &out_len),
        ERR_TOO_LARGE);
    len = pack(RAW, plain, 1001, packed, sizeof(packed));
    assert_int_equal(
        coding_decode(HTTP_CODING_DEFLATE, (struct coded_body){packed, len}, 1000, arena, &out, &out_len),
        ERR_TOO_LARGE);
    assert_int_equal(
        coding_decode(HTTP_CODING_DEFLATE, (struct coded_body){packed, len}, 1001, arena, &out, &out_len),
        ERR_OK);
    assert_int_equal(out_len, 1001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codings_are_known_by_name),
        cmocka_unit_test(every_form_comes_out_as_it_went_in),
        cmocka_unit_test(two_gzip_members_are_one_body),
        cmocka_unit_test(a_stream_that_is_cut_damaged_or_followed_is_refused),
        cmocka_unit_test(a_bomb_costs_no_more_than_its_own_size_allows),
    };

    return cmocka_run_group_tests_name("http coding", tests, NULL, NULL);
}
