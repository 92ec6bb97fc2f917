#include "acs/audit/check.h"

#include <endian.h>
#include <inttypes.h>
#include <string.h>

enum { SEARCH_MOST = 2000000 }; /* a few seconds, once */

const char *audit_wrong_name(enum audit_wrong wrong)
{
    static const char *const names[AUDIT_WRONGS] = {
        [AUDIT_ALTERED] = "altered",     [AUDIT_DELETED] = "deleted",     [AUDIT_INSERTED] = "inserted",
        [AUDIT_REORDERED] = "reordered", [AUDIT_TRUNCATED] = "truncated", [AUDIT_NO_KEY] = "no_key",
    };

    return names[wrong];
}

struct audit_check audit_check_from(const struct audit_keys *keys, struct arena *arena, int64_t seq,
                                    const unsigned char h[SHA256_BYTES], bool keyed)
{
    struct audit_check check = {
        .keys = keys, .arena = arena, .scratch = TEXT_IN(arena), .seq = seq, .keyed = keyed};

    memcpy(check.h, h, SHA256_BYTES);
    return check;
}

/* ---- one row ---- */

static bool is_hash(struct span span, const unsigned char hash[SHA256_BYTES])
{
    return span.len == SHA256_BYTES && memcmp(span.bytes, hash, SHA256_BYTES) == 0;
}

/* NULL: it names none that counts. */
static const struct audit_key *key_of(const struct audit_check *check, const struct audit_record *record)
{
    unsigned number = audit_record_key(record);

    return number == AUDIT_KEY_OPEN && check->keyed ? NULL : audit_keys_find(check->keys, number);
}

static bool has_own_hash(struct audit_check *check, const struct audit_record *record)
{
    const struct audit_key *key = key_of(check, record);
    unsigned char hash[SHA256_BYTES];

    if (key == NULL)
        return false;
    audit_hash(key, record, &check->scratch, hash);
    return is_hash(record->h, hash);
}

static bool has_payload(struct audit_check *check, const struct audit_record *record)
{
    unsigned char hash[SHA256_BYTES];

    if (record->salt.len != AUDIT_SALT_BYTES)
        return false;
    audit_payload_hash(record, &check->scratch, hash);
    return is_hash(record->fields[AUDIT_PAYLOAD_HASH], hash);
}

bool audit_check_row(struct audit_check *check, const struct audit_record *record)
{
    unsigned key = audit_record_key(record);

    if (audit_record_seq(record) != check->seq + 1 || !is_hash(record->prev, check->h) ||
        !has_own_hash(check, record) || !has_payload(check, record))
        return false;
    check->seq++;
    memcpy(check->h, record->h.bytes, SHA256_BYTES);
    check->keyed = check->keyed || key != AUDIT_KEY_OPEN;
    check->rows++;
    check->open += key == AUDIT_KEY_OPEN;
    return true;
}

/* ---- what was done to it ---- */

static struct audit_finding found(const struct audit_check *check, enum audit_wrong wrong, const char *detail)
{
    return (struct audit_finding){.wrong = wrong, .seq = check->seq + 1, .detail = detail};
}

/* It would be in order if its number were this one. */
static bool was_at(struct audit_check *check, const struct audit_record *record, int64_t seq)
{
    uint64_t wire = htobe64((uint64_t)seq);
    struct audit_record moved = *record;

    moved.fields[AUDIT_SEQ] = (struct span){&wire, sizeof(wire)};
    return has_own_hash(check, &moved);
}

/* The number that it was written with, the nearest first; 0: with none. */
static int64_t origin(struct audit_check *check, const struct audit_record *record, int64_t last)
{
    int64_t here = audit_record_seq(record);

    for (int64_t d = 0, tried = 0; tried < SEARCH_MOST && (here + d <= last || here - d > 0);
         d++, tried += 2) {
        if (here + d <= last && was_at(check, record, here + d))
            return here + d;
        if (here - d > 0 && was_at(check, record, here - d))
            return here - d;
    }
    return 0;
}

/* A genuine row, from further on. Rows that closed up over a gap go on with the one that followed it; if what
 * it follows is somewhere else now, nothing is missing. */
static struct audit_finding came_from(struct audit_check *check, const struct audit_scene *scene,
                                      int64_t from)
{
    bool closed_up = scene->next == NULL || was_at(check, scene->next, from + 1);

    if (closed_up && scene->bad->prev.len == SHA256_BYTES &&
        !scene->has_hash(scene->bad->prev.bytes, scene->ctx))
        return found(check, AUDIT_DELETED,
                     arena_printf(check->arena,
                                  "rows %" PRId64 " to %" PRId64
                                  " are missing, and those behind them were given "
                                  "their numbers",
                                  check->seq + 1, from - 1));
    return found(
        check, AUDIT_REORDERED,
        arena_printf(check->arena, "row %" PRId64 " was written as row %" PRId64, check->seq + 1, from));
}

static struct audit_finding forged(const struct audit_check *check, const struct audit_scene *scene)
{
    if (scene->next != NULL && is_hash(scene->next->prev, check->h))
        return found(check, AUDIT_INSERTED, "the row behind it follows the row before it");
    return found(check, AUDIT_ALTERED, "its bytes are not those that were written");
}

/* It is at its place if nothing but what it follows was changed. */
static bool would_follow(struct audit_check *check, const struct audit_record *record)
{
    struct audit_record there = *record;

    there.prev = (struct span){check->h, SHA256_BYTES};
    return has_own_hash(check, &there);
}

/* A row that says what it follows is at its place; only for others is it worth to look where they were. */
static struct audit_finding diagnose_own(struct audit_check *check, const struct audit_scene *scene)
{
    int64_t from;

    if (is_hash(scene->bad->prev, check->h) || would_follow(check, scene->bad))
        return forged(check, scene);
    from = origin(check, scene->bad, scene->last);
    if (from > check->seq + 1)
        return came_from(check, scene, from);
    if (from > 0 && from <= check->seq)
        return found(check, AUDIT_INSERTED, arena_printf(check->arena, "it is a copy of row %" PRId64, from));
    return forged(check, scene);
}

/* With one of the keys that there are it is genuine: its number is what was changed. */
static bool has_other_key(struct audit_check *check, const struct audit_record *record)
{
    for (size_t i = 0; i < audit_keys_count(check->keys); i++) {
        uint32_t wire = htobe32(audit_keys_at(check->keys, i)->number);
        struct audit_record other = *record;

        other.fields[AUDIT_KEY] = (struct span){&wire, sizeof(wire)};
        if (has_own_hash(check, &other))
            return true;
    }
    return false;
}

static bool lacks_key(struct audit_check *check, const struct audit_record *record)
{
    return audit_keys_find(check->keys, audit_record_key(record)) == NULL &&
           is_hash(record->prev, check->h) && !has_other_key(check, record);
}

struct audit_finding audit_check_diagnose(struct audit_check *check, const struct audit_scene *scene)
{
    int64_t seq = audit_record_seq(scene->bad);

    if (seq > check->seq + 1)
        return found(check, AUDIT_DELETED,
                     arena_printf(check->arena, "rows %" PRId64 " to %" PRId64 " are missing", check->seq + 1,
                                  seq - 1));
    if (seq <= check->seq)
        return found(check, AUDIT_INSERTED, "its number is there twice");
    if (lacks_key(check, scene->bad))
        return found(check, AUDIT_NO_KEY,
                     arena_printf(check->arena, "it was made with key %u, which is not in the key file",
                                  audit_record_key(scene->bad)));
    if (!has_own_hash(check, scene->bad))
        return diagnose_own(check, scene);
    if (!is_hash(scene->bad->prev, check->h))
        return found(check, AUDIT_REORDERED, "it is genuine, but follows another row than the one before it");
    return found(check, AUDIT_ALTERED, "what it holds besides its fields is not what was written");
}

/* ---- checkpoints ---- */

static struct audit_finding cut_off(const struct audit_mark *mark, struct arena *arena)
{
    int64_t named = mark->checkpoint->seq;

    if (mark->row_h == NULL)
        return (struct audit_finding){
            AUDIT_TRUNCATED, mark->last + 1,
            arena_printf(arena, "rows %" PRId64 " to %" PRId64 " are missing: a checkpoint names the last",
                         mark->last + 1, named)};
    return (struct audit_finding){
        AUDIT_TRUNCATED, mark->good + 1,
        arena_printf(arena,
                     "row %" PRId64
                     " is another than the one that a checkpoint names: from some row of %" PRId64
                     " to %" PRId64 " on the chain was cut off and written anew",
                     named, mark->good + 1, named)};
}

static bool is_held(const struct audit_mark *mark)
{
    return mark->row_h != NULL && memcmp(mark->row_h, mark->checkpoint->h, SHA256_BYTES) == 0;
}

bool audit_check_mark(const struct audit_keys *keys, const struct audit_mark *mark, struct arena *arena,
                      struct audit_finding *ret)
{
    const struct audit_checkpoint *checkpoint = mark->checkpoint;
    const struct audit_key *key = audit_keys_find(keys, checkpoint->key);

    if (key == NULL)
        *ret = (struct audit_finding){
            AUDIT_NO_KEY, checkpoint->seq,
            arena_printf(arena, "its checkpoint was signed with key %u, which is not in the key file",
                         checkpoint->key)};
    else if (!audit_checkpoint_is_signed(key, checkpoint))
        *ret = (struct audit_finding){AUDIT_ALTERED, checkpoint->seq,
                                      "its checkpoint is not what the key has signed"};
    else if (!is_held(mark))
        *ret = cut_off(mark, arena);
    else
        return true;
    return false;
}
