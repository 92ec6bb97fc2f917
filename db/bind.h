/*
 * Values for the parameters of a statement, bound by name.
 *
 *     BINDS(bind_i64("device_id", id), bind_text("serial", serial))
 *
 * Every parameter of the statement is bound exactly once; anything else is our bug (ERR_INTERNAL). Values
 * travel beside the statement, never in it. Nothing is copied: what is bound must live until the statement
 * has run.
 */
#pragma once

#include "db/array.h"
#include "db/sql.h"

struct bind {
    const char *name;
    enum { BIND_TEXT, BIND_I64, BIND_BOOL, BIND_TIME, BIND_BYTES } kind;
    const char *text; /* or the bytes; NULL: NULL */
    size_t len;
    int64_t number;
};

struct binds {
    const struct bind *items;
    size_t count;
};

#define BIND_LIST(...) ((const struct bind[]){__VA_ARGS__})
#define BINDS(...) \
    ((struct binds){BIND_LIST(__VA_ARGS__), sizeof(BIND_LIST(__VA_ARGS__)) / sizeof(struct bind)})
#define NO_BINDS ((struct binds){0})

/* Also for numeric, inet, jsonb …: whatever PostgreSQL reads from text. */
static inline struct bind bind_text(const char *name, const char *text)
{
    return (struct bind){.name = name, .kind = BIND_TEXT, .text = text};
}

static inline struct bind bind_i64(const char *name, int64_t number) /* any integer type */
{
    return (struct bind){.name = name, .kind = BIND_I64, .text = "", .number = number};
}

/* 0, which is nobody's id and stands for "not wanted": NULL. */
static inline struct bind bind_id(const char *name, int64_t id)
{
    return (struct bind){.name = name, .kind = BIND_I64, .text = id == 0 ? NULL : "", .number = id};
}

static inline struct bind bind_bool(const char *name, bool value)
{
    return (struct bind){.name = name, .kind = BIND_BOOL, .text = "", .number = value};
}

static inline struct bind bind_time_us(const char *name, int64_t us) /* timestamptz; 0: NULL */
{
    return (struct bind){.name = name, .kind = BIND_TIME, .text = us ? "" : NULL, .number = us};
}

static inline struct bind bind_bytes(const char *name, const void *bytes, size_t len) /* bytea; NULL: NULL */
{
    return (struct bind){.name = name, .kind = BIND_BYTES, .text = bytes, .len = len};
}

static inline struct bind bind_array(const char *name, const struct array *array)
{
    return bind_bytes(name, array->bytes.data, array->bytes.len);
}

static inline struct bind bind_null(const char *name)
{
    return (struct bind){.name = name};
}

/* For query_run_inside(): both parameters of a statement that a scope narrows. */
#define BIND_SCOPE(scope) bind_bool("scoped", (scope) != NULL), bind_bool("filter", true)

/* Arrays of what is at hand. */
struct bind bind_i64s(const char *name, const int64_t *items, size_t count, struct arena *arena) MUST_CHECK;
struct bind bind_texts(const char *name, const char *const *items, size_t count,
                       struct arena *arena) MUST_CHECK;

/* The form libpq wants: by number. */
struct parameters {
    const char *values[SQL_PARAMETERS_MAX];
    int lengths[SQL_PARAMETERS_MAX];
    int formats[SQL_PARAMETERS_MAX];
};

/* Texts made of numbers live in the arena. */
enum err parameters_fill(const struct sql_statement *statement, struct binds binds, struct arena *arena,
                         struct parameters *ret) MUST_CHECK;
