/* What the routes of campaigns have in common. */
#pragma once

#include "acs/api/call.h"
#include "db/campaign.h"

/* The id of the path; refused: it is none. */
enum err campaign_read_id(struct call *call, int64_t *ret) MUST_CHECK;
/* That one, held for the caller until the end of the transaction. */
enum err campaign_take(struct call *call, int64_t *ret_id, struct campaign_held *ret) MUST_CHECK;
/* Answers with it as it is now. */
enum err campaign_answer(struct call *call, int64_t id) MUST_CHECK;
