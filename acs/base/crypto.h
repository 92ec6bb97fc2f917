/*
 * Random bytes, hashes, comparison in constant time, and the ids made of them. The only user of libcrypto
 * below acs/http.
 *
 * A failing libcrypto is fatal (abort): there is no answer that would be safe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs/base/arena.h"

/* A secret has no printer and no log field; it is read only where it is used. */
struct secret {
    const char *hidden;
};

void crypto_random(void *bytes, size_t len);
uint64_t crypto_random_u64(void);

enum { MD5_HEX = 33, SHA1_BYTES = 20, SHA256_BYTES = 32, SHA256_HEX = 65 };
void crypto_md5_hex(const void *bytes, size_t len, char ret[MD5_HEX]); /* HTTP Digest only (RFC 7616) */
void crypto_sha256(const void *bytes, size_t len, unsigned char ret[SHA256_BYTES]);
void crypto_sha256_hex(const void *bytes, size_t len, char ret[SHA256_HEX]);

/* SHA-256 of what comes piece by piece. A hash may be kept for as long as is needed, in any thread. */
struct crypto_hash;
struct crypto_hash *crypto_hash_new(void) MUST_CHECK;
void crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t len);
void crypto_hash_end(struct crypto_hash *hash, unsigned char ret[SHA256_BYTES]); /* once; then only free it */
void crypto_hash_free(struct crypto_hash *hash);                                 /* NULL is allowed */

void crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                        unsigned char ret[SHA256_BYTES]);
/* Only where the standard demands it: UDP connection requests (TR-069 G.2.2.3). */
void crypto_hmac_sha1(const void *key, size_t key_len, const void *bytes, size_t len,
                      unsigned char ret[SHA1_BYTES]);
bool crypto_equal(const void *a, const void *b, size_t len); /* constant time */
void crypto_wipe(void *bytes, size_t len);

/*
 * AES-256-GCM under a random nonce: ret has SEAL_EXTRA bytes more than the text. The context is not kept, but
 * what was sealed in one opens in no other. Unsealing writes len - SEAL_EXTRA bytes; false: it was altered,
 * or sealed elsewhere, and ret holds nothing of it.
 */
enum { SEAL_KEY_BYTES = 32, SEAL_NONCE_BYTES = 12, SEAL_TAG_BYTES = 16, SEAL_EXTRA = 28 };
struct span {
    const void *bytes;
    size_t len;
};
void crypto_seal(const unsigned char key[SEAL_KEY_BYTES], struct span context, struct span text,
                 unsigned char *ret);
bool crypto_unseal(const unsigned char key[SEAL_KEY_BYTES], struct span context, struct span sealed,
                   unsigned char *ret) MUST_CHECK;

/* Ed25519 (RFC 8032). The seed is the private key. */
enum { SIGN_KEY_BYTES = 32, SIGNATURE_BYTES = 64 };
void crypto_sign_public(const unsigned char seed[SIGN_KEY_BYTES], unsigned char ret[SIGN_KEY_BYTES]);
void crypto_sign(const unsigned char seed[SIGN_KEY_BYTES], const void *bytes, size_t len,
                 unsigned char ret[SIGNATURE_BYTES]);
bool crypto_signed(const unsigned char public_key[SIGN_KEY_BYTES], const void *bytes, size_t len,
                   const unsigned char signature[SIGNATURE_BYTES]) MUST_CHECK;

/* 128-bit fast keyed hash (SipHash-2-4-128) for tables whose keys a peer chooses. */
struct hash128 {
    uint64_t high, low;
};
struct hash128 crypto_siphash128(const uint64_t key[2], const void *bytes, size_t len);

void crypto_hex(const void *bytes, size_t len, char *ret);   /* ret: 2 * len + 1 bytes, lower case */
bool crypto_unhex(const char *hex, void *bytes, size_t len); /* exactly 2 * len digits */
/* RFC 4648 5 without padding; ret has room for 4 characters of each 3 bytes, and a NUL. len: a multiple of 3.
 */
void crypto_base64url(const void *bytes, size_t len, char *ret);
/* RFC 4648 4 with padding: 4 characters for every 3 bytes begun, and a NUL. */
void crypto_base64(const void *bytes, size_t len, char *ret);
/* RFC 4648 4 or 5, padding may be missing; ret has room for 3 bytes of each 4 characters. False: it is none.
 */
bool crypto_unbase64(const char *text, size_t len, unsigned char *ret, size_t *ret_len) MUST_CHECK;

/*
 * An id of 26 characters, prefix included: "act_" + 22 of Crockford base32 (48 bits of milliseconds, 62
 * random bits). The prefix has four. Sorts by time, fits the 32 characters of CommandKey and ParameterKey
 * (TR-069 A.3.2.9, A.3.2.1).
 */
enum { ID_MAX = 27 };
void crypto_new_id(const char *prefix, char ret[ID_MAX]);

/*
 * A database number, not negative, as an opaque id and back: "dev_" + 13 characters. The prefix has at most
 * ten. False: not such an id.
 */
enum { NUMBER_ID_MAX = 24 };
void crypto_write_number_id(const char *prefix, int64_t number, char ret[NUMBER_ID_MAX]);
bool crypto_read_number_id(const char *prefix, const char *id, int64_t *ret);
