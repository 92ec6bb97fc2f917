#include "acs/api/sign_in_groups.h"

#include "acs/auth/group_role.h"
#include "acs/auth/role.h"
#include "acs/base/log.h"
#include "db/role.h"

enum { GROUPS_LOGGED = 10 };

/* Built in or a copy, which nobody takes away before the end of the transaction. */
static enum err is_role(struct call *call, const char *role, bool *ret)
{
    const char *unused;
    enum role built_in;
    enum err err = ERR_OK;

    if (!role_by_name(role, &built_in))
        err = role_find(call->db, role, true, call->arena, &unused);
    *ret = err == ERR_OK;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const char *list(struct call *call, const struct sign_in_groups *groups)
{
    struct text out = TEXT_IN(call->arena);

    for (size_t i = 0; i < groups->count && i < GROUPS_LOGGED; i++)
        text_printf(&out, "%s%s", i > 0 ? "; " : "", groups->items[i]);
    return text_string(&out);
}

enum err sign_in_find_role(struct call *call, const struct sign_in_groups *groups, const char **ret)
{
    const char *role = group_roles_find(groups->roles, groups->items, groups->count);
    bool there = false;

    *ret = NULL;
    if (role != NULL)
        TRY(is_role(call, role, &there));
    if (there) {
        *ret = role;
        return ERR_OK;
    }
    if (role != NULL)
        log_error("the table of groups gives a role that there is not", log_s("table", groups->setting),
                  log_s("role", role));
    log_warn("no group of somebody has a role here", log_s("table", groups->setting),
             log_s("login", groups->login), log_s("groups", list(call, groups)),
             log_i("count", (int64_t)groups->count));
    return ERR_OK;
}
