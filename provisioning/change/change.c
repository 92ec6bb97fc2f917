#include "provisioning/change/change.h"

#include <string.h>

#include "acs/base/text.h"
#include "provisioning/change/steps.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"
#include "provisioning/reading.h"

enum { READ_TRIES = 3, SET_TRIES = 2, LOOK_NAMES_MAX = 96 };

const struct change_kind *change_of(const struct action_record *record)
{
    return action_kind_find(record->kind)->change;
}

bool change_wants_home(const struct action_record *record)
{
    return (record->step == CHANGE_LOOK && strcmp(record->memo, "{}") == 0) || record->step == CHANGE_PLAN ||
           record->step == CHANGE_JUDGE || (record->step == CHANGE_READ && change_of(record)->shows != NULL);
}

/* ---- LOOK ---- */

static bool is_of_family(const struct change_kind *kind, const struct map_row *row)
{
    for (size_t i = 0; i < CHANGE_FAMILIES && kind->families[i] != NULL; i++)
        if (text_starts_with(fact_rows[row->key].name, kind->families[i]))
            return row->scope != SCOPE_LIST;
    return false;
}

/* All that the home has of the kind's families; empty: nothing is known of it yet. */
void change_names(const struct change_kind *kind, const struct home *home, struct arena *arena,
                  struct cwmp_strings *ret)
{
    ret->items = ARENA_ARRAY(arena, const char *, LOOK_NAMES_MAX);
    ret->count = 0;
    for (int key = 0; home != NULL && key < KEY_COUNT; key++) {
        struct home_bindings all = home_find_all(home, (enum fact_key)key);

        for (size_t i = 0; i < all.count && ret->count < LOOK_NAMES_MAX; i++)
            if (is_of_family(kind, all.items[i].row))
                ret->items[ret->count++] = all.items[i].value->name;
    }
}

static struct reading_subject subject_of(const struct action_facts *facts)
{
    return (struct reading_subject){.root = facts->root,
                                    .quirks = facts->quirks != NULL ? facts->quirks : &quirks_none};
}

static struct action_move begin_look(const struct action_record *record, const struct action_facts *facts,
                                     struct arena *arena)
{
    struct action_move move = move_to(record, facts, CHANGE_LOOK, ACTION_RUNNING);
    const struct reading_subject subject = subject_of(facts);
    struct cwmp_strings names;
    struct reading reading;

    change_names(change_of(record), facts->home, arena, &names);
    if (names.count > 0)
        reading_begin_values(&reading, &subject, &names, arena);
    else
        reading_begin(&reading, &subject, arena);
    move.save.memo = reading_save(&reading);
    return move;
}

static enum err look(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct cwmp_strings names;
    struct reading reading;

    if (strcmp(record->memo, "{}") == 0) {
        *ret = begin_look(record, facts, arena);
        return ERR_OK;
    }
    TRY(reading_load(&reading, record->memo, arena));
    reading_ask(&reading, &names);
    *ret = move_send(record, facts, CHANGE_LOOK,
                     reading_lists(&reading) ? CWMP_GET_PARAMETER_NAMES : CWMP_GET_PARAMETER_VALUES);
    if (reading_lists(&reading)) {
        ret->request.body.get_parameter_names.path = names.items[0];
        ret->request.body.get_parameter_names.next_level = reading.levels;
    } else {
        ret->request.body.get_parameter_values.names = names;
    }
    return ERR_OK;
}

static void put_sealed(const struct action_record *record, struct json_writer *json)
{
    AUTO_JSON sealed = NULL;

    if (record->sealed == NULL || json_read(record->sealed, strlen(record->sealed), &sealed) != ERR_OK)
        return;
    for (size_t i = 0; i < json_count(sealed); i++) {
        const char *name;
        const struct json *text = json_member(sealed, i, &name);

        json_field_string(json, name, json_string(text, NULL));
    }
}

/* Of a device that shows its secrets the old ones are kept, sealed: so that they can be put back. */
static const char *seal_old(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    bool any = false;

    json_open_object(&json);
    put_sealed(record, &json);
    for (size_t i = 0; facts->vault != NULL && i < values->count; i++) {
        const struct cwmp_parameter_value *value = &values->items[i];
        bool tells = parameter_is_secret(value->name) && *text_or_empty(value->value) != '\0' &&
                     strspn(value->value, "*") < strlen(value->value);
        const char *sealed =
            tells ? facts->vault->seal(facts->vault->ctx, value->name, value->value, arena) : NULL;

        any = any || sealed != NULL;
        if (sealed != NULL)
            json_field_string(&json, value->name, sealed);
    }
    json_close_object(&json);
    return any ? text_string(&out) : NULL;
}

/* What the device does not know any more was read before its instances changed: all of it is read anew. */
static struct action_move looked(const struct action_record *record, const struct action_facts *facts,
                                 const struct reading *reading, const struct reading_subject *subject)
{
    struct action_move move = move_to(record, facts, CHANGE_LOOK, ACTION_RUNNING);
    struct reading whole;

    if (!reading_is_over(reading)) {
        move.save.memo = reading_save(reading);
    } else if (reading->skipped.count > 0 && reading->values < reading->skipped.count) {
        reading_begin(&whole, subject, reading->arena);
        move.save.memo = reading_save(&whole);
    } else {
        move = move_to(record, facts, CHANGE_PLAN, ACTION_RUNNING);
        move.save.memo = "{}";
    }
    return move;
}

static enum err take_look(const struct action_record *record, const struct action_facts *facts,
                          const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;
    const struct reading_subject subject = subject_of(facts);
    struct reading reading;

    TRY(reading_load(&reading, record->memo, arena));
    if (message->method == CWMP_FAULT) {
        *ret = reading_refused(&reading, &subject, message->body.fault.code)
                   ? looked(record, facts, &reading, &subject)
                   : move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE && reading_lists(&reading)) {
        reading_listed(&reading, &subject, &message->body.get_parameter_names_response.parameters);
        *ret = looked(record, facts, &reading, &subject);
        ret->infos = &message->body.get_parameter_names_response.parameters;
    } else if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE && !reading_lists(&reading)) {
        reading_got(&reading, &subject, values);
        *ret = looked(record, facts, &reading, &subject);
        ret->values = values;
        ret->save.sealed = seal_old(record, facts, values, arena);
    } else {
        *ret = move_fail_by_answer(record, facts, arena, message);
    }
    return ERR_OK;
}

/* ---- PLAN ---- */

static enum err plan(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct change_plan plan = {.arena = arena, .home = facts->home};
    struct change_memo memo = {0};
    AUTO_JSON args = NULL;

    TRY(json_read(record->args, strlen(record->args), &args));
    if (facts->home == NULL)
        change_refuse(&plan, "nothing is known of this device's parameters");
    else
        change_of(record)->plan(&plan, args);
    if (plan.unavailable != NULL) {
        *ret = move_fail(record, facts, arena, "not_available", plan.unavailable, 0);
        return ERR_OK;
    }
    memcpy(memo.writes, plan.writes, sizeof(memo.writes));
    memo.count = plan.count;
    *ret = move_to(record, facts, CHANGE_SET, ACTION_RUNNING);
    ret->save.memo = change_memo_write(&memo, arena);
    return ERR_OK;
}

/* ---- the entrances ---- */

enum err change_next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    switch ((enum change_step)record->step) {
    case CHANGE_LOOK:
        return look(record, facts, arena, ret);
    case CHANGE_PLAN:
        return plan(record, facts, arena, ret);
    case CHANGE_SET:
        return change_set(record, facts, arena, ret);
    case CHANGE_READ:
        return change_read(record, facts, arena, ret);
    case CHANGE_JUDGE:
        return change_judge(record, facts, arena, ret);
    case CHANGE_AWAIT_RESTART:
    case CHANGE_WAIT:
        break;
    }
    *ret = move_stay(record, facts);
    return ERR_OK;
}

enum err change_answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (record->step == CHANGE_LOOK)
        return take_look(record, facts, message, arena, ret);
    if (record->step == CHANGE_SET)
        return change_take_set(record, facts, message, arena, ret);
    return change_take_reading(record, facts, message, arena, ret);
}

/* The answer to SetParameterValues was lost: the key tells, or it is sent once more, for it may be repeated.
 */
static struct action_move resolve_set(const struct action_record *record, const struct action_facts *facts,
                                      struct arena *arena)
{
    if (move_key_is(facts, record->id))
        return move_to(record, facts, CHANGE_READ, ACTION_VERIFYING);
    return move_resend(record, facts, arena, SET_TRIES);
}

enum err change_inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    bool restarted = facts->inform != NULL && cwmp_has_event(facts->inform, "1 BOOT");

    if (record->step == CHANGE_JUDGE || record->step == CHANGE_WAIT ||
        (record->step == CHANGE_AWAIT_RESTART && restarted))
        *ret = move_to(record, facts, CHANGE_READ, ACTION_VERIFYING);
    else if (record->step == CHANGE_SET)
        *ret = resolve_set(record, facts, arena);
    else if (record->intent != NULL)
        *ret = move_resend(record, facts, arena, READ_TRIES);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}
