/* What the states of a test mean in words. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/diag/diag.h"

struct diag_words diag_words(const char *state, struct arena *arena)
{
    static const struct {
        const char *state, *pt, *en;
    } rows[] = {
#define DIAG_ERROR(state, pt, en) {state, pt, en},
#include "provisioning/diag/error.def"
#undef DIAG_ERROR
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (text_equal_nocase(state, rows[i].state))
            return (struct diag_words){rows[i].pt, rows[i].en};
    return (struct diag_words){arena_printf(arena, "O roteador não conseguiu fazer o teste (%.64s).", state),
                               arena_printf(arena, "The router could not make the test (%.64s).", state)};
}
