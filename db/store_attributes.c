#include "acs/base/json.h"
#include "db/store_parts.h"

/* ---- what 0 BOOTSTRAP puts in doubt ---- */

const struct column store_forget_columns[STORE_FORGET_COLUMNS] = {
    {"device_id",  ARRAY_BIGINT     },
    {"action_id",  ARRAY_TEXT       },
    {"expires_at", ARRAY_TIMESTAMPTZ},
};

void store_forget_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    (void)place;
    if (unit->inform == NULL || unit->reload || !unit->inform->bootstrap)
        return;
    columns_i64(to, unit->device_id);
    columns_text(to, unit->inform->restore_id);
    columns_time_us(to, unit->inform->restore_expires_us);
    columns_end_row(to);
}

/* ---- attributes that a device has ---- */

const struct column store_attribute_columns[STORE_ATTRIBUTE_COLUMNS] = {
    {"device_id",    ARRAY_BIGINT     },
    {"session_no",   ARRAY_BIGINT     },
    {"path",         ARRAY_TEXT       },
    {"notification", ARRAY_SMALLINT   },
    {"access_list",  ARRAY_TEXT       },
    {"action_id",    ARRAY_TEXT       },
    {"at",           ARRAY_TIMESTAMPTZ},
};

static const char *write_access_list(const struct cwmp_strings *list, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_array(&json);
    for (size_t i = 0; i < list->count; i++)
        json_put_string(&json, list->items[i]);
    json_close_array(&json);
    return text_string(&out);
}

void store_attributes_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_attributes *attributes = unit->attributes;

    (void)place;
    for (size_t i = 0; attributes != NULL && i < attributes->has->count; i++) {
        const struct cwmp_attribute_change *item = &attributes->has->items[i];

        columns_i64(to, unit->device_id);
        columns_i64(to, unit->session_no);
        columns_text(to, item->name);
        if (item->notification_change)
            columns_i16(to, (int16_t)item->notification);
        else
            columns_null(to);
        columns_text(to,
                     item->access_list_change ? write_access_list(&item->access_list, unit->arena) : NULL);
        columns_text(to, attributes->action_id);
        columns_time_us(to, attributes->at_us);
        columns_end_row(to);
    }
}
