#include "tests/cpesim/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/rows.h"
#include "tests/cpesim/value.h"

static const struct model models[MODEL_COUNT] = {
#include "tests/cpesim/model.def"
};

/* The parameters of one model while its rows are unfolded. */
struct unfolding {
    struct arena *arena;
    const struct row *row;
    struct parameter *items;
    size_t count;
    size_t capacity;
};

/* Where the numbers stood while a path was unfolded. */
struct place {
    unsigned outer;
    unsigned instance;
    size_t table_len;
};

static unsigned network_of(const char *name)
{
    static const char *const stems[] = {".WLANConfiguration.", ".WiFi.Radio.", ".WiFi.SSID.",
                                        ".WiFi.AccessPoint."};

    for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++) {
        const char *stem = strstr(name, stems[i]);

        if (stem != NULL)
            return (unsigned)strtoul(stem + strlen(stems[i]), NULL, 10);
    }
    return 0;
}

static void add(struct unfolding *unfolding, const char *name, const struct place *place)
{
    const struct row *row = unfolding->row;
    const bool made = row->value[0] == '$';

    if (unfolding->count == unfolding->capacity) {
        size_t more = unfolding->capacity ? unfolding->capacity * 2 : 256;

        unfolding->items =
            arena_grow(unfolding->arena, unfolding->items, unfolding->capacity * sizeof(*unfolding->items),
                       more * sizeof(*unfolding->items));
        unfolding->capacity = more;
    }
    unfolding->items[unfolding->count++] = (struct parameter){
        .name = name,
        .type = row->type,
        .flags = row->flags,
        .check = row->check,
        .text = made ? NULL : row->value,
        .generator = made ? value_generator(row->value + 1) : NULL,
        .outer = place->outer,
        .instance = place->instance,
        .network = network_of(name),
        .table_len = place->table_len,
    };
}

/* "{1-4}" or "{1,5}": the first and the last number, and the way from one to the next. */
static void read_numbers(const char *braces, unsigned *ret_first, unsigned *ret_last, unsigned *ret_step)
{
    char *end;

    *ret_first = (unsigned)strtoul(braces + 1, &end, 10);
    *ret_step = *end == '-' ? 1 : 0;
    *ret_last = (unsigned)strtoul(end + 1, &end, 10);
    if (*end != '}' || *ret_last <= *ret_first)
        abort();
    if (*ret_step == 0)
        *ret_step = *ret_last - *ret_first;
}

/* One after the other, each instance number takes the place of the first braces; then those behind them are
 * unfolded. */
static void unfold(struct unfolding *unfolding, const char *name, struct place place)
{
    size_t open = strcspn(name, "{");
    unsigned first, last, step;

    if (name[open] == '\0') {
        add(unfolding, name, &place);
        return;
    }
    read_numbers(name + open, &first, &last, &step);
    for (unsigned number = first; number <= last; number += step) {
        const char *rest = strchr(name, '}') + 1;
        struct place inner = {place.outer ? place.outer : number, number, open};

        unfold(unfolding, arena_printf(unfolding->arena, "%.*s%u%s", (int)open, name, number, rest), inner);
    }
}

static int compare(const void *a, const void *b)
{
    const struct parameter *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static void list_informs(struct model *model, struct arena *arena)
{
    unsigned wanted = PARAMETER_INFORM | (model->quirks & QUIRK_SHORT_INFORM ? 0 : PARAMETER_OFTEN);

    model->informs = ARENA_ARRAY(arena, uint32_t, model->count);
    for (uint32_t row = 0; row < model->count; row++)
        if (model->parameters[row].flags & wanted)
            model->informs[model->inform_count++] = row;
}

static void load(struct model *model, struct arena *arena)
{
    struct unfolding unfolding = {.arena = arena};

    for (size_t i = 0; model->groups[i] != NULL; i++) {
        for (unfolding.row = model->groups[i]; unfolding.row->path != NULL; unfolding.row++)
            unfold(&unfolding, arena_printf(arena, "%s%s", model->root, unfolding.row->path),
                   (struct place){0});
    }
    if (unfolding.count == 0)
        abort();
    qsort(unfolding.items, unfolding.count, sizeof(*unfolding.items), compare);
    model->parameters = unfolding.items;
    model->count = unfolding.count;
    list_informs(model, arena);
}

struct model *models_load(struct arena *arena)
{
    struct model *loaded = ARENA_ARRAY(arena, struct model, MODEL_COUNT);

    for (size_t i = 0; i < MODEL_COUNT; i++) {
        loaded[i] = models[i];
        load(&loaded[i], arena);
    }
    return loaded;
}
