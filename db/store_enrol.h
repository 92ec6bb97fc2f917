/*
 * The parts of a store's unit that are about who a device is (db/store.h).
 */
#pragma once

#include "db/credential.h"

/* A credential by its user name, or all that is known of a device's. Alone in its unit. */
struct store_credential {
    const char *username;      /* in; NULL: that of device_id */
    int64_t device_id;         /* in */
    struct credential_row row; /* out; device_id 0: nobody's */
};

/* What an Inform, which is in the same unit, says about a device's credentials. Not written if that Inform
 * was a replay. */
struct store_enrol {
    enum {
        ENROL_FELL_BACK, /* it came with the bootstrap credential: quarantined, and a rotation is queued */
        ENROL_USED,      /* it proved which of its own it has */
        ENROL_CERTIFIED  /* it has a certificate of its own: bound */
    } kind;
    bool by_next;                               /* USED: the one it was about to get */
    bool binds;                                 /* USED: it is bound by that */
    const char *username, *call_username;       /* FELL_BACK: of credentials to be made, */
    const char *next_secret, *next_call_secret; /* sealed, */
    const char *action_id;                      /* and of the action that takes them to it */
    int64_t expires_at_us;
    const char *source_address;
};

/* Somebody came as what he is not. The unit's device_id: whose credential it was. */
struct store_alarm {
    const char *kind;
    struct cwmp_device_id claimed;
    const char *detail;
    const char *source_address;
};
