/*
 * How a list of attributes gets into a device, in as few requests as that takes, and is read back.
 *
 * All of them in one request, at most so many as every device takes. A device that refuses says neither which
 * one it means nor that it took the others (9009 for what it never tells of, P-32), so half as many are
 * tried, down to one alone: that one is refused and costs only itself. After a yes the next request is twice
 * as long. Then what was taken is read in the same manner, and compared.
 *
 * The memo has one letter per attribute; the step is how many are in the request, and whether it reads.
 */
#pragma once

#include "provisioning/move.h"

enum {
    ATTRIBUTE_STEP_ALL,         /* as many as fit; 1 to 64: that many */
    ATTRIBUTE_STEP_READ = 1000, /* likewise, and reads what was set */
    ATTRIBUTE_STEP_OWN = 2000   /* from here on a kind may have steps of its own */
};

struct attribute_plan {
    struct cwmp_attribute_changes wanted; /* all five members of each (P-27, P-28) */
    char *marks;                          /* one letter of each, and 0 */
};

/* Of the record's arguments and memo. */
enum err attribute_plan_read(const struct action_record *record, struct arena *arena,
                             struct attribute_plan *ret) MUST_CHECK;

/* The next request, SetParameterAttributes or GetParameterAttributes. */
struct action_move attribute_plan_send(const struct attribute_plan *plan, const struct action_record *record,
                                       const struct action_facts *facts, struct arena *arena);

/*
 * Its answer. The move ends the action when all is known: succeeded when the device has all of them, with
 * result {"attributes","refused","differ"} either way, and move.attributes are those that it has.
 */
struct action_move attribute_plan_answer(struct attribute_plan *plan, const struct action_record *record,
                                         const struct action_facts *facts, const struct cwmp_message *message,
                                         struct arena *arena);
