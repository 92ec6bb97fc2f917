/*
 * The way from a home to its ACS for one session: cookies, authentication, redirects, and what HTTP itself
 * may not do.
 *
 * The session hands over one body at a time and gets the ACS's: an envelope, or nothing. In between a 401 is
 * answered and a redirect followed, with the same body (TR-069 3.4.2, 3.4.4). Any other answer ends the
 * session.
 */
#pragma once

#include "tests/cpesim/home.h"

struct acs_link;

/* One of both is called for each acs_link_post(), never from within it. Either may post again, or free. */
struct acs_link_user {
    void (*received)(const char *bytes, size_t len, const char *charset,
                     void *ctx); /* len 0: nothing to say */
    void (*broken)(const char *why, void *ctx);
    void *ctx;
};

/* ERR_INVALID: ManagementServer.URL is no URL that can be used. */
enum err acs_link_new(struct home *home, const struct acs_link_user *user, struct acs_link **ret) MUST_CHECK;
void acs_link_free(struct acs_link *link); /* closes the connection at once */
/* An envelope, or nothing (the empty POST); copied. */
void acs_link_post(struct acs_link *link, const char *bytes, size_t len);
void acs_link_repeat(struct acs_link *link); /* the same once more, for Fault 8005 */
