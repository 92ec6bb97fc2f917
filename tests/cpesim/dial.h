/*
 * Opens a TCP connection that does not block, for what homes fetch and send.
 */
#pragma once

#include "tests/cpesim/url.h"

/*
 * The connection is under way; the socket becomes writable when it stands or has failed (dial_end()). source:
 * local address to come from, or NULL. ERR_NOT_FOUND: no such host. ERR_UNAVAILABLE: it failed at once.
 */
enum err dial(const struct url *url, const char *source, int *ret_fd) MUST_CHECK;
enum err dial_end(int fd) MUST_CHECK;
