/* What people do to campaigns: dry run, approve, start, pause, halt … */
#include <string.h>

#include "acs/api/campaign/campaigns.h"
#include "acs/api/routes.h"
#include "provisioning/campaign/plan.h"

/* Holds it, refuses what its state does not allow. */
static enum err begin(struct call *call, enum campaign_verb verb, struct campaign_held *ret)
{
    int64_t id;

    TRY(campaign_take(call, &id, ret));
    if (!campaign_may(verb, ret->state))
        return call_refuse(call, PROBLEM_NOT_NOW,
                           arena_printf(call->arena, "%s: %s.", call_say(call, "Estado", "State"),
                                        campaign_state_name(ret->state)));
    return ERR_OK;
}

static enum err move(struct call *call, const struct campaign_held *held, enum campaign_verb verb)
{
    struct text data = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&data);
    const char *reason = json_string(json_get(call->body, "reason"), NULL);

    json_open_object(&json);
    json_field_string(&json, "by", call->caller.name);
    if (reason != NULL)
        json_field_string(&json, "reason", reason);
    json_close_object(&json);
    TRY(campaign_do(call->db,
                    &(struct campaign_turn){.id = held->id,
                                            .verb = verb,
                                            .by = call->caller.name,
                                            .actor_id = call->caller.id,
                                            .data = text_string(&data)},
                    call->arena));
    return campaign_answer(call, held->id);
}

static enum err just(struct call *call, enum campaign_verb verb)
{
    struct campaign_held held;

    TRY(begin(call, verb, &held));
    return move(call, &held, verb);
}

enum err api_campaign_dry_run(struct call *call)
{
    call->status = 202;
    return just(call, CAMPAIGN_DO_LIST);
}

enum err api_campaign_pause(struct call *call)
{
    return just(call, CAMPAIGN_DO_PAUSE);
}

enum err api_campaign_promote(struct call *call)
{
    return just(call, CAMPAIGN_DO_PROMOTE);
}

enum err api_campaign_halt(struct call *call)
{
    return just(call, CAMPAIGN_DO_HALT);
}

enum err api_campaign_cancel(struct call *call)
{
    return just(call, CAMPAIGN_DO_CANCEL);
}

/* ---- the second pair of eyes ---- */

/* What the caller has looked at is what there is. */
static enum err check_hash(struct call *call, const struct campaign_held *held)
{
    const char *hash = json_string(json_get(call->body, "list_hash"), "");

    if (held->list_hash == NULL || strcmp(hash, held->list_hash) != 0)
        return call_refuse(call, PROBLEM_LIST_CHANGED, NULL);
    return ERR_OK;
}

enum err api_campaign_approve(struct call *call)
{
    struct campaign_held held;

    TRY(begin(call, CAMPAIGN_DO_APPROVE, &held));
    if (held.is_changer || call->caller.token != NULL)
        return call_refuse(call, PROBLEM_OWN_WORK, NULL);
    TRY(check_hash(call, &held));
    return move(call, &held, CAMPAIGN_DO_APPROVE);
}

/* Somebody else has approved this very list, and who starts it is not who approved it. */
static enum err check_approval(struct call *call, const struct campaign_held *held)
{
    if (!held->is_approved)
        return call_refuse(call, PROBLEM_NOT_APPROVED, NULL);
    if (held->is_approver)
        return call_refuse(call, PROBLEM_OWN_WORK, NULL);
    return ERR_OK;
}

/* ---- under way ---- */

static enum err check_count(struct call *call, const struct campaign_held *held)
{
    if (json_int(json_get(call->body, "devices"), -1) == held->total)
        return ERR_OK;
    return call_refuse_body(call, "/devices", "count",
                            arena_printf(call->arena, "%s %lld",
                                         call_say(call, "digite o número de aparelhos da lista:",
                                                  "type how many devices the list has:"),
                                         (long long)held->total));
}

static enum err open_waves(struct call *call, const struct campaign_held *held)
{
    int64_t sizes[CAMPAIGN_WAVES_MAX];
    struct campaign_plan plan;
    AUTO_JSON json = NULL;

    TRY(json_read(held->plan, strlen(held->plan), &json));
    TRY(campaign_plan_read(json, &plan));
    campaign_wave_sizes(&plan, held->total, sizes);
    return campaign_open_waves(call->db, held->id, campaign_flight_cap(&plan, held->total), sizes,
                               plan.wave_count, call->arena);
}

enum err api_campaign_start(struct call *call)
{
    struct campaign_held held;

    TRY(begin(call, CAMPAIGN_DO_START, &held));
    TRY(check_hash(call, &held));
    TRY(check_approval(call, &held));
    TRY(check_count(call, &held));
    if (held.total == 0 || !held.list_is_new)
        return call_refuse(
            call, PROBLEM_LIST_CHANGED,
            held.total == 0
                ? call_say(call, "Nenhum aparelho está na lista.", "No device is on the list.")
                : call_say(call, "A lista tem mais de 24 horas.", "The list is older than 24 hours."));
    TRY(open_waves(call, &held));
    return move(call, &held, CAMPAIGN_DO_START);
}

/* One person stops it, two have it go on. */
enum err api_campaign_resume(struct call *call)
{
    struct campaign_held held;

    TRY(begin(call, CAMPAIGN_DO_RESUME, &held));
    if (held.state == CAMPAIGN_HALTED)
        TRY(check_approval(call, &held));
    return move(call, &held, CAMPAIGN_DO_RESUME);
}
