#include "provisioning/fact.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"

enum { LIGHT = FACT_LIGHT, DRAWN = FACT_DRAWN, TOLD = FACT_TOLD, APART = FACT_APART };

const struct fact_row fact_rows[KEY_COUNT] = {
#define KEY(id, name, kind, unit, flags, low, high) {name, FACT_##kind, unit, flags, low, high},
#include "provisioning/map/key.def"
#undef KEY
};

/* ---- names ---- */

/* The part of a full name that {band} or {n} stands for: digits, or a band. */
static size_t place_length(const char *pattern, const char *name)
{
    size_t len = strcspn(name, ".");

    if (text_starts_with(pattern, "{n}"))
        return len > 0 && strspn(name, "0123456789") == len ? len : 0;
    return len == 2 && strchr("256", name[0]) != NULL && name[1] == 'g' ? len : 0;
}

static bool matches(const char *pattern, const char *name)
{
    size_t before = strcspn(pattern, "{"), len;

    if (strncmp(pattern, name, before) != 0)
        return false;
    if (pattern[before] == '\0')
        return name[before] == '\0';
    len = place_length(pattern + before, name + before);
    return len > 0 && strcmp(strchr(pattern, '}') + 1, name + before + len) == 0;
}

enum fact_key fact_key_of(const char *name)
{
    for (int key = 0; key < KEY_COUNT; key++)
        if (matches(fact_rows[key].name, name))
            return (enum fact_key)key;
    return KEY_COUNT;
}

const char *fact_name(enum fact_key key, const char *place, struct arena *arena)
{
    const char *pattern = fact_rows[key].name;
    size_t before = strcspn(pattern, "{");

    if (pattern[before] == '\0')
        return pattern;
    return arena_printf(arena, "%.*s%s%s", (int)before, pattern, place, strchr(pattern, '}') + 1);
}

/* ---- looking ---- */

static int compare(const void *left, const void *right)
{
    return strcmp(((const struct fact *)left)->name, ((const struct fact *)right)->name);
}

const struct fact *facts_find(const struct facts *facts, const char *name)
{
    struct fact wanted = {.name = name};

    if (facts->count == 0)
        return NULL;
    return bsearch(&wanted, facts->items, facts->count, sizeof(*facts->items), compare);
}

const struct fact *facts_first(const struct facts *facts, const char *prefix)
{
    for (size_t i = 0; i < facts->count; i++)
        if (text_starts_with(facts->items[i].name, prefix))
            return &facts->items[i];
    return NULL;
}

const struct fact *facts_next(const struct facts *facts, const struct fact *fact, const char *prefix)
{
    size_t next = (size_t)(fact - facts->items) + 1;

    return next < facts->count && text_starts_with(facts->items[next].name, prefix) ? &facts->items[next]
                                                                                    : NULL;
}

int64_t fact_age_s(const struct facts *facts, const struct fact *fact)
{
    return fact->at_us < facts->now_us ? (facts->now_us - fact->at_us) / US_PER_S : 0;
}

/* ---- collecting ---- */

static void add(struct fact_list *list, struct fact fact)
{
    if (list->count == list->capacity) {
        size_t more = list->capacity ? 2 * list->capacity : 64;

        list->items = arena_grow(list->arena, list->items, list->capacity * sizeof(*list->items),
                                 more * sizeof(*list->items));
        list->capacity = more;
    }
    fact.name = arena_strdup(list->arena, fact.name);
    list->items[list->count++] = fact;
}

static bool begin(const char *name, enum fact_kind kind, struct fact *ret)
{
    *ret = (struct fact){.name = name, .key = fact_key_of(name)};
    return ret->key != KEY_COUNT && fact_rows[ret->key].kind == kind;
}

bool fact_add_number(struct fact_list *list, const char *name, double number, int64_t at_us)
{
    struct fact fact;

    if (!begin(name, FACT_NUMBER, &fact) || !(number >= fact_rows[fact.key].low) ||
        !(number <= fact_rows[fact.key].high))
        return false;
    fact.number = number;
    fact.at_us = at_us;
    add(list, fact);
    return true;
}

bool fact_add_text(struct fact_list *list, const char *name, const char *text, int64_t at_us)
{
    struct fact fact;

    if (text == NULL || !begin(name, FACT_TEXT, &fact))
        return false;
    fact.text = arena_strdup(list->arena, text);
    fact.at_us = at_us;
    add(list, fact);
    return true;
}

bool fact_add_flag(struct fact_list *list, const char *name, bool flag, int64_t at_us)
{
    struct fact fact;

    if (!begin(name, FACT_FLAG, &fact))
        return false;
    fact.number = flag;
    fact.at_us = at_us;
    add(list, fact);
    return true;
}

void fact_add_all(struct fact_list *list, const struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        add(list, facts->items[i]);
}

/* Of one name the newer one first. */
static int compare_and_age(const void *left, const void *right)
{
    const struct fact *a = left;
    const struct fact *b = right;
    int order = compare(a, b);

    return order != 0 ? order : (b->at_us > a->at_us) - (b->at_us < a->at_us);
}

struct facts facts_of_list(struct fact_list *list, int64_t now_us)
{
    size_t kept = 0;

    if (list->count > 0)
        qsort(list->items, list->count, sizeof(*list->items), compare_and_age);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || strcmp(list->items[kept - 1].name, list->items[i].name) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
    return (struct facts){.items = list->items, .count = kept, .now_us = now_us};
}

/* ---- kept and shown ---- */

static void write_value(const struct fact *fact, struct json_writer *json)
{
    switch (fact_rows[fact->key].kind) {
    case FACT_NUMBER:
        json_put_real(json, fact->number);
        break;
    case FACT_FLAG:
        json_put_bool(json, fact->number > 0);
        break;
    case FACT_TEXT:
    case FACT_SECRET:
    case FACT_CLUE:
        json_put_string(json, fact->text);
        break;
    }
}

void facts_write(const struct facts *facts, struct json_writer *json)
{
    json_open_object(json);
    for (size_t i = 0; i < facts->count; i++) {
        json_key(json, facts->items[i].name);
        json_open_array(json);
        write_value(&facts->items[i], json);
        json_put_int(json, facts->items[i].at_us / US_PER_S);
        json_close_array(json);
    }
    json_close_object(json);
}

static void read_one(const char *name, const struct json *value, int64_t at_us, struct fact_list *list)
{
    switch (json_kind(value)) {
    case JSON_INT:
    case JSON_REAL:
        fact_add_number(list, name, json_real(value, 0), at_us);
        break;
    case JSON_STRING:
        fact_add_text(list, name, json_string(value, ""), at_us);
        break;
    case JSON_BOOL:
        fact_add_flag(list, name, json_bool(value, false), at_us);
        break;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
}

void facts_read(const struct json *doc, struct fact_list *list)
{
    for (size_t i = 0; i < json_count(doc); i++) {
        const char *name;
        const struct json *pair = json_member(doc, i, &name);

        read_one(name, json_at(pair, 0), json_int(json_at(pair, 1), 0) * US_PER_S, list);
    }
}
