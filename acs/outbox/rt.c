/*
 * Request Tracker 5, by its REST 2.
 *
 * A ticket is found again by its key in its subject, a note by the event's id in its own. What people
 * there answer (Correspond) comes back; what they say among themselves (Comment) stays there.
 */
#include <inttypes.h>
#include <string.h>

#include "acs/http/ask.h"
#include "acs/outbox/html_text.h"
#include "acs/outbox/tracker.h"

#define REST "/REST/2.0"

enum { NEWS_MOST = 50, REPLY_MAX = 4000 };

/* ---- who we are ---- */

/* A user with a password, or a token of RT's own. */
static enum err rt_open(struct tracker_desk *desk, struct secret secret)
{
    const char *login = json_string(json_get(desk->settings, "login"), NULL);

    desk->authorization =
        login == NULL ? arena_printf(desk->arena, "token %s", secret.hidden)
                      : http_basic(arena_printf(desk->arena, "%s:%s", login, secret.hidden), desk->arena);
    return ERR_OK;
}

/* ---- what is sent ---- */

static void write_page(struct tracker_desk *desk, const struct tracker_message *message,
                       struct json_writer *json)
{
    size_t len = message->page == NULL ? 0 : strlen(message->page);
    char *encoded;

    if (len == 0)
        return;
    encoded = arena_alloc(desk->arena, len * 2 + 4);
    crypto_base64(message->page, len, encoded);
    json_key(json, "Attachments");
    json_open_array(json);
    json_open_object(json);
    json_field_string(json, "FileName", message->page_name);
    json_field_string(json, "FileType", "text/html");
    json_field_string(json, "FileContent", encoded);
    json_close_object(json);
    json_close_array(json);
}

static const char *write_ticket(struct tracker_desk *desk, const struct tracker_message *message)
{
    static const int64_t priorities[] = {0, 50, 100, 150}; /* Low, Medium and High as RT comes, and more */
    struct text out = TEXT_IN(desk->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "Queue", message->queue);
    json_field_string(&json, "Subject", arena_printf(desk->arena, "%s [%s]", message->subject, message->key));
    json_field_string(&json, "Content", message->text);
    json_field_string(&json, "ContentType", "text/plain");
    json_field_int(&json, "Priority", priorities[message->urgency]);
    json_field_string(&json, "RefersTo", message->link);
    write_page(desk, message, &json);
    json_close_object(&json);
    return text_string(&out);
}

static const char *write_note(struct tracker_desk *desk, const struct tracker_message *message)
{
    struct text out = TEXT_IN(desk->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "Subject", arena_printf(desk->arena, "%s [%s]", message->subject, message->key));
    json_field_string(&json, "Content", message->text);
    json_field_string(&json, "ContentType", "text/plain");
    if (message->reopens)
        json_field_string(&json, "Status", "open");
    write_page(desk, message, &json);
    json_close_object(&json);
    return text_string(&out);
}

/* [{"field":…,"operator":…,"value":…}] */
static const char *write_condition(struct tracker_desk *desk, const char *field, const char *relation,
                                   const char *value)
{
    struct text out = TEXT_IN(desk->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_array(&json);
    json_open_object(&json);
    json_field_string(&json, "field", field);
    json_field_string(&json, "operator", relation);
    json_field_string(&json, "value", value);
    json_close_object(&json);
    json_close_array(&json);
    return text_string(&out);
}

/* ---- looked for before it is sent ---- */

/* An id comes as a number or as a text of digits. NULL: it is none. */
static const char *read_id(const struct json *value, struct arena *arena)
{
    int64_t number = json_int(value, 0);
    uint64_t read;

    if (number == 0 && text_read_u64(json_string(value, ""), &read) == ERR_OK && read <= INT64_MAX)
        number = (int64_t)read;
    return number <= 0 ? NULL : arena_printf(arena, "%" PRId64, number);
}

static enum err lacks(const char *what)
{
    return err_set(ERR_UNAVAILABLE, "the answer has no %s: is this RT's REST 2?", what);
}

/* The first whose subject has it. */
static enum err find_ticket(struct tracker_desk *desk, const char *key, const char **ret)
{
    const char *path = arena_printf(
        desk->arena, REST "/tickets?fields=Subject&orderby=id&query=Subject%%20LIKE%%20%%27%%5B%s%%5D%%27",
        key);
    const struct json *items;
    AUTO_JSON answer = NULL;

    *ret = NULL;
    TRY(tracker_ask(desk, "GET", path, NULL, &answer));
    items = json_get(answer, "items");
    if (json_kind(items) != JSON_ARRAY)
        return lacks("items");
    for (size_t i = 0; i < json_count(items) && *ret == NULL; i++)
        if (strstr(json_string(json_get(json_at(items, i), "Subject"), ""), key) != NULL)
            *ret = read_id(json_get(json_at(items, i), "id"), desk->arena);
    return ERR_OK;
}

static enum err has_note(struct tracker_desk *desk, const char *number, const struct tracker_message *message,
                         bool *ret)
{
    const char *path = arena_printf(desk->arena, REST "/ticket/%s/attachments", number);
    const char *body =
        write_condition(desk, "Subject", "LIKE", arena_printf(desk->arena, "[%s]", message->key));
    AUTO_JSON answer = NULL;

    TRY(tracker_ask(desk, "POST", path, body, &answer));
    if (json_kind(json_get(answer, "items")) != JSON_ARRAY)
        return lacks("items");
    *ret = json_count(json_get(answer, "items")) > 0;
    return ERR_OK;
}

static enum err rt_create(struct tracker_desk *desk, const struct tracker_message *message,
                          struct tracker_made *ret)
{
    const char *number = NULL;
    AUTO_JSON answer = NULL;

    TRY(find_ticket(desk, message->key, &number));
    if (number == NULL) {
        TRY(tracker_ask(desk, "POST", REST "/ticket", write_ticket(desk, message), &answer));
        number = read_id(json_get(answer, "id"), desk->arena);
    }
    if (number == NULL)
        return lacks("ticket");
    ret->number = number;
    ret->url = tracker_url(desk, arena_printf(desk->arena, "/Ticket/Display.html?id=%s", number));
    return ERR_OK;
}

static enum err rt_note(struct tracker_desk *desk, const char *number, const struct tracker_message *message)
{
    AUTO_JSON answer = NULL;
    bool is_there = false;

    TRY(has_note(desk, number, message, &is_there));
    if (is_there)
        return ERR_OK;
    return tracker_ask(desk, "POST", arena_printf(desk->arena, REST "/ticket/%s/comment", number),
                       write_note(desk, message), &answer);
}

/* ---- read ---- */

static bool ends_ticket(const struct tracker_desk *desk, const char *state)
{
    static const char *const usual[] = {"resolved", "rejected", "deleted"};
    const struct json *done = json_get(desk->settings, "done");
    size_t count = done == NULL ? sizeof(usual) / sizeof(*usual) : json_count(done);

    for (size_t i = 0; i < count; i++)
        if (strcmp(state, done == NULL ? usual[i] : json_string(json_at(done, i), "")) == 0)
            return true;
    return false;
}

/* The text of what somebody wrote: as plain text if there is one, else its HTML without what is not text. */
static enum err choose_part(struct tracker_desk *desk, const char *transaction, const char **ret_id,
                            bool *ret_is_html)
{
    const char *path = arena_printf(
        desk->arena, REST "/transaction/%s/attachments?fields=ContentType,Filename&orderby=id&per_page=50",
        transaction);
    AUTO_JSON answer = NULL;
    const struct json *items;

    *ret_id = NULL;
    TRY(tracker_ask(desk, "GET", path, NULL, &answer));
    items = json_get(answer, "items");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        const char *type = json_string(json_get(item, "ContentType"), "");
        bool is_plain = strcmp(type, "text/plain") == 0;

        if (json_string(json_get(item, "Filename"), "")[0] != '\0')
            continue;
        if (is_plain || (strcmp(type, "text/html") == 0 && *ret_id == NULL)) {
            *ret_id = read_id(json_get(item, "id"), desk->arena);
            *ret_is_html = !is_plain;
        }
        if (is_plain)
            break;
    }
    return ERR_OK;
}

/* base64 in lines. */
static enum err unwrap(struct tracker_desk *desk, const char *encoded, const char **ret)
{
    struct text bare = TEXT_IN(desk->arena);
    unsigned char *bytes;
    size_t len;

    for (; *encoded != '\0'; encoded++)
        if ((unsigned char)*encoded > ' ')
            text_putc(&bare, *encoded);
    bytes = arena_alloc(desk->arena, bare.len + 4);
    if (!crypto_unbase64(text_string(&bare), bare.len, bytes, &len))
        return lacks("base64");
    *ret = arena_memdup(desk->arena, bytes, len);
    return ERR_OK;
}

static enum err read_text(struct tracker_desk *desk, const char *transaction, const char **ret)
{
    AUTO_JSON answer = NULL;
    const char *id = NULL, *content = "";
    bool is_html = false;

    *ret = "";
    TRY(choose_part(desk, transaction, &id, &is_html));
    if (id == NULL)
        return ERR_OK;
    TRY(tracker_ask(desk, "GET", arena_printf(desk->arena, REST "/attachment/%s", id), NULL, &answer));
    TRY(unwrap(desk, json_string(json_get(answer, "Content"), ""), &content));
    *ret = is_html ? html_text(content, REPLY_MAX, desk->arena) : plain_text(content, REPLY_MAX, desk->arena);
    return ERR_OK;
}

static enum err read_item(struct tracker_desk *desk, const struct json *from, struct tracker_status *ret)
{
    const char *type = json_string(json_get(from, "Type"), "");
    const char *id = read_id(json_get(from, "id"), desk->arena);
    struct tracker_item *item = &ret->items[ret->count];

    if (id == NULL)
        return lacks("id");
    *item = (struct tracker_item){.is_reply = strcmp(type, "Correspond") == 0,
                                  .by = json_string(json_get(json_get(from, "Creator"), "id"), "?"),
                                  .state = json_string(json_get(from, "NewValue"), "")};
    item->by = arena_strdup(desk->arena, item->by);
    item->state = arena_strdup(desk->arena, item->state);
    TRY(text_read_i64(id, &item->id));
    ret->seen = item->id > ret->seen ? item->id : ret->seen;
    if (item->is_reply)
        TRY(read_text(desk, id, &item->text));
    if (item->is_reply || (strcmp(type, "Status") == 0 && ends_ticket(desk, item->state)))
        ret->count++;
    return ERR_OK;
}

/* Of many the oldest first; the rest is read the next time. */
static enum err read_news(struct tracker_desk *desk, const char *number, struct tracker_status *ret)
{
    const char *path = arena_printf(
        desk->arena, REST "/ticket/%s/history?fields=Type,Creator,NewValue&orderby=id&per_page=%d", number,
        NEWS_MOST);
    const char *body = write_condition(desk, "id", ">", arena_printf(desk->arena, "%" PRId64, ret->seen));
    AUTO_JSON answer = NULL;
    const struct json *items;

    TRY(tracker_ask(desk, "POST", path, body, &answer));
    items = json_get(answer, "items");
    ret->items = ARENA_ARRAY(desk->arena, struct tracker_item, json_count(items) + 1);
    for (size_t i = 0; i < json_count(items); i++)
        TRY(read_item(desk, json_at(items, i), ret));
    return ERR_OK;
}

static enum err rt_read(struct tracker_desk *desk, const char *number, int64_t seen,
                        struct tracker_status *ret)
{
    AUTO_JSON answer = NULL;
    const char *state;

    *ret = (struct tracker_status){.seen = seen};
    TRY(tracker_ask(desk, "GET", arena_printf(desk->arena, REST "/ticket/%s", number), NULL, &answer));
    state = json_string(json_get(answer, "Status"), NULL);
    if (state == NULL)
        return lacks("Status");
    ret->state = arena_strdup(desk->arena, state);
    return read_news(desk, number, ret);
}

const struct tracker_system tracker_rt = {"rt", rt_open, rt_create, rt_note, rt_read};
