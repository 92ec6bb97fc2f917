/*
 * What actions that carry a file to or from a device share: their memory, what is sent, and what the device's
 * own words about the transfer are worth.
 *
 * Download and Upload are sent at most once unless the device has said that it has not taken the request
 * (I3). A device tells the end of a transfer by Status 0 of its response or by TransferComplete, in the same
 * session, in a later one or weeks later (TR-069 A.3.2.8, A.3.3.2). What that proves is for each kind to say.
 */
#pragma once

#include "provisioning/action.h"

enum { CARRY_SEND, CARRY_PROVE, CARRY_ASK_BEFORE, CARRY_ASK_AFTER }; /* steps */

enum { CARRY_TRIES = 2, CARRY_AGAIN_S = 30 * 60 };

struct carry { /* texts live in the arena it was read into */
    int64_t sent_at_us;
    int64_t tries;
    int64_t not_before_us; /* of the next try; 0: at once */
    bool asked;            /* for the version before */
    bool done;             /* the device said that the transfer is complete and went well */
    bool announced;        /* its Inform said that TransferComplete comes */
    bool booted;           /* it has restarted after the request was sent */
    bool bootstrap;        /* 0 BOOTSTRAP was there already when it was sent: it says nothing */
    const char *before;    /* the software version then; NULL: not known */
    const char *report;    /* JSON object: what the device said of the transfer; NULL: nothing yet */
};

struct carry carry_read(const struct action_record *record, struct arena *arena);
const char *carry_write(const struct carry *carry, struct arena *arena);

/* ---- arguments: {"file":"fil_…"} of the caller; the server adds what it knows of the file ---- */

enum err carry_check_file(const struct json *args) MUST_CHECK;
/* A text argument; NULL: it is not there. */
const char *carry_argument(const struct action_record *record, const char *name, struct arena *arena);

/* ---- sending ---- */

/* Download of the action's file; or the reason why that is not possible now. */
struct action_move carry_download(const struct action_record *record, const struct action_facts *facts,
                                  const char *file_type, struct arena *arena);
/* The same, in windows of time. */
struct action_move carry_schedule(const struct action_record *record, const struct action_facts *facts,
                                  const char *file_type, const struct cwmp_time_windows *windows,
                                  struct arena *arena);
struct action_move carry_upload(const struct action_record *record, const struct action_facts *facts,
                                const char *file_type, struct arena *arena);

/* ---- what the device says ---- */

/*
 * The response to Download or Upload. True: *ret is the move, as the request was refused, or will be tried
 * again. False: it was taken; carry->done says whether the transfer is over already.
 */
bool carry_refused(const struct action_record *record, const struct action_facts *facts,
                   const struct cwmp_message *answer, struct arena *arena, struct carry *carry,
                   struct action_move *ret);
/* Notes a TransferComplete. False: it tells of a fault. */
bool carry_told(const struct cwmp_transfer_complete *told, struct carry *carry, struct arena *arena);
struct action_move carry_fail(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_transfer_complete *told, struct arena *arena);

/* Does the Inform say that the TransferComplete of this action comes before it leaves? */
bool carry_is_announced(const struct action_record *record, const struct action_facts *facts);
/* A factory reset has taken the pending transfer with it (I-16). */
bool carry_was_reset(const struct action_facts *facts, const struct carry *carry);
struct action_move carry_fail_by_reset(const struct action_record *record, const struct action_facts *facts,
                                       struct arena *arena);
/* Wait for proof, with what was learnt. */
struct action_move carry_wait(const struct action_record *record, const struct action_facts *facts,
                              const struct carry *carry, struct arena *arena);

/* inform() of kinds that an Inform proves nothing of, but for a factory reset. */
enum err carry_inform(const struct action_record *record, const struct action_facts *facts,
                      struct arena *arena, struct action_move *ret);
