/*
 * The signed manifest of a firmware: what it is and for whom, in words that nobody can change afterwards.
 *
 *     {"farol_firmware": 1, "sha256": "…64 digits…", "size": 12582912, "version": "2.1.8",
 *      "counter": 41, "expires_at": "2027-06-30T00:00:00Z",
 *      "rules": [{"manufacturer": "ZTE", "product_class": "F680"}]}
 *
 * Every member must be there, and no other (rules: rule.h). Its exact bytes are signed, by Ed25519 keys of
 * which a server knows the public halves, outside of this program:
 *
 *     openssl pkeyutl -sign -rawin -inkey ana.pem -in manifest.json | base64 -w0
 *
 * Two signatures by one key are one signature. It is checked when it comes in and again whenever the firmware
 * is handed out, against the row and the file as they are then.
 */
#pragma once

#include "acs/base/crypto.h"
#include "provisioning/firmware/rule.h"

enum { MANIFEST_MAX = 65536, MANIFEST_SIGNATURES_MAX = 4, MANIFEST_KEYS_MAX = 32 };

struct firmware_manifest { /* what a firmware is, whether a manifest says so or its row */
    unsigned char sha256[SHA256_BYTES];
    int64_t size;
    const char *version;
    int64_t counter;
    int64_t expires_at_us;
    struct firmware_rules rules;
};

/* ERR_INVALID: the message begins with the member that is wrong. */
enum err firmware_manifest_read(const char *bytes, size_t len, struct arena *arena,
                                struct firmware_manifest *ret) MUST_CHECK;
/* ERR_INVALID: they differ, and in what. rules of a row: read back from the form of firmware_rules_write().
 */
enum err firmware_manifest_match(const struct firmware_manifest *manifest,
                                 const struct firmware_manifest *row, struct arena *arena) MUST_CHECK;

/* ---- keys and signatures ---- */

struct firmware_key {
    const char *name;
    unsigned char bytes[SIGN_KEY_BYTES];
};

struct firmware_keys {
    struct firmware_key *items;
    size_t count;
};

/*
 * A file of public keys: "NAME BASE64" a line, 32 bytes each, as raw or as the DER that openssl writes (pkey
 * -pubout, without its frame); "#" begins a comment. ERR_INVALID: which line is wrong, or a key stands twice.
 */
enum err firmware_keys_read(const char *text, struct arena *arena, struct firmware_keys *ret) MUST_CHECK;

struct firmware_signed {
    const char *bytes; /* of the manifest */
    size_t len;
    const char *const *signatures; /* base64 */
    size_t count;
};

/* By how many different keys it is signed. What is no signature of a known key counts for nothing. */
size_t firmware_signers(const struct firmware_keys *keys, const struct firmware_signed *manifest);
