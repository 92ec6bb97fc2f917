#include "provisioning/diag/answer.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "provisioning/parameter.h"

/* ---- fields ---- */

/* The leaf is one of "A|B". */
static bool is_one_of(const char *leaf, const char *names)
{
    size_t len = strlen(leaf);

    for (const char *at = names; *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == len && strncmp(at, leaf, len) == 0)
            return true;
    return false;
}

const struct cwmp_parameter_value *diag_find_field(const struct diag_answer *is, const char *names)
{
    size_t len = strlen(is->object);

    for (size_t i = 0; i < is->values->count; i++) {
        const struct cwmp_parameter_value *value = &is->values->items[i];

        if (strncmp(value->name, is->object, len) == 0 && is_one_of(value->name + len, names))
            return value;
    }
    return NULL;
}

const char *diag_fingerprint(const struct diag_answer *is, struct arena *arena)
{
    static const uint64_t key[2] = {0, 0};
    uint64_t sum = 0;

    for (size_t i = 0; i < is->values->count; i++) {
        const struct cwmp_parameter_value *value = &is->values->items[i];
        const char *pair = arena_printf(arena, "%s=%s", value->name, text_or_empty(value->value));

        sum += crypto_siphash128(key, pair, strlen(pair)).low;
    }
    return arena_printf(arena, "%016llx", (unsigned long long)sum);
}

const char *diag_value(const struct diag_answer *is, const char *leaf)
{
    const struct cwmp_parameter_value *value = diag_find_field(is, leaf);

    return value != NULL ? text_or_empty(value->value) : NULL;
}

uint64_t diag_number(const struct diag_answer *is, const char *leaf, uint64_t otherwise)
{
    const char *value = diag_value(is, leaf);
    uint64_t number;

    return value != NULL && text_read_u64(value, &number) == ERR_OK ? number : otherwise;
}

/* ---- rows ---- */

/* "…Result.3.BSSID": how long the path of the row is, with its dot; 0: this is no field of a row. */
static size_t row_length(const struct diag_answer *is, const char *name, const char *leaf)
{
    const char *dot = strrchr(name, '.');
    const char *number = dot;

    if (dot == NULL || strncmp(name, is->object, strlen(is->object)) != 0 || !is_one_of(dot + 1, leaf))
        return 0;
    while (number > name && isdigit((unsigned char)number[-1]))
        number--;
    return number < dot && number > name + strlen(is->object) && number[-1] == '.' ? (size_t)(dot - name) + 1
                                                                                   : 0;
}

bool diag_holds(const struct diag_answer *is, const struct diag_set *sets, uint32_t set_count)
{
    for (uint32_t i = 0; i < set_count; i++) {
        const char *value = diag_value(is, sets[i].leaf);

        if (value != NULL && !parameter_values_equal(sets[i].type, value, sets[i].value))
            return false;
    }
    return true;
}

size_t diag_rows(const struct diag_answer *is, const char *leaf, struct arena *arena, struct diag_row **ret)
{
    struct diag_row *rows = ARENA_ARRAY(arena, struct diag_row, DIAG_TABLE_MAX);
    size_t count = 0;

    for (size_t i = 0; i < is->values->count && count < DIAG_TABLE_MAX; i++) {
        size_t len = row_length(is, is->values->items[i].name, leaf);

        if (len > 0)
            rows[count++] = (struct diag_row){arena_memdup(arena, is->values->items[i].name, len), i};
    }
    *ret = rows;
    return count;
}

/* The values of a row stand together, in any order. */
const char *diag_row_value(const struct diag_answer *is, const struct diag_row *row, const char *leaf)
{
    enum { NEAR = 48 };
    size_t len = strlen(row->path);
    size_t from = row->first > NEAR ? row->first - NEAR : 0;

    for (size_t i = from; i < is->values->count && i < row->first + NEAR; i++) {
        const struct cwmp_parameter_value *value = &is->values->items[i];

        if (strncmp(value->name, row->path, len) == 0 && is_one_of(value->name + len, leaf))
            return text_or_empty(value->value);
    }
    return NULL;
}
