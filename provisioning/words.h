/*
 * The text files that operators write: lines of words, "#" begins a comment, a word with blanks in it stands
 * between quotes. Every refusal names line and column.
 */
#pragma once

#include <stdbool.h>

#include "acs/base/arena.h"

struct words {
    const char *at;
    const char *line_start;
    const char *word; /* where the newest one begins: for words_refuse() */
    unsigned line;
    struct arena *arena; /* of the words */
};

#define WORDS_OF(text, in_arena) \
    ((struct words){.at = (text), .line_start = (text), .line = 1, .arena = (in_arena)})

/* Moves to the next line that holds words, the first one included. False: that was all. */
bool words_line(struct words *words);
bool words_line_is_over(struct words *words);
/* ERR_INVALID: the line is over, a quote does not end on it, or the word is longer than 256 bytes. */
enum err words_next(struct words *words, const char **ret) MUST_CHECK;
/* at: what is wrong, on this line. Returns ERR_INVALID. */
enum err words_refuse(const struct words *words, const char *at, const char *what);
