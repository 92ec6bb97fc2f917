/*
 * A pretended device that is read whole, with the manners that real ones have.
 */
#pragma once

#include "tests/provisioning/action_world.h"

struct fake {
    const char **names; /* sorted */
    bool *read;
    size_t count;
    size_t list_max;      /* Fault 9004 to GetParameterNames that would list more; 0: none */
    size_t values_max;    /* likewise to GetParameterValues */
    const char *bad;      /* Fault 9005 when this one is among the values */
    const char *bad_path; /* Fault 9005 to this very path, in either request */
    const char *omitted;  /* is not in the answer, which is no Fault */
    bool closed;          /* a path is answered by the object itself, whatever is below it */
    const char *only_root;
    unsigned requests, lists;
    size_t largest; /* values in an answer */
};

/* objects x each parameters, and a table of rows x 10 */
struct fake fake_make(struct world *world, unsigned objects, unsigned each, unsigned rows);
void fake_list(struct world *world, struct fake *fake, const struct cwmp_get_parameter_names *ask);
void fake_serve(struct world *world, struct fake *fake); /* answers the request of the last move */
void fake_run(struct world *world, struct fake *fake);   /* until the action has ended */
size_t fake_count_read(const struct fake *fake);
int64_t fake_result(const struct world *world, const char *key); /* -1: not in the result */
