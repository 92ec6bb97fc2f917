/*
 * Times as TR-106 3.2.1 means them: a dateTime may also say "unknown", "so long after the start" and "for
 * ever".
 */
#pragma once

#include <stdint.h>

#include "acs/base/err.h"

enum cwmp_time_kind {
    CWMP_TIME_UNKNOWN,    /* 0001-01-01T00:00:00Z, and nothing at all (E-34) */
    CWMP_TIME_ABSOLUTE,   /* us since 1970 UTC */
    CWMP_TIME_SINCE_BOOT, /* us since the device started: a year below 1000 without a zone (E-35) */
    CWMP_TIME_INFINITE    /* 9999-12-31T23:59:59Z (E-36) */
};

struct cwmp_time {
    enum cwmp_time_kind kind;
    int64_t us; /* 0 but for ABSOLUTE and SINCE_BOOT */
};

#define CWMP_TIME_UNKNOWN_TEXT  "0001-01-01T00:00:00Z"
#define CWMP_TIME_INFINITE_TEXT "9999-12-31T23:59:59Z"

/*
 * Lenient: the unknown time may have lost its zone or have one of its own; whatever is later than the last
 * second of the year 9999 is for ever. A time without zone is UTC. ERR_INVALID: text is no dateTime.
 */
enum err cwmp_read_time(const char *text, struct cwmp_time *ret) MUST_CHECK;

/* The form that every device reads. buf holds at least TEXT_TIME_MAX (acs/base/text.h) bytes and is returned.
 */
const char *cwmp_write_time(char *buf, const struct cwmp_time *time);
/* The same moment as the text of a dateTime says, in that form (E-32). Returns text if it is none. */
const char *cwmp_time_in_utc(const char *text, char *buf);
