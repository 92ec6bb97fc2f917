/* The operator's file of where models keep what: any bytes are rows or an error with its place. */
#include <string.h>

#include "provisioning/map/map_rows.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    const char *text = arena_memdup(arena, data, size);
    struct map_section *sections[MAP_SECTIONS_MAX + 1] = {ARENA_NEW(arena, struct map_section)};
    struct model_map map = {.sections = sections, .section_count = 1};
    enum err err = map_rows_read(text, arena, &map);

    FUZZ_CHECK(err == ERR_OK || (err == ERR_INVALID && strstr(err_message(), "line ") != NULL));
    for (size_t i = 0; i < map.count; i++) {
        FUZZ_CHECK(map.rows[i].object < strlen(map.rows[i].path));
        FUZZ_CHECK(map.rows[i].section < map.section_count);
    }
    return 0;
}
