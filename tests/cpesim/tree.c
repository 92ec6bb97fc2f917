#include "tests/cpesim/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/household.h"
#include "tests/cpesim/value.h"

int64_t settings_us(const struct settings *settings, int64_t ms)
{
    return ms * US_PER_MS / settings->time_scale;
}

void tree_forget_changes(struct tree *tree)
{
    for (uint32_t i = 0; i < tree->override_count; i++)
        heap_free(tree->overrides[i].value);
    heap_free(tree->overrides);
    tree->overrides = NULL;
    tree->override_count = 0;
    for (uint32_t i = 0; i < tree->made_count; i++)
        heap_free(tree->made[i]);
    heap_free(tree->made);
    tree->made = NULL;
    tree->made_count = 0;
}

void tree_forget_values(struct tree *tree)
{
    for (uint32_t i = tree->override_count; i-- > 0;) {
        if (!(tree->model->parameters[tree->overrides[i].row].flags & PARAMETER_WRITE))
            continue;
        heap_free(tree->overrides[i].value);
        tree->overrides[i] = tree->overrides[--tree->override_count];
    }
}

void tree_free(struct tree *tree)
{
    tree_forget_changes(tree);
}

const char *tree_serial(const struct tree *tree, char ret[SERIAL_MAX])
{
    snprintf(ret, SERIAL_MAX, "%.2s%04X%05u", tree->model->product_class,
             (unsigned)(value_random(tree, 0) & 0xffff), tree->index % 100000);
    return ret;
}

/* ---- finding ---- */

/* The first row whose name is not before this text. */
static uint32_t lower_bound(const struct model *model, const char *name, size_t len)
{
    uint32_t low = 0, high = (uint32_t)model->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strncmp(model->parameters[middle].name, name, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct override *find_override(const struct tree *tree, uint32_t row)
{
    for (uint32_t i = 0; i < tree->override_count; i++)
        if (tree->overrides[i].row == row)
            return &tree->overrides[i];
    return NULL;
}

/* The instance that holds this parameter was made. */
static bool is_made(const struct tree *tree, const char *name)
{
    for (uint32_t i = 0; i < tree->made_count; i++)
        if (text_starts_with(name, tree->made[i]))
            return true;
    return false;
}

bool tree_has(const struct tree *tree, uint32_t row)
{
    const struct parameter *parameter = &tree->model->parameters[row];

    if (parameter->flags & PARAMETER_HOST)
        return parameter->instance <= household_hosts(tree);
    if (parameter->flags & PARAMETER_STATION)
        return parameter->instance <= household_stations(tree, household_band(tree, parameter->network));
    if (parameter->flags & PARAMETER_SATELLITE)
        return parameter->instance <= household_satellite_stations(tree, parameter->outer);
    if (parameter->flags & PARAMETER_MADE)
        return is_made(tree, parameter->name);
    if (parameter->flags & PARAMETER_UNIT)
        return tree->units >> (parameter->instance - 1) & 1;
    if (parameter->flags & PARAMETER_RESULT)
        return find_override(tree, row) != NULL;
    return true;
}

/* Whether this home has it or not. */
static uint32_t find_row(const struct tree *tree, const char *name)
{
    uint32_t row = lower_bound(tree->model, name, strlen(name) + 1);

    if (row == tree->model->count || strcmp(tree->model->parameters[row].name, name) != 0)
        return NO_ROW;
    return row;
}

uint32_t tree_find(const struct tree *tree, const char *name)
{
    uint32_t row = find_row(tree, name);

    return row != NO_ROW && tree_has(tree, row) ? row : NO_ROW;
}

uint32_t tree_find_below(const struct tree *tree, const char *path)
{
    char name[257];

    snprintf(name, sizeof(name), "%s%s", tree->model->root, path);
    return tree_find(tree, name);
}

bool tree_range(const struct tree *tree, const char *prefix, uint32_t *ret_first, uint32_t *ret_last)
{
    const struct model *model = tree->model;
    size_t len = strlen(prefix);
    uint32_t first = lower_bound(model, prefix, len);
    uint32_t last = first;

    while (last < model->count && strncmp(model->parameters[last].name, prefix, len) == 0)
        last++;
    if (first == last)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

/* Every row below an instance that this home lacks is hidden, but not the table that it would stand in. */
bool tree_has_object(const struct tree *tree, const char *path)
{
    uint32_t first, last;
    size_t len = strlen(path);

    if (len == 0)
        return true;
    if (path[len - 1] != '.' || !tree_range(tree, path, &first, &last))
        return false;
    return tree_has(tree, first) || is_made(tree, path) || len <= tree->model->parameters[first].table_len;
}

/* ---- instances ---- */

bool tree_takes_instances(const struct tree *tree, const char *table)
{
    uint32_t first, last;

    return tree_range(tree, table, &first, &last) && tree->model->parameters[first].flags & PARAMETER_MADE &&
           strlen(table) == tree->model->parameters[first].table_len;
}

void tree_remake(struct tree *tree, const char *object)
{
    const char *number = object + strcspn(object, "0123456789");

    for (const char *at = object; *at != '\0'; at++) /* the last number of the path */
        if (at > object && at[-1] == '.' && *at >= '0' && *at <= '9')
            number = at;
    tree->made = heap_grow(tree->made, (tree->made_count + 1) * sizeof(*tree->made));
    tree->made[tree->made_count++] = heap_strdup(object);
    if (strtoul(number, NULL, 10) > tree->made_last)
        tree->made_last = (uint32_t)strtoul(number, NULL, 10);
}

uint32_t tree_make(struct tree *tree, const char *table)
{
    char object[257];
    uint32_t first, last;

    snprintf(object, sizeof(object), "%s%u.", table, tree->made_last + 1);
    if (!tree_takes_instances(tree, table) || !tree_range(tree, object, &first, &last))
        return 0;
    tree_remake(tree, object);
    return tree->made_last;
}

static void forget_below(struct tree *tree, const char *object)
{
    for (uint32_t i = tree->override_count; i-- > 0;) {
        if (!text_starts_with(tree->model->parameters[tree->overrides[i].row].name, object))
            continue;
        heap_free(tree->overrides[i].value);
        tree->overrides[i] = tree->overrides[--tree->override_count];
    }
}

bool tree_unmake(struct tree *tree, const char *object)
{
    for (uint32_t i = 0; i < tree->made_count; i++) {
        if (strcmp(tree->made[i], object) != 0)
            continue;
        forget_below(tree, object);
        heap_free(tree->made[i]);
        tree->made[i] = tree->made[--tree->made_count];
        return true;
    }
    return false;
}

/* ---- values ---- */

const char *tree_value(const struct tree *tree, uint32_t row, struct arena *arena)
{
    const struct parameter *parameter = &tree->model->parameters[row];
    const struct override *override = find_override(tree, row);

    if (override != NULL)
        return arena_strdup(arena, override->value);
    return parameter->text != NULL ? parameter->text : value_make(tree, parameter, arena);
}

const char *tree_shown(const struct tree *tree, uint32_t row, struct arena *arena)
{
    return tree->model->parameters[row].flags & PARAMETER_HIDDEN ? "" : tree_value(tree, row, arena);
}

void tree_put(struct tree *tree, uint32_t row, const char *value)
{
    struct override *override = find_override(tree, row);
    char *copy = heap_strdup(value);

    if (override == NULL) {
        tree->overrides = heap_grow(tree->overrides, (tree->override_count + 1) * sizeof(*tree->overrides));
        override = &tree->overrides[tree->override_count++];
        *override = (struct override){.row = row};
    }
    heap_free(override->value);
    override->value = copy;
}

const char *tree_text(const struct tree *tree, const char *path, struct arena *arena)
{
    uint32_t row = tree_find_below(tree, path);

    return row == NO_ROW ? "" : tree_value(tree, row, arena);
}

uint32_t tree_number(const struct tree *tree, const char *path, uint32_t otherwise)
{
    AUTO_ARENA arena = arena_new(0);
    uint32_t number;

    return text_read_u32(tree_text(tree, path, arena), &number) == ERR_OK ? number : otherwise;
}

void tree_put_text(struct tree *tree, const char *path, const char *value)
{
    uint32_t row = tree_find_below(tree, path);

    if (row != NO_ROW)
        tree_put(tree, row, value);
}

void tree_put_result(struct tree *tree, const char *path, const char *value)
{
    char name[257];
    uint32_t row;

    snprintf(name, sizeof(name), "%s%s", tree->model->root, path);
    row = find_row(tree, name);
    if (row != NO_ROW)
        tree_put(tree, row, value);
}

void tree_forget_below(struct tree *tree, const char *path)
{
    char object[257];

    snprintf(object, sizeof(object), "%s%s", tree->model->root, path);
    forget_below(tree, object);
}

void tree_put_name(struct tree *tree, const char *name, const char *value)
{
    uint32_t row = tree_find(tree, name);

    if (row != NO_ROW)
        tree_put(tree, row, value);
}

void tree_forget_name(struct tree *tree, const char *name)
{
    uint32_t row = tree_find(tree, name);
    struct override *override = row == NO_ROW ? NULL : find_override(tree, row);

    if (override == NULL)
        return;
    heap_free(override->value);
    *override = tree->overrides[--tree->override_count];
}
