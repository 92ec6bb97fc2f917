#include "provisioning/playbook/verdict_name.h"

#include <stddef.h>
#include <string.h>

static const char *const codes[] = {
    "area_incident", "no_device",    "never_seen",  "offline",
    "boot_loop",     "wan_down",     "optical_bad", "pppoe_auth",
    "wan_flapping",  "dns_bad",      "dsl_margin",  "optical_warn",
    "wifi_off",      "wifi_crowded", "wifi_weak",   "lan_100",
    "dhcp_full",     "slow",         "no_data",     "wan_no_session",
    "overload",      "fw_bad",       "fw_old",      "drift",
    "unreachable",   "ok",
};

bool verdict_name_is_known(const char *code)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}
