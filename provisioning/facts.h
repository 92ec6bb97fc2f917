/*
 * What the program of an action may know of the moment, besides its record.
 */
#pragma once

#include "provisioning/ability.h"
#include "provisioning/map/home.h"
#include "provisioning/own_credentials.h"
#include "provisioning/verdict/thresholds.h"

/* An address for a file, 256 characters at most, and what is asked for there; "" where nothing is. */
struct action_link {
    const char *url, *username, *password;
};

/* The addresses that a device is given for files. login: only by user name and password. In arena. */
struct action_links {
    /* of a file that it may fetch, by its name; good for so many seconds longer than others */
    struct action_link (*fetch)(const void *ctx, const char *action_id, const char *name, bool login,
                                uint32_t longer_s, struct arena *arena);
    /* for a file that it shall send */
    struct action_link (*send)(const void *ctx, const char *action_id, bool login, struct arena *arena);
    /* at which it may measure how fast bytes come (so many), or go (bytes 0); NULL: there is none */
    const char *(*speed)(const void *ctx, const char *action_id, uint64_t bytes, struct arena *arena);
    uint64_t speed_max;  /* bytes of one such transfer */
    uint32_t speed_mbps; /* that one may take; 0: any */
    const void *ctx;
};

/* A file that the device has sent for an action, as it was stored. */
struct action_upload {
    const char *file_id;
    const char *sha256; /* in hex */
    int64_t size;
};

/* Secrets of the device's home: sealed for this device and this name, and for no other. */
struct action_vault {
    /* In the arena, which is wiped. NULL: it cannot be opened, and the operator was told. */
    const char *(*open)(const void *ctx, const char *name, const char *sealed, struct arena *arena);
    /* NULL: it is longer than a secret may be. */
    const char *(*seal)(const void *ctx, const char *name, const char *secret, struct arena *arena);
    const void *ctx;
};

/* What the provider knows of a home, which its device does not tell. */
struct action_service {
    const char *technology;       /* "gpon" …; NULL: not known */
    double down_mbps, up_mbps;    /* of the plan; 0: not known */
    struct thresholds thresholds; /* that are in force for it */
};

/* What a program may know. */
struct action_facts {
    const char *root; /* "Device." or "InternetGatewayDevice."; NULL: not known yet */
    enum cwmp_version version;
    int64_t now_us;
    const struct cwmp_inform *inform; /* of the session that begins; NULL while answering */
    int64_t uptime_s;                 /* said in the Inform, -1: not said */
    const char *software_version;     /* the newest that is known; NULL or "": none */
    uint32_t event_bits;              /* of the session's Inform; bit n = event code n (TR-069 3.7.1.5) */
    const struct quirks *quirks;      /* of its model; NULL: none */
    const struct ability *ability;    /* NULL: nothing is known */
    const struct action_links *links; /* NULL: there is no file server */
    bool trusted;                     /* it proved to be itself by what only it has */
    bool used_next;                   /* by the credentials that it was about to get */
    const struct action_credentials *credentials; /* for kinds that want them */
    const struct action_vault *vault;             /* NULL: there is no key, so no secret is taken or given */
    const struct home *home;              /* as it was last read, for kinds that want it; NULL: never */
    const struct action_service *service; /* of that home; NULL with it */
};
