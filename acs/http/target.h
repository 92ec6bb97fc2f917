/*
 * Where a URL that somebody has typed may lead (security rule T14): resolved once, every address checked, and
 * the connection goes to the very address that was.
 *
 * What is encrypted may go to anywhere that is public; what is not, and addresses that are not public
 * (loopback, link-local, private, metadata services, multicast, and all that hide one of them), only inside
 * of the allowed networks. No user information.
 */
#pragma once

#include "acs/http/address.h"
#include "acs/http/networks.h"

enum target_use {
    TARGET_WEB,  /* https, http */
    TARGET_MAIL, /* smtps; smtp: by STARTTLS, which only a server inside of the allowed networks may lack */
};

struct http_target {
    const char *url;
    const char *host; /* as written, without brackets */
    const char *port;
    struct address address; /* to which the connection goes */
    const char *literal;    /* that address in digits */
    bool is_inside;         /* of the allowed networks */
};

/* ERR_INVALID: no URL that may be used, whatever it leads to; the message is for whoever typed it. */
enum err http_target_check(enum target_use use, const char *url) MUST_CHECK;
/* Blocks while the name is looked up. ERR_DENIED: it leads where it may not; ERR_UNAVAILABLE: nowhere now. */
enum err http_target_find(enum target_use use, const char *url, const struct networks *allowed,
                          struct arena *arena, struct http_target *ret) MUST_CHECK;
/* Not in any of the ranges that are not public. */
bool http_address_is_public(const struct in6_addr *address);
