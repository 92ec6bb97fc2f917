/*
 * Many rows for one statement, as one array per column: :device_id::bigint[], :at::timestamptz[] …
 *
 * The columns are declared once; then every row puts its values in the order of the declaration and is ended.
 * A value of another type, or a row that is too short, is our bug and asserts.
 */
#pragma once

#include "db/bind.h"

struct column {
    const char *name; /* of the parameter */
    enum array_type type;
};

struct columns {
    const struct column *declared;
    unsigned count;
    unsigned at; /* the column that comes next */
    size_t rows;
    struct arena *arena;
    struct array arrays[SQL_PARAMETERS_MAX];
    struct bind binds[SQL_PARAMETERS_MAX];
};

void columns_open(struct columns *columns, const struct column *declared, unsigned count,
                  struct arena *arena);

void columns_bool(struct columns *columns, bool value);
void columns_i16(struct columns *columns, int16_t number);
void columns_i32(struct columns *columns, int32_t number);
void columns_i64(struct columns *columns, int64_t number);
void columns_null(struct columns *columns);
void columns_text(struct columns *columns, const char *text); /* NULL: NULL */
void columns_time_us(struct columns *columns, int64_t us);    /* 0: NULL */
void columns_end_row(struct columns *columns);

struct binds columns_binds(struct columns *columns); /* good as long as columns is */
