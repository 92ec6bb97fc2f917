#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60, FRACTION_DIGITS = 6 };

/* Years 0000 to 9999, the four digits of RFC 3339. */
#define TIME_FIRST_S  INT64_C(-62167219200)
#define TIME_LAST_S   INT64_C(253402300799)
#define TIME_FIRST_US (TIME_FIRST_S * US_PER_S)
#define TIME_LAST_US  (TIME_LAST_S * US_PER_S + US_PER_S - 1)

struct date {
    int64_t year;
    int64_t month; /* 1 … 12 */
    int64_t day;   /* 1 … 31 */
};

/* Counting years from March puts the leap day last, so that one formula gives the days before each month. */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, MARCH_0000_TO_1970 = 719468 };

static int64_t days_before_month(int64_t months_since_march)
{
    return (153 * months_since_march + 2) / 5;
}

static int64_t days_of_date(const struct date *date)
{
    int64_t year = date->year + ERA_YEARS - (date->month <= 2); /* never negative: the year is at least 0 */
    int64_t month = (date->month + 9) % 12;
    int64_t days = year * 365 + year / 4 - year / 100 + year / ERA_YEARS;

    return days + days_before_month(month) + date->day - 1 - MARCH_0000_TO_1970 - ERA_DAYS;
}

static struct date date_of_days(int64_t days)
{
    int64_t since = days + MARCH_0000_TO_1970 + ERA_DAYS;
    int64_t era = since / ERA_DAYS;
    int64_t in_era = since % ERA_DAYS;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (ERA_DAYS - 1)) / 365;
    int64_t in_year = in_era - (year * 365 + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    struct date date = {
        .year = (era - 1) * ERA_YEARS + year + (month >= 10),
        .month = (month + 2) % 12 + 1,
        .day = in_year - days_before_month(month) + 1,
    };

    return date;
}

static int64_t days_in_month(const struct date *date)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);

    return days[date->month - 1] + (date->month == 2 && leap);
}

/* ---- reading ---- */

/* Exactly `digits` digits, then one of the characters in `after` (NULL: whatever comes). */
static bool take(const char **at, int digits, const char *after, int64_t *ret)
{
    int64_t number = 0;

    for (; digits > 0; digits--, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        number = number * 10 + (**at - '0');
    }
    *ret = number;
    if (after == NULL)
        return true;
    return **at != '\0' && strchr(after, *(*at)++) != NULL;
}

static bool take_date(const char **at, int64_t *ret_s)
{
    struct date date;

    if (!take(at, 4, "-", &date.year) || !take(at, 2, "-", &date.month) || !take(at, 2, "Tt", &date.day))
        return false;
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in_month(&date))
        return false;
    *ret_s = days_of_date(&date) * DAY_S;
    return true;
}

static bool take_clock(const char **at, int64_t *ret_s)
{
    int64_t hour, minute, second;

    if (!take(at, 2, ":", &hour) || !take(at, 2, ":", &minute) || !take(at, 2, NULL, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60) /* 60: a leap second counts as the next one */
        return false;
    *ret_s = hour * HOUR_S + minute * MINUTE_S + second;
    return true;
}

/* Digits behind the sixth say less than a microsecond. */
static bool take_fraction(const char **at, int64_t *ret_us)
{
    int64_t us = 0;
    int64_t unit = US_PER_S / 10;

    *ret_us = 0;
    if (**at != '.')
        return true;
    (*at)++;
    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10)
        us += unit * (**at - '0');
    *ret_us = us;
    return true;
}

static bool take_zone(const char **at, int64_t *ret_s)
{
    int64_t hour, minute;
    char sign = **at;

    *ret_s = 0;
    if (sign == '\0')
        return true;
    (*at)++;
    if (sign == 'Z' || sign == 'z')
        return true;
    if ((sign != '+' && sign != '-') || !take(at, 2, ":", &hour) || !take(at, 2, NULL, &minute))
        return false;
    if (hour > 23 || minute > 59)
        return false;
    *ret_s = (hour * HOUR_S + minute * MINUTE_S) * (sign == '-' ? -1 : 1);
    return true;
}

enum err text_read_time(const char *text, int64_t *ret_us)
{
    const char *at = text_or_empty(text);
    int64_t date, clock, us, zone;
    int64_t seconds = TIME_LAST_S + 1;

    if (take_date(&at, &date) && take_clock(&at, &clock) && take_fraction(&at, &us) &&
        take_zone(&at, &zone) && *at == '\0')
        seconds = date + clock - zone;
    if (seconds < TIME_FIRST_S || seconds > TIME_LAST_S)
        return err_set(ERR_INVALID, "'%.64s' is not a time like 2026-11-22T19:40:01Z", text_or_empty(text));
    *ret_us = seconds * US_PER_S + us;
    return ERR_OK;
}

/* ---- writing ---- */

static char *put_digits(char *at, int64_t number, int digits, char after)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    at[digits] = after;
    return at + digits + 1;
}

const char *text_write_time(char *buf, int64_t us, bool fraction)
{
    int64_t shown = us < TIME_FIRST_US ? TIME_FIRST_US : us > TIME_LAST_US ? TIME_LAST_US : us;
    int64_t part = (shown % US_PER_S + US_PER_S) % US_PER_S;
    int64_t seconds = (shown - part) / US_PER_S;
    int64_t clock = (seconds % DAY_S + DAY_S) % DAY_S;
    struct date date = date_of_days((seconds - clock) / DAY_S);
    char *at = buf;

    at = put_digits(at, date.year, 4, '-');
    at = put_digits(at, date.month, 2, '-');
    at = put_digits(at, date.day, 2, 'T');
    at = put_digits(at, clock / HOUR_S, 2, ':');
    at = put_digits(at, clock / MINUTE_S % 60, 2, ':');
    at = put_digits(at, clock % MINUTE_S, 2, fraction ? '.' : 'Z');
    if (fraction)
        at = put_digits(at, part, FRACTION_DIGITS, 'Z');
    *at = '\0';
    return buf;
}
