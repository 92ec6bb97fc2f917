/*
 * Facts of a device as they are kept (provisioning/fact.h): the current ones, and the history of those that
 * are drawn. Workers write them with what they read (db/store.h).
 */
#pragma once

#include "db/query.h"
#include "provisioning/fact.h"

/* Adds what is known of a device to the list; nothing if it was never read. */
enum err fact_load(struct db *db, int64_t device_id, struct fact_list *list) MUST_CHECK;

struct fact_point {
    int64_t at_us; /* where the step begins */
    double least, most, mean;
    int64_t count; /* of samples */
};

struct fact_points {
    struct fact_point *items; /* in order; a step without samples is not there */
    size_t count;
};

struct fact_range {
    const char *name;
    int64_t from_us, until_us;
    uint32_t step_s;
    unsigned most; /* points */
};

enum err fact_series(struct db *db, int64_t device_id, const struct fact_range *range, struct arena *arena,
                     struct fact_points *ret) MUST_CHECK;

/* What is older than these becomes coarser, then is forgotten; a bounded piece at a time. ret_count: 0 when
 * nothing is left to do. */
struct fact_ages {
    int64_t samples_us; /* times before which samples become quarters of an hour, */
    int64_t spans_us;   /* those become days, */
    int64_t all_us;     /* and all is deleted */
};
enum err fact_thin(struct db *db, const struct fact_ages *ages, unsigned most, int64_t *ret_count) MUST_CHECK;
