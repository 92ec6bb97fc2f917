#include "acs/auth/device_digest.h"

#include <stddef.h>
#include <strings.h>

#include "acs/http/auth_param.h"

enum { HEADER_MAX = 4096, HEX_MAX = SHA256_HEX };

/* ---- Digest ---- */

static const struct {
    const char *name;
    size_t offset;
} parameters[] = {
    {"username", offsetof(struct device_claim, username)},
    {"realm",    offsetof(struct device_claim, realm)   },
    {"nonce",    offsetof(struct device_claim, nonce)   },
    {"uri",      offsetof(struct device_claim, uri)     },
    {"response", offsetof(struct device_claim, response)},
    {"qop",      offsetof(struct device_claim, qop)     },
    {"nc",       offsetof(struct device_claim, nc)      },
    {"cnonce",   offsetof(struct device_claim, cnonce)  },
};

static enum err take_algorithm(const char *name, struct device_claim *claim)
{
    if (text_equal_nocase(name, "MD5"))
        claim->algorithm = CLAIM_MD5;
    else if (text_equal_nocase(name, "SHA-256"))
        claim->algorithm = CLAIM_SHA256;
    else
        return err_set(ERR_INVALID, "algorithm '%.32s' was not offered", name);
    return ERR_OK;
}

static enum err take_value(const char *name, const char *value, struct device_claim *claim)
{
    if (text_equal_nocase(name, "algorithm"))
        return take_algorithm(value, claim);
    for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
        const char **member = (const char **)((char *)claim + parameters[i].offset);

        if (!text_equal_nocase(name, parameters[i].name))
            continue;
        if (*member != NULL)
            return err_set(ERR_INVALID, "'%s' is there twice", parameters[i].name);
        *member = value;
    }
    return ERR_OK;
}

static void fill_absent(struct device_claim *claim)
{
    for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
        const char **member = (const char **)((char *)claim + parameters[i].offset);

        *member = text_or_empty(*member);
    }
}

/* nc as eight digits or fewer; what is hashed is how it was written. */
static bool read_count(const char *nc, uint32_t *ret)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = strlen(nc);
    uint32_t count = 0;

    if (len == 0 || len > 8)
        return false;
    for (size_t i = 0; i < len; i++) {
        const char *digit = strchr(digits, nc[i] >= 'A' && nc[i] <= 'F' ? nc[i] + ('a' - 'A') : nc[i]);

        if (digit == NULL)
            return false;
        count = count << 4 | (uint32_t)(digit - digits);
    }
    *ret = count;
    return count > 0;
}

static enum err check_qop(struct device_claim *claim)
{
    if (*claim->qop == '\0' && *claim->nc == '\0' && *claim->cnonce == '\0') /* RFC 2069 */
        return ERR_OK;
    if (!text_equal_nocase(claim->qop, "auth"))
        return err_set(ERR_INVALID, "qop '%.32s' was not offered", claim->qop);
    if (!read_count(claim->nc, &claim->count))
        return err_set(ERR_INVALID, "nc '%.32s' is no count", claim->nc);
    if (*claim->cnonce == '\0')
        return err_set(ERR_INVALID, "qop without cnonce");
    return ERR_OK;
}

static enum err read_digest(const char *at, struct arena *arena, struct device_claim *claim)
{
    /* before anything else a backslash is the device's own: DOMAIN\user */
    static const char escapable[] = "\"\\";
    struct auth_param param;

    while (auth_param_take(&at, escapable, arena, &param))
        if (param.value != NULL)
            TRY(take_value(param.name, param.value, claim));
    fill_absent(claim);
    if (*claim->response == '\0' || *claim->nonce == '\0')
        return err_set(ERR_INVALID, "neither nonce nor response may be missing");
    return check_qop(claim);
}

/* ---- Basic ---- */

static enum err read_basic(const char *at, struct arena *arena, struct device_claim *claim)
{
    size_t len, pair_len;
    char *pair, *colon;

    at += strspn(at, " \t");
    len = strcspn(at, " \t");
    pair = arena_alloc(arena, len + 1);
    if (!crypto_unbase64(at, len, (unsigned char *)pair, &pair_len))
        return err_set(ERR_INVALID, "Basic is followed by no base64");
    pair[pair_len] = '\0';
    colon = strchr(pair, ':');
    if (colon == NULL || strlen(pair) != pair_len)
        return err_set(ERR_INVALID, "Basic holds no pair of user and password");
    *colon = '\0';
    claim->username = pair;
    claim->password.hidden = colon + 1;
    fill_absent(claim);
    return ERR_OK;
}

static bool is_scheme(const char *header, const char *name)
{
    size_t len = strlen(name);

    return strncasecmp(header, name, len) == 0 && (header[len] == ' ' || header[len] == '\t');
}

enum err device_claim_read(const char *header, struct arena *arena, struct device_claim *ret)
{
    struct device_claim claim = {.scheme = CLAIM_DIGEST, .algorithm = CLAIM_MD5};

    if (strlen(header) > HEADER_MAX)
        return err_set(ERR_INVALID, "an Authorization of more than %d bytes", HEADER_MAX);
    header += strspn(header, " \t");
    if (is_scheme(header, "Digest")) {
        TRY(read_digest(header + strlen("Digest"), arena, &claim));
    } else if (is_scheme(header, "Basic")) {
        claim.scheme = CLAIM_BASIC;
        TRY(read_basic(header + strlen("Basic"), arena, &claim));
    } else {
        return err_set(ERR_INVALID, "an Authorization that is neither Digest nor Basic");
    }
    if (*claim.username == '\0')
        return err_set(ERR_INVALID, "no user name");
    *ret = claim;
    return ERR_OK;
}

/* ---- is it right ---- */

static void hash_hex(enum claim_algorithm algorithm, const struct text *text, char ret[HEX_MAX])
{
    if (algorithm == CLAIM_SHA256)
        crypto_sha256_hex(text->data, text->len, ret);
    else
        crypto_md5_hex(text->data, text->len, ret);
}

static void add_parts(struct text *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_putc(text, ':');
        text_puts(text, parts[i]);
    }
}

#define ADD_PARTS(text, ...)                              \
    add_parts((text), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

void device_key_make(const char *username, const char *realm, struct secret password, struct arena *arena,
                     struct device_key *ret)
{
    struct text all = TEXT_IN(arena);
    char md5[MD5_HEX];

    ADD_PARTS(&all, username, realm, password.hidden);
    crypto_md5_hex(all.data, all.len, md5);
    (void)crypto_unhex(md5, ret->md5, sizeof(ret->md5)); /* we have just written it */
    crypto_sha256(all.data, all.len, ret->sha256);
    crypto_wipe(all.data, all.len);
    crypto_wipe(md5, sizeof(md5));
}

static void compute_response(const struct device_claim *claim, const char *method,
                             const struct device_key *key, struct arena *arena, char ret[HEX_MAX])
{
    struct text what = TEXT_IN(arena), all = TEXT_IN(arena);
    char who_hex[HEX_MAX], what_hex[HEX_MAX];

    if (claim->algorithm == CLAIM_SHA256)
        crypto_hex(key->sha256, sizeof(key->sha256), who_hex);
    else
        crypto_hex(key->md5, sizeof(key->md5), who_hex);
    text_room(&what, 256);
    ADD_PARTS(&what, method, claim->uri);
    hash_hex(claim->algorithm, &what, what_hex);
    text_room(&all, 512);
    if (*claim->qop != '\0')
        ADD_PARTS(&all, who_hex, claim->nonce, claim->nc, claim->cnonce, claim->qop, what_hex);
    else
        ADD_PARTS(&all, who_hex, claim->nonce, what_hex);
    hash_hex(claim->algorithm, &all, ret);
    crypto_wipe(who_hex, sizeof(who_hex));
}

static bool digest_fits(const struct device_claim *claim, const char *method, const struct device_key *key,
                        struct arena *arena)
{
    char expected[HEX_MAX], got[HEX_MAX];
    size_t len = strlen(claim->response);

    compute_response(claim, method, key, arena, expected);
    if (len != strlen(expected))
        return false;
    for (size_t i = 0; i <= len; i++) { /* some devices write capitals */
        char c = claim->response[i];

        got[i] = c >= 'A' && c <= 'F' ? (char)(c + ('a' - 'A')) : c;
    }
    return crypto_equal(expected, got, len);
}

bool device_claim_fits(const struct device_claim *claim, const char *method, const struct device_key *key,
                       struct arena *arena)
{
    struct device_key own;
    bool fits;

    if (claim->scheme == CLAIM_DIGEST)
        return digest_fits(claim, method, key, arena);
    device_key_make(claim->username, claim->realm, claim->password, arena, &own);
    fits = crypto_equal(own.sha256, key->sha256, sizeof(own.sha256));
    crypto_wipe(&own, sizeof(own));
    return fits;
}

/* ---- nonces: 7 bytes of time, 5 random ones, 12 of an HMAC over both ---- */

enum { TIME_BYTES = 7, MADE_BYTES = 12, MAC_BYTES = 12, NONCE_BYTES = MADE_BYTES + MAC_BYTES };

void device_nonce_write(const unsigned char key[SHA256_BYTES], int64_t now_us, char ret[NONCE_MAX])
{
    unsigned char bytes[NONCE_BYTES];
    unsigned char mac[SHA256_BYTES];

    for (unsigned i = 0; i < TIME_BYTES; i++)
        bytes[i] = (unsigned char)((uint64_t)now_us >> 8 * (TIME_BYTES - 1 - i));
    crypto_random(bytes + TIME_BYTES, MADE_BYTES - TIME_BYTES);
    crypto_hmac_sha256(key, SHA256_BYTES, bytes, MADE_BYTES, mac);
    memcpy(bytes + MADE_BYTES, mac, MAC_BYTES);
    crypto_base64url(bytes, sizeof(bytes), ret);
}

bool device_nonce_read(const unsigned char key[SHA256_BYTES], const char *nonce, int64_t *ret_us)
{
    unsigned char bytes[NONCE_BYTES];
    unsigned char mac[SHA256_BYTES];
    uint64_t time = 0;
    size_t len;

    if (strlen(nonce) != NONCE_MAX - 1 || !crypto_unbase64(nonce, NONCE_MAX - 1, bytes, &len) ||
        len != NONCE_BYTES)
        return false;
    crypto_hmac_sha256(key, SHA256_BYTES, bytes, MADE_BYTES, mac);
    if (!crypto_equal(mac, bytes + MADE_BYTES, MAC_BYTES))
        return false;
    for (unsigned i = 0; i < TIME_BYTES; i++)
        time = time << 8 | bytes[i];
    *ret_us = (int64_t)time;
    return true;
}

/* ---- challenges ---- */

/* domain is for those that take the uri of their answer from it (netcwmp). */
const char *device_challenge_digest(const struct device_challenge *challenge, enum claim_algorithm algorithm,
                                    struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    text_room(&out, 256);
    text_puts(&out, "Digest realm=\"");
    text_puts(&out, challenge->realm);
    text_puts(&out, "\", qop=\"auth\", nonce=\"");
    text_puts(&out, challenge->nonce);
    text_puts(&out, "\", domain=\"/\", algorithm=");
    text_puts(&out, algorithm == CLAIM_SHA256 ? "SHA-256" : "MD5");
    if (challenge->stale)
        text_puts(&out, ", stale=true");
    return text_string(&out);
}

const char *device_challenge_basic(const struct device_challenge *challenge, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    text_puts(&out, "Basic realm=\"");
    text_puts(&out, challenge->realm);
    text_puts(&out, "\", charset=\"UTF-8\"");
    return text_string(&out);
}
