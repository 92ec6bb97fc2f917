/*
 * The Inform: who is it, since when is it up, what is new. Everything it says is committed before it is
 * answered (I1).
 *
 * A device in order costs one row of one batch. What differs from what is stored (told by two hashes that
 * come back with that row), and what the Inform proves about open actions, takes a second commit before the
 * answer.
 */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/admission.h"
#include "acs/cwmp/dwelling.h"
#include "acs/cwmp/models.h"
#include "provisioning/inform.h"

struct inform_work {
    struct inform_digest digest;
    struct hash128 key;
    struct store_register registration;
    struct store_inform inform;
    struct store_history history;
    struct store_values values;
    struct cwmp_parameter_values lasting;
    struct store_identity identity;
    int64_t identity_hash;
    bool values_due;
    size_t next_action; /* from which on turn_informed() goes on */
};

static void answer(struct post *post)
{
    struct cwmp_message response = {
        .version = post->session->version,
        .method = CWMP_INFORM_RESPONSE,
        .header = {.id = post->message.header.id},
        .body.inform_response.max_envelopes = 1,
    };

    if (post->message.header.supported_versions != NULL) /* V-05, V-06 */
        response.header.use_version = cwmp_version_name(post->message.version);
    metric_count(METRIC_CWMP_INFORMS);
    post->session->state = SESSION_DEVICE_TURN;
    post_reply_message(post, &response);
}

static void save_news(struct post *post);

static void news_saved(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;

    (void)unit;
    if (post_failed(post, outcome))
        return;
    turn_saved(post);
    save_news(post);
}

/* Changed values, a changed identity, and actions: again until there is nothing left to commit. */
static void save_news(struct post *post)
{
    struct inform_work *work = post->inform;

    post->unit = (struct store_unit){0};
    if (work->values_due) {
        post->unit.values = &work->values;
        dwelling_keep_told(post, &work->lasting);
        work->values_due = false;
    }
    post->unit.action_count = turn_informed(post, &work->next_action);
    if (post->unit.values == NULL && post->unit.action_count == 0)
        answer(post);
    else
        post_submit(post, news_saved);
}

static void find_news(struct post *post)
{
    struct inform_work *work = post->inform;
    bool identity_changed = work->identity_hash != work->inform.identity_hash;

    work->values_due = identity_changed || work->digest.values_hash != work->inform.values_hash;
    if (!work->values_due)
        return;
    work->lasting = inform_lasting(&post->message.body.inform, post->arena);
    work->values = (struct store_values){
        .values = &work->lasting,
        .read_at_us = work->inform.at_us,
        .inform_hash = work->digest.values_hash,
        .identity = identity_changed ? &work->identity : NULL,
        .identity_hash = work->identity_hash,
    };
}

static void answer_lost(struct post *post, enum err outcome)
{
    if (outcome != ERR_NOT_FOUND || post->pass.nonce_us == 0 || post->session->doomed) {
        (void)post_failed(post, outcome);
        return;
    }
    session_finish(post->session, SESSION_FAILED, "an Authorization that was used before");
    door_refuse_replay(post);
}

static void informed(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    struct inform_work *work = post->inform;

    if (outcome == ERR_NOT_FOUND) { /* somebody deleted the device: its next Inform makes it anew */
        map_remove(post->worker->device_ids, work->key);
        credentials_forget(post->worker->credentials, post->session->device_id);
    }
    if (outcome != ERR_OK || post->session->doomed) {
        answer_lost(post, outcome);
        return;
    }
    session_bind_device(post->session, unit->device_id); /* not before: a replay ends nobody's session */
    post->session->session_no = work->inform.session_no;
    door_entered(post, work->inform.enrolment);
    turn_set(&post->session->turn, work->inform.actions, work->inform.action_count);
    turn_know(&post->session->turn, &work->inform, work->digest.software_version);
    find_news(post);
    save_news(post);
}

/* What is set again of the attributes, if any were set (P-35). */
static void prepare_restore(struct post *post)
{
    struct store_inform *inform = &post->inform->inform;
    char *id = arena_alloc(post->arena, ID_MAX);

    crypto_new_id("act_", id);
    inform->restore_id = id;
    inform->restore_expires_us =
        inform->at_us + (int64_t)action_kind_find("attributes.restore")->ttl_s * US_PER_S;
}

static void store_it(struct post *post, int64_t device_id)
{
    struct inform_work *work = post->inform;

    post->session->device_id = device_id;
    work->inform = (struct store_inform){
        .at_us = clock_now_us(),
        .uptime_s = work->digest.uptime_s,
        .event_bits = work->digest.event_bits,
        .periodic = work->digest.periodic,
        .bootstrap = work->digest.bootstrap,
        .nonce_us = post->pass.nonce_us,
        .nonce_count = post->pass.nonce_count,
    };
    if (work->digest.bootstrap)
        prepare_restore(post);
    work->history = (struct store_history){&work->digest.history, work->inform.at_us, NULL};
    post->unit = (struct store_unit){
        .inform = &work->inform,
        .history = work->digest.history.count > 0 ? &work->history : NULL,
        .enrol = post->enrol,
    };
    post_submit(post, informed);
}

static void found_device(struct post *post, int64_t device_id)
{
    if (post->pass.kind == PASS_BOOTSTRAP)
        door_enrol(post, device_id, store_it);
    else
        store_it(post, device_id);
}

static void registered(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    struct inform_work *work = post->inform;

    (void)unit;
    if (post_failed(post, outcome))
        return;
    if (work->registration.device_id == 0) {
        door_refuse_unknown(post);
        return;
    }
    map_put(post->worker->device_ids, work->key, (union map_value){.number = work->registration.device_id});
    found_device(post, work->registration.device_id);
}

static void find_device(struct post *post)
{
    struct inform_work *work = post->inform;
    union map_value known;

    if (map_get(post->worker->device_ids, work->key, &known)) {
        found_device(post, known.number);
        return;
    }
    work->registration.key = post->message.body.inform.device;
    work->registration.find_only = !door_registers(post);
    post->unit = (struct store_unit){.registration = &work->registration};
    post_submit(post, registered);
}

static void read_identity(struct post *post)
{
    struct inform_work *work = post->inform;
    const char *version = cwmp_version_name(post->message.version);

    work->identity = (struct store_identity){
        .software_version = work->digest.software_version,
        .hardware_version = work->digest.hardware_version,
        .connection_request_url = work->digest.connection_request_url,
        .udp_address = work->digest.udp_address,
        .root = work->digest.root,
        .source_address = post_from(post),
        .cwmp_version = post->message.version,
    };
    const char *texts[] = {work->identity.software_version,
                           work->identity.hardware_version,
                           work->identity.connection_request_url,
                           work->identity.udp_address,
                           work->identity.root,
                           work->identity.source_address,
                           version};
    work->identity_hash = inform_hash_texts(texts, sizeof(texts) / sizeof(*texts), post->arena);
}

static void set_patience(struct post *post)
{
    uint64_t wish_ms = (uint64_t)post->message.header.session_timeout * MS_PER_S;
    uint64_t most_ms = post->worker->config->session_timeout_max_ms;

    if (wish_ms > post->session->timeout_ms) /* N-19 */
        post->session->timeout_ms = (uint32_t)(wish_ms < most_ms ? wish_ms : most_ms);
}

/* What holds for its model. */
static void find_model(struct post *post)
{
    const struct cwmp_device_id *id = &post->message.body.inform.device;
    struct inform_digest *digest = &post->inform->digest;
    const struct model_identity identity = {id->manufacturer, id->product_class, digest->software_version};

    model_release(post->session->model);
    post->session->model = models_take(post->worker->models, &identity);
    if (session_quirks(post->session)->bootstrap_always)
        digest->bootstrap = false;
}

void welcome(struct post *post)
{
    const struct cwmp_device_id *id = &post->message.body.inform.device;

    /* An empty OUI is one like any other: there are stacks that do not know theirs. */
    if (id->serial_number[0] == '\0') {
        session_finish(post->session, SESSION_FAILED, "no identity");
        post_reply_fault(post, CWMP_FAULT_INVALID_ARGUMENTS, "DeviceId: a SerialNumber is needed");
        return;
    }
    post->inform = ARENA_NEW(post->arena, struct inform_work);
    post->inform->key = door_identity(post->worker, id, post->arena);
    if (post->worker->all->door != NULL && !door_admits(post, post->inform->key))
        return;
    if (admission_is_flooded(post, post->inform->key)) /* by the device itself: nobody else gets here as it */
        return;
    inform_read(&post->message.body.inform, post->arena, &post->inform->digest);
    post->session->version = post->message.version;
    post->session->root = post->inform->digest.root;
    post->session->uptime_s = post->inform->digest.uptime_s;
    post->session->event_bits = post->inform->digest.event_bits;
    set_patience(post);
    find_model(post);
    read_identity(post);
    if (post->pass.kind == PASS_OWN)
        store_it(post, post->pass.device_id);
    else
        find_device(post);
}
