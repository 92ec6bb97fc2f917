/*
 * Who is asking, and may they: the one place that lets a request through to a handler.
 *
 * Everything that is not clearly allowed is refused, errors included. Nothing is cached: a token that was
 * revoked is refused from the next request on, and one that is held (token_find) cannot be revoked under a
 * running change.
 */
#pragma once

#include "acs/auth/capability.h"
#include "db/token.h"

enum guard_verdict {
    GUARD_UNKNOWN, /* no token, or none that counts: 401 */
    GUARD_LACKS,   /* known, but without the capability: 403 */
    GUARD_ADMITS
};

struct caller {
    int64_t id;       /* of the actor: no two have the same, of whichever kind */
    const char *name; /* kept with everything it does */
    capability_set capabilities;
    const struct token_row *token; /* what it has shown */
};

bool caller_may(const struct caller *caller, enum capability capability);

struct guard_question {
    const char *authorization; /* the header, NULL: none */
    enum capability capability;
    bool hold; /* in a transaction: the token cannot be revoked before its end */
};

/*
 * Not ERR_OK: it cannot be known now, and *ret stays GUARD_UNKNOWN. ret_caller is filled unless the verdict
 * is GUARD_UNKNOWN.
 */
enum err guard_ask(struct db *db, const struct guard_question *question, struct arena *arena,
                   enum guard_verdict *ret, struct caller *ret_caller) MUST_CHECK;
