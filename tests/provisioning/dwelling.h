/* A pretended TR-098 home with the manners that real ones have: it serves what an action asks of it. */
#pragma once

#include "tests/provisioning/action_world.h"

enum { PARAMETERS_MAX = 32, VALUE_MAX = 64 };

#define NETWORK "InternetGatewayDevice.LANDevice.1.WLANConfiguration.1."
#define PPP     "InternetGatewayDevice.WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."
#define KEY     "InternetGatewayDevice.ManagementServer.ParameterKey"

struct dwelling {
    struct world world;
    struct {
        const char *name;
        char value[VALUE_MAX];
        enum cwmp_type type;
    } items[PARAMETERS_MAX];
    size_t count;
    bool ignores, keyless, hides, masks, connects;
    const char *refuses; /* 9008 to a write of this one */
    int32_t status;      /* of SetParameterValuesResponse */
    unsigned sets;
    const struct model_map *map;
    struct map_view view;
};

/* A home with one network of 2.4 GHz and a login; its vault seals by turning a text round. */
void dwelling_begin(struct dwelling *d, const char *kind, const char *args);
void dwelling_put(struct dwelling *d, const char *name, const char *value, enum cwmp_type type);
char *dwelling_value(struct dwelling *d, const char *name); /* NULL: it has none of that name */
void dwelling_set(char to[VALUE_MAX], const char *text);
/* What the server knows of it now. */
void dwelling_know(struct dwelling *d);
/* SetParameterValues is carried out; nobody hears of it. */
void dwelling_write(struct dwelling *d, const struct cwmp_set_parameter_values *set);
/* Until it has ended, or waits; true: it has sent a request of this method, which is not served. */
bool dwelling_go(struct dwelling *d, enum cwmp_method stop_at);
void dwelling_run(struct dwelling *d);
