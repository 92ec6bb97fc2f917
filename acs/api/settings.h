/*
 * What people have set for all homes (db/setting.h): as it counts, and what the routes of it have in common.
 *
 * What is kept and does not fit any more, since a newer program has other ranges or places, counts as not
 * there: a server starts with it, and whoever looks at the settings sees that it does not count.
 */
#pragma once

#include "acs/api/call.h"
#include "db/setting.h"
#include "provisioning/desk/texts.h"

struct settings {
    struct threshold_saved thresholds;
    struct sayings sayings;
};

/* warn: what does not fit is logged. Texts live in the arena. */
enum err settings_load(struct db *db, bool warn, struct arena *arena, struct settings *ret) MUST_CHECK;
void settings_of_rows(const struct setting_rows *rows, bool warn, struct arena *arena, struct settings *ret);

/* NULL: it was set back, or is no pair of texts. */
const struct saying *setting_saying(const struct setting_row *row, struct arena *arena);
/* Not a number: it was set back, or is none. */
double setting_number(const struct setting_row *row);
/* The row of a list; one of revision 0 if there is none. */
struct setting_row setting_of(const struct setting_rows *rows, const struct setting_key *key);

/* In a transaction: as it is kept. Refused: it is not what If-Match says. */
enum err setting_take(struct call *call, const struct setting_key *key, struct setting_row *ret) MUST_CHECK;
/* value: JSON; NULL: set back. Refused: somebody else was faster. */
enum err setting_keep(struct call *call, struct setting_row *row, const char *value,
                      const char *reason) MUST_CHECK;

/* Into the object that is open: revision, who, when, why. */
void setting_write_last(struct call *call, const struct setting_row *row);
/* Likewise "revisions": the newest, newest first. */
enum err setting_write_history(struct call *call, const struct setting_key *key) MUST_CHECK;
