/* Another channel, or the device's own choice. */
#include <stdlib.h>
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/wifi_bands.h"

enum { TTL_S = 15 * 60, CHANNEL_MAX = 233, CHANNEL_2G_MAX = 14 };

static bool is_auto(const struct json *args)
{
    return strcmp(json_string(json_get(args, "channel"), ""), "auto") == 0;
}

static enum err check(const struct json *args)
{
    int64_t channel = json_int(json_get(args, "channel"), 0);

    TRY(names_check_keys(args, "band", "channel", NULL));
    TRY(wifi_band_check(args));
    if (!is_auto(args) && (channel < 1 || channel > CHANNEL_MAX))
        return err_set(ERR_INVALID, "channel: a number from 1 to %d or \"auto\" is expected", CHANNEL_MAX);
    if (wifi_band_of(args) == BAND_2G && channel > CHANNEL_2G_MAX)
        return err_set(ERR_INVALID, "channel: on 2.4 GHz there are channels 1 to %d", CHANNEL_2G_MAX);
    return ERR_OK;
}

/* "1-11,13": what the radio itself says it can. Nothing said: the device decides. */
static bool is_possible(const char *channels, long channel)
{
    if (*channels == '\0')
        return true;
    while (*channels != '\0') {
        char *end;
        long first = strtol(channels, &end, 10), last = first;

        if (end == channels) {
            channels++;
            continue;
        }
        if (*end == '-')
            last = strtol(end + 1, &end, 10);
        if (channel >= first && channel <= last)
            return true;
        channels = end;
    }
    return false;
}

static void plan(struct change_plan *plan, const struct json *args)
{
    int band = wifi_band_of(args);
    const char *place = band_names[band];
    const char *possible = home_text(plan->home, KEY_WIFI_CHANNELS, place);
    long channel = (long)json_int(json_get(args, "channel"), 0);

    if (!home_has_band(plan->home, band)) {
        change_refuse(plan, "this device shows no Wi-Fi of that band");
        return;
    }
    if (is_auto(args)) {
        change_flag(plan, KEY_WIFI_AUTO, place, true);
        return;
    }
    if (possible != NULL && !is_possible(possible, channel))
        change_refuse(plan, arena_printf(plan->arena, "this radio can use the channels %.200s", possible));
    change_flag_if_there(plan, KEY_WIFI_AUTO, place, false);
    change_number(plan, KEY_WIFI_CHANNEL, place, (double)channel);
}

static const struct change_kind change = {.families = {"wifi."}, .plan = plan};

const struct action_kind action_wifi_set_channel = {
    .name = "wifi.set_channel",
    .label_pt = "Mudar o canal do Wi-Fi",
    .label_en = "Change the Wi-Fi channel",
    .warning_pt = "O Wi-Fi cai por cerca de dez segundos e volta sozinho.",
    .warning_en = "The Wi-Fi drops for about ten seconds and comes back by itself.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
