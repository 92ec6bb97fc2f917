/* Roles: listed with who has them; copies of the built-in ones made, changed and deleted. */
#include <string.h>

#include "acs/api/grant.h"
#include "acs/api/routes.h"
#include "acs/auth/role.h"
#include "acs/base/log.h"
#include "db/role.h"

/* ---- shown ---- */

struct shown_role {
    const char *name, *title;
    const char *copy_of; /* NULL: built in */
    capability_set capabilities;
    int64_t revision; /* of a copy */
};

static struct shown_role show_built_in(const struct call *call, enum role role)
{
    return (struct shown_role){role_name(role), call_say(call, role_title_pt(role), role_title_en(role)),
                               NULL, role_capabilities(role), 0};
}

static struct shown_role show_copy(const struct call *call, const struct role_row *row)
{
    return (struct shown_role){row->name, row->title, row->copy_of,
                               capabilities_read(row->capabilities, call->arena), row->revision};
}

static struct role_use uses_of(const struct role_uses *uses, const char *role)
{
    for (size_t i = 0; i < uses->count; i++)
        if (strcmp(uses->items[i].role, text_or_empty(role)) == 0)
            return uses->items[i];
    return (struct role_use){0};
}

static void write_role(struct call *call, const struct shown_role *role, const struct role_uses *uses)
{
    const struct role_use use = uses_of(uses, role->name);
    struct json_writer *json = &call->json;

    json_open_object(json);
    json_field_string(json, "name", role->name);
    json_field_string(json, "title", role->title);
    json_field_bool(json, "built_in", role->copy_of == NULL);
    json_field_string(json, "copy_of", role->copy_of);
    grant_write_capabilities(call, role->capabilities);
    json_field_int(json, "users", use.people);
    json_field_int(json, "tokens", use.tokens);
    json_key(json, "revision");
    if (role->copy_of != NULL)
        json_put_int(json, role->revision);
    else
        json_put_null(json);
    json_close_object(json);
}

enum err api_role_list(struct call *call)
{
    struct role_rows copies;
    struct role_uses uses;

    TRY(role_list(call->db, call->arena, &copies));
    TRY(role_use_list(call->db, NULL, call->arena, &uses));
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        const struct shown_role role = show_built_in(call, (enum role)i);

        write_role(call, &role, &uses);
    }
    for (size_t i = 0; i < copies.count; i++) {
        const struct shown_role role = show_copy(call, &copies.items[i]);

        write_role(call, &role, &uses);
    }
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}

static enum err find_copy(struct call *call, const char *name, struct role_row *ret)
{
    struct role_rows copies;

    TRY(role_list(call->db, call->arena, &copies));
    for (size_t i = 0; i < copies.count; i++) {
        *ret = copies.items[i];
        if (strcmp(ret->name, name) == 0)
            return ERR_OK;
    }
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

static enum err show(struct call *call, const char *name)
{
    struct shown_role shown;
    struct role_uses uses;
    struct role_row copy = {0};
    enum role role;

    TRY(role_use_list(call->db, name, call->arena, &uses));
    if (role_by_name(name, &role)) {
        shown = show_built_in(call, role);
    } else {
        TRY(find_copy(call, name, &copy));
        call_add_etag(call, copy.revision);
        shown = show_copy(call, &copy);
    }
    write_role(call, &shown, &uses);
    return ERR_OK;
}

enum err api_role_show(struct call *call)
{
    return show(call, call->captures[0]);
}

/* ---- made and changed ---- */

/* As they are kept: without what everybody has. */
static void list_names(capability_set capabilities, const char **names, struct role_order *order)
{
    order->capabilities = names;
    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++)
        if ((capabilities & ~capabilities_of_all & CAPABILITY_BIT(i)) != 0)
            names[order->capability_count++] = capability_name((enum capability)i);
}

/* What the body says, or else what there was; the caller must have it to give. */
static enum err choose_capabilities(struct call *call, capability_set otherwise, capability_set *ret)
{
    *ret = otherwise;
    if (json_get(call->body, "capabilities") != NULL)
        TRY(grant_read_capabilities(call, ret));
    return grant_check(call, *ret);
}

enum err api_role_copy(struct call *call)
{
    const char *names[CAPABILITY_COUNT];
    struct role_order order = {.name = json_string(json_get(call->body, "name"), ""),
                               .title = json_string(json_get(call->body, "title"), ""),
                               .copy_of = json_string(json_get(call->body, "copy_of"), ""),
                               .created_by = call->caller.name};
    capability_set capabilities;
    enum role original, taken;
    enum err err;

    if (!role_by_name(order.copy_of, &original))
        return call_refuse_body(call, "/copy_of", "choice",
                                call_say(call, "não é um papel de fábrica", "is no built-in role"));
    if (role_by_name(order.name, &taken))
        return call_refuse(call, PROBLEM_EXISTS, NULL);
    TRY(choose_capabilities(call, role_capabilities(original), &capabilities));
    list_names(capabilities, names, &order);
    err = role_add(call->db, &order, call->arena);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_EXISTS, NULL);
    TRY(err);
    log_info("a role was made", log_s("name", order.name), log_s("copy_of", order.copy_of),
             log_s("by", call->caller.name));
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/roles/%s", order.name));
    return show(call, order.name);
}

/* A copy, as it was read, and none that may more than its changer has to give. */
static enum err take(struct call *call, struct role_row *ret)
{
    enum role built_in;
    enum err err;

    if (role_by_name(call->captures[0], &built_in))
        return call_refuse(call, PROBLEM_BUILT_IN, NULL);
    err = role_take(call->db, call->captures[0], call->arena, ret);
    if (err == ERR_NOT_FOUND)
        return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
    TRY(err);
    TRY(call_check_match(call, ret->revision));
    return grant_check(call, capabilities_read(ret->capabilities, call->arena));
}

/* It counts at once for all who have it. */
enum err api_role_patch(struct call *call)
{
    const char *names[CAPABILITY_COUNT];
    struct role_order order = {.title = json_string(json_get(call->body, "title"), NULL)};
    capability_set capabilities;
    struct role_row row = {0};

    TRY(take(call, &row));
    order.name = row.name;
    TRY(choose_capabilities(call, capabilities_read(row.capabilities, call->arena), &capabilities));
    list_names(capabilities, names, &order);
    TRY(role_patch(call->db, &order, call->arena));
    log_info("a role was changed", log_s("name", row.name), log_s("by", call->caller.name));
    return show(call, row.name);
}

enum err api_role_delete(struct call *call)
{
    struct role_uses uses;
    struct role_row row = {0};

    TRY(take(call, &row));
    TRY(role_use_list(call->db, row.name, call->arena, &uses));
    if (uses.count > 0)
        return call_refuse(call, PROBLEM_ROLE_IN_USE, NULL);
    TRY(role_delete(call->db, row.name, call->arena));
    log_info("a role was deleted", log_s("name", row.name), log_s("by", call->caller.name));
    call->status = 204;
    return ERR_OK;
}
