#include "acs/api/upload.h"

#include <string.h>
#include <strings.h>

#include "acs/files/files.h"
#include "acs/http/body.h"

enum err upload_check_size(struct call *call, uint64_t max)
{
    const char *length = call_header(call, "Content-Length");
    uint64_t size;

    if (length == NULL || text_read_u64(length, &size) != ERR_OK || size <= max)
        return ERR_OK;
    return call_refuse(call, PROBLEM_TOO_LARGE,
                       arena_printf(call->arena, "%s %llu MiB.",
                                    call_say(call, "Um arquivo pode ter", "A file may have"),
                                    (unsigned long long)(max >> 20)));
}

void upload_end(struct upload *upload)
{
    if (upload != NULL)
        upload->way->end(upload);
}

/* ---- a file ---- */

static void on_piece(void *ctx, const char *bytes, size_t len)
{
    struct file_upload *upload = ctx;

    intake_take(&upload->intake, bytes, len);
}

static void on_gone(void *ctx)
{
    upload_end(ctx);
}

static enum err begin_file(struct call *call)
{
    const struct files *files = call->config->files;
    struct file_upload *upload = ARENA_NEW(call->arena, struct file_upload);

    if (files == NULL)
        return call_refuse(call, PROBLEM_FILES_OFF, NULL);
    upload->upload.way = &upload_file;
    TRY(upload_check_size(call, files->config->files_file_max));
    if (intake_begin(files->depot, files->config->files_file_max, call->arena, &upload->intake) != ERR_OK)
        return call_refuse(call, PROBLEM_NO_ROOM, arena_strdup(call->arena, err_message()));
    http_take_body(call->exchange, &(struct http_sink){.max = files->config->files_file_max,
                                                       .take = on_piece,
                                                       .gone = on_gone,
                                                       .ctx = &upload->upload});
    return ERR_OK;
}

/* Is it what the caller says it sent (X-Content-SHA256)? */
static enum err check_sum(struct call *call, const unsigned char sha256[SHA256_BYTES])
{
    const char *given = call_header(call, "X-Content-SHA256");
    char hex[SHA256_HEX];

    crypto_hex(sha256, SHA256_BYTES, hex);
    if (given == NULL || strcasecmp(given, hex) == 0)
        return ERR_OK;
    return call_refuse(call, PROBLEM_CHECKSUM,
                       arena_printf(call->arena, "%s %s",
                                    call_say(call, "O que chegou tem SHA-256", "What arrived has SHA-256"),
                                    hex));
}

enum err upload_find_file(struct call *call, struct file_upload **ret)
{
    if (call->upload == NULL || call->upload->way != &upload_file)
        return err_set(ERR_INTERNAL, "nobody has taken the file");
    *ret = container_of(call->upload, struct file_upload, upload);
    return ERR_OK;
}

static enum err finish_file(struct call *call)
{
    struct file_upload *upload;

    TRY(upload_find_file(call, &upload));
    if (intake_finish(&upload->intake, &upload->content) != ERR_OK)
        return call_refuse(call, PROBLEM_NO_ROOM, arena_strdup(call->arena, err_message()));
    return check_sum(call, upload->content.sha256);
}

enum err upload_place(struct file_upload *upload)
{
    return intake_place(&upload->intake);
}

static void end_file(struct upload *upload)
{
    intake_drop(&container_of(upload, struct file_upload, upload)->intake);
}

const struct upload_way upload_file = {begin_file, finish_file, end_file};
