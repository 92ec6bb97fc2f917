/* From the request that writes to the proof that it was taken. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/change/steps.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { READ_NAMES_MAX = 64, LOOKS_IN_SESSION = 3, LOOKS_MAX = 12, CALLS_MAX = 3 };

/* ---- SET ---- */

/* ERR_DENIED: a secret cannot be opened. */
static enum err value_of(const struct action_record *record, const struct action_facts *facts,
                         const struct change_write *write, struct arena *arena, const char **ret)
{
    const char *hex;
    AUTO_JSON sealed = NULL;

    *ret = write->value;
    if (write->secret == NULL)
        return ERR_OK;
    TRY(json_read(text_or_empty(record->sealed), strlen(text_or_empty(record->sealed)), &sealed));
    hex = json_string(json_get(sealed, write->secret), NULL);
    *ret = hex != NULL && facts->vault != NULL
               ? facts->vault->open(facts->vault->ctx, write->secret, hex, arena)
               : NULL;
    return *ret != NULL ? ERR_OK : err_set(ERR_DENIED, "the secret of this action cannot be opened");
}

enum err change_set(const struct action_record *record, const struct action_facts *facts, struct arena *arena,
                    struct action_move *ret)
{
    struct change_memo memo;
    struct cwmp_parameter_values *values;

    TRY(change_memo_read(record->memo, arena, &memo));
    *ret = move_send(record, facts, CHANGE_SET, CWMP_SET_PARAMETER_VALUES);
    ret->request.body.set_parameter_values.parameter_key = move_parameter_key(facts, record->id);
    if (memo.sent_at_us == 0) {
        memo.sent_at_us = facts->now_us;
        ret->save.memo = change_memo_write(&memo, arena);
    }
    values = &ret->request.body.set_parameter_values.parameters;
    values->items = ARENA_ARRAY(arena, struct cwmp_parameter_value, memo.count);
    values->count = memo.count;
    for (size_t i = 0; i < memo.count; i++) {
        values->items[i].name = memo.writes[i].name;
        values->items[i].type = memo.writes[i].type;
        if (value_of(record, facts, &memo.writes[i], arena, &values->items[i].value) != ERR_OK) {
            *ret = move_fail(record, facts, arena, "secret_lost",
                             "the secret of this action cannot be opened any more", 0);
            return ERR_OK;
        }
    }
    return ERR_OK;
}

static bool is_refused(const struct cwmp_fault *fault, const char *name)
{
    for (size_t i = 0; i < fault->parameters.count; i++)
        if (strcmp(fault->parameters.items[i].name, name) == 0)
            return true;
    return false;
}

/* What remains when refused ones of several are left out. False: something is refused that nothing else
 * holds. */
static bool leave_out(struct change_memo *memo, const struct cwmp_fault *fault)
{
    size_t kept = 0;

    for (size_t i = 0; i < memo->count; i++)
        if (!is_refused(fault, memo->writes[i].name))
            memo->writes[kept++] = memo->writes[i];
        else if (!memo->writes[i].one_of_several)
            return false;
    if (kept == memo->count)
        return false;
    memo->count = kept;
    for (size_t i = 0; i < kept; i++)
        if (memo->writes[i].one_of_several)
            return true;
    return false;
}

static struct action_move take_refusal(const struct action_record *record, const struct action_facts *facts,
                                       const struct cwmp_fault *fault, struct change_memo *memo,
                                       struct arena *arena)
{
    struct action_move move;

    if (!leave_out(memo, fault))
        return move_fail_by_fault(record, facts, arena, fault);
    move = move_to(record, facts, CHANGE_SET, ACTION_RUNNING);
    move.save.memo = change_memo_write(memo, arena);
    return move;
}

static struct action_move take_status(const struct action_record *record, const struct action_facts *facts,
                                      int32_t status, struct change_memo *memo, struct arena *arena)
{
    struct action_move move;

    if (status != 0 && status != 1)
        return move_fail(record, facts, arena, "wrong_answer",
                         arena_printf(arena, "the device answered SetParameterValues with status %d", status),
                         0);
    move = move_to(record, facts, CHANGE_READ, ACTION_VERIFYING);
    memo->needs_restart = status == 1;
    move.save.memo = change_memo_write(memo, arena);
    return move;
}

enum err change_take_set(const struct action_record *record, const struct action_facts *facts,
                         const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct change_memo memo;

    TRY(change_memo_read(record->memo, arena, &memo));
    if (message->method == CWMP_FAULT)
        *ret = take_refusal(record, facts, &message->body.fault, &memo, arena);
    else if (message->method == CWMP_SET_PARAMETER_VALUES_RESPONSE)
        *ret = take_status(record, facts, message->body.set_parameter_values_response.status, &memo, arena);
    else
        *ret = move_fail_by_answer(record, facts, arena, message);
    return ERR_OK;
}

/* ---- READ ---- */

static bool knows_keys(const struct action_facts *facts)
{
    return facts->root != NULL && *move_parameter_key(facts, "key") != '\0';
}

static bool holds(const struct cwmp_strings *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/* What the kind judges by is read with what was written. */
static void add_effects(const struct action_record *record, const struct action_facts *facts,
                        struct cwmp_strings *names, struct arena *arena)
{
    struct cwmp_strings more;

    change_names(change_of(record), facts->home, arena, &more);
    for (size_t i = 0; i < more.count && names->count < READ_NAMES_MAX; i++)
        if (!holds(names, more.items[i]) && !parameter_is_secret(more.items[i]))
            names->items[names->count++] = more.items[i];
}

enum err change_read(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct change_memo memo;
    struct cwmp_strings *names;

    TRY(change_memo_read(record->memo, arena, &memo));
    *ret = move_send(record, facts, CHANGE_READ, CWMP_GET_PARAMETER_VALUES);
    names = &ret->request.body.get_parameter_values.names;
    names->items = ARENA_ARRAY(arena, const char *, READ_NAMES_MAX);
    for (size_t i = 0; i < memo.count; i++)
        names->items[names->count++] = memo.writes[i].name;
    if (knows_keys(facts))
        names->items[names->count++] = arena_printf(arena, "%sManagementServer.ParameterKey", facts->root);
    if (change_of(record)->shows != NULL)
        add_effects(record, facts, names, arena);
    return ERR_OK;
}

/* What reading back says of one write. */
enum likeness { SAME, HIDDEN, DIFFERENT };

static bool is_masked(const char *value)
{
    return strspn(value, "*") == strlen(value);
}

static enum err compare(const struct action_record *record, const struct action_facts *facts,
                        const struct change_write *write, const struct cwmp_parameter_values *now,
                        struct arena *arena, enum likeness *ret)
{
    const struct cwmp_parameter_value *found = cwmp_value_of(now, write->name);
    const char *wanted;

    TRY(value_of(record, facts, write, arena, &wanted));
    if (found == NULL)
        *ret = DIFFERENT;
    else if (parameter_values_equal(write->type, wanted, found->value))
        *ret = SAME;
    else
        *ret = write->secret != NULL && is_masked(found->value) ? HIDDEN : DIFFERENT;
    return ERR_OK;
}

static bool key_is_ours(const struct action_record *record, const struct cwmp_parameter_values *now)
{
    const struct cwmp_parameter_value *key = cwmp_find_value(now, "ManagementServer.ParameterKey");

    return key != NULL && strcmp(key->value, record->id) == 0;
}

static const char *write_result(const struct change_memo *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "changed");
    json_open_array(&json);
    for (size_t i = 0; i < memo->count; i++) {
        json_open_object(&json);
        json_field_string(&json, "what", memo->writes[i].what);
        json_field_string(&json, "before", memo->writes[i].before);
        json_field_string(&json, "after", memo->writes[i].value);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static const char *write_evidence(const struct action_record *record, const struct change_memo *memo,
                                  size_t hidden, bool key, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "read", "GetParameterValues");
    json_field_int(&json, "equal", (int64_t)(memo->count - hidden));
    json_field_int(&json, "hidden", (int64_t)hidden);
    json_field_string(&json, "parameter_key", key ? record->id : NULL);
    json_close_object(&json);
    return text_string(&out);
}

/* Writes that would make it as it was; a secret that the device never showed cannot be put back. */
static const char *write_undo(const struct action_record *record, const struct change_memo *memo,
                              struct arena *arena)
{
    struct change_memo undo = {0};
    AUTO_JSON sealed = NULL;

    if (record->sealed != NULL && json_read(record->sealed, strlen(record->sealed), &sealed) != ERR_OK)
        return NULL;
    for (size_t i = 0; i < memo->count; i++) {
        struct change_write write = memo->writes[i];
        bool known = write.secret != NULL ? json_get(sealed, write.name) != NULL : write.before != NULL;

        if (!known && !write.one_of_several)
            return NULL;
        if (!known)
            continue;
        write.value = write.secret != NULL ? NULL : write.before;
        write.secret = write.secret != NULL ? write.name : NULL;
        write.before = memo->writes[i].value;
        undo.writes[undo.count++] = write;
    }
    return undo.count > 0 ? change_memo_write(&undo, arena) : NULL;
}

/* Secrets of the home that are known from now on, by the names of their facts. */
static const char *write_secrets(const struct action_record *record, const struct change_memo *memo,
                                 struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    const char *last = "";
    AUTO_JSON sealed = NULL;

    if (record->sealed == NULL || json_read(record->sealed, strlen(record->sealed), &sealed) != ERR_OK)
        return NULL;
    json_open_object(&json);
    for (size_t i = 0; i < memo->count; i++) {
        const struct change_write *write = &memo->writes[i];

        if (write->secret == NULL || strcmp(write->what, last) == 0)
            continue;
        json_key(&json, write->what);
        json_open_object(&json);
        json_field_string(&json, "name", write->secret);
        json_field_string(&json, "sealed", json_string(json_get(sealed, write->secret), NULL));
        json_close_object(&json);
        last = write->what;
    }
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move succeed(const struct action_record *record, const struct action_facts *facts,
                                  const struct change_memo *memo, const char *evidence, struct arena *arena)
{
    struct action_move move = move_succeed(record, facts, write_result(memo, arena), evidence);

    move.save.undo = write_undo(record, memo, arena);
    move.save.secrets = write_secrets(record, memo, arena);
    return move;
}

static struct action_move fail_different(const struct action_record *record, const struct action_facts *facts,
                                         const struct change_write *write, struct arena *arena)
{
    return move_fail(
        record, facts, arena, "not_applied",
        arena_printf(arena,
                     "the device accepted the change but does not show it: %s is not what was asked for",
                     write->what),
        0);
}

static struct action_move fail_unverified(const struct action_record *record,
                                          const struct action_facts *facts, struct arena *arena)
{
    return move_fail(record, facts, arena, "unverified",
                     "the device said yes, but hides the value and does not tell whether it took it", 0);
}

/* Read back as it was asked for; there are kinds that want to see the effect, too. */
static struct action_move conclude(const struct action_record *record, const struct action_facts *facts,
                                   struct change_memo *memo, const char *evidence, struct arena *arena)
{
    struct action_move move;

    if (change_of(record)->shows == NULL)
        return succeed(record, facts, memo, evidence, arena);
    memo->evidence = evidence;
    memo->looks++;
    move = move_to(record, facts, CHANGE_JUDGE, ACTION_VERIFYING);
    move.save.memo = change_memo_write(memo, arena);
    return move;
}

static enum err judge_reading(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_parameter_values *now, struct change_memo *memo,
                              struct arena *arena, struct action_move *ret)
{
    bool key = key_is_ours(record, now);
    const struct change_write *different = NULL;
    size_t hidden = 0;

    for (size_t i = 0; i < memo->count; i++) {
        enum likeness likeness;

        TRY(compare(record, facts, &memo->writes[i], now, arena, &likeness));
        hidden += likeness == HIDDEN;
        if (likeness == DIFFERENT && different == NULL)
            different = &memo->writes[i];
    }
    if (different != NULL && memo->needs_restart)
        *ret = move_to(record, facts, CHANGE_AWAIT_RESTART, ACTION_VERIFYING);
    else if (different != NULL)
        *ret = fail_different(record, facts, different, arena);
    else if (hidden > 0 && !key)
        *ret = fail_unverified(record, facts, arena);
    else
        *ret = conclude(record, facts, memo, write_evidence(record, memo, hidden, key, arena), arena);
    ret->values = now;
    return ERR_OK;
}

enum err change_take_reading(const struct action_record *record, const struct action_facts *facts,
                             const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct change_memo memo;

    TRY(change_memo_read(record->memo, arena, &memo));
    if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        return judge_reading(record, facts, &message->body.get_parameter_values_response.parameters, &memo,
                             arena, ret);
    else
        *ret = move_fail_by_answer(record, facts, arena, message);
    return ERR_OK;
}

/* ---- JUDGE ---- */

static double since_s(const struct action_facts *facts, const struct change_memo *memo)
{
    const double us_per_s = 1e6;

    return (double)(facts->now_us - memo->sent_at_us) / us_per_s;
}

static enum change_effect look_for_effect(const struct action_record *record,
                                          const struct action_facts *facts, const struct change_memo *memo,
                                          const char **ret_why)
{
    struct change_view view = {.home = facts->home, .since_s = since_s(facts, memo)};
    AUTO_JSON args = NULL;

    if (facts->home == NULL || json_read(record->args, strlen(record->args), &args) != ERR_OK)
        return CHANGE_NOT_YET;
    view.args = args;
    return change_of(record)->shows(&view, ret_why);
}

/* It was looked for often enough, and for long enough: a device that comes again and again is no reason to
 * hurry. */
static bool is_given_up(const struct action_record *record, const struct action_facts *facts,
                        const struct change_memo *memo)
{
    return memo->looks >= LOOKS_MAX && since_s(facts, memo) >= change_of(record)->again_s * CALLS_MAX;
}

/* Its next contact is awaited, which a change of the line brings about, or a call. */
static struct action_move wait_for_effect(const struct action_record *record,
                                          const struct action_facts *facts)
{
    struct action_move move;

    if (change_of(record)->again_s == 0)
        return move_stay(record, facts);
    move = move_to(record, facts, CHANGE_WAIT, ACTION_VERIFYING);
    move.save.wake_in_s = change_of(record)->again_s;
    return move;
}

/* A few looks in one session, and then at later ones. */
enum err change_judge(const struct action_record *record, const struct action_facts *facts,
                      struct arena *arena, struct action_move *ret)
{
    const char *why = "the device shows the new values, but not their effect";
    struct change_memo memo;
    enum change_effect effect;

    TRY(change_memo_read(record->memo, arena, &memo));
    effect = look_for_effect(record, facts, &memo, &why);
    if (effect == CHANGE_SHOWN)
        *ret = succeed(record, facts, &memo, memo.evidence, arena);
    else if (effect == CHANGE_FAILED || is_given_up(record, facts, &memo))
        *ret = move_fail(record, facts, arena, "unverified", why, 0);
    else if (memo.looks % LOOKS_IN_SESSION != 0)
        *ret = move_to(record, facts, CHANGE_READ, ACTION_VERIFYING);
    else
        *ret = wait_for_effect(record, facts);
    return ERR_OK;
}
