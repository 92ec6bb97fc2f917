/*
 * Devices as the API shows them.
 */
#pragma once

#include "db/filter.h"
#include "db/query.h"
#include "provisioning/ability.h"

struct device_filter { /* joined by "and"; NULL and 0: any */
    int64_t device_id;
    const char *serial; /* part of it, case does not matter */
    const char *oui;
    const char *product_class;
    const char *software_version;
    int64_t contact_before_us; /* also leaves out those that never came */
    int64_t contact_after_us;
    const struct filter *scope;
};

struct device_page {
    int64_t after; /* id of the last row of the page before; 0: from the start */
    bool newest;   /* first; by first contact */
    unsigned most;
};

struct device_row {
    int64_t id;
    const char *shown; /* JSON object of everything but the id */
    const char *key;   /* what it was sorted by, of device_find(); else NULL */
};

struct device_rows {
    struct device_row *items;
    size_t count;
};

enum err device_list(struct db *db, const struct device_filter *filter, const struct device_page *page,
                     struct arena *arena, struct device_rows *ret) MUST_CHECK;
/* most: stop counting there; 0: count all. */
enum err device_count(struct db *db, const struct device_filter *filter, int64_t most, struct arena *arena,
                      int64_t *ret) MUST_CHECK;

/* The same by the filter language (db/filter.h), sorted by what a row shows. */
struct device_find {
    const struct filter *filter; /* NULL: all */
    const char *sort;            /* id, serial, model, software_version, city or last_contact */
    bool descending;
    int64_t after;         /* the page begins behind this device, … */
    const char *after_key; /* … which had this in the column; 0 and NULL: it is the first */
    unsigned most;
};

enum err device_find(struct db *db, const struct device_find *find, struct arena *arena,
                     struct device_rows *ret) MUST_CHECK;
enum err device_find_count(struct db *db, const struct filter *filter, int64_t most, struct arena *arena,
                           int64_t *ret) MUST_CHECK;

/* By model and version, the most first. */
struct device_models {
    const char **shown; /* a JSON object each */
    size_t count;
    int64_t total; /* devices, of those that are not shown, too */
};

/* most: stop counting there; rows: show so many. */
enum err device_models(struct db *db, const struct filter *filter, int64_t most, unsigned rows,
                       struct arena *arena, struct device_models *ret) MUST_CHECK;

/* What a row of a list shows besides, as JSON. */
struct device_more {
    const char *subscriber;     /* {"id","name"} of whose it is; "null": nobody's */
    const char *optical_rx_dbm; /* "null": it has never said */
};

/* Of the devices with these ids, in their order. */
enum err device_more(struct db *db, const int64_t *ids, size_t count, struct arena *arena,
                     struct device_more **ret) MUST_CHECK;

struct device_line {
    int64_t id;
    const char *shown;  /* JSON object */
    const char *person; /* JSON object of whose it is, all null if nobody's; NULL: not asked for */
};

struct device_lines {
    struct device_line *items;
    size_t count;
};

struct device_export {
    const struct filter *filter; /* NULL: all */
    bool people;                 /* whose each is, too */
    int64_t after;               /* behind this device; 0: from the start */
    unsigned most;
};

/* By id. */
enum err device_export(struct db *db, const struct device_export *export, struct arena *arena,
                       struct device_lines *ret) MUST_CHECK;
enum err device_estimate(struct db *db, struct arena *arena, int64_t *ret) MUST_CHECK; /* of all devices */
enum err device_show(struct db *db, int64_t device_id, struct arena *arena,
                     struct device_row *ret) MUST_CHECK;

/* ERR_NOT_FOUND: none has it; ERR_CONFLICT: more than one has. */
enum err device_by_serial(struct db *db, const char *serial, struct arena *arena, int64_t *ret) MUST_CHECK;

struct device_presence {
    bool online;             /* the last contact is not older than two periods */
    int64_t next_contact_us; /* 0: not known */
};

enum err device_presence(struct db *db, int64_t device_id, struct arena *arena,
                         struct device_presence *ret) MUST_CHECK;
/* Of what became of calls to it: all empty until it was called for the first time. */
struct device_calls {
    struct device_presence presence;
    int64_t last_contact_us; /* 0: it has never come */
    bool has_http, has_udp;  /* it has said at which address it may be called so */
    int64_t at_us;           /* of the newest call */
    const char *way;         /* "http", "udp"; NULL: it was not called at all, for the reason in code */
    const char *code;        /* of acs/api/wake.def */
    bool reached;
    int64_t since_us;     /* since when all calls have gone so */
    int64_t failed_at_us; /* the newest that did not reach it; 0: none */
    const char *failed_code;
};

enum err device_calls(struct db *db, int64_t device_id, struct arena *arena,
                      struct device_calls *ret) MUST_CHECK;

/* Where a home is and what it pays for. patch: a JSON object, merged (RFC 7396); NULL: all of it goes. */
enum err device_place_set(struct db *db, int64_t device_id, const char *patch, const char *changed_by,
                          struct arena *arena) MUST_CHECK;

/* In a transaction: until its end nobody else adds an action to this device. */
enum err device_lock(struct db *db, int64_t device_id, struct arena *arena,
                     int64_t *ret_open_actions) MUST_CHECK;

/* What it can do, as far as its present software has told. A version that is not known is the newest. */
enum err device_ability(struct db *db, int64_t device_id, struct arena *arena, struct ability *ret,
                        enum cwmp_version *ret_version) MUST_CHECK;
