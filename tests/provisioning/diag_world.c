#include "tests/provisioning/diag_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acs/base/text.h"

static const char ping[] = "Device.IP.Diagnostics.IPPing.";

static void refresh_home(struct diag_world *world)
{
    world->world.facts.home = home_new(&world->model, world->known, world->known_count, world->world.arena);
}

void diag_world_begin(struct diag_world *world, const char *kind, const char *args, const char *root)
{
    const struct model_identity identity = {"Maker", "Model", "1"};
    const struct model_map *map;

    *world = (struct diag_world){0};
    world_begin(&world->world, kind, args);
    world->world.facts.root = root;
    assert_int_equal(model_map_new(NULL, world->world.arena, &map), ERR_OK);
    world->model = model_map_find(map, &identity, world->world.arena);
    refresh_home(world);
}

void diag_world_end(struct diag_world *world)
{
    world_end(&world->world);
}

void diag_world_know(struct diag_world *world, const char *name, const char *value)
{
    assert_true(world->known_count < sizeof(world->known) / sizeof(*world->known));
    world->real[world->known_count] = value;
    world->known[world->known_count++] =
        (struct home_value){.name = name, .value = value, .type = CWMP_STRING, .at_us = 1};
    refresh_home(world);
}

void diag_world_change(struct diag_world *world, const char *name, const char *value)
{
    for (size_t i = 0; i < world->known_count; i++)
        if (strcmp(world->known[i].name, name) == 0) {
            world->real[i] = value;
            return;
        }
    fail_msg("%s is not known", name);
}

static bool is_asked(const struct cwmp_strings *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0 ||
            (text_ends_with(names->items[i], ".") && text_starts_with(name, names->items[i])))
            return true;
    return false;
}

void diag_world_serve(struct diag_world *world)
{
    const struct cwmp_strings *names = &world->world.move.request.body.get_parameter_values.names;
    struct cwmp_message *answer = world_message(&world->world, CWMP_GET_PARAMETER_VALUES_RESPONSE);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;

    assert_int_equal(world->world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    values->items = ARENA_ARRAY(world->world.arena, struct cwmp_parameter_value, world->known_count);
    for (size_t i = 0; i < world->known_count; i++) {
        struct home_value *known = &world->known[i];

        if (!is_asked(names, known->name) || world->real[i] == NULL)
            continue;
        known->value = world->real[i];
        known->at_us = world->world.facts.now_us;
        values->items[values->count++] =
            (struct cwmp_parameter_value){.name = known->name, .value = known->value, .type = CWMP_STRING};
    }
    refresh_home(world);
    world_answer(&world->world, answer);
}

static enum cwmp_type type_of(const char *value)
{
    return *value != '\0' && strspn(value, "0123456789") == strlen(value) ? CWMP_UNSIGNED_INT : CWMP_STRING;
}

void diag_world_answer(struct diag_world *world, const char *object, const char *leaf, ...)
{
    enum { MOST = 128 };
    struct cwmp_message *answer = world_message(&world->world, CWMP_GET_PARAMETER_VALUES_RESPONSE);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;
    va_list more;

    values->items = ARENA_ARRAY(world->world.arena, struct cwmp_parameter_value, MOST);
    va_start(more, leaf);
    for (; leaf != NULL; leaf = va_arg(more, const char *)) {
        const char *value = va_arg(more, const char *);

        assert_true(values->count < MOST);
        values->items[values->count++] =
            (struct cwmp_parameter_value){.name = arena_printf(world->world.arena, "%s%s", object, leaf),
                                          .value = value,
                                          .type = type_of(value)};
    }
    va_end(more);
    world_answer(&world->world, answer);
}

void diag_world_begin_ping(struct diag_world *world, const char *args)
{
    diag_world_begin(world, "diag.ping", args, "Device.");
    diag_world_know(world, "Device.IP.Diagnostics.IPPing.DiagnosticsState", "None");
    world_next(&world->world);
}

void diag_world_look(struct diag_world *world, const char *state)
{
    world_next(&world->world);
    assert_int_equal(world->world.move.request.method, CWMP_GET_PARAMETER_VALUES);
    diag_world_answer(world, ping, "DiagnosticsState", state, "Interface", "", "Host", "8.8.8.8",
                      "NumberOfRepetitions", "4", "Timeout", "1000", "DataBlockSize", "56", "SuccessCount",
                      "0", NULL);
    if (!action_has_ended(world->world.record.state) && world->world.move.save.wake_in_s == 0)
        world_next(&world->world);
}

void diag_world_ping(struct diag_world *world, const char *args)
{
    diag_world_begin_ping(world, args);
    diag_world_look(world, "None");
}

void diag_world_ordered(struct diag_world *world)
{
    world_answer(&world->world, world_message(&world->world, CWMP_SET_PARAMETER_VALUES_RESPONSE));
}

void diag_world_ping_result(struct diag_world *world, const char *state, const char *received,
                            const char *lost, const char *avg_ms)
{
    diag_world_answer(world, ping, "DiagnosticsState", state, "Host", "8.8.8.8", "NumberOfRepetitions", "4",
                      "Timeout", "1000", "SuccessCount", received, "FailureCount", lost,
                      "MinimumResponseTime", "8", "AverageResponseTime", avg_ms, "MaximumResponseTime", "300",
                      NULL);
}

void diag_assert_failed(struct diag_world *world, const char *code, const char *words)
{
    const char *failure = text_or_empty(world->world.move.save.failure);

    assert_int_equal(world->world.record.state, ACTION_FAILED);
    if (strstr(failure, arena_printf(world->world.arena, "\"code\":\"%s\"", code)) == NULL ||
        strstr(failure, words) == NULL)
        fail_msg("%s", failure);
}
