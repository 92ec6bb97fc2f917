/* What a test remembers from step to step. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/diag/diag.h"

static const char *copy(const struct diag *diag, const struct json *value)
{
    return arena_strdup(diag->arena, json_string(value, ""));
}

static uint32_t number(const struct json *memo, const char *key)
{
    return (uint32_t)json_int(json_get(memo, key), 0);
}

static enum cwmp_type type_named(const char *name)
{
    for (int type = 0; type < CWMP_TYPE_COUNT; type++)
        if (strcmp(cwmp_type_name((enum cwmp_type)type), name) == 0)
            return (enum cwmp_type)type;
    return CWMP_STRING;
}

void diag_read_sets(const struct json *sets, struct arena *arena, struct diag_set *ret, uint32_t *ret_count)
{
    for (size_t i = 0; i < json_count(sets) && i < DIAG_SETS_MAX; i++) {
        const struct json *set = json_at(sets, i);

        ret[(*ret_count)++] = (struct diag_set){
            .leaf = arena_strdup(arena, json_string(json_at(set, 0), "")),
            .value = arena_strdup(arena, json_string(json_at(set, 1), "")),
            .type = type_named(json_string(json_at(set, 2), "")),
        };
    }
}

static void read_lists(struct diag *diag, const struct json *memo)
{
    const struct json *objects = json_get(memo, "objects"), *kept = json_get(memo, "kept"),
                      *radios = json_get(memo, "radios");

    for (size_t i = 0; i < json_count(objects) && i < DIAG_OBJECTS_MAX; i++)
        diag->objects[diag->object_count++] = copy(diag, json_at(objects, i));
    for (size_t i = 0; i < json_count(kept) && i < DIAG_ROUNDS_MAX; i++) {
        struct text text = TEXT_IN(diag->arena);

        json_print(json_at(kept, i), &text);
        diag->kept[diag->kept_count++] = text_string(&text);
    }
    for (size_t i = 0; i < json_count(radios) && i < BAND_COUNT; i++) {
        const struct json *radio = json_at(radios, i);

        diag->radios[diag->radio_count++] = (struct diag_radio){
            .band = copy(diag, json_at(radio, 0)),
            .channel = (uint32_t)json_int(json_at(radio, 1), 0),
            .channels = copy(diag, json_at(radio, 2)),
        };
    }
}

enum err diag_load(struct diag *diag)
{
    AUTO_JSON memo = NULL;

    TRY(json_read(diag->record->args, strlen(diag->record->args), &diag->args));
    TRY(json_read(diag->record->memo, strlen(diag->record->memo), &memo));
    diag->object = number(memo, "object");
    diag->found = json_bool(json_get(memo, "found"), false);
    diag->round = number(memo, "round");
    diag->before = copy(diag, json_get(memo, "before"));
    diag->looked = copy(diag, json_get(memo, "looked"));
    diag->ordered_at_us = json_int(json_get(memo, "ordered_at_us"), 0);
    diag->waiting_since_us = json_int(json_get(memo, "waiting_since_us"), 0);
    diag->orders = number(memo, "orders");
    diag->polls = number(memo, "polls");
    diag->lost = json_bool(json_get(memo, "lost"), false);
    diag->denied = json_bool(json_get(memo, "denied"), false);
    diag->told = json_bool(json_get(memo, "told"), false);
    diag->restarted = json_bool(json_get(memo, "restarted"), false);
    diag->ceiling_mbps = number(memo, "ceiling_mbps");
    diag->link_mbps = json_real(json_get(memo, "link_mbps"), 0);
    diag->plan_mbps[0] = json_real(json_at(json_get(memo, "plan_mbps"), 0), 0);
    diag->plan_mbps[1] = json_real(json_at(json_get(memo, "plan_mbps"), 1), 0);
    diag->stopping = (enum diag_way)number(memo, "stopping");
    diag_read_sets(json_get(memo, "sets"), diag->arena, diag->sets, &diag->set_count);
    read_lists(diag, memo);
    return ERR_OK;
}

static void write_sets(const struct diag *diag, struct json_writer *json)
{
    json_key(json, "sets");
    json_open_array(json);
    for (uint32_t i = 0; i < diag->set_count; i++) {
        json_open_array(json);
        json_put_string(json, diag->sets[i].leaf);
        json_put_string(json, diag->sets[i].value);
        json_put_string(json, cwmp_type_name(diag->sets[i].type));
        json_close_array(json);
    }
    json_close_array(json);
}

static void write_lists(const struct diag *diag, struct json_writer *json)
{
    json_key(json, "objects");
    json_open_array(json);
    for (uint32_t i = 0; i < diag->object_count; i++)
        json_put_string(json, diag->objects[i]);
    json_close_array(json);
    json_key(json, "kept");
    json_open_array(json);
    for (uint32_t i = 0; i < diag->kept_count; i++)
        json_put_raw(json, diag->kept[i]);
    json_close_array(json);
    json_key(json, "radios");
    json_open_array(json);
    for (uint32_t i = 0; i < diag->radio_count; i++) {
        json_open_array(json);
        json_put_string(json, diag->radios[i].band);
        json_put_int(json, diag->radios[i].channel);
        json_put_string(json, diag->radios[i].channels);
        json_close_array(json);
    }
    json_close_array(json);
    write_sets(diag, json);
}

const char *diag_save(const struct diag *diag)
{
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_int(&json, "object", diag->object);
    json_field_bool(&json, "found", diag->found);
    json_field_int(&json, "round", diag->round);
    json_field_string(&json, "before", diag->before);
    json_field_string(&json, "looked", diag->looked);
    json_field_int(&json, "ordered_at_us", diag->ordered_at_us);
    json_field_int(&json, "waiting_since_us", diag->waiting_since_us);
    json_field_int(&json, "orders", diag->orders);
    json_field_int(&json, "polls", diag->polls);
    json_field_bool(&json, "lost", diag->lost);
    json_field_bool(&json, "denied", diag->denied);
    json_field_bool(&json, "told", diag->told);
    json_field_bool(&json, "restarted", diag->restarted);
    json_field_int(&json, "ceiling_mbps", diag->ceiling_mbps);
    diag_field_real(&json, "link_mbps", diag->link_mbps, 1);
    json_key(&json, "plan_mbps");
    json_open_array(&json);
    json_put_real(&json, diag->plan_mbps[0]);
    json_put_real(&json, diag->plan_mbps[1]);
    json_close_array(&json);
    json_field_int(&json, "stopping", diag->stopping);
    write_lists(diag, &json);
    json_close_object(&json);
    return text_string(&out);
}

void diag_close(struct diag *diag)
{
    json_free(diag->args);
    diag->args = NULL;
}
