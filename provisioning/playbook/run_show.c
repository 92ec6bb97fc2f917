/* A run, and a playbook, as they are shown. */
#include <math.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/action.h"
#include "provisioning/playbook/run.h"

/* ---- words with facts in them ---- */

const char *playbook_say(const struct playbook_text *text, enum playbook_language language)
{
    return text->in[language] != NULL ? text->in[language] : text->in[PLAYBOOK_PT];
}

/* −27,6 in Portuguese, −27.6 in English: at most one decimal, and a true minus sign. */
static void put_number(struct text *out, double number, enum playbook_language language)
{
    double tenths = round(fabs(number) * 10);

    if (number < 0 && tenths > 0)
        text_puts(out, "−");
    text_printf(out, "%.0f", floor(tenths / 10));
    if (fmod(tenths, 10) > 0)
        text_printf(out, "%s%.0f", language == PLAYBOOK_PT ? "," : ".", fmod(tenths, 10));
}

static void put_fact(struct text *out, const struct facts *facts, const char *name,
                     enum playbook_language language)
{
    const struct fact *fact = facts_find(facts, name);

    if (fact == NULL)
        text_puts(out, "?");
    else if (fact->text != NULL)
        text_puts(out, fact->text);
    else
        put_number(out, fact->number, language);
}

static const char *fill(const char *words, const struct facts *facts, enum playbook_language language,
                        struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    const char *at = text_or_empty(words);

    for (const char *open = strchr(at, '{'); open != NULL; open = strchr(at, '{')) {
        size_t len = strcspn(open, "}");

        text_add(&out, at, (size_t)(open - at));
        put_fact(&out, facts, arena_memdup(arena, open + 1, len - 1), language);
        at = open + len + (open[len] == '}');
    }
    text_puts(&out, at);
    return text_string(&out);
}

/* ---- names ---- */

static const char *const kind_names[] = {
    [STEP_CHECK] = "check", [STEP_ASK] = "ask",   [STEP_SAY] = "say",
    [STEP_DO] = "do",       [STEP_GOTO] = "goto", [STEP_END] = "end",
};

struct show {
    const struct run *run;
    const struct playbook *playbook;
    const struct facts *facts;
    enum playbook_language language;
    struct json_writer *json;
};

static const struct playbook_step *here(const struct show *show)
{
    return &show->playbook->steps[show->run->step];
}

static const char *say(const struct show *show, const struct playbook_text *text)
{
    return fill(playbook_say(text, show->language), show->facts, show->language, show->run->arena);
}

/* ---- the step ---- */

/* What is to be said since a person decided. */
static void write_said(const struct show *show)
{
    const struct run *run = show->run;
    size_t from = run->visit_count;

    while (from > 0 && run->visits[from - 1].by == NULL)
        from--;
    json_key(show->json, "said");
    json_open_array(show->json);
    for (size_t i = from; i < run->visit_count; i++) {
        int step = playbook_step_find(show->playbook, run->visits[i].step);

        if (step >= 0 && show->playbook->steps[step].kind == STEP_SAY)
            json_put_string(show->json, say(show, &show->playbook->steps[step].text));
    }
    json_close_array(show->json);
}

static void write_answers(const struct show *show)
{
    struct run_option options[RUN_OPTIONS_MAX];
    unsigned count = run_options(show->run, show->playbook, options);

    json_key(show->json, "answers");
    json_open_array(show->json);
    for (unsigned i = 0; i < count; i++) {
        json_open_object(show->json);
        json_field_int(show->json, "number", i + 1);
        json_field_string(show->json, "key", options[i].key);
        json_field_string(show->json, "label", say(show, &options[i].label));
        json_close_object(show->json);
    }
    json_close_array(show->json);
}

static void write_params(const struct show *show)
{
    const struct playbook_step *step = here(show);

    json_key(show->json, "params");
    json_open_array(show->json);
    for (size_t i = 0; i < step->param_count; i++) {
        if (step->params[i].source != PARAM_AGENT)
            continue;
        json_open_object(show->json);
        json_field_string(show->json, "name", step->params[i].name);
        json_field_string(show->json, "label", say(show, &step->params[i].label));
        json_field_string(show->json, "type", param_forms[step->params[i].form]);
        json_field_bool(show->json, "secret", step->params[i].secret);
        json_close_object(show->json);
    }
    json_close_array(show->json);
}

static void write_do(const struct show *show)
{
    const struct action_kind *kind = action_kind_find(here(show)->action);
    bool portuguese = show->language == PLAYBOOK_PT;

    json_field_string(show->json, "do", here(show)->action);
    if (kind != NULL) {
        json_field_string(show->json, "label", portuguese ? kind->label_pt : kind->label_en);
        json_field_string(show->json, "warning", portuguese ? kind->warning_pt : kind->warning_en);
    }
    write_params(show);
}

static void write_end(const struct show *show)
{
    const struct playbook_end *end = &here(show)->end;

    json_key(show->json, "end");
    json_open_object(show->json);
    json_field_string(show->json, "outcome", end->outcome);
    json_field_string(show->json, "to", end->to);
    json_field_string(show->json, "reason", end->reason);
    json_key(show->json, "sla_s");
    if (end->within_s > 0)
        json_put_int(show->json, end->within_s);
    else
        json_put_null(show->json);
    json_close_object(show->json);
}

static unsigned steps_taken(const struct run *run)
{
    unsigned taken = 0;

    for (size_t i = 0; i < run->visit_count; i++)
        taken += i == 0 || strcmp(run->visits[i].step, run->visits[i - 1].step) != 0;
    return taken;
}

static void write_step(const struct show *show)
{
    const struct playbook_step *step = here(show);
    unsigned taken = steps_taken(show->run) + (show->run->phase != RUN_ENDED);

    json_field_string(show->json, "step", step->name);
    json_field_string(show->json, "kind", kind_names[step->kind]);
    json_field_int(show->json, "position", taken);
    json_field_int(show->json, "of", taken + playbook_distance(show->playbook, show->run->step));
    json_field_string(show->json, "text",
                      playbook_say(&step->text, show->language) == NULL ? NULL : say(show, &step->text));
    if (step->kind == STEP_CHECK)
        json_field_string(show->json, "check", step->source);
    if (step->kind == STEP_DO)
        write_do(show);
    if (step->kind == STEP_END && show->run->phase == RUN_ENDED)
        write_end(show);
}

static void write_waiting(const struct show *show)
{
    const struct run *run = show->run;

    json_field_string(show->json, "action", run->action);
    json_field_time(show->json, "wait_until", run->phase == RUN_PAUSING ? run->wait_until_us : 0);
}

/* ---- the path ---- */

static void write_visit(const struct show *show, const struct run_visit *visit)
{
    struct json_writer *json = show->json;

    json_open_object(json);
    json_field_string(json, "step", visit->step);
    json_field_string(json, "input", visit->input);
    json_field_string(json, "by", visit->by);
    json_field_time(json, "at", visit->at_us);
    json_field_raw(json, "values", visit->values != NULL ? visit->values : "null");
    json_field_raw(json, "before", visit->before != NULL ? visit->before : "null");
    json_field_string(json, "action", visit->action);
    json_field_string(json, "detail", visit->detail);
    json_close_object(json);
}

void run_show(const struct run *run, const struct playbook *playbook, const struct facts *facts,
              enum playbook_language language, struct json_writer *json)
{
    struct show show = {run, playbook, facts, language, json};

    json_field_string(json, "title", playbook_say(&playbook->title, language));
    json_field_string(json, "state", run_phase_name(run->phase));
    json_field_bool(json, "dry", run->dry);
    write_step(&show);
    write_said(&show);
    write_answers(&show);
    write_waiting(&show);
    json_key(json, "path");
    json_open_array(json);
    for (size_t i = 0; i < run->visit_count; i++)
        write_visit(&show, &run->visits[i]);
    json_close_array(json);
}

/* ---- a playbook ---- */

static void write_text(const char *key, const struct playbook_text *text, struct json_writer *json)
{
    if (text->in[PLAYBOOK_PT] == NULL)
        return;
    json_key(json, key);
    json_open_object(json);
    json_field_string(json, "pt-BR", text->in[PLAYBOOK_PT]);
    if (text->in[PLAYBOOK_EN] != NULL)
        json_field_string(json, "en", text->in[PLAYBOOK_EN]);
    json_close_object(json);
}

static void write_ways(const struct playbook_step *step, struct json_writer *json)
{
    json_key(json, "ways");
    json_open_array(json);
    for (size_t i = 0; i < step->way_count; i++) {
        json_open_object(json);
        json_field_string(json, "key", step->ways[i].key);
        write_text("label", &step->ways[i].label, json);
        json_field_string(json, "to", step->ways[i].to);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_whole_step(const struct playbook_step *step, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "name", step->name);
    json_field_string(json, "kind", kind_names[step->kind]);
    json_field_int(json, "line", step->place.line);
    write_text("text", &step->text, json);
    if (step->kind == STEP_CHECK)
        json_field_string(json, "check", step->source);
    if (step->kind == STEP_DO)
        json_field_string(json, "do", step->action);
    if (step->kind == STEP_END)
        json_field_string(json, "outcome", step->end.outcome);
    write_ways(step, json);
    json_close_object(json);
}

void playbook_write(const struct playbook *playbook, struct json_writer *json)
{
    json_field_string(json, "id", playbook->id);
    write_text("title", &playbook->title, json);
    write_text("symptom", &playbook->symptom, json);
    json_key(json, "verdicts");
    json_open_array(json);
    for (size_t i = 0; i < playbook->verdict_count; i++)
        json_put_string(json, playbook->verdicts[i]);
    json_close_array(json);
    json_field_string(json, "start", playbook->steps[playbook->start].name);
    json_key(json, "steps");
    json_open_array(json);
    for (size_t i = 0; i < playbook->step_count; i++)
        write_whole_step(&playbook->steps[i], json);
    json_close_array(json);
}
