/*
 * Read-outs: what a device itself knows of one matter of the home (its line, who is on its Wi-Fi, who is in
 * its network) is read now, and told as typed data with one sentence. One program for all of them
 * (readout.c), and for each a struct readout.
 *
 * The program looks up in the map where the model keeps it, reads that by the plan of reading.h over as many
 * sessions as it takes, and then judges the home as it is known with what was just read in it. What was not
 * read now is not told: an answer that a device leaves out does not come back out of the store. Of a device
 * that was never read whole it is not known where it keeps things: then all of it is read.
 */
#pragma once

#include <math.h>

#include "provisioning/diag/diag.h"

/* What is known when all was read. */
struct readout_view {
    struct arena *arena;
    const struct action_facts *facts; /* home and service are there */
    struct facts now;                 /* read by this action; and technology and plan */
    int64_t since_us;                 /* when it began */
    const char *note;                 /* "" for kinds that make none */
};

struct readout_end {
    struct json_writer *json; /* in an open object: the result */
    const char *sentence_pt, *sentence_en;
};

struct readout {
    home_wants *wants;
    /* What must be known of the time before, in a line; NULL: nothing. */
    const char *(*note)(const struct home *home, struct arena *arena);
    /* False: the device tells nothing of it. */
    bool (*conclude)(const struct readout_view *view, struct readout_end *end);
    const char *nothing; /* then: why it failed */
};

/* ---- for the kinds ---- */

/* The number read now; READOUT_NONE, which is not a number: none. */
#define READOUT_NONE ((double)NAN)
double readout_number(const struct readout_view *view, const char *name);
const char *readout_text(const struct readout_view *view, const char *name); /* NULL: none */
/* "rx_dbm":-28.3, rounded to so many places; nothing where it was not read. */
void readout_put(const struct readout_view *view, struct json_writer *json, const char *key, const char *name,
                 int places);
void readout_put_text(const struct readout_view *view, struct json_writer *json, const char *key,
                      const char *name);

/* The rows of a list ("lan.hosts.") that were read now, by their numbers; each as "3". */
size_t readout_rows(const struct readout_view *view, enum fact_key key, const char *const **ret);
/* The fact of a row; NULL: none. */
const struct fact *readout_row(const struct readout_view *view, enum fact_key key, const char *row);
const char *readout_row_text(const struct readout_view *view, enum fact_key key,
                             const char *row); /* or NULL */
/* "rssi_dbm":-61, rounded to a tenth, and "name":…, cut at 64 bytes; nothing where it was not read. */
void readout_put_row(const struct readout_view *view, struct json_writer *json, const char *name,
                     enum fact_key key, const char *row);
void readout_put_row_text(const struct readout_view *view, struct json_writer *json, const char *name,
                          enum fact_key key, const char *row);
/* What people call it: its name, else its MAC address. */
const char *readout_call(const char *name, const char *mac, struct arena *arena);

/* ---- the functions of every kind ---- */

enum err readout_check(const struct json *args);
bool readout_wants_home(const struct action_record *record);
enum err readout_next(const struct readout *kind, const struct action_record *record,
                      const struct action_facts *facts, struct arena *arena, struct action_move *ret);
enum err readout_take(const struct readout *kind, const struct action_record *record,
                      const struct action_facts *facts, const struct cwmp_message *message,
                      struct arena *arena, struct action_move *ret);
enum err readout_inform(const struct readout *kind, const struct action_record *record,
                        const struct action_facts *facts, struct arena *arena, struct action_move *ret);

/* A row of action.c, with its entrances. */
#define READOUT_KIND(id, kind_name, readout, pt, en)                                                  \
    static enum err id##_next(const struct action_record *record, const struct action_facts *facts,   \
                              struct arena *arena, struct action_move *ret)                           \
    {                                                                                                 \
        return readout_next(&(readout), record, facts, arena, ret);                                   \
    }                                                                                                 \
    static enum err id##_answer(const struct action_record *record, const struct action_facts *facts, \
                                const struct cwmp_message *message, struct arena *arena,              \
                                struct action_move *ret)                                              \
    {                                                                                                 \
        return readout_take(&(readout), record, facts, message, arena, ret);                          \
    }                                                                                                 \
    static enum err id##_inform(const struct action_record *record, const struct action_facts *facts, \
                                struct arena *arena, struct action_move *ret)                         \
    {                                                                                                 \
        return readout_inform(&(readout), record, facts, arena, ret);                                 \
    }                                                                                                 \
    const struct action_kind action_##id = {.name = (kind_name),                                      \
                                            .label_pt = (pt),                                         \
                                            .label_en = (en),                                         \
                                            .ttl_s = READOUT_TTL_S,                                   \
                                            .wants_home = readout_wants_home,                         \
                                            .check = readout_check,                                   \
                                            .next = id##_next,                                        \
                                            .answer = id##_answer,                                    \
                                            .inform = id##_inform}

enum { READOUT_TTL_S = 15 * 60 };
