/*
 * Runs through playbooks, moved on: what is known of the home, what became of actions, and the actions that a
 * playbook asks for, which go the same way as those that a person asks for (api_action_create()).
 */
#pragma once

#include "acs/api/call.h"
#include "db/playbook.h"
#include "provisioning/playbook/run.h"

struct run_at {
    struct call *call;
    const char *id; /* of the run */
    int64_t device_id;
    int64_t revision;
    const struct playbook *playbook;
    struct run *run;
    struct expression_world world;
    bool moved; /* there is something to save */
};

/* What is known of the home now. */
enum err run_look_around(struct run_at *at) MUST_CHECK;
/* Whatever has happened since it was kept: actions that ended, pauses that are over. */
enum err run_catch_up(struct run_at *at) MUST_CHECK;
/* world is filled in. Refused by the call: what the run or the action does not take. */
enum err run_move(struct run_at *at, struct run_input input) MUST_CHECK;
