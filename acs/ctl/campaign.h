/*
 * A campaign on the terminal: the sentence that says what it would do, how far it is, and what it ended as.
 */
#pragma once

#include "acs/ctl/rest.h"

/* "firmware.install 2.1.8 for 160 devices, in 4 waves of 10, 32, 112, 6; 40 at once at most" */
const char *campaign_sentence(struct ctl *ctl, const struct json *campaign);
/* Of one that is under way: "running, wave 3 of 4: 57 of 112, 41 healthy, 12 in flight, 4 failed (judging)"
 */
const char *campaign_progress(struct ctl *ctl, const struct json *campaign);
/* "why", "until" or who and what has halted it; NULL: nothing to say. */
const char *campaign_remark(struct ctl *ctl, const struct json *campaign);

/* For people all that they need to decide; for programs the document. */
void campaign_print(struct ctl *ctl, const struct json *campaign);

enum ctl_exit campaign_get(struct ctl *ctl, const char *id, const struct json **ret);
/* Waits until the list is there, shows it. CTL_ERROR: it could not be made. */
enum ctl_exit campaign_wait_for_list(struct ctl *ctl, const char *id, const struct json **ret);
/* Says how it goes until it has ended, or waits for a person; the exit code tells as what. */
enum ctl_exit campaign_watch(struct ctl *ctl, const char *id);
