#include "tests/cpesim/running.h"

#include <string.h>

#include "acs/base/clock.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/job.h"

static const char *const end_names[HOME_ENDS] = {
    [HOME_LIVES] = "lives",
    [HOME_BRICKED] = "bricked",
    [HOME_LOST] = "lost",
};

const char *home_end_name(enum home_end end)
{
    return end_names[end];
}

static void count_end(struct home *home, enum home_end end)
{
    struct tally_firmware *counts = home->running.counts;

    home->end = end;
    if (counts == NULL)
        return;
    counts->bricked += end == HOME_BRICKED;
    counts->lost += end == HOME_LOST;
}

static void end_home(struct home *home, enum home_end end)
{
    const struct tally_firmware *counts = home->running.counts;
    struct journal_line line = {
        .did = end_names[end],
        .version = counts != NULL ? counts->version : NULL,
    };

    home_journal(home, &line);
    count_end(home, end);
    home_switch_off(home);
    running_stop(home);
    job_drop_all(home);
}

/* ---- its life ---- */

void running_install(struct home *home, const struct firmware_lot *lot)
{
    running_stop(home);
    home->running.counts = tally_firmware(&home->fleet->tally, lot->version);
    home->running.fate = lot->fates[FATE_OF_RUNNING];
    home->running.seconds = lot->seconds;
    home->tree.has_no_wan = home->running.fate == FATE_LOSES_WAN;
    if (lot->fates[FATE_OF_VERSION] != FATE_HIDES_VERSION)
        tree_put_text(&home->tree, "DeviceInfo.SoftwareVersion", lot->version);
}

bool running_ends_home(struct home *home)
{
    if (home->running.fate == FATE_BRICKS)
        end_home(home, HOME_BRICKED);
    else if (home->running.fate == FATE_LOST)
        end_home(home, HOME_LOST);
    return home->end != HOME_LIVES;
}

static void on_brick(void *ctx)
{
    end_home(ctx, HOME_BRICKED);
}

static void on_loop(void *ctx)
{
    struct home *home = ctx;

    if (home->on)
        home_restart(home, "boot loop", TALLY_RESTARTS_LOOP);
}

static void ring_in(struct home *home, loop_fn *fn)
{
    int64_t us = settings_us(home->tree.settings, (int64_t)home->running.seconds * MS_PER_S);

    alarm_set(home->fleet->alarms, &home->running.alarm, clock_mono_us() + us, fn, home);
}

void running_booted(struct home *home)
{
    if (home->running.fate == FATE_BOOT_LOOP)
        ring_in(home, on_loop);
    /* Its time runs from the first boot on, whatever restarts it meanwhile. */
    if (home->running.fate == FATE_BRICKS_LATER && !alarm_is_set(&home->running.alarm))
        ring_in(home, on_brick);
}

void running_stop(struct home *home)
{
    alarm_clear(home->fleet->alarms, &home->running.alarm);
}

void running_recall_end(struct home *home, const struct json *line)
{
    bool is_bricked = strcmp(json_string(json_get(line, "did"), ""), end_names[HOME_BRICKED]) == 0;

    count_end(home, is_bricked ? HOME_BRICKED : HOME_LOST);
}
