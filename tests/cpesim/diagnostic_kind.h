/*
 * The kinds of tests, and what each finds out: what the files diagnostic*.c share.
 */
#pragma once

#include "tests/cpesim/home.h"
#include "tests/cpesim/meter.h"

enum diagnostic_kind {
    DIAGNOSTIC_PING,
    DIAGNOSTIC_TRACE,
    DIAGNOSTIC_LOOKUP,
    DIAGNOSTIC_SCAN,
    DIAGNOSTIC_DOWNLOAD,
    DIAGNOSTIC_UPLOAD,
    DIAGNOSTIC_KIND_COUNT
};

/* A test that is to give its results. */
struct test {
    struct home *home;
    const char *object; /* below the root, with its dot: "IPPingDiagnostics." */
    struct arena *arena;
};

/* Puts the results, and returns the DiagnosticsState: "Complete", "Error_…". */
typedef const char *test_fn(struct test *test);

/* diagnostic_net.c */
test_fn test_ping, test_trace, test_lookup;
/* diagnostic_scan.c */
test_fn test_scan;

/* diagnostic_speed.c. NULL: it has begun; else the state with which it could not. */
struct speed_user {
    meter_fn *done;
    void *ctx;
};
const char *test_speed_begin(struct test *test, bool uploads, const struct speed_user *user,
                             struct meter **ret);
const char *test_speed_end(struct test *test, bool uploads, const struct meter_result *result);

/* What the files do with them. Names are below the object; those that the model has not are passed over. */
const char *test_argument(struct test *test, const char *name);
uint32_t test_number(struct test *test, const char *name, uint32_t otherwise);
void test_put(struct test *test, const char *name, const char *value);
PRINTF_LIKE(3, 4) void test_printf(struct test *test, const char *name, const char *format, ...);
void test_put_entry(struct test *test, unsigned place, const char *name, const char *value); /* of Result */

/* The WAN connection stands. */
bool test_is_online(struct test *test);

/* How a home fares with a host. */
enum reach {
    REACH_ANSWERS,
    REACH_SILENT,  /* it is there for all that is known, and never answers: 192.0.2.0/24 */
    REACH_NO_NAME, /* the name leads nowhere: "", "….invalid", or there is no connection to ask over */
    REACH_NO_ROUTE
};
enum reach test_reach(struct test *test, const char *host);
const char *test_address(struct test *test, const char *host); /* its own, or what its name leads to */
uint64_t test_chance(struct test *test, uint64_t salt);        /* another number each time */
