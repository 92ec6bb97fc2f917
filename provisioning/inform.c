#include "provisioning/inform.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/crypto.h"
#include "provisioning/parameter.h"

/* Fixed, since every node must come to the same hash; a device that makes two of its own values collide fools
 * itself. */
static const uint64_t hash_key[2] = {0x6661726f6c2d3031, 0x76616c7565732d31};

/* Values that change by themselves and have a column of their own, or mean nothing once they are old. */
static const char *const restless[] = {
    "DeviceInfo.UpTime",
    "Time.CurrentLocalTime",
    "ManagementServer.ParameterKey",
};

static const char *const roots[] = {"InternetGatewayDevice.", "Device."};

static int64_t hash_of(const struct text *all)
{
    struct hash128 hash = crypto_siphash128(hash_key, all->len > 0 ? all->data : "", all->len);

    return (int64_t)(hash.low ? hash.low : 1);
}

int64_t inform_hash_texts(const char *const *texts, size_t count, struct arena *arena)
{
    struct text all = TEXT_IN(arena);

    for (size_t i = 0; i < count; i++) {
        text_putc(&all, texts[i] == NULL ? 'n' : 't');
        if (texts[i] != NULL)
            text_add(&all, texts[i], strlen(texts[i]) + 1);
    }
    return hash_of(&all);
}

static bool is_restless(const char *name)
{
    for (size_t i = 0; i < sizeof(restless) / sizeof(*restless); i++)
        if (text_ends_with(name, restless[i]))
            return true;
    return false;
}

/* Of what lasts; a secret among it changes the hash and is written nowhere. */
static int64_t hash_values(const struct cwmp_parameter_values *values, struct arena *arena)
{
    struct text all = TEXT_IN(arena);

    for (size_t i = 0; i < values->count; i++) {
        const struct cwmp_parameter_value *value = &values->items[i];

        if (is_restless(value->name))
            continue;
        text_add(&all, value->name, strlen(value->name) + 1);
        text_add(&all, value->value, strlen(value->value) + 1);
        text_putc(&all, (char)value->type);
    }
    return hash_of(&all);
}

static const char *find_root(const struct cwmp_parameter_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        for (size_t r = 0; r < sizeof(roots) / sizeof(*roots); r++)
            if (text_starts_with(values->items[i].name, roots[r]))
                return roots[r];
    return NULL;
}

static const char *value_or_null(const struct cwmp_parameter_values *values, const char *suffix)
{
    const struct cwmp_parameter_value *found = cwmp_find_value(values, suffix);

    return found == NULL ? NULL : found->value;
}

static uint32_t event_bit(const char *code)
{
    unsigned long number;

    if (code[0] == 'M' && code[1] == ' ')
        return 1u << EVENT_BIT_METHOD;
    if (!isdigit((unsigned char)code[0]))
        return 1u << EVENT_BIT_OTHER;
    number = strtoul(code, NULL, 10);
    return number < EVENT_BIT_METHOD ? 1u << number : 1u << EVENT_BIT_OTHER;
}

static void read_events(const struct cwmp_inform *inform, struct arena *arena, struct inform_digest *ret)
{
    enum { PERIODIC = 1u << 2, BOOTSTRAP = 1u << 0 };

    for (size_t i = 0; i < inform->events.count; i++)
        ret->event_bits |= event_bit(inform->events.items[i].code);
    ret->periodic = (ret->event_bits & PERIODIC) != 0;
    ret->bootstrap = (ret->event_bits & BOOTSTRAP) != 0;

    if ((ret->event_bits & ~(uint32_t)PERIODIC) == 0)
        return;
    ret->history.items = ARENA_ARRAY(arena, struct cwmp_event, inform->events.count);
    for (size_t i = 0; i < inform->events.count; i++)
        if (event_bit(inform->events.items[i].code) != PERIODIC)
            ret->history.items[ret->history.count++] = inform->events.items[i];
}

struct cwmp_parameter_values inform_lasting(const struct cwmp_inform *inform, struct arena *arena)
{
    const struct cwmp_parameter_values *all = &inform->parameters;
    struct cwmp_parameter_values lasting = {.items =
                                                ARENA_ARRAY(arena, struct cwmp_parameter_value, all->count)};

    for (size_t i = 0; i < all->count; i++)
        if (!is_restless(all->items[i].name) && !parameter_is_secret(all->items[i].name))
            lasting.items[lasting.count++] = all->items[i];
    return lasting;
}

void inform_read(const struct cwmp_inform *inform, struct arena *arena, struct inform_digest *ret)
{
    const struct cwmp_parameter_values *values = &inform->parameters;
    const char *uptime = value_or_null(values, "DeviceInfo.UpTime");

    *ret = (struct inform_digest){.uptime_s = -1};
    ret->root = find_root(values);
    ret->software_version = value_or_null(values, "DeviceInfo.SoftwareVersion");
    ret->hardware_version = value_or_null(values, "DeviceInfo.HardwareVersion");
    ret->connection_request_url = value_or_null(values, "ManagementServer.ConnectionRequestURL");
    ret->udp_address = value_or_null(values, "ManagementServer.UDPConnectionRequestAddress");
    if (uptime != NULL && text_read_i64(uptime, &ret->uptime_s) != ERR_OK)
        ret->uptime_s = -1;
    read_events(inform, arena, ret);
    ret->values_hash = hash_values(values, arena);
}
