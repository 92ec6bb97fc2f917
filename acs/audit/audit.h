/*
 * The audit trail of a server: rows go in one chain (entry.h), each in the transaction of what it tells of.
 */
#pragma once

#include "acs/audit/keys.h"
#include "acs/audit/recent.h"
#include "db/audit.h"

struct audit {
    struct audit_keys *keys;
    struct recent *recent;
};

/* keyring: NULL, there is no key file (keys.h). */
struct audit *audit_new(const struct keyring *keyring) MUST_CHECK;
void audit_free(struct audit *audit); /* NULL is allowed */

/*
 * In a transaction, as its last step but COMMIT: from here to its end no other row is written anywhere. seq,
 * time, salt and hashes are filled in, and whose the device is if nobody has said it. Not ERR_OK: the effect
 * may not be committed either.
 */
enum err audit_write(const struct audit *audit, struct db *db, struct audit_row *row,
                     struct arena *arena) MUST_CHECK;
