/*
 * Standard Webhooks 1.0: secrets, signatures, and when a message is tried again. Pure but for the random
 * bytes of a new secret.
 */
#pragma once

#include "acs/base/crypto.h"

/* "whsec_" and the base64 of 24 random bytes. */
enum { WEBHOOK_SECRET_MAX = 39 };
void webhook_make_secret(char ret[WEBHOOK_SECRET_MAX]);

struct webhook_message {
    const char *id;
    int64_t at_s; /* when it is sent, seconds since 1970 */
    const char *body;
};

/* "v1," and the base64 of HMAC-SHA256 over id.timestamp.body. ERR_INVALID: it is no secret. */
enum { WEBHOOK_SIGNATURE_MAX = 48 };
enum err webhook_sign(struct secret secret, const struct webhook_message *message, struct arena *arena,
                      char ret[WEBHOOK_SIGNATURE_MAX]) MUST_CHECK;

/*
 * Seconds until a message is tried again after so many tries, spread by up to a fifth; negative: it is given
 * up. Not sooner than the receiver asks for (0: it does not), and within a day.
 */
int64_t webhook_delay_s(int64_t tries, int64_t retry_after_s, uint64_t random);
