#include "soap/cwmp_time.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"

/* 0001-01-01T00:00:00Z and 1000-01-01T00:00:00Z, seconds since 1970 */
#define YEAR_1_US    (INT64_C(-62135596800) * US_PER_S)
#define YEAR_1000_US (INT64_C(-30610224000) * US_PER_S)
/* The unknown time in another zone than UTC is less than a day away from it. */
#define DAY_US (INT64_C(86400) * US_PER_S)

enum { YEAR_DIGITS = 4, LONGEST = 48 };

static bool has_zone(const char *text)
{
    const char *clock = strpbrk(text, "Tt");

    return clock != NULL && strpbrk(clock, "Zz+-") != NULL;
}

static struct cwmp_time early(int64_t us, bool zoned)
{
    int64_t since = us - YEAR_1_US;

    if (zoned)
        return since > -DAY_US && since < DAY_US ? (struct cwmp_time){.kind = CWMP_TIME_UNKNOWN}
                                                 : (struct cwmp_time){CWMP_TIME_ABSOLUTE, us};
    if (since / US_PER_S == 0)
        return (struct cwmp_time){.kind = CWMP_TIME_UNKNOWN};
    return (struct cwmp_time){CWMP_TIME_SINCE_BOOT, since};
}

/* The last second of 9999 in whatever zone: some of them lie behind what a number of four digits can say. */
static bool is_forever(const char *text)
{
    static const char last[] = "9999-12-31T23:59:59";
    size_t len = strlen(text);
    char other_year[LONGEST];
    int64_t us;

    if (strncmp(text, last, strlen(last)) != 0 || len >= sizeof(other_year))
        return false;
    memcpy(other_year, text, len + 1);
    memcpy(other_year, "2000", YEAR_DIGITS);
    return text_read_time(other_year, &us) == ERR_OK;
}

enum err cwmp_read_time(const char *text, struct cwmp_time *ret)
{
    int64_t us;

    if (*text == '\0' || is_forever(text)) {
        *ret = (struct cwmp_time){.kind = *text == '\0' ? CWMP_TIME_UNKNOWN : CWMP_TIME_INFINITE};
        return ERR_OK;
    }
    TRY(text_read_time(text, &us));
    *ret = us < YEAR_1000_US ? early(us, has_zone(text)) : (struct cwmp_time){CWMP_TIME_ABSOLUTE, us};
    return ERR_OK;
}

const char *cwmp_write_time(char *buf, const struct cwmp_time *time)
{
    switch (time->kind) {
    case CWMP_TIME_UNKNOWN:
        return memcpy(buf, CWMP_TIME_UNKNOWN_TEXT, sizeof(CWMP_TIME_UNKNOWN_TEXT));
    case CWMP_TIME_INFINITE:
        return memcpy(buf, CWMP_TIME_INFINITE_TEXT, sizeof(CWMP_TIME_INFINITE_TEXT));
    case CWMP_TIME_ABSOLUTE:
        return text_write_time(buf, time->us, time->us % US_PER_S != 0);
    case CWMP_TIME_SINCE_BOOT:
        break;
    }
    text_write_time(buf, YEAR_1_US + time->us, time->us % US_PER_S != 0);
    buf[strlen(buf) - 1] = '\0'; /* without the Z */
    return buf;
}

const char *cwmp_time_in_utc(const char *text, char *buf)
{
    struct cwmp_time time;

    return cwmp_read_time(text, &time) == ERR_OK ? cwmp_write_time(buf, &time) : text;
}
