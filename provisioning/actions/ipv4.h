/* IPv4 addresses in an action's arguments. */
#pragma once

#include <stdint.h>

#include "acs/base/json.h"

/* A dotted quad that a host can have; host byte order. */
bool ipv4_read(const char *text, uint32_t *ret);
/* "255.255.255.0": ones, then zeros. */
bool ipv4_read_mask(const char *text, uint32_t *ret);
/* field: its name, for the message. */
enum err ipv4_check(const struct json *args, const char *field, uint32_t *ret) MUST_CHECK;
