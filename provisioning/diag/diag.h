/*
 * Tests that a device makes by order (TR-098 and TR-181 diagnostics, TR-143): one program for all of them
 * (diag.c), and for each a struct diag_test that knows its arguments and its results.
 *
 * The program looks at the test's object, so that it knows which of its arguments are there and that nobody
 * else's test is under way; sets them and orders the test in one request; waits for 8 DIAGNOSTICS COMPLETE,
 * or has the device called and asks; reads the object; and goes on to the next round, if there is one. An
 * order of which the answer is lost is not sent again before it is proven that it was not taken.
 *
 * Where a model keeps a test is in the map (map/map.h). Names of fields that differ from maker to maker are
 * written with a bar between them: "HopRTTimes|RTTimes".
 */
#pragma once

#include "provisioning/diag/answer.h"
#include "provisioning/diag/say.h"
#include "provisioning/move.h"

enum { DIAG_OBJECTS_MAX = 16, DIAG_SETS_MAX = 12, DIAG_ROUNDS_MAX = 20 };

/*
 * How a test under way is ended: TR-181 has Canceled for it, which a device need not know (9007). In both
 * models it ends when one of its arguments is changed (TR-098 1.8, TR-181 2.17: DiagnosticsState); nothing
 * else may be written to the state.
 */
enum diag_way { DIAG_BY_CANCELED, DIAG_BY_ARGUMENT, DIAG_BY_NOTHING };

/* A radio as it was when the test began. */
struct diag_radio {
    const char *band; /* "2g" */
    uint32_t channel;
    const char *channels; /* that it may have; "": not known */
};

/* A test under way: the arguments, and what the memo holds. */
struct diag {
    struct arena *arena;
    const struct diag_test *test;
    const struct action_record *record;
    const struct action_facts *facts;
    struct json *args;
    const char *objects[DIAG_OBJECTS_MAX]; /* with their dots */
    uint32_t object_count;
    uint32_t object; /* the one in use */
    bool found;      /* they are those that the device has; else they are tried one after the other */
    uint32_t round;  /* from 0 */
    struct diag_set sets[DIAG_SETS_MAX];
    uint32_t set_count;
    const char *before;                /* the state before the order */
    const char *looked;                /* the object then, as a fingerprint */
    int64_t ordered_at_us;             /* this round's order */
    int64_t waiting_since_us;          /* for somebody else's test; 0: for none */
    uint32_t orders;                   /* how often this round's order was sent */
    uint32_t polls;                    /* how often it was asked without being told */
    bool lost;                         /* the answer to the order did not come */
    bool denied;                       /* and the ParameterKey says that it was not taken */
    bool told;                         /* 8 DIAGNOSTICS COMPLETE came since */
    bool restarted;                    /* 1 BOOT came since */
    const char *kept[DIAG_ROUNDS_MAX]; /* JSON: what each round has found out */
    uint32_t kept_count;
    struct diag_radio radios[BAND_COUNT];
    uint32_t radio_count;
    uint32_t ceiling_mbps;  /* of the model's own test; 0: not known */
    double link_mbps;       /* of what the internet comes in by, likewise */
    double plan_mbps[2];    /* down and up, likewise */
    enum diag_way stopping; /* while a test that took too long is ended */
};

/* The end of a test. Both texts are whole sentences, which begin with the verdict. */
struct diag_end {
    struct json_writer *json; /* in an open object: the result */
    const char *sentence_pt, *sentence_en;
    struct fact_list facts;
};

struct diag_test {
    enum map_test test;
    const char *results; /* states besides Complete that are results, with bars between; NULL: none */
    uint32_t (*expect_s)(const struct diag *diag); /* when it is asked for the first time */
    uint32_t limit_s;                              /* of one round; then it is given up */
    /* The arguments of the round: diag_put(). */
    enum err (*fill)(struct diag *diag, const struct diag_answer *is);
    /* What the round has found out, as the members of an open object. */
    enum err (*take)(struct diag *diag, const struct diag_answer *is, struct json_writer *json);
    bool (*again)(const struct diag *diag, const struct json *rounds); /* another round is needed */
    void (*conclude)(struct diag *diag, const struct json *rounds, struct diag_end *end);
};

/* ---- for the tests ---- */

/* Sets the argument, if the object has it; false: it has not. */
bool diag_put(struct diag *diag, const struct diag_answer *is, const char *leaf, const char *value);
bool diag_put_number(struct diag *diag, const struct diag_answer *is, const char *leaf, uint64_t number);

/* ---- place.c ---- */

/* ERR_NOT_FOUND, with a message in words: the model has no such test. */
enum err diag_find(struct diag *diag);
void diag_note_home(struct diag *diag);

/* ---- memo.c ---- */

enum err diag_load(struct diag *diag);
const char *diag_save(const struct diag *diag);
void diag_close(struct diag *diag);
/* [["Host","8.8.8.8","string"],…], into DIAG_SETS_MAX of them; ret_count: so many are there already. */
void diag_read_sets(const struct json *sets, struct arena *arena, struct diag_set *ret, uint32_t *ret_count);
#define AUTO_DIAG __attribute__((cleanup(diag_close))) struct diag

/* ---- diag.c: the functions of every kind ---- */

/* What a state says; results: as in struct diag_test. */
enum diag_verdict { DIAG_NOT_ASKED, DIAG_UNDER_WAY, DIAG_IS_RESULT, DIAG_IS_ERROR };
enum diag_verdict diag_judge(const char *results, const char *state);

bool diag_wants_home(const struct action_record *record);
enum err diag_next(const struct diag_test *test, const struct action_record *record,
                   const struct action_facts *facts, struct arena *arena, struct action_move *ret);
enum err diag_take(const struct diag_test *test, const struct action_record *record,
                   const struct action_facts *facts, const struct cwmp_message *message, struct arena *arena,
                   struct action_move *ret);
enum err diag_inform(const struct diag_test *test, const struct action_record *record,
                     const struct action_facts *facts, struct arena *arena, struct action_move *ret);

/* The three entrances of a kind whose test is `test`. */
#define DIAG_ENTRANCES(test)                                                                                 \
    static enum err next(const struct action_record *record, const struct action_facts *facts,               \
                         struct arena *arena, struct action_move *ret)                                       \
    {                                                                                                        \
        return diag_next(&(test), record, facts, arena, ret);                                                \
    }                                                                                                        \
    static enum err answer(const struct action_record *record, const struct action_facts *facts,             \
                           const struct cwmp_message *message, struct arena *arena, struct action_move *ret) \
    {                                                                                                        \
        return diag_take(&(test), record, facts, message, arena, ret);                                       \
    }                                                                                                        \
    static enum err inform(const struct action_record *record, const struct action_facts *facts,             \
                           struct arena *arena, struct action_move *ret)                                     \
    {                                                                                                        \
        return diag_inform(&(test), record, facts, arena, ret);                                              \
    }
