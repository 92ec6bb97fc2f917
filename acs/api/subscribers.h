/* Subscribers as other handlers need them. */
#pragma once

#include "acs/api/call.h"

enum err subscriber_read_id(struct call *call, const char *text, int64_t *ret) MUST_CHECK;
/* The place of a device that a subscriber has is not to be set by hand. */
enum err subscriber_check_place(struct call *call, int64_t device_id) MUST_CHECK;
