/* What is the matter with a home: the verdict, the facts it is made of, and their history. */
#include "acs/api/verdicts.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/settings.h"
#include "acs/api/threshold_file.h"
#include "acs/base/clock.h"
#include "db/device.h"
#include "db/fact.h"
#include "db/incident.h"
#include "db/verdict.h"

/* ---- the question ---- */

/* The limits are needed before the facts that depend on them. */
enum err verdict_ask(struct call *call, int64_t id, struct verdict_question *ret)
{
    struct fact_list list = FACT_LIST_IN(call->arena);
    struct settings settings;
    struct told told;

    TRY(told_load(call->db, id, &list, &told));
    TRY(settings_load(call->db, false, call->arena, &settings));
    ret->sayings = settings.sayings;
    ret->thresholds = threshold_set_find(threshold_file_set(call->config->thresholds), &settings.thresholds,
                                         told.technology, &told.identity);
    TRY(told_load_weak(call->db, id, ret->thresholds.values[THRESHOLD_RSSI], told.now_us, &list));
    TRY(incident_load(call->db, id, told.now_us, &list));
    TRY(fact_load(call->db, id, &list));
    ret->facts = facts_of_list(&list, told.now_us);
    return ERR_OK;
}

/* {"causes":…,"more":…,"missing":…}: the part that is kept, and must come out the same again. */
static const char *answer(const struct verdict *verdict, const struct verdict_question *question,
                          struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    verdict_write(verdict, &question->thresholds, &json);
    json_close_object(&json);
    return text_string(&out);
}

static const char *write_question(const struct verdict_question *question, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    verdict_write_question(question, &json);
    return text_string(&out);
}

/* ---- shown, and kept ---- */

static void write_inputs(const struct verdict_question *question, struct json_writer *json)
{
    const struct facts *facts = &question->facts;
    int64_t oldest_s = 0, newest_s = -1;

    for (size_t i = 0; i < facts->count; i++) {
        int64_t age_s = fact_age_s(facts, &facts->items[i]);

        if ((fact_rows[facts->items[i].key].flags & FACT_TOLD) != 0)
            continue;
        oldest_s = age_s > oldest_s ? age_s : oldest_s;
        newest_s = newest_s < 0 || age_s < newest_s ? age_s : newest_s;
    }
    json_key(json, "inputs");
    json_open_object(json);
    json_field_int(json, "facts", (int64_t)facts->count);
    json_key(json, "oldest_age_s");
    newest_s < 0 ? json_put_null(json) : json_put_int(json, oldest_s);
    json_key(json, "newest_age_s");
    newest_s < 0 ? json_put_null(json) : json_put_int(json, newest_s);
    json_close_object(json);
}

static void write_shown(struct call *call, const struct verdict_question *question, const char *kept)
{
    call_put_members(call, kept);
    json_field_int(&call->json, "rules", VERDICT_RULES_VERSION);
    json_field_time(&call->json, "judged_at", question->facts.now_us);
    write_inputs(question, &call->json);
}

enum err api_verdict_now(struct call *call)
{
    struct verdict_question question;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(verdict_ask(call, id, &question));
    json_open_object(&call->json);
    write_shown(call, &question, answer(verdict_judge(&question, call->arena), &question, call->arena));
    json_close_object(&call->json);
    return ERR_OK;
}

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("ver_", id, text);
    return arena_strdup(call->arena, text);
}

enum err verdict_see(struct call *call, int64_t device_id, struct verdict_shown *ret)
{
    const struct verdict *verdict;

    TRY(verdict_ask(call, device_id, &ret->question));
    verdict = verdict_judge(&ret->question, call->arena);
    ret->question.sayings = verdict_sayings_used(verdict, &ret->question.sayings, call->arena);
    ret->row = (struct verdict_row){.device_id = device_id,
                                    .shown_to = call->caller.name,
                                    .actor_id = call->caller.id,
                                    .code = verdict_code_name(verdict->causes[0].code),
                                    .rules = VERDICT_RULES_VERSION,
                                    .question = write_question(&ret->question, call->arena),
                                    .answer = answer(verdict, &ret->question, call->arena)};
    return ERR_OK;
}

enum err api_verdict_keep(struct call *call)
{
    struct verdict_shown shown;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(verdict_see(call, id, &shown));
    TRY(verdict_add(call->db, &shown.row, call->arena));
    call->status = 201;
    call_add_header(call, "Location",
                    arena_printf(call->arena, "/api/v1/verdicts/%s", write_id(call, shown.row.id)));
    json_open_object(&call->json);
    json_field_string(&call->json, "id", write_id(call, shown.row.id));
    write_shown(call, &shown.question, shown.row.answer);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- asked again ---- */

/* Whether today's rules say the same of the same question. */
static enum err write_recomputed(struct call *call, const struct verdict_row *row)
{
    struct verdict_question question;
    AUTO_JSON doc = NULL;
    int64_t rules;
    const char *again;

    TRY(json_read(row->question, strlen(row->question), &doc));
    TRY(verdict_read_question(doc, call->arena, &question, &rules));
    again = answer(verdict_judge(&question, call->arena), &question, call->arena);
    json_key(&call->json, "recomputed");
    json_open_object(&call->json);
    json_field_int(&call->json, "rules", VERDICT_RULES_VERSION);
    json_field_bool(&call->json, "equal", strcmp(again, row->answer) == 0);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_verdict_show(struct call *call)
{
    struct verdict_row row;
    int64_t id;

    if (!crypto_read_number_id("ver_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(verdict_show(call->db, id, call->arena, &row));
    json_open_object(&call->json);
    json_field_string(&call->json, "id", write_id(call, row.id));
    json_field_string(&call->json, "device", call_write_device_id(call, row.device_id));
    json_field_time(&call->json, "judged_at", row.at_us);
    json_field_string(&call->json, "shown_to", row.shown_to);
    json_field_int(&call->json, "rules", row.rules);
    call_put_members(call, row.answer);
    json_field_raw(&call->json, "question", row.question);
    TRY(write_recomputed(call, &row));
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- facts ---- */

static void write_value(struct json_writer *json, const struct fact *fact)
{
    json_key(json, "value");
    if (fact->text != NULL)
        json_put_string(json, fact->text);
    else if (fact_rows[fact->key].kind == FACT_FLAG)
        json_put_bool(json, fact->number > 0);
    else
        json_put_real(json, fact->number);
}

static void write_fact(struct json_writer *json, const struct facts *facts, const struct fact *fact)
{
    json_open_object(json);
    json_field_string(json, "name", fact->name);
    write_value(json, fact);
    json_field_string(json, "unit", fact_rows[fact->key].unit);
    json_field_time(json, "at", fact->at_us);
    json_field_int(json, "age_s", fact_age_s(facts, fact));
    json_field_bool(json, "told", (fact_rows[fact->key].flags & FACT_TOLD) != 0);
    json_field_bool(json, "drawn", (fact_rows[fact->key].flags & FACT_DRAWN) != 0);
    json_close_object(json);
}

enum err api_fact_list(struct call *call)
{
    struct verdict_question question;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(verdict_ask(call, id, &question));
    call_open_list(call);
    for (size_t i = 0; i < question.facts.count; i++)
        write_fact(&call->json, &question.facts, &question.facts.items[i]);
    call_close_list(call, NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- history ---- */

enum { POINTS_MOST = 2000, STEPS_WANTED = 300, STEP_LEAST_S = 10 };

static enum err read_range(struct call *call, struct fact_range *ret)
{
    enum fact_key key;
    int64_t now_us = clock_now_us();

    *ret = (struct fact_range){.name = call_query(call, "name"),
                               .from_us = call_query_time(call, "from"),
                               .until_us = call_query_time(call, "until"),
                               .step_s = call_query_number(call, "step"),
                               .most = POINTS_MOST};
    key = fact_key_of(ret->name);
    if (key == KEY_COUNT || (fact_rows[key].flags & FACT_DRAWN) == 0)
        return call_refuse_query(call, "name", "choice",
                                 call_say(call, "não é um dado com histórico", "is no fact with a history"));
    if (ret->until_us == 0)
        ret->until_us = now_us;
    if (ret->from_us == 0)
        ret->from_us = ret->until_us - INT64_C(86400) * US_PER_S;
    if (ret->from_us >= ret->until_us)
        return call_refuse_query(call, "from", "range",
                                 call_say(call, "deve ser antes de until", "must be before until"));
    if (ret->step_s == 0)
        ret->step_s = (uint32_t)((ret->until_us - ret->from_us) / US_PER_S / STEPS_WANTED);
    if (ret->step_s < STEP_LEAST_S)
        ret->step_s = STEP_LEAST_S;
    return ERR_OK;
}

static void write_point(struct json_writer *json, const struct fact_point *point)
{
    json_open_object(json);
    json_field_time(json, "at", point->at_us);
    json_key(json, "least");
    json_put_real(json, point->least);
    json_key(json, "most");
    json_put_real(json, point->most);
    json_key(json, "mean");
    json_put_real(json, point->mean);
    json_field_int(json, "count", point->count);
    json_close_object(json);
}

enum err api_metric_series(struct call *call)
{
    struct fact_range range;
    struct fact_points points;
    struct device_row device;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(read_range(call, &range));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(fact_series(call->db, id, &range, call->arena, &points));
    json_open_object(&call->json);
    json_field_string(&call->json, "name", range.name);
    json_field_string(&call->json, "unit", fact_rows[fact_key_of(range.name)].unit);
    json_field_time(&call->json, "from", range.from_us);
    json_field_time(&call->json, "until", range.until_us);
    json_field_int(&call->json, "step_s", range.step_s);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (size_t i = 0; i < points.count; i++)
        write_point(&call->json, &points.items[i]);
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}
