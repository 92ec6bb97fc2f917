/*
 * Kinds of outlets: how each is told of an event. Every one may be told twice, when what became of the first
 * time was lost, and sees to it that nothing is done twice there as far as it can.
 */
#pragma once

#include <stdatomic.h>

#include "acs/auth/keyring.h"
#include "acs/config.h"
#include "acs/http/networks.h"
#include "db/outbox.h"

struct outlet_context {
    const struct config *config;
    const struct keyring *keyring;
    const struct networks *allowed; /* in which addresses may be that are not public */
    const atomic_bool *stop;
};

struct outlet_job {
    const struct outlet_context *context;
    struct db *db;
    struct arena *arena;
    const struct outbox_target *target;
    const struct outbox_item *item;
};

enum outlet_end {
    OUTLET_DONE,
    OUTLET_AGAIN, /* after delay_s */
    OUTLET_NEVER, /* it will not be taken */
    OUTLET_GONE,  /* nor anything else */
};

struct outlet_result {
    enum outlet_end end;
    unsigned status; /* of the answer; 0: there was none */
    int64_t delay_s;
    const char *why; /* in words; NULL where the status says it */
};

struct outlet_kind {
    const char *name; /* outlet.kind */
    /* ret->end is OUTLET_AGAIN at first. */
    void (*send)(const struct outlet_job *job, struct outlet_result *ret);
};

extern const struct outlet_kind webhook_kind;
extern const struct outlet_kind tracker_rt_kind;
extern const struct outlet_kind tracker_mail_kind;
