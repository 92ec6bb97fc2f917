#include "provisioning/actions/names.h"

#include <stdarg.h>
#include <string.h>

#include "provisioning/parameter.h"

enum err names_check(const struct json *array, const char *field)
{
    size_t count = json_count(array);

    if (json_kind(array) != JSON_ARRAY || count == 0 || count > NAMES_MAX)
        return err_set(ERR_INVALID, "%s: a list of 1 to %d parameter names is expected", field, NAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string(json_at(array, i), "");

        if (!parameter_is_path(name))
            return err_set(ERR_INVALID, "%s[%zu]: '%.64s' is not a parameter name or path", field, i, name);
    }
    return ERR_OK;
}

void names_read(const struct json *array, struct arena *arena, struct cwmp_strings *ret)
{
    ret->count = json_count(array);
    ret->items = ARENA_ARRAY(arena, const char *, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = arena_strdup(arena, json_string(json_at(array, i), ""));
}

static bool is_listed(const char *key, va_list known)
{
    const char *candidate;

    while ((candidate = va_arg(known, const char *)) != NULL)
        if (strcmp(candidate, key) == 0)
            return true;
    return false;
}

enum err names_check_keys(const struct json *args, ...)
{
    for (size_t i = 0; i < json_count(args); i++) {
        const char *key = "";
        va_list known;
        bool listed;

        json_member(args, i, &key);
        va_start(known, args);
        listed = is_listed(key, known);
        va_end(known);
        if (!listed)
            return err_set(ERR_INVALID, "%.64s: this action has no such parameter", key);
    }
    return ERR_OK;
}
