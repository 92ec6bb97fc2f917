/* Addresses to listen on, and that a port has one server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acs/base/text.h"
#include "acs/http/http.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static const char *bound(int fd)
{
    static char address[64];

    assert_int_equal(http_bound_address(fd, address, sizeof(address)), ERR_OK);
    return address;
}

static void what_is_no_address_is_refused_with_an_example(void **state)
{
    static const char *const wrong[] = {
        "",
        ":",
        "7547",
        ":7547",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:http",
        "127.0.0.1:-1",
        "127.0.0.1:65536",
        "127.0.0.1:99999999999",
        "127.1:7547",
        "localhost:7547",
        "256.0.0.1:7547",
        "::1:7547",
        "[::1]",
        "[::1:7547",
        "::1]:7547",
        "[127.0.0.1]:7547",
        "[]:7547",
        "[fe80::1%lo]:7547",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:7547",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int fd = -1;

        assert_int_equal(http_bind(wrong[i], false, &fd), ERR_INVALID);
        assert_int_equal(fd, -1);
        assert_non_null(strstr(err_message(), "like 127.0.0.1:7547 or [::1]:7547"));
    }
}

static void an_address_that_is_not_ours_is_refused(void **state)
{
    int fd;

    (void)state;
    assert_int_equal(http_bind("192.0.2.1:0", false, &fd), ERR_INVALID);
    assert_string_equal(err_message(), "cannot listen on 192.0.2.1:0: this machine has no such address");
}

static void both_families_are_bound_and_named(void **state)
{
    int v4, v6;

    (void)state;
    assert_int_equal(http_bind("127.0.0.1:0", false, &v4), ERR_OK);
    assert_true(text_starts_with(bound(v4), "127.0.0.1:"));
    assert_false(text_ends_with(bound(v4), ":0"));
    assert_int_equal(http_bind("[::1]:0", false, &v6), ERR_OK);
    assert_true(text_starts_with(bound(v6), "[::1]:"));
    close(v4);
    close(v6);
}

static void a_second_server_on_the_port_fails_and_names_it(void **state)
{
    char expected[160];
    int fds[4];
    int fd;

    (void)state;
    assert_int_equal(http_bind("127.0.0.1:0", false, &fds[0]), ERR_OK);
    for (size_t workers = 1; workers < COUNT_OF(fds); workers++) {
        const char *address = bound(fds[0]);

        assert_int_equal(http_bind(address, false, &fd), ERR_CONFLICT);
        snprintf(expected, sizeof(expected),
                 "cannot listen on %s: another program listens there; stop it or choose another port",
                 address);
        assert_string_equal(err_message(), expected);
        assert_int_equal(http_bind(address, true, &fds[workers]), ERR_OK);
    }
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        close(fds[i]);
}

static void the_wildcard_does_not_slip_past_it(void **state)
{
    char wildcard[64];
    int first, fd;

    (void)state;
    assert_int_equal(http_bind("127.0.0.1:0", false, &first), ERR_OK);
    snprintf(wildcard, sizeof(wildcard), "0.0.0.0:%s", strrchr(bound(first), ':') + 1);
    assert_int_equal(http_bind(wildcard, false, &fd), ERR_CONFLICT);
    snprintf(wildcard, sizeof(wildcard), "[::]:%s", strrchr(bound(first), ':') + 1);
    assert_int_equal(http_bind(wildcard, false, &fd), ERR_CONFLICT);
    close(first);
}

static void a_port_that_was_let_go_is_free_at_once(void **state)
{
    char address[64];
    int fd;

    (void)state;
    assert_int_equal(http_bind("127.0.0.1:0", false, &fd), ERR_OK);
    snprintf(address, sizeof(address), "%s", bound(fd));
    close(fd);
    assert_int_equal(http_bind(address, false, &fd), ERR_OK);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_address_is_refused_with_an_example),
        cmocka_unit_test(an_address_that_is_not_ours_is_refused),
        cmocka_unit_test(both_families_are_bound_and_named),
        cmocka_unit_test(a_second_server_on_the_port_fails_and_names_it),
        cmocka_unit_test(the_wildcard_does_not_slip_past_it),
        cmocka_unit_test(a_port_that_was_let_go_is_free_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
