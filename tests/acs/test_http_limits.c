/* What a client may cost: deadlines that no trickle moves, sizes, and numbers of connections. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum {
    LIMIT_MS = 500,
    LATE_MS = 1500, /* two ticks of the wheel, and a machine that is busy with other tests */
    DRIP_MS = 50,
    WATCH_MS = 4000
};

static const struct http_limits strict = {
    .body_max = 1000,
    .header_ms = LIMIT_MS,
    .body_ms = LIMIT_MS,
    .idle_ms = LIMIT_MS,
    .stall_ms = LIMIT_MS,
    .connections = 100,
};

static void wait_until_open(const struct server *server, unsigned count)
{
    for (unsigned i = 0; i < 500 && http_listener_open_connections(server_listener(server)) != count; i++)
        poll(NULL, 0, 10);
    assert_int_equal(http_listener_open_connections(server_listener(server)), count);
}

/* Sends something, perhaps waits for an answer, and from then on sends a byte now and then. */
static const struct slow {
    const char *name;
    const char *first;
    const char *drip; /* again and again; NULL: silence */
    bool answered;
    bool reads; /* a little at a time */
} slow[] = {
    {"silent from the start",  "",                                                           NULL,                                                                            false, false},
    {"slow first line",        "",                                                           "POST /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false,                                                                                                                                                                          false},
    {"blank lines",            "",                                                           "\r\n",                                                                          false, false},
    {"slow headers",           "POST / HTTP/1.1\r\n",                                        "X-A: b\r\n",                                                                    false, false},
    {"slow body",              "POST / HTTP/1.1\r\nContent-Length: 999\r\n\r\n",             "a",                                                                             false, false},
    {"slow chunks",            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",      "1\r\na\r\n",                                                                    false, false},
    {"slow trailers",          "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: b\r\n",                                                                    false,
     false                                                                                                                                                                                },
    {"silent after an answer", "POST / HTTP/1.1\r\n\r\n",                                    NULL,                                                                            true,  false},
    {"slow second first line", "POST / HTTP/1.1\r\n\r\n",
     "POST /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",                                                                                  true,  false},
    {"never reads",            "GET /long HTTP/1.1\r\n\r\n",                                 NULL,                                                                            false, false},
    {"reads a little",         "GET /long HTTP/1.1\r\n\r\n",                                 NULL,                                                                            false, true },
};

struct victim {
    struct peer peer;
    size_t dripped;
    int64_t started_ms;
    int64_t ended_ms; /* 0: not yet */
};

static void begin(struct victim *victim, const struct slow *how, const char *address)
{
    *victim = (struct victim){.peer = peer_open(address)};
    setsockopt(victim->peer.fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
    peer_send(&victim->peer, how->first);
    if (how->answered)
        assert_int_equal(peer_read(&victim->peer).status, 200);
    victim->started_ms = clock_mono_ms();
}

/* True once it has ended. */
static bool drip(struct victim *victim, const struct slow *how)
{
    struct pollfd ready = {.fd = victim->peer.fd, .events = POLLRDHUP};
    char bytes[100];

    if (victim->ended_ms != 0)
        return true;
    if (how->reads && recv(victim->peer.fd, bytes, sizeof(bytes), MSG_DONTWAIT) == 0)
        victim->ended_ms = clock_mono_ms();
    if (how->drip != NULL)
        peer_try_send(&victim->peer, how->drip + victim->dripped++ % strlen(how->drip), 1);
    if (poll(&ready, 1, 0) == 1)
        victim->ended_ms = clock_mono_ms();
    return victim->ended_ms != 0;
}

static void watch_them_end(struct server *server)
{
    struct victim victims[COUNT_OF(slow)];
    int64_t start_ms = clock_mono_ms();

    for (size_t i = 0; i < COUNT_OF(slow); i++)
        begin(&victims[i], &slow[i], server_address(server));
    for (size_t ended = 0; ended < COUNT_OF(slow) && clock_mono_ms() < start_ms + WATCH_MS;) {
        ended = 0;
        for (size_t i = 0; i < COUNT_OF(slow); i++)
            ended += drip(&victims[i], &slow[i]);
        poll(NULL, 0, DRIP_MS);
    }
    for (size_t i = 0; i < COUNT_OF(slow); i++) {
        int64_t lasted_ms = victims[i].ended_ms - victims[i].started_ms;
        unsigned periods =
            text_starts_with(slow[i].first, "GET /long") ? 2 : 1; /* before: much was acknowledged */

        print_message("  %s: %d ms\n", slow[i].name, (int)lasted_ms);
        assert_in_range(lasted_ms, LIMIT_MS - DRIP_MS, periods * LIMIT_MS + LATE_MS);
        peer_close(&victims[i].peer);
    }
    wait_until_open(server, 0);
}

static void a_slow_client_is_cut_off_in_time_whatever_it_is_slow_at(void **state)
{
    struct server *server = server_in_loop(&strict, NULL);

    (void)state;
    watch_them_end(server);
    server_stop(server);
}

static void so_it_is_by_a_listener_with_threads(void **state)
{
    struct server *server = server_with_threads(&strict, NULL);

    (void)state;
    watch_them_end(server);
    server_stop(server);
}

static void a_client_that_reads_on_is_not_cut_off(void **state)
{
    struct server *server = server_in_loop(&strict, NULL);
    struct peer peer = peer_open(server_address(server));
    int64_t start_ms = clock_mono_ms();

    (void)state;
    peer_send(&peer, "GET /long HTTP/1.1\r\n\r\n");
    while (peer_wait(&peer, peer.len + 1, 200) && clock_mono_ms() < start_ms + 3 * LIMIT_MS)
        poll(NULL, 0, 5);
    assert_true(clock_mono_ms() >= start_ms + 3 * LIMIT_MS);
    assert_int_equal(peer_read(&peer).len, 16 * 1024 * 1024);
    peer_close(&peer);
    server_stop(server);
}

static void set_short_idle(struct http_exchange *exchange, void *ctx)
{
    (void)ctx;
    if (strcmp(http_request(exchange)->path, "/short") == 0)
        http_connection_set_idle(http_connection(exchange), LIMIT_MS);
    reply_text(exchange, 200, "");
}

static void a_connection_can_have_an_idle_time_of_its_own(void **state)
{
    struct server *server = server_in_loop(&generous, set_short_idle);
    struct peer ordinary, brief;
    int64_t start_ms = clock_mono_ms();

    (void)state;
    peer_ask(&ordinary, server_address(server), "GET / HTTP/1.1\r\n\r\n");
    peer_ask(&brief, server_address(server), "GET /short HTTP/1.1\r\n\r\n");
    assert_true(peer_closed_within(&brief, LIMIT_MS + LATE_MS));
    assert_true(clock_mono_ms() - start_ms >= LIMIT_MS - DRIP_MS);
    assert_false(peer_closed_within(&ordinary, 0));
    peer_close(&ordinary);
    peer_close(&brief);
    server_stop(server);
}

/* ---- sizes ---- */

static void a_body_up_to_the_limit_is_taken_and_one_beyond_it_is_not(void **state)
{
    static const struct {
        const char *name;
        const char *head;
        size_t len;
        const char *tail;
        unsigned status;
    } cases[] = {
        {"length, at the limit",        "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n",                           1000, "", 200},
        {"length, beyond it, not sent", "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",                           0,    "", 413},
        {"length, beyond it",           "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",                           1001, "", 413},
        {"chunk, at the limit",         "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",              1000,
         "\r\n0\r\n\r\n",                                                                                                      200},
        {"chunk, beyond it",            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",              1001, "", 413},
        {"a huge chunk",                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 2000,
         "",                                                                                                                   413},
        {"a chunk beyond 64 bits",
         "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",                               0,    "", 413},
    };
    struct server *server = server_in_loop(&strict, NULL);
    char body[2001] = {0};

    (void)state;
    memset(body, 'b', sizeof(body) - 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct peer peer = peer_open(server_address(server));
        struct answer answer;

        print_message("  %s\n", cases[i].name);
        peer_send(&peer, cases[i].head);
        peer_send_bytes(&peer, body, cases[i].len);
        peer_send(&peer, cases[i].tail);
        answer = peer_read(&peer);
        assert_int_equal(answer.status, cases[i].status);
        if (answer.status == 200)
            assert_int_equal(answer.len, strlen("POST /?\n") + cases[i].len);
        else
            assert_true(peer_closed_within(&peer, 1000));
        peer_close(&peer);
    }
    server_stop(server);
}

static void a_large_body_arrives_whole(void **state)
{
    enum { LARGE = 1000 * 1000 };
    struct server *server = server_in_loop(&generous, NULL);
    char *body = heap_alloc(LARGE + 1);
    struct peer peer;
    struct answer answer;

    (void)state;
    for (size_t i = 0; i < LARGE; i++)
        body[i] = (char)('a' + i % 26);
    peer = peer_open(server_address(server));
    for (unsigned chunked = 0; chunked < 2; chunked++) {
        peer_send(&peer, chunked ? "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nF4240\r\n"
                                 : "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
        peer_send_bytes(&peer, body, LARGE);
        peer_send(&peer, chunked ? "\r\n0\r\n\r\n" : "");
        answer = peer_read(&peer);
        assert_string_equal(answer.body + strlen("POST /?\n"), body);
    }
    peer_close(&peer);
    heap_free(body);
    server_stop(server);
}

/* Each makes libmicrohttpd's pool run full in another place. */
static void heads_that_are_too_large_are_refused(void **state)
{
    static const struct {
        const char *name;
        const char *before;
        const char *again;
        unsigned times;
        const char *after;
        unsigned status; /* 0: closed without an answer */
    } cases[] = {
        {"a long target",              "GET /",                      "a",        20000, " HTTP/1.1\r\n\r\n", 414},
        {"a long header",              "GET / HTTP/1.1\r\nX: ",      "a",        20000, "\r\n\r\n",          431},
        {"many headers",               "GET / HTTP/1.1\r\n",         "X: y\r\n", 2000,  "\r\n",              431},
        {"many cookies",               "GET / HTTP/1.1\r\nCookie: ", "a;",       4000,  "\r\n\r\n",          431},
        {"many query fields",          "GET /?",                     "a&",       4000,  " HTTP/1.1\r\n\r\n", 0  },
        {"some query fields",          "GET /?",                     "a&",       60,    " HTTP/1.1\r\n\r\n", 200},
        {"many headers that are bare", "GET / HTTP/1.1\r\n",         "X:\r\n",   3000,  "\r\n",              431},
    };
    struct server *server = server_in_loop(&generous, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct peer peer = peer_open(server_address(server));

        print_message("  %s\n", cases[i].name);
        peer_send(&peer, cases[i].before);
        for (unsigned times = 0; times < cases[i].times; times++)
            if (!peer_try_send(&peer, cases[i].again, strlen(cases[i].again)))
                break;
        peer_try_send(&peer, cases[i].after, strlen(cases[i].after));
        if (cases[i].status == 0)
            assert_true(peer_closed_within(&peer, 1000));
        else
            assert_int_equal(peer_read(&peer).status, cases[i].status);
        peer_close(&peer);
    }
    server_stop(server);
}

/* ---- numbers ---- */

static void refuses_the_fourth(struct server *server)
{
    struct peer peers[3], fourth;

    for (size_t i = 0; i < COUNT_OF(peers); i++)
        peer_ask(&peers[i], server_address(server), "GET / HTTP/1.1\r\n\r\n");
    fourth = peer_open(server_address(server));
    assert_true(peer_closed_within(&fourth, 1000));
    peer_close(&fourth);
    peer_close(&peers[0]);
    wait_until_open(server, 2);
    peer_ask(&peers[0], server_address(server), "GET / HTTP/1.1\r\n\r\n");
    for (size_t i = 0; i < COUNT_OF(peers); i++)
        peer_close(&peers[i]);
    wait_until_open(server, 0);
    server_stop(server);
}

static void connections_beyond_the_limit_are_refused_until_one_ends(void **state)
{
    struct http_limits three = generous;
    struct http_limits three_each = generous;

    (void)state;
    three.connections = 3;
    three_each.connections_per_address = 3;
    refuses_the_fourth(server_in_loop(&three, NULL));
    refuses_the_fourth(server_in_loop(&three_each, NULL));
    refuses_the_fourth(server_with_threads(&three, NULL));
    refuses_the_fourth(server_with_threads(&three_each, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_client_is_cut_off_in_time_whatever_it_is_slow_at),
        cmocka_unit_test(so_it_is_by_a_listener_with_threads),
        cmocka_unit_test(a_client_that_reads_on_is_not_cut_off),
        cmocka_unit_test(a_connection_can_have_an_idle_time_of_its_own),
        cmocka_unit_test(a_body_up_to_the_limit_is_taken_and_one_beyond_it_is_not),
        cmocka_unit_test(a_large_body_arrives_whole),
        cmocka_unit_test(heads_that_are_too_large_are_refused),
        cmocka_unit_test(connections_beyond_the_limit_are_refused_until_one_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
