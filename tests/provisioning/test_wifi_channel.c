/* Which channel is best, by what others send on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provisioning/wifi_channel.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct wifi_advice advise(bool is_2g, uint32_t channel, const char *possible,
                                 const struct wifi_neighbour *neighbours, size_t count)
{
    const struct wifi_question question = {is_2g, channel, possible};

    return wifi_advise(&question, neighbours, count);
}

static void a_quiet_place_is_left_as_it_is(void **state)
{
    struct wifi_advice advice = advise(true, 6, "1-13", NULL, 0);

    (void)state;
    assert_int_equal(advice.best, 6);
    assert_int_equal(advice.neighbours, 0);
}

static void a_crowded_channel_gives_way_to_the_emptiest(void **state)
{
    static const struct wifi_neighbour all[] = {
        {"a", 6,  -50},
        {"b", 6,  -55},
        {"c", 6,  -60},
        {"d", 1,  -70},
        {"e", 11, -88},
    };
    struct wifi_advice advice = advise(true, 6, "1-11", all, COUNT(all));

    (void)state;
    assert_int_equal(advice.neighbours, 3);
    assert_int_equal(advice.best, 11);
    assert_int_equal(advice.best_neighbours, 1);
    assert_true(advice.best_load < advice.load);
}

static void channels_between_are_in_the_way_of_two(void **state)
{
    static const struct wifi_neighbour all[] = {
        {"a", 3, -45},
        {"b", 4, -45},
    };
    struct wifi_advice advice = advise(true, 1, "", all, COUNT(all));

    (void)state;
    assert_int_equal(advice.neighbours, 1); /* three channels away is less than half */
    assert_int_equal(advice.best, 11);
}

static void a_weak_neighbour_is_no_reason_to_move(void **state)
{
    static const struct wifi_neighbour all[] = {
        {"a", 1, -92}
    };

    (void)state;
    assert_int_equal(advise(true, 1, "1-13", all, COUNT(all)).best, 1);
}

static void only_what_the_radio_may_have_is_proposed(void **state)
{
    static const struct wifi_neighbour all[] = {
        {"a", 36,  -40},
        {"b", 40,  -40},
        {"c", 149, -40},
    };

    (void)state;
    assert_int_equal(advise(false, 36, "36,40,44,48", all, COUNT(all)).best, 44);
    assert_int_equal(advise(false, 36, "36-64,149-161", all, COUNT(all)).best, 52);
    assert_int_equal(advise(true, 1, "1,6", all, COUNT(all)).best, 1);
}

static void in_5_ghz_a_block_is_shared(void **state)
{
    static const struct wifi_neighbour all[] = {
        {"a", 44, -40},
        {"b", 48, -40},
    };
    struct wifi_advice advice = advise(false, 36, "36,40,44,48,149", all, COUNT(all));

    (void)state;
    assert_int_equal(advice.neighbours, 2);
    assert_int_equal(advice.best, 149);
}

static void a_list_that_is_none_is_not_known(void **state)
{
    static const char *const lists[] = {"", "auto", "0", "999", "-5", "1--", "36-1"};

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        struct wifi_advice advice = advise(true, 0, lists[i], NULL, 0);

        assert_true(advice.best == 0 || advice.best == 1);
        assert_int_equal(advice.neighbours, 0);
    }
}

static void who_is_seen_twice_counts_once(void **state)
{
    struct wifi_neighbour all[] = {
        {"AA", 1,  -80},
        {"aa", 1,  -60},
        {"",   6,  -70},
        {"",   6,  -70},
        {"bb", 11, 0  },
    };

    (void)state;
    assert_int_equal(wifi_neighbours_once(all, COUNT(all)), 4);
    assert_int_equal(all[0].rssi_dbm, -60); /* the stronger of the two */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_place_is_left_as_it_is),
        cmocka_unit_test(a_crowded_channel_gives_way_to_the_emptiest),
        cmocka_unit_test(channels_between_are_in_the_way_of_two),
        cmocka_unit_test(a_weak_neighbour_is_no_reason_to_move),
        cmocka_unit_test(only_what_the_radio_may_have_is_proposed),
        cmocka_unit_test(in_5_ghz_a_block_is_shared),
        cmocka_unit_test(a_list_that_is_none_is_not_known),
        cmocka_unit_test(who_is_seen_twice_counts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
