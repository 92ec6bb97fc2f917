/* Inform events. The rows are in event.def; cwmp_has_event() and cwmp_find_event() are in cwmp.h. */
#pragma once

#include <stdbool.h>

struct event {
    const char *code;         /* "7 TRANSFER COMPLETE" */
    const char *delivered_by; /* "TransferCompleteResponse" */
};

/* By number or name, tolerant of case, zeros and spaces (I-07). NULL: a vendor's, or one that nobody knows.
 */
const struct event *event_find(const char *code);

/* Same event: "0 BOOTSTRAP", "0  Bootstrap", "00" and "0" are; so are "M Reboot" and "m  reboot". */
bool event_equal(const char *a, const char *b);
