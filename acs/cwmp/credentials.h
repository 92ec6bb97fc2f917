/*
 * Credentials that a worker has at hand, by user name: so that a device which comes again costs the database
 * nothing.
 *
 * At most so many; what was not used for longest goes first. What changes in the database is forgotten as
 * soon as the server hears of it (db/notify.h), and an entry that somebody does not fit is read anew before
 * he is refused. User names that nobody has are not kept: an attacker knows enough of them to push out all
 * others.
 */
#pragma once

#include "acs/auth/device_digest.h"
#include "acs/base/list.h"
#include "db/credential.h"

struct credential {
    struct hash128 user;     /* of its name */
    struct hash128 identity; /* of the device's OUI, product class and serial number */
    int64_t device_id;
    struct device_key key, next_key;
    bool has_key, has_next;
    bool fell_back;
    enum enrolment enrolment;
    int64_t loaded_ms;
    struct list by_use; /* newest last */
};

struct credentials;

struct credentials *credentials_new(size_t most) MUST_CHECK;
void credentials_free(struct credentials *credentials); /* NULL is allowed */
/* NULL: not at hand. Good until the next call. */
struct credential *credentials_find(struct credentials *credentials, struct hash128 user);
/* Copied; wipe what it was made from. */
struct credential *credentials_keep(struct credentials *credentials, const struct credential *credential);
/* All of a device; 0: all there are. NULL credentials are allowed: there are none. */
void credentials_forget(struct credentials *credentials, int64_t device_id);
