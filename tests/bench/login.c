#include "tests/bench/login.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/crypto.h"

enum { NONCE_MAX = 64, REALM_MAX = 64, CNONCE_LEN = 8 };

static const char cnonce[CNONCE_LEN + 1] = "0a4f113b";

struct login {
    uint32_t count;
    char nonce[NONCE_MAX]; /* "": never challenged */
};

struct logins {
    char realm[REALM_MAX]; /* the server's: the same for all */
    struct login *of;
};

struct logins *logins_new(struct arena *arena, uint32_t devices)
{
    struct logins *logins = ARENA_NEW(arena, struct logins);

    logins->of = ARENA_ARRAY(arena, struct login, devices);
    return logins;
}

/* The value of name="value". */
static bool read_quoted(struct bytes all, const char *name, char *ret, size_t room)
{
    const char *at = memmem(all.at, all.len, name, strlen(name));
    const char *end;
    size_t len;

    if (at == NULL)
        return false;
    at += strlen(name);
    end = memchr(at, '"', all.len - (size_t)(at - all.at));
    len = end == NULL ? room : (size_t)(end - at);
    if (len >= room)
        return false;
    memcpy(ret, at, len);
    ret[len] = '\0';
    return true;
}

bool logins_challenge(struct logins *logins, uint32_t device, struct bytes challenge)
{
    struct login *login = &logins->of[device];

    login->count = 0;
    return read_quoted(challenge, "nonce=\"", login->nonce, NONCE_MAX) &&
           read_quoted(challenge, "realm=\"", logins->realm, REALM_MAX);
}

void logins_forget(struct logins *logins, uint32_t device)
{
    logins->of[device].nonce[0] = '\0';
}

static void hash(const char *text, int len, char ret[MD5_HEX])
{
    crypto_md5_hex(text, (size_t)len, ret);
}

void logins_write(struct logins *logins, uint32_t device, struct bytes user, const char *path,
                  struct text *out)
{
    struct login *login = &logins->of[device];
    char who[MD5_HEX], what[MD5_HEX], response[MD5_HEX];
    char text[512];

    if (login->nonce[0] == '\0')
        return;
    login->count++;
    hash(text,
         snprintf(text, sizeof(text), "%.*s:%s:%s", (int)user.len, user.at, logins->realm, LOGIN_PASSWORD),
         who);
    hash(text, snprintf(text, sizeof(text), "POST:%.255s", path), what);
    hash(text,
         snprintf(text, sizeof(text), "%s:%s:%08x:%s:auth:%s", who, login->nonce, login->count, cnonce, what),
         response);
    text_printf(out,
                "Authorization: Digest username=\"%.*s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
                "response=\"%s\", algorithm=MD5, qop=auth, nc=%08x, cnonce=\"%s\"\r\n",
                (int)user.len, user.at, logins->realm, login->nonce, path, response, login->count, cnonce);
}
