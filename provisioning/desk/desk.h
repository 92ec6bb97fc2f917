/*
 * What the desk calls things: why customers call, what helped, how a case ends, how urgent it is; what a
 * verdict and what was done suggest; and the number that a customer is told. Pure.
 */
#pragma once

#include "acs/base/text.h"
#include "provisioning/verdict/verdict.h"

/* A row of one of the lists. */
struct desk_word {
    const char *code;
    const char *pt, *en;
};

enum desk_reason {
#define REASON(id, code, family, pt, en) DESK_REASON_##id,
#include "provisioning/desk/reason.def"
#undef REASON
    DESK_REASON_NONE
};

enum desk_list { DESK_REASONS, DESK_FIXES, DESK_OUTCOMES, DESK_PRIORITIES, DESK_LIST_COUNT };

const struct desk_word *desk_words(enum desk_list list, size_t *ret_count);
const struct desk_word *desk_word_find(enum desk_list list, const char *code); /* NULL: there is none */

/* What counts as the same trouble, of the code of a reason; NULL: there is no such reason. */
const char *desk_reason_family(const char *reason);
/*
 * Of the code of a verdict; where it suggests none, or there is no such verdict, of what has succeeded (kinds
 * as below). NULL: of neither.
 */
const char *desk_suggest_reason(const char *verdict, const char *kinds);
bool desk_is_visit_prone(const char *verdict);
/* kinds of actions that succeeded, blanks between; NULL: none. Answers a code; NULL: nothing to suggest. */
const char *desk_suggest_fix(const char *kinds);

/* ---- the number that a customer is told ---- */

enum { DESK_PROTOCOL_MAX = 64 };

/*
 * A form has {YYYY} or {YY}, {MM}, {DD}, and the number of that day with at least so many digits: {N6}. What
 * stands between them is digits, letters, ".", "-", "/" or a blank. ERR_INVALID says what is wrong.
 */
enum err desk_protocol_check(const char *form) MUST_CHECK;
/* day: "2026-11-22". The form was checked. */
const char *desk_protocol(const char *form, const char *day, int64_t number, struct arena *arena);
/* "-03:00" */
enum err desk_read_offset(const char *text, int64_t *ret_s) MUST_CHECK;
/* Local day of a moment: "2026-11-22". */
const char *desk_day(int64_t at_us, int64_t offset_s, struct arena *arena);
