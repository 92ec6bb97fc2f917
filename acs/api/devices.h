/*
 * Devices as JSON.
 */
#pragma once

#include "acs/api/call.h"

/* Writes the device as every answer shows it. ERR_NOT_FOUND: no such device. */
enum err device_write(struct call *call, int64_t id) MUST_CHECK;

struct filter;
/* Where a filter of the fleet was given: a parameter of the query, or a member of the body. */
struct filter_place {
    const char *parameter;
    const char *pointer;
};

/* What is wrong with it is refused with its column. */
enum err device_read_filter(struct call *call, const char *text, struct filter_place place,
                            const struct filter **ret) MUST_CHECK;
