/* End a port forward: by its number in the list, or by port and protocol. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/forward/work.h"

enum { TTL_S = 15 * 60, PORT_MOST = 65535 };

static enum err check_port(const struct json *args)
{
    const char *protocol = json_string(json_get(args, "protocol"), "");
    const struct json *port = json_get(args, "external_port");

    if (json_kind(port) != JSON_INT || json_int(port, 0) < 1 || json_int(port, 0) > PORT_MOST)
        return err_set(ERR_INVALID, "external_port: a port from 1 to %d is expected, or a number instead",
                       PORT_MOST);
    if (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0 && strcmp(protocol, "both") != 0)
        return err_set(ERR_INVALID, "protocol: tcp, udp or both is expected");
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    const struct json *number = json_get(args, "number");

    TRY(names_check_keys(args, "number", "external_port", "protocol", NULL));
    if (number == NULL)
        return check_port(args);
    if (json_kind(number) != JSON_INT || json_int(number, 0) < 1)
        return err_set(ERR_INVALID, "number: a number of the list is expected");
    if (json_count(args) > 1)
        return err_set(ERR_INVALID, "number: it says all, nothing else is expected beside it");
    return ERR_OK;
}

FORWARD_ENTRANCES(FORWARD_REMOVE)

const struct action_kind action_port_forward_remove = {
    .name = "port_forward.remove",
    .label_pt = "Remover um redirecionamento de porta",
    .label_en = "Remove a port forward",
    .warning_pt = "Conexões da internet por esta porta deixam de chegar ao aparelho da casa.",
    .warning_en =
        "Connections from the internet at this port will not reach the device in the home any more.",
    .ttl_s = TTL_S,
    .method = CWMP_DELETE_OBJECT,
    .wants_home = forward_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
