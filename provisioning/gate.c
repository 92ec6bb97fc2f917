#include "provisioning/gate.h"

#include <string.h>

#include "provisioning/delivery.h"
#include "provisioning/move.h"

/* Not the name of a method, so that an action of its own for GetRPCMethods is told apart. */
static const char asking_first[] = "GetRPCMethods first";

enum { BOOTS_MAX = 2 };

static bool is_asking_first(const struct action_record *record)
{
    return record->intent != NULL && strcmp(record->intent, asking_first) == 0;
}

/* ---- before it is sent ---- */

static bool must_ask_first(const struct action_kind *kind, const struct action_facts *facts,
                           enum cwmp_method method)
{
    if (facts->ability == NULL || facts->ability->methods != NULL || facts->ability->asked)
        return false;
    if (facts->quirks != NULL && quirks_avoid(facts->quirks, CWMP_GET_RPC_METHODS))
        return false;
    return method != CWMP_GET_RPC_METHODS && (kind->asks_methods || delivery_of(method)->optional);
}

void gate_send(const struct action_kind *kind, const struct action_record *record,
               const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    const struct ability_question question = {facts->ability, facts->quirks, facts->version};

    if (ability_check(&question, ret->request.method) != ERR_OK) {
        *ret = move_fail(record, facts, arena, "not_supported", arena_strdup(arena, err_message()), 0);
    } else if (must_ask_first(kind, facts, ret->request.method)) {
        *ret = move_send(record, facts, record->step, CWMP_GET_RPC_METHODS);
        ret->save.intent = asking_first;
        ret->save.sends = record->sends; /* those of the kind's own request */
    }
}

/* ---- the list of methods ---- */

static struct ability *copy_ability(const struct action_facts *facts, struct arena *arena)
{
    struct ability *copy = ARENA_NEW(arena, struct ability);

    if (facts->ability != NULL)
        *copy = *facts->ability;
    return copy;
}

/* methods: NULL when the device did not give them; it is not asked again, and may be asked for anything. */
static struct action_move go_on(const struct action_record *record, const struct action_facts *facts,
                                const struct cwmp_strings *methods, struct arena *arena)
{
    bool verifying = record->state == ACTION_VERIFYING;
    struct action_move move =
        move_to(record, facts, record->step, verifying ? ACTION_VERIFYING : ACTION_RUNNING);
    struct ability *learnt = copy_ability(facts, arena);

    learnt->asked = true;
    if (methods != NULL)
        learnt->methods = ability_write(methods, arena);
    move.learnt = learnt;
    return move;
}

bool gate_answer(const struct action_record *record, const struct action_facts *facts,
                 const struct cwmp_message *answer, struct arena *arena, struct action_move *ret)
{
    const struct cwmp_strings *methods = answer->method == CWMP_GET_RPC_METHODS_RESPONSE
                                             ? &answer->body.get_rpc_methods_response.methods
                                             : NULL;

    if (!is_asking_first(record))
        return false;
    *ret = go_on(record, facts, methods, arena);
    return true;
}

bool gate_inform(const struct action_record *record, const struct action_facts *facts, struct arena *arena,
                 struct action_move *ret)
{
    enum cwmp_method method = record->intent != NULL ? delivery_find(record->intent) : CWMP_UNKNOWN_METHOD;

    if (is_asking_first(record)) {
        *ret = go_on(record, facts, NULL, arena);
        return true;
    }
    if (!delivery_of(method)->reads || !cwmp_has_event(facts->inform, "1 BOOT") ||
        record->boots + 1 < BOOTS_MAX)
        return false;
    *ret = move_fail(record, facts, arena, "quarantined",
                     arena_printf(arena, "the device restarted %d times over %s: it is not asked again",
                                  BOOTS_MAX, record->intent),
                     0);
    return true;
}

/* ---- afterwards ---- */

void gate_learn(const struct action_record *record, const struct action_facts *facts,
                const struct cwmp_message *answer, struct arena *arena, struct action_move *ret)
{
    enum { METHOD_NOT_SUPPORTED = 9000 };
    enum cwmp_method method = record->intent != NULL ? delivery_find(record->intent) : CWMP_UNKNOWN_METHOD;
    struct ability *learnt;

    if (answer->method != CWMP_FAULT || answer->body.fault.code != METHOD_NOT_SUPPORTED ||
        method == CWMP_UNKNOWN_METHOD)
        return;
    learnt = copy_ability(facts, arena);
    learnt->refused = ability_add(learnt->refused, method, arena);
    ret->learnt = learnt;
}

void gate_count_boot(const struct action_record *record, const struct action_facts *facts,
                     struct action_move *ret)
{
    if (record->intent == NULL || !delivery_of(delivery_find(record->intent))->reads ||
        action_has_ended(ret->save.state) || !cwmp_has_event(facts->inform, "1 BOOT"))
        return;
    ret->save.boots = record->boots + 1;
    ret->changed = true;
}
