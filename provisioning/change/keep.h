/*
 * What a reset to factory settings takes from a home and what is put back after it: names and passwords of
 * the Wi-Fi, the login of the connection. A name and its secret are put back together or not at all: a
 * network with its old name and the factory's password would fit neither the sticker nor the phones.
 */
#pragma once

#include "provisioning/change/change.h"

/* The arguments "keep": words of what is kept; not there: all. ERR_INVALID: one is not known. */
enum err keep_check(const struct json *args) MUST_CHECK;
/* Something is asked to be kept. */
bool keep_wanted(const struct json *args);

/*
 * {"kept":[{"what","place","name","secret"}],"left":[{"what","why"}]}: what of the home will be put back, and
 * what will not. secret: its name among the sealed ones of the record, which hold what the device showed of
 * itself, by the names of its parameters, and what is known of the home, by the names of facts.
 */
const char *keep_take(const struct action_record *record, const struct home *home, struct arena *arena);

/* Is there anything to put back? */
bool keep_holds(const struct json *keep);

/* For struct change_kind: what was kept, at the places that the home has now; the arguments are what
 * keep_take() wrote. */
extern const struct change_kind keep_change;

/* {"put_back":[what],"left":[{"what","why"}]}; changed: the result of the change that put it back, or NULL.
 */
const char *keep_write_result(const struct json *keep, const struct json *changed, struct arena *arena);
