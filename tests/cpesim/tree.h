/*
 * The parameters of one home: those of its model, and what was changed in this home.
 */
#pragma once

#include "tests/cpesim/model.h"

/* What the operator of the fleet chose; shared by all homes. */
struct settings {
    const char *acs_url;
    const char *cr_base;     /* "http://127.0.0.1:40001/cr/" */
    const char *cr_username; /* "" until the ACS sets it */
    const char *cr_password;
    const char *acs_username; /* NULL: OUI-ProductClass-Serial; used only where there is a password */
    const char *acs_password; /* "": no authentication */
    uint32_t interval;        /* seconds between periodic Informs */
    uint32_t retry_seconds;   /* CWMPRetryMinimumWaitInterval */
    uint64_t seed;
    uint32_t diag_ms;    /* how long a test takes, or a part of one (diagnostic.c) */
    uint32_t wifi_ms;    /* how long stations stay away after a change (household.h) */
    uint32_t time_scale; /* what homes do by time goes so much faster */
};

/* How long, in microseconds of this run, that lasts which takes a home so long (--time-scale). */
int64_t settings_us(const struct settings *settings, int64_t ms);

struct override {
    uint32_t row;
    char *value; /* heap */
};

struct facts;

struct tree {
    const struct model *model;
    const struct facts *facts; /* of a story; NULL: none (fact.h) */
    const struct settings *settings;
    uint32_t index; /* of the home, from 0 */
    uint32_t override_count;
    struct override *overrides; /* heap, in no order: a home has a handful */
    char **made;                /* heap: the instances that AddObject made, "Device.NAT.PortMapping.3." */
    uint32_t made_count;
    uint32_t made_last; /* the newest number: none is used again (A.2.2.1) */
    uint8_t units;      /* bit n - 1: software module n is installed */
    int64_t booted_us;  /* monotonic, as are the others */
    int64_t air_us[2];  /* until then a change keeps the stations of this band away (household.h) */
    uint8_t link_state; /* of the PPPoE connection (wan.c) */
    uint8_t link_error;
    uint32_t link_drops;
    bool has_no_wan; /* its firmware cannot connect */
    int64_t link_since_us;
};

enum { SERIAL_MAX = 24 };
#define NO_ROW UINT32_MAX

void tree_free(struct tree *tree);
void tree_forget_changes(struct tree *tree);
void tree_forget_values(struct tree *tree); /* of writable parameters; what was made stays */

/* "AR2F1C00042": the last five digits are the home's index. */
const char *tree_serial(const struct tree *tree, char ret[SERIAL_MAX]);

/* The row of a parameter that exists in this home, or NO_ROW. Names are case-sensitive. */
uint32_t tree_find(const struct tree *tree, const char *name);
/* The row with this name below the model's root, e.g. "ManagementServer.URL", or NO_ROW. */
uint32_t tree_find_below(const struct tree *tree, const char *path);
bool tree_has(const struct tree *tree, uint32_t row); /* false: an instance that this home does not have */

/* Rows first … last - 1 have names that begin with prefix. False: no row of the model has. */
bool tree_range(const struct tree *tree, const char *prefix, uint32_t *ret_first, uint32_t *ret_last);
/* Is there an object of this name? A table without instances is one; so are "" and the root. */
bool tree_has_object(const struct tree *tree, const char *path);

const char *tree_value(const struct tree *tree, uint32_t row, struct arena *arena);
const char *tree_shown(const struct tree *tree, uint32_t row, struct arena *arena); /* as it reads back */
void tree_put(struct tree *tree, uint32_t row, const char *value);

/* By path below the root; "" or otherwise where the model has no such parameter. */
const char *tree_text(const struct tree *tree, const char *path, struct arena *arena);
uint32_t tree_number(const struct tree *tree, const char *path, uint32_t otherwise);

/* A new instance of a table. 0: it is no table that takes one, or is full. */
uint32_t tree_make(struct tree *tree, const char *table);
void tree_remake(struct tree *tree, const char *object); /* one of an older run */
bool tree_unmake(struct tree *tree, const char *object); /* false: it is not there, or was not made */
bool tree_takes_instances(const struct tree *tree, const char *table);

void tree_put_text(struct tree *tree, const char *path, const char *value);
/* The same for what exists only once it is put. */
void tree_put_result(struct tree *tree, const char *path, const char *value);
void tree_forget_below(struct tree *tree, const char *path); /* all values that were put in an object */
/* By the whole name; where there is none, nothing is done. */
void tree_put_name(struct tree *tree, const char *name, const char *value);
void tree_forget_name(struct tree *tree, const char *name);
