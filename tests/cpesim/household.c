#include "tests/cpesim/household.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/fact.h"
#include "tests/cpesim/value.h"

enum { ONE_BACK_MS = 700 };

enum band household_band(const struct tree *tree, unsigned network)
{
    return network != 0 && network == tree->model->network_5g ? BAND_5G : BAND_2G;
}

/* Switches stand at 1 until somebody moved them. */
bool household_network_is_on(const struct tree *tree, enum band band)
{
    for (uint32_t i = 0; i < tree->override_count; i++) {
        const struct parameter *parameter = &tree->model->parameters[tree->overrides[i].row];

        if (parameter->flags & PARAMETER_AIR && parameter->type == CWMP_BOOLEAN &&
            household_band(tree, parameter->network) == band && *tree->overrides[i].value == '0')
            return false;
    }
    return true;
}

/* All that belong to the band, connected or not. */
static unsigned stations_of(const struct tree *tree, enum band band)
{
    if (band == BAND_5G && tree->model->network_5g == 0)
        return 0;
    return (unsigned)fact_of(tree, band == BAND_5G ? FACT_STATIONS_5G : FACT_STATIONS_2G);
}

/* The passphrase of the band is not that with which the home began. */
static bool has_new_passphrase(const struct tree *tree, enum band band)
{
    AUTO_ARENA arena = arena_new(256);

    for (uint32_t i = 0; i < tree->override_count; i++) {
        const struct parameter *parameter = &tree->model->parameters[tree->overrides[i].row];

        if (text_ends_with(parameter->name, "Passphrase") && parameter->generator != NULL &&
            household_band(tree, parameter->network) == band &&
            strcmp(value_make(tree, parameter, arena), tree->overrides[i].value) != 0)
            return true;
    }
    return false;
}

/* Those of them that know how to come in. */
static unsigned knowing_stations(const struct tree *tree, enum band band)
{
    unsigned all = stations_of(tree, band), left = (unsigned)fact_of(tree, FACT_LEFT_BEHIND);

    if (left == 0 || !has_new_passphrase(tree, band))
        return all;
    return all > left ? all - left : 0;
}

unsigned household_stations(const struct tree *tree, enum band band)
{
    int64_t back_us = clock_mono_us() - tree->air_us[band];
    int64_t back, all;

    if (back_us < 0 || !household_network_is_on(tree, band))
        return 0;
    back = 1 + back_us / settings_us(tree->settings, ONE_BACK_MS);
    all = knowing_stations(tree, band);
    return (unsigned)(back < all ? back : all);
}

unsigned household_wired(const struct tree *tree)
{
    return (unsigned)fact_of(tree, FACT_WIRED);
}

unsigned household_satellite_stations(const struct tree *tree, unsigned satellite)
{
    return 1 + (tree->index + satellite) % 2;
}

unsigned household_hosts(const struct tree *tree)
{
    return stations_of(tree, BAND_2G) + stations_of(tree, BAND_5G) + household_wired(tree);
}

struct peer household_peer(const struct tree *tree, unsigned host)
{
    unsigned near = stations_of(tree, BAND_2G), all = near + stations_of(tree, BAND_5G);
    struct peer peer = {.wired = host > all, .band = host > near ? BAND_5G : BAND_2G};

    peer.place = peer.wired ? host - all : peer.band == BAND_5G ? host - near : host;
    peer.is_there = peer.wired || peer.place <= household_stations(tree, peer.band);
    return peer;
}

unsigned household_host_of(const struct tree *tree, enum band band, unsigned station)
{
    return band == BAND_5G ? stations_of(tree, BAND_2G) + station : station;
}

/* ---- changes ---- */

/* A channel that somebody chose ends the automatic choice, and the other way round (TR-098, TR-181). */
static void choose_channel(struct tree *tree, const char *name, const char *value)
{
    AUTO_ARENA arena = arena_new(256);
    size_t stem = strlen(name);

    if (text_ends_with(name, ".Channel"))
        tree_put_name(
            tree, arena_printf(arena, "%.*sAutoChannelEnable", (int)(stem - strlen("Channel")), name), "0");
    else if (text_ends_with(name, ".AutoChannelEnable") && *value == '1')
        tree_forget_name(tree,
                         arena_printf(arena, "%.*sChannel", (int)(stem - strlen("AutoChannelEnable")), name));
}

void household_written(struct tree *tree, uint32_t row, const char *value)
{
    AUTO_ARENA arena = arena_new(256);
    const struct parameter *parameter = &tree->model->parameters[row];

    if (parameter->network == 0)
        return;
    choose_channel(tree, parameter->name, value);
    if (parameter->flags & PARAMETER_AIR && strcmp(tree_value(tree, row, arena), value) != 0)
        tree->air_us[household_band(tree, parameter->network)] =
            clock_mono_us() + settings_us(tree->settings, tree->settings->wifi_ms);
}
