/*
 * What somebody has typed into the search: what it looks like decides what it is looked up as. Pure.
 *
 * A text looks like one thing, but may be several: a contract number may have as many digits as a telephone.
 * All of them are tried at once, and what is found comes in this order. A question to the fleet is none of
 * them (filter_is_meant() in db/filter.h).
 */
#pragma once

#include "acs/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum typed_try {
    TRY_ADDRESS,
    TRY_MAC,
    TRY_DOCUMENT,
    TRY_PHONE,
    TRY_CONTRACT,
    TRY_SERIAL,
    TRY_LOGIN,
    TRY_WORDS,
    TRY_COUNT
};

enum { TYPED_MAX = 200 }; /* bytes of what may be typed */

struct typed {
    enum typed_try kind; /* what it looks like most */
    enum typed_try order[TRY_COUNT];
    unsigned count;
    const char *values[TRY_COUNT]; /* by what it is tried as; NULL: it is not */

    const char *phone_area; /* of PHONE, whose value is the last eight digits; NULL: not said */
    /* Of ADDRESS: "189.1.2.3 @ ontem 20:00". Local time of the desk: of a date, or so many days ago. */
    bool has_time;
    const char *date; /* "2026-11-22"; NULL: days_ago counts */
    unsigned days_ago;
    const char *clock; /* "20:00"; of today it may be yet to come: then yesterday's is meant */
};

/* "phone", "document" …; what was found says by this how. */
const char *typed_try_name(enum typed_try try);

/*
 * ERR_INVALID: nothing can be looked up by it (too short, too long, not UTF-8) or the time behind "@" is
 * none; the message says which. Texts live in the arena.
 */
enum err typed_read(const char *text, struct arena *arena, struct typed *ret) MUST_CHECK;
