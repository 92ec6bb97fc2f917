#include "db/store_parts.h"

#include <endian.h>
#include <string.h>

/* ---- reading binary answers ---- */

int64_t store_number_at(const PGresult *result, int row, int column)
{
    const char *bytes = PQgetvalue(result, row, column);
    uint64_t wide;
    uint32_t word;
    uint16_t half;

    switch (PQgetlength(result, row, column)) {
    case sizeof(wide):
        memcpy(&wide, bytes, sizeof(wide));
        return (int64_t)be64toh(wide);
    case sizeof(word):
        memcpy(&word, bytes, sizeof(word));
        return (int32_t)be32toh(word);
    case sizeof(half):
        memcpy(&half, bytes, sizeof(half));
        return (int16_t)be16toh(half);
    default:
        return 0; /* NULL */
    }
}

static bool flag_at(const PGresult *result, int row, int column)
{
    return PQgetlength(result, row, column) == 1 && PQgetvalue(result, row, column)[0] != 0;
}

static int64_t time_at(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? 0 : store_number_at(result, row, column) + PG_EPOCH_US;
}

const char *store_text_at(const PGresult *result, int row, int column, struct arena *arena)
{
    if (PQgetisnull(result, row, column))
        return NULL;
    return arena_memdup(arena, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
}

/* ---- registration ---- */

static const struct column register_columns[] = {
    {"oui",           ARRAY_TEXT},
    {"product_class", ARRAY_TEXT},
    {"serial",        ARRAY_TEXT},
    {"manufacturer",  ARRAY_TEXT},
};

static void add_registration(const struct store_unit *unit, int32_t place, struct columns *to)
{
    (void)place;
    if (unit->registration == NULL || unit->registration->find_only)
        return;
    columns_text(to, unit->registration->key.oui);
    columns_text(to, unit->registration->key.product_class);
    columns_text(to, unit->registration->key.serial_number);
    columns_text(to, text_or_empty(unit->registration->key.manufacturer));
    columns_end_row(to);
}

static const struct column find_columns[] = {
    {"place",         ARRAY_INT },
    {"oui",           ARRAY_TEXT},
    {"product_class", ARRAY_TEXT},
    {"serial",        ARRAY_TEXT},
};

static void add_find(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->registration == NULL)
        return;
    columns_i32(to, place);
    columns_text(to, unit->registration->key.oui);
    columns_text(to, unit->registration->key.product_class);
    columns_text(to, unit->registration->key.serial_number);
    columns_end_row(to);
}

enum { FOUND_PLACE, FOUND_ID };

static void read_found(struct store_unit *const *units, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++)
        units[store_number_at(result, row, FOUND_PLACE)]->registration->device_id =
            store_number_at(result, row, FOUND_ID);
}

/* ---- Inform ---- */

static const struct column inform_columns[] = {
    {"place",      ARRAY_INT        },
    {"device_id",  ARRAY_BIGINT     },
    {"at",         ARRAY_TIMESTAMPTZ},
    {"uptime_s",   ARRAY_BIGINT     },
    {"event_bits", ARRAY_INT        },
    {"periodic",   ARRAY_BOOL       },
    {"bootstrap",  ARRAY_BOOL       },
    {"nonce_at",   ARRAY_BIGINT     },
    {"nonce_nc",   ARRAY_INT        },
};

static void add_inform(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->inform == NULL || unit->reload)
        return;
    columns_i32(to, place);
    columns_i64(to, unit->device_id);
    columns_time_us(to, unit->inform->at_us);
    columns_i64(to, unit->inform->uptime_s);
    columns_i32(to, (int32_t)unit->inform->event_bits);
    columns_bool(to, unit->inform->periodic);
    columns_bool(to, unit->inform->bootstrap);
    store_put_nonce(unit, to);
    columns_end_row(to);
}

enum {
    INFORMED_PLACE,
    INFORMED_SESSION_NO,
    INFORMED_VALUES_HASH,
    INFORMED_IDENTITY_HASH,
    INFORMED_ENROLMENT
};

static void read_informed(struct store_unit *const *units, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        struct store_inform *inform = units[store_number_at(result, row, INFORMED_PLACE)]->inform;

        inform->session_no = store_number_at(result, row, INFORMED_SESSION_NO);
        inform->values_hash = store_number_at(result, row, INFORMED_VALUES_HASH);
        inform->identity_hash = store_number_at(result, row, INFORMED_IDENTITY_HASH);
        inform->enrolment = (enum enrolment)store_number_at(result, row, INFORMED_ENROLMENT);
    }
}

static const struct column event_columns[] = {
    {"device_id",   ARRAY_BIGINT     },
    {"place",       ARRAY_SMALLINT   },
    {"at",          ARRAY_TIMESTAMPTZ},
    {"code",        ARRAY_TEXT       },
    {"command_key", ARRAY_TEXT       },
    {"detail",      ARRAY_TEXT       },
};

static void add_events(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct cwmp_events *events = unit->history ? unit->history->events : NULL;

    (void)place;
    for (size_t i = 0; events != NULL && i < events->count; i++) {
        columns_i64(to, unit->device_id);
        columns_i16(to, (int16_t)i);
        columns_time_us(to, unit->history->at_us);
        columns_text(to, events->items[i].code);
        columns_text(to, text_or_empty(events->items[i].command_key));
        columns_text(to, unit->history->detail);
        columns_end_row(to);
    }
}

/* ---- open actions ---- */

static const struct column open_columns[] = {
    {"place",     ARRAY_INT   },
    {"device_id", ARRAY_BIGINT},
};

static void add_open(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->inform == NULL)
        return;
    columns_i32(to, place);
    columns_i64(to, unit->device_id);
    columns_end_row(to);
}

enum {
    OPEN_PLACE,
    OPEN_ID,
    OPEN_KIND,
    OPEN_ARGS,
    OPEN_STATE,
    OPEN_STEP,
    OPEN_MEMO,
    OPEN_REVISION,
    OPEN_INTENT,
    OPEN_INTENT_AT,
    OPEN_SENDS,
    OPEN_BOOTS,
    OPEN_CREATED_AT,
    OPEN_EXPIRES_AT,
    OPEN_SEALED,
    OPEN_DEVICE_VERSION,
    OPEN_ABILITY_VERSION,
    OPEN_METHODS,
    OPEN_REFUSED,
    OPEN_ASKED
};

/* The names of states are checked by the schema. */
static enum action_state state_at(const PGresult *result, int row)
{
    enum action_state state = ACTION_QUEUED;

    (void)action_state_by_name(PQgetvalue(result, row, OPEN_STATE), &state);
    return state;
}

static void read_record(const PGresult *result, int row, struct arena *arena, struct action_record *ret)
{
    const char *id = PQgetvalue(result, row, OPEN_ID);

    memcpy(ret->id, id, strnlen(id, ID_MAX - 1));
    ret->kind = store_text_at(result, row, OPEN_KIND, arena);
    ret->args = store_text_at(result, row, OPEN_ARGS, arena);
    ret->state = state_at(result, row);
    ret->step = (int32_t)store_number_at(result, row, OPEN_STEP);
    ret->memo = store_text_at(result, row, OPEN_MEMO, arena);
    ret->revision = (int32_t)store_number_at(result, row, OPEN_REVISION);
    ret->intent = store_text_at(result, row, OPEN_INTENT, arena);
    ret->intent_at_us = time_at(result, row, OPEN_INTENT_AT);
    ret->sends = (int32_t)store_number_at(result, row, OPEN_SENDS);
    ret->boots = (int32_t)store_number_at(result, row, OPEN_BOOTS);
    ret->created_at_us = time_at(result, row, OPEN_CREATED_AT);
    ret->expires_at_us = time_at(result, row, OPEN_EXPIRES_AT);
    ret->sealed = store_text_at(result, row, OPEN_SEALED, arena);
}

/* The same in every row of a device. */
static void read_ability(const PGresult *result, int row, struct arena *arena, struct store_inform *ret)
{
    ret->software_version = store_text_at(result, row, OPEN_DEVICE_VERSION, arena);
    ret->ability = (struct store_ability){
        .software_version = store_text_at(result, row, OPEN_ABILITY_VERSION, arena),
        .can = {.methods = store_text_at(result, row, OPEN_METHODS, arena),
                .refused = store_text_at(result, row, OPEN_REFUSED, arena),
                .asked = flag_at(result, row, OPEN_ASKED)},
    };
}

static int rows_of_place(const PGresult *result, int first)
{
    int64_t place = store_number_at(result, first, OPEN_PLACE);
    int row = first;

    while (row < PQntuples(result) && store_number_at(result, row, OPEN_PLACE) == place)
        row++;
    return row - first;
}

/* Ordered by place. */
static void read_open(struct store_unit *const *units, const PGresult *result)
{
    int count;

    for (int first = 0; first < PQntuples(result); first += count) {
        struct store_unit *unit = units[store_number_at(result, first, OPEN_PLACE)];

        count = rows_of_place(result, first);
        unit->inform->actions = ARENA_ARRAY(unit->arena, struct action_record, (size_t)count);
        unit->inform->action_count = (size_t)count;
        read_ability(result, first, unit->arena, unit->inform);
        for (int i = 0; i < count; i++) {
            unit->inform->actions[i].device_id = unit->device_id;
            read_record(result, first + i, unit->arena, &unit->inform->actions[i]);
        }
    }
}

/* ---- the fence ---- */

static const struct column fence_columns[] = {
    {"place",         ARRAY_INT   },
    {"device_id",     ARRAY_BIGINT},
    {"session_no",    ARRAY_BIGINT},
    {"values_hash",   ARRAY_BIGINT},
    {"identity_hash", ARRAY_BIGINT},
};

static void add_fence(const struct store_unit *unit, int32_t place, struct columns *to)
{
    if (unit->values == NULL && unit->action_count == 0)
        return;
    columns_i32(to, place);
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    if (unit->values != NULL && unit->values->values != NULL)
        columns_i64(to, unit->values->inform_hash);
    else
        columns_null(to);
    if (unit->values != NULL && unit->values->identity != NULL)
        columns_i64(to, unit->values->identity_hash);
    else
        columns_null(to);
    columns_end_row(to);
}

static void read_fence(struct store_unit *const *units, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        struct store_values *values = units[store_number_at(result, row, 0)]->values;

        if (values != NULL)
            values->written = true;
    }
}

/* ---- identity ---- */

static const struct column identity_columns[] = {
    {"device_id",              ARRAY_BIGINT  },
    {"session_no",             ARRAY_BIGINT  },
    {"software_version",       ARRAY_TEXT    },
    {"hardware_version",       ARRAY_TEXT    },
    {"connection_request_url", ARRAY_TEXT    },
    {"udp_address",            ARRAY_TEXT    },
    {"root",                   ARRAY_TEXT    },
    {"source_address",         ARRAY_TEXT    },
    {"cwmp_version",           ARRAY_SMALLINT},
};

static void add_identity(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_identity *identity = unit->values ? unit->values->identity : NULL;

    (void)place;
    if (identity == NULL)
        return;
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    columns_text(to, identity->software_version);
    columns_text(to, identity->hardware_version);
    columns_text(to, identity->connection_request_url);
    columns_text(to, identity->udp_address);
    columns_text(to, identity->root);
    columns_text(to, identity->source_address);
    columns_i16(to, (int16_t)identity->cwmp_version);
    columns_end_row(to);
}

/* ---- what a device can do ---- */

static const struct column ability_columns[] = {
    {"device_id",        ARRAY_BIGINT},
    {"session_no",       ARRAY_BIGINT},
    {"software_version", ARRAY_TEXT  },
    {"methods",          ARRAY_TEXT  },
    {"refused",          ARRAY_TEXT  },
    {"asked",            ARRAY_BOOL  },
};

static void add_ability(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_ability *ability = unit->ability;

    (void)place;
    if (ability == NULL)
        return;
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    columns_text(to, text_or_empty(ability->software_version));
    columns_text(to, ability->can.methods);
    columns_text(to, ability->can.refused);
    columns_bool(to, ability->can.asked);
    columns_end_row(to);
}

/* ---- transfers ---- */

static const struct column transfer_columns[] = {
    {"device_id",     ARRAY_BIGINT     },
    {"command_key",   ARRAY_TEXT       },
    {"start_time",    ARRAY_TEXT       },
    {"complete_time", ARRAY_TEXT       },
    {"fault_code",    ARRAY_BIGINT     },
    {"fault_text",    ARRAY_TEXT       },
    {"action_id",     ARRAY_TEXT       },
    {"at",            ARRAY_TIMESTAMPTZ},
};

static void add_transfer(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_transfer *transfer = unit->transfer;

    (void)place;
    if (transfer == NULL)
        return;
    columns_i64(to, unit->device_id);
    columns_text(to, transfer->told->command_key);
    columns_text(to, transfer->told->start_time);
    columns_text(to, transfer->told->complete_time);
    columns_i64(to, transfer->told->fault.code);
    columns_text(to, transfer->told->fault.text);
    columns_text(to, transfer->action_id);
    columns_time_us(to, transfer->at_us);
    columns_end_row(to);
}

/* ---- actions ---- */

static const struct column save_columns[] = {
    {"place",      ARRAY_INT        },
    {"number",     ARRAY_INT        },
    {"device_id",  ARRAY_BIGINT     },
    {"session_no", ARRAY_BIGINT     },
    {"id",         ARRAY_TEXT       },
    {"revision",   ARRAY_INT        },
    {"state",      ARRAY_TEXT       },
    {"has_ended",  ARRAY_BOOL       },
    {"step",       ARRAY_INT        },
    {"memo",       ARRAY_TEXT       },
    {"intent",     ARRAY_TEXT       },
    {"intent_at",  ARRAY_TIMESTAMPTZ},
    {"sends",      ARRAY_INT        },
    {"boots",      ARRAY_INT        },
    {"wake_in_s",  ARRAY_INT        },
    {"progress",   ARRAY_TEXT       },
    {"result",     ARRAY_TEXT       },
    {"evidence",   ARRAY_TEXT       },
    {"failure",    ARRAY_TEXT       },
    {"at",         ARRAY_TIMESTAMPTZ},
};

static void add_save(const struct action_save *save, struct columns *to)
{
    columns_text(to, save->action_id);
    columns_i32(to, save->revision);
    columns_text(to, action_state_name(save->state));
    columns_bool(to, action_has_ended(save->state));
    columns_i32(to, save->step);
    columns_text(to, save->memo);
    columns_text(to, save->intent);
    columns_time_us(to, save->intent_at_us);
    columns_i32(to, save->sends);
    columns_i32(to, save->boots);
    columns_i32(to, (int32_t)save->wake_in_s);
    columns_text(to, save->progress);
    columns_text(to, save->result);
    columns_text(to, save->evidence);
    columns_text(to, save->failure);
    columns_time_us(to, save->at_us);
}

static void add_saves(const struct store_unit *unit, int32_t place, struct columns *to)
{
    for (unsigned i = 0; i < unit->action_count; i++) {
        columns_i32(to, place);
        columns_i32(to, (int32_t)i);
        columns_i64(to, unit->device_id);
        columns_i64(to, unit->session_no);
        add_save(&unit->actions[i]->save, to);
        columns_end_row(to);
    }
}

enum { SAVED_PLACE, SAVED_NUMBER };

static void read_saved(struct store_unit *const *units, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++)
        units[store_number_at(result, row, SAVED_PLACE)]
            ->actions[store_number_at(result, row, SAVED_NUMBER)]
            ->saved = true;
}

/* ---- history of sessions ---- */

static const struct column session_columns[] = {
    {"device_id",  ARRAY_BIGINT     },
    {"session_no", ARRAY_BIGINT     },
    {"started_at", ARRAY_TIMESTAMPTZ},
    {"ended_at",   ARRAY_TIMESTAMPTZ},
    {"result",     ARRAY_TEXT       },
    {"detail",     ARRAY_TEXT       },
    {"rpc_count",  ARRAY_INT        },
    {"event_bits", ARRAY_INT        },
};

static void add_session(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_session *session = unit->session;

    (void)place;
    if (session == NULL)
        return;
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    columns_time_us(to, session->started_us);
    columns_time_us(to, session->ended_us);
    columns_text(to, session->result);
    columns_text(to, session->detail);
    columns_i32(to, (int32_t)session->rpc_count);
    columns_i32(to, (int32_t)session->event_bits);
    columns_end_row(to);
}

#define COLUMNS(of) sizeof(of) / sizeof(*(of)), of
const struct store_part store_parts[] = {
    {SQL_STORE_REGISTER_ADD,    COLUMNS(register_columns),         add_registration,     NULL                 },
    {SQL_STORE_REGISTER_FIND,   COLUMNS(find_columns),             add_find,             read_found           },
    {SQL_STORE_CREDENTIAL,      COLUMNS(store_credential_columns), store_credential_add, store_credential_read},
    {SQL_STORE_INFORM,          COLUMNS(inform_columns),           add_inform,           read_informed        },
    {SQL_STORE_ENROL_BACK,      COLUMNS(store_back_columns),       store_back_add,       NULL                 },
    {SQL_STORE_ENROL_USED,      COLUMNS(store_used_columns),       store_used_add,       NULL                 },
    {SQL_STORE_ENROL_CERTIFIED, COLUMNS(store_certified_columns),  store_certified_add,  NULL                 },
    {SQL_STORE_ALARM,           COLUMNS(store_alarm_columns),      store_alarm_add,      NULL                 },
    {SQL_STORE_EVENTS,          COLUMNS(event_columns),            add_events,           NULL                 },
    {SQL_STORE_FORGET,          COLUMNS(store_forget_columns),     store_forget_add,     NULL                 },
    {SQL_STORE_ACTIONS,         COLUMNS(open_columns),             add_open,             read_open            },
    {SQL_STORE_FENCE,           COLUMNS(fence_columns),            add_fence,            read_fence           },
    {SQL_STORE_PAGES,           COLUMNS(store_page_columns),       store_pages_add,      NULL                 },
    {SQL_STORE_FACTS,           COLUMNS(store_fact_columns),       store_facts_add,      NULL                 },
    {SQL_STORE_SAMPLES,         COLUMNS(store_sample_columns),     store_samples_add,    NULL                 },
    {SQL_STORE_TREE,            COLUMNS(store_tree_columns),       store_tree_add,       store_tree_read      },
    {SQL_STORE_PLACE,           COLUMNS(store_tree_columns),       store_tree_add,       store_place_read     },
    {SQL_STORE_IDENTITY,        COLUMNS(identity_columns),         add_identity,         NULL                 },
    {SQL_STORE_ABILITY,         COLUMNS(ability_columns),          add_ability,          NULL                 },
    {SQL_STORE_ATTRIBUTES,      COLUMNS(store_attribute_columns),  store_attributes_add, NULL                 },
    {SQL_STORE_TRANSFERS,       COLUMNS(transfer_columns),         add_transfer,         NULL                 },
    {SQL_STORE_ACTION_SAVE,     COLUMNS(save_columns),             add_saves,            read_saved           },
    {SQL_STORE_SECRETS,         COLUMNS(store_secret_columns),     store_secrets_add,    NULL                 },
    {SQL_STORE_SESSION,         COLUMNS(session_columns),          add_session,          NULL                 },
};
