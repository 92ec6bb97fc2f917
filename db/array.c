#include "db/array.h"

#include <endian.h>
#include <string.h>

/* Dimensions, null flag, element type, then of the one dimension: length, first index. All big-endian 32-bit.
 */
enum { AT_DIMENSIONS, AT_NULLS, AT_TYPE, AT_LENGTH, AT_FIRST, HEADER_WORDS };

enum { NULL_ELEMENT = -1 };

static void put_word(struct array *array, int32_t word)
{
    uint32_t wire = htobe32((uint32_t)word);

    text_add(&array->bytes, &wire, sizeof(wire));
}

static void set_word(struct array *array, size_t at, uint32_t word)
{
    uint32_t wire = htobe32(word);

    memcpy(array->bytes.data + at * sizeof(wire), &wire, sizeof(wire));
}

/* An array of no element is one of no dimension, and its header ends after the type. */
struct array array_open(struct arena *arena, enum array_type type)
{
    struct array array = {.bytes = TEXT_IN(arena)};

    put_word(&array, 0);
    put_word(&array, 0);
    put_word(&array, (int32_t)type);
    return array;
}

static void put_element(struct array *array, const void *bytes, size_t len)
{
    if (array->count == 0) {
        set_word(array, AT_DIMENSIONS, 1);
        put_word(array, 0);
        put_word(array, 1);
    }
    set_word(array, AT_LENGTH, ++array->count);
    put_word(array, bytes == NULL ? NULL_ELEMENT : (int32_t)len);
    text_add(&array->bytes, bytes, len);
}

void array_put_null(struct array *array)
{
    set_word(array, AT_NULLS, 1);
    put_element(array, NULL, 0);
}

void array_put_bool(struct array *array, bool value)
{
    put_element(array, &value, 1);
}

void array_put_i16(struct array *array, int16_t number)
{
    uint16_t wire = htobe16((uint16_t)number);

    put_element(array, &wire, sizeof(wire));
}

void array_put_i64(struct array *array, int64_t number)
{
    uint64_t wire = htobe64((uint64_t)number);

    put_element(array, &wire, sizeof(wire));
}

void array_put_i32(struct array *array, int32_t number)
{
    uint32_t wire = htobe32((uint32_t)number);

    put_element(array, &wire, sizeof(wire));
}

void array_put_text(struct array *array, const char *text)
{
    if (text == NULL)
        array_put_null(array);
    else
        put_element(array, text, strlen(text));
}

void array_put_time_us(struct array *array, int64_t us)
{
    if (us == 0)
        array_put_null(array);
    else
        array_put_i64(array, us - PG_EPOCH_US);
}
