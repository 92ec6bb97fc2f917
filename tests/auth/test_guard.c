#include "acs/auth/guard.h"

#include <string.h>

#include "acs/auth/key.h"
#include "acs/auth/role.h"
#include "acs/auth/token.h"
#include "acs/base/clock.h"
#include "db/user.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

struct fixture {
    struct db_pool *pool;
    struct db *db;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = HEAP_NEW(struct fixture);

    database_value("TRUNCATE api_token, app_user, role CASCADE");
    fixture->pool = db_pool_new(database_url(), 2);
    fixture->arena = arena_new(1024);
    assert_int_equal(db_borrow(fixture->pool, &fixture->db), ERR_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    db_return(fixture->db);
    db_pool_free(fixture->pool);
    arena_free(fixture->arena);
    heap_free(fixture);
    return 0;
}

static const char *make(struct fixture *fixture, const char *name, capability_set capabilities,
                        int64_t expires_at_us)
{
    const struct token_wish wish = {
        .name = name, .environment = "test", .capabilities = capabilities, .expires_at_us = expires_at_us};
    char token[TOKEN_MAX];

    assert_int_equal(token_create(fixture->db, &wish, token, NULL), ERR_OK);
    return arena_printf(fixture->arena, "Bearer %s", token);
}

static enum guard_verdict ask(struct fixture *fixture, const char *authorization, enum capability capability)
{
    struct guard_question question = {.authorization = authorization, .capability = capability};
    enum guard_verdict verdict = GUARD_ADMITS;
    struct caller caller;

    assert_int_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
    return verdict;
}

static void a_token_may_what_it_holds_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    const char *reader = make(fixture, "reader", CAPABILITY_BIT(CAPABILITY_DEVICES_READ), 0);
    const char *all = make(fixture, "all", 0, 0);

    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        bool reads = i == CAPABILITY_DEVICES_READ || i == CAPABILITY_ME_READ || i == CAPABILITY_PUBLIC;

        assert_int_equal(ask(fixture, reader, (enum capability)i), reads ? GUARD_ADMITS : GUARD_LACKS);
        assert_int_equal(ask(fixture, all, (enum capability)i),
                         i == CAPABILITY_NOBODY ? GUARD_LACKS : GUARD_ADMITS);
    }
}

static void without_a_token_that_counts_nobody_is_known(void **state)
{
    struct fixture *fixture = *state;
    const char *real = make(fixture, "real", 0, 0);
    const char *expired = make(fixture, "expired", 0, clock_now_us() - 1);
    const char *revoked = make(fixture, "revoked", 0, 0);
    const char *wrong[] = {
        NULL,      "",           "Bearer",
        "Bearer ", "Basic YTpi", real + strlen("Bearer "),
        expired,   revoked,      "Bearer acs_test_00000000000000000000000000000000_000000"};

    database_value("UPDATE api_token SET revoked_at = now() WHERE name = 'revoked'");
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(ask(fixture, wrong[i], CAPABILITY_ME_READ), GUARD_UNKNOWN);
    assert_int_equal(ask(fixture, real, CAPABILITY_ME_READ), GUARD_ADMITS);
}

static void a_right_that_this_program_does_not_know_gives_nothing(void **state)
{
    struct fixture *fixture = *state;
    const char *token = make(fixture, "future", CAPABILITY_BIT(CAPABILITY_ME_READ), 0);

    database_value(
        "UPDATE api_token SET capabilities = '{root, nobody, public, DEVICES.READ, \"\", \"devices read\"}'");
    for (unsigned i = CAPABILITY_DEVICES_READ; i < CAPABILITY_COUNT; i++)
        assert_int_equal(ask(fixture, token, (enum capability)i), GUARD_LACKS);
}

static void a_token_with_a_role_may_what_the_role_may(void **state)
{
    struct fixture *fixture = *state;
    const struct token_wish wish = {.name = "crm", .environment = "test", .role = "auditor"};
    char token[TOKEN_MAX];
    const char *bearer;

    assert_int_equal(token_create(fixture->db, &wish, token, NULL), ERR_OK);
    bearer = arena_printf(fixture->arena, "Bearer %s", token);
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        bool holds = (role_capabilities(ROLE_AUDITOR) & CAPABILITY_BIT(i)) != 0;

        assert_int_equal(ask(fixture, bearer, (enum capability)i), holds ? GUARD_ADMITS : GUARD_LACKS);
    }
    database_value("UPDATE api_token SET role = 'no_such_role'");
    assert_int_equal(ask(fixture, bearer, CAPABILITY_ME_READ), GUARD_ADMITS);
    assert_int_equal(ask(fixture, bearer, CAPABILITY_DEVICES_READ), GUARD_LACKS);
}

static void only_administrators_give_what_they_do_not_have(void **state)
{
    const capability_set reads = capabilities_of_all | CAPABILITY_BIT(CAPABILITY_DEVICES_READ);

    (void)state;
    assert_true(caller_may_give(&(struct caller){.capabilities = reads}) == reads);
    assert_true(caller_may_give(&(struct caller){.capabilities = reads, .role = "l2"}) == reads);
    assert_true(caller_may_give(&(struct caller){.capabilities = reads, .role = "administrator"}) == reads);
    assert_true(caller_may_give(&(struct caller){.capabilities = reads, .role = "admin"}) ==
                CAPABILITY_BIT(CAPABILITY_COUNT) - 1);
}

/* A database that does not answer lets nobody in. */
static void an_error_admits_nobody(void **state)
{
    struct fixture *fixture = *state;
    struct guard_question question = {.authorization = make(fixture, "all", 0, 0),
                                      .capability = CAPABILITY_ME_READ};
    enum guard_verdict verdict = GUARD_ADMITS;
    struct caller caller;

    database_cut_connections();
    assert_int_not_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
    assert_int_equal(verdict, GUARD_UNKNOWN);
}

static void a_token_is_only_kept_as_a_hash(void **state)
{
    struct fixture *fixture = *state;
    const char *token = make(fixture, "robot", 0, 0) + strlen("Bearer ");

    assert_int_equal(database_number("SELECT count(*) FROM api_token WHERE hash = sha256('%s')", token), 1);
    assert_int_equal(database_number("SELECT count(*) FROM api_token t WHERE t::text LIKE '%%%s%%'", token),
                     0);
}

static void a_bad_name_or_environment_makes_no_token(void **state)
{
    static const struct token_wish wrong[] = {
        {.name = "",     .environment = "test"},
        {.name = "\xff", .environment = "test"},
        {.name = "ok",   .environment = ""    },
        {.name = "ok",   .environment = "TEST"},
    };
    struct fixture *fixture = *state;
    char token[TOKEN_MAX] = "untouched";

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(token_create(fixture->db, &wrong[i], token, NULL), ERR_INVALID);
    assert_string_equal(token, "untouched");
    assert_int_equal(database_number("SELECT count(*) FROM api_token"), 0);
}

/* ---- people ---- */

/* The cookie of a session of a new user. */
static const char *sign_in(struct fixture *fixture, const char *login, const char *role)
{
    struct user_order user = {.login = login, .name = login, .role = role};
    struct user_session_order order = {.address = "192.0.2.7", .idle_ms = 60000, .most_ms = 600000};
    char *key = arena_alloc(fixture->arena, KEY_TEXT_MAX);
    struct user_session_row row;

    assert_int_equal(user_add(fixture->db, &user, fixture->arena, &order.user_id), ERR_OK);
    key_make(key);
    key_hash(KEY_SESSION, key, order.hash);
    assert_int_equal(user_session_open(fixture->db, &order, fixture->arena, &row), ERR_OK);
    return key;
}

static enum guard_verdict ask_cookie(struct fixture *fixture, const char *cookie, enum capability capability)
{
    struct guard_question question = {.cookie = cookie, .capability = capability};
    enum guard_verdict verdict = GUARD_ADMITS;
    struct caller caller;

    assert_int_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
    return verdict;
}

static void a_person_may_what_the_role_holds_and_nothing_else(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        const char *cookie = sign_in(fixture, role_name((enum role)role), role_name((enum role)role));

        for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
            assert_int_equal(ask_cookie(fixture, cookie, (enum capability)i),
                             (role_capabilities((enum role)role) & CAPABILITY_BIT(i)) != 0 ? GUARD_ADMITS
                                                                                           : GUARD_LACKS);
    }
}

static void a_session_that_is_over_is_nobodys(void **state)
{
    static const char *const changes[] = {
        "UPDATE user_session SET ended_at = now()",
        "UPDATE user_session SET idle_until = now()",
        "UPDATE user_session SET expires_at = now()",
        "UPDATE app_user SET disabled_at = now()",
        "DELETE FROM user_session",
        "DELETE FROM app_user",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const char *cookie = sign_in(fixture, arena_printf(fixture->arena, "user%zu", i), "l1");

        assert_int_equal(ask_cookie(fixture, cookie, CAPABILITY_DEVICES_READ), GUARD_ADMITS);
        database_value("%s", changes[i]);
        assert_int_equal(ask_cookie(fixture, cookie, CAPABILITY_DEVICES_READ), GUARD_UNKNOWN);
        database_value("DELETE FROM app_user");
    }
}

static void a_cookie_does_not_count_beside_a_token(void **state)
{
    struct fixture *fixture = *state;
    struct guard_question question = {.authorization = "Bearer acs_wrong",
                                      .cookie = sign_in(fixture, "ana", "l1"),
                                      .capability = CAPABILITY_ME_READ};
    enum guard_verdict verdict = GUARD_ADMITS;
    struct caller caller;

    assert_int_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
    assert_int_equal(verdict, GUARD_UNKNOWN);
}

/* Each statement that the guard runs, cut off before it: nobody is let in. */
static void an_error_admits_no_person(void **state)
{
    struct fixture *fixture = *state;
    struct guard_question question = {
        .cookie = sign_in(fixture, "ana", "night"), .capability = CAPABILITY_ME_READ, .hold = true};
    static const char *const tables[] = {"user_session", "app_user", "role"};
    struct caller caller;

    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        enum guard_verdict verdict = GUARD_ADMITS;

        database_value("ALTER TABLE %s RENAME TO away", tables[i]);
        assert_int_not_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
        assert_int_equal(verdict, GUARD_UNKNOWN);
        database_value("ALTER TABLE away RENAME TO %s", tables[i]);
    }
    database_cut_connections();
    for (int i = 0; i < 2; i++) {
        enum guard_verdict verdict = GUARD_ADMITS;

        assert_int_not_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
        assert_int_equal(verdict, GUARD_UNKNOWN);
    }
}

/* What is held waits: the change comes after our transaction, or not at all. */
static void what_a_person_may_cannot_be_taken_away_before_the_end(void **state)
{
    static const char *const tables[] = {"user_session", "app_user", "role"};
    struct fixture *fixture = *state;
    struct guard_question question = {
        .cookie = sign_in(fixture, "ana", "night"), .capability = CAPABILITY_ME_READ, .hold = true};
    enum guard_verdict verdict;
    struct caller caller;

    database_value("INSERT INTO role VALUES ('night', 'Night', 'l1', '{devices.read}', now(), 'x')");
    assert_int_equal(db_begin(fixture->db), ERR_OK);
    assert_int_equal(guard_ask(fixture->db, &question, fixture->arena, &verdict, &caller), ERR_OK);
    assert_int_equal(verdict, GUARD_ADMITS);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        assert_int_equal(
            database_number("SELECT count(*) FROM (SELECT FROM %s FOR NO KEY UPDATE SKIP LOCKED) t",
                            tables[i]),
            0);
    assert_int_equal(db_commit(fixture->db), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        assert_int_equal(
            database_number("SELECT count(*) FROM (SELECT FROM %s FOR NO KEY UPDATE SKIP LOCKED) t",
                            tables[i]),
            1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_may_what_it_holds_and_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_token_that_counts_nobody_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_with_a_role_may_what_the_role_may, set_up, tear_down),
        cmocka_unit_test(only_administrators_give_what_they_do_not_have),
        cmocka_unit_test_setup_teardown(a_right_that_this_program_does_not_know_gives_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_error_admits_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_only_kept_as_a_hash, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_name_or_environment_makes_no_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_person_may_what_the_role_holds_and_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_session_that_is_over_is_nobodys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cookie_does_not_count_beside_a_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_admits_no_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_person_may_cannot_be_taken_away_before_the_end, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
