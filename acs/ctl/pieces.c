#include "acs/ctl/pieces.h"

#include <string.h>
#include <unistd.h>

#include "acs/api/url.h"
#include "acs/base/clock.h"
#include "acs/base/crypto.h"

enum {
    PIECE = PIECES_FROM,
    COPY_BYTES = 256 * 1024,
    PAUSE_MS = 1000,
    GIVE_UP_S = 120 /* without a byte that arrives */
};

struct sending {
    struct ctl *ctl;
    const struct pieces *what;
    FILE *file;
    char sha256[SHA256_HEX];
    const char *id; /* of the upload */
    int64_t offset;
    int64_t moved_ms; /* when a byte last arrived */
};

static void say_progress(const struct sending *sending, const char *end)
{
    int64_t size = sending->what->size;

    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s: %3lld %% of %lld MB%s", sending->what->name,
                (long long)(size > 0 ? 100 * sending->offset / size : 100), (long long)(size / 1000000), end);
}

static enum ctl_exit hash_file(struct sending *sending)
{
    struct crypto_hash *hash = crypto_hash_new();
    char *buffer = arena_alloc(sending->ctl->arena, COPY_BYTES);
    unsigned char sum[SHA256_BYTES];
    size_t got;

    while ((got = fread(buffer, 1, COPY_BYTES, sending->file)) > 0)
        crypto_hash_add(hash, buffer, got);
    crypto_hash_end(hash, sum);
    crypto_hash_free(hash);
    crypto_hex(sum, sizeof(sum), sending->sha256);
    return ferror(sending->file) != 0 ? ctl_fail(CTL_ERROR, "%s cannot be read", sending->what->name)
                                      : CTL_OK;
}

/* ---- what is there already ---- */

static bool is_text(const struct json *object, const char *member, const char *wanted)
{
    return strcmp(json_string(json_get(object, member), ""), text_or_empty(wanted)) == 0;
}

static bool is_same(const struct sending *sending, const struct json *object)
{
    const struct pieces *what = sending->what;

    return is_text(object, "sha256", sending->sha256) && is_text(object, "name", what->name) &&
           is_text(object, "kind", what->kind) && is_text(object, "version", what->version) &&
           is_text(object, "manufacturer", what->manufacturer) &&
           is_text(object, "product_class", what->product_class) &&
           json_int(json_get(object, "size"), -1) == what->size;
}

/* Of a list, of files or of uploads; NULL: not there. */
static enum ctl_exit find_same(const struct sending *sending, const char *path, const struct json **ret)
{
    const struct json *list = NULL, *rows;
    enum ctl_exit code = rest_get(sending->ctl, path, &list);

    *ret = NULL;
    rows = json_get(list, "data");
    for (size_t i = 0; i < json_count(rows) && *ret == NULL; i++)
        if (is_same(sending, json_at(rows, i)))
            *ret = json_at(rows, i);
    return code;
}

/* Also by a command whose last answer was lost. */
static enum ctl_exit find_file(const struct sending *sending, const struct json **ret)
{
    struct arena *arena = sending->ctl->arena;

    return find_same(
        sending,
        arena_printf(arena, "%s?kind=%s&name=%s", rest_path(sending->ctl, OPERATION_FILE_LIST, NULL),
                     url_encode(sending->what->kind, arena), url_encode(sending->what->name, arena)),
        ret);
}

/* ---- begin ---- */

static void put_text(struct json_writer *json, const char *key, const char *text)
{
    if (text != NULL)
        json_field_string(json, key, text);
}

static const char *write_order(const struct sending *sending)
{
    const struct pieces *what = sending->what;
    struct text text = TEXT_IN(sending->ctl->arena);
    struct json_writer json = JSON_WRITER(&text);

    json_open_object(&json);
    json_field_string(&json, "name", what->name);
    json_field_string(&json, "kind", what->kind);
    put_text(&json, "version", what->version);
    put_text(&json, "manufacturer", what->manufacturer);
    put_text(&json, "product_class", what->product_class);
    json_field_int(&json, "size", what->size);
    json_field_string(&json, "sha256", sending->sha256);
    json_close_object(&json);
    return text_string(&text);
}

static void stands_at(struct sending *sending, const struct json *upload)
{
    int64_t offset = json_int(json_get(upload, "offset"), sending->offset);

    if (offset > sending->offset)
        sending->moved_ms = clock_mono_ms();
    sending->offset = offset;
    say_progress(sending, "");
}

static enum ctl_exit begin(struct sending *sending)
{
    struct ctl *ctl = sending->ctl;
    struct rest_request request = {
        .method = "POST", .path = rest_path(ctl, OPERATION_UPLOAD_CREATE, NULL), .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};
    const struct json *upload;
    enum ctl_exit code = find_same(sending, rest_path(ctl, OPERATION_UPLOAD_LIST, NULL), &upload);

    if (code == CTL_OK && upload == NULL) {
        request.body = write_order(sending);
        code = rest_send(ctl, &request, &answer);
        upload = answer.json;
    } else if (code == CTL_OK) {
        fprintf(stderr, "%s: goes on with %s\n", sending->what->name,
                json_string(json_get(upload, "id"), ""));
    }
    if (code != CTL_OK)
        return code;
    sending->id = arena_strdup(ctl->arena, json_string(json_get(upload, "id"), ""));
    sending->moved_ms = clock_mono_ms();
    stands_at(sending, upload);
    return CTL_OK;
}

/* ---- the pieces ---- */

/* The server is away, busy, or has not yet seen that an earlier connection is gone; or it stands elsewhere.
 */
static bool may_go_on(enum ctl_exit code, const struct rest_answer *answer)
{
    return code == CTL_ERROR || answer->status >= 502 || strstr(answer->body, "\"upload_busy\"") != NULL ||
           strstr(answer->body, "\"upload_offset\"") != NULL;
}

static enum ctl_exit ask(struct sending *sending, struct rest_answer *answer)
{
    struct rest_request request = {.method = "GET",
                                   .path = rest_path(sending->ctl, OPERATION_UPLOAD_SHOW, sending->id),
                                   .any_status = true,
                                   .quiet = true};

    return rest_send(sending->ctl, &request, answer);
}

static enum ctl_exit send_piece(struct sending *sending, struct rest_answer *answer)
{
    struct ctl *ctl = sending->ctl;
    int64_t left = sending->what->size - sending->offset;
    struct rest_request request = {.method = "PATCH",
                                   .path = arena_printf(ctl->arena, "%s?offset=%lld",
                                                        rest_path(ctl, OPERATION_UPLOAD_APPEND, sending->id),
                                                        (long long)sending->offset),
                                   .file = sending->file,
                                   .file_size = left < PIECE ? left : PIECE,
                                   .file_type = "application/partial-upload",
                                   .any_status = true,
                                   .quiet = true};

    if (fseeko(sending->file, (off_t)sending->offset, SEEK_SET) != 0)
        return ctl_fail(CTL_USAGE, "%s cannot be read from byte %lld", sending->what->name,
                        (long long)sending->offset);
    return rest_send(ctl, &request, answer);
}

/* 507 is no pause of the network: whoever looks after the disk has to do something. */
static bool is_over(enum ctl_exit code, const struct rest_answer *answer)
{
    return code == CTL_INTERRUPTED || code == CTL_USAGE || answer->status == 507 || !may_go_on(code, answer);
}

static enum ctl_exit send_pieces(struct sending *sending)
{
    bool lost = false;

    while (sending->offset < sending->what->size) {
        struct rest_answer answer = {.body = ""};
        enum ctl_exit code = lost ? ask(sending, &answer) : send_piece(sending, &answer);

        lost = code != CTL_OK || answer.status != 200;
        if (!lost) {
            stands_at(sending, answer.json);
            continue;
        }
        if (is_over(code, &answer))
            return code == CTL_OK ? rest_say_problem(sending->ctl, &answer) : code;
        if (clock_mono_ms() - sending->moved_ms > (int64_t)GIVE_UP_S * MS_PER_S)
            return ctl_fail(CTL_ERROR, "%s does not take it; run the command again to go on",
                            sending->ctl->url);
        usleep(PAUSE_MS * 1000);
    }
    return CTL_OK;
}

enum ctl_exit pieces_send(struct ctl *ctl, const struct pieces *what, FILE *file, struct rest_answer *ret)
{
    struct sending sending = {.ctl = ctl, .what = what, .file = file};
    struct rest_request finish = {.method = "POST", .key = rest_new_key(ctl)};
    const struct json *there = NULL;
    enum ctl_exit code = hash_file(&sending);

    if (code == CTL_OK)
        code = find_file(&sending, &there);
    if (code != CTL_OK || there != NULL) {
        ret->json = there;
        return code;
    }
    code = begin(&sending);
    if (code == CTL_OK)
        code = send_pieces(&sending);
    say_progress(&sending, "\n");
    if (code != CTL_OK)
        return code;
    finish.path = rest_path(ctl, OPERATION_UPLOAD_FINISH, sending.id);
    return rest_send(ctl, &finish, ret);
}
