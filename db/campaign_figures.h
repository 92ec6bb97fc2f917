/*
 * How campaigns went: over time, and which devices go wrong again and again.
 */
#pragma once

#include "db/query.h"

/* What the runner noted, after a time, oldest first; of more than `most` every so many. */
enum err campaign_samples(struct db *db, int64_t id, int64_t since_us, unsigned most, struct arena *arena,
                          struct shown_rows *ret) MUST_CHECK;
/* Of campaigns that are over one sample in ten minutes is kept; a bounded piece at a time. */
enum err campaign_samples_thin(struct db *db, unsigned most) MUST_CHECK;

/* Devices that went wrong in two or more campaigns in the last 90 days, by id. */
enum err campaign_repeat_failures(struct db *db, int64_t after, unsigned most, struct arena *arena,
                                  struct shown_rows *ret) MUST_CHECK;
