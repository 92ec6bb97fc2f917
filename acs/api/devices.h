/*
 * Devices as JSON.
 */
#pragma once

#include "acs/api/call.h"

/* Writes the device as every answer shows it. ERR_NOT_FOUND: no such device. */
enum err device_write(struct call *call, int64_t id) MUST_CHECK;

struct filter;
/* A filter of the fleet as it was given in the query "q"; what is wrong with it is refused with its column.
 */
enum err device_read_filter(struct call *call, const char *text, const struct filter **ret) MUST_CHECK;
