#include "db/idempotency.h"

#include "tests/db/reading.h"

static struct idempotency_key key_of(int64_t actor_id, const char *key, unsigned char request)
{
    return (struct idempotency_key){.actor_id = actor_id, .key = key, .request_hash = {request}};
}

static enum idempotency_outcome begin(struct reading *reading, struct idempotency_key key,
                                      struct idempotency_answer *ret)
{
    enum idempotency_outcome outcome;
    struct idempotency_answer answer;

    assert_int_equal(db_begin(reading->db), ERR_OK);
    assert_int_equal(
        idempotency_begin(reading->db, &key, reading->arena, &outcome, ret != NULL ? ret : &answer), ERR_OK);
    return outcome;
}

static void keep(struct reading *reading, struct idempotency_key key)
{
    struct idempotency_answer answer = {202, "{\"id\":\"act_1\"}", "act_1"};

    assert_int_equal(idempotency_keep(reading->db, &key, &answer, reading->arena), ERR_OK);
    assert_int_equal(db_commit(reading->db), ERR_OK);
}

static int add_tokens(void **state)
{
    int code = reading_set_up(state);

    database_value("INSERT INTO api_token (name, hash, capabilities)"
                   " VALUES ('a', sha256('a'), '{}'), ('b', sha256('b'), '{}')");
    return code;
}

static void the_first_answer_is_given_again(void **state)
{
    struct reading *reading = *state;
    struct idempotency_answer answer;

    assert_int_equal(begin(reading, key_of(1, "k", 1), NULL), IDEMPOTENCY_FIRST);
    keep(reading, key_of(1, "k", 1));
    assert_int_equal(begin(reading, key_of(1, "k", 1), &answer), IDEMPOTENCY_REPEATED);
    assert_int_equal(answer.status, 202);
    assert_string_equal(answer.response, "{\"id\":\"act_1\"}");
    assert_string_equal(answer.action_id, "act_1");
    db_rollback(reading->db);
}

static void another_request_with_the_key_is_told_apart(void **state)
{
    struct reading *reading = *state;

    begin(reading, key_of(1, "k", 1), NULL);
    keep(reading, key_of(1, "k", 1));
    assert_int_equal(begin(reading, key_of(1, "k", 2), NULL), IDEMPOTENCY_OTHER);
    db_rollback(reading->db);
    assert_int_equal(begin(reading, key_of(2, "k", 2), NULL), IDEMPOTENCY_FIRST); /* of another caller */
    db_rollback(reading->db);
    assert_int_equal(begin(reading, key_of(1, "l", 2), NULL), IDEMPOTENCY_FIRST);
    db_rollback(reading->db);
}

static void what_was_rolled_back_was_never_there(void **state)
{
    struct reading *reading = *state;

    assert_int_equal(begin(reading, key_of(1, "k", 1), NULL), IDEMPOTENCY_FIRST);
    db_rollback(reading->db);
    assert_int_equal(begin(reading, key_of(1, "k", 2), NULL), IDEMPOTENCY_FIRST);
    db_rollback(reading->db);
}

static void while_the_first_runs_the_second_is_told_so(void **state)
{
    struct reading *reading = *state;
    struct idempotency_key key = key_of(1, "k", 1);
    enum idempotency_outcome outcome;
    struct idempotency_answer answer;
    AUTO_DB second = NULL;

    begin(reading, key, NULL);
    assert_int_equal(db_borrow(reading->pool, &second), ERR_OK);
    assert_int_equal(db_begin(second), ERR_OK);
    assert_int_equal(idempotency_begin(second, &key, reading->arena, &outcome, &answer), ERR_OK);
    assert_int_equal(outcome, IDEMPOTENCY_RUNNING);
    keep(reading, key);
    assert_int_equal(idempotency_begin(second, &key, reading->arena, &outcome, &answer), ERR_OK);
    assert_int_equal(outcome, IDEMPOTENCY_REPEATED);
}

static void after_a_day_a_key_is_free_again(void **state)
{
    struct reading *reading = *state;

    begin(reading, key_of(1, "k", 1), NULL);
    keep(reading, key_of(1, "k", 1));
    database_value("UPDATE idempotency SET created_at = now() - interval '25 hours'");
    assert_int_equal(begin(reading, key_of(1, "k", 2), NULL), IDEMPOTENCY_FIRST);
    keep(reading, key_of(1, "k", 2));
    assert_int_equal(begin(reading, key_of(1, "k", 2), NULL), IDEMPOTENCY_REPEATED);
    db_rollback(reading->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_answer_is_given_again, add_tokens, reading_tear_down),
        cmocka_unit_test_setup_teardown(another_request_with_the_key_is_told_apart, add_tokens,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(what_was_rolled_back_was_never_there, add_tokens, reading_tear_down),
        cmocka_unit_test_setup_teardown(while_the_first_runs_the_second_is_told_so, add_tokens,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(after_a_day_a_key_is_free_again, add_tokens, reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
