/*
 * Words that people at the desk read, or read out, in both languages, and those that somebody has written in
 * place of the ones that are built in. Pure.
 *
 * A form may have places: "{ssid}" is filled in by whoever says it. What is saved comes from people, and from
 * a database: saying_check() is asked before it is kept, and again before it is used.
 */
#pragma once

#include "acs/base/text.h"

/* Written in place of a text that is built in. */
struct saying {
    const char *id; /* "optical_bad.say" */
    const char *pt, *en;
};

struct sayings {
    const struct saying *items;
    size_t count;
};

const struct saying *sayings_find(const struct sayings *sayings, const char *id); /* NULL: none */

enum { SAYING_PLACES_MAX = 16, SAYING_PLACE_MAX = 16 };

/* The names of places, each once. */
struct saying_places {
    char names[SAYING_PLACES_MAX][SAYING_PLACE_MAX];
    size_t count;
};

/* Adds those of a form that is well-formed. */
void saying_places_of(const char *form, struct saying_places *places);
bool saying_places_have(const struct saying_places *places, const char *name, size_t len);

enum saying_fault {
    SAYING_IS_FINE,
    SAYING_IS_EMPTY, /* or only blanks */
    SAYING_IS_LONG,
    SAYING_HAS_EDGE,    /* a blank in front or behind */
    SAYING_HAS_CONTROL, /* a line end, or a character that is not seen but moves what is (U+202E) */
    SAYING_HAS_BRACE,   /* one that is no place's */
    SAYING_HAS_PLACE    /* one that nobody fills in */
};

/* max: characters. ret_place: of SAYING_HAS_PLACE, where its name begins; NULL: not wanted. */
enum saying_fault saying_check(const char *form, const struct saying_places *known, size_t max,
                               const char **ret_place);
