/* The name servers that the home network is told. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/ipv4.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/change.h"

enum { TTL_S = 15 * 60, SERVERS_MAX = 2 };

static enum err check(const struct json *args)
{
    const struct json *servers = json_get(args, "servers");
    uint32_t address;

    TRY(names_check_keys(args, "servers", NULL));
    if (json_kind(servers) != JSON_ARRAY || json_count(servers) == 0 || json_count(servers) > SERVERS_MAX)
        return err_set(ERR_INVALID, "servers: a list of one or two addresses is expected");
    for (size_t i = 0; i < json_count(servers); i++)
        if (!ipv4_read(json_string(json_at(servers, i), ""), &address))
            return err_set(ERR_INVALID, "servers[%zu]: an address such as 8.8.8.8 is expected", i);
    return ERR_OK;
}

static void plan(struct change_plan *plan, const struct json *args)
{
    const struct json *servers = json_get(args, "servers");
    struct text list = TEXT_IN(plan->arena);

    for (size_t i = 0; i < json_count(servers); i++)
        text_printf(&list, "%s%s", i > 0 ? "," : "", json_string(json_at(servers, i), ""));
    change_text(plan, KEY_LAN_DNS, "", text_string(&list));
}

static const struct change_kind change = {
    .families = {"lan.d", "lan.ip"},
      .plan = plan
};

const struct action_kind action_lan_set_dns = {
    .name = "lan.set_dns",
    .label_pt = "Trocar os servidores DNS da rede local",
    .label_en = "Change the name servers of the home network",
    .warning_pt = "Os aparelhos usam os servidores novos quando renovarem o endereço.",
    .warning_en = "Devices use the new servers once they renew their address.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
