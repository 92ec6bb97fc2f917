#include "acs/http/mail.h"

#include <string.h>

#include "acs/http/transfer.h"

struct sending {
    const struct mail_send *order;
    struct transfer transfer;
    size_t given; /* of the letter, to libcurl */
};

static size_t on_letter(char *room, size_t size, size_t count, void *ctx)
{
    struct sending *sending = ctx;
    size_t left = sending->order->letter_len - sending->given;
    size_t len = left < size * count ? left : size * count;

    memcpy(room, sending->order->letter + sending->given, len);
    sending->given += len;
    return len;
}

static struct curl_slist *write_recipients(const struct mail_send *order, struct arena *arena)
{
    struct curl_slist *ret = NULL;

    for (size_t i = 0; i < order->to_count; i++)
        ret = curl_slist_append(ret, arena_printf(arena, "<%s>", order->to[i]));
    return ret;
}

static void set_options(struct sending *sending, struct curl_slist *recipients, struct arena *arena)
{
    const struct mail_send *order = sending->order;
    CURL *easy = sending->transfer.easy;

    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(order->target.is_inside ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, arena_printf(arena, "<%s>", order->from));
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_letter);
    curl_easy_setopt(easy, CURLOPT_READDATA, sending);
    if (order->login != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, order->login);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, order->password.hidden);
    }
}

static void judge(const struct sending *sending, CURLcode code, struct arena *arena, struct mail_answer *ret)
{
    enum { REPLY_REFUSED = 400 };
    long status = 0;

    curl_easy_getinfo(sending->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    *ret = (struct mail_answer){.status = (unsigned)status, .taken = code == CURLE_OK};
    if (ret->taken)
        return;
    ret->denied = code == CURLE_LOGIN_DENIED;
    ret->uncertain = sending->given == sending->order->letter_len && status < REPLY_REFUSED;
    ret->why = transfer_why(&sending->transfer, code, arena);
}

void mail_send(const struct mail_send *order, struct arena *arena, struct mail_answer *ret)
{
    struct sending sending = {.order = order};
    const struct transfer_terms terms = {&order->target, "smtp,smtps", order->timeout_ms, order->ca_file,
                                         order->stop};
    struct curl_slist *recipients = write_recipients(order, arena);

    transfer_begin(&terms, arena, &sending.transfer);
    set_options(&sending, recipients, arena);
    judge(&sending, curl_easy_perform(sending.transfer.easy), arena, ret);
    transfer_end(&sending.transfer);
    curl_slist_free_all(recipients);
}
