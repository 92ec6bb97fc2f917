#include "acs/base/err.h"

#include <pthread.h>
#include <string.h>

#include "tests/base/check.h"

static void a_refusal_is_a_code_and_a_sentence(void **state)
{
    (void)state;
    assert_int_equal(err_set(ERR_INVALID, "'%s' is not a number", "x"), ERR_INVALID);
    assert_string_equal(err_message(), "'x' is not a number");
}

static void a_message_may_quote_the_one_before(void **state)
{
    (void)state;
    (void)err_set(ERR_INVALID, "first");
    (void)err_set(ERR_CONFLICT, "second after %s", err_message());
    assert_string_equal(err_message(), "second after first");
}

static enum err fail_if(bool wanted)
{
    return wanted ? err_set(ERR_NOT_FOUND, "nobody here") : ERR_OK;
}

static enum err look(bool fail)
{
    TRY(err_while(fail_if(fail), "looking for %s", "Ana"));
    return ERR_OK;
}

static void callers_say_what_they_were_doing(void **state)
{
    (void)state;
    assert_int_equal(look(true), ERR_NOT_FOUND);
    assert_string_equal(err_message(), "looking for Ana: nobody here");
    assert_int_equal(look(false), ERR_OK);
}

static void a_long_message_is_cut_not_overrun(void **state)
{
    char word[400];

    (void)state;
    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    (void)err_set(ERR_INTERNAL, "%s%s", word, word);
    assert_int_equal(strlen(err_message()), 511);
    (void)err_while(ERR_INTERNAL, "%s", word);
    assert_int_equal(strlen(err_message()), 511);
    (void)err_while(ERR_INTERNAL, "%s%s", word, word);
    assert_int_equal(strlen(err_message()), 511);
}

static void *fail_elsewhere(void *unused)
{
    (void)err_set(ERR_INTERNAL, "elsewhere");
    return unused;
}

static void each_thread_has_its_own_message(void **state)
{
    pthread_t thread;

    (void)state;
    (void)err_set(ERR_INVALID, "here");
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    pthread_join(thread, NULL);
    assert_string_equal(err_message(), "here");
}

static void every_code_has_its_name_and_status(void **state)
{
    static const struct {
        enum err code;
        int status;
        const char *name;
    } cases[] = {
        {ERR_OK,          200, "OK"         },
        {ERR_INVALID,     400, "INVALID"    },
        {ERR_DENIED,      403, "DENIED"     },
        {ERR_NOT_FOUND,   404, "NOT_FOUND"  },
        {ERR_CONFLICT,    409, "CONFLICT"   },
        {ERR_TOO_LARGE,   413, "TOO_LARGE"  },
        {ERR_UNAVAILABLE, 503, "UNAVAILABLE"},
        {ERR_INTERNAL,    500, "INTERNAL"   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(err_name(cases[i].code), cases[i].name);
        assert_int_equal(err_http_status(cases[i].code), cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_a_code_and_a_sentence),
        cmocka_unit_test(a_message_may_quote_the_one_before),
        cmocka_unit_test(callers_say_what_they_were_doing),
        cmocka_unit_test(a_long_message_is_cut_not_overrun),
        cmocka_unit_test(each_thread_has_its_own_message),
        cmocka_unit_test(every_code_has_its_name_and_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
