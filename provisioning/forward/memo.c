/* What an action about port forwards remembers between its steps. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/values.h"
#include "provisioning/forward/work.h"

static void put_strings(struct json_writer *json, const char *key, const struct cwmp_strings *strings)
{
    json_key(json, key);
    json_open_array(json);
    for (size_t i = 0; i < strings->count; i++)
        json_put_string(json, strings->items[i]);
    json_close_array(json);
}

static void put_writes(struct json_writer *json, const struct cwmp_parameter_values *writes)
{
    json_key(json, "writes");
    json_open_array(json);
    for (size_t i = 0; i < writes->count; i++) {
        json_open_object(json);
        json_field_string(json, "name", writes->items[i].name);
        json_field_string(json, "value", writes->items[i].value);
        json_field_string(json, "type", cwmp_type_name(writes->items[i].type));
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_turns(struct json_writer *json, const struct forward_work *work)
{
    json_field_int(json, "turn", work->turn);
    json_key(json, "turns");
    json_open_array(json);
    for (uint32_t i = 0; i < work->turn_count; i++)
        forward_keep(&work->turns[i], json);
    json_close_array(json);
    json_field_string(json, "table", work->birth.table);
    json_key(json, "birth");
    json_open_object(json);
    row_birth_write(&work->birth, json);
    json_close_object(json);
}

const char *forward_work_save(const struct forward_work *work)
{
    struct text out = TEXT_IN(work->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_bool(&json, "whole", work->whole);
    json_field_string(&json, "reading", work->reading);
    put_strings(&json, "tables", &work->tables);
    put_strings(&json, "rows", &work->rows);
    put_turns(&json, work);
    put_writes(&json, &work->writes);
    json_field_string(&json, "protocol_at", work->protocol_at);
    json_field_bool(&json, "needs_restart", work->needs_restart);
    json_field_int(&json, "after_restart", work->after_restart);
    json_field_string(&json, "failure", work->failure);
    json_close_object(&json);
    return text_string(&out);
}

static enum err read_turns(const struct json *doc, struct forward_work *work)
{
    const struct json *turns = json_get(doc, "turns");

    if (json_count(turns) > FORWARD_TURNS_MAX)
        return err_set(ERR_INTERNAL, "this action is about too many forwards");
    work->turn_count = (uint32_t)json_count(turns);
    work->turn = (uint32_t)json_int(json_get(doc, "turn"), 0);
    for (uint32_t i = 0; i < work->turn_count; i++)
        forward_load(json_at(turns, i), work->arena, &work->turns[i]);
    if (work->turn_count > 0 && work->turn >= work->turn_count)
        return err_set(ERR_INTERNAL, "this action is at a forward that it has not");
    return ERR_OK;
}

enum err forward_work_load(struct forward_work *work)
{
    const struct json *writes;
    AUTO_JSON doc = NULL;

    TRY(json_read(work->record->memo, strlen(work->record->memo), &doc));
    TRY(read_turns(doc, work));
    work->whole = json_bool(json_get(doc, "whole"), false);
    work->reading = arena_strdup(work->arena, json_string(json_get(doc, "reading"), NULL));
    names_read(json_get(doc, "tables"), work->arena, &work->tables);
    names_read(json_get(doc, "rows"), work->arena, &work->rows);
    row_birth_read(json_get(doc, "birth"), work->arena, &work->birth);
    work->birth.table = arena_strdup(work->arena, json_string(json_get(doc, "table"), NULL));
    writes = json_get(doc, "writes");
    if (writes != NULL)
        values_read(&(struct values_choice){writes, "", 0, json_count(writes), NULL}, work->arena,
                    &work->writes);
    work->protocol_at = arena_strdup(work->arena, json_string(json_get(doc, "protocol_at"), NULL));
    work->needs_restart = json_bool(json_get(doc, "needs_restart"), false);
    work->after_restart = (int32_t)json_int(json_get(doc, "after_restart"), 0);
    work->failure = arena_strdup(work->arena, json_string(json_get(doc, "failure"), NULL));
    return ERR_OK;
}
