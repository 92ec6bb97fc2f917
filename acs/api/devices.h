/*
 * Devices as JSON.
 */
#pragma once

#include "acs/api/call.h"

/* Writes the device as every answer shows it. ERR_NOT_FOUND: no such device. */
enum err device_write(struct call *call, int64_t id) MUST_CHECK;
