/*
 * Attributes of a home's parameters: whether a change at the device is told, and who may write besides the
 * ACS (TR-069 A.3.2.4). They outlive restarts and firmwares, and no factory reset.
 *
 * Some are forced to active notification (PARAMETER_ACTIVE), and numbers that only the device changes never
 * have it (TR-106 3.8).
 */
#pragma once

#include "soap/types.h"
#include "tests/cpesim/tree.h"

enum { ATTRIBUTE_OFF, ATTRIBUTE_PASSIVE, ATTRIBUTE_ACTIVE };

struct attribute {
    uint32_t row;
    uint8_t notification;
    bool subscriber; /* may write it */
};

struct attributes {          /* of those that were set */
    struct attribute *items; /* heap */
    uint32_t count;
};

struct attribute attribute_of(const struct attributes *attributes, const struct tree *tree, uint32_t row);
/* 0, or the fault code for which this notification is refused. */
uint32_t attribute_judge(const struct tree *tree, uint32_t row, uint32_t notification);
void attribute_put(struct attributes *attributes, struct attribute attribute);
void attributes_forget(struct attributes *attributes);
