/*
 * A PostgreSQL array parameter, built in its binary form: numbers and texts are copied, nothing is quoted.
 *
 *     struct array ids = array_open(arena, ARRAY_BIGINT);
 *     array_put_i64(&ids, 7);
 *     bind_array("id", &ids);
 */
#pragma once

#include "acs/base/text.h"

/* The element type as the statement casts it: :id::bigint[]. The numbers are PostgreSQL's, fixed for ever. */
enum array_type {
    ARRAY_BOOL = 16,
    ARRAY_BIGINT = 20,
    ARRAY_SMALLINT = 21,
    ARRAY_INT = 23,
    ARRAY_TEXT = 25,
    ARRAY_TIMESTAMPTZ = 1184
};

struct array {
    struct text bytes; /* complete after every element */
    uint32_t count;
};

struct array array_open(struct arena *arena, enum array_type type) MUST_CHECK;

/* The caller puts what the type asks for. */
void array_put_null(struct array *array);
void array_put_bool(struct array *array, bool value);
void array_put_i16(struct array *array, int16_t number);
void array_put_i64(struct array *array, int64_t number);
void array_put_i32(struct array *array, int32_t number);
void array_put_text(struct array *array, const char *text); /* NULL: NULL */
void array_put_time_us(struct array *array, int64_t us);    /* since 1970; 0: NULL */

/* Microseconds from 1970 to 2000, where PostgreSQL's own count begins. */
#define PG_EPOCH_US INT64_C(946684800000000)
