/*
 * Which URL a connection request may go to, and what a router's answer to one means. Pure; client.c does the
 * rest.
 *
 * An answer is read header line by header line. The first request carries no credentials; the second, if the
 * answer to the first wants them, answers its challenge; there is no third (TR-069 3.2.2, RFC 7616).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "acs/base/text.h"
#include "acs/http/challenge.h"
#include "acs/http/client.h"

struct dial_answer {
    unsigned requests;                 /* that were answered */
    unsigned status;                   /* of the last answer, 0 before there is one */
    bool digest;                       /* the last answer offers Digest */
    const struct challenge *challenge; /* the first in it that we can answer; NULL: none */
    unsigned challenges;               /* headers with challenges in it; the first few are read */
    struct text asks; /* a WWW-Authenticate that may go on in the next line (RFC 7230 3.2.4) */
    bool can_login;   /* we have a user name; set by who begins */
};

struct dial_verdict {
    enum http_dial_outcome outcome;
    const char *detail; /* in the arena, or constant */
};

/* "192.0.2.7:7547" of "http://192.0.2.7:7547/x"; NULL: not to be dialled. Only http, and only to an IP
 * address. */
const char *dial_read_where(struct arena *arena, const char *url);
/* "/x?a=b" of it: what stands in the request line, byte for byte as the router wrote it. */
const char *dial_read_target(struct arena *arena, const char *url);

/*
 * One line of the head as it came, line end included, in the order of arrival, the empty one at its end too;
 * the answer starts zeroed.
 */
void dial_read_line(struct dial_answer *answer, const char *line, size_t len, struct arena *arena);
/* Nothing that may still come can change the verdict. */
bool dial_is_decided(const struct dial_answer *answer);
struct dial_verdict dial_judge(const struct dial_answer *answer, const char *where, struct arena *arena);
