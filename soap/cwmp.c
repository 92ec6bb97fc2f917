#include "soap/cwmp.h"

#include <string.h>

#include "soap/rpc.h"

const char *cwmp_version_name(enum cwmp_version version)
{
    static const char *const names[] = {
        [CWMP_1_0] = "1.0", [CWMP_1_1] = "1.1", [CWMP_1_2] = "1.2", [CWMP_1_3] = "1.3", [CWMP_1_4] = "1.4",
    };

    return names[version];
}

const char *cwmp_method_name(enum cwmp_method method)
{
    return text_or_empty(rpcs[method].name);
}

enum cwmp_method cwmp_method_by_name(const char *name)
{
    return rpc_find(name);
}

bool cwmp_is_response(enum cwmp_method method)
{
    return text_ends_with(cwmp_method_name(method), "Response");
}

enum cwmp_method cwmp_response_to(enum cwmp_method request)
{
    enum cwmp_method next = request + 1; /* rpc.def: a response stands behind its request */

    if (request == CWMP_UNKNOWN_METHOD || cwmp_is_response(request) || next >= CWMP_METHOD_COUNT)
        return CWMP_UNKNOWN_METHOD;
    return next;
}

bool cwmp_may_come_from_device(enum cwmp_method method)
{
    return (rpcs[method].sender & RPC_CPE) != 0;
}

enum cwmp_version cwmp_method_since(enum cwmp_method method)
{
    return rpcs[method].since;
}

static bool is_below_root(const char *name)
{
    return text_starts_with(name, "Device.") || text_starts_with(name, "InternetGatewayDevice.");
}

const struct cwmp_parameter_value *cwmp_value_of(const struct cwmp_parameter_values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    return NULL;
}

const struct cwmp_parameter_value *cwmp_find_value(const struct cwmp_parameter_values *values,
                                                   const char *suffix)
{
    size_t tail = strlen(suffix);

    for (size_t i = 0; i < values->count; i++) {
        const char *name = values->items[i].name;
        size_t len = strlen(name);

        if (len > tail && name[len - tail - 1] == '.' && memcmp(name + len - tail, suffix, tail) == 0 &&
            is_below_root(name))
            return &values->items[i];
    }
    return NULL;
}
