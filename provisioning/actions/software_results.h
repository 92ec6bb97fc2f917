/*
 * What a device said of each operation on its software, and what that proves. Kept as JSON, which is the
 * result of the action and its memory while it looks at the units.
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/types.h"

#define SOFTWARE_GONE "no longer there"

struct software_result {
    const char *operation; /* "install", "update", "uninstall"; NULL: it is not clear of which this is */
    const char *uuid;
    const char *deployment_unit; /* path */
    const char *version;
    const char *state; /* "Installed", "Uninstalled", "Failed" */
    bool resolved;
    const char *execution_units; /* paths, with commas between them */
    const char *started, *completed;
    uint32_t fault; /* 0: none */
    const char *fault_text;
    const char *status_name; /* the parameter that shows the unit's state; NULL: it cannot be asked for */
    const char *seen;        /* its value, or SOFTWARE_GONE; NULL: not looked at, or not shown */
};

struct software_results {
    struct software_result *items;
    size_t count;
};

/* code NULL: all that was asked for was done, the device says. */
struct software_verdict {
    const char *code, *detail;
    uint32_t fault;
};

/* In the order of the operations (D-08); there are more of them where one operation is about many units. */
void software_results_take(const struct cwmp_operations *asked, const struct cwmp_du_results *told,
                           struct arena *arena, struct software_results *ret);
struct software_verdict software_results_judge(const struct software_results *results, size_t asked,
                                               struct arena *arena);
/* The unit's own state contradicts what was said of it. */
bool software_result_is_seen_wrong(const struct software_result *result);

/* {"results":[…]} */
const char *software_results_write(const struct software_results *results, struct arena *arena);
enum err software_results_read(const char *json, struct arena *arena,
                               struct software_results *ret) MUST_CHECK;
/* {"told","seen"} */
const char *software_results_evidence(const struct software_results *results, struct arena *arena);
