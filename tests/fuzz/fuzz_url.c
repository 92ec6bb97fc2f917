/*
 * A request's path and query. What is found fits what was asked for; what was decoded stands for itself when
 * encoded again; and no text breaks the readers of the small headers.
 */
#include <string.h>

#include "acs/api/event.h"
#include "acs/api/router.h"
#include "acs/api/url.h"
#include "acs/auth/token.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *text, struct arena *arena)
{
    const char *encoded = url_encode(text, arena);
    const char *decoded = NULL;

    FUZZ_CHECK(text_is_utf8(text, strlen(text)));
    FUZZ_CHECK(strpbrk(encoded, "/?#&= +\"<>\r\n") == NULL);
    FUZZ_CHECK(url_decode(encoded, strlen(encoded), true, arena, &decoded) == ERR_OK);
    FUZZ_CHECK(strcmp(decoded, text) == 0);
}

static void check_path(const char *path, struct arena *arena, const struct route **ret)
{
    struct route_match match = {0};
    enum route_outcome outcome = route_find(api_routes, api_route_count, "GET", path, arena, &match);

    *ret = match.route;
    FUZZ_CHECK((outcome == ROUTE_FOUND) == (match.route != NULL));
    FUZZ_CHECK(outcome != ROUTE_NO_METHOD || strlen(match.allow) > 0);
    for (size_t i = 0; outcome == ROUTE_FOUND && i < ROUTE_CAPTURES_MAX && match.captures[i] != NULL; i++)
        check_text(match.captures[i], arena);
}

static void check_query(const char *raw, const struct route *route, struct arena *arena)
{
    struct complaints complaints = {.arena = arena, .language = LANGUAGE_PT};
    struct query query;

    if (query_read(raw, arena, &query) != ERR_OK)
        return;
    for (size_t i = 0; i < query.count; i++) {
        check_text(query.items[i].name, arena);
        check_text(query.items[i].value, arena);
        FUZZ_CHECK(query_get(&query, query.items[i].name) == query.items[i].value);
    }
    schema_check_query(route->query, route->query_count, &query, &complaints);
    for (unsigned i = 0; i < complaints.count; i++)
        FUZZ_CHECK(complaints.items[i].parameter != NULL && complaints.items[i].pointer == NULL);
}

static void check_headers(const char *text)
{
    int64_t id = 0, at_us = 0;

    FUZZ_CHECK(language_choose(text) < LANGUAGE_COUNT);
    if (event_read_id(text, &id, &at_us))
        FUZZ_CHECK(id >= 0 && at_us >= 0);
    FUZZ_CHECK(!token_is_well_formed(text) || strncmp(text, "acs_", 4) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    char *target = arena_memdup(arena, data, size);
    char *mark = strchr(target, '?');
    const struct route *route;

    check_headers(target);
    if (mark != NULL)
        *mark = '\0';
    check_path(target, arena, &route);
    check_query(mark == NULL ? "" : mark + 1, route != NULL ? route : &api_routes[0], arena);
    return 0;
}
