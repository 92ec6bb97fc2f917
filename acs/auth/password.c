#include "acs/auth/password.h"

#include <crypt.h>
#include <errno.h>
#include <string.h>

#include "acs/base/text.h"

/* yescrypt at the cost that crypt(5) has by default. */
static const char prefix[] = "$y$";

/* What is computed for somebody who is not there: of the form and the cost of all others. */
static const char nobody[] = "$y$j9T$pxOWxPHxVTVkCEjZGSMFE.$";

enum { DIFFERENT_LEAST = 5 };

/* 32 KiB that hold what comes of a password. */
static enum err compute(struct secret password, const char *setting, char ret[PASSWORD_HASH_MAX])
{
    struct crypt_data *data = HEAP_NEW(struct crypt_data);
    const char *made = crypt_rn(password.hidden, setting, data, sizeof(*data));
    bool fits = made != NULL && strlen(made) < PASSWORD_HASH_MAX;
    int number = errno;

    if (fits)
        memcpy(ret, made, strlen(made) + 1);
    crypto_wipe(data, sizeof(*data));
    heap_free(data);
    return fits ? ERR_OK : err_set(ERR_UNAVAILABLE, "yescrypt failed: %s", strerror(number));
}

enum err password_hash(struct secret password, char ret[PASSWORD_HASH_MAX])
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    char random[24];

    crypto_random(random, sizeof(random));
    if (crypt_gensalt_rn(prefix, 0, random, sizeof(random), setting, sizeof(setting)) == NULL)
        return err_set(ERR_UNAVAILABLE, "no salt for yescrypt: %s", strerror(errno));
    return compute(password, setting, ret);
}

enum err password_verify(struct secret password, const char *hash, bool *ret)
{
    bool known = hash != NULL && text_starts_with(hash, prefix);
    const char *setting = known ? hash : nobody;
    char made[PASSWORD_HASH_MAX];
    bool same;

    *ret = false;
    if (strlen(password.hidden) > PASSWORD_BYTES_MAX)
        return ERR_OK;
    TRY(compute(password, setting, made));
    same = strlen(made) == strlen(setting) && crypto_equal(made, setting, strlen(made));
    crypto_wipe(made, sizeof(made));
    *ret = known && same;
    return ERR_OK;
}

static unsigned count_different(const char *text)
{
    bool seen[256] = {false};
    unsigned count = 0;

    for (; *text != '\0'; text++) {
        count += !seen[(unsigned char)*text];
        seen[(unsigned char)*text] = true;
    }
    return count;
}

enum password_fault password_judge(struct secret password, const char *login)
{
    if (strlen(password.hidden) > PASSWORD_BYTES_MAX)
        return PASSWORD_TOO_LONG;
    if (text_utf8_length(password.hidden) < PASSWORD_LEAST)
        return PASSWORD_TOO_SHORT;
    if (count_different(password.hidden) < DIFFERENT_LEAST || strcasestr(password.hidden, login) != NULL)
        return PASSWORD_TOO_PLAIN;
    return PASSWORD_GOOD;
}
