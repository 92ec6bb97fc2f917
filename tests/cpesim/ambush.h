/*
 * What is to happen, by order, to the next request of one method (control's next): it is cut off before it is
 * carried out or after, or answered by a fault. Others pass.
 */
#pragma once

#include "soap/cwmp.h"

enum ambush_how { AMBUSH_NONE, AMBUSH_UNHEARD, AMBUSH_UNANSWERED, AMBUSH_FAULT };

struct ambush {
    enum cwmp_method method;
    enum ambush_how how;
    uint32_t fault; /* AMBUSH_FAULT: its code */
};

/* how: "unheard", "unanswered" or the code of a fault. ERR_INVALID: no such method, or none of these. */
enum err ambush_lay(struct ambush *ambush, const char *method, const char *how) MUST_CHECK;
/* What is to happen to a request of this method; it happens once. */
struct ambush ambush_spring(struct ambush *ambush, enum cwmp_method method);
