#include "acs/auth/password.h"

#include <string.h>
#include <sys/resource.h>

#include "acs/base/clock.h"
#include "tests/support/check.h"

static bool fits(const char *password, const char *hash)
{
    bool right = true;

    assert_int_equal(password_verify((struct secret){password}, hash, &right), ERR_OK);
    return right;
}

static void a_password_fits_its_own_hash_alone(void **state)
{
    const char *password = "uma senha longa, com ç e 😀";
    char hash[PASSWORD_HASH_MAX], again[PASSWORD_HASH_MAX];

    (void)state;
    assert_int_equal(password_hash((struct secret){password}, hash), ERR_OK);
    assert_int_equal(password_hash((struct secret){password}, again), ERR_OK);
    assert_memory_equal(hash, "$y$", 3);
    assert_string_not_equal(hash, again); /* another salt */
    assert_null(strstr(hash, password));
    assert_true(fits(password, hash));
    assert_true(fits(password, again));
    assert_false(fits("uma senha longa, com c e 😀", hash));
    assert_false(fits("", hash));
}

static void what_is_no_hash_of_ours_fits_nothing(void **state)
{
    static const char *const hashes[] = {NULL, "", "*", "plain", "$1$salt$hash", "$6$salt$hash"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        assert_false(fits("plain", hashes[i]));
        assert_false(fits("", hashes[i]));
    }
}

/* Of the right kind, but damaged: an error, which lets nobody in. */
static void a_damaged_hash_is_an_error(void **state)
{
    static const char *const hashes[] = {"$y$", "$y$j9T", "$y$zzzz$x$y", "$y$j9T$!!$x"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        bool right = true;
        enum err err = password_verify((struct secret){"plain"}, hashes[i], &right);

        assert_true(err == ERR_UNAVAILABLE || err == ERR_OK);
        assert_false(right);
    }
}

static void a_very_long_password_is_wrong_and_costs_nothing(void **state)
{
    char text[4096];
    char hash[PASSWORD_HASH_MAX];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    text[PASSWORD_BYTES_MAX] = '\0';
    assert_int_equal(password_hash((struct secret){text}, hash), ERR_OK);
    assert_true(fits(text, hash));
    text[PASSWORD_BYTES_MAX] = 'x';
    assert_false(fits(text, hash));
}

/* Of this thread: what else the machine does is not counted. */
static int64_t cpu_us(void)
{
    struct rusage used;

    assert_int_equal(getrusage(RUSAGE_THREAD, &used), 0);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * US_PER_S + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

/* For somebody who is not there as much is computed: the middle of 9, one after the other. */
static int64_t middle_us(const char *hash)
{
    int64_t times[9];

    for (size_t i = 0; i < COUNT_OF(times); i++) {
        int64_t before = cpu_us(), took;
        size_t at = i;

        assert_false(fits("wrong", hash));
        took = cpu_us() - before;
        for (; at > 0 && times[at - 1] > took; at--)
            times[at] = times[at - 1];
        times[at] = took;
    }
    return times[4];
}

static void nobodys_password_costs_as_much(void **state)
{
    char hash[PASSWORD_HASH_MAX];
    int64_t somebody, nobody;

    (void)state;
    assert_int_equal(password_hash((struct secret){"right"}, hash), ERR_OK);
    somebody = middle_us(hash);
    nobody = middle_us(NULL);
    assert_true(nobody > somebody / 2 && nobody < somebody * 2);
}

static void a_bad_choice_is_told(void **state)
{
    static const struct {
        const char *password;
        enum password_fault fault;
    } rows[] = {
        {"",                     PASSWORD_TOO_SHORT},
        {"abcdefghi",            PASSWORD_TOO_SHORT},
        {"ãããããããã",     PASSWORD_TOO_SHORT},
        {"abcdefghij",           PASSWORD_GOOD     },
        {"aaaaaaaaaaaaaaaa",     PASSWORD_TOO_PLAIN},
        {"abababababab",         PASSWORD_TOO_PLAIN},
        {"I am maria, the boss", PASSWORD_TOO_PLAIN},
        {"I am MARIA, the boss", PASSWORD_TOO_PLAIN},
        {"correct horse 17",     PASSWORD_GOOD     },
    };
    char text[PASSWORD_BYTES_MAX + 2];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(password_judge((struct secret){rows[i].password}, "maria"), rows[i].fault);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(password_judge((struct secret){text}, "maria"), PASSWORD_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_fits_its_own_hash_alone),
        cmocka_unit_test(what_is_no_hash_of_ours_fits_nothing),
        cmocka_unit_test(a_damaged_hash_is_an_error),
        cmocka_unit_test(a_very_long_password_is_wrong_and_costs_nothing),
        cmocka_unit_test(nobodys_password_costs_as_much),
        cmocka_unit_test(a_bad_choice_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
