/*
 * The figures of the fleet: counted a slice of the devices at a time, and kept ready to be shown.
 *
 * What is counted for a scope is of its homes only; the whole fleet is the scope NULL. How large the fleet
 * is says how long a round takes, never how long a request or a step of the round does.
 */
#pragma once

#include "db/filter.h"
#include "db/query.h"

struct fleet_pace {
    int64_t every_s; /* so old figures may be before a new round begins; of few homes less */
    unsigned slice;  /* devices of a step */
};

/*
 * One step of the round that is under way or due; nothing if there is none, or all are somebody else's now.
 * A scope that cannot be read has no homes. After an error that round is over, and the next is due in
 * every_s.
 */
enum err fleet_step(struct db *db, const struct fleet_pace *pace) MUST_CHECK;

/* So many devices have called in since the last time. */
enum err fleet_note_contacts(struct db *db, int64_t count) MUST_CHECK;
/* Counts the actions of the last hours, and forgets what is older than is ever shown. *ret_behind: it has
 * done so of one day, and there is more to do. */
enum err fleet_note_hours(struct db *db, bool *ret_behind) MUST_CHECK;

struct fleet_figures {
    const char *at;    /* RFC 3339; NULL: they are not counted yet, */
    const char *shown; /* neither is this: JSON object of openapi.yaml's FleetFigures */
};

/* Has them counted from now on as long as they are asked for. cases: with those of the desk. */
enum err fleet_figures(struct db *db, const char *scope, bool cases, struct arena *arena,
                       struct fleet_figures *ret) MUST_CHECK;

struct fleet_series {
    const char *contacts, *actions; /* JSON arrays */
};

/* Of the whole fleet. step_s: of the contacts, in seconds. */
enum err fleet_series(struct db *db, int64_t from_us, unsigned step_s, struct arena *arena,
                      struct fleet_series *ret) MUST_CHECK;
