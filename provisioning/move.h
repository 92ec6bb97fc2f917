/*
 * How an action's program says what comes next: small constructors of struct action_move, so that every kind
 * fills the save in the same way and none forgets a field.
 */
#pragma once

#include "provisioning/action.h"

/* The save that changes nothing; every other constructor starts from it. */
struct action_move move_stay(const struct action_record *record, const struct action_facts *facts);

/* Send this method now, as step `step`; the caller fills move.request.body. */
struct action_move move_send(const struct action_record *record, const struct action_facts *facts,
                             int32_t step, enum cwmp_method method);
/* Go on at `step`, at once if it is our turn. No request is outstanding any more. */
struct action_move move_to(const struct action_record *record, const struct action_facts *facts, int32_t step,
                           enum action_state state);

/* JSON texts; NULL: none. */
struct action_move move_succeed(const struct action_record *record, const struct action_facts *facts,
                                const char *result, const char *evidence);
/* code: stable, for programs ("device_fault"); detail: a sentence for people; fault: 0 or the CWMP code. */
struct action_move move_fail(const struct action_record *record, const struct action_facts *facts,
                             struct arena *arena, const char *code, const char *detail, uint32_t fault);
/* The device answered with a Fault: every part of it is kept (P-08). */
struct action_move move_fail_by_fault(const struct action_record *record, const struct action_facts *facts,
                                      struct arena *arena, const struct cwmp_fault *fault);
/* The device answered something that is no answer to what was asked. */
struct action_move move_fail_by_answer(const struct action_record *record, const struct action_facts *facts,
                                       struct arena *arena, const struct cwmp_message *answer);

/*
 * The device came back and the answer to a request that may be repeated is lost: send it again, at most
 * `tries` times in all, then give up.
 */
struct action_move move_resend(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena, int32_t tries);

/* The Inform says that the device was reset to its factory settings, and the model's word counts. */
bool move_was_reset(const struct action_facts *facts);

/* The ParameterKey of a request: key, or "" for a model that cannot bear one. */
const char *move_parameter_key(const struct action_facts *facts, const char *key);
/* The Inform tells this ParameterKey, and the model's word counts (P-11). */
bool move_key_is(const struct action_facts *facts, const char *key);
/* The Inform tells another one: what carried this key was not carried out. */
bool move_key_is_not(const struct action_facts *facts, const char *key);

/* {"values":[{"name","value","type"}…]}; the value of a secret is shown as null. */
/* The same with "missing": names that were asked for and not answered; none: without that member. */
const char *move_write_reading(const struct cwmp_parameter_values *values, const struct cwmp_strings *missing,
                               struct arena *arena);
const char *move_write_values(const struct cwmp_parameter_values *values, struct arena *arena);
