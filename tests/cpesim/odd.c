#include "tests/cpesim/odd.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/home.h"
#include "tests/cpesim/rpc_work.h"

static const char *const names[ODD_COUNT] = {
#define ODD(id, name, how) [ODD_##id] = name,
#include "tests/cpesim/odd.def"
#undef ODD
};

const char *odd_name(enum odd odd)
{
    return names[odd];
}

enum err odd_find(const char *name, enum odd *ret)
{
    AUTO_ARENA arena = arena_new(512);
    struct text all = TEXT_IN(arena);

    for (int i = 0; i < ODD_COUNT; i++) {
        text_printf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
        if (strcmp(names[i], name) != 0)
            continue;
        *ret = (enum odd)i;
        return ERR_OK;
    }
    return err_set(ERR_INVALID, "'%.40s' is none of %s", name, text_string(&all));
}

/* ---- values ---- */

static bool is_management(const struct home *home, uint32_t row)
{
    const struct model *model = home->tree.model;

    return text_starts_with(model->parameters[row].name + strlen(model->root), "ManagementServer.");
}

static bool is_number(const struct parameter *parameter)
{
    return parameter->type == CWMP_UNSIGNED_INT || parameter->type == CWMP_INT;
}

/* 37 becomes 30; below 20 nothing is lost. */
static const char *rounded(const char *value, struct arena *arena)
{
    int64_t number;

    if (text_read_i64(value, &number) != ERR_OK || number < 20)
        return value;
    return arena_printf(arena, "%" PRIi64, number - number % 10);
}

const char *odd_keeps(const struct home *home, uint32_t row, const char *value, struct arena *arena)
{
    const struct parameter *parameter = &home->tree.model->parameters[row];
    bool rounds = home->odd == ODD_ROUNDS || home->tree.model->quirks & QUIRK_ROUNDS;

    if (is_management(home, row))
        return value;
    if (home->odd == ODD_IGNORES_WRITES)
        return NULL;
    if (home->odd == ODD_KEEPS_SSID && text_ends_with(parameter->name, ".SSID"))
        return NULL;
    return rounds && is_number(parameter) ? rounded(value, arena) : value;
}

uint32_t odd_refuses(const struct home *home, uint32_t row)
{
    if (home->odd != ODD_REFUSES_WRITES || is_management(home, row))
        return 0;
    return is_number(&home->tree.model->parameters[row]) ? FAULT_VALUE : FAULT_READ_ONLY;
}

/* What would have changed something. */
static const enum cwmp_method changes[] = {
    CWMP_SET_PARAMETER_VALUES_RESPONSE,
    CWMP_SET_PARAMETER_ATTRIBUTES_RESPONSE,
    CWMP_ADD_OBJECT_RESPONSE,
    CWMP_DELETE_OBJECT_RESPONSE,
    CWMP_REBOOT_RESPONSE,
    CWMP_FACTORY_RESET_RESPONSE,
    CWMP_SCHEDULE_INFORM_RESPONSE,
    CWMP_CANCEL_TRANSFER_RESPONSE,
};

bool odd_pretends(const struct home *home, struct cwmp_message *answer)
{
    enum { OF_NOTHING = 99 };

    if (home->odd == ODD_EMPTY)
        return answer->method == CWMP_GET_PARAMETER_VALUES_RESPONSE ||
               answer->method == CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE;
    if (home->odd != ODD_DEAF)
        return false;
    if (answer->method == CWMP_ADD_OBJECT_RESPONSE)
        answer->body.add_object_response.instance_number = OF_NOTHING;
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        if (answer->method == changes[i])
            return true;
    return false;
}

bool odd_shows(const struct home *home, uint32_t row)
{
    return home->odd == ODD_SHOWS_SECRETS && tree_has(&home->tree, row);
}
