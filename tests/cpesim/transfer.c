#include "tests/cpesim/transfer.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/fleet.h"

enum { LATE_MS = 3000 };

/* One that is not told yet (ODD_LATE). */
struct late {
    struct list link;
    struct alarm alarm;
    struct home *home;
    struct transfer_end end; /* its key is on the heap */
};

static uint8_t repeats(const struct home *home, const struct transfer_end *end)
{
    return end->telling == FATE_TELLS_THRICE ? 2 : home->odd == ODD_TWICE ? 1 : 0;
}

void home_transfer_note(struct home *home, const struct transfer_end *end)
{
    home->transfers = heap_grow(home->transfers, (home->transfer_count + 1) * sizeof(*home->transfers));
    home->transfers[home->transfer_count++] = (struct transfer){
        .event = end->event,
        .command_key = heap_strdup(home->odd == ODD_WRONG_KEY ? "of nobody" : end->command_key),
        .fault = end->fault,
        .begun_us = end->begun_us,
        .ended_us = clock_now_us(),
        .again = repeats(home, end),
    };
}

static void tell(struct home *home, const struct transfer_end *end)
{
    home_transfer_note(home, end);
    events_add(&home->events, EVENT_TRANSFER_COMPLETE, "");
    events_add(&home->events, end->event, home->transfers[home->transfer_count - 1].command_key);
    home_has_news(home);
}

static void late_free(struct late *late)
{
    list_remove(&late->link);
    alarm_clear(late->home->fleet->alarms, &late->alarm);
    heap_free((char *)(uintptr_t)late->end.command_key);
    heap_free(late);
}

static void on_late(void *ctx)
{
    struct late *late = ctx;

    tell(late->home, &late->end);
    late_free(late);
}

void home_transfer_ended(struct home *home, const struct transfer_end *end)
{
    struct late *late;

    if (home->odd == ODD_NEVER || end->telling == FATE_NEVER_TELLS)
        return;
    if (home->odd != ODD_LATE) {
        tell(home, end);
        return;
    }
    late = HEAP_NEW(struct late);
    late->home = home;
    late->end = *end;
    late->end.command_key = heap_strdup(end->command_key);
    list_append(&home->late, &late->link);
    alarm_set(home->fleet->alarms, &late->alarm, clock_mono_us() + settings_us(home->tree.settings, LATE_MS),
              on_late, late);
}

static void take_out(struct home *home, uint32_t place)
{
    heap_free(home->transfers[place].command_key);
    home->transfer_count--;
    memmove(home->transfers + place, home->transfers + place + 1,
            (home->transfer_count - place) * sizeof(*home->transfers));
}

bool home_transfer_told(struct home *home, uint32_t place)
{
    struct transfer *transfer = &home->transfers[place];
    struct transfer done = {.event = transfer->event, .command_key = heap_strdup(transfer->command_key)};
    bool again = transfer->again > 0;

    if (again)
        transfer->again--;
    else
        take_out(home, place);
    /* With the last of them 7 TRANSFER COMPLETE itself is delivered. */
    home_told(home, CWMP_TRANSFER_COMPLETE_RESPONSE, home->transfer_count == 0 ? NULL : done.command_key);
    if (again) {
        events_add(&home->events, EVENT_TRANSFER_COMPLETE, "");
        events_add(&home->events, done.event, done.command_key);
    }
    heap_free(done.command_key);
    return !again;
}

void home_transfer_forget(struct home *home)
{
    struct list *first;

    while (home->transfer_count > 0)
        take_out(home, 0);
    heap_free(home->transfers);
    home->transfers = NULL;
    while ((first = list_first(&home->late)) != NULL)
        late_free(container_of(first, struct late, link));
}

/* ---- an older run ---- */

static void recall_firmware(struct home *home, const struct json *line, const struct firmware_lot *lot)
{
    const char *image = json_string(json_get(line, "image"), NULL);
    struct tally_firmware *counts;

    if (*lot->version != '\0')
        running_install(home, lot);
    if (image == NULL)
        return;
    counts = tally_firmware(&home->fleet->tally, image);
    counts->downloads++;
    counts->installs += *lot->version != '\0';
}

void transfer_recall(struct home *home, const struct json *line)
{
    const struct firmware_lot lot = firmware_lot_recall(line);
    bool is_upload = strcmp(json_string(json_get(line, "did"), ""), "Upload") == 0;
    struct transfer_end end = {
        .event = is_upload ? EVENT_M_UPLOAD : EVENT_M_DOWNLOAD,
        .command_key = json_string(json_get(line, "command_key"), ""),
        .fault = (uint32_t)json_int(json_get(line, "fault"), 0),
        .begun_us = clock_now_us(),
        .telling = lot.fates[FATE_OF_TELLING],
    };

    recall_firmware(home, line, &lot);
    if (json_bool(json_get(line, "at_once"), false) || end.telling == FATE_NEVER_TELLS)
        return;
    home_transfer_note(home, &end);
    events_add(&home->events, EVENT_TRANSFER_COMPLETE, "");
    events_add(&home->events, end.event, end.command_key);
}

void transfer_recall_told(struct home *home, enum event_code event, const char *command_key)
{
    events_remove(&home->events, event, command_key);
    for (uint32_t i = 0; i < home->transfer_count; i++) {
        if (strcmp(home->transfers[i].command_key, command_key) != 0)
            continue;
        take_out(home, i);
        break;
    }
    if (home->transfer_count == 0)
        events_remove(&home->events, EVENT_TRANSFER_COMPLETE, "");
}
