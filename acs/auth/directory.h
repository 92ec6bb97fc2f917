/*
 * The company's directory (LDAPv3, RFC 4511), asked whether a password is right, and who its person is. The
 * only user of libldap, with directory_wire.h.
 *
 * One entry is searched for with the account of a service, and then bound to with the password (RFC 4513
 * 5.1): never with an empty one, which a directory takes for a question without a name and lets pass (5.1.2).
 * A login that there is not costs as many questions as a wrong password. Referrals are not followed, and
 * what settings of the machine (ldap.conf) say of TLS and of time does not count.
 */
#pragma once

#include <stdint.h>

#include "acs/base/crypto.h"

struct directory;

/* As the section [directory] of acs/config.def has them; all must live as long as the directory. */
struct directory_settings {
    const char *url;
    bool without_tls;
    const char *ca_file;
    const char *bind_dn;
    const char *bind_password_file;
    const char *base;
    const char *filter;
    const char *login_attribute;
    const char *name_attribute;
    const char *group_attribute;
    const char *group_base;
    const char *group_filter;
    int64_t timeout_ms;
};

/* *ret NULL: no URL, no directory. Nothing is asked yet. ERR_INVALID, ERR_NOT_FOUND name the setting. */
enum err directory_open(const struct directory_settings *settings, struct directory **ret) MUST_CHECK;
/* Any thread: from now on nothing is asked any more. */
void directory_stop(struct directory *directory);
void directory_close(struct directory *directory); /* NULL is allowed */

struct directory_person {
    const char
        *login; /* as the directory has it, whatever was typed, in small letters; directory_is_login() */
    const char *name; /* 1 to 100 characters */
    const char *const *groups;
    size_t group_count;
};

/*
 * Blocks, for settings.timeout_ms at most (and as long as a name takes to be looked up). Any thread. *ret
 * false: no such login, or not its password, or the directory lets nobody in by it. ERR_UNAVAILABLE: it is
 * away, or too slow. ERR_CONFLICT: it cannot be said whose login that is. ERR_INVALID: something is set wrong
 * here or there; the message says what. All of it in the arena.
 */
enum err directory_ask(struct directory *directory, const char *login, struct secret password,
                       struct arena *arena, bool *ret, struct directory_person *ret_person) MUST_CHECK;

/* What a login may be here: small letters, digits, ". _ @ -", 64 at most. */
bool directory_is_login(const char *text);

/* The pattern with {login} and {dn} put in, escaped (RFC 4515 3). In the arena. */
const char *directory_filter(const char *pattern, const char *login, const char *dn, struct arena *arena);
