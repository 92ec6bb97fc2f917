#include "acs/outbox/sign.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/text.h"

#define SECRET_PREFIX "whsec_"

enum { SECRET_BYTES = 24, SECRET_BYTES_LEAST = 16, SECRET_BYTES_MOST = 128, DAY_S = 86400 };

void webhook_make_secret(char ret[WEBHOOK_SECRET_MAX])
{
    unsigned char bytes[SECRET_BYTES];

    crypto_random(bytes, sizeof(bytes));
    memcpy(ret, SECRET_PREFIX, strlen(SECRET_PREFIX));
    crypto_base64(bytes, sizeof(bytes), ret + strlen(SECRET_PREFIX));
    crypto_wipe(bytes, sizeof(bytes));
}

enum err webhook_sign(struct secret secret, const struct webhook_message *message, struct arena *arena,
                      char ret[WEBHOOK_SIGNATURE_MAX])
{
    unsigned char key[SECRET_BYTES_MOST + 3], hash[SHA256_BYTES];
    struct text signed_text = TEXT_IN(arena);
    size_t len = 0;

    if (!text_starts_with(secret.hidden, SECRET_PREFIX) || strlen(secret.hidden) > SECRET_BYTES_MOST ||
        !crypto_unbase64(secret.hidden + strlen(SECRET_PREFIX), strlen(secret.hidden) - strlen(SECRET_PREFIX),
                         key, &len) ||
        len < SECRET_BYTES_LEAST)
        return err_set(ERR_INVALID, "the webhook's secret is not whsec_ and a base64");
    text_printf(&signed_text, "%s.%" PRId64 ".%s", message->id, message->at_s, message->body);
    crypto_hmac_sha256(key, len, signed_text.data, signed_text.len, hash);
    crypto_wipe(key, sizeof(key));
    memcpy(ret, "v1,", strlen("v1,"));
    crypto_base64(hash, sizeof(hash), ret + strlen("v1,"));
    return ERR_OK;
}

int64_t webhook_delay_s(int64_t tries, int64_t retry_after_s, uint64_t random)
{
    static const int64_t delays_s[] = {5, 300, 1800, 7200, 18000, 36000, DAY_S};
    int64_t delay_s;

    if (tries < 1 || tries > (int64_t)(sizeof(delays_s) / sizeof(*delays_s)))
        return -1;
    delay_s = delays_s[tries - 1];
    delay_s += (int64_t)(random % ((uint64_t)delay_s / 5 + 1));
    if (retry_after_s > DAY_S)
        retry_after_s = DAY_S;
    return retry_after_s > delay_s ? retry_after_s : delay_s;
}
