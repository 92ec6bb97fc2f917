/*
 * What is handed over with an escalated case: its summary, and the document as a page. Pure.
 *
 * The page is one HTML file that needs nothing else: no script, no picture but its own SVG, no address to
 * load from. Every text in it comes from outside and is escaped in one place.
 */
#pragma once

#include "acs/base/json.h"

struct desk_story {
    const char *headline; /* of the verdict, in the language; NULL: none */
    int64_t contacts;     /* about the same trouble … */
    int64_t days;         /* … within so many days */
    const struct json *entries;
    bool portuguese;
};

enum { DESK_SUMMARY_MAX = 1800 }; /* bytes */

/* A few lines: what is the matter, what was done and what came of it, what was noted. */
const char *desk_summary(const struct desk_story *story, struct arena *arena);

/*
 * The value without secrets: members that are named like one, and the values of facts that are one, become
 * null.
 */
void desk_redact(const struct json *value, struct json_writer *out);

/* document: as acs/api/handoff.c makes it; what is not there or of another kind is left out. */
void desk_write_page(const struct json *document, bool portuguese, struct text *out);

/* Text into HTML, between tags or in a quoted attribute. What would steer a terminal or turn the direction of
 * writing becomes U+FFFD. */
void desk_escape(const char *text, struct text *out);
