/*
 * Actions as JSON, and answers that wait for the end of one.
 */
#pragma once

#include "acs/api/call.h"
#include "db/action.h"
#include "provisioning/action.h"

void action_write(struct call *call, const struct action_row *row);

/* Whether the caller may have actions of this kind done; refused else. */
enum err action_check_right(struct call *call, const struct action_kind *kind) MUST_CHECK;
/* The member /params of the body, checked: into the order's arguments, and its secrets sealed for its device.
 */
enum err action_read_params(struct call *call, const struct action_kind *kind,
                            struct action_order *order) MUST_CHECK;

/* The id of an order that is about to be made. */
void action_name(struct call *call, struct action_order *order);
/* In a transaction: makes it of an order that is complete and checked, and answers with it: 202, or as Prefer
 * asks. */
enum err action_start(struct call *call, const struct action_order *order) MUST_CHECK;

/*
 * In a transaction that holds the device (device_lock()). Two people at one home: what its customer notices
 * (a warning) is not done by both at once without either knowing. Whoever names the other's action (the
 * body's member beside) knows. Programs are not asked: what they want is queued.
 */
enum err action_check_others(struct call *call, const struct action_kind *kind, int64_t device_id) MUST_CHECK;

/*
 * In a transaction. Of a kind that carries a file: checks that this one may go to the device, and puts what
 * is known of it into the order's arguments. Other kinds: nothing. Without a device: whether there is such a
 * file of the right kind.
 */
enum err action_use_file(struct call *call, struct action_order *order) MUST_CHECK;

/* In a transaction. Of a kind that knows secrets of the home: puts those that are known into the order,
 * sealed for it. Other kinds, and a server without keys: nothing. */
enum err action_use_secrets(struct call *call, const struct action_kind *kind,
                            struct action_order *order) MUST_CHECK;

/* In a transaction. Of a kind that sets a Wi-Fi password: refuses one that is easily guessed, or holds the
 * name of its network. Other kinds: nothing. */
enum err action_check_passphrase(struct call *call, const struct action_kind *kind,
                                 int64_t device_id) MUST_CHECK;

/*
 * If the header Prefer asks for it (RFC 7240, "wait=20", at most 60 s): answers once the action has ended or
 * the time is over, with 200 and the action then. pending: the status if it has not ended. Else the call's
 * answer stays as it is.
 */
void action_wait_if_asked(struct call *call, const struct action_row *row, unsigned pending);
