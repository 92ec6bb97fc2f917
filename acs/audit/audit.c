#include "acs/audit/audit.h"

#include <string.h>

#include "acs/audit/entry.h"

struct audit *audit_new(const struct keyring *keyring)
{
    struct audit *audit = HEAP_NEW(struct audit);

    audit->keys = audit_keys_new(keyring);
    audit->recent = recent_new();
    return audit;
}

void audit_free(struct audit *audit)
{
    if (audit == NULL)
        return;
    audit_keys_free(audit->keys);
    recent_free(audit->recent);
    heap_free(audit);
}

static void seal(const struct audit_key *key, struct audit_row *row, struct arena *arena)
{
    struct text scratch = TEXT_IN(arena);
    struct audit_record record;

    row->key = key->number;
    crypto_random(row->salt, sizeof(row->salt));
    audit_record_of(row, arena, &record);
    audit_payload_hash(&record, &scratch, row->payload_hash);
    audit_hash(key, &record, &scratch, row->h);
}

enum err audit_write(const struct audit *audit, struct db *db, struct audit_row *row, struct arena *arena)
{
    struct audit_head head;

    TRY(audit_head(db, row->device_id, arena, &head));
    row->seq = head.seq + 1;
    row->at_us = head.now_us;
    if (row->subscriber_id == 0 && row->subscriber_ids.count == 0)
        row->subscriber_id = head.subscriber_id;
    memcpy(row->prev, head.h, sizeof(row->prev));
    seal(audit_keys_newest(audit->keys), row, arena);
    return audit_add(db, row, arena);
}
