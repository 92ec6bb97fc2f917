/*
 * Where a parameter is kept: its page, and its key within the page. Pure.
 *
 * A device's parameters are stored in pages of some 50 to 100, so that what changes together is written
 * together and the rest is not touched. The page of a name is its leading objects: 5 of them below
 * "InternetGatewayDevice.", which nests one deeper, and 4 below "Device." and everything else. Only whole
 * objects count, and the last part of a name always stays in the key, with its dot if it is an object's name.
 *
 *     Device.WiFi.Radio.1.Stats.BytesSent    page Device.WiFi.Radio.1.    key Stats.BytesSent
 *     Device.DeviceInfo.UpTime               page Device.DeviceInfo.      key UpTime
 *     Device.WiFi.Radio.                     page Device.WiFi.            key Radio.
 */
#pragma once

#include <stddef.h>

/* How many bytes of the name are its page; the rest is the key. 0: a name without an object. */
size_t parameter_page_length(const char *name);
