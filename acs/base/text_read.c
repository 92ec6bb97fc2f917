#include "acs/base/text.h"

#include <string.h>

/* Reads the decimal digits at *at and moves it behind them. False: there is none, or the number is over max.
 */
static bool read_digits(const char **at, uint64_t max, uint64_t *ret)
{
    uint64_t number = 0;
    const char *c = *at;

    for (; *c >= '0' && *c <= '9'; c++) {
        unsigned digit = (unsigned)(*c - '0');

        if (number > (max - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    if (c == *at)
        return false;
    *at = c;
    *ret = number;
    return true;
}

enum err text_read_u64(const char *text, uint64_t *ret)
{
    const char *at = text_or_empty(text);
    uint64_t number;

    if (!read_digits(&at, UINT64_MAX, &number) || *at != '\0')
        return err_set(ERR_INVALID, "'%.64s' is not a whole number from 0 to 18446744073709551615",
                       text_or_empty(text));
    *ret = number;
    return ERR_OK;
}

enum err text_read_u32(const char *text, uint32_t *ret)
{
    const char *at = text_or_empty(text);
    uint64_t number;

    if (!read_digits(&at, UINT32_MAX, &number) || *at != '\0')
        return err_set(ERR_INVALID, "'%.64s' is not a whole number from 0 to 4294967295",
                       text_or_empty(text));
    *ret = (uint32_t)number;
    return ERR_OK;
}

enum err text_read_i64(const char *text, int64_t *ret)
{
    const char *at = text_or_empty(text);
    bool negative = *at == '-';
    uint64_t number;

    if (*at == '-' || *at == '+') /* xsd:int and xsd:long allow both */
        at++;
    if (!read_digits(&at, (uint64_t)INT64_MAX + negative, &number) || *at != '\0')
        return err_set(ERR_INVALID, "'%.64s' is not a whole number of at most 63 bits and a sign",
                       text_or_empty(text));
    *ret = (int64_t)(negative ? 0 - number : number);
    return ERR_OK;
}

enum err text_read_bool(const char *text, bool *ret)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {
        {"0",     false},
        {"1",     true },
        {"false", false},
        {"true",  true }
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (strcmp(text_or_empty(text), words[i].word) == 0) {
            *ret = words[i].value;
            return ERR_OK;
        }
    }
    return err_set(ERR_INVALID, "'%.64s' is not a boolean: write 0, 1, false or true", text_or_empty(text));
}

struct unit {
    const char *name;
    uint64_t factor;
};

/* A number and a unit of the table, which an empty name ends. False: unknown unit, no number, or over max. */
static bool read_with_unit(const char *text, const struct unit *units, uint64_t max, uint64_t *ret)
{
    uint64_t number;

    if (!read_digits(&text, max, &number))
        return false;
    for (; units->name != NULL; units++) {
        if (strcmp(text, units->name) == 0 && number <= max / units->factor) {
            *ret = number * units->factor;
            return true;
        }
    }
    return false;
}

enum err text_read_size(const char *text, uint64_t *ret)
{
    static const struct unit units[] = {
        {"",    1                },
        {"KiB", UINT64_C(1) << 10},
        {"MiB", UINT64_C(1) << 20},
        {"GiB", UINT64_C(1) << 30},
        {"TiB", UINT64_C(1) << 40},
        {NULL,  0                },
    };

    if (!read_with_unit(text_or_empty(text), units, INT64_MAX, ret))
        return err_set(ERR_INVALID,
                       "'%.64s' is not a size: write bytes, or a number with KiB, MiB, GiB or TiB",
                       text_or_empty(text));
    return ERR_OK;
}

enum err text_read_duration(const char *text, uint32_t *ret_ms)
{
    static const struct unit units[] = {
        {"ms", 1                  },
        {"s",  1000               },
        {"m",  60 * 1000          },
        {"h",  60 * 60 * 1000     },
        {"d",  24 * 60 * 60 * 1000},
        {NULL, 0                  },
    };
    uint64_t ms;

    if (!read_with_unit(text_or_empty(text), units, UINT32_MAX, &ms))
        return err_set(ERR_INVALID,
                       "'%.64s' is not a duration: write a number with ms, s, m, h or d, at most 49 days",
                       text_or_empty(text));
    *ret_ms = (uint32_t)ms;
    return ERR_OK;
}
