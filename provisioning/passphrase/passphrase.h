/*
 * Passwords for people: made of words that can be said over the phone, weighed honestly, and spelled out.
 *
 * The weight is that of the cheapest way in which somebody could guess it who knows how such passwords are
 * made: words of our own list, what people take first, names of days and years, runs over the keyboard,
 * repetitions; only what is none of these counts as letters by chance. Pure: what is by chance comes from the
 * caller.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/arena.h"

enum { PASSPHRASE_WORDS = 4, PASSPHRASE_LIST = 2048 };

extern const char *const passphrase_words[PASSPHRASE_LIST]; /* sorted */

/* "lua-verde-ponte-farol-72": four words and two digits, 50.6 bits. random: 64 bits by chance. In arena,
 * which is to be wiped. */
const char *passphrase_make(uint64_t random, struct arena *arena);

/* The weight in bits: log2 of how many guesses it takes at most. */
double passphrase_bits(const char *password);

enum passphrase_strength { PASSPHRASE_WEAK, PASSPHRASE_FAIR, PASSPHRASE_STRONG };
enum { PASSPHRASE_FAIR_BITS = 36, PASSPHRASE_STRONG_BITS = 50 };
enum passphrase_strength passphrase_strength(double bits);

/* It holds this name (of the network, of the customer), whatever the case; names below three letters are held
 * by none. */
bool passphrase_holds(const char *password, const char *name);

/* As it is said: "lua, traço, verde, traço, sete, dois". portuguese: else English. */
const char *passphrase_spell(const char *password, bool portuguese, struct arena *arena);
