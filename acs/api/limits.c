#include "acs/api/limits.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/config.h"
#include "db/limit.h"

static const struct row {
    const char *key;
    const char *kinds; /* pattern: a word, with % behind it for any end */
    enum { OF_USES, OF_DEVICES, OF_DEVICE } of;
    int64_t window_s;
    const char *pt, *en;
} rows[LIMIT_COUNT] = {
#define LIMIT(id, key, kinds, of, otherwise, window_s, help, pt, en) {key, kinds, OF_##of, window_s, pt, en},
#include "acs/api/limits.def"
#undef LIMIT
};

struct limits limits_of(const struct config *config)
{
    return (struct limits){{
#define LIMIT(id, key, kinds, of, otherwise, window_s, help, pt, en) config->limit_##id,
#include "acs/api/limits.def"
#undef LIMIT
    }};
}

static bool is_about(const struct row *row, const char *kind)
{
    size_t len = strcspn(row->kinds, "%");

    return row->kinds[len] == '%' ? strncmp(kind, row->kinds, len) == 0 : strcmp(kind, row->kinds) == 0;
}

/* The first limit that is reached; LIMIT_COUNT: none. */
static enum err find_reached(struct call *call, const char *kind, int64_t device_id, enum limit *ret,
                             int64_t *ret_frees_s)
{
    *ret = LIMIT_COUNT;
    *ret_frees_s = 0;
    for (int i = 0; *ret_frees_s == 0 && i < LIMIT_COUNT; i++) {
        const struct limit_question question = {
            .actor_id = rows[i].of == OF_DEVICE ? 0 : call->caller.id,
            .device_id = rows[i].of == OF_USES ? 0 : device_id,
            .kinds = rows[i].kinds,
            .window_s = rows[i].window_s,
            .most = (int64_t)call->config->limits.most[i],
            .devices = rows[i].of == OF_DEVICES,
        };

        if (question.most == 0 || !is_about(&rows[i], kind))
            continue;
        TRY(limit_room(call->db, &question, call->arena, ret_frees_s));
        *ret = (enum limit)i;
    }
    return ERR_OK;
}

static const char *describe(const struct call *call, enum limit limit, int64_t frees_s)
{
    int64_t minutes = (frees_s + 59) / 60;

    return arena_printf(call->arena, "%s: %" PRIu64 " %s. %s %" PRId64 " min.",
                        call_say(call, "Limite atingido", "Limit reached"), call->config->limits.most[limit],
                        call_say(call, rows[limit].pt, rows[limit].en),
                        call_say(call, "Libera em", "It frees in"), minutes);
}

enum err limits_preview(struct call *call, const char *kind, int64_t device_id, const char **ret)
{
    enum limit limit = LIMIT_COUNT;
    int64_t frees_s = 0;

    if (!caller_may(&call->caller, CAPABILITY_LIMITS_NONE))
        TRY(find_reached(call, kind, device_id, &limit, &frees_s));
    *ret = frees_s > 0 ? describe(call, limit, frees_s) : NULL;
    return ERR_OK;
}

enum err limits_take(struct call *call, const char *kind, int64_t device_id)
{
    enum limit limit = LIMIT_COUNT;
    int64_t frees_s = 0;

    if (!caller_may(&call->caller, CAPABILITY_LIMITS_NONE)) {
        TRY(limit_lock(call->db, call->caller.id, call->arena));
        TRY(find_reached(call, kind, device_id, &limit, &frees_s));
    }
    if (frees_s == 0)
        return limit_use(call->db, call->caller.id, device_id, kind, call->arena);
    metric_count(METRIC_LIMITS_REACHED);
    log_warn("limit of the desk reached", log_s("limit", rows[limit].key), log_s("by", call->caller.name),
             log_i("device", device_id));
    call->retry_after_s = frees_s;
    return call_refuse(call, PROBLEM_LIMIT_REACHED, describe(call, limit, frees_s));
}
