/* Cases of the desk: list, show, the words for them, and the figures. */
#include "acs/api/cases.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/settings.h"
#include "acs/api/trail.h"
#include "acs/base/clock.h"
#include "db/case_figures.h"
#include "provisioning/desk/desk.h"
#include "provisioning/desk/handoff.h"

/* ---- ids and rights ---- */

const char *case_write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("cas_", id, text);
    return arena_strdup(call->arena, text);
}

static enum err read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("cas_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

static enum err check_mine(struct call *call, int64_t actor_id)
{
    if (actor_id == call->caller.id || caller_may(&call->caller, CAPABILITY_CASES_ALL))
        return ERR_OK;
    return call_refuse_capability(call, CAPABILITY_CASES_ALL);
}

enum err case_look(struct call *call, struct case_held *ret)
{
    struct case_row row;
    int64_t id;

    TRY(read_id(call, &id));
    TRY(case_show(call->db, id, call->config->cases.repeat_days, call->arena, &row));
    *ret = (struct case_held){row.id, row.home, row.actor_id, row.state};
    return check_mine(call, row.actor_id);
}

enum err case_take(struct call *call, struct case_held *ret)
{
    int64_t id;

    TRY(read_id(call, &id));
    TRY(case_hold(call->db, id, call->arena, ret));
    return check_mine(call, ret->actor_id);
}

enum err case_take_unclosed(struct call *call, struct case_held *ret)
{
    TRY(case_take(call, ret));
    if (strcmp(ret->state, "closed") != 0)
        return ERR_OK;
    return call_refuse(call, PROBLEM_CONFLICT,
                       call_say(call, "O atendimento já foi encerrado.", "The case is closed already."));
}

enum err case_use(struct call *call, int64_t device_id)
{
    const char *text = json_string(json_get(call->body, "case"), NULL);
    struct case_held held;
    bool covers = false;
    int64_t id;
    enum err err;

    if (text == NULL)
        return ERR_OK;
    if (!crypto_read_number_id("cas_", text, &id))
        return call_refuse_body(call, "/case", "format",
                                call_say(call, "não é um identificador", "is no case's id"));
    err = case_hold(call->db, id, call->arena, &held);
    if (err == ERR_OK)
        err = case_covers(call->db, id, device_id, call->arena, &covers);
    if (err != ERR_OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND || !covers || strcmp(held.state, "closed") == 0)
        return call_refuse_body(
            call, "/case", "choice",
            call_say(call, "não é um atendimento aberto deste aparelho", "is no open case of this device"));
    TRY(check_mine(call, held.actor_id));
    call->case_id = id;
    return ERR_OK;
}

enum err case_add_entry(struct call *call, int64_t case_id, const char *kind, const char *text,
                        const char *data)
{
    const struct case_note entry = {.case_id = case_id,
                                    .actor_id = call->caller.id,
                                    .by = call->caller.name,
                                    .kind = kind,
                                    .text = text,
                                    .data = data};

    return case_note(call->db, &entry, call->arena);
}

/* ---- one case ---- */

static void write_repeat(struct call *call, const struct case_row *row)
{
    const struct case_rules *rules = &call->config->cases;

    json_key(&call->json, "repeat");
    json_open_object(&call->json);
    json_field_int(&call->json, "count", row->contacts);
    json_field_int(&call->json, "days", rules->repeat_days);
    json_field_bool(&call->json, "alarm", row->contacts >= rules->repeat_contacts);
    json_close_object(&call->json);
}

enum err case_summary(struct call *call, const struct case_row *row, const char **ret)
{
    struct desk_story story = {.contacts = row->contacts,
                               .days = call->config->cases.repeat_days,
                               .portuguese = call->language == LANGUAGE_PT};
    AUTO_JSON headline = NULL;
    AUTO_JSON entries = NULL;

    if (row->headline != NULL)
        TRY(json_read(row->headline, strlen(row->headline), &headline));
    TRY(json_read(row->entries, strlen(row->entries), &entries));
    story.headline = json_string(json_get(headline, story.portuguese ? "pt-BR" : "en"), NULL);
    story.entries = entries;
    *ret = desk_summary(&story, call->arena);
    return ERR_OK;
}

/* What it looks like. */
static void write_suggested(struct call *call, const struct case_row *row, const char *summary)
{
    json_key(&call->json, "suggested");
    json_open_object(&call->json);
    json_field_string(&call->json, "reason", desk_suggest_reason(text_or_empty(row->verdict), row->done));
    json_field_string(&call->json, "fix", desk_suggest_fix(row->done));
    json_field_string(&call->json, "summary", summary);
    json_close_object(&call->json);
}

static void trail_home(struct call *call, const struct case_home *home)
{
    if (home->device_id != 0)
        trail_device(call, home->device_id);
    if (home->subscriber_id != 0)
        trail_subscriber(call, home->subscriber_id);
}

enum err case_answer(struct call *call, int64_t id)
{
    const char *summary;
    struct case_row row;

    TRY(case_show(call->db, id, call->config->cases.repeat_days, call->arena, &row));
    call->audit.case_id = id;
    trail_home(call, &row.home);
    TRY(case_summary(call, &row, &summary));
    json_open_object(&call->json);
    call_put_members(call, row.shown);
    json_field_bool(&call->json, "mine", row.actor_id == call->caller.id);
    write_repeat(call, &row);
    write_suggested(call, &row, summary);
    json_field_raw(&call->json, "entries", row.entries);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_case_show(struct call *call)
{
    struct case_held held;

    TRY(case_look(call, &held));
    return case_answer(call, held.id);
}

/* ---- many ---- */

static enum err read_subscriber(struct call *call, int64_t *ret)
{
    const char *id = call_query(call, "subscriber");

    *ret = 0;
    if (id == NULL || crypto_read_number_id("sub_", id, ret))
        return ERR_OK;
    return call_refuse_query(call, "subscriber", "format",
                             call_say(call, "não é um identificador", "is no subscriber's id"));
}

/* Of a home whoever works at the desk sees all cases; of everywhere only his own. */
static enum err read_filter(struct call *call, struct case_filter *ret)
{
    *ret = (struct case_filter){.queue = call_query(call, "queue"),
                                .state = call_query(call, "state"),
                                .scope = call->scope,
                                .most = call_query_number(call, "limit") + 1};
    TRY(call_query_device(call, "device", &ret->device_id));
    TRY(read_subscriber(call, &ret->subscriber_id));
    TRY(call_query_after(call, "cas_", &ret->after));
    if (ret->queue != NULL && !caller_may(&call->caller, CAPABILITY_CASES_ALL))
        return call_refuse_capability(call, CAPABILITY_CASES_ALL);
    if (call_query_flag(call, "mine") ||
        (ret->device_id == 0 && ret->subscriber_id == 0 && !caller_may(&call->caller, CAPABILITY_CASES_ALL)))
        ret->actor_id = call->caller.id;
    return ERR_OK;
}

enum err api_case_list(struct call *call)
{
    struct case_filter filter;
    struct case_rows rows;
    size_t count;

    TRY(read_filter(call, &filter));
    TRY(case_list(call->db, &filter, call->arena, &rows));
    count = rows.count < filter.most ? rows.count : filter.most - 1;
    call_open_list(call);
    for (size_t i = 0; i < count; i++) {
        trail_home(call, &rows.items[i].home);
        json_open_object(&call->json);
        call_put_members(call, rows.items[i].shown);
        json_field_bool(&call->json, "mine", rows.items[i].actor_id == call->caller.id);
        json_close_object(&call->json);
    }
    call_close_list(call, rows.count > count ? case_write_id(call, rows.items[count - 1].id) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- words ---- */

static void write_word(struct call *call, enum desk_list list, const struct desk_word *word,
                       const struct sayings *sayings)
{
    struct verdict_words label = desk_label(list, word, sayings, call->arena);
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_string(json, "code", word->code);
    if (list == DESK_REASONS)
        json_field_string(json, "family", desk_reason_family(word->code));
    json_field_both(json, "label", label.pt, label.en);
    json_close_object(json);
}

static void write_list(struct call *call, const char *name, enum desk_list list,
                       const struct sayings *sayings)
{
    size_t count;
    const struct desk_word *words = desk_words(list, &count);

    json_key(&call->json, name);
    json_open_array(&call->json);
    for (size_t i = 0; i < count; i++)
        write_word(call, list, &words[i], sayings);
    json_close_array(&call->json);
}

static void write_queues(struct call *call)
{
    const char *at = call->config->cases.queues, *name;
    size_t len;

    json_key(&call->json, "queues");
    json_open_array(&call->json);
    while (case_queue_next(&at, &name, &len))
        json_put_string(&call->json, arena_memdup(call->arena, name, len));
    json_close_array(&call->json);
}

enum err api_case_choices(struct call *call)
{
    struct settings settings;

    TRY(settings_load(call->db, false, call->arena, &settings));
    json_open_object(&call->json);
    write_list(call, "reasons", DESK_REASONS, &settings.sayings);
    write_list(call, "fixes", DESK_FIXES, &settings.sayings);
    write_list(call, "outcomes", DESK_OUTCOMES, &settings.sayings);
    write_list(call, "priorities", DESK_PRIORITIES, &settings.sayings);
    write_queues(call);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- figures ---- */

enum { PERIOD_S = 30 * 86400 };

enum err api_case_kpis(struct call *call)
{
    struct case_period period = {.from_us = call_query_time(call, "from"),
                                 .until_us = call_query_time(call, "to"),
                                 .days = call->config->cases.repeat_days,
                                 .visit_days = call->config->cases.visit_days,
                                 .scope = call->scope};
    const char *shown;

    if (period.until_us == 0)
        period.until_us = clock_now_us();
    if (period.from_us == 0)
        period.from_us = period.until_us - (int64_t)PERIOD_S * US_PER_S;
    if (period.from_us >= period.until_us)
        return call_refuse_query(call, "from", "range",
                                 call_say(call, "deve ser antes de to", "must be before to"));
    TRY(case_kpis(call->db, &period, call->arena, &shown));
    json_open_object(&call->json);
    json_field_time(&call->json, "from", period.from_us);
    json_field_time(&call->json, "to", period.until_us);
    json_field_int(&call->json, "repeat_days", period.days);
    json_field_int(&call->json, "visit_days", period.visit_days);
    call_put_members(call, shown);
    json_close_object(&call->json);
    return ERR_OK;
}
