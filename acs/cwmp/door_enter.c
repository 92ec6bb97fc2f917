#include <string.h>

#include "acs/auth/device_name.h"
#include "acs/auth/throttle.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/door_keys.h"
#include "acs/cwmp/endpoint.h"

enum { ROTATION_DAYS = 30 };

/* ---- refusing ---- */

static void refuse(struct post *post, enum metric metric, const char *why)
{
    metric_count(metric);
    session_finish(post->session, SESSION_FAILED, why);
    post->reply.close = true;
    post_reply_text(post, 403, "This device is not let in as that.\n");
}

struct refusal {
    struct store_alarm alarm;
    enum metric metric;
};

static void alarm_kept(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    const struct refusal *refusal = container_of(unit->alarm, struct refusal, alarm);

    if (outcome != ERR_OK)
        log_error("an alarm was not kept", log_s("kind", refusal->alarm.kind), log_s("why", err_message()));
    refuse(post, refusal->metric, refusal->alarm.kind);
}

/* Metric and answer come each time; the database is written a few times a minute for each credential. */
static bool alarm_is_due(const struct post *post, int64_t device_id)
{
    struct hash128 key = {.high = 1, .low = (uint64_t)device_id};

    return throttle_take(post->worker->alarms, key, clock_mono_ms());
}

static void raise_alarm(struct post *post, int64_t device_id, const struct refusal *what)
{
    struct refusal *refusal = ARENA_NEW(post->arena, struct refusal);

    *refusal = *what;
    if (!alarm_is_due(post, device_id)) {
        refuse(post, refusal->metric, refusal->alarm.kind);
        return;
    }
    refusal->alarm.claimed = post->message.body.inform.device;
    refusal->alarm.source_address = post_from(post);
    log_warn("a device is not who it says to be", log_s("alarm", refusal->alarm.kind),
             log_i("credential_of", device_id), log_s("user", post->pass.user),
             log_s("claims_oui", refusal->alarm.claimed.oui),
             log_s("claims_serial", refusal->alarm.claimed.serial_number), log_s("from", post_from(post)));
    post->unit = (struct store_unit){.arena = post->arena,
                                     .device_id = device_id,
                                     .alarm = &refusal->alarm,
                                     .done = alarm_kept,
                                     .ctx = post};
    store_submit(post->worker->store, &post->unit);
}

static void refuse_conflict(struct post *post)
{
    struct refusal refusal = {
        .alarm = {.kind = "identity_conflict",
                  .detail = arena_printf(
                      post->arena, "the credential of '%.256s' was used by what says to be %s",
                  post->pass.user, device_name_write(&post->message.body.inform.device, post->arena))},
        .metric = METRIC_AUTH_CONFLICT,
    };

    raise_alarm(post, post->pass.device_id, &refusal);
}

/* ---- is it whose credential it has ---- */

static bool is_itself(const struct post *post, const struct cwmp_device_id *device, struct hash128 identity)
{
    switch (post->pass.kind) {
    case PASS_OWN:
        return memcmp(&identity, &post->pass.identity, sizeof(identity)) == 0;
    case PASS_CERTIFICATE:
        return device_name_fits(post->pass.user, device, post->arena);
    case PASS_BOOTSTRAP: /* everybody's */
    case PASS_NONE:
        break;
    }
    return true;
}

/* What its use of its own credential changes; nothing, once the device is settled. */
static void note_use(struct post *post)
{
    const struct pass *pass = &post->pass;
    bool binds = pass->first && post->worker->all->door->binds;

    if (!pass->by_next && !pass->fell_back && !binds)
        return;
    post->enrol = ARENA_NEW(post->arena, struct store_enrol);
    *post->enrol = (struct store_enrol){
        .kind = ENROL_USED, .by_next = pass->by_next, .binds = binds, .source_address = post_from(post)};
}

static void note_certificate(struct post *post)
{
    if (!post->worker->all->door->binds)
        return;
    post->enrol = ARENA_NEW(post->arena, struct store_enrol);
    post->enrol->kind = ENROL_CERTIFIED;
}

bool door_admits(struct post *post, struct hash128 identity)
{
    post->session->user = post->pass.user_hash;
    if (!is_itself(post, &post->message.body.inform.device, identity)) {
        refuse_conflict(post);
        return false;
    }
    if (post->pass.kind == PASS_OWN)
        note_use(post);
    else if (post->pass.kind == PASS_CERTIFICATE)
        note_certificate(post);
    return true;
}

bool door_registers(const struct post *post)
{
    const struct door *door = post->worker->all->door;

    return door == NULL || door->enrols_everybody;
}

void door_refuse_unknown(struct post *post)
{
    const struct cwmp_device_id *device = &post->message.body.inform.device;

    log_warn("a device that nobody has registered is not let in", log_s("oui", device->oui),
             log_s("product_class", device->product_class), log_s("serial", device->serial_number),
             log_s("from", post_from(post)));
    refuse(post, METRIC_AUTH_NOT_ENROLLED, "not registered");
}

/* ---- the bootstrap credential ---- */

/* A device that has its own comes with this one only after a factory reset (S-32), and says so. */
static bool may_fall_back(const struct post *post, const struct credential_row *row)
{
    if (row->secret == NULL && row->enrolment != ENROLMENT_BOUND)
        return true;
    if (row->fell_back)
        return true;
    return post->worker->all->door->takes_resets && cwmp_has_event(&post->message.body.inform, "0 BOOTSTRAP");
}

static void enrol(struct post *post, const struct credential_row *row)
{
    struct store_enrol *enrol = ARENA_NEW(post->arena, struct store_enrol);
    char *action_id = arena_alloc(post->arena, ID_MAX);
    struct credential_row fresh;

    door_make_credentials(post->worker->all->door, row->device_id, &row->device, post->arena, &fresh);
    crypto_new_id("act_", action_id);
    *enrol = (struct store_enrol){
        .kind = ENROL_FELL_BACK,
        .username = fresh.username,
        .next_secret = fresh.next_secret,
        .call_username = fresh.call_username,
        .next_call_secret = fresh.next_call_secret,
        .action_id = action_id,
        .expires_at_us = clock_now_us() + INT64_C(86400) * ROTATION_DAYS * US_PER_S,
        .source_address = post_from(post),
    };
    post->enrol = enrol;
    post->enrolled(post, row->device_id);
}

static void refuse_fall_back(struct post *post, int64_t device_id)
{
    static const struct refusal refusal = {
        .alarm = {.kind = "bootstrap_refused",
                  .detail = "the bootstrap credential was used as this device, which has its own"},
        .metric = METRIC_AUTH_NOT_ENROLLED,
    };

    raise_alarm(post, device_id, &refusal);
}

static void standing_known(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    const struct credential_row *row = &unit->credential->row;

    if (outcome == ERR_OK && row->device_id == 0)
        outcome = err_set(ERR_NOT_FOUND, "the device was deleted");
    if (post_failed(post, outcome))
        return;
    if (may_fall_back(post, row))
        enrol(post, row);
    else
        refuse_fall_back(post, row->device_id);
}

void door_enrol(struct post *post, int64_t device_id, void (*go_on)(struct post *post, int64_t device_id))
{
    struct store_credential *credential = ARENA_NEW(post->arena, struct store_credential);

    post->enrolled = go_on;
    credential->device_id = device_id;
    post->unit = (struct store_unit){.arena = post->arena,
                                     .device_id = device_id,
                                     .credential = credential,
                                     .done = standing_known,
                                     .ctx = post};
    store_submit(post->worker->store, &post->unit);
}

/* ---- it is in ---- */

static enum enrolment enrolment_after(const struct post *post, enum enrolment before)
{
    const struct store_enrol *enrol = post->enrol;

    if (enrol == NULL)
        return before;
    switch (enrol->kind) {
    case ENROL_FELL_BACK:
        return ENROLMENT_QUARANTINED;
    case ENROL_CERTIFIED:
        return before == ENROLMENT_NEW ? ENROLMENT_BOUND : before;
    case ENROL_USED:
        return enrol->by_next == post->pass.fell_back || !(enrol->binds || post->pass.fell_back)
                   ? before
                   : ENROLMENT_BOUND;
    }
    return before;
}

static void log_change(const struct post *post, enum enrolment before)
{
    const struct session *session = post->session;

    if (session->enrolment != before)
        log_info("enrolment of a device changed", log_i("device", session->device_id),
                 log_s("from_state", enrolment_name(before)),
                 log_s("to_state", enrolment_name(session->enrolment)), log_s("user", post->pass.user),
                 log_s("from", post_from(post)));
    if (post->pass.by_next)
        log_info("a device used its new credential", log_i("device", session->device_id));
}

static void count_pass(enum pass_kind kind)
{
    static const enum metric metrics[] = {
        [PASS_OWN] = METRIC_AUTH_OWN,
        [PASS_BOOTSTRAP] = METRIC_AUTH_BOOTSTRAP,
        [PASS_CERTIFICATE] = METRIC_AUTH_CERTIFICATE,
    };

    if (kind != PASS_NONE)
        metric_count(metrics[kind]);
}

void door_entered(struct post *post, enum enrolment before)
{
    struct session *session = post->session;

    count_pass(post->pass.kind);
    session->enrolment = enrolment_after(post, before);
    session->used_next = post->pass.by_next;
    if (post->enrol == NULL)
        return;
    credentials_forget(post->worker->credentials, session->device_id);
    log_change(post, before);
}

/* ---- how far it is trusted, and what it is about to get ---- */

bool door_wants_credentials(const struct action_record *record)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    return kind != NULL && kind->wants_credentials;
}

bool door_standing_is_due(const struct post *post)
{
    const struct turn *turn = &post->session->turn;
    bool due = false;

    if (post->own != NULL)
        return false;
    for (size_t i = 0; i < turn->count; i++)
        due |= post->session->standing_stale || door_wants_credentials(&turn->records[i]);
    return due;
}

static void standing_read(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    const struct credential_row *row = &unit->credential->row;
    struct action_credentials *own = ARENA_NEW(post->arena, struct action_credentials);

    if (outcome == ERR_OK && row->device_id == 0)
        outcome = err_set(ERR_NOT_FOUND, "the device was deleted");
    if (post_failed(post, outcome))
        return;
    post->session->enrolment = row->enrolment;
    if (door_open_next(post, row, own) != ERR_OK)
        log_error("credentials of a device cannot be opened", log_i("device", row->device_id),
                  log_s("why", err_message()));
    post->own = own;
    post->go_on(post);
}

void door_read_standing(struct post *post, door_fn *go_on)
{
    struct store_credential *credential = ARENA_NEW(post->arena, struct store_credential);

    post->go_on = go_on;
    post->session->standing_stale = false;
    credential->device_id = post->session->device_id;
    post->unit.credential = credential;
    post_submit(post, standing_read);
}
