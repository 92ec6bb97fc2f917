/*
 * How often a request may be sent, and to whom: the table of delivery.def.
 */
#pragma once

#include "soap/cwmp.h"

enum delivery_key { DELIVERY_NONE, DELIVERY_COMMAND_KEY, DELIVERY_PARAMETER_KEY };

struct delivery {
    int32_t tries; /* 0: Farol never sends this message */
    bool reads;    /* it changes nothing */
    bool optional; /* a device may do without it */
    enum delivery_key key;
};

const struct delivery *delivery_of(enum cwmp_method method);

/* The method of that name if it is one that is sent to devices, else CWMP_UNKNOWN_METHOD. */
enum cwmp_method delivery_find(const char *name);
