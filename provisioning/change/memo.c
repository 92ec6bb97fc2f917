#include "provisioning/change/steps.h"

#include <string.h>

#include "acs/base/text.h"

static enum err read_write(const struct json *item, struct arena *arena, struct change_write *ret)
{
    const char *name = json_string(json_get(item, "name"), NULL);
    const char *type = json_string(json_get(item, "type"), "");

    if (name == NULL)
        return err_set(ERR_INTERNAL, "a write of this change has no name");
    *ret = (struct change_write){
        .name = arena_strdup(arena, name),
        .type = cwmp_type_by_name(type),
        .what = arena_strdup(arena, json_string(json_get(item, "what"), "")),
        .value = arena_strdup(arena, json_string(json_get(item, "value"), NULL)),
        .secret = arena_strdup(arena, json_string(json_get(item, "secret"), NULL)),
        .before = arena_strdup(arena, json_string(json_get(item, "before"), NULL)),
        .one_of_several = json_bool(json_get(item, "one_of_several"), false),
    };
    return ERR_OK;
}

enum err change_memo_read(const char *memo, struct arena *arena, struct change_memo *ret)
{
    const struct json *writes;
    AUTO_JSON doc = NULL;

    TRY(json_read(memo, strlen(memo), &doc));
    writes = json_get(doc, "writes");
    *ret = (struct change_memo){.needs_restart = json_bool(json_get(doc, "needs_restart"), false),
                                .evidence = arena_strdup(arena, json_string(json_get(doc, "evidence"), NULL)),
                                .looks = (int32_t)json_int(json_get(doc, "looks"), 0),
                                .sent_at_us = json_int(json_get(doc, "sent_at_us"), 0)};
    if (json_count(writes) > CHANGE_WRITES_MAX)
        return err_set(ERR_INTERNAL, "this change has too many writes");
    for (size_t i = 0; i < json_count(writes); i++)
        TRY(read_write(json_at(writes, i), arena, &ret->writes[ret->count++]));
    return ERR_OK;
}

static void put_write(struct json_writer *json, const struct change_write *write)
{
    json_open_object(json);
    json_field_string(json, "name", write->name);
    json_field_string(json, "type", cwmp_type_name(write->type) + strlen("xsd:"));
    json_field_string(json, "what", write->what);
    json_field_string(json, "value", write->value);
    json_field_string(json, "secret", write->secret);
    json_field_string(json, "before", write->before);
    json_field_bool(json, "one_of_several", write->one_of_several);
    json_close_object(json);
}

const char *change_memo_write(const struct change_memo *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "writes");
    json_open_array(&json);
    for (size_t i = 0; i < memo->count; i++)
        put_write(&json, &memo->writes[i]);
    json_close_array(&json);
    json_field_bool(&json, "needs_restart", memo->needs_restart);
    json_field_string(&json, "evidence", memo->evidence);
    json_field_int(&json, "looks", memo->looks);
    json_field_int(&json, "sent_at_us", memo->sent_at_us);
    json_close_object(&json);
    return text_string(&out);
}
