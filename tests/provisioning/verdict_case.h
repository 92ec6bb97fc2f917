/*
 * Homes in a line of words, and what must be said of them.
 *
 *     {"a call failed after it was due", "contact.age_s=1000 contact.call=unreachable contact.call_age_s=5",
 * "offline=95"}
 *
 * Every home is a healthy one but for its words: NAME=VALUE is a fact as of now, NAME=VALUE@AGE one of AGE
 * seconds ago (one letter: m, h, d), -NAME takes one away, #NAME=NUMBER sets a threshold, "nothing" takes all
 * away. What must be said: the codes of all causes in their order, a confidence after "=", ?NAME: this is
 * missing because nobody knows it, !NAME: because it is stale.
 */
#pragma once

#include "provisioning/verdict/verdict.h"
#include "tests/base/check.h"

struct verdict_case {
    const char *name, *home, *said;
};

struct verdict_question verdict_case_read(const char *home, struct arena *arena);

/* What is kept of the answer: JSON. */
const char *verdict_case_answer(const struct verdict_question *question, struct arena *arena);

/* Says which one did not hold; and that each answers the same, byte for byte, when it is asked again from
 * what is kept. */
void verdict_cases_check(const struct verdict_case *cases, size_t count);
