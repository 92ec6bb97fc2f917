/* Have the device send its log. */
#include "provisioning/actions/actions.h"
#include "provisioning/actions/carry.h"
#include "provisioning/actions/fetch.h"

enum { TTL_S = 2 * 3600 };

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    return fetch_next(record, facts, "2 Vendor Log File", arena, ret);
}

const struct action_kind action_log_fetch = {
    .name = "log.fetch",
    .label_pt = "Buscar o log do roteador",
    .label_en = "Fetch the router's log",
    .ttl_s = TTL_S,
    .method = CWMP_UPLOAD,
    .check = fetch_check,
    .next = next,
    .answer = fetch_answer,
    .inform = carry_inform,
    .transferred = fetch_transferred,
    .uploaded = fetch_uploaded,
};
