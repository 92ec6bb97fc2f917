/* Whatever is typed as a filter is refused with a column within it, or becomes SQL of which only the tables
 * decide: every value that was typed is a parameter, and the text has as many as there are values. */
#include <string.h>

#include "db/filter.h"
#include "tests/fuzz/fuzz.h"

static void check_sql(const struct filter *filter, struct arena *arena)
{
    struct filter_sql sql = filter_sql(filter, 1, arena);
    size_t parameters = 0;
    int depth = 0;

    FUZZ_CHECK(sql.count > 0 && sql.count <= FILTER_SQL_VALUES_MAX);
    for (const char *c = sql.text; *c != '\0'; c++) {
        FUZZ_CHECK(*c >= ' ' && *c <= '~' && *c != ';');
        parameters += *c == '$';
        depth += (*c == '(') - (*c == ')');
        FUZZ_CHECK(depth >= 0);
    }
    FUZZ_CHECK(depth == 0 && parameters == sql.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct filter_rules rules = {.parameters = true};
    AUTO_ARENA arena = arena_new(1024);
    const char *text = arena_memdup(arena, data, size);
    const struct filter *filter;
    struct filter_error error;

    (void)filter_is_meant(text);
    if (filter_parse(text, &rules, arena, &filter, &error) != ERR_OK) {
        FUZZ_CHECK(error.column >= 1 && error.column <= strlen(text) + 1);
        FUZZ_CHECK(*filter_say(&error, true, arena) != '\0');
        return 0;
    }
    check_sql(filter, arena);
    return 0;
}
