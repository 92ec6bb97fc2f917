#include "provisioning/actions/attribute_plan.h"

#include <string.h>

#include "provisioning/actions/attributes.h"
#include "provisioning/actions/names.h"

enum mark { TO_SET = '.', TO_READ = '+', REFUSED = 'x', HAS = '=', DIFFERS = '!' };

enum { METHOD_NOT_SUPPORTED = 9000 };

/* ---- arguments and memo ---- */

static void read_wanted(const struct json *list, struct arena *arena, struct cwmp_attribute_changes *ret)
{
    ret->count = json_count(list);
    ret->items = ARENA_ARRAY(arena, struct cwmp_attribute_change, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *item = json_at(list, i);
        const struct json *notification = json_get(item, "notification");
        const struct json *access_list = json_get(item, "access_list");

        ret->items[i].name = arena_strdup(arena, json_string(json_get(item, "name"), ""));
        ret->items[i].notification_change = json_kind(notification) == JSON_INT;
        ret->items[i].notification = (uint32_t)json_int(notification, 0);
        ret->items[i].access_list_change = json_kind(access_list) == JSON_ARRAY;
        names_read(access_list, arena, &ret->items[i].access_list);
    }
}

enum err attribute_plan_read(const struct action_record *record, struct arena *arena,
                             struct attribute_plan *ret)
{
    AUTO_JSON args = NULL;
    size_t count;

    TRY(json_read(record->args, strlen(record->args), &args));
    read_wanted(json_get(args, "attributes"), arena, &ret->wanted);
    count = ret->wanted.count;
    ret->marks = arena_alloc(arena, count + 1);
    memset(ret->marks, TO_SET, count);
    ret->marks[count] = '\0';
    if (strlen(record->memo) == count && record->memo[0] != '{')
        memcpy(ret->marks, record->memo, count);
    return ERR_OK;
}

/* ---- what a request is about: the first of those that have this mark, at most so many ---- */

static bool is_reading(int32_t step)
{
    return step >= ATTRIBUTE_STEP_READ;
}

static enum mark mark_of(int32_t step)
{
    return is_reading(step) ? TO_READ : TO_SET;
}

static size_t span_of(int32_t step)
{
    size_t span = (size_t)(is_reading(step) ? step - ATTRIBUTE_STEP_READ : step);

    return span == 0 || span > NAMES_MAX ? NAMES_MAX : span;
}

static size_t first_of(const struct attribute_plan *plan, int32_t step)
{
    const char *first = strchr(plan->marks, (char)mark_of(step));

    return first != NULL ? (size_t)(first - plan->marks) : plan->wanted.count;
}

/* The next one of the request behind this; the count of all when there is none. */
static size_t next_of(const struct attribute_plan *plan, int32_t step, size_t index)
{
    const char *next = strchr(plan->marks + index + 1, (char)mark_of(step));

    return next != NULL ? (size_t)(next - plan->marks) : plan->wanted.count;
}

static size_t count_of(const struct attribute_plan *plan, int32_t step)
{
    size_t count = 0;

    for (size_t i = first_of(plan, step); i < plan->wanted.count && count < span_of(step);
         i = next_of(plan, step, i))
        count++;
    return count;
}

static bool has_mark(const struct attribute_plan *plan, enum mark mark)
{
    return strchr(plan->marks, (char)mark) != NULL;
}

/* ---- requests ---- */

static struct action_move set(const struct attribute_plan *plan, const struct action_record *record,
                              const struct action_facts *facts, struct arena *arena)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_SET_PARAMETER_ATTRIBUTES);
    struct cwmp_attribute_changes *changes = &move.request.body.set_parameter_attributes.parameters;
    size_t count = count_of(plan, record->step);

    changes->items = ARENA_ARRAY(arena, struct cwmp_attribute_change, count);
    for (size_t i = first_of(plan, record->step); changes->count < count; i = next_of(plan, record->step, i))
        changes->items[changes->count++] = plan->wanted.items[i];
    return move;
}

static struct action_move read_back(const struct attribute_plan *plan, const struct action_record *record,
                                    const struct action_facts *facts, struct arena *arena)
{
    struct action_move move = move_send(record, facts, record->step, CWMP_GET_PARAMETER_ATTRIBUTES);
    struct cwmp_strings *names = &move.request.body.get_parameter_attributes.names;
    size_t count = count_of(plan, record->step);

    names->items = ARENA_ARRAY(arena, const char *, count);
    for (size_t i = first_of(plan, record->step); names->count < count; i = next_of(plan, record->step, i))
        names->items[names->count++] = plan->wanted.items[i].name;
    return move;
}

struct action_move attribute_plan_send(const struct attribute_plan *plan, const struct action_record *record,
                                       const struct action_facts *facts, struct arena *arena)
{
    return is_reading(record->step) ? read_back(plan, record, facts, arena) : set(plan, record, facts, arena);
}

/* ---- what the device has ---- */

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

/* Marks all that the request was about; now: NULL, or what was read of them. */
static void mark_all(struct attribute_plan *plan, int32_t step, enum mark mark,
                     const struct cwmp_parameter_attributes *now)
{
    size_t count = count_of(plan, step);
    size_t i = first_of(plan, step);

    while (count-- > 0) {
        size_t next = next_of(plan, step, i);

        if (now != NULL)
            mark = is_taken(&plan->wanted.items[i], now) ? HAS : DIFFERS;
        plan->marks[i] = (char)mark;
        i = next;
    }
}

/* ---- the end ---- */

static void write_names(const struct attribute_plan *plan, enum mark mark, const char *key,
                        struct json_writer *json)
{
    json_key(json, key);
    json_open_array(json);
    for (size_t i = 0; i < plan->wanted.count; i++)
        if (plan->marks[i] == (char)mark)
            json_put_string(json, plan->wanted.items[i].name);
    json_close_array(json);
}

/* now: what the last answer said. */
static const char *write_result(const struct attribute_plan *plan,
                                const struct cwmp_parameter_attributes *now, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    attributes_write(now, &json);
    write_names(plan, REFUSED, "refused", &json);
    write_names(plan, DIFFERS, "differ", &json);
    json_close_object(&json);
    return text_string(&out);
}

static const struct cwmp_attribute_changes *collect(const struct attribute_plan *plan, struct arena *arena)
{
    struct cwmp_attribute_changes *has = ARENA_NEW(arena, struct cwmp_attribute_changes);

    has->items = ARENA_ARRAY(arena, struct cwmp_attribute_change, plan->wanted.count);
    for (size_t i = 0; i < plan->wanted.count; i++)
        if (plan->marks[i] == HAS)
            has->items[has->count++] = plan->wanted.items[i];
    return has->count > 0 ? has : NULL;
}

static const char *one_of(const struct attribute_plan *plan, enum mark mark)
{
    const char *found = strchr(plan->marks, (char)mark);

    return found != NULL ? plan->wanted.items[found - plan->marks].name : NULL;
}

static struct action_move conclude(const struct attribute_plan *plan, const struct action_record *record,
                                   const struct action_facts *facts, const struct cwmp_message *message,
                                   struct arena *arena)
{
    static const struct cwmp_parameter_attributes nothing;
    bool has_read = message->method == CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE;
    const char *wrong = one_of(plan, DIFFERS);
    const char *refused = one_of(plan, REFUSED);
    struct action_move move;

    if (!has_mark(plan, HAS) && message->method == CWMP_FAULT)
        move = move_fail_by_fault(record, facts, arena, &message->body.fault); /* none was taken */
    else if (wrong != NULL)
        move = move_fail(record, facts, arena, "not_applied",
                         arena_printf(arena, "the device said yes but does not report it for %s", wrong), 0);
    else if (refused != NULL)
        move = move_fail(record, facts, arena, "partly_refused",
                         arena_printf(arena, "the device took all but those it refused, such as %s", refused),
                         0);
    else
        move = move_succeed(record, facts, NULL, "{\"read\":\"GetParameterAttributes\"}");
    move.save.memo = plan->marks;
    move.save.result = write_result(
        plan, has_read ? &message->body.get_parameter_attributes_response.parameters : &nothing, arena);
    move.attributes = collect(plan, arena);
    return move;
}

/* ---- answers ---- */

static bool is_expected(const struct action_record *record, const struct cwmp_message *message)
{
    return message->method == CWMP_FAULT ||
           message->method == (is_reading(record->step) ? CWMP_GET_PARAMETER_ATTRIBUTES_RESPONSE
                                                        : CWMP_SET_PARAMETER_ATTRIBUTES_RESPONSE);
}

/* The step to go on with; a request that has changed is sent for the first time. */
static struct action_move go_on(const struct attribute_plan *plan, const struct action_record *record,
                                const struct action_facts *facts, size_t span)
{
    bool reads = is_reading(record->step) || !has_mark(plan, TO_SET);
    size_t most = is_reading(record->step) == reads && span < NAMES_MAX ? span : NAMES_MAX;
    struct action_move move = move_to(record, facts, (reads ? ATTRIBUTE_STEP_READ : 0) + (int32_t)most,
                                      reads ? ACTION_VERIFYING : ACTION_RUNNING);

    move.save.memo = plan->marks;
    move.save.sends = 0;
    move.save.boots = 0;
    return move;
}

struct action_move attribute_plan_answer(struct attribute_plan *plan, const struct action_record *record,
                                         const struct action_facts *facts, const struct cwmp_message *message,
                                         struct arena *arena)
{
    bool reading = is_reading(record->step);
    size_t count = count_of(plan, record->step);

    if (!is_expected(record, message))
        return move_fail_by_answer(record, facts, arena, message);
    if (message->method == CWMP_FAULT && message->body.fault.code == METHOD_NOT_SUPPORTED)
        return move_fail_by_fault(record, facts, arena, &message->body.fault);
    if (message->method == CWMP_FAULT && count > 1)
        return go_on(plan, record, facts, (count + 1) / 2);
    if (message->method == CWMP_FAULT)
        mark_all(plan, record->step, reading ? DIFFERS : REFUSED, NULL);
    else if (reading)
        mark_all(plan, record->step, HAS, &message->body.get_parameter_attributes_response.parameters);
    else
        mark_all(plan, record->step, TO_READ, NULL);
    if (!has_mark(plan, TO_SET) && !has_mark(plan, TO_READ))
        return conclude(plan, record, facts, message, arena);
    return go_on(plan, record, facts, 2 * count);
}
