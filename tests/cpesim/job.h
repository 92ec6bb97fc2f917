/*
 * Transfers that the ACS has asked a home for: the queue of Download, ScheduleDownload and Upload (TR-069
 * A.3.2.8, A.4.1.5, A.4.1.8).
 *
 * A job waits for its time, carries its file (trip.h), does with it what its type says, and ends as a
 * TransferComplete to be told (home->transfers), or, at once and within the session, as the answer to the
 * request itself.
 */
#pragma once

#include "acs/base/list.h"
#include "tests/cpesim/trip.h"

enum { JOBS_MAX = 4, JOB_WINDOWS_MAX = 2 };

enum job_kind { JOB_DOWNLOAD, JOB_UPLOAD, JOB_SCHEDULED };

/* What it is about; texts are copied. */
struct job_order {
    enum job_kind kind;
    const char *command_key;
    const char *file_type;
    const char *url;
    const char *username, *password;
    const char *target; /* file name; "": that of the URL */
    uint32_t size;
    uint32_t delay_s;
    const struct cwmp_time_windows *windows; /* JOB_SCHEDULED */
    bool at_once;                            /* the response to the request waits for it (session_answer()) */
};

struct job;

/* False: the queue is full, with what has ended and was not yet told (9004). */
bool job_add(struct home *home, const struct job_order *order);

/* For GetQueuedTransfers and its sisters, in the order in which they were asked for: false behind the last.
 */
struct job_view {
    const char *command_key;
    const char *file_type;
    const char *target;
    uint32_t size;
    bool is_download;
    bool is_running;
};
bool job_view(const struct home *home, size_t place, struct job_view *ret);

/* CancelTransfer. False: one with this key is under way, and cannot be stopped (9021). */
bool job_cancel(struct home *home, const char *command_key);
/* The session that waits for the end of one is gone. */
void job_session_gone(struct home *home);
/* FactoryReset, or the end. */
void job_drop_all(struct home *home);
