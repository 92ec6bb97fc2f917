#include "provisioning/action.h"

#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/gate.h"
#include "provisioning/move.h"
#include "provisioning/secret_gate.h"

/* Every kind of action. A new one is a file in actions/, a line in actions.h and one here. */
static const struct action_kind *const kinds[] = {
    &action_refresh,
    &action_params_get,
    &action_params_set,
    &action_reboot,
    &action_object_add,
    &action_object_delete,
    &action_factory_reset,
    &action_inform_schedule,
    &action_rpc,
    &action_attributes_get,
    &action_attributes_set,
    &action_attributes_restore,
    &action_transfers_list,
    &action_transfer_cancel,
    &action_credentials_rotate,
    &action_firmware_install,
    &action_config_restore,
    &action_config_backup,
    &action_log_fetch,
    &action_software_change,
    &action_download_schedule,
    &action_wifi_set_password,
    &action_wifi_set_ssid,
    &action_wifi_set_channel,
    &action_wifi_enable,
    &action_wan_set_pppoe,
    &action_lan_set_dns,
    &action_lan_set_dhcp,
    &action_port_forward_list,
    &action_port_forward_add,
    &action_port_forward_remove,
    &action_cpe_set_admin_password,
    &action_remote_access_set,
    &action_undo,
    &action_diag_ping,
    &action_diag_traceroute,
    &action_diag_dns,
    &action_diag_download,
    &action_diag_upload,
    &action_diag_wifi_scan,
    &action_diag_stop,
    &action_diag_line,
    &action_diag_clients,
    &action_diag_hosts,
};

const struct action_kind *action_kind_at(size_t index)
{
    return index < sizeof(kinds) / sizeof(*kinds) ? kinds[index] : NULL;
}

const struct action_kind *action_kind_find(const char *name)
{
    const struct action_kind *kind;

    for (size_t i = 0; (kind = action_kind_at(i)) != NULL; i++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

enum cwmp_method action_method(const struct action_kind *kind, const struct json *args)
{
    return kind->method_of != NULL ? kind->method_of(args) : kind->method;
}

/* A record of a newer Farol, or of a kind that was taken away. */
static enum err end_unknown(const struct action_record *record, const struct action_facts *facts,
                            struct arena *arena, struct action_move *ret)
{
    *ret = move_fail(record, facts, arena, "unknown_kind",
                     arena_printf(arena, "this server does not know the action '%.64s'", record->kind), 0);
    return ERR_OK;
}

enum err action_next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL)
        return end_unknown(record, facts, arena, ret);
    if (record->intent != NULL) { /* only the Inform of a later session can tell what became of it */
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    TRY(kind->next(record, facts, arena, ret));
    if (ret->kind == ACTION_SEND)
        gate_send(kind, record, facts, arena, ret);
    if (ret->kind == ACTION_SEND && !secret_gate_opens(&ret->request, facts))
        *ret = move_fail(record, facts, arena, "not_bound",
                         "the request holds a secret, and this device has not proved to be the one it is for",
                         0);
    return ERR_OK;
}

enum err action_answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *answer, struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL)
        return end_unknown(record, facts, arena, ret);
    if (gate_answer(record, facts, answer, arena, ret))
        return ERR_OK;
    TRY(kind->answer(record, facts, answer, arena, ret));
    gate_learn(record, facts, answer, arena, ret);
    return ERR_OK;
}

enum err action_inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    if (kind == NULL)
        return end_unknown(record, facts, arena, ret);
    if (record->intent == NULL && record->state != ACTION_VERIFYING) {
        *ret = move_stay(record, facts);
        return ERR_OK;
    }
    if (gate_inform(record, facts, arena, ret))
        return ERR_OK;
    TRY(kind->inform(record, facts, arena, ret));
    gate_count_boot(record, facts, ret);
    return ERR_OK;
}

void action_apply(struct action_record *record, const struct action_save *save)
{
    record->revision = save->revision + 1;
    record->state = save->state;
    record->step = save->step;
    record->intent = save->intent;
    record->intent_at_us = save->intent_at_us;
    record->sends = save->sends;
    record->boots = save->boots;
    if (save->memo != NULL)
        record->memo = save->memo;
    if (save->sealed != NULL)
        record->sealed = save->sealed;
}
