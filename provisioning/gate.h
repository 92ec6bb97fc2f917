/*
 * What holds for the requests of all kinds of actions, around their own programs: what the device cannot do
 * is not sent (ability.h), its list of methods is asked for before the first request that it may not have,
 * Fault 9000 is remembered, and a request over which it has restarted twice is not sent again (6.2). For
 * action.c only.
 */
#pragma once

#include "provisioning/action.h"

/* The kind wants to send ret->request: it may, or the action ends, or the list of methods is asked for first.
 */
void gate_send(const struct action_kind *kind, const struct action_record *record,
               const struct action_facts *facts, struct arena *arena, struct action_move *ret);

/* True: the outstanding request was the gate's own, and ret says how it goes on. */
bool gate_answer(const struct action_record *record, const struct action_facts *facts,
                 const struct cwmp_message *answer, struct arena *arena, struct action_move *ret);
bool gate_inform(const struct action_record *record, const struct action_facts *facts, struct arena *arena,
                 struct action_move *ret);

/* After the kind has looked at the answer, or at the Inform. */
void gate_learn(const struct action_record *record, const struct action_facts *facts,
                const struct cwmp_message *answer, struct arena *arena, struct action_move *ret);
void gate_count_boot(const struct action_record *record, const struct action_facts *facts,
                     struct action_move *ret);
