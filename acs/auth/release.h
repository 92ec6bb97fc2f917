/*
 * Who may release firmware: the public keys of firmware.keys_file, and how many of them must have signed the
 * manifest of each (firmware.signatures).
 *
 * The database says which device a firmware fits; it cannot verify a signature. So whoever hands a firmware
 * out calls release_check() at that moment, with the row as it is then: whatever was changed behind the back
 * of the API, file, rules or counter, no longer is what was signed. The places: when a manifest comes in and
 * when a firmware is approved (acs/api/firmware_change.c), and when an action is made that installs it
 * (acs/api/action_file.c).
 */
#pragma once

#include "db/firmware.h"

struct release_trust;

/* path "": no keys. ERR_INVALID, ERR_NOT_FOUND: what is wrong with the file; or it holds too few keys. */
enum err release_trust_load(const char *path, unsigned signatures, struct release_trust **ret) MUST_CHECK;
void release_trust_free(struct release_trust *trust);                 /* NULL is allowed */
unsigned release_trust_signatures(const struct release_trust *trust); /* 0: a manifest is not needed */

/* ERR_INVALID: it is not released, and why. Where no manifest is needed, one that is there must still match.
 */
enum err release_check(const struct release_trust *trust, const struct firmware_taken *firmware,
                       struct arena *arena) MUST_CHECK;
/* Of a manifest that says what it says: is it signed by enough? */
enum err release_check_signatures(const struct release_trust *trust, const char *manifest,
                                  const char *signatures, struct arena *arena) MUST_CHECK;
