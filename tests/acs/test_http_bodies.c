/* Large bodies: those that go to a sink as they come, and replies that come from a file. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/http/body.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

enum { SINK_MAX = 64 * 1024 * 1024, BIG = 32 * 1024 * 1024, PIECE = 64 * 1024, FILE_BYTES = 8 * 1024 * 1024 };

/* What the sinks of all requests together were told. */
static atomic_ullong taken;
static atomic_uint pieces, gone, handled;
static atomic_ullong sent; /* bytes of files, and how often that was said */
static atomic_uint sent_calls;
static int file_fd;

static void take(void *ctx, const char *bytes, size_t len)
{
    unsigned long long *sum = ctx;

    for (size_t i = 0; i < len; i++)
        *sum += (unsigned char)bytes[i];
    taken += len;
    pieces++;
}

static void is_gone(void *ctx)
{
    (void)ctx;
    gone++;
}

static void admit(struct http_exchange *exchange, void *ctx)
{
    const struct http_request *request = http_request(exchange);

    (void)ctx;
    if (strcmp(request->path, "/refused") == 0)
        http_reply(exchange, &(struct http_reply){.status = 403, .close = true});
    if (strcmp(request->path, "/sink") != 0 || strcmp(request->method, "PUT") != 0)
        return;
    http_take_body(exchange, &(struct http_sink){.max = SINK_MAX,
                                                 .take = take,
                                                 .gone = is_gone,
                                                 .ctx = ARENA_NEW(request->arena, unsigned long long)});
}

static void on_sent(void *ctx, uint64_t bytes)
{
    (void)ctx;
    sent += bytes;
    sent_calls++;
}

static void reply_file(struct http_exchange *exchange, uint64_t offset, uint64_t len)
{
    http_reply_file(exchange, &(struct http_reply){.status = 200, .content_type = "application/octet-stream"},
                    &(struct http_file){.fd = dup(file_fd), .offset = offset, .len = len, .sent = on_sent});
}

static void handle(struct http_exchange *exchange, void *ctx)
{
    const struct http_request *request = http_request(exchange);
    const unsigned long long *sum = http_body_taken(exchange);

    handled++;
    if (strcmp(request->path, "/file") == 0)
        reply_file(exchange, 0, FILE_BYTES);
    else if (strcmp(request->path, "/part") == 0)
        reply_file(exchange, 1000, 10);
    else if (strcmp(request->path, "/none") == 0)
        reply_file(exchange, 0, 0);
    else if (sum != NULL)
        reply_text(exchange, 200, arena_printf(request->arena, "%zu bytes, sum %llu", request->len, *sum));
    else
        echo(exchange, ctx);
}

static const struct http_limits limits = {
    .body_max = 1000,
    .header_ms = 10000,
    .body_ms = 300,
    .idle_ms = 10000,
    .stall_ms = 600,
    .connections = 100,
    .admit = admit,
};

static struct server *start(void)
{
    taken = 0;
    pieces = gone = handled = sent_calls = 0;
    sent = 0;
    return server_with_threads(&limits, handle);
}

static void wait_until(const atomic_uint *number, unsigned wanted)
{
    for (int i = 0; i < 1000 && *number < wanted; i++)
        usleep(10000);
    assert_int_equal(*number, wanted);
}

static long resident_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long total = 0, pages = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &total, &pages), 2); /* NOLINT(cert-err34-c) */
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void send_big(struct peer *peer)
{
    static char ones[PIECE];
    char head[96];

    snprintf(head, sizeof(head), "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", BIG);
    memset(ones, 1, sizeof(ones));
    peer_send(peer, head);
    for (int i = 0; i < BIG / PIECE; i++)
        peer_send_bytes(peer, ones, sizeof(ones));
}

static void a_large_body_goes_through_without_memory(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    long before;
    char wanted[64];

    (void)state;
    send_big(&peer);
    snprintf(wanted, sizeof(wanted), "%d bytes, sum %d", BIG, BIG);
    assert_string_equal(peer_read(&peer).body, wanted);
    before = resident_kib();
    send_big(&peer); /* on the same connection */
    assert_string_equal(peer_read(&peer).body, wanted);
    assert_in_range(resident_kib() - before + 4096, 0, 8192);
    assert_int_equal(gone, 0);
    assert_true(pieces > 100);
    peer_close(&peer);
    server_stop(server);
}

static void other_bodies_stay_in_memory_and_small(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    assert_string_equal(peer_read(&peer).body, "POST /sink?\nhello");
    peer_send(&peer, "POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    assert_int_equal(peer_read(&peer).status, 413);
    peer_close(&peer);
    server_stop(server);
}

static void chunks_and_nothing_are_bodies(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n2\r\n\1\1\r\n1\r\n\1\r\n0\r\n\r\n");
    assert_string_equal(peer_read(&peer).body, "3 bytes, sum 3");
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assert_string_equal(peer_read(&peer).body, "0 bytes, sum 0");
    peer_close(&peer);
    server_stop(server);
}

static void who_asks_first_is_answered_first(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    assert_int_equal(peer_read(&peer).status, 100);
    peer_send(&peer, "\1");
    assert_int_equal(peer_read(&peer).status, 200);
    peer_send(&peer, "PUT /refused HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    assert_int_equal(peer_read(&peer).status, 403);
    assert_int_equal(handled, 1);
    peer_close(&peer);
    server_stop(server);
}

static void more_than_the_sink_takes_is_cut_off(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    char head[96];

    (void)state;
    snprintf(head, sizeof(head), "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", SINK_MAX + 1);
    peer_send(&peer, head);
    assert_int_equal(peer_read(&peer).status, 413);
    wait_until(&gone, 1);
    assert_int_equal(handled, 0);
    peer_close(&peer);
    server_stop(server);
}

static void a_body_that_breaks_off_is_told_once(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    wait_until(&pieces, 1);
    peer_close(&peer);
    wait_until(&gone, 1);
    assert_int_equal(handled, 0);
    server_stop(server);
    assert_int_equal(gone, 1);
}

/* The end of the connection is there with the last bytes, before they are read: libmicrohttpd does not look
 * again. */
static void an_end_that_comes_with_the_last_bytes_is_noticed(void **state)
{
    static const struct http_limits patient = {.body_max = 1000,
                                               .header_ms = 60000,
                                               .body_ms = 60000,
                                               .idle_ms = 60000,
                                               .stall_ms = 60000,
                                               .connections = 100,
                                               .admit = admit};
    static char bytes[50000];
    struct server *server;

    (void)state;
    gone = 0;
    server = server_with_threads(&patient, handle);
    for (unsigned i = 1; i <= 20; i++) {
        struct peer peer = peer_open(server_address(server));

        peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
        peer_send_bytes(&peer, bytes, sizeof(bytes));
        peer_close(&peer);
        wait_until(&gone, i);
    }
    server_stop(server);
}

static void who_sends_all_and_no_more_is_answered(void **state)
{
    struct server *server = start();

    (void)state;
    for (unsigned i = 1; i <= 20; i++) {
        struct peer peer = peer_open(server_address(server));

        peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        shutdown(peer.fd, SHUT_WR);
        assert_int_equal(peer_read(&peer).status, 200);
        peer_close(&peer);
    }
    assert_int_equal(gone, 0);
    server_stop(server);
}

static void a_server_that_stops_lets_go_of_bodies(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    wait_until(&pieces, 1);
    server_stop(server);
    assert_int_equal(gone, 1);
    peer_close(&peer);
}

/* Longer than body_ms in all, but never without progress; then a trickle, which is none. */
static void who_stalls_is_cut_off_and_who_is_slow_is_not(void **state)
{
    static const char block[20000];
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    int64_t until;

    (void)state;
    peer_send(&peer, "PUT /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        peer_send_bytes(&peer, block, sizeof(block));
        usleep(250 * 1000);
    }
    assert_int_equal(gone, 0);
    until = clock_mono_ms() + 10000;
    while (gone == 0 && clock_mono_ms() < until) {
        peer_try_send(&peer, "x", 1);
        usleep(50 * 1000);
    }
    assert_int_equal(gone, 1);
    peer_close(&peer);
    server_stop(server);
}

/* ---- files ---- */

static int make_file(void **state)
{
    char name[] = "/tmp/farol-body-XXXXXX";

    (void)state;
    file_fd = mkostemp(name, O_CLOEXEC);
    if (file_fd < 0)
        return -1;
    unlink(name);
    for (int i = 0; i < FILE_BYTES / 16; i++) {
        char line[17];

        snprintf(line, sizeof(line), "%015d\n", i);
        if (write(file_fd, line, 16) != 16)
            return -1;
    }
    return 0;
}

static int close_file(void **state)
{
    (void)state;
    return close(file_fd);
}

static void a_file_is_sent_whole_or_in_part(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    struct answer answer;

    (void)state;
    peer_send(&peer, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
    answer = peer_read(&peer);
    assert_int_equal(answer.len, FILE_BYTES);
    assert_memory_equal(answer.body + FILE_BYTES - 16, "000000000524287\n", 16);
    peer_send(&peer, "GET /part HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(peer_read(&peer).body, "0000062\n00");
    peer_send(&peer, "GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(peer_read(&peer).len, 0);
    wait_until(&sent_calls, 3);
    assert_int_equal(sent, FILE_BYTES + 10);
    peer_close(&peer);
    server_stop(server);
}

static void head_sends_nothing_of_it(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    struct answer answer;

    (void)state;
    peer_send(&peer, "HEAD /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    answer = peer_read_to_end(&peer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer_header(&answer, "Content-Length"), "8388608");
    assert_int_equal(answer.len, 0);
    wait_until(&sent_calls, 1);
    assert_int_equal(sent, 0);
    peer_close(&peer);
    server_stop(server);
}

/* Whoever hangs up has not got what was never sent; what was, counts at least. */
static void a_file_that_breaks_off_counts_as_far_as_it_went(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    char some[4096];
    int small = 8192;

    (void)state;
    assert_int_equal(setsockopt(peer.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    peer_send(&peer, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(recv(peer.fd, some, sizeof(some), MSG_WAITALL) == sizeof(some));
    peer_close(&peer);
    wait_until(&sent_calls, 1);
    assert_true(sent >= sizeof(some) - 500); /* the headers are not of the file */
    assert_true(sent <= FILE_BYTES);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_body_goes_through_without_memory),
        cmocka_unit_test(other_bodies_stay_in_memory_and_small),
        cmocka_unit_test(chunks_and_nothing_are_bodies),
        cmocka_unit_test(who_asks_first_is_answered_first),
        cmocka_unit_test(more_than_the_sink_takes_is_cut_off),
        cmocka_unit_test(a_body_that_breaks_off_is_told_once),
        cmocka_unit_test(an_end_that_comes_with_the_last_bytes_is_noticed),
        cmocka_unit_test(who_sends_all_and_no_more_is_answered),
        cmocka_unit_test(a_server_that_stops_lets_go_of_bodies),
        cmocka_unit_test(who_stalls_is_cut_off_and_who_is_slow_is_not),
        cmocka_unit_test(a_file_is_sent_whole_or_in_part),
        cmocka_unit_test(head_sends_nothing_of_it),
        cmocka_unit_test(a_file_that_breaks_off_counts_as_far_as_it_went),
    };

    return cmocka_run_group_tests(tests, make_file, close_file);
}
