/*
 * The two languages in which the API speaks to people: Brazilian Portuguese first, English second.
 */
#pragma once

enum language { /* in this order in every table of texts */
                LANGUAGE_PT,
                LANGUAGE_EN,
                LANGUAGE_COUNT
};

/* By the header Accept-Language (RFC 9110 12.5.4); NULL, or neither of ours asked for: Portuguese. */
enum language language_choose(const char *accept);
const char *language_tag(enum language language); /* "pt-BR", "en" */
