/* import; imports list, show, errors, start, cancel. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "acs/ctl/commands.h"
#include "acs/ctl/options.h"
#include "acs/ctl/pages.h"
#include "acs/ctl/send.h"

enum { LOOK_US = 500 * 1000, LOOKS_A_SECOND = 2, WAIT_S = 3600, ERRORS_SHOWN = 10 };

/* ---- following ---- */

static bool is_open(const struct json *import)
{
    const char *state = json_string(json_get(import, "state"), "");

    return strcmp(state, "waiting") == 0 || strcmp(state, "running") == 0;
}

static void show_progress(const struct json *import)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s: %lld lines", json_string(json_get(import, "state"), ""),
                (long long)json_int(json_get(import, "lines"), 0));
    if (isatty(STDERR_FILENO) && !is_open(import))
        fputc('\n', stderr);
}

static enum ctl_exit follow(struct ctl *ctl, const char *id, const struct json **ret)
{
    uint32_t wait_s = WAIT_S;
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, WAIT_S, WAIT_S, &wait_s);

    if (code != CTL_OK)
        return code;
    for (unsigned looked = 0;; looked++) {
        rest_forget(ctl);
        code = rest_get(ctl, rest_path(ctl, OPERATION_IMPORT_SHOW, id), ret);
        if (code != CTL_OK)
            return code;
        show_progress(*ret);
        if (!is_open(*ret) || looked >= wait_s * LOOKS_A_SECOND || ctl_is_interrupted())
            return CTL_OK;
        usleep(LOOK_US);
    }
}

static enum ctl_exit show_errors(struct ctl *ctl, const char *id)
{
    const struct json *page = NULL, *rows;
    enum ctl_exit code = rest_get(ctl,
                                  arena_printf(ctl->arena, "%s?limit=%d",
                                               rest_path(ctl, OPERATION_IMPORT_ERROR_LIST, id), ERRORS_SHOWN),
                                  &page);

    rows = json_get(page, "data");
    for (size_t i = 0; code == CTL_OK && i < json_count(rows); i++) {
        const struct json *row = json_at(rows, i);

        ctl_fail(CTL_PARTLY, "line %lld%s%s: %s", (long long)json_int(json_get(row, "line"), 0),
                 json_get(row, "pointer") == NULL ? "" : " ", json_string(json_get(row, "pointer"), ""),
                 json_string(json_get(row, "message"), ""));
    }
    return code;
}

/* What has become of it, as an exit code; what is wrong on standard error. */
static enum ctl_exit judge(struct ctl *ctl, const char *id, const struct json *import)
{
    const char *state = json_string(json_get(import, "state"), "");
    const char *why = json_string(json_get(import, "why"), NULL);
    int64_t errors = json_int(json_get(json_get(import, "counts"), "errors"), 0);
    enum ctl_exit code;

    if (is_open(import))
        return ctl_is_interrupted() ? CTL_INTERRUPTED : ctl_fail(CTL_PENDING, "%s is still %s", id, state);
    if (strcmp(state, "failed") == 0 || strcmp(state, "cancelled") == 0)
        return ctl_fail(CTL_ERROR, "%s", why != NULL ? why : "it was cancelled");
    if (errors == 0)
        return CTL_OK;
    code = show_errors(ctl, id);
    if (code != CTL_OK)
        return code;
    return ctl_fail(CTL_PARTLY, "%lld %s wrong; all: acsctl imports errors %s --all", (long long)errors,
                    errors == 1 ? "line is" : "lines are", id);
}

static enum ctl_exit finish(struct ctl *ctl, const char *given)
{
    const char *id = arena_strdup(ctl->arena, given);
    const struct json *import = NULL;
    enum ctl_exit code = follow(ctl, id, &import);

    if (code != CTL_OK)
        return code;
    output_object(ctl, import, "id");
    return judge(ctl, id, import);
}

/* ---- import ---- */

static void write_query(struct ctl *ctl, struct text *query)
{
    static const struct send_option options[] = {
        {OPTION_NAME,    "name"   },
        {OPTION_KEY,     "key"    },
        {OPTION_MODE,    "mode"   },
        {OPTION_COLUMNS, "columns"},
    };

    text_printf(query, "dry_run=%s", ctl_has(ctl, OPTION_DRY_RUN) ? "true" : "false");
    send_write_query(ctl, options, sizeof(options) / sizeof(*options), query);
}

/* Spreadsheets of old do not write UTF-8; what does not is taken for what they write. */
static bool is_utf8(FILE *file, size_t size)
{
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fileno(file), 0);
    bool is = bytes == MAP_FAILED || text_is_utf8(bytes, size);

    if (bytes != MAP_FAILED)
        munmap(bytes, size);
    return is;
}

static const char *type_of(const char *path, FILE *file, size_t size)
{
    if (text_ends_with(path, ".ndjson") || text_ends_with(path, ".jsonl"))
        return "application/x-ndjson";
    if (is_utf8(file, size))
        return "text/csv; charset=utf-8";
    fputs("acsctl: the file is not UTF-8, and is taken for Windows-1252\n", stderr);
    return "text/csv; charset=windows-1252";
}

static enum ctl_exit send_file(struct ctl *ctl, FILE *file, int64_t size)
{
    struct text query = TEXT_IN(ctl->arena);
    struct rest_request request = {.method = "POST", .file = file, .file_size = size};
    struct rest_answer answer = {0};
    enum ctl_exit code;

    if (size == 0)
        return ctl_fail(CTL_USAGE, "%s: it is empty", ctl->arguments[0]);
    write_query(ctl, &query);
    request.file_type = type_of(ctl->arguments[0], file, (size_t)size);
    request.path =
        arena_printf(ctl->arena, "%s?%s", rest_path(ctl, OPERATION_IMPORT_ADD, NULL), text_string(&query));
    code = rest_send(ctl, &request, &answer);
    return code == CTL_OK ? finish(ctl, json_string(json_get(answer.json, "id"), "")) : code;
}

enum ctl_exit command_import(struct ctl *ctl)
{
    ctl_catch_interrupts();
    return send_argument(ctl, send_file);
}

/* ---- imports ---- */

enum ctl_exit command_import_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",     "id",         OUTPUT_AS_IS},
        {"STATE",  "state",      OUTPUT_AS_IS},
        {"NAME",   "name",       OUTPUT_AS_IS},
        {"LINES",  "lines",      OUTPUT_AS_IS},
        {"COUNTS", "counts",     OUTPUT_AS_IS},
        {"BY",     "created_by", OUTPUT_AS_IS},
        {"ADDED",  "created_at", OUTPUT_AGE  },
    };

    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_IMPORT_LIST, NULL),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

enum ctl_exit command_import_errors(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"LINE",    "line",    OUTPUT_AS_IS},
        {"WHERE",   "pointer", OUTPUT_AS_IS},
        {"CODE",    "code",    OUTPUT_AS_IS},
        {"MESSAGE", "message", OUTPUT_AS_IS},
        {"INPUT",   "input",   OUTPUT_AS_IS},
    };

    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_IMPORT_ERROR_LIST, ctl->arguments[0]),
                                .query = "",
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "line",
                            });
}

enum ctl_exit command_import_show(struct ctl *ctl)
{
    const struct json *import = NULL;
    enum ctl_exit code = rest_get(ctl, rest_path(ctl, OPERATION_IMPORT_SHOW, ctl->arguments[0]), &import);

    if (code == CTL_OK)
        output_object(ctl, import, "id");
    return code;
}

static enum ctl_exit move(struct ctl *ctl, enum operation operation)
{
    struct rest_request request = {
        .method = "POST", .path = rest_path(ctl, operation, ctl->arguments[0]), .key = rest_new_key(ctl)};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}

enum ctl_exit command_import_start(struct ctl *ctl)
{
    enum ctl_exit code = move(ctl, OPERATION_IMPORT_START);

    ctl_catch_interrupts();
    return code == CTL_OK ? finish(ctl, ctl->arguments[0]) : code;
}

enum ctl_exit command_import_cancel(struct ctl *ctl)
{
    enum ctl_exit code = move(ctl, OPERATION_IMPORT_CANCEL);

    return code == CTL_OK ? command_import_show(ctl) : code;
}
