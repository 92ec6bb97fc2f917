#include "provisioning/map/encoding.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

static const struct {
    const char *word;
    bool writable;
} encodings[ENCODING_COUNT] = {
#define ENCODING(id, word, from, writable) {word, writable},
#include "provisioning/map/encoding.def"
#undef ENCODING
};

enum encoding encoding_find(const char *word)
{
    int found = 0;

    while (found < ENCODING_COUNT && strcmp(encodings[found].word, word) != 0)
        found++;
    return (enum encoding)found;
}

bool encoding_is_writable(enum encoding encoding)
{
    return encodings[encoding].writable;
}

/* ---- numbers ---- */

/* A level of so many bars, or per cent of a few: it is no -7 dBm. As a positive number it is no fact. */
enum { BARS_MAX = 20 };

/* No home sends more light than this; in 0.1 uW it would be none. */
enum { SENT_DBM_MAX = 12 };

/* A decimal number in front, and the unit behind it, if any. Neither hexadecimal nor "inf". */
static bool read_decimal(const char *value, double *ret, const char **ret_unit)
{
    char *end;

    value += strspn(value, " \t");
    if (strspn(value, "+-.0123456789") == 0)
        return false;
    if (value[0] == '0' && (value[1] == 'x' || value[1] == 'X'))
        return false;
    *ret = strtod(value, &end);
    if (end == value || !isfinite(*ret))
        return false;
    *ret_unit = end + strspn(end, " \t");
    return true;
}

/* 0.1 uW to dBm; no light is no power. */
static bool power_of(double tenths_of_microwatt, double *ret)
{
    if (!(tenths_of_microwatt > 0))
        return false;
    *ret = round(1000 * log10(tenths_of_microwatt * 0.0001)) / 100; /* as fine as any device says it */
    return true;
}

/* What models of one maker do differently from one version to the next, told apart by the value itself. */
static bool read_power(double number, const char *unit, double *ret)
{
    bool watts = text_equal_nocase(unit, "uW") || text_equal_nocase(unit, "mW");

    if (watts)
        return power_of(number * (*unit == 'm' || *unit == 'M' ? 10000 : 10), ret);
    *ret = number;
    return number < 0 || (*unit != '\0' && tolower((unsigned char)*unit) == 'd') || power_of(number, ret);
}

/* "1000", "1000000000", "1 Gbps", "100BaseTX". Auto is no rate. */
static double read_rate(double number, const char *unit)
{
    char first = (char)tolower((unsigned char)*unit);

    if (first == 'g')
        return number * 1000;
    if (first == 'k')
        return number / 1000;
    return number >= 1000000 ? number / 1000000 : number;
}

static double scale(enum encoding encoding, double number, const char *unit)
{
    switch (encoding) {
    case ENCODING_TENTH:
        return number / 10;
    case ENCODING_MILLI:
    case ENCODING_KILOBITS:
        return number / 1000;
    case ENCODING_BITS:
        return number / 1000000;
    case ENCODING_BYTES:
        return number / 1024;
    case ENCODING_RATE:
        return read_rate(number, unit);
    case ENCODING_USED:
        return 100 - number;
    case ENCODING_ABSOLUTE:
        return number >= BARS_MAX ? -number : number;
    case ENCODING_RCPI:
        return number > 0 ? number / 2 - 110 : number;
    case ENCODING_PLAIN:
    case ENCODING_FLAG:
    case ENCODING_NOT:
    case ENCODING_POWER:
    case ENCODING_SENT:
    case ENCODING_MICRO:
    case ENCODING_COUNT:
        break;
    }
    return number;
}

bool encoding_number(enum encoding encoding, const char *value, double *ret)
{
    const char *unit;
    double number;

    if (!read_decimal(value, &number, &unit))
        return false;
    if (encoding == ENCODING_SENT && number <= SENT_DBM_MAX)
        unit = "dBm";
    if (encoding == ENCODING_POWER || encoding == ENCODING_SENT)
        return read_power(number, unit, ret);
    if (encoding == ENCODING_MICRO)
        return power_of(number, ret);
    *ret = scale(encoding, number, unit);
    return true;
}

const char *encoding_write_number(enum encoding encoding, double number, struct arena *arena)
{
    return arena_printf(arena, "%.15g", encoding == ENCODING_TENTH ? number * 10 : number);
}

/* ---- flags ---- */

bool encoding_flag(enum encoding encoding, const char *value, bool *ret)
{
    static const struct {
        const char *word;
        bool means;
    } words[] = {
        {"1",        true },
        {"true",     true },
        {"on",       true },
        {"up",       true },
        {"enabled",  true },
        {"0",        false},
        {"false",    false},
        {"off",      false},
        {"down",     false},
        {"disabled", false},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (text_equal_nocase(value, words[i].word)) {
            *ret = words[i].means != (encoding == ENCODING_NOT);
            return true;
        }
    return false;
}

const char *encoding_write_flag(enum encoding encoding, bool flag)
{
    return flag != (encoding == ENCODING_NOT) ? "1" : "0";
}
