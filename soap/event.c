#include "soap/event.h"

#include <ctype.h>
#include <string.h>

#include "soap/cwmp.h"

static const struct event events[] = {
#define EVENT(code, delivered_by) {code, delivered_by},
#include "soap/event.def"
#undef EVENT
};

static size_t digits(const char *code)
{
    return strspn(code, "0123456789");
}

/* Without the zeros in front; the last digit stays. */
static const char *significant(const char *code)
{
    while (code[0] == '0' && isdigit((unsigned char)code[1]))
        code++;
    return code;
}

/* Same but for case and for the number of spaces between words. */
static bool words_equal(const char *a, const char *b)
{
    for (;;) {
        if (*a == ' ' && *b == ' ') {
            a += strspn(a, " ");
            b += strspn(b, " ");
        }
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
}

bool event_equal(const char *a, const char *b)
{
    if (digits(a) == 0 || digits(b) == 0)
        return words_equal(a, b);
    a = significant(a);
    b = significant(b);
    return digits(a) == digits(b) && memcmp(a, b, digits(a)) == 0;
}

const struct event *event_find(const char *code)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
        if (event_equal(code, events[i].code))
            return &events[i];
    return NULL;
}

const struct cwmp_event *cwmp_find_event(const struct cwmp_inform *inform, const char *code,
                                         const char *command_key)
{
    for (size_t i = 0; i < inform->events.count; i++) {
        const struct cwmp_event *event = &inform->events.items[i];

        if (event_equal(event->code, code) &&
            (command_key == NULL || strcmp(event->command_key, command_key) == 0))
            return event;
    }
    return NULL;
}

bool cwmp_has_event(const struct cwmp_inform *inform, const char *code)
{
    return cwmp_find_event(inform, code, NULL) != NULL;
}
