/*
 * A run: one agent, one device, one playbook, from the start to an end.
 *
 * run_step() takes what happened (somebody looks, an answer, the result of an action) and what is known now,
 * goes on as far as it can without a person, and says what is to be done next. The caller keeps the run
 * (run_write()) together with the action that it was told to start, in one transaction: so a `do` is started
 * once whatever crashes, and a run goes on days later where it stood. Pure: no clock but facts->now_us.
 */
#pragma once

#include "acs/base/json.h"
#include "provisioning/playbook/playbook.h"

enum run_phase {
    RUN_ASKING,     /* a person decides: run_options() */
    RUN_PAUSING,    /* until wait_until_us, then it measures */
    RUN_REFRESHING, /* until the action that reads the device has ended */
    RUN_DOING,      /* until the action of a `do` has ended */
    RUN_ENDED,
    RUN_CANCELLED,
    RUN_STUCK /* too many steps without a person, or in all: only back and cancel are left */
};

enum { RUN_AUTOMATIC_MAX = 50, RUN_VISITS_MAX = 400 };

/* What happened at a step. */
struct run_visit {
    const char *step;
    const char *input; /* "yes", an answer's key, "go", "done", "failed", "back", … */
    const char *by;    /* NULL: by itself */
    int64_t at_us;
    const char *values; /* JSON of what a check asked for, when it judged; NULL */
    const char *before; /* likewise before it was read anew; NULL: it was not */
    const char *action; /* NULL: none */
    const char *detail; /* why an action failed; NULL */
};

struct run {
    unsigned step;
    enum run_phase phase;
    int64_t since_us; /* at this step */
    int64_t wait_until_us;
    const char *action; /* REFRESHING, DOING */
    const char *before; /* of a check: values before it is read anew */
    bool waited, refreshed;
    unsigned automatic; /* steps since a person decided */

    unsigned decisions[RUN_VISITS_MAX]; /* the steps at which one did, for back */
    size_t decision_count;
    struct run_visit *visits;
    size_t visit_count, visit_capacity;
    struct arena *arena;
    bool dry; /* nothing is done: the agent says what came of it */
};

enum run_input_kind { RUN_LOOK, RUN_ANSWER, RUN_RESULT, RUN_BACK, RUN_CANCEL };

struct run_input {
    enum run_input_kind kind;
    const char *by;            /* ANSWER, BACK, CANCEL */
    const char *answer;        /* ANSWER: the number or the key of an option */
    const struct json *params; /* ANSWER: what a do asks the agent for, by name; may be NULL */
    bool succeeded;            /* RESULT of run->action */
    const char *detail;        /* RESULT: why not; NULL */
    int64_t ended_us;          /* RESULT: when */
    struct expression_world world;
};

/* To be started now, and told by run_started(); kind NULL: nothing. */
struct run_order {
    const char *kind;
    const char *args; /* JSON object, in the run's arena; may hold secrets: nothing else keeps it */
};

void run_begin(struct run *run, const struct playbook *playbook, bool dry, int64_t now_us);

/*
 * ERR_CONFLICT: this cannot be answered now, or there is no way back. ERR_INVALID: no such answer, or a
 * parameter is missing. The run is unchanged then.
 */
enum err run_step(struct run *run, const struct playbook *playbook, const struct run_input *input,
                  struct run_order *ret) MUST_CHECK;
/* The order was carried out: an action of this id. */
void run_started(struct run *run, const char *action, int64_t now_us);
/* It cannot be done on this device: as if the action had failed. Then run_step() with RUN_LOOK. */
void run_refused(struct run *run, const struct playbook *playbook, const char *detail, int64_t now_us);
/* RUN_LOOK would go on: its pause is over. */
bool run_is_due(const struct run *run, int64_t now_us);

/* ---- what may be answered ---- */

struct run_option {
    const char *key;
    struct playbook_text label;
};

enum { RUN_OPTIONS_MAX = PLAYBOOK_ANSWERS_MAX };

unsigned run_options(const struct run *run, const struct playbook *playbook,
                     struct run_option options[RUN_OPTIONS_MAX]);

/* ---- kept and shown ---- */

void run_write(const struct run *run, const struct playbook *playbook, struct json_writer *json);
/* ERR_INVALID: it names a step that is not there, or is no run. Into an empty run with an arena. */
enum err run_read(const struct json *doc, const struct playbook *playbook, struct run *run) MUST_CHECK;
const char *run_phase_name(enum run_phase phase); /* "asking" */

/* The members of an object that is open: the step, what to say, what to answer, what is waited for, the path.
 */
void run_show(const struct run *run, const struct playbook *playbook, const struct facts *facts,
              enum playbook_language language, struct json_writer *json);
