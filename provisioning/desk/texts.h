/*
 * Every text of the desk that can be written anew: what verdicts say, and the labels of the lists of a case.
 * Pure.
 */
#pragma once

#include "provisioning/desk/desk.h"

enum { DESK_LABEL_MAX = 60 };

struct desk_text {
    const char *id;    /* "optical_bad.say", "reason.no_internet" */
    const char *group; /* "verdict"; of a label "reason", "fix", "outcome", "priority" */
    const char *about; /* the code of the verdict, or of the row of the list */
    const char *part;  /* "headline", "say", "next"; of a label "label" */
    unsigned shape;    /* of the verdict: from 0 */
    size_t max;        /* characters of one language */
    const char *pt, *en;
    struct saying_places places; /* that a form may have */
};

struct desk_texts {
    const struct desk_text *items; /* in the order of words.def, then list by list */
    size_t count;
};

struct desk_texts desk_texts(struct arena *arena);
const struct desk_text *desk_text_find(const struct desk_texts *texts, const char *id); /* NULL: none */

/* What might stand in this place of a text. */
struct verdict_words desk_text_example(const struct desk_text *text, const char *place);

/* Whether a saying may stand in place of the text. */
bool desk_text_takes(const struct desk_text *text, const struct saying *saying);

/* As somebody has written the label, or as it is built in. */
struct verdict_words desk_label(enum desk_list list, const struct desk_word *word,
                                const struct sayings *sayings, struct arena *arena);
