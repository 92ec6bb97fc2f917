/*
 * The credentials of one device, in the clear: they live as long as the POST that sends them.
 */
#pragma once

#include "acs/base/crypto.h"

/* What a device is about to get as its own, to come to us and to be called by us. NULL: it gets nothing. */
struct action_credentials {
    const char *username;
    struct secret password;
    const char *call_username;
    struct secret call_password;
};
