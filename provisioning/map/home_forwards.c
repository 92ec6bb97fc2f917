/* Where a home keeps its port forwards: those that there are, and where new ones go. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

enum { TABLES_MAX = 8 };

static bool is_forward(enum fact_key key)
{
    return text_starts_with(fact_rows[key].name, "port_forwards.");
}

/* ---- those that are there ---- */

static void add_table(struct cwmp_strings *tables, const char *table)
{
    for (size_t i = 0; i < tables->count; i++)
        if (strcmp(tables->items[i], table) == 0)
            return;
    if (tables->count < TABLES_MAX)
        tables->items[tables->count++] = table;
}

/* By their rows, and by the parameters that count these. */
void home_forward_tables(const struct home *home, struct cwmp_strings *ret)
{
    struct home_table counted;

    ret->items = ARENA_ARRAY(home->arena, const char *, TABLES_MAX);
    ret->count = 0;
    for (size_t i = 0; i < home->binding_count; i++)
        if (is_forward(home->bindings[i].row->key))
            add_table(ret, home_table_of(home->bindings[i].object, home->arena));
    for (size_t i = 0; i < home->value_count; i++)
        if (home_counts(home, home->values[i].name, &counted) && is_forward(counted.key))
            add_table(ret, counted.path);
}

/* ---- the one for new ones ---- */

/* "Device." */
static const char *root_of(const struct home *home)
{
    for (size_t i = 0; i < home->value_count; i++) {
        const char *name = home->values[i].name;
        const char *below = home_below_root(name);

        if (below != NULL)
            return arena_memdup(home->arena, name, (size_t)(below - name));
    }
    return NULL;
}

/* What is left of the pattern behind this object; NULL: it is about other objects. */
static const char *behind(const char *pattern, const char *object)
{
    while (*object != '\0') {
        if (strncmp(pattern, "{i}", strlen("{i}")) == 0) {
            size_t digits = strspn(object, "0123456789");

            if (digits == 0)
                return NULL;
            object += digits;
            pattern += strlen("{i}");
        } else if (*pattern++ != *object++) {
            return NULL;
        }
    }
    return pattern;
}

/* Trees of TR-181 with leftovers of TR-098 keep forwards at a connection of which they tell nothing else. */
static const char *shown_table_for(const struct home *home, const char *pattern)
{
    bool of_ppp = strstr(pattern, "WANPPPConnection") != NULL;
    struct cwmp_strings shown;

    home_forward_tables(home, &shown);
    for (size_t i = 0; of_ppp == home->uses_ppp && i < shown.count; i++) {
        const char *rest = behind(pattern, home_below_root(shown.items[i]));

        if (rest != NULL && *rest == '\0')
            return shown.items[i];
    }
    return NULL;
}

/* The table of the row's pattern: below the connection that carries the internet, or the only one. */
static const char *table_for(const struct home *home, const struct map_row *row)
{
    const char *pattern = arena_memdup(home->arena, row->path, row->object - strlen("{i}"));
    const char *connection = home_connection(home);
    const char *root = root_of(home), *rest;

    if (root == NULL)
        return NULL;
    if (strstr(pattern, "{i}") == NULL)
        return arena_printf(home->arena, "%s%s", root, pattern);
    rest = connection != NULL ? behind(pattern, home_below_root(connection)) : NULL;
    if (rest != NULL && strstr(rest, "{i}") == NULL)
        return arena_printf(home->arena, "%s%s", connection, rest);
    return model_map_is_special(home->model->map, row) ? shown_table_for(home, pattern) : NULL;
}

static bool is_shown(const struct home *home, const char *table)
{
    const char *count = arena_printf(home->arena, "%.*sNumberOfEntries", (int)(strlen(table) - 1), table);

    for (size_t i = 0; i < home->value_count; i++)
        if (text_starts_with(home->values[i].name, table) || strcmp(home->values[i].name, count) == 0)
            return true;
    return false;
}

/*
 * What a row of the model itself says counts most; then that the device shows the table; then that it is
 * where the standard of the connection has it, which need not be shown as long as it is empty. 0: no table of
 * this home.
 */
static unsigned weigh(const struct home *home, const struct map_row *row, const char *table)
{
    const unsigned natural = 4, shown = 5, special = 10;
    const char *connection = home_connection(home);
    bool of_igd = connection != NULL ? home_is_of_igd(connection)
                                     : text_starts_with(root_of(home), "InternetGatewayDevice.");

    return (home_is_of_igd(table) == of_igd ? natural : 0) + (is_shown(home, table) ? shown : 0) +
           (model_map_is_special(home->model->map, row) ? special : 0);
}

const char *home_forward_table(const struct home *home)
{
    const char *best = NULL;
    unsigned weight = 0;
    size_t count;
    const struct map_row *rows = model_map_all(home->model->map, &count);

    for (size_t i = 0; i < count; i++) {
        const char *table = NULL;
        unsigned own;

        if (rows[i].key == KEY_FORWARD_CLIENT && rows[i].scope == SCOPE_LIST &&
            map_view_has(home->model, &rows[i]))
            table = table_for(home, &rows[i]);
        own = table != NULL ? weigh(home, &rows[i], table) : 0;
        if (own > weight) {
            weight = own;
            best = table;
        }
    }
    return best;
}

const char *home_ip_interface(const struct home *home)
{
    for (size_t i = 0; i < home->object_count; i++) {
        const struct home_object *object = &home->objects[i];

        if (object->scope == SCOPE_IP && object->main && !home_is_of_igd(object->path))
            return arena_memdup(home->arena, object->path, strlen(object->path) - 1);
    }
    return NULL;
}
