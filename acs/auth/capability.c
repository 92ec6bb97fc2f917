#include "acs/auth/capability.h"

#include <string.h>

static const char *const names[CAPABILITY_COUNT] = {
    [CAPABILITY_NOBODY] = "nobody",
    [CAPABILITY_PUBLIC] = "public",
#define CAPABILITY(id, name, help) [CAPABILITY_##id] = (name),
#include "acs/auth/capability.def"
#undef CAPABILITY
};

const char *capability_name(enum capability capability)
{
    return names[capability];
}

bool capability_by_name(const char *name, enum capability *ret)
{
    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum capability)i;
            return true;
        }
    }
    return false;
}
