/*
 * The firmware library: which file is which version, for which homes, and how far it has been tested.
 *
 * Whether a device gets one is told by the database's firmware_refusal() and firmware_fit(), of one device
 * and of many (migration 0046). Neither verifies a signature: whoever hands a firmware out does that besides
 * (acs/auth/release.h).
 */
#pragma once

#include "db/query.h"
#include "provisioning/firmware/manifest.h"

struct firmware_row { /* of a list: only the first two */
    const char *id;
    const char *shown; /* JSON object */
    int64_t revision;
    const char *state;
    const char *file;
    const char *refusal; /* of a list for a device: why not; NULL: it fits */
};

struct firmware_rows {
    struct firmware_row *items;
    size_t count;
};

struct firmware_page {
    const char *after; /* id of the last row of the page before; NULL: from the start */
    const char *state; /* NULL: any */
    unsigned most;
};

/* Newest first. */
enum err firmware_list(struct db *db, const struct firmware_page *page, struct arena *arena,
                       struct firmware_rows *ret) MUST_CHECK;
enum err firmware_show(struct db *db, const char *id, struct arena *arena,
                       struct firmware_row *ret) MUST_CHECK;
/* Those for the model of a device; all: those that are not approved, too. What fits comes first. */
enum err firmware_for_device(struct db *db, int64_t device_id, bool all, struct arena *arena,
                             struct firmware_rows *ret) MUST_CHECK;

/* Files for its model that the library does not know; only id and shown are filled. */
enum err firmware_loose_files(struct db *db, int64_t device_id, struct arena *arena,
                              struct firmware_rows *ret) MUST_CHECK;

struct firmware_taken { /* with what an approval, and a manifest, are about */
    const char *id;
    int64_t revision;
    const char *state;
    const char *file;
    bool expired;
    bool damaged;
    struct firmware_manifest says; /* counter 0, expires_at_us 0: none */
    const char *manifest;          /* NULL: it has none */
    const char *signatures;        /* with a space in between */
};

enum err firmware_look(struct db *db, const char *id, struct arena *arena,
                       struct firmware_taken *ret) MUST_CHECK;
/* The same in a transaction, until whose end nobody changes it: for what is made of it, like an action. */
enum err firmware_use(struct db *db, const char *id, struct arena *arena,
                      struct firmware_taken *ret) MUST_CHECK;
/* Likewise, and nobody else uses or takes it: to change it. ERR_NOT_FOUND: there is no such firmware. */
enum err firmware_take(struct db *db, const char *id, struct arena *arena,
                       struct firmware_taken *ret) MUST_CHECK;
/* The one that a file is; NULL: none. */
enum err firmware_of_file(struct db *db, const char *file, struct arena *arena, const char **ret) MUST_CHECK;

struct firmware_actor {
    int64_t id;
    const char *name;
};

struct firmware_order {
    const char *id; /* new, by crypto_new_id("fmw_") */
    const char *file;
    const char *name;
    bool disruptive;
    const char *notes; /* NULL: none; so known_issues */
    const char *known_issues;
    const struct firmware_manifest *says; /* sha256 and size are the file's, and not looked at */
    const char *manifest;                 /* NULL: none */
    const char *signatures;
    struct firmware_actor by;
};

/* In a transaction that holds the file (file_use()). ERR_CONFLICT: the file is a firmware already. */
enum err firmware_add(struct db *db, const struct firmware_order *order, struct arena *arena) MUST_CHECK;

struct firmware_words { /* that no approval is about; NULL: it stays */
    const char *name;
    const bool *disruptive;
    bool gives_notes, gives_known_issues; /* the next two are what they become, NULL too */
    const char *notes;
    const char *known_issues;
};

enum err firmware_patch(struct db *db, const char *id, const struct firmware_words *words,
                        struct arena *arena) MUST_CHECK;
/* What an approval is about. state: where it is then. Besides firmware_patch(), which counts the revision. */
enum err firmware_change(struct db *db, const struct firmware_order *order, const char *state,
                         struct arena *arena) MUST_CHECK;
enum err firmware_move_to(struct db *db, const char *id, const char *state, struct arena *arena) MUST_CHECK;
/* In a transaction that has taken it: what waits to install its file is cancelled, unless a device may have
 * got the request already. */
enum err firmware_withdraw(struct db *db, const char *file, const char *by, const char *reason,
                           struct arena *arena, int64_t *ret_count) MUST_CHECK;
/* By whom it is not (firmware_is_own()): else the database refuses, which is our bug. */
enum err firmware_approve(struct db *db, const char *id, const struct firmware_actor *by,
                          struct arena *arena) MUST_CHECK;
/* Did he, or a token that he has made, add it or change it last? */
enum err firmware_is_own(struct db *db, const char *id, const struct firmware_actor *by, struct arena *arena,
                         bool *ret) MUST_CHECK;

/* In a transaction, in which nobody else approves one then. */
enum err firmware_turn(struct db *db, struct arena *arena) MUST_CHECK;
/* The approved one of a greater counter for a model of this one; version NULL: there is none. */
struct firmware_newer {
    const char *version;
    int64_t counter;
};
enum err firmware_newer(struct db *db, const char *id, struct arena *arena,
                        struct firmware_newer *ret) MUST_CHECK;

/* Why a device does not get it, as a code; NULL: it does. */
enum err firmware_refusal(struct db *db, const char *id, int64_t device_id, struct arena *arena,
                          const char **ret) MUST_CHECK;
