/*
 * Give the device a configuration file. The device's word that it has taken it (Status 0, or TransferComplete
 * with our CommandKey) is all there is to prove it.
 */
#include "provisioning/actions/actions.h"
#include "provisioning/actions/carry.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"

enum { TTL_S = 24 * 3600 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "file", NULL));
    return carry_check_file(args);
}

static struct action_move conclude(const struct action_record *record, const struct action_facts *facts,
                                   const struct carry *carry, struct arena *arena)
{
    if (!carry->done)
        return carry_wait(record, facts, carry, arena);
    return move_succeed(record, facts, NULL,
                        arena_printf(arena, "{\"transfer_complete\":%s}", carry->report));
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    if (record->step == CARRY_SEND)
        *ret = carry_download(record, facts, "3 Vendor Configuration File", arena);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (!carry_refused(record, facts, message, arena, &carry, ret))
        *ret = conclude(record, facts, &carry, arena);
    return ERR_OK;
}

static enum err transferred(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_transfer_complete *told, struct arena *arena,
                            struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    *ret = carry_told(told, &carry, arena) ? conclude(record, facts, &carry, arena)
                                           : carry_fail(record, facts, told, arena);
    return ERR_OK;
}

const struct action_kind action_config_restore = {
    .name = "config.restore",
    .label_pt = "Restaurar a configuração do roteador",
    .label_en = "Restore the router's configuration",
    .warning_pt = "O roteador pode reiniciar, e a internet cair por alguns minutos.",
    .warning_en = "The router may restart, and the internet be gone for some minutes.",
    .ttl_s = TTL_S,
    .ends_session = true,
    .method = CWMP_DOWNLOAD,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = carry_inform,
    .transferred = transferred,
};
