/* Webhooks: Standard Webhooks 1.0. */
#include <inttypes.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/http/ask.h"
#include "acs/outbox/outlet.h"
#include "acs/outbox/sign.h"

enum { STATUS_GONE = 410 };

static enum err sign_with(const struct outlet_job *job, const char *sealed,
                          const struct webhook_message *message, char ret[WEBHOOK_SIGNATURE_MAX])
{
    const struct seal_context context = {job->target->outlet_id, "webhook"};
    char secret[SECRET_BYTES_MAX + 1];
    enum err err;

    TRY(keyring_open(job->context->keyring, &context, sealed, secret));
    err = webhook_sign((struct secret){secret}, message, job->arena, ret);
    crypto_wipe(secret, sizeof(secret));
    return err;
}

/* By both secrets, while one is being replaced. */
static enum err write_signatures(const struct outlet_job *job, const struct webhook_message *message,
                                 const char **ret)
{
    char now[WEBHOOK_SIGNATURE_MAX], before[WEBHOOK_SIGNATURE_MAX];

    TRY(sign_with(job, job->target->secret, message, now));
    *ret = arena_strdup(job->arena, now);
    if (job->target->old_secret == NULL)
        return ERR_OK;
    TRY(sign_with(job, job->target->old_secret, message, before));
    *ret = arena_printf(job->arena, "%s %s", now, before);
    return ERR_OK;
}

static const char *write_body(const struct outlet_job *job)
{
    struct text out = TEXT_IN(job->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "type", job->item->type);
    json_field_string(&json, "timestamp", job->item->at);
    json_field_raw(&json, "data", job->item->data);
    json_close_object(&json);
    return text_string(&out);
}

static enum err post(const struct outlet_job *job, struct http_answer *ret)
{
    const struct webhook_message message = {
        .id = job->item->event, .at_s = clock_now_us() / US_PER_S, .body = write_body(job)};
    struct http_header_field headers[] = {
        {"webhook-id",        job->item->event       },
        {"webhook-timestamp", arena_printf(job->arena, "%" PRId64, message.at_s)},
        {"webhook-signature",      NULL                            },
    };
    struct http_ask ask = {.method = "POST",
                           .body = message.body,
                           .headers = headers,
                           .header_count = sizeof(headers) / sizeof(*headers),
                           .timeout_ms = (uint32_t)job->context->config->outbox_timeout_ms,
                           .ca_file = job->context->config->outbox_ca_file,
                           .stop = job->context->stop};

    TRY(write_signatures(job, &message, &headers[2].value));
    TRY(http_target_find(TARGET_WEB, job->target->url, job->context->allowed, job->arena, &ask.target));
    http_ask(&ask, job->arena, ret);
    return ERR_OK;
}

/* What keeps us from sending keeps us for a while only: a name that leads nowhere now, a key that is away. */
static void webhook_send(const struct outlet_job *job, struct outlet_result *ret)
{
    struct http_answer answer = {0};

    if (post(job, &answer) != ERR_OK)
        answer = (struct http_answer){.why = arena_strdup(job->arena, err_message())};
    ret->status = answer.status;
    ret->why = answer.why;
    ret->delay_s = webhook_delay_s(job->item->tries + 1, answer.retry_after_s, crypto_random_u64());
    if (answer.status >= 200 && answer.status <= 299)
        ret->end = OUTLET_DONE;
    else if (answer.status == STATUS_GONE)
        ret->end = OUTLET_GONE;
    else if (ret->delay_s < 0)
        ret->end = OUTLET_NEVER;
}

const struct outlet_kind webhook_kind = {"webhook", webhook_send};
