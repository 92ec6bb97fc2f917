#include "db/columns.h"

#include <assert.h>

void columns_open(struct columns *columns, const struct column *declared, unsigned count, struct arena *arena)
{
    assert(count <= SQL_PARAMETERS_MAX);
    columns->declared = declared;
    columns->count = count;
    columns->at = 0;
    columns->rows = 0;
    columns->arena = arena;
    for (unsigned i = 0; i < count; i++)
        columns->arrays[i] = array_open(arena, declared[i].type);
}

static struct array *next(struct columns *columns, enum array_type type)
{
    assert(columns->at < columns->count && columns->declared[columns->at].type == type);
    (void)type;
    return &columns->arrays[columns->at++];
}

void columns_bool(struct columns *columns, bool value)
{
    array_put_bool(next(columns, ARRAY_BOOL), value);
}

void columns_i16(struct columns *columns, int16_t number)
{
    array_put_i16(next(columns, ARRAY_SMALLINT), number);
}

void columns_i32(struct columns *columns, int32_t number)
{
    array_put_i32(next(columns, ARRAY_INT), number);
}

void columns_i64(struct columns *columns, int64_t number)
{
    array_put_i64(next(columns, ARRAY_BIGINT), number);
}

void columns_null(struct columns *columns)
{
    assert(columns->at < columns->count);
    array_put_null(&columns->arrays[columns->at++]);
}

void columns_text(struct columns *columns, const char *text)
{
    array_put_text(next(columns, ARRAY_TEXT), text);
}

void columns_time_us(struct columns *columns, int64_t us)
{
    array_put_time_us(next(columns, ARRAY_TIMESTAMPTZ), us);
}

void columns_end_row(struct columns *columns)
{
    assert(columns->at == columns->count);
    columns->at = 0;
    columns->rows++;
}

struct binds columns_binds(struct columns *columns)
{
    for (unsigned i = 0; i < columns->count; i++)
        columns->binds[i] = bind_array(columns->declared[i].name, &columns->arrays[i]);
    return (struct binds){columns->binds, columns->count};
}
