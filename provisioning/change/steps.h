/* The steps of a change, and what it remembers between them. For this folder and actions/undo.c only. */
#pragma once

#include "provisioning/change/change.h"

enum change_step {
    CHANGE_LOOK,
    CHANGE_PLAN,
    CHANGE_SET,
    CHANGE_READ,
    CHANGE_JUDGE,
    CHANGE_AWAIT_RESTART,
    CHANGE_WAIT
};

struct change_memo {
    struct change_write writes[CHANGE_WRITES_MAX];
    size_t count;
    bool needs_restart;   /* the device said that it applies with a restart (P-03) */
    const char *evidence; /* what reading back has proved; NULL: nothing yet */
    int32_t looks;        /* how often the effect was looked for */
    int64_t sent_at_us;   /* when it was first sent to the device; 0: not yet */
};

/* ERR_INTERNAL: it was not written by change_memo_write(). */
enum err change_memo_read(const char *memo, struct arena *arena, struct change_memo *ret) MUST_CHECK;
const char *change_memo_write(const struct change_memo *memo, struct arena *arena);

const struct change_kind *change_of(const struct action_record *record);
/* All that the home has of the kind's families; empty: nothing is known of it yet. */
void change_names(const struct change_kind *kind, const struct home *home, struct arena *arena,
                  struct cwmp_strings *ret);

enum err change_set(const struct action_record *record, const struct action_facts *facts, struct arena *arena,
                    struct action_move *ret);
enum err change_take_set(const struct action_record *record, const struct action_facts *facts,
                         const struct cwmp_message *message, struct arena *arena, struct action_move *ret);
enum err change_read(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret);
enum err change_take_reading(const struct action_record *record, const struct action_facts *facts,
                             const struct cwmp_message *message, struct arena *arena,
                             struct action_move *ret);
enum err change_judge(const struct action_record *record, const struct action_facts *facts,
                      struct arena *arena, struct action_move *ret);
