#include "db/bind.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

enum { FORMAT_TEXT, FORMAT_BINARY };

struct bind bind_i64s(const char *name, const int64_t *items, size_t count, struct arena *arena)
{
    struct array array = array_open(arena, ARRAY_BIGINT);

    for (size_t i = 0; i < count; i++)
        array_put_i64(&array, items[i]);
    return bind_array(name, &array);
}

struct bind bind_texts(const char *name, const char *const *items, size_t count, struct arena *arena)
{
    struct array array = array_open(arena, ARRAY_TEXT);

    for (size_t i = 0; i < count; i++)
        array_put_text(&array, items[i]);
    return bind_array(name, &array);
}

static const char *written_time(int64_t us, struct arena *arena)
{
    return text_write_time(arena_alloc(arena, TEXT_TIME_MAX), us, true);
}

static const char *written(const struct bind *bind, struct arena *arena)
{
    if (bind->text == NULL)
        return NULL;
    switch (bind->kind) {
    case BIND_I64:
        return arena_printf(arena, "%" PRId64, bind->number);
    case BIND_BOOL:
        return bind->number ? "t" : "f";
    case BIND_TIME:
        return written_time(bind->number, arena);
    case BIND_TEXT:
    case BIND_BYTES:
        break;
    }
    return bind->text;
}

static const struct bind *find_bind(struct binds binds, const char *name)
{
    for (size_t i = 0; i < binds.count; i++)
        if (strcmp(binds.items[i].name, name) == 0)
            return &binds.items[i];
    return NULL;
}

enum err parameters_fill(const struct sql_statement *statement, struct binds binds, struct arena *arena,
                         struct parameters *ret)
{
    if (binds.count != statement->parameter_count)
        return err_set(ERR_INTERNAL, "%s has %u parameters, not %zu", statement->name,
                       statement->parameter_count, binds.count);
    for (unsigned i = 0; i < statement->parameter_count; i++) {
        const struct bind *bind = find_bind(binds, statement->parameters[i]);

        if (bind == NULL)
            return err_set(ERR_INTERNAL, "%s: nothing is bound to :%s", statement->name,
                           statement->parameters[i]);
        if (bind->len > INT_MAX)
            return err_set(ERR_TOO_LARGE, "%s: %zu bytes for :%s", statement->name, bind->len, bind->name);
        ret->values[i] = written(bind, arena);
        ret->lengths[i] = (int)bind->len;
        ret->formats[i] = bind->kind == BIND_BYTES ? FORMAT_BINARY : FORMAT_TEXT;
    }
    return ERR_OK;
}
