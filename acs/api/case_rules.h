/*
 * What an operator has set for cases of the desk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acs/base/err.h"

struct config;

struct case_rules {
    const char *protocol; /* form of the number that a customer is told (provisioning/desk/desk.h) */
    int64_t offset_s;     /* where its day begins, from UTC */
    unsigned repeat_contacts, repeat_days, visit_days;
    const char *queues;  /* "N2, Campo" */
    const char *url;     /* how people reach the API, without a slash at its end */
    uint64_t handoff_ms; /* how long the link of a bundle works */
};

/* ERR_INVALID names the setting. */
enum err case_rules_of(const struct config *config, struct case_rules *ret) MUST_CHECK;

/* One queue after the other: *at is where to go on, queues at first. False: there is none any more. */
bool case_queue_next(const char **at, const char **ret_name, size_t *ret_len);
bool case_queue_is_known(const struct case_rules *rules, const char *name);
