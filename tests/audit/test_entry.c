#include "acs/audit/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct audit_key key = {.number = 3, .chain = "0123456789abcdef0123456789abcde"};

static struct audit_row sample(void)
{
    static const int64_t devices[] = {5, 6};

    return (struct audit_row){
        .seq = 7,
        .at_us = PG_EPOCH_US + 1,
        .actor_id = 1,
        .actor_kind = "token",
        .actor = "ana",
        .session = "s",
        .source = "::1",
        .request = "req_1",
        .action = "device_show",
        .decision = "allowed",
        .device_id = 9,
        .subscriber_id = 10,
        .case_id = 11,
        .device_ids = {devices, 2},
        .subscriber_ids = {devices,       1},
        .key = 3,
        .payload_hash = {1},
        .object = "o",
        .reason = "r",
        .query = "a=b",
        .before = "{}",
        .after = "[]",
        .salt = {2      },
        .prev = {3      },
    };
}

static void hash_of(const struct audit_row *row, unsigned char ret[SHA256_BYTES])
{
    AUTO_ARENA arena = arena_new(1024);
    struct text scratch = TEXT_IN(arena);
    struct audit_record record;

    audit_record_of(row, arena, &record);
    audit_hash(&key, &record, &scratch, ret);
}

static void payload_of(const struct audit_row *row, unsigned char ret[SHA256_BYTES])
{
    AUTO_ARENA arena = arena_new(1024);
    struct text scratch = TEXT_IN(arena);
    struct audit_record record;

    audit_record_of(row, arena, &record);
    audit_payload_hash(&record, &scratch, ret);
}

/* The bytes as they were put together by hand from the header of entry.h. */
static void a_row_has_the_bytes_that_are_documented(void **state)
{
    static const char bytes[] =
        "\0\0\0\x08\0\0\0\0\0\0\0\x07"                     /* seq */
        "\0\0\0\x08\0\0\0\0\0\0\0\x01"                     /* at, since 2000 */
        "\xff\xff\xff\xff"                                 /* actor_id */
        "\0\0\0\x05token\0\0\0\0"                          /* kind, and a name that is empty */
        "\xff\xff\xff\xff"                                 /* session */
        "\0\0\0\x01s\0\0\0\x01r\0\0\0\x01"                 /* source, request, */
        "a\0\0\0\x01"                                      /* action, */
        "d"                                                /* decision */
        "\0\0\0\x08\0\0\0\0\0\0\0\x09"                     /* device_id */
        "\xff\xff\xff\xff\xff\xff\xff\xff"                 /* subscriber_id, case_id */
        "\0\0\0\x20\0\0\0\x01\0\0\0\0\0\0\0\x14"           /* device_ids: one dimension, bigint, */
        "\0\0\0\x01\0\0\0\x01\0\0\0\x08\0\0\0\0\0\0\0\x02" /* one element from 1 on: 2 */
        "\xff\xff\xff\xff"                                 /* subscriber_ids */
        "\0\0\0\x04\0\0\0\x03"                             /* key */
        "\0\0\0\x20";                                      /* payload_hash, all of it 0 */
    static const int64_t two = 2;
    const struct audit_row row = {
        .seq = 7,
        .at_us = PG_EPOCH_US + 1,
        .actor_kind = "token",
        .actor = "",
        .source = "s",
        .request = "r",
        .action = "a",
        .decision = "d",
        .device_id = 9,
        .device_ids = {&two, 1},
        .key = 3
    };
    unsigned char all[SHA256_BYTES + sizeof(bytes) - 1 + SHA256_BYTES] = {0}; /* prev is 0, too */
    unsigned char wanted[SHA256_BYTES], got[SHA256_BYTES];

    (void)state;
    memcpy(all + SHA256_BYTES, bytes, sizeof(bytes) - 1);
    crypto_hmac_sha256(key.chain, sizeof(key.chain), all, sizeof(all), wanted);
    hash_of(&row, got);
    assert_memory_equal(got, wanted, SHA256_BYTES);
}

/* Whatever the field, and also if what leaves one goes into the next. */
static void every_field_changes_the_hash(void **state)
{
    static const int64_t others[] = {5, 7};
    unsigned char before[SHA256_BYTES], after[SHA256_BYTES];
    struct audit_row rows[24];
    size_t count = 0;

    (void)state;
#define CHANGED(member, value) (rows[count] = sample(), rows[count++].member = (value))
    CHANGED(seq, 8);
    CHANGED(at_us, PG_EPOCH_US);
    CHANGED(actor_id, 2);
    CHANGED(actor_id, 0);
    CHANGED(actor_kind, "user");
    CHANGED(actor, "anas");
    CHANGED(session, "");
    CHANGED(session, NULL);
    CHANGED(source, "::2");
    CHANGED(request, "");
    CHANGED(action, "device_shows");
    CHANGED(decision, "denied");
    CHANGED(device_id, 0);
    CHANGED(subscriber_id, 9);
    CHANGED(case_id, 0);
    CHANGED(device_ids.items, others);
    CHANGED(device_ids.count, 1);
    CHANGED(subscriber_ids.count, 0);
    CHANGED(key, 4);
    CHANGED(payload_hash[31], 1);
    CHANGED(prev[0], 4);
#undef CHANGED
    rows[count] = sample();
    rows[count].actor_kind = "tokena";
    rows[count++].actor = "na";
    hash_of(&(struct audit_row[]){sample()}[0], before);
    for (size_t i = 0; i < count; i++) {
        hash_of(&rows[i], after);
        if (memcmp(before, after, SHA256_BYTES) == 0)
            fail_msg("change %zu is not seen", i);
    }
}

static void the_payload_has_a_salted_hash_of_its_own(void **state)
{
    unsigned char before[SHA256_BYTES], after[SHA256_BYTES];
    struct audit_row rows[8];
    size_t count = 0;

    (void)state;
#define CHANGED(member, value)        \
    do {                              \
        rows[count] = sample();       \
        rows[count].member = (value); \
        count++;                      \
    } while (0)
    CHANGED(object, "p");
    CHANGED(reason, NULL);
    CHANGED(query, "");
    CHANGED(before, "{ }");
    CHANGED(after, "[0]");
    CHANGED(salt[15], 1);
#undef CHANGED
    payload_of(&(struct audit_row[]){sample()}[0], before);
    for (size_t i = 0; i < count; i++) {
        payload_of(&rows[i], after);
        assert_memory_not_equal(before, after, SHA256_BYTES);
        hash_of(&(struct audit_row[]){sample()}[0], after);
    }
}

static void another_key_makes_another_hash(void **state)
{
    struct audit_key other = key;
    unsigned char one[SHA256_BYTES], two[SHA256_BYTES];
    AUTO_ARENA arena = arena_new(1024);
    struct text scratch = TEXT_IN(arena);
    struct audit_row row = sample();
    struct audit_record record;

    (void)state;
    other.chain[0] ^= 1;
    audit_record_of(&row, arena, &record);
    audit_hash(&key, &record, &scratch, one);
    audit_hash(&other, &record, &scratch, two);
    assert_memory_not_equal(one, two, SHA256_BYTES);
}

static void numbers_are_read_back(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct audit_row row = sample();
    struct audit_record record;

    (void)state;
    audit_record_of(&row, arena, &record);
    assert_int_equal(audit_record_seq(&record), 7);
    assert_int_equal(audit_record_key(&record), 3);
    record.fields[AUDIT_SEQ].len = 3; /* a row that somebody has made up */
    record.fields[AUDIT_KEY].len = 0;
    assert_int_equal(audit_record_seq(&record), 0);
    assert_int_equal(audit_record_key(&record), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_the_bytes_that_are_documented),
        cmocka_unit_test(every_field_changes_the_hash),
        cmocka_unit_test(the_payload_has_a_salted_hash_of_its_own),
        cmocka_unit_test(another_key_makes_another_hash),
        cmocka_unit_test(numbers_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
