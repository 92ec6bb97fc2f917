/*
 * One HTTP transfer that is measured: what TR-143 calls a download or an upload test.
 *
 * Really moves the bytes, and keeps to a rate as a line does, so that the figures that follow from the times
 * are those of the home. Nothing of the content is kept.
 */
#pragma once

#include "tests/cpesim/alarm.h"
#include "tests/cpesim/url.h"

enum { METER_MOST = 64 * 1024 * 1024, METER_LONGEST_S = 10 };

struct meter;

struct meter_order {
    const struct url *url;
    const char *source; /* local address to come from, or NULL */
    uint64_t upload;    /* bytes to send; 0: fetch */
    uint64_t kbps;      /* the line's rate */
    uint32_t seconds;   /* a fetch ends after so many at the latest; 0: METER_LONGEST_S */
};

enum meter_end {
    METER_DONE, /* or as much of it as time and METER_MOST allow */
    METER_NO_HOST,
    METER_NO_CONNECTION,
    METER_NO_ANSWER, /* not a byte of one in METER_LONGEST_S */
    METER_REFUSED,   /* an answer that is not 200, 201 or 204 */
    METER_BROKEN     /* the connection ended in the middle */
};

/* Wall clock, microseconds; 0: it did not come to it. */
struct meter_result {
    enum meter_end end;
    int64_t open_us;   /* SYN */
    int64_t opened_us; /* SYN ACK */
    int64_t rom_us;    /* the request */
    int64_t bom_us;    /* the first byte of the test, */
    int64_t eom_us;    /* the last: of an upload, when its answer came */
    uint64_t bytes;    /* of the test, with HTTP's heads */
};

/* May free the meter. */
typedef void meter_fn(const struct meter_result *result, void *ctx);

/* done() is called once, never from within this. */
struct meter *meter_new(struct loop *loop, struct alarms *alarms, const struct meter_order *order,
                        meter_fn *done, void *ctx) MUST_CHECK;
void meter_free(struct meter *meter); /* NULL is allowed; closes at once */
