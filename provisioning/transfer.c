#include "provisioning/transfer.h"

#include <string.h>

#include "provisioning/move.h"

typedef bool takes_fn(const struct action_kind *kind);

static bool takes_transfers(const struct action_kind *kind)
{
    return kind != NULL && kind->transferred != NULL;
}

static bool takes_changes(const struct action_kind *kind)
{
    return kind != NULL && kind->changed != NULL;
}

static bool awaits(const struct action_record *record, takes_fn *takes)
{
    return takes(action_kind_find(record->kind)) &&
           (record->intent != NULL || record->state == ACTION_VERIFYING);
}

/* A device may have lost the key and keep the event (seen in the field): then there must be no doubt. */
static const struct action_record *only_awaiting(const struct action_record *records, size_t count,
                                                 takes_fn *takes)
{
    const struct action_record *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!awaits(&records[i], takes))
            continue;
        if (found != NULL)
            return NULL;
        found = &records[i];
    }
    return found;
}

static const struct action_record *find(const struct action_record *records, size_t count,
                                        const char *command_key, takes_fn *takes)
{
    if (*text_or_empty(command_key) == '\0')
        return only_awaiting(records, count, takes);
    for (size_t i = 0; i < count; i++)
        if (strcmp(records[i].id, command_key) == 0)
            return takes(action_kind_find(records[i].kind)) ? &records[i] : NULL;
    return NULL;
}

const struct action_record *action_of_transfer(const struct action_record *records, size_t count,
                                               const char *command_key)
{
    return find(records, count, command_key, takes_transfers);
}

const struct action_record *action_of_change(const struct action_record *records, size_t count,
                                             const char *command_key)
{
    return find(records, count, command_key, takes_changes);
}

enum err action_changed(const struct action_record *record, const struct action_facts *facts,
                        const struct cwmp_du_state_change_complete *told, struct arena *arena,
                        struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (!takes_changes(kind))
        return err_set(ERR_NOT_FOUND, "the action %s waits for no change of software", record->id);
    if (action_has_ended(record->state)) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    return kind->changed(record, facts, told, arena, ret);
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
