/* A run as it is kept. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "provisioning/playbook/run.h"

static const char *const phases[] = {
    [RUN_ASKING] = "asking", [RUN_PAUSING] = "pausing", [RUN_REFRESHING] = "refreshing",
    [RUN_DOING] = "doing",   [RUN_ENDED] = "ended",     [RUN_CANCELLED] = "cancelled",
    [RUN_STUCK] = "stuck",
};

enum { PHASES = sizeof(phases) / sizeof(*phases) };

const char *run_phase_name(enum run_phase phase)
{
    return phases[phase];
}

static void put_optional(struct json_writer *json, const char *key, const char *text)
{
    if (text != NULL)
        json_field_string(json, key, text);
}

static void put_optional_raw(struct json_writer *json, const char *key, const char *text)
{
    if (text != NULL)
        json_field_raw(json, key, text);
}

static void write_visit(const struct run_visit *visit, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "step", visit->step);
    json_field_string(json, "input", visit->input);
    json_field_int(json, "at_us", visit->at_us);
    put_optional(json, "by", visit->by);
    put_optional_raw(json, "values", visit->values);
    put_optional_raw(json, "before", visit->before);
    put_optional(json, "action", visit->action);
    put_optional(json, "detail", visit->detail);
    json_close_object(json);
}

void run_write(const struct run *run, const struct playbook *playbook, struct json_writer *json)
{
    json_open_object(json);
    json_field_string(json, "step", playbook->steps[run->step].name);
    json_field_string(json, "phase", phases[run->phase]);
    json_field_int(json, "since_us", run->since_us);
    json_field_int(json, "wait_until_us", run->wait_until_us);
    put_optional(json, "action", run->action);
    put_optional_raw(json, "before", run->before);
    json_field_bool(json, "waited", run->waited);
    json_field_bool(json, "refreshed", run->refreshed);
    json_field_int(json, "automatic", run->automatic);
    json_field_bool(json, "dry", run->dry);
    json_key(json, "decisions");
    json_open_array(json);
    for (size_t i = 0; i < run->decision_count; i++)
        json_put_string(json, playbook->steps[run->decisions[i]].name);
    json_close_array(json);
    json_key(json, "path");
    json_open_array(json);
    for (size_t i = 0; i < run->visit_count; i++)
        write_visit(&run->visits[i], json);
    json_close_array(json);
    json_close_object(json);
}

/* ---- reading ---- */

static const char *copy_text(const struct json *value, struct arena *arena)
{
    return arena_strdup(arena, json_string(value, NULL));
}

static const char *copy_raw(const struct json *value, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    if (json_kind(value) == JSON_NULL)
        return NULL;
    json_print(value, &out);
    return text_string(&out);
}

static enum err read_step_name(const struct json *value, const struct playbook *playbook, unsigned *ret)
{
    int step = playbook_step_find(playbook, json_string(value, ""));

    if (step < 0)
        return err_set(ERR_INVALID, "the run is at a step that its playbook does not have: %.40s",
                       json_string(value, ""));
    *ret = (unsigned)step;
    return ERR_OK;
}

static enum err read_phase(const struct json *value, enum run_phase *ret)
{
    for (size_t i = 0; i < PHASES; i++)
        if (strcmp(phases[i], json_string(value, "")) == 0) {
            *ret = (enum run_phase)i;
            return ERR_OK;
        }
    return err_set(ERR_INVALID, "the run is in no phase");
}

static void read_visit(const struct json *from, struct arena *arena, struct run_visit *visit)
{
    *visit = (struct run_visit){
        .step = text_or_empty(copy_text(json_get(from, "step"), arena)),
        .input = text_or_empty(copy_text(json_get(from, "input"), arena)),
        .by = copy_text(json_get(from, "by"), arena),
        .at_us = json_int(json_get(from, "at_us"), 0),
        .values = copy_raw(json_get(from, "values"), arena),
        .before = copy_raw(json_get(from, "before"), arena),
        .action = copy_text(json_get(from, "action"), arena),
        .detail = copy_text(json_get(from, "detail"), arena),
    };
}

static enum err read_decisions(const struct json *list, const struct playbook *playbook, struct run *run)
{
    if (json_count(list) > RUN_VISITS_MAX)
        return err_set(ERR_INVALID, "the run has too many decisions");
    for (size_t i = 0; i < json_count(list); i++)
        TRY(read_step_name(json_at(list, i), playbook, &run->decisions[run->decision_count++]));
    return ERR_OK;
}

enum err run_read(const struct json *doc, const struct playbook *playbook, struct run *run)
{
    const struct json *path = json_get(doc, "path");

    TRY(read_step_name(json_get(doc, "step"), playbook, &run->step));
    TRY(read_phase(json_get(doc, "phase"), &run->phase));
    TRY(read_decisions(json_get(doc, "decisions"), playbook, run));
    run->since_us = json_int(json_get(doc, "since_us"), 0);
    run->wait_until_us = json_int(json_get(doc, "wait_until_us"), 0);
    run->action = copy_text(json_get(doc, "action"), run->arena);
    run->before = copy_raw(json_get(doc, "before"), run->arena);
    run->waited = json_bool(json_get(doc, "waited"), false);
    run->refreshed = json_bool(json_get(doc, "refreshed"), false);
    run->automatic = (unsigned)json_int(json_get(doc, "automatic"), 0);
    run->dry = json_bool(json_get(doc, "dry"), false);
    run->visit_count = run->visit_capacity = json_count(path);
    run->visits = ARENA_ARRAY(run->arena, struct run_visit, run->visit_count + 1);
    for (size_t i = 0; i < run->visit_count; i++)
        read_visit(json_at(path, i), run->arena, &run->visits[i]);
    return ERR_OK;
}
