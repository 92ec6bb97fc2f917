#include "tests/cpesim/event.h"

#include <string.h>

enum fate {
    KEEP,          /* never given up */
    UNTIL_RESTART, /* given up when the device restarts */
    ONE_TRY        /* not told again after a failed session */
};

static const struct kind {
    const char *name;
    enum cwmp_method delivered_by;
    enum fate fate;
    bool multiple;
} kinds[EVENT_CODE_COUNT] = {
    [EVENT_BOOTSTRAP] = {"0 BOOTSTRAP",                 CWMP_INFORM_RESPONSE,                   KEEP,          false},
    [EVENT_BOOT] = {"1 BOOT",                      CWMP_INFORM_RESPONSE,                   UNTIL_RESTART, false},
    [EVENT_PERIODIC] = {"2 PERIODIC",                  CWMP_INFORM_RESPONSE,                   KEEP,          false},
    [EVENT_SCHEDULED] = {"3 SCHEDULED",                 CWMP_INFORM_RESPONSE,                   KEEP,          false},
    [EVENT_VALUE_CHANGE] = {"4 VALUE CHANGE",              CWMP_INFORM_RESPONSE,                   UNTIL_RESTART, false},
    [EVENT_CONNECTION_REQUEST] = {"6 CONNECTION REQUEST",        CWMP_INFORM_RESPONSE,                   ONE_TRY,       false},
    [EVENT_TRANSFER_COMPLETE] = {"7 TRANSFER COMPLETE",         CWMP_TRANSFER_COMPLETE_RESPONSE,        KEEP,          false},
    [EVENT_DIAGNOSTICS_COMPLETE] = {"8 DIAGNOSTICS COMPLETE",      CWMP_INFORM_RESPONSE,                   UNTIL_RESTART, false},
    [EVENT_M_REBOOT] = {"M Reboot",                    CWMP_INFORM_RESPONSE,                   KEEP,          true },
    [EVENT_M_SCHEDULE_INFORM] = {"M ScheduleInform",            CWMP_INFORM_RESPONSE,                   KEEP,          true },
    [EVENT_M_DOWNLOAD] = {"M Download",                  CWMP_TRANSFER_COMPLETE_RESPONSE,        KEEP,          true },
    [EVENT_M_SCHEDULE_DOWNLOAD] = {"M ScheduleDownload",          CWMP_TRANSFER_COMPLETE_RESPONSE,        KEEP,          true },
    [EVENT_M_UPLOAD] = {"M Upload",                    CWMP_TRANSFER_COMPLETE_RESPONSE,        KEEP,          true },
    [EVENT_DU_STATE_CHANGE] = {"11 DU STATE CHANGE COMPLETE", CWMP_DU_STATE_CHANGE_COMPLETE_RESPONSE, KEEP,
                         false                                                                                      },
    [EVENT_M_CHANGE_DU_STATE] = {"M ChangeDUState",             CWMP_DU_STATE_CHANGE_COMPLETE_RESPONSE, KEEP,          true },
};

const char *event_name(enum event_code code)
{
    return kinds[code].name;
}

static void take_out(struct events *events, size_t place)
{
    heap_free(events->items[place].key);
    events->count--;
    memmove(events->items + place, events->items + place + 1,
            (events->count - place) * sizeof(*events->items));
}

void events_free(struct events *events)
{
    while (events->count > 0)
        take_out(events, events->count - 1);
    heap_free(events->items);
    events->items = NULL;
}

static bool is_there(const struct events *events, enum event_code code, const char *key)
{
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];

        /* One that was sent may be delivered any moment; what happened after that must be told again. */
        if (event->code == code && !event->sent && strcmp(event->key, key) == 0)
            return true;
    }
    return false;
}

void events_add(struct events *events, enum event_code code, const char *key)
{
    if (code == EVENT_BOOTSTRAP)
        while (events->count > 0)
            take_out(events, 0);
    if (!kinds[code].multiple)
        key = "";
    if (is_there(events, code, key))
        return;
    events->items = heap_grow(events->items, (events->count + 1) * sizeof(*events->items));
    events->items[events->count++] = (struct event){.code = code, .key = heap_strdup(key)};
}

bool events_have(const struct events *events, enum event_code code)
{
    for (size_t i = 0; i < events->count; i++)
        if (events->items[i].code == code)
            return true;
    return false;
}

struct cwmp_events events_to_send(struct events *events, struct arena *arena)
{
    struct cwmp_events list = {.items = ARENA_ARRAY(arena, struct cwmp_event, events->count)};

    for (size_t i = 0; i < events->count; i++) {
        struct event *event = &events->items[i];

        event->sent = true;
        list.items[list.count++] = (struct cwmp_event){.code = kinds[event->code].name,
                                                       .command_key = arena_strdup(arena, event->key)};
    }
    return list;
}

static bool is_delivered(const struct event *event, enum cwmp_method answer, const char *key)
{
    const struct kind *kind = &kinds[event->code];

    if (!event->sent || kind->delivered_by != answer)
        return false;
    return key == NULL || (kind->multiple && strcmp(event->key, key) == 0);
}

void events_delivered(struct events *events, enum cwmp_method answer, const char *key, event_fn *told,
                      void *ctx)
{
    for (size_t i = events->count; i-- > 0;) {
        if (!is_delivered(&events->items[i], answer, key))
            continue;
        told(&events->items[i], ctx);
        take_out(events, i);
    }
}

void events_remove(struct events *events, enum event_code code, const char *key)
{
    for (size_t i = events->count; i-- > 0;)
        if (events->items[i].code == code && strcmp(events->items[i].key, key) == 0)
            take_out(events, i);
}

/* What was sent in vain and happened again since is one event again. */
static void forget_sending(struct events *events)
{
    for (size_t i = events->count; i-- > 0;) {
        struct event *event = &events->items[i];
        bool again = event->sent && is_there(events, event->code, event->key);

        event->sent = false;
        if (again)
            take_out(events, i);
    }
}

bool events_session_over(struct events *events)
{
    bool waits = false;

    for (size_t i = events->count; i-- > 0;) {
        waits |= !events->items[i].sent;
        if (events->items[i].sent && kinds[events->items[i].code].fate == ONE_TRY)
            take_out(events, i);
    }
    forget_sending(events);
    return waits;
}

void events_restarted(struct events *events)
{
    for (size_t i = events->count; i-- > 0;)
        if (kinds[events->items[i].code].fate != KEEP)
            take_out(events, i);
    forget_sending(events);
}
