#include "acs/ctl/campaign_yaml.h"

#include <string.h>

enum { BLOCKS = 2 }; /* levels that are written in lines: the campaign, and its groups */

static bool is_holder(const struct json *value)
{
    return json_kind(value) == JSON_OBJECT || json_kind(value) == JSON_ARRAY;
}

/* A list with a line for each item: of waves, of windows. */
static bool is_long_list(const struct json *value)
{
    return json_kind(value) == JSON_ARRAY && json_count(value) > 0 && is_holder(json_at(value, 0));
}

static void put_key(const char *key, struct text *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    struct json_writer json = JSON_WRITER(out);

    if (*key != '\0' && key[strspn(key, plain)] == '\0')
        text_puts(out, key);
    else
        json_put_string(&json, key);
    text_puts(out, ":");
}

static void put_items(const struct json *list, unsigned depth, struct text *out)
{
    for (size_t i = 0; i < json_count(list); i++) {
        text_printf(out, "\n%*s- ", (int)(2 * depth), "");
        json_print(json_at(list, i), out);
    }
    text_puts(out, "\n");
}

static void put_members(const struct json *object, unsigned depth, struct text *out)
{
    for (size_t i = 0; i < json_count(object); i++) {
        const char *key;
        const struct json *value = json_member(object, i, &key);

        text_printf(out, "%*s", (int)(2 * depth), "");
        put_key(key, out);
        if (is_long_list(value)) {
            put_items(value, depth + 1, out);
        } else if (json_kind(value) == JSON_OBJECT && json_count(value) > 0 && depth + 1 < BLOCKS) {
            text_puts(out, "\n");
            put_members(value, depth + 1, out);
        } else {
            text_puts(out, " ");
            json_print(value, out);
            text_puts(out, "\n");
        }
    }
}

void campaign_yaml_write(const struct json *campaign, struct text *out)
{
    put_members(campaign, 0, out);
}
