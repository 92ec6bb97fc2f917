/*
 * What a batch consists of: one row per statement, in the order in which they are sent. Each adds what it
 * wants of every unit, and reads what the answer says for which unit. A statement that no unit wants is not
 * sent.
 *
 * The order matters: an Inform takes its session number before open actions are read, and the fence is held
 * before anything of a session is written.
 */
#pragma once

#include <libpq-fe.h>

#include "db/columns.h"
#include "db/store.h"

struct store_part {
    enum sql statement;
    unsigned column_count;
    const struct column *columns;
    void (*add)(const struct store_unit *unit, int32_t place, struct columns *to);
    void (*read)(struct store_unit *const *units,
                 const PGresult *result); /* after COMMIT; NULL: nothing to read */
};

enum { STORE_PART_COUNT = 24 };
extern const struct store_part store_parts[STORE_PART_COUNT];

/* store_pages.c: the values and flags of a unit as pages. */
enum { STORE_PAGE_COLUMNS = 9 };
extern const struct column store_page_columns[STORE_PAGE_COLUMNS];
void store_pages_add(const struct store_unit *unit, int32_t place, struct columns *to);

/* store_attributes.c: what 0 BOOTSTRAP puts in doubt, and the attributes that are set again after it. */
enum { STORE_FORGET_COLUMNS = 3, STORE_ATTRIBUTE_COLUMNS = 7 };
extern const struct column store_forget_columns[STORE_FORGET_COLUMNS];
extern const struct column store_attribute_columns[STORE_ATTRIBUTE_COLUMNS];
void store_forget_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_attributes_add(const struct store_unit *unit, int32_t place, struct columns *to);

/* store_secrets.c: what a save of an action says of secrets. */
enum { STORE_SECRET_COLUMNS = 6 };
extern const struct column store_secret_columns[STORE_SECRET_COLUMNS];
void store_secrets_add(const struct store_unit *unit, int32_t place, struct columns *to);

/* store_facts.c: what follows from values, and all that was read of a device. */
enum { STORE_FACT_COLUMNS = 4, STORE_SAMPLE_COLUMNS = 5, STORE_TREE_COLUMNS = 2 };
extern const struct column store_fact_columns[STORE_FACT_COLUMNS];
extern const struct column store_sample_columns[STORE_SAMPLE_COLUMNS];
extern const struct column store_tree_columns[STORE_TREE_COLUMNS];
void store_facts_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_samples_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_tree_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_tree_read(struct store_unit *const *units, const PGresult *result);
void store_place_read(struct store_unit *const *units, const PGresult *result);

/* store_enrol.c: credentials, what an Inform says of them, and alarms. */
enum {
    STORE_CREDENTIAL_COLUMNS = 3,
    STORE_BACK_COLUMNS = 11,
    STORE_USED_COLUMNS = 6,
    STORE_CERTIFIED_COLUMNS = 1,
    STORE_ALARM_COLUMNS = 7
};
extern const struct column store_credential_columns[STORE_CREDENTIAL_COLUMNS];
extern const struct column store_back_columns[STORE_BACK_COLUMNS];
extern const struct column store_used_columns[STORE_USED_COLUMNS];
extern const struct column store_certified_columns[STORE_CERTIFIED_COLUMNS];
extern const struct column store_alarm_columns[STORE_ALARM_COLUMNS];
void store_credential_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_credential_read(struct store_unit *const *units, const PGresult *result);
void store_back_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_used_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_certified_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_alarm_add(const struct store_unit *unit, int32_t place, struct columns *to);
void store_put_nonce(const struct store_unit *unit,
                     struct columns *to); /* two columns of the unit's Inform */

/* Binary answers. */
int64_t store_number_at(const PGresult *result, int row, int column);                        /* 0: NULL */
const char *store_text_at(const PGresult *result, int row, int column, struct arena *arena); /* NULL: NULL */
