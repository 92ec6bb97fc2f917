/*
 * Incidents of an area: homes of one group (cto, pon, olt, city: device_place) that fell silent together.
 */
#pragma once

#include "db/query.h"
#include "provisioning/fact.h"

struct incident_rule {
    int64_t least, percent; /* so many homes, and so much of the group … */
    int64_t window_s;       /* … within so short a time */
    int64_t grace_s;        /* overdue by more than this is silent */
    int64_t back_percent;   /* closed when so many are back */
};

/* Opens and closes what the rule says. Nothing if another server is at it. ret_opened: how many. */
enum err incident_sweep(struct db *db, const struct incident_rule *rule, int64_t *ret_opened) MUST_CHECK;

/* Adds the facts of the incident that a device is in, if it is in one. */
enum err incident_load(struct db *db, int64_t device_id, int64_t now_us, struct fact_list *list) MUST_CHECK;

struct incident_row {
    int64_t id;
    const char *shown; /* JSON object of everything but the id */
};

struct incident_rows {
    struct incident_row *items;
    size_t count;
};

struct incident_filter {
    bool open_only;
    const struct filter *scope; /* of areas that have a home in it; NULL: all */
    int64_t after;              /* newest first; 0: from the beginning */
    unsigned most;
};

enum err incident_list(struct db *db, const struct incident_filter *filter, struct arena *arena,
                       struct incident_rows *ret) MUST_CHECK;
/* scope: as there. */
enum err incident_show(struct db *db, int64_t id, const struct filter *scope, struct arena *arena,
                       struct incident_row *ret) MUST_CHECK;

struct incident_change {
    const char *by;
    bool has_text, has_forecast; /* what is not given stays */
    const char *text;            /* NULL: none */
    int64_t forecast_us;         /* 0: none */
};

/* ERR_CONFLICT: that group has an open one; ERR_NOT_FOUND: no device is in it. */
enum err incident_open(struct db *db, const char *kind, const char *place,
                       const struct incident_change *change, struct arena *arena, int64_t *ret_id) MUST_CHECK;
enum err incident_patch(struct db *db, int64_t id, const struct incident_change *change,
                        struct arena *arena) MUST_CHECK;
enum err incident_close(struct db *db, int64_t id, const char *by, struct arena *arena) MUST_CHECK;
