#include "acs/api/duration.h"

#include <string.h>

enum { MAX_S = 3650 * 86400 };

static const struct unit {
    char letter;
    bool of_time; /* stands after the T */
    uint32_t seconds;
} units[] = {
    {'W', false, 7 * 86400},
    {'D', false, 86400    },
    {'H', true,  3600     },
    {'M', true,  60       },
    {'S', true,  1        },
};

enum { UNIT_COUNT = sizeof(units) / sizeof(*units) };

static bool read_number(const char **text, uint64_t *ret)
{
    const char *start = *text;
    uint64_t number = 0;

    for (; **text >= '0' && **text <= '9'; ++*text) {
        number = number * 10 + (uint64_t)(**text - '0');
        if (number > MAX_S)
            return false;
    }
    *ret = number;
    return *text != start;
}

/* Reads "15M"; a unit may only be followed by a smaller one. */
static bool read_part(const char **text, bool in_time, unsigned *next_unit, uint64_t *total)
{
    uint64_t number;

    if (!read_number(text, &number))
        return false;
    for (unsigned i = *next_unit; i < UNIT_COUNT; i++) {
        if (units[i].letter != **text || units[i].of_time != in_time)
            continue;
        ++*text;
        *next_unit = i + 1;
        *total += number * units[i].seconds;
        return *total <= MAX_S;
    }
    return false;
}

bool duration_read(const char *text, uint32_t *ret_s)
{
    bool in_time = false;
    unsigned next_unit = 0;
    uint64_t total = 0;

    if (*text++ != 'P' || *text == '\0')
        return false;
    while (*text != '\0') {
        if (*text == 'T') {
            if (in_time)
                return false;
            in_time = true;
            text++;
        }
        if (!read_part(&text, in_time, &next_unit, &total))
            return false;
    }
    *ret_s = (uint32_t)total;
    return true;
}
