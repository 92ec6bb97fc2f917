/* A piece of a file goes to the end of what is there, as it comes; what came is kept, however it ends. */
#include "acs/api/upload.h"

#include "acs/files/files.h"
#include "acs/http/body.h"

struct piece_upload {
    struct upload upload;
    struct pending pending;
    struct pending_work *work;
    enum err err; /* what comes after it is dropped */
    const char *why;
    struct arena *arena;
};

static void on_piece(void *ctx, const char *bytes, size_t len)
{
    struct piece_upload *upload = ctx;

    if (upload->err != ERR_OK)
        return;
    upload->err = pending_add(upload->work, bytes, len);
    if (upload->err != ERR_OK)
        upload->why = arena_strdup(upload->arena, err_message());
}

static void on_gone(void *ctx)
{
    upload_end(ctx);
}

static enum err check_place(struct call *call, const struct pending *pending)
{
    uint64_t offset = 0, length = 0, left = pending->order.size - pending->offset;
    const char *told = call_header(call, "Content-Length");

    if (text_read_u64(call_query(call, "offset"), &offset) != ERR_OK || offset != pending->offset)
        return call_refuse(call, PROBLEM_UPLOAD_OFFSET,
                           arena_printf(call->arena, "offset: %llu", (unsigned long long)pending->offset));
    if (told != NULL && text_read_u64(told, &length) == ERR_OK && length > left)
        return call_refuse(call, PROBLEM_TOO_LARGE,
                           arena_printf(call->arena, "%s %llu",
                                        call_say(call, "Bytes que faltam neste upload:",
                                                 "Bytes that this upload still lacks:"),
                                        (unsigned long long)left));
    return ERR_OK;
}

static enum err begin(struct call *call)
{
    const struct files *files = call->config->files;
    struct piece_upload *upload = ARENA_NEW(call->arena, struct piece_upload);
    enum err err;

    if (files == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    *upload = (struct piece_upload){.upload = {&upload_piece}, .arena = call->arena};
    err = pending_begin(files->depot, call->captures[0], call->caller.id, call->arena, &upload->pending,
                        &upload->work);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_UPLOAD_BUSY, NULL);
    TRY(err);
    err = check_place(call, &upload->pending);
    if (err != ERR_OK) {
        upload_end(&upload->upload);
        return err;
    }
    http_take_body(call->exchange,
                   &(struct http_sink){.max = upload->pending.order.size - upload->pending.offset,
                                       .take = on_piece,
                                       .gone = on_gone,
                                       .ctx = &upload->upload});
    return ERR_OK;
}

/* NULL: nobody has taken it. */
static struct piece_upload *find(const struct call *call)
{
    return call->upload == NULL || call->upload->way != &upload_piece
               ? NULL
               : container_of(call->upload, struct piece_upload, upload);
}

static enum err finish(struct call *call)
{
    const struct piece_upload *upload = find(call);

    return upload == NULL || upload->err == ERR_OK ? ERR_OK : call_refuse(call, PROBLEM_NO_ROOM, upload->why);
}

enum err upload_find_piece(struct call *call, struct pending *ret)
{
    const struct piece_upload *upload = find(call);

    if (upload == NULL)
        return err_set(ERR_INTERNAL, "nobody has taken the piece");
    *ret = upload->pending;
    ret->offset = pending_offset(upload->work);
    return ERR_OK;
}

static void end(struct upload *upload)
{
    struct piece_upload *piece = container_of(upload, struct piece_upload, upload);

    pending_end(piece->work);
    piece->work = NULL;
}

const struct upload_way upload_piece = {begin, finish, end};
