/*
 * The numbers that the rules of verdicts compare with, as data: thresholds.def has each with its default,
 * threshold_rows.def what is otherwise for a technology or model, an operator's file of the same words
 * (verdicts.thresholds_file) comes after both:
 *
 *     # technology  manufacturer  product class  software  settings
 *     gpon          *             *              *         optical.rx_low_dbm=-26
 *     *             "Acme Corp."  "GW-*"         *         device.cpu_percent=95 facts.light_fresh_s=300
 *
 * and what people have saved by the API comes last. A value reaches every home, those of a technology, or
 * those of a model: of rows the last that fits counts; what was saved counts unless a row that reaches less
 * far says otherwise, so that a number for every home leaves the receivers of XG-PON what they are.
 *
 * Pure: the caller reads the file and the database. A set is made once, found in from any thread, and never
 * changed.
 */
#pragma once

#include "provisioning/model.h"

enum threshold {
#define THRESHOLD(id, name, otherwise, low, high, unit, family, pt, en) THRESHOLD_##id,
#include "provisioning/verdict/thresholds.def"
#undef THRESHOLD
    THRESHOLD_COUNT
};

/* A row of thresholds.def. */
struct threshold_row {
    const char *name;
    double otherwise, low, high;
    const char *unit;
    const char *family; /* "line" */
    const char *pt, *en;
};

extern const struct threshold_row threshold_rows[THRESHOLD_COUNT];

enum threshold threshold_by_name(const char *name); /* THRESHOLD_COUNT: none */

/* Those in force for one device. */
struct thresholds {
    double values[THRESHOLD_COUNT];
};

/* One of two that bound the same thing, which the value of `changed` contradicts; THRESHOLD_COUNT: none. */
enum threshold threshold_contradicted(const struct thresholds *all, enum threshold changed);

/* ---- saved ---- */

enum technology {
    TECHNOLOGY_ANY, /* every home, whatever its technology */
#define TECHNOLOGY(id, name) TECHNOLOGY_##id,
#include "provisioning/verdict/technology.def"
#undef TECHNOLOGY
    TECHNOLOGY_COUNT
};

const char *technology_name(enum technology technology); /* "gpon"; of TECHNOLOGY_ANY "*" */
enum technology technology_by_name(const char *name);    /* TECHNOLOGY_COUNT, also of NULL: none */

/*
 * What people have saved, by technology; not a number: nothing. Any thread may find in it while one writes:
 * each number is read and written as a whole.
 */
struct threshold_saved {
    _Atomic double values[TECHNOLOGY_COUNT][THRESHOLD_COUNT];
};

void threshold_saved_clear(struct threshold_saved *saved);
/* ERR_INVALID: there is no such technology or threshold, or the value is out of its range; nothing is put. */
enum err threshold_saved_put(struct threshold_saved *saved, const char *technology, const char *name,
                             double value) MUST_CHECK;
void threshold_saved_copy(struct threshold_saved *to, const struct threshold_saved *from);

/* ---- found ---- */

struct threshold_set;

/*
 * The rows of threshold_rows.def, and of a file's text behind them (NULL: no file). ERR_INVALID names line
 * and column. Everything lives in the arena.
 */
enum err threshold_set_new(const char *text, struct arena *arena,
                           const struct threshold_set **ret) MUST_CHECK;

/* saved NULL: nothing is. technology: "gpon" …; NULL: not known, only what is for every technology applies.
 */
struct thresholds threshold_set_find(const struct threshold_set *set, const struct threshold_saved *saved,
                                     const char *technology, const struct model_identity *identity);

enum threshold_layer {
    THRESHOLD_BUILT_IN,
    THRESHOLD_OF_FILE,
    THRESHOLD_SAVED_FOR_ALL, /* for every technology */
    THRESHOLD_SAVED
};

/* Where a value comes from. */
struct threshold_origin {
    double value;
    enum threshold_layer layer;
    double otherwise; /* if nothing were saved for this technology: what going back leads to */
    unsigned models;  /* so many rows of the file have another for single models */
};

/* Of a device whose model no row names. */
struct threshold_origin threshold_set_explain(const struct threshold_set *set,
                                              const struct threshold_saved *saved, enum technology technology,
                                              enum threshold threshold);

/* {"optical.rx_low_dbm":-27,…}: all of them, and back. What is not there has its default; ERR_INVALID: a
 * value is no number, or out of its row's range. */
struct json;
struct json_writer;
void thresholds_write(const struct thresholds *thresholds, struct json_writer *json);
enum err thresholds_read(const struct json *doc, struct thresholds *ret) MUST_CHECK;
