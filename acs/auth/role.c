#include "acs/auth/role.h"

#include <string.h>

#define EVERYBODY (CAPABILITY_BIT(CAPABILITY_PUBLIC) | CAPABILITY_BIT(CAPABILITY_ME_READ))

const capability_set capabilities_of_all = EVERYBODY;

#define HOLDS(id) | CAPABILITY_BIT(CAPABILITY_##id)
#define ROW(name, pt, en, set) \
    {                          \
        name, pt, en, set      \
    }

static const struct row {
    const char *name, *pt, *en;
    capability_set capabilities;
} rows[ROLE_COUNT] = {
#define ROLE(id, name, pt, en, holds) [ROLE_##id] = ROW(name, pt, en, EVERYBODY holds),
#include "acs/auth/role.def"
#undef ROLE
};

#define OF_HOMES(id) CAPABILITY_BIT(CAPABILITY_##id)

const capability_set capabilities_of_homes =
    EVERYBODY | OF_HOMES(DEVICES_READ) | OF_HOMES(DEVICES_EXPORT) | OF_HOMES(DEVICES_ENROL) |
    OF_HOMES(DEVICES_PLACE) | OF_HOMES(DEVICES_RESET) | OF_HOMES(ACTIONS_READ) | OF_HOMES(ACTIONS_RUN) |
    OF_HOMES(TRANSFERS_RUN) | OF_HOMES(RPC_RUN) | OF_HOMES(PARAMETERS_RAW) | OF_HOMES(HOMES_CONFIGURE) |
    OF_HOMES(SECRETS_REVEAL) | OF_HOMES(LIMITS_NONE) | OF_HOMES(FILES_READ) | OF_HOMES(FIRMWARE_READ) |
    OF_HOMES(PLAYBOOKS_READ) | OF_HOMES(PLAYBOOKS_RUN) | OF_HOMES(CASES_WORK) | OF_HOMES(CASES_ALL) |
    OF_HOMES(SUBSCRIBERS_READ) | OF_HOMES(SUBSCRIBERS_EDIT) | OF_HOMES(SUBSCRIBERS_REVEAL);

const char *role_name(enum role role)
{
    return rows[role].name;
}

const char *role_title_pt(enum role role)
{
    return rows[role].pt;
}

const char *role_title_en(enum role role)
{
    return rows[role].en;
}

capability_set role_capabilities(enum role role)
{
    return rows[role].capabilities;
}

bool role_by_name(const char *name, enum role *ret)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *ret = (enum role)i;
            return true;
        }
    }
    return false;
}

capability_set capabilities_read(const char *names, struct arena *arena)
{
    capability_set capabilities = EVERYBODY;

    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        const char *name = arena_memdup(arena, names, len);
        enum capability capability;

        if (strcmp(name, "*") == 0)
            capabilities = CAPABILITY_BIT(CAPABILITY_COUNT) - 1;
        else if (capability_by_name(name, &capability))
            capabilities |= CAPABILITY_BIT(capability);
        names += len + (names[len] == ' ');
    }
    return capabilities;
}
