#include "acs/ctl/campaign.h"

#include <string.h>

#include "acs/ctl/output.h"
#include "provisioning/campaign/plan.h"

static int64_t number(const struct json *object, const char *key)
{
    return json_int(json_get(object, key), 0);
}

static const char *string(const struct json *object, const char *key)
{
    return json_string(json_get(object, key), "");
}

enum ctl_exit campaign_get(struct ctl *ctl, const char *id, const struct json **ret)
{
    return rest_get(ctl, rest_path(ctl, OPERATION_CAMPAIGN_SHOW, id), ret);
}

/* ---- what it would do ---- */

static void put_waves(const struct campaign_plan *plan, int64_t total, struct text *out)
{
    int64_t sizes[CAMPAIGN_WAVES_MAX];
    size_t count = 0;

    campaign_wave_sizes(plan, total, sizes);
    while (count < plan->wave_count && sizes[count] > 0)
        count++;
    text_printf(out, ", in %zu %s of ", count, count == 1 ? "wave" : "waves");
    for (size_t i = 0; i < count; i++)
        text_printf(out, "%s%lld", i > 0 ? ", " : "", (long long)sizes[i]);
    text_printf(out, "; %lld at once at most", (long long)campaign_flight_cap(plan, total));
}

const char *campaign_sentence(struct ctl *ctl, const struct json *campaign)
{
    const struct json *params = json_get(campaign, "params");
    const char *version = json_string(json_get(params, "target_version"), string(params, "version"));
    struct text out = TEXT_IN(ctl->arena);
    int64_t total = number(campaign, "total");
    struct campaign_plan plan;

    text_printf(&out, "%s%s%s for %lld %s", output_text(ctl->arena, json_get(campaign, "type")),
                *version != '\0' ? " " : "",
                *version != '\0' ? output_text(ctl->arena, json_get(params, "version")) : "",
                (long long)total, total == 1 ? "device" : "devices");
    if (total > 0 && campaign_plan_read(json_get(campaign, "plan"), &plan) == ERR_OK)
        put_waves(&plan, total, &out);
    return text_string(&out);
}

/* ---- how it goes ---- */

static const struct json *current_wave(const struct json *campaign)
{
    const struct json *waves = json_get(campaign, "waves");
    int64_t wave = number(campaign, "wave");

    return wave > 0 ? json_at(waves, (size_t)wave - 1) : NULL;
}

static void put_counts(const struct json *wave, struct text *out)
{
    static const struct {
        const char *key, *says;
    } counts[] = {
        {"healthy",   "healthy"                   },
        {"in_flight", "in flight"                 },
        {"failed",    "failed"                    },
        {"looping",   "restart again and again"   },
        {"lying",     "show another version"      },
        {"missing",   "missing"                   },
        {"silent",    "of the healthy ones silent"},
    };
    int64_t sent = 0;

    for (size_t i = 0; i + 1 < sizeof(counts) / sizeof(*counts); i++)
        sent += number(wave, counts[i].key);
    text_printf(out, "%lld of %lld", (long long)sent, (long long)number(wave, "size"));
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
        if (i == 0 || number(wave, counts[i].key) > 0)
            text_printf(out, ", %lld %s", (long long)number(wave, counts[i].key), counts[i].says);
}

const char *campaign_progress(struct ctl *ctl, const struct json *campaign)
{
    const struct json *wave = current_wave(campaign);
    const char *why = string(campaign, "why");
    struct text out = TEXT_IN(ctl->arena);

    text_puts(&out, string(campaign, "state"));
    if (wave != NULL) {
        text_printf(&out, ", wave %lld of %zu: ", (long long)number(campaign, "wave"),
                    json_count(json_get(campaign, "waves")));
        put_counts(wave, &out);
    }
    if (*why != '\0')
        text_printf(&out, " (%s)", output_text(ctl->arena, json_get(campaign, "why")));
    return text_string(&out);
}

/* A rule with its numbers, or a person. */
static const char *stopped_by(struct ctl *ctl, const struct json *stopped)
{
    const struct json *say = json_get(json_get(stopped, "say"), rest_language());
    const char *reason = output_text(ctl->arena, json_get(stopped, "reason"));

    if (say != NULL)
        return arena_printf(ctl->arena, "rule %s in wave %lld: %s", string(stopped, "rule"),
                            (long long)number(stopped, "wave"), output_text(ctl->arena, say));
    return arena_printf(ctl->arena, "by %s%s%s", output_text(ctl->arena, json_get(stopped, "by")),
                        *reason != '\0' ? ": " : "", reason);
}

const char *campaign_remark(struct ctl *ctl, const struct json *campaign)
{
    static const struct {
        const char *why, *says;
    } holds[] = {
        {"person", "the plan wants a person before the next wave: acsctl campaign promote"                },
        {"health",
         "too few are well to go on by itself: look at them, then acsctl campaign promote, halt or cancel"},
    };
    const struct json *stopped = json_get(campaign, "stopped");

    if (strcmp(string(campaign, "state"), "halted") == 0)
        return stopped_by(ctl, stopped);
    for (size_t i = 0; i < sizeof(holds) / sizeof(*holds); i++)
        if (strcmp(string(campaign, "state"), "held") == 0 &&
            strcmp(holds[i].why, string(campaign, "why")) == 0)
            return holds[i].says;
    return NULL;
}

/* ---- shown ---- */

static void print_excluded(struct ctl *ctl, const struct json *excluded)
{
    const char *key;

    fputs("left out  ", ctl->out);
    for (size_t i = 0; i < json_count(excluded); i++) {
        const struct json *count = json_member(excluded, i, &key);

        fprintf(ctl->out, "%s%s %lld", i > 0 ? ", " : "", key, (long long)json_int(count, 0));
    }
    fputs(json_count(excluded) == 0 ? "nobody\n" : "\n", ctl->out);
}

static void print_models(struct ctl *ctl, const struct json *models)
{
    for (size_t i = 0; i < json_count(models); i++) {
        const struct json *model = json_at(models, i);

        fprintf(ctl->out, "%-8s  %s %s: %lld\n", i == 0 ? "models" : "",
                output_text(ctl->arena, json_get(model, "model")),
                output_text(ctl->arena, json_get(model, "software_version")),
                (long long)number(model, "devices"));
    }
}

static void print_list(struct ctl *ctl, const struct json *campaign)
{
    const struct json *summary = json_get(campaign, "summary");

    if (json_kind(summary) != JSON_OBJECT)
        return;
    print_excluded(ctl, json_get(summary, "excluded"));
    print_models(ctl, json_get(summary, "models"));
    fprintf(ctl->out, "list      %s\n", string(campaign, "list_hash"));
}

/* Of one that comes after another. */
static void print_after(struct ctl *ctl, const struct json *campaign)
{
    const char *after = string(campaign, "after");

    if (*after != '\0')
        fprintf(ctl->out, "after     %s, its devices that are %s\n", after,
                output_text(ctl->arena, json_get(campaign, "after_states")));
}

static void print_waves(struct ctl *ctl, const struct json *waves)
{
    static const struct output_column columns[] = {
        {"WAVE",    "number",    OUTPUT_AS_IS},
        {"SIZE",    "size",      OUTPUT_AS_IS},
        {"FLYING",  "in_flight", OUTPUT_AS_IS},
        {"HEALTHY", "healthy",   OUTPUT_AS_IS},
        {"FAILED",  "failed",    OUTPUT_AS_IS},
        {"LOOPING", "looping",   OUTPUT_AS_IS},
        {"LYING",   "lying",     OUTPUT_AS_IS},
        {"MISSING", "missing",   OUTPUT_AS_IS},
        {"SILENT",  "silent",    OUTPUT_AS_IS},
    };
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = sizeof(columns) / sizeof(*columns),
                               .name_member = "number"};

    if (json_count(waves) == 0)
        return;
    output_open(&list);
    for (size_t i = 0; i < json_count(waves); i++)
        output_row(&list, json_at(waves, i));
    output_close(&list);
}

static void print_causes(struct ctl *ctl, const struct json *causes)
{
    for (size_t i = 0; i < json_count(causes); i++) {
        const struct json *cause = json_at(causes, i);

        fprintf(ctl->out, "%s %s: %lld\n", string(cause, "state"),
                output_text(ctl->arena, json_get(cause, "cause")), (long long)number(cause, "devices"));
    }
}

/* What comes next, and by whom. */
static void print_next(struct ctl *ctl, const struct json *campaign)
{
    const char *approved_by = output_text(ctl->arena, json_get(campaign, "approved_by"));

    if (strcmp(string(campaign, "state"), "listed") != 0)
        return;
    if (*approved_by == '\0')
        fputs("next      somebody else approves this list, in the console; programs cannot\n", ctl->out);
    else
        fprintf(ctl->out, "next      approved by %s: acsctl campaign start %s --devices %lld\n", approved_by,
                string(campaign, "id"), (long long)number(campaign, "total"));
}

void campaign_print(struct ctl *ctl, const struct json *campaign)
{
    const char *remark = campaign_remark(ctl, campaign);

    if (ctl->format != OUTPUT_TABLE) {
        output_object(ctl, campaign, "id");
        return;
    }
    fprintf(ctl->out, "%s  %s\n%s\n", string(campaign, "id"),
            output_text(ctl->arena, json_get(campaign, "name")), campaign_sentence(ctl, campaign));
    fprintf(ctl->out, "state     %s\n", campaign_progress(ctl, campaign));
    if (remark != NULL)
        fprintf(ctl->out, "          %s\n", remark);
    if (*string(campaign, "list_error") != '\0')
        fprintf(ctl->out, "error     %s\n", output_text(ctl->arena, json_get(campaign, "list_error")));
    print_after(ctl, campaign);
    print_list(ctl, campaign);
    print_waves(ctl, json_get(campaign, "waves"));
    print_causes(ctl, json_get(campaign, "causes"));
    print_next(ctl, campaign);
}
