#include "provisioning/map/home.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

/* ---- names ---- */

const char *home_below_root(const char *name)
{
    static const char *const roots[] = {"InternetGatewayDevice.", "Device."};

    for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
        if (text_starts_with(name, roots[i]))
            return name + strlen(roots[i]);
    return NULL;
}

int home_compare_paths(const char *a, const char *b)
{
    return model_compare_versions(a, b);
}

/* True, and how much of the path the first `object` bytes of the pattern have taken. */
static bool matches(const struct map_row *row, const char *path, size_t *ret_object)
{
    const char *pattern = row->path, *start = path;

    *ret_object = 0;
    while (*pattern != '\0') {
        if (row->object > 0 && (size_t)(pattern - row->path) == row->object)
            *ret_object = (size_t)(path - start);
        if (strncmp(pattern, "{i}", 3) == 0) {
            size_t digits = strspn(path, "0123456789");

            if (digits == 0)
                return false;
            path += digits;
            pattern += 3;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

/* ---- tables ---- */

/* True if the row is of a list whose rows stand in this table. */
static bool is_row_of(const struct map_row *row, const char *table)
{
    const char *pattern = row->path;
    const char *end = row->path + row->object - strlen("{i}");

    if (row->scope != SCOPE_LIST)
        return false;
    while (pattern < end) {
        if (strncmp(pattern, "{i}", 3) == 0) {
            size_t digits = strspn(table, "0123456789");

            if (digits == 0)
                return false;
            table += digits;
            pattern += 3;
        } else if (*pattern++ != *table++) {
            return false;
        }
    }
    return *table == '\0';
}

/* "Hosts.HostNumberOfEntries" counts "Hosts.Host."; a network of TR-098 has its own word for it. */
static const char *counted_table(const char *name, struct arena *arena)
{
    static const char entries[] = "NumberOfEntries", associations[] = "TotalAssociations";
    size_t len = strlen(name);

    if (text_ends_with(name, entries))
        return arena_printf(arena, "%.*s.", (int)(len - strlen(entries)), name);
    if (text_ends_with(name, associations))
        return arena_printf(arena, "%.*sAssociatedDevice.", (int)(len - strlen(associations)), name);
    return NULL;
}

bool home_counts(const struct home *home, const char *name, struct home_table *ret)
{
    const char *table = counted_table(name, home->arena);
    const char *below = table != NULL ? home_below_root(table) : NULL;
    size_t count;
    const struct map_row *rows = model_map_all(home->model->map, &count);

    for (size_t i = 0; below != NULL && i < count; i++)
        if (map_view_has(home->model, &rows[i]) && is_row_of(&rows[i], below)) {
            *ret = (struct home_table){table, rows[i].key};
            return true;
        }
    return false;
}

const char *home_table_of(const char *object, struct arena *arena)
{
    size_t len = strlen(object) - 1;

    while (len > 0 && isdigit((unsigned char)object[len - 1]))
        len--;
    return arena_memdup(arena, object, len);
}

/* ---- hits ---- */

static void add_hit(struct home *home, struct home_hit hit)
{
    if (home->hit_count == home->hit_capacity) {
        size_t more = home->hit_capacity ? 2 * home->hit_capacity : 128;

        home->hits =
            arena_grow(home->arena, home->hits, home->hit_capacity * sizeof(hit), more * sizeof(hit));
        home->hit_capacity = more;
    }
    home->hits[home->hit_count++] = hit;
}

static void look_up(struct home *home, const struct home_value *value)
{
    const char *below = home_below_root(value->name);
    const char *dot = below != NULL ? strrchr(below, '.') : NULL;
    const struct map_row *rows;
    size_t count, object;

    if (dot == NULL || dot[1] == '\0')
        return;
    rows = model_map_rows(home->model->map, dot + 1, &count);
    for (size_t i = 0; i < count; i++) {
        if (!map_view_has(home->model, &rows[i]) || !matches(&rows[i], below, &object))
            continue;
        if (object > 0)
            object += (size_t)(below - value->name) + 1;
        add_hit(home, (struct home_hit){.row = &rows[i],
                                        .value = value,
                                        .object = arena_memdup(home->arena, value->name, object)});
    }
}

const char *home_value_at(const struct home *home, enum fact_key key, const char *object)
{
    const struct home_hit *best = NULL;

    for (size_t i = 0; i < home->hit_count; i++) {
        const struct home_hit *hit = &home->hits[i];

        if (hit->row->key == key && hit->value->value != NULL && strcmp(hit->object, object) == 0 &&
            (best == NULL || hit->row->rank > best->row->rank))
            best = hit;
    }
    return best != NULL ? best->value->value : NULL;
}

/* ---- objects ---- */

static uint32_t last_number(const char *path)
{
    const char *at = path + strlen(path) - 1; /* its dot */
    uint32_t number = 0;

    while (at > path && isdigit((unsigned char)at[-1]))
        at--;
    for (; isdigit((unsigned char)*at) && number < 100000000; at++)
        number = number * 10 + (uint32_t)(*at - '0');
    return number;
}

struct home_object *home_object_at(const struct home *home, const char *path)
{
    for (size_t i = 0; i < home->object_count; i++)
        if (strcmp(home->objects[i].path, path) == 0)
            return &home->objects[i];
    return NULL;
}

static void add_object(struct home *home, const struct home_hit *hit)
{
    if (hit->row->scope == SCOPE_NONE || hit->row->scope == SCOPE_LIST ||
        home_object_at(home, hit->object) != NULL)
        return;
    if (home->object_count == home->object_capacity) {
        size_t more = home->object_capacity ? 2 * home->object_capacity : 16;

        home->objects = arena_grow(home->arena, home->objects, home->object_capacity * sizeof(*home->objects),
                                   more * sizeof(*home->objects));
        home->object_capacity = more;
    }
    home->objects[home->object_count++] = (struct home_object){.path = hit->object,
                                                               .scope = hit->row->scope,
                                                               .number = last_number(hit->object),
                                                               .band = BAND_COUNT};
}

static int compare_objects(const void *left, const void *right)
{
    return home_compare_paths(((const struct home_object *)left)->path,
                              ((const struct home_object *)right)->path);
}

/* ---- places ---- */

static void add_number(struct text *out, const char *number, size_t digits)
{
    enum { WIDTH = 3 };

    if (out->len == 1 && *out->data == '1') /* what stands in front of another one and is 1 */
        out->len = 0;
    for (size_t i = digits; out->len > 0 && i < WIDTH; i++)
        text_putc(out, '0');
    text_add(out, number, digits);
}

/*
 * The number of a row of a list: the numbers of its path, three digits for each but the first, where those in
 * front that are 1 say nothing: Host.3 is 3, WLANConfiguration.5.AssociatedDevice.2 is 5002.
 */
static const char *row_number(const char *object, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (const char *at = strchr(object, '.'); at != NULL && at[1] != '\0'; at = strchr(at + 1, '.')) {
        size_t digits = strspn(at + 1, "0123456789");

        if (digits > 0 && at[1 + digits] == '.')
            add_number(&out, at + 1, digits);
    }
    return text_string(&out);
}

static const char *place_of(const struct home *home, const struct home_hit *hit)
{
    const struct home_object *object = home_object_at(home, hit->object);

    switch (hit->row->scope) {
    case SCOPE_NONE:
        return "";
    case SCOPE_LIST:
        return row_number(hit->object, home->arena);
    case SCOPE_PPP:
    case SCOPE_IP:
        return object->main ? "" : NULL;
    case SCOPE_NETWORK:
    case SCOPE_RADIO:
    case SCOPE_ACCESS_POINT:
        break;
    }
    return object->main ? band_names[object->band] : NULL;
}

/* They are of the same WANConnectionDevice. */
static bool is_beside(const char *name, const char *connection)
{
    const char *table = strstr(connection, ".WANConnectionDevice.");
    const char *end = table != NULL ? strstr(table + 1, ".WAN") : NULL;

    return end != NULL && strncmp(name, connection, (size_t)(end - connection) + 1) == 0;
}

/* What belongs to the connection that carries the internet comes first, then what is of no connection. */
static uint32_t distance(const struct home *home, const struct home_hit *hit)
{
    const char *connection = home_connection(home);

    if (hit->row->scope == SCOPE_PPP || hit->row->scope == SCOPE_IP)
        return strcmp(hit->object, connection) == 0                         ? 0
               : hit->row->scope == (home->uses_ppp ? SCOPE_PPP : SCOPE_IP) ? 1
                                                                            : 2;
    return connection == NULL || strstr(hit->row->path, "WANConnectionDevice.{i}.") == NULL ||
                   is_beside(hit->value->name, connection)
               ? 1
               : 3;
}

static int compare_bindings(const void *left, const void *right)
{
    const struct home_binding *a = left;
    const struct home_binding *b = right;
    int order = (a->row->key > b->row->key) - (a->row->key < b->row->key);

    if (order == 0)
        order = home_compare_paths(a->place, b->place);
    if (order == 0)
        order = (a->order > b->order) - (a->order < b->order);
    if (order == 0)
        order = (a->row->rank < b->row->rank) - (a->row->rank > b->row->rank);
    return order != 0 ? order : home_compare_paths(a->value->name, b->value->name);
}

static void bind_all(struct home *home)
{
    home->bindings = ARENA_ARRAY(home->arena, struct home_binding, home->hit_count + 1);
    for (size_t i = 0; i < home->hit_count; i++) {
        const struct home_hit *hit = &home->hits[i];
        const char *place = place_of(home, hit);

        if (place != NULL)
            home->bindings[home->binding_count++] = (struct home_binding){.row = hit->row,
                                                                          .value = hit->value,
                                                                          .place = place,
                                                                          .object = hit->object,
                                                                          .order = distance(home, hit)};
    }
    qsort(home->bindings, home->binding_count, sizeof(*home->bindings), compare_bindings);
}

struct home *home_new(const struct map_view *model, const struct home_value *values, size_t count,
                      struct arena *arena)
{
    struct home *home = ARENA_NEW(arena, struct home);

    home->arena = arena;
    home->model = model;
    home->values = values;
    home->value_count = count;
    for (size_t i = 0; i < count; i++)
        look_up(home, &values[i]);
    for (size_t i = 0; i < home->hit_count; i++)
        add_object(home, &home->hits[i]);
    if (home->object_count > 0)
        qsort(home->objects, home->object_count, sizeof(*home->objects), compare_objects);
    home_find_bands(home);
    home_find_connections(home);
    bind_all(home);
    home_date_lists(home);
    return home;
}

/* ---- looking ---- */

struct home_bindings home_find_all(const struct home *home, enum fact_key key)
{
    size_t first = 0, last;

    while (first < home->binding_count && home->bindings[first].row->key != key)
        first++;
    for (last = first; last < home->binding_count && home->bindings[last].row->key == key;)
        last++;
    return (struct home_bindings){&home->bindings[first], last - first};
}

struct home_bindings home_find(const struct home *home, enum fact_key key, const char *place)
{
    struct home_bindings all = home_find_all(home, key);
    size_t first = 0, last;

    while (first < all.count && strcmp(all.items[first].place, place) != 0)
        first++;
    for (last = first; last < all.count && strcmp(all.items[last].place, place) == 0;)
        last++;
    return (struct home_bindings){all.items + first, last - first};
}

static bool may_be_written(const struct home_binding *binding)
{
    return !(binding->row->options & MAP_READ_ONLY) && !binding->value->locked &&
           encoding_is_writable(binding->row->encoding);
}

const struct home_binding *home_find_at(const struct home *home, enum fact_key key, const char *object,
                                        bool writable)
{
    struct home_bindings all = home_find_all(home, key);

    for (size_t i = 0; i < all.count; i++)
        if (strcmp(all.items[i].object, object) == 0 && (!writable || may_be_written(&all.items[i])))
            return &all.items[i];
    return NULL;
}

struct home_bindings home_find_writable(const struct home *home, enum fact_key key, const char *place)
{
    struct home_bindings all = home_find(home, key, place);
    struct home_binding *kept = ARENA_ARRAY(home->arena, struct home_binding, all.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < all.count; i++)
        if (may_be_written(&all.items[i]))
            kept[count++] = all.items[i];
    return (struct home_bindings){kept, count};
}

const char *home_text(const struct home *home, enum fact_key key, const char *place)
{
    struct home_bindings found = home_find(home, key, place);

    for (size_t i = 0; i < found.count; i++)
        if (text_or_empty(found.items[i].value->value)[0] != '\0')
            return found.items[i].value->value;
    return found.count > 0 ? found.items[0].value->value : NULL;
}

bool home_flag(const struct home *home, enum fact_key key, const char *place, bool otherwise)
{
    struct home_bindings found = home_find(home, key, place);
    bool flag;

    for (size_t i = 0; i < found.count; i++)
        if (encoding_flag(found.items[i].row->encoding, text_or_empty(found.items[i].value->value), &flag))
            return flag;
    return otherwise;
}

double home_number(const struct home *home, enum fact_key key, const char *place, double otherwise)
{
    struct home_bindings found = home_find(home, key, place);
    double number;

    for (size_t i = 0; i < found.count; i++)
        if (encoding_number(found.items[i].row->encoding, text_or_empty(found.items[i].value->value),
                            &number))
            return number;
    return otherwise;
}

bool home_has_band(const struct home *home, int band)
{
    return home_find(home, KEY_WIFI_SSID, band_names[band]).count > 0;
}
