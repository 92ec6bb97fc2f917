/* One file on its way in: what importer.c does with what it has claimed. */
#pragma once

#include "acs/api/subscriber_body.h"
#include "acs/base/errand.h"
#include "db/import.h"

struct task_config {
    struct db *db;
    const struct import_work *work;
    const struct subscriber_policy *policy;
    const struct errand *errand; /* stopped: leave it as it is */
};

/*
 * ERR_OK: it was ended. ERR_INVALID: the file as a whole cannot be used, and why. ERR_NOT_FOUND: it is
 * no longer this server's. ERR_UNAVAILABLE: later; ret_work, which a caller ends it with, says how far it
 * came.
 */
enum err task_run(const struct task_config *config, struct import_work *ret_work) MUST_CHECK;
