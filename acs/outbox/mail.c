/*
 * E-mail as a ticket system that only listens: its queues are addresses.
 *
 * The first letter is the ticket; what becomes of the case answers it, so that mail programs show one
 * conversation. Nothing is read. A letter that may have been taken, though no reply came, is sent again under
 * the same Message-ID.
 */
#include "acs/http/mail.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/outbox/letter.h"
#include "acs/outbox/tracker.h"

enum { REPLY_TRANSIENT = 4, REPLY_PERMANENT = 5, REPLY_CLASS = 100 };

static enum err mail_open(struct tracker_desk *desk, struct secret secret)
{
    desk->authorization = arena_strdup(desk->arena, secret.hidden);
    return ERR_OK;
}

/* ---- given to the server ---- */

/* 530 and 535: we must sign in, or may not (RFC 4954 6). 5yz is for good, all else for now (RFC 5321 4.2.1).
 */
static enum err kind_of(const struct mail_answer *answer)
{
    enum { MUST_SIGN_IN = 530, SIGN_IN_FAILED = 535 };

    if (answer->denied || answer->status == MUST_SIGN_IN || answer->status == SIGN_IN_FAILED)
        return ERR_DENIED;
    return answer->status / REPLY_CLASS == REPLY_PERMANENT ? ERR_INVALID : ERR_UNAVAILABLE;
}

static enum err judge(struct tracker_desk *desk, const struct mail_answer *answer)
{
    desk->said.status = answer->status;
    desk->said.uncertain = answer->uncertain;
    if (answer->taken)
        return ERR_OK;
    if (answer->status / REPLY_CLASS < REPLY_TRANSIENT)
        return err_set(ERR_UNAVAILABLE, "%s", answer->why);
    return err_set(kind_of(answer), "SMTP %u: %s", answer->status, answer->why);
}

static enum err give(struct tracker_desk *desk, const struct letter *letter)
{
    struct text bytes = TEXT_IN(desk->arena);
    int64_t left_ms = desk->until_ms - clock_mono_ms();
    struct mail_send order = {.from = letter->from,
                              .to = letter->to,
                              .to_count = letter->to_count,
                              .login = json_string(json_get(desk->settings, "login"), NULL),
                              .password = {desk->authorization},
                              .timeout_ms = (uint32_t)(left_ms > 1 ? left_ms : 1),
                              .ca_file = desk->context->config->outbox_ca_file,
                              .stop = desk->context->stop};
    struct mail_answer answer;

    memset(&desk->said, 0, sizeof(desk->said));
    letter_write(letter, &bytes);
    order.letter = text_string(&bytes);
    order.letter_len = bytes.len;
    TRY(http_target_find(TARGET_MAIL, desk->target->url, desk->context->allowed, desk->arena, &order.target));
    mail_send(&order, desk->arena, &answer);
    return judge(desk, &answer);
}

/* ---- written ---- */

static enum err write_and_give(struct tracker_desk *desk, const struct tracker_message *message,
                               const char *first, const char **ret_id)
{
    enum { HIGH = 2 };
    const struct letter_page page = {message->page_name, message->page};
    const char *from = json_string(json_get(desk->settings, "from"), "");
    const char *to[LETTER_TO_MOST];
    struct letter letter = {
        .from = from,
        .sender = "Farol",
        .to = to,
        .subject = message->subject,
        .text = message->text,
        .answers = first,
        .at_us = clock_now_us(),
        .urgent = message->urgency >= HIGH,
        .page = message->page == NULL ? NULL : &page,
    };

    if (!letter_address_is_good(from))
        return err_set(ERR_DENIED, "its sender '%s' is no address of e-mail", from);
    TRY(letter_read_addresses(text_or_empty(message->queue), desk->arena, to, &letter.to_count));
    letter.id = arena_printf(desk->arena, "%s@%s", message->key, letter_domain(from));
    if (ret_id != NULL)
        *ret_id = letter.id;
    return give(desk, &letter);
}

static enum err mail_create(struct tracker_desk *desk, const struct tracker_message *message,
                            struct tracker_made *ret)
{
    return write_and_give(desk, message, NULL, &ret->number);
}

static enum err mail_note(struct tracker_desk *desk, const char *number,
                          const struct tracker_message *message)
{
    return write_and_give(desk, message, number, NULL);
}

const struct tracker_system tracker_mail = {"mail", mail_open, mail_create, mail_note, NULL};
