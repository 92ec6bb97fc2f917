/* Campaigns that come after others: what undoes one, and what tries one again. Nothing is kept: whoever asks sends it. */
#include "acs/api/campaign/campaigns.h"
#include "acs/api/routes.h"

enum err api_campaign_rollback(struct call *call)
{
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

enum err api_campaign_retry(struct call *call)
{
    return call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}
