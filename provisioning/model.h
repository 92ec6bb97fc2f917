/*
 * Which devices a row of data is about: manufacturer, product class and software version. Pure.
 *
 * Patterns know * and ?, in any case. Software is a pattern, or "from..to" (either end may be empty), both
 * ends included, numbers compared as numbers.
 */
#pragma once

#include "provisioning/words.h"

struct model_identity {
    const char *manufacturer;
    const char *product_class;
    const char *software_version; /* NULL: not known; only rows for every version apply */
};

struct model_pattern {
    const char *manufacturer, *product_class;
    const char *software;  /* pattern */
    const char *from, *to; /* range; to NULL: a pattern */
};

/* Three words. */
enum err model_pattern_read(struct words *words, struct model_pattern *ret) MUST_CHECK;
bool model_fits(const struct model_pattern *pattern, const struct model_identity *identity);

/* "1.10" is newer than "1.9": numbers as numbers, the rest as text. Below, above or equal to 0. */
int model_compare_versions(const char *a, const char *b);
