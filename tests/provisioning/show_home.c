/*
 * What the map makes of a device, to see what a new model needs:
 *
 *     show_home MANUFACTURER PRODUCT-CLASS SOFTWARE [MAP-FILE] <VALUES
 *
 * VALUES: a line per parameter, its name, a tab, its value. Writes the facts, a line each.
 */
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/map/home.h"

enum { VALUES_MAX = 60000 };

static size_t read_values(struct arena *arena, struct home_value *to)
{
    char line[70000];
    size_t count = 0;

    while (count < VALUES_MAX && fgets(line, sizeof(line), stdin) != NULL) {
        char *tab = strchr(line, '\t');

        line[strcspn(line, "\r\n")] = '\0';
        if (tab == NULL)
            continue;
        *tab = '\0';
        to[count++] = (struct home_value){
            .name = arena_strdup(arena, line), .value = arena_strdup(arena, tab + 1), .at_us = 1};
    }
    return count;
}

static const char *read_map(const char *path, struct arena *arena)
{
    struct text text = TEXT_IN(arena);
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    char piece[4096];
    size_t got;

    if (file == NULL)
        return NULL;
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        text_add(&text, piece, got);
    fclose(file);
    return text_string(&text);
}

static void show(const struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];

        if (fact->text != NULL)
            printf("%-36s %s\n", fact->name, fact->text);
        else
            printf("%-36s %.10g %s\n", fact->name, fact->number, fact_rows[fact->key].unit);
    }
}

int main(int argc, char **argv)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct home_value *values = ARENA_ARRAY(arena, struct home_value, VALUES_MAX);
    struct fact_list list = FACT_LIST_IN(arena);
    const struct model_map *map;
    struct facts facts;

    if (argc < 4) {
        fputs("show_home MANUFACTURER PRODUCT-CLASS SOFTWARE [MAP-FILE] <VALUES\n", stderr);
        return 2;
    }
    if (model_map_new(read_map(argv[4], arena), arena, &map) != ERR_OK) {
        fprintf(stderr, "%s\n", err_message());
        return 1;
    }
    struct model_identity identity = {argv[1], argv[2], argv[3]};
    struct map_view model = model_map_find(map, &identity, arena);
    struct home *home = home_new(&model, values, read_values(arena, values), arena);

    home_facts(home, false, &list);
    facts = facts_of_list(&list, 2);
    show(&facts);
    return 0;
}
