/* How campaigns went: over time, and which devices go wrong again and again. */
#include "acs/api/campaign/campaigns.h"
#include "acs/api/routes.h"
#include "db/campaign_figures.h"

enum { SAMPLES_MAX = 500 };

enum err api_campaign_samples(struct call *call)
{
    int64_t since_us = call_query_time(call, "since");
    struct campaign_row row;
    struct shown_rows rows;
    int64_t id;

    TRY(campaign_read_id(call, &id));
    TRY(campaign_show(call->db, id, call->arena, &row));
    TRY(campaign_samples(call->db, id, since_us, SAMPLES_MAX, call->arena, &rows));
    call_write_rows(call, &rows);
    return ERR_OK;
}

enum err api_campaign_repeat_failures(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct shown_rows rows;
    int64_t after;

    TRY(call_query_after(call, "dev_", &after));
    TRY(campaign_repeat_failures(call->db, after, limit + 1, call->arena, &rows));
    call_write_page(call, "dev_", &rows);
    return ERR_OK;
}
