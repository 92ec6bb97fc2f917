#include "acs/api/language.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const tags[LANGUAGE_COUNT] = {[LANGUAGE_PT] = "pt-BR", [LANGUAGE_EN] = "en"};

/* True if the range, e.g. "en-GB" or "pt", has this primary tag. */
static bool has_primary_tag(const char *range, size_t len, const char *tag)
{
    return len >= 2 && strncasecmp(range, tag, 2) == 0 && (len == 2 || range[2] == '-');
}

/* The weight in thousandths; one without q weighs 1000. */
static int read_weight(const char *range, size_t len)
{
    const char *q = memmem(range, len, "q=", 2);

    if (q == NULL)
        return 1000;
    return (int)(strtod(q + 2, NULL) * 1000);
}

enum language language_choose(const char *accept)
{
    int weights[LANGUAGE_COUNT] = {0};

    for (const char *range = accept; range != NULL && *range != '\0';) {
        size_t len = strcspn(range, ",");
        size_t tag_len;

        range += strspn(range, " \t");
        len = strcspn(range, ",");
        tag_len = strcspn(range, " ;,");
        for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
            if (has_primary_tag(range, tag_len, tags[i]) && read_weight(range, len) > weights[i])
                weights[i] = read_weight(range, len);
        range += len + (range[len] == ',');
    }
    return weights[LANGUAGE_EN] > weights[LANGUAGE_PT] ? LANGUAGE_EN : LANGUAGE_PT;
}

const char *language_tag(enum language language)
{
    return tags[language];
}
