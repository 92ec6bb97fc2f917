#include "acs/api/schema.h"

#include <inttypes.h>
#include <regex.h>
#include <string.h>

#include "acs/api/duration.h"

enum wrong {
#define WRONG(id, code, pt, en) WRONG_##id,
#include "acs/api/complaint.def"
#undef WRONG
};

static const char *const wrong_codes[] = {
#define WRONG(id, code, pt, en) [WRONG_##id] = (code),
#include "acs/api/complaint.def"
#undef WRONG
};

static const char *const wrong_sentences[] = {
#define WRONG(id, code, pt, en) \
    [WRONG_##id * LANGUAGE_COUNT + LANGUAGE_PT] = (pt), [WRONG_##id * LANGUAGE_COUNT + LANGUAGE_EN] = (en),
#include "acs/api/complaint.def"
#undef WRONG
};

/* Where in a value we are, from the leaf to the root: nothing is written unless something is wrong. */
struct place {
    const struct place *parent;
    const char *key; /* NULL: an array's item */
    size_t index;
    const char *parameter; /* the root of a query parameter */
};

static void write_pointer(const struct place *place, struct text *out)
{
    if (place->parent == NULL)
        return;
    write_pointer(place->parent, out);
    text_putc(out, '/');
    if (place->key == NULL) {
        text_put_u64(out, place->index);
        return;
    }
    for (const char *c = place->key; *c != '\0'; c++) {
        if (*c == '~' || *c == '/')
            text_puts(out, *c == '~' ? "~0" : "~1");
        else
            text_putc(out, *c);
    }
}

void complain(struct complaints *complaints, const struct complaint *complaint)
{
    if (complaints->count < COMPLAINTS_MAX)
        complaints->items[complaints->count++] = *complaint;
}

static void object_to(struct complaints *complaints, const struct place *place, enum wrong wrong,
                      const char *expected)
{
    struct text pointer = TEXT_IN(complaints->arena);
    const char *parameter = place->parent == NULL ? place->parameter : NULL;

    if (parameter == NULL)
        write_pointer(place, &pointer);
    complain(complaints,
             &(struct complaint){
                 .pointer = parameter == NULL ? text_string(&pointer) : NULL,
                 .parameter = parameter,
                 .code = wrong_codes[wrong],
                 .detail = arena_printf(complaints->arena, "%s%s",
                                        wrong_sentences[wrong * LANGUAGE_COUNT + complaints->language],
                                        text_or_empty(expected)),
             });
}

static void object_to_number(struct complaints *complaints, const struct place *place, enum wrong wrong,
                             int64_t expected)
{
    object_to(complaints, place, wrong, arena_printf(complaints->arena, "%" PRId64, expected));
}

static void object_to_type(struct complaints *complaints, const struct place *place, unsigned types)
{
    static const char *const names[][LANGUAGE_COUNT] = {
        [JSON_NULL] = {"nulo",          "null"         },
        [JSON_BOOL] = {"true ou false", "true or false"},
        [JSON_INT] = {"um inteiro",    "an integer"   },
        [JSON_REAL] = {"um número",    "a number"     },
        [JSON_STRING] = {"um texto",      "a string"     },
        [JSON_ARRAY] = {"uma lista",     "an array"     },
        [JSON_OBJECT] = {"um objeto",     "an object"    },
    };
    struct text list = TEXT_IN(complaints->arena);

    for (unsigned kind = JSON_NULL; kind <= JSON_OBJECT; kind++) {
        if ((types & 1u << kind) == 0)
            continue;
        if (list.len > 0)
            text_puts(&list, complaints->language == LANGUAGE_PT ? " ou " : " or ");
        text_puts(&list, names[kind][complaints->language]);
    }
    object_to(complaints, place, WRONG_TYPE, text_string(&list));
}

static bool is_choice(const char *const *choices, const char *text)
{
    for (; *choices != NULL; choices++)
        if (strcmp(*choices, text) == 0)
            return true;
    return false;
}

static const char *list_choices(const char *const *choices, struct arena *arena)
{
    struct text list = TEXT_IN(arena);

    for (; *choices != NULL; choices++) {
        text_puts(&list, list.len > 0 ? ", " : "");
        text_puts(&list, *choices);
    }
    return text_string(&list);
}

/* A pattern that cannot be compiled matches nothing: refusing is the safe side. */
static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    bool found;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

static void check_format(enum schema_format format, const char *text, const struct place *place,
                         struct complaints *complaints)
{
    int64_t time;
    uint32_t seconds;

    if (format == SCHEMA_DATE_TIME && text_read_time(text, &time) != ERR_OK)
        object_to(complaints, place, WRONG_NO_TIME, NULL);
    if (format == SCHEMA_DURATION && !duration_read(text, &seconds))
        object_to(complaints, place, WRONG_NO_DURATION, NULL);
}

static void check_text(const struct schema *schema, const char *text, const struct place *place,
                       struct complaints *complaints)
{
    size_t length = text_utf8_length(text);

    if (schema->choices != NULL && !is_choice(schema->choices, text))
        object_to(complaints, place, WRONG_CHOICE, list_choices(schema->choices, complaints->arena));
    else if (length < schema->min_length)
        object_to_number(complaints, place, WRONG_TOO_SHORT, schema->min_length);
    else if (length > schema->max_length)
        object_to_number(complaints, place, WRONG_TOO_LONG, schema->max_length);
    else if (schema->pattern != NULL && !matches(schema->pattern, text))
        object_to(complaints, place, WRONG_FORM, schema->pattern);
    else
        check_format(schema->format, text, place, complaints);
}

static void check_integer(const struct schema *schema, int64_t number, const struct place *place,
                          struct complaints *complaints)
{
    if (number < schema->minimum)
        object_to_number(complaints, place, WRONG_TOO_SMALL, schema->minimum);
    else if (number > schema->maximum)
        object_to_number(complaints, place, WRONG_TOO_LARGE, schema->maximum);
}

static const struct schema_member *find_member(const struct schema *schema, const char *name)
{
    for (uint32_t i = 0; i < schema->member_count; i++)
        if (strcmp(schema->members[i].name, name) == 0)
            return &schema->members[i];
    return NULL;
}

static void check_count(const struct schema *schema, size_t count, const struct place *place,
                        struct complaints *complaints)
{
    if (count < schema->min_items)
        object_to_number(complaints, place, WRONG_TOO_FEW, schema->min_items);
    else if (count > schema->max_items)
        object_to_number(complaints, place, WRONG_TOO_MANY, schema->max_items);
}

static void check_required(const struct schema *schema, const struct json *object, const struct place *place,
                           struct complaints *complaints)
{
    for (uint32_t i = 0; i < schema->member_count; i++)
        if (schema->members[i].required && json_get(object, schema->members[i].name) == NULL)
            object_to(complaints, &(struct place){.parent = place, .key = schema->members[i].name},
                      WRONG_MISSING, NULL);
}

/* All but what is inside it. */
static void check_shell(const struct schema *schema, const struct json *value, const struct place *place,
                        struct complaints *complaints)
{
    enum json_kind kind = json_kind(value);

    if ((schema->types & 1u << kind) == 0)
        object_to_type(complaints, place, schema->types);
    else if (kind == JSON_STRING)
        check_text(schema, json_string(value, ""), place, complaints);
    else if (kind == JSON_INT)
        check_integer(schema, json_int(value, 0), place, complaints);
    else if (kind == JSON_ARRAY)
        check_count(schema, json_count(value), place, complaints);
    else if (kind == JSON_OBJECT)
        check_required(schema, value, place, complaints);
}

/* The index-th part of an object or array, and the schema it must obey: NULL if anything goes. */
static const struct json *step_into(const struct schema *schema, const struct json *value,
                                    struct place *place, const struct schema **ret)
{
    const struct schema_member *member;
    const struct json *part;

    if (json_kind(value) == JSON_ARRAY) {
        *ret = schema->items;
        return json_at(value, place->index);
    }
    part = json_member(value, place->index, &place->key);
    member = find_member(schema, place->key);
    *ret = member == NULL ? NULL : member->schema;
    return part;
}

/* Depth is bounded by the schema, and by the reader of JSON. */
static void check(const struct schema *schema, const struct json *value, const struct place *place,
                  struct complaints *complaints)
{
    check_shell(schema, value, place, complaints);
    if ((schema->types & 1u << json_kind(value)) == 0)
        return;
    for (size_t i = 0; i < json_count(value) && complaints->count < COMPLAINTS_MAX; i++) {
        struct place inner = {.parent = place, .index = i};
        const struct schema *inner_schema;
        const struct json *part = step_into(schema, value, &inner, &inner_schema);

        if (inner_schema != NULL)
            check(inner_schema, part, &inner, complaints);
        else if (json_kind(value) == JSON_OBJECT && schema->closed)
            object_to(complaints, &inner, WRONG_UNKNOWN, NULL);
    }
}

void schema_check(const struct schema *schema, const struct json *value, struct complaints *complaints)
{
    check(schema, value, &(struct place){0}, complaints);
}

/* "a,b,c": a list in a query (style form, not exploded). */
static void check_list(const struct schema *schema, const char *text, const struct place *place,
                       struct complaints *complaints)
{
    size_t count = 0;

    for (size_t len; *text != '\0'; text += len + (text[len] == ','), count++) {
        len = strcspn(text, ",");
        check_text(schema->items, arena_memdup(complaints->arena, text, len), place, complaints);
    }
    check_count(schema, count, place, complaints);
}

static void check_parameter(const struct schema *schema, const char *text, const struct place *place,
                            struct complaints *complaints)
{
    int64_t number;

    if ((schema->types & 1u << JSON_INT) != 0) {
        if (text_read_i64(text, &number) != ERR_OK)
            object_to_type(complaints, place, schema->types);
        else
            check_integer(schema, number, place, complaints);
    } else if ((schema->types & 1u << JSON_BOOL) != 0) {
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            object_to_type(complaints, place, schema->types);
    } else if (schema->items != NULL) {
        check_list(schema, text, place, complaints);
    } else {
        check_text(schema, text, place, complaints);
    }
}

static bool has_rule(const struct query_rule *rules, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return true;
    return false;
}

void schema_check_query(const struct query_rule *rules, size_t count, const struct query *query,
                        struct complaints *complaints)
{
    for (size_t i = 0; i < query->count; i++)
        if (!has_rule(rules, count, query->items[i].name))
            object_to(complaints, &(struct place){.parameter = query->items[i].name}, WRONG_UNKNOWN, NULL);
    for (size_t i = 0; i < count; i++) {
        const char *text = query_get(query, rules[i].name);
        struct place place = {.parameter = rules[i].name};

        if (text != NULL)
            check_parameter(rules[i].schema, text, &place, complaints);
        else if (rules[i].required)
            object_to(complaints, &place, WRONG_MISSING, NULL);
    }
}
