/*
 * One thread of the load generator: its share of the sessions, run in one epoll loop.
 *
 * Closed loop: a session begins when another has ended. Open loop (--rate): sessions arrive at random moments
 * (Poisson) and their time counts from then, also when all places were taken, so that a slow server cannot
 * hide its queue.
 */
#pragma once

#include <stdint.h>

#include "acs/base/arena.h"
#include "tests/bench/tally.h"

struct options;
struct worker;

/* number: of this thread, from 0. Lives in arena, which nobody else uses. */
enum err worker_new(struct arena *arena, const struct options *options, unsigned number,
                    struct worker **ret) MUST_CHECK;
/* Until its sessions have ended or its time is up. With --idle the connections stay open. */
void worker_run(struct worker *worker);
const struct tally *worker_tally(const struct worker *worker);
/* Connections held by --idle that the server has closed meanwhile. */
uint32_t worker_lost(const struct worker *worker);
void worker_end(struct worker *worker);
