/* A reset to factory settings gives a home its Wi-Fi and its login back, or says what it could not give. */
#include <string.h>

#include "tests/base/check.h"
#include "tests/provisioning/dwelling.h"

static void lose_settings(struct dwelling *d)
{
    dwelling_set(dwelling_value(d, NETWORK "SSID"), "FABRICA-1234");
    dwelling_set(dwelling_value(d, NETWORK "KeyPassphrase"), "fabrica1");
    dwelling_set(dwelling_value(d, NETWORK "PreSharedKey.1.KeyPassphrase"), "fabrica1");
    dwelling_set(dwelling_value(d, PPP "Username"), "");
    dwelling_set(dwelling_value(d, PPP "Password"), "");
    dwelling_set(dwelling_value(d, KEY), "");
}

/* Up to the request, which is carried out; and the device says yes. */
static void reset(struct dwelling *d)
{
    assert_true(dwelling_go(d, CWMP_FACTORY_RESET));
    lose_settings(d);
    world_answer(&d->world, world_message(&d->world, CWMP_FACTORY_RESET_RESPONSE));
    assert_int_equal(d->world.record.state, ACTION_VERIFYING);
}

static void come_back(struct dwelling *d)
{
    world_key(&d->world, "");
    world_inform(&d->world, 60, 20, "0 BOOTSTRAP", "1 BOOT", NULL);
    dwelling_run(d);
}

static void expect_failure(const struct dwelling *d, const char *code)
{
    assert_int_equal(d->world.record.state, ACTION_FAILED);
    assert_non_null(strstr(d->world.move.save.failure, code));
}

static void what_the_device_showed_is_put_back_and_proved(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    d.world.record.sealed = "{\"wan.ppp.password\":\"321\"}"; /* known, though the device hides it */
    reset(&d);
    assert_null(strstr(d.world.record.memo, "antiga-senha"));
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "velha");
    assert_string_equal(dwelling_value(&d, NETWORK "KeyPassphrase"), "antiga-senha");
    assert_string_equal(dwelling_value(&d, PPP "Username"), "alguem");
    assert_string_equal(dwelling_value(&d, PPP "Password"), "123");
    assert_string_equal(d.world.move.save.result, "{\"put_back\":[\"wifi.2g\",\"pppoe\"],\"left\":[]}");
    assert_non_null(
        strstr(d.world.move.save.evidence, "{\"reset\":{\"event\":\"0 BOOTSTRAP\"},\"put_back\":{"));
    assert_null(d.world.move.save.undo);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_is_not_to_be_kept_is_not_even_read(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{\"keep\":[]}");
    reset(&d);
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "FABRICA-1234");
    assert_string_equal(d.world.move.save.evidence, "{\"event\":\"0 BOOTSTRAP\"}");
    assert_null(d.world.move.save.result);
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void only_what_is_named_is_kept(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{\"keep\":[\"wifi\"]}");
    d.world.record.sealed = "{\"wan.ppp.password\":\"321\"}";
    reset(&d);
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "velha");
    assert_string_equal(dwelling_value(&d, PPP "Username"), "");
    world_end(&d.world);
}

/* A name without its password would fit neither the sticker nor the phones. */
static void a_name_whose_password_nobody_knows_is_left(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    d.hides = true;
    reset(&d);
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "FABRICA-1234");
    assert_non_null(strstr(d.world.move.save.result, "{\"put_back\":[],\"left\":[{\"what\":\"wifi.2g\""));
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void a_password_that_was_set_from_here_is_known_though_it_is_hidden(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    d.world.record.sealed = "{\"wifi.2g.passphrase\":\"avon-ahnes\"}";
    d.hides = true;
    reset(&d);
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "KeyPassphrase"), "senha-nova");
    assert_non_null(strstr(d.world.move.save.evidence, "\"hidden\":2"));
    world_end(&d.world);
}

static void what_cannot_be_read_is_not_lost(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    dwelling_know(&d);
    world_next(&d.world);
    world_values(&d.world, KEY, "k1", CWMP_STRING);
    for (int moves = 0; moves < 20 && !action_has_ended(d.world.record.state); moves++) {
        dwelling_know(&d);
        world_next(&d.world);
        assert_int_not_equal(d.world.move.request.method, CWMP_FACTORY_RESET);
        if (d.world.move.kind == ACTION_SEND)
            world_fault(&d.world, 9002);
    }
    expect_failure(&d, "not_read");
    world_end(&d.world);
}

static void a_device_that_does_not_take_its_own_back_is_told_of(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    reset(&d);
    d.ignores = true;
    come_back(&d);
    expect_failure(&d, "not_put_back");
    assert_non_null(strstr(d.world.move.save.failure, "was reset"));
    world_end(&d.world);

    dwelling_begin(&d, "factory_reset", "{}");
    reset(&d);
    d.refuses = NETWORK "SSID";
    come_back(&d);
    expect_failure(&d, "not_put_back");
    assert_non_null(strstr(d.world.move.save.failure, "9008"));
    world_end(&d.world);
}

static void a_device_in_quarantine_is_told_nothing_before_it_is_bound(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    reset(&d);
    d.world.facts.trusted = false;
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    world_inform(&d.world, 60, 80, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    assert_int_equal(d.sets, 0);
    d.world.facts.trusted = true;
    world_inform(&d.world, 60, 140, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "velha");
    world_end(&d.world);
}

static void lost_answers_are_resolved_and_nothing_is_reset_twice(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    assert_true(dwelling_go(&d, CWMP_FACTORY_RESET));
    lose_settings(&d); /* and the answer is lost */
    world_key(&d.world, "");
    world_inform(&d.world, 60, 20, "0 BOOTSTRAP", "1 BOOT", NULL);
    assert_true(dwelling_go(&d, CWMP_SET_PARAMETER_VALUES));
    dwelling_write(&d, &d.world.move.request.body.set_parameter_values); /* this one's, too */
    world_key(&d.world, d.world.record.id);
    world_inform(&d.world, 10, 90, "2 PERIODIC", NULL);
    dwelling_run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(dwelling_value(&d, NETWORK "SSID"), "velha");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

/* What the factory settings do not have is no reason to lose the rest. */
static void a_login_that_is_no_more_does_not_cost_the_wifi(void **state)
{
    struct dwelling d;

    (void)state;
    dwelling_begin(&d, "factory_reset", "{}");
    d.world.record.sealed = "{\"wan.ppp.password\":\"321\"}";
    reset(&d);
    for (size_t i = 0; i < d.count; i++)
        if (strncmp(d.items[i].name, PPP, strlen(PPP)) == 0)
            d.items[i--] = d.items[--d.count];
    come_back(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_non_null(
        strstr(d.world.move.save.result, "{\"put_back\":[\"wifi.2g\"],\"left\":[{\"what\":\"pppoe\""));
    world_end(&d.world);
}

static void what_can_be_kept_is_a_short_list(void **state)
{
    static const char *const wrong[] = {"{\"keep\":\"wifi\"}", "{\"keep\":[\"lan\"]}", "{\"keep\":[7]}",
                                        "{\"kept\":[]}"};
    const struct action_kind *kind = action_kind_find("factory_reset");

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        AUTO_JSON args = NULL;

        assert_int_equal(json_read(wrong[i], strlen(wrong[i]), &args), ERR_OK);
        assert_int_equal(kind->check(args), ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_device_showed_is_put_back_and_proved),
        cmocka_unit_test(what_is_not_to_be_kept_is_not_even_read),
        cmocka_unit_test(only_what_is_named_is_kept),
        cmocka_unit_test(a_name_whose_password_nobody_knows_is_left),
        cmocka_unit_test(a_password_that_was_set_from_here_is_known_though_it_is_hidden),
        cmocka_unit_test(what_cannot_be_read_is_not_lost),
        cmocka_unit_test(a_device_that_does_not_take_its_own_back_is_told_of),
        cmocka_unit_test(a_device_in_quarantine_is_told_nothing_before_it_is_bound),
        cmocka_unit_test(lost_answers_are_resolved_and_nothing_is_reset_twice),
        cmocka_unit_test(a_login_that_is_no_more_does_not_cost_the_wifi),
        cmocka_unit_test(what_can_be_kept_is_a_short_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
