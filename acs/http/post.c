#include "acs/http/post.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/text.h"

enum { ANSWER_MAX = 64 * 1024 };

struct posting {
    const struct http_post *post;
    struct arena *arena;
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

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

/* Nonzero ends it. */
static int on_progress(void *ctx, curl_off_t all, curl_off_t received, curl_off_t all_up, curl_off_t sent)
{
    const struct posting *posting = ctx;

    (void)all;
    (void)all_up;
    (void)sent;
    return received > ANSWER_MAX || (posting->post->stop != NULL && atomic_load(posting->post->stop));
}

static struct curl_slist *write_headers(const struct posting *posting)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    headers = curl_slist_append(headers, "Expect:");
    for (size_t i = 0; i < posting->post->header_count; i++)
        headers =
            curl_slist_append(headers, arena_printf(posting->arena, "%s: %s", posting->post->headers[i].name,
                                                    posting->post->headers[i].value));
    return headers;
}

/* The name leads to what was found for it; a literal address is not looked up. */
static struct curl_slist *write_resolve(const struct posting *posting)
{
    const struct http_target *target = &posting->post->target;
    bool brackets = strchr(target->literal, ':') != NULL;

    if (strchr(target->host, ':') != NULL)
        return NULL;
    return curl_slist_append(NULL, arena_printf(posting->arena, "%s:%s:%s%s%s", target->host, target->port,
                                                brackets ? "[" : "", target->literal, brackets ? "]" : ""));
}

static void set_options(CURL *easy, struct posting *posting, struct curl_slist *headers,
                        struct curl_slist *resolve)
{
    const struct http_post *post = posting->post;

    curl_easy_setopt(easy, CURLOPT_URL, post->target.url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)post->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(post->body));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &post->target.address);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, posting);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, posting->error);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "Farol/" FAROL_VERSION);
}

static void read_answer(CURL *easy, CURLcode code, const struct posting *posting,
                        struct http_post_answer *ret)
{
    curl_off_t retry_after_s = 0;
    long status = 0;

    *ret = (struct http_post_answer){0};
    if (code != CURLE_OK) {
        ret->why = arena_strdup(posting->arena,
                                posting->error[0] != '\0' ? posting->error : curl_easy_strerror(code));
        return;
    }
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    ret->status = (unsigned)status;
    ret->retry_after_s = (int64_t)retry_after_s;
}

void http_post(const struct http_post *post, struct arena *arena, struct http_post_answer *ret)
{
    struct posting posting = {.post = post, .arena = arena};
    struct curl_slist *headers = write_headers(&posting);
    struct curl_slist *resolve = write_resolve(&posting);
    CURL *easy = curl_easy_init();
    CURLcode code;

    set_options(easy, &posting, headers, resolve);
    code = curl_easy_perform(easy);
    read_answer(easy, code, &posting, ret);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    curl_slist_free_all(resolve);
}
