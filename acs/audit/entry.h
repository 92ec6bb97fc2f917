/*
 * The bytes of an audit row, and the two hashes that hold it in the chain.
 *
 * Canonical bytes: of each field in the order of field.def its length (4 bytes, big-endian; ffffffff: NULL)
 * and its bytes as PostgreSQL sends them in binary: bigint and integer big-endian, a time as microseconds
 * since 2000-01-01 UTC (8 bytes), bigint[] in PostgreSQL's own array form, text and JSON in UTF-8 as they
 * are. So a row that is read in binary is hashed as it comes, and nothing can be written in two ways.
 *
 *     payload_hash = SHA-256(salt || canonical payload)
 *     h            = HMAC-SHA256(chain key, prev || canonical fields)
 *
 * prev is the h of the row before, 32 zero bytes for the first. What says something of a person (payload) is
 * covered by its salted hash only: salt and payload can be erased, the hash stays and the chain verifies, and
 * without the salt nobody can try what the payload may have been.
 */
#pragma once

#include "acs/audit/keys.h"
#include "db/audit.h"

enum audit_field {
#define AUDIT_FIELD(id, column) AUDIT_##id,
#define AUDIT_PAYLOAD(id, column)
#include "acs/audit/field.def"
#undef AUDIT_FIELD
#undef AUDIT_PAYLOAD
    AUDIT_FIELDS
};

enum audit_payload {
#define AUDIT_FIELD(id, column)
#define AUDIT_PAYLOAD(id, column) AUDIT_##id,
#include "acs/audit/field.def"
#undef AUDIT_FIELD
#undef AUDIT_PAYLOAD
    AUDIT_PAYLOADS
};

/* A row as it lies in the table. bytes NULL: NULL. */
struct audit_record {
    struct span fields[AUDIT_FIELDS];
    struct span payload[AUDIT_PAYLOADS];
    struct span salt; /* NULL: the payload was erased */
    struct span prev, h;
};

/* Of a row that is about to be written; points into it and the arena. salt, prev and h are taken as they are.
 */
void audit_record_of(const struct audit_row *row, struct arena *arena, struct audit_record *ret);

/* A copy that lives as long as the arena. */
struct audit_record *audit_record_keep(const struct audit_record *record, struct arena *arena) MUST_CHECK;

/* scratch is overwritten; it spares an allocation per row. */
void audit_payload_hash(const struct audit_record *record, struct text *scratch,
                        unsigned char ret[SHA256_BYTES]);
void audit_hash(const struct audit_key *key, const struct audit_record *record, struct text *scratch,
                unsigned char ret[SHA256_BYTES]);

int64_t audit_record_seq(const struct audit_record *record);
unsigned audit_record_key(const struct audit_record *record); /* the number of its key */
