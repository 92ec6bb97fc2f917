/* One step of one campaign. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/campaigns/steps.h"
#include "db/campaign_run.h"
#include "db/firmware.h"
#include "provisioning/action.h"

/* ---- judging ---- */

/* Judges all that is in flight. A row of bad ones goes on from step to step. */
static enum err judge(struct db *db, struct campaign_run *run, struct arena *arena)
{
    struct campaign_flight flight;
    int64_t settling = 0;

    TRY(campaign_run_in_flight(db, run->id, arena, &flight));
    for (size_t i = 0; i < flight.count; i++) {
        struct campaign_flyer *flyer = &flight.items[i];

        flyer->judgement = campaign_judge(&run->plan, &flyer->seen, run->now.now_us);
        flyer->read = flyer->judgement.verdict == CAMPAIGN_OPEN &&
                      campaign_wants_reading(&run->plan, &flyer->seen, run->now.now_us);
        if (flyer->judgement.verdict == CAMPAIGN_HEALTHY)
            run->watch.row = 0;
        else if (flyer->judgement.verdict > CAMPAIGN_HEALTHY)
            run->watch.row++;
        settling += flyer->judgement.verdict == CAMPAIGN_OPEN && flyer->seen.state == ACTION_SUCCEEDED;
    }
    TRY(campaign_run_judge(db, run, &flight, arena));
    TRY(campaign_run_read(db, run, &flight, arena));
    TRY(campaign_run_count(db, run, arena));
    run->watch.wave.settling = run->watch.all.settling = settling; /* all but retries are of this wave */
    return ERR_OK;
}

/* ---- carrying it out ---- */

static struct campaign_step step_of(const struct campaign_run *run, const struct campaign_decision *decision)
{
    return (struct campaign_step){.id = run->id,
                                  .state = run->state,
                                  .wave = run->now.wave,
                                  .why = campaign_why_name(decision->why),
                                  .until_us = decision->until_us,
                                  .bad_in_a_row = run->watch.row};
}

static const char *write_stopped(const struct campaign_run *run, const struct campaign_stopped *stopped,
                                 struct arena *arena)
{
    struct text pt = TEXT_IN(arena), en = TEXT_IN(arena), out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    campaign_say_stop(stopped, true, &pt);
    campaign_say_stop(stopped, false, &en);
    json_open_object(&json);
    json_field_string(&json, "rule", campaign_stop_name(stopped->rule));
    json_field_int(&json, "wave", run->now.wave + 1);
    json_field_int(&json, "bad", stopped->bad);
    json_field_int(&json, "of", stopped->of);
    json_key(&json, "found");
    json_put_real(&json, stopped->found);
    json_key(&json, "limit");
    json_put_real(&json, stopped->limit);
    json_field_both(&json, "say", text_string(&pt), text_string(&en));
    json_field_time(&json, "at", run->now.now_us);
    json_close_object(&json);
    return text_string(&out);
}

static enum err halt(struct db *db, const struct campaign_run *run, const struct campaign_decision *decision,
                     struct arena *arena)
{
    struct campaign_step step = step_of(run, decision);

    step.state = CAMPAIGN_HALTED;
    step.stopped = write_stopped(run, &decision->stopped, arena);
    log_warn("a campaign was halted", log_i("campaign", run->id), log_s("name", run->name),
             log_s("rule", campaign_stop_name(decision->stopped.rule)), log_i("bad", decision->stopped.bad),
             log_i("of", decision->stopped.of));
    TRY(campaign_run_go_on(db, &step, arena));
    TRY(campaign_run_note(db, run->id, "halted", step.stopped, arena));
    return campaign_run_recall(db, run->id, arena);
}

/* Every time anew: a firmware that was withdrawn, or whose row no longer is what was signed, goes to nobody.
 */
static enum err find_firmware(struct db *db, struct campaign_run *run, const struct release_trust *trust,
                              struct arena *arena, bool *ret_may)
{
    struct firmware_taken firmware;

    *ret_may = true;
    if (run->file == NULL)
        return ERR_OK;
    TRY(firmware_of_file(db, run->file, arena, &run->firmware));
    if (run->firmware == NULL)
        return ERR_OK;
    TRY(firmware_use(db, run->firmware, arena, &firmware));
    *ret_may = strcmp(firmware.state, "approved") == 0 && !firmware.expired && !firmware.damaged &&
               release_check(trust, &firmware, arena) == ERR_OK;
    return ERR_OK;
}

static enum err send(struct db *db, const struct campaign_run *run, const struct campaign_decision *decision,
                     struct arena *arena)
{
    struct campaign_step step = step_of(run, decision);
    const struct action_kind *kind = action_kind_find(run->kind);
    int64_t taken = 0;

    if (kind == NULL)
        return err_set(ERR_INTERNAL, "a campaign of \"%s\", which is no action", run->kind);
    TRY(campaign_run_take(db, run, decision, kind->ttl_s, arena, &taken));
    return campaign_run_go_on(db, &step, arena);
}

static enum err promote(struct db *db, const struct campaign_run *run,
                        const struct campaign_decision *decision, struct arena *arena)
{
    struct campaign_step step = step_of(run, decision);

    step.state = CAMPAIGN_RUNNING;
    step.wave++;
    TRY(campaign_run_begin_wave(db, run->id, step.wave, arena));
    TRY(campaign_run_note(db, run->id, "wave",
                          arena_printf(arena, "{\"wave\":%lld}", (long long)step.wave + 1), arena));
    return campaign_run_go_on(db, &step, arena);
}

/* It stays what it is, or waits for a person, or is over. */
static enum err settle(struct db *db, const struct campaign_run *run,
                       const struct campaign_decision *decision, struct arena *arena)
{
    struct campaign_step step = step_of(run, decision);

    if (decision->move == CAMPAIGN_HOLD)
        step.state = CAMPAIGN_HELD;
    else if (decision->move == CAMPAIGN_FINISH)
        step.state = CAMPAIGN_FINISHED;
    if (step.state != run->state)
        TRY(campaign_run_note(db, run->id, campaign_state_name(step.state), NULL, arena));
    return campaign_run_go_on(db, &step, arena);
}

typedef enum err carry_fn(struct db *db, const struct campaign_run *run,
                          const struct campaign_decision *decision, struct arena *arena);

/* What else may hold it up. What stops a campaign is looked at all the same. */
static enum err hold_up(struct db *db, struct campaign_run *run, const struct release_trust *trust,
                        struct arena *arena, struct campaign_decision *ret)
{
    bool may = true;

    if (ret->move == CAMPAIGN_HALT)
        return ERR_OK;
    if (run->is_killed)
        *ret = (struct campaign_decision){.move = CAMPAIGN_STAY, .why = CAMPAIGN_WHY_KILLED};
    if (ret->move == CAMPAIGN_SEND)
        TRY(find_firmware(db, run, trust, arena, &may));
    if (!may)
        *ret = (struct campaign_decision){.move = CAMPAIGN_STAY, .why = CAMPAIGN_WHY_FIRMWARE};
    return ERR_OK;
}

static enum err decide_and_do(struct db *db, struct campaign_run *run, const struct release_trust *trust,
                              struct arena *arena)
{
    static carry_fn *const carry[] = {
        [CAMPAIGN_STAY] = settle, [CAMPAIGN_SEND] = send, [CAMPAIGN_PROMOTE] = promote,
        [CAMPAIGN_HOLD] = settle, [CAMPAIGN_HALT] = halt, [CAMPAIGN_FINISH] = settle,
    };
    struct campaign_decision decision = campaign_decide(&run->plan, &run->watch, &run->now);

    TRY(hold_up(db, run, trust, arena, &decision));
    return carry[decision.move](db, run, &decision, arena);
}

static enum err after_the_end(struct db *db, const struct campaign_run *run, struct arena *arena)
{
    struct campaign_step step = {
        .id = run->id, .state = run->state, .wave = run->now.wave, .bad_in_a_row = run->watch.row};

    TRY(campaign_run_recall(db, run->id, arena));
    return campaign_run_go_on(db, &step, arena);
}

enum err campaign_step_once(struct db *db, int64_t id, const struct release_trust *trust, struct arena *arena)
{
    struct campaign_run run;

    TRY(campaign_run_hold(db, id, arena, &run));
    run.now.open_until_us =
        campaign_open_until(run.plan.windows, run.plan.window_count, &run.zone, run.now.now_us);
    if (run.watch_is_old || run.sample_is_due)
        TRY(campaign_run_watch(db, &run, arena));
    TRY(judge(db, &run, arena));
    if (run.state == CAMPAIGN_PAUSED || run.state == CAMPAIGN_HALTED)
        return after_the_end(db, &run, arena);
    return decide_and_do(db, &run, trust, arena);
}
