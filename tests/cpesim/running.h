/*
 * The firmware that a home runs, and what comes of it: it dies, restarts again and again, has no WAN, or
 * nothing at all (firmware.def).
 */
#pragma once

#include "tests/cpesim/alarm.h"
#include "tests/cpesim/firmware.h"

struct home;
struct tally_firmware;

/* A home that has ended never speaks again, whoever switches it on. */
enum home_end { HOME_LIVES, HOME_BRICKED, HOME_LOST, HOME_ENDS };

struct running {
    struct tally_firmware *counts; /* of its version; NULL: it is the one that the home was made with */
    enum fate fate;
    uint32_t seconds;   /* of that fate */
    struct alarm alarm; /* its time has not come */
};

const char *home_end_name(enum home_end end); /* as the journal has it: "lives", "bricked", "lost" */

/* What is installed now; it starts with the restart that follows. */
void running_install(struct home *home, const struct firmware_lot *lot);
/* Before that restart. True: nothing will start any more, and that is journalled and counted. */
bool running_ends_home(struct home *home);
void running_booted(struct home *home);
void running_stop(struct home *home); /* the home is going to be freed */

/* A line of an older run's journal: "bricked" or "lost". */
void running_recall_end(struct home *home, const struct json *line);
