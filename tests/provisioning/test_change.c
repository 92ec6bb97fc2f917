/* The changes of the desk against a pretended home with the manners that real ones have. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/base/check.h"
#include "tests/provisioning/action_world.h"

enum { PARAMETERS_MAX = 32, VALUE_MAX = 64 };

#define NETWORK "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1."
#define PPP     "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."
#define KEY     "InternetGatewayDevice.ManagementServer.ParameterKey"

struct dwelling {
    struct world world;
    struct {
        const char *name;
        char value[VALUE_MAX];
        enum cwmp_type type;
    } items[PARAMETERS_MAX];
    size_t count;
    bool ignores, keyless, hides, masks, connects;
    const char *refuses; /* 9008 to a write of this one */
    int32_t status;      /* of SetParameterValuesResponse */
    unsigned sets;
    const struct model_map *map;
    struct map_view view;
};

static void set_text(char to[VALUE_MAX], const char *text)
{
    assert_true(strlen(text) < VALUE_MAX);
    memcpy(to, text, strlen(text) + 1);
}

static void put(struct dwelling *d, const char *name, const char *value, enum cwmp_type type)
{
    d->items[d->count].name = name;
    set_text(d->items[d->count].value, value);
    d->items[d->count++].type = type;
}

/* ---- the vault: what is sealed is the text the other way round ---- */

static const char *turn_round(const char *text, struct arena *arena)
{
    size_t len = strlen(text);
    char *turned = arena_memdup(arena, text, len);

    for (size_t i = 0; i < len; i++)
        turned[i] = text[len - 1 - i];
    return turned;
}

static const char *vault_turn(const void *ctx, const char *name, const char *text, struct arena *arena)
{
    (void)ctx;
    (void)name;
    return turn_round(text, arena);
}

static const struct action_vault vault = {.open = vault_turn, .seal = vault_turn};

static void begin(struct dwelling *d, const char *kind, const char *args)
{
    static const struct model_identity identity = {"Acme", "GW", "1.0"};

    memset(d, 0, sizeof(*d));
    world_begin(&d->world, kind, args);
    d->world.facts.root = "InternetGatewayDevice.";
    d->world.facts.vault = &vault;
    d->world.facts.trusted = true;
    assert_int_equal(model_map_new(NULL, d->world.arena, &d->map), ERR_OK);
    d->view = model_map_find(d->map, &identity, d->world.arena);
    put(d, NETWORK "SSID", "velha", CWMP_STRING);
    put(d, NETWORK "Channel", "6", CWMP_UNSIGNED_INT);
    put(d, NETWORK "AutoChannelEnable", "1", CWMP_BOOLEAN);
    put(d, NETWORK "Enable", "0", CWMP_BOOLEAN);
    put(d, NETWORK "Status", "Down", CWMP_STRING);
    put(d, NETWORK "KeyPassphrase", "antiga-senha", CWMP_STRING);
    put(d, NETWORK "PreSharedKey.1.KeyPassphrase", "antiga-senha", CWMP_STRING);
    put(d, PPP "Enable", "1", CWMP_BOOLEAN);
    put(d, PPP "Username", "alguem", CWMP_STRING);
    put(d, PPP "Password", "", CWMP_STRING);
    put(d, PPP "ConnectionStatus", "Connecting", CWMP_STRING);
    put(d, PPP "LastConnectionError", "ERROR_AUTHENTICATION_FAILURE", CWMP_STRING);
    put(d, KEY, "", CWMP_STRING);
}

static char *value_of(struct dwelling *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->items[i].name, name) == 0)
            return d->items[i].value;
    return NULL;
}

static bool is_secret(const char *name)
{
    return strstr(name, "assphrase") != NULL || text_ends_with(name, "Password");
}

/* What the server knows, as acs/cwmp/dwelling.c gives it: secrets are not kept. */
static void know(struct dwelling *d)
{
    struct home_value *values = ARENA_ARRAY(d->world.arena, struct home_value, PARAMETERS_MAX);

    for (size_t i = 0; i < d->count; i++)
        values[i] = (struct home_value){.name = d->items[i].name,
                                        .value = is_secret(d->items[i].name) ? "" : d->items[i].value,
                                        .type = d->items[i].type};
    d->world.facts.home = home_new(&d->view, values, d->count, d->world.arena);
}

/* ---- the device ---- */

static const char *shown(const struct dwelling *d, size_t i)
{
    if (d->hides && is_secret(d->items[i].name))
        return d->masks ? "********" : "";
    return d->items[i].value;
}

static void answer_values(struct dwelling *d, const struct cwmp_strings *names)
{
    struct cwmp_message *answer = world_message(&d->world, CWMP_GET_PARAMETER_VALUES_RESPONSE);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;

    values->items = ARENA_ARRAY(d->world.arena, struct cwmp_parameter_value, PARAMETERS_MAX);
    for (size_t n = 0; n < names->count; n++)
        for (size_t i = 0; i < d->count; i++)
            if (strcmp(d->items[i].name, names->items[n]) == 0)
                values->items[values->count++] = (struct cwmp_parameter_value){
                    d->items[i].name, arena_strdup(d->world.arena, shown(d, i)), d->items[i].type};
    world_answer(&d->world, answer);
}

static bool refuse(struct dwelling *d, const struct cwmp_parameter_values *values)
{
    struct cwmp_message *fault = world_message(&d->world, CWMP_FAULT);
    struct cwmp_parameter_fault *detail = ARENA_NEW(d->world.arena, struct cwmp_parameter_fault);

    for (size_t i = 0; d->refuses != NULL && i < values->count; i++) {
        if (strcmp(values->items[i].name, d->refuses) != 0)
            continue;
        *detail = (struct cwmp_parameter_fault){d->refuses, 9008, "read-only"};
        fault->body.fault = (struct cwmp_fault){
            .soap_code = "Client",
            .soap_string = "CWMP fault",
            .code = 9003,
            .text = "no",
            .parameters = {detail, 1}
        };
        world_answer(&d->world, fault);
        return true;
    }
    return false;
}

static void write(struct dwelling *d, const struct cwmp_set_parameter_values *set)
{
    d->sets++;
    if (!d->keyless)
        set_text(value_of(d, KEY), set->parameter_key);
    for (size_t i = 0; !d->ignores && i < set->parameters.count; i++) {
        set_text(value_of(d, set->parameters.items[i].name), set->parameters.items[i].value);
        if (d->connects && text_ends_with(set->parameters.items[i].name, "Username"))
            set_text(value_of(d, PPP "ConnectionStatus"), "Connected");
        if (d->connects && text_ends_with(set->parameters.items[i].name, ".Enable"))
            set_text(value_of(d, NETWORK "Status"),
                     strcmp(set->parameters.items[i].value, "1") == 0 ? "Up" : "Down");
    }
}

static void serve(struct dwelling *d)
{
    const union cwmp_body *body = &d->world.move.request.body;
    struct cwmp_message *answer = world_message(&d->world, CWMP_SET_PARAMETER_VALUES_RESPONSE);

    if (d->world.move.request.method == CWMP_GET_PARAMETER_VALUES) {
        answer_values(d, &body->get_parameter_values.names);
    } else {
        assert_int_equal(d->world.move.request.method, CWMP_SET_PARAMETER_VALUES);
        if (refuse(d, &body->set_parameter_values.parameters))
            return;
        write(d, &body->set_parameter_values);
        answer->body.set_parameter_values_response.status = d->status;
        world_answer(&d->world, answer);
    }
}

/* Until it has ended, or waits; true: it has sent something that is not served. */
static bool go(struct dwelling *d, enum cwmp_method stop_at)
{
    for (int moves = 0; moves < 60 && !action_has_ended(d->world.record.state); moves++) {
        know(d);
        world_next(&d->world);
        if (d->world.move.kind == ACTION_SEND && d->world.move.request.method == stop_at)
            return true;
        if (d->world.move.kind == ACTION_SEND)
            serve(d);
        else if (!d->world.move.changed)
            return false;
    }
    return false;
}

static void run(struct dwelling *d)
{
    go(d, CWMP_UNKNOWN_METHOD);
}

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
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, NETWORK "SSID"), "casa");
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
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"velha\"}");
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_device_that_ignores_a_write_does_not_pass(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.ignores = true;
    run(&d);
    expect_failure(&d, "not_applied");
    assert_null(d.world.move.save.undo);
    world_end(&d.world);
}

static void begin_password(struct dwelling *d)
{
    begin(d, "wifi.set_password", "{\"password\":null}");
    d->world.record.sealed = "{\"password\":\"avon-ahnes\"}"; /* turned round: "senha-nova" */
}

static void a_password_is_written_everywhere_and_the_old_one_is_kept_sealed(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, NETWORK "KeyPassphrase"), "senha-nova");
    assert_string_equal(value_of(&d, NETWORK "PreSharedKey.1.KeyPassphrase"), "senha-nova");
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
        run(&d);
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
    run(&d);
    expect_failure(&d, "unverified");
    world_end(&d.world);
}

static void an_old_password_that_is_still_shown_is_not_applied(void **state)
{
    struct dwelling d;

    (void)state;
    begin_password(&d);
    d.ignores = true;
    run(&d);
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
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, NETWORK "KeyPassphrase"), "senha-nova");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_only_one_place_holds_must_not_be_refused(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.refuses = NETWORK "SSID";
    run(&d);
    expect_failure(&d, "9008");
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void a_secret_that_cannot_be_opened_is_not_sent(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_password", "{\"password\":null}");
    d.world.record.sealed = "{}";
    run(&d);
    assert_int_equal(d.sets, 0);
    expect_failure(&d, "secret_lost");
    world_end(&d.world);
}

static void a_channel_takes_the_choice_from_the_device(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_channel", "{\"band\":\"2.4\",\"channel\":11}");
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, NETWORK "Channel"), "11");
    assert_string_equal(value_of(&d, NETWORK "AutoChannelEnable"), "0");
    world_end(&d.world);
}

static void a_band_that_is_not_there_is_refused_before_anything_is_sent(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_channel", "{\"band\":\"5\",\"channel\":44}");
    run(&d);
    expect_failure(&d, "not_available");
    assert_int_equal(d.sets, 0);
    world_end(&d.world);
}

static void wifi_is_on_when_the_network_says_so(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.enable", "{\"enabled\":true}");
    d.connects = true;
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    world_end(&d.world);

    begin(&d, "wifi.enable", "{\"enabled\":true}"); /* the switch says on, the network stays down */
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    for (int contact = 0; contact < 3; contact++) {
        world_inform(&d.world, 60, 1000, "2 PERIODIC", NULL);
        run(&d);
    }
    expect_failure(&d, "unverified");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_login_is_proved_by_the_connection(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wan.set_pppoe", "{\"username\":\"maria\",\"password\":null}");
    d.world.record.sealed = "{\"password\":\"321\"}";
    d.hides = true;
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING); /* connecting still */
    set_text(value_of(&d, PPP "ConnectionStatus"), "Connected");
    world_inform(&d.world, 3, 1000, "4 VALUE CHANGE", NULL);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, PPP "Password"), "123");
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_applies_with_a_restart_is_read_after_it(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    d.status = 1;
    d.ignores = true;
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    world_inform(&d.world, 5, 1000, "2 PERIODIC", NULL);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_VERIFYING);
    set_text(value_of(&d, NETWORK "SSID"), "casa");
    world_inform(&d.world, 60, 20, "1 BOOT", NULL);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    world_end(&d.world);
}

/* ---- the answer is lost ---- */

static void a_lost_answer_is_resolved_by_the_key(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    assert_true(go(&d, CWMP_SET_PARAMETER_VALUES));
    write(&d, &d.world.move.request.body.set_parameter_values); /* done, but nobody hears of it */
    world_key(&d.world, d.world.record.id);
    world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void what_was_not_done_is_sent_again(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    assert_true(go(&d, CWMP_SET_PARAMETER_VALUES));
    world_key(&d.world, "another");
    world_inform(&d.world, 10, 1000, "2 PERIODIC", NULL);
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_int_equal(d.sets, 1);
    world_end(&d.world);
}

static void a_device_that_is_lost_each_time_is_given_up(void **state)
{
    struct dwelling d;

    (void)state;
    begin(&d, "wifi.set_ssid", "{\"ssid\":\"casa\"}");
    world_key(&d.world, "another");
    for (int tries = 0; tries < 10 && !action_has_ended(d.world.record.state); tries++) {
        go(&d, CWMP_SET_PARAMETER_VALUES);
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
    begin(&d, "undo",
          "{\"of\":\"act_1\",\"writes\":[{\"name\":\"" NETWORK
          "SSID\",\"type\":\"string\",\"what\":\"wifi.2g.ssid\",\"value\":\"antes\"},"
          "{\"name\":\"" NETWORK
          "KeyPassphrase\",\"type\":\"string\",\"what\":\"wifi.2g.passphrase\",\"secret\":\"" NETWORK
          "KeyPassphrase\"}]}");
    d.world.record.sealed = "{\"" NETWORK "KeyPassphrase\":\"ahnes-agitna\"}";
    set_text(value_of(&d, NETWORK "KeyPassphrase"), "outra");
    run(&d);
    assert_int_equal(d.world.record.state, ACTION_SUCCEEDED);
    assert_string_equal(value_of(&d, NETWORK "SSID"), "antes");
    assert_string_equal(value_of(&d, NETWORK "KeyPassphrase"), "antiga-senha");
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
        cmocka_unit_test(what_applies_with_a_restart_is_read_after_it),
        cmocka_unit_test(a_lost_answer_is_resolved_by_the_key),
        cmocka_unit_test(what_was_not_done_is_sent_again),
        cmocka_unit_test(a_device_that_is_lost_each_time_is_given_up),
        cmocka_unit_test(an_undo_writes_what_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
