#include "acs/api/trail.h"

#include <inttypes.h>
#include <string.h>

#include "acs/api/call.h"
#include "acs/api/redact.h"
#include "acs/api/url.h"
#include "acs/audit/audit.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

enum { KEPT_MAX = 16 * 1024, IDS_FIRST = 8 };

/* ---- whom it is about ---- */

static void add_id(struct call *call, struct call_ids *ids, int64_t id)
{
    for (size_t i = ids->count; i > 0; i--) /* mostly the last one again */
        if (ids->items[i - 1] == id)
            return;
    if (ids->count == ids->room) {
        size_t room = ids->room == 0 ? IDS_FIRST : 2 * ids->room;

        ids->items = arena_grow(call->arena, ids->items, ids->room * sizeof(id), room * sizeof(id));
        ids->room = room;
    }
    ids->items[ids->count++] = id;
}

void trail_device(struct call *call, int64_t id)
{
    add_id(call, &call->audit.devices, id);
}

void trail_subscriber(struct call *call, int64_t id)
{
    add_id(call, &call->audit.subscribers, id);
}

/* "id": before what stands here. Only there and in its like an id names somebody; a device may call its
 * network so. */
static bool is_name_of(const char *text, const char *at)
{
    static const char *const keys[] = {"\"id\"", "\"device\"", "\"subscriber\"", "\"about\""};

    while (at > text && at[-1] == ' ')
        at--;
    if (at == text || *--at != ':')
        return false;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        size_t len = strlen(keys[i]);

        if ((size_t)(at - text) >= len && memcmp(at - len, keys[i], len) == 0)
            return true;
    }
    return false;
}

/* Whom an answer names it shows, whoever has written it: a handler, or SQL. */
static void take_answer(struct call *call, const char *prefix, void (*take)(struct call *call, int64_t id))
{
    const char *text = text_string(&call->text), *at = text;
    char id[NUMBER_ID_MAX];
    int64_t number;

    while ((at = strstr(at, prefix)) != NULL) {
        const char *start = at++;
        size_t len = strcspn(at, "\"");

        if (len >= sizeof(id) || !is_name_of(text, start))
            continue;
        memcpy(id, at, len);
        id[len] = '\0';
        if (crypto_read_number_id(prefix + 1, id, &number))
            take(call, number);
    }
}

/* One is a column of its own, several are a list. */
static void put_ids(const struct call_ids *ids, int64_t *one, struct audit_ids *several)
{
    if (ids->count == 1)
        *one = ids->items[0];
    else
        *several = (struct audit_ids){ids->items, ids->count};
}

static void add_object(struct text *object, const char *text)
{
    if (object->len > 0)
        text_putc(object, '/');
    text_puts(object, text);
}

/* What a segment of the path names; what is no id of a home, a person or a case is the object. */
static void take_capture(struct call *call, const char *name, size_t len, const char *value,
                         struct text *object)
{
    int64_t id;

    if (len == strlen("device") && memcmp(name, "device", len) == 0 &&
        crypto_read_number_id("dev_", value, &id))
        trail_device(call, id);
    else if (len == strlen("subscriber") && memcmp(name, "subscriber", len) == 0 &&
             crypto_read_number_id("sub_", value, &id))
        trail_subscriber(call, id);
    else if (len == strlen("case") && memcmp(name, "case", len) == 0 &&
             crypto_read_number_id("cas_", value, &id))
        call->audit.case_id = call->audit.case_id == 0 ? id : call->audit.case_id;
    else
        add_object(object, value);
}

static void take_captures(struct call *call, struct text *object)
{
    unsigned place = 0;

    for (const char *at = strchr(call->route->path, '{'); at != NULL; at = strchr(at, '{')) {
        size_t len = strcspn(++at, "}");

        take_capture(call, at, len, call->captures[place++], object);
    }
}

/* What was made: the end of where it is. */
static const char *made(const struct call *call)
{
    const char *slash = NULL;

    for (unsigned i = 0; i < call->header_count; i++)
        if (strcmp(call->headers[i].name, "Location") == 0)
            slash = strrchr(call->headers[i].value, '/');
    return slash == NULL ? NULL : slash + 1;
}

static const char *object_of(struct call *call)
{
    struct text object = TEXT_IN(call->arena);

    take_captures(call, &object);
    if (call->audit.object != NULL)
        return call->audit.object;
    return object.len > 0 ? text_string(&object) : made(call);
}

/* ---- what was asked ---- */

static const char *query_of(struct call *call)
{
    struct text out = TEXT_IN(call->arena);

    for (size_t i = 0; i < call->query.count; i++)
        text_printf(&out, "%s%s=%s", i == 0 ? "" : "&", url_encode(call->query.items[i].name, call->arena),
                    url_encode(call->query.items[i].value, call->arena));
    return out.len > 0 ? text_string(&out) : NULL;
}

/* What is long is told by its hash: a playbook is kept elsewhere. */
static const char *shortened(struct text *text, struct arena *arena)
{
    char hex[SHA256_HEX];

    if (text->len <= KEPT_MAX)
        return text_string(text);
    crypto_sha256_hex(text->data, text->len, hex);
    return arena_printf(arena, "{\"bytes\":%zu,\"sha256\":\"%s\"}", text->len, hex);
}

static const char *body_of(struct call *call)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    if (call->body == NULL)
        return NULL;
    redact(call->route->body, call->body, &json);
    return shortened(&out, call->arena);
}

static bool body_was_refused(const struct call *call)
{
    return call->refused && (call->problem == PROBLEM_INVALID || call->problem == PROBLEM_MALFORMED);
}

/* ---- the row ---- */

/* Nobody is known who has not signed in yet. */
static const char *kind_of(const struct caller *caller)
{
    if (caller->session != NULL)
        return "user";
    return caller->token != NULL ? "token" : "nobody";
}

static const char *session_of(const struct call *call)
{
    const struct user_session_row *session = call->caller.session;

    return session == NULL ? NULL : arena_printf(call->arena, "%" PRId64, session->id);
}

static struct audit_row row_of(struct call *call, const char *decision)
{
    const char *object = object_of(call);
    struct audit_row row = {
        .actor_id = call->caller.id,
        .actor_kind = kind_of(&call->caller),
        .actor = text_or_empty(call->caller.name),
        .session = session_of(call),
        .source = call->origin.address,
        .request = call->id,
        .action = call->route->operation,
        .decision = decision,
        .object = object,
        .query = query_of(call),
        .case_id = call->audit.case_id != 0 ? call->audit.case_id : call->case_id,
        .before = call->audit.before,
        .after = call->audit.after,
    };

    if (!call->refused) {
        take_answer(call, "\"dev_", trail_device);
        take_answer(call, "\"sub_", trail_subscriber);
    }
    put_ids(&call->audit.devices, &row.device_id, &row.device_ids);
    put_ids(&call->audit.subscribers, &row.subscriber_id, &row.subscriber_ids);
    if (!body_was_refused(call)) {
        row.after = row.after != NULL ? row.after : body_of(call);
        row.reason = json_string(json_get(call->body, "reason"), NULL);
    }
    return row;
}

static void mix(struct text *all, const void *bytes, size_t len)
{
    text_add(all, &len, sizeof(len));
    text_add(all, bytes, len);
}

static void mix_text(struct text *all, const char *text)
{
    mix(all, text_or_empty(text), text == NULL ? 0 : strlen(text) + 1);
}

/* Over all but the time and the request: what equals it tells nothing new within the minute. */
static struct hash128 identity(const struct call *call, const struct audit_row *row)
{
    const char *const texts[] = {row->actor_kind, row->actor,    row->session, row->source,
                                 row->action,     row->decision, row->object,  row->reason,
                                 row->query,      row->before,   row->after};
    const int64_t ids[] = {row->actor_id, row->device_id, row->subscriber_id, row->case_id};
    struct text all = TEXT_IN(call->arena);

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        mix_text(&all, texts[i]);
    mix(&all, ids, sizeof(ids));
    mix(&all, row->device_ids.items, row->device_ids.count * sizeof(int64_t));
    mix(&all, row->subscriber_ids.items, row->subscriber_ids.count * sizeof(int64_t));
    return recent_hash(call->config->audit->recent, all.data, all.len);
}

static enum err write_alone(struct call *call, struct audit_row *row)
{
    TRY(db_begin(call->db));
    TRY(audit_write(call->config->audit, call->db, row, call->arena));
    return db_commit(call->db);
}

/* In a transaction of its own, unless this minute has it already. */
static enum err write_once(struct call *call, struct audit_row *row)
{
    struct recent *recent = call->config->audit->recent;
    struct hash128 what = identity(call, row);

    if (recent_has(recent, what))
        return ERR_OK;
    TRY(write_alone(call, row));
    recent_note(recent, what, row->at_us);
    return ERR_OK;
}

enum err trail_change(struct call *call)
{
    struct audit_row row;

    if ((call->route->audit != ROUTE_AUDIT_CHANGE && !call->audit.moved) || call->audit.replayed)
        return ERR_OK;
    row = row_of(call, "allowed");
    TRY(err_while(audit_write(call->config->audit, call->db, &row, call->arena), "audit"));
    call->audit.written = true;
    return ERR_OK;
}

enum err trail_view(struct call *call)
{
    struct audit_row row;
    enum err err;

    if (call->route->audit != ROUTE_AUDIT_VIEW || call->audit.written)
        return ERR_OK;
    row = row_of(call, "allowed");
    err = write_once(call, &row);
    if (err != ERR_OK)
        db_rollback(call->db);
    return err_while(err, "audit");
}

/* ---- refusals ---- */

static bool is_denial(enum problem problem)
{
    return problem == PROBLEM_FORBIDDEN || problem == PROBLEM_LIMIT_REACHED ||
           problem == PROBLEM_LOGIN_REFUSED || problem == PROBLEM_CODE_REFUSED || problem == PROBLEM_LOCKED ||
           problem == PROBLEM_NO_ROLE || problem == PROBLEM_FLOW_REFUSED || problem == PROBLEM_CROSS_ORIGIN;
}

/* Whoever is not known cannot fill the trail, but for one row a minute of each address that tries to sign in.
 * A commit of which nobody knows has its own row, or is not. */
static bool is_worth_a_row(const struct call *call, enum problem problem)
{
    bool signs_in = call->route->capability == CAPABILITY_PUBLIC;

    return (call->caller.name != NULL || signs_in) && call->db != NULL && !call->audit.written &&
           (is_denial(problem) || call->route->audit != ROUTE_AUDIT_NO);
}

void trail_refusal(struct call *call, enum err err)
{
    enum problem problem = call->refused ? call->problem : problem_of_err(err);
    const char *why = arena_strdup(call->arena, err_message());
    struct audit_row row;

    if (route_changes(call->route) && call->db != NULL)
        db_rollback(call->db);
    if (!is_worth_a_row(call, problem))
        return;
    row = row_of(call, is_denial(problem) ? "denied" : "failed");
    row.reason = problem_row(problem)->code;
    if (write_once(call, &row) != ERR_OK) {
        log_error("a refusal is not in the audit trail", log_s("request", call->id),
                  log_s("why", err_message()));
        db_rollback(call->db);
    }
    (void)err_set(err, "%s", why); /* the call has its own to tell */
}
