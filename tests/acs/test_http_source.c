/* Replies that are made while they are sent. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/http/body.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

enum { PIECE_BYTES = 100000, PIECES = 50, BROKEN_AT = 3 };

static atomic_uint made, ended;

struct work {
    unsigned count; /* pieces so far */
    bool breaks;
    char piece[PIECE_BYTES];
};

static bool next_piece(void *ctx, const char **ret_bytes, size_t *ret_len)
{
    struct work *work = ctx;

    *ret_len = 0;
    if (work->breaks && work->count == BROKEN_AT)
        return false;
    if (work->count == PIECES)
        return true;
    memset(work->piece, 'a' + (int)(work->count % 26), sizeof(work->piece));
    work->count++;
    atomic_fetch_add(&made, 1);
    *ret_bytes = work->piece;
    *ret_len = sizeof(work->piece);
    return true;
}

static void end_work(void *ctx)
{
    heap_free(ctx);
    atomic_fetch_add(&ended, 1);
}

static void answer(struct http_exchange *exchange, void *ctx)
{
    struct work *work = HEAP_NEW(struct work);
    const char *path = http_request(exchange)->path;
    struct http_header_field bad = {"X-Bad", ""};

    (void)ctx;
    work->breaks = strcmp(path, "/breaks") == 0;
    http_reply_source(exchange,
                      &(struct http_reply){.status = 200,
                                           .content_type = "text/plain",
                                           .headers = &bad,
                                           .header_count = strcmp(path, "/header") == 0},
                      &(struct http_source){next_piece, end_work, work});
}

static struct server *start(void)
{
    atomic_store(&made, 0);
    atomic_store(&ended, 0);
    return server_with_threads(&generous, answer);
}

static void wait_for_end(unsigned count)
{
    for (int i = 0; atomic_load(&ended) < count && i < 500; i++)
        usleep(10000);
    assert_int_equal(atomic_load(&ended), count);
}

static void all_pieces_arrive_in_order_and_the_connection_goes_on(void **state)
{
    struct server *server = start();
    struct peer peer;

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        struct answer got;

        if (round == 0) {
            got = peer_ask(&peer, server_address(server), "GET / HTTP/1.1\r\n\r\n");
        } else {
            peer_send(&peer, "GET / HTTP/1.1\r\n\r\n");
            got = peer_read(&peer);
        }
        assert_int_equal(got.status, 200);
        assert_string_equal(answer_header(&got, "Content-Type"), "text/plain");
        assert_int_equal(got.len, (size_t)PIECES * PIECE_BYTES);
        for (size_t i = 0; i < got.len; i++)
            if (got.body[i] != 'a' + (int)(i / PIECE_BYTES % 26))
                fail_msg("byte %zu", i);
        wait_for_end(round + 1);
    }
    peer_close(&peer);
    server_stop(server);
}

/* What a client that trusts the framing must never see is the last chunk. */
static void one_that_breaks_off_is_seen_to(void **state)
{
    static const char last[] = "\r\n0\r\n\r\n";
    static char bytes[PIECES * PIECE_BYTES];
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    size_t len = 0;
    ssize_t got;

    (void)state;
    peer_send(&peer, "GET /breaks HTTP/1.1\r\n\r\n");
    while ((got = recv(peer.fd, bytes + len, sizeof(bytes) - len, 0)) > 0)
        len += (size_t)got;
    assert_true(len > (size_t)BROKEN_AT * PIECE_BYTES);
    assert_int_not_equal(memcmp(bytes + len - strlen(last), last, strlen(last)), 0);
    wait_for_end(1);
    peer_close(&peer);
    server_stop(server);
}

/* Megabytes may be under way in the kernel; what nobody takes is not made. */
static void nothing_is_made_for_who_does_not_read(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    int room = 4096;
    unsigned before;

    (void)state;
    setsockopt(peer.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    peer_send(&peer, "GET / HTTP/1.1\r\n\r\n");
    do {
        before = atomic_load(&made);
        usleep(300000);
    } while (atomic_load(&made) != before || before == 0);
    assert_true(before < PIECES);
    assert_int_equal(atomic_load(&ended), 0);
    peer_close(&peer);
    wait_for_end(1);
    server_stop(server);
}

static void a_header_that_cannot_be_sent_ends_it_at_once(void **state)
{
    struct server *server = start();
    struct peer peer;

    (void)state;
    assert_int_equal(peer_ask(&peer, server_address(server), "GET /header HTTP/1.1\r\n\r\n").status, 500);
    wait_for_end(1);
    assert_int_equal(atomic_load(&made), 0);
    peer_close(&peer);
    server_stop(server);
}

static void a_listener_ends_though_one_is_under_way(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "GET / HTTP/1.1\r\n\r\n");
    assert_true(peer_wait(&peer, 1000, 5000));
    server_stop(server);
    assert_int_equal(atomic_load(&ended), 1);
    peer_close(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pieces_arrive_in_order_and_the_connection_goes_on),
        cmocka_unit_test(one_that_breaks_off_is_seen_to),
        cmocka_unit_test(nothing_is_made_for_who_does_not_read),
        cmocka_unit_test(a_header_that_cannot_be_sent_ends_it_at_once),
        cmocka_unit_test(a_listener_ends_though_one_is_under_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
