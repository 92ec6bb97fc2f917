/*
 * Stories: the first homes of a fleet, when asked for, that have a name and a trouble (story.def).
 *
 * A story is facts and values that its homes have instead of those that the seed would give them; orders of
 * the control channel make it worse, end it, or make its homes vanish and come back. The homes are the same
 * in every run with the seed.
 */
#pragma once

#include "tests/cpesim/alarm.h"
#include "tests/cpesim/fact.h"

struct fleet;
struct home;

enum { STORY_HOMES_MAX = 12, STORY_FACTS_MAX = 10, STORY_VALUES_MAX = 4 };

struct story_fact {
    enum fact fact; /* FACT_NONE behind the last */
    int64_t value;
};

struct story {
    const char *key; /* of orders, lower case */
    const char *name;
    const char *model;
    const char *what;
    unsigned count; /* of its homes; 0: one */
    struct {
        const char *name;
        const char *cpf; /* no valid one */
    } customers[STORY_HOMES_MAX];
    struct {
        const char *olt, *pon, *cto, *city;
    } place;
    unsigned plan_mbps;
    bool is_deaf; /* connection requests do not reach it */
    bool is_once; /* silent after the first session of its life */
    struct story_fact facts[STORY_FACTS_MAX];
    struct story_fact worse[STORY_FACTS_MAX]; /* besides them, after "worsen" */
    struct {
        const char *path; /* below the root */
        const char *value;
    } values[STORY_VALUES_MAX];
};

/* How a home is in its story. */
struct role {
    const struct story *story;
    unsigned place; /* among its homes, from 0 */
    bool is_gone;   /* vanished, until it is to return */
    struct facts facts;
    struct alarm restart;
};

unsigned story_homes(void); /* of all stories together */
/* The story of the home with this index, or NULL. */
const struct story *story_of(uint32_t index, unsigned *ret_place);

void story_begin(struct home *home, const struct story *story, unsigned place);
void story_end(struct home *home); /* the home is going to be freed */

/* What the story makes of moments in a home's life; nothing for a home without one. */
void story_booted(struct home *home);
void story_session_ended(struct home *home);
bool story_lets_start(const struct home *home); /* false: it stays switched off */
bool story_is_deaf(const struct home *home);

/* verb: vanish, return, worsen, heal, begin. ERR_NOT_FOUND, ERR_INVALID: no such story, or not such a verb.
 */
enum err story_order(struct fleet *fleet, const char *name, const char *verb) MUST_CHECK;
/* A JSON array of the homes of this story, or of all (NULL), with a new line. ERR_NOT_FOUND. */
enum err story_describe(const struct fleet *fleet, const char *name, struct text *out) MUST_CHECK;
