/*
 * How a home misbehaves, by order: odd.def. What it does with values that are set is here, the rest where it
 * happens (transfer.c, session.c, diagnostic.c).
 */
#pragma once

#include "tests/cpesim/tree.h"

struct home;

enum odd {
#define ODD(id, name, how) ODD_##id,
#include "tests/cpesim/odd.def"
#undef ODD
    ODD_COUNT
};

const char *odd_name(enum odd odd); /* "never" … */
/* ERR_INVALID: no such word; the message has all there are. */
enum err odd_find(const char *name, enum odd *ret) MUST_CHECK;

/* What it keeps of a value, in arena; NULL: nothing. What is about management itself is always kept. */
const char *odd_keeps(const struct home *home, uint32_t row, const char *value, struct arena *arena);
/* True: it does nothing of what is asked; the answer, whose method is set, is all there is to it. */
bool odd_pretends(const struct home *home, struct cwmp_message *answer);
bool odd_shows(const struct home *home, uint32_t row); /* a value that is hidden otherwise */
/* The fault code that it answers to this one although there is nothing wrong with it; 0: none. */
uint32_t odd_refuses(const struct home *home, uint32_t row);
