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

static bool is_below_root(const char *name)
{
    return text_starts_with(name, "Device.") || text_starts_with(name, "InternetGatewayDevice.");
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
