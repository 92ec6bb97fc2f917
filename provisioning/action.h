/*
 * Actions: what the help desk, a pipeline or a campaign wants done to one device, as small pure programs.
 *
 * An action kind is one file in actions/ and one row of action.def. Its functions look at the action's record
 * and at the facts of the moment and answer with a move: send this request, wait for evidence, or it has
 * ended, and how. Nothing here does I/O or asks for the time; acs/cwmp/turn.c carries the moves out and db/
 * keeps the records. So the rules that must hold after any crash (at most once, success only when proven) are
 * tested without a server.
 */
#pragma once

#include "acs/base/crypto.h"
#include "acs/base/json.h"
#include "provisioning/action_state.h"
#include "provisioning/facts.h"

/* One action as the database knows it. */
struct action_record {
    char id[ID_MAX]; /* also CommandKey and ParameterKey of what is sent for it */
    int64_t device_id;
    const char *kind; /* "reboot" */
    const char *args; /* JSON object */
    enum action_state state;
    int32_t step;       /* of the kind's program; 0 at first */
    const char *sealed; /* JSON object of secrets, name -> sealed; NULL: none */
    const char
        *memo; /* what the program must remember from step to step, in a form of its own; "{}" at first */
    int32_t revision; /* goes up by one with each save */
    const char
        *intent; /* name of the request that was committed to be sent and has no answer yet, NULL: none */
    int64_t intent_at_us;
    int32_t sends; /* how often the current step's request was committed to be sent */
    int32_t boots; /* how often the device restarted while that request was outstanding */
    int64_t created_at_us;
    int64_t expires_at_us;
};

/* What the store writes back; JSON texts live in the arena of the move. NULL: stays as it is. */
struct action_save {
    const char *action_id;
    int32_t revision; /* the one that was read: the guard */
    enum action_state state;
    int32_t step;
    const char *memo;
    const char *intent; /* the request to be sent now; NULL: none outstanding */
    int64_t intent_at_us;
    int32_t sends;
    int32_t boots;
    uint32_t wake_in_s; /* while verifying: call the device by then, should it not come by itself; 0: it will,
                         * or nobody asks. Holds until the next save */
    const char *progress; /* JSON object for the screen: {"stage":…,"done":n,"total":m} */
    const char *result;   /* JSON: what was read, or what was done */
    const char *evidence; /* JSON object: what proved the success (I9) */
    const char *failure;  /* JSON object: {"code","detail","cwmp_fault",…} */
    const char *sealed;   /* JSON object: those of the record, and new ones */
    const char *undo;     /* JSON: what would make it as it was; kept for a day, shown to nobody */
    const char *secrets; /* JSON object: secrets of the home that are known now, name of the fact -> sealed */
    int64_t at_us;
};

enum action_move_kind {
    ACTION_SEND, /* commit the intent, then send request */
    ACTION_WAIT, /* nothing to send now; the save keeps what was learnt */
    ACTION_END   /* save.state is an ended one */
};

struct action_move {
    enum action_move_kind kind;
    struct cwmp_message request; /* ACTION_SEND: method and body; the caller adds version and header */
    struct action_save save;     /* always complete: to be written before anything is sent */
    bool changed;                /* false: the save says nothing new and need not be written */
    const struct cwmp_parameter_values
        *values; /* read from the device: to be stored with the save; or NULL */
    const struct cwmp_parameter_infos *infos;
    const struct cwmp_attribute_changes
        *attributes;           /* it was proved to have them: kept, for after a reset; or NULL */
    const struct facts *facts; /* that follow from the result, of keys that are TOLD: kept with it; or NULL */
    const struct ability *learnt; /* all that is known now of what the device can do; NULL: nothing new */
};

struct change_kind; /* actions/change.h */

struct action_kind {
    const char *name;
    const char *label_pt, *label_en;
    const char *warning_pt, *warning_en;         /* what the customer will notice; NULL: nothing */
    uint32_t ttl_s;                              /* when the caller names no expiry */
    uint32_t (*ttl_of)(const struct json *args); /* likewise where it depends; NULL: the one above */
    bool ends_session;                           /* goes last: the device leaves after it (N-36) */
    enum cwmp_method method; /* without which it cannot be done; CWMP_UNKNOWN_METHOD: it finds its way, or */
    enum cwmp_method (*method_of)(const struct json *args); /* it depends; NULL: the one above */
    bool asks_methods;          /* GetRPCMethods comes first where the device's list is not known (O-08) */
    bool wants_credentials;     /* next() is to know what the device is about to get */
    const char *const *secrets; /* arguments that are sealed and not kept with the others, NULL behind them */
    const char *const *knows;   /* secrets of its home that it gets: how their facts begin; or NULL */
    const struct change_kind *change; /* of a change of the desk; else NULL */
    bool internal;                    /* not to be asked for by name: another way makes it */
    bool lets_go;                     /* it may be cancelled while its success is awaited, too */

    bool (*wants_home)(const struct action_record *record); /* next() is to know the home; NULL: never */

    /* ERR_INVALID with a message that names the field, or OK. */
    enum err (*check)(const struct json *args);
    /* It is our turn: the next request of this action, if it has one now. */
    enum err (*next)(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret);
    /* The device answered the outstanding request, with a response or a CWMP Fault. */
    enum err (*answer)(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *answer, struct arena *arena, struct action_move *ret);
    /* The device came back: what does its Inform prove? Called when an intent has no answer, or while
     * verifying. */
    enum err (*inform)(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret);
    /* NULL in kinds that transfer no file. A TransferComplete is about this action; it may come at any time,
     * and again. */
    enum err (*transferred)(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_transfer_complete *told, struct arena *arena,
                            struct action_move *ret);
    /* NULL in kinds that change no software. A DUStateChangeComplete is about this action; likewise. */
    enum err (*changed)(const struct action_record *record, const struct action_facts *facts,
                        const struct cwmp_du_state_change_complete *told, struct arena *arena,
                        struct action_move *ret);
    /* NULL in kinds for which the device sends no file. All of it came and is stored with this move. */
    enum err (*uploaded)(const struct action_record *record, const struct action_facts *facts,
                         const struct action_upload *file, struct arena *arena, struct action_move *ret);
};

const struct action_kind *action_kind_find(const char *name); /* NULL: no such kind */
const struct action_kind *action_kind_at(size_t index);       /* NULL: past the last one */

/*
 * The entrances of a session: find the kind and run its function; an unknown kind ends the action as failed.
 *
 * Besides, for all kinds alike: what the device cannot do is not sent (ability.h), its list of methods is
 * asked for before the first request that it may not have, Fault 9000 is remembered, and a request over which
 * it has restarted twice is not sent again (6.2). Secrets go to whom secret_gate.h lets have them.
 */
enum err action_next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret) MUST_CHECK;
enum err action_answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *answer, struct arena *arena,
                       struct action_move *ret) MUST_CHECK;
enum err action_inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret) MUST_CHECK;

/* The method that these arguments need; CWMP_UNKNOWN_METHOD: none in particular. */
enum cwmp_method action_method(const struct action_kind *kind, const struct json *args);

/* The record after a save was written, so that the same session can go on with it. */
void action_apply(struct action_record *record, const struct action_save *save);
