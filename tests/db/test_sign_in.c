#include "db/sign_in.h"

#include "acs/base/clock.h"
#include "db/user.h"
#include "tests/db/reading.h"

static int64_t add_user(struct reading *reading, const char *login)
{
    struct user_order order = {.login = login, .name = "Ana", .role = "l1", .password = "$y$…"};
    int64_t id;

    assert_int_equal(user_add(reading->db, &order, reading->arena, &id), ERR_OK);
    return id;
}

static void open_session(struct reading *reading, int64_t user_id, unsigned char first_byte,
                         struct user_session_row *ret)
{
    struct user_session_order order = {
        .hash = {first_byte}, .user_id = user_id, .address = "::1", .idle_ms = 60000, .most_ms = 600000};

    assert_int_equal(user_session_open(reading->db, &order, reading->arena, ret), ERR_OK);
}

/* ---- users ---- */

static void a_secret_for_codes_counts_when_it_is_confirmed(void **state)
{
    struct reading *reading = *state;
    int64_t id = add_user(reading, "ana");
    struct user_row user;

    assert_int_equal(user_totp_confirm(reading->db, id, 7, reading->arena), ERR_OK); /* nothing was begun */
    assert_int_equal(user_totp_begin(reading->db, id, "ab12", reading->arena), ERR_OK);
    assert_int_equal(user_by_id(reading->db, id, reading->arena, &user), ERR_OK);
    assert_null(user.totp_secret);
    assert_string_equal(user.totp_pending, "ab12");
    assert_int_equal(user.totp_step, 0);
    assert_int_equal(user_totp_confirm(reading->db, id, 7, reading->arena), ERR_OK);
    assert_int_equal(user_totp_use(reading->db, id, 9, reading->arena), ERR_OK);
    assert_int_equal(user_totp_use(reading->db, id, 8, reading->arena), ERR_OK); /* never back */
    assert_int_equal(user_by_id(reading->db, id, reading->arena, &user), ERR_OK);
    assert_string_equal(user.totp_secret, "ab12");
    assert_null(user.totp_pending);
    assert_int_equal(user.totp_step, 9);
    assert_int_equal(user_totp_drop(reading->db, id, reading->arena), ERR_OK);
    assert_int_equal(user_by_id(reading->db, id, reading->arena, &user), ERR_OK);
    assert_null(user.totp_secret);
    assert_int_equal(user.totp_step, 0);
}

static void whom_the_directory_keeps_follows_it_and_takes_nobodys_login(void **state)
{
    struct reading *reading = *state;
    struct user_order order = {.login = "bia", .name = "Bia", .role = "l1"};
    int64_t id = 0, again = 0;
    struct user_row user;

    assert_int_equal(user_of_directory(reading->db, &order, reading->arena, &id), ERR_OK);
    assert_int_equal(user_by_id(reading->db, id, reading->arena, &user), ERR_OK);
    assert_false(user_is_local(&user));
    assert_string_equal(user.role, "l1");
    assert_int_equal(user.revision, 1);
    assert_int_equal(user_of_directory(reading->db, &order, reading->arena, &again), ERR_OK);
    order.role = "l2";
    assert_int_equal(user_of_directory(reading->db, &order, reading->arena, &again), ERR_OK);
    assert_int_equal(again, id);
    assert_int_equal(user_by_id(reading->db, id, reading->arena, &user), ERR_OK);
    assert_string_equal(user.role, "l2");
    assert_int_equal(user.revision, 2); /* the second time nothing was new */
    (void)database_value("UPDATE app_user SET disabled_at = now()");
    assert_int_equal(user_of_directory(reading->db, &order, reading->arena, &again), ERR_NOT_FOUND);
    order.login = "ana";
    add_user(reading, "ana");
    assert_int_equal(user_of_directory(reading->db, &order, reading->arena, &again), ERR_NOT_FOUND);
    assert_int_equal(user_set_password(reading->db, id, "$y$…", reading->arena), ERR_INVALID);
}

static void a_login_is_only_taken_once_and_of_one_form(void **state)
{
    static const char *const wrong[] = {"", "Ana", "a b", ".a", "ana\n", "aç", "a/b"};
    struct reading *reading = *state;
    struct user_order order = {.login = "ana", .name = "Ana", .role = "l1"};
    int64_t id;

    add_user(reading, "ana");
    assert_int_equal(user_add(reading->db, &order, reading->arena, &id), ERR_CONFLICT);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        order.login = wrong[i];
        assert_int_equal(user_add(reading->db, &order, reading->arena, &id), ERR_INVALID);
    }
}

static void a_user_is_found_as_it_was_made(void **state)
{
    struct reading *reading = *state;
    int64_t id = add_user(reading, "ana");
    struct user_row user;

    assert_int_equal(user_by_login(reading->db, "ana", reading->arena, &user), ERR_OK);
    assert_int_equal(user.id, id);
    assert_string_equal(user.role, "l1");
    assert_string_equal(user.password, "$y$…");
    assert_string_equal(user.preferences, "{}");
    assert_null(user.totp_secret);
    assert_null(user.language);
    assert_true(user.password_at_us > 0);
    assert_int_equal(user.disabled_at_us, 0);
    assert_int_equal(user_by_login(reading->db, "ANA", reading->arena, &user), ERR_NOT_FOUND);
    assert_int_equal(user_by_id(reading->db, id + 1, reading->arena, &user), ERR_NOT_FOUND);
}

static void tokens_and_users_share_one_row_of_numbers(void **state)
{
    struct reading *reading = *state;
    int64_t before = add_user(reading, "ana");

    database_value("INSERT INTO api_token (name, hash, capabilities) VALUES ('t', sha256('t'), '{}')");
    assert_int_equal(database_number("SELECT id FROM api_token"), before + 1);
    assert_int_equal(add_user(reading, "rui"), before + 2);
}

/* ---- sessions ---- */

static void use_moves_the_idle_time_and_never_waits(void **state)
{
    struct reading *reading = *state;
    struct user_session_row session;

    open_session(reading, add_user(reading, "ana"), 1, &session);
    assert_true(session.expires_at_us - session.created_at_us == 600 * (int64_t)US_PER_S);
    database_value(
        "UPDATE user_session SET idle_until = now() + interval '1 s', used_at = now() - interval '1 h'");
    assert_int_equal(user_session_touch(reading->db, session.id, 60000, reading->arena), ERR_OK);
    assert_int_equal(
        database_number("SELECT count(*) FROM user_session WHERE idle_until > now() + interval '50 s'"), 1);
    database_value("UPDATE user_session SET idle_until = now() + interval '1 s'");
    database_value("BEGIN");
    database_value("SELECT FROM user_session FOR UPDATE");
    assert_int_equal(user_session_touch(reading->db, session.id, 60000, reading->arena), ERR_OK);
    database_value("ROLLBACK");
    assert_int_equal(
        database_number("SELECT count(*) FROM user_session WHERE idle_until > now() + interval '50 s'"), 0);
}

static void of_many_sessions_those_that_are_open_are_told(void **state)
{
    struct reading *reading = *state;
    int64_t ana = add_user(reading, "ana"), rui = add_user(reading, "rui");
    struct user_session_row rows[4];
    struct user_session_held held[5] = {0};
    int64_t *valid;
    size_t count;

    for (unsigned char i = 0; i < 4; i++) {
        open_session(reading, i < 3 ? ana : rui, (unsigned char)(i + 1), &rows[i]);
        held[i].id = rows[i].id;
    }
    assert_int_equal(user_session_end(reading->db, rows[0].id, reading->arena), ERR_OK);
    assert_int_equal(user_session_valid(reading->db, held, 5, reading->arena, &valid, &count), ERR_OK);
    assert_int_equal(count, 3);
    assert_int_equal(user_session_end_others(reading->db, ana, rows[1].id, reading->arena), ERR_OK);
    assert_int_equal(user_session_valid(reading->db, held, 5, reading->arena, &valid, &count), ERR_OK);
    assert_int_equal(count, 2);
    database_value("UPDATE app_user SET disabled_at = now() WHERE login = 'rui'");
    assert_int_equal(user_session_valid(reading->db, held, 5, reading->arena, &valid, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(valid[0], rows[1].id);
    database_value("UPDATE app_user SET scope = 'city:a' WHERE login = 'ana'");
    assert_int_equal(user_session_valid(reading->db, held, 5, reading->arena, &valid, &count), ERR_OK);
    assert_int_equal(count, 0);
    held[1].scope = "city:a";
    assert_int_equal(user_session_valid(reading->db, held, 5, reading->arena, &valid, &count), ERR_OK);
    assert_int_equal(count, 1);
}

/* ---- links ---- */

static void a_link_is_taken_once_and_not_too_late(void **state)
{
    static const unsigned char first[SHA256_BYTES] = {1}, late[SHA256_BYTES] = {2}, own[SHA256_BYTES] = {3};
    struct reading *reading = *state;
    int64_t ana = add_user(reading, "ana"), of;

    assert_int_equal(link_add(reading->db, first, 0, 60, reading->arena), ERR_OK);
    assert_int_equal(link_add(reading->db, late, 0, -1, reading->arena), ERR_OK);
    assert_int_equal(link_add(reading->db, own, ana, 60, reading->arena), ERR_OK);
    assert_int_equal(link_take(reading->db, late, reading->arena, &of), ERR_NOT_FOUND);
    assert_int_equal(link_take(reading->db, own, reading->arena, &of), ERR_OK);
    assert_int_equal(of, ana);
    assert_int_equal(link_take(reading->db, own, reading->arena, &of), ERR_NOT_FOUND);
    assert_int_equal(link_drop(reading->db, 0, reading->arena), ERR_OK);
    assert_int_equal(link_take(reading->db, first, reading->arena, &of), ERR_NOT_FOUND);
}

/* A transaction that does not end well has not used it up. */
static void a_link_is_there_again_after_a_rollback(void **state)
{
    static const unsigned char hash[SHA256_BYTES] = {1};
    struct reading *reading = *state;
    int64_t of = -1;

    assert_int_equal(link_add(reading->db, hash, 0, 60, reading->arena), ERR_OK);
    assert_int_equal(db_begin(reading->db), ERR_OK);
    assert_int_equal(link_take(reading->db, hash, reading->arena, &of), ERR_OK);
    db_rollback(reading->db);
    assert_int_equal(link_take(reading->db, hash, reading->arena, &of), ERR_OK);
    assert_int_equal(of, 0);
}

/* ---- tries ---- */

static int64_t try_again(struct reading *reading, unsigned char first_byte, int64_t most)
{
    const unsigned char key[SHA256_BYTES] = {first_byte};
    const struct try_limit limit = {.most = most, .lock_ms = 60000};
    int64_t wait_s = -1;

    assert_int_equal(sign_in_try(reading->db, key, &limit, reading->arena, &wait_s), ERR_OK);
    return wait_s;
}

static void tries_are_counted_until_they_lock(void **state)
{
    struct reading *reading = *state;

    for (int i = 0; i < 3; i++)
        assert_int_equal(try_again(reading, 1, 3), 0);
    assert_in_range(try_again(reading, 1, 3), 58, 60);
    assert_int_equal(database_number("SELECT tries FROM sign_in_guard"), 3);
    assert_int_equal(try_again(reading, 2, 3), 0);
    assert_int_equal(try_again(reading, 3, 1), 0);
    assert_in_range(try_again(reading, 3, 1), 58, 60);
}

static void one_that_was_right_forgets_the_login_and_itself_of_the_address(void **state)
{
    static const unsigned char login[SHA256_BYTES] = {1}, address[SHA256_BYTES] = {2};
    const struct try_limit limit = {.most = 3, .lock_ms = 60000};
    struct reading *reading = *state;

    for (int i = 0; i < 3; i++) {
        assert_int_equal(try_again(reading, 1, 3), 0);
        assert_int_equal(try_again(reading, 2, 3), 0);
    }
    assert_int_equal(sign_in_done(reading->db, login, address, reading->arena), ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM sign_in_guard"), 1);
    assert_int_equal(database_number("SELECT tries FROM sign_in_guard"), 2);
    assert_int_equal(try_again(reading, 2, 3), 0);
    assert_true(try_again(reading, 2, 3) > 0);
    assert_int_equal(sign_in_uncount(reading->db, address, &limit, reading->arena), ERR_OK);
    assert_int_equal(try_again(reading, 2, 3), 0);
}

static void one_that_was_none_opens_no_lock_of_others(void **state)
{
    static const unsigned char key[SHA256_BYTES] = {1};
    const struct try_limit limit = {.most = 3, .lock_ms = 60000};
    struct reading *reading = *state;

    for (int i = 0; i < 3; i++)
        assert_int_equal(try_again(reading, 1, 3), 0);
    (void)database_value("UPDATE sign_in_guard SET tries = 4");
    assert_int_equal(sign_in_uncount(reading->db, key, &limit, reading->arena), ERR_OK);
    assert_true(try_again(reading, 1, 3) > 0);
    assert_int_equal(database_number("SELECT tries FROM sign_in_guard"), 3);
}

static void what_is_over_is_forgotten(void **state)
{
    static const unsigned char hash[SHA256_BYTES] = {1};
    struct reading *reading = *state;
    struct user_session_row session;
    int64_t count = -1, now_us = clock_now_us();

    open_session(reading, add_user(reading, "ana"), 1, &session);
    assert_int_equal(link_add(reading->db, hash, 0, 60, reading->arena), ERR_OK);
    assert_int_equal(try_again(reading, 1, 3), 0);
    assert_int_equal(people_trim(reading->db, now_us - US_PER_S, 10, &count), ERR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(people_trim(reading->db, now_us + 3600 * (int64_t)US_PER_S, 10, &count), ERR_OK);
    assert_int_equal(count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_login_is_only_taken_once_and_of_one_form, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(whom_the_directory_keeps_follows_it_and_takes_nobodys_login,
                                        reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(one_that_was_none_opens_no_lock_of_others, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_user_is_found_as_it_was_made, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(a_secret_for_codes_counts_when_it_is_confirmed, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(tokens_and_users_share_one_row_of_numbers, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(use_moves_the_idle_time_and_never_waits, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(of_many_sessions_those_that_are_open_are_told, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_taken_once_and_not_too_late, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_there_again_after_a_rollback, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(tries_are_counted_until_they_lock, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(one_that_was_right_forgets_the_login_and_itself_of_the_address,
                                        reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(what_is_over_is_forgotten, reading_set_up, reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
