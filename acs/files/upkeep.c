#include "acs/files/upkeep.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/files/pending.h"
#include "db/file.h"
#include "db/transfer.h"

enum {
    REMOVE_AT_ONCE = 50,
    TRIM_AT_ONCE = 1000,
    CHECK_BYTES = 16 * 1024 * 1024,
    LOOK_MS = 10 * MS_PER_S /* between two looks for uploads that nobody has continued */
};

#define REPORTS_KEPT_US (INT64_C(200) * 24 * 3600 * US_PER_S)

/* ---- the content of what was deleted ---- */

static enum err remove_deleted(const struct files *files, struct db *db)
{
    AUTO_ARENA arena = arena_new(4096);
    struct file_remains *remains;
    size_t count;

    TRY(db_begin(db));
    TRY(file_hold(db, arena));
    TRY(file_to_remove(db, REMOVE_AT_ONCE, arena, &remains, &count));
    for (size_t i = 0; i < count; i++) {
        if (!remains[i].needed)
            depot_remove(files->depot, remains[i].sha256);
        TRY(file_removed(db, remains[i].id, arena));
    }
    return db_commit(db);
}

/* ---- is the rest still what it was? ---- */

static enum err begin_check(struct files_upkeep *upkeep, struct db *db, struct arena *arena)
{
    int64_t before_us = clock_now_us() - (int64_t)upkeep->files->config->files_check_ms * US_PER_MS;
    struct file_row row;
    enum err err;

    TRY(file_to_check(db, before_us, arena, &row));
    upkeep->content.size = (uint64_t)row.size;
    memcpy(upkeep->content.sha256, row.sha256, sizeof(row.sha256));
    memcpy(upkeep->id, row.id, strnlen(row.id, ID_MAX - 1) + 1);
    err = depot_check_begin(upkeep->files->depot, &upkeep->content, &upkeep->check);
    if (err != ERR_NOT_FOUND)
        return err;
    metric_count(METRIC_FILES_DAMAGED);
    log_error("a file is gone from the disk", log_s("file", upkeep->id), log_s("why", err_message()));
    return file_checked(db, upkeep->content.sha256, true, arena);
}

static enum err end_check(struct files_upkeep *upkeep, struct db *db, enum err outcome, struct arena *arena)
{
    bool damaged = outcome == ERR_CONFLICT;

    depot_check_end(upkeep->check);
    upkeep->check = NULL;
    if (damaged) {
        metric_count(METRIC_FILES_DAMAGED);
        log_error("a file is damaged on the disk and is given out no more", log_s("file", upkeep->id),
                  log_s("why", err_message()));
    }
    if (outcome != ERR_OK && !damaged)
        return outcome;
    return file_checked(db, upkeep->content.sha256, damaged, arena);
}

static enum err check_some(struct files_upkeep *upkeep, struct db *db)
{
    AUTO_ARENA arena = arena_new(4096);
    bool done = false;
    enum err err;

    if (upkeep->check == NULL)
        return begin_check(upkeep, db, arena);
    err = depot_check_go_on(upkeep->check, CHECK_BYTES, &done);
    return err == ERR_OK && !done ? ERR_OK : end_check(upkeep, db, err, arena);
}

/* ---- uploads that nobody has continued ---- */

static void trim_pending(struct files_upkeep *upkeep)
{
    int64_t now_ms = clock_mono_ms();

    if (now_ms < upkeep->look_ms)
        return;
    upkeep->look_ms = now_ms + LOOK_MS;
    pending_trim(upkeep->files->depot,
                 clock_now_us() - (int64_t)upkeep->files->config->files_pending_ms * US_PER_MS);
}

/* ---- all of it ---- */

static enum err run(struct files_upkeep *upkeep, struct db_pool *pool)
{
    AUTO_DB db = NULL;
    int64_t trimmed;
    enum err err;

    trim_pending(upkeep);
    TRY(db_borrow(pool, &db));
    TRY(remove_deleted(upkeep->files, db));
    TRY(transfer_trim(db, clock_now_us() - REPORTS_KEPT_US, TRIM_AT_ONCE, &trimmed));
    err = check_some(upkeep, db);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

void files_upkeep_run(struct files_upkeep *upkeep, struct db_pool *pool)
{
    if (upkeep->files != NULL && run(upkeep, pool) != ERR_OK)
        log_warn("the upkeep of files could not be done", log_s("why", err_message()));
}

void files_upkeep_end(struct files_upkeep *upkeep)
{
    depot_check_end(upkeep->check);
    upkeep->check = NULL;
}
