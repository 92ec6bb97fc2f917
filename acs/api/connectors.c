/* Connectors: ticket systems in which escalated cases become tickets, and mail servers by which they go out.
 */
#include <string.h>

#include "acs/api/outlets.h"
#include "acs/api/routes.h"
#include "acs/outbox/letter.h"
#include "db/tracker.h"

static enum err find(struct call *call, struct shown_row *ret)
{
    int64_t id = 0;

    if (!crypto_read_number_id("con_", call->captures[0], &id))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    return connector_show(call->db, id, call->arena, ret);
}

static enum err show(struct call *call, int64_t id)
{
    struct shown_row row = {0};

    TRY(connector_show(call->db, id, call->arena, &row));
    outlet_write(call, &row, NULL);
    return ERR_OK;
}

/* ---- made and changed ---- */

static const char *read_text(const struct call *call, const char *name)
{
    return json_string(json_get(call->body, name), NULL);
}

/* [{queue, to}] as an object: ours -> theirs. */
static void write_queues(const struct json *list, struct json_writer *json)
{
    json_key(json, "queues");
    json_open_object(json);
    for (size_t i = 0; i < json_count(list); i++)
        json_field_string(json, json_string(json_get(json_at(list, i), "queue"), ""),
                          json_string(json_get(json_at(list, i), "to"), ""));
    json_close_object(json);
}

/* What is not given is not in it; null is: it takes one away. */
static const char *write_settings(struct call *call)
{
    static const char *const names[] = {"login", "from", "language", "done"};
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    if (json_get(call->body, "queues") != NULL)
        write_queues(json_get(call->body, "queues"), &json);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct json *value = json_get(call->body, names[i]);

        if (value == NULL)
            continue;
        json_key(&json, names[i]);
        json_put_value(&json, value);
    }
    json_close_object(&json);
    return text_string(&out);
}

/* A queue that is named twice could go to either. */
static enum err check_queues(struct call *call)
{
    const struct json *list = json_get(call->body, "queues");

    for (size_t i = 0; i < json_count(list); i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(json_string(json_get(json_at(list, i), "queue"), ""),
                       json_string(json_get(json_at(list, j), "queue"), "")) == 0)
                return call_refuse_body(call, arena_printf(call->arena, "/queues/%zu/queue", i), "choice",
                                        call_say(call, "aparece duas vezes", "is there twice"));
    return ERR_OK;
}

/* ---- e-mail has addresses ---- */

static bool is_mail(const char *kind)
{
    return strcmp(kind, "mail") == 0;
}

static enum err check_from(struct call *call, const char *kind)
{
    const char *from = read_text(call, "from");

    if (from == NULL)
        return ERR_OK;
    if (!is_mail(kind))
        return call_refuse_body(call, "/from", "choice", call_say(call, "só de e-mail", "only of e-mail"));
    if (!letter_address_is_good(from))
        return call_refuse_body(call, "/from", "format",
                                call_say(call, "não é um endereço de e-mail", "is no address of e-mail"));
    return ERR_OK;
}

static enum err check_addresses(struct call *call)
{
    const struct json *list = json_get(call->body, "queues");
    const char *to[LETTER_TO_MOST];
    size_t count;

    for (size_t i = 0; i < json_count(list); i++)
        if (letter_read_addresses(json_string(json_get(json_at(list, i), "to"), ""), call->arena, to,
                                  &count) != ERR_OK)
            return call_refuse_body(call, arena_printf(call->arena, "/queues/%zu/to", i), "format",
                                    call_say(call,
                                             "não são endereços de e-mail, separados por vírgula (até 10)",
                                             "are no addresses of e-mail, separated by commas (at most 10)"));
    return ERR_OK;
}

/* Whatever is in the body is right for this kind. */
static enum err check_body(struct call *call, const char *kind)
{
    TRY(outlet_check_url(call, is_mail(kind) ? TARGET_MAIL : TARGET_WEB, read_text(call, "url")));
    TRY(check_queues(call));
    TRY(check_from(call, kind));
    return is_mail(kind) ? check_addresses(call) : ERR_OK;
}

static enum err miss(struct call *call, const char *member)
{
    return call_refuse_body(call, arena_printf(call->arena, "/%s", member), "required",
                            call_say(call, "falta", "is missing"));
}

/* A new one has all that it needs: a mail server may know no logins, a ticket system always wants a secret.
 */
static enum err check_whole(struct call *call, const char *kind)
{
    bool has_secret = read_text(call, "secret") != NULL, has_login = read_text(call, "login") != NULL;

    if (!is_mail(kind))
        return has_secret ? ERR_OK : miss(call, "secret");
    if (read_text(call, "from") == NULL)
        return miss(call, "from");
    if (has_secret == has_login)
        return ERR_OK;
    return miss(call, has_secret ? "login" : "secret");
}

/* ---- its secret ---- */

/* NULL stays NULL: it is not changed. */
static enum err seal_secret(struct call *call, int64_t id, const char *secret, const char **ret)
{
    const struct seal_context context = {id, "connector"};

    *ret = NULL;
    return secret == NULL ? ERR_OK : outlet_seal(call, &context, (struct secret){secret}, ret);
}

enum err api_connector_create(struct call *call)
{
    struct connector_order order = {.kind = read_text(call, "kind"),
                                    .name = read_text(call, "name"),
                                    .url = read_text(call, "url"),
                                    .settings = write_settings(call),
                                    .created_by = call->caller.name};

    TRY(check_body(call, order.kind));
    TRY(check_whole(call, order.kind));
    TRY(outlet_new_id(call->db, call->arena, &order.id));
    TRY(seal_secret(call, order.id, text_or_empty(read_text(call, "secret")), &order.secret));
    TRY(connector_add(call->db, &order, call->arena));
    call->status = 201;
    call_add_header(
        call, "Location",
        arena_printf(call->arena, "/api/v1/connectors/%s", outlet_write_id(call, "con_", order.id)));
    return show(call, order.id);
}

enum err api_connector_patch(struct call *call)
{
    const struct json *enabled = json_get(call->body, "enabled");
    bool is_enabled = json_bool(enabled, false);
    struct connector_change change = {.name = read_text(call, "name"),
                                      .url = read_text(call, "url"),
                                      .settings = write_settings(call),
                                      .enabled = enabled != NULL ? &is_enabled : NULL};
    struct shown_row row = {0};
    const char *kind = "";

    TRY(find(call, &row));
    TRY(connector_kind(call->db, row.id, call->arena, &kind));
    TRY(check_body(call, kind));
    TRY(seal_secret(call, row.id, read_text(call, "secret"), &change.secret));
    TRY(connector_patch(call->db, row.id, &change, call->arena));
    return show(call, row.id);
}

enum err api_connector_delete(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    TRY(outlet_delete(call->db, row.id, call->arena));
    call->status = 204;
    return ERR_OK;
}

/* ---- shown ---- */

enum err api_connector_show(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    outlet_write(call, &row, NULL);
    return ERR_OK;
}

enum err api_connector_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct shown_rows rows;
    int64_t after;

    TRY(call_query_after(call, "con_", &after));
    TRY(connector_list(call->db, after, limit + 1, call->arena, &rows));
    call_write_page(call, "con_", &rows);
    return ERR_OK;
}

enum err api_connector_deliveries(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    return outlet_answer_deliveries(call, row.id);
}

enum err api_connector_redeliver(struct call *call)
{
    struct shown_row row = {0};

    TRY(find(call, &row));
    return outlet_answer_redeliver(call, row.id);
}
