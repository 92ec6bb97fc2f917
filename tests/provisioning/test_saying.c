/* What may be written in place of a text, and what is refused. */
#include <string.h>

#include "provisioning/saying.h"
#include "tests/support/check.h"

static struct saying_places known(void)
{
    struct saying_places places = {0};

    saying_places_of("{ssid} e {n}, {ssid} de novo", &places);
    return places;
}

static void test_places_are_found_once(void **state)
{
    struct saying_places places = known();

    (void)state;
    assert_int_equal(places.count, 2);
    assert_true(saying_places_have(&places, "ssid", 4));
    assert_true(saying_places_have(&places, "n", 1));
    assert_false(saying_places_have(&places, "ssi", 3));
    assert_false(saying_places_have(&places, "", 0));
}

/* However many there are, and however long: nothing is written past the end. */
static void test_too_many_places_are_left_out(void **state)
{
    struct saying_places places = {0};

    (void)state;
    saying_places_of("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}{q}{r}", &places);
    assert_int_equal(places.count, SAYING_PLACES_MAX);
    places.count = 0;
    saying_places_of("{0123456789012345} {012345678901234} {", &places);
    assert_int_equal(places.count, 2);
    assert_string_equal(places.names[0], "012345678901234");
    assert_string_equal(places.names[1], "");
}

static void test_what_is_wrong_is_found(void **state)
{
    static const struct {
        const char *form;
        enum saying_fault fault;
    } rows[] = {
        {"A rede {ssid} volta.",               SAYING_IS_FINE    },
        {"{n}",                                SAYING_IS_FINE    },
        {"Sinal −27,6 dBm “fraco” 💡", SAYING_IS_FINE    },
        {"",                                   SAYING_IS_EMPTY   },
        {"   ",                                SAYING_IS_EMPTY   },
        {"\t\n",                               SAYING_IS_EMPTY   },
        {" em frente",                         SAYING_HAS_EDGE   },
        {"atrás ",                            SAYING_HAS_EDGE   },
        {"duas\nlinhas",                       SAYING_HAS_CONTROL},
        {"aba\taqui",                          SAYING_HAS_CONTROL},
        {"fim\x7f",                            SAYING_HAS_CONTROL},
        {"c1 \xc2\x85 aqui",                   SAYING_HAS_CONTROL},
        {"vira \xe2\x80\xae aqui",             SAYING_HAS_CONTROL}, /* NOLINT(misc-misleading-bidirectional) */
        {"zero\xe2\x80\x8b largura",           SAYING_HAS_CONTROL},
        {"separa \xe2\x80\xa8 linha",          SAYING_HAS_CONTROL},
        {"isola \xe2\x81\xa6 isto",            SAYING_HAS_CONTROL}, /* NOLINT(misc-misleading-bidirectional) */
        {"\xef\xbb\xbfmarca",                  SAYING_HAS_CONTROL},
        {"cortado \xc3",                       SAYING_HAS_CONTROL},
        {"latim \xe9 1",                       SAYING_HAS_CONTROL},
        {"abre {ssid",                         SAYING_HAS_BRACE  },
        {"fecha ssid}",                        SAYING_HAS_BRACE  },
        {"dentro {{ssid}}",                    SAYING_HAS_BRACE  },
        {"{ssid} e {",                         SAYING_HAS_BRACE  },
        {"}{",                                 SAYING_HAS_BRACE  },
        {"{outro}",                            SAYING_HAS_PLACE  },
        {"{}",                                 SAYING_HAS_PLACE  },
        {"{ ssid}",                            SAYING_HAS_PLACE  },
        {"{SSID}",                             SAYING_HAS_PLACE  },
    };
    struct saying_places places = known();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (saying_check(rows[i].form, &places, 60, NULL) != rows[i].fault)
            fail_msg("'%s' is answered %d", rows[i].form, (int)saying_check(rows[i].form, &places, 60, NULL));
}

static void test_length_counts_characters(void **state)
{
    struct saying_places places = known();
    const char *place = NULL;

    (void)state;
    assert_int_equal(saying_check("ação", &places, 4, NULL), SAYING_IS_FINE);
    assert_int_equal(saying_check("ações", &places, 4, NULL), SAYING_IS_LONG);
    assert_int_equal(saying_check("a {host}", &places, 60, &place), SAYING_HAS_PLACE);
    assert_string_equal(place, "host}");
}

static void test_a_saying_is_found_by_its_id(void **state)
{
    static const struct saying items[] = {
        {"ok.say",  "a", "b"},
        {"ok.next", "c", "d"},
    };
    const struct sayings sayings = {items, COUNT_OF(items)}, none = {0};

    (void)state;
    assert_string_equal(sayings_find(&sayings, "ok.next")->en, "d");
    assert_null(sayings_find(&sayings, "ok"));
    assert_null(sayings_find(&none, "ok.say"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_are_found_once),
        cmocka_unit_test(test_too_many_places_are_left_out),
        cmocka_unit_test(test_what_is_wrong_is_found),
        cmocka_unit_test(test_length_counts_characters),
        cmocka_unit_test(test_a_saying_is_found_by_its_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
