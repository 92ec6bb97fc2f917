/*
 * One letter given to a mail server (RFC 5321), in a thread that may block (libcurl).
 *
 * smtps:// is TLS from the first byte. smtp:// goes on by STARTTLS (RFC 3207) or ends: only a server inside
 * of the allowed networks may do without. A password goes over TLS, or inside of those networks.
 */
#pragma once

#include <stdatomic.h>

#include "acs/base/crypto.h"
#include "acs/http/target.h"

struct mail_send {
    struct http_target target; /* of TARGET_MAIL */
    const char *from;          /* bare addresses that letter_address_is_good() */
    const char *const *to;
    size_t to_count;
    const char *letter; /* lines that end in CRLF; dots are doubled here */
    size_t letter_len;
    const char *login; /* NULL: the server asks for none */
    struct secret password;
    uint32_t timeout_ms;
    const char *ca_file;     /* as http_ask() */
    const atomic_bool *stop; /* as http_ask() */
};

struct mail_answer {
    unsigned status; /* of the last reply; 0: there was none */
    bool taken;      /* by the server, for all who are written to */
    bool denied;     /* it does not let us in */
    bool uncertain;  /* all of the letter was sent, but no reply came */
    const char *why; /* it was not taken, in plain words; nothing of the password */
};

void mail_send(const struct mail_send *order, struct arena *arena, struct mail_answer *ret);
