/* Which ports of the internet lead into the home. */
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/forward/work.h"

enum { TTL_S = 15 * 60 };

static enum err check(const struct json *args)
{
    return names_check_keys(args, NULL);
}

FORWARD_ENTRANCES(FORWARD_LIST)

const struct action_kind action_port_forward_list = {
    .name = "port_forward.list",
    .label_pt = "Ver os redirecionamentos de porta",
    .label_en = "See the port forwards",
    .ttl_s = TTL_S,
    .wants_home = forward_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
