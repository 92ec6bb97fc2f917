#include "provisioning/actions/wifi_bands.h"

#include <string.h>

static const char *const words[BAND_COUNT] = {"2.4", "5", "6"};

static int band_by_word(const char *word)
{
    int band = 0;

    while (band < BAND_COUNT && strcmp(words[band], word) != 0)
        band++;
    return band;
}

enum err wifi_bands_check(const struct json *args)
{
    const struct json *bands = json_get(args, "bands");

    if (bands != NULL &&
        (json_kind(bands) != JSON_ARRAY || json_count(bands) == 0 || json_count(bands) > BAND_COUNT))
        return err_set(ERR_INVALID, "bands: a list of \"2.4\", \"5\", \"6\" is expected");
    for (size_t i = 0; i < json_count(bands); i++)
        if (band_by_word(json_string(json_at(bands, i), "")) == BAND_COUNT)
            return err_set(ERR_INVALID, "bands[%zu]: \"2.4\", \"5\" or \"6\" is expected", i);
    return ERR_OK;
}

int wifi_band_of(const struct json *args)
{
    return band_by_word(json_string(json_get(args, "band"), ""));
}

enum err wifi_band_check(const struct json *args)
{
    if (wifi_band_of(args) == BAND_COUNT)
        return err_set(ERR_INVALID, "band: \"2.4\", \"5\" or \"6\" is expected");
    return ERR_OK;
}

bool wifi_bands_hold(const struct json *args, int band)
{
    const struct json *bands = json_get(args, "bands");

    if (bands == NULL)
        return true;
    for (size_t i = 0; i < json_count(bands); i++)
        if (band_by_word(json_string(json_at(bands, i), "")) == band)
            return true;
    return false;
}

void wifi_bands_each(struct change_plan *plan, const struct json *args,
                     void (*put)(struct change_plan *plan, const char *place, const struct json *args))
{
    bool all = json_get(args, "bands") == NULL;
    bool any = false;

    for (int band = 0; band < BAND_COUNT; band++) {
        bool there = home_has_band(plan->home, band);

        if (!all && wifi_bands_hold(args, band) && !there)
            change_refuse(plan,
                          arena_printf(plan->arena, "this device shows no Wi-Fi of %s GHz", words[band]));
        if (there && wifi_bands_hold(args, band)) {
            put(plan, band_names[band], args);
            any = true;
        }
    }
    if (!any)
        change_refuse(plan, "this device shows no Wi-Fi whose band is known");
}
