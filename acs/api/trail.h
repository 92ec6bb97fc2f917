/*
 * What of a call goes into the audit trail (acs/audit): by itself, for every route, as openapi.yaml says it.
 *
 * A route that changes something (`change`) writes its row as the last step of the transaction of its effect:
 * no row, no effect. One that shows data of a home or a person (`view`) writes its row in a transaction of
 * its own before the answer goes out: no row, no answer. A repeated request that gets its first answer again
 * has done nothing, and writes none. What was refused to somebody who is known is a row as well, `denied`
 * (lacks the right, or is over a limit) or `failed`; without it the refusal goes out all the same, and the
 * log says so.
 *
 * A look, or a refusal, that another of the same minute equals in all but its time writes none (recent.h).
 *
 * The row is about what the path names and what the answer names: call_write_device_id() takes note. It holds
 * the body with its secrets as null (redact.h) unless the body was refused: what is in such a one nobody
 * knows. A handler may say it better in call->audit.
 */
#pragma once

#include "acs/base/err.h"

#include <stdint.h>

struct call;

/* The answer, or the change, is about this one, too. Often called with the same. */
void trail_device(struct call *call, int64_t id);
void trail_subscriber(struct call *call, int64_t id);

/* In the transaction of the effect. Nothing to do for a route that changes nothing. */
enum err trail_change(struct call *call) MUST_CHECK;
/* Before the answer; makes a transaction of its own. Nothing to do for a route that shows nothing. */
enum err trail_view(struct call *call) MUST_CHECK;
/* err: what the call has ended with. Ends its transaction. */
void trail_refusal(struct call *call, enum err err);
