/*
 * The rows of a quirk set, and how they are read from text. For quirks.c only.
 */
#pragma once

#include "provisioning/quirks.h"

enum { QUIRK_ROWS_MAX = 10000, QUIRK_SETTINGS_MAX = 32 };

/* One switch of a row: a member of struct quirks set to a number, or a method avoided. */
struct quirk_setting {
    int place; /* of the switch in quirk_switch.def; -1: avoid */
    uint16_t number;
    enum cwmp_method method;
};

struct quirk_row {
    struct model_pattern model;
    const char *from, *to; /* range; to NULL: a pattern */
    struct quirk_setting *settings;
    size_t count;
};

struct quirk_set {
    struct quirk_row *rows;
    size_t count, capacity;
};

/* Adds the rows of the text. ERR_INVALID names line and column; rows before it were added. */
enum err quirk_rows_read(const char *text, struct arena *arena, struct quirk_set *set) MUST_CHECK;
void quirk_row_apply(const struct quirk_row *row, struct quirks *quirks);
