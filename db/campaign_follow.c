#include "db/campaign_follow.h"

enum err campaign_follow_look(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                              const char **ret_kind, int64_t *ret_devices)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_FOLLOW_LOOK,
                  BINDS(bind_i64("id", follow->id), bind_text("states", follow->states)), arena, &rows));
    *ret_kind = rows_text(&rows, 0, "kind");
    *ret_devices = rows_i64(&rows, 0, "devices");
    return ERR_OK;
}

enum err campaign_follow_way_back(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                                  struct campaign_way_back *ret)
{
    struct rows rows;

    *ret = (struct campaign_way_back){0};
    TRY(query_run(db, SQL_CAMPAIGN_FOLLOW_WAY_BACK,
                  BINDS(bind_i64("id", follow->id), bind_text("states", follow->states)), arena, &rows));
    if (rows.count == 1)
        *ret = (struct campaign_way_back){.version = rows_text(&rows, 0, "version"),
                                          .model = rows_text(&rows, 0, "model"),
                                          .file = rows_text(&rows, 0, "file")};
    return ERR_OK;
}

enum err campaign_follow_body(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                              const char **ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_FOLLOW_BODY,
                  BINDS(bind_i64("id", follow->id), bind_text("states", follow->states),
                        bind_text("drops", follow->drops), bind_text("sets", follow->sets),
                        bind_text("prefix", follow->prefix), bind_text("file", follow->file)),
                  arena, &rows));
    *ret = rows_text(&rows, 0, "body");
    return ERR_OK;
}
