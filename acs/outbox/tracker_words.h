/*
 * What is written into tickets, and about tickets into cases. Pure.
 */
#pragma once

#include "acs/base/text.h"
#include "db/tracker.h"

enum tracker_word {
#define TRACKER_WORD(id, pt, en) TRACKER_WORD_##id,
#include "acs/outbox/tracker_word.def"
#undef TRACKER_WORD
    TRACKER_WORD_COUNT
};

const char *tracker_word(enum tracker_word word, bool portuguese);
/* The same with what stands for its first and second %s. */
const char *tracker_say(enum tracker_word word, bool portuguese, const char *first, const char *second,
                        struct arena *arena);

/* How people reach what a link leads to. */
struct tracker_site {
    const char *url; /* without a slash at its end */
    bool portuguese;
};

/* One line: protocol and the beginning of the summary. */
const char *tracker_subject(const struct tracker_order *order, struct arena *arena);
const char *tracker_link(const struct tracker_order *order, const struct tracker_site *site,
                         struct arena *arena);
/* Of a ticket that is made. */
const char *tracker_text(const struct tracker_order *order, const struct tracker_site *site,
                         struct arena *arena);
/* Of whatever came later; headline is what kind of event it was. */
const char *tracker_note_text(const struct tracker_order *order, const struct tracker_site *site,
                              struct arena *arena);
const char *tracker_headline(const struct tracker_order *order, bool portuguese);
/* 0 (low) to 3 */
unsigned tracker_urgency(const char *priority);
