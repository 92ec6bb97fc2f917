#include "provisioning/firmware/state.h"

#include <stddef.h>
#include <string.h>

static const char *const names[FIRMWARE_STATE_COUNT] = {
#define X(id, name) [FIRMWARE_##id] = (name),
    FIRMWARE_STATES(X)
#undef X
};

/* Every move there is: what is not here is refused. */
static const struct {
    enum firmware_state from, to;
    enum firmware_mover mover;
} moves[] = {
    {FIRMWARE_DRAFT,    FIRMWARE_TESTING,  FIRMWARE_KEEPER},
    {FIRMWARE_DRAFT,    FIRMWARE_RETIRED,  FIRMWARE_KEEPER},
    {FIRMWARE_TESTING,  FIRMWARE_DRAFT,    FIRMWARE_KEEPER},
    {FIRMWARE_TESTING,  FIRMWARE_APPROVED, FIRMWARE_OTHER },
    {FIRMWARE_TESTING,  FIRMWARE_RETIRED,  FIRMWARE_KEEPER},
    {FIRMWARE_APPROVED, FIRMWARE_TESTING,  FIRMWARE_KEEPER},
    {FIRMWARE_APPROVED, FIRMWARE_RETIRED,  FIRMWARE_KEEPER},
    {FIRMWARE_RETIRED,  FIRMWARE_TESTING,  FIRMWARE_KEEPER},
};

const char *firmware_state_name(enum firmware_state state)
{
    return names[state];
}

bool firmware_state_by_name(const char *name, enum firmware_state *ret)
{
    for (unsigned i = 0; i < FIRMWARE_STATE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum firmware_state)i;
            return true;
        }
    }
    return false;
}

enum firmware_mover firmware_move(enum firmware_state from, enum firmware_state to)
{
    for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++)
        if (moves[i].from == from && moves[i].to == to)
            return moves[i].mover;
    return FIRMWARE_NOBODY;
}

enum firmware_state firmware_state_changed(enum firmware_state state)
{
    return state == FIRMWARE_APPROVED ? FIRMWARE_TESTING : state;
}
