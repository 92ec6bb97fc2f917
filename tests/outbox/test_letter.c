/* Letters as a mail server gets them: what is in them is that, and nothing else. */
#include "acs/outbox/letter.h"

#include <string.h>

#include "acs/base/crypto.h"
#include "tests/support/check.h"

static const char *const to[] = {"n2@isp.example", "plantao@isp.example"};

static struct letter plain_letter(void)
{
    return (struct letter){.from = "farol@isp.example",
                           .sender = "Farol",
                           .to = to,
                           .to_count = 2,
                           .subject = "2026-1130-000001",
                           .text = "Resumo\n",
                           .id = "0123456789abcdef@isp.example",
                           .at_us = 1796040000 * INT64_C(1000000)};
}

static const char *write(const struct letter *letter, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    letter_write(letter, &out);
    return text_string(&out);
}

static void test_good_addresses(void **state)
{
    static const char *const good[] = {"a@b",
                                       "n2@isp.example",
                                       "redes.n2+farol@mail.isp.com.br",
                                       "o'neil@x.example",
                                       "a-b_c@x-y.example",
                                       "1@2.3.4",
                                       "ana=n2@x1.example.org"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        if (!letter_address_is_good(good[i]))
            fail_msg("%s was refused", good[i]);
}

static void test_addresses_that_could_mean_something_else(void **state)
{
    static const char *const bad[] = {
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@b\r\nRCPT TO:<x@y>",
        "a\r\nSubject: x@b",
        "a@b>",
        "<a@b>",
        "\"a\"@b",
        "a,b@c",
        "a;b@c",
        "a:b@c",
        "a(b)@c",
        "a@[127.0.0.1]",
        "a@b..c",
        "a@.b",
        "a@b.",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@-b",
        "a@b-",
        "a@b.-c",
        "a@b-.c",
        "-oQ/tmp@b",
        "\xC3\xA7@b",
        "a@\xC3\xA7.example",
        "a@b_c",
        "a\x7F@b",
        "a@b\t",
    };
    char longest[300];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (letter_address_is_good(bad[i]))
            fail_msg("%s was taken", bad[i]);
    memset(longest, 'a', sizeof(longest));
    memcpy(longest + 65, "@b", 3);
    assert_false(letter_address_is_good(longest)); /* 65 before it */
    assert_true(letter_address_is_good(longest + 1));
}

static void test_lists_of_addresses(void **state)
{
    const char *read[LETTER_TO_MOST];
    AUTO_ARENA arena = arena_new(1024);
    size_t count;

    (void)state;
    assert_int_equal(letter_read_addresses(" a@x, b@y ,c@z", arena, read, &count), ERR_OK);
    assert_int_equal(count, 3);
    assert_string_equal(read[0], "a@x");
    assert_string_equal(read[2], "c@z");
    assert_int_equal(letter_read_addresses("", arena, read, &count), ERR_INVALID);
    assert_int_equal(letter_read_addresses(" , ", arena, read, &count), ERR_INVALID);
    assert_int_equal(letter_read_addresses("a@x, b", arena, read, &count), ERR_INVALID);
    assert_int_equal(letter_read_addresses("a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b", arena, read, &count),
                     ERR_OK);
    assert_int_equal(
        letter_read_addresses("a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b", arena, read, &count),
        ERR_INVALID);
    assert_string_equal(letter_domain("a@b.example"), "b.example");
}

static void test_a_letter_to_the_byte(void **state)
{
    struct letter letter = plain_letter();
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    assert_string_equal(write(&letter, arena), "From: =?UTF-8?B?RmFyb2w=?=\r\n <farol@isp.example>\r\n"
                                               "To: n2@isp.example,\r\n plantao@isp.example\r\n"
                                               "Subject: =?UTF-8?B?MjAyNi0xMTMwLTAwMDAwMQ==?=\r\n"
                                               "Date: Mon, 30 Nov 2026 12:00:00 +0000\r\n"
                                               "Message-ID: <0123456789abcdef@isp.example>\r\n"
                                               "Auto-Submitted: auto-generated\r\n"
                                               "MIME-Version: 1.0\r\n"
                                               "Content-Type: text/plain; charset=utf-8\r\n"
                                               "Content-Transfer-Encoding: base64\r\n\r\n"
                                               "UmVzdW1vDQo=\r\n");
}

static void test_what_follows_answers_the_first_and_what_is_urgent_says_so(void **state)
{
    struct letter letter = plain_letter();
    AUTO_ARENA arena = arena_new(1024);
    const char *written;

    (void)state;
    letter.answers = "first@isp.example";
    letter.urgent = true;
    written = write(&letter, arena);
    assert_non_null(strstr(written, "\r\nIn-Reply-To: <first@isp.example>\r\n"));
    assert_non_null(strstr(written, "\r\nReferences: <first@isp.example>\r\n"));
    assert_non_null(strstr(written, "\r\nImportance: high\r\n"));
}

/* Whatever is in them: the same headers, no line longer than 78, no part that was not made here. */
static void check_shape(const struct letter *letter, struct arena *arena)
{
    static const char *const headers[] = {
        "From:",           "To:",           "Subject:",     "Date:", "Message-ID:",
        "Auto-Submitted:", "MIME-Version:", "Content-Type:"};
    const char *written = write(letter, arena), *body = strstr(written, "\r\n\r\n");
    size_t header = 0, boundaries = 0;

    for (const char *line = written, *end; *line != '\0'; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 78);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        boundaries += strncmp(line, "--=_farol_=", 11) == 0;
        if (line > body || line[0] == ' ')
            continue;
        if (header < COUNT_OF(headers) && strncmp(line, headers[header], strlen(headers[header])) == 0)
            header++;
    }
    assert_int_equal(header, COUNT_OF(headers));
    assert_int_equal(boundaries, letter->page == NULL ? 0 : 3);
}

static void test_hostile_words_stay_words(void **state)
{
#define LAMP "\xF0\x9F\x92\xA1"
    static const char lamps[] = LAMP LAMP LAMP LAMP LAMP LAMP LAMP LAMP LAMP LAMP LAMP LAMP;
    static const char *const hostile[] = {
        "\r\nBcc: x@y\r\n\r\nbody",
        "--=_farol_=--\r\n",
        "\r\n.\r\nMAIL FROM:<x@y>\r\n",
        "=?UTF-8?B?QmNjOg==?=",
        lamps,
        "\xFF\xFE broken \xC3",
        "",
    };
    AUTO_ARENA arena = arena_new(64 * 1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        const struct letter_page page = {"cas_1.html", hostile[i]};
        struct letter letter = plain_letter();

        letter.subject = letter.text = letter.sender = hostile[i];
        check_shape(&letter, arena);
        letter.page = &page;
        check_shape(&letter, arena);
    }
}

/* What is between the first "?B?" of a line and "?=", decoded. */
static void add_words(struct text *out, const char *line, size_t len)
{
    const char *from = memmem(line, len, "?B?", 3);
    const char *to_end = from == NULL ? NULL : memmem(from, len - (size_t)(from - line), "?=", 2);
    unsigned char bytes[100];
    size_t decoded;

    if (to_end == NULL)
        return;
    assert_true(crypto_unbase64(from + 3, (size_t)(to_end - from - 3), bytes, &decoded));
    assert_true(text_is_utf8((const char *)bytes, decoded)); /* each word by itself */
    text_add(out, bytes, decoded);
}

static void test_a_long_subject_is_cut_between_characters(void **state)
{
    static const char subject[] =
        "Óptico −27,6 dBm desde ontem às 22:14; três quedas; o cabo já foi conferido e não está dobrado";
    AUTO_ARENA arena = arena_new(4096);
    struct letter letter = plain_letter();
    struct text read = TEXT_IN(arena);
    const char *line, *end;

    (void)state;
    letter.subject = subject;
    line = strstr(write(&letter, arena), "Subject:");
    do {
        end = strstr(line, "\r\n");
        add_words(&read, line, (size_t)(end - line));
        line = end + 2;
    } while (line[0] == ' ');
    assert_string_equal(text_string(&read), subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_addresses),
        cmocka_unit_test(test_addresses_that_could_mean_something_else),
        cmocka_unit_test(test_lists_of_addresses),
        cmocka_unit_test(test_a_letter_to_the_byte),
        cmocka_unit_test(test_what_follows_answers_the_first_and_what_is_urgent_says_so),
        cmocka_unit_test(test_hostile_words_stay_words),
        cmocka_unit_test(test_a_long_subject_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
