#include "acs/api/redact.h"

#include <string.h>

#include "provisioning/action.h"
#include "provisioning/parameter.h"

static bool is_named(const char *const *names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* [{"name":…,"value":…}]: the values of parameters that hold secrets, whatever the model, are not kept. */
static void put_values(const struct json *values, struct json_writer *out)
{
    json_open_array(out);
    for (size_t i = 0; i < json_count(values); i++) {
        const struct json *item = json_at(values, i);
        const char *name = json_string(json_get(item, "name"), NULL);

        json_open_object(out);
        json_field_string(out, "name", name);
        json_key(out, "value");
        if (name == NULL || parameter_is_secret(name))
            json_put_null(out);
        else
            json_put_value(out, json_get(item, "value"));
        json_close_object(out);
    }
    json_close_array(out);
}

/* The arguments of any method may hold anything: only the method is kept. */
static void put_param(const struct action_kind *kind, const char *name, const struct json *value,
                      struct json_writer *out)
{
    bool free_form = strcmp(kind->name, "rpc") == 0 && strcmp(name, "method") != 0;

    json_key(out, name);
    if (free_form || is_named(kind->secrets, name))
        json_put_null(out);
    else if (strcmp(name, "values") == 0 && json_kind(value) == JSON_ARRAY)
        put_values(value, out);
    else
        json_put_value(out, value);
}

static void put_params(const struct json *params, const char *type, struct json_writer *out)
{
    const struct action_kind *kind = action_kind_find(type);

    if (kind == NULL || json_kind(params) != JSON_OBJECT) {
        json_put_null(out);
        return;
    }
    json_open_object(out);
    for (size_t i = 0; i < json_count(params); i++) {
        const char *name;
        const struct json *value = json_member(params, i, &name);

        put_param(kind, name, value, out);
    }
    json_close_object(out);
}

static const struct schema *member_schema(const struct schema *schema, const char *name)
{
    for (uint32_t i = 0; i < schema->member_count; i++)
        if (strcmp(schema->members[i].name, name) == 0)
            return schema->members[i].schema;
    return NULL;
}

static void put_object(const struct schema *schema, const struct json *object, struct json_writer *out)
{
    json_open_object(out);
    for (size_t i = 0; i < json_count(object); i++) {
        const char *name;
        const struct json *value = json_member(object, i, &name);
        const struct schema *inner = member_schema(schema, name);

        json_key(out, name);
        if (inner == NULL)
            json_put_null(out);
        else if (inner->secrecy == SCHEMA_SECRET_BY_KIND)
            put_params(value, json_string(json_get(object, "type"), ""), out);
        else
            redact(inner, value, out);
    }
    json_close_object(out);
}

static void put_array(const struct schema *schema, const struct json *array, struct json_writer *out)
{
    json_open_array(out);
    for (size_t i = 0; i < json_count(array); i++) {
        if (schema->items == NULL)
            json_put_null(out);
        else
            redact(schema->items, json_at(array, i), out);
    }
    json_close_array(out);
}

/* Depth is bounded by the schema, and by the reader of JSON. */
void redact(const struct schema *schema, const struct json *value, struct json_writer *out)
{
    enum json_kind kind = json_kind(value);

    if (schema->secrecy != SCHEMA_OPEN)
        json_put_null(out);
    else if (kind == JSON_OBJECT)
        put_object(schema, value, out);
    else if (kind == JSON_ARRAY)
        put_array(schema, value, out);
    else
        json_put_value(out, value);
}
