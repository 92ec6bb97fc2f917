/* Where a device keeps what it is ordered by: found in what is known of it. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home_parts.h"

const struct map_view *home_model(const struct home *home)
{
    return home->model;
}

/* How much of the name the pattern takes; 0: it does not fit. */
static size_t taken_by(const char *pattern, const char *name)
{
    const char *at = name;

    while (*pattern != '\0') {
        if (strncmp(pattern, "{i}", 3) == 0) {
            size_t digits = strspn(at, "0123456789");

            if (digits == 0)
                return 0;
            at += digits;
            pattern += 3;
        } else if (*pattern++ != *at++) {
            return 0;
        }
    }
    return (size_t)(at - name);
}

void home_objects(const struct home *home, const char *path, const char *leaf, struct cwmp_strings *ret)
{
    enum { MOST = 16 };

    ret->items = ARENA_ARRAY(home->arena, const char *, MOST);
    ret->count = 0;
    for (size_t i = 0; i < home->value_count && ret->count < MOST; i++) {
        const char *name = home->values[i].name;
        const char *below = home_below_root(name);
        size_t len = below != NULL ? taken_by(path, below) : 0;

        if (len > 0 && strcmp(below + len, leaf) == 0)
            ret->items[ret->count++] = arena_memdup(home->arena, name, (size_t)(below - name) + len);
    }
}

bool home_is_whole(const struct home *home)
{
    enum { ENOUGH = 10 };
    size_t inner = 0, outer = 0;

    for (size_t i = 0; i < home->value_count; i++) {
        const char *below = text_or_empty(home_below_root(home->values[i].name));

        inner += text_starts_with(below, "LANDevice.") || text_starts_with(below, "WiFi.") ||
                 text_starts_with(below, "Ethernet.");
        outer += text_starts_with(below, "WANDevice.") || text_starts_with(below, "IP.");
    }
    return inner >= ENOUGH && outer >= ENOUGH;
}
