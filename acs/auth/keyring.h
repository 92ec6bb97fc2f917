/*
 * The keys under which secrets are kept in the database, and the one that all servers of an installation
 * derive their nonces from.
 *
 * The file has one key per line: its number, ":", 64 hexadecimal digits; "#" begins a comment. The highest
 * number seals, the others still open what they sealed. Only its owner may read it. It is made on purpose
 * (acsd --new-key) and never by a start: a server that made its own would quietly lock out every device whose
 * credential another one had sealed.
 */
#pragma once

#include "acs/base/crypto.h"

struct keyring;

/* ERR_NOT_FOUND: cannot be read; ERR_INVALID: others may read it, or it holds no keys. */
enum err keyring_load(const char *path, struct keyring **ret) MUST_CHECK;
void keyring_free(struct keyring *keyring); /* NULL is allowed */
/* A file with one new key, for its owner alone. ERR_CONFLICT: there is one already, which stays. */
enum err keyring_make(const char *path) MUST_CHECK;

/* A key for another purpose: the same on every server that has the same lowest key. */
void keyring_derive(const struct keyring *keyring, const char *purpose, unsigned char ret[SHA256_BYTES]);
/* The same from one key alone, the place-th of them by number: ret is bound to it. Returns that number. */
size_t keyring_count(const struct keyring *keyring);
unsigned keyring_derive_at(const struct keyring *keyring, size_t place, const char *purpose,
                           unsigned char ret[SHA256_BYTES]);
/* Tells key files apart without telling anything of the keys. */
enum { KEYRING_CHECK_MAX = 33 };
void keyring_check(const struct keyring *keyring, char ret[KEYRING_CHECK_MAX]);

/* Whose secret it is: sealed for one device and kind, it opens for no other. */
struct seal_context {
    int64_t device_id;
    const char *kind;
};

/* Hexadecimal: two digits of the key's number, then nonce, text and tag. */
enum { SECRET_BYTES_MAX = 256, SEALED_MAX = 2 * (1 + SEAL_EXTRA + SECRET_BYTES_MAX) + 1 };
/* The secret has at most SECRET_BYTES_MAX bytes. */
void keyring_seal(const struct keyring *keyring, const struct seal_context *context, struct secret secret,
                  char ret[SEALED_MAX]);
/* ERR_INVALID: altered, of another device or kind, or its key is not in the ring. ret: wipe it after use. */
enum err keyring_open(const struct keyring *keyring, const struct seal_context *context, const char *sealed,
                      char ret[SECRET_BYTES_MAX + 1]) MUST_CHECK;
