#include "provisioning/reading_plan.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"

/* What the plan should stay below, and what it never exceeds. */
enum { PLAN_BYTES = 16 * 1024, PLAN_BYTES_MOST = 256 * 1024, LINE_BYTES = 8, EVERY_LEVEL = 100 };

void reading_add(struct reading *reading, enum reading_what what, uint32_t count, const char *path)
{
    if (reading->count == reading->capacity) {
        size_t more = reading->capacity ? reading->capacity * 2 : 64;

        reading->items =
            arena_grow(reading->arena, reading->items, reading->capacity * sizeof(*reading->items),
                       more * sizeof(*reading->items));
        reading->capacity = more;
    }
    reading->items[reading->count++] =
        (struct reading_item){.what = what, .count = count, .path = arena_strdup(reading->arena, path)};
}

/* ---- a tree of names as paths ---- */

/* names[from..to) are sorted and all begin with the same `depth` bytes, which end in "." or are none. */
struct branch {
    size_t from, to;
    size_t depth;
    unsigned level; /* below the path that was listed */
};

struct cutting {
    struct reading *to; /* the paths go here */
    const char *const *names;
    unsigned levels; /* how far large objects are taken apart; below, they are listed again later */
    bool full;       /* every parameter by its own name */
};

static const char *branch_path(const struct cutting *cutting, const struct branch *branch)
{
    return arena_memdup(cutting->to->arena, cutting->names[branch->from], branch->depth);
}

static void cut(const struct cutting *cutting, struct branch branch); /* NOLINT(misc-no-recursion) */

static void cut_children(const struct cutting *cutting, struct branch branch) /* NOLINT(misc-no-recursion) */
{
    while (branch.from < branch.to) {
        const char *name = cutting->names[branch.from];
        const char *dot = strchr(name + branch.depth, '.');
        struct branch child = {branch.from, branch.from + 1, dot ? (size_t)(dot - name) + 1 : 0,
                               branch.level + 1};

        while (dot != NULL && child.to < branch.to &&
               strncmp(cutting->names[child.to], name, child.depth) == 0)
            child.to++;
        if (dot == NULL)
            reading_add(cutting->to, READING_VALUES, 1, name);
        else
            cut(cutting, child);
        branch.from = child.to;
    }
}

static void cut(const struct cutting *cutting, struct branch branch) /* NOLINT(misc-no-recursion) */
{
    size_t count = branch.to - branch.from;
    bool large = count > cutting->to->batch;

    if (large && branch.level > 0 && branch.level >= cutting->levels)
        reading_add(cutting->to, cutting->full ? READING_LIST_FULL : READING_LIST, (uint32_t)count,
                    branch_path(cutting, &branch));
    else if (large || cutting->full || branch.depth == 0)
        cut_children(cutting, branch);
    else
        reading_add(cutting->to, READING_VALUES, (uint32_t)count, branch_path(cutting, &branch));
}

static size_t plan_bytes(const struct reading *reading)
{
    size_t bytes = 0;

    for (size_t i = 0; i < reading->count; i++)
        bytes += strlen(reading->items[i].path) + LINE_BYTES;
    return bytes;
}

static struct reading fresh(const struct reading *reading)
{
    return (struct reading){.arena = reading->arena, .batch = reading->batch};
}

/* As deep as the plan stays small. */
static struct reading cut_tree(const struct reading *reading, const char *const *names, size_t count,
                               const struct reading_item *item, bool full)
{
    static const unsigned levels[] = {EVERY_LEVEL, 5, 4, 3, 2, 1};
    struct reading below = fresh(reading);
    size_t depth = strlen(item->path);

    for (size_t i = 0; count > 0 && i < sizeof(levels) / sizeof(*levels); i++) {
        const struct cutting cutting = {&below, names, levels[i], full};

        below = fresh(reading);
        cut(&cutting, (struct branch){0, count, depth, 0});
        if (plan_bytes(&below) <= PLAN_BYTES)
            break;
    }
    return below;
}

/* ---- one level of names ---- */

/* A child of path: its name goes on behind it, and holds a dot only at its end. */
static bool is_child(const char *name, const char *path)
{
    size_t len = strlen(path);
    const char *dot;

    if (strncmp(name, path, len) != 0 || name[len] == '\0')
        return false;
    dot = strchr(name + len, '.');
    return dot == NULL || dot[1] == '\0';
}

/* Its parameters by their names, since the path itself would bring everything below, and its objects to be
 * listed. */
static struct reading cut_level(const struct reading *reading, const char *const *names, size_t count,
                                const struct reading_item *item)
{
    struct reading below = fresh(reading);

    for (size_t i = 0; i < count; i++) {
        if (!is_child(names[i], item->path))
            continue;
        if (text_ends_with(names[i], "."))
            reading_add(&below, item->what, 0, names[i]);
        else
            reading_add(&below, READING_VALUES, 1, names[i]);
    }
    return below;
}

/* ---- both ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A name that a request can hold; names are a device's own words. */
static bool is_usable(const char *name)
{
    enum { NAME_CHARACTERS = 256 };

    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return *name != '\0' && text_utf8_length(name) <= NAME_CHARACTERS;
}

/* Sorted, each once, and only what is below the path. */
static size_t gather(const struct reading *reading, const struct reading_item *item,
                     const struct cwmp_parameter_infos *infos, const char **ret)
{
    size_t count = 0, unique = 0;

    for (size_t i = 0; i < infos->count; i++)
        if (text_starts_with(infos->items[i].name, item->path) && is_usable(infos->items[i].name) &&
            (reading->levels || !text_ends_with(infos->items[i].name, ".")))
            ret[count++] = infos->items[i].name;
    qsort(ret, count, sizeof(*ret), compare_names);
    for (size_t i = 0; i < count; i++)
        if (unique == 0 || strcmp(ret[unique - 1], ret[i]) != 0)
            ret[unique++] = ret[i];
    return unique;
}

/* What there is no room for is left out. */
static void put_in_front(struct reading *reading, const struct reading *below)
{
    struct reading_item *later = reading->items;
    size_t later_count = reading->count;
    size_t bytes = plan_bytes(reading);

    reading->items = NULL;
    reading->count = reading->capacity = 0;
    for (size_t i = 0; i < below->count; i++) {
        const struct reading_item *item = &below->items[i];

        bytes += strlen(item->path) + LINE_BYTES;
        if (reading->total + item->count > READING_PARAMETERS_MAX || bytes > PLAN_BYTES_MOST) {
            reading->cut = true;
            continue;
        }
        reading_add(reading, item->what, item->count, item->path);
        reading->total += item->count;
    }
    for (size_t i = 0; i < later_count; i++)
        reading_add(reading, later[i].what, later[i].count, later[i].path);
}

void reading_expand(struct reading *reading, const struct reading_item *item,
                    const struct cwmp_parameter_infos *infos, bool full_names)
{
    const char **names = ARENA_ARRAY(reading->arena, const char *, infos->count);
    size_t count = gather(reading, item, infos, names);
    bool full = full_names || item->what == READING_LIST_FULL;
    struct reading below = reading->levels ? cut_level(reading, names, count, item)
                                           : cut_tree(reading, names, count, item, full);

    put_in_front(reading, &below);
}
