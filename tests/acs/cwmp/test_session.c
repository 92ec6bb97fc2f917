#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acs/cwmp/sessions.h"

static void every_pair_outside_the_table_is_refused(void **state)
{
    size_t count, allowed = 0;
    const struct session_step *steps = session_steps(&count);

    (void)state;
    for (unsigned s = 0; s < SESSION_STATE_COUNT; s++)
        for (unsigned i = 0; i < SESSION_INPUT_COUNT; i++)
            allowed += session_step((enum session_state)s, (enum session_input)i) != SESSION_REFUSE;
    assert_int_equal(allowed, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(session_step(steps[i].state, steps[i].input), steps[i].task);
}

static void nothing_but_an_inform_begins_a_session(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SESSION_INPUT_COUNT; i++)
        assert_int_equal(session_step(SESSION_NEW, (enum session_input)i),
                         i == SESSION_GOT_INFORM ? SESSION_WELCOME : SESSION_REFUSE);
}

static void an_empty_post_in_place_of_an_answer_is_one(void **state)
{
    (void)state;
    assert_int_equal(session_step(SESSION_WAITING, SESSION_GOT_EMPTY), SESSION_TAKE_ANSWER);
}

/* A device sends requests of its own, and answers to ours; whatever else it says is nothing that we know. */
static void every_method_has_its_class(void **state)
{
    struct cwmp_message message = {0};
    unsigned requests = 0, responses = 0;

    (void)state;
    assert_int_equal(session_classify(NULL), SESSION_GOT_EMPTY);
    for (unsigned m = 0; m < CWMP_METHOD_COUNT; m++) {
        bool ours;
        enum session_input input;

        message.method = (enum cwmp_method)m;
        ours = !cwmp_may_come_from_device(message.method);
        input = session_classify(&message);
        requests += input == SESSION_GOT_REQUEST;
        responses += input == SESSION_GOT_RESPONSE;
        assert_true(!ours || input == SESSION_GOT_UNSUPPORTED);
        assert_true(input != SESSION_GOT_RESPONSE || cwmp_is_response(message.method));
        assert_true(ours || m == CWMP_UNKNOWN_METHOD || input != SESSION_GOT_UNSUPPORTED);
    }
    assert_int_equal(requests, 7);   /* GetRPCMethods and what a device reports, besides Inform */
    assert_int_equal(responses, 20); /* to each method of A.3.1, A.3.2 and A.4.1 */
}

static void the_cookie_comes_back_in_every_form_that_devices_use(void **state)
{
    static const char plain[] = "01-0123456789abcdeffedcba9876543210";
    static const char *const forms[] = {
        "farol=%s",      "farol=\"%s\"",        "$Version=1; farol=\"%s\"; $Path=/",
        "a=1, farol=%s", "a=1;farol = %s ;b=2", "xfarol=1; farol=%s",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        AUTO_ARENA arena = arena_new(256);
        struct text header = TEXT_IN(arena);
        const char *hole = strstr(forms[i], "%s");
        struct cookie cookie = {0};

        text_add(&header, forms[i], (size_t)(hole - forms[i]));
        text_puts(&header, plain);
        text_puts(&header, hole + 2);
        cookie_read(header.data, &cookie);
        assert_true(cookie.found);
        assert_int_equal(cookie.worker, 1);
        assert_true(cookie.value.high == 0x0123456789abcdef && cookie.value.low == 0xfedcba9876543210);
    }
}

static void what_is_no_cookie_of_ours_is_none(void **state)
{
    static const char *const others[] = {
        "",
        "farol",
        "farol=",
        "farol=01-0123",
        "farol=zz-0123456789abcdeffedcba9876543210",
        "session=abc",
        "farol=01x0123456789abcdeffedcba9876543210",
        "notfarol=01-0123456789abcdeffedcba9876543210",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        struct cookie cookie = {0};

        cookie_read(others[i], &cookie);
        assert_false(cookie.found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_outside_the_table_is_refused),
        cmocka_unit_test(nothing_but_an_inform_begins_a_session),
        cmocka_unit_test(an_empty_post_in_place_of_an_answer_is_one),
        cmocka_unit_test(every_method_has_its_class),
        cmocka_unit_test(the_cookie_comes_back_in_every_form_that_devices_use),
        cmocka_unit_test(what_is_no_cookie_of_ours_is_none),
    };

    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
