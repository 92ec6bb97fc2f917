/*
 * Playbooks: what an agent is guided through, as a graph of steps that its author writes in YAML.
 *
 *     check  a condition over facts; yes, no, unknown say which step comes then. max_age: what is older is
 *            read from the device first. recheck: so long after the step began it is read anew, and judged
 *     ask    a question for the customer; each answer has a number and its step
 *     say    what to say or to do; goes on by itself unless pause is true
 *     do     an action on the device (provisioning/action.h), and waits for its result: done or failed. What
 * a diag.* has found out is there for the checks behind it: "result.ping.loss_percent" (result.h) goto
 * another step end    how the case ends: outcome, and to whom it goes
 *
 * Where a step's name is expected a step may stand itself: it is called after its place ("soltar.then").
 * playbook_read() takes nothing that could leave an agent without a next step: it says what is wrong, where,
 * and what to do about it (fault.def). Pure.
 */
#pragma once

#include "provisioning/playbook/expression.h"

struct json_writer;

enum {
    PLAYBOOK_STEPS_MAX = 100,
    PLAYBOOK_ANSWERS_MAX = 9, /* keys 1 to 9 */
    PLAYBOOK_NAME_MAX = 40,
    PLAYBOOK_TEXT_MAX = 600, /* characters */
    PLAYBOOK_WAIT_MAX_S = 600,
    PLAYBOOK_PARAMS_MAX = 12
};

enum playbook_language { PLAYBOOK_PT, PLAYBOOK_EN, PLAYBOOK_LANGUAGES };

/* NULL: there is none in this language; Portuguese is always there, where there is any. */
struct playbook_text {
    const char *in[PLAYBOOK_LANGUAGES];
};

enum step_kind { STEP_CHECK, STEP_ASK, STEP_SAY, STEP_DO, STEP_GOTO, STEP_END };

enum { WAY_YES, WAY_NO, WAY_UNKNOWN, WAY_DONE = 0, WAY_FAILED, WAY_THEN = 0 };

/* From a step to the next one. */
struct playbook_way {
    const char *key;            /* "yes", "done", "then"; of an ask what its author calls the answer */
    struct playbook_text label; /* of an answer */
    const char *to;
    struct yaml_place place;
    unsigned step; /* the index of `to` */
};

enum param_source { PARAM_LITERAL, PARAM_FACT, PARAM_AGENT };

/* What an agent types becomes a text, a number, or a list of what stands between commas and blanks. */
enum param_form { PARAM_TEXT, PARAM_NUMBER, PARAM_LIST, PARAM_FORMS };

extern const char *const param_forms[PARAM_FORMS]; /* "text", … */

struct playbook_param {
    const char *name;
    enum param_source source;
    const char *json;           /* LITERAL: the value */
    const char *fact;           /* FACT: its name */
    struct playbook_text label; /* AGENT: what to ask for */
    enum param_form form;       /* AGENT */
    bool secret;                /* AGENT: not kept, not shown */
};

struct playbook_end {
    const char *outcome; /* solved, partly, not_solved, callback, escalate */
    const char *to;      /* NULL: nobody */
    const char *reason;  /* NULL: none */
    uint32_t within_s;   /* 0: no time was promised */
};

struct playbook_step {
    const char *name;
    enum step_kind kind;
    struct yaml_place place;
    struct playbook_text text; /* of ask and say; of the others what may be shown beside them */
    struct playbook_way *ways;
    size_t way_count;
    bool pause;   /* say: until the agent goes on */
    bool confirm; /* do: the agent starts it */

    const char *source; /* check: the condition as it was written */
    const struct expression *condition;
    uint32_t max_age_s, recheck_s; /* 0: not asked for */

    const char *action; /* do: its kind */
    struct playbook_param *params;
    size_t param_count;

    struct playbook_end end;
};

struct playbook {
    const char *id;
    uint32_t version; /* 0: it does not say */
    struct playbook_text title, symptom;
    const char **verdicts; /* that it serves */
    size_t verdict_count;
    struct playbook_step *steps; /* as they stand in the document */
    size_t step_count;
    unsigned start;
};

/*
 * NULL: it has errors. The faults, sorted by place, are errors and warnings. The playbook lives in
 * faults->arena.
 */
const struct playbook *playbook_read(const char *yaml, size_t len, struct fault_list *faults);

/* -1: there is no step of this name. */
int playbook_step_find(const struct playbook *playbook, const char *name);
/* The text in this language, else in Portuguese; NULL: there is none. */
const char *playbook_say(const struct playbook_text *text, enum playbook_language language);
/* Steps from this one to the nearest end. */
unsigned playbook_distance(const struct playbook *playbook, unsigned step);
bool playbook_name_is_good(const char *name);
/* The members of an object that is open: id, title, …, and all steps. */
void playbook_write(const struct playbook *playbook, struct json_writer *json);
