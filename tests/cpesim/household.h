/*
 * Who is in the home and how they are connected: the stations of its Wi-Fi networks, and what hangs on its
 * ports. All of them are its hosts, in this order: 2.4 GHz, 5 GHz, cable.
 *
 * How many they are follows from the home. A change of a network's name, password, channel or mode sends its
 * stations away; they come back one after the other. A network that is switched off has none.
 */
#pragma once

#include "tests/cpesim/tree.h"

enum { HOUSEHOLD_STATIONS_MAX = 4, HOUSEHOLD_PORTS = 4, HOUSEHOLD_HOSTS_MAX = 10 };

enum band { BAND_2G, BAND_5G };

enum band household_band(const struct tree *tree, unsigned network); /* network: its instance in this model */
bool household_network_is_on(const struct tree *tree, enum band band);

unsigned household_hosts(const struct tree *tree);
unsigned household_stations(const struct tree *tree, enum band band); /* that are connected now */
unsigned household_wired(const struct tree *tree);                    /* on ports 1 … */
unsigned household_satellite_stations(const struct tree *tree, unsigned satellite);

/* One of its hosts. */
struct peer {
    bool wired;
    enum band band;
    unsigned place; /* among the stations of the band, or the port; from 1 */
    bool is_there;  /* now */
};
struct peer household_peer(const struct tree *tree, unsigned host); /* from 1 */
unsigned household_host_of(const struct tree *tree, enum band band, unsigned station);

/* This row is about to get this value: what its stations make of it. True: they go. */
void household_written(struct tree *tree, uint32_t row, const char *value);
