/*
 * Say of which changes a device shall tell, and read that it took it (attribute_plan.h). What it has then is
 * kept, and attributes.restore sets it again after a 0 BOOTSTRAP, which puts it in doubt (I-14, P-35).
 *
 * Notifications 3 to 6 are lightweight ones, which only a device has that names a protocol for them (P-29).
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/attribute_plan.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_LIGHTWEIGHT = ATTRIBUTE_STEP_OWN };

enum {
    TTL_S = 15 * 60,
    RESTORE_TTL_S = 30 * 86400,
    TRIES = 3,
    NOTIFICATION_MAX = 6,
    NOTIFICATION_PLAIN_MAX = 2
};

/* ---- arguments: {"attributes":[{"name","notification"?,"access_list"?}…]} ---- */

static enum err check_access(const struct json *list, size_t index)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const char *entity = json_string(json_at(list, i), "");

        if (strcmp(entity, "Subscriber") != 0 && !text_starts_with(entity, "X_")) /* P-30 */
            return err_set(ERR_INVALID,
                           "attributes[%zu].access_list: \"Subscriber\" or a vendor's \"X_…\" is expected",
                           index);
    }
    if (list != NULL && json_kind(list) != JSON_ARRAY)
        return err_set(ERR_INVALID, "attributes[%zu].access_list: a list is expected", index);
    return ERR_OK;
}

static enum err check_attribute(const struct json *item, size_t index)
{
    const struct json *notification = json_get(item, "notification");
    const char *name = json_string(json_get(item, "name"), "");
    int64_t number = json_int(notification, -1);

    TRY(err_while(names_check_keys(item, "name", "notification", "access_list", NULL), "attributes[%zu]",
                  index));
    if (!parameter_is_path(name))
        return err_set(ERR_INVALID, "attributes[%zu].name: '%.64s' is not a parameter name or path", index,
                       name);
    if (notification != NULL && (number < 0 || number > NOTIFICATION_MAX))
        return err_set(ERR_INVALID, "attributes[%zu].notification: a number from 0 to %d is expected", index,
                       NOTIFICATION_MAX);
    if (notification == NULL && json_get(item, "access_list") == NULL)
        return err_set(ERR_INVALID, "attributes[%zu].notification: nothing is to be changed", index);
    return check_access(json_get(item, "access_list"), index);
}

/* Which of two that name the same would count depends on the device. */
static enum err check_twice(const struct json *list, size_t index)
{
    const char *name = json_string(json_get(json_at(list, index), "name"), "");

    for (size_t i = 0; i < index; i++)
        if (strcmp(json_string(json_get(json_at(list, i), "name"), ""), name) == 0)
            return err_set(ERR_INVALID, "attributes[%zu].name: %.64s is named twice", index, name);
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    const struct json *list = json_get(args, "attributes");

    TRY(names_check_keys(args, "attributes", NULL));
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 || json_count(list) > NAMES_MAX)
        return err_set(ERR_INVALID, "attributes: a list of 1 to %d is expected", NAMES_MAX);
    for (size_t i = 0; i < json_count(list); i++) {
        TRY(check_attribute(json_at(list, i), i));
        TRY(check_twice(list, i));
    }
    return ERR_OK;
}

/* ---- lightweight notifications ---- */

static bool wants_lightweight(const struct cwmp_attribute_changes *wanted)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i].notification > NOTIFICATION_PLAIN_MAX)
            return true;
    return false;
}

static struct action_move look(const struct action_record *record, const struct action_facts *facts,
                               struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_LIGHTWEIGHT, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = arena_printf(arena, "%sManagementServer.LightweightNotificationProtocolsSupported",
                                   facts->root != NULL ? facts->root : "Device.");
    names->count = 1;
    return move;
}

/* An empty memo says that it was looked for. */
static struct action_move take_protocols(const struct action_record *record, const struct action_facts *facts,
                                         const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;
    struct action_move move = move_to(record, facts, ATTRIBUTE_STEP_ALL, ACTION_RUNNING);

    if (message->method != CWMP_GET_PARAMETER_VALUES_RESPONSE || values->count == 0 ||
        *values->items[0].value == '\0')
        return move_fail(record, facts, arena, "not_supported",
                         "the device names no protocol for lightweight notifications (3 to 6)", 0);
    move.save.memo = "";
    return move;
}

/* ---- the entrances ---- */

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct attribute_plan plan;
    bool light;

    TRY(attribute_plan_read(record, arena, &plan));
    light = record->step == ATTRIBUTE_STEP_ALL && wants_lightweight(&plan.wanted);
    if (light && facts->version < CWMP_1_4)
        *ret = move_fail(record, facts, arena, "not_supported",
                         "lightweight notifications (3 to 6) came with CWMP 1.4", 0);
    else if (record->step == STEP_LIGHTWEIGHT || (light && strcmp(record->memo, "{}") == 0))
        *ret = look(record, facts, arena);
    else
        *ret = attribute_plan_send(&plan, record, facts, arena);
    return ERR_OK;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct attribute_plan plan;

    TRY(attribute_plan_read(record, arena, &plan));
    if (record->step == STEP_LIGHTWEIGHT)
        *ret = take_protocols(record, facts, message, arena);
    else
        *ret = attribute_plan_answer(&plan, record, facts, message, arena);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_attributes_set = {
    .name = "attributes.set",
    .label_pt = "Alterar atributos de parâmetros",
    .label_en = "Set attributes of parameters",
    .ttl_s = TTL_S,
    .method = CWMP_SET_PARAMETER_ATTRIBUTES,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};

/* ---- again after 0 BOOTSTRAP ---- */

/* What it has now was kept before. */
static enum err restored(const struct action_record *record, const struct action_facts *facts,
                         const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    TRY(answer(record, facts, message, arena, ret));
    ret->attributes = NULL;
    return ERR_OK;
}

const struct action_kind action_attributes_restore = {
    .name = "attributes.restore",
    .label_pt = "Repor atributos de parâmetros",
    .label_en = "Set attributes of parameters again",
    .ttl_s = RESTORE_TTL_S,
    .method = CWMP_SET_PARAMETER_ATTRIBUTES,
    .internal = true,
    .check = check,
    .next = next,
    .answer = restored,
    .inform = inform,
};
