#include "tests/cpesim/cookie.h"

#include <string.h>

#include "acs/base/text.h"

/* What a Set-Cookie header says. */
struct offer {
    const char *name;
    const char *value;
    const char *path; /* NULL: none that counts */
    bool gone;        /* Max-Age=0 */
    bool secure;
};

static char *piece(struct arena *arena, const char *from, size_t len)
{
    while (len > 0 && (*from == ' ' || *from == '\t')) {
        from++;
        len--;
    }
    while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\t'))
        len--;
    return arena_memdup(arena, from, len);
}

/* "name=value" of the first len bytes; a value without "=" is a name without value. */
static void split_pair(struct arena *arena, const char *pair, size_t len, const char **ret_name,
                       const char **ret_value)
{
    const char *equals = memchr(pair, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - pair);

    *ret_name = piece(arena, pair, name_len);
    *ret_value = equals == NULL ? "" : piece(arena, equals + 1, len - name_len - 1);
}

static void take_attribute(struct offer *offer, const char *name, const char *value)
{
    if (text_equal_nocase(name, "Path") && value[0] == '/')
        offer->path = value;
    else if (text_equal_nocase(name, "Max-Age") && (value[0] == '0' || value[0] == '-'))
        offer->gone = true;
    else if (text_equal_nocase(name, "Secure"))
        offer->secure = true;
}

static struct offer read_offer(const char *set_cookie, struct arena *arena)
{
    struct offer offer = {0};
    size_t len = strcspn(set_cookie, ";");

    split_pair(arena, set_cookie, len, &offer.name, &offer.value);
    while (set_cookie[len] == ';') {
        const char *name, *value;

        set_cookie += len + 1;
        len = strcspn(set_cookie, ";");
        split_pair(arena, set_cookie, len, &name, &value);
        take_attribute(&offer, name, value);
    }
    return offer;
}

/* Up to the last slash of the request's path, which itself does not count (RFC 6265 5.1.4). */
static const char *default_path(const struct url *url, struct arena *arena)
{
    size_t end = strcspn(url->target, "?");

    while (end > 1 && url->target[end - 1] != '/')
        end--;
    return arena_memdup(arena, url->target, end > 1 ? end - 1 : 1);
}

static bool path_matches(const char *path, const char *target)
{
    size_t len = strlen(path);

    if (strncmp(path, target, len) != 0)
        return false;
    return path[len - 1] == '/' || strchr("/?", target[len]) != NULL;
}

static size_t place_of(const struct cookie_jar *jar, const char *name, const char *path)
{
    for (size_t i = 0; i < jar->count; i++)
        if (strcmp(jar->items[i].name, name) == 0 && strcmp(jar->items[i].path, path) == 0)
            return i;
    return jar->count;
}

static size_t bytes_of(const struct cookie_jar *jar)
{
    size_t bytes = 0;

    for (size_t i = 0; i < jar->count; i++)
        bytes += strlen(jar->items[i].name) + strlen(jar->items[i].value) + strlen(jar->items[i].path);
    return bytes;
}

enum err cookie_take(struct cookie_jar *jar, const struct url *url, const char *set_cookie,
                     struct arena *arena)
{
    struct offer offer = read_offer(set_cookie, arena);
    size_t place;

    if (offer.path == NULL)
        offer.path = default_path(url, arena);
    place = place_of(jar, offer.name, offer.path);
    if (place < jar->count)
        jar->items[place] = jar->items[--jar->count];
    if (offer.gone || offer.secure)
        return ERR_OK;
    if (jar->count == COOKIES_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d cookies", COOKIES_MAX);
    jar->items[jar->count++] = (struct cookie){offer.name, offer.value, offer.path};
    if (bytes_of(jar) <= COOKIE_BYTES)
        return ERR_OK;
    jar->count--;
    return err_set(ERR_TOO_LARGE, "more than %d bytes of cookies", COOKIE_BYTES);
}

const char *cookie_header(const struct cookie_jar *jar, const struct url *url, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (size_t i = 0; i < jar->count; i++) {
        const struct cookie *cookie = &jar->items[i];

        if (path_matches(cookie->path, url->target))
            text_printf(&out, "%s%s=%s", out.len > 0 ? "; " : "", cookie->name, cookie->value);
    }
    return out.len > 0 ? text_string(&out) : NULL;
}
