/* The addresses that the home network gives out. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/ipv4.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/change.h"

enum { TTL_S = 15 * 60, LEASE_LEAST_S = 120, LEASE_MOST_S = 30 * 86400 };

static enum err check_range(const struct json *args)
{
    uint32_t from, to;

    if (json_get(args, "from") == NULL && json_get(args, "to") == NULL)
        return ERR_OK;
    TRY(ipv4_check(args, "from", &from));
    TRY(ipv4_check(args, "to", &to));
    if (from > to)
        return err_set(ERR_INVALID, "to: it lies before from");
    if (from >> 8 != to >> 8)
        return err_set(ERR_INVALID, "to: it must differ from from in its last number only");
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    const struct json *lease = json_get(args, "lease_s");
    const struct json *enabled = json_get(args, "enabled");

    TRY(names_check_keys(args, "enabled", "from", "to", "lease_s", NULL));
    if (json_count(args) == 0)
        return err_set(ERR_INVALID, "nothing is asked for: enabled, from and to, or lease_s");
    if (enabled != NULL && json_kind(enabled) != JSON_BOOL)
        return err_set(ERR_INVALID, "enabled: true or false is expected");
    if (lease != NULL && (json_int(lease, 0) < LEASE_LEAST_S || json_int(lease, 0) > LEASE_MOST_S))
        return err_set(ERR_INVALID, "lease_s: %d to %d seconds are expected", LEASE_LEAST_S, LEASE_MOST_S);
    return check_range(args);
}

/* A range outside of its own network would take the whole home off the internet. */
static void check_network(struct change_plan *plan, const char *from)
{
    const char *own = home_text(plan->home, KEY_LAN_IP, "");
    uint32_t ours, theirs;

    if (own == NULL || !ipv4_read(own, &ours) || !ipv4_read(from, &theirs))
        return;
    if (ours >> 8 != theirs >> 8)
        change_refuse(plan,
                      arena_printf(plan->arena,
                                   "the device itself is %s: its range must lie in the same network", own));
}

static void plan(struct change_plan *plan, const struct json *args)
{
    const char *from = json_string(json_get(args, "from"), NULL);

    if (json_get(args, "enabled") != NULL)
        change_flag(plan, KEY_LAN_DHCP, "", json_bool(json_get(args, "enabled"), true));
    if (from != NULL) {
        check_network(plan, from);
        change_text(plan, KEY_LAN_DHCP_FROM, "", from);
        change_text(plan, KEY_LAN_DHCP_TO, "", json_string(json_get(args, "to"), ""));
    }
    if (json_get(args, "lease_s") != NULL)
        change_number(plan, KEY_LAN_DHCP_LEASE, "", (double)json_int(json_get(args, "lease_s"), 0));
}

static const struct change_kind change = {
    .families = {"lan.d", "lan.ip", "lan.mask"},
      .plan = plan
};

const struct action_kind action_lan_set_dhcp = {
    .name = "lan.set_dhcp",
    .label_pt = "Mudar a distribuição de endereços (DHCP)",
    .label_en = "Change how addresses are given out (DHCP)",
    .warning_pt = "Os aparelhos recebem endereços da faixa nova quando reconectarem.",
    .warning_en = "Devices get addresses of the new range when they reconnect.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
