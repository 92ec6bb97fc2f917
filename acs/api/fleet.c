/* The figures of the fleet. */
#include "db/fleet.h"

#include <string.h>

#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "acs/base/clock.h"
#include "db/device.h"
#include "db/filter.h"

static const struct range {
    const char *name;
    int64_t from_s;
    unsigned step_s; /* of contacts: some 300 steps fit into a drawing */
} ranges[] = {
    {"24h", 86400,     300 },
    {"7d",  7 * 86400, 1800},
};

static const struct range *find_range(const char *name)
{
    const struct range *range = ranges;

    while (strcmp(range->name, name) != 0) /* the schema knows these only */
        range++;
    return range;
}

static enum err write_figures(struct call *call)
{
    struct fleet_figures figures;

    TRY(fleet_figures(call->db, call->caller.scope, caller_may(&call->caller, CAPABILITY_CASES_ALL),
                      call->arena, &figures));
    json_field_string(&call->json, "at", figures.at);
    json_key(&call->json, "figures");
    json_put_raw(&call->json, figures.shown == NULL ? "null" : figures.shown);
    return ERR_OK;
}

/* What is drawn is counted of all homes together, and nothing of homes that are not theirs is anybody's. */
static enum err write_series(struct call *call, const struct range *range, int64_t from_us)
{
    struct fleet_series series = {.actions = "null"};

    json_key(&call->json, "contacts");
    if (call->scope != NULL) {
        json_put_raw(&call->json, "null");
    } else {
        TRY(fleet_series(call->db, from_us, range->step_s, call->arena, &series));
        json_open_object(&call->json);
        json_field_int(&call->json, "step_s", range->step_s);
        json_key(&call->json, "data");
        json_put_raw(&call->json, series.contacts);
        json_close_object(&call->json);
    }
    json_key(&call->json, "actions");
    json_put_raw(&call->json, series.actions);
    return ERR_OK;
}

enum err api_fleet_overview(struct call *call)
{
    const struct range *range = find_range(call_query(call, "range"));
    int64_t until_us = clock_now_us();
    int64_t from_us = until_us - range->from_s * US_PER_S;

    json_open_object(&call->json);
    TRY(write_figures(call));
    json_field_time(&call->json, "from", from_us);
    json_field_time(&call->json, "until", until_us);
    TRY(write_series(call, range, from_us));
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- which models and versions a filter finds ---- */

enum { MODELS_COUNTED = 200000, MODELS_SHOWN = 100 }; /* a moment's work for the database */

enum err api_device_models(struct call *call)
{
    const char *q = call_query(call, "q");
    const struct filter *filter = NULL;
    struct device_models models;

    if (q != NULL)
        TRY(device_read_filter(call, q, (struct filter_place){.parameter = "q"}, &filter));
    TRY(device_models(call->db, filter_both(filter, call->scope, call->arena), MODELS_COUNTED, MODELS_SHOWN,
                      call->arena, &models));
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (size_t i = 0; i < models.count; i++)
        json_put_raw(&call->json, models.shown[i]);
    json_close_array(&call->json);
    json_key(&call->json, "total");
    json_open_object(&call->json);
    json_field_int(&call->json, "value", models.total);
    json_field_string(&call->json, "kind", models.total < MODELS_COUNTED ? "exact" : "at_least");
    json_close_object(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}
