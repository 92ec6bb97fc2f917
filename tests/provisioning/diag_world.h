/* A pretended device that makes tests by order. */
#pragma once

#include "tests/provisioning/action_world.h"

struct diag_world {
    struct world world;
    struct map_view model;
    struct home_value known[96];
    size_t known_count;
    const char *real[96]; /* what the device has in place of it */
};

/* root: of the device, of which nothing is known yet. */
void diag_world_begin(struct diag_world *world, const char *kind, const char *args, const char *root);
void diag_world_end(struct diag_world *world);
/* The server knows this value of it. */
void diag_world_know(struct diag_world *world, const char *name, const char *value);

/* Another value of it from now on, which the server does not know; NULL: it has it no more. */
void diag_world_change(struct diag_world *world, const char *name, const char *value);
/* The device answers a request for values, and the server knows them. */
void diag_world_serve(struct diag_world *world);

/* Pairs of leaf and value below the object, ended by NULL: the device answers with them. Numbers are
 * unsignedInt. */
void diag_world_answer(struct diag_world *world, const char *object, const char *leaf, ...)
    __attribute__((sentinel));

/* A ping of a device with TR-181, up to its look at the object; then up to its order. */
void diag_world_begin_ping(struct diag_world *world, const char *args);
void diag_world_ping(struct diag_world *world, const char *args);
/* The object is read, and this is its state; then comes our turn again. */
void diag_world_look(struct diag_world *world, const char *state);
void diag_world_ordered(struct diag_world *world); /* SetParameterValuesResponse */
void diag_world_ping_result(struct diag_world *world, const char *state, const char *received,
                            const char *lost, const char *avg_ms);

void diag_assert_failed(struct diag_world *world, const char *code, const char *words);
