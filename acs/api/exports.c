/* Lists as files, made beside everything else by acs/exports: ordered, looked at, fetched. */
#include <string.h>

#include "acs/api/routes.h"
#include "acs/base/log.h"
#include "acs/http/body.h"
#include "db/campaign.h"
#include "db/export.h"

enum { PIECE_BYTES = 512 * 1024 };

/* Besides the right to have lists as files: that to see what is in them. */
static enum err check_right(struct call *call)
{
    if (caller_may(&call->caller, CAPABILITY_CAMPAIGNS_READ))
        return ERR_OK;
    return call_refuse_capability(call, CAPABILITY_CAMPAIGNS_READ);
}

/* One's own; another's is not there. */
static enum err find(struct call *call, struct export_row *ret)
{
    int64_t id;

    TRY(check_right(call));
    if (!crypto_read_number_id("exp_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    return export_show(call->db, id, call->caller.id, call->arena, ret);
}

/* ---- ordered ---- */

static enum err read_campaign(struct call *call, int64_t *ret)
{
    const char *text = json_string(json_get(call->body, "campaign"), "");
    struct campaign_row row;
    enum err err = ERR_NOT_FOUND;

    if (crypto_read_number_id("cmp_", text, ret))
        err = campaign_show(call->db, *ret, call->arena, &row);
    if (err == ERR_NOT_FOUND)
        return call_refuse_body(call, "/campaign", "unknown",
                                call_say(call, "não existe", "there is no such campaign"));
    return err;
}

enum err api_export_add(struct call *call)
{
    struct export_order order = {.what = json_string(json_get(call->body, "what"), ""),
                                 .format = json_string(json_get(call->body, "format"), "csv"),
                                 .state = json_string(json_get(call->body, "state"), NULL),
                                 .cause = json_string(json_get(call->body, "cause"), NULL),
                                 .wave = json_int(json_get(call->body, "wave"), 0) - 1,
                                 .by = call->caller.name,
                                 .by_id = call->caller.id};
    struct export_row row;
    char text[NUMBER_ID_MAX];
    int64_t id;

    TRY(check_right(call));
    TRY(read_campaign(call, &order.campaign_id));
    TRY(export_add(call->db, &order, call->arena, &id));
    TRY(export_show(call->db, id, call->caller.id, call->arena, &row));
    crypto_write_number_id("exp_", id, text);
    call->status = 202;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/exports/%s", text));
    json_put_raw(&call->json, row.shown);
    return ERR_OK;
}

/* ---- looked at ---- */

enum err api_export_show(struct call *call)
{
    struct export_row row = {0};

    TRY(find(call, &row));
    json_put_raw(&call->json, row.shown);
    return ERR_OK;
}

/* ---- fetched ---- */

struct fetching {
    struct db_pool *pool;
    int64_t id, pieces;
    int64_t number;      /* the next */
    struct arena *arena; /* of what is being sent */
};

static enum err read_piece(struct fetching *fetching, const char **ret)
{
    AUTO_DB db = NULL;

    TRY(db_borrow(fetching->pool, &db));
    return export_read(db, fetching->id, fetching->number++, fetching->arena, ret);
}

/* The last piece may be empty, which would say that nothing follows: nothing does. */
static bool next_piece(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct fetching *fetching = ctx;

    *ret_len = 0;
    if (fetching->number == fetching->pieces)
        return true;
    arena_reset(fetching->arena);
    if (read_piece(fetching, ret_bytes) != ERR_OK) {
        log_warn("an export broke off on its way out", log_i("export", fetching->id),
                 log_s("why", err_message()));
        return false;
    }
    *ret_len = strlen(*ret_bytes);
    return true;
}

static void end_fetching(void *ctx)
{
    struct fetching *fetching = ctx;

    arena_free(fetching->arena);
    heap_free(fetching);
}

static void reply(struct call *call)
{
    const struct fetching *meant = call->later_ctx;
    struct fetching *fetching = HEAP_NEW(struct fetching);

    *fetching = *meant;
    fetching->arena = arena_new(PIECE_BYTES);
    call_reply_source(call, &(struct http_source){next_piece, end_fetching, fetching});
}

enum err api_export_file(struct call *call)
{
    struct fetching *fetching = ARENA_NEW(call->arena, struct fetching);
    struct export_row row = {0};

    TRY(find(call, &row));
    if (!row.done)
        return call_refuse(call, PROBLEM_NOT_NOW, NULL);
    *fetching = (struct fetching){.pool = call->config->pool, .id = row.id, .pieces = row.pieces};
    call->content_type = strcmp(row.format, "csv") == 0 ? "text/csv; charset=utf-8" : "application/x-ndjson";
    call_add_header(
        call, "Content-Disposition",
        arena_printf(call->arena, "attachment; filename=\"%s.%s\"", call->captures[0], row.format));
    call->later = reply;
    call->later_ctx = fetching;
    return ERR_OK;
}
