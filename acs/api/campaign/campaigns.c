/* Campaigns: written, changed, shown. */
#include "acs/api/campaign/campaigns.h"

#include "acs/api/actions.h"
#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "provisioning/campaign/plan.h"

enum err campaign_read_id(struct call *call, int64_t *ret)
{
    if (crypto_read_number_id("cmp_", call->captures[0], ret))
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

enum err campaign_take(struct call *call, int64_t *ret_id, struct campaign_held *ret)
{
    const struct campaign_actor actor = {call->caller.id, call->caller.name};

    TRY(campaign_read_id(call, ret_id));
    return campaign_hold(call->db, *ret_id, &actor, call->arena, ret);
}

static const char *write_id(struct call *call, int64_t id)
{
    char text[NUMBER_ID_MAX];

    crypto_write_number_id("cmp_", id, text);
    return arena_strdup(call->arena, text);
}

/* The verbs that it can be moved by now. */
static void write_verbs(struct json_writer *json, enum campaign_state state)
{
    json_key(json, "can");
    json_open_array(json);
    for (int i = 0; i < CAMPAIGN_VERB_COUNT; i++)
        if (campaign_may((enum campaign_verb)i, state))
            json_put_string(json, campaign_verb_name((enum campaign_verb)i));
    json_close_array(json);
}

enum err campaign_answer(struct call *call, int64_t id)
{
    struct campaign_row row;
    const char *causes;

    TRY(campaign_show(call->db, id, call->arena, &row));
    TRY(campaign_causes(call->db, id, call->arena, &causes));
    call_add_etag(call, row.revision);
    json_open_object(&call->json);
    call_put_members(call, row.shown);
    json_field_raw(&call->json, "causes", causes);
    write_verbs(&call->json, row.state);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- shown ---- */

enum err api_campaign_show(struct call *call)
{
    int64_t id;

    TRY(campaign_read_id(call, &id));
    return campaign_answer(call, id);
}

enum err api_campaign_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct shown_rows rows;
    int64_t after;

    TRY(call_query_after(call, "cmp_", &after));
    TRY(campaign_list(call->db, call_query(call, "state"), after, limit + 1, call->arena, &rows));
    call_write_page(call, "cmp_", &rows);
    return ERR_OK;
}

enum err api_campaign_targets(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct campaign_target_filter filter = {.state = call_query(call, "state"),
                                            .cause = call_query(call, "cause"),
                                            .wave = (int64_t)call_query_number(call, "wave") - 1,
                                            .failures = call_query_number(call, "failures"),
                                            .most = limit + 1};
    struct campaign_row row;
    struct shown_rows rows;
    int64_t id;

    TRY(campaign_read_id(call, &id));
    TRY(call_query_after(call, "dev_", &filter.after));
    TRY(campaign_show(call->db, id, call->arena, &row));
    TRY(campaign_targets(call->db, id, &filter, call->arena, &rows));
    call_write_page(call, "dev_", &rows);
    return ERR_OK;
}

enum err api_campaign_events(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct campaign_row row;
    struct shown_rows rows;
    int64_t id, after;

    TRY(campaign_read_id(call, &id));
    TRY(call_query_after(call, "evt_", &after));
    TRY(campaign_show(call->db, id, call->arena, &row));
    TRY(campaign_events(call->db, id, after, limit + 1, call->arena, &rows));
    call_write_page(call, "evt_", &rows);
    return ERR_OK;
}

/* ---- written ---- */

/* What is told of the plan begins with its place: "waves[0]: …". */
static enum err refuse_plan(struct call *call, const char *message)
{
    return call_refuse_body(call, "/plan", "invalid", arena_strdup(call->arena, message));
}

/* NULL: it is not given. */
static enum err read_plan(struct call *call, bool is_new, const char **ret)
{
    const struct json *plan = json_get(call->body, "plan");
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct campaign_plan read;
    bool known = true;

    *ret = NULL;
    if (plan == NULL && !is_new)
        return ERR_OK;
    if (campaign_plan_read(plan, &read) != ERR_OK)
        return refuse_plan(call, err_message());
    TRY(campaign_zone_is_known(call->db, read.zone, call->arena, &known));
    if (!known)
        return refuse_plan(call, arena_printf(call->arena, "zone: there is no time zone \"%s\"", read.zone));
    campaign_plan_write(&read, &json);
    *ret = text_string(&out);
    return ERR_OK;
}

static enum err read_filter(struct call *call, const char *text)
{
    const struct filter *filter;

    if (text == NULL || text[0] == '\0')
        return ERR_OK;
    return device_read_filter(call, text, (struct filter_place){.pointer = "/filter"}, &filter);
}

static const char *print(struct call *call, const struct json *value)
{
    struct text out = TEXT_IN(call->arena);

    if (value == NULL)
        return NULL;
    json_print(value, &out);
    return text_string(&out);
}

/* An action as it would be for one device, whichever that is. */
static enum err read_action(struct call *call, struct campaign_order *order)
{
    const char *type = json_string(json_get(call->body, "type"), NULL);
    const struct action_kind *kind = type != NULL ? action_kind_find(type) : NULL;
    struct action_order action = {0};

    if (type == NULL)
        return ERR_OK;
    if (kind == NULL || kind->internal || kind->secrets != NULL || kind->knows != NULL ||
        kind->wants_credentials)
        return call_refuse_body(
            call, "/type", "choice",
            call_say(call, "não é uma ação para muitos aparelhos", "is no action for many devices"));
    TRY(action_check_right(call, kind));
    TRY(action_read_params(call, kind, &action));
    action.kind = kind->name;
    TRY(action_use_file(call, &action));
    order->kind = kind->name;
    order->args = action.args;
    return ERR_OK;
}

/* ---- after another ---- */

static const char *join_states(struct call *call, const struct json *states)
{
    struct text out = TEXT_IN(call->arena);

    for (size_t i = 0; i < json_count(states); i++)
        text_printf(&out, "%s%s", i > 0 ? " " : "", json_string(json_at(states, i), ""));
    return text_string(&out);
}

static enum err find_followed(struct call *call, const char *text, int64_t own_id, int64_t *ret)
{
    struct campaign_row row;
    enum err err = ERR_NOT_FOUND;

    if (crypto_read_number_id("cmp_", text, ret) && *ret != own_id)
        err = campaign_show(call->db, *ret, call->arena, &row);
    if (err == ERR_NOT_FOUND)
        return call_refuse_body(
            call, "/after", "unknown",
            call_say(call, "não é outra campanha que exista", "is no other campaign that there is"));
    return err;
}

/* Both members or neither; a change may take them away. */
static enum err read_after(struct call *call, int64_t own_id, struct campaign_order *order)
{
    const struct json *after = json_get(call->body, "after"), *states = json_get(call->body, "after_states");
    bool is_none = after == NULL || json_kind(after) == JSON_NULL;

    if (after != NULL || own_id == 0)
        order->after_states = "";
    if (is_none != (states == NULL))
        return call_refuse_body(
            call, is_none ? "/after" : "/after_states", "required",
            is_none ? call_say(call, "falta, junto de after_states", "is missing beside after_states")
                    : call_say(call, "falta, junto de after", "is missing beside after"));
    if (is_none)
        return ERR_OK;
    order->after_states = join_states(call, states);
    return find_followed(call, json_string(after, ""), own_id, &order->after_id);
}

/* own_id 0: it is new. */
static enum err read_order(struct call *call, int64_t own_id, struct campaign_order *ret)
{
    bool is_new = own_id == 0;

    *ret = (struct campaign_order){.name = json_string(json_get(call->body, "name"), NULL),
                                   .filter = json_string(json_get(call->body, "filter"), is_new ? "" : NULL),
                                   .excludes = print(call, json_get(call->body, "excludes")),
                                   .reason = json_string(json_get(call->body, "reason"), NULL),
                                   .by = call->caller.name,
                                   .actor_id = call->caller.id};
    if (is_new && ret->excludes == NULL)
        ret->excludes = "{\"open_case\":true}";
    TRY(read_filter(call, ret->filter));
    TRY(read_plan(call, is_new, &ret->plan));
    TRY(read_after(call, own_id, ret));
    return read_action(call, ret);
}

enum err api_campaign_create(struct call *call)
{
    struct campaign_order order;
    int64_t id;

    TRY(read_order(call, 0, &order));
    TRY(campaign_create(call->db, &order, call->arena, &id));
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/campaigns/%s", write_id(call, id)));
    return campaign_answer(call, id);
}

enum err api_campaign_patch(struct call *call)
{
    struct campaign_order order;
    struct campaign_held held;
    int64_t id;
    enum err err;

    TRY(campaign_take(call, &id, &held));
    TRY(call_check_match(call, held.revision));
    if (json_get(call->body, "params") != NULL && json_get(call->body, "type") == NULL)
        return call_refuse_body(call, "/type", "required",
                                call_say(call, "falta, junto de params", "is missing beside params"));
    TRY(read_order(call, id, &order));
    err = campaign_change(call->db, id, held.revision, &order, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_NOT_NOW, NULL);
    TRY(err);
    return campaign_answer(call, id);
}
