#include "acs/outbox/outbox.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/http/post.h"
#include "acs/outbox/sign.h"
#include "db/outbox.h"

enum {
    THREADS = 3,
    TURN_MS = 25000,
    POLL_US = 50000,
    POLLS = 20,
    ARENA_FIRST = 32 * 1024,
    SIGNATURES_MAX = 100
};

struct outbox {
    const struct config *config;
    struct db_pool *pool;
    const struct keyring *keyring;
    struct networks *allowed;
    pthread_t threads[THREADS];
    unsigned thread_count;
    atomic_bool stop;
};

/* An outlet that is being sent to. */
struct turn {
    struct outbox *outbox;
    struct arena *arena; /* of the message that is sent */
    struct outbox_target target;
    int64_t until_ms;
};

/* ---- one message ---- */

static enum err sign_with(const struct turn *turn, const char *sealed, const struct webhook_message *message,
                          char ret[WEBHOOK_SIGNATURE_MAX])
{
    const struct seal_context context = {turn->target.outlet_id, "webhook"};
    char secret[SECRET_BYTES_MAX + 1];
    enum err err;

    TRY(keyring_open(turn->outbox->keyring, &context, sealed, secret));
    err = webhook_sign((struct secret){secret}, message, turn->arena, ret);
    crypto_wipe(secret, sizeof(secret));
    return err;
}

/* By both secrets, while one is being replaced. */
static enum err write_signatures(const struct turn *turn, const struct webhook_message *message,
                                 const char **ret)
{
    char now[WEBHOOK_SIGNATURE_MAX], before[WEBHOOK_SIGNATURE_MAX];

    TRY(sign_with(turn, turn->target.secret, message, now));
    *ret = arena_strdup(turn->arena, now);
    if (turn->target.old_secret == NULL)
        return ERR_OK;
    TRY(sign_with(turn, turn->target.old_secret, message, before));
    *ret = arena_printf(turn->arena, "%s %s", now, before);
    return ERR_OK;
}

static const char *write_body(const struct turn *turn, const struct outbox_item *item)
{
    struct text out = TEXT_IN(turn->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "type", item->type);
    json_field_string(&json, "timestamp", item->at);
    json_field_raw(&json, "data", item->data);
    json_close_object(&json);
    return text_string(&out);
}

/* ERR_DENIED and the like: it cannot be sent, and err_message() says why. */
static enum err post_item(const struct turn *turn, const struct outbox_item *item,
                          struct http_post_answer *ret)
{
    const struct webhook_message message = {
        .id = item->event, .at_s = clock_now_us() / US_PER_S, .body = write_body(turn, item)};
    struct http_header_field headers[] = {
        {"webhook-id",        item->event             },
        {"webhook-timestamp", arena_printf(turn->arena, "%" PRId64, message.at_s)},
        {"webhook-signature",      NULL                             }
    };
    struct http_post post = {.body = message.body,
                             .headers = headers,
                             .header_count = sizeof(headers) / sizeof(*headers),
                             .timeout_ms = (uint32_t)turn->outbox->config->outbox_timeout_ms,
                             .stop = &turn->outbox->stop};

    TRY(write_signatures(turn, &message, &headers[2].value));
    TRY(http_target_find(turn->target.url, turn->outbox->allowed, turn->arena, &post.target));
    http_post(&post, turn->arena, ret);
    return ERR_OK;
}

/* ---- what became of it ---- */

/* Whom we do not reach now we do not try with the next message at once. */
static enum err note_failure(const struct turn *turn, struct db *db, const struct outbox_item *item,
                             const struct http_post_answer *answer, bool *ret_more)
{
    const struct outbox_failure failure = {
        .id = item->id,
        .status = answer->status,
        .detail = answer->why,
        .delay_s = webhook_delay_s(item->tries + 1, answer->retry_after_s, crypto_random_u64()),
        .gone = answer->status == 410,
    };
    bool enabled;

    metric_count(METRIC_WEBHOOKS_FAILED);
    TRY(outbox_failed(db, &failure, turn->arena, &enabled));
    *ret_more = enabled && answer->status != 0;
    if (!enabled)
        log_warn("a webhook is disabled", log_s("url", turn->target.url), log_i("status", answer->status),
                 log_s("why", text_or_empty(answer->why)));
    return ERR_OK;
}

/* False in ret_more: there is nothing more to send to it now. */
static enum err send_next(struct turn *turn, struct db *db, bool *ret_more)
{
    struct http_post_answer answer = {0};
    struct outbox_item item;

    *ret_more = false;
    TRY(outbox_next(db, turn->target.outlet_id, turn->arena, &item));
    if (item.id == 0)
        return ERR_OK;
    if (post_item(turn, &item, &answer) != ERR_OK)
        answer = (struct http_post_answer){.why = arena_strdup(turn->arena, err_message())};
    if (atomic_load(&turn->outbox->stop) && answer.status == 0)
        return ERR_OK; /* given up by us: it is no failure of theirs */
    if (answer.status < 200 || answer.status > 299)
        return note_failure(turn, db, &item, &answer, ret_more);
    *ret_more = true;
    metric_count(METRIC_WEBHOOKS_DELIVERED);
    return outbox_delivered(db, item.id, answer.status, turn->arena);
}

/* ---- turns ---- */

static enum err send_all(struct turn *turn, struct db *db)
{
    bool more = true;
    enum err err = ERR_OK;

    while (err == ERR_OK && more && clock_mono_ms() < turn->until_ms && !atomic_load(&turn->outbox->stop))
        err = send_next(turn, db, &more);
    return err;
}

/* An outlet after the other, as long as there is one with something due. The connection is given back while
 * nothing is. */
static enum err take_turn(struct outbox *outbox, bool *ret_sent)
{
    AUTO_ARENA arena = arena_new(ARENA_FIRST);
    struct turn turn = {.outbox = outbox, .arena = arena, .until_ms = clock_mono_ms() + TURN_MS};
    AUTO_DB db = NULL;
    enum err err;

    *ret_sent = false;
    TRY(db_borrow(outbox->pool, &db));
    TRY(outbox_claim(db, arena, &turn.target));
    if (turn.target.outlet_id == 0)
        return ERR_OK;
    *ret_sent = true;
    err = send_all(&turn, db);
    if (outbox_release(db, turn.target.outlet_id, arena) != ERR_OK)
        log_warn("an outlet stays taken for a minute", log_s("why", err_message()));
    return err;
}

static void pause_a_while(struct outbox *outbox)
{
    for (int i = 0; i < POLLS && !atomic_load(&outbox->stop); i++)
        usleep(POLL_US);
}

static void *run(void *ctx)
{
    struct outbox *outbox = ctx;

    while (!atomic_load(&outbox->stop)) {
        bool sent = false;

        if (take_turn(outbox, &sent) != ERR_OK)
            log_debug("the outbox waits", log_s("why", err_message()));
        if (!sent)
            pause_a_while(outbox);
    }
    return NULL;
}

/* ---- life ---- */

static void start_threads(struct outbox *outbox)
{
    while (outbox->thread_count < THREADS &&
           pthread_create(&outbox->threads[outbox->thread_count], NULL, run, outbox) == 0)
        outbox->thread_count++;
}

enum err outbox_new(const struct config *config, struct db_pool *pool, const struct keyring *keyring,
                    struct outbox **ret)
{
    struct networks *allowed;
    struct outbox *outbox;

    *ret = NULL;
    TRY(err_while(networks_read(config->outbox_networks, &allowed), "outbox.networks"));
    outbox = HEAP_NEW(struct outbox);
    outbox->config = config;
    outbox->pool = pool;
    outbox->keyring = keyring;
    outbox->allowed = allowed;
    if (keyring != NULL)
        start_threads(outbox);
    *ret = outbox;
    return ERR_OK;
}

void outbox_free(struct outbox *outbox)
{
    if (outbox == NULL)
        return;
    atomic_store(&outbox->stop, true);
    for (unsigned i = 0; i < outbox->thread_count; i++)
        pthread_join(outbox->threads[i], NULL);
    networks_free(outbox->allowed);
    heap_free(outbox);
}
