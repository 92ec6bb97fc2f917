/*
 * Install, update and uninstall software modules (deployment units) of a device, and know that it did.
 *
 *     {"operations": [{"operation": "install", "url": "http://…", "uuid": …, "environment": …},
 *                     {"operation": "update", "uuid": …, "version": …, "url": …},   or "all": true
 *                     {"operation": "uninstall", "uuid": …, "version": …, "environment": …}]}
 *
 * ChangeDUState is sent at most once. The device tells of each operation in a DUStateChangeComplete, within a
 * day (D-12); it may have done some and failed with others, and all of it is kept (D-08, D-09). A device that
 * says that all went well is asked for the state of the units that it names: where it shows one, that counts.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/software_results.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_SEND, STEP_WAIT, STEP_LOOK }; /* STEP_LOOK + n: at the n-th result's unit */

enum { TTL_S = 25 * 3600, TRIES = 3, OPERATIONS_MAX = 16, UUID_LENGTH = 36, URL_LENGTH = 1024 };
enum { VERSION_LENGTH = 32, ENVIRONMENT_LENGTH = 256, INVALID_NAME = 9005 };

/* ---- arguments ---- */

static bool is_uuid(const char *text)
{
    static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    for (size_t i = 0; i < UUID_LENGTH; i++)
        if (pattern[i] == '-' ? text[i] != '-'
                              : text[i] == '\0' || strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
    return text[UUID_LENGTH] == '\0';
}

static bool is_url(const char *text)
{
    const char *rest = strstr(text, "://");

    return (text_starts_with(text, "http://") || text_starts_with(text, "https://")) && rest[3] != '\0' &&
           rest[3] != '/' && strlen(text) <= URL_LENGTH &&
           memchr(rest + 3, '@', strcspn(rest + 3, "/?#")) == NULL;
}

static bool is_version(const char *text)
{
    return *text != '\0' && text_utf8_length(text) <= VERSION_LENGTH;
}

static bool is_environment(const char *text)
{
    return text_utf8_length(text) <= ENVIRONMENT_LENGTH && parameter_is_path(text);
}

enum { MAY_INSTALL = 1, MAY_UPDATE = 2, MAY_UNINSTALL = 4 };

static const struct member {
    const char *name;
    unsigned of, needed_by;
    bool (*fits)(const char *text);
    const char *expected;
} members[] = {
    {"url",         MAY_INSTALL | MAY_UPDATE,                 MAY_INSTALL,   is_url,         "http:// or https://, without a user name"},
    {"uuid",        MAY_INSTALL | MAY_UPDATE | MAY_UNINSTALL, MAY_UNINSTALL, is_uuid,        "a UUID"                                  },
    {"version",     MAY_UPDATE | MAY_UNINSTALL,               0,             is_version,     "1 to 32 characters"                      },
    {"environment", MAY_INSTALL | MAY_UNINSTALL,              0,             is_environment, "the path of an execution environment"    },
};

static const struct operation {
    const char *name;
    unsigned bit;
    enum cwmp_operation_kind kind;
} operations[] = {
    {"install",   MAY_INSTALL,   CWMP_INSTALL  },
    {"update",    MAY_UPDATE,    CWMP_UPDATE   },
    {"uninstall", MAY_UNINSTALL, CWMP_UNINSTALL},
};

static const struct operation *operation_of(const struct json *item)
{
    const char *name = json_string(json_get(item, "operation"), "");

    for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}

static enum err check_member(const struct json *item, const struct member *member,
                             const struct operation *operation, size_t index)
{
    const struct json *value = json_get(item, member->name);

    if (value == NULL && member->needed_by & operation->bit)
        return err_set(ERR_INVALID, "operations[%zu].%s: is needed to %s", index, member->name,
                       operation->name);
    if (value == NULL)
        return ERR_OK;
    if (!(member->of & operation->bit))
        return err_set(ERR_INVALID, "operations[%zu].%s: has no meaning for %s", index, member->name,
                       operation->name);
    if (json_kind(value) != JSON_STRING || !member->fits(json_string(value, "")))
        return err_set(ERR_INVALID, "operations[%zu].%s: %s is expected", index, member->name,
                       member->expected);
    return ERR_OK;
}

/* D-04: neither UUID nor URL means all of them, which nobody shall have asked for by leaving something out.
 */
static enum err check_all(const struct json *item, const struct operation *operation, size_t index)
{
    bool all = json_bool(json_get(item, "all"), false);
    bool names_one = json_get(item, "uuid") != NULL || json_get(item, "url") != NULL;

    if (operation->kind != CWMP_UPDATE && json_get(item, "all") != NULL)
        return err_set(ERR_INVALID, "operations[%zu].all: has no meaning for %s", index, operation->name);
    if (operation->kind == CWMP_UPDATE && all == names_one)
        return err_set(ERR_INVALID, "operations[%zu].uuid: which one is to be updated? (or \"all\": true)",
                       index);
    return ERR_OK;
}

static enum err check_operation(const struct json *item, size_t index)
{
    const struct operation *operation = operation_of(item);

    TRY(err_while(names_check_keys(item, "operation", "url", "uuid", "version", "environment", "all", NULL),
                  "operations[%zu]", index));
    if (operation == NULL)
        return err_set(ERR_INVALID, "operations[%zu].operation: install, update or uninstall is expected",
                       index);
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
        TRY(check_member(item, &members[i], operation, index));
    return check_all(item, operation, index);
}

static enum err check(const struct json *args)
{
    const struct json *list = json_get(args, "operations");

    TRY(names_check_keys(args, "operations", NULL));
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 || json_count(list) > OPERATIONS_MAX)
        return err_set(ERR_INVALID, "operations: a list of 1 to %d is expected", OPERATIONS_MAX);
    for (size_t i = 0; i < json_count(list); i++)
        TRY(check_operation(json_at(list, i), i));
    return ERR_OK;
}

static enum err read_operations(const struct action_record *record, struct arena *arena,
                                struct cwmp_operations *ret)
{
    AUTO_JSON args = NULL;
    const struct json *list;

    TRY(json_read(record->args, strlen(record->args), &args));
    list = json_get(args, "operations");
    ret->count = json_count(list);
    ret->items = ARENA_ARRAY(arena, struct cwmp_operation, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(list, i);
        const struct operation *operation = operation_of(item);

        ret->items[i] = (struct cwmp_operation){
            .kind = operation != NULL ? operation->kind : CWMP_NO_OPERATION,
            .url = arena_strdup(arena, json_string(json_get(item, "url"), NULL)),
            .uuid = arena_strdup(arena, json_string(json_get(item, "uuid"), NULL)),
            .version = arena_strdup(arena, json_string(json_get(item, "version"), NULL)),
            .execution_env_ref = arena_strdup(arena, json_string(json_get(item, "environment"), NULL)),
        };
    }
    return ERR_OK;
}

/* ---- our turn ---- */

static enum err send_change(const struct action_record *record, const struct action_facts *facts,
                            struct arena *arena, struct action_move *ret)
{
    *ret = move_send(record, facts, STEP_SEND, CWMP_CHANGE_DU_STATE);
    ret->request.body.change_du_state.command_key = record->id;
    return read_operations(record, arena, &ret->request.body.change_du_state.operations);
}

static struct action_move look(const struct action_record *record, const struct action_facts *facts,
                               const struct software_results *results, struct arena *arena)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = results->items[record->step - STEP_LOOK].status_name;
    names->count = 1;
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct software_results results;

    if (record->step == STEP_SEND)
        return send_change(record, facts, arena, ret);
    TRY(software_results_read(record->memo, arena, &results));
    if (record->step >= STEP_LOOK && (size_t)(record->step - STEP_LOOK) < results.count)
        *ret = look(record, facts, &results, arena);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

/* ---- what the device says ---- */

/* The first unit from this result on that can be looked at; or the end. */
static struct action_move go_on(const struct action_record *record, const struct action_facts *facts,
                                const struct software_results *results, size_t from, struct arena *arena)
{
    struct action_move move;

    while (from < results->count && results->items[from].status_name == NULL)
        from++;
    if (from < results->count) {
        move = move_to(record, facts, STEP_LOOK + (int32_t)from, ACTION_VERIFYING);
        move.save.memo = software_results_write(results, arena);
    } else {
        move = move_succeed(record, facts, NULL, software_results_evidence(results, arena));
    }
    move.save.result = software_results_write(results, arena);
    return move;
}

static enum err changed(const struct action_record *record, const struct action_facts *facts,
                        const struct cwmp_du_state_change_complete *told, struct arena *arena,
                        struct action_move *ret)
{
    struct cwmp_operations asked;
    struct software_results results;
    struct software_verdict verdict;

    TRY(read_operations(record, arena, &asked));
    software_results_take(&asked, &told->results, arena, &results);
    verdict = software_results_judge(&results, asked.count, arena);
    if (verdict.code == NULL) {
        *ret = go_on(record, facts, &results, 0, arena);
        return ERR_OK;
    }
    *ret = move_fail(record, facts, arena, verdict.code, verdict.detail, verdict.fault);
    ret->save.result = software_results_write(&results, arena);
    return ERR_OK;
}

/* NULL: the answer does not hold it. */
static const char *value_of(const struct cwmp_message *message, const char *name, struct arena *arena)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;
    const struct cwmp_parameter_value *found =
        message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE ? cwmp_value_of(values, name) : NULL;

    return found != NULL ? arena_strdup(arena, found->value) : NULL;
}

/* The state of one unit; a device that does not show it is believed. */
static struct action_move take_look(const struct action_record *record, const struct action_facts *facts,
                                    const struct cwmp_message *message, struct software_results *results,
                                    struct arena *arena)
{
    size_t index = (size_t)(record->step - STEP_LOOK);
    struct software_result *result = &results->items[index];
    struct action_move move;

    result->seen = value_of(message, result->status_name, arena);
    if (message->method == CWMP_FAULT && message->body.fault.code == INVALID_NAME)
        result->seen = SOFTWARE_GONE;
    if (software_result_is_seen_wrong(result)) {
        move = move_fail(record, facts, arena, "not_applied",
                         arena_printf(arena, "the device says that it is done, but %s is '%.64s'",
                                      result->status_name, result->seen),
                         0);
        move.save.result = software_results_write(results, arena);
        return move;
    }
    return go_on(record, facts, results, index + 1, arena);
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct software_results results;

    if (message->method == CWMP_CHANGE_DU_STATE_RESPONSE) { /* its results may have come before it */
        *ret = move_to(record, facts, record->step == STEP_SEND ? STEP_WAIT : record->step, ACTION_VERIFYING);
        return ERR_OK;
    }
    if (record->step == STEP_SEND) {
        *ret = message->method == CWMP_FAULT ? move_fail_by_fault(record, facts, arena, &message->body.fault)
                                             : move_fail_by_answer(record, facts, arena, message);
        return ERR_OK;
    }
    TRY(software_results_read(record->memo, arena, &results));
    if (record->step < STEP_LOOK || (size_t)(record->step - STEP_LOOK) >= results.count)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = take_look(record, facts, message, &results, arena);
    return ERR_OK;
}

/* ---- the device came back ---- */

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    if (record->step >= STEP_LOOK)
        *ret = move_resend(record, facts, arena, TRIES);
    else if (move_was_reset(facts))
        *ret =
            move_fail(record, facts, arena, "device_reset",
                      "the device was reset to its factory settings: it no longer knows of the request", 0);
    else if (record->step == STEP_SEND) /* it may have been done: only its own word can tell */
        *ret = move_to(record, facts, STEP_WAIT, ACTION_VERIFYING);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

const struct action_kind action_software_change = {
    .name = "software.change",
    .label_pt = "Instalar, atualizar ou remover módulos de software",
    .label_en = "Install, update or uninstall software modules",
    .warning_pt = "Serviços que dependem dos módulos podem parar por alguns minutos.",
    .warning_en = "Services that depend on the modules may stop for some minutes.",
    .ttl_s = TTL_S,
    .method = CWMP_CHANGE_DU_STATE,
    .asks_methods = true,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
    .changed = changed,
};
