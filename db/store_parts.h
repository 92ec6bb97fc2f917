/*
 * What a batch consists of: one row per statement, in the order in which they are sent. Each adds what it
 * wants of every unit, and reads what the answer says for which unit. A statement that no unit wants is not
 * sent.
 *
 * The order matters: an Inform takes its session number before open actions are read, and the fence is held
 * before anything of a session is written.
 */
#pragma once

#include <libpq-fe.h>

#include "db/columns.h"
#include "db/store.h"

struct store_part {
    enum sql statement;
    unsigned column_count;
    const struct column *columns;
    void (*add)(const struct store_unit *unit, int32_t place, struct columns *to);
    void (*read)(struct store_unit *const *units,
                 const PGresult *result); /* after COMMIT; NULL: nothing to read */
};

enum { STORE_PART_COUNT = 13 };
extern const struct store_part store_parts[STORE_PART_COUNT];

/* store_pages.c: the values and flags of a unit as pages. */
enum { STORE_PAGE_COLUMNS = 8 };
extern const struct column store_page_columns[STORE_PAGE_COLUMNS];
void store_pages_add(const struct store_unit *unit, int32_t place, struct columns *to);
