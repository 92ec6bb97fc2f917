/*
 * Make a new row of a table, and give it values in the same session: table_row.h says how it is made once and
 * never twice.
 *
 * A row with Status 1 comes with the next restart (O-17): until then it may not be shown at all.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/table_row.h"
#include "provisioning/actions/values.h"
#include "provisioning/parameter.h"

enum { STEP_LIST, STEP_ADD, STEP_FIND, STEP_LEARN, STEP_SET, STEP_READ_BACK, STEP_AWAIT_RESTART };

enum { TTL_S = 15 * 60, READ_TRIES = 3, SET_TRIES = 2 };

/* ---- arguments: {"object":"Device.X.","values":[{"name","value","type"?}…]?}; names are below the new row
 * ---- */

static enum err check(const struct json *args)
{
    const char *object = json_string(json_get(args, "object"), "");

    TRY(names_check_keys(args, "object", "values", NULL));
    if (!parameter_is_table(object))
        return err_set(ERR_INVALID,
                       "object: a table is expected, as in \"Device.NAT.PortMapping.\", without the "
                       "number of a row");
    if (json_get(args, "values") == NULL)
        return ERR_OK;
    return values_check(json_get(args, "values"), object, VALUES_MAX);
}

/* What all functions below need of the action. */
struct work {
    const struct action_record *record;
    const struct action_facts *facts;
    struct arena *arena;
    struct row_birth birth;
    const char *row;                     /* "Device.X.3."; NULL: not known yet */
    struct cwmp_parameter_values wanted; /* of the new row; none: it is only made */
    struct json *memo;                   /* owner of the types */
    const struct json *types;            /* that the device has told; NULL: not yet */
};

static enum err read_work(struct work *work)
{
    AUTO_JSON args = NULL;
    const struct json *values;

    TRY(json_read(work->record->memo, strlen(work->record->memo), &work->memo));
    TRY(json_read(work->record->args, strlen(work->record->args), &args));
    row_birth_read(work->memo, work->arena, &work->birth);
    work->birth.table = arena_strdup(work->arena, json_string(json_get(args, "object"), ""));
    work->types = json_get(work->memo, "types");
    values = json_get(args, "values");
    if (work->birth.instance > 0)
        work->row = row_birth_path(&work->birth, work->arena);
    values_read(&(struct values_choice){values, text_or_empty(work->row), 0, VALUES_MAX, work->types},
                work->arena, &work->wanted);
    return ERR_OK;
}

static void end_work(struct work *work)
{
    json_free(work->memo);
}

#define AUTO_WORK __attribute__((cleanup(end_work))) struct work

static const char *write_memo(const struct work *work)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    row_birth_write(&work->birth, &json);
    json_key(&json, "types");
    json_put_value(&json, work->types);
    json_close_object(&json);
    return text_string(&out);
}

/* ---- our turn ---- */

static struct action_move list_rows(const struct work *work)
{
    struct action_move move =
        move_send(work->record, work->facts, work->record->step, CWMP_GET_PARAMETER_NAMES);

    row_ask_list(&move, work->birth.table);
    return move;
}

static struct action_move add(struct work *work)
{
    struct action_move move = move_send(work->record, work->facts, STEP_ADD, CWMP_ADD_OBJECT);

    row_birth_ask(&work->birth, &move, work->facts, work->record->id);
    move.save.memo = write_memo(work);
    return move;
}

/* The row itself, so that its own types and values are told; also proof that it is there. */
static struct action_move read_row(const struct work *work)
{
    struct action_move move =
        move_send(work->record, work->facts, work->record->step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(work->arena, const char *, 1);
    names->items[0] = work->row;
    names->count = 1;
    return move;
}

/* Its own ParameterKey: AddObject has left the action's id there already. */
static const char *set_key(const struct work *work)
{
    return arena_printf(work->arena, "%s/set", work->record->id);
}

static struct action_move set(const struct work *work)
{
    struct action_move move = move_send(work->record, work->facts, STEP_SET, CWMP_SET_PARAMETER_VALUES);

    move.request.body.set_parameter_values.parameters = work->wanted;
    move.request.body.set_parameter_values.parameter_key = move_parameter_key(work->facts, set_key(work));
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    AUTO_WORK work = {.record = record, .facts = facts, .arena = arena};

    TRY(read_work(&work));
    if (record->step == STEP_AWAIT_RESTART)
        *ret = move_stay(record, facts);
    else if (record->step == STEP_LIST || record->step == STEP_FIND)
        *ret = list_rows(&work);
    else if (record->step == STEP_ADD)
        *ret = add(&work);
    else if (record->step == STEP_SET)
        *ret = set(&work);
    else
        *ret = read_row(&work);
    return ERR_OK;
}

/* ---- rows ---- */

/* A device that faults for an empty table has no rows. */
static struct action_move take_rows(struct work *work, const struct cwmp_parameter_infos *infos)
{
    struct action_move move = move_to(work->record, work->facts, STEP_ADD, ACTION_RUNNING);

    row_birth_listed(&work->birth, infos, work->arena);
    move.save.memo = write_memo(work);
    return move;
}

/* The new row is known. */
static struct action_move go_on(struct work *work)
{
    struct action_move move = move_to(work->record, work->facts,
                                      work->wanted.count > 0 ? STEP_LEARN : STEP_READ_BACK, ACTION_RUNNING);

    move.save.memo = write_memo(work);
    move.save.progress =
        arena_printf(work->arena, "{\"stage\":\"made\",\"instance\":%lld}", (long long)work->birth.instance);
    return move;
}

static struct action_move take_added(struct work *work, const struct cwmp_add_object_response *response)
{
    if (!row_birth_answered(&work->birth, response))
        return row_birth_fail_by_answer(work->record, work->facts, work->arena);
    return go_on(work);
}

static struct action_move resolve(struct work *work, const struct cwmp_parameter_infos *infos)
{
    enum row_found found = row_birth_resolve(&work->birth, infos);

    if (found == ROW_IS_OURS)
        return go_on(work);
    if (found == ROW_NOT_MADE)
        return move_to(work->record, work->facts, STEP_ADD, ACTION_SESSION);
    return row_birth_fail(work->record, work->facts, found, work->arena);
}

/* ---- its values ---- */

static struct action_move take_types(const struct work *work, const struct cwmp_parameter_values *now)
{
    struct action_move move = move_to(work->record, work->facts, STEP_SET, ACTION_RUNNING);
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    row_birth_write(&work->birth, &json);
    values_write_types(&json, &work->wanted, now);
    json_close_object(&json);
    move.save.memo = text_string(&out);
    return move;
}

static const char *write_result(const struct work *work)
{
    return arena_printf(work->arena, "{\"instance\":%lld}", (long long)work->birth.instance);
}

static struct action_move succeed(const struct work *work, const struct cwmp_parameter_values *now)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct action_move move;

    json_open_object(&json);
    json_field_string(&json, "read", "GetParameterValues");
    json_field_string(&json, "object", work->row);
    json_field_int(&json, "equal", (int64_t)work->wanted.count);
    json_close_object(&json);
    move = move_succeed(work->record, work->facts, write_result(work), text_string(&out));
    move.values = now;
    return move;
}

static struct action_move compare(const struct work *work, const struct cwmp_parameter_values *now)
{
    const struct cwmp_parameter_value *different = values_first_difference(&work->wanted, now);
    struct action_move move;

    if (now->count > 0 && different == NULL)
        return succeed(work, now);
    if (work->birth.needs_restart)
        return move_to(work->record, work->facts, STEP_AWAIT_RESTART, ACTION_VERIFYING);
    move = move_fail(work->record, work->facts, work->arena, "not_applied",
                     different == NULL ? "the device made the row but does not show it"
                                       : arena_printf(work->arena,
                                                      "the row was made, but the device does not report "
                                                      "the new value of %s",
                                                      different->name),
                     0);
    move.save.result = write_result(work);
    return move;
}

static struct action_move take_status(struct work *work, int32_t status)
{
    struct action_move move = move_to(work->record, work->facts, STEP_READ_BACK, ACTION_VERIFYING);

    work->birth.needs_restart |= status == 1;
    move.save.memo = write_memo(work);
    return move;
}

/* ---- the device answers ---- */

/* *ret: what is done about a name that the device does not know. False: it is a fault like any. */
static bool take_absence(struct work *work, struct action_move *ret)
{
    int32_t step = work->record->step;

    if (step == STEP_LIST)
        *ret = take_rows(work, NULL);
    else if (step == STEP_FIND)
        *ret = resolve(work, NULL);
    else if (work->birth.needs_restart && (step == STEP_LEARN || step == STEP_READ_BACK))
        *ret = move_to(work->record, work->facts, STEP_AWAIT_RESTART, ACTION_VERIFYING);
    else
        return false;
    return true;
}

/*
 * Some fault for a table without rows, and only that counts as an empty list. Once the row is made, it is
 * there although its values are not: it is said.
 */
static struct action_move take_fault(struct work *work, const struct cwmp_fault *fault)
{
    enum { INVALID_NAME = 9005 };
    struct action_move move;

    if (fault->code == INVALID_NAME && take_absence(work, &move))
        return move;
    move = move_fail_by_fault(work->record, work->facts, work->arena, fault);
    if (work->birth.instance > 0)
        move.save.result = write_result(work);
    return move;
}

static struct action_move take_answer(struct work *work, const struct cwmp_message *message)
{
    static const enum cwmp_method expected[] = {
        [STEP_LIST] = CWMP_GET_PARAMETER_NAMES_RESPONSE,
        [STEP_ADD] = CWMP_ADD_OBJECT_RESPONSE,
        [STEP_FIND] = CWMP_GET_PARAMETER_NAMES_RESPONSE,
        [STEP_LEARN] = CWMP_GET_PARAMETER_VALUES_RESPONSE,
        [STEP_SET] = CWMP_SET_PARAMETER_VALUES_RESPONSE,
        [STEP_READ_BACK] = CWMP_GET_PARAMETER_VALUES_RESPONSE,
        [STEP_AWAIT_RESTART] = CWMP_UNKNOWN_METHOD,
    };
    const struct cwmp_parameter_infos *rows = &message->body.get_parameter_names_response.parameters;
    const struct cwmp_parameter_values *now = &message->body.get_parameter_values_response.parameters;

    if (message->method == CWMP_FAULT)
        return take_fault(work, &message->body.fault);
    if (message->method != expected[work->record->step])
        return move_fail_by_answer(work->record, work->facts, work->arena, message);
    switch (work->record->step) {
    case STEP_LIST:
        return take_rows(work, rows);
    case STEP_ADD:
        return take_added(work, &message->body.add_object_response);
    case STEP_FIND:
        return resolve(work, rows);
    case STEP_LEARN:
        return take_types(work, now);
    case STEP_SET:
        return take_status(work, message->body.set_parameter_values_response.status);
    default:
        return compare(work, now);
    }
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    AUTO_WORK work = {.record = record, .facts = facts, .arena = arena};

    TRY(read_work(&work));
    *ret = take_answer(&work, message);
    return ERR_OK;
}

/* ---- the device came back ---- */

static struct action_move look_for_it(struct work *work)
{
    struct action_move move = move_to(work->record, work->facts, STEP_FIND, ACTION_RUNNING);

    row_birth_came_back(&work->birth, work->facts, work->record->id);
    move.save.memo = write_memo(work);
    return move;
}

/* What was promised must be there now. Values that could not be set before, as the row was not shown, are. */
static struct action_move after_restart(struct work *work)
{
    bool unset = work->wanted.count > 0 && json_kind(work->types) != JSON_ARRAY;
    struct action_move move = move_to(work->record, work->facts, unset ? STEP_LEARN : STEP_READ_BACK,
                                      unset ? ACTION_RUNNING : ACTION_VERIFYING);

    work->birth.needs_restart = false;
    move.save.memo = write_memo(work);
    return move;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    AUTO_WORK work = {.record = record, .facts = facts, .arena = arena};

    TRY(read_work(&work));
    if (record->step == STEP_ADD)
        *ret = look_for_it(&work);
    else if (record->step == STEP_SET && move_key_is(facts, set_key(&work)))
        *ret = move_to(record, facts, STEP_READ_BACK, ACTION_VERIFYING);
    else if (record->step == STEP_SET)
        *ret = move_resend(record, facts, arena, SET_TRIES);
    else if (record->step == STEP_AWAIT_RESTART)
        *ret = cwmp_has_event(facts->inform, "1 BOOT") ? after_restart(&work) : move_stay(record, facts);
    else
        *ret = move_resend(record, facts, arena, READ_TRIES);
    return ERR_OK;
}

const struct action_kind action_object_add = {
    .name = "object.add",
    .label_pt = "Criar um objeto",
    .label_en = "Add an object",
    .ttl_s = TTL_S,
    .method = CWMP_ADD_OBJECT,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
