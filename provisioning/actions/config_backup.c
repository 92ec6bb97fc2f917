/* Have the device send its configuration file: number 1 in Upload, 3 in Download (F-25). */
#include "provisioning/actions/actions.h"
#include "provisioning/actions/carry.h"
#include "provisioning/actions/fetch.h"

enum { TTL_S = 2 * 3600 };

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    return fetch_next(record, facts, "1 Vendor Configuration File", arena, ret);
}

const struct action_kind action_config_backup = {
    .name = "config.backup",
    .label_pt = "Guardar a configuração do roteador",
    .label_en = "Save the router's configuration",
    .ttl_s = TTL_S,
    .method = CWMP_UPLOAD,
    .check = fetch_check,
    .next = next,
    .answer = fetch_answer,
    .inform = carry_inform,
    .transferred = fetch_transferred,
    .uploaded = fetch_uploaded,
};
