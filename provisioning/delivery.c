#include "provisioning/delivery.h"

#include "soap/rpc.h"

#define READS   true
#define CHANGES false
#define MAY     true
#define NEEDS   false

static const struct delivery table[CWMP_METHOD_COUNT] = {
#define DELIVERY(method, tries, effect, device, key) \
    [CWMP_##method] = {tries, effect, device, DELIVERY_##key},
#include "provisioning/delivery.def"
#undef DELIVERY
};

const struct delivery *delivery_of(enum cwmp_method method)
{
    return &table[method];
}

enum cwmp_method delivery_find(const char *name)
{
    enum cwmp_method method = rpc_find(name);

    return table[method].tries > 0 ? method : CWMP_UNKNOWN_METHOD;
}
