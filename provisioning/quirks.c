#include "provisioning/quirks.h"

#include <string.h>

#include "acs/base/text.h"
#include "provisioning/quirk_rows.h"

const struct quirks quirks_none;

bool quirks_avoid(const struct quirks *quirks, enum cwmp_method method)
{
    return (quirks->avoided[method / 64] >> (method % 64) & 1) != 0;
}

/* ---- a set ---- */

struct quirks quirk_set_find(const struct quirk_set *set, const struct model_identity *identity)
{
    struct quirks quirks = quirks_none;

    for (size_t i = 0; i < set->count; i++) {
        const struct quirk_row *row = &set->rows[i];

        if (model_fits(&row->model, identity))
            quirk_row_apply(row, &quirks);
    }
    return quirks;
}

static const struct {
    const char *manufacturer, *product_class, *software, *switches;
} built_in[] = {
#define QUIRK(manufacturer, product_class, software, switches, why) \
    {manufacturer, product_class, software, switches},
#include "provisioning/quirks.def"
#undef QUIRK
};

/* Written as a line of the file would be, so that both are read by the same code. */
static enum err add_built_in(struct quirk_set *set, struct arena *arena)
{
    for (size_t i = 0; i < sizeof(built_in) / sizeof(*built_in); i++)
        TRY(err_while(quirk_rows_read(arena_printf(arena, "\"%s\" \"%s\" \"%s\" %s", built_in[i].manufacturer,
                                                   built_in[i].product_class, built_in[i].software,
                                                   built_in[i].switches),
                                      arena, set),
                      "quirks.def, row %zu", i + 1));
    return ERR_OK;
}

enum err quirk_set_new(const char *text, struct arena *arena, const struct quirk_set **ret)
{
    struct quirk_set *set = ARENA_NEW(arena, struct quirk_set);

    TRY(add_built_in(set, arena));
    if (text != NULL)
        TRY(quirk_rows_read(text, arena, set));
    *ret = set;
    return ERR_OK;
}
