#include "acs/auth/key.h"

#include <string.h>

#include "tests/support/check.h"

static void keys_are_of_one_form_and_no_two_the_same(void **state)
{
    char a[KEY_TEXT_MAX], b[KEY_TEXT_MAX];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        key_make(a);
        key_make(b);
        assert_true(key_is_well_formed(a));
        assert_string_not_equal(a, b);
    }
}

static void what_is_no_key_is_told(void **state)
{
    static const char *const wrong[] = {"",
                                        "A",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ",
                                        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa3"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(key_is_well_formed(wrong[i]));
}

static void a_key_of_one_kind_is_none_of_the_other(void **state)
{
    unsigned char session[SHA256_BYTES], again[SHA256_BYTES], link[SHA256_BYTES];
    char key[KEY_TEXT_MAX];

    (void)state;
    key_make(key);
    key_hash(KEY_SESSION, key, session);
    key_hash(KEY_SESSION, key, again);
    key_hash(KEY_LINK, key, link);
    assert_memory_equal(session, again, SHA256_BYTES);
    assert_memory_not_equal(session, link, SHA256_BYTES);
}

static void a_cookie_is_found_among_others(void **state)
{
    static const struct {
        const char *header, *value;
    } rows[] = {
        {"name=v",              "v"    },
        {"a=b; name=v; c=d",    "v"    },
        {"a=b;name=v;c=d",      "v"    },
        {"name=",               ""     },
        {"name=a=b",            "a=b"  },
        {"; ; name=v;;",        "v"    },
        {"",                    NULL   },
        {"name",                NULL   },
        {"xname=v",             NULL   },
        {"namex=v",             NULL   },
        {"NAME=v",              NULL   },
        {"a=name=v",            NULL   },
        {"name=v; name=v",      NULL   },
        {"name=v; a=b; name=w", NULL   },
        {"name=\"v\"",          "\"v\""},
        {"a=\xff\xfe; name=v",  "v"    },
    };
    AUTO_ARENA arena = arena_new(256);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *value = cookie_find(rows[i].header, "name", arena);

        if (rows[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_of_one_form_and_no_two_the_same),
        cmocka_unit_test(what_is_no_key_is_told),
        cmocka_unit_test(a_key_of_one_kind_is_none_of_the_other),
        cmocka_unit_test(a_cookie_is_found_among_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
