/*
 * What was noted within this minute, so that a page that asks every few seconds makes one audit row a minute
 * and not twenty.
 *
 * A look, or a refusal, that equals one of the same minute (the database's clock) in everything but the time
 * and the id of the request is covered by that one's row. So a row says "in this minute", and questions over
 * audit rows that ask for a time take in whole minutes. Nothing is lost if this is: a server that starts
 * anew, or another one, or a place that was taken by something else, writes a row again.
 *
 * Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/crypto.h"

struct recent;

struct recent *recent_new(void) MUST_CHECK;
void recent_free(struct recent *recent); /* NULL is allowed */

/* Over all that makes two of them equal; keyed, so that nobody can choose one that hides another. */
struct hash128 recent_hash(const struct recent *recent, const void *bytes, size_t len);
bool recent_has(struct recent *recent, struct hash128 what);
/* It was committed in a row of this time (microseconds since 1970). */
void recent_note(struct recent *recent, struct hash128 what, int64_t at_us);
