/*
 * The scope of whoever asks: a filter that says which homes are there for them. All others are not.
 *
 * This is the only place that decides it, in the transaction of the effect. Before a handler runs, every id
 * of a home that the request names is looked at: in the path, in the topics of a stream, in the body, of a
 * device or a subscriber, or of what is about one. One that is outside is answered as one that there is not.
 * A request that names none is looked at by its answer: lists are narrowed by their statements (call->scope),
 * and one that shows a home all the same is not given.
 *
 * Rights over the whole installation cannot be narrowed: with a scope nobody has them (acs/auth/guard.h).
 */
#pragma once

#include "acs/api/call.h"

/* Of a caller who is known: reads the scope. One that cannot be read has no homes in it. */
enum err scope_open(struct call *call) MUST_CHECK;
/* After query and body were checked. */
enum err scope_check_request(struct call *call) MUST_CHECK;
/* What the handler has written, before it is committed or sent. */
enum err scope_check_answer(struct call *call) MUST_CHECK;

/* A filter that somebody is to be held to, of the member /scope of the body. *ret_given false: it is not
 * there.
 */
enum err scope_read(struct call *call, bool *ret_given, const char **ret) MUST_CHECK;
