#include "db/token.h"

#include "acs/base/clock.h"
#include "tests/db/reading.h"

static struct token_order order_named(const char *name, unsigned char first_byte)
{
    static const char *const capabilities[] = {"devices.read", "actions.run"};

    return (struct token_order){.name = name,
                                .hash = {first_byte},
                                .capabilities = capabilities,
                                .capability_count = COUNT_OF(capabilities)};
}

static void a_token_is_found_by_its_hash(void **state)
{
    struct reading *reading = *state;
    struct token_order order = order_named("robot", 1);
    struct token_row row;

    assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_OK);
    assert_int_equal(token_find(reading->db, order.hash, false, reading->arena, &row), ERR_OK);
    assert_string_equal(row.name, "robot");
    assert_string_equal(row.capabilities, "devices.read actions.run");
    assert_memory_equal(row.hash, order.hash, SHA256_BYTES);
    assert_int_equal(row.expires_at_us, 0);
    assert_int_equal(row.last_used_at_us, 0);
    order.hash[31] = 1;
    assert_int_equal(token_find(reading->db, order.hash, false, reading->arena, &row), ERR_NOT_FOUND);
}

static void a_hash_is_only_taken_once(void **state)
{
    struct reading *reading = *state;
    struct token_order order = order_named("robot", 1);

    assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_OK);
    assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_CONFLICT);
}

static void a_revoked_or_expired_token_is_not_found(void **state)
{
    struct reading *reading = *state;
    struct token_order revoked = order_named("revoked", 1);
    struct token_order expired = order_named("expired", 2);
    struct token_row row;

    expired.expires_at_us = clock_now_us() - 1000000;
    assert_int_equal(token_add(reading->db, &revoked, reading->arena, NULL), ERR_OK);
    assert_int_equal(token_add(reading->db, &expired, reading->arena, NULL), ERR_OK);
    database_value("UPDATE api_token SET revoked_at = now() WHERE name = 'revoked'");
    for (int hold = 0; hold < 2; hold++) {
        assert_int_equal(token_find(reading->db, revoked.hash, hold, reading->arena, &row), ERR_NOT_FOUND);
        assert_int_equal(token_find(reading->db, expired.hash, hold, reading->arena, &row), ERR_NOT_FOUND);
    }
}

static void tokens_are_shown_newest_first_with_their_state(void **state)
{
    static const char *const states[] = {"active", "expired", "revoked"};
    struct reading *reading = *state;
    struct token_filter filter = {.most = 10};
    struct token_order order = {.name = "crm", .hash = {1}, .role = "night", .created_by = "carla"};
    struct shown_tokens tokens;
    int64_t ids[COUNT_OF(states)];

    database_value("INSERT INTO role (name, title, copy_of, capabilities, created_by)"
                   " VALUES ('night', 'Night', 'l1', '{cases.work}', 'x')");
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        order.hash[0]++;
        assert_int_equal(token_add(reading->db, &order, reading->arena, &ids[i]), ERR_OK);
    }
    database_value("UPDATE api_token SET expires_at = now() WHERE id = %lld", (long long)ids[1]);
    assert_int_equal(token_revoke(reading->db, ids[2], "bruno", reading->arena), ERR_OK);
    assert_int_equal(token_revoke(reading->db, ids[2], "ana", reading->arena), ERR_OK);
    assert_int_equal(token_list(reading->db, &filter, reading->arena, &tokens), ERR_OK);
    assert_int_equal(tokens.count, COUNT_OF(states));
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        const struct shown_token *token = &tokens.items[COUNT_OF(states) - 1 - i];

        assert_int_equal(token->id, ids[i]);
        assert_string_equal(token->state, states[i]);
        assert_string_equal(token->capabilities, "cases.work");
        assert_string_equal(token->created_by, "carla");
    }
    assert_string_equal(tokens.items[0].revoked_by, "bruno");
    filter = (struct token_filter){.after = ids[2], .state = "active", .most = 10};
    assert_int_equal(token_list(reading->db, &filter, reading->arena, &tokens), ERR_OK);
    assert_int_equal(tokens.count, 1);
    assert_int_equal(tokens.items[0].id, ids[0]);
}

static void a_held_token_cannot_be_revoked_before_the_end(void **state)
{
    struct reading *reading = *state;
    struct token_order order = order_named("robot", 1);
    struct token_row row;

    assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_OK);
    assert_int_equal(db_begin(reading->db), ERR_OK);
    assert_int_equal(token_find(reading->db, order.hash, true, reading->arena, &row), ERR_OK);
    assert_int_equal(
        database_number("SELECT count(*) FROM (SELECT FROM api_token FOR NO KEY UPDATE SKIP LOCKED) t"), 0);
    assert_int_equal(db_commit(reading->db), ERR_OK);
    assert_int_equal(
        database_number("SELECT count(*) FROM (SELECT FROM api_token FOR NO KEY UPDATE SKIP LOCKED) t"), 1);
}

static void use_is_noted_once_a_minute_and_never_waits(void **state)
{
    struct reading *reading = *state;
    struct token_order order = order_named("robot", 1);
    struct token_row row;
    int64_t first;

    assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_OK);
    assert_int_equal(token_touch(reading->db, 1, reading->arena), ERR_OK);
    assert_int_equal(token_find(reading->db, order.hash, false, reading->arena, &row), ERR_OK);
    first = row.last_used_at_us;
    assert_true(first > 0);
    assert_int_equal(token_touch(reading->db, 1, reading->arena), ERR_OK);
    assert_int_equal(token_find(reading->db, order.hash, false, reading->arena, &row), ERR_OK);
    assert_int_equal(row.last_used_at_us, first);

    database_value("UPDATE api_token SET last_used_at = NULL");
    database_value("BEGIN");
    database_value("SELECT FROM api_token FOR UPDATE");
    assert_int_equal(token_touch(reading->db, 1, reading->arena), ERR_OK); /* somebody has it: skipped */
    database_value("ROLLBACK");
    assert_string_equal(database_value("SELECT last_used_at FROM api_token"), "");
}

static void of_many_tokens_those_that_count_are_told(void **state)
{
    struct reading *reading = *state;
    int64_t *valid;
    size_t count;

    for (unsigned char i = 1; i <= 3; i++) {
        struct token_order order = order_named("robot", i);

        assert_int_equal(token_add(reading->db, &order, reading->arena, NULL), ERR_OK);
    }
    database_value("UPDATE api_token SET revoked_at = now() WHERE id = 2");
    assert_int_equal(token_valid(reading->db, (int64_t[]){1, 2, 9}, 3, reading->arena, &valid, &count),
                     ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(valid[0], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_found_by_its_hash, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_hash_is_only_taken_once, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_revoked_or_expired_token_is_not_found, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(tokens_are_shown_newest_first_with_their_state, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_held_token_cannot_be_revoked_before_the_end, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(use_is_noted_once_a_minute_and_never_waits, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(of_many_tokens_those_that_count_are_told, reading_set_up,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
