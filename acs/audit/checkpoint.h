/*
 * A signed word on how long the chain was and where it ended: rows that are cut off behind it are missed.
 *
 * Kept in the table audit_checkpoint and, a line each, in an append-only file (audit.checkpoints_file), best
 * on another machine's disk. Anybody can check a line who has the public key of its key number (GET
 * /api/v1/audit/keys):
 *
 *     farol-audit 1 SEQ TIME H KEY SIGNATURE
 *
 * SEQ: number of the last row; TIME: when, RFC 3339 in UTC with microseconds; H: its h, 64 hexadecimal
 * digits; KEY: the number of the key. SIGNATURE: Ed25519 (RFC 8032), 128 hexadecimal digits, over the line up
 * to and without the space before it. With OpenSSL, where a.pem holds the public key:
 *
 *     printf %s "${line% *}" >a.text; printf %s "${line##* }" | xxd -r -p >a.sig
 *     openssl pkeyutl -verify -pubin -inkey a.pem -rawin -in a.text -sigfile a.sig
 */
#pragma once

#include "acs/audit/keys.h"
#include "acs/base/text.h"

struct audit_checkpoint {
    int64_t seq;
    int64_t at_us;
    unsigned char h[SHA256_BYTES];
    unsigned key;
    unsigned char signature[SIGNATURE_BYTES];
};

enum { AUDIT_CHECKPOINT_MAX = 300 }; /* bytes of a line */

/* Fills in key and signature. */
void audit_checkpoint_sign(const struct audit_key *key, struct audit_checkpoint *checkpoint);
/* False: it is not what the owner of that key has signed. */
bool audit_checkpoint_is_signed(const struct audit_key *key,
                                const struct audit_checkpoint *checkpoint) MUST_CHECK;
/* The line, without its end. */
void audit_checkpoint_write(const struct audit_checkpoint *checkpoint, char ret[AUDIT_CHECKPOINT_MAX]);
/* ERR_INVALID: it is no such line. The signature is not looked at. */
enum err audit_checkpoint_read(const char *line, struct audit_checkpoint *ret) MUST_CHECK;
