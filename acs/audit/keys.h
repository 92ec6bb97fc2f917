/*
 * The keys of the audit chain, derived from the key file of the server (acs/auth/keyring.h).
 *
 * From each key of the file one for the chain and one that signs checkpoints, each by HMAC-SHA256 over its
 * own purpose. A row and a checkpoint name the number of theirs. When keys are rotated, new rows are made
 * with the key of the highest number, and old rows verify for as long as their key stays in the file; if it
 * is taken out, the rows that it made can no longer be told from forged ones, and verifying says which key is
 * wanted.
 *
 * A server without a key file has key 0, which everybody knows: its chain finds accidents, not forgers, and
 * its checkpoints are worth no more. Once a keyed row is there, rows of key 0 behind it count as forged.
 */
#pragma once

#include "acs/auth/keyring.h"

enum { AUDIT_KEY_OPEN = 0 };

struct audit_key {
    unsigned number;
    unsigned char chain[SHA256_BYTES];
    unsigned char sign[SHA256_BYTES]; /* the seed of an Ed25519 key */
};

struct audit_keys;

struct audit_keys *audit_keys_new(const struct keyring *keyring) MUST_CHECK; /* NULL: key 0 only */
void audit_keys_free(struct audit_keys *keys);                               /* NULL is allowed */
const struct audit_key *audit_keys_newest(const struct audit_keys *keys);
/* NULL: it is not in the file. Key 0 is always there. */
const struct audit_key *audit_keys_find(const struct audit_keys *keys, unsigned number);
/* All of them, by number; the first is key 0. */
size_t audit_keys_count(const struct audit_keys *keys);
const struct audit_key *audit_keys_at(const struct audit_keys *keys, size_t place);
