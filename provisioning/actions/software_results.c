#include "provisioning/actions/software_results.h"

#include <string.h>

#include "acs/base/json.h"
#include "provisioning/parameter.h"
#include "soap/cwmp.h"

enum { TEXT_MAX = 1024 };

static const char *const names[] = {
    [CWMP_INSTALL] = "install", [CWMP_UPDATE] = "update", [CWMP_UNINSTALL] = "uninstall"};

/* ---- what is said ---- */

/* A device may say more than anybody reads. */
static const char *bounded(const char *text, struct arena *arena)
{
    return arena_memdup(arena, text_or_empty(text), strnlen(text_or_empty(text), TEXT_MAX));
}

/* "Device.SoftwareModules.DeploymentUnit.3", with or without a dot at its end. */
static const char *status_name(const char *unit, struct arena *arena)
{
    const char *name;

    if (*unit == '\0')
        return NULL;
    name = arena_printf(arena, "%s%sStatus", unit, text_ends_with(unit, ".") ? "" : ".");
    return parameter_is_path(name) ? name : NULL;
}

/* Of which operation the n-th result is; NULL where their numbers differ and the operations do. */
static const char *operation_of(const struct cwmp_operations *asked, size_t results, size_t index)
{
    for (size_t i = 1; i < asked->count && asked->count != results; i++)
        if (asked->items[i].kind != asked->items[0].kind)
            return NULL;
    if (asked->count == 0)
        return NULL;
    return names[asked->items[asked->count == results ? index : 0].kind];
}

void software_results_take(const struct cwmp_operations *asked, const struct cwmp_du_results *told,
                           struct arena *arena, struct software_results *ret)
{
    ret->count = told->count;
    ret->items = ARENA_ARRAY(arena, struct software_result, told->count);
    for (size_t i = 0; i < told->count; i++) {
        const struct cwmp_du_result *item = &told->items[i];
        const char *unit = bounded(item->deployment_unit_ref, arena);

        ret->items[i] = (struct software_result){
            .operation = operation_of(asked, told->count, i),
            .uuid = bounded(item->uuid, arena),
            .deployment_unit = unit,
            .version = bounded(item->version, arena),
            .state = bounded(item->current_state, arena),
            .resolved = item->resolved,
            .execution_units = bounded(item->execution_unit_refs, arena),
            .started = bounded(item->start_time, arena),
            .completed = bounded(item->complete_time, arena),
            .fault = item->fault.code,
            .fault_text = bounded(item->fault.text, arena),
            .status_name = item->fault.code == 0 ? status_name(unit, arena) : NULL,
        };
    }
}

/* ---- what it proves ---- */

static bool is_as_wanted(const struct software_result *result)
{
    if (result->operation == NULL)
        return strcmp(result->state, "Installed") == 0 || strcmp(result->state, "Uninstalled") == 0;
    return strcmp(result->state, strcmp(result->operation, "uninstall") == 0 ? "Uninstalled" : "Installed") ==
           0;
}

static size_t count_faults(const struct software_results *results, const struct software_result **ret_first)
{
    size_t count = 0;

    for (size_t i = results->count; i-- > 0;) {
        if (results->items[i].fault == 0)
            continue;
        *ret_first = &results->items[i];
        count++;
    }
    return count;
}

static const char *sentence(const struct software_results *results, size_t faults,
                            const struct software_result *first, struct arena *arena)
{
    const char *meaning = cwmp_fault_meaning(first->fault);

    return arena_printf(arena, "%zu of %zu operations failed, the first: %s (fault %u: %.200s)", faults,
                        results->count, meaning != NULL ? meaning : "the device could not do it",
                        first->fault, first->fault_text);
}

struct software_verdict software_results_judge(const struct software_results *results, size_t asked,
                                               struct arena *arena)
{
    const struct software_result *first = NULL;
    size_t faults = count_faults(results, &first);

    if (faults > 0)
        return (struct software_verdict){faults == results->count ? "change_failed" : "partly_failed",
                                         sentence(results, faults, first, arena), first->fault};
    if (results->count < asked)
        return (struct software_verdict){"results_missing",
                                         arena_printf(arena,
                                                      "the device told of %zu operations, %zu were asked for",
                                                      results->count, asked),
                                         0};
    for (size_t i = 0; i < results->count; i++)
        if (!is_as_wanted(&results->items[i]))
            return (struct software_verdict){
                "not_applied",
                arena_printf(arena, "the device tells of no fault, but result %zu is '%.32s'", i + 1,
                             results->items[i].state),
                0};
    return (struct software_verdict){0};
}

bool software_result_is_seen_wrong(const struct software_result *result)
{
    bool shall_be_gone = strcmp(result->state, "Uninstalled") == 0;

    if (result->seen == NULL)
        return false;
    if (shall_be_gone)
        return strcmp(result->seen, "Installed") == 0;
    return strcmp(result->seen, "Installed") != 0;
}

/* ---- as JSON ---- */

static void write_result(const struct software_result *result, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "operation", result->operation);
    json_field_string(json, "uuid", result->uuid);
    json_field_string(json, "version", result->version);
    json_field_string(json, "state", result->state);
    json_field_bool(json, "resolved", result->resolved);
    json_field_string(json, "deployment_unit", result->deployment_unit);
    json_field_string(json, "execution_units", result->execution_units);
    json_field_string(json, "started", result->started);
    json_field_string(json, "completed", result->completed);
    json_field_int(json, "fault", result->fault);
    json_field_string(json, "fault_text", result->fault_text);
    json_field_string(json, "seen", result->seen);
    json_close_object(json);
}

const char *software_results_write(const struct software_results *results, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "results");
    json_open_array(&json);
    for (size_t i = 0; i < results->count; i++)
        write_result(&results->items[i], &json);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static const char *member(const struct json *item, const char *name, struct arena *arena)
{
    return arena_strdup(arena, json_string(json_get(item, name), ""));
}

enum err software_results_read(const char *text, struct arena *arena, struct software_results *ret)
{
    AUTO_JSON json = NULL;
    const struct json *list;

    TRY(json_read(text, strlen(text), &json));
    list = json_get(json, "results");
    ret->count = json_count(list);
    ret->items = ARENA_ARRAY(arena, struct software_result, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(list, i);
        const char *unit = member(item, "deployment_unit", arena);

        ret->items[i] = (struct software_result){
            .operation = arena_strdup(arena, json_string(json_get(item, "operation"), NULL)),
            .uuid = member(item, "uuid", arena),
            .deployment_unit = unit,
            .version = member(item, "version", arena),
            .state = member(item, "state", arena),
            .resolved = json_bool(json_get(item, "resolved"), false),
            .execution_units = member(item, "execution_units", arena),
            .started = member(item, "started", arena),
            .completed = member(item, "completed", arena),
            .fault = (uint32_t)json_int(json_get(item, "fault"), 0),
            .fault_text = member(item, "fault_text", arena),
            .status_name = status_name(unit, arena),
            .seen = arena_strdup(arena, json_string(json_get(item, "seen"), NULL)),
        };
    }
    return ERR_OK;
}

const char *software_results_evidence(const struct software_results *results, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "told", "DUStateChangeComplete");
    json_key(&json, "seen");
    json_open_object(&json);
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].status_name != NULL)
            json_field_string(&json, results->items[i].status_name, results->items[i].seen);
    json_close_object(&json);
    json_close_object(&json);
    return text_string(&out);
}
