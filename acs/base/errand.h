/*
 * A thread of its own for work that comes now and then and may block: it asks whether there is something to
 * do, does a piece of it, and looks again at once as long as there was, else a second later.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/err.h"

struct errand;

struct errand_config {
    const char *name; /* for people: "imports" */
    /* In that thread: does a piece. True: there may be more, look again at once. */
    bool (*work)(struct errand *errand, void *ctx);
    void *ctx;
};

/* ERR_UNAVAILABLE: there can be no thread. */
enum err errand_start(const struct errand_config *config, struct errand **ret) MUST_CHECK;
bool errand_is_stopped(const struct errand *errand); /* for long pieces: leave soon */
/* Waits for the piece that is under way. NULL is allowed. */
void errand_stop(struct errand *errand);
