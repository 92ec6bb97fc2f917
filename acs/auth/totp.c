#include "acs/auth/totp.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

enum { STEP_S = 30, DRIFT = 1, DIGIT_BITS = 5, DIGITS_MODULO = 1000000 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static_assert(TOTP_SECRET_BYTES * 8 / DIGIT_BITS + 1 == TOTP_SECRET_MAX &&
                  TOTP_SECRET_BYTES % DIGIT_BITS == 0,
              "base32 without padding");

void totp_make(char ret[TOTP_SECRET_MAX])
{
    unsigned char random[TOTP_SECRET_MAX - 1];

    crypto_random(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        ret[i] = base32[random[i] & 31];
    ret[TOTP_SECRET_MAX - 1] = '\0';
    crypto_wipe(random, sizeof(random));
}

static bool read_secret(struct secret secret, unsigned char ret[TOTP_SECRET_BYTES])
{
    uint32_t bits = 0;
    unsigned have = 0, used = 0;

    if (strlen(secret.hidden) != TOTP_SECRET_MAX - 1)
        return false;
    for (const char *c = secret.hidden; *c != '\0'; c++) {
        const char *digit = strchr(base32, *c);

        if (digit == NULL)
            return false;
        bits = bits << DIGIT_BITS | (uint32_t)(digit - base32);
        have += DIGIT_BITS;
        if (have >= 8) {
            have -= 8;
            ret[used++] = (unsigned char)(bits >> have);
        }
    }
    return true;
}

/* RFC 4226 5.3: four bytes from where the last one says, without the sign. */
static uint32_t truncate(const unsigned char mac[SHA1_BYTES])
{
    const unsigned char *at = mac + (mac[SHA1_BYTES - 1] & 15);

    return (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int64_t totp_step(int64_t now_s)
{
    return now_s / STEP_S;
}

bool totp_code(struct secret secret, int64_t step, char ret[TOTP_CODE_MAX])
{
    unsigned char key[TOTP_SECRET_BYTES], mac[SHA1_BYTES];
    uint64_t counter = htobe64((uint64_t)step);
    bool good = read_secret(secret, key);

    if (good) {
        crypto_hmac_sha1(key, sizeof(key), &counter, sizeof(counter), mac);
        snprintf(ret, TOTP_CODE_MAX, "%06u", truncate(mac) % DIGITS_MODULO);
    }
    crypto_wipe(key, sizeof(key));
    crypto_wipe(mac, sizeof(mac));
    return good;
}

int64_t totp_take(const struct totp_try *given)
{
    int64_t now = totp_step(given->now_s);
    int64_t taken = 0;
    char code[TOTP_CODE_MAX];

    if (strlen(given->code) != TOTP_CODE_MAX - 1)
        return 0;
    for (int64_t step = now - DRIFT; step <= now + DRIFT; step++) /* all of them: as long whichever it is */
        if (totp_code(given->secret, step, code) && crypto_equal(code, given->code, TOTP_CODE_MAX) &&
            step > given->used && taken == 0)
            taken = step;
    crypto_wipe(code, sizeof(code));
    return taken;
}
