#include "tests/audit/chain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct audit_keys *two_keys(void)
{
    static const char text[] = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
                               "2:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    char path[] = "/tmp/farol-audit-chain-XXXXXX";
    int fd = mkstemp(path);
    struct keyring *keyring;
    struct audit_keys *keys;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);
    assert_int_equal(keyring_load(path, &keyring), ERR_OK);
    unlink(path);
    keys = audit_keys_new(keyring);
    keyring_free(keyring);
    return keys;
}

/* Every column has something in it in some row, and nothing in another. */
static struct audit_row invent(struct arena *arena, int64_t seq)
{
    int64_t *several = ARENA_ARRAY(arena, int64_t, 2);
    bool odd = seq % 2 != 0;

    several[0] = seq;
    several[1] = seq + 1;
    return (struct audit_row){
        .seq = seq,
        .at_us = PG_EPOCH_US + seq * 1000,
        .actor_id = odd ? 7 : 0,
        .actor_kind = odd ? "user" : "nobody",
        .actor = odd ? "ana" : "",
        .session = odd ? "12" : NULL,
        .source = "192.0.2.1",
        .request = arena_printf(arena, "req_%lld", (long long)seq),
        .action = "device_show",
        .decision = odd ? "allowed" : "denied",
        .device_id = odd ? seq : 0,
        .subscriber_id = odd ? seq + 5 : 0,
        .case_id = odd ? 3 : 0,
        .device_ids = {several, odd ? 0 : 2},
        .subscriber_ids = {several, odd ? 0 : 1},
        .object = odd ? "act_1" : NULL,
        .reason = odd ? NULL : "forbidden",
        .query = odd ? "a=b" : NULL,
        .before = odd ? NULL : "{}",
        .after = odd ? "{\"place\":{\"city\":\"Recife\"}}" : NULL,
    };
}

/* The key changes in the middle, as after a rotation. */
static void seal(struct chain *chain, size_t place, const unsigned char prev[SHA256_BYTES])
{
    struct audit_row *row = ARENA_NEW(chain->arena, struct audit_row);
    const struct audit_key *key = audit_keys_find(chain->keys, place < chain->count / 2 ? 1 : 2);
    struct text scratch = TEXT_IN(chain->arena);

    *row = invent(chain->arena, (int64_t)place + 1);
    row->key = key->number;
    memset(row->salt, (int)(place & 0xff), sizeof(row->salt));
    memcpy(row->prev, prev, SHA256_BYTES);
    audit_record_of(row, chain->arena, &chain->rows[place]);
    audit_payload_hash(&chain->rows[place], &scratch, row->payload_hash);
    audit_hash(key, &chain->rows[place], &scratch, row->h);
}

struct chain *chain_new(size_t count)
{
    static const unsigned char zeros[SHA256_BYTES];
    struct chain *chain = HEAP_NEW(struct chain);
    struct audit_check check;

    chain->arena = arena_new(1 << 20);
    chain->keys = two_keys();
    chain->count = count;
    chain->rows = heap_alloc(count * sizeof(*chain->rows));
    chain->before = heap_alloc((count + 1) * sizeof(*chain->before));
    check = audit_check_from(chain->keys, chain->arena, 0, zeros, false);
    for (size_t i = 0; i < count; i++) {
        chain->before[i] = check;
        seal(chain, i, check.h);
        assert_true(audit_check_row(&check, &chain->rows[i]));
    }
    chain->before[count] = check;
    return chain;
}

void chain_free(struct chain *chain)
{
    audit_keys_free(chain->keys);
    arena_free(chain->arena);
    heap_free(chain->rows);
    heap_free(chain->before);
    heap_free(chain);
}
