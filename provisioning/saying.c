#include "provisioning/saying.h"

#include <string.h>

const struct saying *sayings_find(const struct sayings *sayings, const char *id)
{
    for (size_t i = 0; i < sayings->count; i++)
        if (strcmp(sayings->items[i].id, id) == 0)
            return &sayings->items[i];
    return NULL;
}

/* ---- places ---- */

bool saying_places_have(const struct saying_places *places, const char *name, size_t len)
{
    for (size_t i = 0; i < places->count; i++)
        if (strlen(places->names[i]) == len && memcmp(places->names[i], name, len) == 0)
            return true;
    return false;
}

void saying_places_of(const char *form, struct saying_places *places)
{
    for (form = strchr(form, '{'); form != NULL; form = strchr(form, '{')) {
        size_t len = strcspn(++form, "}");

        if (len < SAYING_PLACE_MAX && places->count < SAYING_PLACES_MAX &&
            !saying_places_have(places, form, len)) {
            memcpy(places->names[places->count], form, len);
            places->names[places->count++][len] = '\0';
        }
        form += len;
    }
}

/* ---- what is wrong ---- */

/*
 * Characters that are not seen: C1, zero width, line and paragraph separators, those that turn the direction
 * of what follows (Unicode 9.0, UAX 9), and the byte order mark. As UTF-8: the bytes in front, and the range
 * of the last one.
 */
static const struct {
    const char *lead;
    unsigned char low, high;
} unseen[] = {
    {"\xc2",     0x80, 0x9f},
    {"\xe2\x80", 0x8b, 0x8f},
    {"\xe2\x80", 0xa8, 0xae},
    {"\xe2\x81", 0xa0, 0xaf},
    {"\xef\xbb", 0xbf, 0xbf},
};

static bool is_unseen(const char *bytes, size_t len)
{
    unsigned char last = (unsigned char)bytes[len - 1];

    if (len == 1)
        return last < ' ' || last == 0x7f;
    for (size_t i = 0; i < sizeof(unseen) / sizeof(*unseen); i++)
        if (strlen(unseen[i].lead) == len - 1 && memcmp(bytes, unseen[i].lead, len - 1) == 0 &&
            last >= unseen[i].low && last <= unseen[i].high)
            return true;
    return false;
}

static enum saying_fault check_characters(const char *form, size_t max)
{
    size_t left = strlen(form), count = 0, step;

    for (; left > 0; form += step, left -= step) {
        step = text_utf8_step(form, left);
        if (step == 0 || is_unseen(form, step))
            return SAYING_HAS_CONTROL;
        if (++count > max)
            return SAYING_IS_LONG;
    }
    return SAYING_IS_FINE;
}

static enum saying_fault check_places(const char *form, const struct saying_places *known,
                                      const char **ret_place)
{
    while (*(form += strcspn(form, "{}")) != '\0') {
        size_t len = strcspn(form + 1, "{}");

        if (*form == '}' || form[1 + len] != '}')
            return SAYING_HAS_BRACE;
        if (!saying_places_have(known, form + 1, len)) {
            if (ret_place != NULL)
                *ret_place = form + 1;
            return SAYING_HAS_PLACE;
        }
        form += len + 2;
    }
    return SAYING_IS_FINE;
}

enum saying_fault saying_check(const char *form, const struct saying_places *known, size_t max,
                               const char **ret_place)
{
    size_t len = strlen(form);
    enum saying_fault fault = check_characters(form, max);

    if (text_is_blank(form, len))
        return SAYING_IS_EMPTY;
    if (fault != SAYING_IS_FINE)
        return fault;
    if (form[0] == ' ' || form[len - 1] == ' ')
        return SAYING_HAS_EDGE;
    return check_places(form, known, ret_place);
}
