/* The thresholds of verdicts: what counts and who says so, set for all homes or for a technology, set back.
 */
#include <math.h>
#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/settings.h"
#include "acs/api/threshold_file.h"

struct asked {
    enum technology technology;
    enum threshold threshold; /* of the path */
    struct setting_key key;
};

static enum technology read_technology(const struct call *call)
{
    return technology_by_name(call_query(call, "technology"));
}

static struct setting_key key_of(enum technology technology, enum threshold threshold)
{
    return (struct setting_key){"threshold", threshold_rows[threshold].name, technology_name(technology)};
}

static enum err read_asked(struct call *call, struct asked *ret)
{
    ret->technology = read_technology(call);
    ret->threshold = threshold_by_name(call->captures[0]);
    if (ret->threshold == THRESHOLD_COUNT)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    ret->key = key_of(ret->technology, ret->threshold);
    return ERR_OK;
}

/* ---- shown ---- */

static void write_number(struct call *call, const char *name, double number)
{
    json_key(&call->json, name);
    json_put_real(&call->json, number); /* not a number: null */
}

static bool is_used(const struct settings *settings, enum technology technology, enum threshold threshold)
{
    return !isnan(settings->thresholds.values[technology][threshold]);
}

static void write_threshold(struct call *call, const struct settings *settings, const struct asked *asked,
                            const struct setting_row *kept)
{
    static const char *const layers[] = {[THRESHOLD_BUILT_IN] = "built_in",
                                         [THRESHOLD_OF_FILE] = "file",
                                         [THRESHOLD_SAVED_FOR_ALL] = "saved_for_all",
                                         [THRESHOLD_SAVED] = "saved"};
    const struct threshold_row *row = &threshold_rows[asked->threshold];
    struct threshold_origin origin =
        threshold_set_explain(threshold_file_set(call->config->thresholds), &settings->thresholds,
                              asked->technology, asked->threshold);

    json_field_string(&call->json, "name", row->name);
    json_field_string(&call->json, "technology", asked->key.technology);
    json_field_string(&call->json, "family", row->family);
    json_field_both(&call->json, "label", row->pt, row->en);
    json_field_string(&call->json, "unit", row->unit);
    write_number(call, "low", row->low);
    write_number(call, "high", row->high);
    write_number(call, "value", origin.value);
    json_field_string(&call->json, "layer", layers[origin.layer]);
    write_number(call, "default", origin.otherwise);
    write_number(call, "saved", setting_number(kept));
    json_field_bool(&call->json, "fits",
                    kept->value == NULL || is_used(settings, asked->technology, asked->threshold));
    json_field_int(&call->json, "models", origin.models);
    setting_write_last(call, kept);
}

enum err api_threshold_list(struct call *call)
{
    struct asked asked = {.technology = read_technology(call)};
    struct setting_rows rows;
    struct settings settings;

    TRY(setting_list(call->db, "threshold", call->arena, &rows));
    settings_of_rows(&rows, false, call->arena, &settings);
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        struct setting_row kept;

        asked.threshold = (enum threshold)i;
        asked.key = key_of(asked.technology, asked.threshold);
        kept = setting_of(&rows, &asked.key);
        json_open_object(&call->json);
        write_threshold(call, &settings, &asked, &kept);
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}

static enum err show(struct call *call, const struct asked *asked)
{
    struct settings settings;
    struct setting_row kept;

    TRY(settings_load(call->db, false, call->arena, &settings));
    TRY(setting_show(call->db, &asked->key, false, call->arena, &kept));
    call_add_etag(call, kept.revision);
    json_open_object(&call->json);
    write_threshold(call, &settings, asked, &kept);
    TRY(setting_write_history(call, &asked->key));
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_threshold_show(struct call *call)
{
    struct asked asked = {0};

    TRY(read_asked(call, &asked));
    return show(call, &asked);
}

/* ---- changed ---- */

static enum err refuse_range(struct call *call, const struct threshold_row *row)
{
    return call_refuse_body(call, "/value", "range",
                            arena_printf(call->arena, "%s: %g … %g %s",
                                         call_say(call, "está fora da faixa", "is out of its range"),
                                         row->low, row->high, row->unit));
}

/* Weak light below bad light, and so on: a pair the wrong way round says of no home what it means. */
static enum err check_order(struct call *call, const struct settings *settings, const struct asked *asked)
{
    static const struct model_identity nobody = {0};
    const char *technology = asked->technology == TECHNOLOGY_ANY ? NULL : asked->key.technology;
    struct thresholds all = threshold_set_find(threshold_file_set(call->config->thresholds),
                                               &settings->thresholds, technology, &nobody);
    enum threshold other = threshold_contradicted(&all, asked->threshold);
    const struct threshold_row *row = &threshold_rows[other];

    if (other == THRESHOLD_COUNT)
        return ERR_OK;
    return call_refuse_body(
        call, "/value", "order",
        arena_printf(call->arena, "%s: %s (%s, %g %s)",
                     call_say(call, "contradiz outro limite", "contradicts another threshold"),
                     call_say(call, row->pt, row->en), row->name, all.values[other], row->unit));
}

static const char *write_value(struct call *call, double value)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_put_real(&json, value);
    return text_string(&out);
}

enum err api_threshold_set(struct call *call)
{
    double value = json_real(json_get(call->body, "value"), (double)NAN);
    struct settings settings;
    struct setting_row kept = {0};
    struct asked asked = {0};

    TRY(read_asked(call, &asked));
    TRY(settings_load(call->db, false, call->arena, &settings));
    if (threshold_saved_put(&settings.thresholds, asked.key.technology, asked.key.name, value) != ERR_OK)
        return refuse_range(call, &threshold_rows[asked.threshold]);
    TRY(check_order(call, &settings, &asked));
    TRY(setting_take(call, &asked.key, &kept));
    TRY(setting_keep(call, &kept, write_value(call, value),
                     json_string(json_get(call->body, "reason"), NULL)));
    return show(call, &asked);
}

enum err api_threshold_reset(struct call *call)
{
    struct setting_row kept;
    struct asked asked = {0};

    TRY(read_asked(call, &asked));
    TRY(setting_take(call, &asked.key, &kept));
    if (kept.value != NULL)
        TRY(setting_keep(call, &kept, NULL, call_query(call, "reason")));
    call->status = 204;
    return ERR_OK;
}
