/* The changes of the desk against a pretended home with the manners that real ones have. */
#include <string.h>

#include "tests/base/check.h"
#include "tests/provisioning/dwelling.h"

static void expect_failure(const struct dwelling *d, const char *code)
{
    assert_int_equal(d->world.record.state, ACTION_FAILED);
    assert_non_null(strstr(d->world.move.save.failure, code));
}

/* ---- tests ---- */

static void a_name_is_written_read_back_and_can_be_put_back(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "casa");
    assert_non_null(strstr(d.world.move.save.result,
                           "{\"what\":\"wifi.2g.ssid\",\"before\":\"velha\",\"after\":\"casa\"}"));
    assert_non_null(strstr(d.world.move.save.undo, "\"value\":\"velha\""));
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_is_asked_for_is_sent_though_it_is_so_already(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"velha\"}");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_device_that_ignores_a_write_does_not_pass(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.ignores = true;
    dwelling_run(&d);
    expect_failure(&d, "not_applied");
    assert_null(d.world.move.save.undo);
    world_end(&d.world);
}

static void begin_password(struct dwelling *d)
{
    dwelling_begin(d, "wifi.set_password", "{\"password\":null}");
    d->world.record.sealed = "{\"password\":\"avon-ahnes\"}"; /* turned round: "senha-nova" */
}

static void a_password_is_written_everywhere_and_the_old_one_is_kept_sealed(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "KeyPassphrase"), "senha-nova");
    assert_string_equal(dwelling_value(&d, NETWORK "PreSharedKey.1.KeyPassphrase"), "senha-nova");
    assert_null(strstr(d.world.move.save.result, "senha"));
    assert_null(strstr(d.world.record.memo, "senha"));
    assert_non_null(strstr(d.world.record.sealed, "ahnes-agitna")); /* "antiga-senha" */
    assert_non_null(strstr(d.world.move.save.undo, "\"secret\":\"" NETWORK "KeyPassphrase\""));
    assert_non_null(strstr(d.world.move.save.secrets, "\"wifi.2g.passphrase\":{\"name\":\"password\""));
    world_end(&d.world);
}

static void a_hidden_password_is_proved_by_the_key_alone(void **state)
{
    struct dwelling d;

    (void)state;
    for (int masks = 0; masks < 2; masks++) {
        begin_password(&d);
        d.hides = true;
        d.masks = masks != 0;
        dwelling_run(&d);
        assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
        assert_non_null(strstr(d.world.move.save.evidence, "\"hidden\":2"));
        assert_null(d.world.move.save.undo); /* what it was nobody knows */
        world_end(&d.world);
    }
}

static void a_hidden_password_without_a_key_is_unverified(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    d.hides = d.keyless = true;
    dwelling_run(&d);
    expect_failure(&d, "unverified");
    world_end(&d.world);
}

static void an_old_password_that_is_still_shown_is_not_applied(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    d.ignores = true;
    dwelling_run(&d);
    expect_failure(&d, "not_applied");
    assert_null(strstr(d.world.move.save.failure, "senha-"));
    world_end(&d.world);
}

static void of_several_places_a_refused_one_is_left_out(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    d.refuses = NETWORK "PreSharedKey.1.KeyPassphrase";
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "KeyPassphrase"), "senha-nova");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_only_one_place_holds_must_not_be_refused(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.refuses = NETWORK "SSID";
    dwelling_run(&d);
    expect_failure(&d, "9008");
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void a_secret_that_cannot_be_opened_is_not_sent(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_password", "{\"password\":null}");
    d.world.record.sealed = "{}";
    dwelling_run(&d);
    assert_int_equal(d.sets, 0);
    expect_failure(&d, "secret_lost");
    world_end(&d.world);
}

static void a_channel_takes_the_choice_from_the_device(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_channel", "{\"band\":\"2.4\",\"channel\":11}");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "Channel"), "11");
    assert_string_equal(dwelling_value(&d, NETWORK "AutoChannelEnable"), "0");
    world_end(&d.world);
}

static void a_band_that_is_not_there_is_refused_before_anything_is_sent(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_channel", "{\"band\":\"5\",\"channel\":44}");
    dwelling_run(&d);
    expect_failure(&d, "not_available");
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void wifi_is_on_when_the_network_says_so(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.enable", "{\"enabled\":true}");
    d.connects = true;
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    world_end(&d.world);

    dwelling_begin(&d, "wifi.enable", "{\"enabled\":true}"); /* the switch says on, the network stays down */
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    for (int contact = 0; contact < 3; contact++) {
        world_inform(&d.world, 60, 1000, "2 PERIODIC", NULL);
        dwelling_run(&d);
    }
    expect_failure(&d, "unverified");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void begin_login(struct dwelling *d)
{
    dwelling_begin(d, "wan.set_pppoe", "{\"username\":\"maria\",\"password\":null}");
    d->world.record.sealed = "{\"password\":\"321\"}";
    d->hides = true;
}

static void a_login_is_proved_by_the_connection(void **state)
{
    struct dwelling d;

    (void)state;
    begin_login(&d);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING); /* connecting still */
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"), "Connected");
    world_inform(&d.world, 10, 1000, "4 VALUE CHANGE", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, PPP "Password"), "123");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

/* The old connection is up until the device dials again: that it is up says nothing of the new login. */
static void a_connection_that_was_up_before_proves_no_login(void **state)
{
    struct dwelling d;

    (void)state;
    begin_login(&d);
    dwelling_put(&d, PPP "Uptime", "86400", CWMP_UNSIGNED_INT);
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"), "Connected");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    dwelling_set(dwelling_value(&d, PPP "Uptime"), "86410");
    world_inform(&d.world, 10, 1000, "6 CONNECTION REQUEST", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    dwelling_set(dwelling_value(&d, PPP "Uptime"), "7");
    world_inform(&d.world, 10, 1000, "6 CONNECTION REQUEST", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    world_end(&d.world);
}

/* It came up a moment before the write, and its age is told in whole seconds. */
static void a_connection_as_young_as_the_write_proves_no_login(void **state)
{
    struct dwelling d;

    (void)state;
    begin_login(&d);
    dwelling_put(&d, PPP "Uptime", "1", CWMP_UNSIGNED_INT);
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"), "Connected");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    dwelling_set(dwelling_value(&d, PPP "Uptime"), "11");
    world_inform(&d.world, 10, 1000, "6 CONNECTION REQUEST", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    world_end(&d.world);
}

/* What counts is when it was sent, not when it was asked for: it may have waited for the device. */
static void a_connection_made_while_the_login_waited_proves_nothing(void **state)
{
    struct dwelling d;

    (void)state;
    begin_login(&d);
    dwelling_put(&d, PPP "Uptime", "1800", CWMP_UNSIGNED_INT);
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"), "Connected");
    world_inform(&d.world, 3600, 1000, "2 PERIODIC", NULL);
    assert_true(dwelling_go(&d, CWMP_SET_PARAMETER_VALUES));
    dwelling_write(&d, &d.world.move.request.body.set_parameter_values); /* done, but nobody hears of it */
    world_key(&d.world, d.world.record.id);
    world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_login_that_the_provider_refuses_is_told_so(void **state)
{
    struct dwelling d;

    (void)state;
    begin_login(&d);
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"),
                 "Connected"); /* for the moment, and it tells no age */
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    dwelling_set(dwelling_value(&d, PPP "ConnectionStatus"), "Connecting");
    for (int contact = 0; contact < 2; contact++) {
        world_inform(&d.world, 10, 1000, "6 CONNECTION REQUEST", NULL);
        dwelling_run(&d);
    }
    expect_failure(&d, "unverified");
    assert_non_null(strstr(d.world.move.save.failure, "refuses"));
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_applies_with_a_restart_is_read_after_it(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.status = 1;
    d.ignores = true;
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    world_inform(&d.world, 5, 1000, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    dwelling_set(dwelling_value(&d, NETWORK "SSID"), "casa");
    world_inform(&d.world, 60, 20, "1 BOOT", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    world_end(&d.world);
}

/* ---- the answer is lost ---- */

static void a_lost_answer_is_resolved_by_the_key(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    assert_true(dwelling_go(&d, CWMP_SET_PARAMETER_VALUES));
    dwelling_write(&d, &d.world.move.request.body.set_parameter_values); /* done, but nobody hears of it */
    world_key(&d.world, d.world.record.id);
    world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_was_not_done_is_sent_again(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    assert_true(dwelling_go(&d, CWMP_SET_PARAMETER_VALUES));
    world_key(&d.world, "another");
    world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_device_that_is_lost_each_time_is_given_up(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    world_key(&d.world, "another");
    for (int tries = 0; tries < 10 && !action_has_ended(d.world.record.state); tries++) {
        dwelling_go(&d, CWMP_SET_PARAMETER_VALUES);
        world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    }
    assert_int_equal(d.world.record.state, ACTION_FAILED);
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void an_undo_writes_what_was(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "undo",
                   "{\"of\":\"act_1\",\"writes\":[{\"name\":\"" NETWORK
                   "SSID\",\"type\":\"string\",\"what\":\"wifi.2g.ssid\",\"value\":\"antes\"},"
                   "{\"name\":\"" NETWORK
                   "KeyPassphrase\",\"type\":\"string\",\"what\":\"wifi.2g.passphrase\",\"secret\":\"" NETWORK
                   "KeyPassphrase\"}]}");
    d.world.record.sealed = "{\"" NETWORK "KeyPassphrase\":\"ahnes-agitna\"}";
    dwelling_set(dwelling_value(&d, NETWORK "KeyPassphrase"), "outra");
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "antes");
    assert_string_equal(dwelling_value(&d, NETWORK "KeyPassphrase"), "antiga-senha");
    world_end(&d.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_written_read_back_and_can_be_put_back),
        cmocka_unit_test(what_is_asked_for_is_sent_though_it_is_so_already),
        cmocka_unit_test(a_device_that_ignores_a_write_does_not_pass),
        cmocka_unit_test(a_password_is_written_everywhere_and_the_old_one_is_kept_sealed),
        cmocka_unit_test(a_hidden_password_is_proved_by_the_key_alone),
        cmocka_unit_test(a_hidden_password_without_a_key_is_unverified),
        cmocka_unit_test(an_old_password_that_is_still_shown_is_not_applied),
        cmocka_unit_test(of_several_places_a_refused_one_is_left_out),
        cmocka_unit_test(what_only_one_place_holds_must_not_be_refused),
        cmocka_unit_test(a_secret_that_cannot_be_opened_is_not_sent),
        cmocka_unit_test(a_channel_takes_the_choice_from_the_device),
        cmocka_unit_test(a_band_that_is_not_there_is_refused_before_anything_is_sent),
        cmocka_unit_test(wifi_is_on_when_the_network_says_so),
        cmocka_unit_test(a_login_is_proved_by_the_connection),
        cmocka_unit_test(a_connection_that_was_up_before_proves_no_login),
        cmocka_unit_test(a_connection_as_young_as_the_write_proves_no_login),
        cmocka_unit_test(a_connection_made_while_the_login_waited_proves_nothing),
        cmocka_unit_test(a_login_that_the_provider_refuses_is_told_so),
        cmocka_unit_test(what_applies_with_a_restart_is_read_after_it),
        cmocka_unit_test(a_lost_answer_is_resolved_by_the_key),
        cmocka_unit_test(what_was_not_done_is_sent_again),
        cmocka_unit_test(a_device_that_is_lost_each_time_is_given_up),
        cmocka_unit_test(an_undo_writes_what_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
