#include "acs/audit/keys.h"

#include <string.h>

struct audit_keys {
    struct audit_key *items; /* by number; the first is key 0 */
    size_t count;
};

static void derive(const struct keyring *keyring, size_t place, struct audit_key *ret)
{
    ret->number = keyring_derive_at(keyring, place, "farol audit chain", ret->chain);
    keyring_derive_at(keyring, place, "farol audit checkpoint", ret->sign);
}

static void open_key(struct audit_key *ret)
{
    static const char known[] = "farol audit without a key";

    ret->number = AUDIT_KEY_OPEN;
    crypto_sha256(known, sizeof(known) - 1, ret->chain);
    memcpy(ret->sign, ret->chain, sizeof(ret->sign));
}

struct audit_keys *audit_keys_new(const struct keyring *keyring)
{
    struct audit_keys *keys = HEAP_NEW(struct audit_keys);

    keys->count = 1 + (keyring == NULL ? 0 : keyring_count(keyring));
    keys->items = heap_alloc(keys->count * sizeof(*keys->items));
    open_key(&keys->items[0]);
    for (size_t i = 1; i < keys->count; i++)
        derive(keyring, i - 1, &keys->items[i]);
    return keys;
}

void audit_keys_free(struct audit_keys *keys)
{
    if (keys == NULL)
        return;
    crypto_wipe(keys->items, keys->count * sizeof(*keys->items));
    heap_free(keys->items);
    heap_free(keys);
}

const struct audit_key *audit_keys_newest(const struct audit_keys *keys)
{
    return &keys->items[keys->count - 1];
}

const struct audit_key *audit_keys_find(const struct audit_keys *keys, unsigned number)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].number == number)
            return &keys->items[i];
    return NULL;
}

size_t audit_keys_count(const struct audit_keys *keys)
{
    return keys->count;
}

const struct audit_key *audit_keys_at(const struct audit_keys *keys, size_t place)
{
    return &keys->items[place];
}
