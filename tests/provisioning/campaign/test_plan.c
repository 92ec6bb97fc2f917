/* Plans: what may be said, what holds when nothing is, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "provisioning/campaign/plan.h"

static enum err read_text(const char *text, struct campaign_plan *ret)
{
    AUTO_JSON json = NULL;

    assert_int_equal(json_read(text, strlen(text), &json), ERR_OK);
    return campaign_plan_read(json, ret);
}

static struct campaign_plan plan_of(const char *text)
{
    struct campaign_plan plan;

    if (read_text(text, &plan) != ERR_OK)
        fail_msg("%s: %s", text, err_message());
    return plan;
}

static void without_a_word_it_is_careful(void **state)
{
    struct campaign_plan plan = plan_of("{}");
    int64_t sizes[CAMPAIGN_WAVES_MAX];

    (void)state;
    campaign_wave_sizes(&plan, 12035, sizes);
    assert_int_equal(plan.wave_count, 5);
    assert_int_equal(sizes[0], 50);
    assert_int_equal(sizes[1], 121);
    assert_int_equal(sizes[2], 1204);
    assert_int_equal(sizes[3], 6018);
    assert_int_equal(sizes[4], 12035 - 50 - 121 - 1204 - 6018);
    assert_int_equal(plan.waves[0].soak_s, 7200);
    assert_int_equal(campaign_flight_cap(&plan, 12035), 120);
    assert_int_equal(campaign_flight_cap(&plan, 500000), 200);
    assert_int_equal(campaign_flight_cap(&plan, 30), 1);
}

static void waves_never_have_more_than_there_are(void **state)
{
    struct campaign_plan plan = plan_of("{\"waves\":[{\"devices\":50},{\"percent\":100},{\"rest\":true}]}");
    int64_t sizes[CAMPAIGN_WAVES_MAX];

    (void)state;
    campaign_wave_sizes(&plan, 20, sizes);
    assert_int_equal(sizes[0], 20);
    assert_int_equal(sizes[1], 0);
    campaign_wave_sizes(&plan, 60, sizes);
    assert_int_equal(sizes[1], 10);
    assert_int_equal(sizes[2], 0);
}

static void it_is_read_again_as_it_was_written(void **state)
{
    static const char text[] =
        "{\"waves\":[{\"devices\":7,\"soak_s\":1,\"promote\":\"person\"},{\"percent\":2.5},{\"rest\":true}],"
        "\"soak_s\":9,"
        "\"zone\":\"America/"
        "Recife\",\"windows\":[{\"days\":[\"mon\",\"sun\"],\"from\":\"22:30\",\"to\":\"04:05\"},"
        "{\"from\":\"00:00\",\"to\":\"00:00\"}],\"caps\":{\"in_flight\":12},\"stop\":{\"bad_percent\":0.5,"
        "\"consecutive\":0},"
        "\"health\":{\"return_s\":15}}";
    struct campaign_plan plan = plan_of(text), again;
    AUTO_ARENA arena = arena_new(8192);
    struct text out = TEXT_IN(arena);
    struct json_writer w = JSON_WRITER(&out);

    (void)state;
    campaign_plan_write(&plan, &w);
    again = plan_of(text_string(&out));
    assert_int_equal(again.wave_count, 3);
    assert_true(again.waves[0].by_person);
    assert_int_equal(again.waves[0].soak_s, 1);
    assert_int_equal(again.waves[1].soak_s, 9);
    assert_float_equal(again.waves[1].amount, 2.5, 0);
    assert_int_equal(again.windows[0].days, 1 | 1 << 6);
    assert_int_equal(again.windows[0].from, 22 * 60 + 30);
    assert_int_equal(again.windows[0].to, 4 * 60 + 5);
    assert_int_equal(again.windows[1].days, CAMPAIGN_EVERY_DAY);
    assert_string_equal(again.zone, "America/Recife");
    assert_memory_equal(again.limit, plan.limit, sizeof(plan.limit));
    assert_float_equal(again.limit[CAMPAIGN_STOP_SHARE], 0.5, 0);
    assert_int_equal(campaign_flight_cap(&again, 1000000), 12);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"[]",                                                                       "plan: must be an object"                     },
        {"{\"wave\":[]}",                                                            "plan: there is nothing called \"wave\" in it"},
        {"{\"waves\":[]}",                                                           "waves: a list of 1 to 20"                    },
        {"{\"waves\":[1]}",                                                          "waves[0]: must be an object"                 },
        {"{\"waves\":[{}]}",                                                         "waves[0]: one of devices, percent and rest"  },
        {"{\"waves\":[{\"devices\":1,\"percent\":1}]}",                              "waves[0]: one of"                            },
        {"{\"waves\":[{\"devices\":0}]}",                                            "waves[0]: devices: a number from 1 to"       },
        {"{\"waves\":[{\"devices\":1.5}]}",                                          "waves[0]: devices: a whole number"           },
        {"{\"waves\":[{\"percent\":0}]}",                                            "waves[0].percent: must be more than 0"       },
        {"{\"waves\":[{\"percent\":101}]}",                                          "waves[0]: percent: a number from 0 to 100"   },
        {"{\"waves\":[{\"rest\":true},{\"devices\":1}]}",                            "waves[0].rest: only the last"                },
        {"{\"waves\":[{\"rest\":false}]}",                                           "waves[0].rest: true is expected"             },
        {"{\"waves\":[{\"rest\":true,\"promote\":\"me\"}]}",                         "waves[0].promote: rule or person"            },
        {"{\"waves\":[{\"rest\":true,\"soak\":1}]}",                                 "waves[0]: there is nothing called \"soak\""  },
        {"{\"soak_s\":-1}",                                                          "soak_s: a number from 0"                     },
        {"{\"zone\":\"\"}",                                                          "zone: the name of a time zone"               },
        {"{\"zone\":7}",                                                             "zone: the name of a time zone"               },
        {"{\"windows\":{}}",                                                         "windows: a list"                             },
        {"{\"windows\":[{\"from\":\"2:00\",\"to\":\"03:00\"}]}",                     "windows[0].from: a time such as"             },
        {"{\"windows\":[{\"from\":\"02:00\",\"to\":\"24:00\"}]}",                    "windows[0].to: a time such as"               },
        {"{\"windows\":[{\"from\":\"02:00\"}]}",                                     "windows[0].to: a time such as"               },
        {"{\"windows\":[{\"days\":[],\"from\":\"02:00\",\"to\":\"03:00\"}]}",        "windows[0].days: a list"                     },
        {"{\"windows\":[{\"days\":[\"seg\"],\"from\":\"02:00\",\"to\":\"03:00\"}]}",
         "windows[0].days: mon, tue"                                                                                               },
        {"{\"caps\":{\"inflight\":1}}",                                              "caps: there is nothing called \"inflight\""  },
        {"{\"caps\":{\"in_flight\":2001}}",                                          "caps.in_flight: a number from 0 to 2000"     },
        {"{\"caps\":[]}",                                                            "caps: must be an object"                     },
        {"{\"stop\":{\"bad_percent\":\"2\"}}",                                       "stop.bad_percent: a number from 0 to 100"    },
        {"{\"ramp\":{\"per_minute\":100,\"most_per_minute\":50}}",                   "ramp.most_per_minute: must not be less"      },
        {"{\"stop\":{\"sliding\":11,\"sliding_of\":10}}",                            "stop.sliding: must not be more"              },
    };
    struct campaign_plan plan;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(read_text(cases[i].text, &plan), ERR_INVALID);
        if (strncmp(err_message(), cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("%s: %s", cases[i].text, err_message());
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_it_is_careful),
        cmocka_unit_test(waves_never_have_more_than_there_are),
        cmocka_unit_test(it_is_read_again_as_it_was_written),
        cmocka_unit_test(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
