/*
 * Rows of tables: how one is made at most once (I3), how one is taken out, and what proves either.
 *
 * AddObject is sent again only when it is proven that it was not carried out: a second one makes a second
 * row. So the rows are listed first. When the answer is lost, they are listed again: ours is the one that was
 * not there, and the ParameterKey of the Inform tells whether the request was carried out at all (N-21,
 * O-13). Where the two do not agree nothing is repeated and nothing is taken for ours.
 *
 * A row that is gone already (9005, O-15) is as good as one that was deleted, so DeleteObject may be sent
 * again; that it is gone is proven by listing it.
 */
#pragma once

#include "provisioning/move.h"

/* What the Inform after a lost answer told by its ParameterKey. */
enum row_key { ROW_KEY_SILENT, ROW_KEY_OURS, ROW_KEY_OTHER };

/* A row that is being made, from the list before it to its number. */
struct row_birth {
    const char *table; /* with its dot */
    int64_t *rows;     /* the numbers that were there before */
    size_t row_count;
    int64_t tries;
    int64_t key;        /* enum row_key */
    int64_t instance;   /* 0: not known yet */
    bool needs_restart; /* Status 1: it may not be shown before the next restart (O-17) */
};

/* Members of an open object: "rows", "tries", "key", "instance", "needs_restart". */
void row_birth_write(const struct row_birth *birth, struct json_writer *json);
/* All but the table. */
void row_birth_read(const struct json *doc, struct arena *arena, struct row_birth *ret);

/* "Device.X.3." */
const char *row_birth_path(const struct row_birth *birth, struct arena *arena);

/* Asks for the names one level below: the rows of a table, or what a row holds. */
void row_ask_list(struct action_move *move, const char *path);
/* infos: NULL for a device that faults for an empty table. */
void row_birth_listed(struct row_birth *birth, const struct cwmp_parameter_infos *infos, struct arena *arena);

/* Counts a try. key: the ParameterKey that is asked for. */
void row_birth_ask(struct row_birth *birth, struct action_move *move, const struct action_facts *facts,
                   const char *key);
/* False: the answer names no row (O-11). */
bool row_birth_answered(struct row_birth *birth, const struct cwmp_add_object_response *response);

/* The device came back after the answer was lost; key: of that request. */
void row_birth_came_back(struct row_birth *birth, const struct action_facts *facts, const char *key);
/* The list after that. */
enum row_found {
    ROW_IS_OURS,  /* its number is in the birth */
    ROW_NOT_MADE, /* it may be asked for again */
    ROW_UNMADE,   /* likewise, but it was asked for often enough */
    ROW_UNCLEAR   /* a matter for people */
};
enum row_found row_birth_resolve(struct row_birth *birth, const struct cwmp_parameter_infos *infos);
/* The action cannot go on: ROW_UNMADE or ROW_UNCLEAR. */
struct action_move row_birth_fail(const struct action_record *record, const struct action_facts *facts,
                                  enum row_found found, struct arena *arena);
/* It answered without a number. */
struct action_move row_birth_fail_by_answer(const struct action_record *record,
                                            const struct action_facts *facts, struct arena *arena);

/* ---- taking one out ---- */

void row_ask_delete(struct action_move *move, const struct action_facts *facts, const char *row,
                    const char *key);
/* What the device says to DeleteObject. */
enum row_deleted { ROW_DELETED, ROW_DELETED_BY_RESTART, ROW_WAS_GONE, ROW_NOT_DELETED };
enum row_deleted row_take_deleted(const struct cwmp_message *answer);
/* What it says to a list of the row: it is there no more. */
bool row_is_gone(const struct cwmp_message *answer);
