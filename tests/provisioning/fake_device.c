#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/provisioning/fake_device.h"

enum { REQUESTS_MAX = 3000, REQUEST_BYTES = 32 * 1024 };

static void add_object(struct world *world, struct fake *fake, const char *object, unsigned parameters)
{
    for (unsigned i = 0; i < parameters; i++)
        fake->names[fake->count++] = arena_printf(world->arena, "%sP%u", object, i);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct fake fake_make(struct world *world, unsigned objects, unsigned each, unsigned rows)
{
    struct fake fake = {0};
    size_t most = (size_t)objects * each + (size_t)rows * 10 + 1;

    fake.names = ARENA_ARRAY(world->arena, const char *, most);
    fake.read = ARENA_ARRAY(world->arena, bool, most);
    for (unsigned i = 0; i < objects; i++)
        add_object(world, &fake, arena_printf(world->arena, "Device.Object%u.", i), each);
    for (unsigned i = 1; i <= rows; i++)
        add_object(world, &fake, arena_printf(world->arena, "Device.Table.Row.%u.", i), 10);
    qsort(fake.names, fake.count, sizeof(*fake.names), compare);
    return fake;
}

static bool matches(const char *name, const char *path)
{
    size_t len = strlen(path);

    return len == 0 || path[len - 1] == '.' ? strncmp(name, path, len) == 0 : strcmp(name, path) == 0;
}

/* The first name that is not before path: what matches it stands there in a row. */
static size_t find(const struct fake *fake, const char *path)
{
    size_t low = 0, high = fake->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(fake->names[middle], path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_known(const struct fake *fake, const char *path)
{
    size_t at = find(fake, path);

    return at < fake->count && matches(fake->names[at], path);
}

/* What it says instead of the list; 0: the list. */
static uint32_t fault_of_list(const struct fake *fake, const char *path, size_t count)
{
    bool elsewhere = fake->only_root != NULL && strncmp(path, fake->only_root, strlen(fake->only_root)) != 0;

    if (fake->list_max > 0 && (count > fake->list_max || elsewhere))
        return 9004;
    return elsewhere || (fake->bad_path != NULL && strcmp(path, fake->bad_path) == 0) ? 9005 : 0;
}

/* Every object and parameter below a path, or only the next level. */
void fake_list(struct world *world, struct fake *fake, const struct cwmp_get_parameter_names *ask)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);
    struct cwmp_parameter_infos *infos = &answer->body.get_parameter_names_response.parameters;
    size_t len = strlen(ask->path);
    const char *last = "";
    uint32_t fault;

    fake->lists++;
    answer->method = CWMP_GET_PARAMETER_NAMES_RESPONSE;
    answer->method_name = "GetParameterNamesResponse";
    infos->items = ARENA_ARRAY(world->arena, struct cwmp_parameter_info, fake->count + 1);
    for (size_t i = find(fake, ask->path); i < fake->count && matches(fake->names[i], ask->path); i++) {
        const char *dot = strchr(fake->names[i] + len, '.');
        const char *name = fake->names[i];

        if (ask->next_level && dot != NULL)
            name = arena_memdup(world->arena, name, (size_t)(dot - name) + 1);
        if (strcmp(last, name) != 0)
            infos->items[infos->count++].name = last = name;
    }
    fault = fault_of_list(fake, ask->path, infos->count);
    if (fault != 0)
        world_fault(world, fault);
    else
        world_answer(world, answer);
}

static uint32_t take_name(struct fake *fake, const char *name, struct cwmp_parameter_values *values)
{
    if (!is_known(fake, name) || (fake->bad_path != NULL && strcmp(name, fake->bad_path) == 0))
        return 9005;
    if (fake->closed && name[strlen(name) - 1] == '.') {
        values->items[values->count++] = (struct cwmp_parameter_value){name, "", CWMP_UNKNOWN_TYPE};
        return 0;
    }
    for (size_t i = find(fake, name); i < fake->count && matches(fake->names[i], name); i++) {
        if (fake->bad != NULL && strcmp(fake->names[i], fake->bad) == 0)
            return 9005;
        if (fake->omitted != NULL && strcmp(fake->names[i], fake->omitted) == 0)
            continue;
        values->items[values->count++] = (struct cwmp_parameter_value){fake->names[i], "x", CWMP_STRING};
    }
    return fake->values_max > 0 && values->count > fake->values_max ? 9004 : 0;
}

static void mark(struct fake *fake, const struct cwmp_parameter_values *values)
{
    for (size_t v = 0; v < values->count; v++)
        if (values->items[v].name[strlen(values->items[v].name) - 1] != '.')
            fake->read[find(fake, values->items[v].name)] = true;
    if (values->count > fake->largest)
        fake->largest = values->count;
}

static void give(struct world *world, struct fake *fake, const struct cwmp_strings *names)
{
    struct cwmp_message *answer = ARENA_NEW(world->arena, struct cwmp_message);
    struct cwmp_parameter_values *values = &answer->body.get_parameter_values_response.parameters;
    uint32_t fault = 0;
    size_t bytes = 0;

    answer->method = CWMP_GET_PARAMETER_VALUES_RESPONSE;
    answer->method_name = "GetParameterValuesResponse";
    values->items = ARENA_ARRAY(world->arena, struct cwmp_parameter_value, fake->count * names->count);
    for (size_t i = 0; i < names->count && fault == 0; i++) {
        bytes += strlen(names->items[i]) + sizeof("<string></string>");
        fault = take_name(fake, names->items[i], values);
    }
    assert_true(bytes < REQUEST_BYTES);
    if (fault != 0) {
        world_fault(world, fault);
        return;
    }
    mark(fake, values);
    world_answer(world, answer);
}

void fake_serve(struct world *world, struct fake *fake)
{
    const struct cwmp_message *request = &world->move.request;

    fake->requests++;
    assert_true(fake->requests < REQUESTS_MAX);
    assert_true(strlen(world->record.memo) < 300 * 1024);
    if (request->method == CWMP_GET_PARAMETER_NAMES)
        fake_list(world, fake, &request->body.get_parameter_names);
    else
        give(world, fake, &request->body.get_parameter_values.names);
}

void fake_run(struct world *world, struct fake *fake)
{
    while (!action_has_ended(world->record.state)) {
        world_next(world);
        if (world->move.kind == ACTION_SEND)
            fake_serve(world, fake);
    }
}

size_t fake_count_read(const struct fake *fake)
{
    size_t count = 0;

    for (size_t i = 0; i < fake->count; i++)
        count += fake->read[i];
    return count;
}

int64_t fake_result(const struct world *world, const char *key)
{
    AUTO_JSON json = NULL;

    assert_int_equal(json_read(world->move.save.result, strlen(world->move.save.result), &json), ERR_OK);
    return json_int(json_get(json, key), -1);
}
