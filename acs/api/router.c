#include "acs/api/router.h"

#include <string.h>

#include "acs/api/url.h"

bool route_changes(const struct route *route)
{
    return route->moves || strcmp(route->method, "GET") != 0;
}

/* Does the path fit the pattern, segment by segment? Captures what stands for {…}; an empty one does not fit.
 */
static bool fits(const char *pattern, const char *path, struct arena *arena, struct route_match *match)
{
    unsigned captured = 0;

    while (*pattern == '/' && *path == '/') {
        size_t wanted = strcspn(++pattern, "/");
        size_t got = strcspn(++path, "/");

        if (*pattern == '{') {
            if (got == 0 || captured == ROUTE_CAPTURES_MAX ||
                url_decode(path, got, false, arena, &match->captures[captured++]) != ERR_OK)
                return false;
        } else if (wanted != got || memcmp(pattern, path, got) != 0) {
            return false;
        }
        pattern += wanted;
        path += got;
    }
    return *pattern == '\0' && *path == '\0';
}

static void add_method(struct text *allow, const char *method)
{
    if (allow->len > 0)
        text_puts(allow, ", ");
    text_puts(allow, method);
    if (strcmp(method, "GET") == 0)
        text_puts(allow, ", HEAD");
}

enum route_outcome route_find(const struct route *routes, size_t count, const char *method, const char *path,
                              struct arena *arena, struct route_match *ret)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    struct text allow = TEXT_IN(arena);

    for (size_t i = 0; i < count; i++) {
        struct route_match match = {.route = &routes[i]};

        if (!fits(routes[i].path, path, arena, &match))
            continue;
        if (strcmp(routes[i].method, wanted) == 0) {
            *ret = match;
            return ROUTE_FOUND;
        }
        add_method(&allow, routes[i].method);
    }
    *ret = (struct route_match){.allow = text_string(&allow)};
    return allow.len > 0 ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}
