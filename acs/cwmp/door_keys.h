/*
 * What the door is made of: settings and keys. For door*.c only.
 */
#pragma once

#include "acs/cwmp/door.h"
#include "acs/http/networks.h"

struct door {
    bool basic;
    enum claim_algorithm algorithms[CLAIM_ALGORITHM_COUNT]; /* of Digest, in the order of the challenges */
    unsigned algorithm_count;
    const char *realm;
    int64_t nonce_life_us;
    struct keyring *keyring;
    unsigned char nonce_key[SHA256_BYTES];
    struct device_key nobody; /* fits no claim */

    bool has_bootstrap;
    const char *bootstrap_username;
    struct device_key bootstrap_key;
    bool enrols_everybody; /* the bootstrap credential lets in devices that are not known */
    bool binds;            /* a new device that has proved its credential is bound by that */
    bool takes_resets;     /* a device that fell back to the bootstrap credential is let in, in quarantine */

    struct networks *proxies;
    const char *certificate_header, *address_header;
};

/* Opens the secrets of a row and keeps them at hand. NULL: the row is nobody's. */
struct credential *door_keep(struct post *post, const struct credential_row *row);
/* Fresh credentials for a device, sealed, in the arena. */
void door_make_credentials(const struct door *door, int64_t device_id, const struct cwmp_device_id *device,
                           struct arena *arena, struct credential_row *ret);
