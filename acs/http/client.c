#include "acs/http/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "acs/http/dial.h"

/* A cnonce of 16 characters: there are routers that keep no more than 32 of it. */
enum { BODY_MAX = 8 * 1024, ARENA_FIRST = 1024, CNONCE_BYTES = 8 };

/* One dial. It has an easy handle only while it runs. */
struct transfer {
    struct http_client *client;
    struct transfer *next; /* in one of the client's lists */
    CURL *easy;
    struct curl_slist *headers; /* of the second request */
    struct arena *arena;        /* it lives there itself */
    const char *url;
    const char *target; /* of the request line */
    const char *where;  /* "192.0.2.7:7547", for the words; NULL: not a URL to dial */
    const char *username;
    char *password;
    uint32_t timeout_ms;
    int64_t deadline_us; /* of both requests together */
    http_dial_fn *fn;
    void *ctx;
    struct dial_answer answer;
};

struct http_client {
    struct loop *loop;
    CURLM *multi;
    unsigned parallel;
    struct transfer *running;
    unsigned running_count;
    struct transfer *waiting; /* the oldest first */
    struct transfer **waiting_end;
    CURL **idle; /* easy handles; as many as have ever run at once */
    unsigned idle_count;
    struct loop_timer curl_timer;
    struct loop_timer start_timer;
};

/* A socket that libcurl has asked to watch. */
struct watched {
    struct http_client *client;
    curl_socket_t fd;
};

/* ---- what went wrong, if there is no answer ---- */

static struct dial_verdict judge_connect(const struct transfer *transfer)
{
    const char *what = "cannot connect to";
    long number = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
    if (number == ECONNREFUSED)
        what = "connection refused by";
    else if (number == EHOSTUNREACH || number == ENETUNREACH)
        what = "no route to";
    return (struct dial_verdict){HTTP_DIAL_UNREACHABLE,
                                 arena_printf(transfer->arena, "%s %s", what, transfer->where)};
}

static struct dial_verdict judge_silence(const struct transfer *transfer)
{
    uint32_t ms = transfer->timeout_ms;
    bool whole = ms % MS_PER_S == 0;

    return (struct dial_verdict){HTTP_DIAL_UNREACHABLE,
                                 arena_printf(transfer->arena, "no answer within %u %s",
                                              whole ? ms / MS_PER_S : ms, whole ? "s" : "ms")};
}

static struct dial_verdict judge_hang_up(const struct transfer *transfer)
{
    return (struct dial_verdict){
        HTTP_DIAL_UNREACHABLE,
        arena_printf(transfer->arena, "%s closed the connection without an answer", transfer->where)};
}

static struct dial_verdict judge_nonsense(const struct transfer *transfer)
{
    return (struct dial_verdict){HTTP_DIAL_STRANGE,
                                 arena_printf(transfer->arena,
                                              "%s answered something that is not HTTP, or too much of it",
                                              transfer->where)};
}

static const struct {
    CURLcode code;
    struct dial_verdict (*judge)(const struct transfer *transfer);
} judges[] = {
    {CURLE_COULDNT_CONNECT,    judge_connect},
    {CURLE_OPERATION_TIMEDOUT, judge_silence},
    {CURLE_GOT_NOTHING,        judge_hang_up},
    {CURLE_RECV_ERROR,         judge_hang_up},
    {CURLE_SEND_ERROR,         judge_hang_up},
};

static struct dial_verdict judge(const struct transfer *transfer, CURLcode code)
{
    if (code == CURLE_OK || dial_is_decided(&transfer->answer))
        return dial_judge(&transfer->answer, transfer->where, transfer->arena);
    for (size_t i = 0; i < sizeof(judges) / sizeof(*judges); i++)
        if (judges[i].code == code)
            return judges[i].judge(transfer);
    return judge_nonsense(transfer);
}

/* ---- what libcurl tells of a transfer ---- */

/* Returns less than it was given to end the transfer: there is nothing in a body that we want. */
static size_t on_header(char *line, size_t size, size_t count, void *ctx)
{
    struct transfer *transfer = ctx;
    size_t len = size * count;

    dial_read_line(&transfer->answer, line, len, transfer->arena);
    return text_is_blank(line, len) && dial_is_decided(&transfer->answer) ? 0 : len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

/* Nonzero ends the transfer. */
static int on_progress(void *ctx, curl_off_t all, curl_off_t received, curl_off_t all_up, curl_off_t sent)
{
    (void)ctx;
    (void)all;
    (void)all_up;
    (void)sent;
    return received > BODY_MAX;
}

/* ---- transfers ---- */

static void transfer_free(struct transfer *transfer)
{
    crypto_wipe(transfer->password, strlen(transfer->password));
    if (transfer->easy != NULL)
        curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    arena_free(transfer->arena);
}

static void transfers_free(struct transfer *transfer)
{
    while (transfer != NULL) {
        struct transfer *next = transfer->next;

        transfer_free(transfer);
        transfer = next;
    }
}

static void finish(struct transfer *transfer, struct dial_verdict verdict)
{
    transfer->fn(verdict.outcome, verdict.detail, transfer->ctx);
    transfer_free(transfer);
}

static void take_easy(struct transfer *transfer)
{
    struct http_client *client = transfer->client;

    transfer->easy = client->idle_count > 0 ? client->idle[--client->idle_count] : curl_easy_init();
}

/* Nor may the next router see what the challenge of this one has left behind. */
static void give_easy_back(struct transfer *transfer)
{
    struct http_client *client = transfer->client;

    curl_easy_reset(transfer->easy);
    client->idle[client->idle_count++] = transfer->easy;
    transfer->easy = NULL;
}

static void set_options(struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET,
                     transfer->target); /* what the digest covers (RFC 7616 3.4) */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transfer->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BODY_MAX);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

static void start(struct transfer *transfer)
{
    static const struct dial_verdict not_a_url = {
        HTTP_DIAL_UNREACHABLE,
        "the router's address for connection requests is not http://<IP address>:<port>/<path>"};
    struct http_client *client = transfer->client;

    if (transfer->where == NULL) {
        finish(transfer, not_a_url);
        return;
    }
    take_easy(transfer);
    set_options(transfer);
    transfer->deadline_us = clock_mono_us() + (int64_t)transfer->timeout_ms * US_PER_MS;
    transfer->next = client->running;
    client->running = transfer;
    client->running_count++;
    curl_multi_add_handle(client->multi, transfer->easy);
}

static void start_waiting(void *ctx)
{
    struct http_client *client = ctx;

    while (client->waiting != NULL && client->running_count < client->parallel) {
        struct transfer *transfer = client->waiting;

        client->waiting = transfer->next;
        if (client->waiting == NULL)
            client->waiting_end = &client->waiting;
        start(transfer);
    }
}

/* From the loop, so that nobody is called back before http_client_dial() has returned. */
static void start_soon(struct http_client *client)
{
    if (client->waiting != NULL && !client->start_timer.set)
        loop_timer_set(client->loop, &client->start_timer, clock_mono_us(), start_waiting, client);
}

static void stop(struct transfer *transfer)
{
    struct http_client *client = transfer->client;
    struct transfer **at = &client->running;

    while (*at != transfer)
        at = &(*at)->next;
    *at = transfer->next;
    client->running_count--;
    curl_multi_remove_handle(client->multi, transfer->easy);
}

/* ---- the second request ---- */

static void make_answer(struct transfer *transfer)
{
    unsigned char random[CNONCE_BYTES];
    char cnonce[2 * CNONCE_BYTES + 1];
    struct challenge_login login = {
        transfer->username, {transfer->password}, "GET", transfer->target, cnonce};

    crypto_random(random, sizeof(random));
    crypto_hex(random, sizeof(random), cnonce);
    transfer->headers = curl_slist_append(
        NULL, arena_printf(transfer->arena, "Authorization: %s",
                           challenge_answer(transfer->answer.challenge, &login, transfer->arena)));
}

/* Answers the challenge, on the same connection if the router has kept it (C-21). False: the dial has ended.
 */
static bool go_on(struct transfer *transfer, CURLcode code)
{
    int64_t left_ms = (transfer->deadline_us - clock_mono_us()) / US_PER_MS;
    CURLM *multi = transfer->client->multi;

    dial_read_line(&transfer->answer, "\n", 1, transfer->arena); /* some hang up instead */
    if (code != CURLE_OK || transfer->answer.status == 0 || dial_is_decided(&transfer->answer))
        return false;
    make_answer(transfer);
    curl_multi_remove_handle(multi, transfer->easy);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, 0L);
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, left_ms > 1 ? (long)left_ms : 1L);
    curl_multi_add_handle(multi, transfer->easy);
    return true;
}

static void finish_done(struct http_client *client)
{
    const CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        struct transfer *transfer = NULL;
        struct dial_verdict verdict;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (go_on(transfer, code))
            continue;
        verdict = judge(transfer, code);
        stop(transfer);
        give_easy_back(transfer);
        finish(transfer, verdict);
    }
    start_soon(client);
}

/* ---- libcurl in the loop ---- */

static void on_socket(uint32_t events, void *ctx)
{
    const struct watched watched = *(const struct watched *)ctx; /* libcurl may end it meanwhile */
    int mask = (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    int running;

    curl_multi_socket_action(watched.client->multi, watched.fd, mask, &running);
    finish_done(watched.client);
}

static int on_watch(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
    struct http_client *client = ctx;
    struct watched *watched = known;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        loop_unwatch(client->loop, fd);
        heap_free(watched);
        return 0;
    }
    if (watched == NULL) {
        watched = HEAP_NEW(struct watched);
        *watched = (struct watched){.client = client, .fd = fd};
        curl_multi_assign(client->multi, fd, watched);
    }
    loop_watch(client->loop, fd, events, on_socket, watched);
    return 0;
}

static void on_timer(void *ctx)
{
    struct http_client *client = ctx;
    int running;

    curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_done(client);
}

static int on_timeout(CURLM *multi, long ms, void *ctx)
{
    struct http_client *client = ctx;

    (void)multi;
    if (ms < 0)
        loop_timer_clear(client->loop, &client->curl_timer);
    else
        loop_timer_set(client->loop, &client->curl_timer, clock_mono_us() + ms * US_PER_MS, on_timer, client);
    return 0;
}

static void start_libcurl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- for callers ---- */

struct http_client *http_client_new(struct loop *loop, unsigned parallel)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http_client *client = HEAP_NEW(struct http_client);

    pthread_once(&once, start_libcurl);
    client->loop = loop;
    client->parallel = parallel;
    client->idle = heap_alloc(parallel * sizeof(*client->idle));
    client->waiting_end = &client->waiting;
    client->multi = curl_multi_init();
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_watch);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    return client;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    for (struct transfer *transfer = client->running; transfer != NULL; transfer = transfer->next)
        curl_multi_remove_handle(client->multi, transfer->easy);
    transfers_free(client->running);
    transfers_free(client->waiting);
    while (client->idle_count > 0)
        curl_easy_cleanup(client->idle[--client->idle_count]);
    curl_multi_cleanup(client->multi);
    loop_timer_clear(client->loop, &client->curl_timer);
    loop_timer_clear(client->loop, &client->start_timer);
    heap_free(client->idle);
    heap_free(client);
}

void http_client_dial(struct http_client *client, const struct http_dial *dial, http_dial_fn *fn, void *ctx)
{
    struct arena *arena = arena_new(ARENA_FIRST);
    struct transfer *transfer = ARENA_NEW(arena, struct transfer);
    bool can_login = dial->username != NULL && *dial->username != '\0';

    transfer->client = client;
    transfer->arena = arena;
    transfer->url = arena_strdup(arena, dial->url);
    transfer->where = dial_read_where(arena, dial->url);
    transfer->target = transfer->where != NULL ? dial_read_target(arena, dial->url) : NULL;
    transfer->username = can_login ? arena_strdup(arena, dial->username) : NULL;
    transfer->password = arena_strdup(arena, text_or_empty(dial->password.hidden));
    transfer->timeout_ms = dial->timeout_ms;
    transfer->answer.can_login = can_login;
    transfer->fn = fn;
    transfer->ctx = ctx;
    *client->waiting_end = transfer;
    client->waiting_end = &transfer->next;
    start_soon(client);
}
