/*
 * The way of an action that reads by a plan (reading.h): the next request, and what its answer does to the
 * plan.
 */
#pragma once

#include "provisioning/move.h"
#include "provisioning/reading.h"

enum {
    READ_SENDS_ALIKE = 2,
    READ_LOSSES_MAX = 24 /* in a row, each of a request that was sent twice */
};

/* path: NULL for all of the device. */
struct reading_subject read_subject(const struct action_facts *facts, const char *path);
/* The next request of a plan that is not over. */
struct action_move read_ask(const struct action_record *record, const struct action_facts *facts,
                            const struct reading *reading);
/* Takes the answer: true, the plan goes on, and ret has what was read; false: *ret is the action's end. */
bool read_take(const struct action_record *record, const struct action_facts *facts,
               const struct reading_subject *subject, const struct cwmp_message *message,
               struct reading *reading, struct action_move *ret);
/* The answer did not come. True: the same is sent again, the plan is as it was. */
bool read_is_sent_again(const struct action_record *record);

/* {"stage":"reading","done":n,…}; the members for an open object. */
const char *read_progress(const struct reading *reading);
void read_put_numbers(struct json_writer *json, const struct reading *reading);
