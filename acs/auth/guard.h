/*
 * Who is asking, and may they: the one place that lets a request through to a handler.
 *
 * A program shows a token, a person the cookie of a session. Everything that is not clearly allowed is
 * refused, errors included. Nothing is cached: what was revoked, ended or taken away counts from the next
 * request on, and what is held (token_find, session_find) cannot be taken away under a running change.
 */
#pragma once

#include "acs/auth/capability.h"
#include "db/sign_in.h"
#include "db/token.h"

enum guard_verdict {
    GUARD_UNKNOWN, /* neither a token nor a session that counts: 401 */
    GUARD_LACKS,   /* known, but without the capability: 403 */
    GUARD_ADMITS
};

struct caller {
    int64_t id;                    /* of the actor: no two have the same, of whichever kind */
    const char *name;              /* kept with everything it does; a person's is the login */
    const char *role;              /* NULL: a program with single capabilities */
    const char *scope;             /* a filter: which homes are there for it (acs/api/scope.h); NULL: all */
    capability_set capabilities;   /* with a scope only those that can be narrowed by one */
    const struct token_row *token; /* what a program has shown; NULL: it is a person, */
    const struct user_session_row *session; /* who has signed in */
};

/* Takes away what cannot be narrowed by the scope that it has. */
void guard_narrow(struct caller *caller);
bool caller_may(const struct caller *caller, enum capability capability);
/*
 * What the caller may let others do, where people, roles and tokens are managed: an administrator anything,
 * since that is what the role is for, anybody else what they may do themselves. Otherwise whoever manages
 * people could become whatever they like.
 */
capability_set caller_may_give(const struct caller *caller);

struct guard_question {
    const char *authorization; /* the header, NULL: none */
    const char *cookie;        /* of a session, NULL: none; does not count beside the header */
    enum capability capability;
    bool hold;  /* in a transaction: nothing of it can be taken away before its end, */
    bool alone; /* but by that transaction itself */
};

/*
 * Not ERR_OK: it cannot be known now, and *ret stays GUARD_UNKNOWN. ret_caller is filled unless the verdict
 * is GUARD_UNKNOWN.
 */
enum err guard_ask(struct db *db, const struct guard_question *question, struct arena *arena,
                   enum guard_verdict *ret, struct caller *ret_caller) MUST_CHECK;

/* What a role may, built in or a copy. One that there is not gives nothing but what everybody has. */
enum err guard_role(struct db *db, const char *role, bool hold, struct arena *arena,
                    capability_set *ret) MUST_CHECK;
