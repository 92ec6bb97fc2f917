/* The audit trail: list, export, whose data was seen; whether it is as it was written, and what is signed of
 * it. */
#include <inttypes.h>
#include <string.h>

#include "acs/api/routes.h"
#include "acs/audit/audit.h"
#include "acs/audit/verify.h"
#include "acs/base/clock.h"
#include "acs/base/csv.h"

/* ---- whom it is about ---- */

/* "tok_…" or "usr_…": actors have numbers of one row. */
static enum err read_actor(struct call *call, int64_t *ret)
{
    const char *text = call_query(call, "actor");

    *ret = 0;
    if (text == NULL || crypto_read_number_id("tok_", text, ret) || crypto_read_number_id("usr_", text, ret))
        return ERR_OK;
    return call_refuse_query(call, "actor", "format",
                             call_say(call, "não é um identificador", "is nobody's id"));
}

static enum err read_id(struct call *call, const char *name, const char *prefix, int64_t *ret)
{
    const char *text = call_query(call, name);

    *ret = 0;
    if (text == NULL || crypto_read_number_id(prefix, text, ret))
        return ERR_OK;
    return call_refuse_query(call, name, "format", call_say(call, "não é um identificador", "is no id"));
}

static const char *write_id(struct call *call, const char *prefix, int64_t id)
{
    char text[NUMBER_ID_MAX];

    if (id == 0)
        return NULL;
    crypto_write_number_id(prefix, id, text);
    return arena_strdup(call->arena, text);
}

static const char *write_actor(struct call *call, const char *kind, int64_t id)
{
    return write_id(call, strcmp(kind, "user") == 0 ? "usr_" : "tok_", id);
}

/* Whoever may not see all of it sees his own. */
static enum err check_actor(struct call *call, int64_t *actor_id)
{
    if (caller_may(&call->caller, CAPABILITY_AUDIT_READ))
        return ERR_OK;
    if (*actor_id != 0 && *actor_id != call->caller.id)
        return call_refuse_capability(call, CAPABILITY_AUDIT_READ);
    *actor_id = call->caller.id;
    return ERR_OK;
}

/* ---- rows ---- */

static void write_json(struct json_writer *json, const char *name, const char *raw)
{
    json_key(json, name);
    raw == NULL ? json_put_null(json) : json_put_raw(json, raw);
}

static void write_row(struct call *call, struct json_writer *json, const struct audit_shown *row)
{
    json_open_object(json);
    json_field_int(json, "seq", row->seq);
    json_field_time(json, "at", row->at_us);
    json_field_string(json, "actor", write_actor(call, row->actor_kind, row->actor_id));
    json_field_string(json, "actor_kind", row->actor_kind);
    json_field_string(json, "actor_name", row->actor);
    json_field_string(json, "session", row->session);
    json_field_string(json, "source", row->source);
    json_field_string(json, "request", row->request);
    json_field_string(json, "action", row->action);
    json_field_string(json, "decision", row->decision);
    write_json(json, "devices", row->devices);
    write_json(json, "subscribers", row->subscribers);
    json_field_string(json, "case", write_id(call, "cas_", row->case_id));
    json_field_string(json, "object", row->object);
    json_field_string(json, "reason", row->reason);
    json_field_string(json, "query", row->query);
    write_json(json, "before", row->before);
    write_json(json, "after", row->after);
    json_field_string(json, "h", row->h);
    json_close_object(json);
}

static const char *const csv_titles[] = {"seq",     "at",          "actor",   "actor_kind", "actor_name",
                                         "session", "source",      "request", "action",     "decision",
                                         "devices", "subscribers", "case",    "object",     "reason",
                                         "query",   "before",      "after",   "h"};

static void write_csv_titles(struct text *out)
{
    for (size_t i = 0; i < sizeof(csv_titles) / sizeof(*csv_titles); i++)
        csv_put(out, csv_titles[i]);
    csv_end(out);
}

/* The columns of csv_titles, but the first, which is a number. */
static void write_csv_row(struct call *call, const struct audit_shown *row)
{
    char at[TEXT_TIME_MAX];
    const char *const cells[] = {text_write_time(at, row->at_us, true),
                                 write_actor(call, row->actor_kind, row->actor_id),
                                 row->actor_kind,
                                 row->actor,
                                 row->session,
                                 row->source,
                                 row->request,
                                 row->action,
                                 row->decision,
                                 row->devices,
                                 row->subscribers,
                                 write_id(call, "cas_", row->case_id),
                                 row->object,
                                 row->reason,
                                 row->query,
                                 row->before,
                                 row->after,
                                 row->h};

    _Static_assert(sizeof(cells) / sizeof(*cells) + 1 == sizeof(csv_titles) / sizeof(*csv_titles),
                   "a title for each");
    csv_put_int(&call->text, row->seq);
    for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
        csv_put(&call->text, cells[i]);
    csv_end(&call->text);
}

/* ---- list ---- */

static enum err read_cursor(struct call *call, int64_t *ret)
{
    const char *after = call_query(call, "after");

    *ret = 0;
    if (after == NULL || (text_read_i64(after, ret) == ERR_OK && *ret >= 0))
        return ERR_OK;
    return call_refuse_cursor(call);
}

static enum err read_filter(struct call *call, struct audit_filter *ret)
{
    *ret = (struct audit_filter){
        .action = call_query(call, "action"),
        .object = call_query(call, "object"),
        .decision = call_query(call, "decision"),
        .from_us = call_query_time(call, "from"),
        .to_us = call_query_time(call, "to"),
        .actor = call_query(call, "actor_name"),
        .scope = call->scope,
        .most = call_query_number(call, "limit") + 1,
    };
    TRY(read_actor(call, &ret->actor_id));
    TRY(read_id(call, "device", "dev_", &ret->device_id));
    TRY(read_id(call, "subscriber", "sub_", &ret->subscriber_id));
    TRY(read_id(call, "case", "cas_", &ret->case_id));
    return check_actor(call, &ret->actor_id);
}

/* A row more than wanted was asked for: then there is a next page. */
static size_t shown_of(size_t count, unsigned most)
{
    return count < most ? count : most - 1;
}

static const char *next_of(struct call *call, const struct audit_list *list, size_t count)
{
    return list->count > count ? arena_printf(call->arena, "%" PRId64, list->items[count - 1].seq) : NULL;
}

enum err api_audit_list(struct call *call)
{
    struct audit_filter filter;
    struct audit_list list;
    size_t count;

    TRY(read_filter(call, &filter));
    TRY(read_cursor(call, &filter.before));
    TRY(audit_list(call->db, &filter, call->arena, &list));
    call->scope_is_checked = true; /* what a row holds of a request was the caller's own words */
    count = shown_of(list.count, filter.most);
    call_open_list(call);
    for (size_t i = 0; i < count; i++)
        write_row(call, &call->json, &list.items[i]);
    call_close_list(call, next_of(call, &list, count));
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- export ---- */

static void write_lines(struct call *call, const struct audit_list *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct json_writer json = JSON_WRITER(&call->text);

        write_row(call, &json, &list->items[i]);
        text_putc(&call->text, '\n');
    }
}

static void write_cells(struct call *call, const struct audit_list *list, size_t count)
{
    write_csv_titles(&call->text);
    for (size_t i = 0; i < count; i++)
        write_csv_row(call, &list->items[i]);
}

/* What is exported is held by a word that is signed before. */
static enum err add_checkpoint(struct call *call)
{
    char line[AUDIT_CHECKPOINT_MAX];
    struct audit_checkpoint checkpoint;

    TRY(audit_sign(call->config->audit->keys, call->db, call->arena, &checkpoint));
    if (checkpoint.seq == 0)
        return ERR_OK;
    audit_checkpoint_write(&checkpoint, line);
    call_add_header(call, "Audit-Checkpoint", arena_strdup(call->arena, line));
    return ERR_OK;
}

enum err api_audit_export(struct call *call)
{
    bool csv = strcmp(call_query(call, "format"), "csv") == 0;
    struct audit_filter filter;
    struct audit_list list;
    const char *next;
    size_t count;

    TRY(read_filter(call, &filter));
    TRY(read_cursor(call, &filter.since));
    filter.oldest_first = true;
    TRY(audit_list(call->db, &filter, call->arena, &list));
    TRY(add_checkpoint(call));
    count = shown_of(list.count, filter.most);
    csv ? write_cells(call, &list, count) : write_lines(call, &list, count);
    call->content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    call_add_header(call, "Content-Disposition",
                    csv ? "attachment; filename=\"audit.csv\"" : "attachment; filename=\"audit.ndjson\"");
    next = next_of(call, &list, count);
    if (next != NULL)
        call_add_header(call, "Audit-Next", next);
    return ERR_OK;
}

/* ---- seen ---- */

static enum err read_question(struct call *call, struct audit_seen_question *ret)
{
    *ret = (struct audit_seen_question){.from_us = call_query_time(call, "from"),
                                        .to_us = call_query_time(call, "to"),
                                        .after = call_query(call, "after"),
                                        .scope = call->scope,
                                        .most = call_query_number(call, "limit") + 1};
    TRY(read_actor(call, &ret->actor_id));
    TRY(read_id(call, "device", "dev_", &ret->device_id));
    TRY(read_id(call, "subscriber", "sub_", &ret->subscriber_id));
    if ((ret->actor_id != 0) + (ret->device_id != 0) + (ret->subscriber_id != 0) != 1)
        return call_refuse_query(call, "actor", "conflict",
                                 call_say(call, "informe actor, device ou subscriber, um deles",
                                          "one of actor, device and subscriber is wanted"));
    if (ret->to_us == 0)
        ret->to_us = clock_now_us();
    if (ret->from_us > ret->to_us)
        return call_refuse_query(call, "from", "range",
                                 call_say(call, "deve ser antes de to", "must be before to"));
    if ((ret->actor_id != 0 && ret->actor_id == call->caller.id) ||
        caller_may(&call->caller, CAPABILITY_AUDIT_READ))
        return ERR_OK;
    return call_refuse_capability(call, CAPABILITY_AUDIT_READ);
}

static void write_seen(struct call *call, const struct audit_seen *seen)
{
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_string(json, "whose", seen->whose);
    json_field_string(json, "actor_kind", seen->actor_kind);
    json_field_string(json, "actor_name", seen->actor);
    json_field_time(json, "first_at", seen->first_us);
    json_field_time(json, "last_at", seen->last_us);
    json_field_int(json, "rows", seen->count);
    write_json(json, "actions", seen->actions);
    json_close_object(json);
}

enum err api_audit_seen(struct call *call)
{
    struct audit_seen_question question;
    struct audit_seen_list list;
    size_t count;

    TRY(read_question(call, &question));
    TRY(audit_seen(call->db, &question, call->arena, &list));
    count = shown_of(list.count, question.most);
    call_open_list(call);
    for (size_t i = 0; i < count; i++)
        write_seen(call, &list.items[i]);
    call_close_list(call, list.count > count ? list.items[count - 1].whose : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- verify ---- */

static void write_finding(struct json_writer *json, const struct audit_report *report)
{
    json_key(json, "finding");
    if (!report->wrong) {
        json_put_null(json);
        return;
    }
    json_open_object(json);
    json_field_string(json, "wrong", audit_wrong_name(report->finding.wrong));
    json_field_int(json, "seq", report->finding.seq);
    json_field_string(json, "detail", report->finding.detail);
    json_close_object(json);
}

/* A line that was kept elsewhere. */
static enum err read_anchor(struct call *call, struct audit_checkpoint *anchor,
                            const struct audit_checkpoint **ret)
{
    const char *line = call_query(call, "anchor");

    *ret = NULL;
    if (line == NULL)
        return ERR_OK;
    *ret = anchor;
    if (audit_checkpoint_read(line, anchor) == ERR_OK)
        return ERR_OK;
    return call_refuse_query(
        call, "anchor", "format",
        call_say(call, "não é a linha de um ponto de controle", "is no checkpoint's line"));
}

static void write_place(struct json_writer *json, const struct audit_report *report)
{
    json_key(json, "checkpoint");
    if (report->checkpoint_seq == 0) {
        json_put_null(json);
        return;
    }
    json_open_object(json);
    json_field_int(json, "seq", report->checkpoint_seq);
    json_field_time(json, "at", report->checkpoint_at_us);
    json_close_object(json);
}

static void write_report(struct json_writer *json, const struct audit_report *report)
{
    char head[SHA256_HEX];

    crypto_hex(report->head, sizeof(report->head), head);
    json_open_object(json);
    json_field_bool(json, "in_order", !report->wrong);
    json_field_int(json, "rows", report->rows);
    json_field_int(json, "without_key", report->open);
    json_field_int(json, "last", report->last);
    json_field_string(json, "head", head);
    json_key(json, "next");
    report->more && !report->wrong ? json_put_int(json, report->last) : json_put_null(json);
    write_place(json, report);
    write_finding(json, report);
    json_close_object(json);
}

enum err api_audit_verify(struct call *call)
{
    struct audit_question question = {.most = call_query_number(call, "limit")};
    struct audit_checkpoint anchor;
    struct audit_report report;

    TRY(read_cursor(call, &question.after));
    TRY(read_anchor(call, &anchor, &question.anchor));
    TRY(audit_verify(call->config->audit->keys, call->db, &question, call->arena, &report));
    write_report(&call->json, &report);
    return ERR_OK;
}

/* ---- checkpoints ---- */

static void write_checkpoint(struct json_writer *json, const struct audit_checkpoint *checkpoint)
{
    char line[AUDIT_CHECKPOINT_MAX], h[SHA256_HEX], signature[2 * SIGNATURE_BYTES + 1];

    audit_checkpoint_write(checkpoint, line);
    crypto_hex(checkpoint->h, sizeof(checkpoint->h), h);
    crypto_hex(checkpoint->signature, sizeof(checkpoint->signature), signature);
    json_open_object(json);
    json_field_int(json, "seq", checkpoint->seq);
    json_field_time(json, "at", checkpoint->at_us);
    json_field_string(json, "h", h);
    json_field_int(json, "key", checkpoint->key);
    json_field_string(json, "signature", signature);
    json_field_string(json, "line", line);
    json_close_object(json);
}

enum err api_audit_checkpoint_list(struct call *call)
{
    unsigned most = call_query_number(call, "limit") + 1;
    struct audit_checkpoints list;
    int64_t before;
    size_t count;

    TRY(read_cursor(call, &before));
    TRY(audit_checkpoints(call->db, before, most, call->arena, &list));
    count = shown_of(list.count, most);
    call_open_list(call);
    for (size_t i = 0; i < count; i++)
        write_checkpoint(&call->json, &list.items[i]);
    call_close_list(
        call, list.count > count ? arena_printf(call->arena, "%" PRId64, list.items[count - 1].seq) : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_audit_key_list(struct call *call)
{
    const struct audit_keys *keys = call->config->audit->keys;
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_key(json, "data");
    json_open_array(json);
    for (size_t i = 0; i < audit_keys_count(keys); i++) {
        const struct audit_key *key = audit_keys_at(keys, i);
        unsigned char public_key[SIGN_KEY_BYTES];
        char hex[2 * SIGN_KEY_BYTES + 1];

        crypto_sign_public(key->sign, public_key);
        crypto_hex(public_key, sizeof(public_key), hex);
        json_open_object(json);
        json_field_int(json, "key", key->number);
        json_field_string(json, "public_key", hex);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    return ERR_OK;
}
