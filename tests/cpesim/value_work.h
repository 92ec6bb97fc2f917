/*
 * What the files value*.c share: generators, and what they are made with.
 */
#pragma once

#include "tests/cpesim/value.h"

typedef const char *value_fn(const struct tree *tree, const struct parameter *parameter, struct arena *arena);

/* What base, spread and swing mean is the function's affair. */
struct generator {
    const char *name;
    value_fn *make;
    int64_t base;
    int64_t spread;
    int64_t swing;
};

enum purpose {
    OF_SERIAL,
    OF_ADDRESS,
    OF_MAC,
    OF_HOSTS,
    OF_STATIONS,
    OF_NAMES,
    OF_SECRETS,
    OF_TRAFFIC,
    OF_CHANNELS,
    OF_NUMBERS /* the last: each generator adds its own number */
};

unsigned value_pick(const struct tree *tree, uint64_t purpose, unsigned count); /* 0 … count - 1 */
int64_t value_wave(const struct tree *tree, uint64_t purpose, int64_t swing); /* slow, from -swing to swing */
int64_t value_uptime(const struct tree *tree);                                /* seconds */

/* Those of generator.def: of value.c, and below of value_home.c. */
value_fn value_make_model_text, value_make_setting_text, value_make_serial, value_make_cr_url,
    value_make_acs_username, value_make_interval, value_make_retry_seconds, value_make_local_time,
    value_make_first_use, value_make_uptime, value_make_mac, value_make_number, value_make_bytes,
    value_make_fact, value_make_fact_decimal, value_make_fact_tenth_uw, value_make_fact_errors;
value_fn value_make_wan_status, value_make_wan_error, value_make_wan_up, value_make_wan_uptime,
    value_make_wan_ip, value_make_wan_gateway, value_make_dns_server, value_make_ppp_user,
    value_make_ppp_password, value_make_secret, value_make_ssid, value_make_channel_2g, value_make_channel_5g,
    value_make_radio_status, value_make_access_point_status, value_make_stations, value_make_station_mac,
    value_make_station_ip, value_make_station_dbm, value_make_station_rate, value_make_satellite_stations,
    value_make_satellite_dbm, value_make_satellite_mac, value_make_hosts, value_make_host_mac,
    value_make_host_ip, value_make_host_name, value_make_host_active, value_make_host_link,
    value_make_host_layer1, value_make_host_station, value_make_port_status, value_make_port_rate,
    value_make_port_max, value_make_made, value_make_forward_status;
