/* The bundle of an escalated case: made, and read again. */
#include "acs/api/handoff.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/verdicts.h"
#include "acs/auth/device_secret.h"
#include "acs/base/clock.h"
#include "db/fact.h"
#include "db/secret.h"
#include "provisioning/desk/handoff.h"

enum { HANDOFF_FORMAT = 1, KEY_BYTES = 33, DAY_S = 86400, STEP_S = 600, POINTS_MOST = 200, KNOWN_LEAST = 6 };

const char *handoff_link(struct call *call, const char *key)
{
    return arena_printf(call->arena, "%s/handoffs/%s", call->config->cases.url, key);
}

/* ---- what is in it ---- */

static void write_fact(struct json_writer *json, const struct fact *fact)
{
    json_open_object(json);
    json_field_string(json, "name", fact->name);
    json_key(json, "value");
    if (fact->text != NULL)
        json_put_string(json, fact->text);
    else
        json_put_real(json, fact->number);
    json_field_string(json, "unit", fact_rows[fact->key].unit);
    json_field_time(json, "at", fact->at_us);
    json_close_object(json);
}

static void write_facts(struct json_writer *json, const struct facts *facts)
{
    json_key(json, "facts");
    json_open_array(json);
    for (size_t i = 0; i < facts->count; i++)
        write_fact(json, &facts->items[i]);
    json_close_array(json);
}

static enum err write_series(struct call *call, int64_t device_id, const char *name, struct json_writer *json)
{
    int64_t now_us = clock_now_us();
    const struct fact_range range = {.name = name,
                                     .from_us = now_us - (int64_t)DAY_S * US_PER_S,
                                     .until_us = now_us,
                                     .step_s = STEP_S,
                                     .most = POINTS_MOST};
    struct fact_points points;
    enum fact_key key = fact_key_of(name);

    TRY(fact_series(call->db, device_id, &range, call->arena, &points));
    json_open_object(json);
    json_field_string(json, "name", name);
    json_field_string(json, "unit", key == KEY_COUNT ? NULL : fact_rows[key].unit);
    json_key(json, "points");
    json_open_array(json);
    for (size_t i = 0; i < points.count; i++) {
        json_open_array(json);
        json_put_int(json, points.items[i].at_us / US_PER_S);
        json_put_real(json, points.items[i].mean);
        json_close_array(json);
    }
    json_close_array(json);
    json_close_object(json);
    return ERR_OK;
}

static enum err write_history(struct call *call, int64_t device_id, const char *names,
                              struct json_writer *json)
{
    json_key(json, "history");
    json_open_array(json);
    for (size_t len; names != NULL && *names != '\0'; names += len + (names[len] == ' ')) {
        len = strcspn(names, " ");
        TRY(write_series(call, device_id, arena_memdup(call->arena, names, len), json));
    }
    json_close_array(json);
    return ERR_OK;
}

/* A subscriber without a device has nothing that could be looked at. */
static enum err look_at_home(struct call *call, int64_t device_id, struct handoff_home *ret_home,
                             struct verdict_shown *ret_seen)
{
    *ret_home = (struct handoff_home){.device = "null", .sessions = "[]", .events = "[]"};
    *ret_seen = (struct verdict_shown){.row.answer = "null"};
    if (device_id == 0)
        return ERR_OK;
    TRY(handoff_home(call->db, device_id, call->arena, ret_home));
    return verdict_see(call, device_id, ret_seen);
}

static enum err collect(struct call *call, const struct case_held *held, const struct handoff_made *made,
                        struct text *out)
{
    struct json_writer json = JSON_WRITER(out);
    struct handoff_home home;
    struct verdict_shown seen;
    struct case_row row;

    TRY(case_show(call->db, held->id, call->config->cases.repeat_days, call->arena, &row));
    TRY(look_at_home(call, held->home.device_id, &home, &seen));
    json_open_object(&json);
    json_field_int(&json, "format", HANDOFF_FORMAT);
    json_field_time(&json, "made_at", clock_now_us());
    json_field_string(&json, "made_by", call->caller.name);
    json_field_time(&json, "expires_at", made->expires_at_us);
    json_field_string(&json, "summary", row.summary);
    json_field_raw(&json, "case", row.shown);
    json_field_int(&json, "contacts", row.contacts);
    json_field_raw(&json, "subscriber", row.customer != NULL ? row.customer : "null");
    json_field_raw(&json, "device", home.device);
    json_field_raw(&json, "verdict", seen.row.answer);
    write_facts(&json, &seen.question.facts);
    TRY(write_history(call, held->home.device_id, home.series, &json));
    json_field_raw(&json, "sessions", home.sessions);
    json_field_raw(&json, "events", home.events);
    json_field_raw(&json, "entries", row.entries);
    json_close_object(&json);
    return ERR_OK;
}

/* ---- without secrets ---- */

/* A text as it stands inside of JSON, without its quotes. */
static const char *as_json(const char *text, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_put_string(&json, text);
    return arena_memdup(arena, out.data + 1, out.len - 2);
}

static const char *blank(const char *text, const char *secret, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    const char *found;

    while ((found = strstr(text, secret)) != NULL) {
        text_add(&out, text, (size_t)(found - text));
        text_puts(&out, "•••");
        text = found + strlen(secret);
    }
    text_puts(&out, text);
    return text_string(&out);
}

/*
 * What somebody typed into a note, or a device says of itself, may be a secret that we know: it is blanked
 * wherever it stands. One that is too short to be one is left, as is one whose key is gone.
 */
static enum err blank_known(struct call *call, int64_t device_id, const char **document)
{
    struct secret_rows rows;

    if (call->config->keyring == NULL || device_id == 0)
        return ERR_OK;
    TRY(secret_list(call->db, device_id, call->arena, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        char secret[SECRET_BYTES_MAX + 1], kind[HOME_SECRET_KIND_MAX];
        const struct seal_context context = {device_id, device_secret_home_kind(rows.items[i].kind, kind)};

        if (keyring_open(call->config->keyring, &context, rows.items[i].sealed, secret) != ERR_OK)
            continue;
        if (strlen(secret) >= KNOWN_LEAST)
            *document = blank(*document, as_json(secret, call->arena), call->arena);
        crypto_wipe(secret, sizeof(secret));
    }
    return ERR_OK;
}

static enum err redact(const char *whole, struct arena *arena, const char **ret)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON document = NULL;

    TRY(json_read(whole, strlen(whole), &document));
    desk_redact(document, &json);
    *ret = text_string(&out);
    return ERR_OK;
}

static enum err write_page(struct call *call, const char *document, const char **ret)
{
    struct text out = TEXT_IN(call->arena);
    AUTO_JSON read = NULL;

    TRY(json_read(document, strlen(document), &read));
    desk_write_page(read, call->language == LANGUAGE_PT, &out);
    *ret = text_string(&out);
    return ERR_OK;
}

enum err handoff_make(struct call *call, const struct case_held *held, struct handoff_made *ret)
{
    unsigned char random[KEY_BYTES];
    char key[KEY_BYTES / 3 * 4 + 1];
    struct text whole = TEXT_IN(call->arena);
    struct handoff_order order = {.case_id = held->id, .made_by = call->caller.name};

    crypto_random(random, sizeof(random));
    crypto_base64url(random, sizeof(random), key);
    ret->key = order.key = arena_strdup(call->arena, key);
    ret->expires_at_us = order.expires_at_us =
        clock_now_us() + (int64_t)call->config->cases.handoff_ms * US_PER_MS;
    TRY(collect(call, held, ret, &whole));
    TRY(redact(text_string(&whole), call->arena, &order.document));
    TRY(blank_known(call, held->home.device_id, &order.document));
    TRY(write_page(call, order.document, &order.page));
    return handoff_add(call->db, &order, call->arena, &ret->id);
}

/* ---- read again ---- */

static bool wants_page(const struct call *call, bool otherwise)
{
    const char *accept = text_or_empty(call_header(call, "Accept"));

    if (strstr(accept, "text/html") != NULL)
        return true;
    return otherwise && strstr(accept, "application/json") == NULL;
}

/* It is personal, and text from outside: nothing may run in it, nobody may frame it or pass its address on.
 */
static void answer_row(struct call *call, const struct handoff_row *row, bool page)
{
    call->text = TEXT_IN(call->arena);
    text_puts(&call->text, page ? row->page : row->document);
    if (!page)
        return;
    call->content_type = "text/html; charset=utf-8";
    call_add_header(call, "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    call_add_header(call, "Referrer-Policy", "no-referrer");
    call_add_header(call, "X-Robots-Tag", "noindex, nofollow");
}

enum err api_case_handoff(struct call *call)
{
    struct handoff_row row;
    struct case_held held;

    TRY(case_look(call, &held));
    TRY(handoff_newest(call->db, held.id, call->arena, &row));
    if (row.id == 0)
        return call_refuse(call, PROBLEM_NOT_FOUND,
                           call_say(call, "O atendimento não foi escalado.", "The case was not escalated."));
    call_add_header(call, "Link",
                    arena_printf(call->arena, "<%s>; rel=\"alternate\"", handoff_link(call, row.key)));
    answer_row(call, &row, wants_page(call, false));
    return ERR_OK;
}

/* A key that is wrong and one that has expired are told nothing else. */
enum err api_handoff_show(struct call *call)
{
    struct handoff_row row;
    AUTO_DB db = NULL;

    TRY(db_borrow(call->config->pool, &db));
    TRY(handoff_by_key(db, call->captures[0], call->arena, &row));
    if (row.id == 0)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    answer_row(call, &row, wants_page(call, true));
    return ERR_OK;
}
