/* Lead a port of the internet to a device of the home. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/ipv4.h"
#include "provisioning/actions/names.h"
#include "provisioning/forward/work.h"

enum { TTL_S = 15 * 60, PORT_MOST = 65535, NAME_MOST = 64 };

static enum err check_port(const struct json *args, const char *field, bool needed)
{
    const struct json *port = json_get(args, field);

    if (port == NULL && !needed)
        return ERR_OK;
    if (json_kind(port) != JSON_INT || json_int(port, 0) < 1 || json_int(port, 0) > PORT_MOST)
        return err_set(ERR_INVALID, "%s: a port from 1 to %d is expected", field, PORT_MOST);
    return ERR_OK;
}

static enum err check_ports(const struct json *args)
{
    int64_t first, last, inner;

    TRY(check_port(args, "external_port", true));
    TRY(check_port(args, "external_port_end", false));
    TRY(check_port(args, "internal_port", false));
    first = json_int(json_get(args, "external_port"), 0);
    last = json_int(json_get(args, "external_port_end"), first);
    inner = json_int(json_get(args, "internal_port"), first);
    if (last < first)
        return err_set(ERR_INVALID, "external_port_end: it lies before external_port");
    if (inner + (last - first) > PORT_MOST)
        return err_set(ERR_INVALID, "internal_port: as many ports inside would go beyond %d", PORT_MOST);
    return ERR_OK;
}

static enum err check_name(const struct json *args)
{
    const struct json *name = json_get(args, "description");
    const char *text = json_string(name, "");

    if (name == NULL)
        return ERR_OK;
    if (json_kind(name) != JSON_STRING || *text == '\0' || text_utf8_length(text) > NAME_MOST)
        return err_set(ERR_INVALID, "description: a text of at most %d characters is expected", NAME_MOST);
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return err_set(ERR_INVALID, "description: it holds a control character");
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    const char *protocol = json_string(json_get(args, "protocol"), "");
    const struct json *enable = json_get(args, "enable");
    uint32_t client;

    TRY(names_check_keys(args, "protocol", "external_port", "external_port_end", "internal_port",
                         "internal_client", "description", "enable", NULL));
    if (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0 && strcmp(protocol, "both") != 0)
        return err_set(ERR_INVALID, "protocol: tcp, udp or both is expected");
    if (enable != NULL && json_kind(enable) != JSON_BOOL)
        return err_set(ERR_INVALID, "enable: true or false is expected");
    TRY(check_ports(args));
    TRY(ipv4_check(args, "internal_client", &client));
    return check_name(args);
}

FORWARD_ENTRANCES(FORWARD_ADD)

const struct action_kind action_port_forward_add = {
    .name = "port_forward.add",
    .label_pt = "Redirecionar uma porta",
    .label_en = "Forward a port",
    .warning_pt = "O aparelho da casa passa a receber conexões da internet nesta porta.",
    .warning_en = "The device in the home will get connections from the internet at this port.",
    .ttl_s = TTL_S,
    .method = CWMP_ADD_OBJECT,
    .wants_home = forward_wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
