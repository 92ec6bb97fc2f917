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

/*
 * ---- the plan ----
 *
 * The memo holds the whole plan, a line "count path" each, and after it a line "!path" for each path that the
 * device refused. It is written once; how far we are is the step: STEP_VALUES plus the number of paths that
 * are done. So a step costs one small row, not the plan again.
 */

struct line {
    size_t count;
    const char *path;
    size_t len;
    const char *next;
};

/* False at the end of the plan. */
static bool read_line(const char *at, struct line *ret)
{
    const char *end = strchr(at, '\n');
    char *space;

    if (end == NULL || *at == '!')
        return false;
    ret->count = strtoul(at, &space, 10);
    ret->path = space + 1;
    ret->len = (size_t)(end - ret->path);
    ret->next = end + 1;
    return *space == ' ';
}

struct plan {
    const char *todo; /* lines from the next path on */
    size_t took;      /* how many of them the next request asks for */
    size_t done;      /* parameters below the paths before */
    size_t total;
    const char *skipped; /* lines "!path" */
};

/* What the next request takes: at least one path, at most BATCH parameters. */
static size_t measure_request(const char *todo)
{
    size_t parameters = 0, size = 0;
    struct line line;

    for (; size < PATHS_PER_REQUEST && read_line(todo, &line); todo = line.next, size++) {
        parameters += line.count;
        if (size > 0 && parameters > BATCH)
            break;
    }
    return size;
}

static struct plan read_plan(const char *memo, int32_t step)
{
    struct plan plan = {.todo = memo};
    const char *at = memo;
    struct line line;

    for (int32_t i = STEP_VALUES; read_line(at, &line); at = line.next, i++) {
        if (i < step) {
            plan.done += line.count;
            plan.todo = line.next;
        }
        plan.total += line.count;
    }
    plan.skipped = at;
    plan.took = measure_request(plan.todo);
    return plan;
}

static const char *write_plan(const struct paths *paths, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (size_t i = 0; i < paths->count; i++) {
        text_put_u64(&out, paths->items[i].count);
        text_putc(&out, ' ');
        text_puts(&out, paths->items[i].path);
        text_putc(&out, '\n');
    }
    return text_string(&out);
}

static const char *write_skipped(const struct plan *plan, const char *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    const char *at = plan->todo;
    struct line line;

    text_puts(&out, memo);
    for (size_t i = 0; i < plan->took && read_line(at, &line); at = line.next, i++) {
        text_putc(&out, '!');
        text_add(&out, line.path, line.len);
        text_putc(&out, '\n');
    }
    return text_string(&out);
}

static size_t count_skipped(const struct plan *plan)
{
    size_t count = 0;

    for (const char *at = plan->skipped; *at == '!'; at = strchr(at, '\n') + 1)
        count++;
    return count;
}

static const char *write_progress(const struct plan *plan, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "stage", "reading");
    json_field_int(&json, "done", (int64_t)plan->done);
    json_field_int(&json, "total", (int64_t)plan->total);
    json_key(&json, "skipped");
    json_open_array(&json);
    for (const char *at = plan->skipped; *at == '!'; at = strchr(at, '\n') + 1)
        json_put_string(&json, arena_memdup(arena, at + 1, strcspn(at + 1, "\n")));
    json_close_array(&json);
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
    struct plan plan = read_plan(record->memo, record->step);
    struct cwmp_strings *names;
    struct line line;

    *ret = move_send(record, facts, record->step, CWMP_GET_PARAMETER_VALUES);
    names = &ret->request.body.get_parameter_values.names;
    names->items = ARENA_ARRAY(arena, const char *, plan.took);
    for (const char *at = plan.todo; names->count < plan.took && read_line(at, &line); at = line.next)
        names->items[names->count++] = arena_memdup(arena, line.path, line.len);
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
    struct action_move move;
    struct plan plan;

    if (paths.count == 0)
        return move_fail(record, facts, arena, "empty", "the device listed no parameter", 0);
    move = move_to(record, facts, STEP_VALUES, ACTION_RUNNING);
    move.save.memo = write_plan(&paths, arena);
    plan = read_plan(move.save.memo, STEP_VALUES);
    move.save.progress = write_progress(&plan, arena);
    move.infos = infos;
    return move;
}

/* values: NULL when the device refused this batch. */
static struct action_move take_values(const struct action_record *record, const struct action_facts *facts,
                                      const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct plan plan = read_plan(record->memo, record->step);
    int32_t next_step = record->step + (int32_t)plan.took;
    const char *memo = values == NULL ? write_skipped(&plan, record->memo, arena) : record->memo;
    struct plan after = read_plan(memo, next_step);
    struct action_move move;

    if (after.took > 0)
        move = move_to(record, facts, next_step, ACTION_RUNNING);
    else if (next_step == STEP_VALUES + (int32_t)count_skipped(&after))
        return move_fail(record, facts, arena, "refused",
                         "the device listed its parameters but gave no value", 0);
    else
        move =
            move_succeed(record, facts, write_progress(&after, arena), "{\"read\":\"GetParameterValues\"}");
    if (values == NULL)
        move.save.memo = memo;
    move.save.progress = write_progress(&after, arena);
    move.values = values;
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;

    if (record->step >= STEP_VALUES && message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        *ret = take_values(record, facts, values, arena);
    else if (record->step >= STEP_VALUES && message->method == CWMP_FAULT)
        *ret = take_values(record, facts, NULL, arena);
    else if (message->method == CWMP_FAULT)
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
