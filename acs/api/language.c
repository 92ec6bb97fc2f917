#include "acs/api/language.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *const tags[LANGUAGE_COUNT] = {[LANGUAGE_PT] = "pt-BR", [LANGUAGE_EN] = "en"};

/* True if the range, e.g. "en-GB" or "pt", has this primary tag. */
static bool has_primary_tag(const char *range, size_t len, const char *tag)
{
    return len >= 2 && strncasecmp(range, tag, 2) == 0 && (len == 2 || range[2] == '-');
}

/* The weight in thousandths, "q=0.8"; one without q weighs 1000, one that cannot be read nothing. */
static int read_weight(const char *range, size_t len)
{
    const char *q = memmem(range, len, "q=", 2);
    int weight = 0;

    if (q == NULL || q[2] == '1')
        return 1000;
    if (q[2] != '0' || q[3] != '.')
        return 0;
    q += 4;
    for (int digit = 100; digit > 0 && *q >= '0' && *q <= '9'; digit /= 10)
        weight += (*q++ - '0') * digit;
    return weight;
}

enum language language_choose(const char *accept)
{
    int weights[LANGUAGE_COUNT] = {0};

    for (const char *range = accept; range != NULL && *range != '\0';) {
        const char *tag = range + strspn(range, " \t");
        size_t tag_len = strcspn(tag, " ;,");
        size_t len = strcspn(range, ",");

        for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
            if (has_primary_tag(tag, tag_len, tags[i]) && read_weight(range, len) > weights[i])
                weights[i] = read_weight(range, len);
        range += len + (range[len] == ',');
    }
    return weights[LANGUAGE_EN] > weights[LANGUAGE_PT] ? LANGUAGE_EN : LANGUAGE_PT;
}

const char *language_tag(enum language language)
{
    return tags[language];
}
