/*
 * Give a device credentials of its own, and know that it has them.
 *
 * One SetParameterValues takes both pairs, to come to us and to be called by us, with our id as ParameterKey.
 * They were made and kept before, sealed, beside those that the device has; until it has used the new ones
 * both are taken (S-31, C-19), so whatever is lost on the way costs another session and nothing else. That
 * the device said yes is no proof, nor is its ParameterKey: the proof is that it comes with the new password.
 *
 * There are stacks that keep their own user name and password in a file and refuse to be told others. Those
 * are given the pair with which they are called, alone, and the action ends by saying so: such a device is
 * registered with the credential that it has, and bound by a person.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/move.h"

enum { STEP_SET, STEP_PROVE, STEP_SET_CALL };

enum { TTL_S = 30 * 86400, TRIES = 5, PAIR = 2, PARAMETERS = 2 * PAIR };

static enum err check(const struct json *args)
{
    if (json_count(args) != 0)
        return err_set(ERR_INVALID, "credentials.rotate takes no parameters");
    return ERR_OK;
}

/* Both pairs, or the one with which the device is called. */
static struct action_move set(const struct action_record *record, const struct action_facts *facts,
                              struct arena *arena)
{
    const struct action_credentials *own = facts->credentials;
    const char *const rows[PARAMETERS][2] = {
        {"Username",                  own->username            },
        {"Password",                  own->password.hidden     },
        {"ConnectionRequestUsername", own->call_username       },
        {"ConnectionRequestPassword", own->call_password.hidden},
    };
    size_t first = record->step == STEP_SET_CALL ? PAIR : 0;
    struct action_move move = move_send(record, facts, record->step, CWMP_SET_PARAMETER_VALUES);
    struct cwmp_set_parameter_values *body = &move.request.body.set_parameter_values;

    body->parameter_key = move_parameter_key(facts, record->id);
    body->parameters.items = ARENA_ARRAY(arena, struct cwmp_parameter_value, PARAMETERS);
    for (size_t i = first; i < PARAMETERS; i++)
        body->parameters.items[body->parameters.count++] = (struct cwmp_parameter_value){
            .name = arena_printf(arena, "%sManagementServer.%s", facts->root, rows[i][0]),
            .value = rows[i][1],
            .type = CWMP_STRING,
        };
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    const struct action_credentials *own = facts->credentials;

    if (record->step == STEP_PROVE || facts->root == NULL)
        *ret = move_stay(record, facts);
    else if (own == NULL || own->password.hidden == NULL || own->call_password.hidden == NULL)
        *ret =
            move_fail(record, facts, arena, "withdrawn",
                      "there are no new credentials for this device any more, or they cannot be opened", 0);
    else
        *ret = set(record, facts, arena);
    return ERR_OK;
}

/* ---- the device answers ---- */

static struct action_move keeps_its_own(const struct action_record *record, const struct action_facts *facts,
                                        struct arena *arena)
{
    struct action_move move = move_fail(
        record, facts, arena, "keeps_its_own",
        "the device does not let its user name and password be changed and keeps those that it has; it took "
        "those with which it is called. Register it with the credential that it has, and bind it",
        0);

    move.save.result = "{\"credential\":\"kept\",\"call_credential\":\"accepted\"}";
    return move;
}

static bool is_of_the_call(const struct cwmp_parameter_fault *fault)
{
    return fault->code != 0 && strstr(fault->name, ".ConnectionRequest") != NULL;
}

/* Nothing says that the pair with which it is called is what it refuses. */
static bool may_take_the_other_pair(const struct cwmp_fault *fault)
{
    enum { METHOD_NOT_SUPPORTED = 9000 };

    for (size_t i = 0; i < fault->parameters.count; i++)
        if (is_of_the_call(&fault->parameters.items[i]))
            return false;
    return fault->code != METHOD_NOT_SUPPORTED;
}

static struct action_move take_fault(const struct action_record *record, const struct action_facts *facts,
                                     const struct cwmp_fault *fault, struct arena *arena)
{
    if (record->step == STEP_SET && may_take_the_other_pair(fault))
        return move_to(record, facts, STEP_SET_CALL, record->state);
    return move_fail_by_fault(record, facts, arena, fault);
}

/* 0 or 1: either way it has them when it uses them. */
static struct action_move take_yes(const struct action_record *record, const struct action_facts *facts,
                                   struct arena *arena)
{
    struct action_move move;

    if (record->step == STEP_SET_CALL)
        return keeps_its_own(record, facts, arena);
    move = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    move.save.sends = record->sends;
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (message->method == CWMP_FAULT)
        *ret = take_fault(record, facts, &message->body.fault, arena);
    else if (message->method != CWMP_SET_PARAMETER_VALUES_RESPONSE)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = take_yes(record, facts, arena);
    return ERR_OK;
}

/* ---- the device came back ---- */

static const char *write_evidence(const struct action_record *record, bool has_key, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "authenticated_with", "the new credential");
    json_field_string(&json, "parameter_key", has_key ? record->id : NULL);
    json_close_object(&json);
    return text_string(&out);
}

/* It came with the old one. Some take the new one up only after a while, which they get; but none of them was
 * told so often for nothing. It is still being verified: should it leave before it is told again, its next
 * contact may bring the proof. */
static struct action_move try_again(const struct action_record *record, const struct action_facts *facts,
                                    struct arena *arena)
{
    struct action_move move;

    if (record->sends >= TRIES)
        return move_fail(record, facts, arena, "not_applied",
                         "the device was given new credentials several times and still uses the old ones", 0);
    move = move_to(record, facts, STEP_SET, ACTION_VERIFYING);
    move.save.sends = record->sends;
    return move;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    bool has_key = move_key_is(facts, record->id);

    if (facts->used_next)
        *ret = move_succeed(record, facts, NULL, write_evidence(record, has_key, arena));
    else if (record->step != STEP_SET_CALL)
        *ret = try_again(record, facts, arena);
    else if (has_key) /* the answer was lost */
        *ret = keeps_its_own(record, facts, arena);
    else
        *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_credentials_rotate = {
    .name = "credentials.rotate",
    .label_pt = "Trocar a senha do aparelho",
    .label_en = "Change the device's own password",
    .ttl_s = TTL_S,
    .method = CWMP_SET_PARAMETER_VALUES,
    .wants_credentials = true,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
