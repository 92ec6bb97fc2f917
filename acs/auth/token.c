#include "acs/auth/token.h"

#include <stdio.h>
#include <string.h>

#include "db/token.h"

enum { RANDOM_LEN = 32, CHECK_LEN = 6, NAME_MAX_BYTES = 100, ARENA_FIRST = 1024 };

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

enum { BASE = sizeof(digits) - 1 };

static uint32_t crc32(const char *bytes, size_t len)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

static void write_check(const char *bytes, size_t len, char ret[CHECK_LEN + 1])
{
    uint32_t crc = crc32(bytes, len);

    for (int i = CHECK_LEN - 1; i >= 0; i--, crc /= BASE)
        ret[i] = digits[crc % BASE];
    ret[CHECK_LEN] = '\0';
}

/* Bytes from 248 on are thrown away, or the first digits would come more often. */
static void write_random(char ret[RANDOM_LEN + 1])
{
    unsigned char byte;

    for (int i = 0; i < RANDOM_LEN;) {
        crypto_random(&byte, 1);
        if (byte < 256 / BASE * BASE)
            ret[i++] = digits[byte % BASE];
    }
    ret[RANDOM_LEN] = '\0';
}

bool token_environment_is_valid(const char *environment)
{
    size_t len = strlen(environment);

    return len > 0 && len <= TOKEN_ENVIRONMENT_MAX &&
           strspn(environment, "abcdefghijklmnopqrstuvwxyz0123456789") == len;
}

void token_make(const char *environment, char ret[TOKEN_MAX])
{
    char random[RANDOM_LEN + 1];
    char check[CHECK_LEN + 1];
    int len;

    write_random(random);
    len = snprintf(ret, TOKEN_MAX, "acs_%s_%s_", environment, random);
    write_check(ret, (size_t)len, check);
    memcpy(ret + len, check, sizeof(check));
    crypto_wipe(random, sizeof(random));
}

bool token_is_well_formed(const char *token)
{
    size_t len = strlen(token);
    char check[CHECK_LEN + 1];

    if (len <= CHECK_LEN || len >= TOKEN_MAX || strncmp(token, "acs_", 4) != 0)
        return false;
    write_check(token, len - CHECK_LEN, check);
    return strcmp(token + len - CHECK_LEN, check) == 0;
}

void token_hash(const char *token, unsigned char ret[SHA256_BYTES])
{
    crypto_sha256(token, strlen(token), ret);
}

static void list_capabilities(capability_set wanted, const char **names, size_t *count)
{
    *count = 0;
    if (wanted == 0)
        names[(*count)++] = "*";
    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++)
        if ((wanted & CAPABILITY_BIT(i)) != 0)
            names[(*count)++] = capability_name((enum capability)i);
}

enum err token_create(struct db *db, const struct token_wish *wish, char ret[TOKEN_MAX], int64_t *ret_id)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    const char *names[CAPABILITY_COUNT];
    struct token_order order = {.name = wish->name,
                                .role = wish->role,
                                .scope = wish->scope,
                                .capabilities = names,
                                .expires_at_us = wish->expires_at_us,
                                .created_by = wish->created_by};
    size_t len = strlen(wish->name);
    char token[TOKEN_MAX];

    if (len == 0 || len > NAME_MAX_BYTES || !text_is_utf8(wish->name, len))
        return err_set(ERR_INVALID, "a token's name has 1 to %d bytes", NAME_MAX_BYTES);
    if (!token_environment_is_valid(wish->environment))
        return err_set(ERR_INVALID, "'%.20s' is no environment: 1 to %d of a-z and 0-9", wish->environment,
                       TOKEN_ENVIRONMENT_MAX);
    if (wish->role == NULL)
        list_capabilities(wish->capabilities, names, &order.capability_count);
    token_make(wish->environment, token);
    token_hash(token, order.hash);
    TRY(token_add(db, &order, arena, ret_id));
    memcpy(ret, token, sizeof(token));
    crypto_wipe(token, sizeof(token));
    return ERR_OK;
}
