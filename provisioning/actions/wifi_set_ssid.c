/* A new name of the Wi-Fi, on all bands unless some are named. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/wifi_bands.h"

enum { TTL_S = 15 * 60, MOST = 32 };

/* 1 to 32 bytes (IEEE 802.11 9.4.2.2); what cannot be seen cannot be read out. */
static enum err check(const struct json *args)
{
    const char *ssid = json_string(json_get(args, "ssid"), "");
    size_t len = strlen(ssid);

    TRY(names_check_keys(args, "bands", "ssid", NULL));
    TRY(wifi_bands_check(args));
    if (len == 0 || len > MOST)
        return err_set(ERR_INVALID, "ssid: 1 to %d bytes are expected", MOST);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)ssid[i] < ' ' || ssid[i] == '\x7f')
            return err_set(ERR_INVALID, "ssid: it holds a control character");
    if (text_is_blank(ssid, 1) || text_is_blank(ssid + len - 1, 1))
        return err_set(ERR_INVALID, "ssid: it begins or ends with a blank");
    return ERR_OK;
}

static void put(struct change_plan *plan, const char *place, const struct json *args)
{
    change_text(plan, KEY_WIFI_SSID, place, json_string(json_get(args, "ssid"), ""));
}

static void plan(struct change_plan *plan, const struct json *args)
{
    wifi_bands_each(plan, args, put);
}

static const struct change_kind change = {.families = {"wifi."}, .plan = plan};

const struct action_kind action_wifi_set_ssid = {
    .name = "wifi.set_ssid",
    .label_pt = "Trocar o nome do Wi-Fi",
    .label_en = "Change the Wi-Fi name",
    .warning_pt = "Todos os aparelhos são desconectados e precisam escolher a rede nova.",
    .warning_en = "Everything is disconnected and must choose the new network.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
