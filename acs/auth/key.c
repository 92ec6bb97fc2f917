#include "acs/auth/key.h"

#include <assert.h>
#include <string.h>

#include "acs/base/text.h"

enum { KEY_BYTES = 30 };

static_assert(KEY_BYTES % 3 == 0 && KEY_BYTES / 3 * 4 + 1 == KEY_TEXT_MAX, "base64 without padding");

void key_make(char ret[KEY_TEXT_MAX])
{
    unsigned char random[KEY_BYTES];

    crypto_random(random, sizeof(random));
    crypto_base64url(random, sizeof(random), ret);
    crypto_wipe(random, sizeof(random));
}

bool key_is_well_formed(const char *key)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return strlen(key) == KEY_TEXT_MAX - 1 && strspn(key, plain) == KEY_TEXT_MAX - 1;
}

void key_hash(enum key_kind kind, const char *key, unsigned char ret[SHA256_BYTES])
{
    static const char purposes[] = {[KEY_SESSION] = 's', [KEY_LINK] = 'l', [KEY_FLOW] = 'f'};
    struct crypto_hash *hash = crypto_hash_new();

    crypto_hash_add(hash, &purposes[kind], 1);
    crypto_hash_add(hash, key, strlen(key));
    crypto_hash_end(hash, ret);
    crypto_hash_free(hash);
}

/* "a=1; b=2" (RFC 6265 4.2.1). */
const char *cookie_find(const char *header, const char *name, struct arena *arena)
{
    size_t name_len = strlen(name);
    const char *found = NULL;

    while (*header != '\0') {
        size_t len = strcspn(header, ";");

        if (len > name_len && strncmp(header, name, name_len) == 0 && header[name_len] == '=') {
            if (found != NULL)
                return NULL;
            found = arena_memdup(arena, header + name_len + 1, len - name_len - 1);
        }
        header += len;
        header += strspn(header, "; \t");
    }
    return found;
}
