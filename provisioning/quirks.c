#include "provisioning/quirks.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/quirk_rows.h"

const struct quirks quirks_none;

bool quirks_avoid(const struct quirks *quirks, enum cwmp_method method)
{
    return (quirks->avoided[method / 64] >> (method % 64) & 1) != 0;
}

/* ---- does a row fit ---- */

/* "*" any text, "?" any character. Goes back to the newest star only, so it takes length times length at
 * most. */
static bool fits(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *resume = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == '?' || tolower((unsigned char)*pattern) == tolower((unsigned char)*text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* Compares two runs of digits as numbers of any length; moves behind both. */
static int compare_numbers(const char **a, const char **b)
{
    size_t left, right;
    int order;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    left = strspn(*a, "0123456789");
    right = strspn(*b, "0123456789");
    order = left != right ? (left < right ? -1 : 1) : strncmp(*a, *b, left);
    *a += left;
    *b += right;
    return order;
}

int quirk_compare_versions(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        int order;

        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b))
            order = compare_numbers(&a, &b);
        else
            order = tolower((unsigned char)*a++) - tolower((unsigned char)*b++);
        if (order != 0)
            return order;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static bool software_fits(const struct quirk_row *row, const char *version)
{
    if (strcmp(row->software, "*") == 0)
        return true;
    if (version == NULL)
        return false;
    if (row->to == NULL)
        return fits(row->software, version);
    if (*row->from != '\0' && quirk_compare_versions(version, row->from) < 0)
        return false;
    return *row->to == '\0' || quirk_compare_versions(version, row->to) <= 0;
}

/* ---- a set ---- */

struct quirks quirk_set_find(const struct quirk_set *set, const struct quirk_identity *identity)
{
    struct quirks quirks = quirks_none;

    for (size_t i = 0; i < set->count; i++) {
        const struct quirk_row *row = &set->rows[i];

        if (fits(row->manufacturer, text_or_empty(identity->manufacturer)) &&
            fits(row->product_class, text_or_empty(identity->product_class)) &&
            software_fits(row, identity->software_version))
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
