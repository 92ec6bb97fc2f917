/* Messages with generated content, for every row of the table of messages. */
#pragma once

#include "soap/cwmp.h"

enum make_style {
    MAKE_PLAIN,   /* what the schema allows, patterns included */
    MAKE_SPECIAL, /* characters that XML or a careless writer stumbles over */
    MAKE_EMPTY,   /* texts and lists as empty as the schema allows */
    MAKE_LONG,    /* texts as long as it allows, in characters of two bytes; long lists */
    MAKE_STYLE_COUNT
};
const char *make_style_name(enum make_style style);

/* The caller adds the header. */
struct cwmp_message make_message(enum cwmp_method method, enum cwmp_version version, enum make_style style,
                                 struct arena *arena);

/* Secrets are no longer there: what is left of a message that was written as JSON. */
void make_secrets_empty(struct cwmp_message *message);
