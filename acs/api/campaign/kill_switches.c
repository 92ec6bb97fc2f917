/* Kill switches: one person puts one on, two put it off. */
#include "acs/api/routes.h"
#include "db/kill_switch.h"
#include "provisioning/action.h"

static enum err answer(struct call *call)
{
    struct shown_rows rows;

    TRY(kill_switch_list(call->db, call->arena, &rows));
    call_write_rows(call, &rows);
    return ERR_OK;
}

enum err api_kill_switch_list(struct call *call)
{
    return answer(call);
}

static enum err check_scope(struct call *call, const char *scope)
{
    const char *kind = text_starts_with(scope, "kind:") ? scope + 5 : NULL;

    if (kind == NULL || action_kind_find(kind) != NULL)
        return ERR_OK;
    return call_refuse_body(call, "/scope", "choice",
                            call_say(call, "não existe uma ação assim", "there is no such action"));
}

/* One that is on already stays as it is, but nobody's asking that it be put off counts any more. */
enum err api_kill_switch_put(struct call *call)
{
    const struct kill_switch_order order = {.scope = json_string(json_get(call->body, "scope"), ""),
                                            .reason = json_string(json_get(call->body, "reason"), ""),
                                            .by = call->caller.name,
                                            .actor_id = call->caller.id};

    TRY(check_scope(call, order.scope));
    TRY(kill_switch_put(call->db, &order, call->arena));
    call->status = 201;
    return answer(call);
}

enum err api_kill_switch_release(struct call *call)
{
    const struct kill_switch_order order = {.scope = json_string(json_get(call->body, "scope"), ""),
                                            .by = call->caller.name,
                                            .actor_id = call->caller.id};
    enum err err;

    if (call->caller.token != NULL)
        return call_refuse(call, PROBLEM_OWN_WORK, NULL);
    err = kill_switch_release(call->db, &order, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_OWN_WORK, NULL);
    TRY(err);
    return answer(call);
}
