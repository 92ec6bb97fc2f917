/*
 * Errors as the API answers them: RFC 9457 problems, one row of problem.def per kind, titled in the caller's
 * language.
 */
#pragma once

#include "acs/api/schema.h"

enum problem {
#define PROBLEM(id, status, code, class, title_pt, title_en, advice_pt, advice_en) PROBLEM_##id,
#include "acs/api/problem.def"
#undef PROBLEM
    PROBLEM_COUNT
};

struct problem_row {
    unsigned status;
    const char *code;
    enum err err; /* what a handler returns with it */
    const char *title[LANGUAGE_COUNT];
    const char *advice[LANGUAGE_COUNT];
};

const struct problem_row *problem_row(enum problem problem);
enum problem problem_of_err(enum err err); /* what an error that nobody named more precisely is */
bool problem_by_code(const char *code, enum problem *ret);

struct problem_report {
    enum problem problem;
    const char *detail;                  /* NULL: the advice of the row */
    const char *instance;                /* id of the request */
    const struct complaints *complaints; /* NULL: none */
};

void problem_write(const struct problem_report *report, enum language language, struct text *out);
/* What is served under the type of a problem. */
void problem_describe(enum problem problem, enum language language, struct text *out);
