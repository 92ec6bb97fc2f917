/*
 * The life of a firmware in the library:
 *
 *     draft → testing → approved → retired
 *
 * What is approved is given to homes; what is in test only by those who keep the library. A retired one may
 * be tested again. To approve is another right than to keep the library, and the one move that nobody makes
 * with what is his own.
 */
#pragma once

#include <stdbool.h>

/* The names are those of the API and of the database. */
#define FIRMWARE_STATES(X)  \
    X(DRAFT, "draft")       \
    X(TESTING, "testing")   \
    X(APPROVED, "approved") \
    X(RETIRED, "retired")

enum firmware_state {
#define X(id, name) FIRMWARE_##id,
    FIRMWARE_STATES(X)
#undef X
        FIRMWARE_STATE_COUNT
};

const char *firmware_state_name(enum firmware_state state);
bool firmware_state_by_name(const char *name, enum firmware_state *ret);

/* Who may make a move: nobody, whoever keeps the library, or somebody else. */
enum firmware_mover { FIRMWARE_NOBODY, FIRMWARE_KEEPER, FIRMWARE_OTHER };

enum firmware_mover firmware_move(enum firmware_state from, enum firmware_state to);

/* Where it is once something was changed that an approval is about. */
enum firmware_state firmware_state_changed(enum firmware_state state);
