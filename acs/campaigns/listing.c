/* The dry run: whom a campaign is for. */
#include "acs/campaigns/steps.h"
#include "db/campaign_run.h"
#include "db/filter.h"

enum { DEVICES_AT_ONCE = 50000 }; /* ids looked through in a transaction: less than half a second */

/* NULL: all devices. A filter that was good when it was written is; one that is not is said, and is a draft
 * again. */
static enum err read_filter(const char *text, struct arena *arena, const struct filter **ret)
{
    static const struct filter_rules rules = {.parameters = true};
    struct filter_error error;

    *ret = NULL;
    if (text[0] == '\0')
        return ERR_OK;
    if (filter_parse(text, &rules, arena, ret, &error) != ERR_OK)
        return err_set(ERR_INVALID, "%s", filter_say(&error, false, arena));
    return ERR_OK;
}

enum err campaign_list_some(struct db *db, int64_t id, struct arena *arena, bool *ret_more)
{
    struct campaign_listing listing;
    const struct filter *filter;
    int64_t up_to;

    *ret_more = false;
    TRY(campaign_list_open(db, id, arena, &listing));
    if (read_filter(listing.filter, arena, &filter) != ERR_OK)
        return campaign_list_fail(db, id, arena_strdup(arena, err_message()), arena);
    if (listing.listed_up_to >= listing.last)
        return campaign_list_close(db, id, arena);
    up_to = listing.listed_up_to + DEVICES_AT_ONCE;
    TRY(campaign_list_piece(db, &listing, up_to < listing.last ? up_to : listing.last, filter, arena));
    *ret_more = true;
    return ERR_OK;
}
