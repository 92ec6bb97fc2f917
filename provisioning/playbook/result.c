#include "provisioning/playbook/result.h"

#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/map.h"

static const struct result_row {
    enum fact_key key;
    const char *action, *path;
} rows[] = {
#define RESULT(key, action, path) {KEY_##key, action, path},
#include "provisioning/playbook/result.def"
#undef RESULT
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

const char *result_action(enum fact_key key)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].key == key)
            return rows[i].action;
    return NULL;
}

/* "optical.rx_dbm" below the result; band in place of "{band}". */
static const struct json *find(const struct json *at, const char *path, const char *band, struct arena *arena)
{
    while (*path != '\0' && at != NULL) {
        size_t len = strcspn(path, ".");
        const char *part = arena_memdup(arena, path, len);

        at = json_get(at, strcmp(part, "{band}") == 0 ? band : part);
        path += len + (path[len] == '.');
    }
    return at;
}

static void add(enum fact_key key, const char *place, const struct json *value, int64_t at_us,
                struct fact_list *list)
{
    const char *name = fact_name(key, place, list->arena);

    switch (json_kind(value)) {
    case JSON_INT:
    case JSON_REAL:
        fact_add_number(list, name, json_real(value, 0), at_us);
        break;
    case JSON_BOOL:
        fact_add_flag(list, name, json_bool(value, false), at_us);
        break;
    case JSON_STRING:
        fact_add_text(list, name, json_string(value, ""), at_us);
        break;
    case JSON_NULL: /* "limited_by": null says that nothing does */
        fact_add_text(list, name, "none", at_us);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
}

static void add_row(const struct result_row *row, const struct json *result, int64_t at_us,
                    struct fact_list *list)
{
    bool banded = strstr(row->path, "{band}") != NULL;

    for (int band = 0; band < (banded ? BAND_COUNT : 1); band++) {
        const char *place = banded ? band_names[band] : "";
        const struct json *value = find(result, row->path, place, list->arena);

        if (value != NULL)
            add(row->key, place, value, at_us, list);
    }
}

void result_add_facts(const char *kind, const struct json *result, int64_t at_us, struct fact_list *list)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].action, kind) == 0)
            add_row(&rows[i], result, at_us, list);
}
