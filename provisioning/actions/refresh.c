/*
 * Read a whole device, or one subtree of it.
 *
 * GetParameterNames first: it tells every name and what is writable. Then the values, a few objects per
 * request: a request asks for partial paths that together hold at most BATCH parameters, so that the answer
 * stays small. A path the device then refuses is noted and left out; one bad object does not lose the rest
 * (P-17).
 */
#include <stdlib.h>
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_NAMES, STEP_VALUES };

enum { TTL_S = 15 * 60, TRIES = 3, BATCH = 150, PATHS_PER_REQUEST = NAMES_MAX };

/* ---- which paths to ask for ---- */

struct path {
    const char *path;
    size_t count; /* of parameters below it */
};

struct paths {
    struct path *items;
    size_t count, capacity;
    struct arena *arena;
};

static void add_path(struct paths *paths, const char *path, size_t len, size_t count)
{
    if (paths->count == paths->capacity) {
        size_t more = paths->capacity ? paths->capacity * 2 : 64;

        paths->items = arena_grow(paths->arena, paths->items, paths->capacity * sizeof(*paths->items),
                                  more * sizeof(*paths->items));
        paths->capacity = more;
    }
    paths->items[paths->count++] = (struct path){arena_memdup(paths->arena, path, len), count};
}

/* names[from..to) are sorted and all begin with the same `depth` bytes, which end in ".". */
static void split(struct paths *paths, const char *const *names, size_t from, size_t to, size_t depth)
{
    if (depth > 0 && to - from <= BATCH) {
        add_path(paths, names[from], depth, to - from);
        return;
    }
    while (from < to) {
        const char *dot = strchr(names[from] + depth, '.');
        size_t len = dot ? (size_t)(dot - names[from]) + 1 : strlen(names[from]);
        size_t end = from + 1;

        while (dot != NULL && end < to && strncmp(names[end], names[from], len) == 0)
            end++;
        if (dot == NULL)
            add_path(paths, names[from], len, 1);
        else
            split(paths, names, from, end, len);
        from = end;
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct paths choose_paths(const struct cwmp_parameter_infos *infos, struct arena *arena)
{
    struct paths paths = {.arena = arena};
    const char **names = ARENA_ARRAY(arena, const char *, infos->count);
    size_t count = 0;

    for (size_t i = 0; i < infos->count; i++)
        if (!text_ends_with(infos->items[i].name, "."))
            names[count++] = infos->items[i].name;
    qsort(names, count, sizeof(*names), compare_names);
    split(&paths, names, 0, count, 0);
    return paths;
}

/* ---- the memo: {"paths":[…],"counts":[…],"next":i,"done":n,"total":m,"skipped":[…]} ---- */

static const char *write_first_memo(const struct paths *paths, size_t total, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "paths");
    json_open_array(&json);
    for (size_t i = 0; i < paths->count; i++)
        json_put_string(&json, paths->items[i].path);
    json_close_array(&json);
    json_key(&json, "counts");
    json_open_array(&json);
    for (size_t i = 0; i < paths->count; i++)
        json_put_int(&json, (int64_t)paths->items[i].count);
    json_close_array(&json);
    json_field_int(&json, "next", 0);
    json_field_int(&json, "done", 0);
    json_field_int(&json, "total", (int64_t)total);
    json_key(&json, "skipped");
    json_open_array(&json);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

/* How many paths the next request takes, from memo.next on. */
static size_t batch_size(const struct json *memo)
{
    const struct json *counts = json_get(memo, "counts");
    size_t start = (size_t)json_int(json_get(memo, "next"), 0);
    size_t size = 0;
    int64_t parameters = 0;

    while (start + size < json_count(counts) && size < PATHS_PER_REQUEST) {
        parameters += json_int(json_at(counts, start + size), 0);
        if (size > 0 && parameters > BATCH)
            break;
        size++;
    }
    return size;
}

static const char *write_next_memo(const struct json *memo, size_t took, size_t read, bool skipped,
                                   struct arena *arena)
{
    const struct json *paths = json_get(memo, "paths");
    const struct json *old_skipped = json_get(memo, "skipped");
    int64_t start = json_int(json_get(memo, "next"), 0);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "paths");
    json_put_value(&json, paths);
    json_key(&json, "counts");
    json_put_value(&json, json_get(memo, "counts"));
    json_field_int(&json, "next", start + (int64_t)took);
    json_field_int(&json, "done", json_int(json_get(memo, "done"), 0) + (int64_t)read);
    json_field_int(&json, "total", json_int(json_get(memo, "total"), 0));
    json_key(&json, "skipped");
    json_open_array(&json);
    for (size_t i = 0; i < json_count(old_skipped); i++)
        json_put_value(&json, json_at(old_skipped, i));
    for (size_t i = 0; skipped && i < took; i++)
        json_put_value(&json, json_at(paths, (size_t)start + i));
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static const char *write_numbers(const struct json *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "stage", "reading");
    json_field_int(&json, "done", json_int(json_get(memo, "done"), 0));
    json_field_int(&json, "total", json_int(json_get(memo, "total"), 0));
    json_key(&json, "skipped");
    json_put_value(&json, json_get(memo, "skipped"));
    json_close_object(&json);
    return text_string(&out);
}

/* ---- the program ---- */

static enum err check(const struct json *args)
{
    const struct json *path = json_get(args, "path");

    TRY(names_check_keys(args, "path", NULL));
    if (path != NULL && !parameter_is_path(json_string(path, "")))
        return err_set(ERR_INVALID,
                       "path: a path that ends in \".\" is expected, for example \"Device.WiFi.\"");
    if (path != NULL && !text_ends_with(json_string(path, ""), "."))
        return err_set(ERR_INVALID,
                       "path: '%.64s' does not end in \".\"; one parameter is read by params.get",
                       json_string(path, ""));
    return ERR_OK;
}

static enum err ask_names(const struct action_record *record, const struct action_facts *facts,
                          struct arena *arena, struct action_move *ret)
{
    AUTO_JSON args = NULL;
    const char *path;

    TRY(json_read(record->args, strlen(record->args), &args));
    path = json_string(json_get(args, "path"), text_or_empty(facts->root));
    *ret = move_send(record, facts, STEP_NAMES, CWMP_GET_PARAMETER_NAMES);
    ret->request.body.get_parameter_names.path = arena_strdup(arena, path);
    return ERR_OK;
}

static enum err ask_values(const struct action_record *record, const struct action_facts *facts,
                           struct arena *arena, struct action_move *ret)
{
    AUTO_JSON memo = NULL;
    struct cwmp_strings *names;
    size_t start;

    TRY(json_read(record->memo, strlen(record->memo), &memo));
    *ret = move_send(record, facts, STEP_VALUES, CWMP_GET_PARAMETER_VALUES);
    start = (size_t)json_int(json_get(memo, "next"), 0);
    names = &ret->request.body.get_parameter_values.names;
    names->count = batch_size(memo);
    names->items = ARENA_ARRAY(arena, const char *, names->count);
    for (size_t i = 0; i < names->count; i++)
        names->items[i] = arena_strdup(arena, json_string(json_at(json_get(memo, "paths"), start + i), ""));
    return ERR_OK;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    return record->step == STEP_NAMES ? ask_names(record, facts, arena, ret)
                                      : ask_values(record, facts, arena, ret);
}

static struct action_move take_names(const struct action_record *record, const struct action_facts *facts,
                                     const struct cwmp_parameter_infos *infos, struct arena *arena)
{
    struct paths paths = choose_paths(infos, arena);
    size_t total = 0;
    struct action_move move;

    for (size_t i = 0; i < paths.count; i++)
        total += paths.items[i].count;
    if (total == 0)
        return move_fail(record, facts, arena, "empty", "the device listed no parameter", 0);
    move = move_to(record, facts, STEP_VALUES, ACTION_RUNNING);
    move.save.memo = write_first_memo(&paths, total, arena);
    move.save.progress = arena_printf(arena, "{\"stage\":\"reading\",\"done\":0,\"total\":%zu}", total);
    move.infos = infos;
    return move;
}

/* values: NULL when the device refused this batch. */
static enum err take_values(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_parameter_values *values, struct arena *arena,
                            struct action_move *ret)
{
    AUTO_JSON memo = NULL;
    AUTO_JSON after = NULL;
    const char *memo_text;

    TRY(json_read(record->memo, strlen(record->memo), &memo));
    memo_text = write_next_memo(memo, batch_size(memo), values ? values->count : 0, values == NULL, arena);
    TRY(json_read(memo_text, strlen(memo_text), &after));

    if (batch_size(after) > 0) {
        *ret = move_to(record, facts, STEP_VALUES, ACTION_RUNNING);
        ret->save.sends = 0; /* another request, not another try */
    } else if (json_int(json_get(after, "done"), 0) == 0) {
        *ret = move_fail(record, facts, arena, "refused",
                         "the device listed its parameters but gave no value", 0);
    } else {
        *ret = move_succeed(record, facts, write_numbers(after, arena), "{\"read\":\"GetParameterValues\"}");
    }
    ret->save.memo = memo_text;
    ret->save.progress = write_numbers(after, arena);
    ret->values = values;
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    if (record->step == STEP_VALUES && message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        return take_values(record, facts, &message->body.get_parameter_values_response.parameters, arena,
                           ret);
    if (record->step == STEP_VALUES && message->method == CWMP_FAULT)
        return take_values(record, facts, NULL, arena, ret);
    if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (record->step == STEP_NAMES && message->method == CWMP_GET_PARAMETER_NAMES_RESPONSE)
        *ret = take_names(record, facts, &message->body.get_parameter_names_response.parameters, arena);
    else
        *ret = move_fail_by_answer(record, facts, arena, message);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_refresh = {
    .name = "refresh",
    .label_pt = "Atualizar os dados do aparelho",
    .label_en = "Read the device again",
    .ttl_s = TTL_S,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
