/*
 * The changes of the desk: one program for all of them, plan → run → verify → undo. A kind is a row with a
 * plan: what shall be so, in the words of map/key.def; where this home keeps it, and in which encoding, the
 * map says.
 *
 *     LOOK    what the home says of it now is read: instances and old values are never assumed
 *     PLAN    the kind's plan makes writes of its arguments and the home
 *     SET     all of them in one SetParameterValues, all or nothing, with our id as ParameterKey; a parameter
 *             that is one of several for one thing and that the device refuses is left out, and the rest is
 *             asked for once more
 *     READ    they are read again, with the ParameterKey
 *     JUDGE   for kinds that want more than that: does the home show the effect?
 *
 * A value that the device hides (a passphrase reads back as "") is proved by the ParameterKey alone: the
 * device committed that very request. Where a model has no ParameterKey either, the action ends as failed
 * with the code "unverified". A lost answer is resolved by the ParameterKey of the next Inform (6.2).
 *
 * Secrets are never in args, memo or result: they lie sealed beside the action (struct action_record.sealed),
 * and are opened into the request that carries them.
 */
#pragma once

#include "provisioning/action.h"

enum { CHANGE_WRITES_MAX = 32, CHANGE_FAMILIES = 4 };

/* One parameter that is to be written. */
struct change_write {
    const char *name;
    enum cwmp_type type;
    const char *what;    /* the fact that it is: "wifi.2g.ssid" */
    const char *value;   /* NULL: it is the secret */
    const char *secret;  /* its name in sealed; NULL: it is the value */
    const char *before;  /* the value that it had; NULL: not known */
    bool one_of_several; /* others hold the same: it may be left out if the device refuses it */
};

struct change_plan {
    struct arena *arena;
    const struct home *home;
    struct change_write writes[CHANGE_WRITES_MAX];
    size_t count;
    const char *unavailable; /* why it cannot be done here, in words; NULL: it can */
};

enum change_effect { CHANGE_SHOWN, CHANGE_NOT_YET, CHANGE_FAILED };

/* What is judged by. */
struct change_view {
    const struct home *home;
    const struct json *args;
    double since_s; /* seconds since the new values were sent */
};

struct change_kind {
    const char
        *families[CHANGE_FAMILIES]; /* beginnings of the names of keys that LOOK reads; NULL behind them */
    void (*plan)(struct change_plan *plan, const struct json *args);
    /* Does the home show the effect after it was written and read? If not: why, in words. NULL: what was read
     * back is enough. */
    enum change_effect (*shows)(const struct change_view *view, const char **ret_why);
    uint32_t
        again_s; /* while it is not shown yet: have the device called after so long; 0: it tells by itself */
};

/* All that bear this key there get this value; refuses the plan if none may be written. */
void change_text(struct change_plan *plan, enum fact_key key, const char *place, const char *value);
void change_flag(struct change_plan *plan, enum fact_key key, const char *place, bool flag);
void change_number(struct change_plan *plan, enum fact_key key, const char *place, double number);
/* secret: name of the argument that holds it. */
void change_secret(struct change_plan *plan, enum fact_key key, const char *place, const char *secret);
/* Likewise, if this home has it: a switch that must not stand in the way. */
void change_flag_if_there(struct change_plan *plan, enum fact_key key, const char *place, bool flag);
void change_refuse(struct change_plan *plan, const char *why);

/* The functions of every kind of change. */
enum err change_next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret);
enum err change_answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret);
enum err change_inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret);
bool change_wants_home(const struct action_record *record);

#define CHANGE_PROGRAM                                                                 \
    .method = CWMP_SET_PARAMETER_VALUES, .next = change_next, .answer = change_answer, \
    .inform = change_inform, .wants_home = change_wants_home
