#include "tests/cpesim/names.h"

#include <string.h>

#include "acs/base/text.h"

struct listing {
    const struct tree *tree;
    size_t path_len;
    bool next_level;
    struct arena *arena;
    struct cwmp_parameter_infos *infos;
    size_t capacity;
    const char *before; /* the row that was handled last, and how much of its name exists */
    size_t before_len;
};

static void add(struct listing *listing, const char *name, size_t len, bool writable)
{
    struct cwmp_parameter_infos *infos = listing->infos;

    if (infos->count == listing->capacity) {
        size_t more = listing->capacity ? listing->capacity * 2 : 64;

        infos->items = arena_grow(listing->arena, infos->items, listing->capacity * sizeof(*infos->items),
                                  more * sizeof(*infos->items));
        listing->capacity = more;
    }
    infos->items[infos->count++] =
        (struct cwmp_parameter_info){.name = arena_memdup(listing->arena, name, len), .writable = writable};
}

/* Rows are sorted, so an object is new where it is not a part of the row before. */
static bool is_new(const struct listing *listing, const char *name, size_t len)
{
    return len > listing->before_len || strncmp(listing->before, name, len) != 0;
}

/* The objects that begin with this row: in full depth also the one that was asked for. Writable are tables
 * that take instances, and those instances (A.3.2.3). */
static void add_objects(struct listing *listing, const struct parameter *parameter, size_t exists)
{
    const char *name = parameter->name;
    size_t from = listing->path_len > 0 && !listing->next_level ? listing->path_len - 1 : listing->path_len;

    for (size_t i = from; i < exists; i++) {
        if (name[i] != '.')
            continue;
        if (is_new(listing, name, i + 1))
            add(listing, name, i + 1, parameter->flags & PARAMETER_MADE && i + 1 >= parameter->table_len);
        if (listing->next_level)
            return;
    }
}

/* Of an instance that this home lacks, only the table around it exists. */
static void add_row(struct listing *listing, uint32_t row)
{
    const struct parameter *parameter = &listing->tree->model->parameters[row];
    bool exists = tree_has(listing->tree, row);
    size_t len = exists ? strlen(parameter->name) : parameter->table_len;
    bool is_deeper = strchr(parameter->name + listing->path_len, '.') != NULL;

    add_objects(listing, parameter, len);
    if (exists && !(listing->next_level && is_deeper))
        add(listing, parameter->name, len, parameter->flags & PARAMETER_WRITE);
    listing->before = parameter->name;
    listing->before_len = len;
}

static enum err list_parameter(struct listing *listing, const char *path)
{
    uint32_t row = tree_find(listing->tree, path);

    if (row == NO_ROW)
        return err_set(ERR_NOT_FOUND, "%s", path);
    if (listing->next_level)
        return err_set(ERR_INVALID, "NextLevel with the name of a parameter");
    add(listing, path, strlen(path), listing->tree->model->parameters[row].flags & PARAMETER_WRITE);
    return ERR_OK;
}

enum err names_list(const struct tree *tree, const char *path, bool next_level, struct arena *arena,
                    struct cwmp_parameter_infos *ret)
{
    struct listing listing = {.tree = tree,
                              .path_len = strlen(path),
                              .next_level = next_level,
                              .arena = arena,
                              .infos = ret,
                              .before = ""};
    uint32_t first, last;

    *ret = (struct cwmp_parameter_infos){0};
    if (*path != '\0' && !text_ends_with(path, "."))
        return list_parameter(&listing, path);
    if (!tree_has_object(tree, path))
        return err_set(ERR_NOT_FOUND, "%s", path);
    if (!tree_range(tree, path, &first, &last))
        return ERR_OK;
    for (uint32_t row = first; row < last; row++)
        add_row(&listing, row);
    return ERR_OK;
}
