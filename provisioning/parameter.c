#include "provisioning/parameter.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/text.h"

enum { NAME_MAX_CHARACTERS = 256 }; /* TR-069 A.3.2.1 */

/* Parts of a parameter's last name that make it a secret, in lower case. */
static const char *const secret_parts[] = {
    "password",     "passphrase", "userpwd",    "presharedkey", "wepkey",
    "sharedsecret", "secret",     "privatekey", "pin",
};

/* Last names that contain such a part and are no secrets. */
static const char *const open_names[] = {
    "x_password_set", "passwordreset", "passwordrequired", "pinging", "spinning",
};

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot == NULL ? name : dot + 1;
}

/* "pin" only as a whole word, or "Shipping" would be hidden. */
static bool holds_part(const char *lower, const char *part)
{
    if (strcmp(part, "pin") == 0)
        return strcmp(lower, "pin") == 0 || text_ends_with(lower, "_pin");
    return strstr(lower, part) != NULL;
}

bool parameter_is_secret(const char *name)
{
    char lower[NAME_MAX_CHARACTERS + 1];
    const char *last = last_part(name);
    size_t len = strlen(last);

    if (len >= sizeof(lower))
        return true; /* too long to judge: keep it hidden */
    for (size_t i = 0; i <= len; i++)
        lower[i] = (char)tolower((unsigned char)last[i]);
    for (size_t i = 0; i < sizeof(open_names) / sizeof(*open_names); i++)
        if (strcmp(lower, open_names[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof(secret_parts) / sizeof(*secret_parts); i++)
        if (holds_part(lower, secret_parts[i]))
            return true;
    return false;
}

bool parameter_is_momentary(const char *name)
{
    static const char *const acts[] = {"DiagnosticsState", "Reset",          "FactoryReset",
                                       "Reboot",           "ScheduleReboot", "DelayReboot"};

    for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++)
        if (strcmp(last_part(name), acts[i]) == 0)
            return true;
    return false;
}

static bool booleans_equal(const char *a, const char *b)
{
    bool left, right;

    return text_read_bool(a, &left) == ERR_OK && text_read_bool(b, &right) == ERR_OK && left == right;
}

static bool signed_equal(const char *a, const char *b)
{
    int64_t left, right;

    return text_read_i64(a, &left) == ERR_OK && text_read_i64(b, &right) == ERR_OK && left == right;
}

static bool unsigned_equal(const char *a, const char *b)
{
    uint64_t left, right;

    return text_read_u64(a, &left) == ERR_OK && text_read_u64(b, &right) == ERR_OK && left == right;
}

static bool times_equal(const char *a, const char *b)
{
    int64_t left, right;

    return text_read_time(a, &left) == ERR_OK && text_read_time(b, &right) == ERR_OK && left == right;
}

bool parameter_values_equal(enum cwmp_type type, const char *a, const char *b)
{
    static bool (*const equal[CWMP_TYPE_COUNT])(const char *, const char *) = {
        [CWMP_BOOLEAN] = booleans_equal,
        [CWMP_INT] = signed_equal,
        [CWMP_LONG] = signed_equal,
        [CWMP_UNSIGNED_INT] = unsigned_equal,
        [CWMP_UNSIGNED_LONG] = unsigned_equal,
        [CWMP_DATE_TIME] = times_equal,
        [CWMP_HEX_BINARY] = text_equal_nocase,
    };

    if (strcmp(a, b) == 0)
        return true;
    return equal[type] != NULL && equal[type](a, b);
}

bool parameter_is_path(const char *path)
{
    size_t length = text_utf8_length(path);

    if (length == 0 || length > NAME_MAX_CHARACTERS || path[0] == '.' || strstr(path, "..") != NULL)
        return false;
    for (const char *c = path; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return false;
    return true;
}

bool parameter_is_full_name(const char *name)
{
    return parameter_is_path(name) && !text_ends_with(name, ".") && strchr(name, '.') != NULL;
}

/* The last part of an object's path, without its dot; NULL: it is no object's. */
static const char *last_part_of_object(const char *path, size_t *ret_len)
{
    size_t len = strlen(path);
    size_t start;

    if (!parameter_is_path(path) || !text_ends_with(path, ".") || len < 2)
        return NULL;
    start = len - 1;
    while (start > 0 && path[start - 1] != '.')
        start--;
    *ret_len = len - 1 - start;
    return path + start;
}

bool parameter_is_row(const char *path)
{
    size_t len = 0;
    const char *last = last_part_of_object(path, &len);

    return last != NULL && last > path && *last != '0' && strspn(last, "0123456789") == len;
}

bool parameter_is_table(const char *path)
{
    size_t len = 0;
    const char *last = last_part_of_object(path, &len);

    return last != NULL && last > path && strspn(last, "0123456789") < len && strpbrk(path, "[]*{}") == NULL;
}

const struct cwmp_parameter_values *parameter_values_without_secrets(
    const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct cwmp_parameter_values *open = ARENA_NEW(arena, struct cwmp_parameter_values);

    open->items = ARENA_ARRAY(arena, struct cwmp_parameter_value, values->count);
    for (size_t i = 0; i < values->count; i++) {
        struct cwmp_parameter_value value = values->items[i];

        if (text_ends_with(value.name, "."))
            continue;
        if (parameter_is_secret(value.name))
            value.value = "";
        open->items[open->count++] = value;
    }
    return open;
}
