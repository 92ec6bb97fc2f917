#include "acs/base/crypto.h"

#include <assert.h>
#include <endian.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"

enum { HASH128_BYTES = 16, MD5_BYTES = 16 };

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "farol: libcrypto failed: %s\n", what);
    abort();
}

/* ---- random bytes ---- */

/* Each thread keeps a few bytes ahead: one call of the generator costs a microsecond, whatever it returns. */
enum { AHEAD = 512 };

static _Thread_local struct {
    unsigned char bytes[AHEAD];
    size_t left;
} ahead;

static void random_from_generator(void *bytes, size_t len)
{
    unsigned char *at = bytes;

    while (len > 0) {
        int part = len < INT_MAX ? (int)len : INT_MAX;

        must(RAND_bytes(at, part) == 1, "random bytes");
        at += part;
        len -= (size_t)part;
    }
}

void crypto_random(void *bytes, size_t len)
{
    if (len > AHEAD / 4) {
        random_from_generator(bytes, len);
        return;
    }
    if (ahead.left < len) {
        random_from_generator(ahead.bytes, AHEAD);
        ahead.left = AHEAD;
    }
    ahead.left -= len;
    memcpy(bytes, ahead.bytes + ahead.left, len);
    crypto_wipe(ahead.bytes + ahead.left, len); /* given out once, and nobody finds it here later */
}

uint64_t crypto_random_u64(void)
{
    uint64_t number;

    crypto_random(&number, sizeof(number));
    return number;
}

/* ---- hashes: algorithms are fetched once per process, contexts once per thread ---- */

static EVP_MD *md5, *sha256;
static EVP_MAC *hmac, *siphash;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t contexts_key;

struct contexts {
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *hmac_sha256, *hmac_sha1;
    EVP_MAC_CTX *siphash128;
};

static _Thread_local struct contexts *mine;

static void contexts_free(void *memory)
{
    struct contexts *contexts = memory;

    EVP_MD_CTX_free(contexts->digest);
    EVP_MAC_CTX_free(contexts->hmac_sha256);
    EVP_MAC_CTX_free(contexts->hmac_sha1);
    EVP_MAC_CTX_free(contexts->siphash128);
    heap_free(contexts);
    mine = NULL;
}

static void fetch_all(void)
{
    md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    siphash = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    must(md5 != NULL && sha256 != NULL && hmac != NULL && siphash != NULL, "algorithms");
    must(pthread_key_create(&contexts_key, contexts_free) == 0, "thread key");
}

static EVP_MAC_CTX *hmac_new(char *digest_name)
{
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(hmac);

    must(context != NULL && EVP_MAC_CTX_set_params(context, params) == 1, "HMAC parameters");
    return context;
}

static struct contexts *contexts_new(void)
{
    char sha256_name[] = "SHA256", sha1_name[] = "SHA1";
    size_t size = HASH128_BYTES;
    const OSSL_PARAM siphash_params[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                         OSSL_PARAM_construct_end()};
    struct contexts *contexts = HEAP_NEW(struct contexts);

    pthread_once(&once, fetch_all);
    contexts->digest = EVP_MD_CTX_new();
    contexts->hmac_sha256 = hmac_new(sha256_name);
    contexts->hmac_sha1 = hmac_new(sha1_name);
    contexts->siphash128 = EVP_MAC_CTX_new(siphash);
    must(contexts->digest != NULL && contexts->siphash128 != NULL, "contexts");
    must(EVP_MAC_CTX_set_params(contexts->siphash128, siphash_params) == 1, "SipHash parameters");
    pthread_setspecific(contexts_key, contexts);
    mine = contexts;
    return contexts;
}

static const struct contexts *contexts(void)
{
    return mine != NULL ? mine : contexts_new();
}

/* algorithm: where it will be once this thread has its contexts. */
static void digest(EVP_MD *const *algorithm, const void *bytes, size_t len, unsigned char *ret)
{
    EVP_MD_CTX *context = contexts()->digest;

    must(EVP_DigestInit_ex2(context, *algorithm, NULL) == 1 && EVP_DigestUpdate(context, bytes, len) == 1 &&
             EVP_DigestFinal_ex(context, ret, NULL) == 1,
         "digest");
}

static void mac(EVP_MAC_CTX *context, struct span key, struct span message, unsigned char *ret, size_t size)
{
    size_t written;

    must(EVP_MAC_init(context, key.bytes, key.len, NULL) == 1 &&
             EVP_MAC_update(context, message.bytes, message.len) == 1 &&
             EVP_MAC_final(context, ret, &written, size) == 1 && written == size,
         "message authentication code");
}

void crypto_md5_hex(const void *bytes, size_t len, char ret[MD5_HEX])
{
    unsigned char sum[MD5_BYTES];

    digest(&md5, bytes, len, sum);
    crypto_hex(sum, sizeof(sum), ret);
}

void crypto_sha256(const void *bytes, size_t len, unsigned char ret[SHA256_BYTES])
{
    digest(&sha256, bytes, len, ret);
}

void crypto_sha256_hex(const void *bytes, size_t len, char ret[SHA256_HEX])
{
    unsigned char sum[SHA256_BYTES];

    crypto_sha256(bytes, len, sum);
    crypto_hex(sum, sizeof(sum), ret);
}

/* ---- piece by piece ---- */

struct crypto_hash {
    EVP_MD_CTX *digest;
};

struct crypto_hash *crypto_hash_new(void)
{
    struct crypto_hash *hash = HEAP_NEW(struct crypto_hash);

    pthread_once(&once, fetch_all);
    hash->digest = EVP_MD_CTX_new();
    must(hash->digest != NULL && EVP_DigestInit_ex2(hash->digest, sha256, NULL) == 1, "digest");
    return hash;
}

void crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t len)
{
    must(EVP_DigestUpdate(hash->digest, bytes, len) == 1, "digest");
}

void crypto_hash_end(struct crypto_hash *hash, unsigned char ret[SHA256_BYTES])
{
    must(EVP_DigestFinal_ex(hash->digest, ret, NULL) == 1, "digest");
}

void crypto_hash_free(struct crypto_hash *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free(hash->digest);
    heap_free(hash);
}

/* ---- with a key ---- */

/* libcrypto would take NULL for the key of last time. */
static struct span key_span(const void *key, size_t len)
{
    return (struct span){len > 0 ? key : "", len};
}

void crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len,
                        unsigned char ret[SHA256_BYTES])
{
    mac(contexts()->hmac_sha256, key_span(key, key_len), (struct span){bytes, len}, ret, SHA256_BYTES);
}

void crypto_hmac_sha1(const void *key, size_t key_len, const void *bytes, size_t len,
                      unsigned char ret[SHA1_BYTES])
{
    mac(contexts()->hmac_sha1, key_span(key, key_len), (struct span){bytes, len}, ret, SHA1_BYTES);
}

struct hash128 crypto_siphash128(const uint64_t key[2], const void *bytes, size_t len)
{
    const uint64_t key_bytes[2] = {htole64(key[0]), htole64(key[1])};
    uint64_t sum[2];

    mac(contexts()->siphash128, (struct span){key_bytes, sizeof(key_bytes)}, (struct span){bytes, len},
        (unsigned char *)sum, sizeof(sum));
    return (struct hash128){.low = le64toh(sum[0]), .high = le64toh(sum[1])};
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}

/* ---- sealing: seldom, so that a context of its own each time is cheap enough ---- */

static EVP_CIPHER_CTX *cipher_new(const unsigned char *key, const unsigned char *nonce, struct span context,
                                  int encrypt)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int len;

    must(cipher != NULL && EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce, encrypt) == 1 &&
             EVP_CipherUpdate(cipher, NULL, &len, context.bytes, (int)context.len) == 1,
         "AES-256-GCM");
    return cipher;
}

void crypto_seal(const unsigned char key[SEAL_KEY_BYTES], struct span context, struct span text,
                 unsigned char *ret)
{
    unsigned char *body = ret + SEAL_NONCE_BYTES;
    EVP_CIPHER_CTX *cipher;
    int len, more;

    assert(context.len <= INT_MAX && text.len <= INT_MAX);
    crypto_random(ret, SEAL_NONCE_BYTES);
    cipher = cipher_new(key, ret, context, 1);
    must(EVP_EncryptUpdate(cipher, body, &len, text.bytes, (int)text.len) == 1 &&
             EVP_EncryptFinal_ex(cipher, body + len, &more) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES, body + text.len) == 1,
         "sealing");
    EVP_CIPHER_CTX_free(cipher);
}

bool crypto_unseal(const unsigned char key[SEAL_KEY_BYTES], struct span context, struct span sealed,
                   unsigned char *ret)
{
    const unsigned char *body = (const unsigned char *)sealed.bytes + SEAL_NONCE_BYTES;
    unsigned char tag[SEAL_TAG_BYTES];
    EVP_CIPHER_CTX *cipher;
    size_t text_len;
    int len, more;
    bool good;

    if (sealed.len < SEAL_EXTRA || sealed.len > INT_MAX)
        return false;
    text_len = sealed.len - SEAL_EXTRA;
    memcpy(tag, body + text_len, sizeof(tag));
    cipher = cipher_new(key, sealed.bytes, context, 0);
    must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_BYTES, tag) == 1, "unsealing");
    good = EVP_DecryptUpdate(cipher, ret, &len, body, (int)text_len) == 1 &&
           EVP_DecryptFinal_ex(cipher, ret + len, &more) == 1;
    EVP_CIPHER_CTX_free(cipher);
    if (!good)
        crypto_wipe(ret, text_len);
    return good;
}

/* ---- signing: seldom, too ---- */

void crypto_sign_public(const unsigned char seed[SIGN_KEY_BYTES], unsigned char ret[SIGN_KEY_BYTES])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SIGN_KEY_BYTES);
    size_t len = SIGN_KEY_BYTES;

    must(key != NULL && EVP_PKEY_get_raw_public_key(key, ret, &len) == 1 && len == SIGN_KEY_BYTES,
         "key pair");
    EVP_PKEY_free(key);
}

void crypto_sign(const unsigned char seed[SIGN_KEY_BYTES], const void *bytes, size_t len,
                 unsigned char ret[SIGNATURE_BYTES])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SIGN_KEY_BYTES);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = SIGNATURE_BYTES;

    must(key != NULL && context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
             EVP_DigestSign(context, ret, &size, bytes, len) == 1 && size == SIGNATURE_BYTES,
         "signature");
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

bool crypto_signed(const unsigned char public_key[SIGN_KEY_BYTES], const void *bytes, size_t len,
                   const unsigned char signature[SIGNATURE_BYTES])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGN_KEY_BYTES);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good;

    must(key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1,
         "signature");
    good = EVP_DigestVerify(context, signature, SIGNATURE_BYTES, bytes, len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

/* ---- bytes as text ---- */

void crypto_hex(const void *bytes, size_t len, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;

    for (size_t i = 0; i < len; i++) {
        ret[2 * i] = digits[from[i] >> 4];
        ret[2 * i + 1] = digits[from[i] & 15];
    }
    ret[2 * len] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool crypto_unhex(const char *hex, void *bytes, size_t len)
{
    unsigned char *to = bytes;

    for (size_t i = 0; i < len; i++) {
        int high = hex_value(hex[2 * i]);
        int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

        if (low < 0)
            return false;
        to[i] = (unsigned char)(high << 4 | low);
    }
    return hex[2 * len] == '\0';
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void crypto_base64url(const void *bytes, size_t len, char *ret)
{
    const unsigned char *from = bytes;

    assert(len % 3 == 0);
    for (size_t i = 0; i < len; i += 3) {
        uint32_t group = (uint32_t)from[i] << 16 | (uint32_t)from[i + 1] << 8 | from[i + 2];

        for (unsigned shift = 24; shift > 0; shift -= 6)
            *ret++ = base64url[group >> (shift - 6) & 63];
    }
    *ret = '\0';
}

void crypto_base64(const void *bytes, size_t len, char *ret)
{
    assert(len <= INT_MAX / 2);
    EVP_EncodeBlock((unsigned char *)ret, bytes, (int)len);
}

static int base64_value(char c)
{
    const char *at = c == '\0' ? NULL : strchr(base64url, c == '+' ? '-' : c == '/' ? '_' : c);

    return at == NULL ? -1 : (int)(at - base64url);
}

bool crypto_unbase64(const char *text, size_t len, unsigned char *ret, size_t *ret_len)
{
    uint32_t bits = 0;
    unsigned kept = 0; /* of bits, that many are not written yet */
    size_t written = 0;

    for (unsigned padding = 0; padding < 2 && len > 0 && text[len - 1] == '='; padding++)
        len--;
    for (size_t i = 0; i < len; i++) {
        int value = base64_value(text[i]);

        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        kept += 6;
        if (kept >= 8) {
            kept -= 8;
            ret[written++] = (unsigned char)(bits >> kept);
        }
    }
    *ret_len = written;
    return len % 4 != 1;
}

/* ---- ids: Crockford's base32 in lower case, most significant digit first ---- */

enum { DIGIT_BITS = 5, NUMBER_DIGITS = 13, ID_PREFIX = 4 };
enum { TIME_BITS = 48, TIME_DIGITS = 10, RANDOM_DIGITS = ID_MAX - 1 - ID_PREFIX - TIME_DIGITS };

static const char base32[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* The lowest `digits` digits of number. */
static void put_base32(char *to, unsigned digits, uint64_t number)
{
    for (; digits > 0; number >>= DIGIT_BITS)
        to[--digits] = base32[number & ((1 << DIGIT_BITS) - 1)];
}

void crypto_new_id(const char *prefix, char ret[ID_MAX])
{
    uint64_t ms = (uint64_t)(clock_now_us() / US_PER_MS) & ((UINT64_C(1) << TIME_BITS) - 1);
    uint64_t random = crypto_random_u64();

    assert(strlen(prefix) == ID_PREFIX);
    memcpy(ret, prefix, ID_PREFIX);
    put_base32(ret + ID_PREFIX, TIME_DIGITS, ms << 2 | random >> 62);
    put_base32(ret + ID_PREFIX + TIME_DIGITS, RANDOM_DIGITS, random);
    ret[ID_MAX - 1] = '\0';
}

void crypto_write_number_id(const char *prefix, int64_t number, char ret[NUMBER_ID_MAX])
{
    size_t len = strlen(prefix);

    assert(number >= 0 && len + NUMBER_DIGITS < NUMBER_ID_MAX);
    memcpy(ret, prefix, len);
    put_base32(ret + len, NUMBER_DIGITS, (uint64_t)number);
    ret[len + NUMBER_DIGITS] = '\0';
}

/* One spelling per number: what crypto_write_number_id() would not have written is no id. */
bool crypto_read_number_id(const char *prefix, const char *id, int64_t *ret)
{
    size_t len = strlen(prefix);
    uint64_t number = 0;

    if (strncmp(id, prefix, len) != 0 || strlen(id + len) != NUMBER_DIGITS)
        return false;
    for (const char *at = id + len; *at != '\0'; at++) {
        const char *digit = strchr(base32, *at);

        if (digit == NULL || number > (uint64_t)INT64_MAX >> DIGIT_BITS)
            return false;
        number = number << DIGIT_BITS | (uint64_t)(digit - base32);
    }
    *ret = (int64_t)number;
    return true;
}
