#include "provisioning/actions/fetch.h"

#include "provisioning/actions/carry.h"
#include "provisioning/move.h"

enum err fetch_check(const struct json *args)
{
    if (json_count(args) != 0)
        return err_set(ERR_INVALID, "this action takes no parameters");
    return ERR_OK;
}

enum err fetch_next(const struct action_record *record, const struct action_facts *facts,
                    const char *file_type, struct arena *arena, struct action_move *ret)
{
    if (record->step == CARRY_SEND)
        *ret = carry_upload(record, facts, file_type, arena);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

enum err fetch_answer(const struct action_record *record, const struct action_facts *facts,
                      const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (!carry_refused(record, facts, message, arena, &carry, ret))
        *ret = carry_wait(record, facts, &carry, arena);
    return ERR_OK;
}

enum err fetch_transferred(const struct action_record *record, const struct action_facts *facts,
                           const struct cwmp_transfer_complete *told, struct arena *arena,
                           struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    *ret = carry_told(told, &carry, arena) ? carry_wait(record, facts, &carry, arena)
                                           : carry_fail(record, facts, told, arena);
    return ERR_OK;
}

static const char *write_file(const struct action_upload *file, const struct carry *carry,
                              struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "file", file->file_id);
    json_field_int(&json, "size", file->size);
    json_field_string(&json, "sha256", file->sha256);
    if (carry != NULL && carry->report != NULL)
        json_field_raw(&json, "transfer_complete", carry->report);
    json_close_object(&json);
    return text_string(&out);
}

enum err fetch_uploaded(const struct action_record *record, const struct action_facts *facts,
                        const struct action_upload *file, struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    *ret = move_succeed(record, facts, write_file(file, NULL, arena), write_file(file, &carry, arena));
    return ERR_OK;
}
