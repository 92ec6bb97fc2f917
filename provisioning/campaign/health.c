#include "provisioning/campaign/health.h"

#include <string.h>

#include "acs/base/clock.h"

const char *campaign_verdict_name(enum campaign_verdict verdict)
{
    static const char *const names[] = {"open", "again", "healthy", "failed", "looping", "lying", "missing"};

    _Static_assert(sizeof(names) / sizeof(*names) == CAMPAIGN_VERDICT_COUNT, "one name each");
    return names[verdict];
}

static int64_t limit_us(const struct campaign_plan *plan, enum campaign_limit limit)
{
    return (int64_t)(plan->limit[limit] * US_PER_S);
}

static struct campaign_judgement judge(enum campaign_verdict verdict, const char *cause)
{
    return (struct campaign_judgement){.verdict = verdict, .cause = cause};
}

/* Nothing was heard of it for too long, after it was sent to. */
static bool is_missing(const struct campaign_plan *plan, const struct campaign_seen *seen, int64_t now_us)
{
    int64_t since_us = seen->last_contact_us > seen->sent_us ? seen->last_contact_us : seen->sent_us;

    return now_us - since_us > limit_us(plan, CAMPAIGN_RETURN_S);
}

/* An action that was never sent: nobody was reached, somebody cancelled it, or the device cannot do it. */
static struct campaign_judgement judge_unsent(const struct campaign_seen *seen)
{
    if (!action_has_ended(seen->state))
        return judge(CAMPAIGN_OPEN, NULL);
    if (seen->state == ACTION_FAILED &&
        (seen->failure == NULL || strcmp(seen->failure, "device_offline") != 0))
        return judge(CAMPAIGN_FAILED, seen->failure);
    return judge(CAMPAIGN_AGAIN, NULL);
}

static struct campaign_judgement judge_failed(const struct campaign_seen *seen)
{
    const char *failure = seen->failure == NULL ? action_state_name(seen->state) : seen->failure;

    if (strcmp(failure, "version_unchanged") == 0 || strcmp(failure, "version_wrong") == 0)
        return judge(CAMPAIGN_LYING, failure);
    return judge(CAMPAIGN_FAILED, failure);
}

static bool looks_at_wan(const struct campaign_plan *plan)
{
    return plan->limit[CAMPAIGN_WAN] >= 1;
}

/* In time it has not proven to be well: what is missing? */
static struct campaign_judgement judge_unproven(const struct campaign_seen *seen, bool heard_again)
{
    if (!heard_again)
        return judge(CAMPAIGN_MISSING, "not_heard_again");
    return judge(CAMPAIGN_FAILED, seen->wan == CAMPAIGN_WAN_DOWN ? "wan_down" : "not_proven");
}

/* It succeeded: is it well? */
static struct campaign_judgement judge_well(const struct campaign_plan *plan,
                                            const struct campaign_seen *seen, int64_t now_us)
{
    bool heard_again = seen->last_contact_us >= seen->ended_us + limit_us(plan, CAMPAIGN_SETTLE_S);
    bool wan = seen->wan == CAMPAIGN_WAN_UP || seen->wan == CAMPAIGN_WAN_UNTOLD;

    if (heard_again && (wan || !looks_at_wan(plan)))
        return judge(CAMPAIGN_HEALTHY, NULL);
    if (now_us - seen->ended_us < limit_us(plan, CAMPAIGN_PROOF_S))
        return judge(CAMPAIGN_OPEN, NULL);
    return judge_unproven(seen, heard_again);
}

bool campaign_wants_reading(const struct campaign_plan *plan, const struct campaign_seen *seen,
                            int64_t now_us)
{
    int64_t since_us = seen->read_us > seen->ended_us ? seen->read_us : seen->ended_us;

    return looks_at_wan(plan) && seen->state == ACTION_SUCCEEDED && !seen->reading &&
           now_us - since_us >= limit_us(plan, CAMPAIGN_SETTLE_S) &&
           (seen->wan == CAMPAIGN_WAN_UNKNOWN || seen->wan == CAMPAIGN_WAN_DOWN);
}

struct campaign_judgement campaign_judge(const struct campaign_plan *plan, const struct campaign_seen *seen,
                                         int64_t now_us)
{
    if (seen->sent_us == 0)
        return judge_unsent(seen);
    if ((double)seen->boots >= plan->limit[CAMPAIGN_BOOTS])
        return judge(CAMPAIGN_LOOPING, "boot_loop");
    if (action_has_ended(seen->state) && seen->state != ACTION_SUCCEEDED)
        return judge_failed(seen);
    if (is_missing(plan, seen, now_us))
        return judge(CAMPAIGN_MISSING, "not_returned");
    if (seen->state == ACTION_SUCCEEDED)
        return judge_well(plan, seen, now_us);
    if (now_us - seen->sent_us > limit_us(plan, CAMPAIGN_PROOF_S))
        return judge(CAMPAIGN_FAILED, "not_proven"); /* it is there, and shows nothing either way */
    return judge(CAMPAIGN_OPEN, NULL);
}
