/* Files that the ACS has a home fetch or send, and what is queued of them. */
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/job.h"
#include "tests/cpesim/rpc_work.h"

#define UNKNOWN_TIME "0001-01-01T00:00:00Z"

/* A digit that stands for a type, or a maker's own: "X 0A51C0 Image". */
static bool is_file_type(const char *type, const char *digits)
{
    return text_starts_with(type, "X ") ||
           (type[0] != '\0' && strchr(digits, type[0]) != NULL && type[1] == ' ');
}

static bool waits_for_it(const struct home *home, const struct job_order *order)
{
    bool is_firmware = order->kind == JOB_DOWNLOAD && text_starts_with(order->file_type, "1 ");

    if (order->delay_s != 0 || order->kind == JOB_SCHEDULED)
        return false;
    if (home->odd == ODD_AT_ONCE || home->odd == ODD_SAME_SESSION)
        return true;
    return home->odd == ODD_NOTHING && home->tree.model->quirks & QUIRK_AT_ONCE && !is_firmware;
}

/* True: it is queued. */
static bool add(struct work *work, struct job_order *order, const char *types)
{
    uint32_t fault = trip_judge_url(order->url);

    order->at_once = waits_for_it(work->home, order);
    if (!rpc_key_fits(order->command_key))
        rpc_refuse_for(work, FAULT_ARGUMENTS, "CommandKey");
    else if (!is_file_type(order->file_type, types))
        rpc_refuse_for(work, FAULT_ARGUMENTS, "FileType");
    else if (fault == TRIP_PROTOCOL && *order->url != '\0')
        rpc_refuse_for(work, fault, order->url);
    else if (fault != 0)
        rpc_refuse_for(work, FAULT_ARGUMENTS, "URL");
    else if (!job_add(work->home, order))
        rpc_refuse(work, FAULT_RESOURCES, NULL);
    else
        return true;
    return false;
}

/* Status 1: a TransferComplete follows; the times are not known yet. */
static void accept(struct work *work, const struct job_order *order)
{
    struct cwmp_transfer_response *answer = &work->answer->body.transfer_response;

    *answer = (struct cwmp_transfer_response){1, UNKNOWN_TIME, UNKNOWN_TIME};
    work->home->defers = order->at_once;
}

/* What the three ways to ask for a file have in common. */
#define ORDERED(ask)                                                                     \
    .command_key = (ask)->command_key, .file_type = (ask)->file_type, .url = (ask)->url, \
    .username = text_or_empty((ask)->username), .password = text_or_empty((ask)->password)

void rpc_download(struct work *work)
{
    const struct cwmp_download *ask = &work->request->body.download;
    struct job_order order = {
        .kind = JOB_DOWNLOAD,
        ORDERED(ask),
        .target = text_or_empty(ask->target_file_name),
        .size = ask->file_size,
        .delay_s = ask->delay_s,
    };

    if (add(work, &order, "12345"))
        accept(work, &order);
}

void rpc_upload(struct work *work)
{
    const struct cwmp_upload *ask = &work->request->body.upload;
    struct job_order order = {
        .kind = JOB_UPLOAD,
        ORDERED(ask),
        .target = "",
        .delay_s = ask->delay_s,
    };

    if (add(work, &order, "1234"))
        accept(work, &order);
}

void rpc_schedule_download(struct work *work)
{
    const struct cwmp_schedule_download *ask = &work->request->body.schedule_download;
    struct job_order order = {
        .kind = JOB_SCHEDULED,
        ORDERED(ask),
        .target = text_or_empty(ask->target_file_name),
        .size = ask->file_size,
        .windows = &ask->windows,
    };

    if (ask->windows.count == 0 || ask->windows.count > JOB_WINDOWS_MAX)
        rpc_refuse_for(work, FAULT_ARGUMENTS, "TimeWindowList");
    else
        (void)add(work, &order, "12345");
}

void rpc_cancel_transfer(struct work *work)
{
    if (!job_cancel(work->home, work->request->body.cancel_transfer.command_key))
        rpc_refuse(work, FAULT_CANCEL, NULL);
}

/* ---- what is queued ---- */

static void list_all(struct work *work, struct cwmp_known_transfers *list)
{
    const struct home *home = work->home;
    struct job_view view;

    list->items = ARENA_ARRAY(work->arena, struct cwmp_known_transfer, JOBS_MAX + home->transfer_count);
    for (size_t i = 0; job_view(home, i, &view); i++)
        list->items[list->count++] = (struct cwmp_known_transfer){
            .command_key = view.command_key,
            .state = view.is_running ? CWMP_TRANSFER_RUNNING : CWMP_TRANSFER_WAITING,
            .is_download = view.is_download,
            .file_type = view.file_type,
            .file_size = view.size,
            .target_file_name = view.target,
        };
    for (uint32_t i = 0; i < home->transfer_count; i++)
        list->items[list->count++] = (struct cwmp_known_transfer){
            .command_key = home->transfers[i].command_key,
            .state = CWMP_TRANSFER_FINISHED,
            .is_download = home->transfers[i].event != EVENT_M_UPLOAD,
            .file_type = home->transfers[i].event != EVENT_M_UPLOAD ? "1 Firmware Upgrade Image"
                                                                    : "1 Vendor Configuration File",
            .target_file_name = "",
        };
}

void rpc_all_queued_transfers(struct work *work)
{
    list_all(work, &work->answer->body.get_all_queued_transfers_response.transfers);
}

void rpc_queued_transfers(struct work *work)
{
    struct cwmp_queued_transfers *list = &work->answer->body.get_queued_transfers_response.transfers;
    struct cwmp_known_transfers all = {0};

    list_all(work, &all);
    list->items = ARENA_ARRAY(work->arena, struct cwmp_queued_transfer, all.count);
    for (; list->count < all.count; list->count++)
        list->items[list->count] =
            (struct cwmp_queued_transfer){all.items[list->count].command_key, all.items[list->count].state};
}
