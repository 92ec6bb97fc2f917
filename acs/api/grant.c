#include "acs/api/grant.h"

#include "acs/auth/role.h"
#include "db/role.h"

static const char *list_names(struct call *call, capability_set capabilities)
{
    struct text out = TEXT_IN(call->arena);

    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++)
        if ((capabilities & CAPABILITY_BIT(i)) != 0)
            text_printf(&out, "%s%s", out.len > 0 ? ", " : "", capability_name((enum capability)i));
    return text_string(&out);
}

enum err grant_check(struct call *call, capability_set wanted)
{
    capability_set missing = wanted & ~caller_may_give(&call->caller);

    if (missing == 0)
        return ERR_OK;
    return call_refuse(call, PROBLEM_NOT_YOURS_TO_GIVE,
                       arena_printf(call->arena, "%s: %s",
                                    call_say(call, "Você mesmo não tem", "You do not have this yourself"),
                                    list_names(call, missing)));
}

enum err grant_check_holder(struct call *call, const char *role)
{
    capability_set capabilities;

    TRY(guard_role(call->db, role, true, call->arena, &capabilities));
    return grant_check(call, capabilities);
}

enum err grant_check_role(struct call *call, const char *role)
{
    const char *names;
    enum role built_in;
    enum err err = ERR_OK;

    if (role == NULL)
        return ERR_OK;
    if (!role_by_name(role, &built_in))
        err = role_find(call->db, role, true, call->arena, &names);
    if (err == ERR_NOT_FOUND)
        return call_refuse_body(call, "/role", "choice",
                                call_say(call, "não existe", "there is no such role"));
    TRY(err);
    return grant_check_holder(call, role);
}

enum err grant_read_capabilities(struct call *call, capability_set *ret)
{
    const struct json *names = json_get(call->body, "capabilities");

    *ret = capabilities_of_all;
    for (size_t i = 0; i < json_count(names); i++) {
        enum capability capability;

        if (!capability_by_name(json_string(json_at(names, i), ""), &capability))
            return call_refuse_body(call, arena_printf(call->arena, "/capabilities/%zu", i), "choice",
                                    call_say(call, "não existe", "there is no such capability"));
        *ret |= CAPABILITY_BIT(capability);
    }
    return ERR_OK;
}

void grant_write_capabilities(struct call *call, capability_set capabilities)
{
    json_key(&call->json, "capabilities");
    json_open_array(&call->json);
    for (unsigned i = CAPABILITY_PUBLIC + 1; i < CAPABILITY_COUNT; i++)
        if ((capabilities & CAPABILITY_BIT(i)) != 0)
            json_put_string(&call->json, capability_name((enum capability)i));
    json_close_array(&call->json);
}
