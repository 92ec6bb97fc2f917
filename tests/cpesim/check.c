#include "tests/cpesim/check.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "acs/base/text.h"

#define LEAST INT64_MIN
#define MOST  INT64_MAX

typedef bool form_fn(const char *value);

static bool is_http_url(const char *value)
{
    return *value == '\0' || text_starts_with(value, "http://") || text_starts_with(value, "https://");
}

static bool is_ipv4(const char *value)
{
    struct in_addr address;

    return *value == '\0' || inet_pton(AF_INET, value, &address) == 1;
}

static bool is_ascii(const char *value)
{
    for (; *value != '\0'; value++)
        if (*value < ' ' || *value > '~')
            return false;
    return true;
}

static const struct check {
    int64_t min, max;
    const char *choices;
    form_fn *form;
} checks[] = {
#define CHECK(id, min, max, choices, form) [CHECK_##id] = {min, max, choices, form},
#include "tests/cpesim/check.def"
#undef CHECK
};

static bool is_listed(const char *choices, const char *value)
{
    size_t len = strlen(value);

    for (const char *at = choices; *at != '\0';) {
        size_t item = strcspn(at, ",");

        if (item == len && memcmp(at, value, len) == 0)
            return true;
        at += item;
        at += *at == ',';
    }
    return false;
}

static enum err check_choice(const struct check *check, const char *value)
{
    if (check->choices != NULL && !is_listed(check->choices, value))
        return err_set(ERR_INVALID, "is none of %s", check->choices);
    if (check->form != NULL && !check->form(value))
        return err_set(ERR_INVALID, "has not the form it needs");
    return ERR_OK;
}

static enum err check_string(const struct check *check, const char *value, struct arena *arena,
                             const char **ret)
{
    size_t len = text_utf8_length(value);

    if ((int64_t)len > check->max)
        return err_set(ERR_INVALID, "has %zu characters, at most %" PRIi64 " are allowed", len, check->max);
    if ((int64_t)len < check->min)
        return err_set(ERR_INVALID, "has %zu characters, at least %" PRIi64 " are needed", len, check->min);
    *ret = arena_strdup(arena, value);
    return ERR_OK;
}

static enum err check_bool(const char *value, struct arena *arena, const char **ret)
{
    bool is_true;

    TRY(text_read_bool(value, &is_true));
    *ret = arena_strdup(arena, is_true ? "1" : "0");
    return ERR_OK;
}

static enum err check_signed(const struct check *check, enum cwmp_type type, const char *value,
                             struct arena *arena, const char **ret)
{
    int64_t number;

    TRY(text_read_i64(value, &number));
    if (type == CWMP_INT && (number < INT32_MIN || number > INT32_MAX))
        return err_set(ERR_INVALID, "is no 32-bit number");
    if (number < check->min || number > check->max)
        return err_set(ERR_INVALID, "is not between %" PRIi64 " and %" PRIi64, check->min, check->max);
    *ret = arena_printf(arena, "%" PRIi64, number);
    return ERR_OK;
}

static enum err check_unsigned(const struct check *check, enum cwmp_type type, const char *value,
                               struct arena *arena, const char **ret)
{
    uint64_t number;

    TRY(text_read_u64(value, &number));
    if (type == CWMP_UNSIGNED_INT && number > UINT32_MAX)
        return err_set(ERR_INVALID, "is no 32-bit number");
    if ((check->min > 0 && number < (uint64_t)check->min) ||
        (check->max >= 0 && number > (uint64_t)check->max))
        return err_set(ERR_INVALID, "is not between %" PRIi64 " and %" PRIi64, check->min, check->max);
    *ret = arena_printf(arena, "%" PRIu64, number);
    return ERR_OK;
}

/* A dateTime that a device is given is UTC and says so (TR-106 3.2.1). */
static enum err check_time(const char *value, struct arena *arena, const char **ret)
{
    int64_t us;

    TRY(text_read_time(value, &us));
    if (!text_ends_with(value, "Z"))
        return err_set(ERR_INVALID, "does not end in Z: it must be UTC");
    *ret = arena_strdup(arena, value);
    return ERR_OK;
}

static enum err check_hex(const struct check *check, const char *value, struct arena *arena, const char **ret)
{
    size_t len = strlen(value);

    if (strspn(value, "0123456789abcdefABCDEF") != len || len % 2 != 0)
        return err_set(ERR_INVALID, "is not hexadecimal");
    return check_string(check, value, arena, ret);
}

static enum err check_type(const struct check *check, enum cwmp_type type, const char *value,
                           struct arena *arena, const char **ret)
{
    switch (type) {
    case CWMP_BOOLEAN:
        return check_bool(value, arena, ret);
    case CWMP_INT:
    case CWMP_LONG:
        return check_signed(check, type, value, arena, ret);
    case CWMP_UNSIGNED_INT:
    case CWMP_UNSIGNED_LONG:
        return check_unsigned(check, type, value, arena, ret);
    case CWMP_DATE_TIME:
        return check_time(value, arena, ret);
    case CWMP_HEX_BINARY:
        return check_hex(check, value, arena, ret);
    case CWMP_STRING:
    case CWMP_BASE64:
    case CWMP_UNKNOWN_TYPE:
    case CWMP_TYPE_COUNT:
        break;
    }
    return check_string(check, value, arena, ret);
}

enum err check_value(enum cwmp_type type, enum check_id id, const char *value, struct arena *arena,
                     const char **ret)
{
    const struct check *check = &checks[id];
    const char *kept = NULL;

    TRY(check_type(check, type, value, arena, &kept));
    TRY(check_choice(check, kept));
    *ret = kept;
    return ERR_OK;
}
