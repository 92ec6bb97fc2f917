#include "tests/cpesim/rpc.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/diagnostic.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/household.h"
#include "tests/cpesim/names.h"
#include "tests/cpesim/rpc_work.h"

struct cwmp_message rpc_fault(const struct cwmp_message *request, uint32_t code, const char *text)
{
    return (struct cwmp_message){
        .version = request->version,
        .header.id = request->header.id,
        .method = CWMP_FAULT,
        .body.fault =
            {
                         .soap_code = code == 9002 || code == 9004 ? "Server" : "Client",
                         .soap_string = "CWMP fault",
                         .code = code,
                         .text = text != NULL ? text : text_or_empty(cwmp_fault_meaning(code)),
                         },
    };
}

void rpc_refuse(struct work *work, uint32_t code, const char *text)
{
    *work->answer = rpc_fault(work->request, code, text);
}

void rpc_refuse_for(struct work *work, uint32_t code, const char *what)
{
    rpc_refuse(work, code,
               arena_printf(work->arena, "%s: %.200s", text_or_empty(cwmp_fault_meaning(code)), what));
}

bool rpc_key_fits(const char *key)
{
    return text_utf8_length(key) <= KEY_MAX;
}

/* ---- reading ---- */

static void list_values(struct work *work, uint32_t first, uint32_t last,
                        struct cwmp_parameter_values *values)
{
    const struct tree *tree = &work->home->tree;
    size_t more = values->count + (last - first);

    values->items = arena_grow(work->arena, values->items, values->count * sizeof(*values->items),
                               more * sizeof(*values->items));
    for (uint32_t row = first; row < last; row++) {
        if (!tree_has(tree, row))
            continue;
        values->items[values->count++] = (struct cwmp_parameter_value){
            .name = tree->model->parameters[row].name,
            .value = odd_shows(work->home, row) ? tree_value(tree, row, work->arena)
                                                : tree_shown(tree, row, work->arena),
            .type = tree->model->parameters[row].type,
        };
    }
}

bool rpc_find_rows(const struct tree *tree, const char *name, uint32_t *ret_first, uint32_t *ret_last)
{
    if (*name == '\0' || text_ends_with(name, "."))
        return tree_has_object(tree, name) && tree_range(tree, name, ret_first, ret_last);
    *ret_first = tree_find(tree, name);
    *ret_last = *ret_first + 1;
    return *ret_first != NO_ROW;
}

static void get_values(struct work *work)
{
    const struct cwmp_strings *names = &work->request->body.get_parameter_values.names;
    struct cwmp_parameter_values values = {0};
    uint32_t first, last;

    for (size_t i = 0; i < names->count; i++) {
        if (!rpc_find_rows(&work->home->tree, names->items[i], &first, &last)) {
            rpc_refuse_for(work, FAULT_NAME, names->items[i]);
            return;
        }
        list_values(work, first, last, &values);
    }
    if (names->count == 0)
        rpc_refuse(work, FAULT_ARGUMENTS, NULL);
    else
        work->answer->body.get_parameter_values_response.parameters = values;
}

static void get_names(struct work *work)
{
    const struct cwmp_get_parameter_names *ask = &work->request->body.get_parameter_names;
    struct cwmp_parameter_infos *infos = &work->answer->body.get_parameter_names_response.parameters;
    enum err result = names_list(&work->home->tree, ask->path, ask->next_level, work->arena, infos);

    if (result == ERR_NOT_FOUND)
        rpc_refuse_for(work, FAULT_NAME, ask->path);
    else if (result != ERR_OK)
        rpc_refuse_for(work, FAULT_ARGUMENTS, err_message());
}

/* ---- SetParameterValues ---- */

/* One parameter of the list: which row it is for, and the value as it will be kept. */
struct change {
    uint32_t row;
    const char *value;
};

/* The fault code that a device answers for this parameter; 0: it may be set. */
static uint32_t judge(struct work *work, const struct cwmp_parameter_value *wanted, struct change *ret)
{
    const struct tree *tree = &work->home->tree;
    const struct parameter *parameter;

    ret->row = tree_find(tree, wanted->name);
    if (ret->row == NO_ROW)
        return FAULT_NAME;
    parameter = &tree->model->parameters[ret->row];
    if (!(parameter->flags & PARAMETER_WRITE))
        return FAULT_READ_ONLY;
    if (wanted->type != parameter->type)
        return FAULT_TYPE;
    if (check_value(parameter->type, parameter->check, wanted->value, work->arena, &ret->value) != ERR_OK)
        return FAULT_VALUE;
    return odd_refuses(work->home, ret->row);
}

static bool is_repeated(const struct cwmp_parameter_values *list, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (strcmp(list->items[i].name, list->items[place].name) == 0)
            return true;
    return false;
}

static void add_fault(struct work *work, struct cwmp_parameter_faults *faults, const char *name,
                      uint32_t code)
{
    const char *text = text_or_empty(cwmp_fault_meaning(code));

    if (code == FAULT_VALUE && work->home->odd != ODD_REFUSES_WRITES)
        text = arena_printf(work->arena, "%s: %s", text, err_message());
    faults->items[faults->count++] = (struct cwmp_parameter_fault){.name = name, .code = code, .text = text};
}

/* Judges all of them first: nothing is changed unless everything can be. */
static struct cwmp_parameter_faults judge_all(struct work *work, struct change *changes)
{
    const struct cwmp_parameter_values *list = &work->request->body.set_parameter_values.parameters;
    struct cwmp_parameter_faults faults = {
        .items = ARENA_ARRAY(work->arena, struct cwmp_parameter_fault, list->count)};

    for (size_t i = 0; i < list->count; i++) {
        uint32_t code = is_repeated(list, i) ? FAULT_ARGUMENTS : judge(work, &list->items[i], &changes[i]);

        if (code != 0)
            add_fault(work, &faults, list->items[i].name, code);
    }
    return faults;
}

/* What a changed parameter means for the life of the home. */
static const struct {
    const char *path;
    enum effect effect;
} effects[] = {
    {"ManagementServer.URL",                    EFFECT_MOVED },
    {"ManagementServer.PeriodicInformEnable",   EFFECT_TIMING},
    {"ManagementServer.PeriodicInformInterval", EFFECT_TIMING},
    {"ManagementServer.PeriodicInformTime",     EFFECT_TIMING},
};

static void note_effect(struct home *home, const struct change *change, struct arena *arena)
{
    const struct parameter *parameter = &home->tree.model->parameters[change->row];
    const char *path = parameter->name + strlen(home->tree.model->root);

    if (parameter->flags & PARAMETER_LINK) /* a login that is written is tried, be it the old one */
        home->effects |= EFFECT_LINK;
    for (size_t i = 0; i < sizeof(effects) / sizeof(*effects); i++)
        if (strcmp(effects[i].path, path) == 0 &&
            strcmp(tree_value(&home->tree, change->row, arena), change->value) != 0)
            home->effects |= (uint8_t)effects[i].effect;
}

/* What this home makes of them; odd ones not of all. */
static struct cwmp_parameter_values list_kept(struct work *work, struct change *changes, size_t count)
{
    const struct cwmp_parameter_values *asked = &work->request->body.set_parameter_values.parameters;
    struct cwmp_parameter_values kept = {.items =
                                             ARENA_ARRAY(work->arena, struct cwmp_parameter_value, count)};

    for (size_t i = 0; i < count; i++) {
        const char *value = odd_keeps(work->home, changes[i].row, changes[i].value, work->arena);

        if (value == NULL)
            continue;
        changes[kept.count] = (struct change){changes[i].row, value};
        kept.items[kept.count] = asked->items[i];
        kept.items[kept.count++].value = value;
    }
    return kept;
}

static void apply(struct work *work, struct change *changes)
{
    const struct cwmp_set_parameter_values *ask = &work->request->body.set_parameter_values;
    struct home *home = work->home;
    struct cwmp_parameter_values kept = list_kept(work, changes, ask->parameters.count);
    struct journal_line line = {
        .did = "SetParameterValues", .parameter_key = ask->parameter_key, .values = &kept};

    home_journal(home, &line);
    for (size_t i = 0; i < kept.count; i++) {
        note_effect(home, &changes[i], work->arena);
        household_written(&home->tree, changes[i].row, changes[i].value);
        tree_put(&home->tree, changes[i].row, changes[i].value);
    }
    if (home->odd != ODD_NO_KEY)
        tree_put_text(&home->tree, "ManagementServer.ParameterKey", ask->parameter_key);
    diagnostics_written(home, &kept);
}

static void set_values(struct work *work)
{
    const struct cwmp_set_parameter_values *ask = &work->request->body.set_parameter_values;
    struct change *changes = ARENA_ARRAY(work->arena, struct change, ask->parameters.count);
    struct cwmp_parameter_faults faults = judge_all(work, changes);

    if (!rpc_key_fits(ask->parameter_key)) {
        rpc_refuse_for(work, FAULT_ARGUMENTS, "ParameterKey");
    } else if (faults.count > 0) {
        rpc_refuse(work, FAULT_ARGUMENTS, NULL);
        work->answer->body.fault.parameters = faults;
    } else {
        apply(work, changes);
        work->answer->body.set_parameter_values_response.status = work->home->odd == ODD_LIES_STATUS;
    }
}

/* ---- the rest ---- */

static void reboot(struct work *work)
{
    const char *key = work->request->body.reboot.command_key;
    struct journal_line line = {.did = "Reboot", .command_key = key};

    if (!rpc_key_fits(key)) {
        rpc_refuse_for(work, FAULT_ARGUMENTS, "CommandKey");
        return;
    }
    home_journal(work->home, &line);
    home_note_reboot(work->home, key);
    work->home->effects |= EFFECT_RESTART;
}

/* ---- objects ---- */

static void set_key(struct work *work, const char *key)
{
    tree_put_text(&work->home->tree, "ManagementServer.ParameterKey", key);
}

static void add_object(struct work *work)
{
    const struct cwmp_add_object *ask = &work->request->body.add_object;
    struct tree *tree = &work->home->tree;
    struct journal_line line = {.did = "AddObject", .parameter_key = ask->parameter_key};

    if (!rpc_key_fits(ask->parameter_key) || !text_ends_with(ask->object_name, ".")) {
        rpc_refuse_for(work, FAULT_ARGUMENTS, ask->object_name);
        return;
    }
    if (!tree_takes_instances(tree, ask->object_name)) {
        rpc_refuse_for(work, FAULT_NAME, ask->object_name);
        return;
    }
    if (work->home->odd != ODD_NO_ROWS)
        work->answer->body.add_object_response.instance_number = tree_make(tree, ask->object_name);
    if (work->answer->body.add_object_response.instance_number == 0) {
        rpc_refuse_for(work, FAULT_RESOURCES, ask->object_name);
        return;
    }
    line.object = tree->made[tree->made_count - 1];
    home_journal(work->home, &line);
    set_key(work, ask->parameter_key);
}

static void delete_object(struct work *work)
{
    const struct cwmp_delete_object *ask = &work->request->body.delete_object;
    struct journal_line line = {
        .did = "DeleteObject", .parameter_key = ask->parameter_key, .object = ask->object_name};

    if (work->home->odd == ODD_KEEPS_ROWS) {
        set_key(work, ask->parameter_key);
        return;
    }
    if (!tree_unmake(&work->home->tree, ask->object_name)) {
        rpc_refuse_for(work, FAULT_NAME, ask->object_name);
        return;
    }
    home_journal(work->home, &line);
    set_key(work, ask->parameter_key);
}

static void factory_reset(struct work *work)
{
    struct journal_line line = {.did = "FactoryReset"};

    home_journal(work->home, &line);
    work->home->effects |= EFFECT_RESET;
}

static void change_units(struct work *work)
{
    const struct cwmp_change_du_state *ask = &work->request->body.change_du_state;
    struct journal_line line = {.did = "ChangeDUState", .command_key = text_or_empty(ask->command_key)};

    if (!rpc_key_fits(text_or_empty(ask->command_key)) || ask->operations.count == 0) {
        rpc_refuse(work, FAULT_ARGUMENTS, NULL);
        return;
    }
    if (!unit_change_begin(work->home, ask)) {
        rpc_refuse(work, FAULT_RESOURCES, NULL);
        return;
    }
    home_journal(work->home, &line);
}

static void schedule_inform(struct work *work)
{
    const struct cwmp_schedule_inform *ask = &work->request->body.schedule_inform;

    if (ask->delay_s == 0 || !rpc_key_fits(ask->command_key))
        rpc_refuse(work, FAULT_ARGUMENTS, NULL);
    else if (!home_schedule_inform(work->home, ask->delay_s, ask->command_key))
        rpc_refuse(work, FAULT_RESOURCES, NULL);
}

static void get_methods(struct work *work);

/* What homes execute. Those of a later version than theirs they do not know. */
static const struct row {
    enum cwmp_method method;
    enum cwmp_method response;
    enum cwmp_version since;
    void (*run)(struct work *work);
} rows[RPC_COUNT] = {
#define ROW(id, since, run) [RPC_##id] = {CWMP_##id, CWMP_##id##_RESPONSE, since, run}
    ROW(GET_RPC_METHODS, CWMP_1_0, get_methods),
    ROW(GET_PARAMETER_NAMES, CWMP_1_0, get_names),
    ROW(GET_PARAMETER_VALUES, CWMP_1_0, get_values),
    ROW(SET_PARAMETER_VALUES, CWMP_1_0, set_values),
    ROW(GET_PARAMETER_ATTRIBUTES, CWMP_1_0, rpc_get_attributes),
    ROW(SET_PARAMETER_ATTRIBUTES, CWMP_1_0, rpc_set_attributes),
    ROW(REBOOT, CWMP_1_0, reboot),
    ROW(ADD_OBJECT, CWMP_1_0, add_object),
    ROW(DELETE_OBJECT, CWMP_1_0, delete_object),
    ROW(FACTORY_RESET, CWMP_1_0, factory_reset),
    ROW(SCHEDULE_INFORM, CWMP_1_0, schedule_inform),
    ROW(DOWNLOAD, CWMP_1_0, rpc_download),
    ROW(UPLOAD, CWMP_1_0, rpc_upload),
    ROW(GET_QUEUED_TRANSFERS, CWMP_1_0, rpc_queued_transfers),
    ROW(GET_ALL_QUEUED_TRANSFERS, CWMP_1_1, rpc_all_queued_transfers),
    ROW(SCHEDULE_DOWNLOAD, CWMP_1_2, rpc_schedule_download),
    ROW(CANCEL_TRANSFER, CWMP_1_2, rpc_cancel_transfer),
    ROW(CHANGE_DU_STATE, CWMP_1_4, change_units), /* of these models only the newest has modules */
#undef ROW
};

static bool knows(const struct home *home, const struct row *row)
{
    return row->since <= home->tree.model->version;
}

const char *rpc_name(enum rpc_id id)
{
    return cwmp_method_name(rows[id].method);
}

static void get_methods(struct work *work)
{
    struct cwmp_strings *names = &work->answer->body.get_rpc_methods_response.methods;

    names->items = ARENA_ARRAY(work->arena, const char *, RPC_COUNT);
    for (size_t i = 0; i < RPC_COUNT; i++)
        if (knows(work->home, &rows[i]))
            names->items[names->count++] = cwmp_method_name(rows[i].method);
}

static const struct row *find_row(const struct home *home, enum cwmp_method method)
{
    for (size_t i = 0; i < RPC_COUNT; i++)
        if (rows[i].method == method)
            return knows(home, &rows[i]) ? &rows[i] : NULL;
    return NULL;
}

struct cwmp_message rpc_execute(struct home *home, const struct cwmp_message *request, struct arena *arena)
{
    const struct row *row = find_row(home, request->method);
    struct tally *tally = &home->fleet->tally;
    struct cwmp_message answer = {.version = request->version, .header.id = request->header.id};
    struct work work = {home, request, arena, &answer};

    if (row == NULL)
        rpc_refuse_for(&work, FAULT_METHOD, request->method_name);
    else {
        answer.method = row->response;
        if (!odd_pretends(home, &answer))
            row->run(&work);
    }
    if (answer.method == CWMP_FAULT) {
        tally_count(tally, TALLY_RPC_FAULTS);
        return answer;
    }
    home->executed[row - rows]++;
    tally->rpcs[row - rows]++;
    return answer;
}
