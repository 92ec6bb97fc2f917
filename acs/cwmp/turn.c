#include "acs/cwmp/turn.h"

#include <assert.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/dwelling.h"
#include "acs/cwmp/vault.h"
#include "provisioning/delivery.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"
#include "provisioning/transfer.h"

enum { NOBODY = -1 };

/* What one POST wants committed, and what is sent once it is. */
struct turn_work {
    struct store_action saves[STORE_UNIT_ACTIONS];
    size_t owner[STORE_UNIT_ACTIONS]; /* index of the record of each save */
    unsigned count;
    struct store_values values;
    struct store_ability ability;
    struct store_attributes attributes;
    struct store_inform reload;
    int sender; /* slot whose request is sent after the commit, or NOBODY */
    struct cwmp_message request;
    bool full; /* there may be more to choose after this commit */
};

static struct action_facts facts_of(const struct post *post)
{
    const struct session *session = post->session;
    bool informing = !post->empty && post->message.method == CWMP_INFORM;

    return (struct action_facts){
        .root = session->root,
        .version = session->version,
        .now_us = clock_now_us(),
        .inform = informing ? &post->message.body.inform : NULL,
        .uptime_s = session->uptime_s,
        .quirks = session_quirks(session),
        .ability = session->turn.knowledge != NULL ? &session->turn.ability : NULL,
        .software_version = session->turn.software_version,
        .event_bits = session->event_bits,
        .links = files_links(session->worker->all->files),
        .trusted = session->worker->all->door != NULL && session->enrolment == ENROLMENT_BOUND,
        .used_next = session->used_next,
        .credentials = post->own,
        .vault = vault_of(post),
        .home = post->home,
        .service = post->home != NULL ? post->service : NULL,
    };
}

/* ---- saves ---- */

/* One row may be written once per commit: a second move of the same action joins the first. */
static void join(struct action_save *first, const struct action_save *second)
{
    struct action_save joined = *second;

    joined.revision = first->revision;
    joined.memo = second->memo ? second->memo : first->memo;
    joined.progress = second->progress ? second->progress : first->progress;
    joined.result = second->result ? second->result : first->result;
    joined.evidence = second->evidence ? second->evidence : first->evidence;
    joined.failure = second->failure ? second->failure : first->failure;
    joined.sealed = second->sealed ? second->sealed : first->sealed;
    joined.undo = second->undo ? second->undo : first->undo;
    joined.secrets = second->secrets ? second->secrets : first->secrets;
    *first = joined;
}

static unsigned slot_of(const struct turn_work *work, size_t index)
{
    unsigned slot = 0;

    while (slot < work->count && work->owner[slot] != index)
        slot++;
    return slot;
}

/* Notes the save and applies it to the record as if it were committed; a refused one is dropped later. */
static unsigned add_save(struct post *post, size_t index, const struct action_save *save)
{
    struct turn_work *work = post->turn;
    struct turn *turn = &post->session->turn;
    unsigned slot = slot_of(work, index);

    if (slot < work->count) {
        struct action_save own = *save;

        join(&work->saves[slot].save, save);
        own.revision = work->saves[slot].save.revision; /* both together are one step of the revision */
        turn_apply(turn, index, &own);
        return slot;
    }
    work->owner[slot] = index;
    work->saves[slot] = (struct store_action){.save = *save};
    work->count++;
    turn_apply(turn, index, save);
    return slot;
}

static void count_end(const struct action_record *record, enum action_state state)
{
    metric_count(state == ACTION_SUCCEEDED ? METRIC_ACTIONS_SUCCEEDED : METRIC_ACTIONS_FAILED);
    log_info("action ended", log_s("action", record->id), log_i("device", record->device_id),
             log_s("kind", record->kind), log_s("state", action_state_name(state)));
}

/* After a commit: a save that was refused means that the action is not ours any more (cancelled, expired,
 * fenced). */
void turn_saved(struct post *post)
{
    struct turn *turn = &post->session->turn;
    struct turn_work *work = post->turn;

    for (unsigned slot = 0; work != NULL && slot < work->count; slot++) {
        const struct action_save *save = &work->saves[slot].save;

        if (!work->saves[slot].saved)
            turn->records[work->owner[slot]].state = ACTION_CANCELLED;
        else if (action_has_ended(save->state))
            count_end(&turn->records[work->owner[slot]], save->state);
    }
}

static void use_saves(struct post *post)
{
    for (unsigned slot = 0; slot < post->turn->count; slot++)
        post->unit.actions[slot] = &post->turn->saves[slot];
    post->unit.action_count = post->turn->count;
}

/* ---- the Inform ---- */

static enum err on_inform(const struct action_record *record, const struct action_facts *facts,
                          struct arena *arena, struct action_move *ret)
{
    if (record->state == ACTION_QUEUED || record->state == ACTION_WAKING) {
        *ret = move_to(record, facts, record->step, ACTION_SESSION);
        return ERR_OK;
    }
    return action_inform(record, facts, arena, ret);
}

unsigned turn_informed(struct post *post, size_t *ret_next)
{
    struct turn *turn = &post->session->turn;
    struct action_facts facts;

    post->turn = NULL;
    if (*ret_next >= turn->count)
        return 0;
    facts = facts_of(post);
    post->turn = ARENA_NEW(post->arena, struct turn_work);
    for (; *ret_next < turn->count && post->turn->count < STORE_UNIT_ACTIONS; ++*ret_next) {
        struct action_move move;

        if (on_inform(turn_record(turn, *ret_next, post->arena), &facts, post->arena, &move) == ERR_OK &&
            move.changed)
            add_save(post, *ret_next, &move.save);
    }
    use_saves(post);
    return post->turn->count;
}

/* ---- TransferComplete, DUStateChangeComplete ---- */

static void begin_work(struct post *post)
{
    post->unit = (struct store_unit){0};
    post->turn = ARENA_NEW(post->arena, struct turn_work);
    post->turn->sender = NOBODY;
}

const struct action_record *turn_about(const struct post *post)
{
    const struct turn *turn = &post->session->turn;
    const union cwmp_body *body = &post->message.body;

    if (post->message.method == CWMP_DU_STATE_CHANGE_COMPLETE)
        return action_of_change(turn->records, turn->count, body->du_state_change_complete.command_key);
    return action_of_transfer(turn->records, turn->count, body->transfer_complete.command_key);
}

static enum err take_report(const struct post *post, const struct action_record *record,
                            const struct action_facts *facts, struct action_move *ret)
{
    const union cwmp_body *body = &post->message.body;

    if (post->message.method == CWMP_DU_STATE_CHANGE_COMPLETE)
        return action_changed(record, facts, &body->du_state_change_complete, post->arena, ret);
    return action_transferred(record, facts, &body->transfer_complete, post->arena, ret);
}

bool turn_reported(struct post *post)
{
    const struct action_record *about = turn_about(post);
    struct action_facts facts;
    struct action_move move;
    size_t index;

    if (about == NULL)
        return false;
    facts = facts_of(post);
    index = (size_t)(about - post->session->turn.records);
    begin_work(post);
    if (take_report(post, turn_record(&post->session->turn, index, post->arena), &facts, &move) == ERR_OK &&
        move.changed)
        add_save(post, index, &move.save);
    use_saves(post);
    return true;
}

/* ---- choosing ---- */

static bool makes_it_leave(const struct action_record *record)
{
    const struct action_kind *kind = action_kind_find(record->kind);

    return kind != NULL && kind->ends_session;
}

/* One restart at a time: the proof of one (a young UpTime) would be taken for the proof of the next. */
static bool is_leaving(const struct turn *turn)
{
    for (size_t i = 0; i < turn->count; i++) {
        const struct action_record *record = &turn->records[i];

        if (makes_it_leave(record) && (record->intent != NULL || record->state == ACTION_VERIFYING))
            return true;
    }
    return false;
}

/* The next action to look at: oldest first, those that make the device leave last (N-36). */
static int pick(const struct turn *turn)
{
    bool leaving = is_leaving(turn);
    int leaver = NOBODY;

    for (size_t i = 0; i < turn->count; i++) {
        const struct action_record *record = &turn->records[i];
        bool under_way = record->intent != NULL || record->state == ACTION_VERIFYING;

        if (turn->passed[i] || action_has_ended(record->state))
            continue;
        if (!makes_it_leave(record))
            return (int)i;
        if (leaver == NOBODY && (under_way || !leaving))
            leaver = (int)i;
    }
    return leaver;
}

/* cwmp:ID of our n-th request: unique in its session, which is all that is asked (E-07) */
static const char *request_id(const struct post *post, uint32_t n)
{
    return arena_printf(post->arena, "%u", n);
}

/* The request as it will be sent, with its header; written once to see that it can be, before its intent is
 * kept. */
static enum err prepare_request(struct post *post, struct action_move *move)
{
    struct session *session = post->session;
    const struct soap_dialect dialect = session_dialect(session);
    struct text trial = TEXT_IN(post->arena);

    move->request.version = session->version;
    move->request.header.id = request_id(post, session->turn.last_id + 1);
    return soap_encode(&move->request, &dialect, &trial);
}

static void next_move(struct post *post, size_t index, struct action_move *ret)
{
    const struct action_record *record = turn_record(&post->session->turn, index, post->arena);
    struct action_facts facts = facts_of(post);
    enum err err = action_next(record, &facts, post->arena, ret);

    if (err == ERR_OK && ret->kind == ACTION_SEND)
        err = prepare_request(post, ret);
    if (err != ERR_OK)
        *ret = move_fail(record, &facts, post->arena, "cannot_be_sent",
                         arena_strdup(post->arena, err_message()), 0);
}

/* An action that ends without a further answer, once it has looked at the home. */
static void keep_facts_of_end(struct post *post, const struct action_move *move)
{
    if (move->kind != ACTION_END || !post->session->has_read || post->tree == NULL)
        return;
    dwelling_keep_read(post, move);
    post->session->has_read = false;
}

/* Fills the post's work with moves until one of them sends, nothing is left, or there is no room for more
 * saves. */
static void choose(struct post *post)
{
    struct turn_work *work = post->turn;
    struct turn *turn = &post->session->turn;
    bool may_ask = post->session->rpc_count < post->worker->config->session_rpcs_max;
    int index;

    while (may_ask && (index = pick(turn)) != NOBODY) {
        struct action_move move;

        if (slot_of(work, (size_t)index) == STORE_UNIT_ACTIONS ||
            (post->own == NULL && door_wants_credentials(&turn->records[index]))) {
            work->full = true;
            return;
        }
        next_move(post, (size_t)index, &move);
        if (!move.changed) {
            turn->passed[index] = true;
            continue;
        }
        unsigned slot = add_save(post, (size_t)index, &move.save);
        keep_facts_of_end(post, &move);
        if (move.kind == ACTION_SEND) {
            work->sender = (int)slot;
            work->request = move.request;
            return;
        }
    }
}

/* ---- committing and sending ---- */

/* Nothing left to send, unless somebody queued an action while the last commit was under way. */
static void over(struct post *post)
{
    if (post->session->turn.stale) {
        turn_take(post);
        return;
    }
    session_finish(post->session, SESSION_COMPLETED, NULL);
    post_reply_empty(post);
}

static void send_request(struct post *post)
{
    struct session *session = post->session;
    struct turn_work *work = post->turn;

    if (post->own != NULL && post->own->username != NULL) /* it may come with it from now on */
        session->next_user = crypto_siphash128(session->worker->all->identity_key, post->own->username,
                                               strlen(post->own->username));
    session->turn.last_id++;
    session->turn.current = work->owner[work->sender];
    session->turn.asked = work->request.method;
    session->state = SESSION_WAITING;
    session->rpc_count++;
    metric_count(METRIC_RPC_SENT);
    post_reply_message(post, &work->request);
}

static void committed(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    struct turn_work *work = post->turn;

    (void)unit;
    if (post_failed(post, outcome))
        return;
    turn_saved(post);
    if (work->sender != NOBODY && work->saves[work->sender].saved)
        send_request(post);
    else if (work->sender != NOBODY || work->full)
        turn_take(post);
    else
        over(post);
}

static void commit(struct post *post)
{
    use_saves(post);
    if (post->turn->count == 0 && post->unit.values == NULL) {
        over(post);
        return;
    }
    post_submit(post, committed);
}

static void reloaded(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;

    if (post_failed(post, outcome))
        return;
    turn_set(&post->session->turn, unit->inform->actions, unit->inform->action_count);
    turn_know(&post->session->turn, unit->inform, NULL);
    turn_take(post);
}

/* Somebody queued or cancelled an action of this device while it is here. */
static void reload(struct post *post)
{
    post->session->turn.stale = false;
    post->unit.inform = &post->turn->reload;
    post->unit.arena = post->arena;
    post->unit.device_id = post->session->device_id;
    post->unit.done = reloaded;
    post->unit.ctx = post;
    store_reload_actions(post->worker->store, &post->unit);
}

void turn_take(struct post *post)
{
    begin_work(post);
    if (post->session->turn.stale) {
        reload(post);
        return;
    }
    if (door_standing_is_due(post)) {
        door_read_standing(post, turn_take);
        return;
    }
    if (dwelling_is_due(post)) {
        dwelling_read(post, turn_take);
        return;
    }
    choose(post);
    commit(post);
}

/* ---- the answer ---- */

/* E-10: another ID is another conversation. E-11: a lost ID is forgiven when the method fits. */
static bool is_our_answer(const struct post *post)
{
    const struct turn *turn = &post->session->turn;
    const struct cwmp_message *answer = &post->message;

    if (answer->header.id == NULL)
        return answer->method == CWMP_FAULT || answer->method == cwmp_response_to(turn->asked);
    return strcmp(answer->header.id, request_id(post, turn->last_id)) == 0;
}

static void keep_what_was_learnt(struct post *post, const struct ability *learnt)
{
    struct turn *turn = &post->session->turn;

    if (learnt == NULL)
        return;
    turn_learn(turn, learnt, turn->software_version); /* what learnt points to may have been the turn's own */
    post->turn->ability = (struct store_ability){
        .software_version = arena_strdup(post->arena, turn->software_version),
        .can =
            {
                  .methods = arena_strdup(post->arena, turn->ability.methods),
                  .refused = arena_strdup(post->arena, turn->ability.refused),
                  .asked = turn->ability.asked,
                  },
    };
    post->unit.ability = &post->turn->ability;
}

static void keep_what_was_read(struct post *post, const struct action_move *move)
{
    struct turn_work *work = post->turn;

    if (move->values == NULL && move->infos == NULL)
        return;
    work->values = (struct store_values){
        .values = move->values ? parameter_values_without_secrets(move->values, post->arena) : NULL,
        .infos = move->infos,
        .read_at_us = clock_now_us(),
    };
    post->unit.values = &work->values;
}

static void keep_attributes(struct post *post, const struct action_move *move, const char *action_id)
{
    if (move->attributes == NULL)
        return;
    post->turn->attributes = (struct store_attributes){move->attributes, action_id, clock_now_us()};
    post->unit.attributes = &post->turn->attributes;
}

/*
 * An empty message in place of an answer, as some give to what they do not support. The request has failed;
 * where it may have been carried out all the same (at most once), the next Inform will tell.
 */
static bool is_unresolved(struct post *post)
{
    if (!post->empty)
        return false;
    post->message = (struct cwmp_message){
        .version = post->session->version,
        .method = CWMP_FAULT,
        .method_name = "nothing",
        .body.fault = {.soap_code = "", .soap_string = "an empty message instead of an answer", .text = ""},
    };
    return delivery_of(post->session->turn.asked)->tries == 1;
}

static void go_on_without(struct post *post, size_t index)
{
    begin_work(post);
    post->session->turn.passed[index] = true;
    choose(post);
    commit(post);
}

/* Facts are written with the end of an action that has read something: who sees the end sees them. */
static bool has_news_of_home(const struct post *post, const struct action_move *move)
{
    return post->session->model != NULL && move->kind == ACTION_END &&
           (move->values != NULL || post->session->has_read);
}

static void take_move(struct post *post)
{
    struct turn *turn = &post->session->turn;
    const struct action_move *move = post->move;

    begin_work(post);
    keep_what_was_read(post, move);
    if (has_news_of_home(post, move))
        dwelling_keep_read(post, move);
    post->session->has_read = move->kind != ACTION_END && (move->values != NULL || post->session->has_read);
    keep_what_was_learnt(post, move->learnt);
    keep_attributes(post, move, turn_record(turn, turn->current, post->arena)->id);
    add_save(post, turn->current, &move->save);
    post->home = NULL; /* what was read is newer */
    if (!turn->stale && !post->session->standing_stale && !dwelling_is_due(post))
        choose(post);
    else
        post->turn->full = true; /* look again after this commit */
    commit(post);
}

void turn_answer(struct post *post)
{
    struct turn *turn = &post->session->turn;
    struct action_facts facts = facts_of(post);
    const struct action_record *record;
    struct action_move *move = ARENA_NEW(post->arena, struct action_move);

    if (turn->count == 0 || (!post->empty && !is_our_answer(post))) {
        post_refuse(post, "the answer does not belong to the outstanding request");
        return;
    }
    if (is_unresolved(post)) {
        go_on_without(post, turn->current);
        return;
    }
    if (post->message.method == CWMP_FAULT)
        metric_count(METRIC_RPC_FAULTS);
    record = turn_record(turn, turn->current, post->arena);
    if (action_answer(record, &facts, &post->message, post->arena, move) != ERR_OK)
        *move =
            move_fail(record, &facts, post->arena, "internal", arena_strdup(post->arena, err_message()), 0);
    post->move = move;
    if (has_news_of_home(post, move))
        dwelling_read(post, take_move);
    else
        take_move(post);
}
