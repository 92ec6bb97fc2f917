#include "acs/api/settings.h"

#include <math.h>
#include <string.h>

#include "acs/base/log.h"

enum { HISTORY_MOST = 20 };

/* ---- as they count ---- */

double setting_number(const struct setting_row *row)
{
    AUTO_JSON doc = NULL;

    if (row->value == NULL || json_read(row->value, strlen(row->value), &doc) != ERR_OK)
        return (double)NAN;
    return json_real(doc, (double)NAN);
}

const struct saying *setting_saying(const struct setting_row *row, struct arena *arena)
{
    struct saying *saying = ARENA_NEW(arena, struct saying);
    AUTO_JSON doc = NULL;

    if (row->value == NULL || json_read(row->value, strlen(row->value), &doc) != ERR_OK)
        return NULL;
    *saying = (struct saying){.id = row->key.name,
                              .pt = arena_strdup(arena, json_string(json_get(doc, "pt-BR"), "")),
                              .en = arena_strdup(arena, json_string(json_get(doc, "en"), ""))};
    return saying;
}

static bool use_threshold(const struct setting_row *row, struct settings *settings)
{
    return threshold_saved_put(&settings->thresholds, row->key.technology, row->key.name,
                               setting_number(row)) == ERR_OK;
}

static bool use_text(const struct setting_row *row, const struct desk_texts *texts, struct arena *arena,
                     struct saying *room)
{
    const struct desk_text *text = desk_text_find(texts, row->key.name);
    const struct saying *saying = setting_saying(row, arena);

    if (text == NULL || saying == NULL || !desk_text_takes(text, saying))
        return false;
    *room = *saying;
    return true;
}

void settings_of_rows(const struct setting_rows *rows, bool warn, struct arena *arena, struct settings *ret)
{
    struct saying *sayings = ARENA_ARRAY(arena, struct saying, rows->count + 1);
    struct desk_texts texts = {0};
    size_t count = 0;

    threshold_saved_clear(&ret->thresholds);
    for (size_t i = 0; i < rows->count; i++) {
        const struct setting_row *row = &rows->items[i];
        bool is_text = strcmp(row->key.kind, "text") == 0, fits;

        if (row->value == NULL)
            continue;
        if (is_text && texts.count == 0)
            texts = desk_texts(arena);
        fits = is_text ? use_text(row, &texts, arena, &sayings[count]) : use_threshold(row, ret);
        count += is_text && fits;
        if (!fits && warn)
            log_warn("a setting that was saved does not fit any more, the default counts",
                     log_s("setting", row->key.name), log_s("technology", row->key.technology));
    }
    ret->sayings = (struct sayings){sayings, count};
}

enum err settings_load(struct db *db, bool warn, struct arena *arena, struct settings *ret)
{
    struct setting_rows rows;

    TRY(setting_list(db, NULL, arena, &rows));
    settings_of_rows(&rows, warn, arena, ret);
    return ERR_OK;
}

struct setting_row setting_of(const struct setting_rows *rows, const struct setting_key *key)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->items[i].key.name, key->name) == 0 &&
            strcmp(rows->items[i].key.technology, key->technology) == 0)
            return rows->items[i];
    return (struct setting_row){.key = *key};
}

/* ---- changed ---- */

enum err setting_take(struct call *call, const struct setting_key *key, struct setting_row *ret)
{
    TRY(setting_show(call->db, key, true, call->arena, ret));
    return call_check_match(call, ret->revision);
}

enum err setting_keep(struct call *call, struct setting_row *row, const char *value, const char *reason)
{
    enum err err;

    call->audit.before = row->value != NULL ? row->value : "null";
    call->audit.after = value != NULL ? value : "null";
    row->value = value;
    row->reason = reason;
    row->changed_by = call->caller.name;
    err = setting_save(call->db, row, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_CONFLICT, NULL);
    TRY(err);
    log_info("a setting was changed", log_s("kind", row->key.kind), log_s("name", row->key.name),
             log_s("technology", row->key.technology), log_s("by", call->caller.name));
    return ERR_OK;
}

/* ---- shown ---- */

void setting_write_last(struct call *call, const struct setting_row *row)
{
    json_field_int(&call->json, "revision", row->revision);
    json_field_time(&call->json, "changed_at", row->changed_at_us);
    json_field_string(&call->json, "changed_by", row->changed_by);
    json_field_string(&call->json, "reason", row->reason);
}

enum err setting_write_history(struct call *call, const struct setting_key *key)
{
    struct setting_rows rows;

    TRY(setting_history(call->db, key, HISTORY_MOST, call->arena, &rows));
    json_key(&call->json, "revisions");
    json_open_array(&call->json);
    for (size_t i = 0; i < rows.count; i++) {
        json_open_object(&call->json);
        json_field_raw(&call->json, "value", rows.items[i].value != NULL ? rows.items[i].value : "null");
        setting_write_last(call, &rows.items[i]);
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
    return ERR_OK;
}
