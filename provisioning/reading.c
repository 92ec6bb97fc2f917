#include "provisioning/reading.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/reading_plan.h"

enum {
    FAULT_INTERNAL = 9002,
    FAULT_RESOURCES = 9004,
    BATCH_FIRST = 250,
    BATCH_MOST = 1000,
    ANSWER_BYTES = 128 * 1024, /* what an answer should stay below */
    ENVELOPE_OF_VALUE = 110,   /* bytes of XML around a name and a value */
    REQUEST_BYTES = 24 * 1024,
    ENVELOPE_OF_NAME = 20
};

/* ---- the beginning ---- */

/* The ways to name everything, the usual one first (P-21); NULL: there is no such way. */
static const char *root_way(uint32_t number, const char *root, bool empty_first)
{
    static const char *const roots[] = {"Device.", "InternetGatewayDevice.", ""};

    if (empty_first)
        return number == 0 ? "" : root_way(number - 1, root, false);
    if (root == NULL)
        return number < sizeof(roots) / sizeof(*roots) ? roots[number] : NULL;
    return number == 0 ? root : number == 1 ? "" : NULL;
}

static uint32_t limit(uint32_t wanted, uint32_t usual)
{
    return wanted > 0 && wanted < usual ? wanted : usual;
}

static bool is_all(const struct reading_subject *subject)
{
    return subject->path == NULL || *subject->path == '\0';
}

static struct reading begin(const struct quirks *quirks, struct arena *arena)
{
    return (struct reading){
        .arena = arena,
        .batch = limit(quirks->batch, BATCH_FIRST),
        .names = limit(quirks->names_max, READING_NAMES_MAX),
        .levels = quirks->next_level,
    };
}

void reading_begin(struct reading *reading, const struct reading_subject *subject, struct arena *arena)
{
    const struct quirks *quirks = subject->quirks;

    *reading = begin(quirks, arena);
    reading_add(reading, quirks->full_names ? READING_LIST_FULL : READING_LIST, 0,
                is_all(subject) ? root_way(0, subject->root, quirks->root_is_empty) : subject->path);
}

void reading_begin_values(struct reading *reading, const struct reading_subject *subject,
                          const struct cwmp_strings *names, struct arena *arena)
{
    *reading = begin(subject->quirks, arena);
    for (size_t i = 0; i < names->count; i++) {
        bool is_table = text_ends_with(names->items[i], ".");

        reading_add(reading, is_table && subject->quirks->full_names ? READING_LIST_FULL : READING_VALUES,
                    is_table ? 0 : 1, names->items[i]);
    }
    reading->total = (uint32_t)names->count;
}

/* ---- asking ---- */

bool reading_lists(const struct reading *reading)
{
    return reading->items[0].what != READING_VALUES;
}

/* How many of the first items the next request takes: at least one. */
static size_t measure(const struct reading *reading)
{
    size_t most = reading->window > 1 ? reading->window / 2 : reading->names;
    size_t bytes = 0, values = 0, size = 0;

    if (reading->window == 1)
        most = 1;
    while (size < reading->count && size < most && size < reading->names) {
        const struct reading_item *item = &reading->items[size];

        bytes += strlen(item->path) + ENVELOPE_OF_NAME;
        values += item->count;
        if (item->what != READING_VALUES || (size > 0 && (bytes > REQUEST_BYTES || values > reading->batch)))
            break;
        size++;
    }
    return size;
}

void reading_ask(const struct reading *reading, struct cwmp_strings *ret)
{
    ret->count = reading_lists(reading) ? 1 : measure(reading);
    ret->items = ARENA_ARRAY(reading->arena, const char *, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = reading->items[i].path;
}

/* ---- answers ---- */

static void drop(struct reading *reading, size_t count)
{
    for (size_t i = 0; i < count; i++)
        reading->done += reading->items[i].count;
    reading->items += count;
    reading->count -= count;
    reading->capacity -= count;
}

static void note(struct reading_names *names, const char *path)
{
    if (names->kept < READING_KEPT_NAMES)
        names->items[names->kept++] = path;
    names->count++;
}

static void skip(struct reading *reading)
{
    note(&reading->skipped, reading->items[0].path);
    drop(reading, 1);
    reading->window = 0;
}

void reading_listed(struct reading *reading, const struct reading_subject *subject,
                    const struct cwmp_parameter_infos *infos)
{
    struct reading_item item = reading->items[0];

    reading->answers++;
    reading->losses = 0;
    reading->total -= item.count;
    drop(reading, 1);
    reading->done -= item.count;
    reading_expand(reading, &item, infos, subject->quirks->full_names);
}

static bool is_below(const char *name, const char *path)
{
    return *path == '\0' || text_ends_with(path, ".") ? text_starts_with(name, path)
                                                      : strcmp(name, path) == 0;
}

/* An object among the values is no parameter. */
static bool is_answer(const struct reading_item *item, const char *name)
{
    return is_below(name, item->path) && !text_ends_with(name, ".");
}

/* Of the item's parameters. Devices answer in the order in which they are asked, from *at on; of one that
 * does not, all of the answer is searched. */
static uint32_t count_answered(const struct reading_item *item, const struct cwmp_parameter_values *values,
                               size_t *at)
{
    uint32_t answered = 0;

    for (; *at < values->count && is_answer(item, values->items[*at].name); ++*at)
        answered++;
    if (answered == item->count)
        return answered;
    answered = 0;
    for (size_t i = 0; i < values->count; i++)
        answered += is_answer(item, values->items[i].name);
    return answered;
}

/* Some leave out of the answer what they do not have a value for, and it is no Fault to them. */
static void note_missing(struct reading *reading, const struct reading_item *item, uint32_t answered)
{
    if (answered >= item->count)
        return;
    note(&reading->omitted, item->path);
    reading->omitted.count += item->count - answered - 1;
}

/* Larger while it goes well, but never beyond what an answer should hold of values like these. */
static void adapt(struct reading *reading, const struct cwmp_parameter_values *values, uint32_t most)
{
    size_t bytes = 0;
    size_t fit;

    if (values->count == 0)
        return;
    for (size_t i = 0; i < values->count; i++)
        bytes += strlen(values->items[i].name) + strlen(values->items[i].value) + ENVELOPE_OF_VALUE;
    fit = ANSWER_BYTES / (bytes / values->count);
    reading->batch = reading->batch * 2 < most ? reading->batch * 2 : most;
    if (reading->batch > fit)
        reading->batch = fit > 0 ? (uint32_t)fit : 1;
}

/* Back in front, in a place that a dropped item has left. */
static void ask_by_full_names(struct reading *reading, const struct reading_item *item)
{
    reading->items--;
    reading->count++;
    reading->capacity++;
    reading->items[0] = (struct reading_item){READING_LIST_FULL, item->count, item->path};
    reading->done -= item->count;
    reading->window = 0;
}

/*
 * A path of which nothing was told may be one of a device that answers a path with the object itself, or not
 * at all: its parameters are asked for by name before they count as left out.
 */
static void take_answers(struct reading *reading, size_t took, const struct cwmp_parameter_values *values)
{
    const struct reading_item *taken = reading->items;
    struct reading_item *closed = ARENA_ARRAY(reading->arena, struct reading_item, took);
    size_t count = 0, at = 0;

    for (size_t i = 0; i < took; i++) {
        uint32_t answered = count_answered(&taken[i], values, &at);

        reading->values += answered;
        if (answered == 0 && taken[i].count > 0 && text_ends_with(taken[i].path, "."))
            closed[count++] = taken[i];
        else
            note_missing(reading, &taken[i], answered);
    }
    drop(reading, took);
    while (count > 0)
        ask_by_full_names(reading, &closed[--count]);
}

void reading_got(struct reading *reading, const struct reading_subject *subject,
                 const struct cwmp_parameter_values *values)
{
    size_t took = measure(reading);

    reading->answers++;
    reading->losses = 0;
    if (reading->window == 0)
        adapt(reading, values, limit(subject->quirks->batch, BATCH_MOST));
    reading->window = reading->window > took ? reading->window - (uint32_t)took : 0;
    take_answers(reading, took, values);
}

/* ---- refusals ---- */

static uint32_t values_of(const struct reading *reading, size_t items)
{
    uint32_t count = 0;

    for (size_t i = 0; i < items; i++)
        count += reading->items[i].count;
    return count;
}

static uint32_t half(uint32_t number)
{
    return number > 1 ? number / 2 : 1;
}

/* The one item is the culprit: a partial path is taken apart, a name is left out. */
static void isolate(struct reading *reading)
{
    struct reading_item *item = &reading->items[0];

    reading->window = 0;
    if (text_ends_with(item->path, "."))
        item->what = READING_LIST_FULL;
    else
        skip(reading);
}

/* The answer would be too large, or the device broke down over it. */
static void shrink(struct reading *reading)
{
    size_t took = measure(reading);

    reading->window = 0;
    if (took == 1) {
        reading->batch = half(limit(reading->items[0].count, reading->batch));
        isolate(reading);
        return;
    }
    reading->batch = half(limit(values_of(reading, took), reading->batch));
    reading->names = half((uint32_t)took);
}

/* One of the names is bad: which one, halves tell. */
static void bisect(struct reading *reading)
{
    size_t took = measure(reading);

    if (took == 1)
        isolate(reading);
    else
        reading->window = (uint32_t)took;
}

/* Names were refused: level by level instead, then by the root's other names, then not at all. */
static bool list_otherwise(struct reading *reading, const struct reading_subject *subject, bool too_large)
{
    const char *other;

    if (too_large && !reading->levels) {
        reading->levels = true;
        return true;
    }
    if (reading->answers > 0) {
        skip(reading);
        return true;
    }
    other = is_all(subject) ? root_way(++reading->root, subject->root, subject->quirks->root_is_empty) : NULL;
    if (other == NULL)
        return false;
    reading->items[0].path = other;
    return true;
}

bool reading_refused(struct reading *reading, const struct reading_subject *subject, uint32_t fault)
{
    bool too_large = fault == FAULT_RESOURCES || fault == FAULT_INTERNAL;

    reading->losses = 0;
    if (reading_lists(reading))
        return list_otherwise(reading, subject, too_large);
    if (too_large)
        shrink(reading);
    else
        bisect(reading);
    return true;
}

void reading_lost(struct reading *reading)
{
    reading->losses++;
    if (!reading_lists(reading))
        shrink(reading);
    else if (!reading->levels)
        reading->levels = true;
    else
        skip(reading);
}
