/*
 * The company's identity provider (OpenID Connect Core 1.0): people go there with a code challenge (RFC 7636,
 * S256) and come back with a code, for which it says by an ID token who they are.
 *
 * Where it has what it says itself (OpenID Connect Discovery 1.0), at each sign-in anew, and so are its keys:
 * a new one counts at once. All of it is asked by acs/http/ask.h, whose rules of where a URL may lead hold:
 * https, and not into networks of the house unless outbox.networks says so.
 */
#pragma once

#include <stdint.h>

#include "acs/base/crypto.h"

struct networks;
struct provider;

/* As the section [provider] of acs/config.def has them; all but return_to must live as long as the provider.
 */
struct provider_settings {
    const char *issuer;
    const char *client_id;
    const char *client_secret_file;
    const char *scopes;
    const char *login_claim;
    const char *name_claim;
    const char *group_claim;
    const char *ca_file;
    const char *networks;  /* CIDR, comma separated */
    const char *return_to; /* where a browser comes back to: one of our pages; copied */
    uint32_t timeout_ms;   /* of each request */
};

/* *ret NULL: no issuer, no provider. Nothing is asked yet. ERR_INVALID, ERR_NOT_FOUND name the setting. */
enum err provider_open(const struct provider_settings *settings, struct provider **ret) MUST_CHECK;
/* Any thread: what is under way ends, and nothing is asked any more. */
void provider_stop(struct provider *provider);
void provider_close(struct provider *provider); /* NULL is allowed */

enum { PROVIDER_WORD_MAX = 45 };

/* What a sign-in is known by from its beginning to its end. */
struct provider_words {
    char state[PROVIDER_WORD_MAX];    /* comes back with the code (RFC 6749 10.12) */
    char nonce[PROVIDER_WORD_MAX];    /* comes back in the ID token */
    char verifier[PROVIDER_WORD_MAX]; /* is shown for the code (RFC 7636 4.1) */
};

struct provider_person {
    const char *subject; /* who it is, for good: of the issuer, and its sub */
    const char *login;   /* directory_is_login() */
    const char *name;
    const char *const *groups;
    size_t group_count;
};

/*
 * All block; any thread. ERR_UNAVAILABLE: the provider is away, or too slow; ERR_INVALID: something is set
 * wrong here or there; ERR_DENIED: the code or the ID token is not good. The message says what. In the arena.
 */
enum err provider_begin(struct provider *provider, struct arena *arena, struct provider_words *ret_words,
                        const char **ret_url) MUST_CHECK;
enum err provider_finish(struct provider *provider, const char *code, const struct provider_words *words,
                         struct arena *arena, struct provider_person *ret) MUST_CHECK;
