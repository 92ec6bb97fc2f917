/* A file of lines goes to the database in pieces, each in a transaction of its own: no connection is held for
 * as long as a slow client takes. */
#include <string.h>

#include "acs/api/upload.h"
#include "acs/base/log.h"
#include "acs/http/body.h"
#include "db/import.h"

enum { PIECE = 256 * 1024 };

struct lines_upload {
    struct upload upload;
    struct db_pool *pool;
    const char *by;
    int64_t import_id; /* 0: nothing is kept yet */
    int64_t pieces;
    char *bytes;
    size_t len;
    enum err err; /* what comes after it is dropped */
    struct arena *arena;
};

static enum err keep_piece(struct lines_upload *upload, struct db *db)
{
    if (upload->import_id == 0)
        TRY(import_open(db, upload->by, upload->arena, &upload->import_id));
    TRY(import_part_add(db, upload->import_id, ++upload->pieces, upload->bytes, upload->len));
    upload->len = 0;
    return ERR_OK;
}

static enum err keep_full_piece(struct lines_upload *upload)
{
    AUTO_DB db = NULL;

    TRY(db_borrow(upload->pool, &db));
    return keep_piece(upload, db);
}

static void on_piece(void *ctx, const char *bytes, size_t len)
{
    struct lines_upload *upload = ctx;

    while (len > 0 && upload->err == ERR_OK) {
        size_t room = PIECE - upload->len;
        size_t part = len < room ? len : room;

        memcpy(upload->bytes + upload->len, bytes, part);
        upload->len += part;
        bytes += part;
        len -= part;
        if (upload->len == PIECE)
            upload->err = keep_full_piece(upload);
    }
}

static void on_gone(void *ctx)
{
    upload_end(ctx);
}

static bool is_taken(const char *type)
{
    return text_starts_with(type, "text/csv") || text_starts_with(type, "application/x-ndjson");
}

static enum err begin(struct call *call)
{
    struct lines_upload *upload = ARENA_NEW(call->arena, struct lines_upload);

    if (!is_taken(text_or_empty(call_header(call, "Content-Type"))))
        return call_refuse(call, PROBLEM_MEDIA_TYPE, "text/csv, application/x-ndjson");
    TRY(upload_check_size(call, call->config->import_max));
    *upload = (struct lines_upload){.upload = {&upload_lines},
                                    .pool = call->config->pool,
                                    .by = arena_strdup(call->arena, call->caller.name),
                                    .bytes = arena_alloc(call->arena, PIECE),
                                    .arena = call->arena};
    http_take_body(call->exchange, &(struct http_sink){.max = call->config->import_max,
                                                       .take = on_piece,
                                                       .gone = on_gone,
                                                       .ctx = &upload->upload});
    return ERR_OK;
}

/* NULL: nobody has taken them, which is our bug. */
static struct lines_upload *find(struct call *call)
{
    if (call->upload == NULL || call->upload->way != &upload_lines)
        return NULL;
    return container_of(call->upload, struct lines_upload, upload);
}

static enum err nobody_took_them(void)
{
    return err_set(ERR_INTERNAL, "nobody has taken the lines");
}

static enum err finish(struct call *call)
{
    struct lines_upload *upload = find(call);

    if (upload == NULL)
        return nobody_took_them();
    if (upload->err == ERR_OK && upload->len == 0 && upload->pieces == 0)
        return call_refuse(call, PROBLEM_MALFORMED,
                           call_say(call, "O arquivo está vazio.", "The file is empty."));
    if (upload->err != ERR_OK)
        return err_set(upload->err, "a piece of the file could not be kept");
    return upload->len > 0 ? keep_piece(upload, call->db) : ERR_OK;
}

enum err upload_find_import(struct call *call, int64_t *ret_id)
{
    const struct lines_upload *upload = find(call);

    if (upload == NULL)
        return nobody_took_them();
    *ret_id = upload->import_id;
    return ERR_OK;
}

/* What was submitted stays; what was not is of no use to anybody. */
static void end(struct upload *base)
{
    struct lines_upload *upload = container_of(base, struct lines_upload, upload);
    AUTO_DB db = NULL;

    if (upload->import_id == 0)
        return;
    if (db_borrow(upload->pool, &db) != ERR_OK || import_drop(db, upload->import_id) != ERR_OK)
        log_warn("what broke off is kept for an hour", log_i("import", upload->import_id),
                 log_s("why", err_message()));
}

const struct upload_way upload_lines = {begin, finish, end};
