/*
 * The store of a worker: what its CWMP sessions write and read, coalesced into one transaction per batch.
 *
 * A unit is what one step of one session needs done together: all of it commits, or nothing. Units that
 * arrive within the linger time (or until cap) travel in one libpq pipeline as multi-row statements (UPDATE …
 * FROM unnest), device ids sorted and each device once, and done() is called in the worker's own thread after
 * COMMIT with synchronous_commit=on. One batch is in flight at a time, so batches grow with load.
 *
 * One unit with bad data cannot take others down: a refused batch is run again unit by unit. While the
 * database is away every unit ends at once with ERR_UNAVAILABLE and the store reconnects with jitter. A
 * COMMIT whose answer was lost is ERR_UNAVAILABLE too: callers rely on evidence, never on the absence of a
 * write (I4).
 *
 * Fencing (I5): an Inform takes the device's next session number; values and actions of an older session are
 * not written, which their `written` / `saved` tell.
 */
#pragma once

#include "acs/base/arena.h"
#include "acs/base/loop.h"
#include "db/store_enrol.h"
#include "db/store_facts.h"
#include "db/store_history.h"
#include "provisioning/action.h"
#include "soap/types.h"

struct store;
struct store_unit;

/* First contact: finds or creates the device. Alone in its unit. */
struct store_register {
    struct cwmp_device_id key; /* in: the identity is OUI + ProductClass + SerialNumber (N-27) */
    bool find_only;            /* in: do not create it */
    int64_t device_id;         /* out; 0 (find_only): there is no such device */
};

/* What a device says about itself; written only when something differs from what the store last saw. */
struct store_identity {
    const char *software_version; /* every text may be NULL: not said, stays as it is */
    const char *hardware_version;
    const char *connection_request_url;
    const char *udp_address;    /* UDPConnectionRequestAddress (TR-069 G.2.2) */
    const char *root;           /* "Device." or "InternetGatewayDevice." */
    const char *source_address; /* of the session, literal */
    enum cwmp_version cwmp_version;
};

/* What is known of what a device can do; it says nothing about another software version. */
struct store_ability {
    const char *software_version; /* NULL: nothing is known */
    struct ability can;
};

struct store_inform {
    int64_t at_us;       /* in */
    int64_t uptime_s;    /* in; -1: not said */
    uint32_t event_bits; /* in: bit n = event code n; bit 31 = any other */
    bool periodic;       /* in: 2 PERIODIC, so that the period is learnt */
    bool bootstrap;      /* in: what was known before is in doubt (I-14) */
    const char
        *restore_id; /* in, with bootstrap: of the action that sets attributes again, if any were set */
    int64_t restore_expires_us;
    int64_t nonce_us;    /* in: names the nonce that proved who it is; 0: none did */
    int32_t nonce_count; /* in: and how often it was used, this time included; 0: the device does not count */
    int64_t session_no;  /* out: the fence of the session that begins */
    int64_t values_hash; /* out: hash given with the last Inform values that were written, 0: none */
    int64_t identity_hash;         /* out: likewise for struct store_identity */
    enum enrolment enrolment;      /* out: before what store_enrol does in the same unit */
    struct action_record *actions; /* out: open actions of the device, oldest first, in the unit's arena */
    size_t action_count;
    /* out, where there are open actions: as they were before this Inform */
    const char *software_version;
    struct store_ability ability;
};

struct store_values {
    const struct cwmp_parameter_values *values; /* merged into the pages of the device */
    const struct cwmp_parameter_infos *infos;   /* writable flags and names seen; may be NULL */
    int64_t read_at_us;
    int64_t inform_hash; /* remembered as values_hash; 0 for values that did not come in an Inform */
    const struct store_identity *identity; /* NULL: unchanged */
    int64_t identity_hash;
    bool written; /* out: false = fenced off */
};

/* A new state of an action, guarded by its revision and by the session's fence. */
struct store_action {
    struct action_save save; /* in */
    bool saved;              /* out: false = somebody else changed it (cancelled, newer session): drop it */
};

typedef void store_fn(struct store_unit *unit, enum err outcome, void *ctx);

enum { STORE_UNIT_ACTIONS = 4 };

/* Belongs to the caller and must stay where it is until done() was called. NULL parts are not wanted. */
struct store_unit {
    struct arena *arena; /* outputs go here; it must live as long as the unit */
    int64_t device_id;   /* of all parts but registration */
    int64_t session_no;  /* the fence for values and actions */
    struct store_register *registration;
    struct store_inform *inform;
    struct store_values *values;
    struct store_action *actions[STORE_UNIT_ACTIONS];
    unsigned action_count;
    const struct store_ability *ability; /* learnt with an action: it travels with its save */
    const struct store_attributes *attributes;
    const struct store_facts *facts; /* of the values beside it */
    struct store_tree *tree;
    struct store_session *session;
    struct store_history *history;
    struct store_transfer *transfer;
    struct store_credential *credential;
    struct store_enrol *enrol;
    struct store_alarm *alarm;
    store_fn *done;
    void *ctx;
    struct store_unit *next; /* the store's own, as is reload */
    bool reload;
};

struct store_config {
    const char *url;
    uint32_t linger_us; /* how long the first unit of a batch may wait for company; 2,000 by default */
    unsigned cap;       /* units per batch; 512 by default */
};

struct store *store_new(struct loop *loop,
                        const struct store_config *config) MUST_CHECK; /* connects by itself */
void store_free(struct store *store); /* open units end with ERR_UNAVAILABLE */
bool store_is_ready(const struct store *store);
void store_submit(struct store *store, struct store_unit *unit);
/* Open actions of a device again, when it became known that somebody added one during a session. */
void store_reload_actions(struct store *store,
                          struct store_unit *unit); /* fills unit->inform->actions only */
