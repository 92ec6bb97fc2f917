#include "acs/api/scope.h"

#include <string.h>

#include "acs/api/trail.h"
#include "acs/base/log.h"
#include "db/filter.h"
#include "db/scope.h"

/* ---- the filter ---- */

enum err scope_open(struct call *call)
{
    const char *scope = call->caller.scope;
    bool readable;

    if (scope == NULL)
        return ERR_OK;
    TRY(scope_filter(scope, call->arena, &call->scope, &readable));
    if (!readable)
        log_error("a scope cannot be read: no homes are in it", log_s("name", call->caller.name),
                  log_s("scope", scope));
    return ERR_OK;
}

enum err scope_read(struct call *call, bool *ret_given, const char **ret)
{
    const struct json *given = json_get(call->body, "scope");
    const struct filter *filter;
    struct filter_error error;

    *ret_given = given != NULL;
    *ret = json_string(given, NULL);
    if (*ret == NULL || filter_parse(*ret, &scope_rules, call->arena, &filter, &error) == ERR_OK)
        return ERR_OK;
    complain(call_complaints(call),
             &(struct complaint){.pointer = "/scope",
                                 .code = filter_fault_code(error.fault),
                                 .detail = filter_say(&error, call->language == LANGUAGE_PT, call->arena),
                                 .line = 1,
                                 .column = error.column});
    return call_refuse(call, PROBLEM_INVALID, NULL);
}

/* ---- what is named ---- */

enum { NAMED_MAX = 1024 };

struct named {
    struct call *call;
    struct ids {
        int64_t items[NAMED_MAX];
        size_t count;
    } devices, subscribers, verdicts, cases, alarms;
    const char *texts[NAMED_MAX];
    size_t text_count;
    bool too_many;
};

static void add_number(struct named *named, struct ids *ids, int64_t id)
{
    for (size_t i = ids->count; i > 0; i--)
        if (ids->items[i - 1] == id)
            return;
    if (ids->count == NAMED_MAX)
        named->too_many = true;
    else
        ids->items[ids->count++] = id;
}

static void add_text(struct named *named, const char *text)
{
    if (named->text_count == NAMED_MAX)
        named->too_many = true;
    else
        named->texts[named->text_count++] = text;
}

/* What is no id of these names no home. */
static void take_id(struct named *named, const char *text)
{
    const struct {
        const char *prefix;
        struct ids *ids; /* NULL: the text is the id */
    } kinds[] = {
        {"dev_", &named->devices    },
        {"sub_", &named->subscribers},
        {"ver_", &named->verdicts   },
        {"cas_", &named->cases      },
        {"alm_", &named->alarms     },
        {"act_", NULL               },
        {"run_", NULL               },
        {"fil_", NULL               },
    };
    int64_t number;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (!text_starts_with(text, kinds[i].prefix))
            continue;
        if (kinds[i].ids == NULL)
            add_text(named, text);
        else if (crypto_read_number_id(kinds[i].prefix, text, &number))
            add_number(named, kinds[i].ids, number);
    }
}

/* "device:dev_…,action:act_…" and "/api/v1/devices/dev_…" as well as an id alone. */
static void take_words(struct named *named, const char *text)
{
    static const char between[] = ":,/. ";

    while (*(text += strspn(text, between)) != '\0') {
        size_t len = strcspn(text, between);

        take_id(named, arena_memdup(named->call->arena, text, len));
        text += len;
    }
}

static const struct json *element(const struct json *holder, size_t i)
{
    const char *name;

    return json_kind(holder) == JSON_OBJECT ? json_member(holder, i, &name) : json_at(holder, i);
}

/* Members, and what is in those that hold some themselves, like the parameters of an action. */
static void take_body(struct named *named, const struct json *body)
{
    for (size_t i = 0; i < json_count(body); i++) {
        const struct json *value = element(body, i);

        take_words(named, json_string(value, ""));
        for (size_t j = 0; j < json_count(value); j++)
            take_words(named, json_string(element(value, j), ""));
    }
}

static struct named *new_named(struct call *call)
{
    struct named *named = ARENA_NEW(call->arena, struct named);

    named->call = call;
    return named;
}

static struct named *read_request(struct call *call)
{
    struct named *named = new_named(call);

    for (size_t i = 0; i < ROUTE_CAPTURES_MAX; i++)
        if (call->captures[i] != NULL)
            take_id(named, call->captures[i]);
    if (call_query(call, "topics") != NULL)
        take_words(named, call_query(call, "topics"));
    if (call->body != NULL)
        take_body(named, call->body);
    return named;
}

/* ---- looked at ---- */

static struct scope_ids ids_of(const struct ids *ids)
{
    return (struct scope_ids){ids->items, ids->count};
}

/* What is about a home stands for it. */
static enum err add_homes_of(struct named *named)
{
    const struct scope_things things = {named->texts, named->text_count, ids_of(&named->verdicts),
                                        ids_of(&named->cases), ids_of(&named->alarms)};
    struct call *call = named->call;
    struct scope_home *homes;
    size_t count;

    if (things.text_count + things.verdicts.count + things.cases.count + things.alarms.count == 0)
        return ERR_OK;
    TRY(scope_homes_of(call->db, &things, call->arena, &homes, &count));
    for (size_t i = 0; i < count; i++) {
        if (homes[i].subscriber_id != 0)
            add_number(named, &named->subscribers, homes[i].subscriber_id);
        else
            add_number(named, &named->devices, homes[i].device_id);
    }
    return ERR_OK;
}

static enum err is_inside(struct named *named, bool *ret)
{
    struct call *call = named->call;

    TRY(add_homes_of(named));
    *ret = !named->too_many;
    if (named->too_many || named->devices.count + named->subscribers.count == 0)
        return ERR_OK;
    return scope_inside(call->db, call->scope, ids_of(&named->devices), ids_of(&named->subscribers),
                        call->arena, ret);
}

static bool names_any(const struct named *named)
{
    return named->devices.count + named->subscribers.count + named->verdicts.count + named->cases.count +
               named->alarms.count + named->text_count >
           0;
}

enum err scope_check_request(struct call *call)
{
    struct named *named;
    bool inside;

    if (call->scope == NULL)
        return ERR_OK;
    named = read_request(call);
    call->scope_is_checked = names_any(named);
    TRY(is_inside(named, &inside));
    return inside ? ERR_OK : call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

/* The devices and subscribers whose ids are anywhere in it, in whatever member. */
static struct named *read_answer(struct call *call)
{
    static const char *const prefixes[] = {"\"dev_", "\"sub_"};
    struct named *named = new_named(call);
    const char *text = text_string(&call->text);

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        for (const char *at = text; (at = strstr(at, prefixes[i])) != NULL;) {
            size_t len = strcspn(++at, "\"");

            if (len < NUMBER_ID_MAX)
                take_id(named, arena_memdup(call->arena, at, len));
        }
    for (size_t i = 0; i < call->header_count; i++) /* where a home is found */
        take_words(named, call->headers[i].value);
    return named;
}

enum err scope_check_answer(struct call *call)
{
    bool inside;

    if (call->scope == NULL || call->scope_is_checked)
        return ERR_OK;
    TRY(is_inside(read_answer(call), &inside));
    if (inside)
        return ERR_OK;
    if (!route_changes(call->route))
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    return call_refuse(call, PROBLEM_FORBIDDEN,
                       call_say(call, "Fica fora do seu escopo.", "It is outside of your scope."));
}
