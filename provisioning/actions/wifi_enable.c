/* Wi-Fi on or off. On is proved by what the network says of itself, not by the switch alone. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/wifi_bands.h"

enum { TTL_S = 15 * 60 };

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "bands", "enabled", NULL));
    TRY(wifi_bands_check(args));
    if (json_kind(json_get(args, "enabled")) != JSON_BOOL)
        return err_set(ERR_INVALID, "enabled: true or false is expected");
    return ERR_OK;
}

/* All that can hold it off is switched on; one switch, that of the network, is enough to switch it off. */
static void put(struct change_plan *plan, const char *place, const struct json *args)
{
    bool on = json_bool(json_get(args, "enabled"), false);

    change_flag(plan, KEY_WIFI_ENABLED, place, on);
    if (!on)
        return;
    change_flag_if_there(plan, KEY_WIFI_RADIO, place, true);
    change_flag_if_there(plan, KEY_WIFI_AP_ENABLED, place, true);
}

static void plan(struct change_plan *plan, const struct json *args)
{
    wifi_bands_each(plan, args, put);
}

static enum change_effect shows(const struct change_view *view, const char **ret_why)
{
    bool on = json_bool(json_get(view->args, "enabled"), false);

    for (int band = 0; band < BAND_COUNT; band++) {
        const char *status = home_text(view->home, KEY_WIFI_STATUS, band_names[band]);

        if (status == NULL || !home_has_band(view->home, band) || !wifi_bands_hold(view->args, band))
            continue;
        if (text_equal_nocase(status, "Up") != on) {
            *ret_why = on ? "the switch is on, but the network says that it is not up"
                          : "the switch is off, but the network says that it is up";
            return CHANGE_NOT_YET;
        }
    }
    return CHANGE_SHOWN;
}

static const struct change_kind change = {.families = {"wifi."}, .plan = plan, .shows = shows};

const struct action_kind action_wifi_enable = {
    .name = "wifi.enable",
    .label_pt = "Ligar ou desligar o Wi-Fi",
    .label_en = "Switch the Wi-Fi on or off",
    .warning_pt = "Desligado, nenhum aparelho se conecta por Wi-Fi.",
    .warning_en = "When it is off nothing connects over Wi-Fi.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
