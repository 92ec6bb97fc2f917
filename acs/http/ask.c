#include "acs/http/ask.h"

#include <string.h>

#include "acs/base/crypto.h"
#include "acs/base/text.h"
#include "acs/http/transfer.h"

enum { THROWN_AWAY_MAX = 64 * 1024 };

struct asking {
    const struct http_ask *ask;
    struct arena *arena;
    struct transfer transfer;
    struct text body;
    size_t thrown_away;
    bool is_too_long;
};

static bool is_more_than_wanted(struct asking *asking, size_t len)
{
    size_t wanted = asking->ask->wanted;

    if (wanted > 0)
        return asking->body.len + len > wanted;
    asking->thrown_away += len;
    return asking->thrown_away > THROWN_AWAY_MAX;
}

/* Less than was given ends it. */
static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct asking *asking = ctx;

    asking->is_too_long = is_more_than_wanted(asking, size * count);
    if (asking->is_too_long)
        return 0;
    if (asking->ask->wanted > 0)
        text_add(&asking->body, bytes, size * count);
    return size * count;
}

static struct curl_slist *write_headers(const struct asking *asking)
{
    const char *type = asking->ask->content_type != NULL ? asking->ask->content_type : "application/json";
    struct curl_slist *headers =
        curl_slist_append(NULL, arena_printf(asking->arena, "Content-Type: %s", type));

    headers = curl_slist_append(headers, "Expect:");
    for (size_t i = 0; i < asking->ask->header_count; i++)
        headers =
            curl_slist_append(headers, arena_printf(asking->arena, "%s: %s", asking->ask->headers[i].name,
                                                    asking->ask->headers[i].value));
    return headers;
}

static void set_options(struct asking *asking, struct curl_slist *headers)
{
    const struct http_ask *ask = asking->ask;
    CURL *easy = asking->transfer.easy;

    curl_easy_setopt(easy, CURLOPT_USERAGENT, "Farol/" FAROL_VERSION);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, asking);
    if (ask->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(ask->body));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ask->body);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask->method);
}

static const char *describe(CURLcode code, const struct asking *asking)
{
    if (asking->is_too_long)
        return arena_printf(asking->arena, "the answer is longer than %zu bytes", asking->ask->wanted);
    return transfer_why(&asking->transfer, code, asking->arena);
}

/* That more came than anybody wants to read is no trouble. */
static void read_answer(CURLcode code, struct asking *asking, struct http_answer *ret)
{
    bool is_whole = code == CURLE_OK || (asking->is_too_long && asking->ask->wanted == 0);
    CURL *easy = asking->transfer.easy;
    curl_off_t retry_after_s = 0;
    long status = 0, sent = 0;

    *ret = (struct http_answer){.body = text_string(&asking->body), .body_len = asking->body.len};
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
    if (!is_whole) {
        ret->uncertain = sent > 0;
        ret->why = describe(code, asking);
        return;
    }
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    ret->status = (unsigned)status;
    ret->retry_after_s = (int64_t)retry_after_s;
}

char *http_basic(const char *pair, struct arena *arena)
{
    size_t len = strlen(pair);
    char *encoded = arena_alloc(arena, 4 * (len / 3 + 1) + 1);

    crypto_base64(pair, len, encoded);
    return arena_printf(arena, "Basic %s", encoded);
}

void http_ask(const struct http_ask *ask, struct arena *arena, struct http_answer *ret)
{
    struct asking asking = {.ask = ask, .arena = arena, .body = TEXT_IN(arena)};
    const struct transfer_terms terms = {&ask->target, "http,https", ask->timeout_ms, ask->ca_file,
                                         ask->stop};
    struct curl_slist *headers = write_headers(&asking);

    transfer_begin(&terms, arena, &asking.transfer);
    set_options(&asking, headers);
    read_answer(curl_easy_perform(asking.transfer.easy), &asking, ret);
    transfer_end(&asking.transfer);
    curl_slist_free_all(headers);
}
