#include "provisioning/model.h"

#include <ctype.h>
#include <string.h>

#include "acs/base/text.h"

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

int model_compare_versions(const char *a, const char *b)
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

static bool software_fits(const struct model_pattern *pattern, const char *version)
{
    if (strcmp(pattern->software, "*") == 0)
        return true;
    if (version == NULL)
        return false;
    if (pattern->to == NULL)
        return fits(pattern->software, version);
    if (*pattern->from != '\0' && model_compare_versions(version, pattern->from) < 0)
        return false;
    return *pattern->to == '\0' || model_compare_versions(version, pattern->to) <= 0;
}

static void split_range(const char *word, struct arena *arena, struct model_pattern *pattern)
{
    const char *dots = strstr(word, "..");

    pattern->software = word;
    if (dots == NULL)
        return;
    pattern->from = arena_memdup(arena, word, (size_t)(dots - word));
    pattern->to = dots + 2;
}

enum err model_pattern_read(struct words *words, struct model_pattern *ret)
{
    const char *software;

    *ret = (struct model_pattern){0};
    TRY(words_next(words, &ret->manufacturer));
    TRY(words_next(words, &ret->product_class));
    TRY(words_next(words, &software));
    split_range(software, words->arena, ret);
    return ERR_OK;
}

bool model_fits(const struct model_pattern *pattern, const struct model_identity *identity)
{
    return fits(pattern->manufacturer, text_or_empty(identity->manufacturer)) &&
           fits(pattern->product_class, text_or_empty(identity->product_class)) &&
           software_fits(pattern, identity->software_version);
}
