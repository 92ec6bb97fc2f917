/* Cases in ticket systems: which event is told how, and what is said of it in the case. */
#include "acs/outbox/tracker.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/outbox/tracker_words.h"

const struct tracker_system *tracker_system_of(const char *kind)
{
    static const struct tracker_system *const systems[] = {&tracker_rt, &tracker_mail};

    for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
        if (strcmp(systems[i]->kind, kind) == 0)
            return systems[i];
    return NULL;
}

/* ---- a desk ---- */

enum err tracker_desk_open(const struct outlet_context *context, const struct outbox_target *target,
                           struct arena *arena, struct json **ret_settings, struct tracker_desk *ret)
{
    const struct seal_context seal = {target->outlet_id, "connector"};
    char secret[SECRET_BYTES_MAX + 1];
    enum err err;

    TRY(json_read(target->settings, strlen(target->settings), ret_settings));
    *ret = (struct tracker_desk){.context = context,
                                 .arena = arena,
                                 .target = target,
                                 .settings = *ret_settings,
                                 .until_ms = clock_mono_ms() + (int64_t)context->config->outbox_timeout_ms};
    TRY(keyring_open(context->keyring, &seal, target->secret, secret));
    err = tracker_system_of(target->kind)->open(ret, (struct secret){secret});
    crypto_wipe(secret, sizeof(secret));
    return err;
}

void tracker_desk_close(struct tracker_desk *desk)
{
    if (desk->authorization != NULL)
        crypto_wipe(desk->authorization, strlen(desk->authorization));
}

bool tracker_desk_is_portuguese(const struct tracker_desk *desk)
{
    return strcmp(json_string(json_get(desk->settings, "language"), "pt-BR"), "en") != 0;
}

/* ---- told ---- */

struct telling {
    const struct outlet_job *job;
    const struct tracker_system *system;
    struct tracker_desk desk;
    struct tracker_order order;
    struct tracker_key key;
    struct tracker_site site;
};

/* 0: never */
static int64_t look_s(const struct telling *telling)
{
    if (telling->system->read == NULL)
        return 0;
    return (int64_t)telling->desk.context->config->outbox_poll_ms / MS_PER_S;
}

static const char *say(const struct telling *telling, enum tracker_word word, const char *first,
                       const char *second)
{
    return tracker_say(word, telling->site.portuguese, first, second, telling->job->arena);
}

static enum err open_ticket(struct telling *telling)
{
    const struct tracker_order *order = &telling->order;
    struct arena *arena = telling->job->arena;
    const struct tracker_message message = {
        .key = order->key,
        .subject = tracker_subject(order, arena),
        .text = tracker_text(order, &telling->site, arena),
        .queue = order->their_queue,
        .link = tracker_link(order, &telling->site, arena),
        .urgency = tracker_urgency(order->priority),
        .page_name = arena_printf(arena, "%s.html", order->case_name),
        .page = order->page,
    };
    struct tracker_made made = {0};

    TRY(telling->system->create(&telling->desk, &message, &made));
    made.text = telling->system->read != NULL
                    ? say(telling, TRACKER_WORD_MADE, made.number, telling->job->target->name)
                    : say(telling, TRACKER_WORD_MAILED, order->their_queue, telling->job->target->name);
    return tracker_made(telling->job->db, telling->key, &made, look_s(telling), arena);
}

static enum err add_note(struct telling *telling)
{
    const struct tracker_order *order = &telling->order;
    struct arena *arena = telling->job->arena;
    const struct tracker_message message = {
        .key = telling->job->item->event,
        .subject = tracker_headline(order, telling->site.portuguese),
        .text = tracker_note_text(order, &telling->site, arena),
        .queue = order->their_queue,
        .urgency = tracker_urgency(order->priority),
        .page_name = arena_printf(arena, "%s.html", order->case_name),
        .page = order->page,
        .reopens = strcmp(order->type, "case.escalated") == 0,
    };

    TRY(telling->system->note(&telling->desk, order->number, &message));
    return tracker_told(telling->job->db, telling->key, look_s(telling), arena);
}

/* ---- what became of it ---- */

/* What keeps it from being told at all; NULL: nothing. */
static const char *find_hindrance(const struct telling *telling)
{
    const struct tracker_order *order = &telling->order;

    if (order->number == NULL && strcmp(order->type, "case.escalated") != 0)
        return say(telling, TRACKER_WORD_NO_TICKET, NULL, NULL);
    if (order->their_queue == NULL && (order->number == NULL || telling->system->read == NULL))
        return say(telling, TRACKER_WORD_NO_QUEUE, order->queue, NULL);
    return NULL;
}

static enum err tell(struct telling *telling)
{
    return telling->order.number == NULL ? open_ticket(telling) : add_note(telling);
}

/* That a person has to put something right is said where whoever waits for the ticket looks. */
static enum err note_in_case(const struct telling *telling, enum tracker_word word, const char *why)
{
    return tracker_refused(telling->job->db, telling->key, telling->desk.said.status,
                           say(telling, word, telling->job->target->name, why), telling->job->arena);
}

static void judge(struct telling *telling, enum err err, struct outlet_result *ret)
{
    const char *why = arena_strdup(telling->job->arena, err_message());
    enum err noted = ERR_OK;

    ret->why = why;
    ret->status = telling->desk.said.status;
    ret->delay_s = tracker_delay_s(&telling->desk, err, telling->job->item->tries, crypto_random_u64());
    if (err == ERR_INVALID && ret->status != 0) {
        ret->end = OUTLET_NEVER;
        noted = note_in_case(telling, TRACKER_WORD_REFUSED, why);
    } else if (err == ERR_DENIED) {
        noted = note_in_case(telling, TRACKER_WORD_DENIED, why);
    }
    if (noted != ERR_OK) /* it is refused once more, and noted then */
        ret->end = OUTLET_AGAIN;
}

static void tell_or_say_why(struct telling *telling, struct outlet_result *ret)
{
    const char *hindrance = find_hindrance(telling);
    enum err err;

    if (hindrance != NULL) {
        ret->end = OUTLET_NEVER;
        ret->why = hindrance;
        if (note_in_case(telling, TRACKER_WORD_REFUSED, hindrance) != ERR_OK)
            ret->end = OUTLET_AGAIN;
        return;
    }
    err = tell(telling);
    ret->status = telling->desk.said.status;
    if (err == ERR_OK)
        ret->end = OUTLET_DONE;
    else
        judge(telling, err, ret);
}

static void tracker_send(const struct outlet_job *job, struct outlet_result *ret)
{
    struct telling telling = {.job = job, .system = tracker_system_of(job->target->kind)};
    AUTO_JSON settings = NULL;
    enum err err = tracker_desk_open(job->context, job->target, job->arena, &settings, &telling.desk);

    if (err == ERR_OK)
        err = tracker_order(job->db, job->item->id, job->arena, &telling.order);
    ret->delay_s = tracker_delay_s(&telling.desk, err, job->item->tries, crypto_random_u64());
    if (err != ERR_OK) {
        ret->why = arena_strdup(job->arena, err_message());
        ret->end = err == ERR_NOT_FOUND ? OUTLET_NEVER : OUTLET_AGAIN; /* the case is there no more */
    } else {
        telling.key = (struct tracker_key){telling.order.case_id, job->target->outlet_id};
        telling.site =
            (struct tracker_site){job->context->config->case_url, tracker_desk_is_portuguese(&telling.desk)};
        tell_or_say_why(&telling, ret);
    }
    tracker_desk_close(&telling.desk);
}

const struct outlet_kind tracker_rt_kind = {"rt", tracker_send};
const struct outlet_kind tracker_mail_kind = {"mail", tracker_send};
