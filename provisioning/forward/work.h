/*
 * The program of all actions about port forwards (forward.h):
 *
 *     LOOK    the tables are read, and what a new forward must not run into; a device of which too little is
 *             known is read whole first
 *     JUDGE   list: that is all. add, remove: may it be done, and to which rows?
 *     add, for each row: LIST, ADD (at most once; table_row.h), LEARN which fields the new row has, SET all
 * of them in one request, READ them again, SHOW: does the home have it, and in force? remove, for each row:
 * DELETE, and GONE when it is listed no more UNMAKE  whatever fails behind an ADD takes the rows of this
 * action out again before it is told
 *
 * Every look is at the device: what was known of it before decides nothing but where to look.
 */
#pragma once

#include "provisioning/actions/table_row.h"
#include "provisioning/forward/forward.h"

enum forward_job { FORWARD_LIST, FORWARD_ADD, FORWARD_REMOVE };

enum forward_step {
    FORWARD_BEGIN,
    FORWARD_LOOK,
    FORWARD_JUDGE,
    FORWARD_BEFORE, /* the rows before a new one */
    FORWARD_MAKE,
    FORWARD_FIND, /* the rows after it, where the answer was lost */
    FORWARD_LEARN,
    FORWARD_PLAN,
    FORWARD_SET,
    FORWARD_READ,
    FORWARD_SHOW,
    FORWARD_AWAIT, /* the restart with which the device carries it out */
    FORWARD_DELETE,
    FORWARD_GONE,
    FORWARD_UNMAKE,
    FORWARD_UNMADE
};

enum { FORWARD_ROWS_MAX = 500, FORWARD_TURNS_MAX = 8 };

struct forward_work {
    const struct action_record *record;
    const struct action_facts *facts;
    struct arena *arena;
    enum forward_job job;
    bool back; /* it puts back what was there before */

    /* what is remembered from step to step */
    bool whole;          /* all of the device was read for this action */
    const char *reading; /* NULL: nothing is being read */
    struct cwmp_strings tables, rows;
    struct forward turns[FORWARD_TURNS_MAX]; /* those that are made, or taken out, one by one */
    uint32_t turn_count, turn;
    struct row_birth birth;
    struct cwmp_parameter_values writes;
    const char *protocol_at; /* which of them is the protocol; NULL: none */
    bool needs_restart;
    int32_t after_restart; /* the step that goes on then */
    const char *failure;   /* JSON: told once the rows are taken out */
};

/* ERR_INTERNAL, ERR_INVALID: the record is not one of these. */
enum err forward_work_load(struct forward_work *work);
const char *forward_work_save(const struct forward_work *work);

/* Goes on at this step, with what is remembered. */
struct action_move forward_go(const struct forward_work *work, int32_t step, enum action_state state);
struct action_move forward_fail(const struct forward_work *work, const char *code,
                                struct forward_words words);

/* ---- look.c ---- */

struct action_move forward_begin(struct forward_work *work);
enum err forward_ask(struct forward_work *work, struct action_move *ret);
enum err forward_take_look(struct forward_work *work, const struct cwmp_message *message,
                           struct action_move *ret);
enum err forward_choose(struct forward_work *work, struct action_move *ret); /* JUDGE */

/* ---- add.c ---- */

struct action_move forward_add_next(struct forward_work *work);
struct action_move forward_add_take(struct forward_work *work, const struct cwmp_message *message);
struct action_move forward_add_inform(struct forward_work *work);
/* The end of this action, once the rows that it has made are taken out. */
struct action_move forward_unmake(struct forward_work *work, struct action_move failed);

/* ---- remove.c ---- */

struct action_move forward_remove_next(struct forward_work *work);
struct action_move forward_remove_take(struct forward_work *work, const struct cwmp_message *message);
struct action_move forward_remove_inform(struct forward_work *work);

/* ---- forward_work.c: the entrances of every kind ---- */

bool forward_wants_home(const struct action_record *record);
enum err forward_next(enum forward_job job, const struct action_record *record,
                      const struct action_facts *facts, struct arena *arena, struct action_move *ret);
enum err forward_take(enum forward_job job, const struct action_record *record,
                      const struct action_facts *facts, const struct cwmp_message *message,
                      struct arena *arena, struct action_move *ret);
enum err forward_inform(enum forward_job job, const struct action_record *record,
                        const struct action_facts *facts, struct arena *arena, struct action_move *ret);

/* The undo of one of these, by its arguments: {"forward":"add"|"remove","forwards":[…]}. False: of another.
 */
bool forward_is_undo(const struct action_record *record, enum forward_job *ret);

#define FORWARD_ENTRANCES(job)                                                                               \
    static enum err next(const struct action_record *record, const struct action_facts *facts,               \
                         struct arena *arena, struct action_move *ret)                                       \
    {                                                                                                        \
        return forward_next(job, record, facts, arena, ret);                                                 \
    }                                                                                                        \
    static enum err answer(const struct action_record *record, const struct action_facts *facts,             \
                           const struct cwmp_message *message, struct arena *arena, struct action_move *ret) \
    {                                                                                                        \
        return forward_take(job, record, facts, message, arena, ret);                                        \
    }                                                                                                        \
    static enum err inform(const struct action_record *record, const struct action_facts *facts,             \
                           struct arena *arena, struct action_move *ret)                                     \
    {                                                                                                        \
        return forward_inform(job, record, facts, arena, ret);                                               \
    }
