/*
 * Tickets: what is in the addresses at which a device may fetch or send one file. Pure.
 *
 *     http://acs.example:7548/f/<action>.<expiry>.<proof>/<name of the file>
 *     http://acs.example:7548/u/<action>.<expiry>.<proof>
 *     http://acs.example:7548/s/<action>.<expiry>.<proof>/<bytes>     (speed.h)
 *
 * The proof is 256 bits under a key of the server's own, so a ticket can neither be guessed nor made longer
 * lived, and a wrong one costs no look into the database. It names no file and no path: what is given out
 * follows from the action, and ends with it.
 *
 * Behind /F/ and /U/ the same is asked for by user name and password as well, for devices that do not fetch
 * or send without (TR-069 3.4.3). Both follow from the ticket, for who has the key: nothing is kept.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/crypto.h"

enum ticket_kind { TICKET_FETCH, TICKET_SEND, TICKET_SPEED };

struct ticket {
    enum ticket_kind kind;
    bool login; /* its user name and password are asked for */
    char action_id[ID_MAX];
    int64_t expires_s; /* since 1970 */
};

/* "/f/…": 103 characters. In arena. */
const char *ticket_write(const struct ticket *ticket, const unsigned char key[SHA256_BYTES],
                         struct arena *arena) MUST_CHECK;
/* A path as it was sent; what follows the ticket behind a "/" is not looked at. False: no ticket of ours. It
 * may have expired. */
bool ticket_read(const char *path, const unsigned char key[SHA256_BYTES], struct ticket *ret);
/* The form alone, for who has no business with the key: it may be false. */
bool ticket_is_path(const char *path);

struct ticket_login {
    const char *username; /* the action's id */
    struct secret password;
};

/* In arena. */
struct ticket_login ticket_login(const struct ticket *ticket, const unsigned char key[SHA256_BYTES],
                                 struct arena *arena);
