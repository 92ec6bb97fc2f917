/*
 * Comma separated values (RFC 4180) for whoever opens them in a spreadsheet: every cell is quoted, and one
 * that the spreadsheet would take for a formula begins with an apostrophe.
 */
#pragma once

#include <stdint.h>

#include "acs/base/text.h"

/* text NULL: an empty cell. */
void csv_put(struct text *line, const char *text);
/* The same for spreadsheets that write 1,5 and so expect another separator. */
void csv_put_before(struct text *line, const char *text, char separator);
void csv_put_int(struct text *line, int64_t number);
void csv_end(struct text *line); /* of a row, whose last cell it was */
