/*
 * What an Inform says, brought into the form in which it is kept: who, since when up, which events, and two
 * hashes that tell whether anything has to be written at all. An Inform of a device in order costs one hot
 * row.
 */
#pragma once

#include "soap/cwmp.h"

enum { EVENT_BIT_METHOD = 30, EVENT_BIT_OTHER = 31 }; /* "M Reboot" and its like; vendor and unknown codes */

struct inform_digest {
    const char *root; /* "Device." or "InternetGatewayDevice."; NULL: no parameter tells (I-37) */
    const char *software_version;
    const char *hardware_version;
    const char *connection_request_url;
    const char *udp_address;
    int64_t uptime_s;    /* -1: not said */
    uint32_t event_bits; /* bit n: event code n */
    bool periodic;
    bool bootstrap;
    struct cwmp_events history; /* what is worth a row of history: all but a plain "2 PERIODIC" */
    int64_t values_hash;        /* of the values that do not change by themselves; never 0 */
};

void inform_read(const struct cwmp_inform *inform, struct arena *arena, struct inform_digest *ret);

/* The values worth keeping: without those that change by themselves, and without secrets. Only for an Inform
 * whose hash is not the one that is stored. */
struct cwmp_parameter_values inform_lasting(const struct cwmp_inform *inform, struct arena *arena);

/* A hash over texts, the same on every node; NULL and "" differ. Never 0. */
int64_t inform_hash_texts(const char *const *texts, size_t count, struct arena *arena);
