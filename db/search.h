/*
 * The search of the desk: one statement, however many things what was typed may be.
 */
#pragma once

#include "db/query.h"

struct search_question {
    /* What to look for, each in the form it is kept in; NULL: not that. */
    const char *document, *phone, *phone_area, *contract, *login, *serial, *mac, *address, *words;
    const char *const *order; /* names of those that are not NULL, best first; a find's how is one of them */
    size_t order_count;
    bool has_time; /* of an address: who had it then, in local time of the zone */
    const char *date, *clock;
    unsigned days_ago;
    const char *zone;           /* "America/Sao_Paulo" */
    const struct filter *scope; /* only homes of it; NULL: all */
    unsigned most;              /* subscribers, and devices */
};

struct search_rows {
    struct search_row {
        bool is_device;    /* else a subscriber; these come first */
        const char *shown; /* JSON object */
    } * items;
    size_t count;
};

/* ERR_INVALID: there is no such day, or no such zone. */
enum err search_run(struct db *db, const struct search_question *question, struct arena *arena,
                    struct search_rows *ret) MUST_CHECK;
