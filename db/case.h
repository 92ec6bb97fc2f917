/*
 * Cases of the desk. What is done under a case lies where it is done (action, verdict, playbook_run) and is
 * read together with the case; what only people say of it is its entries.
 */
#pragma once

#include "db/case_home.h"

struct case_held {
    int64_t id; /* 0: there is none */
    struct case_home home;
    int64_t actor_id; /* whose it is */
    const char *state;
};

/* The unclosed one that an actor has of a home. */
enum err case_own(struct db *db, const struct case_home *home, int64_t actor_id, struct arena *arena,
                  struct case_held *ret) MUST_CHECK;
/* In a transaction: until its end nobody else changes it. ERR_NOT_FOUND. */
enum err case_hold(struct db *db, int64_t id, struct arena *arena, struct case_held *ret) MUST_CHECK;

/* In a transaction: the next number of that day ("2026-11-22"). */
enum err case_number(struct db *db, const char *day, struct arena *arena, int64_t *ret) MUST_CHECK;

struct case_opening {
    struct case_home home;
    const char *protocol;
    int64_t actor_id;
    const char *agent;
    const char *found_by;
    const char *call_id; /* NULL: none */
    const char *verdict; /* the headline's code */
    const char *family;  /* of the symptom; NULL: not known */
    bool visit_prone;
};

/* ret_id 0: this actor has one of that home already. ERR_CONFLICT: the protocol is taken. */
enum err case_open(struct db *db, const struct case_opening *opening, struct arena *arena,
                   int64_t *ret_id) MUST_CHECK;

/* The page of an unclosed case was opened again. */
struct case_meeting {
    int64_t case_id, actor_id;
    const char *by;
    const char *found_by;
    const char *call_id; /* NULL: none */
};

/*
 * Noted as another contact of the customer: of a call that the case does not know, or, where calls have no
 * id, when nobody has noted anything for an hour. Else nothing.
 */
enum err case_meet(struct db *db, const struct case_meeting *meeting, struct arena *arena) MUST_CHECK;

/* ---- shown ---- */

struct case_row {
    int64_t id, actor_id;
    struct case_home home;
    const char *state;
    const char *shown;    /* JSON object of everything but what follows */
    int64_t contacts;     /* of the same home and symptom, within the days that were asked for */
    const char *entries;  /* JSON array */
    const char *done;     /* kinds of the actions that succeeded, blanks between; NULL: none */
    const char *verdict;  /* the headline when it was opened; NULL */
    const char *headline; /* of the newest verdict shown, {"pt-BR":…,"en":…}; NULL: none */
    const char *summary;  /* with which it was escalated; NULL */
    const char *customer; /* who the subscriber is, masked, as JSON; NULL: none, or no more */
};

struct case_rows {
    struct case_row *items; /* without what follows shown */
    size_t count;
};

enum err case_show(struct db *db, int64_t id, unsigned days, struct arena *arena,
                   struct case_row *ret) MUST_CHECK;

struct case_filter {   /* joined by "and"; NULL and 0: any */
    int64_t device_id; /* those of the home that it is in */
    int64_t subscriber_id, actor_id;
    const char *queue;
    const char *state; /* of a case, "unclosed" or "any" */
    int64_t after;     /* of the last row of the page before */
    const struct filter *scope;
    unsigned most;
};

/* Newest first. */
enum err case_list(struct db *db, const struct case_filter *filter, struct arena *arena,
                   struct case_rows *ret) MUST_CHECK;

/* ---- changed ---- */

struct case_note {
    int64_t case_id, actor_id;
    const char *by;
    const char *kind; /* of case_entry */
    const char *text; /* NULL: none */
    const char *data; /* JSON object; NULL: none */
};

enum err case_note(struct db *db, const struct case_note *note, struct arena *arena) MUST_CHECK;

struct case_callback {
    bool given;    /* else it stays as it is */
    int64_t at_us; /* 0: none */
};

/* protocol NULL: it stays. ERR_CONFLICT: it is another case's. */
enum err case_patch(struct db *db, int64_t id, const char *protocol, struct case_callback callback,
                    struct arena *arena) MUST_CHECK;

struct case_closing {
    int64_t id;
    const char *by;
    const char *reason, *fix, *outcome;
    const char *family;
    struct case_callback callback;
};

/* Freezes its log; what is to be in it was noted before. */
enum err case_close(struct db *db, const struct case_closing *closing, struct arena *arena) MUST_CHECK;

struct case_escalation {
    int64_t id;
    const char *by, *queue, *priority, *summary;
};

enum err case_escalate(struct db *db, const struct case_escalation *escalation,
                       struct arena *arena) MUST_CHECK;
/* Back to its agent. lacked_data: for something that should have been in the bundle. */
enum err case_return(struct db *db, int64_t id, const char *by, bool lacked_data,
                     struct arena *arena) MUST_CHECK;

struct case_visit {
    int64_t id;
    const char *by, *queue;
    int64_t for_us; /* 0: not said */
};

enum err case_visit(struct db *db, const struct case_visit *visit, struct arena *arena) MUST_CHECK;
