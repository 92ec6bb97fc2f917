/*
 * Which channel a radio is best on, by what its neighbours send on. Pure.
 *
 * In 2.4 GHz a network of 20 MHz reaches four channels to each side, less the further away; so 1, 6 and 11
 * are the ones to choose from. In 5 GHz the channels of one block of 80 MHz share it. A neighbour weighs by
 * how strong it is heard.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIFI_CHANNEL_MAX = 233 };

struct wifi_neighbour {
    const char *bssid;
    uint32_t channel;
    int rssi_dbm; /* 0: not told */
};

/* Keeps the strongest of each BSSID; returns how many are left. Those without one are each their own. */
size_t wifi_neighbours_once(struct wifi_neighbour *neighbours, size_t count);

struct wifi_question {
    bool is_2g;
    uint32_t channel;     /* in use; 0: not known */
    const char *possible; /* "1-13" or "36,40,44,149-161"; "": not known */
};

struct wifi_advice {
    unsigned neighbours; /* that overlap the channel in use by half or more */
    double load;         /* of it: what overlaps, each by its strength */
    uint32_t best; /* 0: there is none to choose from. The one in use unless another is clearly better */
    unsigned best_neighbours;
    double best_load;
};

struct wifi_advice wifi_advise(const struct wifi_question *question, const struct wifi_neighbour *neighbours,
                               size_t count);
