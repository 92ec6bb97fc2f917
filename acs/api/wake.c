#include "acs/api/wake.h"

#include <string.h>

const char *wake_words(const struct call *call, const char *code)
{
    static const struct {
        const char *code, *pt, *en;
    } rows[] = {
#define WAKE(code, pt, en) {code, pt, en},
#include "acs/api/wake.def"
#undef WAKE
    };

    for (size_t i = 0; code != NULL && i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].code, code) == 0)
            return call_say(call, rows[i].pt, rows[i].en);
    return NULL;
}
