/*
 * What tests and read-outs share: how their arguments are checked, and how numbers and states are told.
 */
#pragma once

#include "acs/base/json.h"

/* "name", "host": a name or a literal address of at most 253 characters, nothing else. */
bool diag_is_host(const char *host);
enum err diag_check_host(const struct json *args, const char *key);
enum err diag_check_number(const struct json *args, const char *key, int64_t least, int64_t most);

/* "12,3" or "12.3", "−0,4": one place, none where it is 0. */
const char *diag_decimal(double number, bool portuguese, struct arena *arena);
double diag_round(double number, int places);
/* Rounded to so many places: what lies beyond is no knowledge. */
void diag_field_real(struct json_writer *json, const char *key, double number, int places);

/* ---- words.c ---- */

/* What an Error_ state means; an unknown one is quoted. */
struct diag_words {
    const char *pt, *en;
};
struct diag_words diag_words(const char *state, struct arena *arena);
