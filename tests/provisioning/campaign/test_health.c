/* What became of a device, and what stops a campaign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "acs/base/clock.h"
#include "provisioning/campaign/campaign.h"
#include "provisioning/campaign/health.h"

enum { S = 1000000 };

static struct campaign_plan usual(void)
{
    struct campaign_plan plan;

    assert_int_equal(campaign_plan_read(NULL, &plan), ERR_OK);
    return plan;
}

/* Sent to at 1000 s, succeeded at 1200 s. */
static const struct campaign_seen well = {.state = ACTION_SUCCEEDED,
                                          .sent_us = 1000LL * S,
                                          .ended_us = 1200LL * S,
                                          .last_contact_us = 1500LL * S,
                                          .boots = 1,
                                          .wan = CAMPAIGN_WAN_UP};

static void judged(struct campaign_seen seen, int64_t now_s, enum campaign_verdict verdict, const char *cause)
{
    struct campaign_plan plan = usual();
    struct campaign_judgement judgement = campaign_judge(&plan, &seen, now_s * S);

    assert_string_equal(campaign_verdict_name(judgement.verdict), campaign_verdict_name(verdict));
    if (cause == NULL)
        assert_null(judgement.cause);
    else
        assert_string_equal(judgement.cause, cause);
}

static void healthy_is_proven(void **state)
{
    struct campaign_seen seen = well;

    (void)state;
    judged(seen, 1501, CAMPAIGN_HEALTHY, NULL);
    seen.wan = CAMPAIGN_WAN_UNTOLD;
    judged(seen, 1501, CAMPAIGN_HEALTHY, NULL);
    seen.last_contact_us = 1499LL * S; /* too early to be the second contact */
    judged(seen, 1501, CAMPAIGN_OPEN, NULL);
    judged(seen, 1499 + 1201, CAMPAIGN_MISSING, "not_returned");
}

static void an_action_that_succeeded_is_not_enough(void **state)
{
    struct campaign_seen seen = well;

    (void)state;
    seen.wan = CAMPAIGN_WAN_DOWN;
    judged(seen, 1600, CAMPAIGN_OPEN, NULL);
    seen.last_contact_us = 1200LL * S + 7200LL * S;
    judged(seen, 1200 + 7200, CAMPAIGN_FAILED, "wan_down");
    seen.wan = CAMPAIGN_WAN_UNKNOWN; /* nobody could ask it */
    judged(seen, 1200 + 7199, CAMPAIGN_OPEN, NULL);
    judged(seen, 1200 + 7200, CAMPAIGN_FAILED, "not_proven");
    seen = well;
    seen.boots = 3;
    judged(seen, 1501, CAMPAIGN_LOOPING, "boot_loop");
}

static void wants_reading(struct campaign_seen seen, int64_t now_s, bool wanted)
{
    struct campaign_plan plan = usual();

    assert_int_equal(campaign_wants_reading(&plan, &seen, now_s * S), wanted);
}

static void its_wan_is_asked_for_until_it_is_up(void **state)
{
    struct campaign_plan blind = usual();
    struct campaign_seen seen = well;

    (void)state;
    seen.wan = CAMPAIGN_WAN_UNKNOWN;
    wants_reading(seen, 1499, false); /* it settles */
    wants_reading(seen, 1500, true);
    seen.reading = true;
    wants_reading(seen, 1500, false);
    seen.reading = false;
    seen.read_us = 1510LL * S; /* the answer did not come */
    wants_reading(seen, 1809, false);
    wants_reading(seen, 1810, true);
    seen.wan = CAMPAIGN_WAN_DOWN;
    wants_reading(seen, 1810, true);
    seen.wan = CAMPAIGN_WAN_UNTOLD;
    wants_reading(seen, 1810, false);
    seen.wan = CAMPAIGN_WAN_UP;
    wants_reading(seen, 1810, false);
    seen = well;
    seen.wan = CAMPAIGN_WAN_UNKNOWN;
    blind.limit[CAMPAIGN_WAN] = 0;
    assert_false(campaign_wants_reading(&blind, &seen, 1500LL * S));
    assert_string_equal(campaign_verdict_name(campaign_judge(&blind, &seen, 1501LL * S).verdict), "healthy");
    seen.state = ACTION_VERIFYING;
    wants_reading(seen, 1500, false);
}

static void what_was_not_sent_goes_back_among_those_that_wait(void **state)
{
    struct campaign_seen seen = {.state = ACTION_QUEUED, .last_contact_us = 900LL * S};

    (void)state;
    judged(seen, 90000, CAMPAIGN_OPEN, NULL);
    seen.state = ACTION_CANCELLED;
    judged(seen, 1000, CAMPAIGN_AGAIN, NULL);
    seen.state = ACTION_EXPIRED;
    judged(seen, 1000, CAMPAIGN_AGAIN, NULL);
    seen.state = ACTION_FAILED;
    seen.failure = "device_offline";
    judged(seen, 1000, CAMPAIGN_AGAIN, NULL);
    seen.failure = "not_supported";
    judged(seen, 1000, CAMPAIGN_FAILED, "not_supported");
}

static void what_went_wrong_is_named(void **state)
{
    struct campaign_seen seen = well;

    (void)state;
    seen.state = ACTION_FAILED;
    seen.failure = "9010";
    judged(seen, 1201, CAMPAIGN_FAILED, "9010");
    seen.failure = "version_wrong";
    judged(seen, 1201, CAMPAIGN_LYING, "version_wrong");
    seen = (struct campaign_seen){
        .state = ACTION_VERIFYING, .sent_us = 1000LL * S, .last_contact_us = 1010LL * S};
    judged(seen, 1010 + 1200, CAMPAIGN_OPEN, NULL);
    judged(seen, 1010 + 1201, CAMPAIGN_MISSING, "not_returned");
    seen.last_contact_us = 2000LL * S; /* it is there, and works on it */
    judged(seen, 1010 + 1201, CAMPAIGN_OPEN, NULL);
    seen.state = ACTION_EXPIRED;
    judged(seen, 1010 + 1201, CAMPAIGN_FAILED, "expired");
    seen.state = ACTION_VERIFYING; /* it stays there, and never proves anything */
    seen.last_contact_us = 8200LL * S;
    judged(seen, 1000 + 7200, CAMPAIGN_OPEN, NULL);
    judged(seen, 1000 + 7201, CAMPAIGN_FAILED, "not_proven");
}

/* ---- stop rules ---- */

static struct campaign_counts of(int64_t judged, int64_t missing, int64_t failed)
{
    return (struct campaign_counts){
        .sent = judged, .missing = missing, .failed = failed, .healthy = judged - missing - failed};
}

static enum campaign_stop stops(struct campaign_watch watch)
{
    struct campaign_plan plan = usual();

    return campaign_weigh(&plan, &watch).rule;
}

static void a_share_counts_when_chance_hardly_explains_it(void **state)
{
    (void)state;
    assert_int_equal(stops((struct campaign_watch){.wave = of(50, 3, 0), .all = of(50, 3, 0)}),
                     CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.wave = of(50, 4, 0), .all = of(50, 4, 0)}),
                     CAMPAIGN_STOP_BY_MISSING);
    assert_int_equal(stops((struct campaign_watch){.wave = of(50, 0, 4), .all = of(50, 0, 4)}),
                     CAMPAIGN_STOP_BY_SHARE);
    assert_int_equal(stops((struct campaign_watch){.wave = of(19, 4, 0), .all = of(19, 4, 0)}),
                     CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.wave = of(2, 2, 0), .all = of(2, 2, 0)}), CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.wave = of(1000, 10, 0), .all = of(1000, 10, 0)}),
                     CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.wave = of(1000, 36, 0), .all = of(1000, 36, 0)}),
                     CAMPAIGN_STOP_BY_MISSING);
}

static void those_that_are_well_so_far_count(void **state)
{
    struct campaign_watch watch = {.wave = of(30, 0, 4), .all = of(30, 0, 4)};

    (void)state;
    assert_int_equal(stops(watch), CAMPAIGN_STOP_BY_SHARE);
    watch.wave.settling = watch.all.settling = 100;
    assert_int_equal(stops(watch), CAMPAIGN_GO_ON);
}

static void a_bad_wave_is_not_made_good_by_those_before_it(void **state)
{
    (void)state;
    assert_int_equal(stops((struct campaign_watch){.wave = of(100, 8, 0), .all = of(10000, 8, 0)}),
                     CAMPAIGN_STOP_BY_MISSING);
}

static void what_happens_to_all_is_not_the_campaigns_fault(void **state)
{
    struct campaign_watch watch = {
        .wave = of(1000, 100, 0), .all = of(1000, 100, 0), .alone = 5000, .alone_silent = 500};

    (void)state;
    assert_int_equal(stops(watch), CAMPAIGN_GO_ON);
    watch.alone_silent = 50;
    assert_int_equal(stops(watch), CAMPAIGN_STOP_BY_MISSING);
}

static void some_in_a_row_are_enough(void **state)
{
    (void)state;
    assert_int_equal(stops((struct campaign_watch){.row = 4}), CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.row = 5}), CAMPAIGN_STOP_BY_ROW);
}

static void the_desk_hears_it_first(void **state)
{
    struct campaign_watch watch = {
        .all = of(2000, 0, 0), .contacts = 60, .alone = 5000, .alone_contacts = 20};

    (void)state;
    assert_int_equal(stops(watch), CAMPAIGN_STOP_BY_CONTACTS);
    watch.contacts = 12;
    assert_int_equal(stops(watch), CAMPAIGN_GO_ON);
    watch.contacts = 60;
    watch.alone = 0; /* nothing to compare with */
    assert_int_equal(stops(watch), CAMPAIGN_GO_ON);
    assert_int_equal(stops((struct campaign_watch){.informs_fall = 21}), CAMPAIGN_STOP_BY_INFORMS);
}

static void numbers_are_said_with_what_the_plan_allows(void **state)
{
    struct campaign_plan plan = usual();
    struct campaign_watch watch = {.wave = of(50, 5, 0), .all = of(50, 5, 0)};
    struct campaign_stopped stopped = campaign_weigh(&plan, &watch);
    AUTO_ARENA arena = arena_new(1024);
    struct text out = TEXT_IN(arena);

    (void)state;
    campaign_say_stop(&stopped, false, &out);
    assert_string_equal(text_string(&out), "5 of 50 did not return (at least 3.4 %; the plan allows 2.0 %)");
    assert_string_equal(campaign_stop_name(stopped.rule), "missing");
}

/* ---- decisions ---- */

static const struct campaign_now busy = {.now_us = 1000LL * S,
                                         .open_until_us = INT64_MAX,
                                         .wave_size = 100,
                                         .wave_sent = 10,
                                         .flight_cap = 20,
                                         .any_waiting = true};

static void caps_hold(void **state)
{
    struct campaign_plan plan = usual();
    struct campaign_watch watch = {.all = {.in_flight = 5}};
    struct campaign_now now = busy;

    (void)state;
    assert_int_equal(campaign_decide(&plan, &watch, &now).count, 15);
    watch.all.in_flight = 20;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_FLIGHT);
    watch.all.in_flight = 0;
    now.sent_in_minute = 48;
    assert_int_equal(campaign_decide(&plan, &watch, &now).count, 2);
    now.sent_in_minute = 50;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_RATE);
    now.sent_in_minute = 0;
    now.wave_sent = 97;
    assert_int_equal(campaign_decide(&plan, &watch, &now).count, 3);
    now.open_until_us = 0;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_WINDOW);
    now.open_until_us = now.now_us + 1199LL * S; /* it would not be over in time */
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_WINDOW);
}

static void it_grows_with_what_went_well(void **state)
{
    struct campaign_plan plan = usual();

    (void)state;
    assert_int_equal(campaign_rate(&plan, 999, 0), 50);
    assert_int_equal(campaign_rate(&plan, 1000, 0), 100);
    assert_int_equal(campaign_rate(&plan, 3000, 0), 400);
    assert_int_equal(campaign_rate(&plan, 500000, 0), 1000);
    plan.limit[CAMPAIGN_BYTES_PER_S] = 1e6;
    assert_int_equal(campaign_rate(&plan, 500000, 30000000), 2);
    assert_int_equal(campaign_rate(&plan, 500000, 300000000), 1);
}

static void a_wave_ends_when_all_are_judged_and_it_has_soaked(void **state)
{
    struct campaign_plan plan = usual();
    struct campaign_watch watch = {.wave = of(100, 0, 0), .all = of(100, 0, 0)};
    struct campaign_now now = busy;

    (void)state;
    now.wave_sent = 100;
    now.wave_judged_us = 1000LL * S;
    watch.wave.in_flight = 1;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_JUDGING);
    watch.wave.in_flight = 0;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_SOAK);
    assert_int_equal(campaign_decide(&plan, &watch, &now).until_us, 8200LL * S);
    now.now_us = 8200LL * S;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_PROMOTE);
    plan.waves[0].by_person = true;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_PERSON);
    now.approved_by_person = true;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_PROMOTE);
    now.wave = 4;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_FINISH);
}

static void what_failed_is_tried_again_before_the_end(void **state)
{
    struct campaign_plan plan = usual();
    struct campaign_watch watch = {.wave = of(100, 0, 1), .all = of(100, 0, 1)};
    struct campaign_now now = busy;

    (void)state;
    now.wave = 4;
    now.wave_sent = now.wave_size = 100;
    now.now_us = 9000LL * S;
    now.retries_later = 1;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_RETRY);
    now.retries_later = 0;
    now.retries_due = 1;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_SEND);
    assert_int_equal(campaign_decide(&plan, &watch, &now).count, 1);
    assert_true(campaign_decide(&plan, &watch, &now).again);
    now.open_until_us = 0; /* not outside of its windows, either */
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_WINDOW);
    now.retries_due = 0;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_FINISH);
}

static void not_well_enough_is_looked_at_by_a_person(void **state)
{
    struct campaign_plan plan = usual();
    struct campaign_watch watch = {.wave = of(50, 0, 3), .all = of(50, 0, 3)};
    struct campaign_now now = busy;

    (void)state;
    now.wave_sent = now.wave_size = 50;
    now.now_us = 9000LL * S;
    assert_int_equal(campaign_decide(&plan, &watch, &now).why, CAMPAIGN_WHY_HEALTH);
    watch.wave.failed = 2;
    assert_int_equal(campaign_decide(&plan, &watch, &now).move, CAMPAIGN_PROMOTE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_is_proven),
        cmocka_unit_test(an_action_that_succeeded_is_not_enough),
        cmocka_unit_test(its_wan_is_asked_for_until_it_is_up),
        cmocka_unit_test(what_was_not_sent_goes_back_among_those_that_wait),
        cmocka_unit_test(what_went_wrong_is_named),
        cmocka_unit_test(a_share_counts_when_chance_hardly_explains_it),
        cmocka_unit_test(those_that_are_well_so_far_count),
        cmocka_unit_test(a_bad_wave_is_not_made_good_by_those_before_it),
        cmocka_unit_test(what_happens_to_all_is_not_the_campaigns_fault),
        cmocka_unit_test(some_in_a_row_are_enough),
        cmocka_unit_test(the_desk_hears_it_first),
        cmocka_unit_test(numbers_are_said_with_what_the_plan_allows),
        cmocka_unit_test(caps_hold),
        cmocka_unit_test(it_grows_with_what_went_well),
        cmocka_unit_test(a_wave_ends_when_all_are_judged_and_it_has_soaked),
        cmocka_unit_test(what_failed_is_tried_again_before_the_end),
        cmocka_unit_test(not_well_enough_is_looked_at_by_a_person),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
