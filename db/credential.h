/*
 * Credentials of devices, how far a device is trusted, and the alarms about that: what the API and the start
 * of the server do with them. What a session does is in db/store.h.
 *
 * Secrets come and go sealed (acs/auth/keyring.h): nothing here can read them.
 */
#pragma once

#include "db/query.h"
#include "soap/types.h"

/* The numbers are those of the schema. */
#define ENROLMENTS(X)                                                                     \
    X(NEW, "new")                 /* nothing was decided yet */                           \
    X(QUARANTINED, "quarantined") /* it came with a shared credential: gets no secrets */ \
    X(BOUND, "bound")             /* it proved to be this device */

enum enrolment {
#define X(id, name) ENROLMENT_##id,
    ENROLMENTS(X)
#undef X
        ENROLMENT_COUNT
};

const char *enrolment_name(enum enrolment enrolment);
bool enrolment_by_name(const char *name, enum enrolment *ret);

struct credential_row {
    int64_t device_id;            /* 0: there is none */
    struct cwmp_device_id device; /* oui, product class and serial number of it */
    const char *username;         /* NULL: the device has none yet, nor any of what follows */
    const char *secret;           /* sealed, like the others; NULL: none */
    const char *next_secret;
    const char *call_username;
    const char *call_secret;
    const char *next_call_secret;
    bool fell_back;
    bool bindable; /* by a person's word: it has used a credential of its own that it still has */
    enum enrolment enrolment;
};

/* ERR_CONFLICT: this database was written with another key file. The first to ask decides. */
enum err credential_check_keys(struct db *db, const char *check, struct arena *arena) MUST_CHECK;

/* The row of a device. ERR_NOT_FOUND: no such device. */
enum err credential_show(struct db *db, int64_t device_id, struct arena *arena,
                         struct credential_row *ret) MUST_CHECK;

/* Registers a device before its first contact. ERR_CONFLICT: there is one. */
enum err credential_register(struct db *db, const struct cwmp_device_id *device, struct arena *arena,
                             int64_t *ret_id) MUST_CHECK;
/* Gives a device a credential that it has already. ERR_CONFLICT: another device has that user name. */
enum err credential_set(struct db *db, const struct credential_row *row, struct arena *arena) MUST_CHECK;
/* Keeps what a rotation will bring, unless one is on its way. */
enum err credential_prepare(struct db *db, const struct credential_row *row, struct arena *arena) MUST_CHECK;
/* Is there an open action that gives the device new ones? */
enum err credential_rotating(struct db *db, int64_t device_id, struct arena *arena, bool *ret) MUST_CHECK;
/* Bound: the newest credential that it has used becomes the only one. */
enum err credential_enrol(struct db *db, int64_t device_id, enum enrolment enrolment,
                          struct arena *arena) MUST_CHECK;

/* ---- alarms ---- */

struct alarm_filter {
    int64_t device_id; /* whose credential, or who was claimed; 0: any */
    int64_t after;     /* id of the last row of the page before; 0: from the newest */
    bool open_only;
    const struct filter *scope; /* all devices that it names are inside; NULL: any */
    unsigned most;
};

struct alarm_row {
    int64_t id;
    int64_t device_id;
    int64_t about_id;  /* 0: no device */
    const char *shown; /* JSON object of the rest */
};

struct alarm_rows {
    struct alarm_row *items;
    size_t count;
};

enum err alarm_list(struct db *db, const struct alarm_filter *filter, struct arena *arena,
                    struct alarm_rows *ret) MUST_CHECK;
/* ERR_NOT_FOUND: no such alarm. */
enum err alarm_show(struct db *db, int64_t id, struct arena *arena, struct alarm_row *ret) MUST_CHECK;
/* Of one that is cleared already: nothing. */
enum err alarm_clear(struct db *db, int64_t id, const char *by, struct arena *arena) MUST_CHECK;
