/*
 * Our turn in a session: the device's open actions, which of them comes next, and what became of the last
 * request.
 *
 * The decisions are those of provisioning/action.h; this is where they are carried out in the order that
 * makes them safe: the intent is committed, then the request is sent; the answer is committed, then the next
 * one is chosen.
 */
#pragma once

#include <stddef.h>

#include "acs/base/arena.h"
#include "provisioning/action.h"

struct post;

/* The open actions of a session's device; empty (arena NULL) in the everyday session. */
struct turn {
    struct arena *arena; /* of the records; renewed as the work goes on, so that it does not grow */
    struct action_record *records;
    bool *passed; /* has nothing to send while the device is here */
    size_t count;
    size_t current;          /* index of the action whose request is outstanding */
    struct arena *knowledge; /* of the two below; NULL: nothing is known of the device */
    struct ability ability;
    const char *software_version; /* of which the ability is */
    bool stale;                   /* somebody added or cancelled an action: read them again before choosing */
    uint32_t last_id;             /* cwmp:ID of our last request */
    enum cwmp_method asked;       /* the outstanding request */
};

/* Copies the records; an empty list makes an empty turn. */
void turn_set(struct turn *turn, const struct action_record *records, size_t count);
/* What is known of the device, beside its open actions. said: software version of the Inform, NULL: not said.
 */
struct store_inform;
void turn_know(struct turn *turn, const struct store_inform *known, const char *said);
void turn_clear(struct turn *turn);

/* An action has answered what the device can do. */
void turn_learn(struct turn *turn, const struct ability *ability, const char *software_version);
/* A save, as if it were committed. */
void turn_apply(struct turn *turn, size_t index, const struct action_save *save);
/* A copy in the arena: a move may point into the record it was made from, and turn_apply() renews those. */
const struct action_record *turn_record(const struct turn *turn, size_t index, struct arena *arena);

/*
 * What an Inform proves about open actions, and "it is here" for those that wait: saves that must be
 * committed before the InformResponse. turn_informed() fills at most STORE_UNIT_ACTIONS of them into the
 * post's unit, from *ret_next on, and moves *ret_next past the records it has dealt with; it returns how many
 * there are, 0 when all is done.
 */
unsigned turn_informed(struct post *post, size_t *ret_next);
/* After that unit was committed: records whose save was refused are somebody else's now. */
void turn_saved(struct post *post);

/*
 * A TransferComplete or a DUStateChangeComplete. The action that it is about, NULL: none of the open ones
 * that are known here. turn_reported() puts that one's save into the post's unit, to be committed before the
 * answer; false: there is none.
 */
const struct action_record *turn_about(const struct post *post);
bool turn_reported(struct post *post);

/* The empty POST: choose, commit, send; or say that we are done. Replies to the post by itself. */
void turn_take(struct post *post);
/* A response or a Fault to the outstanding request. Replies to the post by itself. */
void turn_answer(struct post *post);
