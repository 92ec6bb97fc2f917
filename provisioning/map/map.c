#include "provisioning/map/map.h"

#include <stdlib.h>
#include <string.h>

#include "provisioning/map/map_rows.h"
#include "provisioning/map/map_source.h"

const char *const band_names[BAND_COUNT] = {"2g", "5g", "6g"};
const char *const map_test_names[MAP_TESTS] = {
    [TEST_PING] = "ping",         [TEST_TRACE] = "trace",   [TEST_DNS] = "dns",
    [TEST_DOWNLOAD] = "download", [TEST_UPLOAD] = "upload", [TEST_SCAN] = "scan",
};

static int compare(const void *left, const void *right)
{
    const struct map_row *a = left;
    const struct map_row *b = right;
    int order = strcmp(a->leaf, b->leaf);

    return order != 0 ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

/* Every file begins with what holds for all. */
static enum err read_file(const char *name, const char *text, struct arena *arena, struct model_map *map)
{
    map->sections[map->section_count] = ARENA_NEW(arena, struct map_section);
    map->sections[map->section_count++]->model =
        (struct model_pattern){.manufacturer = "*", .product_class = "*", .software = "*"};
    return err_while(map_rows_read(text, arena, map), "%s", name);
}

enum err model_map_new(const char *text, struct arena *arena, const struct model_map **ret)
{
    struct model_map *map = ARENA_NEW(arena, struct model_map);

    map->sections = ARENA_ARRAY(arena, struct map_section *, MAP_SECTIONS_MAX + map_source_count + 1);
    for (size_t i = 0; i < map_source_count; i++)
        TRY(read_file(map_sources[i].name, map_sources[i].text, arena, map));
    if (text != NULL)
        TRY(read_file("the operator's map", text, arena, map));
    qsort(map->rows, map->count, sizeof(*map->rows), compare);
    *ret = map;
    return ERR_OK;
}

/* What a section says outranks what an earlier one has said. */
static void take_section(const struct map_section *section, bool *without, struct map_view *model)
{
    if (section->ceiling_mbps > 0)
        model->ceiling_mbps = section->ceiling_mbps;
    if (section->both != NULL)
        model->both = *section->both != '\0' ? section->both : NULL;
    for (int band = 0; band < BAND_COUNT; band++)
        if (section->bands[band] > 0)
            model->bands[band] = section->bands[band];
    for (int key = 0; key < KEY_COUNT; key++)
        without[key] |= section->without[key];
    model->without_tests |= section->without_tests;
}

struct map_view model_map_find(const struct model_map *map, const struct model_identity *identity,
                               struct arena *arena)
{
    bool *sections = ARENA_ARRAY(arena, bool, map->section_count);
    bool *without = ARENA_ARRAY(arena, bool, KEY_COUNT);
    struct map_view model = {.map = map, .sections = sections, .without = without};

    for (uint32_t i = 0; i < map->section_count; i++) {
        sections[i] = model_fits(&map->sections[i]->model, identity);
        if (sections[i])
            take_section(map->sections[i], without, &model);
    }
    return model;
}

const struct map_row *model_map_rows(const struct model_map *map, const char *leaf, size_t *ret_count)
{
    size_t low = 0, high = map->count, last;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(map->rows[middle].leaf, leaf) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (last = low; last < map->count && strcmp(map->rows[last].leaf, leaf) == 0;)
        last++;
    *ret_count = last - low;
    return &map->rows[low];
}

bool model_map_is_special(const struct model_map *map, const struct map_row *row)
{
    const struct model_pattern *model = &map->sections[row->section]->model;

    return strcmp(model->manufacturer, "*") != 0 || strcmp(model->product_class, "*") != 0 ||
           strcmp(model->software, "*") != 0;
}

const struct map_test_row *model_map_tests(const struct model_map *map, size_t *ret_count)
{
    *ret_count = map->test_count;
    return map->tests;
}

const struct map_row *model_map_all(const struct model_map *map, size_t *ret_count)
{
    *ret_count = map->count;
    return map->rows;
}
