/*
 * Cases of the desk, as JSON, and who may see and change which: everybody his own, cases.all all of them.
 */
#pragma once

#include "acs/api/call.h"
#include "db/case.h"

const char *case_write_id(struct call *call, int64_t id);
/* The whole case as the answer. */
enum err case_answer(struct call *call, int64_t id) MUST_CHECK;

/* In a transaction: notes something in a case; text and data (a JSON object) may be NULL. */
enum err case_add_entry(struct call *call, int64_t case_id, const char *kind, const char *text,
                        const char *data) MUST_CHECK;
/* The few lines with which it is handed over, in the caller's language. */
enum err case_summary(struct call *call, const struct case_row *row, const char **ret) MUST_CHECK;

/* The case of the path, if the caller may see it. */
enum err case_look(struct call *call, struct case_held *ret) MUST_CHECK;
/* In a transaction: the case of the path, held; refused if it is neither the caller's nor may he change all.
 */
enum err case_take(struct call *call, struct case_held *ret) MUST_CHECK;
/* Likewise one that is not closed. */
enum err case_take_unclosed(struct call *call, struct case_held *ret) MUST_CHECK;

/*
 * The case that the body names, if it names one, becomes that under which the call does what it does
 * (call->case_id). Refused: there is no such case, it is closed, of another device, or not the caller's.
 */
enum err case_use(struct call *call, int64_t device_id) MUST_CHECK;
