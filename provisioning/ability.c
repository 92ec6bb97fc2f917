#include "provisioning/ability.h"

#include <string.h>

#include "acs/base/text.h"
#include "provisioning/delivery.h"
#include "soap/rpc.h"

/* The names never hold a blank, so that one between two of them finds whole names only. */
static bool lists(const char *list, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = list; at != NULL && (at = strstr(at, name)) != NULL; at += len)
        if (at > list && at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

const char *ability_write(const struct cwmp_strings *methods, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    text_putc(&out, ' ');
    for (size_t i = 0; i < methods->count; i++) {
        if (delivery_find(methods->items[i]) == CWMP_UNKNOWN_METHOD)
            continue;
        text_puts(&out, methods->items[i]);
        text_putc(&out, ' ');
    }
    return text_string(&out);
}

const char *ability_add(const char *list, enum cwmp_method method, struct arena *arena)
{
    if (lists(list, cwmp_method_name(method)))
        return list;
    return arena_printf(arena, "%s%s ", list != NULL ? list : " ", cwmp_method_name(method));
}

/* A list without even what every device has is no list. */
static bool is_believed(const char *methods)
{
    return lists(methods, "GetParameterValues");
}

enum err ability_check(const struct ability_question *of, enum cwmp_method method)
{
    const struct ability *ability = of->ability;
    const char *name = cwmp_method_name(method);

    if (of->version < rpcs[method].since)
        return err_set(ERR_CONFLICT, "%s: the device speaks CWMP %s, which does not have it", name,
                       cwmp_version_name(of->version));
    if (of->quirks != NULL && quirks_avoid(of->quirks, method))
        return err_set(ERR_CONFLICT, "%s: devices of this model fail over it, so it is not sent", name);
    if (ability != NULL && lists(ability->refused, name))
        return err_set(ERR_CONFLICT, "%s: the device has answered that it does not support it", name);
    if (ability != NULL && is_believed(ability->methods) && !lists(ability->methods, name))
        return err_set(ERR_CONFLICT, "%s: the device does not have it among its methods", name);
    return ERR_OK;
}
