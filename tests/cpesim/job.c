#include "tests/cpesim/job.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/firmware.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/image.h"
#include "tests/cpesim/session.h"
#include "tests/cpesim/wan.h"

enum { AGAIN_MS = 200, CANNOT_NOW = 9020 };

struct window {
    int64_t from_us, to_us; /* monotonic */
    bool asks_user;         /* 4 Confirmation Needed: nobody is there to confirm */
    int32_t retries_left;   /* -1: as many as there is time for */
};

struct job {
    struct home *home;
    struct list link;
    struct arena *arena; /* it is in it itself */
    struct job_order order;
    struct window windows[JOB_WINDOWS_MAX];
    unsigned window, window_count;
    struct alarm alarm;
    struct trip *trip; /* NULL: it is not under way */
    struct bytes upload;
    int64_t ordered_us; /* wall clock, as is the next */
    int64_t begun_us;
    uint32_t fault;
    bool is_firmware;        /* that could be read: */
    bool installs;           /* and is to be started */
    struct firmware_lot lot; /* what it does to this home */
    const char *why;         /* a file was refused; NULL: there is no more to say than the fault */
};

static void job_free(struct job *job)
{
    list_remove(&job->link);
    alarm_clear(job->home->fleet->alarms, &job->alarm);
    trip_free(job->trip);
    bytes_free(&job->upload);
    arena_free(job->arena);
}

static bool is_download(const struct job *job)
{
    return job->order.kind != JOB_UPLOAD;
}

/* "3 Vendor Configuration File" is of type 3 for Download, "1 Vendor Configuration File" of 1 for Upload. */
static bool is_type(const struct job *job, const char *number)
{
    return text_starts_with(job->order.file_type, number) && job->order.file_type[strlen(number)] == ' ';
}

/* ---- the end ---- */

static void count_end(const struct job *job, bool installed)
{
    struct tally_firmware *counts = tally_firmware(&job->home->fleet->tally, job->lot.version);

    counts->downloads++;
    counts->installs += installed;
}

static void journal_end(struct job *job)
{
    bool installed = job->installs && job->home->odd != ODD_LIES;
    struct journal_line line = {
        .did = job->order.kind == JOB_UPLOAD ? "Upload" : "Download",
        .command_key = job->order.command_key,
        .fault = job->fault,
        .ordered_us = job->ordered_us,
        .image = job->is_firmware ? job->lot.version : NULL,
        .version = installed ? job->lot.version : NULL,
        .fate = job->is_firmware ? firmware_lot_words(&job->lot, job->arena) : NULL,
        .seconds = job->lot.seconds,
        .why = job->why,
        .at_once = job->order.at_once,
    };

    home_journal(job->home, &line);
    if (job->is_firmware)
        count_end(job, installed);
}

static enum event_code event_of(const struct job *job)
{
    static const enum event_code events[] = {
        [JOB_DOWNLOAD] = EVENT_M_DOWNLOAD,
        [JOB_UPLOAD] = EVENT_M_UPLOAD,
        [JOB_SCHEDULED] = EVENT_M_SCHEDULE_DOWNLOAD,
    };

    return events[job->order.kind];
}

static void report(struct job *job)
{
    struct home *home = job->home;
    struct transfer_end end = {
        .event = event_of(job),
        .command_key = job->order.command_key,
        .fault = job->fault,
        .begun_us = job->begun_us,
        .telling = job->lot.fates[FATE_OF_TELLING],
    };

    if (job->order.at_once && home->session != NULL)
        session_answer_transfer(home->session, &end);
    else if (!job->order.at_once)
        home_transfer_ended(home, &end);
}

/* A firmware is started when nobody speaks with the home any more. */
static void settle(void *ctx)
{
    struct job *job = ctx;
    struct home *home = job->home;
    bool is_busy = !home->on || (home->session != NULL && !job->order.at_once);

    if (job->installs && is_busy) {
        alarm_set(home->fleet->alarms, &job->alarm, clock_mono_us() + (int64_t)AGAIN_MS * US_PER_MS, settle,
                  job);
        return;
    }
    journal_end(job);
    list_remove(&job->link); /* what the session does now is no concern of this job any more */
    if (job->installs)
        home_install(home, home->odd != ODD_LIES ? &job->lot : NULL);
    report(job);
    job_free(job);
}

static void fetch(void *ctx);

/* A scheduled one may try again, in this window or in the next. True: it will. */
static bool goes_on(struct job *job)
{
    struct alarms *alarms = job->home->fleet->alarms;
    int64_t now = clock_mono_us();
    struct window *window = &job->windows[job->window];

    if (job->order.kind != JOB_SCHEDULED)
        return false;
    if (!window->asks_user && window->retries_left != 0 &&
        now + (int64_t)AGAIN_MS * US_PER_MS < window->to_us) {
        window->retries_left -= window->retries_left > 0;
        alarm_set(alarms, &job->alarm, now + (int64_t)AGAIN_MS * US_PER_MS, fetch, job);
        return true;
    }
    if (++job->window < job->window_count) {
        alarm_set(alarms, &job->alarm, job->windows[job->window].from_us, fetch, job);
        return true;
    }
    job->fault = CANNOT_NOW;
    return false;
}

/* Writing a firmware takes its time. */
static void install(struct job *job)
{
    struct fleet *fleet = job->home->fleet;
    uint64_t ms = fleet_random_between(fleet, fleet->options->install.least, fleet->options->install.most);

    alarm_set(fleet->alarms, &job->alarm, clock_mono_us() + settings_us(&fleet->settings, (int64_t)ms),
              settle, job);
}

static void end(struct job *job)
{
    if (job->installs)
        install(job);
    else if (job->fault == 0 || !goes_on(job))
        settle(job);
}

/* ---- what is done with a file ---- */

static uint32_t take_firmware(struct job *job, const struct bytes *content)
{
    const char *name = *job->order.target != '\0' ? job->order.target : job->order.url;
    struct firmware firmware;

    if (firmware_read(content, name, &firmware) != ERR_OK) {
        job->why = arena_strdup(job->arena, err_message());
        return TRIP_CORRUPTED;
    }
    job->is_firmware = true;
    job->lot = firmware_draw(&firmware, &job->home->tree);
    if (job->lot.fates[FATE_OF_RUNNING] == FATE_DOWNLOAD_FAILS)
        return TRIP_FAILED_DOWNLOAD;
    if (job->lot.fates[FATE_OF_RUNNING] == FATE_CORRUPT)
        return TRIP_CORRUPTED;
    job->installs = job->lot.fates[FATE_OF_VERSION] != FATE_KEEPS_VERSION;
    return 0;
}

static uint32_t take_file(struct job *job, const struct bytes *content)
{
    if (is_type(job, "1"))
        return take_firmware(job, content);
    if (job->home->odd == ODD_LIES)
        return 0;
    if (is_type(job, "3") && image_apply_config(content, &job->home->tree) != ERR_OK)
        return TRIP_CORRUPTED;
    wan_check(job->home);
    return 0; /* web content, tones: there is nothing that could be seen of them */
}

static void on_carried(uint32_t fault, const struct bytes *content, void *ctx)
{
    struct job *job = ctx;

    job->fault = fault;
    job->is_firmware = false;
    job->why = NULL;
    if (fault == 0 && is_download(job))
        job->fault = take_file(job, content);
    trip_free(job->trip);
    job->trip = NULL;
    end(job);
}

static void prepare_upload(struct job *job)
{
    job->upload.len = 0;
    if (is_type(job, "2") || is_type(job, "4"))
        image_write_log(&job->home->tree, job->home->restarts, &job->upload);
    else
        image_write_config(&job->home->tree, &job->upload);
}

static void fetch(void *ctx)
{
    struct job *job = ctx;
    struct trip_order order = {
        .url = job->order.url,
        .username = job->order.username,
        .password = job->order.password,
        .size = job->order.size,
        .keep = is_download(job) && is_type(job, "1") ? FIRMWARE_HEAD_MAX : 0,
    };

    if (!job->home->on || (job->order.kind == JOB_SCHEDULED && job->windows[job->window].asks_user)) {
        job->fault = CANNOT_NOW;
        if (job->home->on) {
            end(job);
            return;
        }
        alarm_set(job->home->fleet->alarms, &job->alarm, clock_mono_us() + (int64_t)AGAIN_MS * US_PER_MS,
                  fetch, job);
        return;
    }
    job->begun_us = clock_now_us();
    if (!is_download(job) && job->home->odd == ODD_LIES) {
        end(job);
        return;
    }
    if (!is_download(job)) {
        prepare_upload(job);
        order.upload = &job->upload;
    }
    job->trip = trip_new(job->home, &order, on_carried, job);
}

/* ---- asked for ---- */

static size_t count(const struct home *home)
{
    size_t jobs = home->transfer_count;

    LIST_EACH (at, &home->jobs)
        jobs++;
    return jobs;
}

static void copy_order(struct job *job, const struct job_order *order)
{
    struct arena *arena = job->arena;

    job->order = *order;
    job->order.command_key = arena_strdup(arena, order->command_key);
    job->order.file_type = arena_strdup(arena, order->file_type);
    job->order.url = arena_strdup(arena, order->url);
    job->order.username = arena_strdup(arena, order->username);
    job->order.password = arena_strdup(arena, order->password);
    job->order.target = arena_strdup(arena, order->target);
    job->order.windows = NULL;
}

static void copy_windows(struct job *job, const struct cwmp_time_windows *windows)
{
    int64_t now = clock_mono_us();

    for (size_t i = 0; windows != NULL && i < windows->count && i < JOB_WINDOWS_MAX; i++)
        job->windows[job->window_count++] = (struct window){
            .from_us = now + (int64_t)windows->items[i].start * US_PER_S,
            .to_us = now + (int64_t)windows->items[i].end * US_PER_S,
            .asks_user = text_starts_with(windows->items[i].mode, "4"),
            .retries_left = windows->items[i].max_retries,
        };
}

bool job_add(struct home *home, const struct job_order *order)
{
    struct arena *arena;
    struct job *job;

    if (count(home) >= JOBS_MAX)
        return false;
    arena = arena_new(1024);
    job = ARENA_NEW(arena, struct job);
    job->home = home;
    job->arena = arena;
    job->ordered_us = job->begun_us = clock_now_us();
    copy_order(job, order);
    copy_windows(job, order->windows);
    list_append(&home->jobs, &job->link);
    alarm_set(home->fleet->alarms, &job->alarm,
              job->window_count > 0 ? job->windows[0].from_us
                                    : clock_mono_us() + (int64_t)order->delay_s * US_PER_S,
              fetch, job);
    return true;
}

bool job_view(const struct home *home, size_t place, struct job_view *ret)
{
    LIST_EACH (at, &home->jobs) {
        const struct job *job = container_of(at, struct job, link);

        if (place-- > 0)
            continue;
        *ret = (struct job_view){
            .command_key = job->order.command_key,
            .file_type = job->order.file_type,
            .target = job->order.target,
            .size = job->order.size,
            .is_download = is_download(job),
            .is_running = job->trip != NULL,
        };
        return true;
    }
    return false;
}

static struct job *find(const struct home *home, const char *command_key)
{
    LIST_EACH (at, &home->jobs) {
        struct job *job = container_of(at, struct job, link);

        if (strcmp(job->order.command_key, command_key) == 0)
            return job;
    }
    return NULL;
}

bool job_cancel(struct home *home, const char *command_key)
{
    struct job *job;

    while ((job = find(home, command_key)) != NULL) {
        if (job->trip != NULL || job->installs)
            return false;
        job_free(job);
    }
    return true;
}

void job_session_gone(struct home *home)
{
    LIST_EACH (at, &home->jobs) {
        struct job *job = container_of(at, struct job, link);

        if (job->order.at_once)
            job_free(job);
    }
}

void job_drop_all(struct home *home)
{
    struct list *first;

    while ((first = list_first(&home->jobs)) != NULL)
        job_free(container_of(first, struct job, link));
}
