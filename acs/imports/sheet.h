/*
 * A file of records, CSV (RFC 4180) or NDJSON, read as it comes: piece by piece, a record at a time. Pure.
 *
 * CSV is taken as spreadsheets write it: the separator is what its first line has most of (comma, semicolon
 * or tab), lines end in LF or CR LF, a field may be quoted and then hold separators, line ends and doubled
 * quotes. A record that cannot be read is told as such, and what comes after it is read all the same.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "acs/base/arena.h"

enum { SHEET_FIELDS_MAX = 256, SHEET_RECORD_MAX = 64 * 1024 /* bytes */ };

enum sheet_format { SHEET_CSV, SHEET_NDJSON };

enum sheet_wrong {
    SHEET_FINE,
    SHEET_TOO_LONG,   /* of more than SHEET_RECORD_MAX bytes */
    SHEET_OPEN_QUOTE, /* a quote that is never closed */
    SHEET_NOT_UTF8,   /* or it holds a NUL */
    SHEET_TOO_MANY_FIELDS
};

struct sheet_record {
    uint64_t line; /* on which it begins, from 1 */
    enum sheet_wrong wrong;
    const char **fields; /* of NDJSON: the line, as one */
    size_t count;        /* 0 if it is wrong */
};

struct sheet_config {
    enum sheet_format format;
    bool windows_1252; /* the bytes are that, and not UTF-8 */
    /* The next piece, of any size, which stays until it is asked again; len 0: there is none. */
    enum err (*read)(void *ctx, const char **ret_bytes, size_t *ret_len);
    void *ctx;
};

struct sheet;

struct sheet *sheet_new(const struct sheet_config *config) MUST_CHECK;
void sheet_free(struct sheet *sheet); /* NULL is allowed */
/*
 * The next record, which lives in the arena; empty lines are none. ret_end: there was no more. Only what
 * read() answers fails.
 */
enum err sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_record *ret,
                    bool *ret_end) MUST_CHECK;
