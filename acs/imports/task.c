#include "acs/imports/task.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/base/map.h"
#include "acs/imports/columns.h"
#include "acs/imports/sheet.h"
#include "acs/imports/trouble.h"

enum { BATCH = 200, ARENA_BYTES = 64 * 1024 };

/* A record of the file: what is to be done, or what is wrong with it. */
struct item {
    int64_t line;
    const char *key, *doc;
    const char *serial; /* NULL: it names none */
    struct trouble_note notes[COMPLAINTS_MAX];
    unsigned note_count;
};

struct task {
    const struct task_config *config;
    struct import_work work;
    enum language language;
    const struct schema *schema;
    const char *pointer; /* to the key in a body */

    struct sheet *sheet;
    int64_t part;             /* the piece that was read last */
    struct arena *part_arena; /* holds it */
    struct arena *arena;      /* of the task */
    struct columns columns;   /* of CSV */
    struct map *lines;        /* key of a record -> its line */
    uint64_t hash_key[2];

    struct arena *batch_arena;
    struct item items[BATCH];
    size_t count;
};

/* ---- the file ---- */

static enum err read_part(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct task *task = ctx;

    arena_reset(task->part_arena);
    return import_part_read(task->config->db, task->work.id, ++task->part, task->part_arena, ret_bytes,
                            ret_len);
}

/* By what a subscriber is known, and where it stands in a body. */
static const struct {
    const char *key, *object, *member, *pointer, *column;
} keys[] = {
    {"external_id", NULL,       "external_id", "/external_id",     "external_id"    },
    {"contract",    "contract", "number",      "/contract/number", "contract.number"},
    {"login",       NULL,       "login",       "/login",           "login"          },
    {"serial",      NULL,       "serial",      "/serial",          "serial"         },
};

static size_t key_row(const char *key)
{
    size_t i = 0;

    while (strcmp(keys[i].key, key) != 0)
        i++;
    return i;
}

static const char *key_of(const struct task *task, const struct json *body)
{
    size_t row = key_row(task->work.key);
    const struct json *holder = keys[row].object == NULL ? body : json_get(body, keys[row].object);

    return json_string(json_get(holder, keys[row].member), NULL);
}

/* ---- what is wrong ---- */

static void note(struct task *task, struct item *item, enum trouble trouble, const char *pointer,
                 int64_t other)
{
    struct trouble_note what = trouble_note(trouble, task->language, item->line, other, task->batch_arena);

    what.pointer = pointer;
    if (item->note_count < COMPLAINTS_MAX)
        item->notes[item->note_count++] = what;
}

static void note_complaints(struct item *item, const struct complaints *complaints)
{
    for (unsigned i = 0; i < complaints->count; i++)
        item->notes[item->note_count++] = (struct trouble_note){.line = item->line,
                                                                .pointer = complaints->items[i].pointer,
                                                                .code = complaints->items[i].code,
                                                                .message = complaints->items[i].detail};
}

static void note_cells(struct task *task, struct item *item, const struct sheet_record *record)
{
    for (unsigned i = 0; i < item->note_count; i++)
        if (item->notes[i].pointer != NULL)
            item->notes[i].input = columns_cell(&task->columns, record->fields, record->count,
                                                item->notes[i].pointer, task->batch_arena);
}

/* ---- a record ---- */

static bool is_csv(const struct task *task)
{
    return strcmp(task->work.format, "csv") == 0;
}

/* NULL: noted why there is none. */
static struct json *read_body(struct task *task, struct item *item, const struct sheet_record *record)
{
    struct text text = TEXT_IN(task->batch_arena);
    struct json_writer json = JSON_WRITER(&text);
    struct json *body = NULL;

    if (is_csv(task) && columns_body(&task->columns, record->fields, record->count, &json) != ERR_OK) {
        note(task, item, TROUBLE_FIELDS, NULL, 0);
        return NULL;
    }
    if (!is_csv(task))
        text_puts(&text, record->fields[0]);
    if (json_read(text_string(&text), text.len, &body) != ERR_OK)
        note(task, item, TROUBLE_MALFORMED, NULL, 0);
    return body;
}

static bool is_repeated(struct task *task, const struct item *item, int64_t *ret_line)
{
    char *plain = arena_strdup(task->batch_arena, item->key);
    struct hash128 hash;
    union map_value value;

    for (char *c = plain; *c != '\0'; c++) /* logins and serial numbers are the same in either case */
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    hash = crypto_siphash128(task->hash_key, plain, strlen(plain));
    if (map_get(task->lines, hash, &value)) {
        *ret_line = value.number;
        return true;
    }
    map_put(task->lines, hash, (union map_value){.number = item->line});
    return false;
}

static void check_key(struct task *task, struct item *item)
{
    int64_t other = 0;

    if (item->key == NULL)
        note(task, item, TROUBLE_KEYLESS, task->pointer, 0);
    else if (is_repeated(task, item, &other))
        note(task, item, TROUBLE_REPEATED, task->pointer, other);
}

static void take_body(struct task *task, struct item *item, const struct json *body)
{
    struct complaints complaints = {.arena = task->batch_arena, .language = task->language};

    schema_check(task->schema, body, &complaints);
    if (complaints.count == 0)
        item->doc = subscriber_columns(body, task->config->policy, &complaints);
    note_complaints(item, &complaints);
    if (complaints.count > 0)
        return;
    item->key = arena_strdup(task->batch_arena, key_of(task, body));
    item->serial = arena_strdup(task->batch_arena, json_string(json_get(body, "serial"), NULL));
    check_key(task, item);
}

static void take_record(struct task *task, const struct sheet_record *record)
{
    static const enum trouble troubles[] = {[SHEET_TOO_LONG] = TROUBLE_TOO_LONG,
                                            [SHEET_OPEN_QUOTE] = TROUBLE_OPEN_QUOTE,
                                            [SHEET_NOT_UTF8] = TROUBLE_NOT_UTF8,
                                            [SHEET_TOO_MANY_FIELDS] = TROUBLE_FIELDS};
    struct item *item = &task->items[task->count];
    AUTO_JSON body = NULL;

    *item = (struct item){.line = (int64_t)record->line};
    if (record->wrong != SHEET_FINE)
        note(task, item, troubles[record->wrong], NULL, 0);
    else
        body = read_body(task, item, record);
    if (body != NULL)
        take_body(task, item, body);
    if (is_csv(task) && record->wrong == SHEET_FINE)
        note_cells(task, item, record);
    if (item->line > task->work.counts.line)
        task->count++;
}

/* ---- a batch ---- */

static const char *records_of(struct task *task, const struct item *items, size_t count, size_t *ret_count)
{
    struct text text = TEXT_IN(task->batch_arena);
    struct json_writer json = JSON_WRITER(&text);

    *ret_count = 0;
    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        if (items[i].note_count > 0)
            continue;
        json_open_object(&json);
        json_field_int(&json, "line", items[i].line);
        json_field_string(&json, "key", items[i].key);
        json_field_raw(&json, "doc", items[i].doc);
        json_close_object(&json);
        (*ret_count)++;
    }
    json_close_array(&json);
    return text_string(&text);
}

static const char *in_case(struct arena *arena, const char *text, char from, char to)
{
    char *copy = arena_strdup(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        if (*c >= from && *c <= to)
            *c = (char)(*c ^ 0x20);
    return copy;
}

/* As it is written, and in capital and small letters: devices write it in either. */
static enum err bind_devices(struct task *task, const struct item *items, size_t count)
{
    const char **serials = ARENA_ARRAY(task->batch_arena, const char *, 3 * count);
    size_t serial_count = 0;

    for (size_t i = 0; i < count; i++) {
        if (items[i].note_count > 0 || items[i].serial == NULL)
            continue;
        serials[serial_count++] = items[i].serial;
        serials[serial_count++] = in_case(task->batch_arena, items[i].serial, 'a', 'z');
        serials[serial_count++] = in_case(task->batch_arena, items[i].serial, 'A', 'Z');
    }
    if (serial_count == 0)
        return ERR_OK;
    return import_bind(task->config->db, serials, serial_count, task->work.created_by, task->batch_arena);
}

static void tally(struct task *task, struct item *items, size_t count, const struct import_outcomes *outcomes)
{
    struct import_counts *counts = &task->work.counts;
    size_t at = 0;

    for (size_t i = 0; i < outcomes->count; i++) {
        enum trouble trouble = trouble_find(outcomes->items[i].what);

        while (at < count && items[at].line < outcomes->items[i].line)
            at++;
        if (trouble != TROUBLE_COUNT)
            note(task, &items[at], trouble, task->pointer, 0);
        counts->made += strcmp(outcomes->items[i].what, "new") == 0;
        counts->changed += strcmp(outcomes->items[i].what, "changed") == 0;
        counts->same += strcmp(outcomes->items[i].what, "same") == 0;
    }
}

static enum err apply(struct task *task, struct item *items, size_t count)
{
    struct import_outcomes outcomes;
    size_t record_count;
    const char *records = records_of(task, items, count, &record_count);

    if (record_count == 0)
        return ERR_OK;
    TRY(import_apply(task->config->db, &task->work, records, task->batch_arena, &outcomes));
    TRY(bind_devices(task, items, count));
    tally(task, items, count, &outcomes);
    return ERR_OK;
}

/* What is wrong is kept, and how far it has come. */
static enum err note_progress(struct task *task, const struct item *items, size_t count)
{
    struct text text = TEXT_IN(task->batch_arena);
    struct json_writer json = JSON_WRITER(&text);
    int64_t wrong = 0;

    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        wrong += items[i].note_count > 0;
        for (unsigned k = 0; k < items[i].note_count; k++)
            trouble_write(&items[i].notes[k], &json);
    }
    json_close_array(&json);
    if (wrong > 0)
        TRY(import_error_add(task->config->db, &task->work, text_string(&text), task->batch_arena));
    task->work.counts.wrong += wrong;
    task->work.counts.line = items[count - 1].line;
    return import_progress(task->config->db, &task->work, task->batch_arena);
}

/* One transaction. A simulation takes back what it did, and keeps what it found. */
static enum err apply_and_note(struct task *task, struct item *items, size_t count)
{
    TRY(db_begin(task->config->db));
    TRY(apply(task, items, count));
    if (task->work.simulate) {
        db_rollback(task->config->db);
        TRY(db_begin(task->config->db));
    }
    TRY(note_progress(task, items, count));
    return db_commit(task->config->db);
}

/* One that the database refuses is found by halving, so that it stops no other. */
static enum err apply_range(struct task *task, struct item *items,
                            size_t count) /* NOLINT(misc-no-recursion) */
{
    const struct import_counts before = task->work.counts;
    enum err err = apply_and_note(task, items, count);
    bool is_done = items[0].note_count > 0 && count == 1;

    if (err == ERR_OK || (err != ERR_CONFLICT && err != ERR_INVALID) || is_done)
        return err;
    db_rollback(task->config->db);
    task->work.counts = before;
    if (count == 1) {
        note(task, items, err == ERR_CONFLICT ? TROUBLE_TAKEN : TROUBLE_REFUSED, NULL, 0);
        return apply_range(task, items, 1);
    }
    TRY(apply_range(task, items, count / 2));
    return apply_range(task, items + count / 2, count - count / 2);
}

static enum err flush(struct task *task)
{
    if (task->count > 0)
        TRY(apply_range(task, task->items, task->count));
    task->count = 0;
    arena_reset(task->batch_arena);
    return ERR_OK;
}

/* ---- all of it ---- */

static enum err refuse_keyless(const struct task *task, const char *column)
{
    if (task->language == LANGUAGE_PT)
        return err_set(ERR_INVALID, "nenhuma coluna é %s: diga qual é, ou escolha outra identificação",
                       column);
    return err_set(ERR_INVALID, "no column is %s; say columns=HEADER=%s, or choose another key", column,
                   column);
}

static enum err read_header(struct task *task)
{
    struct text text = TEXT_IN(task->arena);
    struct json_writer json = JSON_WRITER(&text);
    struct sheet_record record;
    const char *column = keys[key_row(task->work.key)].column;
    bool end;

    TRY(sheet_next(task->sheet, task->arena, &record, &end));
    if (end || record.wrong != SHEET_FINE)
        return err_set(ERR_INVALID, "%s",
                       task->language == LANGUAGE_PT
                           ? "a primeira linha não pode ser lida: ela deve dar nome às colunas"
                           : "the first line cannot be read: it must name the columns");
    TRY(columns_read(record.fields, record.count, task->work.columns, task->language, task->arena,
                     &task->columns));
    columns_write(&task->columns, &json);
    TRY(import_note_header(task->config->db, &task->work, text_string(&text), task->arena));
    if (!columns_have(&task->columns, column))
        return refuse_keyless(task, column);
    return ERR_OK;
}

static enum err read_records(struct task *task)
{
    struct sheet_record record;
    bool end = false;

    for (;;) {
        if (errand_is_stopped(task->config->errand))
            return err_set(ERR_UNAVAILABLE, "the server stops");
        TRY(sheet_next(task->sheet, task->batch_arena, &record, &end));
        if (end)
            return flush(task);
        take_record(task, &record);
        if (task->count == BATCH)
            TRY(flush(task));
        else if (task->count == 0)
            arena_reset(task->batch_arena); /* it was gone through before */
    }
}

static enum err run(struct task *task)
{
    if (is_csv(task))
        TRY(read_header(task));
    TRY(read_records(task));
    return import_end(task->config->db, &task->work, task->work.simulate ? "simulated" : "done", NULL,
                      task->arena);
}

static const struct schema *body_schema(void)
{
    const struct route *route = api_routes;

    while (strcmp(route->operation, "subscriber_patch") != 0)
        route++;
    return route->body;
}

static struct task *task_new(const struct task_config *config)
{
    struct task *task = HEAP_NEW(struct task);

    task->config = config;
    task->work = *config->work;
    task->language = strcmp(task->work.language, "en") == 0 ? LANGUAGE_EN : LANGUAGE_PT;
    task->schema = body_schema();
    task->pointer = keys[key_row(task->work.key)].pointer;
    task->arena = arena_new(ARENA_BYTES);
    task->batch_arena = arena_new(ARENA_BYTES);
    task->part_arena = arena_new(ARENA_BYTES);
    task->lines = map_new(0);
    crypto_random(task->hash_key, sizeof(task->hash_key));
    task->sheet =
        sheet_new(&(struct sheet_config){.format = is_csv(task) ? SHEET_CSV : SHEET_NDJSON,
                                         .windows_1252 = strcmp(task->work.encoding, "windows-1252") == 0,
                                         .read = read_part,
                                         .ctx = task});
    return task;
}

static void task_free(struct task *task)
{
    sheet_free(task->sheet);
    map_free(task->lines);
    arena_free(task->part_arena);
    arena_free(task->batch_arena);
    arena_free(task->arena);
    heap_free(task);
}

enum err task_run(const struct task_config *config, struct import_work *ret_work)
{
    struct task *task = task_new(config);
    enum err err = run(task);

    *ret_work = task->work;
    task_free(task);
    return err;
}
