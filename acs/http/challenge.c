#include "acs/http/challenge.h"

#include <strings.h>

#include "acs/base/text.h"
#include "acs/http/auth_param.h"

static bool is_digest(const struct auth_param *piece)
{
    return piece->value == NULL && text_equal_nocase(piece->name, "Digest");
}

/* ---- one challenge ---- */

static const struct {
    const char *name;
    enum challenge_hash hash;
    bool sess;
} algorithms[] = {
    {"MD5",          CHALLENGE_MD5,    false},
    {"MD5-sess",     CHALLENGE_MD5,    true },
    {"SHA-256",      CHALLENGE_SHA256, false},
    {"SHA-256-sess", CHALLENGE_SHA256, true },
};

static bool read_algorithm(const char *name, struct challenge *challenge)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (!text_equal_nocase(name, algorithms[i].name))
            continue;
        challenge->hash = algorithms[i].hash;
        challenge->sess = algorithms[i].sess;
        challenge->algorithm = name;
        return true;
    }
    return false;
}

/* A list such as "auth-int, auth"; an empty one offers nothing and asks for nothing. */
static bool read_qop(const char *list, struct arena *arena, struct challenge *challenge)
{
    bool empty = true;

    for (list += strspn(list, auth_param_gaps); *list != '\0'; list += strspn(list, auth_param_gaps)) {
        empty = false;
        challenge->auth |= text_equal_nocase(auth_param_take_word(&list, auth_param_gaps, arena), "auth");
    }
    return empty || challenge->auth;
}

/* False: it asks for what we cannot do. */
static bool take_parameter(const struct auth_param *piece, struct arena *arena, struct challenge *challenge)
{
    if (text_equal_nocase(piece->name, "algorithm"))
        return read_algorithm(piece->value, challenge);
    if (text_equal_nocase(piece->name, "qop"))
        return read_qop(piece->value, arena, challenge);
    if (text_equal_nocase(piece->name, "realm"))
        challenge->realm = piece->value;
    else if (text_equal_nocase(piece->name, "nonce"))
        challenge->nonce = piece->value;
    else if (text_equal_nocase(piece->name, "opaque"))
        challenge->opaque = piece->value;
    return true;
}

/* *at stands behind the word Digest, and afterwards at the next scheme or at the end. */
static bool read_one(const char **at, struct arena *arena, struct challenge *ret)
{
    struct challenge challenge = {.realm = ""};
    const char *here = *at;
    struct auth_param piece;
    bool can = true;

    while (auth_param_take(&here, NULL, arena, &piece) && (piece.value != NULL || *piece.name == '\0')) {
        *at = here;
        if (piece.value != NULL)
            can = take_parameter(&piece, arena, &challenge) && can;
    }
    *ret = challenge;
    return can && challenge.nonce != NULL;
}

static bool has_control(const char *value)
{
    for (; *value != '\0'; value++)
        if (((unsigned char)*value < ' ' && *value != '\t') || *value == '\x7f')
            return true;
    return false;
}

bool challenge_offers_digest(const char *value)
{
    AUTO_ARENA arena = arena_new(1024);
    struct auth_param piece;

    while (auth_param_take(&value, NULL, arena, &piece))
        if (is_digest(&piece))
            return true;
    return false;
}

enum err challenge_read(const char *value, struct arena *arena, struct challenge *ret)
{
    struct challenge challenge;
    struct auth_param piece;

    if (has_control(value))
        return err_set(ERR_NOT_FOUND, "a challenge with control characters");
    while (auth_param_take(&value, NULL, arena, &piece)) {
        if (is_digest(&piece) && read_one(&value, arena, &challenge)) {
            *ret = challenge;
            return ERR_OK;
        }
    }
    return err_set(ERR_NOT_FOUND, "no Digest that is known here");
}

/* ---- the answer ---- */

/* The hash of a:b:c…; what it was made of is wiped, for the password is part of it. */
static const char *hash_of(enum challenge_hash hash, struct arena *arena, const char *const *parts,
                           size_t count)
{
    char *hex = arena_alloc(arena, SHA256_HEX);
    size_t len = count - 1;
    char *all, *end;

    for (size_t i = 0; i < count; i++)
        len += strlen(parts[i]);
    all = end = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            *end++ = ':';
        memcpy(end, parts[i], strlen(parts[i]));
        end += strlen(parts[i]);
    }
    if (hash == CHALLENGE_SHA256)
        crypto_sha256_hex(all, len, hex);
    else
        crypto_md5_hex(all, len, hex);
    crypto_wipe(all, len);
    return hex;
}

#define HASH_OF(hash, arena, ...)                            \
    hash_of(hash, arena, (const char *const[]){__VA_ARGS__}, \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char first_count[] = "00000001"; /* a nonce is used once */

static const char *compute_response(const struct challenge *challenge, const struct challenge_login *login,
                                    struct arena *arena)
{
    enum challenge_hash hash = challenge->hash;
    const char *ha1 = HASH_OF(hash, arena, login->username, challenge->realm, login->password.hidden);
    const char *ha2 = HASH_OF(hash, arena, login->method, login->target);

    if (challenge->sess)
        ha1 = HASH_OF(hash, arena, ha1, challenge->nonce, login->cnonce);
    if (!challenge->auth)
        return HASH_OF(hash, arena, ha1, challenge->nonce, ha2);
    return HASH_OF(hash, arena, ha1, challenge->nonce, first_count, login->cnonce, "auth", ha2);
}

static void put_quoted(struct text *out, const char *name, const char *value)
{
    text_puts(out, name);
    text_puts(out, "=\"");
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            text_putc(out, '\\');
        text_putc(out, *value);
    }
    text_putc(out, '"');
}

const char *challenge_answer(const struct challenge *challenge, const struct challenge_login *login,
                             struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    put_quoted(&out, "Digest username", login->username);
    put_quoted(&out, ", realm", challenge->realm);
    put_quoted(&out, ", nonce", challenge->nonce);
    put_quoted(&out, ", uri", login->target);
    if (challenge->auth || challenge->sess)
        put_quoted(&out, ", cnonce", login->cnonce);
    if (challenge->auth) {
        text_puts(&out, ", nc=");
        text_puts(&out, first_count);
        text_puts(&out, ", qop=auth");
    }
    put_quoted(&out, ", response", compute_response(challenge, login, arena));
    if (challenge->opaque != NULL)
        put_quoted(&out, ", opaque", challenge->opaque);
    if (challenge->algorithm != NULL) {
        text_puts(&out, ", algorithm=");
        text_puts(&out, challenge->algorithm);
    }
    return text_string(&out);
}
