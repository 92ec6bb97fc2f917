#include "tests/cpesim/wan.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/value.h"

enum { DIAL_MS = 2000, BOOT_SECONDS = 8, EARLY_SECONDS = 15, OF_PPP_PASSWORD = 0x50000000 };

enum link_state { LINK_UP, LINK_DIALLING, LINK_OFF };

enum link_error { ERROR_NONE, ERROR_AUTHENTICATION, ERROR_CARRIER, ERROR_USER };

static const char *const states[] = {
    [LINK_UP] = "Connected", [LINK_DIALLING] = "Connecting", [LINK_OFF] = "Disconnected"};

static const char *const errors[] = {
    [ERROR_NONE] = "ERROR_NONE",
    [ERROR_AUTHENTICATION] = "ERROR_AUTHENTICATION_FAILURE",
    [ERROR_CARRIER] = "ERROR_NO_CARRIER",
    [ERROR_USER] = "ERROR_USER_DISCONNECT",
};

/* Where it is in both data models. */
static const char *const objects[] = {"PPP.Interface.1.",
                                      "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."};
static const char *const addresses[] = {
    "IP.Interface.1.IPv4Address.1.IPAddress",
    "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1.ExternalIPAddress",
};

static unsigned shape_of(const struct tree *tree)
{
    return strcmp(tree->model->root, "Device.") == 0 ? 0 : 1;
}

static const char *setting(const struct tree *tree, const char *name, struct arena *arena)
{
    return tree_text(tree, arena_printf(arena, "%s%s", objects[shape_of(tree)], name), arena);
}

/* ---- what is seen of it ---- */

bool wan_is_up(const struct tree *tree)
{
    return tree->link_state == LINK_UP;
}

const char *wan_status(const struct tree *tree)
{
    return states[tree->link_state];
}

const char *wan_error(const struct tree *tree)
{
    return errors[tree->link_error];
}

int64_t wan_uptime_s(const struct tree *tree)
{
    int64_t since_us = tree->booted_us + (int64_t)BOOT_SECONDS * US_PER_S;
    int64_t seconds;

    if (!wan_is_up(tree))
        return 0;
    if (tree->link_since_us > since_us)
        since_us = tree->link_since_us;
    seconds = (clock_mono_us() - since_us) / US_PER_S;
    return seconds > 0 ? seconds : 0;
}

const char *wan_right_user(const struct tree *tree, struct arena *arena)
{
    return arena_printf(arena, "cliente%05" PRIu32 "@provedor.example", tree->index);
}

const char *wan_right_password(const struct tree *tree, struct arena *arena)
{
    return arena_printf(arena, "%08" PRIx64, value_random(tree, OF_PPP_PASSWORD) & UINT32_MAX);
}

/* ---- its life ---- */

static void become(struct tree *tree, enum link_state state, enum link_error error)
{
    tree->link_state = (uint8_t)state;
    tree->link_error = (uint8_t)error;
    tree->link_since_us = clock_mono_us();
}

static bool is_welcome(const struct tree *tree, struct arena *arena)
{
    return strcmp(setting(tree, "Username", arena), wan_right_user(tree, arena)) == 0 &&
           strcmp(setting(tree, "Password", arena), wan_right_password(tree, arena)) == 0;
}

/* Where dialling leads to with what is set now. */
static enum link_state find_end(const struct tree *tree)
{
    AUTO_ARENA arena = arena_new(512);

    if (strcmp(setting(tree, "Enable", arena), "0") == 0)
        return LINK_OFF;
    return !tree->has_no_wan && is_welcome(tree, arena) ? LINK_UP : LINK_DIALLING;
}

/* How dialling ends. What ended the connection before that stays to be read. */
static void settle(struct tree *tree)
{
    enum link_state end = find_end(tree);

    if (end == LINK_OFF)
        become(tree, LINK_OFF, ERROR_USER);
    else if (end == LINK_DIALLING)
        become(tree, LINK_DIALLING, tree->has_no_wan ? ERROR_CARRIER : ERROR_AUTHENTICATION);
    else
        become(tree, LINK_UP, tree->link_error == ERROR_CARRIER ? ERROR_CARRIER : ERROR_NONE);
}

static void on_drop(void *ctx)
{
    struct home *home = ctx;

    home->tree.link_error = ERROR_CARRIER;
    home->tree.link_drops++;
    wan_dial(home);
}

static void arm_drop(struct home *home)
{
    int64_t seconds = fact_of(&home->tree, FACT_DROP_EVERY_S);

    if (home->tree.link_drops < fact_of(&home->tree, FACT_EARLY_DROPS))
        seconds = EARLY_SECONDS;
    if (seconds > 0 && wan_is_up(&home->tree))
        alarm_set(home->fleet->alarms, &home->link, clock_mono_us() + fleet_story_us(home->fleet, seconds),
                  on_drop, home);
}

static void tell_address(struct home *home)
{
    home_value_changed(home, tree_find_below(&home->tree, addresses[shape_of(&home->tree)]));
}

void wan_boot(struct home *home)
{
    bool was_up = wan_is_up(&home->tree);

    home->tree.link_error = fact_of(&home->tree, FACT_DROP_EVERY_S) > 0 ? ERROR_CARRIER : ERROR_NONE;
    settle(&home->tree);
    if (home->restarts > 0 && was_up != wan_is_up(&home->tree))
        tell_address(home);
    arm_drop(home);
}

static void on_dialled(void *ctx)
{
    struct home *home = ctx;

    settle(&home->tree);
    tell_address(home);
    arm_drop(home);
}

void wan_dial(struct home *home)
{
    become(&home->tree, LINK_DIALLING, (enum link_error)home->tree.link_error);
    alarm_set(home->fleet->alarms, &home->link, clock_mono_us() + settings_us(home->tree.settings, DIAL_MS),
              on_dialled, home);
}

void wan_check(struct home *home)
{
    if (home->on && find_end(&home->tree) != (enum link_state)home->tree.link_state)
        wan_dial(home);
}

void wan_stop(struct home *home)
{
    alarm_clear(home->fleet->alarms, &home->link);
}
