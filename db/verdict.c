#include "db/verdict.h"

#include <string.h>

static void add_number(const struct rows *rows, const char *column, const char *name, int64_t now_us,
                       struct fact_list *list)
{
    if (!rows_is_null(rows, 0, column))
        fact_add_number(list, name, rows_real(rows, 0, column), now_us);
}

static void add_all(const struct rows *rows, int64_t now_us, struct fact_list *list)
{
    static const struct {
        const char *column, *name;
    } numbers[] = {
        {"contact_age_s",  "contact.age_s"         },
        {"period_s",       "contact.period_s"      },
        {"call_age_s",     "contact.call_age_s"    },
        {"boots_1h",       "device.boots_1h"       },
        {"drops_24h",      "wan.drops_24h"         },
        {"fall_7d_db",     "wan.optical.fall_7d_db"},
        {"plan_down_mbps", "plan.down_mbps"        },
        {"plan_up_mbps",   "plan.up_mbps"          },
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        add_number(rows, numbers[i].column, numbers[i].name, now_us, list);
    fact_add_text(list, "contact.call", rows_text(rows, 0, "call"), now_us);
    fact_add_text(list, "technology", rows_text(rows, 0, "technology"), now_us);
    fact_add_flag(list, "contact.ever", rows_bool(rows, 0, "ever"), now_us);
}

enum err told_load(struct db *db, int64_t device_id, struct fact_list *list, struct told *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_TOLD_FACTS, BINDS(bind_i64("device_id", device_id)), list->arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no such device");
    *ret = (struct told){
        .now_us = rows_time_us(&rows, 0, "now"),
        .identity = {rows_text(&rows, 0, "manufacturer"), rows_text(&rows, 0, "product_class"),
                     rows_text(&rows, 0, "software_version")},
        .technology = rows_text(&rows, 0, "technology"),
    };
    add_all(&rows, ret->now_us, list);
    return ERR_OK;
}

enum err told_load_weak(struct db *db, int64_t device_id, double below_dbm, int64_t now_us,
                        struct fact_list *list)
{
    struct rows rows;

    TRY(query_run(db, SQL_TOLD_WEAK,
                  BINDS(bind_i64("device_id", device_id), bind_i64("below", (int64_t)below_dbm)), list->arena,
                  &rows));
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = rows_text(&rows, i, "name");
        size_t len = strlen(name) - strlen("rssi_dbm");

        fact_add_number(list, arena_printf(list->arena, "%.*sweak_s", (int)len, name),
                        (double)rows_i64(&rows, i, "weak_s"), now_us);
    }
    return ERR_OK;
}

/* ---- verdicts ---- */

enum err verdict_add(struct db *db, struct verdict_row *row, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_VERDICT_ADD,
                  BINDS(bind_i64("device_id", row->device_id), bind_text("shown_to", row->shown_to),
                        bind_i64("actor_id", row->actor_id), bind_i64("case_id", row->case_id),
                        bind_text("code", row->code), bind_i64("rules", row->rules),
                        bind_text("question", row->question), bind_text("answer", row->answer)),
                  arena, &rows));
    row->id = rows_i64(&rows, 0, "id");
    row->at_us = rows_time_us(&rows, 0, "at");
    return ERR_OK;
}

enum err verdict_show(struct db *db, int64_t id, struct arena *arena, struct verdict_row *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_VERDICT_SHOW, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct verdict_row){
        .id = id,
        .device_id = rows_i64(&rows, 0, "device_id"),
        .at_us = rows_time_us(&rows, 0, "at"),
        .shown_to = rows_text(&rows, 0, "shown_to"),
        .code = rows_text(&rows, 0, "code"),
        .rules = rows_i64(&rows, 0, "rules"),
        .question = rows_text(&rows, 0, "question"),
        .answer = rows_text(&rows, 0, "answer"),
    };
    return ERR_OK;
}
