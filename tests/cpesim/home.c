#include "tests/cpesim/home.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/text.h"
#include "tests/cpesim/backoff.h"
#include "tests/cpesim/diagnostic.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/job.h"
#include "tests/cpesim/session.h"
#include "tests/cpesim/story.h"
#include "tests/cpesim/value.h"
#include "tests/cpesim/wan.h"

enum { SOON_MS = 100, CR_WINDOW_SECONDS = 60, OF_PHASE = 1000 };

const char *home_serial(const struct home *home, char ret[SERIAL_MAX])
{
    return tree_serial(&home->tree, ret);
}

void home_journal(struct home *home, struct journal_line *line)
{
    char serial[SERIAL_MAX];

    line->serial = home_serial(home, serial);
    if (journal_write(home->fleet->journal, line) != ERR_OK)
        tally_internal(&home->fleet->tally, serial);
}

/* ---- when it speaks ---- */

static void on_wake(void *ctx)
{
    struct home *home = ctx;
    char serial[SERIAL_MAX];

    if (!home->on || home->session != NULL)
        return;
    home->retrying = false;
    home->fleet->in_session++;
    if (session_start(home, &home->session) == ERR_OK)
        return;
    log_warn("no session", log_s("serial", home_serial(home, serial)), log_s("why", err_message()));
    home_session_over(home, false);
}

static void wake_in(struct home *home, uint64_t ms)
{
    alarm_set(home->fleet->alarms, &home->wake, clock_mono_us() + (int64_t)ms * US_PER_MS, on_wake, home);
}

/* An event that came while a retry is due waits for that retry (3.2.1.1). */
static void wake_for_event(struct home *home)
{
    if (home->on && home->session == NULL && !home->retrying)
        wake_in(home, 0);
}

/* 0: there is no periodic Inform. */
static int64_t period_us(const struct home *home)
{
    if (tree_number(&home->tree, "ManagementServer.PeriodicInformEnable", 0) == 0)
        return 0;
    return tree_number(&home->tree, "ManagementServer.PeriodicInformInterval", 0) * INT64_C(1000000);
}

static void on_period(void *ctx)
{
    struct home *home = ctx;

    events_add(&home->events, EVENT_PERIODIC, "");
    wake_for_event(home);
    alarm_set(home->fleet->alarms, &home->periodic, home->periodic.at_us + period_us(home), on_period, home);
}

/* PeriodicInformTime gives the phase; the unknown time leaves it to the device (TR-181 ManagementServer). */
static int64_t phase_us(const struct home *home, int64_t period)
{
    AUTO_ARENA arena = arena_new(0);
    const char *time = tree_text(&home->tree, "ManagementServer.PeriodicInformTime", arena);
    int64_t us;

    if (text_starts_with(time, "0001-01-01T") || text_read_time(time, &us) != ERR_OK)
        us = (int64_t)(value_random(&home->tree, OF_PHASE) % (uint64_t)period);
    return us;
}

void home_arm_periodic(struct home *home)
{
    int64_t period = period_us(home);
    int64_t since;

    alarm_clear(home->fleet->alarms, &home->periodic);
    if (period == 0)
        return;
    since = (clock_now_us() - phase_us(home, period)) % period;
    if (since < 0)
        since += period;
    alarm_set(home->fleet->alarms, &home->periodic, clock_mono_us() + period - since, on_period, home);
}

/* ---- power ---- */

static void boot(void *ctx)
{
    struct home *home = ctx;

    home->on = true;
    home->retrying = false;
    home->retry_count = 0;
    home->effects = 0;
    home->change_count = 0;
    home->tree.booted_us = clock_mono_us();
    events_restarted(&home->events);
    diagnostics_forget(home);
    wan_boot(home);
    if (!home->known && !events_have(&home->events, EVENT_BOOTSTRAP))
        events_add(&home->events, EVENT_BOOTSTRAP, "");
    events_add(&home->events, EVENT_BOOT, "");
    home_arm_periodic(home);
    story_booted(home);
    running_booted(home);
    wake_for_event(home);
}

void home_switch_on_at(struct home *home, int64_t at_us)
{
    if (home->end == HOME_LIVES)
        alarm_set(home->fleet->alarms, &home->power, at_us, boot, home);
}

static void switch_off(struct home *home)
{
    struct alarms *alarms = home->fleet->alarms;

    home->on = false;
    diagnostics_stop(home);
    wan_stop(home);
    alarm_clear(alarms, &home->wake);
    alarm_clear(alarms, &home->periodic);
    if (home->session == NULL)
        return;
    session_cut(home->session);
    home->session = NULL;
    home->fleet->in_session--;
    home->sessions_failed++;
}

void home_switch_off(struct home *home)
{
    alarm_clear(home->fleet->alarms, &home->power);
    switch_off(home);
}

void home_restart(struct home *home, const char *cause, enum tally_id counter)
{
    const struct fleet_options *options = home->fleet->options;
    struct journal_line line = {.did = "restart", .cause = cause};
    uint64_t ms = fleet_random_between(home->fleet, options->restart.least, options->restart.most);

    home_journal(home, &line);
    tally_count(&home->fleet->tally, counter);
    home->restarts++;
    switch_off(home);
    if (!running_ends_home(home))
        home_switch_on_at(home, clock_mono_us() + settings_us(home->tree.settings, (int64_t)ms));
}

void home_power_cycle(struct home *home)
{
    if (home->on)
        home_restart(home, "power", TALLY_RESTARTS_POWER);
}

/* ---- sessions ---- */

static void journal_told(const struct event *event, void *ctx)
{
    struct home *home = ctx;
    struct journal_line line = {.did = "told", .event = event_name(event->code), .command_key = event->key};

    home->known |= event->code == EVENT_BOOTSTRAP;
    if (event->code == EVENT_BOOTSTRAP || event->code == EVENT_M_REBOOT ||
        event->code == EVENT_M_SCHEDULE_INFORM || event->code == EVENT_M_DOWNLOAD ||
        event->code == EVENT_M_SCHEDULE_DOWNLOAD || event->code == EVENT_M_UPLOAD ||
        event->code == EVENT_M_CHANGE_DU_STATE)
        home_journal(home, &line);
}

void home_told(struct home *home, enum cwmp_method answer, const char *key)
{
    if (answer == CWMP_INFORM_RESPONSE)
        home->change_count = 0;
    events_delivered(&home->events, answer, key, journal_told, home);
}

static void retry_later(struct home *home)
{
    struct backoff backoff = {
        .wait = tree_number(&home->tree, "ManagementServer.CWMPRetryMinimumWaitInterval", 5),
        .multiplier = tree_number(&home->tree, "ManagementServer.CWMPRetryIntervalMultiplier", 2000),
    };

    home->retrying = true;
    home->retry_count++;
    wake_in(home, backoff_ms(&backoff, home->retry_count, fleet_random(home->fleet)));
}

/* All but the firmware, which stays the one that is installed. */
void home_forget(struct home *home)
{
    AUTO_ARENA arena = arena_new(256);
    const char *version = tree_text(&home->tree, "DeviceInfo.SoftwareVersion", arena);

    tree_forget_changes(&home->tree);
    if (strcmp(tree_text(&home->tree, "DeviceInfo.SoftwareVersion", arena), version) != 0)
        tree_put_text(&home->tree, "DeviceInfo.SoftwareVersion", version);
    attributes_forget(&home->attributes);
    units_forget(home);
    job_drop_all(home);
    home_transfer_forget(home);
    home->known = false;
}

/* As it left the factory: nothing is known of any ACS, no value is kept (A.4.1.6). */
static void reset(struct home *home)
{
    home_forget(home);
    events_add(&home->events, EVENT_BOOTSTRAP, "");
    home_restart(home, "FactoryReset", TALLY_RESTARTS_FACTORY);
}

static void take_effects(struct home *home)
{
    uint8_t effects = home->effects;

    home->effects = 0;
    if (effects & EFFECT_MOVED) {
        home->known = false;
        events_add(&home->events, EVENT_BOOTSTRAP, "");
        wake_for_event(home);
    }
    if (effects & EFFECT_TIMING)
        home_arm_periodic(home);
    if (effects & EFFECT_LINK)
        wan_dial(home);
    if (effects & EFFECT_RESET)
        reset(home);
    else if (effects & EFFECT_RESTART)
        home_restart(home, "Reboot", TALLY_RESTARTS_REBOOT);
    else if (effects & EFFECT_FIRMWARE)
        home_restart(home, "firmware", TALLY_RESTARTS_FIRMWARE);
}

void home_session_over(struct home *home, bool ok)
{
    bool more = events_session_over(&home->events);

    home->session = NULL;
    home->fleet->in_session--;
    if (ok) {
        home->retry_count = 0;
        home->sessions_ok++;
        if (more)
            wake_in(home, SOON_MS);
    } else {
        home->sessions_failed++;
        retry_later(home);
    }
    diagnostics_begin(home);
    take_effects(home);
    story_session_ended(home);
}

/* ---- what happens to it ---- */

void home_inform_now(struct home *home)
{
    events_add(&home->events, EVENT_PERIODIC, "");
    wake_for_event(home);
}

bool home_connection_request(struct home *home)
{
    int64_t minute = clock_mono_us() / US_PER_S / CR_WINDOW_SECONDS;

    if (home->session != NULL)
        return false;
    if (minute != home->cr_minute) {
        home->cr_minute = minute;
        home->cr_count = 0;
    }
    if (home->cr_count >= home->fleet->options->cr_per_minute)
        return false;
    home->cr_count++;
    events_add(&home->events, EVENT_CONNECTION_REQUEST, "");
    wake_in(home, 0); /* even if a retry is due later */
    return true;
}

static bool is_noted(const struct home *home, uint32_t row)
{
    for (uint32_t i = 0; i < home->change_count; i++)
        if (home->changes[i] == row)
            return true;
    return false;
}

void home_value_changed(struct home *home, uint32_t row)
{
    uint8_t notification;

    if (row == NO_ROW)
        return;
    notification = attribute_of(&home->attributes, &home->tree, row).notification;
    if (notification == ATTRIBUTE_OFF)
        return;
    if (!is_noted(home, row) && home->change_count < HOME_CHANGES_MAX)
        home->changes[home->change_count++] = row;
    if (notification == ATTRIBUTE_PASSIVE)
        return; /* told with the next session, whatever begins it (inform.c) */
    events_add(&home->events, EVENT_VALUE_CHANGE, "");
    wake_for_event(home);
}

void home_has_news(struct home *home)
{
    wake_for_event(home);
}

void home_install(struct home *home, const struct firmware_lot *lot)
{
    if (lot != NULL)
        running_install(home, lot);
    home->effects |= EFFECT_FIRMWARE;
    if (home->session == NULL)
        take_effects(home);
}

void home_note_reboot(struct home *home, const char *command_key)
{
    uint32_t place = home->reboot_count++ % HOME_HISTORY;

    if (home->reboot_keys == NULL)
        home->reboot_keys = heap_alloc(HOME_HISTORY * sizeof(*home->reboot_keys));
    heap_free(home->reboot_keys[place]);
    home->reboot_keys[place] = heap_strdup(command_key);
    events_add(&home->events, EVENT_M_REBOOT, command_key);
}

static void on_scheduled(void *ctx)
{
    struct scheduled *scheduled = ctx;
    struct home *home = scheduled->home;

    events_add(&home->events, EVENT_SCHEDULED, "");
    events_add(&home->events, EVENT_M_SCHEDULE_INFORM, scheduled->key);
    wake_for_event(home);
}

bool home_schedule_inform(struct home *home, uint32_t seconds, const char *command_key)
{
    struct scheduled *free_place = NULL;

    if (home->scheduled == NULL)
        home->scheduled = heap_alloc(HOME_SCHEDULED_MAX * sizeof(*home->scheduled));
    for (int i = 0; i < HOME_SCHEDULED_MAX && free_place == NULL; i++)
        if (!alarm_is_set(&home->scheduled[i].alarm))
            free_place = &home->scheduled[i];
    if (free_place == NULL)
        return false;
    heap_free(free_place->key);
    free_place->key = heap_strdup(command_key);
    free_place->home = home;
    alarm_set(home->fleet->alarms, &free_place->alarm, clock_mono_us() + (int64_t)seconds * US_PER_S,
              on_scheduled, free_place);
    return true;
}

static void forget_scheduled(struct home *home)
{
    for (int i = 0; home->scheduled != NULL && i < HOME_SCHEDULED_MAX; i++) {
        alarm_clear(home->fleet->alarms, &home->scheduled[i].alarm);
        heap_free(home->scheduled[i].key);
    }
    heap_free(home->scheduled);
    home->scheduled = NULL;
}

void home_init(struct home *home, struct fleet *fleet, uint32_t index)
{
    home->fleet = fleet;
    home->tree.settings = &fleet->settings;
    home->tree.index = index;
    list_init(&home->diagnostics);
    list_init(&home->jobs);
    list_init(&home->late);
    home->odd = fleet->options != NULL ? fleet->options->odd : ODD_NOTHING;
}

void home_free(struct home *home)
{
    switch_off(home);
    alarm_clear(home->fleet->alarms, &home->power);
    running_stop(home);
    forget_scheduled(home);
    story_end(home);
    tree_free(&home->tree);
    events_free(&home->events);
    attributes_forget(&home->attributes);
    units_forget(home);
    job_drop_all(home);
    home_transfer_forget(home);
    for (uint32_t i = 0; home->reboot_keys != NULL && i < HOME_HISTORY; i++)
        heap_free(home->reboot_keys[i]);
    heap_free(home->reboot_keys);
}
