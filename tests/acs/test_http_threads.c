/* A listener with threads: replies from anywhere, handlers that block, and streams. */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum {
    CLIENTS = 60,
    WORKERS = 4,
    ROUNDS = 5,
    QUEUE_MAX = 1024,
    STREAM_MAX = 64 * 1024,
    STREAMS = 20,
    EVENTS = 50
};

/* ---- answering from other threads ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct http_exchange *queue[QUEUE_MAX];
static size_t queue_len;
static sem_t queued;

static void enqueue(struct http_exchange *exchange, void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    queue[queue_len++] = exchange;
    pthread_mutex_unlock(&lock);
    sem_post(&queued);
}

static struct http_exchange *dequeue(void)
{
    struct http_exchange *exchange = NULL;

    sem_wait(&queued);
    pthread_mutex_lock(&lock);
    if (queue_len > 0)
        exchange = queue[--queue_len];
    pthread_mutex_unlock(&lock);
    return exchange;
}

/* Ends when it is woken and there is nothing. */
static void *answer(void *ctx)
{
    struct http_exchange *exchange;

    while ((exchange = dequeue()) != NULL) {
        const struct http_request *request = http_request(exchange);

        if (strcmp(request->body, "nothing") == 0)
            http_reply(exchange, &(struct http_reply){.status = 204});
        else
            reply_text(exchange, 200, arena_printf(request->arena, "%s, too", request->body));
    }
    return ctx; /* nothing */
}

static void ask_and_compare(struct peer *peer, size_t number)
{
    struct answer got = peer_read(peer);

    if (number % 3 == 0)
        assert_int_equal(got.status, 204);
    else
        assert_string_equal(got.body, arena_printf(peer->arena, "%zu, too", number));
}

static void send_number(struct peer *peer, size_t number)
{
    const char *body = number % 3 == 0 ? "nothing" : arena_printf(peer->arena, "%zu", number);

    peer_send(peer, arena_printf(peer->arena, "POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n%s",
                                 strlen(body), body));
}

static void any_thread_may_answer(void **state)
{
    struct server *server = server_with_threads(&generous, enqueue);
    pthread_t workers[WORKERS];
    struct peer peers[CLIENTS];

    (void)state;
    sem_init(&queued, 0, 0);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, answer, NULL);
    for (size_t i = 0; i < CLIENTS; i++)
        peers[i] = peer_open(server_address(server));
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < CLIENTS; i++)
            send_number(&peers[i], i * ROUNDS + round);
        for (size_t i = 0; i < CLIENTS; i++)
            ask_and_compare(&peers[i], i * ROUNDS + round);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        peer_close(&peers[i]);
    for (size_t i = 0; i < WORKERS; i++)
        sem_post(&queued);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    server_stop(server);
}

static void a_listener_ends_though_handlers_still_have_requests(void **state)
{
    struct server *server = server_with_threads(&generous, enqueue);
    struct peer peers[10];

    (void)state;
    sem_init(&queued, 0, 0);
    for (size_t i = 0; i < COUNT_OF(peers); i++) {
        peers[i] = peer_open(server_address(server));
        peer_send(&peers[i], "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nwait");
    }
    for (size_t i = 0; i < COUNT_OF(peers); i++)
        sem_wait(&queued);
    server_stop(server);
    for (size_t i = 0; i < COUNT_OF(peers); i++) {
        assert_string_equal(http_request(queue[i])->body, "wait");
        reply_text(queue[i], 200, "nowhere");
        assert_true(peer_closed_within(&peers[i], 1000));
        peer_close(&peers[i]);
    }
    queue_len = 0;
}

static void a_listener_in_no_loop_serves_what_one_in_a_loop_does(void **state)
{
    static const struct {
        const char *request;
        unsigned status;
    } cases[] = {
        {"GET /a HTTP/1.1\r\n\r\n",                                                  200},
        {"POST /nothing HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",                   204},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 200},
        {"GET /long HTTP/1.1\r\n\r\n",                                               200},
        {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",       400},
        {"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",                      413},
    };
    struct server *server = server_with_threads(&generous, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct peer peer;

        assert_int_equal(peer_ask(&peer, server_address(server), cases[i].request).status, cases[i].status);
        peer_close(&peer);
    }
    server_stop(server);
}

static void a_listener_that_stops_accepting_serves_on_who_is_there(void **state)
{
    struct server *server = server_with_threads(&generous, NULL);
    struct peer peer;
    int fd;

    (void)state;
    peer_ask(&peer, server_address(server), "GET / HTTP/1.1\r\n\r\n");
    http_listener_stop_accepting(server_listener(server));
    assert_int_equal(http_bind(server_address(server), false, &fd), ERR_OK);
    close(fd);
    peer_send(&peer, "GET /again HTTP/1.1\r\n\r\n");
    assert_string_equal(peer_read(&peer).body, "GET /again?\n");
    peer_close(&peer);
    server_stop(server);
}

/* ---- streams ---- */

static struct http_stream *streams[STREAMS];
static size_t stream_count;
static sem_t opened;

static void open_stream(struct http_exchange *exchange, void *ctx)
{
    struct http_stream *stream = http_reply_stream(exchange, "text/event-stream", STREAM_MAX);

    (void)ctx;
    pthread_mutex_lock(&lock);
    streams[stream_count++] = stream;
    pthread_mutex_unlock(&lock);
    sem_post(&opened);
}

static struct server *server_of_streams(void)
{
    stream_count = 0;
    sem_init(&opened, 0, 0);
    return server_with_threads(&generous, open_stream);
}

static struct peer open_peer(const struct server *server)
{
    struct peer peer = peer_open(server_address(server));

    peer_send(&peer, "GET /events HTTP/1.1\r\n\r\n");
    sem_wait(&opened);
    return peer;
}

static const char *event(struct arena *arena, size_t number)
{
    return arena_printf(arena, "data: %zu\n\n", number);
}

static void *send_events(void *ctx)
{
    AUTO_ARENA arena = arena_new(1024);
    size_t *refused = ctx;

    for (size_t i = 0; i < EVENTS; i++) {
        const char *text = event(arena, i);

        for (size_t at = 0; at < STREAMS; at++)
            *refused += !http_stream_send(streams[at], text, strlen(text));
        if (i % 10 == 0)
            poll(NULL, 0, 5); /* so that some find the connection asleep */
    }
    for (size_t at = 0; at < STREAMS; at++)
        http_stream_close(streams[at]);
    return NULL;
}

static void every_event_of_a_stream_arrives_in_order_and_then_it_ends(void **state)
{
    struct server *server = server_of_streams();
    struct peer peers[STREAMS];
    pthread_t sender;
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < STREAMS; i++)
        peers[i] = open_peer(server);
    pthread_create(&sender, NULL, send_events, &refused);
    for (size_t i = 0; i < STREAMS; i++) {
        struct answer got = peer_read(&peers[i]);
        const char *at = got.body;

        assert_string_equal(answer_header(&got, "Content-Type"), "text/event-stream");
        assert_string_equal(answer_header(&got, "Cache-Control"), "no-store");
        assert_string_equal(answer_header(&got, "X-Accel-Buffering"), "no");
        for (size_t number = 0; number < EVENTS; number++) {
            const char *expected = event(peers[i].arena, number);

            assert_memory_equal(at, expected, strlen(expected));
            at += strlen(expected);
        }
        assert_string_equal(at, "");
    }
    pthread_join(sender, NULL);
    assert_int_equal(refused, 0);
    for (size_t i = 0; i < STREAMS; i++)
        peer_close(&peers[i]);
    server_stop(server);
}

static void a_stream_is_not_cut_off_for_being_silent(void **state)
{
    const struct http_limits brief = {.body_max = 100,
                                      .header_ms = 200,
                                      .body_ms = 200,
                                      .idle_ms = 200,
                                      .stall_ms = 200,
                                      .connections = 10};
    struct server *server;
    struct peer peer;
    struct answer got;

    (void)state;
    stream_count = 0;
    sem_init(&opened, 0, 0);
    server = server_with_threads(&brief, open_stream);
    peer = open_peer(server);
    poll(NULL, 0, 1200);
    assert_true(http_stream_send(streams[0], "still here", 10));
    http_stream_close(streams[0]);
    got = peer_read(&peer);
    assert_string_equal(got.body, "still here");
    assert_true(peer_closed_within(&peer, 2000)); /* idle again */
    peer_close(&peer);
    server_stop(server);
}

/* Sends until it is told not to; false: it was never told. */
static bool sends_until_refused(struct http_stream *stream)
{
    char bytes[1024];
    int64_t end_ms = clock_mono_ms() + 5000;

    memset(bytes, 'x', sizeof(bytes));
    while (clock_mono_ms() < end_ms)
        if (!http_stream_send(stream, bytes, sizeof(bytes)))
            return true;
    return false;
}

static void a_client_that_does_not_read_is_dropped_without_holding_up_the_sender(void **state)
{
    struct server *server = server_of_streams();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    setsockopt(peer.fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
    peer_send(&peer, "GET /events HTTP/1.1\r\n\r\n");
    sem_wait(&opened);
    assert_true(sends_until_refused(streams[0]));
    http_stream_close(streams[0]);
    for (unsigned i = 0; i < 500 && http_listener_open_connections(server_listener(server)) > 0; i++)
        poll(NULL, 0, 10);
    assert_int_equal(http_listener_open_connections(server_listener(server)), 0);
    peer_close(&peer);
    server_stop(server);
}

static void a_client_that_has_gone_is_noticed_by_sending(void **state)
{
    struct server *server = server_of_streams();
    struct peer peer = open_peer(server);
    bool sent = true;

    (void)state;
    peer_close(&peer);
    for (unsigned i = 0; i < 500 && sent; i++) {
        sent = http_stream_send(streams[0], ":\n\n", 3);
        poll(NULL, 0, 10);
    }
    assert_false(sent);
    http_stream_close(streams[0]);
    server_stop(server);
}

static void a_listener_ends_though_streams_are_open(void **state)
{
    struct server *server = server_of_streams();
    struct peer peers[STREAMS];

    (void)state;
    for (size_t i = 0; i < STREAMS; i++)
        peers[i] = open_peer(server);
    assert_true(http_stream_send(streams[0], "one", 3));
    server_stop(server);
    for (size_t i = 0; i < STREAMS; i++) {
        assert_false(http_stream_send(streams[i], "two", 3));
        http_stream_close(streams[i]);
        peer_close(&peers[i]);
    }
}

static void a_stream_that_comes_after_the_end_goes_nowhere(void **state)
{
    struct server *server = server_with_threads(&generous, enqueue);
    struct peer peer = peer_open(server_address(server));
    struct http_stream *stream;

    (void)state;
    sem_init(&queued, 0, 0);
    peer_send(&peer, "GET /events HTTP/1.1\r\n\r\n");
    sem_wait(&queued);
    server_stop(server);
    stream = http_reply_stream(queue[0], "text/event-stream", STREAM_MAX);
    assert_false(http_stream_send(stream, "x", 1));
    http_stream_close(stream);
    queue_len = 0;
    peer_close(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_thread_may_answer),
        cmocka_unit_test(a_listener_ends_though_handlers_still_have_requests),
        cmocka_unit_test(a_listener_in_no_loop_serves_what_one_in_a_loop_does),
        cmocka_unit_test(a_listener_that_stops_accepting_serves_on_who_is_there),
        cmocka_unit_test(every_event_of_a_stream_arrives_in_order_and_then_it_ends),
        cmocka_unit_test(a_stream_is_not_cut_off_for_being_silent),
        cmocka_unit_test(a_client_that_does_not_read_is_dropped_without_holding_up_the_sender),
        cmocka_unit_test(a_client_that_has_gone_is_noticed_by_sending),
        cmocka_unit_test(a_listener_ends_though_streams_are_open),
        cmocka_unit_test(a_stream_that_comes_after_the_end_goes_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
