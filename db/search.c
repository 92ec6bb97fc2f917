#include "db/search.h"

#include <string.h>

enum err search_run(struct db *db, const struct search_question *question, struct arena *arena,
                    struct search_rows *ret)
{
    struct rows rows;

    TRY(query_run_inside(db, SQL_SEARCH,
                         BINDS(bind_text("document", question->document), bind_text("phone", question->phone),
                               bind_text("phone_area", question->phone_area),
                               bind_text("contract", question->contract), bind_text("login", question->login),
                               bind_text("serial", question->serial), bind_text("mac", question->mac),
                               bind_text("address", question->address), bind_text("words", question->words),
                               bind_texts("order", question->order, question->order_count, arena),
                               bind_bool("has_time", question->has_time), bind_text("date", question->date),
                               bind_text("clock", question->clock), bind_i64("days_ago", question->days_ago),
                               bind_text("zone", question->zone), BIND_SCOPE(question->scope),
                               bind_i64("most", question->most)),
                         question->scope, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct search_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct search_row){.is_device = strcmp(rows_text(&rows, i, "what"), "device") == 0,
                                            .shown = rows_text(&rows, i, "shown")};
    return ERR_OK;
}
