/* What a device tells, a line each with "=" between name and value: whatever it is, it is some home or none.
 */
#include <string.h>

#include "acs/base/json.h"
#include "provisioning/map/home.h"
#include "tests/fuzz/fuzz.h"

enum { VALUES_MAX = 512 };

static size_t read_values(char *text, struct home_value *values)
{
    size_t count = 0;

    for (char *line = text; *line != '\0' && count < VALUES_MAX;) {
        char *end = line + strcspn(line, "\n");
        char *equals = memchr(line, '=', (size_t)(end - line));
        bool last = *end == '\0';

        *end = '\0';
        if (equals != NULL)
            *equals = '\0';
        values[count] =
            (struct home_value){.name = line, .value = equals ? equals + 1 : NULL, .at_us = (int64_t)count};
        count++;
        line = last ? end : end + 1;
    }
    return count;
}

static void check_facts(const struct home *home, struct arena *arena)
{
    struct fact_list list = FACT_LIST_IN(arena), again = FACT_LIST_IN(arena);
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);
    struct facts facts;
    AUTO_JSON doc = NULL;

    home_facts(home, false, &list);
    facts = facts_of_list(&list, 1);
    facts_write(&facts, &json);
    FUZZ_CHECK(json_read(out.data, out.len, &doc) == ERR_OK);
    facts_read(doc, &again);
    FUZZ_CHECK(facts_of_list(&again, 1).count == facts.count);
}

static struct arena *forever; /* of the map, which is made once */
static const struct model_map *map;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct model_identity identity = {"Acme", "EG8145V5", "1"};
    AUTO_ARENA arena = arena_new(65536);
    struct home_value values[VALUES_MAX];
    struct cwmp_strings names;
    struct map_view view;
    struct home *home;

    if (forever == NULL) {
        forever = arena_new(4096);
        FUZZ_CHECK(model_map_new(NULL, forever, &map) == ERR_OK);
    }
    FUZZ_CHECK(arena_used(forever) > 0);
    view = model_map_find(map, &identity, arena);
    home = home_new(&view, values, read_values(arena_memdup(arena, data, size), values), arena);
    check_facts(home, arena);
    home_light_names(home, &names);
    return 0;
}
