#include "acs/exports/exporter.h"

#include <string.h>

#include "acs/base/csv_row.h"
#include "acs/base/errand.h"
#include "acs/base/log.h"
#include "db/campaign.h"
#include "db/export.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum { PIECE_ROWS = 2000, PIECE_BYTES = 512 * 1024, BYTES_MAX = 256 * 1024 * 1024 };

struct exporter {
    struct exporter_config config;
    struct errand *errand;
};

/* ---- a piece ---- */

static const char *const columns[] = {"device",   "serial",   "model",   "software_version", "version_before",
                                      "state",    "wave",     "cause",   "action",           "tries",
                                      "failures", "taken_at", "sent_at", "judged_at",        "last_contact"};

static enum err put_rows(const struct export_work *work, const struct shown_rows *rows, size_t count,
                         struct text *out)
{
    bool csv = strcmp(work->format, "csv") == 0;

    if (csv && work->pieces == 0)
        csv_row_put_head(columns, COUNT_OF(columns), out);
    for (size_t i = 0; i < count; i++) {
        if (csv)
            TRY(csv_row_put(rows->items[i].shown, columns, COUNT_OF(columns), out));
        else
            text_printf(out, "%s\n", rows->items[i].shown);
    }
    return ERR_OK;
}

static enum err make_piece(struct db *db, struct export_work *work, struct arena *arena)
{
    const struct campaign_target_filter filter = {.state = work->state,
                                                  .cause = work->cause,
                                                  .wave = work->wave,
                                                  .after = work->up_to,
                                                  .most = PIECE_ROWS + 1};
    struct text out = TEXT_IN(arena);
    struct shown_rows rows;
    size_t count;

    TRY(campaign_targets(db, work->campaign_id, &filter, arena, &rows));
    count = rows.count > PIECE_ROWS ? PIECE_ROWS : rows.count;
    TRY(put_rows(work, &rows, count, &out));
    work->rows += (int64_t)count;
    work->bytes += (int64_t)out.len;
    if (count > 0)
        work->up_to = rows.items[count - 1].id;
    if (work->bytes > BYTES_MAX)
        return export_fail(db, work->id, "it is larger than 256 MB: ask for a part, by state, wave or cause",
                           arena);
    return export_keep(db, work, text_string(&out), rows.count == count, arena);
}

/* ---- the thread ---- */

static enum err claim_and_make(struct db *db, struct export_work *work, struct arena *arena)
{
    TRY(export_claim(db, arena, work));
    return work->id != 0 ? make_piece(db, work, arena) : ERR_OK;
}

/* What may go better later stays as it is. */
static void end_badly(struct db *db, int64_t id, enum err err)
{
    AUTO_ARENA arena = arena_new(1024);

    log_warn("an export stopped", log_i("export", id), log_s("why", err_message()));
    db_rollback(db);
    if (id != 0 && (err == ERR_INTERNAL || err == ERR_INVALID) &&
        export_fail(db, id, "an internal error; it is in the server's log", arena) != ERR_OK)
        log_warn("an export could not be ended", log_i("export", id), log_s("why", err_message()));
}

/* Whether there was something to do, and it went well: then look again at once. */
static bool work_on_one(struct errand *errand, void *ctx)
{
    struct exporter *exporter = ctx;
    bool may = exporter->config.may_run == NULL || exporter->config.may_run(exporter->config.ctx);
    AUTO_ARENA arena = arena_new(PIECE_BYTES);
    struct export_work work = {0};
    AUTO_DB db = NULL;
    enum err err;

    (void)errand;
    if (!may || db_borrow(exporter->config.pool, &db) != ERR_OK || db_begin(db) != ERR_OK)
        return false;
    err = claim_and_make(db, &work, arena);
    if (err == ERR_OK)
        err = db_commit(db);
    if (err != ERR_OK)
        end_badly(db, work.id, err);
    return err == ERR_OK && work.id != 0;
}

enum err exporter_start(const struct exporter_config *config, struct exporter **ret)
{
    struct exporter *exporter = HEAP_NEW(struct exporter);
    enum err err;

    exporter->config = *config;
    err = errand_start(&(struct errand_config){.name = "exports", .work = work_on_one, .ctx = exporter},
                       &exporter->errand);
    if (err == ERR_OK)
        *ret = exporter;
    else
        heap_free(exporter);
    return err;
}

void exporter_stop(struct exporter *exporter)
{
    if (exporter == NULL)
        return;
    errand_stop(exporter->errand);
    heap_free(exporter);
}
