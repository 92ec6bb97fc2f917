#include "acs/cwmp/admission.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/pace.h"

enum {
    STRANGE_POSTS_MAX = 60 /* of one address in a minute that are refused with words and a line of log */
};

static bool send_away(struct post *post, const char *why, const char *seconds)
{
    metric_count(METRIC_CWMP_SENT_AWAY);
    if (post->session != NULL)
        session_finish(post->session, SESSION_FAILED, "sent away");
    post_reply_later(post, why, seconds);
    return true;
}

bool admission_is_full(struct post *post)
{
    if (!http_is_crowded(post->exchange) || post->cookie.found)
        return false;
    return send_away(post, "There are too many devices here right now. Try again later.\n", "30");
}

bool admission_leads_away(struct post *post)
{
    const struct config *config = post->worker->config;
    struct http_header_field *field;

    if (config->redirect_to[0] == '\0')
        return false;
    field = ARENA_NEW(post->arena, struct http_header_field);
    field->name = "Location";
    field->value = config->redirect_to;
    post->reply.headers = field;
    post->reply.header_count = 1;
    metric_count(METRIC_CWMP_REDIRECTED);
    post_reply_text(post, strcmp(config->redirect_status, "302") == 0 ? 302 : 307, "");
    return true;
}

bool admission_is_flooded(struct post *post, struct hash128 key)
{
    uint64_t most = post->worker->config->informs_per_minute;
    uint32_t count;

    if (most == 0)
        return false;
    count = pace_count(post->worker->informs, key, clock_mono_ms());
    if (count <= most)
        return false;
    if (count == most + 1)
        log_warn("a device informs too often and is sent away for a while",
                 log_s("serial", post->message.body.inform.device.serial_number),
                 log_s("from", post_from(post)), log_i("informs", (int64_t)count));
    return send_away(post, "This device informs too often. Try again later.\n", "60");
}

bool admission_is_pestered(struct post *post)
{
    const char *peer = post_from(post); /* and not that of the proxy in front of all */
    struct hash128 key = crypto_siphash128(post->worker->all->identity_key, peer, strlen(peer));

    if (pace_count(post->worker->strangers, key, clock_mono_ms()) <= STRANGE_POSTS_MAX)
        return false;
    return send_away(post, "A session begins with an Inform. Try again later.\n", "60");
}
