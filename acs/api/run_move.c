#include "acs/api/run_move.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/verdicts.h"
#include "provisioning/playbook/result.h"

/*
 * How an action is asked for. A reading is worth little of the customer's time: it gives up when the first
 * call finds nobody. A device that seems to be away is called all the same, since its period may have been
 * learnt wrongly. A do may wait for the device's next contact.
 */
struct manner {
    const char *on_offline, *expires_in;
};

static const struct manner read_now = {"fail", "PT2M"}, read_if_there = {"queue", "PT30S"},
                           do_soon = {"queue", "PT15M"};

/* ---- the home ---- */

/* The codes of what holds, the headline first. */
static void judge(struct run_at *at, const struct verdict_question *question)
{
    const struct verdict *verdict = verdict_judge(question, at->call->arena);
    const char **codes = ARENA_ARRAY(at->call->arena, const char *, verdict->count);

    for (size_t i = 0; i < verdict->count; i++)
        codes[i] = verdict_code_name(verdict->causes[i].code);
    at->world.verdicts = codes;
    at->world.verdict_count = verdict->count;
}

/* What the tests of this run have found out, beside what is known of the home. */
static enum err add_results(struct run_at *at, struct verdict_question *question)
{
    struct arena *arena = at->call->arena;
    struct fact_list list = FACT_LIST_IN(arena);
    const char **actions = ARENA_ARRAY(arena, const char *, at->run->visit_count + 1);
    struct playbook_results results;
    size_t count = 0;

    for (size_t i = 0; i < at->run->visit_count; i++)
        if (at->run->visits[i].action != NULL)
            actions[count++] = at->run->visits[i].action;
    if (at->run->action != NULL)
        actions[count++] = at->run->action;
    if (count == 0)
        return ERR_OK;
    TRY(playbook_run_results(at->call->db, actions, count, arena, &results));
    for (size_t i = 0; i < results.count; i++) {
        AUTO_JSON result = NULL;

        TRY(json_read(results.items[i].result, strlen(results.items[i].result), &result));
        result_add_facts(results.items[i].kind, result, results.items[i].ended_us, &list);
    }
    fact_add_all(&list, &question->facts);
    question->facts = facts_of_list(&list, question->facts.now_us);
    return ERR_OK;
}

enum err run_look_around(struct run_at *at)
{
    struct verdict_question *question = ARENA_NEW(at->call->arena, struct verdict_question);

    TRY(verdict_ask(at->call, at->device_id, question));
    TRY(add_results(at, question));
    at->world = (struct expression_world){.facts = &question->facts};
    judge(at, question);
    return ERR_OK;
}

/* ---- actions ---- */

static const struct route *action_route(void)
{
    for (size_t i = 0; i < api_route_count; i++)
        if (api_routes[i].handle == api_action_create)
            return &api_routes[i];
    return NULL;
}

/* The body with which a person would ask for it. */
static enum err write_body(struct run_at *at, const struct run_order *order, const struct manner *manner,
                           struct json **ret)
{
    struct text out = TEXT_IN(at->call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "type", order->kind);
    json_field_raw(&json, "params", order->args);
    json_field_string(&json, "on_offline", manner->on_offline);
    json_field_string(&json, "expires_in", manner->expires_in);
    json_field_string(&json, "reason",
                      arena_printf(at->call->arena, "%s: %s (%s)", at->playbook->id,
                                   at->playbook->steps[at->run->step].name, at->id));
    json_close_object(&json);
    return json_read(out.data, out.len, ret);
}

/* As if the caller had posted it: the same capabilities, checks and limits. inner becomes a copy of the call.
 */
static enum err ask_for_action(struct run_at *at, struct call *inner, const struct run_order *order,
                               const struct manner *manner)
{
    const struct route *route = action_route();
    AUTO_JSON body = NULL;

    *inner = *at->call;
    TRY(write_body(at, order, manner, &body));
    inner->route = route;
    inner->captures[0] = call_write_device_id(at->call, at->device_id);
    inner->query = (struct query){0};
    inner->body = body;
    inner->text = TEXT_IN(at->call->arena);
    inner->json = JSON_WRITER(&inner->text);
    inner->complaints = NULL;
    if (!caller_may(&at->call->caller, route->capability))
        return call_refuse_capability(inner, route->capability);
    schema_check(route->body, body, call_complaints(inner));
    if (inner->complaints->count > 0)
        return call_refuse(inner, PROBLEM_INVALID, NULL);
    return route->handle(inner);
}

static bool asks_agent(const struct playbook_step *step)
{
    for (size_t i = 0; i < step->param_count; i++)
        if (step->params[i].source == PARAM_AGENT)
            return true;
    return false;
}

/* What is the matter with the device is a result; what is the matter with the caller, or with what was given,
 * is the caller's to mend. */
static bool is_result(const struct run_at *at, const struct call *inner)
{
    const struct problem_row *row = problem_row(inner->problem);

    if (!inner->refused)
        return false;
    return row->status == 409 ||
           (inner->problem == PROBLEM_INVALID && !asks_agent(&at->playbook->steps[at->run->step]));
}

static enum err pass_on(struct call *call, const struct call *inner, enum err err)
{
    call->refused = inner->refused;
    call->problem = inner->problem;
    call->detail = inner->detail;
    call->complaints = inner->complaints;
    return err;
}

static enum err carry_out(struct run_at *at, const struct run_order *order)
{
    bool reads = at->run->phase == RUN_REFRESHING;
    struct call inner;
    enum err err = ask_for_action(at, &inner, order, reads ? &read_now : &do_soon);

    if (reads && err != ERR_OK && inner.refused && inner.problem == PROBLEM_DEVICE_OFFLINE)
        err = ask_for_action(at, &inner, order, &read_if_there);

    if (err == ERR_OK)
        run_started(at->run, inner.made_action_id, at->world.facts->now_us);
    else if (is_result(at, &inner))
        run_refused(at->run, at->playbook,
                    inner.detail != NULL ? inner.detail : problem_row(inner.problem)->code,
                    at->world.facts->now_us);
    else
        return pass_on(at->call, &inner, err);
    return ERR_OK;
}

/* ---- moving ---- */

static enum err refuse(struct call *call, enum err err)
{
    bool params = text_starts_with(err_message(), "params");

    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_CONFLICT, arena_strdup(call->arena, err_message()));
    if (err != ERR_INVALID)
        return err;
    if (params)
        return call_refuse_body(call, "/params", "required", arena_strdup(call->arena, err_message()));
    return call_refuse_body(
        call, "/answer", "choice",
        call_say(call, "não é uma das respostas deste passo", "is none of the answers of this step"));
}

enum err run_move(struct run_at *at, struct run_input input)
{
    struct run_order order;
    enum err err;

    input.world = at->world;
    err = run_step(at->run, at->playbook, &input, &order);
    if (err != ERR_OK)
        return refuse(at->call, err);
    at->moved = true;
    /* One that cannot be carried out is a result, and the run goes on: at most as often as it may by itself.
     */
    while (order.kind != NULL) {
        TRY(carry_out(at, &order));
        if (at->run->action != NULL)
            return ERR_OK;
        input = (struct run_input){.kind = RUN_LOOK, .world = at->world};
        TRY(run_step(at->run, at->playbook, &input, &order));
    }
    return ERR_OK;
}

/* True: something happened, and more may have. */
static enum err catch_up_once(struct run_at *at, bool *ret)
{
    struct playbook_run_result result;

    *ret = run_is_due(at->run, at->world.facts->now_us);
    if (*ret)
        return run_move(at, (struct run_input){.kind = RUN_LOOK});
    if (at->run->action == NULL)
        return ERR_OK;
    TRY(playbook_run_result(at->call->db, at->run->action, at->call->arena, &result));
    *ret = result.ended;
    if (!result.ended)
        return ERR_OK;
    TRY(run_look_around(at)); /* it may have ended since the last look */
    return run_move(at, (struct run_input){.kind = RUN_RESULT,
                                           .succeeded = result.succeeded,
                                           .detail = result.succeeded ? NULL : result.detail,
                                           .ended_us = result.ended_us});
}

enum err run_catch_up(struct run_at *at)
{
    bool more = true;

    while (more)
        TRY(catch_up_once(at, &more));
    return ERR_OK;
}
