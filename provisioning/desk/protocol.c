/* The number that a customer is told. */
#include <inttypes.h>
#include <string.h>

#include "acs/base/clock.h"
#include "provisioning/desk/desk.h"

enum { MINUTE_S = 60, HOUR_S = 3600, OFFSET_MAX_S = 14 * HOUR_S, DIGITS_MAX = 9, DAY_LEN = 10 };

/* What may stand in braces; the number's digits follow its N. */
enum part { PART_YEAR, PART_SHORT_YEAR, PART_MONTH, PART_DAY, PART_NUMBER, PART_COUNT };

static const char *const part_names[] = {[PART_YEAR] = "YYYY",
                                         [PART_SHORT_YEAR] = "YY",
                                         [PART_MONTH] = "MM",
                                         [PART_DAY] = "DD",
                                         [PART_NUMBER] = "N"};

/* Of "{MM}…"; PART_COUNT: it is none. ret_len: with its braces. */
static enum part read_part(const char *at, size_t *ret_len, int *ret_digits)
{
    size_t len = strcspn(at, "}");

    *ret_len = len + 1;
    *ret_digits = 0;
    if (at[len] == '\0')
        return PART_COUNT;
    if (len == 3 && at[1] == 'N' && at[2] >= '1' && at[2] <= '0' + DIGITS_MAX) {
        *ret_digits = at[2] - '0';
        return PART_NUMBER;
    }
    for (enum part i = PART_YEAR; i < PART_NUMBER; i++)
        if (strlen(part_names[i]) == len - 1 && strncmp(at + 1, part_names[i], len - 1) == 0)
            return i;
    return PART_COUNT;
}

enum err desk_protocol_check(const char *form)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-/ ";
    bool seen[PART_COUNT + 1] = {false};

    if (strlen(form) > DESK_PROTOCOL_MAX / 2)
        return err_set(ERR_INVALID, "the form of protocols is longer than %d characters",
                       DESK_PROTOCOL_MAX / 2);
    for (size_t len; *form != '\0'; form += len) {
        int digits;
        enum part part;

        len = strspn(form, plain);
        if (len > 0)
            continue;
        part = *form == '{' ? read_part(form, &len, &digits) : PART_COUNT;
        if (part == PART_COUNT)
            return err_set(ERR_INVALID, "the form of protocols does not go on with '%.8s'", form);
        seen[part] = true;
    }
    if ((seen[PART_YEAR] || seen[PART_SHORT_YEAR]) && seen[PART_MONTH] && seen[PART_DAY] && seen[PART_NUMBER])
        return ERR_OK;
    return err_set(ERR_INVALID,
                   "the form of protocols lacks one of {YYYY}, {MM}, {DD} and {N6}: numbers would repeat");
}

static void put_part(struct text *out, enum part part, int digits, const char *day, int64_t number)
{
    switch (part) {
    case PART_YEAR:
        text_add(out, day, 4);
        return;
    case PART_SHORT_YEAR:
        text_add(out, day + 2, 2);
        return;
    case PART_MONTH:
        text_add(out, day + 5, 2);
        return;
    case PART_DAY:
        text_add(out, day + 8, 2);
        return;
    case PART_NUMBER:
        text_printf(out, "%0*" PRId64, digits, number);
        return;
    case PART_COUNT:
        return;
    }
}

const char *desk_protocol(const char *form, const char *day, int64_t number, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (size_t len; *form != '\0'; form += len) {
        enum part part;
        int digits;

        len = strcspn(form, "{");
        text_add(&out, form, len);
        if (len > 0)
            continue;
        part = read_part(form, &len, &digits);
        put_part(&out, part, digits, day, number);
    }
    return text_string(&out);
}

static bool read_two(const char *text, int64_t most, int64_t *ret)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret = (text[0] - '0') * 10 + (text[1] - '0');
    return *ret <= most;
}

enum err desk_read_offset(const char *text, int64_t *ret_s)
{
    int64_t hours, minutes;

    if (strlen(text) != strlen("-03:00") || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
        !read_two(text + 1, OFFSET_MAX_S / HOUR_S, &hours) || !read_two(text + 4, MINUTE_S - 1, &minutes))
        return err_set(ERR_INVALID, "'%.16s' is no offset from UTC like -03:00", text);
    *ret_s = (hours * HOUR_S + minutes * MINUTE_S) * (text[0] == '-' ? -1 : 1);
    return ERR_OK;
}

const char *desk_day(int64_t at_us, int64_t offset_s, struct arena *arena)
{
    char text[TEXT_TIME_MAX];

    text_write_time(text, at_us + offset_s * US_PER_S, false);
    return arena_memdup(arena, text, DAY_LEN);
}
