#include "tests/provisioning/dwelling.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/base/check.h"

void dwelling_set(char to[VALUE_MAX], const char *text)
{
    assert_true(strlen(text) < VALUE_MAX);
    memcpy(to, text, strlen(text) + 1);
}

void dwelling_put(struct dwelling *d, const char *name, const char *value, enum cwmp_type type)
{
    d->items[d->count].name = name;
    dwelling_set(d->items[d->count].value, value);
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

void dwelling_begin(struct dwelling *d, const char *kind, const char *args)
{
    static const struct model_identity identity = {"Acme", "GW", "1.0"};

    memset(d, 0, sizeof(*d));
    world_begin(&d->world, kind, args);
    d->world.facts.root = "InternetGatewayDevice.";
    d->world.facts.vault = &vault;
    d->world.facts.trusted = true;
    assert_int_equal(model_map_new(NULL, d->world.arena, &d->map), ERR_OK);
    d->view = model_map_find(d->map, &identity, d->world.arena);
    dwelling_put(d, NETWORK "SSID", "velha", CWMP_STRING);
    dwelling_put(d, NETWORK "Channel", "6", CWMP_UNSIGNED_INT);
    dwelling_put(d, NETWORK "AutoChannelEnable", "1", CWMP_BOOLEAN);
    dwelling_put(d, NETWORK "Enable", "0", CWMP_BOOLEAN);
    dwelling_put(d, NETWORK "Status", "Down", CWMP_STRING);
    dwelling_put(d, NETWORK "KeyPassphrase", "antiga-senha", CWMP_STRING);
    dwelling_put(d, NETWORK "PreSharedKey.1.KeyPassphrase", "antiga-senha", CWMP_STRING);
    dwelling_put(d, PPP "Enable", "1", CWMP_BOOLEAN);
    dwelling_put(d, PPP "Username", "alguem", CWMP_STRING);
    dwelling_put(d, PPP "Password", "", CWMP_STRING);
    dwelling_put(d, PPP "ConnectionStatus", "Connecting", CWMP_STRING);
    dwelling_put(d, PPP "LastConnectionError", "ERROR_AUTHENTICATION_FAILURE", CWMP_STRING);
    dwelling_put(d, KEY, "", CWMP_STRING);
}

char *dwelling_value(struct dwelling *d, const char *name)
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
void dwelling_know(struct dwelling *d)
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

void dwelling_write(struct dwelling *d, const struct cwmp_set_parameter_values *set)
{
    d->sets++;
    if (!d->keyless)
        dwelling_set(dwelling_value(d, KEY), set->parameter_key);
    for (size_t i = 0; !d->ignores && i < set->parameters.count; i++) {
        dwelling_set(dwelling_value(d, set->parameters.items[i].name), set->parameters.items[i].value);
        if (d->connects && text_ends_with(set->parameters.items[i].name, "Username"))
            dwelling_set(dwelling_value(d, PPP "ConnectionStatus"), "Connected");
        if (d->connects && text_ends_with(set->parameters.items[i].name, ".Enable"))
            dwelling_set(dwelling_value(d, NETWORK "Status"),
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
        dwelling_write(d, &body->set_parameter_values);
        answer->body.set_parameter_values_response.status = d->status;
        world_answer(&d->world, answer);
    }
}

/* Until it has ended, or waits; true: it has sent something that is not served. */
bool dwelling_go(struct dwelling *d, enum cwmp_method stop_at)
{
    for (int moves = 0; moves < 60 && !action_has_ended(d->world.record.state); moves++) {
        dwelling_know(d);
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

void dwelling_run(struct dwelling *d)
{
    dwelling_go(d, CWMP_UNKNOWN_METHOD);
}
