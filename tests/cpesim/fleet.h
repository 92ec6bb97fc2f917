/*
 * All homes, and what they share: the event loop, the parser, the journal, the counts.
 */
#pragma once

#include "tests/cpesim/home.h"
#include "tests/cpesim/journal.h"

struct range_ms {
    uint32_t least, most;
};

struct fleet_options {
    struct settings settings;
    uint32_t homes;
    const char *models;       /* "gpon181,cheap098"; NULL: all */
    const char *listen;       /* address of the connection request server, and of outgoing connections */
    const char *journal;      /* NULL: none */
    uint32_t start_spread_ms; /* the first boots are spread over this time */
    uint32_t late;            /* the last homes are new boxes, which are plugged in one after the other: */
    uint32_t late_every_ms;   /* of a story's time */
    struct range_ms restart;  /* how long it takes */
    struct range_ms install;  /* of a firmware, before that restart */
    enum odd odd;             /* how all homes misbehave with transfers */
    bool stories;             /* the first homes are those of story.def */
    uint32_t speed;           /* how much faster than the rest of a home's life stories go */
    uint32_t cr_per_minute;   /* more connection requests to one home are answered 503 */
};

struct fleet {
    const struct fleet_options *options;
    struct settings settings; /* those of the options, with the port that was bound */
    struct loop *loop;
    struct alarms *alarms;
    struct arena *arena;   /* lives as long as the fleet */
    struct arena *scratch; /* reset by each callback of a socket or an alarm that uses it */
    struct soap_reader *reader;
    struct journal *journal;
    struct model *models;
    struct home *homes;
    uint32_t count;
    uint32_t in_session;
    uint64_t chance; /* state of fleet_random() */
    struct tally tally;
};

/* Takes the homes' memory from the journal, if there is one. options must outlive the fleet. */
enum err fleet_new(const struct fleet_options *options, struct loop *loop, const char *cr_base,
                   struct fleet **ret) MUST_CHECK;
void fleet_free(struct fleet *fleet);
void fleet_switch_on(struct fleet *fleet); /* all homes, spread as the options say */

struct home *fleet_find(struct fleet *fleet, const char *serial); /* NULL: nobody's */
uint64_t fleet_random(struct fleet *fleet);
/* So many seconds of a story, in this run's time (--speed, --time-scale). */
int64_t fleet_story_us(const struct fleet *fleet, int64_t seconds);
/* From least to most, both possible. */
uint64_t fleet_random_between(struct fleet *fleet, uint64_t least, uint64_t most);
