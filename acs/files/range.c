#include "acs/files/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 18 };

/* Digits at *text, moved behind them. False: there are none, or too many for a number. */
static bool read_number(const char **text, uint64_t *ret)
{
    size_t len = strspn(*text, "0123456789");
    uint64_t number = 0;

    if (len == 0 || len > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        number = number * 10 + (uint64_t)((*text)[i] - '0');
    *text += len;
    *ret = number;
    return true;
}

/* "-500": the last 500 bytes. */
static struct range read_suffix(const char *text, uint64_t size, struct range all)
{
    uint64_t count;

    if (!read_number(&text, &count) || *text != '\0')
        return all;
    if (count == 0 || size == 0)
        return (struct range){.kind = RANGE_NONE};
    if (count > size)
        count = size;
    return (struct range){RANGE_PART, size - count, count};
}

/* "500-999", "500-" */
static struct range read_span(const char *text, uint64_t size, struct range all)
{
    uint64_t first;
    uint64_t last = UINT64_MAX;

    if (!read_number(&text, &first) || *text++ != '-')
        return all;
    if (*text != '\0' && !read_number(&text, &last))
        return all;
    if (*text != '\0' || last < first)
        return all;
    if (first >= size)
        return (struct range){.kind = RANGE_NONE};
    if (last >= size)
        last = size - 1;
    return (struct range){RANGE_PART, first, last - first + 1};
}

struct range range_read(const char *range, const char *if_range, const char *etag, uint64_t size)
{
    const struct range all = {RANGE_ALL, 0, size};

    if (range == NULL || strncasecmp(range, "bytes=", 6) != 0)
        return all;
    if (if_range != NULL && strcmp(if_range, etag) != 0) /* it has another file, or a date: begin anew */
        return all;
    range += 6;
    range += strspn(range, " \t");
    return *range == '-' ? read_suffix(range + 1, size, all) : read_span(range, size, all);
}
