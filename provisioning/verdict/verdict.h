/*
 * What is the matter with a home: facts and thresholds in, an ordered list of causes out, each with its
 * evidence, what to say and what to do next. Pure: the same question has the same answer, byte for byte, so
 * that what an agent was shown can be judged again (verdict_read_question()).
 *
 * The rules are the rows of verdict.def, asked in order. The first that holds is the headline. A rule speaks
 * of facts that are known only:
 *
 * - A fact that is not there makes no verdict. Where a rule needed it, it is named in `missing`.
 * - A fact that is older than "fresh" (thresholds.def; of two kinds, FACT_LIGHT and the others; what the
 *   server tells counts as light) lowers confidence in a straight line down to half of it at "stale".
 * - A fact that is as old as "stale" counts as not there, and is named as stale.
 * - Confidence is that of the row, times the trust in the oldest evidence, times the doubts of the rule.
 *
 * `ok` is said only of a home whose connection is known; of one of which too little is known, `no_data`.
 * Words of facts that rules compare: contact.call is a code of acs/api/wake.def; firmware.state is approved,
 * old, bad or unknown; technology is gpon, xgpon, xgspon, epon, dsl, ethernet, wireless, cable ….
 */
#pragma once

#include "provisioning/fact.h"
#include "provisioning/saying.h"
#include "provisioning/verdict/thresholds.h"

/* Goes up with every change that lets the same question have another answer. */
enum { VERDICT_RULES_VERSION = 1 };

enum verdict_code {
#define VERDICT(id, code, severity, confidence, last, rule, playbook) VERDICT_##id,
#include "provisioning/verdict/verdict.def"
#undef VERDICT
    VERDICT_COUNT
};

enum verdict_severity { VERDICT_IS_OK, VERDICT_IS_INFO, VERDICT_IS_WARN, VERDICT_IS_BAD, VERDICT_IS_UNKNOWN };

const char *verdict_code_name(enum verdict_code code); /* "optical_bad" */
enum verdict_code verdict_code_find(const char *name); /* VERDICT_COUNT: none */
enum verdict_severity verdict_severity_of(enum verdict_code code);

enum { VERDICT_EVIDENCE_MAX = 8, VERDICT_MISSING_MAX = 64 };

struct verdict_evidence {
    const char *fact; /* its full name, or one made of several: "lan.dhcp.used_percent" */
    const char *unit;
    const char *text; /* NULL: a number */
    double number;
    bool is_flag;
    int64_t age_s;
    enum threshold threshold; /* what it was compared with; THRESHOLD_COUNT: nothing */
};

struct verdict_words {
    const char *pt, *en;
};

/* What is said of a cause. */
enum verdict_part { VERDICT_HEADLINE, VERDICT_SAY, VERDICT_NEXT, VERDICT_PART_COUNT };

struct verdict_cause {
    enum verdict_code code;
    unsigned shape; /* which row of words.def */
    int confidence; /* 0..100 */
    struct verdict_words headline, say, next;
    struct verdict_evidence evidence[VERDICT_EVIDENCE_MAX];
    size_t evidence_count;
};

struct verdict_missing {
    const char *fact;
    int64_t age_s;  /* -1: it is not known; else it is stale */
    uint32_t codes; /* bit n: verdict n needed it */
};

struct verdict {
    struct verdict_cause causes[VERDICT_COUNT]; /* at least one */
    size_t count;
    struct verdict_missing missing[VERDICT_MISSING_MAX];
    size_t missing_count;
};

/* What is asked: everything that the answer depends on. */
struct verdict_question {
    struct facts facts;
    struct thresholds thresholds;
    struct sayings sayings; /* in place of what words.def says; each one fits (verdict_form_takes()) */
};

/* Texts live in the arena, and point into the facts. */
const struct verdict *verdict_judge(const struct verdict_question *question, struct arena *arena);

/* "causes":[…],"more":…,"missing":[…] into the open object; both languages, so that it can be kept. */
void verdict_write(const struct verdict *verdict, const struct thresholds *thresholds,
                   struct json_writer *json);

/* Of the sayings those that the verdict has used: with them alone the question has the same answer. */
struct sayings verdict_sayings_used(const struct verdict *verdict, const struct sayings *all,
                                    struct arena *arena);

/* {"rules":1,"now":…,"thresholds":{…},"sayings":{…},"facts":{…}}; without sayings if there are none */
void verdict_write_question(const struct verdict_question *question, struct json_writer *json);
/*
 * ERR_INVALID: it is none. A saying that does not fit is passed over, so that one that a later program would
 * not take does not make the rest unreadable. ret_rules: the version of the rules that it was asked of.
 */
enum err verdict_read_question(const struct json *doc, struct arena *arena, struct verdict_question *ret,
                               int64_t *ret_rules) MUST_CHECK;

/* ---- the forms of what is said, by their ids (wording.c) ---- */

enum { VERDICT_SHAPES_MAX = 2, VERDICT_HEADLINE_MAX = 120, VERDICT_SAY_MAX = 400 };

/* As words.def has it; NULL: the verdict has no such shape. */
const struct verdict_words *verdict_form(enum verdict_code code, unsigned shape, enum verdict_part part);
/* "optical_bad.say"; of another shape than the first "optical_bad.1.say" */
const char *verdict_form_id(enum verdict_code code, unsigned shape, enum verdict_part part,
                            struct arena *arena);
/* False: it is none of ours. */
bool verdict_form_read(const char *id, enum verdict_code *ret_code, unsigned *ret_shape,
                       enum verdict_part *ret_part);
/* The places that the rule fills in whenever it finds this shape. */
struct saying_places verdict_form_places(enum verdict_code code, unsigned shape);
size_t verdict_form_max(enum verdict_part part); /* characters */
/* Whether both languages of a saying may stand in place of the form of its id. */
bool verdict_form_takes(const struct saying *saying);
