#include "tests/provisioning/action_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "provisioning/transfer.h"

enum { START_S = 1767323045 };

void world_begin(struct world *world, const char *kind, const char *args)
{
    *world = (struct world){.arena = arena_new(4096)};
    world->record = (struct action_record){
        .id = "act_01J9ABCDEFGHJKMNPQRSTV",
        .device_id = 7,
        .kind = kind,
        .args = args,
        .memo = "{}",
        .state = ACTION_SESSION,
    };
    world->facts = (struct action_facts){
        .root = "Device.",
        .version = CWMP_1_2,
        .now_us = (int64_t)START_S * 1000000,
        .uptime_s = -1,
        .trusted = true,
    };
}

void world_end(struct world *world)
{
    arena_free(world->arena);
}

static void carry_out(struct world *world)
{
    assert_int_equal(world->move.save.revision, world->record.revision);
    if (world->move.changed)
        action_apply(&world->record, &world->move.save);
}

void world_next(struct world *world)
{
    assert_int_equal(action_next(&world->record, &world->facts, world->arena, &world->move), ERR_OK);
    carry_out(world);
}

void world_answer(struct world *world, const struct cwmp_message *answer)
{
    assert_int_equal(action_answer(&world->record, &world->facts, answer, world->arena, &world->move),
                     ERR_OK);
    carry_out(world);
}

void world_fault(struct world *world, uint32_t code)
{
    struct cwmp_message *fault = ARENA_NEW(world->arena, struct cwmp_message);

    fault->method = CWMP_FAULT;
    fault->method_name = "Fault";
    fault->body.fault.code = code;
    fault->body.fault.text = "text of the device";
    fault->body.fault.soap_string = "CWMP fault";
    world_answer(world, fault);
}

void world_values(struct world *world, const char *name, const char *value, enum cwmp_type type)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;

    answer->method = CWMP_GET_PARAMETER_VALUES_RESPONSE;
    answer->method_name = "GetParameterValuesResponse";
    values->items = ARENA_NEW(world->arena, struct cwmp_parameter_value);
    values->items[0] = (struct cwmp_parameter_value){name, value, type};
    values->count = 1;
    world_answer(world, answer);
}

struct cwmp_message *world_message(struct world *world, enum cwmp_method method)
{
    struct cwmp_message *message = ARENA_NEW(world->arena, struct cwmp_message);

    message->method = method;
    message->method_name = cwmp_method_name(method);
    return message;
}

void world_names(struct world *world, const char *name, ...)
{
    enum { MOST = 16 };
    struct cwmp_message *answer = world_message(world, CWMP_GET_PARAMETER_NAMES_RESPONSE);
    struct cwmp_parameter_infos *infos = &answer->body.get_parameter_names_response.parameters;
    va_list more;

    infos->items = ARENA_ARRAY(world->arena, struct cwmp_parameter_info, MOST);
    va_start(more, name);
    for (; name != NULL; name = va_arg(more, const char *))
        infos->items[infos->count++].name = name;
    va_end(more);
    world_answer(world, answer);
}

void world_key(struct world *world, const char *key)
{
    world->inform.parameters.count = key != NULL;
    world->inform.parameters.items = ARENA_NEW(world->arena, struct cwmp_parameter_value);
    world->inform.parameters.items[0].name = "Device.ManagementServer.ParameterKey";
    world->inform.parameters.items[0].value = key;
}

void world_transfer_response(struct world *world, enum cwmp_method method, int32_t status)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);

    answer->method = method;
    answer->method_name = cwmp_method_name(method);
    answer->body.transfer_response =
        (struct cwmp_transfer_response){status, "2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z"};
    world_answer(world, answer);
}

bool world_transferred(struct world *world, const char *command_key, uint32_t fault)
{
    struct cwmp_transfer_complete told = {
        .command_key = command_key,
        .fault = {.code = fault, .text = fault != 0 ? "words of the device" : ""},
        .start_time = "0001-01-01T00:00:00Z",
        .complete_time = "2026-01-02T03:06:05Z",
    };

    if (action_of_transfer(&world->record, 1, command_key) == NULL)
        return false;
    assert_int_equal(action_transferred(&world->record, &world->facts, &told, world->arena, &world->move),
                     ERR_OK);
    carry_out(world);
    return true;
}

bool world_changed(struct world *world, const char *command_key, struct cwmp_du_result *results, size_t count)
{
    struct cwmp_du_state_change_complete told = {
        .command_key = command_key, .results = {results, count}
    };

    if (action_of_change(&world->record, 1, command_key) == NULL)
        return false;
    assert_int_equal(action_changed(&world->record, &world->facts, &told, world->arena, &world->move),
                     ERR_OK);
    carry_out(world);
    return true;
}

static struct action_link link_to(const char *url, const char *action_id, bool login)
{
    return (struct action_link){url, login ? action_id : "", login ? "a password" : ""};
}

static struct action_link fetch_link(const void *ctx, const char *action_id, const char *name, bool login,
                                     uint32_t longer_s, struct arena *arena)
{
    (void)ctx, (void)longer_s;
    return link_to(arena_printf(arena, "http://acs/f/%s/%s", action_id, name), action_id, login);
}

static struct action_link send_link(const void *ctx, const char *action_id, bool login, struct arena *arena)
{
    (void)ctx;
    return link_to(arena_printf(arena, "http://acs/u/%s", action_id), action_id, login);
}

static const char *speed_link(const void *ctx, const char *action_id, uint64_t bytes, struct arena *arena)
{
    (void)ctx;
    return arena_printf(arena, "http://acs/s/%s/%llu", action_id, (unsigned long long)bytes);
}

void world_use_files(struct world *world)
{
    static const struct action_links links = {
        .fetch = fetch_link, .send = send_link, .speed = speed_link, .speed_max = 64 * 1024 * 1024};

    world->facts.links = &links;
}

void world_run(struct world *world, const char *software_version)
{
    struct cwmp_parameter_values *values = &world->inform.parameters;

    world->facts.software_version = software_version;
    values->items = ARENA_NEW(world->arena, struct cwmp_parameter_value);
    values->items[0] =
        (struct cwmp_parameter_value){"Device.DeviceInfo.SoftwareVersion", software_version, CWMP_STRING};
    values->count = software_version != NULL ? 1 : 0;
}

static void add_event(struct world *world, const char *event)
{
    struct cwmp_event *item = &world->inform.events.items[world->inform.events.count++];
    const char *colon = strchr(event, ':');
    size_t len = colon ? (size_t)(colon - event) : strlen(event);

    item->code = arena_memdup(world->arena, event, len);
    item->command_key = colon ? colon + 1 : "";
}

void world_inform(struct world *world, int seconds, int64_t uptime_s, const char *event, ...)
{
    va_list more;

    world->facts.now_us += (int64_t)seconds * 1000000;
    world->facts.uptime_s = uptime_s;
    world->inform.events = (struct cwmp_events){ARENA_ARRAY(world->arena, struct cwmp_event, 8), 0};
    va_start(more, event);
    for (; event != NULL; event = va_arg(more, const char *))
        add_event(world, event);
    va_end(more);
    world->facts.inform = &world->inform;
    assert_int_equal(action_inform(&world->record, &world->facts, world->arena, &world->move), ERR_OK);
    carry_out(world);
    world->facts.inform = NULL;
}
