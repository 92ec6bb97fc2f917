/*
 * Letters as they go to a mail server (RFC 5322, 2045 to 2047): whatever was typed by people or told by
 * devices is in encoded words and base64, so that nothing of it can be another header, another part or the
 * end. Pure.
 */
#pragma once

#include "acs/base/text.h"

enum { LETTER_ADDRESS_MAX = 254, LETTER_TO_MOST = 10 };

struct letter_page {
    const char *name; /* ASCII, of a file */
    const char *html;
};

struct letter {
    const char *from;   /* a bare address */
    const char *sender; /* as people are to read it; may be any UTF-8 */
    const char *const *to;
    size_t to_count;
    const char *subject; /* any UTF-8 */
    const char *text;    /* any UTF-8 */
    const char *id;      /* of Message-ID, without < and > */
    const char *answers; /* the id of the letter that this one follows; NULL: it is the first */
    int64_t at_us;       /* since 1970 UTC */
    bool urgent;
    const struct letter_page *page; /* goes with it; NULL: none */
};

/*
 * A mailbox as RFC 5321 4.1.2 has it, without quotes, comments, address literals and what is not ASCII:
 * nothing that could mean anything else in a header or in a command.
 */
bool letter_address_is_good(const char *address);
/* "a@x, b@y" as addresses. ERR_INVALID: one of them is not good, or there are none or more than
 * LETTER_TO_MOST. */
enum err letter_read_addresses(const char *list, struct arena *arena, const char *ret[LETTER_TO_MOST],
                               size_t *ret_count) MUST_CHECK;
const char *letter_domain(const char *address); /* of a good one; points into it */

void letter_write(const struct letter *letter, struct text *out); /* lines end in CRLF */
