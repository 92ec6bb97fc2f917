/*
 * Make a new row of a table, and give it values in the same session.
 *
 * AddObject is sent at most once unless it is proven that it was not carried out (I3): a second one makes a
 * second row. So the rows are listed first. When the answer is lost, they are listed again: ours is the one
 * that was not there, and the ParameterKey of the Inform tells whether the request was carried out at all
 * (N-21, O-13). Where the two do not agree nothing is repeated and nothing is taken for ours.
 *
 * A row with Status 1 comes with the next restart (O-17): until then it may not be shown at all.
 */
#include <stdlib.h>
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/values.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_LIST, STEP_ADD, STEP_FIND, STEP_LEARN, STEP_SET, STEP_READ_BACK, STEP_AWAIT_RESTART };

enum { TTL_S = 15 * 60, TRIES = 2, READ_TRIES = 3, SET_TRIES = 2, ROWS_MAX = 10000 };

/* What the Inform after a lost answer told by its ParameterKey. */
enum { KEY_SILENT, KEY_OURS, KEY_OTHER };

struct memo {
    struct json *json; /* of before; owner of rows and types */
    const struct json *rows, *types;
    int64_t tries;
    int64_t key;
    int64_t instance; /* 0: not known */
    bool needs_restart;
};

static void free_memo(struct memo *memo)
{
    json_free(memo->json);
}

static enum err read_memo(const struct action_record *record, struct memo *ret)
{
    TRY(json_read(record->memo, strlen(record->memo), &ret->json));
    ret->rows = json_get(ret->json, "rows");
    ret->types = json_get(ret->json, "types");
    ret->tries = json_int(json_get(ret->json, "tries"), 0);
    ret->key = json_int(json_get(ret->json, "key"), KEY_SILENT);
    ret->instance = json_int(json_get(ret->json, "instance"), 0);
    ret->needs_restart = json_bool(json_get(ret->json, "needs_restart"), false);
    return ERR_OK;
}

/* All but the two lists, which the callers put in by themselves where they are new. */
static void write_numbers(struct json_writer *json, const struct memo *memo)
{
    json_field_int(json, "tries", memo->tries);
    json_field_int(json, "key", memo->key);
    json_field_int(json, "instance", memo->instance);
    json_field_bool(json, "needs_restart", memo->needs_restart);
}

static const char *write_memo(const struct memo *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    write_numbers(&json, memo);
    json_key(&json, "rows");
    json_put_value(&json, memo->rows);
    json_key(&json, "types");
    json_put_value(&json, memo->types);
    json_close_object(&json);
    return text_string(&out);
}

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
    const char *table;
    const char *row;                     /* "Device.X.3."; NULL: not known yet */
    struct cwmp_parameter_values wanted; /* of the new row; none: it is only made */
    struct memo memo;
};

static enum err read_work(struct work *work)
{
    AUTO_JSON args = NULL;
    const struct json *values;

    TRY(read_memo(work->record, &work->memo));
    TRY(json_read(work->record->args, strlen(work->record->args), &args));
    work->table = arena_strdup(work->arena, json_string(json_get(args, "object"), ""));
    values = json_get(args, "values");
    if (work->memo.instance > 0)
        work->row = arena_printf(work->arena, "%s%lld.", work->table, (long long)work->memo.instance);
    values_read(&(struct values_choice){values, text_or_empty(work->row), 0, VALUES_MAX, work->memo.types},
                work->arena, &work->wanted);
    return ERR_OK;
}

static void end_work(struct work *work)
{
    free_memo(&work->memo);
}

#define AUTO_WORK __attribute__((cleanup(end_work))) struct work

/* ---- our turn ---- */

static struct action_move list_rows(const struct work *work)
{
    struct action_move move =
        move_send(work->record, work->facts, work->record->step, CWMP_GET_PARAMETER_NAMES);

    move.request.body.get_parameter_names.path = work->table;
    move.request.body.get_parameter_names.next_level = true;
    return move;
}

static struct action_move add(struct work *work)
{
    struct action_move move = move_send(work->record, work->facts, STEP_ADD, CWMP_ADD_OBJECT);

    work->memo.tries++;
    work->memo.key = KEY_SILENT;
    move.request.body.add_object.object_name = work->table;
    move.request.body.add_object.parameter_key = move_parameter_key(work->facts, work->record->id);
    move.save.memo = write_memo(&work->memo, work->arena);
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

/* The number of a row of the table; 0: the name is none. */
static int64_t row_number(const struct work *work, const char *name)
{
    size_t len = strlen(work->table);
    char *end;
    long number;

    if (strncmp(name, work->table, len) != 0)
        return 0;
    number = strtol(name + len, &end, 10);
    return end > name + len && *end == '.' && number > 0 ? number : 0;
}

static bool was_there(const struct work *work, int64_t number)
{
    for (size_t i = 0; i < json_count(work->memo.rows); i++)
        if (json_int(json_at(work->memo.rows, i), 0) == number)
            return true;
    return false;
}

/* Writes the rows that are there; a device that faults for an empty table has none. */
static struct action_move take_rows(struct work *work, const struct cwmp_parameter_infos *infos)
{
    struct action_move move = move_to(work->record, work->facts, STEP_ADD, ACTION_RUNNING);
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    write_numbers(&json, &work->memo);
    json_key(&json, "rows");
    json_open_array(&json);
    for (size_t i = 0, rows = 0; infos != NULL && i < infos->count && rows < ROWS_MAX; i++) {
        int64_t number = row_number(work, infos->items[i].name);

        if (number == 0)
            continue;
        json_put_int(&json, number);
        rows++;
    }
    json_close_array(&json);
    json_close_object(&json);
    move.save.memo = text_string(&out);
    return move;
}

/* ---- the new row is known ---- */

static struct action_move go_on_with(struct work *work, int64_t instance)
{
    struct action_move move;

    work->memo.instance = instance;
    move = move_to(work->record, work->facts, work->wanted.count > 0 ? STEP_LEARN : STEP_READ_BACK,
                   ACTION_RUNNING);
    move.save.memo = write_memo(&work->memo, work->arena);
    move.save.progress =
        arena_printf(work->arena, "{\"stage\":\"made\",\"instance\":%lld}", (long long)instance);
    return move;
}

static struct action_move take_added(struct work *work, const struct cwmp_add_object_response *response)
{
    if (response->instance_number == 0 || (response->status != 0 && response->status != 1)) /* O-11 */
        return move_fail(work->record, work->facts, work->arena, "wrong_answer",
                         "the device answered AddObject without the number of the new row", 0);
    work->memo.needs_restart = response->status == 1;
    return go_on_with(work, response->instance_number);
}

/* After a lost answer: what do the rows and the ParameterKey say together? */
static struct action_move resolve(struct work *work, const struct cwmp_parameter_infos *infos)
{
    int64_t newest = 0;
    unsigned fresh = 0;

    for (size_t i = 0; infos != NULL && i < infos->count; i++) {
        int64_t number = row_number(work, infos->items[i].name);

        if (number == 0 || number == newest || was_there(work, number))
            continue;
        newest = number;
        fresh++;
    }
    if (fresh == 1 && work->memo.key != KEY_OTHER)
        return go_on_with(work, newest);
    if (fresh > 0 || work->memo.key == KEY_OURS)
        return move_fail(
            work->record, work->facts, work->arena, "unresolved",
            arena_printf(work->arena,
                         "the answer was lost, and it cannot be told which of %u new rows is ours", fresh),
            0);
    if (work->memo.tries >= TRIES)
        return move_fail(work->record, work->facts, work->arena, "no_answer",
                         "the device broke off each time it was told to make the row, and did not make it",
                         0);
    return move_to(work->record, work->facts, STEP_ADD, ACTION_SESSION);
}

/* ---- its values ---- */

static struct action_move take_types(const struct work *work, const struct cwmp_parameter_values *now)
{
    struct action_move move = move_to(work->record, work->facts, STEP_SET, ACTION_RUNNING);
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    write_numbers(&json, &work->memo);
    values_write_types(&json, &work->wanted, now);
    json_close_object(&json);
    move.save.memo = text_string(&out);
    return move;
}

static const char *write_result(const struct work *work)
{
    return arena_printf(work->arena, "{\"instance\":%lld}", (long long)work->memo.instance);
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
    if (work->memo.needs_restart)
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

    work->memo.needs_restart |= status == 1;
    move.save.memo = write_memo(&work->memo, work->arena);
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
    else if (work->memo.needs_restart && (step == STEP_LEARN || step == STEP_READ_BACK))
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
    if (work->memo.instance > 0)
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

    if (move_key_is(work->facts, work->record->id))
        work->memo.key = KEY_OURS;
    else if (move_key_is_not(work->facts, work->record->id))
        work->memo.key = KEY_OTHER;
    move.save.memo = write_memo(&work->memo, work->arena);
    return move;
}

/* What was promised must be there now. Values that could not be set before, as the row was not shown, are. */
static struct action_move after_restart(struct work *work)
{
    bool unset = work->wanted.count > 0 && json_kind(work->memo.types) != JSON_ARRAY;
    struct action_move move = move_to(work->record, work->facts, unset ? STEP_LEARN : STEP_READ_BACK,
                                      unset ? ACTION_RUNNING : ACTION_VERIFYING);

    work->memo.needs_restart = false;
    move.save.memo = write_memo(&work->memo, work->arena);
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
