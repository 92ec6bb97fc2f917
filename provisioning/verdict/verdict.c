#include "provisioning/verdict/verdict.h"

#include <math.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"
#include "provisioning/verdict/judge.h"

static const struct row {
    const char *code;
    enum verdict_severity severity;
    int confidence;
    bool last;
    verdict_rule *rule;
    const char *playbook;
} rows[VERDICT_COUNT] = {
#define VERDICT(id, code, severity, confidence, last, rule, playbook) \
    {code, VERDICT_IS_##severity, confidence, last, rule, playbook},
#include "provisioning/verdict/verdict.def"
#undef VERDICT
};

/* A code is a bit of struct verdict_missing. */
_Static_assert(VERDICT_COUNT <= 32, "verdict_missing.codes has a bit for each code");

const char *verdict_code_name(enum verdict_code code)
{
    return rows[code].code;
}

enum verdict_code verdict_code_find(const char *name)
{
    for (int i = 0; i < VERDICT_COUNT; i++)
        if (strcmp(rows[i].code, name) == 0)
            return (enum verdict_code)i;
    return VERDICT_COUNT;
}

enum verdict_severity verdict_severity_of(enum verdict_code code)
{
    return rows[code].severity;
}

/* ---- words ---- */

static const char *find_slot(const struct judge *judge, const char *name, size_t len, bool pt)
{
    for (size_t i = 0; i < judge->slot_count; i++)
        if (strncmp(judge->slots[i].name, name, len) == 0 && judge->slots[i].name[len] == '\0')
            return pt ? judge->slots[i].words.pt : judge->slots[i].words.en;
    return "?";
}

static const char *fill(const struct judge *judge, const char *form, bool pt)
{
    struct text out = TEXT_IN(judge->arena);

    while (*form != '\0') {
        size_t before = strcspn(form, "{");
        size_t len;

        text_add(&out, form, before);
        form += before;
        if (*form == '\0')
            break;
        len = strcspn(++form, "}");
        text_puts(&out, find_slot(judge, form, len, pt));
        form += len + 1;
    }
    return text_string(&out);
}

/* In the words of whoever has saved others, or in ours. */
static struct verdict_words word(const struct judge *judge, enum verdict_part part)
{
    enum verdict_code code = judge->cause->code;
    const struct sayings *sayings = &judge->question->sayings;
    const struct verdict_words *form = verdict_form(code, judge->shape, part);
    const struct saying *saying =
        sayings->count == 0 ? NULL
                            : sayings_find(sayings, verdict_form_id(code, judge->shape, part, judge->arena));

    if (saying != NULL)
        return (struct verdict_words){fill(judge, saying->pt, true), fill(judge, saying->en, false)};
    return (struct verdict_words){fill(judge, form->pt, true), fill(judge, form->en, false)};
}

/* ---- judging ---- */

static void finish_cause(struct judge *judge)
{
    struct verdict_cause *cause = judge->cause;

    cause->shape = judge->shape;
    cause->headline = word(judge, VERDICT_HEADLINE);
    cause->say = word(judge, VERDICT_SAY);
    cause->next = word(judge, VERDICT_NEXT);
    cause->confidence = (int)lround(rows[cause->code].confidence * judge->trust * judge->doubt);
    judge->verdict->count++;
}

/* True: nothing is asked after it. */
static bool ask(const struct verdict_question *question, enum verdict_code code, struct verdict *verdict,
                struct arena *arena)
{
    struct judge judge = {.question = question,
                          .arena = arena,
                          .verdict = verdict,
                          .cause = &verdict->causes[verdict->count],
                          .trust = 1,
                          .doubt = 1};

    *judge.cause = (struct verdict_cause){.code = code};
    if (!rows[code].rule(&judge))
        return false;
    finish_cause(&judge);
    return rows[code].last;
}

const struct verdict *verdict_judge(const struct verdict_question *question, struct arena *arena)
{
    struct verdict *verdict = ARENA_NEW(arena, struct verdict);

    for (int code = 0; code < VERDICT_COUNT; code++)
        if (ask(question, (enum verdict_code)code, verdict, arena))
            break;
    return verdict;
}

/* ---- as JSON ---- */

static void write_threshold(enum threshold threshold, const struct thresholds *thresholds,
                            struct json_writer *json)
{
    json_key(json, "threshold");
    if (threshold == THRESHOLD_COUNT) {
        json_put_null(json);
        return;
    }
    json_open_object(json);
    json_field_string(json, "name", threshold_rows[threshold].name);
    json_key(json, "value");
    json_put_real(json, thresholds->values[threshold]);
    json_field_string(json, "unit", threshold_rows[threshold].unit);
    json_close_object(json);
}

static void write_evidence(const struct verdict_evidence *evidence, const struct thresholds *thresholds,
                           struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "fact", evidence->fact);
    json_key(json, "value");
    if (evidence->text != NULL)
        json_put_string(json, evidence->text);
    else if (evidence->is_flag)
        json_put_bool(json, evidence->number > 0);
    else
        json_put_real(json, evidence->number);
    json_field_string(json, "unit", evidence->unit);
    json_field_int(json, "age_s", evidence->age_s);
    write_threshold(evidence->threshold, thresholds, json);
    json_close_object(json);
}

static void write_cause(const struct verdict_cause *cause, const struct thresholds *thresholds,
                        struct json_writer *json)
{
    static const char *const severities[] = {[VERDICT_IS_OK] = "ok",
                                             [VERDICT_IS_INFO] = "info",
                                             [VERDICT_IS_WARN] = "warn",
                                             [VERDICT_IS_BAD] = "bad",
                                             [VERDICT_IS_UNKNOWN] = "unknown"};

    json_open_object(json);
    json_field_string(json, "code", rows[cause->code].code);
    json_field_string(json, "severity", severities[rows[cause->code].severity]);
    json_key(json, "confidence");
    json_put_real(json, cause->confidence / 100.0);
    json_field_both(json, "headline", cause->headline.pt, cause->headline.en);
    json_field_both(json, "say", cause->say.pt, cause->say.en);
    json_field_both(json, "next", cause->next.pt, cause->next.en);
    json_field_string(json, "playbook", rows[cause->code].playbook);
    json_key(json, "evidence");
    json_open_array(json);
    for (size_t i = 0; i < cause->evidence_count; i++)
        write_evidence(&cause->evidence[i], thresholds, json);
    json_close_array(json);
    json_close_object(json);
}

static void write_missing(const struct verdict_missing *missing, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "fact", missing->fact);
    json_field_string(json, "why", missing->age_s < 0 ? "not_known" : "stale");
    json_key(json, "age_s");
    if (missing->age_s < 0)
        json_put_null(json);
    else
        json_put_int(json, missing->age_s);
    json_key(json, "needed_for");
    json_open_array(json);
    for (int code = 0; code < VERDICT_COUNT; code++)
        if ((missing->codes >> code & 1) != 0)
            json_put_string(json, rows[code].code);
    json_close_array(json);
    json_close_object(json);
}

void verdict_write(const struct verdict *verdict, const struct thresholds *thresholds,
                   struct json_writer *json)
{
    json_key(json, "causes");
    json_open_array(json);
    for (size_t i = 0; i < verdict->count; i++)
        write_cause(&verdict->causes[i], thresholds, json);
    json_close_array(json);
    json_field_int(json, "more", (int64_t)verdict->count - 1);
    json_key(json, "missing");
    json_open_array(json);
    for (size_t i = 0; i < verdict->missing_count; i++)
        write_missing(&verdict->missing[i], json);
    json_close_array(json);
}

/* ---- the question ---- */

struct sayings verdict_sayings_used(const struct verdict *verdict, const struct sayings *all,
                                    struct arena *arena)
{
    struct saying *used = ARENA_ARRAY(arena, struct saying, all->count + 1);
    size_t count = 0;

    for (size_t i = 0; all->count > 0 && i < verdict->count; i++)
        for (int part = 0; part < VERDICT_PART_COUNT; part++) {
            const struct verdict_cause *cause = &verdict->causes[i];
            const struct saying *saying =
                sayings_find(all, verdict_form_id(cause->code, cause->shape, (enum verdict_part)part, arena));

            if (saying != NULL)
                used[count++] = *saying;
        }
    return (struct sayings){used, count};
}

static void write_sayings(const struct sayings *sayings, struct json_writer *json)
{
    if (sayings->count == 0)
        return;
    json_key(json, "sayings");
    json_open_object(json);
    for (size_t i = 0; i < sayings->count; i++)
        json_field_both(json, sayings->items[i].id, sayings->items[i].pt, sayings->items[i].en);
    json_close_object(json);
}

static struct sayings read_sayings(const struct json *doc, struct arena *arena)
{
    struct saying *items = ARENA_ARRAY(arena, struct saying, json_count(doc) + 1);
    size_t count = 0;

    for (size_t i = 0; json_kind(doc) == JSON_OBJECT && i < json_count(doc); i++) {
        struct saying *saying = &items[count];
        const struct json *words = json_member(doc, i, &saying->id);

        saying->id = arena_strdup(arena, saying->id);
        saying->pt = arena_strdup(arena, json_string(json_get(words, "pt-BR"), ""));
        saying->en = arena_strdup(arena, json_string(json_get(words, "en"), ""));
        count += verdict_form_takes(saying);
    }
    return (struct sayings){items, count};
}

void verdict_write_question(const struct verdict_question *question, struct json_writer *json)
{
    json_open_object(json);
    json_field_int(json, "rules", VERDICT_RULES_VERSION);
    json_field_int(json, "now", question->facts.now_us / US_PER_S);
    json_key(json, "thresholds");
    thresholds_write(&question->thresholds, json);
    write_sayings(&question->sayings, json);
    json_key(json, "facts");
    facts_write(&question->facts, json);
    json_close_object(json);
}

enum err verdict_read_question(const struct json *doc, struct arena *arena, struct verdict_question *ret,
                               int64_t *ret_rules)
{
    const int64_t latest_s = INT64_C(253402300799); /* the end of the year 9999 */
    struct fact_list list = FACT_LIST_IN(arena);
    struct thresholds thresholds;
    int64_t now_s = json_int(json_get(doc, "now"), -1);

    if (now_s < 0 || now_s > latest_s)
        return err_set(ERR_INVALID, "now is no time");
    TRY(thresholds_read(json_get(doc, "thresholds"), &thresholds));
    facts_read(json_get(doc, "facts"), &list);
    *ret_rules = json_int(json_get(doc, "rules"), 0);
    *ret = (struct verdict_question){.facts = facts_of_list(&list, now_s * US_PER_S),
                                     .thresholds = thresholds,
                                     .sayings = read_sayings(json_get(doc, "sayings"), arena)};
    return ERR_OK;
}
