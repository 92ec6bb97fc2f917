/*
 * Campaigns that come after others, as they are proposed to whoever writes them.
 */
#pragma once

#include "db/query.h"

struct campaign_follow { /* lists are joined by blanks */
    int64_t id;          /* the one that is followed */
    const char *states;  /* in which its devices must be */
    const char *drops;   /* members of excludes that are left out … */
    const char *sets;    /* … and that are so: JSON object */
    const char *prefix;  /* of the name */
    const char *file;    /* instead of that one's; NULL: the same */
};

/* The kind of its action, and how many of its devices are in these states. */
enum err campaign_follow_look(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                              const char **ret_kind, int64_t *ret_devices) MUST_CHECK;

struct campaign_way_back { /* NULL: not known; file NULL: there is none */
    const char *version, *model;
    const char *file; /* of an approved firmware of this version, for this model */
};

enum err campaign_follow_way_back(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                                  struct campaign_way_back *ret) MUST_CHECK;
/* JSON object: the order of such a campaign. */
enum err campaign_follow_body(struct db *db, const struct campaign_follow *follow, struct arena *arena,
                              const char **ret) MUST_CHECK;
