/*
 * Put the device back to what it was when it left the factory, and what the home needs (keep.h) back to what
 * it was before.
 *
 *     LOOK    the ParameterKey is read
 *     BEFORE  what is to be kept is read: by the program of every change, as far as its plan
 *     RESET   FactoryReset
 *     PROVE   it came back and was reset
 *     AFTER   what was kept is put back, by the program of every change, with its proof
 *
 * FactoryReset has no argument that would tell whose it was, destroys, and so is sent at most once and never
 * by itself again (6.2). What the ParameterKey was is read first: proof that it was carried out is 0
 * BOOTSTRAP, or a key that was there and is empty now; a key that is still the same after a lost answer,
 * or an UpTime longer than the time since, proves that it was not, and a person decides.
 *
 * A device that comes back with the credentials of the factory is told no secret before it is bound again:
 * the action waits for that.
 */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/keep.h"
#include "provisioning/change/steps.h"
#include "provisioning/move.h"

/* A step of the change is added to the step in which it runs. */
enum { STEP_LOOK, STEP_RESET, STEP_PROVE, STEP_BEFORE = 16, STEP_AFTER = 32 };

enum { TTL_S = 30 * 60, TTL_KEEP_S = 24 * 3600, READ_TRIES = 3 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "keep", NULL));
    return keep_check(args);
}

/* Somebody may have to bind it before it can have its own back. */
static uint32_t ttl_of(const struct json *args)
{
    return keep_wanted(args) ? TTL_KEEP_S : TTL_S;
}

/* ---- what is remembered ---- */

struct reset_memo {
    const char *key;    /* the ParameterKey of before; "": none, or not told */
    const char *kept;   /* JSON: what keep_take() has written; NULL: nothing is kept */
    const char *proof;  /* JSON object: what proved the reset; NULL: nothing yet */
    const char *change; /* the memo of the change that runs */
};

static const char *copy_json(const struct json *value, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    if (value == NULL)
        return NULL;
    json_print(value, &out);
    return text_string(&out);
}

static struct reset_memo memo_read(const struct action_record *record, struct arena *arena)
{
    struct reset_memo memo = {.key = "", .change = "{}"};
    AUTO_JSON json = NULL;

    if (json_read(record->memo, strlen(record->memo), &json) != ERR_OK)
        return memo;
    memo.key = arena_strdup(arena, json_string(json_get(json, "key"), ""));
    memo.kept = copy_json(json_get(json, "kept"), arena);
    memo.proof = copy_json(json_get(json, "proof"), arena);
    memo.change = arena_strdup(arena, json_string(json_get(json, "change"), "{}"));
    return memo;
}

static const char *memo_write(const struct reset_memo *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "key", memo->key);
    if (memo->kept != NULL)
        json_field_raw(&json, "kept", memo->kept);
    if (memo->proof != NULL)
        json_field_raw(&json, "proof", memo->proof);
    json_field_string(&json, "change", memo->change);
    json_close_object(&json);
    return text_string(&out);
}

static bool wants_keep(const struct action_record *record)
{
    AUTO_JSON args = NULL;

    return json_read(record->args, strlen(record->args), &args) == ERR_OK && keep_wanted(args);
}

/* Something was kept, and it is to be put back. */
static bool has_kept(const struct reset_memo *memo)
{
    AUTO_JSON kept = NULL;

    return memo->kept != NULL && json_read(memo->kept, strlen(memo->kept), &kept) == ERR_OK &&
           keep_holds(kept);
}

/* ---- the change inside ---- */

static bool is_inside(const struct action_record *record)
{
    return record->step >= STEP_BEFORE;
}

static int32_t outer_step(const struct action_record *record)
{
    return record->step >= STEP_AFTER ? STEP_AFTER : STEP_BEFORE;
}

/* The record as the program of the change sees it; in the arena, since moves point to its id. */
static const struct action_record *inside(const struct action_record *record, const struct reset_memo *memo,
                                          struct arena *arena)
{
    struct action_record *inner = ARENA_NEW(arena, struct action_record);

    *inner = *record;
    inner->step = record->step - outer_step(record);
    inner->memo = memo->change;
    inner->args = memo->kept != NULL ? memo->kept : "{}";
    return inner;
}

static const char *write_success(const struct reset_memo *memo, const char *changed, struct arena *arena)
{
    AUTO_JSON kept = NULL;
    AUTO_JSON result = NULL;

    if (memo->kept == NULL || json_read(memo->kept, strlen(memo->kept), &kept) != ERR_OK)
        return NULL;
    if (changed != NULL && json_read(changed, strlen(changed), &result) != ERR_OK)
        return NULL;
    return keep_write_result(kept, result, arena);
}

/* Why the change failed, told as what it means here. */
static const char *write_failure(const struct action_record *record, const char *failure, struct arena *arena)
{
    bool after = outer_step(record) == STEP_AFTER;
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON why = NULL;

    if (json_read(failure, strlen(failure), &why) != ERR_OK)
        return failure;
    json_open_object(&json);
    json_field_string(&json, "code", after ? "not_put_back" : "not_read");
    json_field_string(&json, "detail",
                      arena_printf(arena, "%s: %s",
                                   after ? "the device was reset, but its Wi-Fi and login were not put back"
                                         : "what is to be kept cannot be read, and nothing was changed",
                                   json_string(json_get(why, "detail"), "")));
    for (size_t i = 0; i < json_count(why); i++) {
        const char *name;
        const struct json *value = json_member(why, i, &name);

        if (strcmp(name, "code") == 0 || strcmp(name, "detail") == 0)
            continue;
        json_key(&json, name);
        json_put_value(&json, value);
    }
    json_close_object(&json);
    return text_string(&out);
}

/* There is no way back from a reset: its old values are those of the factory. */
static void end_change(const struct action_record *record, const struct reset_memo *memo, struct arena *arena,
                       struct action_move *move)
{
    move->save.undo = NULL;
    if (move->save.failure != NULL)
        move->save.failure = write_failure(record, move->save.failure, arena);
    if (move->save.state != ACTION_SUCCEEDED)
        return;
    move->save.result = write_success(memo, move->save.result, arena);
    move->save.evidence =
        arena_printf(arena, "{\"reset\":%s,\"put_back\":%s}", memo->proof, move->save.evidence);
}

/* A move of the change as one of ours. The passwords of the factory, which the device may show now, are not
 * kept: they would take the place of its own. */
static void come_out(const struct action_record *record, struct reset_memo *memo, struct arena *arena,
                     struct action_move *move)
{
    move->save.step += outer_step(record);
    if (move->kind == ACTION_END)
        end_change(record, memo, arena, move);
    else if (outer_step(record) == STEP_AFTER) /* the stages on the screen do not go back */
        move->save.state = ACTION_VERIFYING;
    if (outer_step(record) == STEP_AFTER)
        move->save.sealed = NULL;
    if (move->save.memo != NULL) {
        memo->change = move->save.memo;
        move->save.memo = memo_write(memo, arena);
    }
}

static bool wants_home(const struct action_record *record)
{
    AUTO_JSON json = NULL;
    struct action_record inner = *record;

    if (!is_inside(record) || json_read(record->memo, strlen(record->memo), &json) != ERR_OK)
        return false;
    inner.step -= outer_step(record);
    inner.memo = json_string(json_get(json, "change"), "{}");
    return change_wants_home(&inner);
}

/* ---- what comes next ---- */

static struct action_move look(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_LOOK, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = arena_printf(arena, "%sManagementServer.ParameterKey", facts->root);
    names->count = 1;
    return move;
}

/* It was read: what of it will be put back? */
static struct action_move take(const struct action_record *record, const struct action_facts *facts,
                               struct reset_memo *memo, struct arena *arena)
{
    struct action_move move = move_to(record, facts, STEP_RESET, ACTION_RUNNING);

    memo->kept = keep_take(record, facts->home, arena);
    memo->change = "{}";
    move.save.memo = memo_write(memo, arena);
    return move;
}

/* A home of which nothing is known has nothing that could be kept; it is not read from end to end before. */
static bool is_unknown(const struct action_record *record, const struct action_facts *facts)
{
    return facts->home == NULL || (record->step == STEP_BEFORE + CHANGE_LOOK && facts->vault == NULL);
}

static enum err next_before(const struct action_record *record, const struct action_facts *facts,
                            struct reset_memo *memo, struct arena *arena, struct action_move *ret)
{
    const struct action_record *inner = inside(record, memo, arena);

    if (wants_home(record) && is_unknown(record, facts)) {
        *ret = move_send(record, facts, STEP_RESET, CWMP_FACTORY_RESET);
    } else if (inner->step == CHANGE_PLAN) {
        *ret = take(record, facts, memo, arena);
    } else {
        TRY(change_next(inner, facts, arena, ret));
        come_out(record, memo, arena, ret);
    }
    return ERR_OK;
}

static enum err next_after(const struct action_record *record, const struct action_facts *facts,
                           struct reset_memo *memo, struct arena *arena, struct action_move *ret)
{
    const struct action_record *inner = inside(record, memo, arena);

    if (!facts->trusted) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    TRY(change_next(inner, facts, arena, ret));
    come_out(record, memo, arena, ret);
    return ERR_OK;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct reset_memo memo = memo_read(record, arena);

    if (record->step >= STEP_AFTER)
        return next_after(record, facts, &memo, arena, ret);
    if (record->step >= STEP_BEFORE)
        return next_before(record, facts, &memo, arena, ret);
    if (record->step == STEP_PROVE)
        *ret = move_stay(record, facts);
    else if (record->step == STEP_LOOK && facts->root != NULL)
        *ret = look(record, facts, arena);
    else
        *ret = move_send(record, facts, STEP_RESET, CWMP_FACTORY_RESET);
    return ERR_OK;
}

/* ---- what it answers ---- */

/* A device that does not tell its key is reset all the same: 0 BOOTSTRAP is proof enough. */
static struct action_move take_key(const struct action_record *record, const struct action_facts *facts,
                                   const struct cwmp_message *message, struct arena *arena)
{
    struct action_move move =
        move_to(record, facts, wants_keep(record) ? STEP_BEFORE : STEP_RESET, ACTION_RUNNING);
    struct reset_memo memo = memo_read(record, arena);
    const struct cwmp_parameter_value *key = NULL;

    if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        key = cwmp_find_value(&message->body.get_parameter_values_response.parameters, "ParameterKey");
    memo.key = key != NULL ? key->value : "";
    move.save.memo = memo_write(&memo, arena);
    return move;
}

static enum err answer_inside(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_message *message, struct arena *arena,
                              struct action_move *ret)
{
    struct reset_memo memo = memo_read(record, arena);
    const struct action_record *inner = inside(record, &memo, arena);

    TRY(change_answer(inner, facts, message, arena, ret));
    come_out(record, &memo, arena, ret);
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (is_inside(record))
        return answer_inside(record, facts, message, arena, ret);
    if (record->step == STEP_LOOK)
        *ret = take_key(record, facts, message, arena);
    else if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method != CWMP_FACTORY_RESET_RESPONSE)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    return ERR_OK;
}

/* ---- the device came back ---- */

static int64_t since_s(const struct action_record *record, const struct action_facts *facts)
{
    enum { US_PER_S = 1000000 };

    return (facts->now_us - record->intent_at_us) / US_PER_S;
}

/* The key is the one of before, or it has not restarted since. */
static bool is_as_before(const struct action_record *record, const struct action_facts *facts,
                         const char *key)
{
    enum { CLOCK_SLACK_S = 5 };

    return (*key != '\0' && move_key_is(facts, key)) ||
           (facts->uptime_s >= 0 && facts->uptime_s > since_s(record, facts) + CLOCK_SLACK_S);
}

static struct action_move was_reset(const struct action_record *record, const struct action_facts *facts,
                                    struct reset_memo *memo, const char *proof, struct arena *arena)
{
    struct action_move move;

    if (!has_kept(memo))
        return move_succeed(record, facts, write_success(memo, NULL, arena), proof);
    move = move_to(record, facts, STEP_AFTER, ACTION_VERIFYING);
    memo->proof = proof;
    memo->change = "{}";
    move.save.memo = memo_write(memo, arena);
    move.save.progress = facts->trusted ? "{\"stage\":\"put_back\"}" : "{\"stage\":\"wait_for_binding\"}";
    return move;
}

/* Nothing is proven either way. It does not stand in the way of others for a day. */
static struct action_move wait_for_proof(const struct action_record *record, const struct action_facts *facts,
                                         struct arena *arena)
{
    if (since_s(record, facts) < TTL_S)
        return move_stay(record, facts);
    return move_fail(record, facts, arena, "outcome_unknown",
                     "the answer was lost, and nothing has proven since whether the device was reset", 0);
}

static struct action_move resolve(const struct action_record *record, const struct action_facts *facts,
                                  struct arena *arena)
{
    struct reset_memo memo = memo_read(record, arena);

    if (move_was_reset(facts))
        return was_reset(record, facts, &memo, "{\"event\":\"0 BOOTSTRAP\"}", arena);
    if (*memo.key != '\0' && move_key_is(facts, ""))
        return was_reset(record, facts, &memo, "{\"parameter_key\":\"\"}", arena);
    if (record->step == STEP_PROVE)
        return move_stay(record, facts); /* it said yes: the expiry ends the wait */
    if (!is_as_before(record, facts, memo.key))
        return wait_for_proof(record, facts, arena);
    return move_fail(record, facts, arena, "not_executed",
                     "the device broke off and was not reset; it is not told again by itself", 0);
}

static enum err inform_inside(const struct action_record *record, const struct action_facts *facts,
                              struct arena *arena, struct action_move *ret)
{
    struct reset_memo memo = memo_read(record, arena);
    const struct action_record *inner = inside(record, &memo, arena);

    TRY(change_inform(inner, facts, arena, ret));
    come_out(record, &memo, arena, ret);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    if (is_inside(record))
        return inform_inside(record, facts, arena, ret);
    *ret = record->step == STEP_LOOK ? move_resend(record, facts, arena, READ_TRIES)
                                     : resolve(record, facts, arena);
    return ERR_OK;
}

static const char *const knows[] = {"wifi.", "wan.ppp.", NULL};

const struct action_kind action_factory_reset = {
    .name = "factory_reset",
    .label_pt = "Restaurar os padrões de fábrica",
    .label_en = "Reset to factory settings",
    .warning_pt =
        "O cliente perde o que configurou no aparelho. O nome e a senha do Wi-Fi e o login da conexão são "
        "devolvidos, se forem conhecidos; o resto volta ao padrão de fábrica.",
    .warning_en =
        "The customer loses what was set in the device. Name and password of the Wi-Fi and the login of the "
        "connection are put back, where they are known; the rest is as from the factory.",
    .ttl_s = TTL_S,
    .ttl_of = ttl_of,
    .ends_session = true,
    .knows = knows,
    .change = &keep_change,
    .method = CWMP_FACTORY_RESET,
    .wants_home = wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
