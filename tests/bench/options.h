/*
 * What cpeload was asked to do: one struct, read once from the command line, never changed afterwards.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "acs/base/err.h"

struct options {
    const char *target; /* as given, for the Host header */
    struct sockaddr_in address;
    const char *path;
    const char *cwmp; /* "1.0" or "1.2" */
    uint32_t threads;
    uint32_t connections; /* sessions going on at the same time */
    uint32_t devices;
    uint32_t seed;
    uint32_t sessions;     /* 0: until seconds have passed */
    uint32_t seconds;      /* 0: until sessions were started */
    uint32_t rate;         /* arrivals per second; 0: the next session starts when one has ended */
    uint32_t values;       /* parameters of a device, as GetParameterValues reads them */
    uint32_t change_every; /* one value differs in every n-th session; 0: never */
    uint32_t idle;         /* sessions to open and hold; 0: none */
    uint32_t hold;         /* seconds to hold them; 0: until SIGTERM or SIGINT */
    uint32_t timeout;      /* seconds a session may take */
    bool keepalive;
    bool fin;
    bool once;
    bool registering;
    bool task;
    bool digest;    /* devices prove who they are */
    bool forgetful; /* and know no challenge from the session before */
    bool json;
    bool help;
};

enum err options_read(int argc, char **argv, struct options *ret) MUST_CHECK;

/* Connections that exist at the same time: those of --idle, else of --connections. */
uint32_t options_slots(const struct options *options);

/* The lines of --help, one call each. */
void options_explain(void (*line)(const char *option, const char *argument, const char *help));
