#include "provisioning/transfer.h"

#include <string.h>

#include "provisioning/move.h"

static bool awaits_transfer(const struct action_record *record)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    return kind != NULL && kind->transferred != NULL &&
           (record->intent != NULL || record->state == ACTION_VERIFYING);
}

/* A device may have lost the key and keep the event (seen in the field): then there must be no doubt. */
static const struct action_record *only_awaiting(const struct action_record *records, size_t count)
{
    const struct action_record *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!awaits_transfer(&records[i]))
            continue;
        if (found != NULL)
            return NULL;
        found = &records[i];
    }
    return found;
}

const struct action_record *action_of_transfer(const struct action_record *records, size_t count,
                                               const char *command_key)
{
    if (command_key[0] == '\0')
        return only_awaiting(records, count);
    for (size_t i = 0; i < count; i++) {
        const struct action_kind *kind = action_kind_find(records[i].kind);

        if (strcmp(records[i].id, command_key) == 0)
            return kind != NULL && kind->transferred != NULL ? &records[i] : NULL;
    }
    return NULL;
}

enum err action_transferred(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_transfer_complete *told, struct arena *arena,
                            struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL || kind->transferred == NULL)
        return err_set(ERR_NOT_FOUND, "the action %s waits for no transfer", record->id);
    if (action_has_ended(record->state)) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    return kind->transferred(record, facts, told, arena, ret);
}

enum err action_uploaded(const struct action_record *record, const struct action_facts *facts,
                         const struct action_upload *file, struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL || kind->uploaded == NULL)
        return err_set(ERR_NOT_FOUND, "the action %s wants no file from the device", record->id);
    return kind->uploaded(record, facts, file, arena, ret);
}
