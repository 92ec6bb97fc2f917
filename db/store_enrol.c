#include "db/store_parts.h"

/* The unit's Inform as the row of the device names it, so that what belongs to a refused one is not written.
 */
void store_put_nonce(const struct store_unit *unit, struct columns *to)
{
    if (unit->inform == NULL || unit->inform->nonce_us == 0) {
        columns_null(to);
        columns_null(to);
        return;
    }
    columns_i64(to, unit->inform->nonce_us);
    columns_i32(to, unit->inform->nonce_count);
}

/* ---- credentials ---- */

const struct column store_credential_columns[STORE_CREDENTIAL_COLUMNS] = {
    {"place",     ARRAY_INT   },
    {"username",  ARRAY_TEXT  },
    {"device_id", ARRAY_BIGINT},
};

void store_credential_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->credential == NULL)
        return;
    columns_i32(to, place);
    columns_text(to, unit->credential->username);
    if (unit->credential->username != NULL)
        columns_null(to);
    else
        columns_i64(to, unit->credential->device_id);
    columns_end_row(to);
}

enum {
    FOUND_PLACE,
    FOUND_DEVICE,
    FOUND_OUI,
    FOUND_PRODUCT_CLASS,
    FOUND_SERIAL,
    FOUND_USERNAME,
    FOUND_SECRET,
    FOUND_NEXT_SECRET,
    FOUND_CALL_USERNAME,
    FOUND_CALL_SECRET,
    FOUND_NEXT_CALL_SECRET,
    FOUND_FELL_BACK,
    FOUND_ENROLMENT
};

void store_credential_read(struct store_unit *const *units, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        struct store_unit *unit = units[store_number_at(result, row, FOUND_PLACE)];
        struct arena *arena = unit->arena;

        unit->credential->row = (struct credential_row){
            .device_id = store_number_at(result, row, FOUND_DEVICE),
            .device = {.oui = store_text_at(result, row, FOUND_OUI, arena),
                       .product_class = store_text_at(result, row, FOUND_PRODUCT_CLASS, arena),
                       .serial_number = store_text_at(result, row, FOUND_SERIAL, arena)},
            .username = store_text_at(result, row, FOUND_USERNAME, arena),
            .secret = store_text_at(result, row, FOUND_SECRET, arena),
            .next_secret = store_text_at(result, row, FOUND_NEXT_SECRET, arena),
            .call_username = store_text_at(result, row, FOUND_CALL_USERNAME, arena),
            .call_secret = store_text_at(result, row, FOUND_CALL_SECRET, arena),
            .next_call_secret = store_text_at(result, row, FOUND_NEXT_CALL_SECRET, arena),
            .fell_back = *PQgetvalue(result, row, FOUND_FELL_BACK) != 0,
            .enrolment = (enum enrolment)store_number_at(result, row, FOUND_ENROLMENT),
        };
    }
}

/* ---- what an Inform says of them ---- */

const struct column store_back_columns[STORE_BACK_COLUMNS] = {
    {"device_id",        ARRAY_BIGINT     },
    {"nonce_at",         ARRAY_BIGINT     },
    {"nonce_nc",         ARRAY_INT        },
    {"username",         ARRAY_TEXT       },
    {"next_secret",      ARRAY_TEXT       },
    {"call_username",    ARRAY_TEXT       },
    {"next_call_secret", ARRAY_TEXT       },
    {"action_id",        ARRAY_TEXT       },
    {"expires_at",       ARRAY_TIMESTAMPTZ},
    {"source_address",   ARRAY_TEXT       },
    {"anew",             ARRAY_BOOL       },
};

void store_back_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_enrol *enrol = unit->enrol;

    (void)place;
    if (enrol == NULL || enrol->kind != ENROL_FELL_BACK)
        return;
    columns_i64(to, unit->device_id);
    store_put_nonce(unit, to);
    columns_text(to, enrol->username);
    columns_text(to, enrol->next_secret);
    columns_text(to, enrol->call_username);
    columns_text(to, enrol->next_call_secret);
    columns_text(to, enrol->action_id);
    columns_time_us(to, enrol->expires_at_us);
    columns_text(to, enrol->source_address);
    columns_bool(to, unit->inform != NULL && unit->inform->bootstrap);
    columns_end_row(to);
}

const struct column store_used_columns[STORE_USED_COLUMNS] = {
    {"device_id",      ARRAY_BIGINT},
    {"nonce_at",       ARRAY_BIGINT},
    {"nonce_nc",       ARRAY_INT   },
    {"by_next",        ARRAY_BOOL  },
    {"binds",          ARRAY_BOOL  },
    {"source_address", ARRAY_TEXT  },
};

void store_used_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_enrol *enrol = unit->enrol;

    (void)place;
    if (enrol == NULL || enrol->kind != ENROL_USED)
        return;
    columns_i64(to, unit->device_id);
    store_put_nonce(unit, to);
    columns_bool(to, enrol->by_next);
    columns_bool(to, enrol->binds);
    columns_text(to, enrol->source_address);
    columns_end_row(to);
}

const struct column store_certified_columns[STORE_CERTIFIED_COLUMNS] = {
    {"device_id", ARRAY_BIGINT},
};

void store_certified_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    (void)place;
    if (unit->enrol == NULL || unit->enrol->kind != ENROL_CERTIFIED)
        return;
    columns_i64(to, unit->device_id);
    columns_end_row(to);
}

/* ---- alarms ---- */

const struct column store_alarm_columns[STORE_ALARM_COLUMNS] = {
    {"device_id",      ARRAY_BIGINT},
    {"kind",           ARRAY_TEXT  },
    {"oui",            ARRAY_TEXT  },
    {"product_class",  ARRAY_TEXT  },
    {"serial",         ARRAY_TEXT  },
    {"detail",         ARRAY_TEXT  },
    {"source_address", ARRAY_TEXT  },
};

void store_alarm_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_alarm *alarm = unit->alarm;

    (void)place;
    if (alarm == NULL)
        return;
    columns_i64(to, unit->device_id);
    columns_text(to, alarm->kind);
    columns_text(to, alarm->claimed.oui);
    columns_text(to, alarm->claimed.product_class);
    columns_text(to, alarm->claimed.serial_number);
    columns_text(to, alarm->detail);
    columns_text(to, alarm->source_address);
    columns_end_row(to);
}
