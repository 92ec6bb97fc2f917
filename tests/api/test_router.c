#include "acs/api/router.h"

#include <string.h>

#include "tests/support/check.h"

static const struct route routes[] = {
    {.method = "GET",  .path = "/things",                  .operation = "list"},
    {.method = "POST", .path = "/things",                  .operation = "add" },
    {.method = "GET",  .path = "/things/by/name/{name}",   .operation = "find"},
    {.method = "GET",  .path = "/things/{thing}",          .operation = "show"},
    {.method = "POST", .path = "/things/{thing}/part/{p}", .operation = "part"},
};

static enum route_outcome find(const char *method, const char *path, struct arena *arena,
                               struct route_match *ret)
{
    return route_find(routes, COUNT_OF(routes), method, path, arena, ret);
}

static void a_path_finds_its_row(void **state)
{
    static const struct {
        const char *method, *path, *operation, *first, *second;
    } right[] = {
        {"GET",  "/things",               "list", NULL,  NULL},
        {"HEAD", "/things",               "list", NULL,  NULL},
        {"POST", "/things",               "add",  NULL,  NULL},
        {"GET",  "/things/7",             "show", "7",   NULL},
        {"GET",  "/things/a%2Fb",         "show", "a/b", NULL},
        {"GET",  "/things/a+b",           "show", "a+b", NULL},
        {"GET",  "/things/by/name/x%20y", "find", "x y", NULL},
        {"POST", "/things/7/part/8",      "part", "7",   "8" },
    };
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        struct route_match match;

        assert_int_equal(find(right[i].method, right[i].path, arena, &match), ROUTE_FOUND);
        assert_string_equal(match.route->operation, right[i].operation);
        if (right[i].first != NULL)
            assert_string_equal(match.captures[0], right[i].first);
        if (right[i].second != NULL)
            assert_string_equal(match.captures[1], right[i].second);
    }
}

static void a_path_of_no_row_is_not_found(void **state)
{
    static const char *const wrong[] = {
        "/",
        "",
        "*",
        "/thing",
        "/things/",
        "/things//",
        "/things/7/",
        "/things/7/8",
        "/things/%",
        "/things/%ff",
        "/things/%00",
        "//things",
        "/things/by/name",
        "/things/by/name/",
        "/THINGS",
    };
    AUTO_ARENA arena = arena_new(1024);
    struct route_match match;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (find("GET", wrong[i], arena, &match) != ROUTE_NO_PATH)
            fail_msg("%s was found", wrong[i]);
}

static void another_method_says_which_are_there(void **state)
{
    AUTO_ARENA arena = arena_new(1024);
    struct route_match match;

    (void)state;
    assert_int_equal(find("DELETE", "/things", arena, &match), ROUTE_NO_METHOD);
    assert_string_equal(match.allow, "GET, HEAD, POST");
    assert_int_equal(find("GET", "/things/7/part/8", arena, &match), ROUTE_NO_METHOD);
    assert_string_equal(match.allow, "POST");
    assert_int_equal(find("HEAD", "/things/7/part/8", arena, &match), ROUTE_NO_METHOD);
    assert_int_equal(find("get", "/things", arena, &match), ROUTE_NO_METHOD);
}

static bool is_among(const char *operation, const char *const *operations, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(operations[i], operation) == 0)
            return true;
    return false;
}

/* Where people come in, who are nobody before: by a password or by the key of a link. */
static const char *const doors[] = {"session_open", "provider_begin", "provider_finish", "setup_finish",
                                    "invitation_accept"};

/* Of these the answer is not kept: it holds a secret, or what is to become one, or lets somebody in. */
static const char *const secret[] = {
    "secret_reveal",  "passphrase_make",   "passphrase_weigh", "subscriber_reveal", "me_password",
    "user_invite",    "user_reset",        "session_open",     "provider_begin",    "provider_finish",
    "setup_finish",   "invitation_accept", "me_totp_begin",    "me_totp_confirm",   "token_create",
    "webhook_create", "webhook_rotate"};

static bool may_be_repeated(const struct route *route)
{
    return strcmp(route->method, "POST") == 0 && route->upload == NULL &&
           !is_among(route->operation, secret, COUNT_OF(secret));
}

static void every_route_says_who_may_use_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < api_route_count; i++) {
        assert_int_not_equal(api_routes[i].capability, CAPABILITY_NOBODY);
        assert_true(api_routes[i].capability < CAPABILITY_COUNT);
        if (api_routes[i].capability == CAPABILITY_PUBLIC && route_changes(&api_routes[i]) &&
            !is_among(api_routes[i].operation, doors, COUNT_OF(doors)))
            fail_msg("%s changes something and is open to everybody", api_routes[i].operation);
        if (api_routes[i].idempotent != may_be_repeated(&api_routes[i]))
            fail_msg("%s: every POST takes an Idempotency-Key unless it takes a file or shows a secret, and "
                     "nothing else does",
                     api_routes[i].operation);
    }
}

static void every_route_finds_itself(void **state)
{
    AUTO_ARENA arena = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < api_route_count; i++) {
        struct text path = TEXT_IN(arena);
        struct route_match match;

        for (const char *c = api_routes[i].path; *c != '\0'; c++) {
            if (*c != '{') {
                text_putc(&path, *c);
                continue;
            }
            text_puts(&path, "dev_0");
            c = strchr(c, '}');
        }
        assert_int_equal(
            route_find(api_routes, api_route_count, api_routes[i].method, text_string(&path), arena, &match),
            ROUTE_FOUND);
        assert_ptr_equal(match.route, &api_routes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_its_row),
        cmocka_unit_test(a_path_of_no_row_is_not_found),
        cmocka_unit_test(another_method_says_which_are_there),
        cmocka_unit_test(every_route_says_who_may_use_it),
        cmocka_unit_test(every_route_finds_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
