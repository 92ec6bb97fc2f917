#include "tests/cpesim/attribute.h"

#include "acs/base/arena.h"

enum { FAULT_ARGUMENTS = 9003, FAULT_NOTIFICATION = 9009 };

static bool is_forced(const struct tree *tree, uint32_t row)
{
    return tree->model->parameters[row].flags & PARAMETER_ACTIVE;
}

/* It would be told at every breath. */
static bool is_restless(const struct tree *tree, uint32_t row)
{
    const struct parameter *parameter = &tree->model->parameters[row];
    bool is_number = parameter->type == CWMP_UNSIGNED_INT || parameter->type == CWMP_INT;

    return is_number && parameter->text == NULL && !(parameter->flags & PARAMETER_WRITE);
}

struct attribute attribute_of(const struct attributes *attributes, const struct tree *tree, uint32_t row)
{
    for (uint32_t i = 0; i < attributes->count; i++)
        if (attributes->items[i].row == row)
            return attributes->items[i];
    return (struct attribute){row, is_forced(tree, row) ? ATTRIBUTE_ACTIVE : ATTRIBUTE_OFF, true};
}

uint32_t attribute_judge(const struct tree *tree, uint32_t row, uint32_t notification)
{
    if (notification > ATTRIBUTE_ACTIVE)
        return FAULT_ARGUMENTS;
    if (is_forced(tree, row) && notification != ATTRIBUTE_ACTIVE)
        return FAULT_NOTIFICATION;
    if (is_restless(tree, row) && notification == ATTRIBUTE_ACTIVE)
        return FAULT_NOTIFICATION;
    return 0;
}

void attribute_put(struct attributes *attributes, struct attribute attribute)
{
    for (uint32_t i = 0; i < attributes->count; i++) {
        if (attributes->items[i].row != attribute.row)
            continue;
        attributes->items[i] = attribute;
        return;
    }
    attributes->items = heap_grow(attributes->items, (attributes->count + 1) * sizeof(*attributes->items));
    attributes->items[attributes->count++] = attribute;
}

void attributes_forget(struct attributes *attributes)
{
    heap_free(attributes->items);
    *attributes = (struct attributes){0};
}
