/* Secrets taken out of what is handed over. */
#include <string.h>
#include <strings.h>

#include "provisioning/desk/handoff.h"

/* Parts of names that only secrets have. */
static const char *const secret_parts[] = {"password", "passphrase", "secret", "presharedkey", "wepkey",
                                           "psk",      "senha",      "token",  "sealed"};

static bool is_secret_name(const char *name)
{
    for (size_t i = 0; i < sizeof(secret_parts) / sizeof(*secret_parts); i++)
        if (strcasestr(name, secret_parts[i]) != NULL)
            return true;
    return false;
}

/* {"what": "wifi.2g.passphrase", "before": …, "after": …}: the object is about a secret. */
static bool is_about_secret(const struct json *object)
{
    static const char *const namers[] = {"what", "name", "fact"};

    for (size_t i = 0; i < sizeof(namers) / sizeof(*namers); i++)
        if (is_secret_name(json_string(json_get(object, namers[i]), "")))
            return true;
    return false;
}

static bool is_value_name(const char *name)
{
    static const char *const values[] = {"before", "after", "value"};

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (strcmp(name, values[i]) == 0)
            return true;
    return false;
}

static void redact_object(const struct json *object, struct json_writer *out)
{
    bool about_secret = is_about_secret(object);

    json_open_object(out);
    for (size_t i = 0; i < json_count(object); i++) {
        const char *name;
        const struct json *value = json_member(object, i, &name);

        json_key(out, name);
        if (is_secret_name(name) || (about_secret && is_value_name(name)))
            json_put_null(out);
        else
            desk_redact(value, out);
    }
    json_close_object(out);
}

/* As deep as the reader lets anything be. NOLINTNEXTLINE(misc-no-recursion) */
void desk_redact(const struct json *value, struct json_writer *out)
{
    switch (json_kind(value)) {
    case JSON_OBJECT:
        redact_object(value, out);
        return;
    case JSON_ARRAY:
        json_open_array(out);
        for (size_t i = 0; i < json_count(value); i++)
            desk_redact(json_at(value, i), out);
        json_close_array(out);
        return;
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_INT:
    case JSON_REAL:
    case JSON_STRING:
        json_put_value(out, value);
        return;
    }
}
