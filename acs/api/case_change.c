/* Cases of the desk: open, note, change, close. */
#include <string.h>

#include "acs/api/cases.h"
#include "acs/api/routes.h"
#include "acs/api/verdicts.h"
#include "acs/base/clock.h"
#include "provisioning/desk/desk.h"

static const char *read_text(const struct call *call, const char *name)
{
    return json_string(json_get(call->body, name), NULL);
}

/* Not given: it stays; null: there is none. */
static enum err read_callback(struct call *call, struct case_callback *ret)
{
    const struct json *value = json_get(call->body, "callback_at");

    *ret = (struct case_callback){.given = value != NULL};
    if (json_string(value, NULL) == NULL)
        return ERR_OK;
    return text_read_time(json_string(value, ""), &ret->at_us);
}

/* ---- open ---- */

/* 0: it is not given. */
static enum err read_number(struct call *call, const char *name, const char *prefix, int64_t *ret)
{
    const char *text = read_text(call, name);

    *ret = 0;
    if (text == NULL || (crypto_read_number_id(prefix, text, ret) && *ret != 0))
        return ERR_OK;
    return call_refuse_body(call, arena_printf(call->arena, "/%s", name), "format",
                            call_say(call, "não é um identificador", "is no id of one"));
}

static enum err read_home(struct call *call, struct case_home *ret)
{
    struct case_home asked;
    enum err err;

    *ret = (struct case_home){0};
    TRY(read_number(call, "device", "dev_", &asked.device_id));
    TRY(read_number(call, "subscriber", "sub_", &asked.subscriber_id));
    if (asked.device_id == 0 && asked.subscriber_id == 0)
        return call_refuse_body(
            call, "/device", "required",
            call_say(call, "é obrigatório sem subscriber", "is required without a subscriber"));
    err = case_home(call->db, &asked, call->arena, ret);
    if (err == ERR_NOT_FOUND && asked.device_id != 0 && asked.subscriber_id != 0)
        return call_refuse_body(call, "/device", "choice",
                                call_say(call, "não é deste cliente", "is none of this subscriber's"));
    return err;
}

/* That of the CRM if it gives one, else the next of ours. */
static enum err choose_protocol(struct call *call, const char **ret)
{
    const struct case_rules *rules = &call->config->cases;
    const char *day = desk_day(clock_now_us(), rules->offset_s, call->arena);
    int64_t number;

    *ret = read_text(call, "protocol");
    if (*ret != NULL)
        return ERR_OK;
    TRY(case_number(call->db, day, call->arena, &number));
    *ret = desk_protocol(rules->protocol, day, number, call->arena);
    return ERR_OK;
}

static enum err refuse_protocol(struct call *call, enum err err)
{
    if (err != ERR_CONFLICT)
        return err;
    return call_refuse(call, PROBLEM_EXISTS,
                       call_say(call, "Outro atendimento já tem este protocolo.",
                                "Another case has this protocol already."));
}

/*
 * Opened, with the verdict that its agent sees now, if there is a device to judge. ret 0: he has just opened
 * one elsewhere.
 */
static enum err make(struct call *call, const struct case_home *home, int64_t *ret)
{
    struct verdict_shown shown = {0};
    struct case_opening opening = {.home = *home,
                                   .actor_id = call->caller.id,
                                   .agent = call->caller.name,
                                   .found_by = read_text(call, "found_by"),
                                   .call_id = read_text(call, "call_id")};

    if (home->device_id != 0)
        TRY(verdict_see(call, home->device_id, &shown));
    opening.verdict = shown.row.code;
    opening.visit_prone = desk_is_visit_prone(text_or_empty(opening.verdict));
    opening.family =
        desk_reason_family(text_or_empty(desk_suggest_reason(text_or_empty(opening.verdict), NULL)));
    TRY(choose_protocol(call, &opening.protocol));
    TRY(refuse_protocol(call, case_open(call->db, &opening, call->arena, ret)));
    shown.row.case_id = *ret;
    return *ret == 0 || home->device_id == 0 ? ERR_OK : verdict_add(call->db, &shown.row, call->arena);
}

/* He calls again about one that is still open somewhere, or somebody looks at the page again. */
static enum err meet_again(struct call *call, int64_t id)
{
    const struct case_meeting meeting = {.case_id = id,
                                         .actor_id = call->caller.id,
                                         .by = call->caller.name,
                                         .found_by = read_text(call, "found_by"),
                                         .call_id = read_text(call, "call_id")};

    TRY(case_meet(call->db, &meeting, call->arena));
    return case_answer(call, id);
}

enum err api_case_create(struct call *call)
{
    struct case_home home;
    struct case_held own;
    int64_t id = 0;

    TRY(read_home(call, &home));
    TRY(case_own(call->db, &home, call->caller.id, call->arena, &own));
    if (own.id != 0)
        return meet_again(call, own.id);
    TRY(make(call, &home, &id));
    if (id == 0) {
        TRY(case_own(call->db, &home, call->caller.id, call->arena, &own));
        return own.id != 0 ? meet_again(call, own.id) : call_refuse(call, PROBLEM_CONFLICT, NULL);
    }
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/cases/%s", case_write_id(call, id)));
    return case_answer(call, id);
}

/* ---- note and change ---- */

/* What was read out or copied is an entry of its own kind, with where it came from. */
enum err api_case_note(struct call *call)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer data = JSON_WRITER(&out);
    struct case_held held;

    TRY(case_take_unclosed(call, &held));
    json_open_object(&data);
    if (read_text(call, "of") != NULL)
        json_field_string(&data, "of", read_text(call, "of"));
    json_close_object(&data);
    TRY(case_add_entry(call, held.id, json_string(json_get(call->body, "kind"), "note"),
                       read_text(call, "text"), text_string(&out)));
    call->status = 201;
    return case_answer(call, held.id);
}

static const char *describe_change(struct call *call, const char *protocol, struct case_callback callback)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    if (protocol != NULL)
        json_field_string(&json, "protocol", protocol);
    if (callback.given)
        json_field_time(&json, "callback_at", callback.at_us);
    json_close_object(&json);
    return text_string(&out);
}

enum err api_case_patch(struct call *call)
{
    const char *protocol = read_text(call, "protocol");
    struct case_callback callback;
    struct case_held held;

    TRY(read_callback(call, &callback));
    TRY(case_take(call, &held));
    if (protocol != NULL || callback.given) {
        TRY(refuse_protocol(call, case_patch(call->db, held.id, protocol, callback, call->arena)));
        TRY(case_add_entry(call, held.id, "changed", NULL, describe_change(call, protocol, callback)));
    }
    return case_answer(call, held.id);
}

/* ---- close ---- */

/* A code of one of the lists; without one, what is suggested. */
static enum err choose(struct call *call, enum desk_list list, const char *name, const char *suggested,
                       const char **ret)
{
    *ret = read_text(call, name);
    if (*ret == NULL)
        *ret = suggested;
    if (*ret == NULL || desk_word_find(list, *ret) != NULL)
        return ERR_OK;
    return call_refuse_body(call, arena_printf(call->arena, "/%s", name), "choice",
                            call_say(call, "não está na lista", "is not on the list"));
}

static enum err read_closing(struct call *call, const struct case_row *row, struct case_closing *ret)
{
    *ret = (struct case_closing){.id = row->id, .by = call->caller.name};
    TRY(choose(call, DESK_REASONS, "reason", desk_suggest_reason(text_or_empty(row->verdict), row->done),
               &ret->reason));
    TRY(choose(call, DESK_FIXES, "fix", desk_suggest_fix(row->done), &ret->fix));
    TRY(choose(call, DESK_OUTCOMES, "outcome", NULL, &ret->outcome));
    if (ret->reason == NULL)
        return call_refuse_body(call, "/reason", "required",
                                call_say(call, "é obrigatório: nem o veredito nem o que foi feito sugere um",
                                         "is required: neither the verdict nor what was done suggests one"));
    ret->family = desk_reason_family(ret->reason);
    return read_callback(call, &ret->callback);
}

static const char *describe_closing(struct call *call, const struct case_closing *closing)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "reason", closing->reason);
    json_field_string(&json, "fix", closing->fix);
    json_field_string(&json, "outcome", closing->outcome);
    json_field_time(&json, "callback_at", closing->callback.at_us);
    json_close_object(&json);
    return text_string(&out);
}

/* The verdict that he sees in the end, so that before and after stand side by side. */
static enum err add_verdict(struct call *call, const struct case_held *held)
{
    struct verdict_shown shown;

    if (held->home.device_id == 0)
        return ERR_OK;
    TRY(verdict_see(call, held->home.device_id, &shown));
    shown.row.case_id = held->id;
    return verdict_add(call->db, &shown.row, call->arena);
}

enum err api_case_close(struct call *call)
{
    struct case_closing closing;
    struct case_held held;
    struct case_row row;

    TRY(case_take_unclosed(call, &held));
    TRY(case_show(call->db, held.id, call->config->cases.repeat_days, call->arena, &row));
    TRY(read_closing(call, &row, &closing));
    TRY(add_verdict(call, &held));
    TRY(case_add_entry(call, held.id, "closed", read_text(call, "note"), describe_closing(call, &closing)));
    TRY(case_close(call->db, &closing, call->arena));
    return case_answer(call, held.id);
}
