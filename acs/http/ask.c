#include "acs/http/ask.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/text.h"

enum { THROWN_AWAY_MAX = 64 * 1024 };

struct asking {
    const struct http_ask *ask;
    struct arena *arena;
    struct text body;
    bool is_too_long;
    char error[CURL_ERROR_SIZE];
};

/* Whatever libcurl wants to connect to: it is the address that was checked, or nothing. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct address *checked = ctx;

    (void)purpose;
    if (address->addrlen != checked->len || memcmp(&address->addr, &checked->storage, checked->len) != 0)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Less than was given ends it. */
static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct asking *asking = ctx;
    size_t wanted = asking->ask->wanted;

    if (wanted == 0)
        return size * count;
    asking->is_too_long = asking->body.len + size * count > wanted;
    if (asking->is_too_long)
        return 0;
    text_add(&asking->body, bytes, size * count);
    return size * count;
}

/* Nonzero ends it. */
static int on_progress(void *ctx, curl_off_t all, curl_off_t received, curl_off_t all_up, curl_off_t sent)
{
    struct asking *asking = ctx;

    (void)all;
    (void)all_up;
    (void)sent;
    if (asking->ask->wanted == 0 && received > THROWN_AWAY_MAX)
        asking->is_too_long = true;
    return asking->is_too_long || (asking->ask->stop != NULL && atomic_load(asking->ask->stop));
}

static struct curl_slist *write_headers(const struct asking *asking)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    headers = curl_slist_append(headers, "Expect:");
    for (size_t i = 0; i < asking->ask->header_count; i++)
        headers =
            curl_slist_append(headers, arena_printf(asking->arena, "%s: %s", asking->ask->headers[i].name,
                                                    asking->ask->headers[i].value));
    return headers;
}

/* The name leads to what was found for it; a literal address is not looked up. */
static struct curl_slist *write_resolve(const struct asking *asking)
{
    const struct http_target *target = &asking->ask->target;
    bool brackets = strchr(target->literal, ':') != NULL;

    if (strchr(target->host, ':') != NULL)
        return NULL;
    return curl_slist_append(NULL, arena_printf(asking->arena, "%s:%s:%s%s%s", target->host, target->port,
                                                brackets ? "[" : "", target->literal, brackets ? "]" : ""));
}

static void set_transfer(CURL *easy, struct asking *asking)
{
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &asking->ask->target.address);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, asking);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, asking);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, asking->error);
}

static void set_options(CURL *easy, const struct http_ask *ask, struct curl_slist *headers,
                        struct curl_slist *resolve)
{
    curl_easy_setopt(easy, CURLOPT_URL, ask->target.url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "Farol/" FAROL_VERSION);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve);
    if (ask->ca_file != NULL && ask->ca_file[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_CAINFO, ask->ca_file);
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
    return arena_strdup(asking->arena, asking->error[0] != '\0' ? asking->error : curl_easy_strerror(code));
}

/* That more came than anybody wants to read is no trouble. */
static void read_answer(CURL *easy, CURLcode code, struct asking *asking, struct http_answer *ret)
{
    bool is_whole = code == CURLE_OK || (asking->is_too_long && asking->ask->wanted == 0);
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

void http_ask(const struct http_ask *ask, struct arena *arena, struct http_answer *ret)
{
    struct asking asking = {.ask = ask, .arena = arena, .body = TEXT_IN(arena)};
    struct curl_slist *headers = write_headers(&asking);
    struct curl_slist *resolve = write_resolve(&asking);
    CURL *easy = curl_easy_init();
    CURLcode code;

    set_options(easy, ask, headers, resolve);
    set_transfer(easy, &asking);
    code = curl_easy_perform(easy);
    read_answer(easy, code, &asking, ret);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    curl_slist_free_all(resolve);
}
