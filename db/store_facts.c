#include "db/store_facts.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "db/store_parts.h"

/* ---- facts ---- */

const struct column store_fact_columns[STORE_FACT_COLUMNS] = {
    {"device_id",  ARRAY_BIGINT},
    {"session_no", ARRAY_BIGINT},
    {"doc",        ARRAY_TEXT  },
    {"over",       ARRAY_TEXT  },
};

/* A pattern that the names of these lists' rows fit; NULL: none do. */
static const char *pattern_of(unsigned lists, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (size_t i = 0; i < HOME_LISTS; i++)
        if (lists & home_lists[i].list)
            text_printf(&out, "%s%s", out.len == 0 ? "^(" : "|", home_lists[i].prefix);
    if (out.len == 0)
        return NULL;
    text_putc(&out, ')');
    return out.data;
}

void store_facts_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    struct text doc = TEXT_IN(to->arena);
    struct json_writer json = JSON_WRITER(&doc);

    (void)place;
    if (unit->facts == NULL)
        return;
    facts_write(unit->facts->facts, &json);
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    columns_text(to, doc.data);
    columns_text(to, pattern_of(unit->facts->lists, to->arena));
    columns_end_row(to);
}

const struct column store_sample_columns[STORE_SAMPLE_COLUMNS] = {
    {"device_id",  ARRAY_BIGINT     },
    {"session_no", ARRAY_BIGINT     },
    {"name",       ARRAY_TEXT       },
    {"at",         ARRAY_TIMESTAMPTZ},
    {"value",      ARRAY_TEXT       },
};

void store_samples_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct facts *facts = unit->facts != NULL ? unit->facts->facts : NULL;

    (void)place;
    for (size_t i = 0; facts != NULL && i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];

        /* after a reset nobody knows from when a value is: it is no point of a curve */
        if (!(fact_rows[fact->key].flags & FACT_DRAWN) || fact->at_us == 0)
            continue;
        columns_i64(to, unit->device_id);
        columns_i64(to, unit->session_no);
        columns_text(to, fact->name);
        columns_time_us(to, fact->at_us);
        columns_text(to, arena_printf(to->arena, "%.15g", fact->number));
        columns_end_row(to);
    }
}

/* ---- the tree ---- */

const struct column store_tree_columns[STORE_TREE_COLUMNS] = {
    {"place",     ARRAY_INT   },
    {"device_id", ARRAY_BIGINT},
};

void store_tree_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->tree == NULL)
        return;
    columns_i32(to, place);
    columns_i64(to, unit->device_id);
    columns_end_row(to);
}

enum { TREE_PLACE, TREE_NAME, TREE_TOLD, TREE_LOCKED, TREE_AT };

static enum cwmp_type type_of(char letter)
{
    static const struct {
        char letter;
        enum cwmp_type type;
    } types[] = {
        {'s', CWMP_STRING       },
        {'i', CWMP_INT          },
        {'u', CWMP_UNSIGNED_INT },
        {'l', CWMP_LONG         },
        {'L', CWMP_UNSIGNED_LONG},
        {'b', CWMP_BOOLEAN      },
        {'d', CWMP_DATE_TIME    },
        {'6', CWMP_BASE64       },
        {'h', CWMP_HEX_BINARY   },
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (types[i].letter == letter)
            return types[i].type;
    return CWMP_UNKNOWN_TYPE;
}

void store_tree_read(struct store_unit *const *units, const PGresult *result)
{
    int count = PQntuples(result);

    for (int row = 0; row < count; row++) {
        struct store_unit *unit = units[store_number_at(result, row, TREE_PLACE)];
        struct store_tree *tree = unit->tree;
        const char *told = store_text_at(result, row, TREE_TOLD, unit->arena);

        if (tree->values == NULL)
            tree->values = ARENA_ARRAY(unit->arena, struct home_value, (size_t)count);
        tree->values[tree->count++] = (struct home_value){
            .name = store_text_at(result, row, TREE_NAME, unit->arena),
            .value = told != NULL ? told + 1 : NULL,
            .type = told != NULL ? type_of(*told) : CWMP_UNKNOWN_TYPE,
            .locked = store_number_at(result, row, TREE_LOCKED) != 0,
            .at_us = store_number_at(result, row, TREE_AT) * US_PER_S,
        };
    }
}

enum { PLACE_PLACE, PLACE_TECHNOLOGY, PLACE_DOWN, PLACE_UP };

void store_place_read(struct store_unit *const *units, const PGresult *result)
{
    enum { KILO = 1000 };

    for (int row = 0; row < PQntuples(result); row++) {
        struct store_unit *unit = units[store_number_at(result, row, PLACE_PLACE)];

        unit->tree->technology = store_text_at(result, row, PLACE_TECHNOLOGY, unit->arena);
        unit->tree->plan_down_mbps = (double)store_number_at(result, row, PLACE_DOWN) / KILO;
        unit->tree->plan_up_mbps = (double)store_number_at(result, row, PLACE_UP) / KILO;
    }
}
