/*
 * The numbers that the rules of verdicts compare with, as data: thresholds.def has each with its default,
 * threshold_rows.def what is otherwise for a technology or model, and an operator's file of the same words
 * (verdicts.thresholds_file) has the last word:
 *
 *     # technology  manufacturer  product class  software  settings
 *     gpon          *             *              *         optical.rx_low_dbm=-26
 *     *             "Acme Corp."  "GW-*"         *         device.cpu_percent=95 facts.light_fresh_s=300
 *
 * Pure: the caller reads the file. A set is made once, found in from any thread, and never changed.
 */
#pragma once

#include "provisioning/model.h"

enum threshold {
#define THRESHOLD(id, name, otherwise, low, high, unit, help) THRESHOLD_##id,
#include "provisioning/verdict/thresholds.def"
#undef THRESHOLD
    THRESHOLD_COUNT
};

/* A row of thresholds.def. */
struct threshold_row {
    const char *name;
    double otherwise, low, high;
    const char *unit;
};

extern const struct threshold_row threshold_rows[THRESHOLD_COUNT];

/* Those in force for one device. */
struct thresholds {
    double values[THRESHOLD_COUNT];
};

struct threshold_set;

/*
 * The rows of threshold_rows.def, and of a file's text behind them (NULL: no file). ERR_INVALID names line
 * and column. Everything lives in the arena.
 */
enum err threshold_set_new(const char *text, struct arena *arena,
                           const struct threshold_set **ret) MUST_CHECK;

/* technology: "gpon" …; NULL: not known, only rows for every technology apply. */
struct thresholds threshold_set_find(const struct threshold_set *set, const char *technology,
                                     const struct model_identity *identity);

/* {"optical.rx_low_dbm":-27,…}: all of them, and back. What is not there has its default; ERR_INVALID: a
 * value is no number, or out of its row's range. */
struct json;
struct json_writer;
void thresholds_write(const struct thresholds *thresholds, struct json_writer *json);
enum err thresholds_read(const struct json *doc, struct thresholds *ret) MUST_CHECK;
