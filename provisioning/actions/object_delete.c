/* Take a row out of its table: table_row.h says what proves it. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/table_row.h"
#include "provisioning/parameter.h"

enum { STEP_DELETE, STEP_LOOK, STEP_AWAIT_RESTART };

enum { TTL_S = 15 * 60, TRIES = 2 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "object", NULL));
    if (!parameter_is_row(json_string(json_get(args, "object"), "")))
        return err_set(ERR_INVALID,
                       "object: the path of one row is expected, as in \"Device.NAT.PortMapping.3.\"");
    return ERR_OK;
}

static enum err read_object(const struct action_record *record, struct arena *arena, const char **ret)
{
    AUTO_JSON args = NULL;

    TRY(json_read(record->args, strlen(record->args), &args));
    *ret = arena_strdup(arena, json_string(json_get(args, "object"), ""));
    return ERR_OK;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    const char *object;

    TRY(read_object(record, arena, &object));
    if (record->step == STEP_AWAIT_RESTART) {
        *ret = move_stay(record, facts);
    } else if (record->step == STEP_LOOK) {
        *ret = move_send(record, facts, STEP_LOOK, CWMP_GET_PARAMETER_NAMES);
        row_ask_list(ret, object);
    } else {
        *ret = move_send(record, facts, STEP_DELETE, CWMP_DELETE_OBJECT);
        row_ask_delete(ret, facts, object, record->id);
    }
    return ERR_OK;
}

static struct action_move take_deleted(const struct action_record *record, const struct action_facts *facts,
                                       const struct cwmp_message *message, struct arena *arena)
{
    enum row_deleted deleted = row_take_deleted(message);
    struct action_move move;

    if (deleted == ROW_WAS_GONE)
        return move_succeed(record, facts, NULL, "{\"fault\":9005,\"gone\":\"already\"}");
    if (deleted == ROW_NOT_DELETED)
        return message->method == CWMP_FAULT ? move_fail_by_fault(record, facts, arena, &message->body.fault)
                                             : move_fail_by_answer(record, facts, arena, message);
    move = move_to(record, facts, STEP_LOOK, ACTION_VERIFYING);
    move.save.memo = deleted == ROW_DELETED_BY_RESTART ? "{\"needs_restart\":true}" : NULL;
    return move;
}

static struct action_move take_look(const struct action_record *record, const struct action_facts *facts,
                                    const struct cwmp_message *message, struct arena *arena)
{
    if (row_is_gone(message))
        return move_succeed(record, facts, NULL, "{\"read\":\"GetParameterNames\",\"gone\":\"now\"}");
    if (message->method == CWMP_FAULT)
        return move_fail_by_fault(record, facts, arena, &message->body.fault);
    if (message->method != CWMP_GET_PARAMETER_NAMES_RESPONSE)
        return move_fail_by_answer(record, facts, arena, message);
    if (strstr(record->memo, "needs_restart") != NULL)
        return move_to(record, facts, STEP_AWAIT_RESTART, ACTION_VERIFYING);
    return move_fail(record, facts, arena, "not_applied", "the device said yes but still lists the row", 0);
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    *ret = record->step == STEP_DELETE ? take_deleted(record, facts, message, arena)
                                       : take_look(record, facts, message, arena);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    bool deleted = record->step == STEP_DELETE && move_key_is(facts, record->id);
    bool restarted = record->step == STEP_AWAIT_RESTART && cwmp_has_event(facts->inform, "1 BOOT");

    if (deleted || restarted)
        *ret = move_to(record, facts, STEP_LOOK, ACTION_VERIFYING);
    else if (record->step == STEP_AWAIT_RESTART)
        *ret = move_stay(record, facts);
    else
        *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_object_delete = {
    .name = "object.delete",
    .label_pt = "Apagar um objeto",
    .label_en = "Delete an object",
    .ttl_s = TTL_S,
    .method = CWMP_DELETE_OBJECT,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
