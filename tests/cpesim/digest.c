#include "tests/cpesim/digest.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "acs/base/crypto.h"
#include "acs/base/text.h"

/* ---- reading headers ---- */

/* A header under the eye: schemes, and parameters of the form name=value or name="value". */
struct scan {
    const char *at;
    struct arena *arena;
};

static const char token_ends[] = " \t,=\"";

static void skip_space(struct scan *scan)
{
    scan->at += strspn(scan->at, " \t,");
}

static const char *take_token(struct scan *scan)
{
    size_t len = strcspn(scan->at, token_ends);
    const char *token = arena_memdup(scan->arena, scan->at, len);

    scan->at += len;
    return token;
}

static const char *take_quoted(struct scan *scan)
{
    struct text out = TEXT_IN(scan->arena);

    for (scan->at++; *scan->at != '\0' && *scan->at != '"'; scan->at++) {
        if (*scan->at == '\\' && scan->at[1] != '\0')
            scan->at++;
        text_putc(&out, *scan->at);
    }
    scan->at += *scan->at == '"';
    return text_string(&out);
}

/* A name and, if "=" follows, its value. *ret_value is NULL for a scheme. False: the header ends here. */
static bool take_item(struct scan *scan, const char **ret_name, const char **ret_value)
{
    skip_space(scan);
    if (*scan->at == '\0')
        return false;
    *ret_name = take_token(scan);
    *ret_value = NULL;
    if (**ret_name == '\0') { /* no token can begin here */
        scan->at++;
        return true;
    }
    if (scan->at[strspn(scan->at, " \t")] != '=')
        return true;
    scan->at += strspn(scan->at, " \t") + 1;
    scan->at += strspn(scan->at, " \t");
    *ret_value = *scan->at == '"' ? take_quoted(scan) : take_token(scan);
    return true;
}

/* ---- challenges ---- */

/* A challenge while its parameters come in. */
struct candidate {
    struct auth_challenge challenge;
    bool unusable;
};

static bool offers_auth(const char *qop)
{
    while (*qop != '\0') {
        qop += strspn(qop, " \t,");
        if (strcspn(qop, " \t,") == 4 && strncasecmp(qop, "auth", 4) == 0)
            return true;
        qop += strcspn(qop, ",");
    }
    return false;
}

static void take_parameter(struct candidate *candidate, const char *name, const char *value)
{
    struct auth_challenge *challenge = &candidate->challenge;

    if (text_equal_nocase(name, "realm")) {
        challenge->realm = value;
    } else if (text_equal_nocase(name, "nonce")) {
        challenge->nonce = value;
    } else if (text_equal_nocase(name, "opaque")) {
        challenge->opaque = value;
    } else if (text_equal_nocase(name, "stale")) {
        challenge->stale = text_equal_nocase(value, "true");
    } else if (text_equal_nocase(name, "algorithm")) {
        challenge->has_algorithm = true;
        if (text_equal_nocase(value, "SHA-256"))
            challenge->scheme = AUTH_DIGEST_SHA256;
        else
            candidate->unusable |= !text_equal_nocase(value, "MD5");
    } else if (text_equal_nocase(name, "qop")) {
        challenge->has_qop = true;
        candidate->unusable |= !offers_auth(value);
    }
}

static void choose(struct auth_challenge *best, const struct candidate *candidate, enum auth_scheme most)
{
    const struct auth_challenge *challenge = &candidate->challenge;
    bool complete = challenge->scheme == AUTH_BASIC || (challenge->realm != NULL && challenge->nonce != NULL);

    if (complete && !candidate->unusable && challenge->scheme <= most && challenge->scheme > best->scheme)
        *best = *challenge;
}

static enum auth_scheme scheme_of(const char *name)
{
    if (text_equal_nocase(name, "Digest"))
        return AUTH_DIGEST;
    return text_equal_nocase(name, "Basic") ? AUTH_BASIC : AUTH_NONE;
}

enum err auth_read_challenge(const char *header, enum auth_scheme most, struct arena *arena,
                             struct auth_challenge *ret)
{
    struct scan scan = {header, arena};
    struct auth_challenge best = {0};
    struct candidate candidate = {0};
    const char *name, *value;

    while (take_item(&scan, &name, &value)) {
        if (value != NULL) {
            take_parameter(&candidate, name, value);
            continue;
        }
        choose(&best, &candidate, most);
        candidate = (struct candidate){.challenge.scheme = scheme_of(name)};
    }
    choose(&best, &candidate, most);
    if (best.scheme == AUTH_NONE)
        return err_set(ERR_INVALID, "'%.100s' is no challenge that a device must know", header);
    *ret = best;
    return ERR_OK;
}

/* ---- answers ---- */

static void hash(bool sha256, struct text *text, char ret[SHA256_HEX])
{
    if (sha256)
        crypto_sha256_hex(text_string(text), text->len, ret);
    else
        crypto_md5_hex(text_string(text), text->len, ret);
}

/* RFC 7616 3.4.1; without qop RFC 2069's form. */
static void compute_response(const struct auth_claim *claim, const struct auth_credentials *credentials,
                             const struct auth_target *target, char ret[SHA256_HEX])
{
    AUTO_ARENA arena = arena_new(512);
    struct text who = TEXT_IN(arena), what = TEXT_IN(arena), all = TEXT_IN(arena);
    bool sha256 = text_equal_nocase(claim->algorithm, "SHA-256");
    char who_hash[SHA256_HEX], what_hash[SHA256_HEX];

    text_printf(&who, "%s:%s:%s", credentials->username, claim->realm, credentials->password);
    hash(sha256, &who, who_hash);
    text_printf(&what, "%s:%s", target->method, claim->uri);
    hash(sha256, &what, what_hash);
    text_printf(&all, "%s:%s:", who_hash, claim->nonce);
    if (*claim->qop != '\0')
        text_printf(&all, "%s:%s:%s:", claim->nc, claim->cnonce, claim->qop);
    text_puts(&all, what_hash);
    hash(sha256, &all, ret);
}

static const char *basic_answer(const struct auth_credentials *credentials, struct arena *arena)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *pair = arena_printf(arena, "%s:%s", credentials->username, credentials->password);
    size_t len = strlen(pair);
    struct text out = TEXT_IN(arena);

    text_puts(&out, "Basic ");
    for (size_t i = 0; i < len; i += 3) {
        unsigned group = 0;

        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (i + j < len ? (unsigned char)pair[i + j] : 0U);
        for (size_t j = 0; j < 4; j++)
            text_putc(&out, i + j <= len ? digits[group >> (18 - 6 * j) & 63] : '=');
    }
    return text_string(&out);
}

static void put_quoted(struct text *out, const char *name, const char *value)
{
    text_printf(out, "%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            text_putc(out, '\\');
        text_putc(out, *value);
    }
    text_putc(out, '"');
}

static const char *write_claim(const struct auth_challenge *challenge, const struct auth_claim *claim,
                               struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    text_puts(&out, "Digest ");
    put_quoted(&out, "username", claim->username);
    put_quoted(&out, ", realm", claim->realm);
    put_quoted(&out, ", nonce", claim->nonce);
    put_quoted(&out, ", uri", claim->uri);
    put_quoted(&out, ", response", claim->response);
    if (challenge->has_algorithm)
        text_printf(&out, ", algorithm=%s", claim->algorithm);
    if (challenge->opaque != NULL)
        put_quoted(&out, ", opaque", challenge->opaque);
    if (challenge->has_qop) {
        text_printf(&out, ", qop=%s, nc=%s", claim->qop, claim->nc);
        put_quoted(&out, ", cnonce", claim->cnonce);
    }
    return text_string(&out);
}

const char *auth_answer(const struct auth_challenge *challenge, const struct auth_credentials *credentials,
                        const struct auth_target *target, unsigned count, struct arena *arena)
{
    struct auth_claim claim = {
        .username = credentials->username,
        .realm = challenge->realm,
        .nonce = challenge->nonce,
        .uri = target->uri,
        .qop = challenge->has_qop ? "auth" : "",
        .algorithm = challenge->scheme == AUTH_DIGEST_SHA256 ? "SHA-256" : "MD5",
        .nc = arena_printf(arena, "%08x", count),
        .cnonce = arena_printf(arena, "%016llx", (unsigned long long)crypto_random_u64()),
    };
    char response[SHA256_HEX];

    if (challenge->scheme == AUTH_BASIC)
        return basic_answer(credentials, arena);
    compute_response(&claim, credentials, target, response);
    claim.response = response;
    return write_claim(challenge, &claim, arena);
}

/* ---- the other side ---- */

static const struct {
    const char *name;
    size_t offset;
} claim_rows[] = {
    {"username",  offsetof(struct auth_claim, username) },
    {"realm",     offsetof(struct auth_claim, realm)    },
    {"nonce",     offsetof(struct auth_claim, nonce)    },
    {"uri",       offsetof(struct auth_claim, uri)      },
    {"response",  offsetof(struct auth_claim, response) },
    {"qop",       offsetof(struct auth_claim, qop)      },
    {"nc",        offsetof(struct auth_claim, nc)       },
    {"cnonce",    offsetof(struct auth_claim, cnonce)   },
    {"opaque",    offsetof(struct auth_claim, opaque)   },
    {"algorithm", offsetof(struct auth_claim, algorithm)},
};

static const char **member(struct auth_claim *claim, size_t row)
{
    return (const char **)((char *)claim + claim_rows[row].offset);
}

enum err auth_read_claim(const char *header, struct arena *arena, struct auth_claim *ret)
{
    struct scan scan = {header, arena};
    const char *name, *value;

    for (size_t row = 0; row < sizeof(claim_rows) / sizeof(*claim_rows); row++)
        *member(ret, row) = "";
    if (!take_item(&scan, &name, &value) || value != NULL || scheme_of(name) != AUTH_DIGEST)
        return err_set(ERR_INVALID, "the authorization is not Digest");
    while (take_item(&scan, &name, &value)) {
        for (size_t row = 0; value != NULL && row < sizeof(claim_rows) / sizeof(*claim_rows); row++)
            if (text_equal_nocase(name, claim_rows[row].name))
                *member(ret, row) = value;
    }
    return ERR_OK;
}

enum err auth_verify(const struct auth_claim *claim, const struct auth_credentials *credentials,
                     const struct auth_target *target)
{
    char expected[SHA256_HEX];

    if (strcmp(claim->qop, "auth") != 0 || *claim->cnonce == '\0')
        return err_set(ERR_DENIED, "qop=auth was offered, the answer has none");
    if (strlen(claim->nc) != 8 || strspn(claim->nc, "0123456789abcdefABCDEF") != 8)
        return err_set(ERR_DENIED, "nc is not eight hexadecimal digits");
    if (*claim->algorithm != '\0' && !text_equal_nocase(claim->algorithm, "MD5"))
        return err_set(ERR_DENIED, "the algorithm is not MD5");
    if (strcmp(claim->uri, target->uri) != 0)
        return err_set(ERR_DENIED, "the uri is not that of the request");
    if (strcmp(claim->username, credentials->username) != 0)
        return err_set(ERR_DENIED, "not the user name");
    compute_response(claim, credentials, target, expected);
    if (strlen(claim->response) != MD5_HEX - 1 || !crypto_equal(expected, claim->response, MD5_HEX - 1))
        return err_set(ERR_DENIED, "not the password");
    return ERR_OK;
}
