#include "acs/audit/entry.h"

#include <endian.h>

/* ---- a row about to be written, as PostgreSQL will send it ---- */

static struct span put_i64(int64_t number, struct arena *arena)
{
    uint64_t *wire = ARENA_NEW(arena, uint64_t);

    *wire = htobe64((uint64_t)number);
    return (struct span){wire, sizeof(*wire)};
}

static struct span put_i32(uint32_t number, struct arena *arena)
{
    uint32_t *wire = ARENA_NEW(arena, uint32_t);

    *wire = htobe32(number);
    return (struct span){wire, sizeof(*wire)};
}

static struct span put_id(int64_t id, struct arena *arena)
{
    return id == 0 ? (struct span){0} : put_i64(id, arena);
}

static struct span put_text(const char *text)
{
    return text == NULL ? (struct span){0} : (struct span){text, strlen(text)};
}

static struct span put_ids(struct audit_ids ids, struct arena *arena)
{
    struct array array = array_open(arena, ARRAY_BIGINT);

    if (ids.count == 0)
        return (struct span){0};
    for (size_t i = 0; i < ids.count; i++)
        array_put_i64(&array, ids.items[i]);
    return (struct span){array.bytes.data, array.bytes.len};
}

static void put_fields(const struct audit_row *row, struct arena *arena, struct span ret[AUDIT_FIELDS])
{
    ret[AUDIT_SEQ] = put_i64(row->seq, arena);
    ret[AUDIT_AT] = put_i64(row->at_us - PG_EPOCH_US, arena);
    ret[AUDIT_ACTOR_ID] = put_id(row->actor_id, arena);
    ret[AUDIT_ACTOR_KIND] = put_text(row->actor_kind);
    ret[AUDIT_ACTOR] = put_text(row->actor);
    ret[AUDIT_SESSION] = put_text(row->session);
    ret[AUDIT_SOURCE] = put_text(row->source);
    ret[AUDIT_REQUEST] = put_text(row->request);
    ret[AUDIT_ACTION] = put_text(row->action);
    ret[AUDIT_DECISION] = put_text(row->decision);
    ret[AUDIT_DEVICE_ID] = put_id(row->device_id, arena);
    ret[AUDIT_SUBSCRIBER_ID] = put_id(row->subscriber_id, arena);
    ret[AUDIT_CASE_ID] = put_id(row->case_id, arena);
    ret[AUDIT_DEVICE_IDS] = put_ids(row->device_ids, arena);
    ret[AUDIT_SUBSCRIBER_IDS] = put_ids(row->subscriber_ids, arena);
    ret[AUDIT_KEY] = put_i32(row->key, arena);
    ret[AUDIT_PAYLOAD_HASH] = (struct span){row->payload_hash, SHA256_BYTES};
}

void audit_record_of(const struct audit_row *row, struct arena *arena, struct audit_record *ret)
{
    put_fields(row, arena, ret->fields);
    ret->payload[AUDIT_OBJECT] = put_text(row->object);
    ret->payload[AUDIT_REASON] = put_text(row->reason);
    ret->payload[AUDIT_QUERY] = put_text(row->query);
    ret->payload[AUDIT_BEFORE] = put_text(row->before);
    ret->payload[AUDIT_AFTER] = put_text(row->after);
    ret->salt = (struct span){row->salt, AUDIT_SALT_BYTES};
    ret->prev = (struct span){row->prev, SHA256_BYTES};
    ret->h = (struct span){row->h, SHA256_BYTES};
}

static struct span kept(struct span span, struct arena *arena)
{
    return span.bytes == NULL ? span : (struct span){arena_memdup(arena, span.bytes, span.len), span.len};
}

struct audit_record *audit_record_keep(const struct audit_record *record, struct arena *arena)
{
    struct audit_record *copy = ARENA_NEW(arena, struct audit_record);

    for (size_t i = 0; i < AUDIT_FIELDS; i++)
        copy->fields[i] = kept(record->fields[i], arena);
    for (size_t i = 0; i < AUDIT_PAYLOADS; i++)
        copy->payload[i] = kept(record->payload[i], arena);
    copy->salt = kept(record->salt, arena);
    copy->prev = kept(record->prev, arena);
    copy->h = kept(record->h, arena);
    return copy;
}

/* ---- hashes ---- */

static void add_spans(struct text *out, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t len = htobe32(spans[i].bytes == NULL ? UINT32_MAX : (uint32_t)spans[i].len);

        text_add(out, &len, sizeof(len));
        text_add(out, spans[i].bytes, spans[i].len);
    }
}

void audit_payload_hash(const struct audit_record *record, struct text *scratch,
                        unsigned char ret[SHA256_BYTES])
{
    scratch->len = 0;
    text_add(scratch, record->salt.bytes, record->salt.len);
    add_spans(scratch, record->payload, AUDIT_PAYLOADS);
    crypto_sha256(scratch->data, scratch->len, ret);
}

void audit_hash(const struct audit_key *key, const struct audit_record *record, struct text *scratch,
                unsigned char ret[SHA256_BYTES])
{
    scratch->len = 0;
    text_add(scratch, record->prev.bytes, record->prev.len);
    add_spans(scratch, record->fields, AUDIT_FIELDS);
    crypto_hmac_sha256(key->chain, sizeof(key->chain), scratch->data, scratch->len, ret);
}

int64_t audit_record_seq(const struct audit_record *record)
{
    uint64_t wire = 0;

    if (record->fields[AUDIT_SEQ].len == sizeof(wire))
        memcpy(&wire, record->fields[AUDIT_SEQ].bytes, sizeof(wire));
    return (int64_t)be64toh(wire);
}

unsigned audit_record_key(const struct audit_record *record)
{
    uint32_t wire = UINT32_MAX;

    if (record->fields[AUDIT_KEY].len == sizeof(wire))
        memcpy(&wire, record->fields[AUDIT_KEY].bytes, sizeof(wire));
    return be32toh(wire);
}
