/* Secrets that a save of an action brings: rare, and so apart from it. */
#include "db/store_parts.h"

const struct column store_secret_columns[STORE_SECRET_COLUMNS] = {
    {"device_id", ARRAY_BIGINT},
    {"id",        ARRAY_TEXT  },
    {"revision",  ARRAY_INT   },
    {"sealed",    ARRAY_TEXT  },
    {"undo",      ARRAY_TEXT  },
    {"secrets",   ARRAY_TEXT  },
};

void store_secrets_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    (void)place;
    for (unsigned i = 0; i < unit->action_count; i++) {
        const struct action_save *save = &unit->actions[i]->save;

        if (save->sealed == NULL && save->undo == NULL && save->secrets == NULL)
            continue;
        columns_i64(to, unit->device_id);
        columns_text(to, save->action_id);
        columns_i32(to, save->revision);
        columns_text(to, save->sealed);
        columns_text(to, save->undo);
        columns_text(to, save->secrets);
        columns_end_row(to);
    }
}
