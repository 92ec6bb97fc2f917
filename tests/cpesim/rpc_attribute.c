/* GetParameterAttributes and SetParameterAttributes: all of them or none (TR-069 A.3.2.4, A.3.2.5). */
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/rpc_work.h"

static const char *subscriber[] = {"Subscriber"};

static void list(struct work *work, uint32_t first, uint32_t last, struct cwmp_parameter_attributes *to)
{
    const struct home *home = work->home;

    to->items = arena_grow(work->arena, to->items, to->count * sizeof(*to->items),
                           (to->count + last - first) * sizeof(*to->items));
    for (uint32_t row = first; row < last; row++) {
        struct attribute attribute = attribute_of(&home->attributes, &home->tree, row);

        if (!tree_has(&home->tree, row))
            continue;
        to->items[to->count++] = (struct cwmp_parameter_attribute){
            .name = home->tree.model->parameters[row].name,
            .notification = attribute.notification,
            .access_list = {subscriber, attribute.subscriber ? 1 : 0},
        };
    }
}

void rpc_get_attributes(struct work *work)
{
    const struct cwmp_strings *names = &work->request->body.get_parameter_attributes.names;
    struct cwmp_parameter_attributes attributes = {0};
    uint32_t first, last;

    for (size_t i = 0; i < names->count; i++) {
        if (!rpc_find_rows(&work->home->tree, names->items[i], &first, &last)) {
            rpc_refuse_for(work, FAULT_NAME, names->items[i]);
            return;
        }
        list(work, first, last, &attributes);
    }
    work->answer->body.get_parameter_attributes_response.parameters = attributes;
}

/* ---- setting ---- */

static uint32_t judge(struct work *work, const struct cwmp_attribute_change *change)
{
    const struct tree *tree = &work->home->tree;
    uint32_t first, last, fault = 0;

    if (!rpc_find_rows(tree, change->name, &first, &last))
        return FAULT_NAME;
    for (size_t i = 0; change->access_list_change && i < change->access_list.count; i++)
        if (strcmp(change->access_list.items[i], subscriber[0]) != 0)
            return FAULT_ARGUMENTS;
    for (uint32_t row = first; change->notification_change && fault == 0 && row < last; row++)
        if (tree_has(tree, row))
            fault = attribute_judge(tree, row, change->notification);
    return fault;
}

static void apply(struct home *home, const struct cwmp_attribute_change *change)
{
    uint32_t first = 0, last = 0;

    (void)rpc_find_rows(&home->tree, change->name, &first, &last);
    for (uint32_t row = first; row < last; row++) {
        struct attribute attribute = attribute_of(&home->attributes, &home->tree, row);

        if (!tree_has(&home->tree, row))
            continue;
        if (change->notification_change)
            attribute.notification = (uint8_t)change->notification;
        if (change->access_list_change)
            attribute.subscriber = change->access_list.count > 0;
        attribute_put(&home->attributes, attribute);
    }
}

/* In the journal "2 Subscriber" or "2 "; "-" for what is not changed. */
static void journal(struct work *work, const struct cwmp_attribute_changes *changes)
{
    struct cwmp_parameter_values values = {
        .items = ARENA_ARRAY(work->arena, struct cwmp_parameter_value, changes->count)};
    struct journal_line line = {.did = "SetParameterAttributes", .values = &values};

    for (; values.count < changes->count; values.count++) {
        const struct cwmp_attribute_change *change = &changes->items[values.count];
        struct text value = TEXT_IN(work->arena);

        if (change->notification_change)
            text_printf(&value, "%u", change->notification);
        else
            text_puts(&value, "-");
        if (change->access_list_change)
            text_puts(&value, change->access_list.count > 0 ? " Subscriber" : " ");
        values.items[values.count] =
            (struct cwmp_parameter_value){.name = change->name, .value = text_string(&value)};
    }
    home_journal(work->home, &line);
}

void rpc_set_attributes(struct work *work)
{
    const struct cwmp_attribute_changes *changes = &work->request->body.set_parameter_attributes.parameters;

    for (size_t i = 0; i < changes->count; i++) {
        uint32_t fault = judge(work, &changes->items[i]);

        if (fault != 0) {
            rpc_refuse_for(work, fault, changes->items[i].name);
            return;
        }
    }
    journal(work, changes);
    for (size_t i = 0; i < changes->count; i++)
        apply(work->home, &changes->items[i]);
}

void rpc_recall_attribute(struct home *home, const char *name, const char *value)
{
    struct cwmp_attribute_change change = {
        .name = name,
        .notification_change = *value != '-',
        .notification = *value != '-' ? (uint32_t)(*value - '0') : 0,
        .access_list_change = strchr(value, ' ') != NULL,
        .access_list.count = text_ends_with(value, subscriber[0]) ? 1 : 0,
    };

    apply(home, &change);
}
