/* How forwards are taken out: those that were asked for, and those that an action has made in vain. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/forward/work.h"

enum { TRIES = 2 };

static bool is_in_vain(const struct forward_work *work)
{
    return work->record->step == FORWARD_UNMAKE || work->record->step == FORWARD_UNMADE;
}

/* At most 32 characters. */
static const char *key_of(const struct forward_work *work)
{
    return arena_printf(work->arena, "%s/d%u", work->record->id, work->turn % 10);
}

/* ---- our turn ---- */

struct action_move forward_remove_next(struct forward_work *work)
{
    int32_t step = work->record->step;
    bool deletes = step == FORWARD_DELETE || step == FORWARD_UNMAKE;
    struct action_move move =
        move_send(work->record, work->facts, step, deletes ? CWMP_DELETE_OBJECT : CWMP_GET_PARAMETER_NAMES);

    if (deletes)
        row_ask_delete(&move, work->facts, work->turns[work->turn].row, key_of(work));
    else
        row_ask_list(&move, work->turns[work->turn].row);
    return move;
}

/* ---- the end ---- */

static struct forward_words done_words(const struct forward_work *work)
{
    const struct forward *first = &work->turns[0];
    enum forward_protocol protocol = work->turn_count > 1 ? FORWARD_BOTH : first->protocol;
    const char *ports = forward_ports(first, work->arena);

    return (struct forward_words){
        arena_printf(work->arena, "O redirecionamento da porta %s (%s) para %s foi removido.", ports,
                     forward_protocol_words(protocol, true), first->client),
        arena_printf(work->arena, "The forward of port %s (%s) to %s was removed.", ports,
                     forward_protocol_words(protocol, false), first->client)};
}

static const char *write_undo(const struct forward_work *work)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "forward", "add");
    json_key(&json, "forwards");
    json_open_array(&json);
    for (uint32_t i = 0; i < work->turn_count; i++)
        forward_keep(&work->turns[i], &json);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move succeed(const struct forward_work *work, const char *gone)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct action_move move;

    json_open_object(&json);
    json_key(&json, "forwards");
    json_open_array(&json);
    for (uint32_t i = 0; i < work->turn_count; i++)
        forward_show(&work->turns[i], &json);
    json_close_array(&json);
    forward_put_words(&json, done_words(work));
    json_close_object(&json);
    move = move_succeed(work->record, work->facts, text_string(&out),
                        arena_printf(work->arena, "{\"read\":\"GetParameterNames\",\"gone\":\"%s\"}", gone));
    move.save.undo = write_undo(work);
    move.save.memo = "{}";
    return move;
}

static struct action_move next_one(struct forward_work *work, const char *gone)
{
    if (is_in_vain(work)) {
        work->turns[work->turn].row = NULL;
        return forward_unmake(work, move_stay(work->record, work->facts));
    }
    if (work->turn + 1 == work->turn_count)
        return succeed(work, gone);
    work->turn++;
    return forward_go(work, FORWARD_DELETE, ACTION_VERIFYING);
}

/* ---- what fails ---- */

/* The failure that made it necessary, and that a row is left. */
static const char *add_left(const struct forward_work *work)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON failure = NULL;

    if (json_read(work->failure, strlen(work->failure), &failure) != ERR_OK)
        return work->failure;
    json_open_object(&json);
    for (size_t i = 0; i < json_count(failure); i++) {
        const char *name = "";
        const struct json *value = json_member(failure, i, &name);

        json_key(&json, name);
        if (strcmp(name, "detail") == 0)
            json_put_string(
                &json, arena_printf(work->arena, "%s; its row %lld could not be taken out again and is left",
                                    json_string(value, ""), (long long)work->turns[work->turn].number));
        else
            json_put_value(&json, value);
    }
    json_field_int(&json, "left", work->turns[work->turn].number);
    json_close_object(&json);
    return text_string(&out);
}

/* What was taken out before this one stays out, and is told. */
static const char *add_removed(const struct forward_work *work, const char *failure)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON doc = NULL;

    if (work->turn == 0 || json_read(failure, strlen(failure), &doc) != ERR_OK)
        return failure;
    json_open_object(&json);
    for (size_t i = 0; i < json_count(doc); i++) {
        const char *name = "";
        const struct json *value = json_member(doc, i, &name);

        json_key(&json, name);
        json_put_value(&json, value);
    }
    json_key(&json, "removed");
    json_open_array(&json);
    for (uint32_t i = 0; i < work->turn; i++)
        json_put_int(&json, work->turns[i].number);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move fail(struct forward_work *work, struct action_move failed)
{
    failed.save.failure = is_in_vain(work) ? add_left(work) : add_removed(work, failed.save.failure);
    failed.save.memo = "{}";
    return failed;
}

static struct action_move fail_by(struct forward_work *work, const struct cwmp_message *message)
{
    return fail(work, message->method == CWMP_FAULT
                          ? move_fail_by_fault(work->record, work->facts, work->arena, &message->body.fault)
                          : move_fail_by_answer(work->record, work->facts, work->arena, message));
}

/* ---- the device answers ---- */

static struct action_move take_deleted(struct forward_work *work, const struct cwmp_message *message)
{
    switch (row_take_deleted(message)) {
    case ROW_DELETED:
        work->needs_restart = false;
        break;
    case ROW_DELETED_BY_RESTART:
        work->needs_restart = true;
        break;
    case ROW_WAS_GONE:
        return next_one(work, "already");
    case ROW_NOT_DELETED:
        return fail_by(work, message);
    }
    return forward_go(work, is_in_vain(work) ? FORWARD_UNMADE : FORWARD_GONE, ACTION_VERIFYING);
}

static struct action_move take_list(struct forward_work *work, const struct cwmp_message *message)
{
    if (row_is_gone(message))
        return next_one(work, "now");
    if (message->method != CWMP_GET_PARAMETER_NAMES_RESPONSE)
        return fail_by(work, message);
    if (work->needs_restart) {
        work->after_restart = work->record->step;
        return forward_go(work, FORWARD_AWAIT, ACTION_VERIFYING);
    }
    return fail(work, forward_fail(work, "not_applied",
                                   (struct forward_words){
                                       "O roteador disse que sim, mas o redirecionamento continua lá.",
                                       "The router said yes, but the forward is still there."}));
}

struct action_move forward_remove_take(struct forward_work *work, const struct cwmp_message *message)
{
    bool deletes = work->record->step == FORWARD_DELETE || work->record->step == FORWARD_UNMAKE;

    return deletes ? take_deleted(work, message) : take_list(work, message);
}

/* ---- the device came back ---- */

struct action_move forward_remove_inform(struct forward_work *work)
{
    struct action_move move;
    bool deletes = work->record->step == FORWARD_DELETE || work->record->step == FORWARD_UNMAKE;

    if (deletes && move_key_is(work->facts, key_of(work)))
        return forward_go(work, is_in_vain(work) ? FORWARD_UNMADE : FORWARD_GONE, ACTION_VERIFYING);
    move = move_resend(work->record, work->facts, work->arena, TRIES);
    return move.kind == ACTION_END ? fail(work, move) : move;
}
