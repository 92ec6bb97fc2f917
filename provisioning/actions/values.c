#include "provisioning/actions/values.h"

#include <string.h>

#include "provisioning/actions/names.h"
#include "provisioning/parameter.h"
#include "soap/cwmp.h"

enum { VALUE_MAX = 32 * 1024, NAME_BYTES = 1100 };

/* "boolean", or "xsd:boolean" as values are shown. */
static enum cwmp_type read_type(const char *name)
{
    return cwmp_type_by_name(text_starts_with(name, "xsd:") ? name + strlen("xsd:") : name);
}

static enum err check_name(const char *prefix, const char *name, size_t index)
{
    char whole[NAME_BYTES];
    struct text text = {.data = whole, .capacity = sizeof(whole)};

    if (strlen(prefix) + strlen(name) + 1 >= sizeof(whole))
        return err_set(ERR_INVALID, "values[%zu].name: the name is too long", index);
    text_puts(&text, prefix);
    text_puts(&text, name);
    if (*name == '\0' || !parameter_is_full_name(whole))
        return err_set(ERR_INVALID, "values[%zu].name: '%.64s' is not a full parameter name", index, name);
    if (parameter_is_secret(whole))
        return err_set(ERR_INVALID,
                       "values[%zu].name: %.128s holds a secret, which this action would keep in the open",
                       index, name);
    return ERR_OK;
}

static enum err check_value(const struct json *values, const char *prefix, size_t index)
{
    const struct json *item = json_at(values, index);
    const char *name = json_string(json_get(item, "name"), "");
    const char *value = json_string(json_get(item, "value"), NULL);
    const char *type = json_string(json_get(item, "type"), NULL);

    TRY(err_while(names_check_keys(item, "name", "value", "type", NULL), "values[%zu]", index));
    TRY(check_name(prefix, name, index));
    if (value == NULL || strlen(value) > VALUE_MAX)
        return err_set(ERR_INVALID, "values[%zu].value: a text of at most %d bytes is expected", index,
                       VALUE_MAX);
    if (type != NULL && read_type(type) == CWMP_UNKNOWN_TYPE)
        return err_set(ERR_INVALID,
                       "values[%zu].type: '%.32s' is none of string, int, unsignedInt, long, "
                       "unsignedLong, boolean, dateTime, base64Binary, hexBinary",
                       index, type);
    for (size_t i = 0; i < index; i++)
        if (strcmp(json_string(json_get(json_at(values, i), "name"), ""), name) == 0)
            return err_set(ERR_INVALID, "values[%zu].name: %.128s is set twice", index, name);
    return ERR_OK;
}

enum err values_check(const struct json *values, const char *prefix, size_t most)
{
    size_t count = json_count(values);

    if (json_kind(values) != JSON_ARRAY || count == 0 || count > most)
        return err_set(ERR_INVALID, "values: a list of 1 to %zu parameters is expected", most);
    for (size_t i = 0; i < count; i++)
        TRY(check_value(values, prefix, i));
    return ERR_OK;
}

void values_read(const struct values_choice *choice, struct arena *arena, struct cwmp_parameter_values *ret)
{
    size_t left = json_count(choice->values) - choice->first;

    ret->count = choice->count < left ? choice->count : left;
    ret->items = ARENA_ARRAY(arena, struct cwmp_parameter_value, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(choice->values, choice->first + i);
        const char *asked = json_string(json_get(item, "type"), "string");

        ret->items[i].name =
            arena_printf(arena, "%s%s", choice->prefix, json_string(json_get(item, "name"), ""));
        ret->items[i].value = arena_strdup(arena, json_string(json_get(item, "value"), ""));
        ret->items[i].type = read_type(json_string(json_at(choice->types, i), asked));
    }
}

void values_write_types(struct json_writer *json, const struct cwmp_parameter_values *wanted,
                        const struct cwmp_parameter_values *now)
{
    json_key(json, "types");
    json_open_array(json);
    for (size_t i = 0; i < wanted->count; i++) {
        const struct cwmp_parameter_value *found = cwmp_value_of(now, wanted->items[i].name);
        enum cwmp_type type = found && found->type ? found->type : wanted->items[i].type;

        json_put_string(json, cwmp_type_name(type) + strlen("xsd:"));
    }
    json_close_array(json);
}

const struct cwmp_parameter_value *values_first_difference(const struct cwmp_parameter_values *wanted,
                                                           const struct cwmp_parameter_values *now)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const struct cwmp_parameter_value *found = cwmp_value_of(now, wanted->items[i].name);

        if (parameter_is_momentary(wanted->items[i].name))
            continue;
        if (found == NULL ||
            !parameter_values_equal(wanted->items[i].type, wanted->items[i].value, found->value))
            return &wanted->items[i];
    }
    return NULL;
}

bool values_are_momentary(const struct cwmp_parameter_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        if (parameter_is_momentary(values->items[i].name))
            return true;
    return false;
}

void values_names(const struct cwmp_parameter_values *values, struct arena *arena, struct cwmp_strings *ret)
{
    ret->count = values->count;
    ret->items = ARENA_ARRAY(arena, const char *, values->count);
    for (size_t i = 0; i < values->count; i++)
        ret->items[i] = values->items[i].name;
}
