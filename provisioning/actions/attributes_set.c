/*
 * Say of which changes a device shall tell, and read that it took it.
 *
 * All of them in one request; when the device refuses that (9009 for what it never tells of, P-32), each in a
 * request of its own, so that one costs only itself. Then all that were taken are read. Notifications 3 to 6
 * are lightweight ones, which only a device has that names a protocol for them (P-29).
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/attributes.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"
#include "provisioning/parameter.h"

enum { STEP_ALL, STEP_READ_BACK, STEP_LIGHTWEIGHT, STEP_EACH }; /* STEP_EACH + n: the n-th alone */

enum { TTL_S = 15 * 60, TRIES = 3, NOTIFICATION_MAX = 6, NOTIFICATION_PLAIN_MAX = 2 };

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

static enum err check(const struct json *args)
{
    const struct json *list = json_get(args, "attributes");

    TRY(names_check_keys(args, "attributes", NULL));
    if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 || json_count(list) > NAMES_MAX)
        return err_set(ERR_INVALID, "attributes: a list of 1 to %d is expected", NAMES_MAX);
    for (size_t i = 0; i < json_count(list); i++)
        TRY(check_attribute(json_at(list, i), i));
    return ERR_OK;
}

/* All five members of each, also those that are not to be changed (P-27, P-28). */
static enum err read_wanted(const struct action_record *record, struct arena *arena,
                            struct cwmp_attribute_changes *ret)
{
    AUTO_JSON args = NULL;
    const struct json *list;

    TRY(json_read(record->args, strlen(record->args), &args));
    list = json_get(args, "attributes");
    ret->count = json_count(list);
    ret->items = ARENA_ARRAY(arena, struct cwmp_attribute_change, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(list, i);

        ret->items[i].name = arena_strdup(arena, json_string(json_get(item, "name"), ""));
        ret->items[i].notification_change = json_get(item, "notification") != NULL;
        ret->items[i].notification = (uint32_t)json_int(json_get(item, "notification"), 0);
        ret->items[i].access_list_change = json_get(item, "access_list") != NULL;
        names_read(json_get(item, "access_list"), arena, &ret->items[i].access_list);
    }
    return ERR_OK;
}

/* ---- the memo: a letter per attribute, '.' or 'x' where the device refused it; "" or "{}" at first ---- */

static bool is_refused(const struct action_record *record, size_t index)
{
    return record->memo[0] != '{' && strlen(record->memo) > index && record->memo[index] == 'x';
}

static const char *refuse(const struct action_record *record, size_t index, size_t count, struct arena *arena)
{
    char *memo = arena_alloc(arena, count + 1);

    for (size_t i = 0; i < count; i++)
        memo[i] = i == index || is_refused(record, i) ? 'x' : '.';
    memo[count] = '\0';
    return memo;
}

static bool wants_lightweight(const struct cwmp_attribute_changes *wanted)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i].notification > NOTIFICATION_PLAIN_MAX)
            return true;
    return false;
}

/* ---- our turn ---- */

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

static struct action_move read_back(const struct action_record *record, const struct action_facts *facts,
                                    const struct cwmp_attribute_changes *wanted, struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_READ_BACK, CWMP_GET_PARAMETER_ATTRIBUTES);
    struct cwmp_strings *names = &move.request.body.get_parameter_attributes.names;

    names->items = ARENA_ARRAY(arena, const char *, wanted->count);
    for (size_t i = 0; i < wanted->count; i++)
        if (!is_refused(record, i))
            names->items[names->count++] = wanted->items[i].name;
    return move;
}

static struct action_move set(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_attribute_changes *wanted)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_SET_PARAMETER_ATTRIBUTES);
    struct cwmp_attribute_changes *changes = &move.request.body.set_parameter_attributes.parameters;

    *changes = *wanted;
    if (record->step >= STEP_EACH) {
        changes->items = &wanted->items[record->step - STEP_EACH];
        changes->count = 1;
    }
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct cwmp_attribute_changes wanted;

    TRY(read_wanted(record, arena, &wanted));
    if (record->step == STEP_ALL && wants_lightweight(&wanted) && facts->version < CWMP_1_4)
        *ret = move_fail(record, facts, arena, "not_supported",
                         "lightweight notifications (3 to 6) came with CWMP 1.4", 0);
    else if (record->step == STEP_LIGHTWEIGHT ||
             (record->step == STEP_ALL && wants_lightweight(&wanted) && strcmp(record->memo, "{}") == 0))
        *ret = look(record, facts, arena);
    else if (record->step == STEP_READ_BACK)
        *ret = read_back(record, facts, &wanted, arena);
    else
        *ret = set(record, facts, &wanted);
    return ERR_OK;
}

/* ---- the device answers ---- */

static struct action_move take_protocols(const struct action_record *record, const struct action_facts *facts,
                                         const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;
    struct action_move move = move_to(record, facts, STEP_ALL, ACTION_RUNNING);

    if (message->method != CWMP_GET_PARAMETER_VALUES_RESPONSE || values->count == 0 ||
        *values->items[0].value == '\0')
        return move_fail(record, facts, arena, "not_supported",
                         "the device names no protocol for lightweight notifications (3 to 6)", 0);
    move.save.memo = "";
    return move;
}

static struct action_move after_one(const struct action_record *record, const struct action_facts *facts,
                                    size_t count, const struct cwmp_fault *fault, struct arena *arena)
{
    size_t index = (size_t)(record->step - STEP_EACH);
    bool last = index + 1 == count;
    struct action_move move =
        move_to(record, facts, last ? STEP_READ_BACK : record->step + 1, ACTION_RUNNING);

    if (fault != NULL)
        move.save.memo = refuse(record, index, count, arena);
    if (last && fault != NULL && strspn(move.save.memo, "x") == count)
        return move_fail_by_fault(record, facts, arena, fault); /* none was taken */
    return move;
}

static struct action_move take_set(const struct action_record *record, const struct action_facts *facts,
                                   size_t count, const struct cwmp_message *message, struct arena *arena)
{
    enum { METHOD_NOT_SUPPORTED = 9000 };
    const struct cwmp_fault *fault = message->method == CWMP_FAULT ? &message->body.fault : NULL;

    if (fault == NULL && message->method != CWMP_SET_PARAMETER_ATTRIBUTES_RESPONSE)
        return move_fail_by_answer(record, facts, arena, message);
    if (record->step >= STEP_EACH)
        return after_one(record, facts, count, fault, arena);
    if (fault == NULL)
        return move_to(record, facts, STEP_READ_BACK, ACTION_VERIFYING);
    if (count == 1 || fault->code == METHOD_NOT_SUPPORTED)
        return move_fail_by_fault(record, facts, arena, fault);
    return move_to(record, facts, STEP_EACH, ACTION_RUNNING);
}

/* ---- what it has now ---- */

static bool lists_equal(const struct cwmp_strings *a, const struct cwmp_strings *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

/* Everything that the answer holds of this name, or below this path, is as it should be; and it holds
 * something. */
static bool is_taken(const struct cwmp_attribute_change *wanted, const struct cwmp_parameter_attributes *now)
{
    bool found = false;

    for (size_t i = 0; i < now->count; i++) {
        const struct cwmp_parameter_attribute *item = &now->items[i];

        if (text_ends_with(wanted->name, ".") ? !text_starts_with(item->name, wanted->name)
                                              : strcmp(item->name, wanted->name) != 0)
            continue;
        found = true;
        if ((wanted->notification_change && item->notification != wanted->notification) ||
            (wanted->access_list_change && !lists_equal(&item->access_list, &wanted->access_list)))
            return false;
    }
    return found;
}

static const char *write_result(const struct action_record *record,
                                const struct cwmp_attribute_changes *wanted,
                                const struct cwmp_parameter_attributes *now, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    attributes_write(now, &json);
    json_key(&json, "refused");
    json_open_array(&json);
    for (size_t i = 0; i < wanted->count; i++)
        if (is_refused(record, i))
            json_put_string(&json, wanted->items[i].name);
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move compare(const struct action_record *record, const struct action_facts *facts,
                                  const struct cwmp_attribute_changes *wanted,
                                  const struct cwmp_message *message, struct arena *arena)
{
    const struct cwmp_parameter_attributes *now = &message->body.get_parameter_attributes_response.parameters;
    struct action_move move;
    const char *wrong = NULL;
    const char *refused = NULL;

    if (message->method == CWMP_FAULT)
        return move_fail_by_fault(record, facts, arena, &message->body.fault);
    if (message->method != CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE)
        return move_fail_by_answer(record, facts, arena, message);
    for (size_t i = 0; i < wanted->count; i++) {
        if (is_refused(record, i))
            refused = wanted->items[i].name;
        else if (!is_taken(&wanted->items[i], now))
            wrong = wanted->items[i].name;
    }
    if (wrong != NULL)
        move = move_fail(record, facts, arena, "not_applied",
                         arena_printf(arena, "the device said yes but does not report it for %s", wrong), 0);
    else if (refused != NULL)
        move = move_fail(record, facts, arena, "partly_refused",
                         arena_printf(arena, "the device took all but those it refused, such as %s", refused),
                         0);
    else
        move = move_succeed(record, facts, NULL, "{\"read\":\"GetParameterAttributes\"}");
    move.save.result = write_result(record, wanted, now, arena);
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct cwmp_attribute_changes wanted;

    TRY(read_wanted(record, arena, &wanted));
    if (record->step == STEP_LIGHTWEIGHT)
        *ret = take_protocols(record, facts, message, arena);
    else if (record->step == STEP_READ_BACK)
        *ret = compare(record, facts, &wanted, message, arena);
    else
        *ret = take_set(record, facts, wanted.count, message, arena);
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
