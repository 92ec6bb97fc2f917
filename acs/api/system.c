/* How the installation is: each part with a state, of which this is the only judge. */
#include "db/system.h"

#include "acs/api/routes.h"
#include "acs/base/clock.h"
#include "acs/base/metrics.h"

enum {
    OUTBOX_LATE_S = 600,     /* a message that has been due for so long goes nowhere */
    FIGURES_LATE_S = 600,    /* twice the longest fleet.refresh */
    AUDIT_LATE_S = 2 * 3600, /* twice the longest audit.checkpoint */
    MINUTE_S = 60
};

static const char *bad_if(bool bad, const char *state)
{
    return bad ? state : "ok";
}

static bool is_older(int64_t at_us, int64_t than_s)
{
    return at_us < clock_now_us() - than_s * US_PER_S;
}

/* Closed by the caller. */
static void open_part(struct call *call, const char *name, const char *state)
{
    json_key(&call->json, name);
    json_open_object(&call->json);
    json_field_string(&call->json, "state", state);
}

/* ---- parts ---- */

static void write_schema(struct call *call, const struct system_row *row)
{
    open_part(call, "schema", bad_if(row->schema != SQL_MIGRATION_COUNT, "bad"));
    json_field_int(&call->json, "number", row->schema);
    json_field_int(&call->json, "needed", SQL_MIGRATION_COUNT);
    json_close_object(&call->json);
}

static void write_sessions(struct call *call, const struct system_row *row)
{
    open_part(call, "sessions", "ok");
    json_field_int(&call->json, "open", metric_value(METRIC_CWMP_SESSIONS_ACTIVE));
    json_key(&call->json, "per_second");
    if (row->contacts < 0)
        json_put_null(&call->json);
    else
        json_put_real(&call->json, (double)row->contacts / MINUTE_S);
    json_close_object(&call->json);
}

static void write_actions(struct call *call, const struct system_row *row)
{
    open_part(call, "actions", "ok");
    json_field_int(&call->json, "waiting", row->waiting);
    json_field_int(&call->json, "running", row->running);
    json_close_object(&call->json);
}

static void write_outbox(struct call *call, const struct system_row *row)
{
    bool late = row->outbox_late_s > OUTBOX_LATE_S;

    open_part(call, "outbox", late ? "bad" : bad_if(row->failing > 0, "warn"));
    json_field_int(&call->json, "waiting", row->outbox_waiting);
    json_field_int(&call->json, "failing", row->failing);
    json_close_object(&call->json);
}

static void write_database(struct call *call, const struct system_row *row)
{
    open_part(call, "database", "ok");
    json_field_int(&call->json, "bytes", row->bytes);
    json_close_object(&call->json);
}

static void write_audit(struct call *call, const struct system_row *row)
{
    bool late = row->unsigned_since_us != 0 && is_older(row->unsigned_since_us, AUDIT_LATE_S);

    open_part(call, "audit", bad_if(late, "bad"));
    json_field_time(&call->json, "signed_at", row->signed_at_us);
    json_field_int(&call->json, "unsigned", row->unsigned_rows);
    json_close_object(&call->json);
}

static void write_figures(struct call *call, const struct system_row *row)
{
    open_part(call, "figures", bad_if(is_older(row->figures_at_us, FIGURES_LATE_S), "warn"));
    json_field_time(&call->json, "at", row->figures_at_us);
    json_close_object(&call->json);
}

static void write_log(struct call *call)
{
    int64_t lost = metric_value(METRIC_LOG_LINES_LOST);

    open_part(call, "log", bad_if(lost > 0, "warn"));
    json_field_int(&call->json, "lines_lost", lost);
    json_close_object(&call->json);
}

enum err api_system_show(struct call *call)
{
    struct system_row row;

    TRY(system_show(call->db, call->arena, &row));
    json_open_object(&call->json);
    json_field_string(&call->json, "version", call->config->version);
    json_field_time(&call->json, "started_at", call->config->started_us);
    write_schema(call, &row);
    write_sessions(call, &row);
    write_actions(call, &row);
    write_outbox(call, &row);
    write_database(call, &row);
    write_audit(call, &row);
    write_figures(call, &row);
    write_log(call);
    json_close_object(&call->json);
    return ERR_OK;
}
