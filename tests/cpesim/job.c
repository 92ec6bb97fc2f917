#include "tests/cpesim/job.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
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
    int64_t begun_us; /* wall clock */
    uint32_t fault;
    const char *version; /* of the firmware that it has brought; NULL: none */
    bool bricks;         /* with which the home never starts again */
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

static void journal_end(struct job *job)
{
    struct journal_line line = {
        .did = job->order.kind == JOB_UPLOAD ? "Upload" : "Download",
        .command_key = job->order.command_key,
        .fault = job->fault,
        .version = job->fault == 0 && job->home->odd != ODD_LIES ? job->version : NULL,
        .at_once = job->order.at_once,
    };

    home_journal(job->home, &line);
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
    const char *version = job->version;

    if (version != NULL && home->session != NULL && !job->order.at_once) {
        alarm_set(home->fleet->alarms, &job->alarm, clock_mono_us() + (int64_t)AGAIN_MS * US_PER_MS, settle,
                  job);
        return;
    }
    journal_end(job);
    list_remove(&job->link); /* what the session does now is no concern of this job any more */
    if (version != NULL && job->bricks && home->session == NULL) {
        job_free(job);
        home_switch_off(home);
        return;
    }
    if (version != NULL)
        home_install(home, home->odd != ODD_LIES ? version : NULL);
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

static void end(struct job *job)
{
    if (job->fault == 0 || !goes_on(job))
        settle(job);
}

/* ---- what is done with a file ---- */

static uint32_t take_firmware(struct job *job, const struct bytes *content)
{
    const char *name = *job->order.target != '\0' ? job->order.target : job->order.url;

    enum image_fate fate = image_fate_of(content, &job->home->tree);

    job->version = fate == IMAGE_CORRUPT ? NULL : image_version(content, name, job->arena);
    job->bricks = fate == IMAGE_BRICKS;
    return job->version != NULL ? 0 : TRIP_CORRUPTED;
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
    job->version = NULL;
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
    job->begun_us = clock_now_us();
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
        if (job->trip != NULL || job->version != NULL)
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
