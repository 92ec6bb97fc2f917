/* Which firmware a device gets, and why not: the one place that says so, by device and by fleet. */
#include "db/firmware.h"

#include <stdio.h>
#include <string.h>

#include "db/file.h"
#include "db/firmware_figures.h"
#include "tests/db/reading.h"

#define FILE_ID "fil_0000000000000000000001"
#define ID      "fmw_0000000000000000000001"
#define OTHER   "fmw_0000000000000000000002"

static void run(const char *sql)
{
    database_value("%s", sql);
}

/* An approved firmware 2.1.8 of ZTE's F680 with hardware V6, from 2.1.0 to 2.1.7 and from 1.9. */
static struct reading *begin(void **state)
{
    run("INSERT INTO file (id, name, kind, sha256, size, created_by)"
        " VALUES ('" FILE_ID "', 'f.bin', 'firmware', decode(repeat('00', 32), 'hex'), 5, 'x'),"
        "        ('fil_0000000000000000000002', 'g.bin', 'firmware', decode(repeat('01', 32), 'hex'), 5, "
        "'x')");
    run("INSERT INTO firmware (id, file_id, name, version, counter, state, created_by, created_by_id, "
        "changed_by,"
        "                      changed_by_id, approved_by, approved_by_id, approved_at)"
        " VALUES ('" ID "', '" FILE_ID "', 'n', '2.1.8', 8, 'approved', 'a', 1, 'a', 1, 'b', 2, now())");
    run("INSERT INTO firmware_rule VALUES ('" ID "', 1, 'ZTE', 'F680', 'V6', '{2.1.0..2.1.7,1.9}')");
    return *state;
}

static int64_t device(const char *manufacturer, const char *model, const char *hardware, const char *software)
{
    static unsigned count;
    char serial[32], sql[512];
    int64_t id;

    snprintf(serial, sizeof(serial), "FW%u", count++);
    id = reading_add_device(serial, 10);
    snprintf(
        sql, sizeof(sql),
        "UPDATE device SET manufacturer = '%s', product_class = '%s', hardware_version = nullif('%s', ''),"
        " software_version = nullif('%s', '') WHERE id = %lld",
        manufacturer, model, hardware, software, (long long)id);
    run(sql);
    return id;
}

static const char *refusal(struct reading *reading, int64_t id)
{
    const char *code;

    assert_int_equal(firmware_refusal(reading->db, ID, id, reading->arena, &code), ERR_OK);
    return code == NULL ? "fits" : code;
}

static void a_device_fits_by_model_hardware_and_version(void **state)
{
    static const struct {
        const char *manufacturer, *model, *hardware, *software, *wanted;
    } cases[] = {
        {"ZTE",    "F680", "V6", "2.1.7",     "fits"        },
        {"zte",    "F680", "V6", "2.1.0",     "fits"        },
        {"ZTE",    "F680", "V6", "1.9",       "fits"        },
        {"ZTE",    "F680", "V6", "1.10",      "from_version"},
        {"ZTE",    "F680", "V6", "2.1.10",    "from_version"},
        {"ZTE",    "F680", "V6", "2.1.7-rc1", "from_version"},
        {"ZTE",    "F680", "V6", "",          "from_version"},
        {"ZTE",    "F680", "V6", "2.1.8",     "from_version"},
        {"ZTE",    "F680", "V5", "2.1.7",     "hardware"    },
        {"ZTE",    "F680", "",   "2.1.7",     "hardware"    },
        {"Huawei", "F680", "V6", "2.1.7",     "model"       },
        {"ZTE",    "f680", "V6", "2.1.7",     "model"       },
        {"ZTE",    "F68",  "V6", "2.1.7",     "model"       },
    };
    struct reading *reading = begin(state);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t id = device(cases[i].manufacturer, cases[i].model, cases[i].hardware, cases[i].software);

        if (strcmp(refusal(reading, id), cases[i].wanted) != 0)
            fail_msg("%s %s %s %s: %s", cases[i].manufacturer, cases[i].model, cases[i].hardware,
                     cases[i].software, refusal(reading, id));
    }
}

static void a_rule_without_words_lets_any_in(void **state)
{
    struct reading *reading = begin(state);

    run("UPDATE firmware_rule SET manufacturer = NULL, hardware_version = NULL, from_versions = NULL");
    assert_string_equal(refusal(reading, device("Huawei", "F680", "", "")), "fits");
    assert_string_equal(refusal(reading, device("Huawei", "F680", "V1", "2.1.8")), "already");
    assert_string_equal(refusal(reading, device("Huawei", "F681", "V1", "2.1.8")), "model");
}

static void what_is_not_there_fits_nobody(void **state)
{
    struct reading *reading = begin(state);
    int64_t id = device("ZTE", "F680", "V6", "2.1.7");
    const char *code;

    assert_string_equal(refusal(reading, id + 1000), "unknown");
    assert_int_equal(firmware_refusal(reading->db, OTHER, id, reading->arena, &code), ERR_OK);
    assert_string_equal(code, "unknown");
    run("DELETE FROM firmware_rule");
    assert_string_equal(refusal(reading, id), "model");
}

static void what_became_of_it_refuses_it(void **state)
{
    struct reading *reading = begin(state);
    int64_t fits = device("ZTE", "F680", "V6", "2.1.7"), unfit = device("ZTE", "F680", "V5", "2.1.7");
    static const struct {
        const char *sql, *undo, *of_one_that_fits, *of_another;
    } cases[] = {
        {"UPDATE firmware SET state = 'testing'",                   "UPDATE firmware SET state = 'approved'", "not_approved",
         "hardware"                                                                                                                    },
        {"UPDATE firmware SET state = 'draft'",                     "UPDATE firmware SET state = 'approved'", "not_approved",
         "hardware"                                                                                                                    },
        {"UPDATE firmware SET state = 'retired'",                   "UPDATE firmware SET state = 'approved'", "retired",
         "retired"                                                                                                                     },
        {"UPDATE firmware SET expires_at = now() - interval '1 s'",
         "UPDATE firmware SET expires_at = now() + interval '1 day'",                                         "expired",      "expired"},
        {"UPDATE file SET damaged_at = now()",                      "UPDATE file SET damaged_at = NULL",      "damaged",      "damaged"},
        {"UPDATE file SET deleted_at = now()",                      "UPDATE file SET deleted_at = NULL",      "damaged",      "damaged"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run(cases[i].sql);
        assert_string_equal(refusal(reading, fits), cases[i].of_one_that_fits);
        assert_string_equal(refusal(reading, unfit), cases[i].of_another);
        run(cases[i].undo);
        assert_string_equal(refusal(reading, fits), "fits");
    }
}

static void a_newer_release_supersedes_it_where_that_one_is_for(void **state)
{
    struct reading *reading = begin(state);
    int64_t fits = device("ZTE", "F680", "V6", "2.1.7");

    run("INSERT INTO firmware (id, file_id, name, version, counter, state, created_by, created_by_id, "
        "changed_by,"
        "                      changed_by_id, approved_by, approved_by_id, approved_at)"
        " VALUES ('" OTHER
        "', 'fil_0000000000000000000002', 'n', '2.1.9', 9, 'approved', 'a', 1, 'a', 1, 'b', 2, now())");
    run("INSERT INTO firmware_rule VALUES ('" OTHER "', 1, NULL, 'F680', 'V7', NULL)");
    assert_string_equal(refusal(reading, fits), "fits"); /* of other hardware */
    run("UPDATE firmware_rule SET hardware_version = NULL WHERE firmware_id = '" OTHER "'");
    assert_string_equal(refusal(reading, fits), "superseded");
    run("UPDATE firmware SET state = 'retired' WHERE id = '" OTHER "'");
    assert_string_equal(refusal(reading, fits), "fits"); /* the way back */
    run("UPDATE firmware SET state = 'approved', counter = NULL WHERE id = '" OTHER "'");
    assert_string_equal(refusal(reading, fits), "fits"); /* it does not count its releases */
}

static void many_are_judged_as_one_by_one(void **state)
{
    const char *differ;

    begin(state);
    for (unsigned i = 0; i < 60; i++) {
        char hardware[8], software[8];

        snprintf(hardware, sizeof(hardware), "V%u", 5 + i % 3);
        snprintf(software, sizeof(software), "2.1.%u", i % 10);
        device(i % 2 == 0 ? "ZTE" : "Huawei", i % 5 == 0 ? "F670" : "F680", hardware, software);
    }
    differ = database_value("SELECT count(*) FROM firmware_fit('" ID "') f"
                            " WHERE f.refusal IS DISTINCT FROM firmware_refusal('" ID "', f.device_id)");
    assert_string_equal(differ, "0");
}

/* ---- four eyes ---- */

static void nobody_approves_what_is_his_own(void **state)
{
    struct reading *reading = begin(state);
    bool own;

    run("UPDATE firmware SET state = 'testing', approved_by = NULL, approved_by_id = NULL, approved_at = "
        "NULL,"
        " changed_by_id = 7");
    assert_int_equal(firmware_is_own(reading->db, ID, &(struct firmware_actor){1, "a"}, reading->arena, &own),
                     ERR_OK);
    assert_true(own);
    assert_int_equal(firmware_is_own(reading->db, ID, &(struct firmware_actor){7, "c"}, reading->arena, &own),
                     ERR_OK);
    assert_true(own);
    assert_int_equal(firmware_is_own(reading->db, ID, &(struct firmware_actor){2, "b"}, reading->arena, &own),
                     ERR_OK);
    assert_false(own);
    /* Even a program that forgets to ask cannot. */
    assert_int_not_equal(firmware_approve(reading->db, ID, &(struct firmware_actor){7, "c"}, reading->arena),
                         ERR_OK);
    assert_int_equal(firmware_approve(reading->db, ID, &(struct firmware_actor){2, "b"}, reading->arena),
                     ERR_OK);
}

static void whoever_made_the_token_that_added_it_is_its_maker(void **state)
{
    struct reading *reading = begin(state);
    bool own;

    run("INSERT INTO api_token (id, name, hash, capabilities, created_by) OVERRIDING SYSTEM VALUE"
        " VALUES (1, 't', decode(repeat('00', 32), 'hex'), '{}', 'carla')");
    assert_int_equal(
        firmware_is_own(reading->db, ID, &(struct firmware_actor){9, "carla"}, reading->arena, &own), ERR_OK);
    assert_true(own);
    assert_int_equal(
        firmware_is_own(reading->db, ID, &(struct firmware_actor){9, "bruno"}, reading->arena, &own), ERR_OK);
    assert_false(own);
}

/* ---- files ---- */

static void a_file_that_a_firmware_is_is_not_deleted(void **state)
{
    struct reading *reading = begin(state);

    assert_int_equal(file_delete(reading->db, FILE_ID, reading->arena), ERR_CONFLICT);
    run("UPDATE firmware SET state = 'retired'");
    assert_int_equal(file_delete(reading->db, FILE_ID, reading->arena), ERR_OK);
}

/* ---- how it goes ---- */

static void an_action(int64_t id, const char *name, const char *state, int sends, int seconds)
{
    char sql[512];

    snprintf(sql, sizeof(sql),
             "INSERT INTO action (device_id, id, kind, args, state, memo, created_by, expires_at, ended_at, "
             "evidence)"
             " VALUES (%lld, '%s', 'firmware.install', '{\"file\":\"" FILE_ID
             "\"}', '%s', '{\"sent_at_us\":%d}', 'x', now(), now(),"
             " jsonb_build_object('seconds_since_request', %d))",
             (long long)id, name, state, sends, seconds);
    run(sql);
}

static void its_outcomes_are_told_by_model(void **state)
{
    struct reading *reading = begin(state);
    int64_t id = device("ZTE", "F680", "V6", "2.1.7"), other = device("ZTE", "F670", "V6", "2.1.7");
    struct firmware_outcomes outcomes;

    an_action(id, "act_1", "succeeded", 1, 100);
    an_action(id, "act_2", "succeeded", 1, 300);
    an_action(id, "act_3", "succeeded", 1, 120);
    an_action(id, "act_4", "failed", 1, 0);
    an_action(id, "act_5", "expired", 1, 0);
    an_action(id, "act_6", "expired", 0, 0); /* nothing was sent */
    an_action(other, "act_7", "failed", 2, 0);
    assert_int_equal(firmware_outcomes(reading->db, FILE_ID, NULL, reading->arena, &outcomes), ERR_OK);
    assert_int_equal(outcomes.count, 2);
    assert_string_equal(outcomes.items[0].product_class, "F670");
    assert_int_equal(outcomes.items[0].median_s, -1);
    assert_int_equal(outcomes.items[1].succeeded, 3);
    assert_int_equal(outcomes.items[1].failed, 1);
    assert_int_equal(outcomes.items[1].unknown, 1);
    assert_int_equal(outcomes.items[1].median_s, 120);
}

static void its_base_is_told_by_model(void **state)
{
    struct reading *reading = begin(state);
    struct firmware_bases bases;

    device("ZTE", "F680", "V6", "2.1.8");
    device("ZTE", "F680", "V5", "2.1.8");
    device("zte", "F680", "V6", "2.1.7");
    device("Huawei", "F680", "V6", "2.1.8");
    assert_int_equal(firmware_base(reading->db, ID, NULL, reading->arena, &bases), ERR_OK);
    assert_int_equal(bases.count, 1);
    assert_int_equal(bases.items[0].devices, 3);
    assert_int_equal(bases.items[0].running, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, reading_set_up, reading_tear_down)
        TEST(a_device_fits_by_model_hardware_and_version),
        TEST(a_rule_without_words_lets_any_in),
        TEST(what_is_not_there_fits_nobody),
        TEST(what_became_of_it_refuses_it),
        TEST(a_newer_release_supersedes_it_where_that_one_is_for),
        TEST(many_are_judged_as_one_by_one),
        TEST(nobody_approves_what_is_his_own),
        TEST(whoever_made_the_token_that_added_it_is_its_maker),
        TEST(a_file_that_a_firmware_is_is_not_deleted),
        TEST(its_outcomes_are_told_by_model),
        TEST(its_base_is_told_by_model),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
