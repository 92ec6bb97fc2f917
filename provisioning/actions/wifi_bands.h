/* The bands that an action on Wi-Fi is about. */
#pragma once

#include "provisioning/change/change.h"

/* "bands": some of "2.4", "5", "6"; absent: all. ERR_INVALID names the place. */
enum err wifi_bands_check(const struct json *args) MUST_CHECK;
/* "band": one of them, which must be there. */
enum err wifi_band_check(const struct json *args) MUST_CHECK;
/* Calls put for the place of each that is asked for and that this home has; refuses one that it has not. */
void wifi_bands_each(struct change_plan *plan, const struct json *args,
                     void (*put)(struct change_plan *plan, const char *place, const struct json *args));
int wifi_band_of(const struct json *args);               /* BAND_COUNT: none */
bool wifi_bands_hold(const struct json *args, int band); /* it is one of those that are asked for */
