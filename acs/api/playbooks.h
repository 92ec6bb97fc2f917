/*
 * Playbooks as the API finds them: kept ones and those of the program, the newest version of an id counts.
 */
#pragma once

#include "acs/api/call.h"
#include "db/playbook.h"
#include "provisioning/playbook/playbook.h"

struct playbook_found {
    struct playbook_row row;
    const struct playbook *playbook; /* NULL: this program cannot read it any more */
    struct fault_list faults;        /* of its source */
};

/* ERR_NOT_FOUND. version 0: the newest. */
enum err playbook_find_current(struct call *call, const char *id, int64_t version,
                               struct playbook_found *ret) MUST_CHECK;
/* The source of a row, read. */
void playbook_understand(struct call *call, struct playbook_found *found);
enum playbook_language playbook_language(const struct call *call);
