/*
 * TransferComplete and DUStateChangeComplete. The response tells the device to forget it, so it is committed
 * before that, with what it means for the action that it is about (I1). One that nobody knows is kept and
 * answered, too, or the device would say it for ever (I-27); one that comes again is answered again and
 * counted (F-17).
 */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/cwmp/endpoint.h"
#include "acs/files/ticket.h"
#include "provisioning/transfer.h"

struct transfer_work {
    struct store_transfer report;
    struct store_inform reload;
    struct store_history *history;
    store_fn *done;
};

static const char *action_of(const struct post *post)
{
    const struct action_record *about = turn_about(post);

    return about != NULL ? arena_strdup(post->arena, about->id) : NULL;
}

static void note_transfer(struct post *post, struct transfer_work *work, const char *action)
{
    const struct cwmp_transfer_complete *told = &post->message.body.transfer_complete;

    work->report = (struct store_transfer){.told = told, .action_id = action, .at_us = clock_now_us()};
    log_info("transfer complete", log_i("device", post->session->device_id),
             log_s("command_key", told->command_key), log_i("fault", told->fault.code),
             log_s("action", action != NULL ? action : "none that is open"));
}

static void keep(struct post *post, struct transfer_work *work)
{
    bool is_transfer = post->message.method == CWMP_TRANSFER_COMPLETE;

    if (is_transfer)
        note_transfer(post, work, action_of(post));
    if (!turn_reported(post))
        post->unit = (struct store_unit){0};
    post->unit.transfer = is_transfer ? &work->report : NULL;
    post->unit.history = work->history;
    post_submit(post, work->done);
}

static void reloaded(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;

    if (post_failed(post, outcome))
        return;
    turn_set(&post->session->turn, unit->inform->actions, unit->inform->action_count);
    keep(post, container_of(unit->inform, struct transfer_work, reload));
}

/* What was read at the Inform may be of yesterday, or thrown away with the end of the session. While a
 * request of ours is outstanding it stays: its answer will be looked for by its place. */
void transfer_take(struct post *post, struct store_history *history, store_fn *done)
{
    struct transfer_work *work = ARENA_NEW(post->arena, struct transfer_work);

    work->history = history;
    work->done = done;
    if (action_of(post) != NULL || post->session->state == SESSION_WAITING) {
        keep(post, work);
        return;
    }
    post->unit = (struct store_unit){.inform = &work->reload,
                                     .arena = post->arena,
                                     .device_id = post->session->device_id,
                                     .done = reloaded,
                                     .ctx = post};
    store_reload_actions(post->worker->store, &post->unit);
}

/* ---- files that are looked for here ---- */

bool transfer_is_elsewhere(struct post *post)
{
    const struct http_request *request = http_request(post->exchange);
    const struct files *files = post->worker->all->files;
    struct http_header_field *location;

    if (files == NULL || !ticket_is_path(request->path))
        return false;
    location = ARENA_NEW(post->arena, struct http_header_field);
    location->name = "Location";
    location->value = arena_printf(post->arena, "%s%s", files_base(files, request->path), request->path);
    post->reply = (struct http_reply){.status = 307, .headers = location, .header_count = 1};
    return true;
}
