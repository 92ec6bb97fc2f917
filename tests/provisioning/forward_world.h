/* A pretended home with port forwards, for the tests of the actions about them. */
#pragma once

#include "tests/base/check.h"
#include "tests/provisioning/action_world.h"

enum { HOUSE_VALUES_MAX = 200, HOUSE_VALUE_MAX = 64, HOUSE_FIELDS_MAX = 12 };

/* A field of a new row. */
struct house_field {
    const char *leaf, *value;
    enum cwmp_type type;
};

struct house {
    struct world world;
    const char *root, *table;
    struct house_field fields[HOUSE_FIELDS_MAX];
    struct {
        char name[160];
        char value[HOUSE_VALUE_MAX];
        enum cwmp_type type;
    } items[HOUSE_VALUES_MAX];
    size_t count;
    uint32_t last_row;
    const struct model_map *map;
    struct map_view view;

    /* how it misbehaves */
    const char *refuses;  /* Fault 9003 to a write of this leaf */
    const char *ignores;  /* keeps the old value of this leaf */
    bool misconfigured;   /* says that rows are not in force, whatever they hold */
    bool keeps_rows;      /* says yes to DeleteObject and keeps the row */
    bool refuses_deletes; /* Fault 9002 to DeleteObject */
    bool empty_faults;    /* Fault 9005 for a table without rows */
    bool unknown;         /* nothing of it is known to the server at first */
    int32_t add_status, set_status;
    unsigned second_add_fails; /* Fault 9004 from the n-th AddObject on */

    unsigned adds, sets, deletes, reads;
};

/* TR-098 with PPP, and TR-181. */
void house_igd(struct house *house, const char *kind, const char *args);
void house_device(struct house *house, const char *kind, const char *args);
void house_end(struct house *house);
/* The same home, another action. */
void house_again(struct house *house, const char *kind, const char *args);

void house_put(struct house *house, const char *name, const char *value, enum cwmp_type type);
/* A row with these values behind the leaves, a list that ends with NULL; its number. */
uint32_t house_row(struct house *house, const char *leaf, const char *value, ...) __attribute__((sentinel));
const char *house_value(const struct house *house, uint32_t row, const char *leaf); /* NULL: no such row */
void house_set(struct house *house, uint32_t row, const char *leaf, const char *value);
size_t house_rows(const struct house *house);

/* Until it ends, or waits; true: it has sent something of this method that is not served. */
bool house_go(struct house *house, enum cwmp_method stop_at);
void house_run(struct house *house);
void house_serve(struct house *house);
/* The request was carried out, and the answer is lost; the device comes back with the key it has now. */
void house_lose_answer(struct house *house, bool carried_out);

void house_expect_failure(const struct house *house, const char *code);
void house_expect_success(const struct house *house);
void house_expect_field(const struct house *house, uint32_t row, const char *leaf, const char *value);
/* The sentence in a result or a failure, in both languages. */
void house_expect_words(const char *json, const char *pt, const char *en);
