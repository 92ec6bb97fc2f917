/* Asking a ticket system. */
#include <string.h>

#include "acs/base/clock.h"
#include "acs/http/ask.h"
#include "acs/outbox/tracker.h"

enum { ANSWER_MAX = 2 * 1024 * 1024, WORDS_MAX = 300, PATIENCE_LEAST_MS = 1 };

/* What it says of itself, in one line that is not too long. */
static const char *words_of(const struct json *answer, struct arena *arena)
{
    const char *message = json_string(json_get(answer, "message"), "");
    struct text out = TEXT_IN(arena);
    size_t step;

    for (; *message != '\0' && out.len < WORDS_MAX; message += step) {
        step = text_utf8_step(message, strlen(message));
        if (step == 0)
            break;
        if (step > 1 || (unsigned char)*message > ' ')
            text_add(&out, message, step);
        else if (out.len > 0 && out.data[out.len - 1] != ' ')
            text_putc(&out, ' ');
    }
    return text_string(&out);
}

/* Whose fault it is, by the status. */
static enum err kind_of(unsigned status)
{
    enum {
        UNAUTHORIZED = 401,
        FORBIDDEN = 403,
        TIMEOUT = 408,
        CONFLICT = 409,
        TOO_EARLY = 425,
        TOO_MANY = 429
    };

    if (status == UNAUTHORIZED || status == FORBIDDEN)
        return ERR_DENIED;
    if (status == TIMEOUT || status == CONFLICT || status == TOO_EARLY || status == TOO_MANY)
        return ERR_UNAVAILABLE;
    return status >= 400 && status <= 499 ? ERR_INVALID : ERR_UNAVAILABLE;
}

static enum err judge(struct tracker_desk *desk, const struct http_answer *answer, struct json **ret)
{
    AUTO_JSON read = NULL;
    bool is_json;

    desk->said.status = answer->status;
    desk->said.retry_after_s = answer->retry_after_s;
    desk->said.uncertain = answer->uncertain;
    if (answer->status == 0)
        return err_set(ERR_UNAVAILABLE, "%s", answer->why);
    is_json = answer->body_len > 0 && json_read(answer->body, answer->body_len, &read) == ERR_OK;
    if (answer->status < 200 || answer->status > 299)
        return err_set(kind_of(answer->status), "HTTP %u %s", answer->status, words_of(read, desk->arena));
    if (!is_json)
        return err_set(ERR_UNAVAILABLE, "HTTP %u, but no JSON: is this the right address?", answer->status);
    *ret = read;
    read = NULL;
    return ERR_OK;
}

const char *tracker_url(const struct tracker_desk *desk, const char *path)
{
    const char *url = desk->target->url;
    size_t len = strlen(url);

    if (len > 0 && url[len - 1] == '/')
        len--;
    return arena_printf(desk->arena, "%.*s%s", (int)len, url, path);
}

enum err tracker_ask(struct tracker_desk *desk, const char *method, const char *path, const char *body,
                     struct json **ret)
{
    const struct http_header_field headers[] = {
        {"Authorization", desk->authorization},
        {"Accept",        "application/json" }
    };
    int64_t left_ms = desk->until_ms - clock_mono_ms();
    struct http_ask ask = {.method = method,
                           .body = body,
                           .headers = headers,
                           .header_count = sizeof(headers) / sizeof(*headers),
                           .timeout_ms =
                               (uint32_t)(left_ms > PATIENCE_LEAST_MS ? left_ms : PATIENCE_LEAST_MS),
                           .ca_file = desk->context->config->outbox_ca_file,
                           .wanted = ANSWER_MAX,
                           .stop = desk->context->stop};
    struct http_answer answer;

    memset(&desk->said, 0, sizeof(desk->said));
    TRY(http_target_find(TARGET_WEB, tracker_url(desk, path), desk->context->allowed, desk->arena,
                         &ask.target));
    http_ask(&ask, desk->arena, &answer);
    return judge(desk, &answer, ret);
}

/*
 * 5 s, then twice as long each time, within five minutes: a system that comes back is told soon. One that may
 * have done it all the same is given a minute to end it, so that it is found then; one that says we may not
 * is asked once a minute at most.
 */
int64_t tracker_delay_s(const struct tracker_desk *desk, enum err err, int64_t tries, uint64_t random)
{
    enum { FIRST_S = 5, MOST_S = 300, CAREFUL_S = 60, DOUBLINGS = 6, DAY_S = 86400 };
    int64_t delay_s = (int64_t)FIRST_S << (tries < DOUBLINGS ? tries : DOUBLINGS);

    if (delay_s > MOST_S)
        delay_s = MOST_S;
    if ((desk->said.uncertain || err == ERR_DENIED) && delay_s < CAREFUL_S)
        delay_s = CAREFUL_S;
    delay_s += (int64_t)(random % ((uint64_t)delay_s / 5 + 1));
    if (desk->said.retry_after_s > delay_s)
        delay_s = desk->said.retry_after_s < DAY_S ? desk->said.retry_after_s : DAY_S;
    return delay_s;
}
