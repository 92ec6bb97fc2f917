#include "tests/cpesim/unit.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "tests/cpesim/firmware.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/trip.h"

enum {
    DU_UNKNOWN_ENVIRONMENT = 9023,
    DU_DUPLICATE = 9026,
    DU_FULL = 9027,
    DU_UNKNOWN = 9028,
    DU_SAME_VERSION = 9032,
    UUID_SIZE = 37
};

struct unit_change {
    struct home *home;
    struct arena *arena; /* it is in it itself */
    const char *command_key;
    struct cwmp_operations operations;
    struct cwmp_du_results results; /* as many as are done */
    struct alarm alarm;
    struct trip *trip; /* NULL: none is under way */
    int64_t begun_us;
    bool done;
};

/* ---- what is installed: rows of the tree ---- */

static const char *path_of(unsigned unit, const char *member, struct arena *arena)
{
    return arena_printf(arena, "SoftwareModules.DeploymentUnit.%u.%s", unit, member);
}

static bool is_there(const struct home *home, unsigned unit)
{
    return home->tree.units >> (unit - 1) & 1;
}

static const char *shown(const struct home *home, unsigned unit, const char *member, struct arena *arena)
{
    return tree_text(&home->tree, path_of(unit, member, arena), arena);
}

static void show(struct home *home, unsigned unit, const char *member, const char *value, struct arena *arena)
{
    tree_put_text(&home->tree, path_of(unit, member, arena), value);
}

/* 0: there is none with this UUID. */
static unsigned find(const struct home *home, const char *uuid, struct arena *arena)
{
    for (unsigned unit = 1; unit <= UNITS_MAX; unit++)
        if (is_there(home, unit) && strcasecmp(shown(home, unit, "UUID", arena), uuid) == 0)
            return unit;
    return 0;
}

static unsigned free_place(const struct home *home)
{
    for (unsigned unit = 1; unit <= UNITS_MAX; unit++)
        if (!is_there(home, unit))
            return unit;
    return 0;
}

/* Where the ACS names none: the same for the same URL. */
static const char *make_uuid(const char *url, struct arena *arena)
{
    char hex[SHA256_HEX];

    url = text_or_empty(url);
    crypto_sha256_hex(url, strlen(url), hex);
    return arena_printf(arena, "%.8s-%.4s-5%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15, hex + 18);
}

/* ---- one operation ---- */

static const struct cwmp_operation *current(const struct unit_change *change)
{
    return &change->operations.items[change->results.count];
}

static void go_on(void *ctx);

/* unit 0: it is about none. */
static void settle(struct unit_change *change, uint32_t fault, unsigned unit, const char *state)
{
    struct arena *arena = change->arena;
    struct home *home = change->home;
    const struct cwmp_operation *operation = current(change);
    bool visible = unit != 0 && is_there(home, unit);

    change->results.items[change->results.count] = (struct cwmp_du_result){
        .uuid = visible                   ? shown(home, unit, "UUID", arena)
                : operation->uuid != NULL ? operation->uuid
                                          : make_uuid(operation->url, arena),
        .deployment_unit_ref = unit != 0 ? arena_printf(arena, "%sSoftwareModules.DeploymentUnit.%u",
                                                        home->tree.model->root, unit)
                                         : "",
        .version = visible ? shown(home, unit, "Version", arena) : "",
        .current_state = fault != 0 ? "Failed" : state,
        .resolved = fault == 0,
        .execution_unit_refs = "",
        .start_time = text_write_time(arena_alloc(arena, TEXT_TIME_MAX), change->begun_us, false),
        .complete_time = text_write_time(arena_alloc(arena, TEXT_TIME_MAX), clock_now_us(), false),
        .fault = {fault, fault != 0 ? text_or_empty(cwmp_fault_meaning(fault)) : ""},
    };
    change->results.count++;
    alarm_set(home->fleet->alarms, &change->alarm, clock_mono_us(), go_on, change);
}

static void put(struct unit_change *change, unsigned unit, const char *version)
{
    const struct cwmp_operation *operation = current(change);
    struct home *home = change->home;
    struct arena *arena = change->arena;
    bool is_new = !is_there(home, unit);

    home->tree.units |= (uint8_t)(1U << (unit - 1));
    if (is_new)
        show(home, unit, "UUID", operation->uuid != NULL ? operation->uuid : make_uuid(operation->url, arena),
             arena);
    if (operation->url != NULL)
        show(home, unit, "URL", operation->url, arena);
    show(home, unit, "Version", version, arena);
    show(home, unit, "Status", home->odd == ODD_LIES ? "Installing" : "Installed", arena);
    settle(change, 0, unit, "Installed");
}

static void on_fetched(uint32_t fault, const struct bytes *content, void *ctx)
{
    struct unit_change *change = ctx;
    const struct cwmp_operation *operation = current(change);
    unsigned unit = operation->uuid != NULL ? find(change->home, operation->uuid, change->arena) : 0;
    const char *url =
        operation->url != NULL ? operation->url : shown(change->home, unit, "URL", change->arena);
    struct firmware module = {0}; /* it names its version as firmware does */

    if (fault == 0 && firmware_read(content, url, &module) != ERR_OK)
        fault = TRIP_CORRUPTED;
    trip_free(change->trip);
    change->trip = NULL;
    if (fault == 0 && operation->kind == CWMP_UPDATE &&
        strcmp(shown(change->home, unit, "Version", change->arena), module.version) == 0)
        fault = DU_SAME_VERSION;
    if (operation->kind == CWMP_INSTALL)
        unit = free_place(change->home);
    if (fault == 0 && unit == 0)
        fault = DU_FULL;
    if (fault != 0)
        settle(change, fault, operation->kind == CWMP_INSTALL ? 0 : unit, "");
    else
        put(change, unit, module.version);
}

static void fetch(struct unit_change *change, const char *url)
{
    const struct cwmp_operation *operation = current(change);
    uint32_t fault = trip_judge_url(url);
    struct trip_order order = {.url = url,
                               .username = text_or_empty(operation->username),
                               .password = text_or_empty(operation->password)};

    if (fault != 0)
        settle(change, fault, 0, "");
    else
        change->trip = trip_new(change->home, &order, on_fetched, change);
}

static void install(struct unit_change *change)
{
    const struct cwmp_operation *operation = current(change);
    const char *environment = text_or_empty(operation->execution_env_ref);
    const char *uuid = operation->uuid != NULL ? operation->uuid : make_uuid(operation->url, change->arena);

    if (*environment != '\0' && strcmp(environment, "Device.SoftwareModules.ExecEnv.1") != 0)
        settle(change, DU_UNKNOWN_ENVIRONMENT, 0, "");
    else if (find(change->home, uuid, change->arena) != 0)
        settle(change, DU_DUPLICATE, 0, "");
    else
        fetch(change, operation->url);
}

static void update(struct unit_change *change)
{
    const struct cwmp_operation *operation = current(change);
    unsigned unit = operation->uuid != NULL ? find(change->home, operation->uuid, change->arena) : 0;

    if (unit == 0)
        settle(change, DU_UNKNOWN, 0, "");
    else
        fetch(change,
              operation->url != NULL ? operation->url : shown(change->home, unit, "URL", change->arena));
}

static void uninstall(struct unit_change *change)
{
    const struct cwmp_operation *operation = current(change);
    struct home *home = change->home;
    unsigned unit = operation->uuid != NULL ? find(home, operation->uuid, change->arena) : 0;

    if (unit == 0 || (operation->version != NULL && *operation->version != '\0' &&
                      strcmp(operation->version, shown(home, unit, "Version", change->arena)) != 0)) {
        settle(change, DU_UNKNOWN, 0, "");
        return;
    }
    if (home->odd != ODD_LIES)
        home->tree.units &= (uint8_t) ~(1U << (unit - 1));
    settle(change, 0, unit, "Uninstalled");
}

/* ---- all of them ---- */

static void tell(struct unit_change *change)
{
    struct home *home = change->home;

    change->done = true;
    if (home->odd == ODD_NEVER) {
        unit_change_drop(home);
        return;
    }
    events_add(&home->events, EVENT_DU_STATE_CHANGE, "");
    events_add(&home->events, EVENT_M_CHANGE_DU_STATE, change->command_key);
    home_has_news(home);
}

static void go_on(void *ctx)
{
    struct unit_change *change = ctx;

    change->begun_us = clock_now_us();
    if (change->results.count == change->operations.count) {
        tell(change);
        return;
    }
    switch (current(change)->kind) {
    case CWMP_INSTALL:
        install(change);
        return;
    case CWMP_UPDATE:
        update(change);
        return;
    case CWMP_UNINSTALL:
        uninstall(change);
        return;
    case CWMP_NO_OPERATION:
        settle(change, DU_UNKNOWN, 0, "");
        return;
    }
}

static const char *copy(struct arena *arena, const char *text)
{
    return text == NULL || *text == '\0' ? NULL : arena_strdup(arena, text);
}

static void copy_operations(struct unit_change *change, const struct cwmp_operations *asked)
{
    struct arena *arena = change->arena;

    change->operations.count = asked->count;
    change->operations.items = ARENA_ARRAY(arena, struct cwmp_operation, asked->count);
    change->results.items = ARENA_ARRAY(arena, struct cwmp_du_result, asked->count);
    for (size_t i = 0; i < asked->count; i++) {
        const struct cwmp_operation *from = &asked->items[i];

        change->operations.items[i] = (struct cwmp_operation){
            .kind = from->kind,
            .url = copy(arena, from->url),
            .uuid = copy(arena, from->uuid),
            .version = copy(arena, from->version),
            .username = copy(arena, from->username),
            .password = copy(arena, from->password),
            .execution_env_ref = copy(arena, from->execution_env_ref),
        };
    }
}

bool unit_change_begin(struct home *home, const struct cwmp_change_du_state *ask)
{
    struct arena *arena;
    struct unit_change *change;

    if (home->unit_change != NULL)
        return false;
    arena = arena_new(4096);
    change = ARENA_NEW(arena, struct unit_change);
    change->home = home;
    change->arena = arena;
    change->command_key = arena_strdup(arena, text_or_empty(ask->command_key));
    copy_operations(change, &ask->operations);
    home->unit_change = change;
    alarm_set(home->fleet->alarms, &change->alarm, clock_mono_us(), go_on, change);
    return true;
}

bool unit_change_is_due(const struct home *home)
{
    return home->unit_change != NULL && home->unit_change->done;
}

struct cwmp_du_state_change_complete unit_change_report(const struct home *home)
{
    return (struct cwmp_du_state_change_complete){.results = home->unit_change->results,
                                                  .command_key = home->unit_change->command_key};
}

void unit_change_drop(struct home *home)
{
    struct unit_change *change = home->unit_change;

    if (change == NULL)
        return;
    home->unit_change = NULL;
    alarm_clear(home->fleet->alarms, &change->alarm);
    trip_free(change->trip);
    arena_free(change->arena);
}

void unit_change_told(struct home *home)
{
    home_told(home, CWMP_DU_STATE_CHANGE_COMPLETE_RESPONSE, NULL);
    unit_change_drop(home);
}

void units_forget(struct home *home)
{
    unit_change_drop(home);
    home->tree.units = 0;
}
