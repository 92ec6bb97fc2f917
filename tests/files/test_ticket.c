#include "acs/files/ticket.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/base/check.h"

static const unsigned char key[SHA256_BYTES] = "a key of thirty-two bytes, quite";
static const struct ticket sample = {TICKET_FETCH, false, "act_01hf0000000000000000ab", 1764417600};

static const char *write_sample(struct arena *arena)
{
    return ticket_write(&sample, key, arena);
}

static void what_was_written_is_read(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *path = write_sample(arena);
    struct ticket ticket;

    (void)state;
    assert_int_equal(strlen(path), 103);
    assert_true(text_starts_with(path, "/f/act_01hf0000000000000000ab.692ae040."));
    assert_true(ticket_read(path, key, &ticket));
    assert_int_equal(ticket.kind, TICKET_FETCH);
    assert_string_equal(ticket.action_id, sample.action_id);
    assert_int_equal(ticket.expires_s, sample.expires_s);
    assert_true(ticket_read(arena_printf(arena, "%s/name.bin", path), key, &ticket));
    assert_true(ticket_is_path(path));
}

/* Every other byte in every place, and every length. */
static void nothing_else_is_read(void **state)
{
    AUTO_ARENA arena = arena_new(4096);
    char *path = arena_strdup(arena, write_sample(arena));
    size_t len = strlen(path);
    struct ticket ticket;

    (void)state;
    for (size_t i = 0; i < len; i++) {
        char was = path[i];

        for (int c = 1; c < 256; c++) {
            path[i] = (char)c;
            assert_int_equal(ticket_read(path, key, &ticket), path[i] == was);
        }
        path[i] = '\0';
        assert_false(ticket_read(path, key, &ticket));
        assert_false(ticket_is_path(path));
        path[i] = was;
    }
    assert_false(ticket_read(arena_printf(arena, "%s0", path), key, &ticket));
    assert_false(ticket_read(arena_printf(arena, "/%s", path), key, &ticket));
}

static void a_ticket_for_one_thing_is_none_for_another(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    char *path = arena_strdup(arena, write_sample(arena));
    unsigned char other[SHA256_BYTES];
    struct ticket ticket;

    (void)state;
    memcpy(other, key, sizeof(other));
    other[31] ^= 1;
    assert_false(ticket_read(path, other, &ticket));
    for (const char *letter = "uFU"; *letter != '\0'; letter++) {
        path[1] = *letter;
        assert_false(ticket_read(path, key, &ticket));
    }
}

/* Both directions: that it wants a login is in the path, and under the proof. */
static void a_ticket_may_want_a_login_as_well(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct ticket asked = sample, ticket;

    (void)state;
    asked.login = true;
    assert_true(text_starts_with(ticket_write(&asked, key, arena), "/F/"));
    assert_true(ticket_read(ticket_write(&asked, key, arena), key, &ticket));
    assert_true(ticket.login && ticket.kind == TICKET_FETCH);
    asked.kind = TICKET_SEND;
    assert_true(text_starts_with(ticket_write(&asked, key, arena), "/U/"));
    assert_true(ticket_read(ticket_write(&asked, key, arena), key, &ticket));
    assert_true(ticket.login && ticket.kind == TICKET_SEND);
}

static void a_login_is_of_one_ticket_and_key(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct ticket other = sample;
    unsigned char other_key[SHA256_BYTES];
    const char *password = ticket_login(&sample, key, arena).password.hidden;

    (void)state;
    assert_string_equal(ticket_login(&sample, key, arena).username, sample.action_id);
    assert_int_equal(strlen(password), 32);
    assert_string_equal(ticket_login(&sample, key, arena).password.hidden, password);
    assert_null(strstr(ticket_write(&sample, key, arena), password));
    other.expires_s++;
    assert_string_not_equal(ticket_login(&other, key, arena).password.hidden, password);
    memcpy(other_key, key, sizeof(other_key));
    other_key[0] ^= 1;
    assert_string_not_equal(ticket_login(&sample, other_key, arena).password.hidden, password);
}

static void what_is_no_path_of_ours_is_none(void **state)
{
    static const char *const paths[] = {
        "",
        "/",
        "/f",
        "/f/",
        "/u/",
        "/f/../../key",
        "/f/act_",
        "/f/act_01hf0000000000000000ab",
        "/f/act_01hf0000000000000000ab.",
        "/f/act_01hf0000000000000000ab.692ae040",
        "/f/act_01hf0000000000000000ab.692ae040.",
        "/f/act_01hf0000000000000000ab.692ae040.00",
        "/f/act_01hf0000000000000000ab/692ae040.0123456789abcdef",
    };
    struct ticket ticket;

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        assert_false(ticket_read(paths[i], key, &ticket));
        assert_false(ticket_is_path(paths[i]));
    }
}

static void times_that_do_not_fit_end_at_the_edge(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct ticket late = sample;
    struct ticket ticket;

    (void)state;
    late.expires_s = INT64_MAX;
    assert_true(ticket_read(ticket_write(&late, key, arena), key, &ticket));
    assert_int_equal(ticket.expires_s, 0x7fffffff);
    late.expires_s = -5;
    assert_true(ticket_read(ticket_write(&late, key, arena), key, &ticket));
    assert_int_equal(ticket.expires_s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(nothing_else_is_read),
        cmocka_unit_test(a_ticket_for_one_thing_is_none_for_another),
        cmocka_unit_test(a_ticket_may_want_a_login_as_well),
        cmocka_unit_test(a_login_is_of_one_ticket_and_key),
        cmocka_unit_test(what_is_no_path_of_ours_is_none),
        cmocka_unit_test(times_that_do_not_fit_end_at_the_edge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
