/* What firmware images say of themselves, and what becomes of a home that runs one; without a network. */
#include <string.h>

#include "acs/base/clock.h"
#include "tests/cpesim/firmware.h"
#include "tests/cpesim/lone_home.h"
#include "tests/cpesim/wan.h"

static struct bytes content(const char *text)
{
    struct bytes bytes = {0};

    bytes_puts(&bytes, text);
    return bytes;
}

static enum err read_text(const char *text, const char *name, struct firmware *ret)
{
    struct bytes bytes = content(text);
    enum err result = firmware_read(&bytes, name, ret);

    bytes_free(&bytes);
    return result;
}

/* ---- what an image says ---- */

static void a_firmware_names_its_version(void **state)
{
    static const struct {
        const char *content, *name, *version; /* NULL: none */
    } cases[] = {
        {"x",                   "http://h/f/t/fw-2.1.bin",  "2.1"      },
        {"x",                   "fw_v2.1.0-rc1.img",        "2.1.0-rc1"},
        {"x",                   "HG8245-1.0.7",             "1.0.7"    },
        {"x",                   "fw-3.bin?token=1",         "3"        },
        {"x",                   "http://h-1/a-2/image.bin", NULL       },
        {"x",                   "image2.bin",               NULL       },
        {"x",                   "",                         NULL       },
        {"version=7.7\n\nrest", "fw-2.1.bin",               "7.7"      },
        {"version=7",           "x",                        "7"        },
        {"version=\n",          "x-1.bin",                  "1"        },
        {"",                    "x-1.bin",                  "1"        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct firmware firmware;
        enum err result = read_text(cases[i].content, cases[i].name, &firmware);

        assert_int_equal(result, cases[i].version == NULL ? ERR_INVALID : ERR_OK);
        if (cases[i].version != NULL)
            assert_string_equal(firmware.version, cases[i].version);
    }
}

static void its_head_ends_where_text_ends(void **state)
{
    static const char binary[] = "version=1\nbricks=5\nMZ\0 \nlost=7\n";
    struct bytes bytes = {0};
    struct firmware firmware;

    (void)state;
    bytes_add(&bytes, binary, sizeof(binary));
    assert_int_equal(firmware_read(&bytes, "x", &firmware), ERR_OK);
    assert_int_equal(firmware.shares[FATE_BRICKS], 5);
    assert_int_equal(firmware.shares[FATE_LOST], 0);
    bytes_free(&bytes);
    assert_int_equal(read_text("version=1\nlost=1\n\nbricks=5\n", "x", &firmware), ERR_OK);
    assert_int_equal(firmware.shares[FATE_LOST], 1);
    assert_int_equal(firmware.shares[FATE_BRICKS], 0);
    assert_int_equal(read_text("version=1\nlost=1\n\x7f\x45LF\nbricks=5\n", "x", &firmware), ERR_OK);
    assert_int_equal(firmware.shares[FATE_BRICKS], 0);
    assert_int_equal(read_text("fw\nbricks=5\n", "x-1.bin", &firmware), ERR_OK); /* it has no head */
    assert_int_equal(firmware.shares[FATE_BRICKS], 0);
}

static void a_head_that_is_wrong_says_where(void **state)
{
    static const struct {
        const char *head, *message;
    } cases[] = {
        {"version=1\nbrick=5\n",                        "'brick=5' is not known"              },
        {"version=1\nbricks\n",                         "'bricks' is not known"               },
        {"version=1\nversion=2\n",                      "'version=2' is not known"            },
        {"version=1\nbricks=101\n",                     "'bricks=101' is no share of 0 to 100"},
        {"version=1\nbricks=-1\n",                      "'bricks=-1' is no share"             },
        {"version=1\nbricks=\n",                        "'bricks=' is no share"               },
        {"version=1\nbricks=5\r\n",                     "is no share"                         },
        {"version=1\nafter=604801\n",                   "is no number of seconds"             },
        {"version=1\nbricks=60\nlost=30\nboot_loop=20",
         "with lost=30 the shares of what excludes each other are"                            },
    };
    struct firmware firmware;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(read_text(cases[i].head, "x", &firmware), ERR_INVALID);
        assert_non_null(strstr(err_message(), cases[i].message));
    }
    assert_int_equal(read_text("version=1\nlost=100\nnever_tells=100\nhides_version=100\n", "x", &firmware),
                     ERR_OK);
}

/* splitmix64, so that a failure comes again. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void whatever_a_file_holds_it_is_read_or_refused(void **state)
{
    static const char seed[] = "version=2.1.8\nbricks=1\ncorrupt=6\nafter=600\nevery=9\n\nrest";
    uint64_t chance = 1;

    (void)state;
    for (int round = 0; round < 50000; round++) {
        struct bytes bytes = {0};
        struct firmware firmware;
        enum err result;

        bytes_add(&bytes, seed, next_random(&chance) % sizeof(seed));
        for (size_t i = 0; bytes.len > 0 && i < 1 + next_random(&chance) % 4; i++)
            bytes.data[next_random(&chance) % bytes.len] = (char)next_random(&chance);
        result = firmware_read(&bytes, "fw-1.bin", &firmware);
        assert_true(result == ERR_OK || (result == ERR_INVALID && *err_message() != '\0'));
        if (result == ERR_OK)
            assert_in_range(strlen(firmware.version), 1, FIRMWARE_VERSION_MAX);
        bytes_free(&bytes);
    }
}

static void a_head_has_an_end(void **state)
{
    struct bytes bytes = content("version=1\n");
    struct firmware firmware;

    (void)state;
    while (bytes.len < 2 * FIRMWARE_HEAD_MAX)
        bytes_puts(&bytes, "lost=001\n");
    assert_int_equal(firmware_read(&bytes, "x", &firmware), ERR_INVALID);
    assert_non_null(strstr(err_message(), "1024 bytes"));
    bytes_free(&bytes);
}

/* ---- what falls to a home ---- */

static struct firmware_lot draw(struct lone_home *lone, const struct firmware *firmware, uint32_t index)
{
    lone->home.tree.index = index;
    return firmware_draw(firmware, &lone->home.tree);
}

static void a_share_of_the_homes_is_hit_the_same_each_time(void **state)
{
    enum { HOMES = 10000 };
    struct firmware old, new;
    unsigned counts[FATE_COUNT] = {0}, moved = 0;
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_equal(read_text("version=1\nbricks=5\nlost=1\nbricks_later=20\nnever_tells=50\n", "", &old),
                     ERR_OK);
    assert_int_equal(read_text("version=2\nbricks=5\nlost=1\nbricks_later=20\nnever_tells=50\n", "", &new),
                     ERR_OK);
    for (uint32_t i = 0; i < HOMES; i++) {
        struct firmware_lot lot = draw(&lone, &old, i), again = draw(&lone, &old, i);

        assert_memory_equal(&lot, &again, sizeof(lot));
        counts[lot.fates[FATE_OF_RUNNING]]++;
        counts[lot.fates[FATE_OF_TELLING]] += lot.fates[FATE_OF_TELLING] != FATE_FINE;
        moved += lot.fates[FATE_OF_RUNNING] != draw(&lone, &new, i).fates[FATE_OF_RUNNING];
        assert_int_equal(lot.seconds, lot.fates[FATE_OF_RUNNING] == FATE_BRICKS_LATER ? 600 : 0);
    }
    assert_in_range(counts[FATE_BRICKS], 400, 600);
    assert_in_range(counts[FATE_LOST], 60, 140);
    assert_in_range(counts[FATE_BRICKS_LATER], 1800, 2200);
    assert_in_range(counts[FATE_NEVER_TELLS], 4700, 5300);
    assert_in_range(moved, 3000, 5000); /* another version, other homes */
    lone_home_close(&lone);
}

static void another_seed_hits_other_homes(void **state)
{
    struct firmware firmware;
    struct lone_home lone;
    unsigned moved = 0;

    (void)state;
    lone_home_open(&lone, "gpon181");
    assert_int_equal(read_text("version=1\nbricks=50\n", "", &firmware), ERR_OK);
    for (uint32_t i = 0; i < 1000; i++) {
        struct firmware_lot lot = draw(&lone, &firmware, i);

        lone.fleet.settings.seed = 2;
        moved += lot.fates[FATE_OF_RUNNING] != draw(&lone, &firmware, i).fates[FATE_OF_RUNNING];
        lone.fleet.settings.seed = 1;
    }
    assert_in_range(moved, 400, 600);
    lone_home_close(&lone);
}

/* ---- what becomes of it ---- */

static struct firmware_lot lot_of(enum fate running, enum fate version)
{
    return (struct firmware_lot){
        .version = "2.1", .fates = {running, version, FATE_FINE},
             .seconds = 600
    };
}

/* Its time has come. */
static void ring(struct lone_home *lone, struct alarm *alarm)
{
    assert_true(alarm_is_set(alarm));
    alarm_clear(lone->fleet.alarms, alarm);
    alarm->fn(alarm->ctx);
}

static void install(struct lone_home *lone, enum fate running, enum fate version)
{
    struct firmware_lot lot = lot_of(running, version);

    lone->home.on = true;
    home_install(&lone->home, &lot);
}

static const char *version_of(struct lone_home *lone)
{
    return tree_text(&lone->home.tree, "DeviceInfo.SoftwareVersion", lone->arena);
}

static void a_fine_one_starts_after_a_restart(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    install(&lone, FATE_FINE, FATE_FINE);
    assert_false(lone.home.on);
    ring(&lone, &lone.home.power);
    assert_true(lone.home.on);
    assert_string_equal(version_of(&lone), "2.1");
    assert_false(alarm_is_set(&lone.home.running.alarm));
    install(&lone, FATE_FINE, FATE_HIDES_VERSION);
    assert_string_equal(version_of(&lone), "2.1");
    lone_home_close(&lone);
}

static void one_that_hides_its_version_shows_the_old_one(void **state)
{
    struct lone_home lone;
    const char *old;

    (void)state;
    lone_home_open(&lone, "gpon181");
    old = version_of(&lone);
    install(&lone, FATE_FINE, FATE_HIDES_VERSION);
    assert_string_equal(version_of(&lone), old);
    lone_home_close(&lone);
}

static void what_has_ended_never_starts_again(void **state)
{
    static const struct {
        enum fate fate;
        enum home_end end;
    } cases[] = {
        {FATE_BRICKS, HOME_BRICKED},
        {FATE_LOST,   HOME_LOST   }
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tally_firmware *counts;
        struct lone_home lone;

        lone_home_open(&lone, "gpon181");
        install(&lone, cases[i].fate, FATE_FINE);
        assert_int_equal(lone.home.end, cases[i].end);
        home_switch_on_at(&lone.home, clock_mono_us());
        assert_false(alarm_is_set(&lone.home.power));
        counts = tally_firmware(&lone.fleet.tally, "2.1");
        assert_int_equal(counts->bricked, cases[i].end == HOME_BRICKED);
        assert_int_equal(counts->lost, cases[i].end == HOME_LOST);
        lone_home_close(&lone);
    }
}

static void one_that_bricks_later_has_its_time_from_the_first_boot_on(void **state)
{
    struct lone_home lone;
    int64_t at_us;

    (void)state;
    lone_home_open(&lone, "gpon181");
    lone.fleet.settings.time_scale = 60;
    install(&lone, FATE_BRICKS_LATER, FATE_FINE);
    assert_false(alarm_is_set(&lone.home.running.alarm));
    ring(&lone, &lone.home.power);
    at_us = lone.home.running.alarm.at_us;
    assert_in_range(at_us - clock_mono_us(), 9 * US_PER_S, 10 * US_PER_S);
    home_power_cycle(&lone.home);
    ring(&lone, &lone.home.power);
    assert_int_equal(lone.home.running.alarm.at_us, at_us);
    ring(&lone, &lone.home.running.alarm);
    assert_int_equal(lone.home.end, HOME_BRICKED);
    assert_false(lone.home.on);
    lone_home_close(&lone);
}

static void another_firmware_saves_the_home(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    install(&lone, FATE_BRICKS_LATER, FATE_FINE);
    ring(&lone, &lone.home.power);
    install(&lone, FATE_FINE, FATE_FINE);
    ring(&lone, &lone.home.power);
    assert_false(alarm_is_set(&lone.home.running.alarm));
    lone_home_close(&lone);
}

static void a_boot_loop_goes_on_until_there_is_another_firmware(void **state)
{
    struct lone_home lone;

    (void)state;
    lone_home_open(&lone, "gpon181");
    install(&lone, FATE_BOOT_LOOP, FATE_FINE);
    for (uint32_t i = 1; i <= 3; i++) {
        ring(&lone, &lone.home.power);
        assert_int_equal(lone.home.restarts, i);
        ring(&lone, &lone.home.running.alarm);
        assert_false(lone.home.on);
    }
    assert_int_equal(lone.fleet.tally.counts[TALLY_RESTARTS_LOOP], 3);
    ring(&lone, &lone.home.power);
    install(&lone, FATE_FINE, FATE_FINE);
    ring(&lone, &lone.home.power);
    assert_false(alarm_is_set(&lone.home.running.alarm));
    lone_home_close(&lone);
}

static void a_lost_wan_is_told_and_comes_back_with_another_firmware(void **state)
{
    static const char *const models[] = {"gpon181",   "gpon098", "dsl098", "cheap098",
                                         "gponct098", "mesh181", "f680"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct lone_home lone;

        lone_home_open(&lone, models[i]);
        lone.home.known = true;
        install(&lone, FATE_LOSES_WAN, FATE_FINE);
        ring(&lone, &lone.home.power);
        assert_false(wan_is_up(&lone.home.tree));
        assert_string_equal(wan_error(&lone.home.tree), "ERROR_NO_CARRIER");
        assert_true(events_have(&lone.home.events, EVENT_VALUE_CHANGE));
        install(&lone, FATE_FINE, FATE_FINE);
        ring(&lone, &lone.home.power);
        assert_true(wan_is_up(&lone.home.tree));
        assert_true(events_have(&lone.home.events, EVENT_VALUE_CHANGE));
        lone_home_close(&lone);
    }
}

static void recall(struct lone_home *lone, const char *text)
{
    AUTO_JSON line = NULL;

    assert_int_equal(json_read(text, strlen(text), &line), ERR_OK);
    home_recall(&lone->home, line);
}

static void a_journal_brings_back_what_a_firmware_does(void **state)
{
    const struct tally_firmware *counts;
    struct lone_home lone;
    const char *old;

    (void)state;
    lone_home_open(&lone, "gpon181");
    old = version_of(&lone);
    recall(
        &lone,
        "{\"did\":\"Download\",\"command_key\":\"a\",\"image\":\"2.1\",\"fault\":9018,\"fate\":\"corrupt\"}");
    recall(&lone,
           "{\"did\":\"Download\",\"command_key\":\"b\",\"image\":\"2.1\",\"version\":\"2.1\",\"seconds\":7,"
           "\"fate\":\"boot_loop hides_version never_tells of_old\"}");
    assert_string_equal(version_of(&lone), old);
    assert_int_equal(lone.home.running.fate, FATE_BOOT_LOOP);
    assert_int_equal(lone.home.running.seconds, 7);
    assert_int_equal(lone.home.transfer_count, 1);
    assert_string_equal(lone.home.transfers[0].command_key, "a");
    recall(&lone, "{\"did\":\"lost\",\"version\":\"2.1\"}");
    assert_int_equal(lone.home.end, HOME_LOST);
    counts = tally_firmware(&lone.fleet.tally, "2.1");
    assert_int_equal(counts->downloads, 2);
    assert_int_equal(counts->installs, 1);
    assert_int_equal(counts->lost, 1);
    lone_home_close(&lone);
}

static void what_the_journal_says_of_a_lot_reads_back(void **state)
{
    const struct firmware_lot lot = {
        .version = "2.1", .fates = {FATE_BRICKS_LATER, FATE_FINE, FATE_TELLS_THRICE}
    };
    const struct firmware_lot fine = {.version = "2.1"};
    AUTO_ARENA arena = arena_new(0);

    (void)state;
    assert_string_equal(firmware_lot_words(&lot, arena), "bricks_later tells_thrice");
    assert_null(firmware_lot_words(&fine, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_firmware_names_its_version),
        cmocka_unit_test(its_head_ends_where_text_ends),
        cmocka_unit_test(a_head_that_is_wrong_says_where),
        cmocka_unit_test(whatever_a_file_holds_it_is_read_or_refused),
        cmocka_unit_test(a_head_has_an_end),
        cmocka_unit_test(a_share_of_the_homes_is_hit_the_same_each_time),
        cmocka_unit_test(another_seed_hits_other_homes),
        cmocka_unit_test(a_fine_one_starts_after_a_restart),
        cmocka_unit_test(one_that_hides_its_version_shows_the_old_one),
        cmocka_unit_test(what_has_ended_never_starts_again),
        cmocka_unit_test(one_that_bricks_later_has_its_time_from_the_first_boot_on),
        cmocka_unit_test(another_firmware_saves_the_home),
        cmocka_unit_test(a_boot_loop_goes_on_until_there_is_another_firmware),
        cmocka_unit_test(a_lost_wan_is_told_and_comes_back_with_another_firmware),
        cmocka_unit_test(a_journal_brings_back_what_a_firmware_does),
        cmocka_unit_test(what_the_journal_says_of_a_lot_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
