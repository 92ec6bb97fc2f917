/* What a turn holds: its records, and what is known of the device. */
#include <assert.h>
#include <string.h>

#include "acs/cwmp/turn.h"
#include "db/store.h"

static void copy_record(struct arena *arena, const struct action_record *from, struct action_record *to)
{
    *to = *from;
    to->kind = arena_strdup(arena, from->kind);
    to->args = arena_strdup(arena, from->args);
    to->memo = arena_strdup(arena, from->memo);
    to->sealed = arena_strdup(arena, from->sealed);
    to->intent = arena_strdup(arena, from->intent);
}

void turn_set(struct turn *turn, const struct action_record *records, size_t count)
{
    struct arena *arena = count > 0 ? arena_new(1024) : NULL;
    struct action_record *copies = count > 0 ? ARENA_ARRAY(arena, struct action_record, count) : NULL;

    assert(records != NULL || count == 0);
    for (size_t i = 0; i < count; i++)
        copy_record(arena, &records[i], &copies[i]);
    arena_free(turn->arena);
    turn->arena = arena;
    turn->records = copies;
    turn->passed = count > 0 ? ARENA_ARRAY(arena, bool, count) : NULL;
    turn->count = count;
}

void turn_learn(struct turn *turn, const struct ability *ability, const char *software_version)
{
    struct arena *arena = arena_new(1024);

    turn->ability.methods = arena_strdup(arena, ability->methods);
    turn->ability.refused = arena_strdup(arena, ability->refused);
    turn->ability.asked = ability->asked;
    turn->software_version = arena_strdup(arena, software_version);
    arena_free(turn->knowledge);
    turn->knowledge = arena;
}

/* What was known of another software version is nothing (I-42). */
void turn_know(struct turn *turn, const struct store_inform *known, const char *said)
{
    static const struct ability nothing;
    const char *version = text_or_empty(said != NULL ? said : known->software_version);
    const char *of = known->ability.software_version;

    if (turn->count > 0)
        turn_learn(turn, of != NULL && strcmp(of, version) == 0 ? &known->ability.can : &nothing, version);
}

void turn_clear(struct turn *turn)
{
    arena_free(turn->arena);
    arena_free(turn->knowledge);
    *turn = (struct turn){.last_id = turn->last_id};
}

/* Applies a save to its record. Its texts live with the POST: a fresh arena with what is left keeps the turn
 * small. */
void turn_apply(struct turn *turn, size_t index, const struct action_save *save)
{
    struct action_record *old = turn->records;
    struct arena *arena = arena_new(1024);

    assert(old != NULL && index < turn->count);
    action_apply(&old[index], save);
    turn->records = ARENA_ARRAY(arena, struct action_record, turn->count);
    for (size_t i = 0; i < turn->count; i++)
        copy_record(arena, &old[i], &turn->records[i]);
    turn->passed = (bool *)arena_memdup(arena, turn->passed, turn->count * sizeof(bool));
    arena_free(turn->arena);
    turn->arena = arena;
}

const struct action_record *turn_record(const struct turn *turn, size_t index, struct arena *arena)
{
    struct action_record *copy = ARENA_NEW(arena, struct action_record);

    assert(turn->records != NULL && index < turn->count);
    copy_record(arena, &turn->records[index], copy);
    return copy;
}
