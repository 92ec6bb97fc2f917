#include "acs/base/json.h"

#include <string.h>

/* These names of jansson's are ours, too (json.h); what it calls so gets another name here. */
#define json_string jansson_string
#define json_real   jansson_real
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL   JANSSON_REAL
#define JSON_NULL   JANSSON_NULL
#include <jansson.h>
#include <malloc.h>
#undef json_string
#undef json_real
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_NULL

enum { READ_DEPTH_MAX = 32 };

/*
 * What jansson read is copied at once into nodes that lie side by side: its own objects are hash tables whose
 * n-th member costs n steps, which a peer could make us pay for every member.
 */
struct json {
    enum json_kind kind;
    size_t count; /* of items or members */
    union {
        bool yes;
        int64_t number;
        double real;
        const char *string;
        const struct json *items;
        const struct member *members;
    } as;
};

struct member {
    const char *key;
    struct json value;
};

struct document {
    struct json root; /* first: a document is freed by its root */
    struct arena *arena;
};

/* ---- reading ---- */

/* What jansson does not refuse: 2048 levels of brackets (counted here outside strings), and a NUL behind a
 * number. */
static enum err check_before(const char *bytes, size_t len)
{
    bool in_string = false;
    unsigned depth = 0;

    if (len > 0 && memchr(bytes, '\0', len) != NULL)
        return err_set(ERR_INVALID, "JSON must not contain a NUL byte");
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];

        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > READ_DEPTH_MAX)
                return err_set(ERR_INVALID, "JSON is nested more than %d deep", READ_DEPTH_MAX);
        } else if (c == ']' || c == '}') {
            depth -= depth > 0;
        }
    }
    return ERR_OK;
}

static void copy_value(struct arena *arena, json_t *from, struct json *to);

static void copy_array(struct arena *arena, json_t *from, struct json *to)
{
    struct json *items;

    to->kind = JSON_ARRAY;
    to->count = json_array_size(from);
    items = ARENA_ARRAY(arena, struct json, to->count);
    to->as.items = items;
    for (size_t i = 0; i < to->count; i++)
        copy_value(arena, json_array_get(from, i), &items[i]);
}

static void copy_object(struct arena *arena, json_t *from, struct json *to)
{
    struct member *member;

    to->kind = JSON_OBJECT;
    to->count = json_object_size(from);
    member = ARENA_ARRAY(arena, struct member, to->count);
    to->as.members = member;
    for (void *at = json_object_iter(from); at != NULL; at = json_object_iter_next(from, at), member++) {
        member->key = arena_strdup(arena, json_object_iter_key(at));
        copy_value(arena, json_object_iter_value(at), &member->value);
    }
}

static void copy_value(struct arena *arena, json_t *from, struct json *to)
{
    switch (json_typeof(from)) {
    case JANSSON_NULL:
        to->kind = JSON_NULL;
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = JSON_BOOL;
        to->as.yes = json_is_true(from);
        break;
    case JSON_INTEGER:
        to->kind = JSON_INT;
        to->as.number = json_integer_value(from);
        break;
    case JANSSON_REAL:
        to->kind = JSON_REAL;
        to->as.real = json_real_value(from);
        break;
    case JANSSON_STRING:
        to->kind = JSON_STRING;
        to->as.string = arena_memdup(arena, json_string_value(from), json_string_length(from));
        break;
    case JANSSON_ARRAY:
        copy_array(arena, from, to);
        break;
    case JANSSON_OBJECT:
        copy_object(arena, from, to);
        break;
    }
}

/* Documents may hold passwords: nothing of them stays in memory that is free. */
static void wipe_and_free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

__attribute__((constructor)) static void use_wiping_memory(void)
{
    json_set_alloc_funcs(malloc, wipe_and_free);
}

enum err json_read(const char *bytes, size_t len, struct json **ret)
{
    struct document *document;
    struct arena *arena;
    json_error_t error;
    json_t *from;

    TRY(check_before(bytes, len));
    from = json_loadb(len > 0 ? bytes : "", len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (from == NULL)
        return err_set(ERR_INVALID, "JSON line %d, column %d: %s", error.line, error.column, error.text);
    arena = arena_new(len + sizeof(*document));
    document = ARENA_NEW(arena, struct document);
    document->arena = arena;
    copy_value(arena, from, &document->root);
    json_decref(from);
    *ret = &document->root;
    return ERR_OK;
}

void json_free(struct json *root)
{
    if (root != NULL)
        arena_free(((struct document *)root)->arena);
}

void json_cleanup(struct json **root)
{
    json_free(*root);
}

/* ---- asking ---- */

static bool is(const struct json *value, enum json_kind kind)
{
    return value != NULL && value->kind == kind;
}

enum json_kind json_kind(const struct json *value)
{
    return value == NULL ? JSON_NULL : value->kind;
}

const struct json *json_get(const struct json *object, const char *key)
{
    for (size_t i = 0; is(object, JSON_OBJECT) && i < object->count; i++)
        if (strcmp(object->as.members[i].key, key) == 0)
            return &object->as.members[i].value;
    return NULL;
}

const char *json_string(const struct json *value, const char *otherwise)
{
    return is(value, JSON_STRING) ? value->as.string : otherwise;
}

int64_t json_int(const struct json *value, int64_t otherwise)
{
    return is(value, JSON_INT) ? value->as.number : otherwise;
}

double json_real(const struct json *value, double otherwise)
{
    if (is(value, JSON_INT))
        return (double)value->as.number;
    return is(value, JSON_REAL) ? value->as.real : otherwise;
}

bool json_bool(const struct json *value, bool otherwise)
{
    return is(value, JSON_BOOL) ? value->as.yes : otherwise;
}

size_t json_count(const struct json *value)
{
    return value == NULL ? 0 : value->count;
}

const struct json *json_at(const struct json *array, size_t index)
{
    return is(array, JSON_ARRAY) && index < array->count ? &array->as.items[index] : NULL;
}

const struct json *json_member(const struct json *object, size_t index, const char **ret_key)
{
    if (!is(object, JSON_OBJECT) || index >= object->count)
        return NULL;
    *ret_key = object->as.members[index].key;
    return &object->as.members[index].value;
}
