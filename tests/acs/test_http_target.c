/* Where a URL may lead: every way to write an address that it may not. */
#include <string.h>

#include "acs/http/target.h"
#include "tests/support/check.h"

static int start(void **state)
{
    *state = arena_new(16 * 1024);
    return 0;
}

static int stop(void **state)
{
    arena_free(*state);
    return 0;
}

static enum err find(enum target_use use, const char *url, const char *networks, struct arena *arena,
                     struct http_target *ret)
{
    struct networks *allowed;
    enum err err;

    assert_int_equal(networks_read(networks, &allowed), ERR_OK);
    err = http_target_find(use, url, allowed, arena, ret);
    networks_free(allowed);
    return err;
}

static void test_addresses_that_are_not_public(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.9",
        "192.88.99.1",
        "192.0.0.8",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:10.1.2.3]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[fec0::1]",
        "[2001:db8::1]",
        "[100::1]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::ffff:169.254.169.254]",
    };

    for (size_t i = 0; i < COUNT_OF(hosts); i++)
        for (int plain = 0; plain < 2; plain++) {
            const char *url = arena_printf(*state, "%s://%s:8080/x", plain ? "http" : "https", hosts[i]);
            struct http_target target;
            enum err err = find(TARGET_WEB, url, "", *state, &target);

            if (err != ERR_DENIED && err != ERR_UNAVAILABLE && err != ERR_INVALID)
                fail_msg("%s: %s", url, err_name(err));
        }
}

static void test_public_addresses_are_reached_by_tls_only(void **state)
{
    static const char *const hosts[] = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "[2600::1]",
                                        "[2a00:1450::5]"};

    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        struct http_target target;

        assert_int_equal(
            find(TARGET_WEB, arena_printf(*state, "https://%s/x", hosts[i]), "", *state, &target), ERR_OK);
        assert_string_equal(target.port, "443");
        assert_int_equal(find(TARGET_WEB, arena_printf(*state, "http://%s/x", hosts[i]), "", *state, &target),
                         ERR_DENIED);
    }
}

static void test_allowed_networks(void **state)
{
    struct http_target target;

    assert_int_equal(find(TARGET_WEB, "http://127.0.0.1:8080/x", "127.0.0.0/8", *state, &target), ERR_OK);
    assert_string_equal(target.literal, "127.0.0.1");
    assert_string_equal(target.port, "8080");
    assert_int_equal(find(TARGET_WEB, "http://2130706433/", "127.0.0.0/8", *state, &target), ERR_OK);
    assert_string_equal(target.literal, "127.0.0.1");
    assert_int_equal(find(TARGET_WEB, "http://[::1]/", "::1/128", *state, &target), ERR_OK);
    assert_string_equal(target.host, "::1");
    assert_int_equal(find(TARGET_WEB, "http://10.0.0.1/", "127.0.0.0/8", *state, &target), ERR_DENIED);
    assert_int_equal(find(TARGET_WEB, "http://127.0.0.1/", "10.0.0.0/8", *state, &target), ERR_DENIED);
    assert_non_null(strstr(err_message(), "outbox.networks"));
}

static void test_mail_servers(void **state)
{
    struct http_target target;

    assert_int_equal(http_target_check(TARGET_MAIL, "smtps://mail.example"), ERR_OK);
    assert_int_equal(http_target_check(TARGET_MAIL, "smtp://mail.example:587"), ERR_OK);
    assert_int_equal(http_target_check(TARGET_MAIL, "https://mail.example"), ERR_INVALID);
    assert_int_equal(http_target_check(TARGET_MAIL, "smtp://user:password@mail.example"), ERR_INVALID);
    assert_int_equal(http_target_check(TARGET_WEB, "smtp://mail.example"), ERR_INVALID);
    assert_int_equal(find(TARGET_MAIL, "smtp://8.8.8.8:587", "127.0.0.0/8", *state, &target), ERR_OK);
    assert_false(target.is_inside);
    assert_int_equal(find(TARGET_MAIL, "smtps://127.0.0.1", "127.0.0.0/8", *state, &target), ERR_OK);
    assert_true(target.is_inside);
    assert_string_equal(target.port, "465");
    assert_int_equal(find(TARGET_MAIL, "smtp://169.254.169.254", "127.0.0.0/8", *state, &target), ERR_DENIED);
}

static void test_what_is_no_url(void **state)
{
    static const char *const urls[] = {
        "",
        "x",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "javascript:alert(1)",
        "dict://8.8.8.8/",
        "https://",
        "https://user@8.8.8.8/",
        "https://user:password@8.8.8.8/",
        "https://8.8.8.8:99999/",
        "https://8.8.8.8:x/",
        "https://8.8.8.8/a b",
        "https://8.8.8.8/\r\nHost: x",
        "https://8.8.8.8/\x01",
        "https://\xC3\xA9.example/",
        "https://[::1/",
        "//8.8.8.8/",
    };
    char longer[1100];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++)
        if (http_target_check(TARGET_WEB, urls[i]) != ERR_INVALID)
            fail_msg("%s was taken", urls[i]);
    memset(longer, 'a', sizeof(longer) - 1);
    memcpy(longer, "https://", 8);
    longer[sizeof(longer) - 1] = '\0';
    assert_int_equal(http_target_check(TARGET_WEB, longer), ERR_INVALID);
    assert_int_equal(http_target_check(TARGET_WEB, "https://example.net:8443/a?b=c"), ERR_OK);
    assert_int_equal(http_target_check(TARGET_WEB, "http://10.0.0.1/"),
                     ERR_OK); /* where it leads is asked later */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_addresses_that_are_not_public, start, stop),
        cmocka_unit_test_setup_teardown(test_public_addresses_are_reached_by_tls_only, start, stop),
        cmocka_unit_test_setup_teardown(test_allowed_networks, start, stop),
        cmocka_unit_test_setup_teardown(test_mail_servers, start, stop),
        cmocka_unit_test_setup_teardown(test_what_is_no_url, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
